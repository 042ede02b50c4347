//! Table data in a dump, and the chunks that its rows are cut into.

use super::inventory::TableId;
use serde::Serialize;
use std::ops::Range;

/// Bytes of a chunk of COPY data, up to the end of the row that reaches them.
pub const CHUNK: u64 = 16 << 20;

/// Table data in COPY form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Copy {
    /// The table as written in the statement, with its schema.
    pub target: Box<str>,
    /// The same table.
    pub table: TableId,
    /// Bytes of `COPY … FROM stdin;`.
    pub statement: Range<u64>,
    /// Bytes of the rows, without the line `\.`.
    pub data: Range<u64>,
    /// Ends of all chunks of `data` but the last, each behind the first row end at or beyond [`CHUNK`] bytes.
    pub cuts: Vec<u64>,
    /// Lines of `data`.
    pub rows: u64,
    /// The rows of a partition, loaded through the partitioned table.
    pub via_root: bool,
}

impl Copy {
    /// How every COPY of `pg_dump` ends: another one is refused.
    pub(super) const FROM_STDIN: &str = " FROM stdin;";

    /// Bytes of `COPY table (columns)`.
    pub fn head(&self) -> Range<u64> {
        self.statement.start..self.statement.end - Self::FROM_STDIN.len() as u64
    }

    /// Bytes of the rows.
    pub fn bytes(&self) -> u64 {
        self.data.end.saturating_sub(self.data.start)
    }

    /// How many chunks they are cut into: at least one.
    pub fn chunks(&self) -> usize {
        self.cuts.len() + 1
    }

    /// Where a chunk is, counted from 0.
    pub fn chunk(&self, number: usize) -> Option<Range<u64>> {
        let start = match number.checked_sub(1) {
            None => self.data.start,
            Some(before) => *self.cuts.get(before)?,
        };
        Some(start..self.cuts.get(number).copied().unwrap_or(self.data.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_join_to_the_rows() {
        let mut copy = Copy {
            target: "public.t".into(),
            table: TableId(0),
            statement: 0..10,
            data: 11..100,
            cuts: vec![40, 70],
            rows: 3,
            via_root: false,
        };
        let found = |copy: &Copy| {
            (0..copy.chunks())
                .filter_map(|n| copy.chunk(n))
                .collect::<Vec<_>>()
        };
        assert_eq!(found(&copy), [11..40, 40..70, 70..100]);
        assert_eq!((copy.chunk(3), copy.chunk(4)), (None, None));
        copy.cuts.clear();
        assert_eq!(found(&copy), std::slice::from_ref(&(11..100)));
    }
}
