//! The data section: rows, values of sequences, large objects.

use super::LARGE;
use super::graph::Graph;
use super::locks::Locks;
use super::parts::{chunk_needs, runs};
use super::script::Script;
use super::source::{Source, is_remark};
use super::tables::Tables;
use super::task::{Task, TaskId, TaskWork};
use crate::dump::{Copy, Item, Kind, TableForm, TableId};
use std::ops::Range;

/// Small tables that one session loads in one go, at most, and about how many bytes of them: so that sessions share
/// them.
const GROUP: usize = 200;
const GROUP_BYTES: u64 = 4 << 20;

/// The data section: from the first item that is data up to the first behind it that is none.
pub(super) fn section(items: &[Item]) -> Range<usize> {
    let start = items.iter().position(|item| begins(&item.kind));
    let start = start.unwrap_or(items.len());
    let rest = items.get(start..).unwrap_or_default();
    let before = std::iter::once(None).chain(rest.iter().map(Some));
    let data = rest.iter().zip(before);
    let len = data.take_while(|(item, before)| belongs(item, *before));
    start..start + len.count()
}

fn begins(kind: &Kind) -> bool {
    // Statistics are no data to load, but what they describe is: they wait for it like all else that is not understood.
    is_data(kind) || *kind == Kind::StatisticsData
}

fn is_data(kind: &Kind) -> bool {
    matches!(kind, Kind::TableData | Kind::SequenceSet) || is_large_object(kind)
}

fn is_large_object(kind: &Kind) -> bool {
    matches!(kind, Kind::BlobMetadata | Kind::Blobs)
}

/// What is said of a large object stands behind it, between data.
fn belongs(item: &Item, before: Option<&Item>) -> bool {
    is_data(&item.kind)
        || is_remark(item)
            && before.is_some_and(|before| is_large_object(&before.kind) || is_remark(before))
}

/// Where the rows of an item go.
enum Rows<'a> {
    /// All into a table that nothing else fills.
    Sole(&'a Copy),
    /// Into that table, which other items or an extension may fill too.
    Into(TableId),
    /// Into tables that the item does not name: partitions, or whatever an INSERT says.
    Anywhere,
    /// There are none.
    Nowhere,
}

impl<'a> Rows<'a> {
    fn of(item: &'a Item, tables: &Tables) -> Self {
        let copy = match (&item.kind, &item.copy) {
            (Kind::TableData, Some(copy)) if !copy.via_root => copy,
            (Kind::TableData, _) => return Self::Anywhere,
            _ => return Self::Nowhere,
        };
        match tables.get(copy.table) {
            Some(table) if table.form == TableForm::Plain && table.copies == 1 => Self::Sole(copy),
            Some(table) if table.form != TableForm::Partitioned => Self::Into(copy.table),
            _ => Self::Anywhere,
        }
    }
}

/// Whether a table may be emptied before its rows are loaded, which makes loading it cheaper.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Emptying {
    Allowed,
    /// Rows of another item, loaded at the same time, may go into it: a partition of what that names.
    Forbidden,
}

/// What loads the rows, for what waits for them.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// All rows of all tables.
    pub all: Option<TaskId>,
    /// Those that may go into any table.
    pub anywhere: Option<TaskId>,
}

/// Items that go into one script, and the tables that it fills.
#[derive(Default)]
struct Group {
    script: Script,
    bytes: u64,
    tables: Vec<TableId>,
}

/// Makes the tasks of the data section. All of them wait for what is before it, and none for another.
pub(super) struct DataSection<'a> {
    source: Source<'a>,
    tables: &'a mut Tables,
    graph: &'a mut Graph,
    emptying: Emptying,
    small: Group,
    /// Everything that is no rows of a table alone, in the order of the dump.
    rest: Group,
    all: Vec<TaskId>,
}

impl<'a> DataSection<'a> {
    pub(super) fn new(source: Source<'a>, tables: &'a mut Tables, graph: &'a mut Graph) -> Self {
        Self {
            source,
            tables,
            graph,
            emptying: Emptying::Allowed,
            small: Group::default(),
            rest: Group::default(),
            all: Vec::new(),
        }
    }

    /// The tasks of the items at `positions`.
    pub(super) fn plan(mut self, positions: Range<usize>) -> Loaded {
        let source = self.source;
        let goes_anywhere =
            |(_, item): (usize, &Item)| matches!(Rows::of(item, self.tables), Rows::Anywhere);
        if source.all(positions.clone()).any(goes_anywhere) {
            self.emptying = Emptying::Forbidden;
        }
        for (position, item) in source.todo(positions) {
            match Rows::of(item, self.tables) {
                Rows::Sole(copy) => self.sole(position, item, copy),
                Rows::Into(table) => self.rest(position, Some(table)),
                Rows::Anywhere | Rows::Nowhere => self.rest(position, None),
            }
        }
        self.finish()
    }

    fn sole(&mut self, position: usize, item: &Item, copy: &Copy) {
        let done = self.source.done.chunks(position);
        match (done, self.emptying) {
            (None, _) if copy.bytes() < LARGE => self.small(position, copy),
            (None, Emptying::Allowed) => self.load(position, item, copy),
            // Chunks that are committed must not be lost.
            _ => self.parts(position, item, copy, runs(copy, done)),
        }
    }

    fn small(&mut self, position: usize, copy: &Copy) {
        self.small
            .script
            .extend(self.source, position..position + 1);
        self.small.bytes = self.small.bytes.saturating_add(copy.bytes());
        self.small.tables.push(copy.table);
        if self.small.script.len() >= GROUP || self.small.bytes >= GROUP_BYTES {
            self.close_small();
        }
    }

    fn load(&mut self, position: usize, item: &Item, copy: &Copy) {
        let task = Task {
            work: TaskWork::Load(position),
            weight: copy.bytes(),
            needs: chunk_needs(item, copy, 0),
            locks: Locks::default(),
        };
        let node = self.add(task);
        self.tables.set_rows(copy.table, Some(node));
    }

    fn parts(&mut self, item: usize, title: &Item, copy: &Copy, ranges: Vec<Range<usize>>) {
        let parts = ranges
            .into_iter()
            .map(|chunks| Task::part(item, title, copy, chunks));
        let nodes = parts.map(|task| self.add(task)).collect();
        let rows = self.graph.join(nodes);
        self.tables.set_rows(copy.table, rows);
    }

    fn rest(&mut self, position: usize, table: Option<TableId>) {
        self.rest.script.extend(self.source, position..position + 1);
        self.rest.tables.extend(table);
    }

    fn close_small(&mut self) {
        let group = std::mem::take(&mut self.small);
        self.close(group);
    }

    fn close(&mut self, group: Group) -> Option<TaskId> {
        let node = self.add(group.script.task(Locks::default())?);
        for table in group.tables {
            self.tables.set_rows(table, Some(node));
        }
        Some(node)
    }

    fn add(&mut self, task: Task) -> TaskId {
        let node = self.graph.add(Some(task), Vec::new());
        self.all.push(node);
        node
    }

    fn finish(mut self) -> Loaded {
        self.close_small();
        let rest = std::mem::take(&mut self.rest);
        let rest = self.close(rest);
        Loaded {
            anywhere: rest.filter(|_| self.emptying == Emptying::Forbidden),
            all: self.graph.join(self.all),
        }
    }
}
