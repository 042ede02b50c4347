//! `drill` on a real cluster: a backup is loaded and proved, nothing of it stays, and nothing live is touched.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod support;

use serde_json::{Value, json};
use support::demo::Demo;
use support::sample::Sample;
use support::state::{Facts, helpers, server};
use support::until;

const ROLE: &str = "e2e_absent";

/// A dump with a role that the server lacks and that owns a table, and everything as it is before the drill.
struct Story {
    demo: Demo,
    sample: Sample,
    file: String,
    before: Before,
}

/// All that a drill must leave as it is.
struct Before {
    facts: Facts,
    /// A crash of any backend would show here.
    server: String,
    pods: String,
}

impl Before {
    fn look(demo: &Demo) -> Self {
        let application = "app.kubernetes.io/component in (app,worker)";
        Self {
            facts: Facts::of_surroundings(demo),
            server: server(demo),
            pods: demo
                .admin
                .run(&["get", "pods", "-l", application, "-o", "name"]),
        }
    }

    #[track_caller]
    fn assert_same(&self, demo: &Demo) {
        until("the helper Pods are gone", 20, || helpers(demo).is_empty());
        let now = Self::look(demo);
        self.facts.assert_same(&now.facts);
        assert_eq!(self.server, now.server);
        assert_eq!(self.pods, now.pods);
        assert_eq!(documents(demo), "configmap/quetzal-db-drills");
    }
}

/// What the plugin keeps in the cluster, but for the list of safety copies.
fn documents(demo: &Demo) -> String {
    let own = "app.kubernetes.io/managed-by=kubectl-quetzal-db";
    let args = ["get", "configmaps,leases", "--selector", own, "-o", "name"];
    let found = demo.admin.run(&args);
    let ours = found.lines().filter(|l| !l.ends_with("-safety-copies"));
    ours.collect::<Vec<_>>().join("\n")
}

impl Story {
    fn new(change: impl FnOnce(String) -> String) -> Self {
        let demo = Demo::get();
        demo.clear();
        let sample = Sample::new(&demo);
        let role = format!(
            "\nCREATE ROLE {ROLE};\nALTER ROLE {ROLE} WITH LOGIN;\nCREATE ROLE quetzal_auditor;\n"
        );
        let dump = sample
            .dump
            .replacen("\nCREATE ROLE quetzal_auditor;\n", &role, 1);
        let owner = |role: &str| format!("ALTER TABLE public.child OWNER TO {role};\n");
        let dump = dump.replacen(&owner("dbuser"), &owner(ROLE), 1);
        assert_eq!(dump.matches(ROLE).count(), 3);
        let file = sample.write("whole.sql", change(dump).as_bytes());
        Self {
            before: Before::look(&demo),
            demo,
            sample,
            file,
        }
    }

    /// Starts the drill, and kills the plugin when it says this.
    fn killed_at(moment: &str) -> Self {
        let story = Self::new(|dump| dump);
        let mut drill = support::plugin::start(&story.demo.kubeconfig, &["drill", &story.file]);
        drill.until_it_says(moment);
        let killed = drill.kill();
        assert_eq!(killed.code, None, "it was killed\n{killed}");
        let status = story
            .demo
            .plugin(&["status", "-o", "json"])
            .expect(0)
            .json();
        let open = &status["restores"][0];
        assert_eq!(
            (&open["purpose"], &open["standing"]),
            (&json!("drill"), &json!("interrupted"))
        );
        story
    }

    fn evidence(&self) -> String {
        let path = self.sample.folder().join("evidence.json");
        path.to_str().unwrap().to_owned()
    }
}

fn steps(evidence: &Value) -> Vec<&str> {
    let steps = evidence["steps"].as_array().unwrap();
    let named = steps.iter().map(|s| s["step"].as_str().unwrap());
    named.collect()
}

