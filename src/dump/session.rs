//! `SET` statements: which ones pg_dump writes, and what becomes of them.

use super::cursor::{Cursor, utf8};
use super::lexer::LexemeKind;
use super::refusal::Reason;
use std::sync::Arc;

/// Encodings whose second byte may look like a backslash or a quote.
const UNSAFE_ENCODINGS: [&str; 14] = [
    "sjis", "mskanji", "shiftjis", "win932", "windows932", "big5", "win950", "windows950", "gbk", "win936",
    "windows936", "uhc", "gb18030", "johab",
];

/// The state in which pg_dump puts every session, without client_encoding and standard_conforming_strings.
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

/// Settings that pg_dump changes between items.
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
    let Some(value) = value(cursor)? else { return Err(cursor.malformed("SET")) };
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
        Some(token) if matches!(token.kind, LexemeKind::Word | LexemeKind::Identifier | LexemeKind::Number) => {
            cursor.next();
            utf8(token.text).map(Some)
        }
        _ => Ok(None),
    }
}

fn encoding(name: String) -> Result<String, Reason> {
    // The server compares encoding names by their letters and digits alone.
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    if UNSAFE_ENCODINGS.contains(&plain.as_str()) || plain.starts_with("shiftjis") {
        return Err(Reason::UnsafeEncoding(name));
    }
    Ok(name)
}

/// The settings in force between items, as statements.
#[derive(Debug)]
pub(super) struct Session {
    slots: [Option<String>; 3],
    text: Arc<str>,
}

impl Session {
    pub(super) fn new() -> Self {
        Self { slots: [const { None }; 3], text: Arc::from("") }
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
