//! Which Pod, container and `CronJob` are meant, chosen from listed objects. Pure.

use std::collections::BTreeSet;

use k8s_openapi::api::batch::v1::CronJob;
use k8s_openapi::api::core::v1::{Container, Pod, PodSpec};
use kube::ResourceExt;
use thiserror::Error;

use crate::hint::nearest_name;

use super::stuck;

/// The label that tells releases apart.
pub const INSTANCE: &str = "app.kubernetes.io/instance";
/// The label of the application.
pub const NAME: &str = "app.kubernetes.io/name";
/// The label that tells the parts of a release apart.
pub const COMPONENT: &str = "app.kubernetes.io/component";
/// kubectl's own way to say which container is meant.
pub(super) const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// What the flags say about the objects that are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// Label selector of the database's objects.
    pub labels: String,
    /// Value of the instance label.
    pub instance: Option<String>,
    /// The database Pod by name; labels do not matter then.
    pub pod: Option<String>,
    /// The container by name.
    pub container: Option<String>,
    /// The backup `CronJob` by name; labels do not matter then.
    pub cronjob: Option<String>,
}

impl Default for Selector {
    fn default() -> Self {
        Self {
            labels: format!("{COMPONENT}=database"),
            instance: None,
            pod: None,
            container: None,
            cronjob: None,
        }
    }
}

impl Selector {
    /// The label selector with the instance in it.
    pub fn query(&self) -> String {
        match &self.instance {
            Some(instance) if self.labels.is_empty() => format!("{INSTANCE}={instance}"),
            Some(instance) => format!("{},{INSTANCE}={instance}", self.labels),
            None => self.labels.clone(),
        }
    }
}

/// Why no single object is meant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SelectError {
    /// Nothing fits.
    #[error("no {what} in namespace {namespace} ({selector})")]
    None {
        /// `database pod` or `backup cronjob`.
        what: &'static str,
        /// Where it was looked for.
        namespace: String,
        /// What was looked for.
        selector: String,
        /// The flag with the value that was probably meant.
        meant: Option<String>,
    },
    /// More than one fits.
    #[error("several {what}s: {}; choose one with {flag}", names.join(", "))]
    Several {
        /// `database pod` or `backup cronjob`.
        what: &'static str,
        /// What the flag can be set to.
        names: Vec<String>,
        /// The flag that decides.
        flag: &'static str,
    },
    /// The Pod cannot be used now.
    #[error("pod/{pod} is not ready: {why}")]
    NotReady {
        /// Its name.
        pod: String,
        /// What it waits for.
        why: String,
    },
    /// The Pod has several containers and none of them is clearly the database's.
    #[error("pod/{pod} has several containers: {}; choose one with --container", names.join(", "))]
    Container {
        /// The Pod's name.
        pod: String,
        /// Its containers.
        names: Vec<String>,
    },
    /// The Pod has no container of the name that was given.
    #[error("pod/{pod} has no container {container:?}, only {}", names.join(", "))]
    NoContainer {
        /// The Pod's name.
        pod: String,
        /// The name that was given.
        container: String,
        /// Its containers.
        names: Vec<String>,
    },
}

impl SelectError {
    /// What to type next, where that can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Several { names, flag, .. } => names
                .first()
                .map(|first| format!("choose one: {flag} {first}")),
            Self::None {
                meant: Some(flag), ..
            } => Some(format!("did you mean: {flag}")),
            Self::None { .. } => Some("name the place: --namespace, --selector".to_owned()),
            Self::NotReady { pod, .. } => Some(format!("see why: kubectl describe pod {pod}")),
            Self::Container { names, .. } => first_of(names),
            Self::NoContainer {
                names, container, ..
            } => match nearest_name(container, names) {
                Some(name) => Some(format!("did you mean: --container {name}")),
                None => first_of(names),
            },
        }
    }
}

fn first_of(names: &[String]) -> Option<String> {
    let first = names.first()?;
    Some(format!("choose one: --container {first}"))
}

/// The database Pod among those listed. Pods of Jobs and Pods that end or have ended do not count.
pub fn choose_pod<'a>(
    pods: &'a [Pod],
    selector: &Selector,
    namespace: &str,
) -> Result<&'a Pod, SelectError> {
    let candidates: Vec<&Pod> = pods.iter().filter(|pod| is_candidate(pod)).collect();
    let pod = only("database pod", &candidates, selector, namespace, "--pod")?;
    let why = match stuck::hold(pod) {
        Some(hold) => hold.reason().to_owned(),
        None if stuck::is_ready(pod) => return Ok(pod),
        None => "it has no status yet".to_owned(),
    };
    Err(SelectError::NotReady {
        pod: pod.name_any(),
        why,
    })
}

/// The backup `CronJob` among those listed: if there are several, the only one that knows a bucket.
pub fn choose_cronjob<'a>(
    cronjobs: &'a [CronJob],
    selector: &Selector,
    namespace: &str,
) -> Result<&'a CronJob, SelectError> {
    let all: Vec<&CronJob> = cronjobs.iter().collect();
    let with_bucket: Vec<&CronJob> = cronjobs.iter().filter(|c| bucket(c).is_some()).collect();
    let candidates = if with_bucket.len() == 1 {
        with_bucket
    } else {
        all
    };
    only(
        "backup cronjob",
        &candidates,
        selector,
        namespace,
        "--cronjob",
    )
}

