//! The backup of what a restore is about to replace: made first, proved complete, and never taken for the latest.

use serde_json::{Value, json};

use crate::sample::Sample;
use crate::support::demo::{CRONJOB, Demo};
use crate::support::state::{Facts, helpers};
use crate::support::until;

#[test]
fn what_was_there_is_backed_up_first_and_comes_back_by_name() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let good = demo.plugin(&["backup"]).expect(0).stdout;
    let good = good.trim_end();
    demo.psql(
        &sample.name,
        "DELETE FROM child WHERE id % 2 = 0; UPDATE parent SET name = 'damaged'",
    );
    let damaged = Facts::of_databases(&demo, &[&sample.name]);
    let only = ["--yes", "--database", &sample.name];

    let done = demo.plugin(&[&["restore", "latest", "-o", "json"], &only[..]].concat());
    let done = done
        .expect(0)
        .says(&format!("Safety copy  through cronjob/{CRONJOB}"));
    sample.assert_whole(&demo);
    let safety = done.json()["safety_backup"].as_str().unwrap().to_owned();
    assert_ne!(safety, good);
    let id = done.json()["restore"].as_str().unwrap().to_owned();

    let status = demo.plugin(&["status", "-o", "json"]).expect(0).json();
    assert_eq!(status["restores"][0]["safety_backup"], *safety);
    demo.plugin(&["cleanup", "--yes"]).expect(0);
    is_marked(&demo, &safety, &id, good);

    let back = demo.plugin(
        &[
            &["restore", &safety, "--drop-old", "--no-safety-backup"],
            &only[..],
        ]
        .concat(),
    );
    let back = back
        .expect(0)
        .says("Safety copy  none (--no-safety-backup)")
        .says("there will be no way back");
    assert!(!back.stdout.contains("in the bucket"), "{back}");
    damaged.assert_same(&Facts::of_databases(&demo, &[&sample.name]));
    until("the helper Pods are gone", 20, || helpers(&demo).is_empty());
}

/// `list` tells it from the others, and `latest` means the good one.
fn is_marked(demo: &Demo, safety: &str, id: &str, good: &str) {
    let listed = demo.plugin(&["list", "-o", "json"]).expect(0).json();
    let marks: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|o| (o["name"].as_str().unwrap(), &o["safety_copy"]))
        .take(2)
        .collect();
    assert_eq!(marks, [(safety, &json!(id)), (good, &Value::Null)]);
    let text = demo.plugin(&["list"]).expect(0).stdout;
    let line = text.lines().find(|l| l.starts_with(safety)).unwrap();
    assert!(
        line.ends_with(&format!("safety copy, from before restore {id}")),
        "{text}"
    );
    let latest = demo
        .plugin(&["verify", "latest", "-o", "json"])
        .expect(0)
        .says(&format!(
            "Skipping {safety}: a safety copy, of what was there before restore {id}."
        ));
    assert_eq!(latest.json()["backup"], *good);
}

/// A copy of the CronJob that runs another script.
fn other_cronjob(demo: &Demo, name: &str, script: &str) {
    let original = demo.admin.json(&["cronjob", CRONJOB]);
    let mut copy = json!({
        "apiVersion": "batch/v1", "kind": "CronJob",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/instance": "e2e"}}, "spec": original["spec"],
    });
    let container = "/spec/jobTemplate/spec/template/spec/containers/0/command";
    *copy.pointer_mut(container).unwrap() = json!(["/bin/sh", "-c", script]);
    demo.admin.apply(&copy);
}

fn is_suspended(demo: &Demo, cronjob: &str) -> bool {
    demo.admin.json(&["cronjob", cronjob])["spec"]["suspend"] == true
}

