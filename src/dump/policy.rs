//! Which statements of a database section are applied, deferred, skipped or refused.
//!
//! A list of what `pg_dump` 11 to 18 writes; whatever is not on it is refused. It guards against other tools' files and
//! against text that would reach beyond the database under restore. It is no sandbox: SQL that `pg_dump` does write,
//! such as a function or a view, is the dump's own and runs with the restorer's rights.

use super::database;
use super::forms::{copy_target, extension, schema, select};
use super::inventory::CreateDatabase;
use super::kind::Kind;
use super::reader::Statement;
use super::refusal::{Reason, excerpt};
use super::rights::{property, reset_authorization, rights, security_label, set_authorization};
use super::session::{self, Setting};
use super::tables::TableName;

/// What becomes of a statement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Skipped or remembered.
    Set(Setting),
    /// Skipped: the loader makes the section's database under another name.
    Create(String, CreateDatabase),
    /// Deferred: about the database of that name itself, where it sets a parameter of that name.
    Property(String, Option<String>),
    /// Applied.
    Apply(Class),
    /// Applied; creates the extension of that name.
    Extension(String),
    /// Applied, with the rows behind it, to that table.
    Copy(TableName),
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

/// Leading words of definitions; the most frequent ones first, for speed.
const DEFINITIONS: [&str; 69] = [
    "create table",
    "alter table",
    "create index",
    "create unique index",
    "create function",
    "alter function",
    "create sequence",
    "alter sequence",
    "create trigger",
    "create view",
    "alter view",
    "create type",
    "alter type",
    "alter aggregate",
    "alter collation",
    "alter conversion",
    "alter default privileges",
    "alter domain",
    "alter event trigger",
    "alter foreign data wrapper",
    "alter foreign table",
    "alter index",
    "alter language",
    "alter large object",
    "alter materialized view",
    "alter operator",
    "alter procedural language",
    "alter procedure",
    "alter publication",
    "alter schema",
    "alter server",
    "alter statistics",
    "alter subscription",
    "alter text search",
    "alter trigger",
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
    "create server",
    "create statistics",
    "create subscription",
    "create text search",
    "create transform",
    "create trusted procedural language",
    "create unlogged sequence",
    "create unlogged table",
    "create user mapping",
];

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
            let (name, parameter) = database::alter(&mut cursor)?;
            Ok(Verdict::Property(name, parameter))
        }
        "alter" if begins("alter role") => {
            cursor.skip(2);
            whole(statement)?;
            let (name, parameter) = database::alter_role(&mut cursor)?;
            Ok(Verdict::Property(name, Some(parameter)))
        }
        "drop" => Err(Reason::Drop(excerpt(&statement.text))),
        _ if DEFINITIONS.iter().any(|phrase| begins(phrase)) => {
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

/// What is run later as text must have been kept whole.
pub(super) fn whole(statement: &Statement) -> Result<(), Reason> {
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
