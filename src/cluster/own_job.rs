//! A Job that runs this very program in the namespace.
//!
//! Its Pod may be lost at any moment: drained, evicted, deleted, killed. What the program does is in the journal then,
//! so the next Pod of the Job, with the very same arguments, goes on with it.

use std::collections::BTreeMap;

use k8s_openapi::api::batch::v1::{
    Job, JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement,
    PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule,
};
use k8s_openapi::api::core::v1::{
    Capabilities, Container, EnvVar, Pod, PodSecurityContext, PodSpec, PodTemplateSpec,
    ResourceRequirements, SeccompProfile, SecurityContext,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kube::ResourceExt;
use kube::api::{DeleteParams, ObjectMeta, PostParams, Preconditions};

use super::api::ApiError;
use super::connect::Cluster;
use super::documents::{FIELD_MANAGER, MANAGED_BY};
use super::jobs::{JobError, JobHandle, handle, outcome};
use super::select::INSTANCE;

/// The restore that a Job of ours works on.
const RESTORE: &str = "quetzal-db/restore";
const CONTAINER: &str = "plugin";
/// Nobody: the user of the image, said once more for clusters that want it to be seen.
const USER: i64 = 65532;
/// A step that is asked to stop does so within seconds; what it could not end is done again.
const GRACE: i64 = 60;
/// Twice what the program needs at most: a Pod that runs out of memory is lost.
const MEMORY: (&str, &str) = ("64Mi", "128Mi");
const PROCESSOR: &str = "100m";
/// A Job and its log are kept so long after its end.
const KEPT: i32 = 7 * 24 * 3600;
/// The log of one that only looked is read at once.
const KEPT_BRIEFLY: i32 = 600;
/// How many lost Pods a Job may have, not counting those that the cluster itself moved elsewhere.
const LOST: i32 = 4;
/// Exit codes after which another Pod could do no better: it failed, was refused or ended elsewhere. Not among them: 3,
/// stopped half-way, and 130, stopped before anything was done, which is how a Pod ends that is asked to; and those of
/// signals.
const FINAL: [i32; 6] = [1, 2, 4, 5, 6, 7];

/// A Job to be made.
#[derive(Debug, Clone)]
pub struct OwnJob {
    /// Its name, which nothing else has.
    pub name: String,
    /// Its release.
    pub instance: Option<String>,
    /// The restore that it works on, where it changes anything.
    pub restore: Option<String>,
    /// The image of the program.
    pub image: String,
    /// The account whose permissions it has.
    pub service_account: String,
    /// Who it works for, as others see it in the lock.
    pub user: String,
    /// The words after the program's name.
    pub arguments: Vec<String>,
}

impl Cluster {
    /// Makes the Job; one of that name that exists already is it.
    pub async fn start_own(&self, job: &OwnJob) -> Result<JobHandle, JobError> {
        let (api, params) = (self.api::<Job>(), PostParams::default());
        let what = format!("create job/{}", job.name);
        let object = object(job);
        match self.repeat(&what, || api.create(&params, &object)).await.0 {
            Err(error) if error.is_already_exists() => {
                let found = self.get_job(&job.name).await?;
                found.as_ref().map(handle).ok_or_else(|| JobError::Gone {
                    job: job.name.clone(),
                })
            }
            made => Ok(handle(&made?)),
        }
    }

    /// The Jobs that work on a restore, and have not ended.
    pub async fn own_jobs(&self, restore: &str) -> Result<Vec<JobHandle>, ApiError> {
        let ours = format!("{MANAGED_BY}={FIELD_MANAGER},{RESTORE}={restore}");
        let jobs = self.list::<Job>("jobs", &ours).await?;
        let running = jobs.iter().filter(|job| outcome(job).is_none());
        Ok(running.map(handle).collect())
    }

    /// With which code the newest Pod of a Job ended; none where no Pod of it tells.
    pub async fn exit_code(&self, job: &JobHandle) -> Result<Option<i32>, ApiError> {
        let pods = self
            .list::<Pod>("pods", &format!("job-name={}", job.name))
            .await?;
        let newest = pods
            .iter()
            .max_by_key(|pod| pod.creation_timestamp().map(|time| time.0));
        Ok(newest.and_then(exit_code))
    }

    /// Deletes this very Job with its Pods; one that is gone already is fine.
    pub async fn delete_job(&self, job: &JobHandle) -> Result<(), ApiError> {
        let params = DeleteParams {
            preconditions: Some(Preconditions {
                uid: Some(job.uid.clone()),
                resource_version: None,
            }),
            ..DeleteParams::background()
        };
        let what = format!("delete job/{}", job.name);
        let api = self.api::<Job>();
        let deleted = self.repeat(&what, || api.delete(&job.name, &params));
        match deleted.await.0 {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}

fn exit_code(pod: &Pod) -> Option<i32> {
    let statuses = pod.status.as_ref()?.container_statuses.as_ref()?;
    let ours = statuses.iter().find(|status| status.name == CONTAINER)?;
    Some(ours.state.as_ref()?.terminated.as_ref()?.exit_code)
}

fn object(job: &OwnJob) -> Job {
    let label = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let mut labels = BTreeMap::from([label(MANAGED_BY, FIELD_MANAGER)]);
    labels.extend(job.restore.iter().map(|id| label(RESTORE, id)));
    let template = PodTemplateSpec {
        // Not the release's label: nothing that selects the application's Pods is to meet this one.
        metadata: Some(ObjectMeta {
            labels: Some(labels.clone()),
            ..ObjectMeta::default()
        }),
        spec: Some(pod(job)),
    };
    labels.extend(job.instance.iter().map(|name| label(INSTANCE, name)));
    let (lost, kept) = match job.restore {
        Some(_) => (LOST, KEPT),
        None => (0, KEPT_BRIEFLY),
    };
    Job {
        metadata: ObjectMeta {
            name: Some(job.name.clone()),
            labels: Some(labels),
            ..ObjectMeta::default()
        },
        spec: Some(JobSpec {
            backoff_limit: Some(lost),
            ttl_seconds_after_finished: Some(kept),
            pod_failure_policy: Some(failure_policy()),
            template,
            ..JobSpec::default()
        }),
        status: None,
    }
}

/// Which ends of a Pod end the Job. With such a policy the next Pod is made only when the one before it has ended, so
/// that two are never at work.
fn failure_policy() -> PodFailurePolicy {
    let ended = PodFailurePolicyRule {
        action: "FailJob".to_owned(),
        on_exit_codes: Some(PodFailurePolicyOnExitCodesRequirement {
            container_name: Some(CONTAINER.to_owned()),
            operator: "In".to_owned(),
            values: FINAL.to_vec(),
        }),
        on_pod_conditions: None,
    };
    let moved = PodFailurePolicyRule {
        action: "Ignore".to_owned(),
        on_exit_codes: None,
        on_pod_conditions: Some(vec![PodFailurePolicyOnPodConditionsPattern {
            type_: "DisruptionTarget".to_owned(),
            status: "True".to_owned(),
        }]),
    };
    PodFailurePolicy {
        rules: vec![ended, moved],
    }
}

fn pod(job: &OwnJob) -> PodSpec {
    PodSpec {
        service_account_name: Some(job.service_account.clone()),
        // The Job makes another Pod, on another node where this one is no good.
        restart_policy: Some("Never".to_owned()),
        termination_grace_period_seconds: Some(GRACE),
        enable_service_links: Some(false),
        security_context: Some(PodSecurityContext {
            run_as_non_root: Some(true),
            run_as_user: Some(USER),
            run_as_group: Some(USER),
            seccomp_profile: Some(SeccompProfile {
                type_: "RuntimeDefault".to_owned(),
                localhost_profile: None,
            }),
            ..PodSecurityContext::default()
        }),
        containers: vec![Container {
            name: CONTAINER.to_owned(),
            image: Some(job.image.clone()),
            args: Some(job.arguments.clone()),
            env: Some(vec![EnvVar {
                name: "USER".to_owned(),
                // A dollar would begin a reference to another variable.
                value: Some(job.user.replace('$', "$$")),
                value_from: None,
            }]),
            resources: Some(resources()),
            security_context: Some(SecurityContext {
                allow_privilege_escalation: Some(false),
                read_only_root_filesystem: Some(true),
                capabilities: Some(Capabilities {
                    add: None,
                    drop: Some(vec!["ALL".to_owned()]),
                }),
                ..SecurityContext::default()
            }),
            ..Container::default()
        }],
        ..PodSpec::default()
    }
}

fn resources() -> ResourceRequirements {
    let quantity = |name: &str, value: &str| (name.to_owned(), Quantity(value.to_owned()));
    ResourceRequirements {
        requests: Some(BTreeMap::from([
            quantity("cpu", PROCESSOR),
            quantity("memory", MEMORY.0),
        ])),
        limits: Some(BTreeMap::from([quantity("memory", MEMORY.1)])),
        claims: None,
    }
}

#[cfg(test)]
#[path = "tests/own_job.rs"]
mod tests;
