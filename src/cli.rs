//! The command line: clap's types, and nothing but the way from them to typed options.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cluster::{ConnectOptions, Selector};
use crate::restore::plan::{Maintenance, OldDatabases, Options, Place, SafetyBackup};
use crate::restore::roles::RolePasswords;

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
    pub(crate) look: LookArgs,
    #[command(subcommand)]
    pub(crate) command: Verb,
}

/// kubectl's own flags.
#[derive(Debug, Args)]
#[command(next_help_heading = "Kubernetes options")]
struct KubeArgs {
    /// Path to the kubeconfig file
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig
    #[arg(long, global = true)]
    context: Option<String>,
    /// Cluster of the kubeconfig
    #[arg(long, global = true)]
    cluster: Option<String>,
    /// User of the kubeconfig
    #[arg(long, global = true)]
    user: Option<String>,
    /// Namespace
    #[arg(short, long, global = true)]
    namespace: Option<String>,
    /// User to impersonate
    #[arg(long = "as", global = true, value_name = "USER")]
    as_user: Option<String>,
    /// Group to impersonate (may be repeated)
    #[arg(long = "as-group", global = true, value_name = "GROUP")]
    as_groups: Vec<String>,
    /// UID to impersonate
    #[arg(long, global = true, value_name = "UID")]
    as_uid: Option<String>,
    /// How long a single request to the API server may take, such as 10s; 0 for no limit
    #[arg(long, global = true, value_parser = duration, value_name = "DURATION")]
    request_timeout: Option<Duration>,
    /// Bearer token for the API server
    #[arg(long, global = true, hide_env_values = true)]
    token: Option<String>,
    /// Address of the API server
    #[arg(short, long, global = true, value_name = "URL")]
    server: Option<String>,
    /// Do not check the API server's certificate
    #[arg(long, global = true)]
    insecure_skip_tls_verify: bool,
    /// Path to the certificate of the API server's authority
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    certificate_authority: Option<PathBuf>,
    /// Name to check the API server's certificate against
    #[arg(long, global = true, value_name = "NAME")]
    tls_server_name: Option<String>,
}

/// Which database is meant.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which database")]
struct FindArgs {
    /// Labels of the database Pod and the backup CronJob
    #[arg(
        short = 'l',
        long,
        global = true,
        env = "QUETZAL_DB_SELECTOR",
        default_value = "app.kubernetes.io/component=database"
    )]
    selector: String,
    /// Release: the label app.kubernetes.io/instance
    #[arg(
        long,
        global = true,
        env = "QUETZAL_DB_INSTANCE",
        value_name = "RELEASE"
    )]
    instance: Option<String>,
    /// Name of the database Pod
    #[arg(long, global = true)]
    pod: Option<String>,
    /// Container of the database Pod
    #[arg(short, long, global = true)]
    container: Option<String>,
    /// Name of the backup CronJob
    #[arg(long, global = true)]
    cronjob: Option<String>,
    /// Folder of the bucket, such as `gs://bucket/db` [default: from the CronJob's environment]
    #[arg(long, global = true, env = "QUETZAL_DB_BUCKET", value_name = "URL")]
    bucket: Option<String>,
}

/// How results look.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Output")]
pub struct LookArgs {
    /// Form of the result on standard output
    #[arg(short = 'o', long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Colour
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
    /// Say more (may be repeated)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say nothing but the result and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

/// Form of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Take a backup now, through the backup CronJob
    Backup(BackupArgs),
    /// List the backups of the bucket
    List,
    /// Read a whole backup and prove that it is complete; touches nothing
    Verify(VerifyArgs),
    /// Restore a backup beside the live databases, then swap
    Restore(RestoreArgs),
    /// Show what is there, and the next command to type
    Status,
    /// Go on with an interrupted restore
    Resume,
    /// Go back to the databases from before a restore, interrupted or finished
    Rollback(ConfirmArgs),
    /// Drop the databases that a finished restore kept
    Cleanup(ConfirmArgs),
    /// Stop or start the application
    Maintenance {
        /// `on` stops it, `off` starts it as it was
        #[arg(value_enum)]
        switch: Switch,
    },
    /// Print a completion script, or install kubectl's
    Completion(CompletionArgs),
}

