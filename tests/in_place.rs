//! A restore in place on a real cluster: whole, killed between the drop and the swap, given up and brought back.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod support;

use support::demo::Demo;
use support::plugin::{BINARY, Ended, command};
use support::sample::Sample;
use support::state::{Facts, files, suspended};

const STOP: &str = "Stop the application ...";
const LOAD: &str = "Load the new databases ...";

/// A sample with a dump of what it was, and damage done since; the application has two replicas.
struct Story {
    demo: Demo,
    sample: Sample,
    file: String,
    /// The sample after the damage, with roles and settings.
    old: Facts,
    /// Everything around it.
    surroundings: Facts,
}

impl Story {
    fn new() -> Self {
        let demo = Demo::get();
        demo.clear();
        demo.admin
            .run(&["scale", "deployment/demo-quetzal-app", "--replicas=2"]);
        demo.until_healthy();
        let sample = Sample::new(&demo);
        let file = sample.write("whole.sql", sample.dump.as_bytes());
        demo.psql(&sample.name, "DELETE FROM child WHERE id % 2 = 0");
        demo.psql("postgres", "ALTER ROLE quetzal_auditor CREATEDB");
        Self {
            old: Facts::of_databases(&demo, &[&sample.name]),
            surroundings: Facts::of_surroundings(&demo),
            demo,
            sample,
            file,
        }
    }

    /// Starts the restore in place, and kills the plugin when it says this.
    fn killed_at(moment: &str) -> Self {
        let story = Self::new();
        let args = ["restore", &story.file, "--in-place", "--yes"];
        let mut restore = support::plugin::start(&story.demo.kubeconfig, &args);
        restore.until_it_says(moment);
        let killed = restore.kill();
        assert_eq!(killed.code, None, "it was killed\n{killed}");
        story
    }

    fn status(&self) -> serde_json::Value {
        self.demo.plugin(&["status", "-o", "json"]).expect(0).json()
    }

    /// Neither old nor new, and nothing that would run on that.
    fn assert_gone(&self) {
        let databases = self.demo.databases();
        assert!(!databases.contains(&self.sample.name), "{databases:?}");
        for name in ["demo-quetzal-app", "demo-quetzal-worker"] {
            assert_eq!(self.demo.replicas(name).0, 0, "{name}");
        }
    }

    fn assert_running(&self) {
        self.demo.until_healthy();
        assert_eq!(self.demo.replicas("demo-quetzal-app").0, 2);
        assert_eq!(self.demo.replicas("demo-quetzal-worker").0, 1);
        assert!(!suspended(&self.demo));
        assert_eq!(files(&self.demo), Vec::<String>::new());
        let databases = self.demo.databases();
        assert!(!databases.iter().any(|d| d.contains("__")), "{databases:?}");
    }

    /// All new, and nothing of the old anywhere but in the safety backup.
    fn assert_new(&self, done: &Ended) {
        self.sample.assert_whole(&self.demo);
        self.assert_running();
        let safety = done.stdout.lines().find_map(|l| {
            l.strip_prefix("The old databases were dropped; safety backup ")?
                .strip_suffix(" holds them.")
        });
        let safety = safety.unwrap_or_else(|| panic!("it names no safety backup\n{done}"));
        let back = format!(
            "Go back to them: kubectl quetzal-db restore {safety} --in-place --database e2e_sample"
        );
        assert!(done.stdout.contains(&back), "{done}");
        self.demo
            .plugin(&["rollback", "--yes"])
            .expect(4)
            .says(&format!("only safety backup {safety} holds those"));
        self.sample.assert_whole(&self.demo);
        self.demo.plugin(&["cleanup", "--yes"]).expect(0);
    }

    fn end(&self) {
        self.demo
            .psql("postgres", "ALTER ROLE quetzal_auditor NOCREATEDB");
        self.demo.scale(1);
    }
}

#[test]
fn in_place_all_of_it_is_new_and_the_application_runs_again() {
    let story = Story::new();
    let before = story.demo.databases();
    let done = story
        .demo
        .plugin(&["restore", &story.file, "--in-place", "--yes"])
        .expect(0)
        .says("e2e_sample")
        .says("(dropped before the load)")
        .says("the old databases, dropped");
    assert_eq!(story.demo.databases(), before);
    story.assert_new(&done);
    story.end();
}

