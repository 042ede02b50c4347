//! Why a step failed.

use crate::backup::job::BackupError;
use crate::cluster::{CopyError, ExecError, JobError, WorkloadError};
use crate::restore::life::Mishap;
use crate::restore::list::ListError;
use crate::restore::observe::ObserveError;
use crate::restore::swap::Mixed;
use crate::server::{self, ServerError};
use crate::storage::BucketError;
use crate::storage::source::SourceError;

use super::regain::{self, RegainError};

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
