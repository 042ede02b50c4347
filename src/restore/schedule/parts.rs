//! The rows of one large table, chunk by chunk.

use super::locks::Locks;
use super::task::{Task, TaskWork};
use crate::dump::{Copy, Item};
use std::collections::BTreeSet;
use std::ops::Range;

/// Whether processors wait for what one session does alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idleness {
    /// Sessions for which there is nothing to do.
    pub sessions: usize,
    /// Bytes of the dump that are there.
    pub there: u64,
    /// All bytes of it.
    pub bytes: u64,
}

impl Idleness {
    /// Whether a session leaves `chunks`, which it has not begun, to others and itself.
    ///
    /// One session alone empties the table and writes frozen rows, which costs the server a tenth less. So it goes on
    /// alone until a processor waits. As long as the dump arrives, its own way into the files keeps one of them busy.
    pub fn calls_for(self, item: &Item, chunks: Range<usize>) -> bool {
        let Some(copy) = &item.copy else {
            return false;
        };
        let is_there = |chunk: &usize| chunk_needs(item, copy, *chunk) <= self.there;
        self.sessions > usize::from(self.there < self.bytes)
            && chunks.take_while(is_there).nth(1).is_some()
    }
}

impl Task {
    /// A task for each of these chunks of an item's rows.
    pub fn parts(position: usize, item: &Item, chunks: Range<usize>) -> Vec<Self> {
        let copy = item.copy.as_ref();
        let part = |(chunk, copy)| Self::part(position, item, copy, chunk..chunk + 1);
        chunks.zip(copy.into_iter().cycle()).map(part).collect()
    }

    /// The chunks of that item's rows, each in a transaction of its own.
    pub(super) fn part(item: usize, title: &Item, copy: &Copy, chunks: Range<usize>) -> Self {
        Self {
            weight: chunk_bytes(copy, &chunks),
            needs: chunk_needs(title, copy, chunks.start),
            work: TaskWork::Part { item, chunks },
            locks: Locks::default(),
        }
    }
}

/// Bytes of rows.
pub(super) fn bytes(copy: &Copy) -> u64 {
    copy.data.end.saturating_sub(copy.data.start)
}

/// Bytes of the dump that must be there before that chunk can be loaded.
pub(super) fn chunk_needs(item: &Item, copy: &Copy, chunk: usize) -> u64 {
    let is_last = chunk >= copy.cuts.len();
    if is_last {
        item.span.end
    } else {
        chunk_end(copy, chunk)
    }
}

/// Where a chunk ends.
fn chunk_end(copy: &Copy, chunk: usize) -> u64 {
    copy.cuts.get(chunk).copied().unwrap_or(copy.data.end)
}

/// Bytes of some chunks.
fn chunk_bytes(copy: &Copy, chunks: &Range<usize>) -> u64 {
    let start = match chunks.start.checked_sub(1) {
        None => copy.data.start,
        Some(before) => chunk_end(copy, before),
    };
    chunk_end(copy, chunks.end.saturating_sub(1)).saturating_sub(start)
}

/// Chunks that are not `done`, as runs of neighbours.
pub(super) fn runs(copy: &Copy, done: Option<&BTreeSet<usize>>) -> Vec<Range<usize>> {
    let chunks = copy.cuts.len() + 1;
    let mut runs = Vec::new();
    let mut start = 0;
    for chunk in done.into_iter().flatten().copied().chain([chunks]) {
        let end = chunk.min(chunks);
        if start < end {
            runs.push(start..end);
        }
        start = chunk.saturating_add(1);
    }
    runs
}
