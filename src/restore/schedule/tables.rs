//! What the dump says of each table, and which tasks fill it and build on it.

use super::graph::Graph;
use super::task::TaskId;
use crate::dump::{Database, Item, Kind, TableForm, TableId};

/// Longer rows than this have values out of line (`TOAST_TUPLE_THRESHOLD`), which few indexes read.
const LONG_ROW: u64 = 2000;
/// About what is left of such a row in its table.
const SHORT_ROW: u64 = 200;

/// One table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub form: TableForm,
    /// Bytes of its rows; an estimate where they are no COPY data.
    pub bytes: u64,
    /// Bytes of them that are read where the table is: what an index takes to build.
    inline: u64,
    /// Items that hold COPY data of it.
    pub copies: usize,
    /// What loads its rows, where there is something left to load.
    pub rows: Option<TaskId>,
    /// What makes its indexes and constraints.
    built: Vec<TaskId>,
}

/// All tables of a database section.
#[derive(Clone, Debug)]
pub(super) struct Tables(Vec<Table>);

impl Tables {
    pub(super) fn new(database: &Database) -> Self {
        let table = |table: &crate::dump::Table| Table {
            form: table.form,
            bytes: 0,
            inline: 0,
            copies: 0,
            rows: None,
            built: Vec::new(),
        };
        let mut tables = Self(database.tables.iter().map(table).collect());
        tables.count(&database.items);
        tables.estimate(rows_anywhere(&database.items));
        tables
    }

    pub(super) fn get(&self, id: TableId) -> Option<&Table> {
        self.0.get(place(id))
    }

    /// What the dump says that it is; what it does not name is unknown.
    pub(super) fn form(&self, id: TableId) -> TableForm {
        self.get(id).map_or(TableForm::Other, |table| table.form)
    }

    pub(super) fn bytes(&self, id: TableId) -> u64 {
        self.get(id).map_or(0, |table| table.bytes)
    }

    /// How long an index or a key takes, as a [weight](super::Task::weight).
    pub(super) fn scan(&self, id: TableId) -> u64 {
        self.get(id).map_or(0, |table| table.inline)
    }

    /// Notes what loads its rows.
    pub(super) fn set_rows(&mut self, id: TableId, rows: Option<TaskId>) {
        if let Some(table) = self.0.get_mut(place(id)) {
            table.rows = rows;
        }
    }

    /// Notes what makes indexes or constraints of it.
    pub(super) fn add_built(&mut self, id: TableId, node: TaskId) {
        if let Some(table) = self.0.get_mut(place(id)) {
            table.built.push(node);
        }
    }

    /// What makes all its indexes and constraints up to now, as one node.
    pub(super) fn built(&mut self, id: TableId, graph: &mut Graph) -> Option<TaskId> {
        let table = self.0.get_mut(place(id))?;
        let node = graph.join(std::mem::take(&mut table.built));
        table.built.extend(node);
        node
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = TableId> + use<> {
        (0..self.0.len())
            .filter_map(|place| u32::try_from(place).ok())
            .map(TableId)
    }

    fn count(&mut self, items: &[Item]) {
        for copy in items.iter().filter_map(|item| item.copy.as_ref()) {
            if let Some(table) = self.0.get_mut(place(copy.table)) {
                let bytes = copy.bytes();
                let is_long = bytes / copy.rows.max(1) > LONG_ROW;
                table.copies += 1;
                table.bytes += bytes;
                table.inline += if is_long {
                    copy.rows.saturating_mul(SHORT_ROW)
                } else {
                    bytes
                };
            }
        }
    }

    /// Shares out the bytes of rows of which only the order says where they go, among the tables without others.
    fn estimate(&mut self, bytes: u64) {
        let is_open = |table: &&mut Table| table.copies == 0 && table.form == TableForm::Plain;
        let open = self.0.iter_mut().filter(is_open).count();
        let share = u64::try_from(open).map_or(0, |open| bytes.checked_div(open).unwrap_or(0));
        for table in self.0.iter_mut().filter(is_open) {
            (table.bytes, table.inline) = (share, share);
        }
    }
}

/// Bytes of rows that name no table, or the root of some partition.
fn rows_anywhere(items: &[Item]) -> u64 {
    items
        .iter()
        .filter(|item| item.kind == Kind::TableData)
        .filter(|item| item.copy.as_ref().is_none_or(|copy| copy.via_root))
        .map(|item| item.span.end.saturating_sub(item.span.start))
        .sum()
}

fn place(id: TableId) -> usize {
    // A place that the machine cannot count to is one that no table has.
    usize::try_from(id.0).unwrap_or(usize::MAX)
}
