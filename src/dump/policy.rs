//! Which statements of a database section are applied, deferred, skipped or refused.
//!
//! A list of what `pg_dump` 11 to 18 writes; whatever is not on it is refused. It guards against other tools' files and
//! against text that would reach beyond the database under restore. It is no sandbox: SQL that `pg_dump` does write,
//! such as a function or a view, is the dump's own and runs with the restorer's rights.

use super::cursor::{Cursor, utf8};
use super::database;
use super::inventory::CreateDatabase;
use super::kind::Kind;
use super::lexer::LexemeKind;
use super::reader::Statement;
use super::refusal::{Reason, excerpt};
use super::roles::name;
use super::session::{self, Setting};

/// Ends what SET SESSION AUTHORIZATION began.
pub(super) const RESET_AUTHORIZATION: &str = "RESET SESSION AUTHORIZATION;";

/// What becomes of a statement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Skipped or remembered.
    Set(Setting),
    /// Skipped: the loader makes the section's database under another name.
    Create(String, CreateDatabase),
    /// Deferred: about the database of that name itself.
    Property(String),
    /// Applied.
    Apply(Class),
    /// Applied; creates the extension of that name.
    Extension(String),
    /// Applied, with the rows behind it, to the table written so.
    Copy(Box<str>),
}

/// Kinds of statement that are applied; the type of the item decides which of them may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Definition,
    Rights,
    SetAuthorization,
    ResetAuthorization,
    Comment,
    Insert,
    SetSequence,
    CreateLargeObject,
    WriteLargeObject,
    Begin,
    Commit,
    Statistics,
    Refresh,
}

/// Leading words of definitions.
const DEFINITIONS: [&str; 67] = [
    "create access method",
    "create aggregate",
    "create cast",
    "create collation",
    "create constraint trigger",
    "create conversion",
    "create default conversion",
    "create domain",
    "create event trigger",
    "create foreign data wrapper",
    "create foreign table",
    "create function",
    "create index",
    "create language",
    "create materialized view",
    "create operator",
    "create or replace function",
    "create or replace language",
    "create or replace procedural language",
    "create or replace procedure",
    "create or replace trusted procedural language",
    "create or replace view",
    "create policy",
    "create procedural language",
    "create procedure",
    "create publication",
    "create rule",
    "create sequence",
    "create server",
    "create statistics",
    "create subscription",
    "create table",
    "create text search",
    "create transform",
    "create trigger",
    "create trusted procedural language",
    "create type",
    "create unique index",
    "create unlogged sequence",
    "create unlogged table",
    "create user mapping",
    "create view",
    "alter aggregate",
    "alter collation",
    "alter conversion",
    "alter default privileges",
    "alter domain",
    "alter event trigger",
    "alter foreign data wrapper",
    "alter foreign table",
    "alter function",
    "alter index",
    "alter language",
    "alter large object",
    "alter materialized view",
    "alter operator",
    "alter procedural language",
    "alter procedure",
    "alter publication",
    "alter schema",
    "alter sequence",
    "alter server",
    "alter statistics",
    "alter subscription",
    "alter table",
    "alter text search",
    "alter trigger",
];
const MORE_DEFINITIONS: [&str; 2] = ["alter type", "alter view"];

