//! Statements about one database, and the meta-command that connects to it.

use super::cursor::{Cursor, check_name, undouble, unescape};
use super::inventory::CreateDatabase;
use super::lexer::LexemeKind;
use super::refusal::{Reason, excerpt};
use super::roles::{done, integer, name, parameter};

/// `name WITH options;`, behind CREATE DATABASE.
pub(super) fn create(cursor: &mut Cursor<'_>) -> Result<(String, CreateDatabase), Reason> {
    const WHAT: &str = "CREATE DATABASE";
    let name = name(cursor, WHAT)?;
    let start = cursor.offset();
    let mut create = CreateDatabase::default();
    if cursor.word("with") {
        while let Some(token) = cursor.peek().filter(|token| token.kind == LexemeKind::Word) {
            cursor.next();
            option(cursor, &token.text.to_ascii_lowercase(), &mut create)?;
        }
    }
    let options = cursor.slice(start, cursor.behind().max(start));
    create.options_sql = super::cursor::utf8(options)?;
    done(cursor, WHAT)?;
    Ok((name, create))
}

fn option(
    cursor: &mut Cursor<'_>,
    option: &[u8],
    create: &mut CreateDatabase,
) -> Result<(), Reason> {
    const WHAT: &str = "CREATE DATABASE";
    if !cursor.symbol("=") {
        return Err(cursor.malformed(WHAT));
    }
    let value = match cursor.string()? {
        Some(value) => value,
        None => name(cursor, WHAT)?,
    };
    match option {
        b"template" if value == "template0" => {}
        b"encoding" => create.encoding = Some(value),
        b"locale_provider" => create.locale_provider = Some(value),
        b"locale" => {
            create.lc_collate = Some(value.clone());
            create.lc_ctype = Some(value);
        }
        b"lc_collate" => create.lc_collate = Some(value),
        b"lc_ctype" => create.lc_ctype = Some(value),
        b"icu_locale" | b"builtin_locale" => create.provider_locale = Some(value),
        b"icu_rules" => create.icu_rules = Some(value),
        b"tablespace" => create.tablespace = Some(value),
        _ => return Err(cursor.malformed(WHAT)),
    }
    Ok(())
}

/// `name {OWNER TO role | CONNECTION LIMIT = n | IS_TEMPLATE = true | SET parameter TO value};`, behind ALTER
/// DATABASE. Returns the name, and that of the parameter.
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Result<(String, Option<String>), Reason> {
    const WHAT: &str = "ALTER DATABASE";
    let database = name(cursor, WHAT)?;
    match cursor.one_of(&["owner", "connection", "is_template"]) {
        Some("owner") if cursor.word("to") => {
            name(cursor, WHAT)?;
        }
        Some("connection") if cursor.word("limit") && cursor.symbol("=") => {
            integer(cursor, WHAT)?;
        }
        Some("is_template")
            if cursor.symbol("=") && cursor.one_of(&["true", "false"]).is_some() => {}
        None => return parameter(cursor, WHAT).map(|(name, _)| (database, Some(name))),
        Some(_) => return Err(cursor.malformed(WHAT)),
    }
    done(cursor, WHAT)?;
    Ok((database, None))
}

/// `role IN DATABASE name SET parameter TO value;`, behind ALTER ROLE. Returns the names of database and parameter.
pub(super) fn alter_role(cursor: &mut Cursor<'_>) -> Result<(String, String), Reason> {
    const WHAT: &str = "ALTER ROLE … IN DATABASE";
    name(cursor, WHAT)?;
    if !(cursor.word("in") && cursor.word("database")) {
        return Err(cursor.malformed(WHAT));
    }
    let database = name(cursor, WHAT)?;
    parameter(cursor, WHAT).map(|(name, _)| (database, name))
}

/// A meta-command, as `pg_dumpall` writes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meta {
    Restrict(Vec<u8>),
    Unrestrict(Vec<u8>),
    /// `\encoding SQL_ASCII`, which precedes a connect by connection string.
    Encoding,
    Connect(String),
}

/// Parses a whole line that begins with a backslash.
pub(super) fn meta_command(line: &[u8]) -> Result<Meta, Reason> {
    let refused = || Reason::MetaCommand(excerpt(line));
    if line == b"\\encoding SQL_ASCII" {
        return Ok(Meta::Encoding);
    }
    let key = |key: &[u8]| {
        let is_key = !key.is_empty() && key.iter().all(u8::is_ascii_alphanumeric);
        is_key.then(|| key.to_vec()).ok_or_else(refused)
    };
    if let Some(text) = line.strip_prefix(b"\\restrict ") {
        return key(text).map(Meta::Restrict);
    }
    if let Some(text) = line.strip_prefix(b"\\unrestrict ") {
        return key(text).map(Meta::Unrestrict);
    }
    let name = if let Some(text) = line.strip_prefix(b"\\connect -reuse-previous=on ") {
        quoted(text).and_then(|text| connection_string(&text))
    } else if let Some(text) = line.strip_prefix(b"\\connect ") {
        plain(text)
            .or_else(|| quoted(text))
            .filter(|name| name.iter().all(|&byte| is_shell_safe(byte)))
    } else {
        None
    };
    check_name(name.ok_or_else(refused)?).map(Meta::Connect)
}

/// An identifier that needs no quotes.
fn plain(text: &[u8]) -> Option<Vec<u8>> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (text.iter().all(|&byte| is_plain(byte)) && !text.first()?.is_ascii_digit())
        .then(|| text.to_vec())
}

/// An identifier in quotes, and nothing behind it.
fn quoted(text: &[u8]) -> Option<Vec<u8>> {
    let inner = text.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let mut quotes = 0;
    for &byte in inner {
        match byte {
            b'"' => quotes += 1,
            _ if quotes % 2 == 1 => return None,
            _ => quotes = 0,
        }
    }
    (quotes % 2 == 0).then(|| undouble(text, b'"'))
}

/// `dbname='…'` with the escapes of libpq.
fn connection_string(text: &[u8]) -> Option<Vec<u8>> {
    let value = text.strip_prefix(b"dbname='")?.strip_suffix(b"'")?;
    let mut escaped = false;
    for &byte in value {
        match byte {
            b'\\' => escaped = !escaped,
            b'\'' if !escaped => return None,
            _ => escaped = false,
        }
    }
    if escaped { None } else { unescape(value) }
}

fn is_shell_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.'
}
