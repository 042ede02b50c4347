//! Tests of `select`.

use super::*;
use serde_json::{Value, json};

fn of<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// A ready Pod; `patch` is laid over it.
fn pod(name: &str, patch: Value) -> Pod {
    let mut pod = json!({
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "quetzal"}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    });
    merge(&mut pod, patch);
    of(pod)
}

fn merge(into: &mut Value, patch: Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, patch) => *into = patch,
    }
}

fn release(name: &str) -> Value {
    json!({"metadata": {"labels": {INSTANCE: name}}})
}

fn chosen(pods: &[Pod]) -> Result<String, SelectError> {
    choose_pod(pods, &Selector::default(), "dev").map(ResourceExt::name_any)
}

#[test]
fn pods_that_are_not_the_database_do_not_count() {
    let owner = json!([{"apiVersion": "batch/v1", "kind": "Job", "name": "cron-1", "uid": "u"}]);
    let pods = [
        pod("backup", json!({"metadata": {"ownerReferences": owner}})),
        pod(
            "leaving",
            json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}),
        ),
        pod("evicted", json!({"status": {"phase": "Failed"}})),
        pod("done", json!({"status": {"phase": "Succeeded"}})),
        pod("db", json!({})),
    ];
    assert_eq!(chosen(&pods).unwrap(), "db");
    assert_eq!(
        chosen(&pods[..4]).unwrap_err().to_string(),
        "no database pod in namespace dev (-l app.kubernetes.io/component=database)"
    );
}

#[test]
fn several_pods_name_the_flag_that_decides() {
    let releases = [pod("a-db", release("a")), pod("b-db", release("b"))];
    assert_eq!(
        chosen(&releases).unwrap_err().to_string(),
        "several database pods: a, b; choose one with --instance"
    );
    let replicas = [pod("db-0", release("a")), pod("db-1", release("a"))];
    assert_eq!(
        chosen(&replicas).unwrap_err().to_string(),
        "several database pods: db-0, db-1; choose one with --pod"
    );
}

#[test]
fn a_pod_that_is_not_ready_says_why() {
    let waiting = json!({"status": {"phase": "Pending", "conditions": [], "containerStatuses": [
        {"name": "quetzal", "image": "i", "imageID": "", "ready": false, "restartCount": 0,
         "state": {"waiting": {"reason": "ImagePullBackOff"}}}]}});
    assert_eq!(
        chosen(&[pod("db", waiting)]).unwrap_err().to_string(),
        "pod/db is not ready: container quetzal: ImagePullBackOff"
    );
}

#[test]
fn a_name_that_does_not_exist_is_shown_as_typed() {
    let selector = Selector {
        pod: Some("gone".into()),
        ..Selector::default()
    };
    let error = choose_pod(&[], &selector, "dev").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no database pod in namespace dev (--pod gone)"
    );
}

#[test]
fn the_container_is_chosen_by_name_annotation_number_or_variables() {
    let container = |patch: Value| -> Result<String, String> {
        let name = patch["flag"].as_str().map(str::to_owned);
        let pod = pod("db", patch);
        let chosen = choose_container(&pod, name.as_deref());
        chosen.map(|c| c.name.clone()).map_err(|e| e.to_string())
    };
    let two =
        json!([{"name": "proxy"}, {"name": "pg", "env": [{"name": "PGDATA", "value": "/d"}]}]);
    let twins = json!([{"name": "one"}, {"name": "two"}]);
    let annotated = json!({"annotations": {DEFAULT_CONTAINER: "two"}});
    let cases = [
        (json!({}), Ok("quetzal")),
        (json!({"spec": {"containers": two}}), Ok("pg")),
        (
            json!({"spec": {"containers": two}, "flag": "proxy"}),
            Ok("proxy"),
        ),
        (
            json!({"spec": {"containers": twins}, "metadata": annotated}),
            Ok("two"),
        ),
        (
            json!({"spec": {"containers": twins}}),
            Err("pod/db has several containers: one, two; choose one with --container"),
        ),
        (
            json!({"spec": {"containers": twins}, "flag": "three"}),
            Err("pod/db has no container \"three\", only one, two"),
        ),
    ];
    for (patch, expected) in cases {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(container(patch.clone()), expected, "{patch}");
    }
}

fn cronjob(name: &str, env: &Value) -> CronJob {
    of(
        json!({"metadata": {"name": name}, "spec": {"schedule": "@daily", "jobTemplate": {"spec":
        {"template": {"spec": {"containers": [{"name": "c", "env": env}]}}}}}}),
    )
}

#[test]
fn of_several_cronjobs_the_one_with_a_bucket_is_meant() {
    let bucket = json!([{"name": "USER", "value": "u"}, {"name": "TARGET", "value": "gs://b"}]);
    let jobs = [
        cronjob("vacuum", &json!([])),
        cronjob("dump", &bucket),
        cronjob("dump2", &bucket),
    ];
    let name = |jobs: &[CronJob]| {
        choose_cronjob(jobs, &Selector::default(), "dev").map(ResourceExt::name_any)
    };
    assert_eq!(name(&jobs[..2]).unwrap(), "dump");
    assert_eq!(
        name(&jobs).unwrap_err().to_string(),
        "several backup cronjobs: vacuum, dump, dump2; choose one with --cronjob"
    );
    assert_eq!(super::bucket(&jobs[1]), Some(("TARGET", "gs://b")));
    assert_eq!(super::bucket(&jobs[0]), None);
}

#[test]
fn the_mount_is_the_longest_prefix_at_a_path_boundary() {
    let container: Container = of(json!({"name": "c", "volumeMounts": [
        {"name": "a", "mountPath": "/srv"}, {"name": "b", "mountPath": "/srv/data/"},
        {"name": "c", "mountPath": "/srv/data/pg"}, {"name": "d", "mountPath": "/"}]}));
    assert_eq!(mount_of(&container, "/srv/data/pgdata"), Some("/srv/data"));
    assert_eq!(mount_of(&container, "/srv/data"), Some("/srv/data"));
    assert_eq!(mount_of(&container, "/var/lib"), None);
}

#[test]
fn the_instance_narrows_the_label_selector() {
    let selector = Selector {
        instance: Some("dev".into()),
        ..Selector::default()
    };
    assert_eq!(
        selector.query(),
        "app.kubernetes.io/component=database,app.kubernetes.io/instance=dev"
    );
}

#[test]
fn a_pod_that_is_replaced_stays_of_the_same_name() {
    let owned = |kind: &str, name: &str, hash: Option<&str>| {
        let owner = json!([{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "u"}]);
        let labels = hash.map(|h| json!({"pod-template-hash": h}));
        let patch = json!({"metadata": {"ownerReferences": owner, "labels": labels}});
        workload_of(&pod("db-x", patch))
    };
    assert_eq!(owned("StatefulSet", "db", None), "db");
    assert_eq!(owned("ReplicaSet", "my-db-5d4f", Some("5d4f")), "my-db");
    assert_eq!(owned("ReplicaSet", "by-hand", None), "db-x");
    assert_eq!(owned("Operator", "db", Some("5d4f")), "db-x");
}
