//! `backup` on a real cluster: the Job, its proof, and what it says when there is no backup.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may"
)]

#[path = "faults/proxy.rs"]
mod proxy;
mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::demo::{CRONJOB, Demo};
use support::dump::CLOSING_LINE;
use support::state::{files, helpers};
use support::until;

/// A bucket's object as the script names it.
fn is_backup_name(name: &str) -> bool {
    let digits = name
        .strip_prefix("db_dump-")
        .and_then(|n| n.strip_suffix(".bak.gz"));
    digits.is_some_and(|d| d.len() == 15 && d.bytes().all(|b| b.is_ascii_digit() || b == b'_'))
}

fn delete_job(demo: &Demo, name: &str) {
    demo.admin.run(&[
        "delete",
        "job",
        name,
        "--cascade=foreground",
        "--timeout=60s",
    ]);
}

/// A Job as the API server keeps it, without what differs between any two Jobs.
fn comparable(demo: &Demo, name: &str) -> Value {
    let job = demo.admin.json(&["job", name]);
    let uid = job["metadata"]["uid"].as_str().unwrap();
    let text = job.to_string().replace(uid, "UID").replace(name, "NAME");
    let job: Value = serde_json::from_str(&text).unwrap();
    let meta = &job["metadata"];
    json!({
        "labels": meta["labels"], "annotations": meta["annotations"],
        "ownerReferences": meta["ownerReferences"], "finalizers": meta["finalizers"], "spec": job["spec"],
    })
}

