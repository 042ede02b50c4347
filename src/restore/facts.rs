//! What was observed before anything is planned. Data only: [`super::observe`] fills it in.

use crate::postgres::Catalog;

use super::sessions::Resources;

/// Where the restore goes.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Target {
    /// Context of the kubeconfig.
    pub context: String,
    /// Namespace.
    pub namespace: String,
    /// The database Pod.
    pub pod: String,
    /// The release, by the label `app.kubernetes.io/instance`; it is what a person types to confirm.
    pub release: String,
}

/// The volume of the database.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Disk {
    /// The folder in which the restore keeps its files: on the data volume, beside `PGDATA`.
    pub folder: String,
    /// `PGDATA`.
    pub data: String,
    /// Free bytes.
    pub free: u64,
    /// Bytes in all.
    pub total: u64,
    /// The volume of the write-ahead log, where that is another one.
    pub log: Option<Volume>,
}

/// A file system in the Pod.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Volume {
    /// A folder on it.
    pub path: String,
    /// Free bytes.
    pub free: u64,
    /// Bytes in all.
    pub total: u64,
}

/// Something that runs the application and can be stopped.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Runner {
    /// For example `deployment/demo-quetzal-app`.
    pub name: String,
    /// Replicas that are wanted, or were before it was stopped.
    pub replicas: i32,
    /// Whether it runs.
    pub state: RunnerState,
}

/// What a runner does when the restore begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunnerState {
    /// It runs.
    Running,
    /// It was stopped by an earlier restore, and waits for its databases.
    Stopped,
}

/// The backup that is to be restored, proved complete.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct BackupFacts {
    /// Its name as the user would type it.
    pub name: String,
    /// Bytes as stored.
    pub stored_bytes: u64,
    /// SHA-256 of the stored bytes, hexadecimal.
    pub sha256: String,
}

/// Everything that the plan is made from, apart from the dump's inventory and the user's options.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Where the restore goes.
    pub target: Target,
    /// The live server.
    pub live: Catalog,
    /// Its volume.
    pub disk: Disk,
    /// What its container may use.
    pub resources: Resources,
    /// The application.
    pub runners: Vec<Runner>,
    /// The backup CronJob, and whether it is suspended already.
    pub cronjob: Option<(String, bool)>,
    /// The folder of the bucket in which its backups arrive.
    pub backups: Option<String>,
    /// The backup.
    pub backup: BackupFacts,
    /// Databases that a restore in place dropped before it was given up, and that are not there again.
    pub lost: Vec<String>,
}
