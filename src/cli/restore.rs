//! `restore`: the choices that shape its plan; `resume`.

use std::num::NonZeroU32;

use clap::builder::RangedI64ValueParser;
use clap::{Args, ValueEnum};

use super::in_cluster::{InClusterArgs, Words};
use crate::config::settings::SESSIONS;
use crate::postgres::RestoreId;
use crate::restore::drill::Purpose;
use crate::restore::plan::{Maintenance, OldDatabases, Options, Place, SafetyBackup};
use crate::restore::roles::RolePasswords;

/// `restore`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line, and independent"
)]
pub struct RestoreArgs {
    /// A name as in `list`, `latest`, a gs:// URL, a local file, or - for standard input
    #[arg(value_name = "BACKUP")]
    pub backup: String,
    /// Show the plan and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// Only this database (may be repeated)
    #[arg(long, value_name = "NAME")]
    database: Vec<String>,
    /// How the application is kept away during the swap
    #[arg(long, value_enum, default_value_t = MaintenanceArg::Scale)]
    maintenance: MaintenanceArg,
    /// Whose passwords are right afterwards
    #[arg(long, value_enum, default_value_t = PasswordsArg::Keep)]
    role_passwords: PasswordsArg,
    /// Drop the old databases at the end instead of keeping them
    #[arg(long)]
    drop_old: bool,
    /// For a volume that can't hold both: drop the old databases before the load. The application is stopped for all of
    /// it, and the safety backup is the only way back
    #[arg(long, conflicts_with = "drop_old")]
    in_place: bool,
    /// Make no backup of the live databases first: where they are broken already, or a copy exists
    #[arg(long)]
    no_safety_backup: bool,
    /// Sessions that load at the same time [default: as many as the database's container may use processors]
    #[arg(long, value_name = "N", value_parser = sessions())]
    jobs: Option<u32>,
    /// Print what another process needs to carry out the plan, instead of the plan
    #[arg(long, hide = true, requires = "dry_run")]
    pub draft: bool,
    /// Whether it runs in the cluster.
    #[command(flatten)]
    pub job: InClusterArgs,
}

/// `resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// Only this restore, as `status` names it
    #[arg(long, value_name = "ID")]
    pub id: Option<RestoreId>,
    /// Whether it runs in the cluster.
    #[command(flatten)]
    pub job: InClusterArgs,
}

fn sessions() -> RangedI64ValueParser<u32> {
    let (least, most) = SESSIONS.into_inner();
    clap::value_parser!(u32).range(i64::from(least)..=i64::from(most))
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum MaintenanceArg {
    /// Scale its workloads to 0 and back
    Scale,
    /// Only cut its connections
    Connections,
    /// Leave it alone but for the moment of the swap
    None,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PasswordsArg {
    /// Roles that exist keep theirs
    Keep,
    /// Those of the dump
    Dump,
}

impl RestoreArgs {
    /// The words for a draft of the same restore, made elsewhere.
    pub(super) fn words(&self, mut words: Words) -> Vec<String> {
        words.flag("dry-run", true);
        words.flag("draft", true);
        words.values("database", &self.database);
        words.choice("maintenance", &self.maintenance);
        words.choice("role-passwords", &self.role_passwords);
        words.flag("drop-old", self.drop_old);
        words.flag("in-place", self.in_place);
        words.flag("no-safety-backup", self.no_safety_backup);
        words.values("jobs", self.jobs);
        words.end(&[&self.backup])
    }

    /// Takes what was not given from the settings.
    pub(super) fn settle(&mut self, jobs: Option<u32>) {
        self.jobs = self.jobs.or(jobs);
    }

    /// The choices that shape the plan.
    pub fn options(&self) -> Options {
        Options {
            purpose: Purpose::Restore,
            databases: self.database.clone(),
            role_passwords: match self.role_passwords {
                PasswordsArg::Keep => RolePasswords::Keep,
                PasswordsArg::Dump => RolePasswords::Dump,
            },
            maintenance: match self.maintenance {
                MaintenanceArg::Scale => Maintenance::Scale,
                MaintenanceArg::Connections => Maintenance::Connections,
                MaintenanceArg::None => Maintenance::None,
            },
            old: if self.drop_old {
                OldDatabases::Drop
            } else {
                OldDatabases::Keep
            },
            place: if self.in_place {
                Place::InPlace
            } else {
                Place::Beside
            },
            jobs: self.jobs.and_then(NonZeroU32::new),
            safety: if self.no_safety_backup {
                SafetyBackup::None
            } else {
                SafetyBackup::Take
            },
        }
    }
}
