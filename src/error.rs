//! The one error that leaves the library: it knows its exit code and its hint. [`crate::ui`] prints it.

use std::path::PathBuf;

use crate::backup::job::BackupError;
use crate::backup::local::LocalBackupError;
use crate::cluster::{ApiError, ConnectError, FindError, JobError, LockError, WorkloadError};
use crate::config::ConfigError;
use crate::hint::word;
use crate::postgres::RestoreId;
use crate::restore::PlanRefusal;
use crate::restore::drill::Purpose;
use crate::restore::engine::{Left, RestoreError};
use crate::restore::journal::StepName;
use crate::restore::list::ListError;
use crate::restore::observe::ObserveError;
use crate::restore::record::RecordError;
use crate::server::ServerError;
use crate::storage::source::SourceError;
use crate::storage::{BucketError, DownloadError, LocalError, NewFileError, VerifyError};
use crate::ui::OutputError;
use crate::ui::prompt::PromptError;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed, nothing changed.
    Failed = 1,
    /// Flags that do not go together.
    Usage = 2,
    /// Stopped half-way.
    HalfWay = 3,
    /// Refused: the dump is not acceptable, a precondition is not met, or not confirmed.
    Refused = 4,
    /// Failed and rolled back.
    RolledBack = 5,
    /// Another operation holds the lock.
    Locked = 6,
    /// Outcome unknown.
    Unknown = 7,
    /// Interrupted before any change, or only the watching was.
    Interrupted = 130,
}

/// Everything that can end a command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The settings file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Not found, or found several.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The CronJob names no bucket.
    #[error("cronjob/{0} names no bucket: none of its variables begins with gs:// or s3://")]
    NoBucket(String),
    /// The Job.
    #[error(transparent)]
    Job(#[from] JobError),
    /// The application.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// The bucket.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// A local file.
    #[error(transparent)]
    Local(#[from] LocalError),
    /// A backup.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// `download`.
    #[error(transparent)]
    Download(DownloadError),
    /// `backup`.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// `backup --output`.
    #[error(transparent)]
    LocalBackup(#[from] LocalBackupError),
    /// The server.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The Pod.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// No plan.
    #[error("the restore is refused")]
    Plan(#[from] PlanRefusal),
    /// No answer.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// Somebody else is at work.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A record in the cluster.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A list in the cluster.
    #[error(transparent)]
    List(#[from] ListError),
    /// `latest` where every backup was made by a restore of what it replaced.
    #[error("{folder} has safety copies only, no other backup")]
    OnlySafetyCopies {
        /// The folder.
        folder: String,
        /// The newest of them.
        newest: String,
    },
    /// The API server.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// One at a time.
    #[error("{0} {1} was begun and neither finished nor rolled back")]
    Unfinished(Purpose, RestoreId),
    /// `resume` without need.
    #[error("no restore is interrupted: there is nothing to resume")]
    NothingToResume,
    /// An undo failed before, or the dump can't be had again.
    #[error("restore {0} can't be gone on with, only rolled back")]
    OnlyBack(RestoreId),
    /// `maintenance off` between the drop and the swap of a restore in place.
    #[error(
        "the application has nothing to run on: a restore in place dropped {0}, and did not put the new databases in their place"
    )]
    NothingToRunOn(String),
    /// `resume --id` of one that left no record.
    #[error(
        "there is no restore {0} any more: it was rolled back, or it ended well and kept nothing"
    )]
    NoSuchRestore(RestoreId),
    /// `--in-cluster` with a backup that is not there.
    #[error("{0} is on this machine, where a job of the cluster can't read it")]
    OutOfReach(String),
    /// A Job of ours ended, and not well: in its own words.
    #[error("{said}")]
    InCluster {
        /// What it said, with its hint; or that it said nothing.
        said: String,
        /// How its program ended.
        exit: Exit,
    },
    /// A Job of ours ended well, but what came of it can't be read.
    #[error("job/{0} ended well, but its log does not say with what")]
    NoResult(String),
    /// The Job of a restore was made, and its Pod can't start.
    #[error("job/{job} did not begin, and will as soon as it can")]
    Waits {
        /// The Job.
        job: String,
        /// What keeps it.
        source: JobError,
    },
    /// Ctrl-C while the Job of a restore was watched.
    #[error("not watched any more: the restore goes on in job/{0}")]
    Detached(String),
    /// `rollback` without need.
    #[error("no restore is interrupted or kept: there is nothing to go back to")]
    NothingToRollBack,
    /// `resume` with a file that changed.
    #[error("{0} is not the dump that the restore was begun with")]
    AnotherDump(String),
    /// A drill that passed, and is not in the cluster's list.
    #[error("the drill passed, but the cluster does not remember it")]
    NotRemembered(#[source] ListError),
    /// `drill --evidence`.
    #[error("the evidence is not written")]
    Evidence(#[source] NewFileError),
    /// `restore`.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// Standard output.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// `status --watch`.
    #[error("restore {0} failed and was rolled back: the live databases are as before")]
    WatchedBack(RestoreId),
    /// `status --watch`.
    #[error("restore {0} is not at its end, and nobody is at it any more")]
    WatchedLeft(RestoreId),
    /// `status --watch`.
    #[error(
        "the record of restore {0} is gone, and it was not seen whether the databases were swapped"
    )]
    WatchedGone(RestoreId),
    /// `doctor` found something that does not work.
    #[error("{0} of the checks failed")]
    Unwell(usize),
    /// `completion --install` of what nobody looks for in a folder of PATH.
    #[error("only kubectl's completion is installed, a shell's is printed")]
    OnlyPrinted,
    /// `completion kubectl --install` where kubectl would not find the plugin.
    #[error(
        "there is no kubectl-quetzal_db on PATH, under which name kubectl looks for the plugin"
    )]
    NotOnPath,
    /// `completion kubectl --install`.
    #[error("cannot write {}", path.display())]
    Install {
        /// The executable.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Ctrl-C a second time.
    #[error("stopped at once: the step under way may be done, half done or not done")]
    StoppedAtOnce,
    /// Ctrl-C before any change.
    #[error("interrupted, nothing was changed")]
    Interrupted,
}

