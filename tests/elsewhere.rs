//! Another deployment than the demo's: a StatefulSet of two containers, labels and names of its own, an application
//! without autoscalers, and backups on a volume that `find` and `cat` reach.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod support;

use serde_json::{Value, json};
use support::scratch::Scratch;

const SLEEPER: &str = "localhost/quetzal-app:1";
const SERVER: &str = "localhost/quetzal-db:15";

/// As somebody would write it; the key file's content does not matter, that it is there does.
const SETTINGS: &str = r#"
contexts:
  scratch:
    selector: app=shop-data
    app-selector: app=shop-front
    cronjob: nightly
    bucket: /backups
    bucket-commands:
      auth: [test, -s, /key/key]
      list: [find, "{folder}", -maxdepth, "1", -name, "*.gz", -printf, '%f\t%s\t%T@\n']
      list-format: tsv
      fetch: [cat, --, "{url}"]
    jobs: 2
"#;

/// Written under another name first: what has its name is complete. `pipefail` is bash's.
const BACKUP: &str = r#"set -euo pipefail
name=shop-$(date -u +%Y-%m-%dT%H-%M-%S).sql.gz
pg_dumpall -h shop-pg -U boss | gzip >/backups/partial
mv /backups/partial "/backups/$name"
"#;

fn container(name: &str, image: &str, command: &Value) -> Value {
    let mut container = json!({"name": name, "image": image, "imagePullPolicy": "IfNotPresent"});
    if !command.is_null() {
        container["command"] = command.clone();
    }
    container
}

fn sleeper(name: &str) -> Value {
    container(name, SLEEPER, &json!(["sleep", "3600"]))
}

fn claim(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    })
}

/// `kind` that runs Pods of these containers, all with the label `app`.
fn workload(kind: &str, name: &str, app: &str, containers: &Value) -> Value {
    let labels = json!({"app": app, "part": name});
    let mut object = json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "labels": labels},
        "spec": {
            "selector": {"matchLabels": {"part": name}},
            "template": {"metadata": {"labels": labels}, "spec": {
                "terminationGracePeriodSeconds": 1, "automountServiceAccountToken": false, "enableServiceLinks": false,
                "containers": containers}},
        },
    });
    if kind == "StatefulSet" {
        object["spec"]["serviceName"] = name.into();
    }
    object
}

fn database() -> Value {
    let mut server = container("pg", SERVER, &Value::Null);
    server["env"] = json!([
        {"name": "POSTGRES_USER", "value": "boss"}, {"name": "POSTGRES_PASSWORD", "value": "no secret"},
        {"name": "PGDATA", "value": "/data/main"},
    ]);
    server["volumeMounts"] = json!([{"name": "data", "mountPath": "/data"}]);
    server["readinessProbe"] = json!({"exec": {"command": ["pg_isready", "-q", "-h", "127.0.0.1"]}, "periodSeconds": 1, "timeoutSeconds": 5});
    let mut set = workload(
        "StatefulSet",
        "shop-pg",
        "shop-data",
        &json!([sleeper("metrics"), server]),
    );
    // Some provisioners make a directory that only root may enter; the server runs as postgres.
    let mut open = container("open", SERVER, &json!(["chmod", "a+rx", "/data"]));
    open["volumeMounts"] = json!([{"name": "data", "mountPath": "/data"}]);
    set["spec"]["template"]["spec"]["initContainers"] = json!([open]);
    set["spec"]["volumeClaimTemplates"] = json!([claim("data")]);
    set
}

/// The first container of its Pods is not the one with the backups, and ends at once.
fn cronjob() -> Value {
    let first = container("notify", SLEEPER, &json!(["true"]));
    let mut dump = container("dump", SERVER, &json!(["bash", "-c", BACKUP]));
    dump["env"] = json!([{"name": "PGPASSWORD", "value": "no secret"}]);
    dump["volumeMounts"] = json!([
        {"name": "backups", "mountPath": "/backups"}, {"name": "key", "mountPath": "/key"},
    ]);
    json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly", "labels": {"app": "shop-jobs"}},
        "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"backoffLimit": 0, "template": {
            "metadata": {"annotations": {"kubectl.kubernetes.io/default-container": "dump"}},
            "spec": {
                "restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "automountServiceAccountToken": false,
                "containers": [first, dump],
                "volumes": [
                    {"name": "backups", "persistentVolumeClaim": {"claimName": "backups"}},
                    {"name": "key", "configMap": {"name": "key"}},
                ]}}}}},
    })
}

fn deploy(scratch: &Scratch) {
    let admin = &scratch.admin;
    admin.apply(&claim("backups"));
    admin.apply(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "key"}, "data": {"key": "k"}}));
    admin.apply(&json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "shop-pg"},
        "spec": {"selector": {"part": "shop-pg"}, "ports": [{"port": 5432}]},
    }));
    admin.apply(&database());
    admin.apply(&cronjob());
    for (kind, name) in [("Deployment", "shop-web"), ("StatefulSet", "shop-queue")] {
        let containers = json!([sleeper("main")]);
        admin.apply(&workload(kind, name, "shop-front", &containers));
    }
    // Another release of the same application, which nothing here may touch.
    let other = json!([sleeper("main")]);
    admin.apply(&workload("Deployment", "wiki-web", "wiki-front", &other));
    for name in [
        "statefulset/shop-pg",
        "statefulset/shop-queue",
        "deployment/shop-web",
        "deployment/wiki-web",
    ] {
        admin.run(&["rollout", "status", name, "--timeout=120s"]);
    }
}

fn psql(scratch: &Scratch, database: &str, sql: &str) -> String {
    let exec = ["exec", "shop-pg-0", "-c", "pg", "--"];
    let psql = [
        "psql",
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
        "-U",
        "boss",
        "-d",
        database,
        "-c",
        sql,
    ];
    scratch.admin.run(&[&exec[..], &psql].concat())
}

