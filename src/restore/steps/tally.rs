//! How much is loaded, and whether it is what the dump holds.

use std::collections::BTreeMap;

use crate::dump::{Database, Item};
use crate::progress::Progress;
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::plan::DatabasePlan;
use crate::restore::slices::is_large;

use super::StepError;
use super::crew::place;
use super::marks::Marks;

/// Counts of a load.
pub(super) struct Tally<'a> {
    databases: Vec<Expected<'a>>,
    bytes: Counted,
    items: Counted,
    rows: u64,
}

/// Something of which there will be a known number.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    done: u64,
    all: u64,
}

/// One database.
struct Expected<'a> {
    plan: &'a DatabasePlan,
    database: &'a Database,
    /// By item: chunks and rows that are committed of tables that are loaded chunk by chunk.
    parts: BTreeMap<usize, (usize, u64)>,
}

impl<'a> Tally<'a> {
    /// Nothing is loaded.
    pub(super) fn new(databases: impl Iterator<Item = (&'a DatabasePlan, &'a Database)>) -> Self {
        let expected = |(plan, database)| Expected {
            plan,
            database,
            parts: BTreeMap::new(),
        };
        let databases: Vec<_> = databases.map(expected).collect();
        let items = || databases.iter().flat_map(|d| &d.database.items);
        let all = |all| Counted { done: 0, all };
        Self {
            bytes: all(items().map(bytes).sum()),
            items: all(items().count() as u64),
            rows: 0,
            databases,
        }
    }

    /// What an earlier attempt committed of a database counts.
    pub(super) fn resume(&mut self, at: usize, marks: &Marks) {
        let Some(expected) = self.databases.get_mut(at) else {
            return;
        };
        let count = |chunks: &BTreeMap<usize, u64>| (chunks.len(), chunks.values().sum());
        let chunks = marks.chunks.iter();
        expected.parts = chunks.map(|(item, c)| (*item, count(c))).collect();
    }

    /// Bytes of a large table are in.
    pub(super) fn loaded(&mut self, bytes: u64, progress: &dyn Progress) {
        self.bytes.done += bytes;
        progress.bytes(self.bytes.done, Some(self.bytes.all));
    }

    /// An item is committed, with the server's own count of rows.
    pub(super) fn item(
        &mut self,
        at: usize,
        item: usize,
        rows: Option<u64>,
        progress: &dyn Progress,
    ) -> Result<(), StepError> {
        let Some(expected) = self.databases.get(at) else {
            return Ok(());
        };
        if let Some(item) = expected.database.items.get(item) {
            expected.check(item, rows)?;
            if item.copy.as_ref().is_none_or(|copy| !is_large(copy)) {
                self.loaded(bytes(item), progress);
            }
        }
        self.rows += rows.unwrap_or_default();
        progress.rows(self.rows);
        self.one_more();
        Ok(())
    }

    /// A chunk of a table is committed: with the last one the rows must be those of the dump.
    pub(super) fn chunk(
        &mut self,
        at: usize,
        number: usize,
        rows: u64,
        progress: &dyn Progress,
    ) -> Result<(), StepError> {
        let Some(expected) = self.databases.get_mut(at) else {
            return Ok(());
        };
        let (chunks, sum) = expected.parts.entry(number).or_default();
        *chunks += 1;
        *sum += rows;
        let (chunks, sum) = (*chunks, *sum);
        self.rows += rows;
        progress.rows(self.rows);
        let item = expected.database.items.get(number);
        let last = |item: &&Item| item.copy.as_ref().is_some_and(|c| c.chunks() <= chunks);
        if let Some(item) = item.filter(last) {
            expected.check(item, Some(sum))?;
            self.one_more();
        }
        Ok(())
    }

    fn one_more(&mut self) {
        self.items.done += 1;
        if self.items.done == self.items.all / 2 {
            kill_point::pass(StepName::Stage, Moment::Middle);
        }
    }
}

impl Expected<'_> {
    fn check(&self, item: &Item, found: Option<u64>) -> Result<(), StepError> {
        let database = || self.plan.name.clone();
        match (&item.copy, found) {
            (Some(copy), Some(found)) if copy.rows != found => Err(StepError::Rows {
                database: database(),
                item: place(item),
                expected: copy.rows,
                found,
            }),
            (Some(_), None) => Err(StepError::LoadEnded {
                database: database(),
                item: place(item),
            }),
            _ => Ok(()),
        }
    }
}

fn bytes(item: &Item) -> u64 {
    item.span.end - item.span.start
}
