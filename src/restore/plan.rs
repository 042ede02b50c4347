//! The plan: facts, inventory and options in, everything that will be done out. Pure; what is shown is what is run.

use crate::dump::{Database, Inventory};
use crate::postgres::{Catalog, RestoreId, identifier, kept_name, staged_name};

use super::facts::{BackupFacts, Disk, Facts, Runner, Target};
use super::roles::{RolePasswords, RolePlan};

/// How the application is kept away while the databases are swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Maintenance {
    /// Its workloads are scaled to 0 and back.
    #[default]
    Scale,
    /// Only its connections are cut; it must reconnect by itself.
    Connections,
    /// It is left alone: connections are cut in the moment of the swap only.
    None,
}

/// What becomes of the old databases when the new ones are in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OldDatabases {
    /// Kept beside the new ones, closed to connections.
    #[default]
    Keep,
    /// Dropped at the very end.
    Drop,
}

/// What the user chose.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only these databases; empty for all.
    pub databases: Vec<String>,
    /// Whose passwords are right.
    pub role_passwords: RolePasswords,
    /// How the application is kept away.
    pub maintenance: Maintenance,
    /// What becomes of the old databases.
    pub old: OldDatabases,
}

/// One database of the plan.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct DatabasePlan {
    /// Its real name.
    pub name: String,
    /// Where it is loaded.
    pub staged: String,
    /// What the live one will be called; `None` where there is no live one.
    pub kept: Option<String>,
    /// Bytes of the live one.
    pub live_bytes: Option<u64>,
    /// Tables with data in the dump.
    pub tables: usize,
    /// Rows in the dump.
    pub rows: u64,
    /// Bytes of data in the dump.
    pub bytes: u64,
    /// Position in the inventory.
    pub index: usize,
    /// `CREATE DATABASE` for the staged one.
    pub create_sql: String,
}

/// A database of the dump that stays out, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Skipped {
    /// The database.
    pub name: String,
    /// Why.
    pub why: String,
}

/// Space on the data volume, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Space {
    /// Free now.
    pub free: u64,
    /// The compressed dump and its text.
    pub files: u64,
    /// The databases beside the live ones, estimated.
    pub databases: u64,
    /// Write-ahead log that the load may leave.
    pub wal: u64,
    /// Kept free whatever happens: a server without room for its log stops.
    pub reserve: u64,
}

impl Space {
    /// What must be free before the load begins.
    pub fn needed(&self) -> u64 {
        self.files + self.databases + self.wal + self.reserve
    }
}

/// All that will be done.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Plan {
    /// The restore's id: part of every name that it makes.
    pub id: RestoreId,
    /// Where it goes.
    pub target: Target,
    /// What is restored.
    pub backup: BackupFacts,
    /// Version of the server that the dump is of.
    pub dump_version: String,
    /// Version of the live server.
    pub server_version: String,
    /// Databases in the order of the dump.
    pub databases: Vec<DatabasePlan>,
    /// Databases that stay out.
    pub skipped: Vec<Skipped>,
    /// Roles.
    pub roles: RolePlan,
    /// Space.
    pub space: Space,
    /// The volume.
    pub disk: Disk,
    /// The application's workloads that will be stopped for the swap.
    pub runners: Vec<Runner>,
    /// The CronJob that will be suspended, and whether it is already.
    pub cronjob: Option<(String, bool)>,
    /// How the application is kept away.
    pub maintenance: Maintenance,
    /// What becomes of the old databases.
    pub old: OldDatabases,
    /// Whose passwords are right afterwards.
    pub role_passwords: RolePasswords,
    /// What the user should know before saying yes.
    pub warnings: Vec<String>,
}

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

