//! The plan: facts, inventory and options in, everything that will be done out. Pure; what is shown is what is run.

use crate::dump::{Database, Inventory};
use crate::postgres::{Catalog, RestoreId, identifier, kept_name, staged_name};

use super::facts::{BackupFacts, Disk, Facts, Runner, Target};
use super::preflight::{PlanRefusal, check_globals, check_live, check_versions, space, warnings};
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
