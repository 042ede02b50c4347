//! The database and its backup `CronJob`, asked of the cluster.

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::api::batch::v1::CronJob;
use k8s_openapi::api::core::v1::{Container as ContainerSpec, ContainerStatus, Pod};
use kube::ResourceExt;
use kube::api::ListParams;
use thiserror::Error;

use super::api::ApiError;
use super::connect::Cluster;
use super::exec::Container;
use super::select::{self, INSTANCE, NAME, SelectError, Selector};

/// Where the server keeps its data when the Pod does not say.
const PGDATA: &str = "/var/lib/postgresql/data";

/// Why the database or its `CronJob` was not found.
#[derive(Debug, Error)]
pub enum FindError {
    /// Nothing, or more than one, is meant.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// The cluster could not be asked.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The account may not look there, and another namespace has a name like it.
    #[error("namespace {namespace} can't be looked into")]
    Closed {
        /// The namespace.
        namespace: String,
        /// The flag with the value that was probably meant.
        meant: String,
        /// Why.
        source: ApiError,
    },
}

/// The running database.
#[derive(Debug, Clone)]
pub struct Database {
    /// Its container.
    pub container: Container,
    /// Its Pod's name.
    pub pod: String,
    /// Its Pod's uid: another one means another Pod of the same name.
    pub pod_uid: String,
    /// Its release, from the instance label.
    pub instance: Option<String>,
    /// Its application, from the name label.
    pub application: Option<String>,
    /// What it is of: its `StatefulSet`, its Deployment, or itself.
    pub workload: String,
    /// Its Pod's labels.
    pub labels: BTreeMap<String, String>,
    /// How often the container was restarted.
    pub restarts: i32,
    /// How it ended the last time; none if it never did.
    pub last_end: Option<LastEnd>,
    /// The container's literal variables, without those that look like secrets.
    pub env: BTreeMap<String, String>,
    /// Where the volume that holds the data directory is mounted; none if it is on no volume.
    pub data_mount: Option<String>,
    /// The container's memory limit in bytes.
    pub memory_limit: Option<u64>,
    /// The container's image, as the Pod names it.
    pub image: Option<String>,
}

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastEnd {
    /// Kubernetes' word for it, such as `OOMKilled`, `Error` or `Completed`.
    pub reason: String,
    /// Exit code; above 128 a signal.
    pub code: i32,
}

/// The `CronJob` that makes backups.
#[derive(Debug, Clone)]
pub struct BackupCronJob {
    /// Its name.
    pub name: String,
    /// Its schedule in cron's notation.
    pub schedule: String,
    /// The zone that the schedule is meant in; none for the controller's own.
    pub time_zone: Option<String>,
    /// True if it makes no Jobs by itself.
    pub suspended: bool,
    /// True if a Job of it runs.
    pub active: bool,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Where backups go: the first variable that starts with `gs://` or `s3://`.
    pub bucket: Option<String>,
    /// The name of that variable.
    pub bucket_env: Option<String>,
    /// When one of its own Jobs last succeeded.
    pub last_success: Option<Timestamp>,
    pub(super) object: CronJob,
}

impl Cluster {
    /// The one database Pod that the selector means, ready, with its container.
    pub async fn database(&self, selector: &Selector) -> Result<Database, FindError> {
        let name = selector.pod.as_ref();
        let pods = self.fitting::<Pod>("pods", name, selector).await?;
        let pod = match select::choose_pod(&pods, selector, self.namespace()) {
            Ok(pod) => pod,
            Err(error) => {
                let flag = ("--pod", name);
                let error = self.with_meant::<Pod>(error, "pods", flag, selector);
                return Err(error.await.into());
            }
        };
        let container = select::choose_container(pod, selector.container.as_deref())?;
        Ok(self.describe(pod, container))
    }

    /// The one backup `CronJob` that the selector means.
    pub async fn cronjob(&self, selector: &Selector) -> Result<BackupCronJob, FindError> {
        let name = selector.cronjob.as_ref();
        let cronjobs = self.fitting::<CronJob>("cronjobs", name, selector).await?;
        match select::choose_cronjob(&cronjobs, selector, self.namespace()) {
            Ok(cronjob) => Ok(BackupCronJob::from(cronjob.clone())),
            Err(error) => {
                let flag = ("--cronjob", name);
                let error = self.with_meant::<CronJob>(error, "cronjobs", flag, selector);
                Err(error.await.into())
            }
        }
    }

    /// The object of that name, if there is one, or all that the selector fits.
    async fn fitting<K>(
        &self,
        kind: &str,
        name: Option<&String>,
        selector: &Selector,
    ) -> Result<Vec<K>, FindError>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>
            + Clone
            + std::fmt::Debug
            + serde::de::DeserializeOwned,
    {
        let found = match name {
            Some(name) => {
                let what = format!("get {}/{name}", kind.trim_end_matches('s'));
                let found = self.read(&what, || async { self.api::<K>().get_opt(name).await });
                found.await.map(|found| found.into_iter().collect())
            }
            None => self.list(kind, &selector.query()).await,
        };
        match found {
            Ok(found) => Ok(found),
            Err(error) => Err(self.not_to_be_seen(error).await),
        }
    }