/// Judges a statement of a database section by itself.
pub(super) fn judge(statement: &Statement) -> Result<Verdict, Reason> {
    let mut cursor = statement.cursor();
    let lead = statement.cursor().leading_words();
    let begins = |phrase: &str| {
        lead.strip_prefix(phrase)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    match lead.split(' ').next().unwrap_or_default() {
        "set" if begins("set session") => {
            cursor.skip(2);
            set_authorization(&mut cursor).map(|()| Verdict::Apply(Class::SetAuthorization))
        }
        "set" => {
            cursor.skip(1);
            session::parse(&mut cursor).map(Verdict::Set)
        }
        "reset" => {
            cursor.skip(1);
            reset_authorization(&mut cursor).map(|()| Verdict::Apply(Class::ResetAuthorization))
        }
        "select" => select(statement),
        "copy" => {
            cursor.skip(1);
            match copy_target(&mut cursor)? {
                Some(target) => Ok(Verdict::Copy(target)),
                None => Err(Reason::CopyFile),
            }
        }
        "insert" if begins("insert into") => Ok(Verdict::Apply(Class::Insert)),
        "begin" | "commit"
            if statement.text.ends_with(b";") && lead.len() + 1 == statement.text.len() =>
        {
            Ok(Verdict::Apply(if lead == "begin" {
                Class::Begin
            } else {
                Class::Commit
            }))
        }
        "refresh" if begins("refresh materialized view") => Ok(Verdict::Apply(Class::Refresh)),
        "grant" | "revoke" => rights(statement),
        "comment" if begins("comment on database") => property(statement, 3),
        "comment" if begins("comment on") => Ok(Verdict::Apply(Class::Comment)),
        "security" => security_label(statement),
        "create" if begins("create database") => {
            cursor.skip(2);
            whole(statement)?;
            database::create(&mut cursor).map(|(name, create)| Verdict::Create(name, create))
        }
        "create" if begins("create schema") => schema(&mut cursor),
        "create" if begins("create extension") => extension(&mut cursor),
        "alter" if begins("alter database") => {
            cursor.skip(2);
            whole(statement)?;
            database::alter(&mut cursor).map(Verdict::Property)
        }
        "alter" if begins("alter role") => {
            cursor.skip(2);
            whole(statement)?;
            database::alter_role(&mut cursor).map(Verdict::Property)
        }
        "drop" => Err(Reason::Drop(excerpt(&statement.text))),
        _ if DEFINITIONS
            .iter()
            .chain(&MORE_DEFINITIONS)
            .any(|phrase| begins(phrase)) =>
        {
            Ok(Verdict::Apply(Class::Definition))
        }
        _ => Err(unknown(statement)),
    }
}

/// Whether a statement of that class may stand in an item of that type.
pub(super) fn belongs(class: Class, kind: &Kind) -> bool {
    match (class, kind) {
        (Class::Insert, kind) => *kind == Kind::TableData,
        (Class::SetSequence, kind) => *kind == Kind::SequenceSet,
        (Class::WriteLargeObject, kind) => *kind == Kind::Blobs,
        (Class::CreateLargeObject, kind) => {
            matches!(kind, Kind::Blob | Kind::BlobMetadata | Kind::Blobs)
        }
        (Class::Begin | Class::Commit, kind) => matches!(kind, Kind::BlobMetadata | Kind::Blobs),
        (Class::Statistics, kind) => *kind == Kind::StatisticsData,
        (Class::Refresh, kind) => *kind == Kind::MaterializedViewData,
        (Class::SetAuthorization | Class::ResetAuthorization, kind) => {
            matches!(kind, Kind::Acl | Kind::DefaultAcl)
        }
        (Class::Rights | Class::Comment, kind) => !holds_data(kind),
        (Class::Definition, kind) => !holds_data(kind) && *kind != Kind::Acl,
    }
}

/// Types of items that hold rows or state and define nothing.
fn holds_data(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::TableData
            | Kind::SequenceSet
            | Kind::Blobs
            | Kind::StatisticsData
            | Kind::MaterializedViewData
    )
}

