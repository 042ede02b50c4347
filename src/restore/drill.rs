//! A drill: a restore that stops before anything live is touched, and takes back what it loaded. Pure.
//!
//! It is a plan like any other, with fewer steps, in the same journal: what is killed in its middle is gone on with, or
//! taken back, by the same commands.

use std::collections::HashMap;

use crate::dump::Database;
use crate::postgres::RestoreId;

use super::journal::StepName;
use super::plan::DatabasePlan;
use super::roles::RolePlan;
use super::space::Space;

/// The steps of a drill. Backups are kept away only while the databases are there that they would dump, too.
pub const LINE: [StepName; 10] = [
    StepName::Transfer,
    StepName::Unpack,
    StepName::SuspendBackups,
    StepName::CreateRoles,
    StepName::Stage,
    StepName::Prove,
    StepName::Count,
    StepName::DropStaged,
    StepName::ResumeBackups,
    StepName::CleanUp,
];

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The databases of the dump take the place of the live ones.
    #[default]
    Restore,
    /// They are loaded and proved, and dropped again.
    Drill,
}

impl Purpose {
    /// As the beginning of a line.
    pub fn title(self) -> &'static str {
        match self {
            Self::Restore => "Restore",
            Self::Drill => "Drill",
        }
    }
}

impl std::fmt::Display for Purpose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Restore => "restore",
            Self::Drill => "drill",
        })
    }
}

/// The live databases have no part in it: nothing takes their place.
pub(super) fn without_live(databases: &mut [DatabasePlan], space: &mut Space) {
    for database in databases {
        database.kept = None;
        database.live_bytes = None;
    }
    space.old = 0;
}

/// Roles are made where objects need an owner; none is changed.
pub(super) fn without_changes(roles: RolePlan) -> RolePlan {
    RolePlan {
        create: roles.create,
        ..RolePlan::default()
    }
}

/// The comment of a role that a drill made: one that anybody else made meanwhile is not dropped for it.
pub fn role_mark(id: &RestoreId) -> String {
    format!("made for drill {id} of kubectl quetzal-db, which drops it")
}

/// A table that has data in the dump.
#[derive(Debug, PartialEq, Eq)]
pub struct Table<'a> {
    /// As SQL, with its schema.
    pub name: &'a str,
    /// Rows in the dump.
    pub rows: u64,
    /// Bytes of them in the dump.
    pub bytes: u64,
    /// They were given to it, and are in its partitions.
    pub via_root: bool,
}

/// Each of them once, in the order of the dump.
pub fn tables(database: &Database) -> Vec<Table<'_>> {
    let mut tables: Vec<Table<'_>> = Vec::new();
    let mut places = HashMap::new();
    for copy in database.items.iter().filter_map(|item| item.copy.as_ref()) {
        let bytes = copy.bytes();
        let place = *places.entry(copy.table).or_insert(tables.len());
        match tables.get_mut(place) {
            Some(known) => {
                known.rows += copy.rows;
                known.bytes += bytes;
            }
            None => tables.push(Table {
                name: &copy.target,
                rows: copy.rows,
                bytes,
                via_root: copy.via_root,
            }),
        }
    }
    tables
}

/// Asks how many rows each of them has, a line a table. Those that inherit from one have rows of their own.
pub fn count_sql(tables: &[Table<'_>]) -> String {
    let one = |table: &Table<'_>| {
        let only = if table.via_root { "" } else { "ONLY " };
        format!("SELECT pg_catalog.count(*) FROM {only}{};\n", table.name)
    };
    tables.iter().map(one).collect()
}
