//! A backup through the CronJob, proved complete where it was stored.

use std::time::Duration;

use crate::cluster::{BackupCronJob, Cluster, JobError, JobEvent};
use crate::progress::Progress;
use crate::storage::{Bucket, BucketError, Object};

/// Why there is no backup that could be relied on.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The Job, or the helper Pod beside it.
    #[error(transparent)]
    Job(#[from] JobError),
    /// The bucket could not be read.
    #[error(transparent)]
    Bucket(BucketError),
    /// Uploaded, but not a whole dump.
    #[error("job/{job} ended well, but its backup is not complete")]
    Incomplete {
        /// The Job.
        job: String,
        /// What is wrong with it.
        source: BucketError,
    },
    /// Nothing was uploaded.
    #[error("job/{job} ended well, but {folder} has no new backup")]
    Nothing {
        /// The Job.
        job: String,
        /// Where it was looked for.
        folder: String,
    },
}

/// Runs a backup and proves it. The bucket is listed before and after: what is new is ours.
pub async fn run(
    cluster: &Cluster,
    cronjob: &BackupCronJob,
    bucket: &Bucket,
    timeout: Duration,
    progress: &dyn Progress,
) -> Result<Object, BackupError> {
    let before = bucket.list().await.map_err(BackupError::Bucket)?;
    progress.begin("Run the backup Job");
    let job = cluster.start_backup(cronjob).await?;
    let told = |event: JobEvent| tell(progress, event);
    cluster.follow(&job, timeout, told).await?;
    progress.done(&format!("job/{}", job.name));

    progress.begin("Prove the uploaded backup complete");
    let after = bucket.list().await.map_err(BackupError::Bucket)?;
    let new = after.into_iter().find(|o| !before.contains(o));
    let object = new.ok_or_else(|| BackupError::Nothing {
        job: job.name.clone(),
        folder: bucket.folder().to_owned(),
    })?;
    prove(&job.name, bucket, &object).await?;
    progress.done(&object.name);
    Ok(object)
}

/// Proves what a Job uploaded.
pub async fn prove(job: &str, bucket: &Bucket, object: &Object) -> Result<(), BackupError> {
    let done = bucket.prove_complete(object).await;
    done.map_err(|source| match source {
        BucketError::Cut { .. } | BucketError::Damaged { .. } => BackupError::Incomplete {
            job: job.to_owned(),
            source,
        },
        _ => BackupError::Bucket(source),
    })
}

/// Shows what a Job does.
pub fn tell(progress: &dyn Progress, event: JobEvent) {
    match event {
        JobEvent::Created(name) => progress.detail(&format!("job/{name}")),
        JobEvent::Pod { name, phase } => progress.detail(&format!("pod/{name} {phase}")),
        JobEvent::Log(line) => progress.note(&format!("  | {line}")),
        JobEvent::Warning(text) => progress.note(&format!("  ! {text}")),
    }
}
