//! Standard output as a terminal: how wide it is, and a text on it that is drawn again and again.

use std::io;

use dialoguer::console::{Term, truncate_str};

use super::{OutputError, print_text};

/// Columns of standard output; none where it is no terminal.
pub fn width() -> Option<usize> {
    let size = Term::stdout().size_checked();
    size.map(|(_, columns)| usize::from(columns))
        .filter(|w| *w > 0)
}

/// A text in place of the one before.
pub struct Screen {
    term: Term,
    lines: usize,
}

impl Screen {
    /// Where standard output is a terminal.
    pub fn new() -> Option<Self> {
        let term = Term::stdout();
        term.is_term().then_some(Self { term, lines: 0 })
    }

    /// Draws. A line that is too long for the screen is cut, and so is a text: a terminal can't be drawn over above its
    /// first line.
    pub fn draw(&mut self, text: &str) -> Result<(), OutputError> {
        let (rows, columns) = self.term.size();
        let rows = usize::from(rows).saturating_sub(1).max(1);
        let columns = usize::from(columns);
        let lines: Vec<_> = text
            .lines()
            .take(rows)
            .map(|line| truncate_str(line, columns, "…").into_owned() + "\n")
            .collect();
        self.clear()?;
        print_text(&lines.concat())?;
        self.lines = lines.len();
        Ok(())
    }

    /// Removes what was drawn.
    pub fn clear(&mut self) -> io::Result<()> {
        self.term.clear_last_lines(std::mem::take(&mut self.lines))
    }
}
