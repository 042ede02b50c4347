//! The application's Deployments and `StatefulSets`, stopped and started.
//!
//! The replica count is remembered in an annotation of the object itself, in the same patch that sets it to
//! zero: whatever happens to us, any machine can undo it.

use std::fmt;
use std::time::Duration;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Patch, PatchParams};
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thiserror::Error;
use tokio::time::Instant;

use super::api::ApiError;
use super::connect::Cluster;
use super::find::Database;
use super::scaled::{Scaled, is_of, patch};
use super::select::{INSTANCE, NAME};
use super::stuck;

/// Where the replica count from before the stop is kept.
pub const REMEMBERED: &str = "quetzal-db/replicas";
/// How often a patch is made again because something else changed the object in between.
const TRIES: usize = 10;
/// The application is down meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What kind of object a workload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkloadKind {
    /// A `Deployment`.
    Deployment,
    /// A `StatefulSet`.
    StatefulSet,
}

/// A part of the application, as it was when it was read. Shown as `deployment/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Its kind.
    pub kind: WorkloadKind,
    /// Its name.
    pub name: String,
    /// Its component label.
    pub component: Option<String>,
    /// Replicas wanted.
    pub replicas: i32,
    /// Replicas wanted before it was stopped by us; none if it is not stopped by us.
    pub remembered: Option<i32>,
    /// Replicas ready.
    pub ready: i32,
    /// True if the controller has seen the newest change.
    pub observed: bool,
    /// The field manager that last set the count, such as `kubectl`.
    pub scaled_by: Option<String>,
    pub(super) pods: String,
    pub(super) version: String,
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            WorkloadKind::Deployment => "deployment",
            WorkloadKind::StatefulSet => "statefulset",
        };
        write!(f, "{kind}/{}", self.name)
    }
}

/// Why a workload was not stopped or started.
#[derive(Debug, Error)]
pub enum WorkloadError {
    /// The API server refused or did not answer.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// Its Pods cannot be told by labels.
    #[error("cannot use the pod selector of {workload}")]
    Labels {
        /// The workload.
        workload: String,
        /// Why.
        source: kube::core::ParseExpressionError,
    },
    /// Something changes it all the time.
    #[error("{workload} is changed by something else all the time")]
    Contended {
        /// The workload.
        workload: String,
    },
    /// Somebody wants it to run while it should stop.
    #[error("{workload} was scaled to {replicas} by {by} while it should be stopped")]
    Started {
        /// The workload.
        workload: String,
        /// Wanted replicas.
        replicas: i32,
        /// The field manager that set them, such as `kubectl`.
        by: String,
    },
    /// Not so in time.
    #[error("waited {seconds} s for {waits_for}")]
    Timeout {
        /// What was waited for.
        waits_for: String,
        /// The limit.
        seconds: u64,
    },
}

/// What a release brings along under another name (a cache, a bucket server) is not the application.
fn of_release(database: &Database) -> Option<String> {
    let instance = database.instance.as_ref()?;
    let name = database.application.as_ref();
    let name = name.map_or_else(String::new, |name| format!(",{NAME}={name}"));
    Some(format!("{INSTANCE}={instance}{name}"))
}

impl Cluster {
    /// Deployments and `StatefulSets` with these labels, else those of the database's release and application; without
    /// the database's own. Where neither tells, nothing is known to belong to it.
    pub async fn workloads(
        &self,
        database: &Database,
        labels: Option<&str>,
    ) -> Result<Vec<Workload>, WorkloadError> {
        let Some(query) = labels.map(str::to_owned).or_else(|| of_release(database)) else {
            return Ok(Vec::new());
        };
        let pod = &database.labels;
        let mut found = Vec::new();
        for deployment in self.list::<Deployment>("deployments", &query).await? {
            found.push((is_of(&deployment, pod), deployment.read()?));
        }
        for set in self.list::<StatefulSet>("statefulsets", &query).await? {
            found.push((is_of(&set, pod), set.read()?));
        }
        Ok(found
            .into_iter()
            .filter(|(is_database, _)| !is_database)
            .map(|(_, w)| w)
            .collect())
    }

    /// Those of these names that are there, each shown as [`Workload`] shows itself.
    pub async fn named_workloads(&self, shown: &[&str]) -> Result<Vec<Workload>, WorkloadError> {
        let mut found = Vec::new();
        for one in shown {
            let what = format!("get {one}");
            if let Some(name) = one.strip_prefix("deployment/") {
                let api = self.api::<Deployment>();
                let read = self.read(&what, || async { api.get_opt(name).await });
                found.extend(read.await?.map(|d| d.read()).transpose()?);
            } else if let Some(name) = one.strip_prefix("statefulset/") {
                let api = self.api::<StatefulSet>();
                let read = self.read(&what, || async { api.get_opt(name).await });
                found.extend(read.await?.map(|s| s.read()).transpose()?);
            }
        }
        Ok(found)
    }

