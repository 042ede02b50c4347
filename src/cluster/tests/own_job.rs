//! The Job of this program, as it is asked for.

use serde_json::{Value, json};

use super::*;

fn job(restore: Option<&str>) -> Value {
    let job = object(&OwnJob {
        name: "quetzal-db-restore-4074f58b".into(),
        instance: Some("demo".into()),
        restore: restore.map(str::to_owned),
        image: "plugin:1".into(),
        service_account: "quetzal-db".into(),
        user: "$(HOME)".into(),
        arguments: vec!["resume".into(), "--id=4074f58b".into()],
    });
    serde_json::to_value(job).unwrap()
}

#[test]
fn the_pod_has_no_rights_on_its_node_and_the_words_as_they_are() {
    let job = job(Some("4074f58b"));
    let pod = &job["spec"]["template"];
    assert_eq!(
        pod["metadata"]["labels"],
        json!({"app.kubernetes.io/managed-by": "kubectl-quetzal-db", "quetzal-db/restore": "4074f58b"})
    );
    assert_eq!(
        pod["spec"],
        json!({
            "serviceAccountName": "quetzal-db",
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 60,
            "enableServiceLinks": false,
            "securityContext": {"runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532,
                "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{
                "name": "plugin", "image": "plugin:1", "args": ["resume", "--id=4074f58b"],
                "env": [{"name": "USER", "value": "$$(HOME)"}],
                "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
                "securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                    "capabilities": {"drop": ["ALL"]}},
            }],
        })
    );
    assert_eq!(
        job["metadata"]["labels"]["app.kubernetes.io/instance"],
        "demo"
    );
}

#[test]
fn a_lost_pod_is_followed_by_another_only_where_there_is_a_journal() {
    let with = &job(Some("4074f58b"))["spec"];
    assert_eq!(
        (&with["backoffLimit"], &with["ttlSecondsAfterFinished"]),
        (&json!(4), &json!(604_800))
    );
    assert_eq!(
        with["podFailurePolicy"]["rules"],
        json!([
            {"action": "FailJob", "onExitCodes":
                {"containerName": "plugin", "operator": "In", "values": [1, 2, 4, 5, 6, 7]}},
            {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
        ])
    );
    let without = &job(None)["spec"];
    assert_eq!(
        (
            &without["backoffLimit"],
            &without["ttlSecondsAfterFinished"]
        ),
        (&json!(0), &json!(600))
    );
}

#[test]
fn the_code_is_the_containers_own() {
    let pod = |statuses: Value| -> Pod {
        serde_json::from_value(json!({"metadata": {}, "status": {"containerStatuses": statuses}}))
            .unwrap()
    };
    let status = |name: &str, state: Value| json!({"name": name, "image": "i", "imageID": "", "ready": false, "restartCount": 0, "state": state});
    let ended = |code: i32| json!({"terminated": {"exitCode": code}});
    assert_eq!(
        exit_code(&pod(json!([
            status("mesh", ended(0)),
            status("plugin", ended(5))
        ]))),
        Some(5)
    );
    assert_eq!(
        exit_code(&pod(json!([status("plugin", json!({"running": {}}))]))),
        None
    );
    assert_eq!(exit_code(&pod(json!([]))), None);
}