#[test]
fn the_job_is_what_kubectl_makes_under_the_next_free_name() {
    let demo = Demo::get();
    let by_kubectl = "e2e-by-kubectl";
    demo.admin.run(&[
        "create",
        "job",
        by_kubectl,
        &format!("--from=cronjob/{CRONJOB}"),
    ]);

    let jobs = demo.admin.run(&["get", "jobs", "-o", "name"]);
    let used = jobs
        .lines()
        .filter_map(|j| j.rsplit_once("-manual-")?.1.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    let names: Vec<_> = (1..=2)
        .map(|n| format!("{CRONJOB}-manual-{:03}", used + n))
        .collect();
    let first = demo.plugin(&["backup", "--no-wait"]).expect(0);
    assert_eq!(first.stdout, format!("job.batch/{}\n", names[0]));
    let second = demo
        .plugin(&["backup", "--no-wait", "-o", "json"])
        .expect(0);
    assert_eq!(second.json(), json!({"job": names[1]}));
    let mut difference = comparable(&demo, &names[0]);
    let expected = comparable(&demo, by_kubectl);
    assert_eq!(
        difference["annotations"]["cronjob.kubernetes.io/instantiate"],
        "manual"
    );
    assert_eq!(difference["ownerReferences"][0]["kind"], "CronJob");
    // kubectl asks the garbage collector to keep the owner until the Job is gone, which takes a permission on the
    // CronJob's finalizers that the plugin does not ask for.
    if expected["ownerReferences"][0]["blockOwnerDeletion"] == true {
        difference["ownerReferences"][0]["blockOwnerDeletion"] = true.into();
    }
    assert_eq!(difference, expected);

    // One number further on, whoever took it.
    let taken = format!("{CRONJOB}-manual-{:03}", used + 5);
    demo.admin.run(&[
        "create",
        "job",
        &taken,
        &format!("--from=cronjob/{CRONJOB}"),
    ]);
    let third = demo.plugin(&["backup", "--no-wait"]).expect(0);
    assert_eq!(
        third.stdout,
        format!("job.batch/{CRONJOB}-manual-{:03}\n", used + 6)
    );

    let last = third
        .stdout
        .trim()
        .strip_prefix("job.batch/")
        .unwrap()
        .to_owned();
    for name in names.iter().chain([&taken, &last, &by_kubectl.to_owned()]) {
        delete_job(&demo, name);
    }
}

#[test]
fn a_backup_is_followed_proved_listed_and_verified() {
    let demo = Demo::get();
    let done = demo
        .plugin(&["backup"])
        .expect(0)
        .says("| dumping to db_dump-")
        .says("| uploaded gs://quetzal-backups/db/");
    let name = done.stdout.trim_end();
    assert!(is_backup_name(name), "{name:?}");
    assert_eq!(
        done.stdout,
        format!("{name}\n"),
        "only the name is a result"
    );

    let listed = demo.plugin(&["list", "-o", "json"]).expect(0).json();
    let newest = &listed[0];
    assert_eq!(
        (newest["name"].as_str(), newest["url"].as_str()),
        (
            Some(name),
            Some(&*format!("gs://quetzal-backups/db/{name}"))
        )
    );
    assert!(newest["size"].as_u64().unwrap() > 100_000, "{newest}");
    let time: jiff::Timestamp = newest["time"].as_str().unwrap().parse().unwrap();
    assert!(
        jiff::Timestamp::now().duration_since(time).unsigned_abs() < Duration::from_mins(10),
        "{time}"
    );
    let times: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["time"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first: {times:?}");

    let text = demo.plugin(&["list"]).expect(0).stdout;
    let mut lines = text.lines();
    assert_eq!(
        lines.next().unwrap().split_whitespace().collect::<Vec<_>>(),
        ["NAME", "TIME", "SIZE", "AGE", "DRILLED", "NOTE"]
    );
    assert!(lines.next().unwrap().starts_with(name), "{text}");

    let verified = demo
        .plugin(&["verify", "latest", "-o", "json"])
        .expect(0)
        .json();
    assert_eq!(verified["backup"], *name);
    assert_eq!(verified["stored_bytes"], newest["size"]);
    assert_eq!(verified["compression"], "gzip");
    let without_ending = name.strip_suffix(".bak.gz").unwrap();
    let text = demo.plugin(&["verify", without_ending]).expect(0).stdout;
    assert!(
        text.starts_with(&format!(
            "{name} is a complete cluster dump of PostgreSQL 15"
        )),
        "{text}"
    );

    until("the helper Pods are gone", 20, || helpers(&demo).is_empty());
}

#[test]
fn an_unknown_backup_is_refused_with_the_nearest_name() {
    let demo = Demo::get();
    let listed = || demo.plugin(&["list", "-o", "json"]).expect(0).json();
    if listed().as_array().unwrap().is_empty() {
        demo.plugin(&["backup"]).expect(0);
    }
    let name = listed()[0]["name"].as_str().unwrap().to_owned();
    let mistyped = name.replace("db_dump", "db_dmup");
    for (verb, flags) in [
        ("verify", &[][..]),
        ("download", &[]),
        ("drill", &["--dry-run"]),
        ("restore", &["--dry-run"]),
    ] {
        let args = [&[verb, &mistyped][..], flags].concat();
        let refused = demo.plugin(&args).expect(4);
        let refused = refused.says(&format!(
            "there is no backup {mistyped:?} in gs://quetzal-backups/db/"
        ));
        let hint = format!("hint: did you mean: kubectl quetzal-db {verb} db_dump-");
        assert!(refused.says(&hint).stdout.is_empty());
    }
}

/// `pg_dump` is made to wait for a table, and ended there: the script's shell looks at gzip alone, uploads what there
/// is, and the Job succeeds.
#[test]
fn a_dump_cut_short_by_the_missing_pipefail_is_a_failed_backup() {
    let demo = Demo::get();
    demo.psql("unittests", "CREATE TABLE IF NOT EXISTS e2e_held (id int)");
    let mut holder = demo.session("unittests");
    holder.send("BEGIN; LOCK TABLE e2e_held IN ACCESS EXCLUSIVE MODE;\n");
    let held = "SELECT count(*) FROM pg_locks WHERE relation = 'e2e_held'::regclass AND granted AND mode = 'AccessExclusiveLock'";
    until("the table is locked", 20, || {
        demo.psql("unittests", held) == "1"
    });

    let mut backup = support::plugin::start(&demo.kubeconfig, &["backup", "--timeout", "5m"]);
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'unittests' AND application_name = 'pg_dump' AND wait_event_type = 'Lock'";
    until("pg_dump waits for the table", 120, || {
        assert!(
            !backup.has_ended(),
            "the backup ended before its dump was cut"
        );
        demo.psql("postgres", waiting) == "1"
    });
    let ended = demo.psql(
        "postgres",
        &waiting.replace("count(*)", "pg_terminate_backend(pid)"),
    );
    assert_eq!(ended, "t");
    drop(holder);

    let failed = backup.wait().expect(1).says("its backup is not complete");
    let failed =
        failed.says("is cut short: it does not end with the closing line of a cluster dump");
    let failed =
        failed.says("hint: see what it said: kubectl logs job/demo-quetzal-db-cron-manual-");
    assert_eq!(failed.stdout, "", "nothing is given out as a backup");

    // It is in the bucket all the same, and nothing takes it for a backup.
    let refused = demo.plugin(&["verify", "latest"]).expect(4);
    refused.says("is cut short: its closing line is missing");
    let before = demo.databases();
    let refused = demo.plugin(&["restore", "latest", "--yes"]).expect(4);
    refused.says("cut short");
    assert_eq!(demo.databases(), before);
    demo.psql("unittests", "DROP TABLE e2e_held");
}

/// A copy of the CronJob with another Pod.
fn other_cronjob(demo: &Demo, name: &str, change: impl FnOnce(&mut Value)) {
    let original = demo.admin.json(&["cronjob", CRONJOB]);
    let mut copy = json!({
        "apiVersion": "batch/v1", "kind": "CronJob",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/instance": "e2e"}}, "spec": original["spec"],
    });
    copy["spec"]["suspend"] = true.into();
    change(
        copy.pointer_mut("/spec/jobTemplate/spec/template/spec")
            .unwrap(),
    );
    demo.admin.apply(&copy);
}

/// An image that cannot be pulled, and a Pod that no node takes, at the same time: both end with the event that
/// explains it, well before their timeout.
#[test]
fn a_pod_that_cannot_start_fails_early_with_the_event() {
    let demo = Demo::get();
    other_cronjob(&demo, "e2e-no-image", |pod| {
        pod["containers"][0]["image"] = "localhost/no-such-image:1".into();
    });
    other_cronjob(&demo, "e2e-no-node", |pod| {
        pod["nodeSelector"] = json!({"quetzal.example/none": "here"});
    });
    let start = |cronjob: &str| {
        let args = ["backup", "--cronjob", cronjob, "--timeout", "20m"];
        support::plugin::start(&demo.kubeconfig, &args)
    };
    let (no_image, no_node) = (start("e2e-no-image"), start("e2e-no-node"));
    for (run, why) in [
        (no_image, "localhost/no-such-image:1"),
        (no_node, "node(s) didn't match Pod's node affinity/selector"),
    ] {
        let failed = run.wait().expect(1);
        assert!(failed.took < Duration::from_secs(90), "{failed}");
        assert_eq!(failed.stdout, "");
        failed.says("cannot start").says(why);
    }
    demo.admin
        .run(&["delete", "cronjob", "e2e-no-image", "e2e-no-node"]);
    until("no helper Pod is left", 30, || helpers(&demo).is_empty());
}

/// The helper Pod runs, the Job's does not: what follows the Job must see it.
#[test]
fn a_job_that_fails_is_a_failed_backup_with_its_log() {
    let demo = Demo::get();
    other_cronjob(&demo, "e2e-fails", |pod| {
        pod["containers"][0]["command"] = json!(["/bin/sh", "-c", "echo no luck today; exit 3"]);
    });
    let failed = demo
        .plugin(&["backup", "--cronjob", "e2e-fails", "--timeout", "5m"])
        .expect(1);
    let failed = failed
        .says("| no luck today")
        .says("job/e2e-fails-manual-001 failed: container backup exited with code 3 (BackoffLimitExceeded");
    assert_eq!(failed.stdout, "");
    demo.admin.run(&["delete", "cronjob", "e2e-fails"]);
}

#[test]
fn a_job_that_uploads_nothing_is_a_failed_backup() {
    let demo = Demo::get();
    other_cronjob(&demo, "e2e-nothing", |pod| {
        pod["containers"][0]["command"] = json!(["/bin/true"]);
    });
    let failed = demo
        .plugin(&["backup", "--cronjob", "e2e-nothing", "--timeout", "5m"])
        .expect(1);
    assert_eq!(failed.stdout, "");
    failed.says(
        "job/e2e-nothing-manual-001 ended well, but gs://quetzal-backups/db/ has no new backup",
    );
    demo.admin.run(&["delete", "cronjob", "e2e-nothing"]);
}

#[test]
fn a_timeout_is_told_as_unknown_and_leaves_the_job() {
    let demo = Demo::get();
    other_cronjob(&demo, "e2e-slow", |pod| {
        pod["containers"][0]["command"] = json!(["/bin/sleep", "300"]);
    });
    let unknown = demo
        .plugin(&["backup", "--cronjob", "e2e-slow", "--timeout", "3s"])
        .expect(7);
    assert_eq!(unknown.stdout, "");
    unknown.says("job/e2e-slow-manual-001 is not done after 3 s");
    assert_eq!(
        demo.admin.run(&[
            "get",
            "job",
            "e2e-slow-manual-001",
            "-o",
            "jsonpath={.status.failed}"
        ]),
        ""
    );
    demo.admin.run(&["delete", "cronjob", "e2e-slow"]);
}

#[test]
fn a_dump_into_a_file_is_complete_private_and_replaces_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    for (name, compression) in [
        ("whole.gz", "gzip"),
        ("whole.sql", "none"),
        ("whole.zst", "zstd"),
    ] {
        let path = folder.path().join(name);
        let argument = path.to_str().unwrap();
        let done = demo.plugin(&["backup", "--output", argument]).expect(0);
        assert_eq!(done.stdout, format!("{argument}\n"));
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name} holds password verifiers");
        let verified = demo
            .plugin(&["verify", argument, "-o", "json"])
            .expect(0)
            .json();
        assert_eq!(verified["compression"], compression);

        let content = std::fs::read(&path).unwrap();
        let refused = demo.plugin(&["backup", "--output", argument]).expect(4);
        refused.says(&format!("{argument} exists already"));
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
    let plain = std::fs::read_to_string(folder.path().join("whole.sql")).unwrap();
    assert!(
        plain
            .trim_end()
            .trim_end_matches('-')
            .trim_end()
            .ends_with(CLOSING_LINE)
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        3,
        "no temporary file stays"
    );
    assert_eq!(files(&demo), Vec::<String>::new());
}

/// Over a connection that breaks in the middle; what came before is not asked for again.
#[test]
fn a_download_is_the_object_and_goes_on_where_the_connection_broke() {
    let demo = Demo::get();
    let name = demo.plugin(&["backup"]).expect(0).stdout;
    let name = name.trim_end();
    let listed = demo.plugin(&["list", "-o", "json"]).expect(0).json();
    let size = listed[0]["size"].as_u64().unwrap();

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let file = path.to_str().unwrap();
    let server = demo.admin.run(&[
        "config",
        "view",
        "--minify",
        "-o",
        "jsonpath={.clusters[0].cluster.server}",
    ]);
    let address = server.strip_prefix("https://").unwrap();
    let host = address.rsplit_once(':').unwrap().0;
    let proxy = proxy::Proxy::start(address, size / 2);
    let url = proxy.url();
    let through = ["--server", &url, "--tls-server-name", host];
    let args = [&["download", name, file, "-o", "json"], &through[..]].concat();
    let done = demo.plugin(&args).expect(0).says("once more in 1 s");

    let content = std::fs::read(&path).unwrap();
    assert_eq!(content.len() as u64, size);
    let report = done.json();
    assert_eq!(
        (&report["backup"], &report["file"]),
        (&json!(name), &json!(file))
    );
    let verified = demo
        .plugin(&["verify", name, "-o", "json"])
        .expect(0)
        .json();
    for field in ["sha256", "stored_bytes", "compression"] {
        assert_eq!(report[field], verified[field], "{field}");
    }
    assert_eq!(
        demo.plugin(&["verify", file, "-o", "json"])
            .expect(0)
            .json()["sha256"],
        report["sha256"]
    );
    let passed = proxy.passed();
    assert!(passed < size + size / 2, "{passed} bytes for {size}");
    until("the helper Pods are gone", 20, || helpers(&demo).is_empty());
}
