//! `SET` statements: which ones `pg_dump` writes, and what becomes of them.

use super::cursor::{Cursor, utf8};
use super::lexer::LexemeKind;
use super::refusal::Reason;
use std::sync::Arc;

/// Encodings of databases, as the server names them. Those that exist for clients only (SJIS, BIG5, GBK, UHC,
/// GB18030, JOHAB) have second bytes that look like a backslash or a quote.
const SAFE_ENCODINGS: [&str; 35] = [
    "UTF8",
    "SQL_ASCII",
    "LATIN1",
    "LATIN2",
    "LATIN3",
    "LATIN4",
    "LATIN5",
    "LATIN6",
    "LATIN7",
    "LATIN8",
    "LATIN9",
    "LATIN10",
    "ISO_8859_5",
    "ISO_8859_6",
    "ISO_8859_7",
    "ISO_8859_8",
    "WIN866",
    "WIN874",
    "WIN1250",
    "WIN1251",
    "WIN1252",
    "WIN1253",
    "WIN1254",
    "WIN1255",
    "WIN1256",
    "WIN1257",
    "WIN1258",
    "KOI8R",
    "KOI8U",
    "EUC_JP",
    "EUC_JIS_2004",
    "EUC_CN",
    "EUC_KR",
    "EUC_TW",
    "MULE_INTERNAL",
];

/// The state in which `pg_dump` puts every session, without `client_encoding` and `standard_conforming_strings`.
const FIXED: [(&str, &str); 11] = [
    ("statement_timeout", "0"),
    ("lock_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
    ("transaction_timeout", "0"),
    ("check_function_bodies", "false"),
    ("xmloption", "content"),
    ("client_min_messages", "warning"),
    ("row_security", "off"),
    ("default_transaction_read_only", "off"),
    ("escape_string_warning", "off"),
    ("standard_conforming_strings", "on"),
];

/// What a `SET` is for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// Part of the fixed state, which the loader makes itself.
    Fixed,
    /// The encoding of the text that follows.
    ClientEncoding(String),
    /// In force for the items that follow; which one.
    Session(Slot),
}

/// Settings that `pg_dump` changes between items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Tablespace,
    AccessMethod,
    Oids,
}

/// Parses behind the word SET.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Setting, Reason> {
    let name = cursor.name()?.ok_or_else(|| cursor.malformed("SET"))?;
    if !cursor.symbol("=") {
        return Err(cursor.malformed("SET"));
    }
    let Some(value) = value(cursor)? else {
        return Err(cursor.malformed("SET"));
    };
    if !cursor.is_done() {
        return Err(cursor.malformed("SET"));
    }
    match name.as_str() {
        "client_encoding" => encoding(value).map(Setting::ClientEncoding),
        "standard_conforming_strings" if value != "on" => Err(Reason::NonStandardStrings),
        "default_tablespace" => Ok(Setting::Session(Slot::Tablespace)),
        "default_table_access_method" => Ok(Setting::Session(Slot::AccessMethod)),
        "default_with_oids" => Ok(Setting::Session(Slot::Oids)),
        _ if FIXED.contains(&(name.as_str(), value.as_str())) => Ok(Setting::Fixed),
        _ => Err(Reason::Setting(name)),
    }
}

fn value(cursor: &mut Cursor<'_>) -> Result<Option<String>, Reason> {
    if let Some(string) = cursor.string()? {
        return Ok(Some(string));
    }
    match cursor.peek() {
        Some(token)
            if matches!(
                token.kind,
                LexemeKind::Word | LexemeKind::Identifier | LexemeKind::Number
            ) =>
        {
            cursor.next();
            utf8(token.text).map(Some)
        }
        _ => Ok(None),
    }
}

fn encoding(name: String) -> Result<String, Reason> {
    if SAFE_ENCODINGS.contains(&name.as_str()) {
        Ok(name)
    } else {
        Err(Reason::UnsafeEncoding(name))
    }
}

/// The settings in force between items, as statements.
#[derive(Clone, Debug)]
pub(super) struct Session {
    slots: [Option<String>; 3],
    text: Arc<str>,
}

impl Session {
    pub(super) fn new() -> Self {
        Self {
            slots: [const { None }; 3],
            text: Arc::from(""),
        }
    }

    /// Remembers a statement.
    pub(super) fn set(&mut self, slot: Slot, statement: &[u8]) -> Result<(), Reason> {
        self.slots[slot as usize] = Some(utf8(statement)?);
        let text: Vec<&str> = self.slots.iter().flatten().map(String::as_str).collect();
        self.text = Arc::from(text.join("\n"));
        Ok(())
    }

    /// All statements, shared by the items under them.
    pub(super) fn text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }
}