/// `name [(columns)] [WITH OIDS] FROM stdin;`, behind COPY. `None` where the data would come from elsewhere.
pub(super) fn copy_target(cursor: &mut Cursor<'_>) -> Result<Option<Box<str>>, Reason> {
    const WHAT: &str = "COPY";
    let start = cursor.offset();
    name(cursor, WHAT)?;
    while cursor.symbol(".") {
        name(cursor, WHAT)?;
    }
    let target = cursor.slice(start, cursor.behind());
    if cursor.symbol("(") {
        name(cursor, WHAT)?;
        while cursor.symbol(",") {
            name(cursor, WHAT)?;
        }
        if !cursor.symbol(")") {
            return Err(cursor.malformed(WHAT));
        }
    }
    if cursor.word("with") && !cursor.word("oids") {
        return Err(cursor.malformed(WHAT));
    }
    if !(cursor.word("from") && cursor.word("stdin")) {
        return Ok(None);
    }
    if !cursor.is_done() {
        return Err(cursor.malformed(WHAT));
    }
    utf8(target).map(|target| Some(target.into()))
}

/// `SELECT pg_catalog.function(literals)` and nothing else.
fn select(statement: &Statement) -> Result<Verdict, Reason> {
    let mut cursor = statement.cursor();
    cursor.skip(1);
    let is_statistics = cursor.symbol("*") && cursor.word("from");
    if !(cursor.word("pg_catalog") && cursor.symbol(".")) {
        return Err(unknown(statement));
    }
    let function = cursor.next().map(|token| token.text).unwrap_or_default();
    let class = match function {
        b"set_config" => return search_path(&mut cursor, statement),
        b"setval" => Class::SetSequence,
        b"lo_create" => Class::CreateLargeObject,
        b"lo_open" | b"lowrite" | b"lo_close" => Class::WriteLargeObject,
        b"pg_restore_relation_stats"
        | b"pg_restore_attribute_stats"
        | b"pg_restore_extended_stats"
            if is_statistics =>
        {
            Class::Statistics
        }
        _ => return Err(unknown(statement)),
    };
    if !cursor.symbol("(") {
        return Err(unknown(statement));
    }
    while let Some(token) = cursor.next() {
        match (token.kind, token.text) {
            (LexemeKind::Symbol, b")") if cursor.is_done() => return Ok(Verdict::Apply(class)),
            (LexemeKind::Symbol, b",") | (LexemeKind::String | LexemeKind::Number, _) => {}
            // Nothing but plain literals for large objects: their statements must not run code of the dump.
            _ if class == Class::WriteLargeObject => return Err(unknown(statement)),
            (LexemeKind::Symbol, b"::" | b"-" | b"[" | b"]")
            | (LexemeKind::EscapeString | LexemeKind::Word, _) => {}
            _ => return Err(unknown(statement)),
        }
    }
    // Statistics may have a literal that is longer than what is kept of a statement.
    if class == Class::Statistics && !statement.is_whole() {
        Ok(Verdict::Apply(class))
    } else {
        Err(unknown(statement))
    }
}

/// `SELECT pg_catalog.set_config('search_path', '', false);`
fn search_path(cursor: &mut Cursor<'_>, statement: &Statement) -> Result<Verdict, Reason> {
    let is_known = cursor.symbol("(")
        && cursor.string()?.as_deref() == Some("search_path")
        && cursor.symbol(",")
        && cursor.string()?.as_deref() == Some("")
        && cursor.symbol(",")
        && cursor.word("false")
        && cursor.symbol(")")
        && cursor.is_done();
    if is_known {
        Ok(Verdict::Set(Setting::Fixed))
    } else {
        Err(unknown(statement))
    }
}

/// `CREATE SCHEMA name [AUTHORIZATION role];`. Schema elements are not written by `pg_dump`.
fn schema(cursor: &mut Cursor<'_>) -> Result<Verdict, Reason> {
    const WHAT: &str = "CREATE SCHEMA";
    cursor.skip(2);
    name(cursor, WHAT)?;
    if cursor.word("authorization") {
        name(cursor, WHAT)?;
    }
    if cursor.is_done() {
        Ok(Verdict::Apply(Class::Definition))
    } else {
        Err(cursor.malformed(WHAT))
    }
}

