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
        let Some(copy) = &item.copy else {
            return Vec::new();
        };
        chunks
            .map(|chunk| Self::part(position, item, copy, chunk..chunk + 1))
            .collect()
    }

    /// The chunks of that item's rows, each in a transaction of its own.
    pub(super) fn part(item: usize, title: &Item, copy: &Copy, chunks: Range<usize>) -> Self {
        Self {
            weight: chunks
                .clone()
                .filter_map(|n| copy.chunk(n))
                .map(|c| c.end - c.start)
                .sum(),
            needs: chunk_needs(title, copy, chunks.start),
            work: TaskWork::Part { item, chunks },
            locks: Locks::default(),
        }
    }
}

/// Bytes of the dump that must be there before that chunk can be loaded.
pub(super) fn chunk_needs(item: &Item, copy: &Copy, chunk: usize) -> u64 {
    let is_last = chunk + 1 >= copy.chunks();
    let end = copy
        .chunk(chunk)
        .filter(|_| !is_last)
        .map(|bytes| bytes.end);
    end.unwrap_or(item.span.end)
}

/// Chunks that are not `done`, as runs of neighbours.
pub(super) fn runs(copy: &Copy, done: Option<&BTreeSet<usize>>) -> Vec<Range<usize>> {
    let chunks = copy.chunks();
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
