//! The command line: clap's types, and nothing but the way from them to typed options.

mod backup;
mod completion;
mod connection;
mod doctor;
mod download;
mod drill;
mod examples;
mod find;
mod in_cluster;
mod list;
mod look;
mod permissions;
mod restore;
mod settings;
mod status;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use self::connection::KubeArgs;
use self::find::FindArgs;
use self::in_cluster::Words;
use self::settings::SettingsArgs;
use crate::cluster::{ConnectOptions, Selector};
use crate::config::Settings;
use crate::postgres::RestoreId;
use crate::storage::Commands;

pub use backup::BackupArgs;
pub use completion::{Completer, CompletionArgs, Goal};
pub use doctor::DoctorArgs;
pub use download::DownloadArgs;
pub use drill::DrillArgs;
pub use in_cluster::InClusterArgs;
pub use list::ListArgs;
pub use look::{Colour, Format, LookArgs};
pub use restore::{RestoreArgs, ResumeArgs};
pub use status::StatusArgs;

const CODES: &str = "Exit codes:
  0    done
  1    failed, nothing changed
  2    usage
  3    stopped half-way: resume or rollback is needed, the message says so
  4    refused: the dump is not acceptable, a precondition is not met, or not confirmed
  5    failed and rolled back
  6    another operation holds the lock
  7    outcome unknown
  130  interrupted";

/// A verb's help: the examples on the first screen, before the flags that every verb has.
const HELP: &str = "{before-help}{about-with-newline}
{usage-heading} {usage}{after-help}

{all-args}";

/// Back up and restore the PostgreSQL of a Kubernetes application without ever losing data.
#[derive(Debug, Parser)]
#[command(
    name = "kubectl-quetzal_db",
    bin_name = "kubectl quetzal-db",
    display_name = "kubectl quetzal-db",
    version,
    after_help = CODES,
    max_term_width = 100
)]
pub struct Cli {
    #[command(flatten)]
    kube: KubeArgs,
    #[command(flatten)]
    find: FindArgs,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    pub(crate) look: LookArgs,
    #[command(subcommand)]
    pub(crate) command: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Take a backup now, through the backup CronJob
    #[command(
        after_help = examples::BACKUP,
        after_long_help = permissions::below(examples::BACKUP, "backup"),
        help_template = HELP
    )]
    Backup(BackupArgs),
    /// List the backups of the bucket
    #[command(
        after_help = examples::LIST,
        after_long_help = permissions::below(examples::LIST, "list"),
        help_template = HELP
    )]
    List(ListArgs),
    /// Copy a backup to this machine and prove the copy complete
    #[command(
        after_help = examples::DOWNLOAD,
        after_long_help = permissions::below(examples::DOWNLOAD, "download"),
        help_template = HELP
    )]
    Download(DownloadArgs),
    /// Read a whole backup and prove that it is complete; touches nothing
    #[command(
        after_help = examples::VERIFY,
        after_long_help = permissions::below(examples::VERIFY, "verify"),
        help_template = HELP
    )]
    Verify(VerifyArgs),
    /// Restore a backup beside the live databases, then swap
    #[command(
        after_help = examples::RESTORE,
        after_long_help = permissions::below(examples::RESTORE, "restore"),
        help_template = HELP
    )]
    Restore(RestoreArgs),
    /// Prove that a backup can be restored: load it aside, check it, drop it
    #[command(
        after_help = examples::DRILL,
        after_long_help = permissions::below(examples::DRILL, "drill"),
        help_template = HELP
    )]
    Drill(DrillArgs),
    /// Show what is there, and the next command to type
    #[command(
        after_help = examples::STATUS,
        after_long_help = permissions::below(examples::STATUS, "status"),
        help_template = HELP
    )]
    Status(StatusArgs),
    /// Go on with an interrupted restore
    #[command(
        after_help = examples::RESUME,
        after_long_help = permissions::below(examples::RESUME, "resume"),
        help_template = HELP
    )]
    Resume(ResumeArgs),
    /// Go back to the databases from before a restore, interrupted or finished
    #[command(
        after_help = examples::ROLLBACK,
        after_long_help = permissions::below(examples::ROLLBACK, "rollback"),
        help_template = HELP
    )]
    Rollback(ConfirmArgs),
    /// Drop the databases that a finished restore kept
    #[command(
        after_help = examples::CLEANUP,
        after_long_help = permissions::below(examples::CLEANUP, "cleanup"),
        help_template = HELP
    )]
    Cleanup(ConfirmArgs),
    /// Stop or start the application
    #[command(
        after_help = examples::MAINTENANCE,
        after_long_help = permissions::below(examples::MAINTENANCE, "maintenance"),
        help_template = HELP
    )]
    Maintenance {
        /// `on` stops it, `off` starts it as it was
        #[arg(value_enum)]
        switch: Switch,
    },
    /// Look for what would keep the other commands from working; changes nothing
    #[command(
        after_help = examples::DOCTOR,
        after_long_help = permissions::below(examples::DOCTOR, "doctor"),
        help_template = HELP
    )]
    Doctor(DoctorArgs),
    /// Print a completion script, or install kubectl's
    #[command(after_help = examples::COMPLETION, help_template = HELP)]
    Completion(CompletionArgs),
}

