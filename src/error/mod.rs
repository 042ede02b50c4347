//! The one error that leaves the library: it knows its exit code and its hint. [`crate::ui`] prints it.

mod hints;

use std::path::PathBuf;

use crate::backup::job::BackupError;
use crate::backup::local::LocalBackupError;
use crate::cluster::{ApiError, ConnectError, FindError, JobError, LockError, WorkloadError};
use crate::config::ConfigError;
use crate::postgres::RestoreId;
use crate::restore::PlanRefusal;
use crate::restore::drill::Purpose;
use crate::restore::engine::RestoreError;
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
            | Self::Connect(
                ConnectError::Nobody | ConnectError::Unchecked | ConnectError::Twice(_),
            )
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
}

/// A backup that could not be read may be a good one.
fn is_about_the_reading(error: &VerifyError) -> bool {
    matches!(error, VerifyError::Read { .. })
}
