//! `doctor` and `status --watch` on a cluster; and the table of permissions against what the plugin really asks for.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod support;

use std::collections::BTreeSet;

use quetzal_db::doctor::permissions::{all_needs, needs};
use support::demo::{CRONJOB, Demo};
use support::plugin::{self, Ended};
use support::sample::Sample;
use support::state::helpers;

/// Group, resource and verb of every request that a run with `-vvv` made in a namespace.
fn asked(run: &Ended) -> BTreeSet<(String, String, String)> {
    let lines = run.stderr.lines().filter(|l| l.ends_with(": requesting"));
    lines.flat_map(need).collect()
}

fn field<'l>(line: &'l str, name: &str) -> &'l str {
    let (_, rest) = line.split_once(name).unwrap();
    rest.split(' ').next().unwrap()
}

fn need(line: &str) -> Vec<(String, String, String)> {
    let url = field(line, "http.url=");
    let (_, path) = url.split_once("://").unwrap();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let Some((api, object)) = path.split_once("/namespaces/") else {
        return Vec::new();
    };
    let group = match api.split('/').collect::<Vec<_>>()[1..] {
        ["apis", group, _] => group,
        _ => "",
    };
    let object: Vec<&str> = object.split('/').skip(1).collect();
    let (resource, is_named) = match object[..] {
        [resource] => (resource.to_owned(), false),
        [resource, _] => (resource.to_owned(), true),
        [resource, _, sub] => (format!("{resource}/{sub}"), true),
        _ => panic!("{path}"),
    };
    let verbs: &[&str] = match (field(line, "http.method="), is_named) {
        // Newer servers want both of whoever opens a websocket.
        ("GET", true) if resource == "pods/exec" => &["get", "create"],
        ("GET", false) if query.contains("watch=true") => &["watch"],
        ("GET", false) => &["list"],
        ("GET", true) => &["get"],
        ("POST", _) => &["create"],
        ("PUT", _) => &["update"],
        ("PATCH", _) => &["patch"],
        ("DELETE", _) => &["delete"],
        (method, _) => panic!("{method} {path}"),
    };
    let of = |verb: &&str| (group.to_owned(), resource.clone(), (*verb).to_owned());
    verbs.iter().map(of).collect()
}

fn granted(
    needs: &BTreeSet<quetzal_db::doctor::permissions::Need>,
) -> BTreeSet<(String, String, String)> {
    let owned = needs
        .iter()
        .map(|n| (n.group.to_owned(), n.resource.to_owned(), n.verb.to_owned()));
    owned.collect()
}

/// Runs a command; what it asked for, none of which its line of the table lacks.
#[track_caller]
fn run(demo: &Demo, args: &[&str], code: i32) -> BTreeSet<(String, String, String)> {
    let ended = demo.plugin(&[args, &["-vvv"]].concat()).expect(code);
    let asked = asked(&ended);
    let granted = granted(&needs(args[0]));
    let more: Vec<_> = asked.difference(&granted).collect();
    assert!(more.is_empty(), "{} asks for {more:?}", args[0]);
    asked
}

/// What this story has no occasion for: a safety backup that is given up, an application of `StatefulSets`.
const RARE: [(&str, &str, &str); 3] = [
    ("batch", "jobs", "delete"),
    ("apps", "statefulsets", "get"),
    ("apps", "statefulsets", "patch"),
];

/// The account has exactly the Role that `doctor --rbac` prints (a test of the repository holds the demo to that), and
/// every command succeeds with it. None asks for anything that its line of the table lacks, and the table has nothing
/// that no command asks for. Beside it all, somebody watches the restore.
#[test]
fn the_printed_role_is_what_the_commands_ask_for() {
    let demo = Demo::get();
    demo.clear();
    let mut all = BTreeSet::new();
    let mut run = |args: &[&str], code| all.extend(run(&demo, args, code));
    run(&["backup"], 0);
    run(&["list"], 0);
    run(&["verify", "latest"], 0);
    run(&["doctor"], 0);
    run(&["resume"], 4);

    let watch = ["status", "--watch", "--interval", "1s"];
    let watcher = plugin::start(&demo.kubeconfig, &watch);
    run(&["restore", "latest", "--yes"], 0);
    let seen = watcher.wait().expect(0).says("has finished.");
    for step in ["Prove the safety backup complete", "Swap the databases"] {
        assert!(seen.stdout.contains(&format!(": {step}: done\n")), "{seen}");
    }

    run(&["drill", "latest"], 0);
    run(&["status", "--cronjob", CRONJOB], 0);
    run(&["cleanup", "--yes"], 0);
    run(&["maintenance", "on"], 0);
    run(&["maintenance", "off"], 0);

    let rare = RARE.map(|(g, r, v)| (g.to_owned(), r.to_owned(), v.to_owned()));
    let granted = granted(&all_needs());
    let wanted = granted.difference(&BTreeSet::from(rare)).cloned().collect();
    assert_eq!(all, wanted, "left: asked for, right: granted");
}

const CHECKS: [&str; 12] = [
    "api-server",
    "permissions",
    "database",
    "cronjob",
    "exec",
    "tools",
    "client-versions",
    "disk",
    "backup-script",
    "backup-age",
    "bucket",
    "restores",
];

