//! The words between us and a session.

use std::fmt::Write as _;
use std::ops::Range;

use crate::restore::slices::Slices;

/// Text for a session, line by line: `>` and our own SQL, or `<` and a piece of the dump.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    pub(super) text: String,
    /// Places in the text at which the session asks for more.
    pub(super) pauses: Vec<usize>,
}

impl Text {
    /// As it is sent: before each portion but the first an [`Answer::Pause`] is waited for. What is on its way and
    /// not yet read keeps the connection from answering, so that must not be much.
    pub fn portions(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.pauses.iter().copied());
        let ends = self.pauses.iter().copied().chain([self.text.len()]);
        starts
            .zip(ends)
            .filter_map(|(start, end)| self.text.get(start..end))
    }

    pub(super) fn own(&mut self, sql: &str) {
        for line in sql.lines() {
            // Writing to a String cannot fail.
            let _ = writeln!(self.text, ">{line}");
        }
    }

    /// Bytes of the dump that end with a statement.
    pub(super) fn statements(&mut self, slices: &Slices, range: Range<u64>) {
        if !range.is_empty() {
            self.dump(slices, range);
            self.text.push_str(">\n");
        }
    }

    pub(super) fn dump(&mut self, slices: &Slices, range: Range<u64>) {
        for piece in slices.pieces(range) {
            let _ = writeln!(
                self.text,
                "<{} {} {}",
                piece.file, piece.offset, piece.length
            );
        }
    }
}

/// What a session says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The server's own count of rows that it took in.
    Rows {
        /// Position of the item in [`Database::items`].
        item: usize,
        /// Rows.
        rows: u64,
    },
    /// It has come to a place where it waits for more.
    Pause,
    /// All that it was told so far is committed.
    Done,
    /// psql has ended.
    Ended,
}

/// Reads one line of a session; anything but its own answers is `None`.
pub fn answer(nonce: &str, line: &str) -> Option<Answer> {
    let mut words = line.strip_prefix(nonce)?.strip_prefix(' ')?.split(' ');
    match words.next()? {
        "pause" => Some(Answer::Pause),
        "done" => Some(Answer::Done),
        "ended" => Some(Answer::Ended),
        "rows" => Some(Answer::Rows {
            item: words.next()?.parse().ok()?,
            rows: words.next()?.parse().ok()?,
        }),
        _ => None,
    }
}