/// `backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Start the Job and return
    #[arg(long, conflicts_with_all = ["output", "wait"])]
    pub no_wait: bool,
    /// Follow the Job to its end and prove the backup complete (the default)
    #[arg(long)]
    pub wait: bool,
    /// How long the Job may take
    #[arg(long, value_parser = duration, default_value = "1h", value_name = "DURATION")]
    pub timeout: Duration,
    /// Dump straight into this local file instead: no bucket, no CronJob; .gz, .zst, .xz and .bz2 compress
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub output: Option<PathBuf>,
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

/// `completion`.
#[derive(Debug, Args)]
pub struct CompletionArgs {
    /// Who completes
    #[arg(value_enum, value_name = "SHELL")]
    pub completer: Completer,
    /// Put kubectl's executable beside the plugin on PATH instead of printing it
    #[arg(long)]
    install: bool,
    /// Put it into this folder (with `--install`)
    #[arg(long, requires = "install", value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Who completes, by a script or an executable of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Completer {
    /// The shell, the name kubectl-quetzal_db
    Bash,
    /// The shell, the name kubectl-quetzal_db
    Elvish,
    /// The shell, the name kubectl-quetzal_db
    Fish,
    /// The shell, the name kubectl-quetzal_db
    Powershell,
    /// The shell, the name kubectl-quetzal_db
    Zsh,
    /// kubectl, in each shell that completes it: `kubectl quetzal-db`, with names of backups and namespaces
    Kubectl,
}

/// Where a completion script goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// To standard output.
    Printed,
    /// Into the folder in which kubectl finds the plugin.
    BesideThePlugin,
    /// Into this folder.
    Folder(PathBuf),
}

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
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=32))]
    jobs: Option<u32>,
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

impl Cli {
    /// Connection flags.
    pub fn connect_options(&self) -> ConnectOptions {
        let k = &self.kube;
        ConnectOptions {
            kubeconfig: k.kubeconfig.clone(),
            context: k.context.clone(),
            cluster: k.cluster.clone(),
            user: k.user.clone(),
            namespace: k.namespace.clone(),
            as_user: k.as_user.clone(),
            as_groups: k.as_groups.clone(),
            as_uid: k.as_uid.clone(),
            request_timeout: k.request_timeout,
            token: k.token.clone(),
            server: k.server.clone(),
            insecure_skip_tls_verify: k.insecure_skip_tls_verify,
            certificate_authority: k.certificate_authority.clone(),
            tls_server_name: k.tls_server_name.clone(),
        }
    }

    /// Which Pod, container and CronJob.
    pub fn selector(&self) -> Selector {
        Selector {
            labels: self.find.selector.clone(),
            instance: self.find.instance.clone(),
            pod: self.find.pod.clone(),
            container: self.find.container.clone(),
            cronjob: self.find.cronjob.clone(),
        }
    }

    /// `--bucket`.
    pub fn bucket(&self) -> Option<String> {
        self.find.bucket.clone()
    }
}

impl CompletionArgs {
    /// Where the script goes.
    pub fn goal(&self) -> Goal {
        match &self.dir {
            _ if !self.install => Goal::Printed,
            None => Goal::BesideThePlugin,
            Some(folder) => Goal::Folder(folder.clone()),
        }
    }
}

impl RestoreArgs {
    /// The choices that shape the plan.
    pub fn options(&self) -> Options {
        Options {
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

/// Durations as kubectl takes them: `90s`, `5m`, `1h30m`; a bare number is seconds.
fn duration(text: &str) -> Result<Duration, humantime::DurationError> {
    match text.parse() {
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(text),
    }
}
