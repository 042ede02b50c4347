//! A short-lived Pod made from a `CronJob`'s own template: it has the backup's image, credentials and network.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::batch::v1::CronJob;
use k8s_openapi::api::core::v1::{Container as ContainerSpec, Pod, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;
use kube::api::{DeleteParams, PostParams, Preconditions};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::api::ApiError;
use super::command::Command;
use super::connect::Cluster;
use super::documents::{FIELD_MANAGER, MANAGED_BY};
use super::exec::Container;
use super::find::BackupCronJob;
use super::jobs::{JobError, NAME, POLL, cut, owner};
use super::pods::Watched;
use super::select::{self, DEFAULT_CONTAINER};
use super::stuck;

/// It ends by itself after six hours, whatever becomes of us.
const LIFETIME: i64 = 6 * 3600;
/// It ends by itself about two minutes after the last sign of us: 24 naps of five seconds.
const WAIT: [&str; 3] = [
    "/bin/sh",
    "-c",
    "trap 'exit 0' TERM
trap 'left=24' USR1
left=24
while [ \"$left\" -gt 0 ]; do
  sleep 5 &
  wait \"$!\"
  left=$((left - 1))
done",
];
/// The sign of us.
const BEAT: &str = "kill -USR1 1";
/// An API server that is away for a minute costs no helper.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// The image is on the node already, or pulled once more.
const START: Duration = Duration::from_mins(5);
const SUFFIX: &str = "-helper-";
/// What the server adds to a generated name.
const GENERATED: usize = 5;

/// The running Pod. It stays until [`Helper::remove`], or ends by itself soon after this is dropped or this process
/// ends; then the next helper of the same `CronJob` removes what is left of it.
#[derive(Debug)]
pub struct Helper {
    /// Where its commands run.
    pub container: Container,
    cluster: Cluster,
    name: String,
    uid: String,
    _beat: Beat,
}

/// Keeps the Pod awake until it is dropped.
#[derive(Debug)]
struct Beat(JoinHandle<()>);

impl Drop for Beat {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Cluster {
    /// Makes the Pod and waits until it runs. One that cannot start is removed again.
    pub async fn helper(&self, cronjob: &BackupCronJob) -> Result<Helper, JobError> {
        if let Err(error) = self.sweep_helpers(cronjob).await {
            tracing::warn!("helper pods of former commands stay: {error}");
        }
        let pod = helper_pod(&cronjob.object).ok_or_else(|| JobError::Template {
            cronjob: cronjob.name.clone(),
        })?;
        let what = format!("create a helper pod for cronjob/{}", cronjob.name);
        let made = self
            .write(
                &what,
                self.api::<Pod>().create(&PostParams::default(), &pod),
            )
            .await?;
        let name = made.name_any();
        let container = pod.spec.and_then(|spec| spec.containers.into_iter().next());
        let container = self.container(&name, &container.map(|c| c.name).unwrap_or_default());
        let helper = Helper {
            _beat: Beat(tokio::spawn(beat(container.clone()))),
            container,
            cluster: self.clone(),
            uid: made.uid().unwrap_or_default(),
            name,
        };
        match helper.wait_ready().await {
            Ok(()) => Ok(helper),
            Err(error) => {
                if let Err(left) = helper.remove().await {
                    tracing::warn!("the helper pod stays: {left}");
                }
                Err(error)
            }
        }
    }

    /// Removes the `CronJob`'s helper Pods that ended by themselves. One that runs may be in use by somebody else.
    async fn sweep_helpers(&self, cronjob: &BackupCronJob) -> Result<(), ApiError> {
        let ours = format!("{MANAGED_BY}={FIELD_MANAGER}");
        for pod in self.list::<Pod>("pods", &ours).await? {
            if is_over(&pod, cronjob.object.uid().as_deref()) {
                let uid = pod.uid().unwrap_or_default();
                self.delete_pod(&pod.name_any(), &uid).await?;
            }
        }
        Ok(())
    }

    /// Deletes this very Pod; one that is gone already is fine.
    async fn delete_pod(&self, name: &str, uid: &str) -> Result<(), ApiError> {
        let params = DeleteParams {
            grace_period_seconds: Some(1),
            preconditions: Some(Preconditions {
                uid: Some(uid.to_owned()),
                resource_version: None,
            }),
            ..DeleteParams::default()
        };
        let what = format!("delete pod/{name}");
        let api = self.api::<Pod>();
        match self.repeat(&what, || api.delete(name, &params)).await.0 {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}

/// Whether it is a helper of that `CronJob` whose program has ended.
fn is_over(pod: &Pod, cronjob: Option<&str>) -> bool {
    let mut owners = pod.owner_references().iter();
    owners.any(|owner| Some(owner.uid.as_str()) == cronjob)
        && matches!(stuck::phase(pod), "Succeeded" | "Failed")
        && pod.metadata.deletion_timestamp.is_none()
}

/// One that is missed is made up for by the next.
async fn beat(container: Container) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let sign = Command::script(BEAT, [""; 0]);
        if let Err(error) = container.output(&sign).await {
            tracing::debug!("no sign to {container}: {error}");
        }
    }
}

impl Helper {
    /// The Pod's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Deletes the Pod; one that is gone already is fine.
    pub async fn remove(self) -> Result<(), JobError> {
        Ok(self.cluster.delete_pod(&self.name, &self.uid).await?)
    }

    async fn wait_ready(&self) -> Result<(), JobError> {
        let deadline = Instant::now() + START;
        let mut watched = Watched::default();
        loop {
            let what = format!("get pod/{}", self.name);
            let pod = self.cluster.read(&what, || async {
                self.cluster.api::<Pod>().get(&self.name).await
            });
            let pod = pod.await?;
            if stuck::is_ready(&pod) {
                return Ok(());
            }
            let look = watched.look(&self.cluster, &pod).await?;
            let ended = matches!(stuck::phase(&pod), "Succeeded" | "Failed");
            let why = look
                .stuck
                .or_else(|| ended.then(|| "it ended at once".to_owned()));
            if let Some(why) = why {
                let pod = self.name.clone();
                return Err(JobError::Stuck { pod, why });
            }
            if Instant::now() >= deadline {
                return Err(JobError::Timeout {
                    what: format!("the start of pod/{}", self.name),
                    seconds: START.as_secs(),
                    waits_for: look
                        .waits_for
                        .unwrap_or_else(|| "its first status".to_owned()),
                });
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

/// The Pod: the template's container that knows the bucket, or is kubectl's default, asleep, under labels that nothing else selects.
fn helper_pod(cronjob: &CronJob) -> Option<Pod> {
    let job = cronjob.spec.as_ref()?.job_template.spec.as_ref()?;
    let PodTemplateSpec { metadata, spec } = job.template.clone();
    let mut spec = spec?;
    let knows_bucket = |container: &&ContainerSpec| {
        let mut values = container
            .env
            .iter()
            .flatten()
            .filter_map(|v| v.value.as_deref());
        values.any(select::is_bucket)
    };
    let annotations = metadata.and_then(|m| m.annotations);
    let usual = annotations.as_ref().and_then(|a| a.get(DEFAULT_CONTAINER));
    let is_usual = |container: &&ContainerSpec| Some(&container.name) == usual;
    let container = spec
        .containers
        .iter()
        .find(knows_bucket)
        .or_else(|| spec.containers.iter().find(is_usual))
        .or(spec.containers.first())?
        .clone();
    spec.containers = vec![asleep(container)];
    spec.restart_policy = Some("Never".to_owned());
    spec.active_deadline_seconds = Some(LIFETIME);
    // The signs go to process 1, which must be the container's own.
    spec.share_process_namespace = None;
    spec.host_pid = None;
    let name = cronjob.name_any();
    Some(Pod {
        metadata: ObjectMeta {
            generate_name: Some(format!(
                "{}{SUFFIX}",
                cut(&name, NAME - SUFFIX.len() - GENERATED)
            )),
            namespace: cronjob.namespace(),
            annotations,
            labels: Some(BTreeMap::from([(
                MANAGED_BY.to_owned(),
                FIELD_MANAGER.to_owned(),
            )])),
            owner_references: Some(vec![owner(cronjob)?]),
            ..ObjectMeta::default()
        },
        spec: Some(spec),
        status: None,
    })
}

/// The container with a constant command, and nothing that judges or reacts to it.
fn asleep(container: ContainerSpec) -> ContainerSpec {
    ContainerSpec {
        command: Some(WAIT.map(str::to_owned).to_vec()),
        args: None,
        liveness_probe: None,
        readiness_probe: None,
        startup_probe: None,
        lifecycle: None,
        ports: None,
        ..container
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_helper_of_the_same_cronjob_that_ended_is_swept() {
        let pod = |owner: &str, phase: &str, deleted: Option<&str>| -> Pod {
            serde_json::from_value(json!({
                "metadata": {"name": "h", "deletionTimestamp": deleted, "ownerReferences": [
                    {"apiVersion": "batch/v1", "kind": "CronJob", "name": "c", "uid": owner}]},
                "status": {"phase": phase},
            }))
            .unwrap()
        };
        let is_over = |pod: &Pod| super::is_over(pod, Some("u-1"));
        assert!(is_over(&pod("u-1", "Succeeded", None)));
        assert!(is_over(&pod("u-1", "Failed", None)));
        assert!(!is_over(&pod("u-1", "Running", None)));
        assert!(!is_over(&pod("u-1", "Pending", None)));
        assert!(!is_over(&pod("u-2", "Succeeded", None)));
        let going = Some("2026-01-01T00:00:00Z");
        assert!(!is_over(&pod("u-1", "Succeeded", going)));
        assert!(!super::is_over(&pod("u-1", "Succeeded", None), None));
    }

    #[test]
    fn the_helper_keeps_image_and_credentials_and_nothing_that_selects_it() {
        let name = "c".repeat(52);
        let cronjob: CronJob = serde_json::from_value(json!({
        "metadata": {"name": name, "namespace": "dev", "uid": "u-1"},
        "spec": {"schedule": "@daily", "jobTemplate": {"spec": {"template": {
            "metadata": {"labels": {"app.kubernetes.io/component": "database"}},
            "spec": {
                "restartPolicy": "OnFailure", "shareProcessNamespace": true, "hostPID": true,
                "serviceAccountName": "backup",
                "volumes": [{"name": "key", "secret": {"secretName": "gcp"}}],
                "containers": [
                    {"name": "proxy", "image": "p"},
                    {"name": "dump", "image": "db", "command": ["/backup.sh"], "args": ["-v"],
                     "env": [{"name": "BUCKET", "value": "gs://b"}],
                     "volumeMounts": [{"name": "key", "mountPath": "/conf"}]},
                ]}}}}}}))
        .unwrap();
        let pod = serde_json::to_value(helper_pod(&cronjob).unwrap()).unwrap();
        assert_eq!(
            pod["metadata"]["labels"],
            json!({"app.kubernetes.io/managed-by": "kubectl-quetzal-db"})
        );
        let generated = pod["metadata"]["generateName"].as_str().unwrap();
        assert_eq!(generated.len() + GENERATED, 63);
        assert_eq!(pod["metadata"]["ownerReferences"][0]["uid"], "u-1");
        assert_eq!(
            pod["metadata"]["ownerReferences"][0].get("controller"),
            None
        );
        assert_eq!(
            pod["spec"],
            json!({
                "restartPolicy": "Never",
                "activeDeadlineSeconds": 21600,
                "serviceAccountName": "backup",
                "volumes": [{"name": "key", "secret": {"secretName": "gcp"}}],
                "containers": [{
                    "name": "dump", "image": "db", "command": WAIT,
                    "env": [{"name": "BUCKET", "value": "gs://b"}],
                    "volumeMounts": [{"name": "key", "mountPath": "/conf"}]}],
            })
        );
    }
}