impl Verb {
    /// The name of a command that takes a BACKUP.
    pub(crate) fn of_backup(&self) -> Option<&'static str> {
        match self {
            Self::Download(_) => Some("download"),
            Self::Drill(_) => Some("drill"),
            Self::Restore(_) => Some("restore"),
            Self::Verify(_) => Some("verify"),
            _ => None,
        }
    }
}

/// `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A name as in `list`, `latest`, a gs:// URL, a local file, or - for standard input
    #[arg(value_name = "BACKUP")]
    pub backup: String,
}

/// Whether to ask.
#[derive(Debug, Args)]
pub struct ConfirmArgs {
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

/// Maintenance on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// The application is stopped.
    On,
    /// The application is started with the replicas that it had.
    Off,
}

impl Cli {
    /// Connection flags.
    pub fn connect_options(&self) -> ConnectOptions {
        self.kube.options()
    }

    /// Which Pod, container and CronJob.
    pub fn selector(&self) -> Selector {
        self.find.selector()
    }

    /// The words after the program's name with which a Job in `namespace` makes the draft of a restore of the release
    /// that was found here. Of the flags of the connection none is handed over: a Job has an account of its own.
    pub fn draft_words(
        &self,
        restore: &RestoreArgs,
        namespace: &str,
        instance: Option<&str>,
    ) -> Vec<String> {
        restore.words(self.job_words("restore", namespace, instance))
    }

    /// The same for a drill.
    pub fn drill_words(
        &self,
        drill: &DrillArgs,
        namespace: &str,
        instance: Option<&str>,
    ) -> Vec<String> {
        drill.words(self.job_words("drill", namespace, instance))
    }

    /// The same for going on with a restore.
    pub fn resume_words(
        &self,
        id: &RestoreId,
        namespace: &str,
        instance: Option<&str>,
    ) -> Vec<String> {
        let mut words = self.job_words("resume", namespace, instance);
        words.value("id", id);
        words.end(&[])
    }

    fn job_words(&self, command: &str, namespace: &str, instance: Option<&str>) -> Words {
        let mut words = Words::of(command);
        words.value("namespace", namespace);
        self.find.words(&mut words, instance);
        words.choice("format", &Format::Json);
        words.choice("color", &Colour::Never);
        for _ in 0..self.look.verbose {
            words.flag("verbose", true);
        }
        words
    }

    /// The settings file that was asked for.
    pub fn settings_file(&self) -> Option<&Path> {
        self.settings.file()
    }

    /// Takes the settings where neither a flag nor a variable says otherwise.
    pub fn settle(&mut self, settings: Settings) {
        self.look.settle(settings.color);
        match &mut self.command {
            Verb::Restore(args) => {
                args.settle(settings.jobs);
                args.job.settle(settings.image.clone());
            }
            Verb::Resume(args) => args.job.settle(settings.image.clone()),
            Verb::Drill(args) => {
                args.settle(settings.jobs);
                args.job.settle(settings.image.clone());
            }
            _ => {}
        }
        self.find.settle(settings);
    }

    /// `--bucket`.
    pub fn bucket(&self) -> Option<String> {
        self.find.bucket.clone()
    }

    /// `--app-selector`.
    pub fn app_selector(&self) -> Option<String> {
        self.find.app_selector.clone()
    }

    /// How the bucket is reached, where the settings say so.
    pub fn bucket_commands(&self) -> Option<Arc<Commands>> {
        self.find.bucket_commands.clone()
    }
}

/// Durations as kubectl takes them: `90s`, `5m`, `1h30m`; a bare number is seconds.
fn duration(text: &str) -> Result<Duration, humantime::DurationError> {
    match text.parse() {
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(text),
    }
}

#[cfg(test)]
mod tests;
