//! The rows of one large table, shared out among sessions.

use crate::dump::Copy;
use std::collections::BTreeSet;
use std::ops::Range;

/// Who loads, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crew {
    /// Sessions that load at the same time.
    pub jobs: u16,
    /// Bytes of the rows of all databases that they load.
    pub bytes: u64,
}

impl Crew {
    /// Whether a table of so many bytes would still be loading when all else is loaded: it is larger than a session's
    /// share of everything by three tenths and more. Of fewer than three sessions the other one's processor is not idle:
    /// the dump's own way into the files takes it.
    fn leaves_behind(self, bytes: u64) -> bool {
        self.jobs >= 3
            && u128::from(bytes) * u128::from(self.jobs) * 10 > u128::from(self.bytes) * 13
    }

    /// How many parts the rows of an item are cut into. Rows of several sessions lie mixed on the disk, and are not
    /// frozen: that is only worth it for a table with some chunks for each.
    pub(super) fn parts(self, copy: &Copy) -> usize {
        let jobs = usize::from(self.jobs);
        if chunks(copy) >= 2 * jobs && self.leaves_behind(bytes(copy)) {
            jobs
        } else {
            1
        }
    }
}

/// Bytes of rows.
pub(super) fn bytes(copy: &Copy) -> u64 {
    copy.data.end.saturating_sub(copy.data.start)
}

/// How many chunks the rows have.
fn chunks(copy: &Copy) -> usize {
    copy.cuts.len() + 1
}

/// Where a chunk ends.
pub(super) fn chunk_end(copy: &Copy, chunk: usize) -> u64 {
    copy.cuts.get(chunk).copied().unwrap_or(copy.data.end)
}

/// Bytes of some chunks.
pub(super) fn chunk_bytes(copy: &Copy, chunks: &Range<usize>) -> u64 {
    let start = match chunks.start.checked_sub(1) {
        None => copy.data.start,
        Some(before) => chunk_end(copy, before),
    };
    chunk_end(copy, chunks.end.saturating_sub(1)).saturating_sub(start)
}

/// Cuts all chunks that are not `done` into at least `parts` parts of about the same size, as far as there are so many
/// chunks.
pub(super) fn cut(copy: &Copy, parts: usize, done: Option<&BTreeSet<usize>>) -> Vec<Range<usize>> {
    let runs = runs(chunks(copy), done);
    let left: usize = runs.iter().map(ExactSizeIterator::len).sum();
    let longest = left.div_ceil(parts.max(1)).max(1);
    runs.into_iter()
        .flat_map(|run| {
            let pieces = run.len().div_ceil(longest);
            let (start, len) = (run.start, run.len());
            (0..pieces)
                .map(move |piece| start + len * piece / pieces..start + len * (piece + 1) / pieces)
        })
        .collect()
}

/// Chunks that are not done, as runs of neighbours.
fn runs(chunks: usize, done: Option<&BTreeSet<usize>>) -> Vec<Range<usize>> {
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
