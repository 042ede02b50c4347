//! Tests of `scaled`.

use super::*;

fn deployment(component: &str, patch: &Value) -> Deployment {
    let mut value = json!({
        "metadata": {"name": "demo", "generation": 3, "resourceVersion": "77",
            "labels": {COMPONENT: component}, "annotations": {}},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"a": "b", "c": "d"}},
            "template": {"metadata": {"labels": {COMPONENT: component}}}},
        "status": {"observedGeneration": 3, "readyReplicas": 2, "updatedReplicas": 2},
    });
    for (pointer, new) in patch.as_object().unwrap() {
        *value.pointer_mut(pointer).unwrap() = new.clone();
    }
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_deployment_is_read_as_it_is() {
    let read = deployment("app", &json!({})).read().unwrap();
    assert_eq!(read.to_string(), "deployment/demo");
    assert_eq!(
        (read.replicas, read.ready, read.observed, read.remembered),
        (2, 2, true, None)
    );
    assert_eq!(read.pods, "a=b,c=d");
    let patch = json!({
        "/metadata/annotations": {REMEMBERED: "3"}, "/spec/replicas": 0,
        "/status/readyReplicas": 2, "/status/updatedReplicas": 1, "/metadata/generation": 4,
    });
    let read = deployment("app", &patch).read().unwrap();
    assert_eq!(
        (read.replicas, read.ready, read.observed, read.remembered),
        (0, 1, false, Some(3))
    );
}

#[test]
fn the_database_is_no_workload_whichever_label_says_so() {
    let labels = |labels: Value| serde_json::from_value(labels).unwrap();
    let of_component = labels(json!({COMPONENT: "database"}));
    assert!(is_of(&deployment("database", &json!({})), &of_component));
    assert!(!is_of(&deployment("app", &json!({})), &of_component));
    let template_only = deployment(
        "other",
        &json!({"/spec/template/metadata/labels": {COMPONENT: "database"}}),
    );
    assert!(is_of(&template_only, &of_component));
    let unlabelled = deployment(
        "x",
        &json!({"/metadata/labels": {}, "/spec/template/metadata/labels": {}}),
    );
    // Whose Pod it is, where no such label tells.
    let own = labels(json!({"a": "b", "c": "d", "pod-template-hash": "1"}));
    assert!(is_of(&unlabelled, &own));
    assert!(!is_of(&unlabelled, &labels(json!({"a": "b"}))));
    assert!(!is_of(&unlabelled, &labels(json!({}))));
}

#[test]
fn the_last_who_set_the_count_is_named() {
    let entry = |manager: &str, time: &str, fields: Value| json!({"manager": manager, "time": time, "fieldsV1": fields});
    let counted = json!({"f:spec": {"f:replicas": {}}});
    let fields = json!([
        entry("helm", "2026-01-01T00:00:00Z", counted.clone()),
        entry("kubectl", "2026-01-02T00:00:00Z", counted),
        entry(
            "controller",
            "2026-01-03T00:00:00Z",
            json!({"f:status": {}})
        ),
    ]);
    let mut scaled = deployment("app", &json!({}));
    assert_eq!(scaled.read().unwrap().scaled_by, None);
    scaled.metadata.managed_fields = serde_json::from_value(fields).unwrap();
    assert_eq!(scaled.read().unwrap().scaled_by.as_deref(), Some("kubectl"));
}

#[test]
fn one_patch_scales_and_remembers() {
    let now = deployment("app", &json!({})).read().unwrap();
    assert_eq!(
        patch(&now, &json!("2"), 0),
        json!({"metadata": {"resourceVersion": "77", "annotations": {REMEMBERED: "2"}}, "spec": {"replicas": 0}})
    );
}
