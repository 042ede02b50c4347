//! Tests of `jobs`.

use super::*;
use serde_json::{Value, json};

#[test]
fn the_next_number_follows_the_highest() {
    let names = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let cases: [(&[&str], &str); 4] = [
        (&[], "db-cron-manual-001"),
        (
            &[
                "db-cron-manual-001",
                "db-cron-manual-007",
                "other-manual-050",
            ],
            "db-cron-manual-008",
        ),
        (
            &["db-cron-manual-999", "db-cron-manual-x", "db-cron-29000000"],
            "db-cron-manual-1000",
        ),
        (&["db-cron-manual-007-abc"], "db-cron-manual-001"),
    ];
    for (existing, expected) in cases {
        let number = next_number("db-cron", &names(existing));
        assert_eq!(job_name("db-cron", number), expected);
    }
}

#[test]
fn a_name_is_never_longer_than_kubernetes_allows() {
    let longest = "a".repeat(52);
    assert_eq!(job_name(&longest, 1).len(), 63);
    assert_eq!(job_name(&longest, 1000).len(), 63);
    let dashed = format!("{}-b", "a".repeat(50));
    assert_eq!(
        job_name(&dashed, 1000),
        format!("{}-manual-1000", "a".repeat(50))
    );
}

#[test]
fn the_job_is_what_kubectl_makes() {
    let cronjob: CronJob = serde_json::from_value(json!({
        "metadata": {"name": "cron", "namespace": "dev", "uid": "u-1", "labels": {"not": "copied"}},
        "spec": {"schedule": "@daily", "jobTemplate": {
            "metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}},
            "spec": {"backoffLimit": 2, "template": {"spec": {"containers": [{"name": "x"}]}}}}}}))
    .unwrap();
    let job = job_from(&cronjob, "cron-manual-001").unwrap();
    let expected = json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": "cron-manual-001",
            "namespace": "dev",
            "labels": {"a": "b"},
            "annotations": {"c": "d", "cronjob.kubernetes.io/instantiate": "manual"},
            "ownerReferences": [{"apiVersion": "batch/v1", "kind": "CronJob", "name": "cron",
                "uid": "u-1", "controller": true}],
        },
        "spec": {"backoffLimit": 2, "template": {"spec": {"containers": [{"name": "x"}]}}},
    });
    assert_eq!(serde_json::to_value(&job).unwrap(), expected);
}

#[test]
fn a_job_ends_by_its_conditions() {
    let job = |status: Value| -> Job {
        serde_json::from_value(json!({"metadata": {"name": "j"}, "status": status})).unwrap()
    };
    assert_eq!(outcome(&job(json!({"active": 1}))), None);
    let done = json!({"startTime": "2026-01-01T00:00:00Z", "completionTime": "2026-01-01T00:01:00Z",
        "conditions": [{"type": "SuccessCriteriaMet", "status": "True"}, {"type": "Complete", "status": "True"}]});
    let finished = outcome(&job(done)).unwrap().unwrap();
    assert_eq!(
        finished.finished.duration_since(finished.started).as_secs(),
        60
    );
    let failed = json!({"conditions": [{"type": "Failed", "status": "True",
        "reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit"}]});
    assert_eq!(
        outcome(&job(failed)).unwrap().unwrap_err(),
        "BackoffLimitExceeded: Job has reached the specified backoff limit"
    );
}
