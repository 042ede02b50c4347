//! The items of a database section, and which of them are still to be done.

use super::done::Done;
use crate::dump::{Database, Item, Kind};
use std::ops::Range;

/// The items and what an earlier run did of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub items: &'a [Item],
    pub done: &'a Done,
}

impl<'a> Source<'a> {
    pub(super) fn new(database: &'a Database, done: &'a Done) -> Self {
        Self {
            items: &database.items,
            done,
        }
    }

    /// The items of `positions`, with their positions.
    pub(super) fn all(self, positions: Range<usize>) -> impl Iterator<Item = (usize, &'a Item)> {
        let items = self.items.get(positions.clone()).unwrap_or_default();
        positions.zip(items)
    }

    /// Those of them that are still to be done.
    pub(super) fn todo(self, positions: Range<usize>) -> impl Iterator<Item = (usize, &'a Item)> {
        self.all(positions)
            .filter(move |(position, _)| !self.done.has(*position))
    }

    /// An item and what is said of it behind it: both go together.
    pub(super) fn unit(self, first: usize) -> Range<usize> {
        let rest = self.items.get(first + 1..).unwrap_or_default();
        let remarks = rest.iter().take_while(|item| is_remark(item)).count();
        first..first + 1 + remarks
    }
}

/// Whether the item says something of the one before it: `pg_dump` writes it directly behind that.
pub(super) fn is_remark(item: &Item) -> bool {
    matches!(item.kind, Kind::Comment | Kind::SecurityLabel)
}
