//! The SQL of the swap, in one transaction. Pure.
//!
//! A rename takes the database's lock and waits up to five seconds for other sessions to go (`CountOtherDBBackends`,
//! procarray.c), while a second session ends them: so nothing has to be closed beforehand, and a kill at any moment
//! leaves nothing behind.

use std::fmt::Write as _;

use crate::dump::Inventory;
use crate::postgres::{identifier, literal};

use super::plan::Plan;

/// The whole transaction. Holds password verifiers where the plan takes them from the dump.
pub fn swap_sql(plan: &Plan, inventory: &Inventory) -> SecretSqlFile {
    let mut sql = String::from(
        "BEGIN;\nSET LOCAL lock_timeout = '10s';\nSET LOCAL synchronous_commit = on;\n",
    );
    for d in &plan.databases {
        if let Some(kept) = &d.kept {
            rename(&mut sql, &d.name, kept);
        }
        rename(&mut sql, &d.staged, &d.name);
    }
    for change in &plan.roles.changes {
        line(&mut sql, change.sql.expose());
    }
    for d in &plan.databases {
        let properties = inventory
            .databases
            .get(d.index)
            .map(|i| i.properties.as_slice())
            .unwrap_or_default();
        let unknown = |parameter: &String| plan.unknown_parameters.contains(parameter);
        for property in properties {
            if !property.parameter.as_ref().is_some_and(unknown) {
                line(&mut sql, &property.sql);
            }
        }
    }
    for d in &plan.databases {
        if let Some(kept) = &d.kept {
            line(
                &mut sql,
                &format!(
                    "ALTER DATABASE {} WITH ALLOW_CONNECTIONS false;",
                    identifier(kept)
                ),
            );
        }
    }
    sql.push_str("COMMIT;\n");
    SecretSqlFile(sql)
}

/// The transaction that takes the swap back: staged names for the new databases, real names for the old ones, roles as
/// they were. Afterwards everything is as just before the swap.
pub fn unswap_sql(plan: &Plan, roles_undo: &[String]) -> SecretSqlFile {
    let mut sql = String::from(
        "BEGIN;\nSET LOCAL lock_timeout = '10s';\nSET LOCAL synchronous_commit = on;\n",
    );
    for d in &plan.databases {
        rename(&mut sql, &d.name, &d.staged);
        // A template can't be dropped.
        line(
            &mut sql,
            &format!(
                "ALTER DATABASE {} WITH IS_TEMPLATE false;",
                identifier(&d.staged)
            ),
        );
        if let Some(kept) = &d.kept {
            line(
                &mut sql,
                &format!(
                    "ALTER DATABASE {} WITH ALLOW_CONNECTIONS true;",
                    identifier(kept)
                ),
            );
            rename(&mut sql, kept, &d.name);
        }
    }
    for statement in roles_undo {
        line(&mut sql, statement);
    }
    sql.push_str("COMMIT;\n");
    SecretSqlFile(sql)
}

/// A file of SQL that may hold verifiers: it never shows itself.
pub struct SecretSqlFile(String);

impl SecretSqlFile {
    /// The bytes of the file.
    pub fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for SecretSqlFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Ends every session of the databases that are about to be renamed, but never our own.
pub fn terminate_sql(plan: &Plan) -> String {
    let all = plan
        .databases
        .iter()
        .flat_map(|d| [Some(&d.name), Some(&d.staged), d.kept.as_ref()]);
    let names: Vec<_> = all.flatten().map(|name| literal(name)).collect();
    format!(
        "SELECT pg_catalog.count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity \
         WHERE datname IN ({}) AND pid <> pg_catalog.pg_backend_pid()",
        names.join(", ")
    )
}

/// Ends what is left of the load's own sessions. Their name holds the restore's id.
pub fn terminate_own_sql(application_name: &str) -> String {
    format!(
        "SELECT pg_catalog.count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity \
         WHERE application_name = {} AND pid <> pg_catalog.pg_backend_pid()",
        literal(application_name)
    )
}

/// Whether the names are those before or after the swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swapped {
    /// All old: every staged database still has its staged name.
    No,
    /// All new.
    Yes,
}

/// The names fit neither side.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("database {0:?} is neither as before the swap nor as after it")]
pub struct Mixed(pub String);

/// Reads from the server's database names on which side of the swap it is.
pub fn swapped(plan: &Plan, names: &[String]) -> Result<Swapped, Mixed> {
    let there = |name: &str| names.iter().any(|n| n == name);
    let mut sides = Vec::new();
    for d in &plan.databases {
        let kept = d.kept.as_deref();
        let before = there(&d.staged)
            && kept.is_none_or(|k| !there(k))
            && (kept.is_some() == there(&d.name));
        let after = !there(&d.staged) && there(&d.name) && kept.is_none_or(there);
        match (before, after) {
            (true, false) => sides.push(Swapped::No),
            (false, true) => sides.push(Swapped::Yes),
            _ => return Err(Mixed(d.name.clone())),
        }
    }
    let first = sides.first().copied().unwrap_or(Swapped::No);
    match plan
        .databases
        .iter()
        .zip(&sides)
        .find(|(_, side)| **side != first)
    {
        Some((d, _)) => Err(Mixed(d.name.clone())),
        None => Ok(first),
    }
}

fn rename(sql: &mut String, from: &str, to: &str) {
    line(
        sql,
        &format!(
            "ALTER DATABASE {} RENAME TO {};",
            identifier(from),
            identifier(to)
        ),
    );
}

fn line(sql: &mut String, statement: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(sql, "{statement}");
}