/// Uids of the Pods with that label, sorted.
fn pods(scratch: &Scratch, app: &str) -> Vec<String> {
    let list = scratch.admin.json(&["pods", "-l", &format!("app={app}")]);
    let items = list["items"].as_array().unwrap().iter();
    let mut uids: Vec<_> = items
        .map(|pod| pod["metadata"]["uid"].as_str().unwrap().to_owned())
        .collect();
    uids.sort();
    uids
}

#[test]
fn a_stateful_set_is_backed_up_and_restored_through_configured_commands() {
    let scratch = Scratch::new("elsewhere");
    deploy(&scratch);
    let settings = scratch.file("config.yaml");
    std::fs::write(&settings, SETTINGS).unwrap();
    let plugin = |args: &[&str]| {
        // Behind the command, and before what stands behind `--`.
        let (verb, rest) = args.split_at(1);
        scratch.plugin(&[verb, &["--config", &settings], rest].concat())
    };
    let listed = || -> Vec<String> {
        let list = plugin(&["list", "-o", "json"]).expect(0).json();
        let list = list.as_array().unwrap().iter();
        list.map(|b| b["name"].as_str().unwrap().to_owned())
            .collect()
    };

    psql(&scratch, "postgres", "CREATE DATABASE shop");
    psql(
        &scratch,
        "shop",
        "CREATE TABLE sold AS SELECT n, md5(n::text) AS what FROM generate_series(1, 1000) AS n",
    );
    let backup = plugin(&["backup"]).expect(0).stdout.trim().to_owned();
    assert!(
        backup.starts_with("shop-20") && backup.ends_with(".sql.gz"),
        "{backup}"
    );
    assert_eq!(listed(), [backup.as_str()]);

    without_credentials_nothing_is_asked(&scratch, &settings);
    let mistyped = backup.replace("shop", "shpo");
    plugin(&["verify", &mistyped])
        .expect(4)
        .says(&format!("did you mean: kubectl quetzal-db verify {backup}"));

    psql(&scratch, "shop", "DELETE FROM sold WHERE n > 10");
    let (front, other) = (pods(&scratch, "shop-front"), pods(&scratch, "wiki-front"));
    plugin(&["verify", "latest"]).expect(0);
    let shown = plugin(&["restore", "latest", "--dry-run"]).expect(0).stdout;
    for line in [
        "Release     shop-pg",
        "deployment/shop-web (1 replica), for the swap only",
        "statefulset/shop-queue (1 replica), for the swap only",
        "2 sessions",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert!(!shown.contains("wiki"), "{shown}");
    assert_eq!(psql(&scratch, "shop", "SELECT count(*) FROM sold"), "10");
    assert_eq!(
        pods(&scratch, "shop-front"),
        front,
        "a dry run stops nothing"
    );

    plugin(&["restore", "latest", "--yes"]).expect(0);
    assert_eq!(psql(&scratch, "shop", "SELECT count(*) FROM sold"), "1000");
    assert_eq!(listed().len(), 2, "the backup, and the safety copy");
    let after = pods(&scratch, "shop-front");
    assert!(
        after.len() == 2 && after.iter().all(|uid| !front.contains(uid)),
        "{after:?}"
    );
    assert_eq!(pods(&scratch, "wiki-front"), other);

    go_back_without_the_settings(&scratch);
    odd_names_stay_names(&scratch, &backup, &plugin);
}

/// The command that gets them is run before each of the others.
fn without_credentials_nothing_is_asked(scratch: &Scratch, settings: &str) {
    let denied = scratch.file("denied.yaml");
    let text = std::fs::read_to_string(settings).unwrap();
    std::fs::write(&denied, text.replace("/key/key", "/key/gone")).unwrap();
    scratch
        .plugin(&["list", "--config", &denied])
        .expect(1)
        .says("cannot list /backups/")
        .says("failed with exit code 1");
}

/// What the restore stopped is known from its record, whatever labels it has.
fn go_back_without_the_settings(scratch: &Scratch) {
    let front = pods(scratch, "shop-front");
    let flags = ["-l", "app=shop-data", "--cronjob", "nightly"];
    scratch
        .plugin(&[&["rollback", "--yes"][..], &flags].concat())
        .expect(0);
    assert_eq!(psql(scratch, "shop", "SELECT count(*) FROM sold"), "10");
    let after = pods(scratch, "shop-front");
    assert!(after.iter().all(|uid| !front.contains(uid)), "{after:?}");
}

/// Neither a shell nor an option parser sees what is in a name.
fn odd_names_stay_names(
    scratch: &Scratch,
    backup: &str,
    plugin: &impl Fn(&[&str]) -> support::plugin::Ended,
) {
    const ODD: &str = "$(touch pwned); 'it`s' \"odd\".gz";
    let volume = json!([{"name": "backups", "persistentVolumeClaim": {"claimName": "backups"}}]);
    let mut copier = container(
        "main",
        SERVER,
        &json!([
            "sh",
            "-c",
            "cd /backups; cp \"$0\" \"./$1\"; cp \"$0\" \"./$2\"",
            backup,
            ODD,
            "-rf.gz"
        ]),
    );
    copier["volumeMounts"] = json!([{"name": "backups", "mountPath": "/backups"}]);
    scratch.admin.apply(&json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "copier"},
        "spec": {"restartPolicy": "Never", "containers": [copier], "volumes": volume},
    }));
    scratch.wait_for("copier", "jsonpath={.status.phase}=Succeeded");
    plugin(&["verify", ODD]).expect(0);
    plugin(&["verify", "-q", "--", "-rf.gz"]).expect(0);
}
