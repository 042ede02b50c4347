//! The plan: facts, inventory and options in, everything that will be done out. Pure; what is shown is what is run.

use std::num::NonZeroU32;

use crate::dump::{Copy, Database, Inventory};
use crate::postgres::{Catalog, RestoreId, identifier, kept_name, staged_name};

use super::drill::{self, Purpose};
use super::facts::{BackupFacts, Disk, Facts, Runner, RunnerState, Target};
use super::in_place;
use super::journal::{LINE, StepName};
use super::preflight::{
    PlanRefusal, check_globals, check_live, check_place, check_space, lost_warning, safety,
    space_warnings, still_lost, warnings,
};
use super::roles::{RolePasswords, RolePlan};
use super::sessions::Sessions;
use super::space::Space;
use super::versions;

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

/// Where the new databases are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Beside the live ones, which work meanwhile.
    #[default]
    Beside,
    /// In their place: they are dropped first, for a volume that can't hold both.
    InPlace,
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

/// Whether the live databases are backed up before anything is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SafetyBackup {
    /// A restore without a proved one stops.
    #[default]
    Take,
    /// The user has one, or can't make one.
    None,
}

/// A Job's name is a label of its Pods.
const MAX_JOB_NAME: usize = 63;

/// How the safety backup is made.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SafetyPlan {
    /// The CronJob whose template says how.
    pub cronjob: String,
    /// The Job that makes it, named after the restore: any machine finds it again, and there can be no second one.
    pub job: String,
    /// The folder of the bucket in which it arrives.
    pub folder: String,
}

impl SafetyPlan {
    pub(super) fn new(cronjob: &str, folder: &str, id: &RestoreId) -> Self {
        let suffix = format!("-safety-{id}");
        let head = cronjob.floor_char_boundary(MAX_JOB_NAME - suffix.len());
        let head = cronjob[..head].trim_end_matches(['-', '.']);
        Self {
            cronjob: cronjob.to_owned(),
            job: format!("{head}{suffix}"),
            folder: folder.to_owned(),
        }
    }
}

/// What the user chose.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What for.
    pub purpose: Purpose,
    /// Only these databases; empty for all.
    pub databases: Vec<String>,
    /// Whose passwords are right.
    pub role_passwords: RolePasswords,
    /// How the application is kept away.
    pub maintenance: Maintenance,
    /// What becomes of the old databases.
    pub old: OldDatabases,
    /// Where the new ones are loaded.
    pub place: Place,
    /// Whether they are backed up first.
    pub safety: SafetyBackup,
    /// How many sessions load; `None` for as many as the container has processors.
    pub jobs: Option<NonZeroU32>,
}

/// One database of the plan.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct DatabasePlan {
    /// Its real name.
    pub name: String,
    /// Where it is loaded.
    pub staged: String,
    /// What the live one will be called; `None` where there is none, or where it is dropped first.
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

/// All that will be done.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Plan {
    /// The restore's id: part of every name that it makes.
    pub id: RestoreId,
    /// What for.
    #[serde(default)]
    pub purpose: Purpose,
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
    /// Parameters that the dump sets and the server does not have: left out.
    #[serde(default)]
    pub unknown_parameters: Vec<String>,
    /// Space.
    pub space: Space,
    /// The volume.
    pub disk: Disk,
    /// The sessions that load.
    pub sessions: Sessions,
    /// The application's workloads that will be stopped for the swap.
    pub runners: Vec<Runner>,
    /// The CronJob that will be suspended, and whether it is already.
    pub cronjob: Option<(String, bool)>,
    /// How the live databases are backed up first; `None` where the user did not want it.
    pub safety: Option<SafetyPlan>,
    /// How the application is kept away.
    pub maintenance: Maintenance,
    /// What becomes of the old databases.
    pub old: OldDatabases,
    /// Where the new ones are loaded.
    pub place: Place,
    /// Whose passwords are right afterwards.
    pub role_passwords: RolePasswords,
    /// What the user should know before saying yes.
    pub warnings: Vec<String>,
}

