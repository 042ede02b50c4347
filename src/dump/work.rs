//! What the statements of an item do to which tables.
//!
//! Only statements in exactly the form that `pg_dump` gives them are understood. An item with any other is
//! [`Work::Other`], which promises nothing: whoever loads it must expect that it touches every table.

use super::cursor::Cursor;
use super::inventory::{TableForm, TableId};
use super::kind::Kind;
use super::reader::Statement;
use super::tables::{TableName, Tables};
use serde::Serialize;

/// What an item does to which tables, where its statements have the forms that `pg_dump` gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// CREATE TABLE, perhaps with ALTER TABLE of the same table behind it.
    Table(TableId),
    /// One CREATE INDEX and nothing else.
    Index(TableId, Build),
    /// A constraint that is no foreign key, or an index with further statements: locks the table against all.
    Constraint(TableId, Build),
    /// A foreign key: locks both.
    ForeignKey {
        /// The table that has it.
        table: TableId,
        /// The table that it points to; may be the same.
        references: TableId,
    },
    /// Anything else.
    #[default]
    Other,
}

impl Work {
    /// Whether it is the making of a B-tree.
    pub fn is_sort(self) -> bool {
        matches!(
            self,
            Self::Index(_, Build::Sort) | Self::Constraint(_, Build::Sort)
        )
    }
}

/// How an index comes to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Build {
    /// All of its entries are sorted: a B-tree.
    Sort,
    /// In any other way, or there is none.
    Other,
}

/// What one statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    CreateTable(TableId, TableForm),
    CreateIndex(TableId, Build),
    /// ALTER TABLE of that table that names no other one; perhaps it adds a constraint.
    AlterTable(TableId, Reach, Build),
    /// ALTER INDEX of one index alone.
    AlterIndex,
    ForeignKey {
        table: TableId,
        references: TableId,
    },
}

/// Which tables an ALTER TABLE changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// The named one.
    Itself,
    /// Those that inherit from it too: their rows must be loaded before a check that is not valid holds for them.
    Heirs,
}

/// The work of an item of that kind with `statement` as its next one; `before` is none where it is the first one.
pub(super) fn work(
    kind: &Kind,
    before: Option<Work>,
    statement: &Statement,
    tables: &mut Tables,
) -> Work {
    // Spares reading what cannot be understood: there may be millions of statements in one item.
    if before == Some(Work::Other) || !may_be_understood(kind) {
        return Work::Other;
    }
    match read(statement, tables) {
        Some(deed) => add(kind, before, deed, tables),
        None => Work::Other,
    }
}

fn may_be_understood(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Table | Kind::Index | Kind::Constraint | Kind::CheckConstraint | Kind::FkConstraint
    )
}

fn add(kind: &Kind, before: Option<Work>, deed: Deed, tables: &mut Tables) -> Work {
    match (kind, before, deed) {
        (Kind::Table, None, Deed::CreateTable(table, form)) => {
            tables.create(table, form);
            Work::Table(table)
        }
        (Kind::Table, Some(Work::Table(table)), Deed::AlterTable(other, ..)) if table == other => {
            Work::Table(table)
        }
        (Kind::Index, None, Deed::CreateIndex(table, build)) => Work::Index(table, build),
        (
            Kind::Constraint | Kind::CheckConstraint,
            None,
            Deed::AlterTable(table, Reach::Itself, build),
        ) => Work::Constraint(table, build),
        (_, Some(Work::Index(table, build) | Work::Constraint(table, build)), Deed::AlterIndex) => {
            Work::Constraint(table, build)
        }
        (
            _,
            Some(Work::Index(table, build) | Work::Constraint(table, build)),
            Deed::AlterTable(other, Reach::Itself, _),
        ) if table == other => Work::Constraint(table, build),
        (Kind::FkConstraint, None, Deed::ForeignKey { table, references }) => {
            Work::ForeignKey { table, references }
        }
        _ => Work::Other,
    }
}

fn read(statement: &Statement, tables: &mut Tables) -> Option<Deed> {
    let mut cursor = statement.is_whole().then(|| statement.cursor())?;
    match cursor.one_of(&["create", "alter"])? {
        "create" => create(&mut cursor, tables),
        _ => alter(&mut cursor, tables),
    }
}

fn create(cursor: &mut Cursor<'_>, tables: &mut Tables) -> Option<Deed> {
    match cursor.one_of(&["table", "unlogged", "index", "unique"])? {
        "table" => create_table(cursor, tables),
        "unlogged" if cursor.word("table") => create_table(cursor, tables),
        "index" => create_index(cursor, tables),
        "unique" if cursor.word("index") => create_index(cursor, tables),
        _ => None,
    }
}

