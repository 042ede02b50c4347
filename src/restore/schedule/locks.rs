//! Which tasks would wait for each other in the server.

use crate::dump::TableId;
use std::collections::BTreeMap;
use std::collections::hash_map::{Entry, HashMap};

/// How a task locks a table. The stronger one is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lock {
    /// Beside others of the sort: CREATE INDEX.
    Shared,
    /// Beside none.
    Exclusive,
}

/// All locks of a task. Rows need none: nothing else touches their table before they are loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Locks(BTreeMap<TableId, Lock>);

impl Locks {
    pub(super) fn one(table: TableId, lock: Lock) -> Self {
        Self(BTreeMap::from([(table, lock)]))
    }

    /// Adds a lock; the stronger of two stays.
    pub(super) fn add(&mut self, table: TableId, lock: Lock) {
        let held = self.0.entry(table).or_insert(lock);
        *held = lock.max(*held);
    }

    pub(super) fn tables(&self) -> impl Iterator<Item = TableId> {
        self.0.keys().copied()
    }

    fn iter(&self) -> impl Iterator<Item = (TableId, Lock)> {
        self.0.iter().map(|(table, lock)| (*table, *lock))
    }
}

/// The locks of all tasks that run.
#[derive(Clone, Debug, Default)]
pub(super) struct Held(HashMap<TableId, Hold>);

#[derive(Clone, Copy, Debug)]
enum Hold {
    /// By so many tasks.
    Shared(usize),
    Exclusive,
}

impl Held {
    /// Whether a task with these locks would wait for none that runs.
    pub(super) fn admits(&self, locks: &Locks) -> bool {
        locks.iter().all(|(table, lock)| {
            matches!(
                (self.0.get(&table), lock),
                (None, _) | (Some(Hold::Shared(_)), Lock::Shared)
            )
        })
    }

    /// Takes the locks of a task that it [admits](Self::admits).
    pub(super) fn take(&mut self, locks: &Locks) {
        for (table, lock) in locks.iter() {
            let hold = match (self.0.get(&table), lock) {
                (Some(Hold::Shared(tasks)), Lock::Shared) => Hold::Shared(tasks + 1),
                (_, Lock::Shared) => Hold::Shared(1),
                (_, Lock::Exclusive) => Hold::Exclusive,
            };
            self.0.insert(table, hold);
        }
    }

    /// Gives back what [`take`](Self::take) took.
    pub(super) fn release(&mut self, locks: &Locks) {
        for table in locks.tables() {
            let Entry::Occupied(mut hold) = self.0.entry(table) else {
                continue;
            };
            match hold.get_mut() {
                Hold::Shared(tasks) if *tasks > 1 => *tasks -= 1,
                Hold::Shared(_) | Hold::Exclusive => {
                    hold.remove();
                }
            }
        }
    }
}
