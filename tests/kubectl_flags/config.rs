//! A kubeconfig with every kind of cluster, user and context, and what kubectl and the plugin make of it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::plugin::{BINARY, Ended, Running, command};
use crate::support::scratch::Scratch;

/// A namespace without a backup `CronJob`, and a folder for configurations.
pub(crate) struct World {
    pub(crate) scratch: Scratch,
    pub(crate) folder: tempfile::TempDir,
    /// The right cluster, and its administrator.
    pub(crate) cluster: Value,
    pub(crate) admin: Value,
    pub(crate) token: String,
}

/// A way to ask both.
#[derive(Default)]
pub(crate) struct Ask<'a> {
    pub(crate) flags: &'a [&'a str],
    pub(crate) env: &'a [(&'a str, &'a str)],
    /// Value of `KUBECONFIG`; [`World::config`] where it is none.
    pub(crate) kubeconfig: Option<String>,
}

/// Base64 to text.
pub(crate) fn decode(text: &str) -> String {
    let mut program = Command::new("base64")
        .arg("--decode")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = program.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    String::from_utf8(program.wait_with_output().unwrap().stdout).unwrap()
}

fn named(name: &str, kind: &str, value: &Value) -> Value {
    json!({"name": name, kind: value})
}

impl World {
    pub(crate) fn new(name: &str) -> Self {
        let scratch = Scratch::new(name);
        let config = scratch.admin.config();
        let own: Value =
            serde_json::from_slice(&std::fs::read(&scratch.kubeconfig).unwrap()).unwrap();
        Self {
            cluster: config["clusters"][0]["cluster"].clone(),
            admin: config["users"][0]["user"].clone(),
            token: own["users"][0]["user"]["token"]
                .as_str()
                .unwrap()
                .to_owned(),
            folder: tempfile::tempdir().unwrap(),
            scratch,
        }
    }

    pub(crate) fn namespace(&self) -> &str {
        &self.scratch.admin.namespace
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The right cluster with other fields.
    pub(crate) fn cluster_with(&self, fields: &Value) -> Value {
        let mut cluster = self.cluster.clone();
        for (name, value) in fields.as_object().unwrap() {
            cluster[name] = value.clone();
        }
        cluster
    }

    /// Writes a kubeconfig in which the context of this namespace is `right`, with that cluster and user.
    pub(crate) fn config(&self, cluster: &Value, user: &Value) -> String {
        let context = |cluster: &str, user: &str, namespace: &str| json!({"cluster": cluster, "user": user, "namespace": namespace});
        let here = self.namespace();
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "right",
            "clusters": [named("right", "cluster", cluster),
                named("nowhere", "cluster", &json!({"server": "https://127.0.0.1:1"}))],
            "users": [named("given", "user", user), named("operator", "user", &json!({"token": self.token})),
                named("nobody", "user", &json!({"token": "expired"})), named("admin", "user", &self.admin)],
            "contexts": [
                named("right", "context", &context("right", "given", here)),
                named("elsewhere", "context", &context("right", "given", "default")),
                named("astray", "context", &context("nowhere", "given", here)),
                named("unknown", "context", &context("right", "nobody", here))],
        });
        self.write("config", &config.to_string())
    }

    /// The usual one.
    pub(crate) fn usual(&self) -> String {
        self.config(&self.cluster, &json!({"token": self.token}))
    }

    fn run(&self, program: &str, ask: &Ask<'_>, verb: &[&str]) -> Ended {
        let kubeconfig = ask
            .kubeconfig
            .clone()
            .unwrap_or_else(|| self.path("config").to_str().unwrap().to_owned());
        let mut command: Command = command(program, Path::new(&kubeconfig));
        for name in [
            "HTTPS_PROXY",
            "https_proxy",
            "HTTP_PROXY",
            "http_proxy",
            "NO_PROXY",
            "no_proxy",
        ] {
            command.env_remove(name);
        }
        command
            .env("HOME", self.folder.path())
            .envs(ask.env.iter().copied())
            .args(verb)
            .args(ask.flags);
        Running::spawn(command).wait()
    }

    fn both(&self, ask: &Ask<'_>) -> (Ended, Ended) {
        let kubectl = self.scratch.admin.kubectl.to_str().unwrap().to_owned();
        (
            self.run(&kubectl, ask, &["get", "cronjobs", "-o", "name"]),
            self.run(BINARY, ask, &["list"]),
        )
    }

    /// Both come through, and the plugin looks in this world's namespace.
    #[track_caller]
    pub(crate) fn comes_through(&self, ask: &Ask<'_>) {
        let (kubectl, plugin) = self.both(ask);
        assert_eq!(kubectl.code, Some(0), "kubectl {:?}: {kubectl}", ask.flags);
        let text = format!("no backup cronjob in namespace {} ", self.namespace());
        plugin.expect(4).says(&text);
    }

    /// Neither comes through, and the plugin says so in words that have this text.
    #[track_caller]
    pub(crate) fn is_stopped(&self, ask: &Ask<'_>, text: &str) -> Ended {
        let (kubectl, plugin) = self.both(ask);
        assert_eq!(kubectl.code, Some(1), "kubectl {:?}: {kubectl}", ask.flags);
        assert!(
            matches!(plugin.code, Some(1 | 2)),
            "{:?}: {plugin}",
            ask.flags
        );
        plugin.says(text)
    }

    #[track_caller]
    pub(crate) fn flags_come_through(&self, flags: &[&str]) {
        self.comes_through(&Ask {
            flags,
            ..Ask::default()
        });
    }

    #[track_caller]
    pub(crate) fn flags_are_stopped(&self, flags: &[&str], text: &str) -> Ended {
        let ask = Ask {
            flags,
            ..Ask::default()
        };
        self.is_stopped(&ask, text)
    }
}

impl World {
    /// What kubectl and the plugin tell a server of who asks.
    pub(crate) fn headers(
        &self,
        server: &crate::relay::Recorder,
        flags: &[&str],
    ) -> (String, String) {
        let ask = Ask {
            flags,
            ..Ask::default()
        };
        let kubectl = self.scratch.admin.kubectl.to_str().unwrap().to_owned();
        self.run(&kubectl, &ask, &["get", "cronjobs"]);
        let first = server.take();
        self.run(BINARY, &ask, &["list"]);
        (first, server.take())
    }
}
