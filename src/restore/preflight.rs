//! What is checked before a plan is made: pure, and all of it before anything is changed.

use crate::dump::Inventory;
use crate::postgres::Catalog;

use super::facts::Facts;
use super::plan::{DatabasePlan, Maintenance, Options, Space};
use super::roles::RolePlan;

/// Why there is no plan. Nothing was changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PlanRefusal {
    /// Older than anything that `pg_dump` of today reads.
    #[error("PostgreSQL {0} is too old: 11 or later is needed")]
    OldServer(String),
    /// A newer dump holds syntax that the server does not know.
    #[error("the dump is of PostgreSQL {dump}, the server is the older {server}")]
    NewerDump {
        /// Version of the dump.
        dump: String,
        /// Version of the server.
        server: String,
    },
    /// Asked for by `--database`.
    #[error("the dump has no database {name:?}: it has {available}")]
    UnknownDatabase {
        /// The name asked for.
        name: String,
        /// What there is, joined by commas.
        available: String,
    },
    /// Nothing left after skipping.
    #[error("the dump holds no database that could be restored")]
    Nothing,
    /// `CREATE EXTENSION` would fail.
    #[error("the server lacks the extension {0:?} that the dump needs")]
    MissingExtension(String),
    /// A tablespace is a folder on the server: it can't be made from here.
    #[error("the server lacks the tablespace {0:?} that the dump needs")]
    MissingTablespace(String),
    /// Renames and drops would fail.
    #[error("database {database:?} is held by {what}")]
    Busy {
        /// The live database.
        database: String,
        /// What holds it.
        what: String,
    },
    /// A name that the restore would make exists.
    #[error("database {0:?} exists already")]
    NameTaken(String),
    /// Loading could fill the volume and stop the live server.
    #[error("the data volume {folder} has {free} free, and the restore needs {needed}")]
    NoSpace {
        /// Folder in the Pod.
        folder: String,
        /// Free bytes in words.
        free: String,
        /// Needed bytes in words.
        needed: String,
    },
}

/// A database takes more room than its text: indexes, tuple headers, alignment. Measured ratios were 1.64 to 2.07.
const GROWTH_PERCENT: u64 = 210;
const MIN_RESERVE: u64 = 1 << 30;
const MAX_RESERVE: u64 = 10 << 30;
const RESERVE_PERCENT: u64 = 5;

/// `15` of `15.18 (Debian …)`; an unreadable version counts as newer than anything, and so is refused.
fn major(version: &str) -> u32 {
    let digits = version
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    digits.parse().unwrap_or(u32::MAX)
}

pub(super) fn check_versions(live: &Catalog, inventory: &Inventory) -> Result<(), PlanRefusal> {
    if live.major() < 11 {
        return Err(PlanRefusal::OldServer(live.version.clone()));
    }
    let newer = [&inventory.server_version, &inventory.dump_version]
        .into_iter()
        .find(|v| major(v) > live.major());
    match newer {
        Some(dump) => Err(PlanRefusal::NewerDump {
            dump: dump.clone(),
            server: live.version.clone(),
        }),
        None => Ok(()),
    }
}

pub(super) fn check_globals(live: &Catalog, inventory: &Inventory) -> Result<(), PlanRefusal> {
    if let Some(t) = inventory
        .globals
        .tablespaces
        .iter()
        .find(|t| !live.tablespaces.contains(&t.name))
    {
        return Err(PlanRefusal::MissingTablespace(t.name.clone()));
    }
    match inventory
        .extensions()
        .into_iter()
        .find(|e| !live.extensions.iter().any(|l| l == e))
    {
        Some(extension) => Err(PlanRefusal::MissingExtension(extension.to_owned())),
        None => Ok(()),
    }
}

pub(super) fn check_live(live: &Catalog, databases: &[DatabasePlan]) -> Result<(), PlanRefusal> {
    for d in databases {
        for name in [Some(&d.staged), d.kept.as_ref()].into_iter().flatten() {
            if live.database(name).is_some() {
                return Err(PlanRefusal::NameTaken(name.clone()));
            }
        }
        if let Some(b) = live.busy.iter().find(|b| b.database == d.name) {
            return Err(PlanRefusal::Busy {
                database: b.database.clone(),
                what: b.what.clone(),
            });
        }
    }
    Ok(())
}

pub(super) fn space(facts: &Facts, inventory: &Inventory, databases: &[DatabasePlan]) -> Space {
    let estimate = |d: &DatabasePlan| {
        let from_text = d.bytes.saturating_mul(GROWTH_PERCENT) / 100;
        // The same data in the live database is the better guide; a dump much larger than it is not.
        d.live_bytes
            .map_or(from_text, |live| from_text.max(live.min(from_text * 2)))
    };
    Space {
        free: facts.disk.free,
        files: facts.backup.stored_bytes + inventory.bytes,
        databases: databases.iter().map(estimate).sum(),
        wal: facts.live.max_wal_bytes.min(inventory.bytes),
        reserve: (facts.disk.total / 100 * RESERVE_PERCENT).clamp(MIN_RESERVE, MAX_RESERVE),
    }
}

pub(super) fn warnings(
    facts: &Facts,
    inventory: &Inventory,
    roles: &RolePlan,
    options: &Options,
) -> Vec<String> {
    let mut warnings = Vec::new();
    if major(&inventory.server_version) < 15 && facts.live.major() >= 15 {
        warnings.push(
            "since PostgreSQL 15 ordinary roles may not create objects in schema public: grant CREATE where needed"
                .to_owned(),
        );
    }
    for name in &roles.create {
        if inventory
            .globals
            .roles
            .iter()
            .any(|r| r.name == *name && r.attributes.superuser)
        {
            warnings.push(format!("the dump makes role {name:?} a superuser"));
        }
    }
    if facts.runners.is_empty() && options.maintenance == Maintenance::Scale {
        warnings.push(
            "no application workload was found: only connections are cut during the swap"
                .to_owned(),
        );
    }
    if facts.cronjob.is_none() {
        warnings.push(
            "no backup CronJob was found: nothing keeps other dumps away during the load"
                .to_owned(),
        );
    }
    warnings
}
