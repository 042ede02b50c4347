//! Statements that must have exactly the form that `pg_dump` gives them.

use super::cursor::Cursor;
use super::lexer::LexemeKind;
use super::policy::{Class, Verdict, unknown};
use super::reader::Statement;
use super::refusal::Reason;
use super::roles::name;
use super::session::Setting;
use super::tables::TableName;

/// `name [(columns)] [WITH OIDS] FROM stdin;`, behind COPY. `None` where the data would come from elsewhere.
pub(super) fn copy_target(cursor: &mut Cursor<'_>) -> Result<Option<TableName>, Reason> {
    const WHAT: &str = "COPY";
    let target = TableName::read(cursor, WHAT)?;
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
    Ok(Some(target))
}

/// `SELECT pg_catalog.function(literals)` and nothing else.
pub(super) fn select(statement: &Statement) -> Result<Verdict, Reason> {
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
pub(super) fn search_path(
    cursor: &mut Cursor<'_>,
    statement: &Statement,
) -> Result<Verdict, Reason> {
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
pub(super) fn schema(cursor: &mut Cursor<'_>) -> Result<Verdict, Reason> {
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
pub(super) fn extension(cursor: &mut Cursor<'_>) -> Result<Verdict, Reason> {
    cursor.skip(2);
    if cursor.word("if") && !(cursor.word("not") && cursor.word("exists")) {
        return Err(cursor.malformed("CREATE EXTENSION"));
    }
    name(cursor, "CREATE EXTENSION").map(Verdict::Extension)
}
