//! The answer in the form that kubectl reads: candidates, one a line, then what the shell is to do besides. Pure.

/// What may stand where the last word is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    word: String,
    note: Option<String>,
}

/// What the shell does besides offering the candidates: the numbers are those of the library by which kubectl completes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Besides {
    /// Offers files.
    Files = 0,
    /// Offers folders.
    Folders = 16,
    /// Keeps the candidates' order, and offers no files.
    Nothing = 4 | 32,
}

impl Candidate {
    pub(super) fn new(word: impl Into<String>, note: Option<String>) -> Self {
        Self {
            word: word.into(),
            note,
        }
    }

    #[cfg(test)]
    pub(super) fn word(&self) -> &str {
        &self.word
    }

    /// On one line; what follows the tab is shown to people, where the shell can.
    fn line(&self) -> String {
        let first = |text: &str| text.lines().next().unwrap_or_default().replace('\t', " ");
        match &self.note {
            Some(note) => format!("{}\t{}\n", first(&self.word), first(note)),
            None => format!("{}\n", first(&self.word)),
        }
    }
}

/// The candidates that go on as was begun, and what comes besides.
pub(super) fn text(candidates: &[Candidate], begun: &str, besides: Besides) -> String {
    let fitting = candidates.iter().filter(|c| c.word.starts_with(begun));
    let end = std::iter::once(format!(":{}\n", besides as u8));
    fitting.map(Candidate::line).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_go_on_as_begun_are_offered_in_their_order() {
        let candidates = [
            Candidate::new("restore", Some("Restore a backup".to_owned())),
            Candidate::new("list", None),
            Candidate::new("resume", None),
        ];
        assert_eq!(
            text(&candidates, "res", Besides::Nothing),
            "restore\tRestore a backup\nresume\n:36\n"
        );
        assert_eq!(text(&candidates, "x", Besides::Nothing), ":36\n");
        assert_eq!(text(&[], "", Besides::Files), ":0\n");
        assert_eq!(text(&[], "", Besides::Folders), ":16\n");
    }

    #[test]
    fn a_candidate_stays_on_its_line() {
        let odd = Candidate::new("a\nb", Some("one\ttwo\nthree".to_owned()));
        assert_eq!(text(&[odd], "", Besides::Nothing), "a\tone two\n:36\n");
    }
}
