//! The tables of a database, each once.

use super::cursor::{Cursor, utf8};
use super::inventory::{Table, TableForm, TableId};
use super::refusal::Reason;
use super::roles::name;
use std::collections::HashMap;

/// The name of a table in a statement.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TableName {
    /// As written.
    pub text: Box<str>,
    /// Decoded: schema and name, or what else is written with dots between.
    parts: Vec<String>,
}

impl TableName {
    /// Takes a name; `what` is the statement in which it stands.
    pub(super) fn read(cursor: &mut Cursor<'_>, what: &'static str) -> Result<Self, Reason> {
        let start = cursor.offset();
        let mut parts = vec![name(cursor, what)?];
        while cursor.symbol(".") {
            parts.push(name(cursor, what)?);
        }
        let text = utf8(cursor.slice(start, cursor.behind()))?.into();
        Ok(Self { text, parts })
    }

    /// Whether it is schema and name, as `pg_dump` writes every table.
    pub(super) fn has_schema(&self) -> bool {
        self.parts.len() == 2
    }
}

/// The tables that have been named so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    list: Vec<Table>,
    /// By decoded name: `pg_dump` and the server, which writes index definitions and foreign keys, quote keywords each
    /// by their own version.
    ids: HashMap<Vec<String>, TableId>,
}

impl Tables {
    /// The place of that table; the same for the same table.
    pub(super) fn id(&mut self, name: &TableName) -> TableId {
        if let Some(&id) = self.ids.get(&name.parts) {
            return id;
        }
        // As many names do not fit into any memory.
        let id = TableId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.ids.insert(name.parts.clone(), id);
        self.list.push(Table {
            name: name.text.clone(),
            form: TableForm::Other,
        });
        id
    }

    /// Notes that the dump creates the table.
    pub(super) fn create(&mut self, id: TableId, form: TableForm) {
        if let Some(table) = self.list.get_mut(id.0 as usize) {
            table.form = form;
        }
    }

    pub(super) fn into_list(self) -> Vec<Table> {
        self.list
    }
}