/// A backup that is not acceptable is so whatever it was read for.
impl From<DownloadError> for Error {
    fn from(error: DownloadError) -> Self {
        match error {
            DownloadError::Source(error) => Self::Source(error),
            error => Self::Download(error),
        }
    }
}

impl Exit {
    /// What an exit code of this program says; none where it is no code of ours, such as that of a signal.
    pub fn of(code: i32) -> Option<Self> {
        let all = [
            Self::Done,
            Self::Failed,
            Self::Usage,
            Self::HalfWay,
            Self::Refused,
            Self::RolledBack,
            Self::Locked,
            Self::Unknown,
            Self::Interrupted,
        ];
        all.into_iter().find(|exit| i32::from(*exit as u8) == code)
    }
}

impl Error {
    /// The exit code, as the design fixes it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Source(SourceError::Verify { source, .. }) if is_about_the_reading(source) => {
                Exit::Failed
            }
            Self::Local(LocalError::Read { .. })
            | Self::Source(SourceError::Local(LocalError::Read { .. })) => Exit::Failed,
            Self::Plan(PlanRefusal::InPlaceStops | PlanRefusal::InPlaceUnsaved)
            | Self::Connect(ConnectError::Nobody | ConnectError::Unchecked)
            | Self::Config(_)
            | Self::OnlyPrinted
            | Self::OutOfReach(_) => Exit::Usage,
            Self::InCluster { exit, .. } => *exit,
            Self::Find(FindError::Select(_))
            | Self::NoBucket(_)
            | Self::Plan(_)
            | Self::Unfinished(..)
            | Self::NothingToResume
            | Self::OnlyBack(_)
            | Self::NothingToRollBack
            | Self::NothingToRunOn(_)
            | Self::AnotherDump(_)
            | Self::Restore(RestoreError::NoWayBack(_))
            | Self::OnlySafetyCopies { .. }
            | Self::Prompt(_)
            | Self::Unwell(_)
            | Self::Bucket(
                BucketError::Empty { .. }
                | BucketError::Unknown { .. }
                | BucketError::Command { .. }
                | BucketError::TooMany { .. },
            )
            | Self::Local(_)
            | Self::LocalBackup(LocalBackupError::File(
                NewFileError::Exists(_) | NewFileError::NotAFile(_),
            ))
            | Self::Evidence(NewFileError::Exists(_) | NewFileError::NotAFile(_))
            | Self::Download(
                DownloadError::File(NewFileError::Exists(_) | NewFileError::NotAFile(_))
                | DownloadError::NoName(_),
            )
            | Self::Source(
                SourceError::Verify { .. }
                | SourceError::Local(_)
                | SourceError::Bucket(BucketError::Command { .. }),
            ) => Exit::Refused,
            Self::Restore(RestoreError::RolledBack { .. }) | Self::WatchedBack(_) => {
                Exit::RolledBack
            }
            Self::Restore(RestoreError::Unknown(_))
            | Self::NoSuchRestore(_)
            | Self::NoResult(_)
            | Self::WatchedGone(_) => Exit::Unknown,
            Self::Lock(LockError::Held { .. } | LockError::Silent { .. }) => Exit::Locked,
            Self::Restore(_)
            | Self::NotRemembered(_)
            | Self::StoppedAtOnce
            | Self::Waits { .. }
            | Self::WatchedLeft(_) => Exit::HalfWay,
            Self::Backup(BackupError::Job(e)) | Self::Job(e) if e.is_unknown() => Exit::Unknown,
            Self::Output(e) if e.is_broken_pipe() => Exit::Done,
            Self::Interrupted | Self::Detached(_) => Exit::Interrupted,
            _ => Exit::Failed,
        }
    }

    /// What to type next, where that can be said; `verb` is the command that takes a backup, if it was one.
    pub fn hint(&self, verb: Option<&str>) -> Option<String> {
        match self {
            Self::Connect(error) => connect_hint(error),
            Self::Config(error) => config_hint(error),
            Self::Find(FindError::Select(e)) => e.hint(),
            Self::Find(FindError::Closed { meant, .. }) => Some(format!("did you mean: {meant}")),
            Self::NotOnPath => Some(
                "name a folder of PATH: kubectl quetzal-db completion kubectl --install --dir DIR"
                    .to_owned(),
            ),
            Self::NoBucket(_) => {
                Some("name it: kubectl quetzal-db list --bucket gs://BUCKET/db".to_owned())
            }
            Self::Bucket(e) => bucket_hint(verb, e),
            Self::OnlySafetyCopies { newest, .. } => Some(format!(
                "they hold what was there before a restore; to go back to one, name it: {newest}"
            )),
            Self::Source(SourceError::Verify { .. }) => {
                Some("look for another backup: kubectl quetzal-db list".to_owned())
            }
            Self::Backup(
                BackupError::Incomplete { job, .. } | BackupError::Nothing { job, .. },
            ) => Some(format!("see what it said: kubectl logs job/{job}")),
            Self::LocalBackup(LocalBackupError::File(NewFileError::Exists(_)))
            | Self::Evidence(NewFileError::Exists(_)) => {
                Some("choose another name, or remove it".to_owned())
            }
            Self::Download(e) => download_hint(e),
            Self::Plan(refusal) => plan_hint(refusal),
            Self::Prompt(PromptError::NoTerminal) => {
                Some("confirm with --yes, or look with --dry-run".to_owned())
            }
            Self::Restore(
                RestoreError::Stuck { left, .. } | RestoreError::RollbackStuck { left },
            ) => Some(left_hint(left)),
            Self::OnlyBack(_) => {
                Some("when the cause is gone: kubectl quetzal-db rollback".to_owned())
            }
            Self::Restore(RestoreError::RolledBack {
                step: StepName::StartSafetyBackup | StepName::ProveSafetyBackup,
                ..
            }) => Some(
                "where the live databases are broken already, or there is a copy of them: restore with \
                 --no-safety-backup"
                    .to_owned(),
            ),
            Self::Restore(RestoreError::RolledBack { .. }) => None,
            Self::Restore(RestoreError::Emptied { .. }) => Some(
                "go on: kubectl quetzal-db resume\n\
                 or give up what was loaded: kubectl quetzal-db rollback, which says how the old databases come back"
                    .to_owned(),
            ),
            Self::Restore(RestoreError::GivenUp(back)) => {
                Some(format!("bring them back: {}", back.from_nothing()))
            }
            Self::Restore(RestoreError::NoWayBack(back)) => Some(format!(
                "finish first where that is to be done: kubectl quetzal-db resume\n\
                 then bring them back: {}",
                back.from_new()
            )),
            Self::Restore(_)
            | Self::NotRemembered(_)
            | Self::StoppedAtOnce
            | Self::Unfinished(..)
            | Self::WatchedLeft(_) => Some(
                "go on with kubectl quetzal-db resume, or back with kubectl quetzal-db rollback"
                    .to_owned(),
            ),
            Self::NothingToRunOn(_) | Self::WatchedGone(_) | Self::Lock(LockError::Held { .. }) => {
                Some("see what goes on: kubectl quetzal-db status".to_owned())
            }
            Self::Lock(LockError::Silent { .. }) => Some(
                "its sessions still work in the server: go on with kubectl quetzal-db resume, or back with \
                 kubectl quetzal-db rollback, which end them"
                    .to_owned(),
            ),
            _ => self.hint_of_a_job(),
        }
    }

    fn hint_of_a_job(&self) -> Option<String> {
        match self {
            Self::OutOfReach(_) => Some(
                "leave --in-cluster out, or name one that the bucket has: kubectl quetzal-db list"
                    .to_owned(),
            ),
            Self::Detached(_) => Some(
                "see how far it is: kubectl quetzal-db status\n\
                 go back: kubectl quetzal-db rollback"
                    .to_owned(),
            ),
            Self::NoSuchRestore(_) | Self::NoResult(_) => {
                Some("see what there is: kubectl quetzal-db status".to_owned())
            }
            Self::Job(JobError::NoPod { why, .. }) if why.contains("service account") => Some(
                "name one with --service-account, or make it: see Permissions in the README"
                    .to_owned(),
            ),
            Self::Waits { job, .. } => Some(format!(
                "see what keeps it: kubectl describe job {job}\n\
                 or take it back: kubectl quetzal-db rollback"
            )),
            _ => self.of_the_api_server().and_then(api_hint),
        }
    }

    /// What the API server refused, where that is all that is wrong.
    fn of_the_api_server(&self) -> Option<&ApiError> {
        match self {
            Self::Api(e)
            | Self::Find(FindError::Api(e))
            | Self::Job(JobError::Api(e))
            | Self::Backup(BackupError::Job(JobError::Api(e)))
            | Self::Workload(WorkloadError::Api(e))
            | Self::Lock(LockError::Api(e)) => Some(e),
            _ => None,
        }
    }
}