#[test]
fn a_safety_backup_that_is_not_proved_stops_the_restore() {
    let demo = crate::demo();
    demo.until_healthy();
    let sample = Sample::new(&demo);
    let file = sample.write("whole.sql", sample.dump.as_bytes());
    let cut = "FILE=db_dump-e2e_cut_$(date +%s).bak.gz; echo 'SELECT 1;' | gzip >$FILE
        gsutil -q cp $FILE ${GCP_BACKUP_BUCKET}/db/";
    let cases = [
        (
            "echo no luck today; exit 3",
            "container backup exited with code 3",
        ),
        ("exit 0", "has no new backup"),
        (cut, "its backup is not complete"),
    ];
    let before = Facts::of_surroundings(&demo);
    let name = "e2e-safety";
    for (script, reason) in cases {
        other_cronjob(&demo, name, script);
        let args = ["restore", &file, "--yes", "--cronjob", name];
        let failed = demo.plugin(&args).expect(5);
        assert_eq!(failed.stdout, "");
        failed
            .says("failed at \"Prove the safety backup complete\" and was rolled back")
            .says(reason)
            .says("restore with --no-safety-backup")
            .never_says("Create missing roles");
        assert!(!is_suspended(&demo, name), "{script}");
        until("no helper Pod is left", 20, || helpers(&demo).is_empty());
        before.assert_same(&Facts::of_surroundings(&demo));
        demo.admin.run(&["delete", "cronjob", name]);
    }
    sample.assert_whole(&demo);
    // The cut one is the newest of the bucket: `latest` passes over it.
    let listed = demo.plugin(&["list", "-o", "json"]).expect(0).json();
    assert!(
        listed[0]["name"]
            .as_str()
            .unwrap()
            .starts_with("db_dump-e2e_cut_"),
        "{listed}"
    );
    assert!(listed[0]["safety_copy"].is_string(), "{listed}");
}

/// Ctrl-C while the Job works, then back: the Job is ended before anything else goes on.
#[test]
fn a_safety_backup_under_way_ends_with_the_rollback() {
    let demo = crate::demo();
    demo.until_healthy();
    let sample = Sample::new(&demo);
    let file = sample.write("whole.sql", sample.dump.as_bytes());
    let name = "e2e-safety-slow";
    other_cronjob(&demo, name, "echo at work; exec sleep 600");
    let before = Facts::of_surroundings(&demo);
    let args = ["restore", &file, "--yes", "--cronjob", name];
    let mut restore = crate::support::plugin::start(&demo.kubeconfig, &args);
    restore.until_it_says("| at work");
    restore.interrupt();
    restore
        .wait()
        .expect(3)
        .says("the restore was interrupted at \"Prove the safety backup complete\"");
    let pods = || {
        let pods = demo.admin.run(&["get", "pods", "-o", "name"]);
        pods.lines().any(|p| p.contains(&format!("{name}-safety-")))
    };
    assert!(pods(), "the Job goes on");
    let args = ["rollback", "--yes", "--cronjob", name];
    demo.plugin(&args).expect(0);
    assert!(!pods(), "nothing of it reads the databases any more");
    assert!(!is_suspended(&demo, name));
    until("no helper Pod is left", 20, || helpers(&demo).is_empty());
    before.assert_same(&Facts::of_surroundings(&demo));
    demo.admin.run(&["delete", "cronjob", name]);
    sample.assert_whole(&demo);
}

#[test]
fn without_a_cronjob_it_is_refused_unless_no_safety_backup_is_wanted() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let file = sample.write("whole.sql", sample.dump.as_bytes());
    let before = Facts::of_surroundings(&demo);
    let args = ["restore", &file, "--yes", "--cronjob", "nosuch"];
    let refused = demo.plugin(&args).expect(4);
    assert_eq!(refused.stdout, "");
    refused
        .says("no backup CronJob was found that could back up the live databases first")
        .says("kubectl quetzal-db backup --output FILE, then restore with --no-safety-backup");
    before.assert_same(&Facts::of_surroundings(&demo));
    demo.psql(&sample.name, "DELETE FROM child");
    let without = [&args[..], &["--no-safety-backup", "--drop-old"]].concat();
    demo.plugin(&without).expect(0);
    sample.assert_whole(&demo);
}
