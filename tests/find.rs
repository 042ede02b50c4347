//! Which Pod is the database's, on a real cluster: none, several, one that is not ready, one of a backup Job.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod support;

use serde_json::{Value, json};
use support::scratch::Scratch;

const SLEEPER: &str = "localhost/quetzal-app:1";
const SERVER: &str = "localhost/quetzal-db:15";

fn pod(name: &str, component: &str, containers: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/component": component}},
        "spec": {"containers": containers, "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false},
    })
}

fn sleeper(name: &str) -> Value {
    json!({"name": name, "image": SLEEPER, "imagePullPolicy": "IfNotPresent", "command": ["sleep", "3600"]})
}

/// A real server whose superuser tells which one it is.
fn server(superuser: &str) -> Value {
    json!({
        "name": "quetzal", "image": SERVER, "imagePullPolicy": "IfNotPresent",
        "env": [{"name": "POSTGRES_USER", "value": superuser}, {"name": "POSTGRES_PASSWORD", "value": "no secret"}],
        "readinessProbe": {"exec": {"command": ["pg_isready", "-q", "-h", "127.0.0.1"]}, "periodSeconds": 1},
    })
}

/// The roles of the dump that the plugin takes with these flags.
fn dumped_roles(scratch: &Scratch, name: &str, flags: &[&str]) -> Vec<String> {
    let file = scratch.file(name);
    scratch
        .plugin(&[&["backup", "--output", &file], flags].concat())
        .expect(0);
    let verified = scratch
        .plugin(&["verify", &file, "-o", "json"])
        .expect(0)
        .json();
    let roles = verified["roles"].as_array().unwrap();
    roles
        .iter()
        .map(|r| r["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn no_pod_is_refused_and_says_where_it_looked() {
    let scratch = Scratch::new("none");
    let file = scratch.file("dump.sql");
    let refused = scratch.plugin(&["backup", "--output", &file]).expect(4);
    let namespace = &scratch.admin.namespace;
    let text = format!(
        "no database pod in namespace {namespace} (-l app.kubernetes.io/component=database)"
    );
    refused.says(&text).says("--namespace, --selector");
    let refused = scratch.plugin(&["list"]).expect(4);
    refused.says(&format!("no backup cronjob in namespace {namespace}"));
    let refused = scratch
        .plugin(&["backup", "--output", &file, "--pod", "missing"])
        .expect(4);
    refused.says("no database pod").says(namespace);
}

/// Flag, variable, section of the context, top of the file, default: the first that says something.
#[test]
fn settings_say_which_database_is_meant_where_nothing_else_does() {
    const LABEL: &str = "app.kubernetes.io/instance";
    let scratch = Scratch::new("settings");
    let file = scratch.file("config.yaml");
    std::fs::write(
        &file,
        "selector: from=top\ninstance: everywhere\ncontexts:\n  scratch:\n    instance: here\n  other:\n    instance: there\n",
    )
    .unwrap();
    let looks_for = |more: &[&str], variable: Option<&str>, sought: &str| {
        let mut command = support::plugin::command(support::plugin::BINARY, &scratch.kubeconfig);
        command.args(["status", "--config", &file]).args(more);
        if let Some(value) = variable {
            command.env("QUETZAL_DB_INSTANCE", value);
        }
        let refused = support::plugin::Running::spawn(command).wait().expect(4);
        refused.says(&format!("({sought})"));
    };
    looks_for(&[], None, &format!("-l from=top,{LABEL}=here"));
    looks_for(
        &[],
        Some("variable"),
        &format!("-l from=top,{LABEL}=variable"),
    );
    looks_for(
        &["--instance", "flag"],
        Some("variable"),
        &format!("-l from=top,{LABEL}=flag"),
    );
    std::fs::write(&file, "pod: fixed-0\n").unwrap();
    looks_for(&[], None, "--pod fixed-0");
}

/// The account sees no other namespace, nor which there are: the kubeconfig knows one.
#[test]
fn a_mistyped_namespace_brings_the_one_that_the_kubeconfig_names() {
    let scratch = Scratch::new("typo");
    let namespace = &scratch.admin.namespace;
    let typo = namespace.replacen("typo", "tyop", 1);
    let refused = scratch.plugin(&["list", "-n", &typo]).expect(1);
    refused
        .says(&format!("namespace {typo} can't be looked into"))
        .says(&format!(
            "no permission to list cronjobs in namespace {typo}"
        ))
        .says(&format!("hint: did you mean: --namespace {namespace}"));
    // Nothing is like it.
    let refused = scratch.plugin(&["list", "-n", "kube-system"]).expect(1);
    refused
        .says("no permission to list cronjobs")
        .never_says("did you mean");
}

#[test]
fn of_several_pods_the_instance_decides() {
    let scratch = Scratch::new("several");
    for instance in ["one", "two"] {
        let mut object = pod(
            &format!("{instance}-db"),
            "database",
            &json!([server(&format!("{instance}_super"))]),
        );
        object["metadata"]["labels"]["app.kubernetes.io/instance"] = instance.into();
        scratch.admin.apply(&object);
    }
    for instance in ["one", "two"] {
        scratch.wait_for(&format!("{instance}-db"), "condition=Ready");
    }
    let file = scratch.file("dump.sql");
    let refused = scratch.plugin(&["backup", "--output", &file]).expect(4);
    refused
        .says("several database pods: one, two; choose one with --instance")
        .says("hint: choose one: --instance one");
    assert!(!std::path::Path::new(&file).exists());
    let mistyped = |flag: &str, value: &str, meant: &str| {
        let refused = scratch
            .plugin(&["backup", "--output", &file, flag, value])
            .expect(4);
        let hint = format!("hint: did you mean: {flag} {meant}");
        refused.says("no database pod in namespace").says(&hint);
    };
    mistyped("--instance", "tow", "two");
    mistyped("--pod", "one-bd", "one-db");

    assert_eq!(
        dumped_roles(&scratch, "two.sql", &["--instance", "two"]),
        ["two_super"]
    );
    assert_eq!(
        dumped_roles(&scratch, "one.sql", &["--pod", "one-db"]),
        ["one_super"]
    );
    let selector = "app.kubernetes.io/instance=one";
    assert_eq!(
        dumped_roles(&scratch, "selected.sql", &["--selector", selector]),
        ["one_super"]
    );
    choose_at_the_terminal(&scratch);
}

/// A person is asked, and the answer decides.
fn choose_at_the_terminal(scratch: &Scratch) {
    let file = scratch.file("chosen.sql");
    let mut command = support::plugin::command(support::plugin::BINARY, &scratch.kubeconfig);
    command.args(["backup", "--output", &file]);
    let mut terminal = rexpect::session::spawn_command(command, Some(60_000)).unwrap();
    terminal.exp_string("Which database pod?").unwrap();
    terminal.exp_string("two").unwrap();
    // Down, then enter: the second one.
    terminal.send("\u{1b}[B\r").unwrap();
    terminal.flush().unwrap();
    terminal.exp_eof().unwrap();
    let verified = scratch
        .plugin(&["verify", &file, "-o", "json"])
        .expect(0)
        .json();
    assert_eq!(verified["roles"][0]["name"], "two_super");
}

#[test]
fn a_pod_that_is_not_ready_is_refused_with_the_reason() {
    let scratch = Scratch::new("unready");
    scratch.admin.apply(&pod(
        "pulls",
        "database",
        &json!([{"name": "quetzal", "image": "localhost/no-such-image:1"}]),
    ));
    let reason = "jsonpath={.status.containerStatuses[0].state.waiting.reason}";
    scratch.admin.run(&[
        "wait",
        "pod/pulls",
        &format!("--for={reason}"),
        "--timeout=60s",
    ]);
    support::until("the image cannot be pulled", 60, || {
        let reason = scratch.admin.run(&["get", "pod/pulls", "-o", reason]);
        ["ErrImagePull", "ImagePullBackOff"].contains(&reason.as_str())
    });
    let refused = scratch
        .plugin(&["backup", "--output", &scratch.file("x.sql")])
        .expect(4);
    refused
        .says("pod/pulls is not ready: container quetzal: ")
        .says("ImagePull");

    let mut unready = sleeper("quetzal");
    unready["readinessProbe"] = json!({"exec": {"command": ["false"]}});
    scratch
        .admin
        .apply(&pod("fails", "probed", &json!([unready])));
    scratch.wait_for("fails", "jsonpath={.status.phase}=Running");
    let flags = [
        "backup",
        "--output",
        &scratch.file("x.sql"),
        "-l",
        "app.kubernetes.io/component=probed",
    ];
    scratch
        .plugin(&flags)
        .expect(4)
        .says("pod/fails is not ready: container quetzal: not ready");
}

#[test]
fn of_several_containers_one_is_chosen_or_must_be() {
    let scratch = Scratch::new("containers");
    let mut second = server("second_super");
    second["name"] = "second".into();
    // Containers of a Pod share the network.
    second["env"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "PGPORT", "value": "5433"}));
    scratch.admin.apply(&pod(
        "vague",
        "database",
        &json!([server("first_super"), second]),
    ));
    scratch.admin.apply(&pod(
        "clear",
        "clear",
        &json!([sleeper("sidecar"), server("clear_super")]),
    ));
    scratch.wait_for("vague", "condition=Ready");
    scratch.wait_for("clear", "condition=Ready");
    let file = scratch.file("x.sql");
    let refused = scratch.plugin(&["backup", "--output", &file]).expect(4);
    refused.says("pod/vague has several containers: quetzal, second; choose one with --container");
    let refused = scratch
        .plugin(&["backup", "--output", &file, "--container", "third"])
        .expect(4);
    refused
        .says(r#"pod/vague has no container "third", only quetzal, second"#)
        .says("hint: choose one: --container quetzal");
    let refused = scratch
        .plugin(&["backup", "--output", &file, "--container", "secnod"])
        .expect(4);
    refused.says("hint: did you mean: --container second");
    assert_eq!(
        dumped_roles(&scratch, "second.sql", &["-c", "second"]),
        ["second_super"]
    );

    // The one with the variables of a Postgres server needs no flag.
    let roles = dumped_roles(
        &scratch,
        "clear.sql",
        &["-l", "app.kubernetes.io/component=clear"],
    );
    assert_eq!(roles, ["clear_super"]);
}

#[test]
fn the_pod_of_a_job_is_never_the_database() {
    let scratch = Scratch::new("job");
    let template = json!({
        "metadata": {"labels": {"app.kubernetes.io/component": "database"}},
        "spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 0, "containers": [server("job_super")]},
    });
    scratch.admin.apply(&json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "backup"}, "spec": {"template": template},
    }));
    scratch.admin.run(&[
        "wait",
        "--for=create",
        "pod",
        "-l",
        "job-name=backup",
        "--timeout=60s",
    ]);
    scratch.admin.run(&[
        "wait",
        "--for=condition=Ready",
        "pod",
        "-l",
        "job-name=backup",
        "--timeout=90s",
    ]);
    let refused = scratch
        .plugin(&["backup", "--output", &scratch.file("x.sql")])
        .expect(4);
    refused.says("no database pod in namespace");

    scratch
        .admin
        .apply(&pod("real", "database", &json!([server("real_super")])));
    scratch.wait_for("real", "condition=Ready");
    assert_eq!(dumped_roles(&scratch, "real.sql", &[]), ["real_super"]);
}
