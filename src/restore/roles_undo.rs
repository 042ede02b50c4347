//! The way back for roles: what a rollback writes to make them as they were before the restore. Pure.
//!
//! Passwords are not part of it: an old verifier is never kept anywhere. With `--role-passwords keep`, the default,
//! none was changed.

use crate::dump::{Globals, Membership, RoleAttributes};
use crate::postgres::catalog::{Catalog, LiveRole, LiveRoleSetting};
use crate::postgres::{identifier, literal};

use super::roles::{membership_options, words};

/// Settings whose stored value is a list that is quoted already (`GUC_LIST_QUOTE` in `guc_tables.c`).
const QUOTED_LISTS: [&str; 5] = [
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
];

/// Statements that bring back the attributes, settings, memberships and comments of every live role that the dump
/// knows and the restore may change.
pub fn undo_sql(globals: &Globals, live: &Catalog) -> Vec<String> {
    let mut sql = Vec::new();
    let mine = |role: &&LiveRole| !role.superuser && role.name != live.user;
    for role in live.roles.iter().filter(mine) {
        let Some(dump) = globals.roles.iter().find(|r| r.name == role.name) else {
            continue;
        };
        attributes(&mut sql, role, &dump.attributes);
        settings(&mut sql, role, &live.role_settings);
    }
    memberships(&mut sql, globals, live);
    sql
}

/// SQL has no word for taking an expiry back: only where the dump sets one does the way back need `infinity`.
fn attributes(sql: &mut Vec<String>, live: &LiveRole, dump: &RoleAttributes) {
    let set_by_dump = dump.valid_until.as_ref();
    let attributes = RoleAttributes {
        superuser: live.superuser,
        inherit: live.inherit,
        create_role: live.create_role,
        create_db: live.create_db,
        login: live.login,
        replication: live.replication,
        bypass_rls: live.bypass_rls,
        connection_limit: live.connection_limit,
        valid_until: live
            .valid_until
            .clone()
            .or_else(|| set_by_dump.map(|_| "infinity".to_owned())),
    };
    let name = identifier(&live.name);
    sql.push(format!(
        "ALTER ROLE {name} WITH {};",
        words(&attributes, None)
    ));
    let comment = live
        .comment
        .as_deref()
        .map_or_else(|| "NULL".to_owned(), literal);
    sql.push(format!("COMMENT ON ROLE {name} IS {comment};"));
}

fn settings(sql: &mut Vec<String>, role: &LiveRole, settings: &[LiveRoleSetting]) {
    let name = identifier(&role.name);
    sql.push(format!("ALTER ROLE {name} RESET ALL;"));
    for s in settings.iter().filter(|s| s.role == role.name) {
        let value = if QUOTED_LISTS.contains(&s.name.as_str()) {
            s.value.clone()
        } else {
            literal(&s.value)
        };
        sql.push(format!(
            "ALTER ROLE {name} SET {} TO {value};",
            identifier(&s.name)
        ));
    }
}

fn memberships(sql: &mut Vec<String>, globals: &Globals, live: &Catalog) {
    for m in &globals.memberships {
        if !live
            .memberships
            .iter()
            .any(|l| l.role == m.role && l.member == m.member)
        {
            sql.push(format!(
                "REVOKE {} FROM {};",
                identifier(&m.role),
                identifier(&m.member)
            ));
        }
    }
    for l in live
        .memberships
        .iter()
        .filter(|l| globals.roles.iter().any(|r| r.name == l.member))
    {
        let before = Membership {
            role: l.role.clone(),
            member: l.member.clone(),
            admin: l.admin,
            inherit: l.inherit,
            set: l.set,
            grantor: None,
        };
        let options = membership_options(&before, live.major());
        sql.push(format!(
            "GRANT {} TO {}{options};",
            identifier(&l.role),
            identifier(&l.member)
        ));
    }
}
