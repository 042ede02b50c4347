//! The one error that leaves the library: it knows its exit code and its hint. [`crate::ui`] prints it.

use crate::backup::job::BackupError;
use crate::backup::local::LocalBackupError;
use crate::cluster::{
    ApiError, ConnectError, FindError, JobError, LockError, SelectError, WorkloadError,
};
use crate::postgres::RestoreId;
use crate::restore::PlanRefusal;
use crate::restore::engine::RestoreError;
use crate::restore::observe::ObserveError;
use crate::restore::record::RecordError;
use crate::server::ServerError;
use crate::storage::source::SourceError;
use crate::storage::{BucketError, LocalError, VerifyError};
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
    /// Interrupted before any change.
    Interrupted = 130,
}

/// Everything that can end a command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Not found, or found several.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The CronJob names no bucket.
    #[error("cronjob/{0} names no bucket: none of its variables begins with gs://")]
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
    /// The API server.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// One at a time.
    #[error("restore {0} was begun and neither finished nor rolled back")]
    Unfinished(RestoreId),
    /// `resume` without need.
    #[error("no restore is interrupted: there is nothing to resume")]
    NothingToResume,
    /// An undo failed before, or the dump can't be had again.
    #[error("restore {0} can't be gone on with, only rolled back")]
    OnlyBack(RestoreId),
    /// `rollback` without need.
    #[error("no restore is interrupted or kept: there is nothing to go back to")]
    NothingToRollBack,
    /// `resume` with a file that changed.
    #[error("{0} is not the dump that the restore was begun with")]
    AnotherDump(String),
    /// `restore`.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// Standard output.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Ctrl-C before any change.
    #[error("interrupted, nothing was changed")]
    Interrupted,
}

impl Error {
    /// The exit code, as the design fixes it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Source(SourceError::Verify { source, .. }) if is_about_the_reading(source) => {
                Exit::Failed
            }
            Self::Find(FindError::Select(_))
            | Self::NoBucket(_)
            | Self::Plan(_)
            | Self::Unfinished(_)
            | Self::NothingToResume
            | Self::OnlyBack(_)
            | Self::NothingToRollBack
            | Self::AnotherDump(_)
            | Self::Prompt(_)
            | Self::Bucket(BucketError::Empty { .. } | BucketError::Unknown { .. })
            | Self::Local(_)
            | Self::LocalBackup(LocalBackupError::Exists(_))
            | Self::Source(SourceError::Verify { .. } | SourceError::Local(_)) => Exit::Refused,
            Self::Restore(RestoreError::RolledBack { .. }) => Exit::RolledBack,
            Self::Restore(RestoreError::Unknown(_)) => Exit::Unknown,
            Self::Lock(LockError::Held { .. } | LockError::Silent { .. }) => Exit::Locked,
            Self::Restore(_) => Exit::HalfWay,
            Self::Backup(BackupError::Job(e)) | Self::Job(e) if e.is_unknown() => Exit::Unknown,
            Self::Output(e) if e.is_broken_pipe() => Exit::Done,
            Self::Interrupted => Exit::Interrupted,
            _ => Exit::Failed,
        }
    }

    /// What to type next, where that can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Connect(ConnectError::Nowhere { .. }) => {
                Some("name one: --kubeconfig FILE, or the variable KUBECONFIG".to_owned())
            }
            Self::Find(FindError::Select(e)) => select_hint(e),
            Self::NoBucket(_) => {
                Some("name it: kubectl quetzal-db list --bucket gs://BUCKET/db".to_owned())
            }
            Self::Bucket(BucketError::Unknown {
                nearest: Some(name),
                ..
            }) => Some(format!("did you mean it? kubectl quetzal-db verify {name}")),
            Self::Bucket(BucketError::Empty { .. }) => {
                Some("take one: kubectl quetzal-db backup".to_owned())
            }
            Self::Source(SourceError::Verify { .. }) => {
                Some("look for another backup: kubectl quetzal-db list".to_owned())
            }
            Self::Backup(
                BackupError::Incomplete { job, .. } | BackupError::Nothing { job, .. },
            ) => Some(format!("see what it said: kubectl logs job/{job}")),
            Self::LocalBackup(LocalBackupError::Exists(_)) => {
                Some("choose another name, or remove it".to_owned())
            }
            Self::Plan(refusal) => plan_hint(refusal),
            Self::Prompt(PromptError::NoTerminal) => {
                Some("confirm with --yes, or look with --dry-run".to_owned())
            }
            Self::Restore(RestoreError::Stuck { .. } | RestoreError::RollbackStuck { .. })
            | Self::OnlyBack(_) => {
                Some("when the cause is gone: kubectl quetzal-db rollback".to_owned())
            }
            Self::Restore(RestoreError::RolledBack { .. }) => None,
            Self::Restore(_) | Self::Unfinished(_) => Some(
                "go on with kubectl quetzal-db resume, or back with kubectl quetzal-db rollback"
                    .to_owned(),
            ),
            Self::Lock(LockError::Held { .. }) => {
                Some("see what goes on: kubectl quetzal-db status".to_owned())
            }
            Self::Lock(LockError::Silent { .. }) => Some(
                "its sessions still work in the server: go on with kubectl quetzal-db resume, or back with \
                 kubectl quetzal-db rollback, which end them"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

/// A backup that could not be read may be a good one.
fn is_about_the_reading(error: &VerifyError) -> bool {
    matches!(error, VerifyError::Read { .. })
}

fn select_hint(error: &SelectError) -> Option<String> {
    match error {
        SelectError::Several { names, flag, .. } => names
            .first()
            .map(|first| format!("choose one: {flag} {first}")),
        SelectError::None { .. } => Some("name the place: --namespace, --selector".to_owned()),
        SelectError::NotReady { pod, .. } => Some(format!("see why: kubectl describe pod {pod}")),
        SelectError::Container { names, .. } | SelectError::NoContainer { names, .. } => names
            .first()
            .map(|first| format!("choose one: --container {first}")),
    }
}

fn plan_hint(refusal: &PlanRefusal) -> Option<String> {
    match refusal {
        PlanRefusal::NameTaken(_) => {
            Some("see what is there: kubectl exec POD -- psql -U SUPERUSER -l postgres".to_owned())
        }
        PlanRefusal::NoSpace { folder, .. } => Some(format!(
            "see what fills it: kubectl exec POD -- df -h {folder}"
        )),
        PlanRefusal::UnknownDatabase { .. } => {
            Some("see what it holds: kubectl quetzal-db verify BACKUP".to_owned())
        }
        _ => None,
    }
}
