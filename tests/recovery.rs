//! The way on and the way back, on a real cluster: after the plugin was killed, and after a restore that ended well.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod support;

use support::demo::Demo;
use support::sample::Sample;
use support::state::{Facts, files, suspended};

const SAFETY: &str = "Prove the safety backup complete ...";
const LOAD: &str = "Load beside the live databases ...";
const SWAP: &str = "Swap the databases ...";
const START: &str = "Start the application ...";

/// A sample with a dump of what it was, and damage done since: to its rows and to a role.
struct Story {
    demo: Demo,
    sample: Sample,
    file: String,
    /// Everything as it is after the damage.
    old: Facts,
}

impl Story {
    fn new() -> Self {
        let demo = Demo::get();
        demo.clear();
        let sample = Sample::new(&demo);
        let file = sample.write("whole.sql", sample.dump.as_bytes());
        demo.psql(&sample.name, "DELETE FROM child WHERE id % 2 = 0");
        demo.psql("postgres", "ALTER ROLE quetzal_auditor CREATEDB");
        let old = Facts::of_surroundings(&demo);
        Self {
            demo,
            sample,
            file,
            old,
        }
    }

    /// Starts the restore, and kills the plugin when it says this.
    fn killed_at(moment: &str) -> Self {
        Self::killed(moment, &["--no-safety-backup"])
    }

    fn killed(moment: &str, options: &[&str]) -> Self {
        let story = Self::new();
        let args = [&["restore", &story.file, "--yes"], options].concat();
        let mut restore = support::plugin::start(&story.demo.kubeconfig, &args);
        restore.until_it_says(moment);
        let killed = restore.kill();
        assert_eq!(killed.code, None, "it was killed\n{killed}");
        story
    }

    /// The plugin's helper Pod would end by itself in two minutes: a test of its own waits for that.
    fn killed_beside_the_safety_backup() -> Self {
        let story = Self::killed(SAFETY, &[]);
        let helpers = "app.kubernetes.io/managed-by=kubectl-quetzal-db";
        let args = ["delete", "pods", "--selector", helpers, "--now"];
        story.demo.admin.run(&args);
        story
    }

    fn creates_databases(&self) -> String {
        let sql = "SELECT rolcreatedb FROM pg_roles WHERE rolname = 'quetzal_auditor'";
        self.demo.psql("postgres", sql)
    }

    fn documents(&self) -> String {
        let own = "app.kubernetes.io/managed-by=kubectl-quetzal-db";
        let args = ["get", "configmaps,leases", "--selector", own, "-o", "name"];
        let found = self.demo.admin.run(&args);
        // A safety copy stays known as what it is.
        let ours = found.lines().filter(|l| !l.ends_with("-safety-copies"));
        ours.collect::<Vec<_>>().join("\n")
    }

    fn leases(&self) -> String {
        self.demo.admin.run(&["get", "leases", "-o", "name"])
    }

    /// All new, with the old database kept, the application running, and nothing else left.
    fn assert_new(&self) {
        self.sample.assert_whole(&self.demo);
        assert_eq!(self.creates_databases(), "f");
        let databases = self.demo.databases();
        assert!(
            !databases.iter().any(|d| d.contains("__restore_")),
            "{databases:?}"
        );
        let kept = databases.iter().filter(|d| d.contains("__before_")).count();
        assert_eq!(kept, 1, "{databases:?}");
        self.assert_quiet();
    }

    /// All old, to the last oid, and nothing left.
    fn assert_old(&self) {
        self.old.assert_same(&Facts::of_surroundings(&self.demo));
        assert_eq!(self.creates_databases(), "t");
        assert_eq!(self.documents(), "", "the journal is gone");
        self.assert_quiet();
    }

    fn assert_quiet(&self) {
        assert_eq!(files(&self.demo), Vec::<String>::new());
        assert!(!suspended(&self.demo));
        assert_eq!(self.leases(), "");
        self.demo.until_healthy();
        for name in ["demo-quetzal-app", "demo-quetzal-worker"] {
            assert_eq!(self.demo.replicas(name).0, 1, "{name}");
        }
    }

    /// Goes on, then removes what was kept.
    fn resume(&self) {
        self.demo.plugin(&["resume", "-o", "json"]).expect(0);
        self.assert_new();
        self.demo
            .plugin(&["cleanup", "--yes", "-o", "json"])
            .expect(0);
        let databases = self.demo.databases();
        assert!(!databases.iter().any(|d| d.contains("__")), "{databases:?}");
        self.sample.assert_whole(&self.demo);
        assert_eq!(self.documents(), "");
        self.end();
    }

    fn roll_back(&self) {
        self.demo
            .plugin(&["rollback", "--yes", "-o", "json"])
            .expect(0);
        self.assert_old();
        self.end();
    }

    fn end(&self) {
        self.demo
            .psql("postgres", "ALTER ROLE quetzal_auditor NOCREATEDB");
    }
}

#[test]
fn killed_during_the_load_it_goes_on() {
    Story::killed_at(LOAD).resume();
}

#[test]
fn killed_during_the_load_it_goes_back() {
    Story::killed_at(LOAD).roll_back();
}

#[test]
fn killed_beside_the_safety_backup_it_goes_on_with_the_same_one() {
    let story = Story::killed_beside_the_safety_backup();
    let jobs = || {
        let jobs = story.demo.admin.run(&["get", "jobs", "-o", "name"]);
        jobs.lines().filter(|j| j.contains("-safety-")).count()
    };
    let before = jobs();
    story.demo.plugin(&["resume"]).expect(0);
    story.assert_new();
    assert_eq!(jobs(), before);
    story.roll_back();
}

#[test]
fn killed_beside_the_safety_backup_it_goes_back() {
    Story::killed_beside_the_safety_backup().roll_back();
}

#[test]
fn killed_at_the_swap_it_goes_on() {
    Story::killed_at(SWAP).resume();
}

#[test]
fn killed_at_the_swap_it_goes_back() {
    Story::killed_at(SWAP).roll_back();
}

#[test]
fn killed_while_the_application_starts_it_goes_on() {
    Story::killed_at(START).resume();
}

#[test]
fn killed_while_the_application_starts_it_goes_back() {
    Story::killed_at(START).roll_back();
}

/// One operation at a time; and the one that ended well can be taken back.
#[test]
fn a_second_restore_waits_for_nobody_and_the_first_can_be_taken_back() {
    let story = Story::new();
    let args = ["restore", &story.file, "--yes", "--no-safety-backup"];
    let mut first = support::plugin::start(&story.demo.kubeconfig, &args);
    first.until_it_says(LOAD);
    let second = story.demo.plugin(&args).expect(6);
    assert_eq!(second.stdout, "");
    first.wait().expect(0);
    story.assert_new();
    story.roll_back();
}

#[test]
fn maintenance_remembers_the_replicas() {
    let demo = Demo::get();
    demo.clear();
    demo.admin
        .run(&["scale", "deployment/demo-quetzal-app", "--replicas=2"]);
    demo.until_healthy();
    demo.plugin(&["maintenance", "on", "-o", "json"]).expect(0);
    for name in ["demo-quetzal-app", "demo-quetzal-worker"] {
        assert_eq!(demo.replicas(name), (0, 0), "{name}");
    }
    demo.plugin(&["maintenance", "off", "-o", "json"]).expect(0);
    demo.until_healthy();
    assert_eq!(demo.replicas("demo-quetzal-app").0, 2);
    assert_eq!(demo.replicas("demo-quetzal-worker").0, 1);
    demo.scale(1);
}
