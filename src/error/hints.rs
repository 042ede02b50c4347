//! What to type next: the hint below an error.

use crate::backup::job::BackupError;
use crate::backup::local::LocalBackupError;
use crate::cluster::{ApiError, ConnectError, FindError, JobError, LockError, WorkloadError};
use crate::config::ConfigError;
use crate::hint::word;
use crate::restore::PlanRefusal;
use crate::restore::engine::{Left, RestoreError};
use crate::restore::journal::StepName;
use crate::storage::source::SourceError;
use crate::storage::{BucketError, DownloadError, NewFileError};
use crate::ui::prompt::PromptError;

use super::Error;

impl Error {
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
        ConnectError::Twice(flag) => Some(format!(
            "leave out --{flag}, or name a user without that data: --user NAME"
        )),
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