/// A backup that could not be read may be a good one.
fn is_about_the_reading(error: &VerifyError) -> bool {
    matches!(error, VerifyError::Read { .. })
}

fn bucket_hint(verb: Option<&str>, error: &BucketError) -> Option<String> {
    Some(match error {
        BucketError::Unknown { nearest, .. } => backup_hint(verb, nearest.as_deref()),
        BucketError::TooMany { folder, .. } => {
            format!("move old ones out of {folder}, or name another folder: --bucket URL")
        }
        BucketError::Empty { .. } => "take one: kubectl quetzal-db backup".to_owned(),
        _ => return None,
    })
}

fn download_hint(error: &DownloadError) -> Option<String> {
    let hint = match error {
        DownloadError::File(NewFileError::Exists(_)) => {
            "choose another name, or replace it: kubectl quetzal-db download BACKUP FILE --overwrite"
        }
        DownloadError::NoName(_) => "name the file: kubectl quetzal-db download BACKUP FILE",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn left_hint(left: &[Left]) -> String {
    let mut hint = "when the cause is gone: kubectl quetzal-db rollback; or by hand:".to_owned();
    for command in left.iter().flat_map(|l| &l.by_hand) {
        hint.push_str("\n  ");
        hint.push_str(command);
    }
    hint
}

/// What one asks next when the API server said no.
fn api_hint(error: &ApiError) -> Option<String> {
    match error {
        e if e.is_stranger() => Some(
            "the API server does not know who you are: log in again, or see kubectl auth whoami"
                .to_owned(),
        ),
        ApiError::Forbidden { .. } => Some(
            "is it the right namespace? else see what is missing: kubectl quetzal-db doctor"
                .to_owned(),
        ),
        _ => None,
    }
}

fn connect_hint(error: &ConnectError) -> Option<String> {
    match error {
        ConnectError::Unknown { what, nearest, .. } => Some(match nearest {
            Some(nearest) => format!("did you mean: --{what} {}", word(nearest)),
            None => format!("see what there is: kubectl config get-{what}s"),
        }),
        ConnectError::Nowhere { .. } => {
            Some("name one: --kubeconfig FILE, or the variable KUBECONFIG".to_owned())
        }
        ConnectError::Nobody => Some("name the user too: --as USER".to_owned()),
        ConnectError::Unchecked => {
            Some("leave out --insecure-skip-tls-verify, or --certificate-authority".to_owned())
        }
        ConnectError::Login(login) => login.install.clone(),
        _ => None,
    }
}

fn backup_hint(verb: Option<&str>, nearest: Option<&str>) -> String {
    match (verb, nearest) {
        (Some(verb), Some(name)) => {
            format!("did you mean: kubectl quetzal-db {verb} {}", word(name))
        }
        _ => "see what there is: kubectl quetzal-db list".to_owned(),
    }
}

fn config_hint(error: &ConfigError) -> Option<String> {
    match error {
        ConfigError::Key {
            nearest: Some(key), ..
        } => Some(format!("did you mean: {key}")),
        _ => None,
    }
}

fn plan_hint(refusal: &PlanRefusal) -> Option<String> {
    match refusal {
        PlanRefusal::NameTaken(_) => {
            Some("see what is there: kubectl exec POD -- psql -U SUPERUSER -l postgres".to_owned())
        }
        PlanRefusal::FitsInPlace { missing, space, .. }
        | PlanRefusal::NoSpace { missing, space }
            if space.kept >= *missing =>
        {
            Some("drop what earlier restores kept: kubectl quetzal-db cleanup".to_owned())
        }
        PlanRefusal::FitsInPlace { backup, .. } => Some(format!(
            "drop the old databases first: kubectl quetzal-db restore {backup} --in-place\n\
             the application is then stopped for the whole load, and the way back is a safety backup"
        )),
        PlanRefusal::NoSpace { .. } => {
            Some("enlarge the volume: kubectl edit persistentvolumeclaim NAME".to_owned())
        }
        PlanRefusal::NoBackupCronJob | PlanRefusal::NoBackupFolder(_) => Some(
            "make a copy yourself, kubectl quetzal-db backup --output FILE, then restore with --no-safety-backup"
                .to_owned(),
        ),
        PlanRefusal::NewerDump { others, .. } if !others.is_empty() => {
            let flags: Vec<_> = others.iter().map(|d| format!(" --database {d}")).collect();
            Some(format!("these it would take: restore BACKUP{}", flags.concat()))
        }
        PlanRefusal::NewerInPlace { .. } => Some(
            "restore without --in-place, on a volume that holds both".to_owned(),
        ),
        PlanRefusal::UnknownDatabase { .. } => {
            Some("see what it holds: kubectl quetzal-db verify BACKUP".to_owned())
        }
        _ => None,
    }
}
