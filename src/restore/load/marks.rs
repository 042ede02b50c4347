//! The marks: each transaction of the load notes inside itself what it did.

use std::ops::RangeInclusive;

use crate::postgres::RestoreId;

/// In the marks: the item as a whole, not one of its chunks.
pub(super) const WHOLE: i64 = -1;
/// The schema of a staged database that holds the marks of the load; dropped before the swap.
pub fn marks_schema(id: &RestoreId) -> String {
    format!("quetzal_restore_{id}")
}

/// Makes the table of marks in that schema, which is quoted, and reads it: a [`Mark`] a line. Items come as runs, of
/// which there are few.
pub fn marks_sql(schema: &str) -> String {
    format!(
        "CREATE SCHEMA IF NOT EXISTS {schema}; CREATE TABLE IF NOT EXISTS {schema}.done \
         (item bigint, chunk bigint, rows bigint, PRIMARY KEY (item, chunk)); \
         SELECT 'items ' || pg_catalog.min(item) || ' ' || pg_catalog.max(item) FROM \
         (SELECT item, item - pg_catalog.row_number() OVER (ORDER BY item) AS run FROM {schema}.done WHERE chunk = {WHOLE}) i \
         GROUP BY run UNION ALL \
         SELECT 'chunk ' || item || ' ' || chunk || ' ' || rows FROM {schema}.done WHERE chunk <> {WHOLE}"
    )
}

/// What the marks say is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// Items, by their positions.
    Items(RangeInclusive<usize>),
    /// A chunk of an item's rows.
    Chunk {
        /// The item's position.
        item: usize,
        /// The chunk, counted from 0.
        chunk: usize,
        /// Rows that the server took in.
        rows: u64,
    },
}

/// Reads a line of the marks.
pub fn parse_mark(line: &str) -> Option<Mark> {
    let words: Vec<_> = line.split(' ').collect();
    match words[..] {
        ["items", from, to] => Some(Mark::Items(from.parse().ok()?..=to.parse().ok()?)),
        ["chunk", item, chunk, rows] => Some(Mark::Chunk {
            item: item.parse().ok()?,
            chunk: chunk.parse().ok()?,
            rows: rows.parse().ok()?,
        }),
        _ => None,
    }
}