    /// Lists objects of this namespace by labels.
    pub(super) async fn list<K>(&self, kind: &str, labels: &str) -> Result<Vec<K>, ApiError>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>
            + Clone
            + std::fmt::Debug
            + serde::de::DeserializeOwned,
    {
        let what = format!("list {kind} in namespace {}", self.namespace());
        let params = ListParams::default().labels(labels);
        let list = self.read(&what, || async { self.api::<K>().list(&params).await });
        Ok(list.await?.items)
    }

    fn describe(&self, pod: &Pod, container: &ContainerSpec) -> Database {
        let name = pod.name_any();
        let env = literal_env(container);
        let data = env.get("PGDATA").map_or(PGDATA, String::as_str);
        let data_mount = select::mount_of(container, data).map(str::to_owned);
        let statuses = pod
            .status
            .iter()
            .flat_map(|s| s.container_statuses.iter().flatten());
        let mut own = statuses.filter(|s| s.name == container.name);
        let own = own.next();
        let limits = container.resources.as_ref().and_then(|r| r.limits.as_ref());
        Database {
            container: self.container(&name, &container.name),
            pod_uid: pod.uid().unwrap_or_default(),
            instance: pod.labels().get(INSTANCE).cloned(),
            application: pod.labels().get(NAME).cloned(),
            workload: select::workload_of(pod),
            labels: pod.labels().clone(),
            restarts: own.map_or(0, |s| s.restart_count),
            last_end: own.and_then(last_end),
            memory_limit: limits
                .and_then(|l| l.get("memory"))
                .and_then(|q| parse_bytes(&q.0)),
            image: container.image.clone(),
            pod: name,
            env,
            data_mount,
        }
    }
}

impl From<CronJob> for BackupCronJob {
    fn from(object: CronJob) -> Self {
        let bucket = select::bucket(&object).map(|(name, url)| (name.to_owned(), url.to_owned()));
        let (bucket_env, bucket) = bucket.unzip();
        let spec = object.spec.as_ref();
        let status = object.status.as_ref();
        Self {
            name: object.name_any(),
            schedule: spec.map(|s| s.schedule.clone()).unwrap_or_default(),
            time_zone: spec.and_then(|s| s.time_zone.clone()),
            suspended: spec.and_then(|s| s.suspend).unwrap_or_default(),
            active: status.is_some_and(|s| s.active.as_ref().is_some_and(|jobs| !jobs.is_empty())),
            created: object.creation_timestamp().map(|time| time.0),
            bucket,
            bucket_env,
            last_success: status
                .and_then(|s| s.last_successful_time.as_ref())
                .map(|t| t.0),
            object,
        }
    }
}

fn last_end(status: &ContainerStatus) -> Option<LastEnd> {
    let ended = status.last_state.as_ref()?.terminated.as_ref()?;
    Some(LastEnd {
        reason: ended.reason.clone().unwrap_or_else(|| "Unknown".to_owned()),
        code: ended.exit_code,
    })
}

/// Variables with a literal value; names that look like a secret's are left out.
fn literal_env(container: &ContainerSpec) -> BTreeMap<String, String> {
    const SECRET: [&str; 5] = ["PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL"];
    let variables = container.env.iter().flatten();
    let shown = variables.filter(|v| {
        !SECRET
            .iter()
            .any(|word| v.name.to_uppercase().contains(word))
    });
    shown
        .filter_map(|v| Some((v.name.clone(), v.value.clone()?)))
        .collect()
}

/// A whole memory quantity such as `512Mi` or `1G`, in bytes.
fn parse_bytes(quantity: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 9] = [
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("", 1),
    ];
    let unit = UNITS
        .iter()
        .find_map(|(suffix, factor)| Some((quantity.strip_suffix(suffix)?, factor)));
    let (number, factor) = unit?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_bytes() {
        let cases = [
            ("512Mi", Some(512 << 20)),
            ("2Gi", Some(2 << 30)),
            ("1G", Some(1_000_000_000)),
            ("1000", Some(1000)),
            ("lots", None),
            ("99999999Ti", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_bytes(text), expected, "{text}");
        }
    }

    #[test]
    fn secrets_are_no_part_of_the_environment() {
        let container: ContainerSpec = serde_json::from_value(serde_json::json!({
            "name": "quetzal",
            "env": [
                {"name": "PGDATA", "value": "/srv/data/pgdata"},
                {"name": "POSTGRES_PASSWORD", "value": "hidden"},
                {"name": "API_KEY", "value": "hidden"},
                {"name": "POSTGRES_USER", "valueFrom": {"secretKeyRef": {"name": "s", "key": "u"}}},
            ]
        }))
        .unwrap();
        let env = literal_env(&container);
        assert_eq!(
            env.into_iter().collect::<Vec<_>>(),
            [("PGDATA".into(), "/srv/data/pgdata".into())]
        );
    }
}
