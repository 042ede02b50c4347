//! The rules over again, in the plainest way: what the properties are held against.

use crate::dump::{Database, Item, Kind, TableForm, TableId, Work};

/// What a rule says of an item, found again in the plainest way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    BeforeData,
    /// Rows of that table, rows of any, or none.
    Rows(Option<TableId>),
    NoRows,
    Build(TableId),
    Key(TableId, TableId),
    Barrier,
}

/// Of all items.
pub(super) fn roles(database: &Database) -> Vec<Role> {
    let mut section = 0;
    let mut roles: Vec<Role> = Vec::new();
    let mut before: Option<&Item> = None;
    for item in &database.items {
        let is_remark = matches!(item.kind, Kind::Comment | Kind::SecurityLabel);
        let is_object = |item: &Item| matches!(item.kind, Kind::Blobs | Kind::BlobMetadata);
        let is_data = matches!(item.kind, Kind::TableData | Kind::SequenceSet) || is_object(item);
        if section == 0 && (is_data || item.kind == Kind::StatisticsData) {
            section = 1;
        }
        if section == 1 && !is_data && !(is_remark && before.is_some_and(is_object)) {
            section = 2;
        }
        roles.push(match section {
            0 => Role::BeforeData,
            1 => rows(database, item),
            // Goes with the item before it, if that is one of a wave.
            _ if is_remark => roles
                .last()
                .copied()
                .filter(is_wave)
                .unwrap_or(Role::Barrier),
            _ => after_data(database, item),
        });
        if !is_remark {
            before = Some(item);
        }
    }
    roles
}

fn is_wave(role: &Role) -> bool {
    matches!(role, Role::Build(_) | Role::Key(..))
}

pub(super) fn form(database: &Database, table: TableId) -> TableForm {
    database.tables[table.0 as usize].form
}

fn rows(database: &Database, item: &Item) -> Role {
    match &item.copy {
        _ if item.kind != Kind::TableData => Role::NoRows,
        Some(copy) if !copy.via_root && form(database, copy.table) != TableForm::Partitioned => {
            Role::Rows(Some(copy.table))
        }
        _ => Role::Rows(None),
    }
}

fn after_data(database: &Database, item: &Item) -> Role {
    match (item.work, &item.kind) {
        (Work::Index(table, _), Kind::Index) | (Work::Constraint(table, _), Kind::Constraint)
            if form(database, table) != TableForm::Other =>
        {
            Role::Build(table)
        }
        (Work::ForeignKey { table, references }, _)
            if [table, references].map(|t| form(database, t)) == [TableForm::Plain; 2] =>
        {
            Role::Key(table, references)
        }
        _ => Role::Barrier,
    }
}
