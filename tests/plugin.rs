//! The plugin as people run it: `kubectl quetzal-db`, through the real kubectl.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod support;

use std::os::unix::fs::symlink;
use std::path::PathBuf;

use support::demo::Demo;
use support::plugin::{BINARY, Ended, Running, command};

/// A folder for PATH with the plugin under the name that kubectl looks for.
struct Installed {
    demo: Demo,
    folder: tempfile::TempDir,
}

impl Installed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        symlink(BINARY, folder.path().join("kubectl-quetzal_db")).unwrap();
        Self {
            demo: Demo::get(),
            folder,
        }
    }

    fn kubectl_with(&self, kubeconfig: &std::path::Path, args: &[&str]) -> Ended {
        let kubectl = &self.demo.admin.kubectl;
        let mut command = command(kubectl.to_str().unwrap(), kubeconfig);
        command
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.folder.path().display()),
            )
            .args(args);
        Running::spawn(command).wait()
    }

    fn kubectl(&self, args: &[&str]) -> Ended {
        self.kubectl_with(&self.demo.kubeconfig, args)
    }

    /// A copy of the kubeconfig whose current context leads nowhere.
    fn astray(&self) -> PathBuf {
        let path = self.folder.path().join("astray");
        std::fs::copy(&self.demo.kubeconfig, &path).unwrap();
        let file = format!("--kubeconfig={}", path.display());
        let user =
            self.demo
                .admin
                .run(&["config", &file, "view", "-o", "jsonpath={.users[0].name}"]);
        self.demo.admin.run(&[
            "config",
            &file,
            "set-cluster",
            "nowhere",
            "--server=https://127.0.0.1:1",
        ]);
        self.demo.admin.run(&[
            "config",
            &file,
            "set-context",
            "astray",
            "--cluster=nowhere",
            &format!("--user={user}"),
        ]);
        self.demo
            .admin
            .run(&["config", &file, "use-context", "astray"]);
        path
    }
}

#[test]
fn kubectl_finds_it() {
    let installed = Installed::new();
    let version = installed.kubectl(&["quetzal-db", "--version"]).expect(0);
    assert_eq!(
        version.stdout,
        format!("kubectl quetzal-db {}\n", env!("CARGO_PKG_VERSION"))
    );
    let list = installed.kubectl(&["plugin", "list"]).expect(0);
    assert!(list.stdout.contains("kubectl-quetzal_db"), "{list}");
}

#[test]
fn it_lists_through_kubectl() {
    let installed = Installed::new();
    let namespace = installed.demo.admin.namespace.clone();
    let listed = installed
        .kubectl(&["quetzal-db", "list", "-n", &namespace, "-o", "json"])
        .expect(0);
    assert!(listed.json().is_array());
}

#[test]
fn exit_codes_pass_through() {
    let installed = Installed::new();
    installed.kubectl(&["quetzal-db", "verify"]).expect(2);
    let file = installed.folder.path().join("bad.sql");
    std::fs::write(&file, "no dump\n").unwrap();
    let refused = installed
        .kubectl(&["quetzal-db", "verify", file.to_str().unwrap()])
        .expect(4);
    assert_eq!(refused.stdout, "");
    installed
        .kubectl(&[
            "quetzal-db",
            "list",
            "--kubeconfig",
            "/nonexistent/kubeconfig",
        ])
        .expect(1);
}

#[test]
fn the_flag_for_the_kubeconfig_outweighs_the_environment() {
    let installed = Installed::new();
    let kubeconfig = installed.demo.kubeconfig.to_str().unwrap();
    let nowhere = installed.astray();
    installed
        .kubectl_with(&nowhere, &["quetzal-db", "list"])
        .expect(1);
    installed
        .kubectl_with(
            &nowhere,
            &["quetzal-db", "list", "--kubeconfig", kubeconfig],
        )
        .expect(0);
}