#[test]
fn killed_after_the_drop_it_goes_on() {
    let story = Story::killed_at(LOAD);
    story.assert_gone();
    let status = story.status();
    assert_eq!(status["restores"][0]["standing"], "interrupted");
    assert_eq!(
        status["restores"][0]["dropped"],
        serde_json::json!(["e2e_sample"])
    );
    assert!(
        status["restores"][0]["safety_backup"].is_string(),
        "{status}"
    );
    let done = story.demo.plugin(&["resume"]).expect(0);
    story.assert_new(&done);
    story.end();
}

/// The application waits until its databases are there again, and starts with the replicas that it had.
#[test]
fn given_up_after_the_drop_the_safety_backup_brings_the_old_ones_back() {
    let story = Story::killed_at(LOAD);
    let given_up = story.demo.plugin(&["rollback", "--yes"]).expect(3);
    story.assert_gone();
    let databases = story.demo.databases();
    assert!(!databases.iter().any(|d| d.contains("__")), "{databases:?}");
    assert_eq!(files(&story.demo), Vec::<String>::new());
    assert!(!suspended(&story.demo));

    let status = story.status();
    let restore = &status["restores"][0];
    assert_eq!(restore["standing"], "given-up");
    let safety = restore["safety_backup"].as_str().unwrap();
    let next =
        format!("kubectl quetzal-db restore {safety} --no-safety-backup --database e2e_sample");
    assert_eq!(status["next"], next);
    let refused = story.demo.plugin(&["maintenance", "off"]).expect(4);
    refused.says("nothing to run on: a restore in place dropped e2e_sample");
    story.assert_gone();
    given_up
        .says(&format!("only in safety backup {safety}"))
        .says("the application stays stopped")
        .says(&next);

    let mut command: Vec<&str> = next.split(' ').skip(2).collect();
    command.push("--yes");
    story.demo.plugin(&command).expect(0);
    story
        .old
        .assert_same(&Facts::of_databases(&story.demo, &[&story.sample.name]));
    story.assert_running();
    assert_eq!(story.status()["restores"].as_array().unwrap().len(), 1);
    story.demo.plugin(&["cleanup", "--yes"]).expect(0);
    story.end();
}

#[test]
fn killed_before_the_drop_it_goes_back_to_the_last_oid() {
    let story = Story::killed_at(STOP);
    story.demo.plugin(&["rollback", "--yes"]).expect(0);
    story.demo.until_healthy();
    story
        .surroundings
        .assert_same(&Facts::of_surroundings(&story.demo));
    story.assert_running();
    story.end();
}

/// The release alone is what is typed for a restore beside: here more is at stake.
#[test]
fn in_place_takes_its_own_words_to_confirm() {
    let story = Story::new();
    for wrong in ["demo", "yes", ""] {
        let mut command = command(BINARY, &story.demo.kubeconfig);
        command.args(["restore", &story.file, "--in-place", "--color", "never"]);
        let mut terminal = rexpect::session::spawn_command(command, Some(300_000)).unwrap();
        terminal.exp_string("Type demo in place to go on").unwrap();
        terminal.send_line(wrong).unwrap();
        terminal.exp_eof().unwrap();
        let ended = terminal.process().wait().unwrap();
        assert!(
            matches!(ended, rexpect::process::WaitStatus::Exited(_, 4)),
            "{wrong:?}: {ended:?}"
        );
    }
    story
        .surroundings
        .assert_same(&Facts::of_surroundings(&story.demo));
    story.end();
}

/// Nothing is dropped without a way back, or under an application that runs.
#[test]
fn in_place_without_a_safety_backup_or_with_the_application_running_is_refused() {
    let story = Story::new();
    for (flags, why) in [
        (&["--no-safety-backup"][..], "--no-safety-backup"),
        (&["--maintenance", "none"], "--maintenance scale only"),
    ] {
        let args = [&["restore", &story.file, "--in-place", "--yes"], flags].concat();
        story.demo.plugin(&args).expect(2).says(why);
    }
    story
        .surroundings
        .assert_same(&Facts::of_surroundings(&story.demo));
    story.end();
}
