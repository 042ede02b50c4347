//! Backup Jobs, the helper Pod and the application's workloads on a real cluster.

#![allow(clippy::unwrap_used, clippy::panic)]

mod wire;

use std::time::{Duration, Instant};

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config, ResourceExt};
use quetzal_db::cluster::{
    BackupCronJob, Cluster, Command, Database, JobError, JobEvent, JobHandle, Selector,
    WorkloadKind,
};
use serde_json::{Value, json};
use wire::cluster::{connect, options};

const SOON: Duration = Duration::from_mins(2);

/// A plain client beside ours, to look and to clean up.
async fn api<K>(cluster: &Cluster) -> Api<K>
where
    K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>,
{
    let kubeconfig = Kubeconfig::read_from(options().kubeconfig.unwrap()).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .unwrap();
    Api::namespaced(Client::try_from(config).unwrap(), cluster.namespace())
}

/// The demo's `CronJob` as the API has it, with this laid over the container of its Pod template.
async fn altered(cluster: &Cluster, container: Value) -> BackupCronJob {
    let found = cluster.cronjob(&Selector::default()).await.unwrap();
    let object: CronJob = api(cluster).await.get(&found.name).await.unwrap();
    let mut object = serde_json::to_value(&object).unwrap();
    let spec = "/spec/jobTemplate/spec";
    let target = object
        .pointer_mut(&format!("{spec}/template/spec/containers/0"))
        .unwrap();
    for (key, value) in container.as_object().unwrap() {
        target[key] = value.clone();
    }
    object.pointer_mut(spec).unwrap()["backoffLimit"] = json!(0);
    BackupCronJob::from(serde_json::from_value::<CronJob>(object).unwrap())
}

/// Runs a command in the demo's backup Pod instead of the backup.
async fn script(cluster: &Cluster, script: &str) -> BackupCronJob {
    altered(
        cluster,
        json!({"command": ["/bin/sh", "-c", script], "args": null}),
    )
    .await
}

async fn delete(cluster: &Cluster, job: &JobHandle) {
    api::<Job>(cluster)
        .await
        .delete(&job.name, &DeleteParams::background())
        .await
        .unwrap();
}

/// Follows a Job, deletes it, and gives its end and what was told.
async fn follow(
    cluster: &Cluster,
    cronjob: &BackupCronJob,
    timeout: Duration,
) -> (Result<Duration, JobError>, Vec<JobEvent>) {
    let job = cluster.start_backup(cronjob).await.unwrap();
    let mut events = Vec::new();
    let ended = cluster
        .follow(&job, timeout, |event| events.push(event))
        .await;
    delete(cluster, &job).await;
    let took = ended.map(|done| done.finished.duration_since(done.started).unsigned_abs());
    (took, events)
}

fn logged(events: &[JobEvent]) -> Vec<&str> {
    let lines = events.iter().filter_map(|event| match event {
        JobEvent::Log(line) => Some(line.as_str()),
        _ => None,
    });
    lines.collect()
}

#[tokio::test]
async fn a_job_is_followed_to_its_end_with_its_whole_log() {
    let cluster = connect().await;
    let cronjob = script(
        &cluster,
        "for i in 1 2 3 4 5; do echo line $i; sleep 0.7; done; printf 'the\\033[2J end'",
    )
    .await;
    let (ended, events) = follow(&cluster, &cronjob, SOON).await;
    assert!(ended.unwrap() >= Duration::from_secs(3));
    let expected = [
        "line 1",
        "line 2",
        "line 3",
        "line 4",
        "line 5",
        "the[2J end",
    ];
    assert_eq!(logged(&events), expected, "{events:?}");
    let JobEvent::Created(name) = &events[0] else {
        panic!("{events:?}");
    };
    assert!(name.starts_with(&format!("{}-manual-", cronjob.name)));
    let phases: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            JobEvent::Pod { phase, .. } => Some(phase.as_str()),
            _ => None,
        })
        .collect();
    assert!(phases.ends_with(&["Running", "Succeeded"]), "{phases:?}");
}

#[tokio::test]
async fn a_job_that_fails_tells_its_exit_code_and_log() {
    let cluster = connect().await;
    let cronjob = script(&cluster, "echo cannot reach the bucket >&2; exit 9").await;
    let (ended, events) = follow(&cluster, &cronjob, SOON).await;
    let error = ended.unwrap_err();
    assert!(!error.is_unknown());
    assert!(
        error
            .to_string()
            .contains("exited with code 9 (BackoffLimitExceeded"),
        "{error}"
    );
    assert_eq!(logged(&events), ["cannot reach the bucket"]);
}

