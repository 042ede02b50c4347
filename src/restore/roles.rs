//! What a restore does to roles: pure difference between the roles of the dump and those of the live server.
//!
//! Roles are shared by all databases, those kept included, so none is ever dropped. Missing ones are made before the
//! load, unable to log in; everything else happens inside the transaction of the swap.

use std::fmt;

use crate::dump::{Globals, Membership, Role, RoleAttributes, RoleSetting};
use crate::postgres::catalog::{Catalog, LiveRole};
use crate::postgres::{identifier, literal};

/// Whose passwords are right after the restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RolePasswords {
    /// Roles that exist keep their password: it matches the application's Secret.
    #[default]
    Keep,
    /// The passwords of the dump are taken.
    Dump,
}

/// A statement that may hold a password verifier: it never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretSql(String);

impl SecretSql {
    /// The statement, for the file that psql runs.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretSql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// One change of the swap.
#[derive(Debug, Clone)]
pub struct RoleChange {
    /// What it does, for the plan; without any password.
    pub summary: String,
    /// The statement.
    pub sql: SecretSql,
}

/// All that happens to roles.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct RolePlan {
    /// Roles of the dump that the server lacks: made before the load, unable to log in until the swap.
    pub create: Vec<String>,
    /// Changes inside the swap, in order. They may hold password verifiers, so they are never stored.
    #[serde(skip)]
    pub changes: Vec<RoleChange>,
    /// Roles of the dump that stay as they are because they are superusers of the live server.
    pub untouched: Vec<String>,
    /// Roles of the live server that the dump does not know: left alone.
    pub unknown: Vec<String>,
}

impl RolePlan {
    /// Compares the dump's globals with the live server.
    pub fn new(globals: &Globals, live: &Catalog, passwords: RolePasswords) -> Self {
        let mut plan = Self::default();
        for role in &globals.roles {
            match live.role(&role.name) {
                Some(l) if l.superuser || l.name == live.user => {
                    plan.untouched.push(role.name.clone());
                }
                Some(l) => plan.change_existing(role, l, passwords),
                None => plan.add_missing(role),
            }
        }
        plan.settings(globals, live);
        plan.memberships(globals, live);
        plan.comments(globals, live);
        for statement in &globals.parameter_grants {
            plan.push(
                "privileges on a configuration parameter".to_owned(),
                statement.clone(),
            );
        }
        plan.unknown = live
            .roles
            .iter()
            .filter(|l| !globals.roles.iter().any(|r| r.name == l.name))
            .map(|l| l.name.clone())
            .collect();
        plan
    }

    fn push(&mut self, summary: String, sql: String) {
        self.changes.push(RoleChange {
            summary,
            sql: SecretSql(sql),
        });
    }

    fn add_missing(&mut self, role: &Role) {
        let verifier = role.password.as_ref();
        let password = verifier.map(|v| format!(" PASSWORD {}", literal(v.expose())));
        let sql = format!(
            "ALTER ROLE {} WITH {}{};",
            identifier(&role.name),
            words(&role.attributes, None),
            password.unwrap_or_default()
        );
        self.create.push(role.name.clone());
        self.push(
            format!("{}: attributes and password of the dump", role.name),
            sql,
        );
    }

    fn change_existing(&mut self, role: &Role, live: &LiveRole, passwords: RolePasswords) {
        if !same_attributes(&role.attributes, live) {
            let sql = format!(
                "ALTER ROLE {} WITH {};",
                identifier(&role.name),
                words(&role.attributes, live.valid_until.as_deref())
            );
            self.push(format!("{}: attributes of the dump", role.name), sql);
        }
        if let (RolePasswords::Dump, Some(verifier)) = (passwords, &role.password) {
            let sql = format!(
                "ALTER ROLE {} PASSWORD {};",
                identifier(&role.name),
                literal(verifier.expose())
            );
            self.push(format!("{}: password of the dump", role.name), sql);
        }
    }

    /// Settings that hold in every database; those of one database belong to that database's own statements.
    fn settings(&mut self, globals: &Globals, live: &Catalog) {
        let mine = |role: &str| !self.untouched.iter().any(|u| u == role);
        let mut wanted = Vec::new();
        // A value is kept as a literal, or as a list that is quoted already.
        let has = |s: &RoleSetting| {
            live.role_settings.iter().any(|l| {
                l.role == s.role
                    && l.name == s.name
                    && (literal(&l.value) == s.value_sql || l.value == s.value_sql)
            })
        };
        for s in globals
            .settings
            .iter()
            .filter(|s| s.database.is_none() && mine(&s.role) && !has(s))
            .filter(|s| live.knows_parameter(&s.name))
        {
            let sql = format!(
                "ALTER ROLE {} SET {} TO {};",
                identifier(&s.role),
                identifier(&s.name),
                s.value_sql
            );
            wanted.push((format!("{}: setting {}", s.role, s.name), sql));
        }
        let known = |role: &str| globals.roles.iter().any(|r| r.name == role);
        for l in live
            .role_settings
            .iter()
            .filter(|l| known(&l.role) && mine(&l.role))
        {
            if !globals
                .settings
                .iter()
                .any(|s| s.database.is_none() && s.role == l.role && s.name == l.name)
            {
                let sql = format!(
                    "ALTER ROLE {} RESET {};",
                    identifier(&l.role),
                    identifier(&l.name)
                );
                wanted.push((format!("{}: setting {} taken back", l.role, l.name), sql));
            }
        }
        for (summary, sql) in wanted {
            self.push(summary, sql);
        }
    }

