//! What was observed before anything is planned. Data only: [`super::observe`] fills it in.

use crate::postgres::Catalog;

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
    /// Wanted replicas.
    pub replicas: i32,
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
    /// The application.
    pub runners: Vec<Runner>,
    /// The backup CronJob, and whether it is suspended already.
    pub cronjob: Option<(String, bool)>,
    /// The backup.
    pub backup: BackupFacts,
}
