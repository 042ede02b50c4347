//! Everything behind the data: indexes and constraints, foreign keys, and what is not understood.

use super::LARGE;
use super::data::Loaded;
use super::graph::Graph;
use super::locks::{Lock, Locks};
use super::script::Script;
use super::source::Source;
use super::tables::Tables;
use super::task::{Task, TaskId, TaskWork};
use crate::dump::{Item, Kind, TableForm, TableId, Work};
use std::ops::Range;

/// Units of small tables that one session runs in one go, at most.
const UNITS: usize = 50;
/// ANALYZE reads a sample: a larger table takes it no longer.
const SAMPLE: u64 = 64 << 20;

/// What an item may run beside.
#[derive(Clone, Copy)]
enum Class {
    /// An index or a constraint of a table that holds rows: beside everything that is not of the same table.
    Build { table: TableId, lock: Lock },
    /// The same of a partitioned table. What it does to the partitions is not known from the text.
    BuildPartitioned(TableId),
    /// A foreign key between tables that hold rows.
    Key { table: TableId, references: TableId },
    /// Nothing.
    Barrier,
}

impl Class {
    fn of(item: &Item, tables: &Tables) -> Self {
        match (item.work, &item.kind) {
            (Work::Index(table, _), Kind::Index) => Self::build(table, Lock::Shared, tables),
            (
                Work::Constraint(table, _),
                Kind::Constraint | Kind::CheckConstraint | Kind::Index,
            ) => Self::build(table, Lock::Exclusive, tables),
            (Work::ForeignKey { table, references }, Kind::FkConstraint)
                if [table, references].map(|id| tables.form(id)) == [TableForm::Plain; 2] =>
            {
                Self::Key { table, references }
            }
            _ => Self::Barrier,
        }
    }

    fn build(table: TableId, lock: Lock, tables: &Tables) -> Self {
        match tables.form(table) {
            TableForm::Plain => Self::Build { table, lock },
            TableForm::Partitioned => Self::BuildPartitioned(table),
            TableForm::Other => Self::Barrier,
        }
    }
}

/// Neighbours in the dump that may run beside each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wave {
    Builds,
    Keys,
    Barrier,
}

/// Units that one session runs in one go.
#[derive(Default)]
struct Bundle {
    script: Script,
    locks: Locks,
    after: Vec<TaskId>,
    units: usize,
}

impl Bundle {
    fn lock(&mut self, table: TableId, lock: Lock) {
        self.locks.add(table, lock);
    }

    fn unit(&mut self, source: Source, unit: Range<usize>, weight: u64) {
        self.script.extend(source, unit);
        self.script.add_weight(weight);
        self.units += 1;
    }
}

/// Makes the tasks of everything behind the data.
pub(super) struct AfterData<'a> {
    source: Source<'a>,
    loaded: Loaded,
    tables: &'a mut Tables,
    graph: &'a mut Graph,
    wave: Wave,
    /// Indexes and constraints of small tables.
    builds: Bundle,
    /// Those of partitioned tables: they wait for all rows, so they are kept apart.
    partitioned: Bundle,
    /// Foreign keys between small tables.
    keys: Bundle,
    barrier: Script,
    /// The last barrier that makes extended statistics, which only ANALYZE fills.
    statistics: Option<TaskId>,
}

impl<'a> AfterData<'a> {
    pub(super) fn new(
        source: Source<'a>,
        loaded: Loaded,
        tables: &'a mut Tables,
        graph: &'a mut Graph,
    ) -> Self {
        Self {
            source,
            loaded,
            tables,
            graph,
            wave: Wave::Builds,
            builds: Bundle::default(),
            partitioned: Bundle::default(),
            keys: Bundle::default(),
            barrier: Script::default(),
            statistics: None,
        }
    }

    /// The tasks of all items from `first` on.
    pub(super) fn plan(mut self, first: usize) {
        let mut at = first;
        while let Some(item) = self.source.items.get(at) {
            let unit = self.source.unit(at);
            at = unit.end;
            self.unit(item, unit);
        }
        self.close();
        self.analyze();
    }

    fn unit(&mut self, item: &Item, unit: Range<usize>) {
        let class = Class::of(item, self.tables);
        self.enter(match class {
            Class::Build { .. } | Class::BuildPartitioned(_) => Wave::Builds,
            Class::Key { .. } => Wave::Keys,
            Class::Barrier => Wave::Barrier,
        });
        if self.source.todo(unit.clone()).next().is_none() {
            return;
        }
        match class {
            Class::Build { table, lock } => self.build(table, lock, unit),
            Class::BuildPartitioned(table) => self.build_partitioned(table, unit),
            Class::Key { table, references } => self.key(table, references, unit),
            Class::Barrier => self.barrier.extend(self.source, unit),
        }
    }