    fn memberships(&mut self, globals: &Globals, live: &Catalog) {
        let known = |role: &str| globals.roles.iter().any(|r| r.name == role);
        for l in live.memberships.iter().filter(|l| known(&l.member)) {
            let wanted = globals
                .memberships
                .iter()
                .any(|m| m.role == l.role && m.member == l.member);
            if !wanted {
                let sql = format!(
                    "REVOKE {} FROM {};",
                    identifier(&l.role),
                    identifier(&l.member)
                );
                self.push(
                    format!("{}: no longer a member of {}", l.member, l.role),
                    sql,
                );
            }
        }
        for m in &globals.memberships {
            let there = live
                .memberships
                .iter()
                .find(|l| l.role == m.role && l.member == m.member);
            let same = there.is_some_and(|l| {
                l.admin == m.admin
                    && (m.inherit.is_none() || l.inherit == m.inherit)
                    && (m.set.is_none() || l.set == m.set)
            });
            if same {
                continue;
            }
            if there.is_some_and(|l| l.admin && !m.admin) {
                let sql = format!(
                    "REVOKE ADMIN OPTION FOR {} FROM {};",
                    identifier(&m.role),
                    identifier(&m.member)
                );
                self.push(
                    format!("{}: admin option for {} taken back", m.member, m.role),
                    sql,
                );
            }
            let options = membership_options(m, live.major());
            let sql = format!(
                "GRANT {} TO {}{options};",
                identifier(&m.role),
                identifier(&m.member)
            );
            self.push(format!("{}: member of {}", m.member, m.role), sql);
        }
    }

    fn comments(&mut self, globals: &Globals, live: &Catalog) {
        for c in &globals.comments {
            let now = live.role(&c.role).and_then(|l| l.comment.as_deref());
            if now != Some(c.text.as_str()) {
                let sql = format!(
                    "COMMENT ON ROLE {} IS {};",
                    identifier(&c.role),
                    literal(&c.text)
                );
                self.push(format!("{}: comment", c.role), sql);
            }
        }
    }
}

fn same_attributes(dump: &RoleAttributes, live: &LiveRole) -> bool {
    let flags = [
        (dump.superuser, live.superuser),
        (dump.inherit, live.inherit),
        (dump.create_role, live.create_role),
        (dump.create_db, live.create_db),
        (dump.login, live.login),
        (dump.replication, live.replication),
        (dump.bypass_rls, live.bypass_rls),
    ];
    flags.iter().all(|(a, b)| a == b)
        && dump.connection_limit == live.connection_limit
        && match (&dump.valid_until, &live.valid_until) {
            (None, live) => live.as_deref().is_none_or(|until| until == "infinity"),
            (Some(dump), Some(live)) => dump == live,
            (Some(_), None) => false,
        }
}

/// SQL has no word for taking an expiry back: a role that has one, and should have none, gets `infinity`.
pub(super) fn words(a: &RoleAttributes, live_until: Option<&str>) -> String {
    let word = |on: bool, name: &str| {
        if on {
            name.to_owned()
        } else {
            format!("NO{name}")
        }
    };
    let mut words = vec![
        word(a.superuser, "SUPERUSER"),
        word(a.inherit, "INHERIT"),
        word(a.create_role, "CREATEROLE"),
        word(a.create_db, "CREATEDB"),
        word(a.login, "LOGIN"),
        word(a.replication, "REPLICATION"),
        word(a.bypass_rls, "BYPASSRLS"),
        format!("CONNECTION LIMIT {}", a.connection_limit),
    ];
    let until = a.valid_until.as_deref().or(live_until.map(|_| "infinity"));
    words.extend(until.map(|until| format!("VALID UNTIL {}", literal(until))));
    words.join(" ")
}

/// The grantor of the dump is left out: servers before 16 did not record one that later servers accept
/// (`GRANTED BY` of a role without ADMIN OPTION stops there).
pub(super) fn membership_options(m: &Membership, server_major: u32) -> String {
    let mut options = Vec::new();
    if m.admin {
        options.push(
            if server_major >= 16 {
                "ADMIN TRUE"
            } else {
                "ADMIN OPTION"
            }
            .to_owned(),
        );
    }
    if server_major >= 16 {
        options.extend(m.inherit.map(|on| format!("INHERIT {}", truth(on))));
        options.extend(m.set.map(|on| format!("SET {}", truth(on))));
    }
    if options.is_empty() {
        String::new()
    } else {
        format!(" WITH {}", options.join(", "))
    }
}

fn truth(on: bool) -> &'static str {
    if on { "TRUE" } else { "FALSE" }
}