impl Plan {
    /// The steps of this restore, in order.
    pub fn line(&self) -> Vec<StepName> {
        if self.purpose == Purpose::Drill {
            return drill::LINE.to_vec();
        }
        let is_safety = |step: &StepName| {
            matches!(
                step,
                StepName::StartSafetyBackup | StepName::ProveSafetyBackup
            )
        };
        let belongs = |step: &StepName| self.safety.is_some() || !is_safety(step);
        let mut line: Vec<_> = LINE.into_iter().filter(belongs).collect();
        if self.safety.is_none() {
            // No safety backup is waited for, so the load may begin while the backup is on its way.
            line.retain(|step| *step != StepName::CreateRoles);
            let transfer = line.iter().position(|step| *step == StepName::Transfer);
            line.insert(transfer.unwrap_or_default(), StepName::CreateRoles);
        }
        match self.place {
            Place::Beside => line,
            Place::InPlace => in_place::line(&line),
        }
    }

    /// What a step does here, as a line of progress.
    pub fn title(&self, step: StepName) -> &'static str {
        match (self.place, step) {
            (Place::InPlace, StepName::Stage) => "Load the new databases",
            _ => step.title(),
        }
    }

    /// Decides everything, or says why not.
    pub fn new(
        facts: &Facts,
        inventory: &Inventory,
        options: &Options,
        id: RestoreId,
    ) -> Result<Self, PlanRefusal> {
        versions::check_server(&facts.live)?;
        check_globals(&facts.live, inventory)?;
        let (mut databases, skipped) = choose(&facts.live, inventory, options, &id)?;
        if databases.is_empty() {
            return Err(PlanRefusal::Nothing);
        }
        let mut space = Space::new(facts, inventory, &databases);
        if options.purpose == Purpose::Drill {
            drill::without_live(&mut databases, &mut space);
        }
        check_live(&facts.live, &databases)?;
        let safety = safety(facts, options, &id)?;
        let place = check_place(&facts.live, &databases, options)?;
        versions::check(&facts.live, inventory, &databases, place)?;
        if place == Place::InPlace {
            for database in &mut databases {
                database.kept = None;
            }
        }
        check_space(&space, place, &facts.backup.name)?;
        let mut roles = RolePlan::new(&inventory.globals, &facts.live, options.role_passwords);
        if options.purpose == Purpose::Drill {
            roles = drill::without_changes(roles);
        }
        let mut warnings = warnings(facts, inventory, &roles, options);
        let unknown_parameters = versions::unknown_parameters(&facts.live, inventory, &databases);
        warnings.extend(versions::parameter_warning(&unknown_parameters));
        warnings.extend(space_warnings(&space, place, &facts.live));
        warnings.extend(lost_warning(&facts.lost, &databases));
        let runners = match options.maintenance {
            Maintenance::Scale => runners(facts, &databases),
            Maintenance::Connections | Maintenance::None => Vec::new(),
        };
        Ok(Self {
            id,
            purpose: options.purpose,
            target: facts.target.clone(),
            backup: facts.backup.clone(),
            dump_version: inventory.server_version.clone(),
            server_version: facts.live.version.clone(),
            databases,
            skipped,
            roles,
            unknown_parameters,
            space,
            disk: facts.disk.clone(),
            sessions: Sessions::new(facts.resources, options.jobs),
            runners,
            cronjob: facts.cronjob.clone(),
            safety,
            maintenance: options.maintenance,
            old: options.old,
            place,
            role_passwords: options.role_passwords,
            warnings,
        })
    }
}

/// What waits for lost databases is started only when all of them are there again.
fn runners(facts: &Facts, databases: &[DatabasePlan]) -> Vec<Runner> {
    let whole = still_lost(&facts.lost, databases).next().is_none();
    let runners = facts.runners.iter();
    runners
        .filter(|r| r.state == RunnerState::Running || whole)
        .cloned()
        .collect()
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
    let create = database.create.as_ref();
    let options = create.map_or_else(String::new, |c| versions::options_sql(c, live.major()));
    let there = live.database(&database.name);
    let copies = || database.items.iter().filter_map(|i| i.copy.as_ref());
    DatabasePlan {
        create_sql: format!("CREATE DATABASE {} {options};", identifier(&staged)),
        kept: there.map(|_| kept_name(&database.name, id)),
        live_bytes: there.map(|l| l.size),
        tables: copies().count(),
        rows: copies().map(|c| c.rows).sum(),
        bytes: copies().map(Copy::bytes).sum(),
        name: database.name.clone(),
        staged,
        index,
    }
}
