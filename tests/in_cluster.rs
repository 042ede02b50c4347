//! `restore --in-cluster` on a real cluster: it needs neither the machine that asked for it, nor the Pod that began it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod support;

use std::sync::Once;

use support::demo::Demo;
use support::plugin::{Ended, Running};
use support::sample::Sample;
use support::state::{Facts, files, suspended};
use support::until;

/// The account that the demo makes for the plugin.
const ACCOUNT: &str = "quetzal-db-operator";
const TRANSFER: &str = "Copy the backup into the Pod ...";
static BACKUP: Once = Once::new();
const OURS: &str = "app.kubernetes.io/managed-by=kubectl-quetzal-db";

/// A sample of which the bucket's newest backup has all, and half of it deleted since.
struct Story {
    demo: Demo,
    sample: Sample,
    old: Facts,
}

fn image() -> String {
    std::env::var("QUETZAL_TEST_IMAGE").unwrap_or_else(|_| {
        panic!("QUETZAL_TEST_IMAGE is not set: `make cluster-test` sets it, and runs this test")
    })
}

fn arguments<'a>(image: &'a str, verb: &[&'a str]) -> Vec<&'a str> {
    let flags = [
        "--in-cluster",
        "--service-account",
        ACCOUNT,
        "--image",
        image,
    ];
    [verb, &flags].concat()
}

impl Story {
    fn new() -> Self {
        let demo = Demo::get();
        demo.clear();
        demo.admin.run(&["delete", "jobs", "--selector", OURS]);
        let sample = Sample::new(&demo);
        // The sample is the same each time, so one backup of it serves.
        BACKUP.call_once(|| drop(demo.plugin(&["backup"]).expect(0)));
        demo.psql(&sample.name, "DELETE FROM child WHERE id % 2 = 0");
        let old = Facts::of_surroundings(&demo);
        Self { demo, sample, old }
    }

    fn restore(&self, image: &str, flags: &[&str]) -> Vec<String> {
        let verb = ["restore", "latest", "--database", &self.sample.name];
        let all = [&arguments(image, &verb), flags].concat();
        all.into_iter().map(str::to_owned).collect()
    }

    fn start(&self) -> Running {
        let flags = ["--yes", "--no-safety-backup"];
        let args = self.restore(&image(), &flags);
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        support::plugin::start(&self.demo.kubeconfig, &args)
    }

    /// Its name, whether it has ended well, and how many Pods of it were lost.
    fn job(&self) -> (String, bool, u64) {
        let jobs = self.demo.admin.json(&["jobs", "--selector", OURS]);
        let jobs = jobs["items"].as_array().unwrap();
        assert_eq!(
            jobs.len(),
            1,
            "the Job that made the plan is gone: {jobs:?}"
        );
        let (name, status) = (&jobs[0]["metadata"]["name"], &jobs[0]["status"]);
        (
            name.as_str().unwrap().to_owned(),
            status["succeeded"] == 1,
            status["failed"].as_u64().unwrap_or(0),
        )
    }

    /// All new, and nothing left but the old database.
    fn assert_new(&self) {
        self.sample.assert_whole(&self.demo);
        let databases = self.demo.databases();
        let kept = databases.iter().filter(|d| d.contains("__before_")).count();
        assert_eq!(kept, 1, "{databases:?}");
        assert_eq!(files(&self.demo), Vec::<String>::new());
        assert!(!suspended(&self.demo));
        assert_eq!(self.demo.admin.run(&["get", "leases", "-o", "name"]), "");
    }
}

#[test]
fn it_goes_on_when_the_plugin_that_asked_for_it_is_killed() {
    let story = Story::new();
    let mut plugin = story.start();
    plugin.until_it_says(TRANSFER);
    plugin.kill();
    let (job, _, _) = story.job();
    let status = story.demo.plugin(&["status"]).expect(0);
    assert!(status.stdout.contains(&format!("in job/{job}")), "{status}");
    until("the Job ends", 60, || story.job().1);
    assert_eq!(story.job().2, 0, "its only Pod did it all");
    story.assert_new();
    story.demo.plugin(&["rollback", "--yes"]).expect(0);
    story.old.assert_same(&Facts::of_surroundings(&story.demo));
}

/// What the first Pod did is not done again, and the plugin tells of both as of one.
#[test]
fn it_goes_on_in_another_pod_when_its_own_is_deleted() {
    let story = Story::new();
    let mut plugin = story.start();
    plugin.until_it_says(TRANSFER);
    let pods = ["delete", "pods", "--selector", "quetzal-db/restore"];
    story.demo.admin.run(&pods);
    let done: Ended = plugin.wait().expect(0);
    assert_eq!(story.job().2, 1, "one Pod was lost\n{done}");
    let restored = format!("Restored {} from db_dump-", story.sample.name);
    assert!(done.stdout.starts_with(&restored), "{done}");
    story.assert_new();
}

/// The Job is stopped, and makes no Pod again that would restore what was rolled back.
#[test]
fn a_rollback_stops_it() {
    let story = Story::new();
    let mut plugin = story.start();
    plugin.until_it_says(TRANSFER);
    let (job, _, _) = story.job();
    let stopped = format!("job/{job} is at work on it, and will be stopped.");
    story
        .demo
        .plugin(&["rollback", "--yes"])
        .expect(0)
        .says(&stopped);
    plugin
        .wait()
        .expect(7)
        .says(&format!("error: job/{job} was deleted before it finished"));
    story.old.assert_same(&Facts::of_surroundings(&story.demo));
}

/// Refused in the cluster as it would be here, in the same words and with the same code; nothing stays of it.
#[test]
fn what_it_can_not_do_it_says_and_leaves_nothing() {
    let story = Story::new();
    let file = story
        .sample
        .write("whole.sql", story.sample.dump.as_bytes());
    let image = image();
    let run = |verb: &[&str]| story.demo.plugin(&arguments(&image, verb));
    let local = run(&["restore", &file, "-y"]).expect(2);
    assert_eq!(
        local.stderr,
        format!(
            "error: {file} is on this machine, where a job of the cluster can't read it\n\n\
             hint: leave --in-cluster out, or name one that the bucket has: kubectl quetzal-db list\n"
        )
    );
    run(&["restore", "latest", "--database", "no_such", "-y"])
        .expect(4)
        .says("error: the restore is refused\n  because ");
    run(&["resume"]).expect(4);
    let missing = story.restore("localhost/no-such-image:1", &["--dry-run"]);
    let missing: Vec<_> = missing.iter().map(String::as_str).collect();
    story.demo.plugin(&missing).expect(1).says("cannot start: ");
    until("the Pods are gone", 30, || {
        let left = ["get", "jobs,pods", "--selector", OURS, "-o", "name"];
        story.demo.admin.run(&left).is_empty()
    });
    story.old.assert_same(&Facts::of_surroundings(&story.demo));
}

/// The CronJob of the documentation, run once by hand: its account, its Role and its limits do for a drill.
#[test]
fn the_weekly_drill_of_the_documentation_passes() {
    let story = Story::new();
    let admin = &story.demo.admin;
    let published = concat!(
        "ghcr.io/quetz-al/kubectl-quetzal-db:v",
        env!("CARGO_PKG_VERSION")
    );
    let manifest = include_str!("../docs/weekly-drill.yaml");
    let manifest = support::dump::edit(manifest, published, &image());
    admin.run_bytes(&["apply", "-f", "-"], manifest.as_bytes());
    let by_hand = "--from=cronjob/quetzal-db-weekly-drill";
    admin.run(&["create", "job", by_hand, "drill-now"]);
    let ended = |kind: &str| {
        let condition = format!("--for=condition={kind}");
        let args = ["wait", &condition, "--timeout=0s", "job/drill-now"];
        admin.output(&args, b"").status.success()
    };
    until("the drill ends", 120, || {
        ended("Complete") || ended("Failed")
    });
    let log = admin.run(&["logs", "job/drill-now"]);
    let begin = log.rfind("\n{\n").unwrap_or_else(|| panic!("{log}"));
    let evidence: serde_json::Value = serde_json::from_str(&log[begin..]).unwrap();
    assert_eq!(evidence["verdict"], "passed", "{log}");
    let drilled = evidence["databases"].as_array().unwrap();
    let ours = drilled.iter().find(|d| d["name"] == *story.sample.name);
    // 2500 children and 50 parents
    assert_eq!(ours.unwrap()["rows"], 2550, "{log}");
    admin.run(&["delete", "job/drill-now", "cronjob/quetzal-db-weekly-drill"]);
    story.old.assert_same(&Facts::of_surroundings(&story.demo));
}

/// A drill in the cluster: its evidence is what a drill here gives.
#[test]
fn a_drill_gives_its_evidence_here() {
    let story = Story::new();
    let image = image();
    let verb = ["drill", "latest", "--database", &story.sample.name];
    let file = story.sample.folder().join("evidence.json");
    let flags = ["--evidence", file.to_str().unwrap(), "-o", "json"];
    let args = [&arguments(&image, &verb)[..], &flags].concat();
    let done = story.demo.plugin(&args).expect(0);
    let evidence = done.json();
    assert_eq!(evidence["verdict"], "passed", "{done}");
    assert_eq!(evidence["databases"][0]["rows"], 2550, "{done}");
    let written: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(written, evidence);
    story.old.assert_same(&Facts::of_surroundings(&story.demo));
}
