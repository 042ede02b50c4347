//! What was seen. Data only: [`super::observe`] fills it in.

use jiff::Timestamp;

use crate::postgres::Catalog;
use crate::restore::facts::Disk;
use crate::restore::record::Standing;

use super::check::Seen;
use super::permissions::Need;
use super::tools::Probed;

/// All of it.
#[derive(Debug, Clone)]
pub struct Facts {
    /// When it was looked, by this machine's clock.
    pub now: Timestamp,
    /// The API server.
    pub server: Seen<Server>,
    /// What the account may not do of what the commands do.
    pub missing: Seen<Vec<Need>>,
    /// The database Pod and its container, such as `pod/db-0, container postgres`.
    pub database: Seen<String>,
    /// The backup CronJob.
    pub cronjob: Seen<CronJob>,
    /// How commands in the container are spoken with.
    pub protocol: Seen<Protocol>,
    /// What is in the container.
    pub container: Seen<Probed>,
    /// What the server says of itself.
    pub live: Seen<Catalog>,
    /// Its data volume.
    pub disk: Seen<Disk>,
    /// The script of the backup.
    pub script: Seen<Script>,
    /// The bucket, as the database's own container lists it.
    pub bucket: Seen<Bucket>,
    /// Bytes of the newest backup that is known, as it is stored.
    pub newest_bytes: Option<u64>,
    /// Restores that left a record, newest first.
    pub restores: Seen<Vec<Restore>>,
    /// Who holds the lock, and since when.
    pub holder: Seen<Option<(String, String)>>,
}

/// The API server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// `NN` of `1.NN`; none where it can't be read.
    pub minor: Option<u32>,
    /// As it says it, such as `v1.34.4`.
    pub text: String,
}

/// The backup CronJob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronJob {
    /// Its name.
    pub name: String,
    /// Its schedule in cron's notation.
    pub schedule: String,
    /// The zone that the schedule is meant in.
    pub time_zone: Option<String>,
    /// Whether it makes no Jobs by itself.
    pub suspended: bool,
    /// Whether a Job of it runs.
    pub active: bool,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When one of its Jobs last succeeded.
    pub last_success: Option<Timestamp>,
    /// Where backups go; none where it says nothing of a bucket.
    pub bucket: Option<String>,
    /// Its image; none where it is the database's own.
    pub other_image: Option<String>,
}

/// The exec protocol that server and container speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Uploads can be ended.
    V5,
    /// They can't.
    V4,
}

/// The script of the backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Where it is, such as `configmap/NAME, backup.sh`.
    pub place: String,
    /// Its text.
    pub text: String,
}

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its folder.
    pub folder: String,
    /// How many backups there are.
    pub backups: usize,
    /// When the newest was written.
    pub newest: Option<Timestamp>,
}

/// A restore of this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub standing: Standing,
    /// The step that it stopped at, in words.
    pub step: Option<&'static str>,
}