#[test]
fn the_flag_for_the_context_decides() {
    let installed = Installed::new();
    let astray = installed.astray();
    let right = installed.demo.admin.run(&[
        "config",
        &format!("--kubeconfig={}", installed.demo.kubeconfig.display()),
        "current-context",
    ]);
    installed
        .kubectl_with(&astray, &["quetzal-db", "--context", &right, "list"])
        .expect(0);
    let missing = installed
        .kubectl_with(
            &astray,
            &["quetzal-db", "list", "--context", "no-such-context"],
        )
        .expect(1);
    missing.says("no-such-context");
}

#[test]
fn the_flag_for_the_namespace_decides() {
    let installed = Installed::new();
    // There the account may do nothing, and the message names what it may not do, and where.
    let elsewhere = installed
        .kubectl(&["quetzal-db", "list", "--namespace", "default"])
        .expect(1);
    elsewhere
        .says("cronjobs")
        .says("default")
        .says("hint: is it the right namespace?");
}

#[test]
fn a_token_that_is_not_accepted_is_told_so() {
    let installed = Installed::new();
    let listed = installed
        .kubectl(&["quetzal-db", "list", "--token", "expired"])
        .expect(1);
    listed
        .says("Unauthorized")
        .says("hint: the API server does not know who you are");
}

/// What kubectl offers after `kubectl WORDS`, without its notes.
fn completed(installed: &Installed, words: &[&str]) -> Vec<String> {
    let answer = installed
        .kubectl(&[&["__complete"], words].concat())
        .expect(0);
    let lines = answer.stdout.lines().take_while(|l| !l.starts_with(':'));
    lines
        .map(|line| line.split('\t').next().unwrap().to_owned())
        .collect()
}

#[test]
fn kubectl_completes_it() {
    let installed = Installed::new();
    let folder = installed.folder.path().to_str().unwrap();
    let install = ["quetzal-db", "completion", "kubectl", "--install"];
    let path = installed.kubectl(&install).expect(0).stdout;
    assert_eq!(path, format!("{folder}/kubectl_complete-quetzal_db\n"));

    let complete = |words: &[&str]| completed(&installed, words);
    assert_eq!(complete(&["quetzal-db", "res"]), ["restore", "resume"]);
    assert_eq!(
        complete(&["quetzal-db", "list", "-o", ""]),
        ["text", "json"]
    );
    assert_eq!(complete(&["quetzal-db", "list", "--format=j"]), ["json"]);
    let flags = complete(&["quetzal-db", "restore", "--dry-run", "--d"]);
    assert_eq!(flags, ["--database", "--drop-old", "--detach"]);
    let context = complete(&["quetzal-db", "list", "--context", ""]);
    assert_eq!(context.len(), 1, "{context:?}");
    assert_eq!(complete(&["quetzal-db", "restore", "la"]), ["latest"]);
}

/// The plugin's own account may not see the namespaces; the administrator may.
#[test]
fn namespaces_and_backups_are_completed() {
    let installed = Installed::new();
    installed
        .kubectl(&["quetzal-db", "completion", "kubectl", "--install"])
        .expect(0);
    let admin = &installed.demo.admin;
    let seen = ["quetzal-db", "list", "--namespace", &admin.namespace];
    assert_eq!(completed(&installed, &seen), [""; 0]);
    let kubeconfig = admin.kubeconfig.to_str().unwrap();
    let seen = [&["quetzal-db", "--kubeconfig", kubeconfig], &seen[1..]].concat();
    assert_eq!(completed(&installed, &seen), [admin.namespace.as_str()]);

    let taken = installed.kubectl(&["quetzal-db", "backup"]).expect(0);
    installed.kubectl(&["quetzal-db", "list"]).expect(0);
    let offered = completed(&installed, &["quetzal-db", "verify", "db_"]);
    assert_eq!(
        offered.first().map(String::as_str),
        Some(taken.stdout.trim())
    );
}
