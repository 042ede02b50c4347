//! The line of steps. One `match` shows all the work; what a step does is in a file of its own.
//!
//! Every step may be repeated: `is_done` observes, `run` begins by removing what an earlier attempt left, `undo`
//! takes "nothing there" for done.

mod backups;
mod count;
mod crew;
mod flow;
mod guard;
mod in_place;
mod load;
mod maintenance;
mod marks;
mod prove;
mod regain;
mod roles;
mod safety;
mod session;
mod stage;
mod swap;
mod tally;
mod transfer;
mod unpack;

pub use flow::Flow;
pub use in_place::{look, take_back, way_back};
pub use regain::RegainError;
pub use safety::Backups;
pub use transfer::drop_kept;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::backup::job::BackupError;
use crate::cluster::{Cluster, CopyError, ExecError, JobError, Selector, Workload, WorkloadError};
use crate::dump::Inventory;
use crate::progress::Progress;
use crate::server::{self, Server, ServerError};
use crate::storage::source::SourceError;
use crate::storage::{BucketError, Compression, Source, Verified};

use super::journal::StepName;
use super::life::{Life, Mishap};
use super::list::ListError;
use super::observe::ObserveError;
use super::plan::Plan;
use super::slices::Slices;
use super::swap::Mixed;

/// One statement, such as an index, may run for so long without a word.
const SILENT_STATEMENT: Duration = Duration::from_hours(24);

/// Where the steps act: all that an undo needs.
pub struct Site {
    /// The cluster.
    pub cluster: Cluster,
    /// The database server.
    pub server: Server,
    /// How it is found again when its Pod is replaced.
    pub finder: Selector,
    /// The life in which it was last seen.
    pub life: Life,
    /// The application, as it was observed.
    pub workloads: Vec<Workload>,
    /// What to do.
    pub plan: Plan,
    /// Statements that make the roles as they were.
    pub roles_undo: Vec<String>,
    /// Who hears of it.
    pub progress: Arc<dyn Progress>,
    /// When the application went down, and for how long it was.
    pub downtime: Mutex<Downtime>,
}

/// What is restored.
pub struct Dump {
    /// What it holds.
    pub inventory: Inventory,
    /// How it is stored.
    pub compression: Compression,
    /// Where it is.
    pub source: Source,
    /// Marks our own lines in psql's output: unknown to the dump's author.
    pub nonce: String,
    /// Its files in the Pod.
    pub slices: Slices,
}

impl Dump {
    /// What was verified, and where it is.
    pub fn new(verified: Verified, source: Source, nonce: String) -> Self {
        Self {
            slices: Slices::of(&verified.inventory),
            inventory: verified.inventory,
            compression: verified.compression,
            source,
            nonce,
        }
    }
}

/// Everything that the steps act on.
pub struct World {
    /// Where.
    pub site: Site,
    /// What.
    pub dump: Dump,
    /// How the live databases are backed up first, where they are.
    pub backups: Option<Backups>,
    /// How far the dump is on its way.
    pub flow: Flow,
}

