//! A script under way: items for one session.

use super::locks::Locks;
use super::source::Source;
use super::task::{Task, TaskWork};
use std::ops::Range;

/// What the statement, the commit and the mark of an item cost, as bytes of rows that are loaded in that time.
const ITEM: u64 = 32 << 10;

/// Items that one session runs one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    items: Vec<usize>,
    weight: u64,
    needs: u64,
}

impl Script {
    /// Adds what is not done yet of `positions`.
    pub(super) fn extend(&mut self, source: Source, positions: Range<usize>) {
        for (position, item) in source.todo(positions) {
            self.items.push(position);
            self.add_weight(ITEM + item.span.end.saturating_sub(item.span.start));
            self.needs = self.needs.max(item.span.end);
        }
    }

    /// Adds to how long it takes.
    pub(super) fn add_weight(&mut self, weight: u64) {
        self.weight = self.weight.saturating_add(weight);
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn items(&self) -> &[usize] {
        &self.items
    }

    /// The task, or nothing where all of it is done.
    pub(super) fn task(self, locks: Locks) -> Option<Task> {
        (!self.items.is_empty()).then_some(Task {
            work: TaskWork::Script(self.items),
            weight: self.weight,
            needs: self.needs,
            locks,
        })
    }
}
