//! Checks as text for people. Pure.

use std::fmt::Write as _;

use crate::doctor::{Check, Verdict};

use super::inks::Inks;
use super::printable;

/// Columns of the mark and the name; then those of a word below them.
const NAME: usize = 18;
const WORD: usize = NAME + 5;
/// Columns that are read well, where the terminal has more or there is none.
const WIDEST: usize = 120;

/// A line a check; where one is not well, why it matters and what to type. Words are wrapped to the terminal's `width`,
/// what is to be typed is not.
pub fn text(inks: Inks, checks: &[Check], width: Option<usize>) -> String {
    let width = width.unwrap_or(WIDEST).min(WIDEST);
    let mut text = String::new();
    for check in checks {
        let head = format!("{} {:<15} ", mark(inks, check.verdict), check.id);
        block(&mut text, &head, NAME, &wrapped(&check.found, width, NAME));
        if check.verdict != Verdict::Ok {
            let head = format!("{:NAME$}why  ", "");
            block(&mut text, &head, WORD, &wrapped(check.why, width, WORD));
            let head = format!("{:NAME$}mend ", "");
            block(&mut text, &head, WORD, &check.mend.join("\n"));
        }
    }
    text
}

/// The same words with a line feed in place of a blank where a line would be too long behind `indent` columns.
fn wrapped(words: &str, width: usize, indent: usize) -> String {
    // Where there is hardly room for a word, the terminal may wrap.
    let room = width.saturating_sub(indent).max(20);
    let mut text = String::new();
    for line in words.lines() {
        let mut used = 0;
        for word in line.split(' ') {
            let length = word.chars().count();
            match used {
                0 => {}
                used if used + 1 + length > room => text.push('\n'),
                _ => text.push(' '),
            }
            used = if text.ends_with('\n') || used == 0 {
                length
            } else {
                used + 1 + length
            };
            text.push_str(word);
        }
        text.push('\n');
    }
    text
}

/// The lines of `words`, the first behind `head`, the others below it.
fn block(text: &mut String, head: &str, indent: usize, words: &str) {
    for (number, line) in words.lines().map(printable).enumerate() {
        // Writing to a String cannot fail.
        let _ = match number {
            0 => writeln!(text, "{head}{line}"),
            _ => writeln!(text, "{:indent$}{line}", ""),
        };
    }
}

fn mark(inks: Inks, verdict: Verdict) -> String {
    match verdict {
        Verdict::Ok => inks.good("✔"),
        Verdict::Unknown => inks.faint("?"),
        Verdict::Warning => inks.caution("!"),
        Verdict::Failed => inks.bad("✘"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_and_commands_are_not() {
        let check = Check {
            id: "exec",
            verdict: Verdict::Failed,
            found: "one two three four five six\nnext".to_owned(),
            why: "it matters",
            mend: vec!["kubectl quetzal-db a-long-command --with flags".to_owned()],
        };
        let inks = Inks { colour: false };
        let wanted = "\
✘ exec            one two three four
                  five six
                  next
                  why  it matters
                  mend kubectl quetzal-db a-long-command --with flags
";
        assert_eq!(text(inks, &[check], Some(38)), wanted);
    }
}
