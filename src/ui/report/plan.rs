//! The plan of a restore, as `restore --dry-run` tells it to programs.

use serde::Serialize;

use crate::postgres::RestoreId;
use crate::restore::Plan;
use crate::restore::facts::{BackupFacts, Runner, Target};
use crate::restore::journal::StepName;
use crate::restore::plan::{DatabasePlan, Maintenance, OldDatabases, Place, SafetyPlan, Skipped};
use crate::restore::roles::{RolePasswords, RolePlan};
use crate::restore::sessions::Sessions;
use crate::restore::space::Space;

/// The result of `restore --dry-run`.
#[derive(Debug, Serialize)]
pub struct PlanReport<'a> {
    restore: &'a RestoreId,
    target: &'a Target,
    backup: &'a BackupFacts,
    dump_version: &'a str,
    server_version: &'a str,
    steps: Vec<StepName>,
    databases: Vec<DatabaseReport<'a>>,
    left_out: &'a [Skipped],
    roles: RolesReport<'a>,
    workloads: &'a [Runner],
    cronjob: Option<CronJobReport<'a>>,
    safety_backup: Option<SafetyReport<'a>>,
    sessions: SessionsReport,
    space: &'a Space,
    place: Place,
    maintenance: Maintenance,
    old_databases: OldDatabases,
    role_passwords: RolePasswords,
    warnings: &'a [String],
}

#[derive(Debug, Serialize)]
struct DatabaseReport<'a> {
    name: &'a str,
    tables: usize,
    rows: u64,
    bytes: u64,
    live_bytes: Option<u64>,
    loaded_as: &'a str,
    kept_as: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct RolesReport<'a> {
    created: &'a [String],
    /// In words; without any password.
    changes: Vec<&'a str>,
    untouched: &'a [String],
}

#[derive(Debug, Serialize)]
struct CronJobReport<'a> {
    name: &'a str,
    suspended: bool,
}

#[derive(Debug, Serialize)]
struct SafetyReport<'a> {
    job: &'a str,
    folder: &'a str,
}

#[derive(Debug, Serialize)]
struct SessionsReport {
    count: u32,
    memory_bytes: u64,
}

impl<'a> PlanReport<'a> {
    /// What is shown is what is run: all of it is in the plan.
    pub fn new(plan: &'a Plan) -> Self {
        let cronjob = plan.cronjob.as_ref();
        Self {
            restore: &plan.id,
            target: &plan.target,
            backup: &plan.backup,
            dump_version: &plan.dump_version,
            server_version: &plan.server_version,
            steps: plan.line(),
            databases: plan.databases.iter().map(DatabaseReport::new).collect(),
            left_out: &plan.skipped,
            roles: RolesReport::new(&plan.roles),
            workloads: &plan.runners,
            cronjob: cronjob.map(|(name, suspended)| CronJobReport {
                name,
                suspended: *suspended,
            }),
            safety_backup: plan.safety.as_ref().map(SafetyReport::new),
            sessions: SessionsReport::new(plan.sessions),
            space: &plan.space,
            place: plan.place,
            maintenance: plan.maintenance,
            old_databases: plan.old,
            role_passwords: plan.role_passwords,
            warnings: &plan.warnings,
        }
    }
}

impl<'a> DatabaseReport<'a> {
    fn new(d: &'a DatabasePlan) -> Self {
        Self {
            name: &d.name,
            tables: d.tables,
            rows: d.rows,
            bytes: d.bytes,
            live_bytes: d.live_bytes,
            loaded_as: &d.staged,
            kept_as: d.kept.as_deref(),
        }
    }
}

impl<'a> RolesReport<'a> {
    fn new(roles: &'a RolePlan) -> Self {
        let changes = roles.changes.iter();
        Self {
            created: &roles.create,
            changes: changes.map(|change| change.summary.as_str()).collect(),
            untouched: &roles.untouched,
        }
    }
}

impl<'a> SafetyReport<'a> {
    fn new(safety: &'a SafetyPlan) -> Self {
        Self {
            job: &safety.job,
            folder: &safety.folder,
        }
    }
}

impl SessionsReport {
    fn new(sessions: Sessions) -> Self {
        Self {
            count: sessions.count,
            memory_bytes: sessions.memory,
        }
    }
}