/// `CREATE EXTENSION [IF NOT EXISTS] name …;`
fn extension(cursor: &mut Cursor<'_>) -> Result<Verdict, Reason> {
    cursor.skip(2);
    if cursor.word("if") && !(cursor.word("not") && cursor.word("exists")) {
        return Err(cursor.malformed("CREATE EXTENSION"));
    }
    name(cursor, "CREATE EXTENSION").map(Verdict::Extension)
}

fn rights(statement: &Statement) -> Result<Verdict, Reason> {
    let object = object_of_grant(&mut statement.cursor()).ok_or_else(|| unknown(statement))?;
    match (object.kind.as_str(), object.name) {
        ("database", Some(name)) => {
            whole(statement)?;
            Ok(Verdict::Property(name))
        }
        ("database" | "tablespace" | "parameter", _) => Err(unknown(statement)),
        _ => Ok(Verdict::Apply(Class::Rights)),
    }
}

/// What a GRANT or REVOKE is about.
#[derive(Debug)]
pub(super) struct GrantObject {
    /// First word behind ON, in lower case.
    pub kind: String,
    /// Name behind it, where there is exactly one.
    pub name: Option<String>,
}

/// `None` for a GRANT of roles.
pub(super) fn object_of_grant(cursor: &mut Cursor<'_>) -> Option<GrantObject> {
    while !cursor.word("on") {
        cursor.next()?;
    }
    let kind = cursor.next()?;
    let kind = String::from_utf8_lossy(kind.text).to_ascii_lowercase();
    let name = cursor
        .name()
        .ok()
        .flatten()
        .filter(|_| cursor.one_of(&["to", "from"]).is_some());
    Some(GrantObject { kind, name })
}

fn security_label(statement: &Statement) -> Result<Verdict, Reason> {
    let mut cursor = statement.cursor();
    let mut skipped = 2;
    if !(cursor.word("security") && cursor.word("label")) {
        return Err(unknown(statement));
    }
    if cursor.word("for") {
        name(&mut cursor, "SECURITY LABEL")?;
        skipped += 2;
    }
    match (
        cursor.word("on"),
        cursor.one_of(&["database", "role", "tablespace"]),
    ) {
        (true, Some("database")) => property(statement, skipped + 2),
        (true, None) => Ok(Verdict::Apply(Class::Comment)),
        _ => Err(unknown(statement)),
    }
}

/// A statement whose database name stands behind `skipped` lexemes.
fn property(statement: &Statement, skipped: usize) -> Result<Verdict, Reason> {
    whole(statement)?;
    let mut cursor = statement.cursor();
    cursor.skip(skipped);
    name(&mut cursor, "statement about a database").map(Verdict::Property)
}

/// `AUTHORIZATION role;`, behind SET SESSION.
pub(super) fn set_authorization(cursor: &mut Cursor<'_>) -> Result<(), Reason> {
    const WHAT: &str = "SET SESSION AUTHORIZATION";
    let is_known =
        cursor.word("authorization") && (cursor.string()?.is_some() || cursor.name()?.is_some());
    if is_known && cursor.is_done() {
        Ok(())
    } else {
        Err(cursor.malformed(WHAT))
    }
}

/// `SESSION AUTHORIZATION;`, behind RESET.
pub(super) fn reset_authorization(cursor: &mut Cursor<'_>) -> Result<(), Reason> {
    let is_known = cursor.word("session") && cursor.word("authorization") && cursor.is_done();
    if is_known {
        Ok(())
    } else {
        Err(cursor.malformed("RESET"))
    }
}

/// What is run later as text must have been kept whole.
fn whole(statement: &Statement) -> Result<(), Reason> {
    if statement.is_whole() {
        Ok(())
    } else {
        Err(Reason::LongStatement(statement.text.len() as u64))
    }
}

/// The refusal of a statement that is not on the list.
pub(super) fn unknown(statement: &Statement) -> Reason {
    let excerpt = excerpt(&statement.text);
    if statement.cursor().word("drop") {
        Reason::Drop(excerpt)
    } else {
        Reason::Statement(excerpt)
    }
}