impl Plan {
    /// Decides everything, or says why not.
    pub fn new(
        facts: &Facts,
        inventory: &Inventory,
        options: &Options,
        id: RestoreId,
    ) -> Result<Self, PlanRefusal> {
        check_versions(&facts.live, inventory)?;
        check_globals(&facts.live, inventory)?;
        let (databases, skipped) = choose(&facts.live, inventory, options, &id)?;
        if databases.is_empty() {
            return Err(PlanRefusal::Nothing);
        }
        check_live(&facts.live, &databases)?;
        let space = space(facts, inventory, &databases);
        if space.needed() > space.free {
            return Err(PlanRefusal::NoSpace {
                folder: facts.disk.folder.clone(),
                free: bytesize::ByteSize(space.free).to_string(),
                needed: bytesize::ByteSize(space.needed()).to_string(),
            });
        }
        let roles = RolePlan::new(&inventory.globals, &facts.live, options.role_passwords);
        let warnings = warnings(facts, inventory, &roles, options);
        let stops = options.maintenance == Maintenance::Scale;
        Ok(Self {
            id,
            target: facts.target.clone(),
            backup: facts.backup.clone(),
            dump_version: inventory.server_version.clone(),
            server_version: facts.live.version.clone(),
            databases,
            skipped,
            roles,
            space,
            disk: facts.disk.clone(),
            runners: if stops {
                facts.runners.clone()
            } else {
                Vec::new()
            },
            cronjob: facts.cronjob.clone(),
            maintenance: options.maintenance,
            old: options.old,
            role_passwords: options.role_passwords,
            warnings,
        })
    }
}

/// `15` of `15.18 (Debian …)`; an unreadable version counts as newer than anything, and so is refused.
fn major(version: &str) -> u32 {
    let digits = version
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    digits.parse().unwrap_or(u32::MAX)
}

fn check_versions(live: &Catalog, inventory: &Inventory) -> Result<(), PlanRefusal> {
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

fn check_globals(live: &Catalog, inventory: &Inventory) -> Result<(), PlanRefusal> {
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

fn choose(
    live: &Catalog,
    inventory: &Inventory,
    options: &Options,
    id: &RestoreId,
) -> Result<(Vec<DatabasePlan>, Vec<Skipped>), PlanRefusal> {
    for name in &options.databases {
        if !inventory.databases.iter().any(|d| d.name == *name) {
            let available: Vec<_> = inventory
                .databases
                .iter()
                .map(|d| d.name.as_str())
                .collect();
            return Err(PlanRefusal::UnknownDatabase {
                name: name.clone(),
                available: available.join(", "),
            });
        }
    }
    let (mut databases, mut skipped) = (Vec::new(), Vec::new());
    for (index, database) in inventory.databases.iter().enumerate() {
        match reason_to_skip(database, live, options) {
            Some(why) => skipped.push(Skipped {
                name: database.name.clone(),
                why,
            }),
            None => databases.push(database_plan(index, database, live, id)),
        }
    }
    Ok((databases, skipped))
}

fn reason_to_skip(database: &Database, live: &Catalog, options: &Options) -> Option<String> {
    let asked = options.databases.contains(&database.name);
    if !options.databases.is_empty() && !asked {
        return Some("not asked for".to_owned());
    }
    if database.create.is_none() {
        let what = if database.holds_objects() {
            "its objects are NOT restored: "
        } else {
            ""
        };
        return Some(format!(
            "{what}the server's own database, which can't be swapped"
        ));
    }
    if database.name == live.user && !database.holds_objects() && !asked {
        return Some("the superuser's own database holds no objects in the dump".to_owned());
    }
    None
}

fn database_plan(
    index: usize,
    database: &Database,
    live: &Catalog,
    id: &RestoreId,
) -> DatabasePlan {
    let staged = staged_name(&database.name, id);
    let options = database
        .create
        .as_ref()
        .map_or("", |c| c.options_sql.as_str());
    let there = live.database(&database.name);
    let copies = || database.items.iter().filter_map(|i| i.copy.as_ref());
    DatabasePlan {
        create_sql: format!("CREATE DATABASE {} {options};", identifier(&staged)),
        kept: there.map(|_| kept_name(&database.name, id)),
        live_bytes: there.map(|l| l.size),
        tables: copies().count(),
        rows: copies().map(|c| c.rows).sum(),
        bytes: copies().map(|c| c.data.end - c.data.start).sum(),
        name: database.name.clone(),
        staged,
        index,
    }
}

fn check_live(live: &Catalog, databases: &[DatabasePlan]) -> Result<(), PlanRefusal> {
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

fn space(facts: &Facts, inventory: &Inventory, databases: &[DatabasePlan]) -> Space {
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

fn warnings(
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
