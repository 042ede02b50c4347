//! The decompressed dump as a row of files in the Pod: pure arithmetic over byte ranges.
//!
//! Rows of large tables have files of their own, one a chunk: the server reads them itself, from the first byte of the
//! file to the last, and several sessions at a time. What stands between them, definitions and the rows of small
//! tables, has files too. Joined in order they are the dump, byte for byte.

use std::fmt::Write as _;
use std::ops::Range;

use crate::dump::{Copy, Inventory};

/// What the names of the files begin with.
pub const DUMP_FILE: &str = "dump";
/// Rows of a table with fewer bytes have no files of their own: they are loaded together with others.
pub const LARGE: u64 = 1 << 20;

/// The files, each known by its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slices {
    /// Place in the dump behind each file's last byte, ascending.
    ends: Vec<u64>,
}

/// Bytes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Name of the file in the restore's folder.
    pub file: String,
    /// Its first byte's place in that file.
    pub offset: u64,
    /// Its bytes.
    pub length: u64,
}

/// Name of a file by its place in the row.
pub fn file(index: usize) -> String {
    format!("{DUMP_FILE}.{:05}", index + 1)
}

/// Whether the rows have files of their own.
pub fn is_large(copy: &Copy) -> bool {
    copy.bytes() >= LARGE
}

impl Slices {
    /// Cuts a dump.
    pub fn of(inventory: &Inventory) -> Self {
        let items = inventory.databases.iter().flat_map(|d| &d.items);
        let large = items
            .filter_map(|i| i.copy.as_ref())
            .filter(|c| is_large(c));
        let mut ends = Vec::new();
        for copy in large {
            ends.push(copy.data.start);
            ends.extend(&copy.cuts);
            ends.push(copy.data.end);
        }
        if ends.last() != Some(&inventory.bytes) {
            ends.push(inventory.bytes);
        }
        Self { ends }
    }

    /// How many files there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The length of each, a line each.
    pub fn lengths(&self) -> String {
        let starts = std::iter::once(&0).chain(&self.ends);
        let mut text = String::new();
        for (end, start) in self.ends.iter().zip(starts) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}", end - start);
        }
        text
    }

    /// Place in the dump behind the last byte of the first `count` files.
    pub fn end(&self, count: usize) -> u64 {
        let last = count.min(self.ends.len()).checked_sub(1);
        last.and_then(|last| self.ends.get(last))
            .copied()
            .unwrap_or(0)
    }

    /// The file that holds exactly these bytes.
    pub fn whole(&self, range: &Range<u64>) -> Option<String> {
        let index = self.index(range.start);
        let is_whole = self.end(index) == range.start && self.ends.get(index) == Some(&range.end);
        is_whole.then(|| file(index))
    }

    /// Where these bytes are, in order.
    pub fn pieces(&self, range: Range<u64>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut from = range.start;
        let mut index = self.index(from);
        while from < range.end {
            let Some(end) = self.ends.get(index) else {
                break;
            };
            let to = range.end.min(*end);
            pieces.push(Piece {
                file: file(index),
                offset: from - self.end(index),
                length: to - from,
            });
            (from, index) = (to, index + 1);
        }
        pieces
    }

    /// The file that holds the byte at this place.
    fn index(&self, at: u64) -> usize {
        self.ends.partition_point(|end| *end <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dump::Scanner;
    use proptest::prelude::*;

    fn slices(ends: &[u64]) -> Slices {
        Slices {
            ends: ends.to_vec(),
        }
    }

    #[test]
    fn a_large_table_has_files_of_its_own() {
        let text = std::fs::read("tests/fixtures/small-15.sql").unwrap();
        let mut scanner = Scanner::new();
        scanner.feed(&text).unwrap();
        let mut inventory = scanner.finish().unwrap();
        let bytes = inventory.bytes;
        assert_eq!(Slices::of(&inventory), slices(&[bytes]));

        let mut items = inventory.databases.iter_mut().flat_map(|d| &mut d.items);
        let copy = items.find_map(|i| i.copy.as_mut()).unwrap();
        copy.data = 500..500 + LARGE;
        copy.cuts = vec![800];
        let end = 500 + LARGE;
        inventory.bytes = end + 100;
        let cut = Slices::of(&inventory);
        assert_eq!(cut, slices(&[500, 800, end, end + 100]));
        assert_eq!(cut.lengths(), format!("500\n300\n{}\n100\n", LARGE - 300));
        assert_eq!(cut.whole(&(500..800)), Some("dump.00002".to_owned()));
        assert_eq!(cut.whole(&(800..end)), Some("dump.00003".to_owned()));
        assert_eq!(cut.whole(&(500..700)), None);
        assert_eq!(cut.whole(&(0..800)), None);
        assert_eq!((cut.end(0), cut.end(2), cut.end(9)), (0, 800, end + 100));
    }

    proptest! {
        #[test]
        fn pieces_are_the_range(lengths in prop::collection::vec(1_u64..50, 1..20), a in 0_u64..900, b in 0_u64..900) {
            let ends: Vec<u64> = lengths.iter().scan(0, |end, l| { *end += l; Some(*end) }).collect();
            let cut = slices(&ends);
            let last = cut.end(cut.count());
            let (from, to) = (a.min(b).min(last), a.max(b).min(last));
            let mut at = from;
            for piece in cut.pieces(from..to) {
                let index: usize = piece.file.rsplit_once('.').unwrap().1.parse().unwrap();
                prop_assert_eq!(cut.end(index - 1) + piece.offset, at);
                at += piece.length;
                prop_assert!(at <= cut.end(index) && piece.length > 0);
            }
            prop_assert_eq!(at, to);
        }
    }
}