    fn build(&mut self, table: TableId, lock: Lock, unit: Range<usize>) {
        let bytes = self.tables.bytes(table);
        let mut bundle = match Size::of(bytes) {
            Size::Small => std::mem::take(&mut self.builds),
            Size::Large => Bundle::default(),
        };
        bundle.after.extend(self.rows(table));
        bundle.lock(table, lock);
        // A constraint is begun before the indexes of its table: behind it they can run at once.
        let scan = self.tables.scan(table);
        let weight = match lock {
            Lock::Shared => scan,
            Lock::Exclusive => scan.saturating_add(scan / 4),
        };
        bundle.unit(self.source, unit, weight);
        match Size::of(bytes) {
            Size::Small if bundle.units < UNITS => self.builds = bundle,
            _ => self.close_builds(bundle),
        }
    }

    fn build_partitioned(&mut self, table: TableId, unit: Range<usize>) {
        let mut bundle = std::mem::take(&mut self.partitioned);
        bundle.after.extend(self.loaded.all);
        bundle.lock(table, Lock::Exclusive);
        bundle.unit(self.source, unit, 0);
        if bundle.units < UNITS {
            self.partitioned = bundle;
        } else {
            self.close_builds(bundle);
        }
    }

    fn key(&mut self, table: TableId, references: TableId, unit: Range<usize>) {
        let own = self.tables.scan(table);
        let other = self.tables.scan(references);
        let size = Size::of(own.max(other));
        let mut bundle = match size {
            Size::Small => std::mem::take(&mut self.keys),
            Size::Large => Bundle::default(),
        };
        for table in [table, references] {
            bundle.after.extend(self.rows(table));
            bundle.after.extend(self.tables.built(table, self.graph));
            bundle.lock(table, Lock::Exclusive);
        }
        bundle.unit(self.source, unit, own.saturating_add(other));
        match size {
            Size::Small if bundle.units < UNITS => self.keys = bundle,
            _ => {
                self.close_bundle(bundle);
            }
        }
    }

    /// What loads the rows of a table.
    fn rows(&self, table: TableId) -> impl Iterator<Item = TaskId> + use<> {
        let own = self.tables.get(table).and_then(|table| table.rows);
        own.into_iter().chain(self.loaded.anywhere)
    }

    /// Ends the wave that was, where this is another.
    fn enter(&mut self, wave: Wave) {
        if self.wave != wave {
            self.close();
            self.wave = wave;
        }
    }

    fn close(&mut self) {
        match self.wave {
            Wave::Builds => {
                for bundle in [&mut self.builds, &mut self.partitioned].map(std::mem::take) {
                    self.close_builds(bundle);
                }
            }
            Wave::Keys => {
                let bundle = std::mem::take(&mut self.keys);
                self.close_bundle(bundle);
            }
            Wave::Barrier => self.close_barrier(),
        }
    }

    fn close_builds(&mut self, bundle: Bundle) {
        let tables: Vec<TableId> = bundle.locks.tables().collect();
        if let Some(node) = self.close_bundle(bundle) {
            for table in tables {
                self.tables.add_built(table, node);
            }
        }
    }

    fn close_bundle(&mut self, bundle: Bundle) -> Option<TaskId> {
        let task = bundle.script.task(bundle.locks)?;
        Some(self.graph.add(Some(task), bundle.after))
    }

    fn close_barrier(&mut self) {
        let script = std::mem::take(&mut self.barrier);
        let items = self.source.items;
        let makes_statistics = |position: &usize| {
            items
                .get(*position)
                .is_some_and(|item| item.kind == Kind::Statistics)
        };
        let makes_statistics = script.items().iter().any(makes_statistics);
        // Also where all of it is done: it still stands between what is before and what is behind it.
        let node = self.graph.barrier(script.task(Locks::default()));
        if makes_statistics {
            self.statistics = Some(node);
        }
    }

    /// One ANALYZE for each large table. None waits for a barrier that has nothing to do with it: ANALYZE takes one
    /// lock, so whatever it is in the way of waits for a moment, and cannot wait in a circle.
    fn analyze(&mut self) {
        for table in self.tables.ids() {
            let bytes = self.tables.bytes(table);
            let is_plain = self.tables.form(table) == TableForm::Plain;
            if !is_plain || Size::of(bytes) == Size::Small {
                continue;
            }
            let mut after: Vec<TaskId> = self.rows(table).chain(self.statistics).collect();
            after.extend(self.tables.built(table, self.graph));
            let task = Task {
                work: TaskWork::Analyze(table),
                weight: bytes.min(SAMPLE),
                needs: 0,
                locks: Locks::one(table, Lock::Exclusive),
            };
            self.graph.add_beside(Some(task), after);
        }
    }
}

/// Whether a table has tasks of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Size {
    Small,
    Large,
}

impl Size {
    fn of(bytes: u64) -> Self {
        if bytes < LARGE {
            Self::Small
        } else {
            Self::Large
        }
    }
}
