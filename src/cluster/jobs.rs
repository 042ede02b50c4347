//! Backup Jobs made from a `CronJob`, and followed to their end.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::batch::v1::{CronJob, Job, JobStatus};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use kube::api::{Patch, PatchParams, PostParams};
use kube::{Resource, ResourceExt};
use serde_json::json;
use thiserror::Error;
use tokio::time::Instant;

use super::api::ApiError;
use super::connect::Cluster;
use super::find::BackupCronJob;
use super::follow::Finished;

/// The longest name of an object.
pub(super) const NAME: usize = 63;
/// How many taken names are stepped over.
const TRIES: u32 = 20;
/// How often a condition is looked at.
pub(super) const POLL: Duration = Duration::from_secs(1);
/// A controller that had not yet seen the suspension has made its Job by then.
const SETTLE: Duration = Duration::from_millis(300);

/// A Job that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobHandle {
    /// Its name.
    pub name: String,
    /// Its uid: another one means another Job of the same name.
    pub uid: String,
}

/// Why a Job was not made, did not succeed, or could not be followed.
#[derive(Debug, Error)]
pub enum JobError {
    /// The API server refused or did not answer.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// Every name that was tried is taken.
    #[error("no free name for a job of cronjob/{cronjob}: {last} is taken too")]
    Names {
        /// The `CronJob`.
        cronjob: String,
        /// The last name that was tried.
        last: String,
    },
    /// The object has no usable template.
    #[error("cronjob/{cronjob} has no pod template that can be used")]
    Template {
        /// The `CronJob`.
        cronjob: String,
    },
    /// A Pod will not start.
    #[error("pod/{pod} cannot start: {why}")]
    Stuck {
        /// The Pod.
        pod: String,
        /// Its state and the event that explains it.
        why: String,
    },
    /// No Pod is made for the Job.
    #[error("job/{job} gets no pod: {why}")]
    NoPod {
        /// The Job.
        job: String,
        /// The event that explains it.
        why: String,
    },
    /// It ran and failed.
    #[error("job/{job} failed: {why}")]
    Failed {
        /// The Job.
        job: String,
        /// The Job's own reason.
        why: String,
    },
    /// It was deleted, or replaced by another of the same name.
    #[error("job/{job} was deleted before it finished")]
    Gone {
        /// The Job.
        job: String,
    },
    /// Not done in time; it goes on by itself.
    #[error("{what} is not done after {seconds} s; it was waiting for {waits_for}")]
    Timeout {
        /// What was waited for.
        what: String,
        /// The limit.
        seconds: u64,
        /// What it waited for at the end.
        waits_for: String,
    },
}

impl JobError {
    /// The work may have been done, or may still be under way.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Api(error) => error.is_unknown(),
            Self::Timeout { .. } | Self::Gone { .. } => true,
            _ => false,
        }
    }
}