/// The demo's script has the flaw of the real one.
#[test]
fn a_doctor_finds_the_flaw_and_changes_nothing() {
    let demo = Demo::get();
    let run = demo.plugin(&["doctor", "-o", "json", "-vvv"]).expect(0);
    let report = run.json();
    let checks = report["checks"].as_array().unwrap();
    let ids: Vec<_> = checks.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids, CHECKS);
    let verdict = |id: &str| checks.iter().find(|c| c["id"] == id).unwrap()["verdict"].clone();
    for id in &CHECKS[..8] {
        assert_eq!(verdict(id), "ok", "{id}: {run}");
    }
    assert_eq!(verdict("backup-script"), "warning", "{run}");
    assert_eq!(verdict("bucket"), "unknown", "no Pod is made for a look");
    assert_eq!(report["verdict"], "warning");
    let reads = ["get", "list"];
    let changes = asked(&run)
        .into_iter()
        .filter(|(_, resource, verb)| !reads.contains(&verb.as_str()) && resource != "pods/exec");
    assert_eq!(changes.collect::<Vec<_>>(), []);
    assert_eq!(helpers(&demo), [""; 0]);
}

/// Each command is named with what it lacks; what could not be looked at is unknown, never well.
#[test]
fn an_account_without_permissions_is_told_what_it_lacks() {
    let demo = Demo::get();
    let kubeconfig = &demo.admin.kubeconfig;
    let namespace = [
        "--namespace",
        demo.admin.namespace.as_str(),
        "--as",
        "nobody",
    ];
    let args = [&["doctor", "-o", "json"], &namespace[..]].concat();
    let run = plugin::run(kubeconfig, &args).expect(4);
    let report = run.json();
    let check = |id: &str| {
        let checks = report["checks"].as_array().unwrap();
        checks.iter().find(|c| c["id"] == id).unwrap().clone()
    };
    let missing = check("permissions");
    assert_eq!(missing["verdict"], "failed");
    let found = missing["found"].as_str().unwrap();
    assert!(
        found.contains("status may not list configmaps, get pods, list pods, create pods/exec"),
        "{found}"
    );
    for id in [
        "database",
        "cronjob",
        "exec",
        "tools",
        "disk",
        "backup-script",
        "restores",
    ] {
        assert_eq!(check(id)["verdict"], "unknown", "{id}: {run}");
    }
    run.says("1 of the checks failed");
}

/// What is printed is what the API server takes, for whomever.
#[test]
fn the_api_server_takes_the_printed_role() {
    let demo = Demo::get();
    for whom in [
        "serviceaccount:robot",
        "user:jane@example.org",
        "group:oidc:dba",
    ] {
        let printed = demo
            .plugin(&["doctor", "--rbac", "--rbac-for", whom])
            .expect(0);
        let apply = ["apply", "--dry-run=server", "-o", "json", "-f", "-"];
        let taken = demo.admin.run_bytes(&apply, printed.stdout.as_bytes());
        let taken = String::from_utf8(taken).unwrap();
        let (_, name) = whom.split_once(':').unwrap();
        assert!(taken.contains(&format!("\"name\": \"{name}\"")), "{taken}");
    }
}

/// Whoever watches learns that nobody is at a restore any more.
#[test]
fn a_watcher_sees_that_a_restore_was_left() {
    let demo = Demo::get();
    demo.clear();
    let sample = Sample::new(&demo);
    let file = sample.write("sample.sql", sample.dump.as_bytes());
    let mut restore = plugin::start(&demo.kubeconfig, &["restore", &file, "--yes"]);
    restore.until_it_says("Start a safety backup");
    let json = ["status", "--watch", "--interval=1s", "-o", "json"];
    let watcher = plugin::start(&demo.kubeconfig, &json);
    support::until("the watcher sees it", 60, || {
        watcher.printed().contains("\"interrupted\"")
    });
    restore.kill();
    let left = watcher.wait().expect(3);
    let last = left.stdout.lines().last().unwrap();
    let report: serde_json::Value = serde_json::from_str(last).unwrap();
    let step = &report["restores"][0]["steps"][0];
    assert_eq!(step["step"], "suspend-backups");
    assert_eq!(step["status"], "done");
    assert!(
        step["begun"].is_string() && step["ended"].is_string(),
        "{step}"
    );
    left.says("nobody is at it any more")
        .says("kubectl quetzal-db resume");

    let doctor = demo.plugin(&["doctor", "-o", "json"]).expect(0).json();
    let restores = &doctor["checks"][CHECKS.len() - 1];
    assert_eq!(restores["verdict"], "warning");
    assert_eq!(restores["mend"][0], "kubectl quetzal-db status --watch");
    run(&demo, &["rollback"], 0);
}

#[test]
fn ctrl_c_ends_the_watching() {
    let demo = Demo::get();
    let watcher = plugin::start(&demo.kubeconfig, &["status", "-w"]);
    support::until("the watcher has looked", 30, || {
        watcher.printed().contains("Backups")
    });
    watcher.interrupt();
    watcher.wait().expect(130);
}