/// The database's container: by name, by kubectl's annotation, as the only one, or by its Postgres variables.
pub fn choose_container<'a>(
    pod: &'a Pod,
    name: Option<&str>,
) -> Result<&'a Container, SelectError> {
    let containers = pod
        .spec
        .as_ref()
        .map_or(&[][..], |spec| &spec.containers[..]);
    let names = || containers.iter().map(|c| c.name.clone()).collect();
    let by_name = |name: &str| containers.iter().find(|c| c.name == name);
    if let Some(name) = name {
        return by_name(name).ok_or_else(|| SelectError::NoContainer {
            pod: pod.name_any(),
            container: name.to_owned(),
            names: names(),
        });
    }
    if let [only] = containers {
        return Ok(only);
    }
    if let Some(chosen) = pod
        .annotations()
        .get(DEFAULT_CONTAINER)
        .and_then(|name| by_name(name))
    {
        return Ok(chosen);
    }
    let mut postgres = containers.iter().filter(|c| runs_postgres(c));
    match (postgres.next(), postgres.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(SelectError::Container {
            pod: pod.name_any(),
            names: names(),
        }),
    }
}

/// Schemes of the addresses that a bucket is told by.
const SCHEMES: [&str; 2] = ["gs://", "s3://"];

/// Whether a variable's value is the address of a bucket.
pub(super) fn is_bucket(value: &str) -> bool {
    SCHEMES.iter().any(|scheme| value.starts_with(scheme))
}

/// Name and value of the first variable of a `CronJob`'s Pod that holds the address of a bucket.
pub fn bucket(cronjob: &CronJob) -> Option<(&str, &str)> {
    let containers = &template(cronjob)?.containers;
    let mut variables = containers.iter().flat_map(|c| c.env.iter().flatten());
    variables.find_map(|variable| {
        let value = variable.value.as_deref()?;
        is_bucket(value).then_some((variable.name.as_str(), value))
    })
}

/// What a Pod is of: the name that stays when it is replaced.
pub(super) fn workload_of(pod: &Pod) -> String {
    let owner = |kind: &str| pod.owner_references().iter().find(|o| o.kind == kind);
    if let Some(set) = owner("StatefulSet") {
        return set.name.clone();
    }
    let hash = pod.labels().get("pod-template-hash");
    let deployment = owner("ReplicaSet").zip(hash).and_then(|(set, hash)| {
        let name = set.name.strip_suffix(hash.as_str())?.strip_suffix('-')?;
        Some(name.to_owned())
    });
    deployment.unwrap_or_else(|| pod.name_any())
}

/// The Pod template of a `CronJob`.
pub(super) fn template(cronjob: &CronJob) -> Option<&PodSpec> {
    cronjob
        .spec
        .as_ref()?
        .job_template
        .spec
        .as_ref()?
        .template
        .spec
        .as_ref()
}

/// The mount that holds a path: the longest mount path that is a prefix of it.
pub fn mount_of<'a>(container: &'a Container, path: &str) -> Option<&'a str> {
    let mounts = container
        .volume_mounts
        .iter()
        .flatten()
        .map(|m| m.mount_path.trim_end_matches('/'));
    let holds = |mount: &&str| {
        path.strip_prefix(mount)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    mounts
        .filter(|mount| !mount.is_empty())
        .filter(holds)
        .max_by_key(|mount| mount.len())
}

fn is_candidate(pod: &Pod) -> bool {
    let of_job = pod
        .owner_references()
        .iter()
        .any(|owner| owner.kind == "Job");
    let ended = matches!(stuck::phase(pod), "Succeeded" | "Failed");
    !of_job && !ended && pod.metadata.deletion_timestamp.is_none()
}

fn runs_postgres(container: &Container) -> bool {
    let names = ["PGDATA", "POSTGRES_USER", "POSTGRES_PASSWORD"];
    container
        .env
        .iter()
        .flatten()
        .any(|variable| names.contains(&variable.name.as_str()))
}

/// The only candidate. Several releases are told apart by `--instance`, else the object's own flag decides.
fn only<'a, K: ResourceExt>(
    what: &'static str,
    candidates: &[&'a K],
    selector: &Selector,
    namespace: &str,
    flag: &'static str,
) -> Result<&'a K, SelectError> {
    match candidates {
        [] => Err(SelectError::None {
            what,
            namespace: namespace.to_owned(),
            selector: sought(selector, flag),
            meant: None,
        }),
        [only] => Ok(only),
        several => {
            let instances: BTreeSet<&String> = several
                .iter()
                .filter_map(|object| object.labels().get(INSTANCE))
                .collect();
            if instances.len() == several.len() {
                return Err(SelectError::Several {
                    what,
                    names: instances.into_iter().cloned().collect(),
                    flag: "--instance",
                });
            }
            Err(SelectError::Several {
                what,
                names: several.iter().map(|object| object.name_any()).collect(),
                flag,
            })
        }
    }
}

/// What was looked for, as the user would type it.
fn sought(selector: &Selector, flag: &str) -> String {
    let name = if flag == "--pod" {
        &selector.pod
    } else {
        &selector.cronjob
    };
    match name {
        Some(name) => format!("{flag} {name}"),
        None => format!("-l {}", selector.query()),
    }
}

#[cfg(test)]
#[path = "tests/select.rs"]
mod tests;