/// Through the bucket, as a weekly drill would: the evidence says what was found, and the list remembers it.
#[test]
fn a_drill_proves_a_backup_and_leaves_nothing() {
    let demo = Demo::get();
    demo.clear();
    let name = demo.plugin(&["backup"]).expect(0).stdout;
    let name = name.trim_end();
    let before = Before::look(&demo);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evidence.json");
    let args = ["drill", "latest", "--evidence", file.to_str().unwrap()];
    let done = demo.plugin(&args).expect(0);
    let begin = format!("The drill of {name} passed: ");
    assert!(done.stdout.starts_with(&begin), "{done}");
    before.assert_same(&demo);

    let evidence: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let verified = demo
        .plugin(&["verify", name, "-o", "json"])
        .expect(0)
        .json();
    let backup = json!({
        "name": name, "stored_bytes": verified["stored_bytes"], "sha256": verified["sha256"],
    });
    assert_eq!(evidence["backup"], backup);
    assert_eq!(
        (&evidence["verdict"], &evidence["failure"]),
        (&json!("passed"), &Value::Null)
    );
    assert_eq!(evidence["dump_version"], verified["server_version"]);
    assert_eq!(evidence["target"]["release"], "demo");
    assert_eq!(
        steps(&evidence),
        [
            "transfer",
            "unpack",
            "suspend-backups",
            "create-roles",
            "stage",
            "prove",
            "count",
            "drop-staged",
            "resume-backups",
            "clean-up"
        ]
    );
    let users = demo
        .psql("quetzal", "SELECT count(*) FROM users")
        .parse::<u64>()
        .unwrap();
    let quetzal = &evidence["databases"][0];
    let tables = quetzal["tables"].as_array().unwrap();
    let table = tables.iter().find(|t| t["name"] == "public.users").unwrap();
    assert_eq!(
        (&quetzal["name"], &table["rows"]),
        (&json!("quetzal"), &json!(users))
    );

    let listed = demo
        .plugin(&["list", "-o", "json", "--limit", "1"])
        .expect(0)
        .json();
    assert_eq!(
        (&listed[0]["name"], &listed[0]["drill"]["verdict"]),
        (&json!(name), &json!("passed"))
    );
    let status = demo.plugin(&["status"]).expect(0).stdout;
    assert!(
        status.contains(&format!(" ago of {name}, passed\n")),
        "{status}"
    );
    demo.plugin(&args)
        .expect(4)
        .says("evidence.json exists already");
}

#[test]
fn a_dry_run_shows_what_would_be_done_and_does_nothing() {
    let story = Story::new(|dump| dump);
    let args = ["drill", &story.file, "--dry-run", "-o", "json"];
    let plan = story.demo.plugin(&args).expect(0).json();
    assert_eq!(plan["roles"]["created"], json!([ROLE]));
    assert_eq!(plan["workloads"], json!([]));
    story
        .before
        .facts
        .assert_same(&Facts::of_surroundings(&story.demo));
    assert_eq!(documents(&story.demo), "");
}

/// Two rows with the same key load, and then have no primary key.
#[test]
fn a_backup_that_cannot_be_restored_fails_and_leaves_nothing() {
    let story = Story::new(|dump| dump.replacen("\n2\tparent 2\n", "\n1\tparent 2\n", 1));
    let file = story.evidence();
    let args = ["drill", &story.file, "--evidence", &file, "-o", "json"];
    let failed = story.demo.plugin(&args).expect(5);
    let failed = failed.says("could not create unique index");
    let failed = failed.never_says("parent 2");
    story.before.assert_same(&story.demo);

    let evidence = failed.json();
    let written: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(evidence, written);
    assert_eq!(
        (&evidence["verdict"], &evidence["failure"]["step"]),
        (&json!("failed"), &json!("stage"))
    );
    assert_eq!(
        steps(&evidence),
        ["transfer", "unpack", "suspend-backups", "create-roles"]
    );
    let status = story.demo.plugin(&["status"]).expect(0).stdout;
    assert!(status.contains("whole.sql, failed\n"), "{status}");
}

#[test]
fn killed_during_the_load_it_goes_back() {
    let story = Story::killed_at("Load beside the live databases ...");
    let refused = story.demo.plugin(&["drill", &story.file]).expect(4);
    refused
        .says("error: drill ")
        .says("was begun and neither finished nor rolled back");
    let back = story.demo.plugin(&["rollback"]).expect(0);
    assert!(back.stdout.starts_with("Rolled back drill "), "{back}");
    story.demo.plugin(&["drill", &story.file, "-q"]).expect(0);
    story.before.assert_same(&story.demo);
}

#[test]
fn killed_while_it_drops_what_it_loaded_it_goes_on() {
    let story = Story::killed_at("Drop what was loaded ...");
    let resumed = story.demo.plugin(&["resume", "-o", "json"]).expect(0);
    let evidence = resumed.json();
    assert_eq!(evidence["verdict"], "passed");
    assert_eq!(steps(&evidence).len(), 10, "those before the kill, too");
    story.before.assert_same(&story.demo);
}
