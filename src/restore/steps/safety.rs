//! A backup of what is about to be replaced, through the CronJob's own Job, beside transfer and decompression. It is
//! proved complete before anything is loaded.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use crate::backup::job::{self, BackupError};
use crate::cluster::{BackupCronJob, Cluster, Ending, Helper, JobError, JobHandle};
use crate::progress::Progress;
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::plan::{Place, SafetyPlan};
use crate::restore::safety_list;
use crate::storage::{Bucket, Commands};

use super::{Site, StepError, World, in_place};

/// So long a backup may take; what it does is shown meanwhile.
const BACKUP: Duration = Duration::from_hours(12);
/// So long its Pod may take to end once it is told to.
const STOP: Duration = Duration::from_mins(5);

/// Where safety backups are made, and where they arrive.
pub struct Backups {
    cronjob: BackupCronJob,
    folder: String,
    commands: Option<Arc<Commands>>,
    reach: Mutex<Reach>,
}

/// How the bucket is reached.
enum Reach {
    /// Through a container that stays whatever we do.
    Open(Bucket),
    /// By a helper Pod, made when a step needs it.
    Closed,
    /// By that Pod, which is ours to remove.
    Helped(Bucket, Box<Helper>),
}

impl Backups {
    /// `bucket` where it is open anyway; else a helper Pod is made at need, and the bucket reached from there as it is
    /// configured or as its scheme says.
    pub fn new(
        cronjob: BackupCronJob,
        plan: &SafetyPlan,
        bucket: Option<Bucket>,
        commands: Option<Arc<Commands>>,
    ) -> Self {
        Self {
            cronjob,
            folder: plan.folder.clone(),
            commands,
            reach: Mutex::new(bucket.map_or(Reach::Closed, Reach::Open)),
        }
    }

    async fn bucket(
        &self,
        cluster: &Cluster,
        progress: &dyn Progress,
    ) -> Result<Bucket, StepError> {
        let mut reach = self.reach.lock().await;
        match &*reach {
            Reach::Open(bucket) | Reach::Helped(bucket, _) => Ok(bucket.clone()),
            Reach::Closed => {
                progress.detail("a helper Pod that can read the bucket");
                let helper = cluster.helper(&self.cronjob).await?;
                let commands = self.commands.clone();
                let bucket = Bucket::new(helper.container.clone(), &self.folder, commands);
                *reach = Reach::Helped(bucket.clone(), Box::new(helper));
                Ok(bucket)
            }
        }
    }

    /// Removes the helper Pod, if one was made.
    pub async fn leave(&self) -> Result<(), JobError> {
        let mut reach = self.reach.lock().await;
        match std::mem::replace(&mut *reach, Reach::Closed) {
            Reach::Helped(_, helper) => helper.remove().await,
            other => {
                *reach = other;
                Ok(())
            }
        }
    }
}

fn plan(site: &Site) -> Result<&SafetyPlan, StepError> {
    site.plan.safety.as_ref().ok_or(StepError::NoBackups)
}

fn backups(world: &World) -> Result<&Backups, StepError> {
    world.backups.as_ref().ok_or(StepError::NoBackups)
}

async fn job(site: &Site) -> Result<Option<JobHandle>, StepError> {
    let found = site.cluster.named_backup(&plan(site)?.job).await;
    Ok(found.map_err(JobError::from)?)
}

pub(super) async fn is_started(site: &Site) -> Result<bool, StepError> {
    let known = safety_list::read(&site.cluster).await?;
    Ok(known.of(&site.plan.id).is_some() && job(site).await?.is_some())
}

/// The list is written first: a backup that nobody knows for a safety copy would pass for the latest.
pub(super) async fn start(world: &World) -> Result<String, StepError> {
    let (site, backups) = (&world.site, backups(world)?);
    let bucket = backups
        .bucket(&site.cluster, site.progress.as_ref())
        .await?;
    let there = safety_list::listed(&bucket.list().await?);
    let id = &site.plan.id;
    safety_list::change(&site.cluster, |copies| {
        copies.begin(id, bucket.folder(), &there);
    })
    .await?;
    kill_point::pass(StepName::StartSafetyBackup, Moment::Middle);
    let name = &plan(site)?.job;
    let made = site.cluster.start_named_backup(&backups.cronjob, name);
    Ok(format!("job/{}", made.await?.name))
}

pub(super) async fn is_proved(site: &Site) -> Result<bool, StepError> {
    let known = safety_list::read(&site.cluster).await?;
    Ok(known.of(&site.plan.id).is_some_and(|c| c.name.is_some()))
}

pub(super) async fn prove(world: &World) -> Result<String, StepError> {
    let (site, backups) = (&world.site, backups(world)?);
    let progress = site.progress.as_ref();
    let id = &site.plan.id;
    let name = &plan(site)?.job;
    let job = job(site)
        .await?
        .ok_or_else(|| JobError::Gone { job: name.clone() })?;
    let told = |event| job::tell(progress, event);
    site.cluster.follow(&job, BACKUP, told).await?;
    kill_point::pass(StepName::ProveSafetyBackup, Moment::Middle);

    let bucket = backups.bucket(&site.cluster, progress).await?;
    kill_point::pass(StepName::ProveSafetyBackup, Moment::Middle);
    let objects = bucket.list().await?;
    let known = safety_list::read(&site.cluster).await?;
    let found = known
        .of(id)
        .and_then(|copy| copy.find(&safety_list::listed(&objects)).cloned());
    let object = found.and_then(|l| objects.into_iter().find(|o| o.name == l.name));
    let Some(object) = object else {
        // The next backup of anybody's would pass for it.
        safety_list::change(&site.cluster, |copies| copies.forget(id)).await?;
        let folder = bucket.folder().to_owned();
        return Err(BackupError::Nothing {
            job: job.name,
            folder,
        }
        .into());
    };
    progress.detail(&object.name);
    job::prove(&job.name, &bucket, &object).await?;
    if site.plan.place == Place::InPlace {
        in_place::prove_way_back(site, &bucket, &object).await?;
    }
    safety_list::change(&site.cluster, |copies| copies.name(id, &object.name)).await?;
    backups.leave().await?;
    Ok(format!("{}, complete", object.name))
}

/// Needs no bucket. What was backed up stays, and stays known for a safety copy; only a Job that still runs is ended,
/// because it would go on reading the databases.
pub(super) async fn stop(site: &Site) -> Result<(), StepError> {
    let id = &site.plan.id;
    let job = &plan(site)?.job;
    let ended = site.cluster.stop_job(job, STOP).await?;
    let named = safety_list::read(&site.cluster)
        .await?
        .of(id)
        .is_some_and(|c| c.name.is_some());
    if ended == Ending::Without && !named {
        safety_list::change(&site.cluster, |copies| copies.forget(id)).await?;
    }
    Ok(())
}