impl Cluster {
    /// Makes the Job that `kubectl create job --from=cronjob/NAME` would make, under the next free name
    /// `NAME-manual-001`.
    pub async fn start_backup(&self, cronjob: &BackupCronJob) -> Result<JobHandle, JobError> {
        let existing = self.list::<Job>("jobs", "").await?;
        let names: Vec<String> = existing.iter().map(ResourceExt::name_any).collect();
        let first = next_number(&cronjob.name, &names);
        for number in first..first + TRIES {
            let name = job_name(&cronjob.name, number);
            let Some(job) = job_from(&cronjob.object, &name) else {
                return Err(JobError::Template {
                    cronjob: cronjob.name.clone(),
                });
            };
            let api = self.api::<Job>();
            let params = PostParams::default();
            let what = format!("create job/{name}");
            match self.write(&what, api.create(&params, &job)).await {
                Ok(made) => return Ok(handle(&made)),
                Err(error) if error.is_already_exists() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(JobError::Names {
            last: job_name(&cronjob.name, first + TRIES - 1),
            cronjob: cronjob.name.clone(),
        })
    }

    /// Stops or lets run the schedule of a `CronJob`; Jobs under way go on.
    pub async fn suspend(&self, cronjob: &str, suspended: bool) -> Result<(), JobError> {
        let patch = Patch::Merge(json!({"spec": {"suspend": suspended}}));
        let api = self.api::<CronJob>();
        let params = PatchParams::default();
        let act = if suspended { "suspend" } else { "resume" };
        let what = format!("{act} cronjob/{cronjob}");
        let patched = self.repeat(&what, || api.patch(cronjob, &params, &patch));
        patched.await.0?;
        Ok(())
    }

    /// The Jobs of a `CronJob`, scheduled or made by hand, that have not finished.
    pub async fn running_jobs(&self, cronjob: &str) -> Result<Vec<JobHandle>, JobError> {
        let jobs = self.list::<Job>("jobs", "").await?;
        let of_cronjob = |job: &&Job| {
            let mut owners = job.owner_references().iter();
            owners.any(|owner| owner.kind == "CronJob" && owner.name == cronjob)
        };
        let running = jobs
            .iter()
            .filter(of_cronjob)
            .filter(|job| outcome(job).is_none());
        Ok(running.map(handle).collect())
    }

    /// Waits until no Job of a `CronJob` runs; `on_wait` gets what is waited for whenever that changes.
    ///
    /// The `CronJob` should be suspended before. A Job that its controller was just making is still seen: the
    /// condition must hold twice.
    pub async fn wait_jobs_done(
        &self,
        cronjob: &str,
        timeout: Duration,
        mut on_wait: impl FnMut(&str),
    ) -> Result<(), JobError> {
        let deadline = Instant::now() + timeout;
        let mut told = String::new();
        let mut quiet = false;
        loop {
            let running = self.running_jobs(cronjob).await?;
            let names: Vec<String> = running
                .iter()
                .map(|job| format!("job/{}", job.name))
                .collect();
            let waits_for = names.join(", ");
            match (running.is_empty(), quiet) {
                (true, true) => return Ok(()),
                (is_empty, _) => quiet = is_empty,
            }
            if Instant::now() >= deadline && !running.is_empty() {
                return Err(JobError::Timeout {
                    what: format!("cronjob/{cronjob}"),
                    seconds: timeout.as_secs(),
                    waits_for,
                });
            }
            if waits_for != told {
                on_wait(&waits_for);
                told = waits_for;
            }
            tokio::time::sleep(if quiet { SETTLE } else { POLL }).await;
        }
    }
}

/// How a Job ended; `None` while it runs.
pub(super) fn outcome(job: &Job) -> Option<Result<Finished, String>> {
    let status = job.status.as_ref()?;
    let holds = |kind: &str| {
        let mut conditions = status.conditions.iter().flatten();
        conditions.find(|c| c.type_ == kind && c.status == "True")
    };
    if holds("Complete").is_some() {
        return Some(Ok(times(job, status)));
    }
    let failed = holds("Failed")?;
    let reason = failed.reason.as_deref().unwrap_or("Failed");
    Some(Err(match &failed.message {
        Some(message) => format!("{reason}: {message}"),
        None => reason.to_owned(),
    }))
}

fn times(job: &Job, status: &JobStatus) -> Finished {
    let created = job
        .creation_timestamp()
        .map_or(Timestamp::UNIX_EPOCH, |time| time.0);
    let started = status.start_time.as_ref().map_or(created, |time| time.0);
    Finished {
        started,
        finished: status
            .completion_time
            .as_ref()
            .map_or(started, |time| time.0),
    }
}

pub(super) fn handle(job: &Job) -> JobHandle {
    JobHandle {
        name: job.name_any(),
        uid: job.uid().unwrap_or_default(),
    }
}

/// One more than the highest number in use.
fn next_number(cronjob: &str, names: &[String]) -> u32 {
    let prefix = format!("{cronjob}-manual-");
    let numbers = names
        .iter()
        .filter_map(|name| name.strip_prefix(&prefix)?.parse::<u32>().ok());
    numbers.max().unwrap_or(0).saturating_add(1)
}

/// `CRONJOB-manual-007`, the `CronJob`'s name cut where the whole would be too long.
fn job_name(cronjob: &str, number: u32) -> String {
    let suffix = format!("-manual-{number:03}");
    format!("{}{suffix}", cut(cronjob, NAME - suffix.len()))
}

/// At most `limit` bytes of a name, ending in a letter or digit.
pub(super) fn cut(name: &str, limit: usize) -> &str {
    let end = name.floor_char_boundary(limit);
    name[..end].trim_end_matches(['-', '.'])
}

/// The Job as kubectl makes it. The owner reference does not block the owner's deletion: that would need a
/// permission on the `CronJob`'s finalizers.
pub(super) fn job_from(cronjob: &CronJob, name: &str) -> Option<Job> {
    let template = &cronjob.spec.as_ref()?.job_template;
    let metadata = template.metadata.clone().unwrap_or_default();
    let mut annotations = BTreeMap::from([(
        "cronjob.kubernetes.io/instantiate".to_owned(),
        "manual".to_owned(),
    )]);
    annotations.extend(metadata.annotations.unwrap_or_default());
    Some(Job {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: cronjob.namespace(),
            annotations: Some(annotations),
            labels: metadata.labels,
            owner_references: Some(vec![OwnerReference {
                controller: Some(true),
                ..owner(cronjob)?
            }]),
            ..ObjectMeta::default()
        },
        spec: template.spec.clone(),
        status: None,
    })
}

/// A plain reference to a `CronJob`: what it owns goes with it.
pub(super) fn owner(cronjob: &CronJob) -> Option<OwnerReference> {
    Some(OwnerReference {
        api_version: CronJob::api_version(&()).into_owned(),
        kind: CronJob::kind(&()).into_owned(),
        name: cronjob.metadata.name.clone()?,
        uid: cronjob.metadata.uid.clone()?,
        block_owner_deletion: None,
        controller: None,
    })
}

#[cfg(test)]
#[path = "tests/jobs.rs"]
mod tests;
