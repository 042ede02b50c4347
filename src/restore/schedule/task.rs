//! A task: what one session does in one go.

use super::locks::Locks;
use crate::dump::TableId;
use std::ops::Range;

/// A task, as a place in its [`Schedule`](super::Schedule).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub(super) usize);

/// What one session does in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// What is done.
    pub work: TaskWork,
    /// How long it takes, roughly, as bytes of rows that are loaded in that time.
    pub weight: u64,
    /// See [`Task::needs`].
    pub(super) needs: u64,
    pub(super) locks: Locks,
}

impl Task {
    /// Bytes of the dump that must be there before it can begin.
    ///
    /// For rows of a large table that is the first chunk only: the rest may arrive while it runs.
    pub fn needs(&self) -> u64 {
        self.needs
    }
}

/// Places of items are positions in [`Database::items`](crate::dump::Database::items).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskWork {
    /// Items, one after the other in this ascending order; never empty. A second try finds some of them done.
    Script(Vec<usize>),
    /// All rows of one table in one transaction, which empties it first: nothing else fills it. Its session may commit
    /// what it has and share the rest ([`Queue::share`](super::Queue::share)).
    Load(usize),
    /// Chunks of the rows of one table, each in a transaction of its own, beside sessions that load other chunks of
    /// it. So the table must not be emptied, nor its rows be loaded frozen.
    Part {
        /// The item that holds them.
        item: usize,
        /// The chunks, counted from 0. Never empty. A second try finds some of them done.
        chunks: Range<usize>,
    },
    /// Statistics of a table. Nothing in the dump asks for them, so nothing waits for them.
    Analyze(TableId),
}