    /// Scales to zero and remembers the count. One that is at zero already is left as it is.
    pub async fn stop(&self, workload: &Workload) -> Result<(), WorkloadError> {
        self.change(workload, |now| {
            let count = now.replicas.to_string();
            (now.replicas > 0).then(|| patch(now, &json!(count), 0))
        })
        .await
    }

    /// Scales back to the remembered count and forgets it. Where nothing is remembered the count is that of
    /// `workload`, as read before the stop. One that somebody else started keeps their count.
    pub async fn start(&self, workload: &Workload) -> Result<(), WorkloadError> {
        self.change(workload, |now| {
            let known = (workload.replicas > 0).then_some(workload.replicas);
            let replicas = match (now.replicas, now.remembered) {
                (0, remembered) => remembered.or(known)?,
                (running, remembered) => remembered.map(|_| running)?,
            };
            Some(patch(now, &Value::Null, replicas))
        })
        .await
    }

    /// Waits until a stopped workload has no Pod left, ending ones included.
    pub async fn wait_gone(
        &self,
        workload: &Workload,
        timeout: Duration,
    ) -> Result<(), WorkloadError> {
        let deadline = Instant::now() + timeout;
        loop {
            let pods = self.list::<Pod>("pods", &workload.pods).await?;
            let alive = |pod: &&Pod| !matches!(stuck::phase(pod), "Succeeded" | "Failed");
            let names: Vec<String> = pods
                .iter()
                .filter(alive)
                .map(ResourceExt::name_any)
                .collect();
            let now = self.look(workload).await?;
            if now.replicas > 0 {
                return Err(WorkloadError::Started {
                    workload: workload.to_string(),
                    replicas: now.replicas,
                    by: now.scaled_by.unwrap_or_else(|| "somebody".to_owned()),
                });
            }
            if names.is_empty() && now.observed {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(WorkloadError::Timeout {
                    waits_for: format!("the pods of {workload} to end ({})", names.join(", ")),
                    seconds: timeout.as_secs(),
                });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until every workload has all of its replicas ready.
    pub async fn wait_ready(
        &self,
        workloads: &[Workload],
        timeout: Duration,
    ) -> Result<(), WorkloadError> {
        let deadline = Instant::now() + timeout;
        for workload in workloads {
            loop {
                let now = self.look(workload).await?;
                if now.observed && now.ready >= now.replicas {
                    break;
                }
                if Instant::now() >= deadline {
                    return Err(WorkloadError::Timeout {
                        waits_for: self.unready(&now).await?,
                        seconds: timeout.as_secs(),
                    });
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
        Ok(())
    }

    /// What a workload lacks, and why its first Pod that is not ready is not.
    async fn unready(&self, now: &Workload) -> Result<String, ApiError> {
        let pods = self.list::<Pod>("pods", &now.pods).await?;
        let why = pods.iter().find_map(|pod| {
            Some(format!(
                " (pod/{}: {})",
                pod.name_any(),
                stuck::hold(pod)?.reason()
            ))
        });
        let (ready, replicas) = (now.ready, now.replicas);
        Ok(format!(
            "{now} to be ready: {ready} of {replicas} are{}",
            why.unwrap_or_default()
        ))
    }

    /// Reads a workload again.
    pub async fn look(&self, workload: &Workload) -> Result<Workload, WorkloadError> {
        let name = &workload.name;
        let what = format!("get {workload}");
        match workload.kind {
            WorkloadKind::Deployment => {
                let get = self.read(&what, || async { self.api::<Deployment>().get(name).await });
                get.await?.read()
            }
            WorkloadKind::StatefulSet => {
                let get = self.read(&what, || async {
                    self.api::<StatefulSet>().get(name).await
                });
                get.await?.read()
            }
        }
    }

    /// Reads the workload and patches it, again if something else changed it in between.
    async fn change(
        &self,
        workload: &Workload,
        decide: impl Fn(&Workload) -> Option<Value>,
    ) -> Result<(), WorkloadError> {
        for _ in 0..TRIES {
            let Some(patch) = decide(&self.look(workload).await?) else {
                return Ok(());
            };
            let patched = match workload.kind {
                WorkloadKind::Deployment => self.patch::<Deployment>(workload, patch).await,
                WorkloadKind::StatefulSet => self.patch::<StatefulSet>(workload, patch).await,
            };
            match patched {
                Err(error) if error.is_conflict() => {}
                other => return Ok(other?),
            }
        }
        Err(WorkloadError::Contended {
            workload: workload.to_string(),
        })
    }

    async fn patch<K>(&self, workload: &Workload, patch: Value) -> Result<(), ApiError>
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>
            + Clone
            + fmt::Debug
            + DeserializeOwned,
    {
        let api = self.api::<K>();
        let what = format!("scale {workload}");
        let params = PatchParams::default();
        let patch = Patch::Merge(patch);
        // Where an answer was lost, the next look finds the change done.
        let patched = self.repeat(&what, || api.patch(&workload.name, &params, &patch));
        patched.await.0?;
        Ok(())
    }
}
