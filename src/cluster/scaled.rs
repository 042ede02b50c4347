//! What a Deployment and a `StatefulSet` have in common, read from the object and written as a patch. Pure.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{
    LabelSelector, ManagedFieldsEntry, ObjectMeta,
};
use kube::Resource;
use kube::core::{Selector as Labels, SelectorExt as _};
use serde_json::{Value, json};

use super::select::COMPONENT;
use super::workloads::{REMEMBERED, Workload, WorkloadError, WorkloadKind};

/// Count and memory of it in one change, refused if the object is not the one that was read.
pub(super) fn patch(now: &Workload, remembered: &Value, replicas: i32) -> Value {
    json!({
        "metadata": {"resourceVersion": now.version, "annotations": {REMEMBERED: remembered}},
        "spec": {"replicas": replicas},
    })
}

/// True if the object makes the database's Pod, which has these labels, or if it or its Pods carry the database's
/// component label.
pub(super) fn is_of<T: Scaled>(object: &T, pod: &BTreeMap<String, String>) -> bool {
    let makes = Labels::try_from(object.pod_selector());
    if makes.is_ok_and(|selector| selector.matches(pod)) {
        return true;
    }
    let component = pod.get(COMPONENT);
    let has = |meta: &ObjectMeta| meta.labels.as_ref().and_then(|l| l.get(COMPONENT)) == component;
    component.is_some() && (has(object.meta()) || object.pod_metadata().is_some_and(has))
}

/// What a Deployment and a `StatefulSet` have in common.
pub(super) trait Scaled: Resource {
    fn pod_metadata(&self) -> Option<&ObjectMeta>;
    fn pod_selector(&self) -> LabelSelector;
    fn read(&self) -> Result<Workload, WorkloadError>;
}

impl Scaled for Deployment {
    fn pod_metadata(&self) -> Option<&ObjectMeta> {
        self.spec.as_ref()?.template.metadata.as_ref()
    }

    fn pod_selector(&self) -> LabelSelector {
        self.spec
            .as_ref()
            .map(|spec| spec.selector.clone())
            .unwrap_or_default()
    }

    fn read(&self) -> Result<Workload, WorkloadError> {
        let spec = self.spec.clone().unwrap_or_default();
        let status = self.status.clone().unwrap_or_default();
        let counts = Counts {
            replicas: spec.replicas,
            // Replicas of an older template are on their way out.
            ready: status.ready_replicas.min(status.updated_replicas),
            observed: status.observed_generation,
        };
        workload(
            WorkloadKind::Deployment,
            &self.metadata,
            spec.selector,
            &counts,
        )
    }
}

impl Scaled for StatefulSet {
    fn pod_metadata(&self) -> Option<&ObjectMeta> {
        self.spec.as_ref()?.template.metadata.as_ref()
    }

    fn pod_selector(&self) -> LabelSelector {
        self.spec
            .as_ref()
            .map(|spec| spec.selector.clone())
            .unwrap_or_default()
    }

    fn read(&self) -> Result<Workload, WorkloadError> {
        let spec = self.spec.clone().unwrap_or_default();
        let status = self.status.clone().unwrap_or_default();
        let counts = Counts {
            replicas: spec.replicas,
            ready: status.ready_replicas,
            observed: status.observed_generation,
        };
        workload(
            WorkloadKind::StatefulSet,
            &self.metadata,
            spec.selector,
            &counts,
        )
    }
}

struct Counts {
    replicas: Option<i32>,
    ready: Option<i32>,
    observed: Option<i64>,
}

fn workload(
    kind: WorkloadKind,
    meta: &ObjectMeta,
    selector: LabelSelector,
    counts: &Counts,
) -> Result<Workload, WorkloadError> {
    let value = |map: &Option<BTreeMap<String, String>>, key: &str| map.as_ref()?.get(key).cloned();
    let labels = Labels::try_from(selector).map_err(|source| WorkloadError::Labels {
        workload: meta.name.clone().unwrap_or_default(),
        source,
    })?;
    Ok(Workload {
        kind,
        name: meta.name.clone().unwrap_or_default(),
        component: value(&meta.labels, COMPONENT),
        replicas: counts.replicas.unwrap_or(1),
        remembered: value(&meta.annotations, REMEMBERED).and_then(|count| count.parse().ok()),
        ready: counts.ready.unwrap_or(0),
        observed: counts.observed >= meta.generation,
        pods: labels.to_string(),
        version: meta.resource_version.clone().unwrap_or_default(),
        scaled_by: scaled_by(meta),
    })
}

/// Whoever the API server noted as the last to set the number of replicas.
fn scaled_by(meta: &ObjectMeta) -> Option<String> {
    let sets_replicas = |entry: &&ManagedFieldsEntry| {
        let fields = entry.fields_v1.as_ref();
        fields.is_some_and(|f| f.0.pointer("/f:spec/f:replicas").is_some())
    };
    let entries = meta.managed_fields.iter().flatten().filter(sets_replicas);
    entries
        .max_by_key(|entry| entry.time.as_ref().map(|t| t.0))?
        .manager
        .clone()
}

#[cfg(test)]
#[path = "tests/scaled.rs"]
mod tests;
