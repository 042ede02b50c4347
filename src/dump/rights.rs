//! Statements about rights and about what they are rights on.

use super::cursor::Cursor;
use super::policy::{Class, Verdict, unknown, whole};
use super::reader::Statement;
use super::refusal::Reason;
use super::roles::name;

/// Ends what SET SESSION AUTHORIZATION began.
pub(super) const RESET_AUTHORIZATION: &str = "RESET SESSION AUTHORIZATION;";

pub(super) fn rights(statement: &Statement) -> Result<Verdict, Reason> {
    let object = object_of_grant(&mut statement.cursor()).ok_or_else(|| unknown(statement))?;
    match (object.kind.as_str(), object.name) {
        ("database", Some(name)) => {
            whole(statement)?;
            Ok(Verdict::Property(name, None))
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

pub(super) fn security_label(statement: &Statement) -> Result<Verdict, Reason> {
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
pub(super) fn property(statement: &Statement, skipped: usize) -> Result<Verdict, Reason> {
    whole(statement)?;
    let mut cursor = statement.cursor();
    cursor.skip(skipped);
    name(&mut cursor, "statement about a database").map(|name| Verdict::Property(name, None))
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