#[tokio::test]
async fn a_pod_that_cannot_start_fails_early_with_the_event() {
    let cluster = connect().await;
    let start = Instant::now();
    let missing = json!({"image": "localhost/no-such-image:1", "imagePullPolicy": "IfNotPresent"});
    let (ended, _) = follow(&cluster, &altered(&cluster, missing).await, SOON).await;
    let error = ended.unwrap_err();
    assert!(
        matches!(error, JobError::Stuck { .. }) && !error.is_unknown(),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(
        text.contains("Image") && text.contains("localhost/no-such-image:1"),
        "{text}"
    );

    let huge = json!({"resources": {"requests": {"memory": "900Ti"}}});
    let (ended, _) = follow(&cluster, &altered(&cluster, huge).await, SOON).await;
    let text = ended.unwrap_err().to_string();
    assert!(
        text.contains("Unschedulable") && text.contains("Insufficient memory"),
        "{text}"
    );

    let secret = json!({"env": [{"name": "X", "valueFrom": {"secretKeyRef": {"name": "no-such", "key": "k"}}}]});
    let (ended, _) = follow(&cluster, &altered(&cluster, secret).await, SOON).await;
    let text = ended.unwrap_err().to_string();
    assert!(
        text.contains("CreateContainerConfigError") && text.contains("\"no-such\" not found"),
        "{text}"
    );
    assert!(
        start.elapsed() < Duration::from_secs(100),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_timeout_names_what_it_waited_for() {
    let cluster = connect().await;
    let cronjob = script(&cluster, "echo begun; sleep 600").await;
    let (ended, _) = follow(&cluster, &cronjob, Duration::from_secs(6)).await;
    let error = ended.unwrap_err();
    assert!(error.is_unknown());
    let text = error.to_string();
    assert!(
        text.contains("is not done after 6 s; it was waiting for pod/"),
        "{text}"
    );
}

#[tokio::test]
async fn a_job_that_is_deleted_is_gone() {
    let cluster = connect().await;
    let cronjob = script(&cluster, "echo begun; sleep 600").await;
    let job = cluster.start_backup(&cronjob).await.unwrap();
    let running = cluster.running_jobs(&cronjob.name).await.unwrap();
    assert!(running.contains(&job), "{running:?}");
    let early = cluster
        .wait_jobs_done(&cronjob.name, Duration::from_secs(2), |_| ())
        .await
        .unwrap_err();
    assert!(
        early.to_string().contains(&format!("job/{}", job.name)),
        "{early}"
    );
    let followed = cluster.follow(&job, SOON, |_| ());
    let deleted = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        delete(&cluster, &job).await;
    };
    let (ended, ()) = tokio::join!(followed, deleted);
    let error = ended.unwrap_err();
    assert!(
        matches!(&error, JobError::Gone { .. }) && error.is_unknown(),
        "{error:?}"
    );
}

#[tokio::test]
async fn numbers_never_collide_even_at_once() {
    let cluster = connect().await;
    let cronjob = script(&cluster, "true").await;
    let make = || cluster.start_backup(&cronjob);
    let (a, b, c, d) = tokio::join!(make(), make(), make(), make());
    let jobs = [a, b, c, d].map(Result::unwrap);
    let mut names: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 4, "{names:?}");
    for job in &jobs {
        delete(&cluster, job).await;
    }
}

#[tokio::test]
async fn the_helper_is_the_backup_pod_without_the_backup() {
    let cluster = connect().await;
    let cronjob = cluster.cronjob(&Selector::default()).await.unwrap();
    let before = cluster.database(&Selector::default()).await.unwrap();
    let helper = cluster.helper(&cronjob).await.unwrap();
    let name = helper.name().to_owned();
    let bucket = Command::script("echo \"$GCP_BACKUP_BUCKET\"", [""; 0]);
    let output = helper.container.output(&bucket).await.unwrap();
    assert_eq!(
        Some(String::from_utf8(output).unwrap().trim()),
        cronjob.bucket.as_deref()
    );
    let after: Database = cluster.database(&Selector::default()).await.unwrap();
    assert_eq!(before.pod, after.pod, "the helper is no database");
    helper.remove().await.unwrap();
    let pods: Api<Pod> = api(&cluster).await;
    let gone = async {
        while pods.get_opt(&name).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone)
        .await
        .unwrap();
}

/// A plugin that was killed gives no more signs, just as a helper that was dropped gets none.
#[tokio::test]
async fn a_helper_that_nobody_uses_ends_and_is_swept_and_one_in_use_stays() {
    let cluster = connect().await;
    let cronjob = cluster.cronjob(&Selector::default()).await.unwrap();
    let used = cluster.helper(&cronjob).await.unwrap();
    let dropped = cluster.helper(&cronjob).await.unwrap();
    let (left, used_name) = (dropped.name().to_owned(), used.name().to_owned());
    drop(dropped);
    let pods: Api<Pod> = api(&cluster).await;
    let phase = |pod: Option<Pod>| pod.and_then(|p| p.status?.phase);
    let ended = async {
        // Another test's helper may sweep it before it is seen to have ended.
        while phase(pods.get_opt(&left).await.unwrap()).is_some_and(|phase| phase == "Running") {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(170), ended)
        .await
        .unwrap();
    let next = cluster.helper(&cronjob).await.unwrap();
    let swept = async {
        while pods.get_opt(&left).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), swept)
        .await
        .unwrap();
    let output = Command::script("echo here", [""; 0]);
    assert_eq!(used.container.output(&output).await.unwrap(), b"here\n");
    assert_eq!(
        phase(pods.get_opt(&used_name).await.unwrap()).as_deref(),
        Some("Running")
    );
    used.remove().await.unwrap();
    next.remove().await.unwrap();
}

#[tokio::test]
async fn a_helper_that_cannot_start_is_removed() {
    let cluster = connect().await;
    let missing = json!({"image": "localhost/no-such-image:2", "imagePullPolicy": "IfNotPresent"});
    let cronjob = altered(&cluster, missing).await;
    let error = cluster.helper(&cronjob).await.unwrap_err();
    let JobError::Stuck { pod, why } = error else {
        panic!("{error:?}");
    };
    assert!(why.contains("localhost/no-such-image:2"), "{why}");
    let pods = api::<Pod>(&cluster)
        .await
        .list(&ListParams::default())
        .await
        .unwrap();
    let left = pods.items.iter().find(|p| p.name_any() == pod);
    assert!(
        left.is_none_or(|p| p.metadata.deletion_timestamp.is_some()),
        "{pod} stays"
    );
}

#[tokio::test]
async fn the_application_is_stopped_remembered_and_started() {
    let cluster = connect().await;
    let database = cluster.database(&Selector::default()).await.unwrap();
    let instance = database.instance.clone().unwrap();
    let list = async || cluster.workloads(&database, None).await.unwrap();
    let before = list().await;
    let shown: Vec<String> = before.iter().map(ToString::to_string).collect();
    assert!(
        shown.contains(&format!("deployment/{instance}-quetzal-app")),
        "{shown:?}"
    );
    assert!(!shown.iter().any(|name| name.ends_with("-db")), "{shown:?}");
    let app = before
        .iter()
        .find(|w| w.name.ends_with("-quetzal-worker"))
        .unwrap();
    assert_eq!((app.kind, app.remembered), (WorkloadKind::Deployment, None));
    assert!(app.replicas > 0);

    cluster.stop(app).await.unwrap();
    cluster.stop(app).await.unwrap();
    cluster.wait_gone(app, SOON).await.unwrap();
    let now = list().await;
    let stopped = now.iter().find(|w| w.name == app.name).unwrap();
    assert_eq!(
        (stopped.replicas, stopped.remembered),
        (0, Some(app.replicas))
    );

    cluster.start(stopped).await.unwrap();
    cluster.start(stopped).await.unwrap();
    cluster
        .wait_ready(std::slice::from_ref(app), SOON)
        .await
        .unwrap();
    let now = list().await;
    let started = now.iter().find(|w| w.name == app.name).unwrap();
    assert_eq!((started.replicas, started.remembered), (app.replicas, None));
    assert_eq!(started.ready, app.replicas);

    // Stopped, and the memory of it lost: the count that was read before the stop still counts.
    cluster.stop(app).await.unwrap();
    let forget = json!({"metadata": {"annotations": {"quetzal-db/replicas": null}}});
    let deployments = api::<Deployment>(&cluster).await;
    deployments
        .patch(&app.name, &PatchParams::default(), &Patch::Merge(forget))
        .await
        .unwrap();
    cluster.start(app).await.unwrap();
    let now = list().await;
    let started = now.iter().find(|w| w.name == app.name).unwrap();
    assert_eq!((started.replicas, started.remembered), (app.replicas, None));
    cluster
        .wait_ready(std::slice::from_ref(app), SOON)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_schedule_is_suspended_and_resumed() {
    let cluster = connect().await;
    let cronjob = cluster.cronjob(&Selector::default()).await.unwrap();
    let suspended = async || {
        cluster
            .cronjob(&Selector::default())
            .await
            .unwrap()
            .suspended
    };
    cluster.suspend(&cronjob.name, true).await.unwrap();
    assert!(suspended().await);
    cluster
        .suspend(&cronjob.name, cronjob.suspended)
        .await
        .unwrap();
    assert_eq!(suspended().await, cronjob.suspended);
    let error = cluster.suspend("no-such-cronjob", true).await.unwrap_err();
    assert!(
        matches!(&error, JobError::Api(e) if e.is_not_found()),
        "{error:?}"
    );
}