/// `name [OF type | PARTITION OF parent] [(columns)] …;`, behind CREATE TABLE.
fn create_table(cursor: &mut Cursor<'_>, tables: &mut Tables) -> Option<Deed> {
    let table = table_name(cursor)?;
    let is_partition = cursor.word("partition");
    if cursor.word("of") {
        table_name(cursor)?;
    } else if is_partition || !cursor.parenthesized() {
        return None;
    }
    Some(Deed::CreateTable(tables.id(&table), form(cursor)))
}

/// Looks for PARTITION BY behind the columns; within them it could only be part of an expression.
fn form(cursor: &mut Cursor<'_>) -> TableForm {
    while let Some(token) = cursor.next_outside() {
        if token.is_word("partition") && cursor.word("by") {
            return TableForm::Partitioned;
        }
    }
    TableForm::Plain
}

/// `name ON [ONLY] table USING method …;`, behind CREATE INDEX.
fn create_index(cursor: &mut Cursor<'_>, tables: &mut Tables) -> Option<Deed> {
    cursor.name().ok()??;
    cursor.word("on").then_some(())?;
    cursor.word("only");
    let table = table_name(cursor)?;
    cursor.word("using").then_some(())?;
    let build = if cursor.word("btree") {
        Build::Sort
    } else {
        Build::Other
    };
    Some(Deed::CreateIndex(tables.id(&table), build))
}

fn alter(cursor: &mut Cursor<'_>, tables: &mut Tables) -> Option<Deed> {
    let deed = match cursor.one_of(&["table", "index"])? {
        "table" => alter_table(cursor, tables),
        _ => alter_index(cursor),
    };
    deed.filter(|_| is_one_action(cursor))
}

/// Whether nothing but the rest of one action follows: a comma would begin the next one.
fn is_one_action(cursor: &mut Cursor<'_>) -> bool {
    while let Some(token) = cursor.next_outside() {
        if token.is_symbol(",") {
            return false;
        }
    }
    true
}

/// Statistics targets of an expression, or the extension on which the index depends.
fn alter_index(cursor: &mut Cursor<'_>) -> Option<Deed> {
    table_name(cursor)?;
    cursor.one_of(&["alter", "depends"])?;
    Some(Deed::AlterIndex)
}

fn alter_table(cursor: &mut Cursor<'_>, tables: &mut Tables) -> Option<Deed> {
    let reach = if cursor.word("only") {
        Reach::Itself
    } else {
        Reach::Heirs
    };
    let table = table_name(cursor)?;
    match cursor.one_of(&[
        "add", "alter", "owner", "set", "cluster", "replica", "force",
    ])? {
        "add" => add_constraint(cursor, reach, &table, tables),
        "alter" => Some(Deed::AlterTable(tables.id(&table), reach, Build::Other)),
        "set" if !(cursor.word("access") && cursor.word("method")) => None,
        _ => Some(Deed::AlterTable(
            tables.id(&table),
            Reach::Itself,
            Build::Other,
        )),
    }
}

/// `CONSTRAINT name …;`, behind ADD.
fn add_constraint(
    cursor: &mut Cursor<'_>,
    reach: Reach,
    table: &TableName,
    tables: &mut Tables,
) -> Option<Deed> {
    cursor.word("constraint").then_some(())?;
    cursor.name().ok()??;
    match cursor.one_of(&["primary", "unique", "exclude", "check", "not", "foreign"])? {
        "foreign" => foreign_key(cursor, table, tables),
        "primary" | "unique" => Some(Deed::AlterTable(tables.id(table), reach, Build::Sort)),
        _ => Some(Deed::AlterTable(tables.id(table), reach, Build::Other)),
    }
}

/// `KEY (columns) REFERENCES table(columns) …;`, behind FOREIGN.
fn foreign_key(cursor: &mut Cursor<'_>, table: &TableName, tables: &mut Tables) -> Option<Deed> {
    let is_known = cursor.word("key") && cursor.parenthesized() && cursor.word("references");
    let references = is_known.then(|| table_name(cursor))??;
    cursor.parenthesized().then(|| Deed::ForeignKey {
        table: tables.id(table),
        references: tables.id(&references),
    })
}

/// Takes a table, index or type with its schema.
fn table_name(cursor: &mut Cursor<'_>) -> Option<TableName> {
    let name = TableName::read(cursor, "name of a table").ok()?;
    name.has_schema().then_some(name)
}
