//! What an earlier run of the same load has committed.

use std::collections::{BTreeSet, HashMap, HashSet};

/// Items and chunks that are committed already: no task repeats them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    items: HashSet<usize>,
    chunks: HashMap<usize, BTreeSet<usize>>,
}

impl Done {
    /// Notes that all of the item at that position is committed.
    pub fn item(&mut self, item: usize) {
        self.items.insert(item);
    }

    /// Notes that one chunk of the rows of that item is committed.
    pub fn chunk(&mut self, item: usize, chunk: usize) {
        self.chunks.entry(item).or_default().insert(chunk);
    }

    pub(super) fn has(&self, item: usize) -> bool {
        self.items.contains(&item)
    }

    /// The committed chunks of an item that is loaded by chunks; `None` where none is.
    pub(super) fn chunks(&self, item: usize) -> Option<&BTreeSet<usize>> {
        self.chunks.get(&item)
    }
}
