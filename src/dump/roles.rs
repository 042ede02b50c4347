//! Statements about roles.

use super::cursor::Cursor;
use super::inventory::{
    Globals, Membership, Role, RoleAttributes, RoleComment, RoleSetting, Verifier,
};
use super::lexer::LexemeKind;
use super::refusal::Reason;

/// `CREATE ROLE name;`, behind ROLE.
pub(super) fn create(cursor: &mut Cursor<'_>, globals: &mut Globals) -> Result<(), Reason> {
    let name = name(cursor, "CREATE ROLE")?;
    done(cursor, "CREATE ROLE")?;
    if globals.roles.iter().any(|role| role.name == name) {
        return Err(Reason::DuplicateRole(name));
    }
    globals.roles.push(Role {
        name,
        attributes: RoleAttributes::default(),
        password: None,
    });
    Ok(())
}

/// `ALTER ROLE name {WITH attributes | [IN DATABASE name] SET parameter TO value};`, behind ROLE.
pub(super) fn alter(cursor: &mut Cursor<'_>, globals: &mut Globals) -> Result<(), Reason> {
    const WHAT: &str = "ALTER ROLE";
    let name = name(cursor, WHAT)?;
    let Some(role) = globals.roles.iter_mut().find(|role| role.name == name) else {
        return Err(Reason::UnknownRole(name));
    };
    if cursor.word("with") {
        return attributes(cursor, role);
    }
    let database = match cursor.word("in") {
        true if cursor.word("database") => Some(self::name(cursor, WHAT)?),
        true => return Err(cursor.malformed(WHAT)),
        false => None,
    };
    let (name, value_sql) = parameter(cursor, WHAT)?;
    let role = role.name.clone();
    globals.settings.push(RoleSetting {
        role,
        database,
        name,
        value_sql,
    });
    Ok(())
}

/// `SET parameter {TO | =} value;`. Lists and quoted values stay as they are written.
pub(super) fn parameter(
    cursor: &mut Cursor<'_>,
    what: &'static str,
) -> Result<(String, String), Reason> {
    if !cursor.word("set") {
        return Err(cursor.malformed(what));
    }
    let mut parameter = name(cursor, what)?;
    while cursor.symbol(".") {
        parameter.push('.');
        parameter.push_str(&name(cursor, what)?);
    }
    if !(cursor.word("to") || cursor.symbol("=")) {
        return Err(cursor.malformed(what));
    }
    let Some(value) = cursor.rest()?.filter(|value| !value.is_empty()) else {
        return Err(cursor.malformed(what));
    };
    Ok((parameter, value))
}

fn attributes(cursor: &mut Cursor<'_>, role: &mut Role) -> Result<(), Reason> {
    const WHAT: &str = "ALTER ROLE";
    let attributes = &mut role.attributes;
    while !cursor.is_done() {
        let Some(token) = cursor.next().filter(|token| token.kind == LexemeKind::Word) else {
            return Err(cursor.malformed(WHAT));
        };
        match token.text {
            b"SUPERUSER" => attributes.superuser = true,
            b"NOSUPERUSER" => attributes.superuser = false,
            b"INHERIT" => attributes.inherit = true,
            b"NOINHERIT" => attributes.inherit = false,
            b"CREATEROLE" => attributes.create_role = true,
            b"NOCREATEROLE" => attributes.create_role = false,
            b"CREATEDB" => attributes.create_db = true,
            b"NOCREATEDB" => attributes.create_db = false,
            b"LOGIN" => attributes.login = true,
            b"NOLOGIN" => attributes.login = false,
            b"REPLICATION" => attributes.replication = true,
            b"NOREPLICATION" => attributes.replication = false,
            b"BYPASSRLS" => attributes.bypass_rls = true,
            b"NOBYPASSRLS" => attributes.bypass_rls = false,
            b"CONNECTION" if cursor.word("limit") => {
                attributes.connection_limit = integer(cursor, WHAT)?;
            }
            b"PASSWORD" => role.password = Some(Verifier::new(string(cursor, WHAT)?)),
            b"VALID" if cursor.word("until") => {
                attributes.valid_until = Some(string(cursor, WHAT)?);
            }
            _ => return Err(cursor.malformed(WHAT)),
        }
    }
    Ok(())
}

/// `GRANT role TO member …;`, behind GRANT.
pub(super) fn grant(cursor: &mut Cursor<'_>, globals: &mut Globals) -> Result<(), Reason> {
    const WHAT: &str = "GRANT of a role";
    let role = name(cursor, WHAT)?;
    if !cursor.word("to") {
        return Err(cursor.malformed(WHAT));
    }
    let member = name(cursor, WHAT)?;
    let mut membership = Membership {
        role,
        member,
        admin: false,
        inherit: None,
        set: None,
        grantor: None,
    };
    if cursor.word("with") {
        membership_option(cursor, &mut membership)?;
        while cursor.symbol(",") {
            membership_option(cursor, &mut membership)?;
        }
    }
    if cursor.word("granted") {
        if !cursor.word("by") {
            return Err(cursor.malformed(WHAT));
        }
        membership.grantor = Some(name(cursor, WHAT)?);
    }
    done(cursor, WHAT)?;
    globals.memberships.push(membership);
    Ok(())
}

fn membership_option(cursor: &mut Cursor<'_>, membership: &mut Membership) -> Result<(), Reason> {
    let option = cursor.one_of(&["admin", "inherit", "set"]);
    let value = cursor
        .one_of(&["option", "true", "false"])
        .map(|value| value != "false");
    match (option, value) {
        (Some("admin"), Some(value)) => membership.admin = value,
        (Some("inherit"), Some(_)) => membership.inherit = value,
        (Some("set"), Some(_)) => membership.set = value,
        _ => return Err(cursor.malformed("GRANT of a role")),
    }
    Ok(())
}

/// `COMMENT ON ROLE name IS text;`, behind ROLE.
pub(super) fn comment(cursor: &mut Cursor<'_>, globals: &mut Globals) -> Result<(), Reason> {
    const WHAT: &str = "COMMENT ON ROLE";
    let role = name(cursor, WHAT)?;
    if !cursor.word("is") {
        return Err(cursor.malformed(WHAT));
    }
    let text = string(cursor, WHAT)?;
    done(cursor, WHAT)?;
    globals.comments.push(RoleComment { role, text });
    Ok(())
}

pub(super) fn name(cursor: &mut Cursor<'_>, what: &'static str) -> Result<String, Reason> {
    cursor.name()?.ok_or_else(|| cursor.malformed(what))
}

pub(super) fn string(cursor: &mut Cursor<'_>, what: &'static str) -> Result<String, Reason> {
    cursor.string()?.ok_or_else(|| cursor.malformed(what))
}

pub(super) fn done(cursor: &mut Cursor<'_>, what: &'static str) -> Result<(), Reason> {
    if cursor.is_done() {
        Ok(())
    } else {
        Err(cursor.malformed(what))
    }
}

pub(super) fn integer(cursor: &mut Cursor<'_>, what: &'static str) -> Result<i64, Reason> {
    let sign = if cursor.symbol("-") { -1 } else { 1 };
    let number = cursor
        .next()
        .and_then(|token| std::str::from_utf8(token.text).ok()?.parse::<i64>().ok());
    number
        .map(|number| sign * number)
        .ok_or_else(|| cursor.malformed(what))
}
