//! A backup Job under a name of the caller's choice, so that any machine finds it again and no second one can be made.

use std::time::Duration;

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::PostParams;
use tokio::time::Instant;

use super::api::ApiError;
use super::connect::Cluster;
use super::find::BackupCronJob;
use super::jobs::{JobError, JobHandle, POLL, handle, job_from, outcome};
use super::stuck;

/// It is kept so long after its end, whatever the template says: a large backup is long on its way meanwhile.
const KEPT: i32 = 7 * 24 * 3600;

/// How a Job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All of it was done.
    Complete,
    /// It failed, or it is not there.
    Without,
}

impl Cluster {
    /// Makes the Job; one of that name that exists already is it.
    pub async fn start_named_backup(
        &self,
        cronjob: &BackupCronJob,
        name: &str,
    ) -> Result<JobHandle, JobError> {
        let job = named_job(cronjob, name).ok_or_else(|| JobError::Template {
            cronjob: cronjob.name.clone(),
        })?;
        let api = self.api::<Job>();
        let what = format!("create job/{name}");
        let params = PostParams::default();
        let made = self.repeat(&what, || api.create(&params, &job));
        match made.await.0 {
            Err(error) if error.is_already_exists() => {
                let found = self.named_backup(name).await?;
                found.ok_or_else(|| JobError::Gone {
                    job: name.to_owned(),
                })
            }
            made => Ok(handle(&made?)),
        }
    }

    /// The Job, whether it runs or has ended.
    pub async fn named_backup(&self, name: &str) -> Result<Option<JobHandle>, ApiError> {
        Ok(self.get_job(name).await?.as_ref().map(handle))
    }

    /// Ends the Job if it still runs, and waits until no Pod of it works; one that has ended stays.
    pub async fn stop_job(&self, name: &str, timeout: Duration) -> Result<Ending, JobError> {
        let deadline = Instant::now() + timeout;
        let mut quiet = false;
        loop {
            let job = self.get_job(name).await?;
            let ended = job.as_ref().map(outcome);
            if let (Some(job), Some(None)) = (&job, &ended) {
                self.delete_job(&handle(job)).await?;
            }
            let working = self.working_pods(name).await?;
            let still = matches!(ended, Some(None)) || !working.is_empty();
            match (still, quiet) {
                (false, true) => {
                    return Ok(match ended {
                        Some(Some(Ok(_))) => Ending::Complete,
                        _ => Ending::Without,
                    });
                }
                // A Pod that the Job's controller was just making is still seen: it must be quiet twice.
                (still, _) => quiet = !still,
            }
            if still && Instant::now() >= deadline {
                return Err(JobError::Timeout {
                    what: format!("the end of job/{name}"),
                    seconds: timeout.as_secs(),
                    waits_for: working.join(", "),
                });
            }
            tokio::time::sleep(POLL).await;
        }
    }

    pub(super) async fn get_job(&self, name: &str) -> Result<Option<Job>, ApiError> {
        let what = format!("get job/{name}");
        self.read(&what, || async { self.api::<Job>().get_opt(name).await })
            .await
    }

    async fn working_pods(&self, job: &str) -> Result<Vec<String>, ApiError> {
        let pods = self.list::<Pod>("pods", &format!("job-name={job}")).await?;
        let working = pods
            .iter()
            .filter(|pod| !matches!(stuck::phase(pod), "Succeeded" | "Failed"));
        Ok(working.map(|p| format!("pod/{}", p.name_any())).collect())
    }
}

/// The `CronJob`'s Job; but its controller, which removes old Jobs by their number, has no say over this one.
fn named_job(cronjob: &BackupCronJob, name: &str) -> Option<Job> {
    let mut job = job_from(&cronjob.object, name)?;
    for owner in job.metadata.owner_references.iter_mut().flatten() {
        owner.controller = None;
    }
    if let Some(spec) = &mut job.spec {
        spec.ttl_seconds_after_finished = Some(KEPT);
        spec.suspend = None;
    }
    Some(job)
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::batch::v1::CronJob;
    use serde_json::json;

    #[test]
    fn the_job_outlives_its_siblings() {
        let cronjob: CronJob = serde_json::from_value(json!({
            "metadata": {"name": "c", "uid": "u-1"},
            "spec": {"schedule": "@daily", "suspend": true, "jobTemplate": {"spec": {
                "ttlSecondsAfterFinished": 5, "backoffLimit": 0, "template": {"spec": {"containers": []}}}}},
        }))
        .unwrap();
        let job = named_job(&BackupCronJob::from(cronjob), "c-safety-4074f58b").unwrap();
        let job = serde_json::to_value(job).unwrap();
        assert_eq!(job["metadata"]["name"], "c-safety-4074f58b");
        assert_eq!(job["metadata"]["ownerReferences"][0]["uid"], "u-1");
        assert_eq!(
            job["metadata"]["ownerReferences"][0].get("controller"),
            None
        );
        assert_eq!(
            job["spec"],
            json!({"ttlSecondsAfterFinished": KEPT, "backoffLimit": 0,
                "template": {"spec": {"containers": []}}})
        );
    }
}
