//! What a person may type next: a word as a shell takes it, and the name that was probably meant by one that is not
//! there. Pure.

/// How alike two names must be to be taken for the same, mistyped: 1 is the same, 0 has nothing in common.
const ALIKE: f64 = 0.6;

/// Of several, the one whose name is most like what was typed, or begins with it; the first of those that are equally
/// so. None where nothing is near.
pub(crate) fn nearest<T>(
    typed: &str,
    among: impl IntoIterator<Item = T>,
    name: impl Fn(&T) -> &str,
) -> Option<T> {
    let rated = among.into_iter().map(|one| (alike(typed, name(&one)), one));
    rated
        .filter(|(rate, _)| *rate >= ALIKE)
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, one)| one)
}

/// The same for plain names.
pub(crate) fn nearest_name(typed: &str, names: &[String]) -> Option<String> {
    nearest(typed, names, |name| name).cloned()
}

/// Letters that were swapped, left out, added or changed, against the length. A beginning is as good as a slip.
fn alike(typed: &str, name: &str) -> f64 {
    let rate = strsim::normalized_damerau_levenshtein(typed, name);
    if !typed.is_empty() && name.starts_with(typed) {
        return rate.max(ALIKE);
    }
    rate
}

/// A word as a shell takes it.
pub(crate) fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_or_a_beginning_finds_the_name() {
        let names = ["quetzal-production", "quetzal-test", "demo"].map(str::to_owned);
        let cases = [
            ("dmeo", Some("demo")),
            ("dem", Some("demo")),
            ("quetzal-tst", Some("quetzal-test")),
            ("quetzal-prod", Some("quetzal-production")),
            ("quetzal", Some("quetzal-production")),
            ("shop", None),
            ("", None),
        ];
        for (typed, meant) in cases {
            assert_eq!(nearest_name(typed, &names).as_deref(), meant, "{typed}");
        }
    }

    #[test]
    fn a_slip_is_nearer_than_a_beginning_and_the_first_of_equals_wins() {
        let names = ["db-1-of-many", "db-2", "db-3"].map(str::to_owned);
        assert_eq!(nearest_name("db-1", &names).as_deref(), Some("db-2"));
    }

    #[test]
    fn a_word_that_a_shell_would_change_is_quoted() {
        assert_eq!(word("db_dump-1.bak.gz"), "db_dump-1.bak.gz");
        assert_eq!(word("admin@prod"), "admin@prod");
        assert_eq!(word("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(word("-x"), "'-x'");
        assert_eq!(word(""), "''");
    }
}