/// How long the application was down.
#[derive(Debug, Clone, Copy, Default)]
pub struct Downtime {
    since: Option<Instant>,
    /// Set when it is over.
    pub lasted: Option<Duration>,
}

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The backup.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The server.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A file of ours.
    #[error("cannot write {name} into the Pod")]
    Copy {
        /// The file.
        name: String,
        /// Why.
        source: CopyError,
    },
    /// A command in the Pod.
    #[error("cannot {act} in the Pod")]
    Pod {
        /// What was to be done.
        act: &'static str,
        /// Why.
        source: ExecError,
    },
    /// The CronJob.
    #[error(transparent)]
    Job(#[from] JobError),
    /// The safety backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The bucket of the safety backup.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The list of safety backups.
    #[error(transparent)]
    SafetyList(#[from] ListError),
    /// The CronJob of the plan is gone.
    #[error("the backup CronJob that the plan names is not there")]
    NoBackups,
    /// The application.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// The bytes that arrived are not those that were proved complete.
    #[error("the backup changed: SHA-256 {found} instead of {expected}")]
    Changed {
        /// Proved.
        expected: String,
        /// Arrived.
        found: String,
    },
    /// The Pod's decompressor gave another text.
    #[error("the dump has {found:?} bytes in the Pod instead of {expected}")]
    Unpacked {
        /// Proved.
        expected: u64,
        /// What the Pod says.
        found: String,
    },
    /// The load would soon have stopped the live server.
    #[error("the data volume has only {} free, less than the {} that must stay free", bytesize::ByteSize(*free), bytesize::ByteSize(*reserve))]
    DiskFull {
        /// Free bytes.
        free: u64,
        /// Bytes that must stay free.
        reserve: u64,
    },
    /// Nobody knows what goes on in the Pod.
    #[error("the Pod could not be looked at for two minutes")]
    Blind(#[source] ObserveError),
    /// psql stopped.
    #[error("loading {database} failed at {item}")]
    Load {
        /// The staged database's real name.
        database: String,
        /// The item under way.
        item: String,
        /// psql's words.
        source: ExecError,
    },
    /// What a worker says makes no sense.
    #[error("loading {database}: the session's answers do not fit what it was told, at {item}")]
    OutOfTurn {
        /// The staged database's real name.
        database: String,
        /// The item under way.
        item: String,
    },
    /// psql ended well but did not come to the end of the program.
    #[error("loading {database} ended early, at {item}")]
    LoadEnded {
        /// The staged database's real name.
        database: String,
        /// The item under way.
        item: String,
    },
    /// The server counted other rows than the dump has.
    #[error("{database}: {item} has {found} rows instead of {expected}")]
    Rows {
        /// The staged database's real name.
        database: String,
        /// The table.
        item: String,
        /// In the dump.
        expected: u64,
        /// In the server.
        found: u64,
    },
    /// The answer to the question for rows is not one number a table.
    #[error("{database}: the server's answer to how many rows the tables have cannot be read")]
    Counts {
        /// The staged database's real name.
        database: String,
    },
    /// An index that no query would use.
    #[error("{database}: index {index} is not valid")]
    InvalidIndex {
        /// The staged database's real name.
        database: String,
        /// The index.
        index: String,
    },
    /// The marks in a staged database are not ours.
    #[error("the marks of the load in {database} cannot be read: {found:?}")]
    Marks {
        /// The staged database's real name.
        database: String,
        /// What was found.
        found: String,
    },
    /// Backends of an earlier attempt that do not end.
    #[error("{0} sessions of an earlier attempt do not end")]
    Sessions(String),
    /// Others kept coming back.
    #[error(
        "the databases could not be renamed in {attempts} attempts: other sessions keep them busy"
    )]
    Busy {
        /// How often it was tried.
        attempts: u32,
    },
    /// The old databases are not dropped for a dump that is not there.
    #[error("the dump is not in the Pod any more")]
    NotUnpacked,
    /// In place, the safety backup is the only way back.
    #[error("the safety backup {backup} does not hold database {database:?}")]
    NotSaved {
        /// Its name.
        backup: String,
        /// The live database.
        database: String,
    },
    /// Found before anything is dropped.
    #[error("database {database:?} is held by {what}")]
    Obstacle {
        /// The live database.
        database: String,
        /// What holds it.
        what: String,
    },
    /// The names say something else than the transaction allows.
    #[error(transparent)]
    Mixed(#[from] Mixed),
    /// The transaction was said to be done, and is not.
    #[error("the databases still have their old names")]
    NotSwapped,
    /// The server was lost in the middle of work that may have been the cause.
    #[error("{mishap}")]
    Mishap {
        /// What happened to it.
        mishap: Mishap,
        /// How the step saw it.
        source: Box<StepError>,
    },
    /// The server was lost, and did not come back.
    #[error("the database server could not be reached for {} minutes", regain::PATIENCE.as_secs() / 60)]
    Away(#[source] RegainError),
    /// Another database cluster answers in its place.
    #[error(
        "another database cluster answers: its system identifier is {found} instead of {expected}"
    )]
    AnotherServer {
        /// Of the one that was there.
        expected: String,
        /// Of the one that is there.
        found: String,
    },
    /// The user.
    #[error("interrupted")]
    Interrupted,
}

impl StepError {
    /// Whether the cause goes by itself: a server that starts or recovers, a Pod that is out of sight.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Source(e) => e.is_passing(),
            Self::Server(e) => e.is_passing(),
            Self::Copy { source, .. } => source.is_passing(),
            Self::Load { source, .. } => server::is_passing(source),
            Self::Pod { source, .. } => source.is_passing(),
            Self::Job(JobError::Api(e)) | Self::Workload(WorkloadError::Api(e)) => e.is_passing(),
            Self::Blind(_) => true,
            _ => false,
        }
    }

    /// Whether the step may have done its work all the same.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Server(e) => e.is_unknown(),
            Self::Pod { source, .. } | Self::Load { source, .. } => source.is_unknown(),
            _ => false,
        }
    }
}

impl StepName {
    /// Observes whether there is nothing left to do.
    pub async fn is_done(self, world: &World) -> Result<bool, StepError> {
        let site = &world.site;
        match self {
            Self::Transfer | Self::Unpack => unpack::is_unpacked(world).await,
            Self::SuspendBackups | Self::ResumeBackups => Ok(site.plan.cronjob.is_none()),
            Self::StartSafetyBackup => safety::is_started(site).await,
            Self::ProveSafetyBackup => safety::is_proved(site).await,
            Self::CreateRoles => Ok(site.plan.roles.create.is_empty()),
            Self::MaintenanceOn | Self::MaintenanceOff => Ok(site.plan.runners.is_empty()),
            Self::DropOld => in_place::is_dropped(site).await,
            Self::Swap => swap::is_swapped(site).await,
            Self::Stage | Self::Prove | Self::Count | Self::DropStaged | Self::CleanUp => Ok(false),
        }
    }

    /// Does it; the result is a few words on what was done.
    pub async fn run(self, world: &World, progress: &dyn Progress) -> Result<String, StepError> {
        let site = &world.site;
        match self {
            Self::Transfer => transfer::transfer(world, progress).await,
            Self::Unpack => unpack::unpack(world, progress).await,
            Self::SuspendBackups => backups::suspend(site).await,
            Self::StartSafetyBackup => safety::start(world).await,
            Self::ProveSafetyBackup => safety::prove(world).await,
            Self::CreateRoles => roles::create(site).await,
            Self::Stage => stage::stage(world, progress).await,
            Self::Prove => prove::prove(world).await,
            Self::Count => count::count(world).await,
            Self::DropStaged => stage::drop_again(site).await,
            Self::MaintenanceOn => maintenance::on(site).await,
            Self::DropOld => in_place::drop_old(world).await,
            Self::Swap => swap::swap(site).await,
            Self::MaintenanceOff => maintenance::off(site).await,
            Self::ResumeBackups => backups::resume(site).await,
            Self::CleanUp => transfer::clean_up(site).await,
        }
    }

    /// Takes back what it did, so far as anything can be seen of it: afterwards all is as before the step.
    pub async fn undo(self, site: &Site) -> Result<(), StepError> {
        match self {
            Self::Transfer | Self::Unpack => transfer::remove(site).await,
            Self::SuspendBackups => backups::resume(site).await.map(drop),
            Self::StartSafetyBackup => safety::stop(site).await,
            Self::CreateRoles => roles::drop_created(site).await,
            Self::Stage => stage::drop_staged(site).await,
            Self::MaintenanceOn => maintenance::back(site).await.map(drop),
            Self::DropOld => in_place::reopen(site).await,
            Self::Swap => swap::unswap(site).await,
            Self::MaintenanceOff => maintenance::on(site).await.map(drop),
            Self::ResumeBackups => backups::suspend(site).await.map(drop),
            Self::ProveSafetyBackup
            | Self::Prove
            | Self::Count
            | Self::DropStaged
            | Self::CleanUp => Ok(()),
        }
    }
}

impl Site {
    /// Ends what this restore may still have under way in the server, so that what is seen then stays so.
    pub async fn settle(&self) -> Result<(), StepError> {
        stage::end_own_sessions(self).await
    }

    /// The restore's own folder in the Pod.
    pub fn folder(&self) -> String {
        format!("{}/{}", self.plan.disk.folder, self.plan.id)
    }

    /// Writes a small file of ours into that folder, readable by nobody else.
    async fn put(&self, name: &str, content: &[u8]) -> Result<String, StepError> {
        let mut reader = content;
        let folder = self.folder();
        let stored = self.server.container().put_file(
            &mut reader,
            content.len() as u64,
            &folder,
            name,
            |_| (),
        );
        stored.await.map_err(|source| StepError::Copy {
            name: name.to_owned(),
            source,
        })?;
        Ok(format!("{folder}/{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn psql(stderr: &str) -> StepError {
        StepError::Server(ServerError::Psql {
            act: "drop a staged database",
            database: "postgres".into(),
            source: ExecError::Failed {
                what: "psql".into(),
                code: 2,
                stderr: stderr.into(),
            },
        })
    }

    #[test]
    fn only_a_cause_that_goes_by_itself_is_waited_for() {
        let passing = [
            "psql: error: FATAL:  the database system is in recovery mode",
            "psql: error: FATAL:  the database system is starting up",
            "connection to server on socket failed: No such file or directory",
        ];
        for stderr in passing {
            assert!(psql(stderr).is_passing(), "{stderr}");
        }
        assert!(!psql("ERROR:  55006: database is being accessed by other users").is_passing());
        assert!(!StepError::Interrupted.is_passing());
    }
}
