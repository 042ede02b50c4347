//! The demo deployment that `make cluster-test` brings up: kubectl as its administrator, psql in its Pod.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use super::plugin::{self, Ended};

const DATABASE: &str = "deployment/demo-quetzal-db";
/// The backup CronJob.
pub const CRONJOB: &str = "demo-quetzal-db-cron";

/// A namespace of the test cluster, seen by its administrator.
#[derive(Clone)]
pub struct Admin {
    pub kubectl: PathBuf,
    pub kubeconfig: PathBuf,
    pub namespace: String,
}

/// The demo deployment, and the kubeconfig that has the plugin's permissions and no more.
#[derive(Clone)]
pub struct Demo {
    pub admin: Admin,
    pub kubeconfig: PathBuf,
}

fn variable(name: &str) -> PathBuf {
    let value = std::env::var_os(name).filter(|v| !v.is_empty());
    value.map_or_else(
        || panic!("{name} is not set: `make cluster-test` sets it, and runs this test"),
        PathBuf::from,
    )
}

impl Admin {
    pub fn get() -> Self {
        Self {
            kubectl: variable("QUETZAL_TEST_KUBECTL"),
            kubeconfig: variable("QUETZAL_TEST_ADMIN_KUBECONFIG"),
            namespace: variable("QUETZAL_TEST_NAMESPACE")
                .to_str()
                .unwrap()
                .to_owned(),
        }
    }

    /// The part of the kubeconfig that is in use, with what its files hold written into it.
    pub fn config(&self) -> serde_json::Value {
        let view = [
            "config",
            "view",
            "--minify",
            "--flatten",
            "--raw",
            "-o",
            "json",
        ];
        serde_json::from_str(&self.run(&view)).unwrap()
    }

    pub fn in_namespace(&self, namespace: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            ..self.clone()
        }
    }

    /// kubectl as the administrator, in the namespace.
    pub fn command<S: AsRef<str>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(&self.kubectl);
        command.env("KUBECONFIG", &self.kubeconfig);
        if let Some(context) = std::env::var_os("KUBE_CONTEXT") {
            command.arg("--context").arg(context);
        }
        command
            .args(["--namespace", &self.namespace])
            .args(args.iter().map(AsRef::as_ref));
        command
    }

    /// Runs kubectl with `input`.
    pub fn output<S: AsRef<str>>(&self, args: &[S], input: &[u8]) -> Output {
        let mut command = self.command(args);
        let command = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // A program that ends early takes no more: its exit code says why.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        output
    }

    /// Runs kubectl; its standard output. Fails where kubectl fails.
    #[track_caller]
    pub fn run_bytes<S: AsRef<str>>(&self, args: &[S], input: &[u8]) -> Vec<u8> {
        let output = self.output(args, input);
        let args: Vec<&str> = args.iter().map(AsRef::as_ref).collect();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "kubectl {} failed: {stderr}",
            args.join(" ")
        );
        output.stdout
    }

    #[track_caller]
    pub fn run<S: AsRef<str>>(&self, args: &[S]) -> String {
        String::from_utf8(self.run_bytes(args, b""))
            .unwrap()
            .trim_end()
            .to_owned()
    }

    /// Applies one object.
    #[track_caller]
    pub fn apply(&self, object: &serde_json::Value) {
        self.run_bytes(&["apply", "-f", "-"], object.to_string().as_bytes());
    }

    /// An object, or a list of them, as JSON.
    #[track_caller]
    pub fn json<S: AsRef<str>>(&self, args: &[S]) -> serde_json::Value {
        let mut all = vec!["get", "-o", "json"];
        all.extend(args.iter().map(AsRef::as_ref));
        serde_json::from_str(&self.run(&all)).unwrap()
    }
}

const DATABASES: &str = "'template0', 'template1', 'postgres', 'dbuser', 'quetzal', 'unittests'";
const ROLES: &str =
    "'dbuser', 'db_user', 'db_ro_user', 'quetzal_readers', 'quetzal_curators', 'quetzal_auditor'";

impl Demo {
    /// Removes what a test that failed may have left, and starts the application.
    pub fn clear(&self) {
        let own = "app.kubernetes.io/managed-by=kubectl-quetzal-db";
        let admin = &self.admin;
        admin.run(&["delete", "configmap,lease", "--selector", own]);
        admin.run(&["delete", "lease", "quetzal-db-demo", "--ignore-not-found"]);
        // A killed plugin's helper Pod ends by itself, but not at once.
        admin.run(&["delete", "pods", "--selector", own, "--wait=false"]);
        let leftovers = format!(
            "SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database WHERE datname NOT IN ({DATABASES}) \\gexec
            SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname !~ '^pg_' AND rolname NOT IN ({ROLES}) \\gexec
            SELECT format('DROP TABLESPACE %I', spcname) FROM pg_tablespace WHERE spcname !~ '^pg_' \\gexec"
        );
        self.psql("postgres", &leftovers);
        self.in_pod(&["rm", "-rf", "/srv/data/.quetzal-db"], b"");
        let resumed = r#"--patch={"spec": {"suspend": false}}"#;
        admin.run(&["patch", "cronjob", CRONJOB, "--type=merge", resumed]);
        self.scale(1);
    }

    pub fn get() -> Self {
        Self {
            admin: Admin::get(),
            kubeconfig: variable("QUETZAL_TEST_KUBECONFIG"),
        }
    }

    /// Runs the plugin to its end.
    pub fn plugin(&self, args: &[&str]) -> Ended {
        plugin::run(&self.kubeconfig, args)
    }

    /// Runs a script of `tests/demo` on this namespace.
    #[track_caller]
    pub fn script(&self, name: &str, args: &[&str]) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/demo")
            .join(name);
        let mut command = Command::new(path);
        command
            .env("KUBECONFIG", &self.admin.kubeconfig)
            .env("KUBECTL", &self.admin.kubectl);
        let output = command
            .arg(&self.admin.namespace)
            .args(args)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{name} failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// What the running application leaves as it is: one line a table and role.
    pub fn data(&self) -> String {
        self.script("show.sh", &["--data"])
    }

    /// Runs a program in the database's container.
    #[track_caller]
    pub fn in_pod(&self, argv: &[&str], input: &[u8]) -> Vec<u8> {
        self.admin.run_bytes(&exec(argv), input)
    }

    /// Runs SQL as the superuser; unaligned rows.
    #[track_caller]
    pub fn psql(&self, database: &str, sql: &str) -> String {
        let rows = self.in_pod(&psql(database), sql.as_bytes());
        String::from_utf8(rows).unwrap().trim_end().to_owned()
    }

    /// What psql says on standard error where it must fail.
    #[track_caller]
    pub fn psql_fails(&self, database: &str, sql: &str) -> String {
        let output = self.admin.output(&exec(&psql(database)), sql.as_bytes());
        assert!(!output.status.success(), "{sql} succeeded in {database}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Opens a psql session that lives until it is dropped.
    pub fn session(&self, database: &str) -> Session {
        let mut command = self.admin.command(&exec(&psql(database)));
        let command = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Session {
            child: command.spawn().unwrap(),
        }
    }

    /// `pg_dumpall` of the server, as psql reads it.
    pub fn dump_all(&self, options: &[&str]) -> Vec<u8> {
        let script = r#"exec pg_dumpall -U "$POSTGRES_USER" "$@""#;
        let dump = self.in_pod(&[&["sh", "-c", script, "sh"], options].concat(), b"");
        let end = b"-- PostgreSQL database cluster dump complete\n--\n\n";
        assert!(dump.ends_with(end), "the stream from pg_dumpall was cut");
        dump
    }

    /// Names of all databases, sorted.
    pub fn databases(&self) -> Vec<String> {
        let names = self.psql(
            "postgres",
            r#"SELECT datname FROM pg_database ORDER BY datname COLLATE "C""#,
        );
        names.lines().map(str::to_owned).collect()
    }

    /// Wanted and ready replicas of a Deployment.
    pub fn replicas(&self, deployment: &str) -> (u64, u64) {
        let object = self.admin.json(&["deployment", deployment]);
        (
            object["spec"]["replicas"].as_u64().unwrap(),
            object["status"]["readyReplicas"].as_u64().unwrap_or(0),
        )
    }

    /// Waits until application and worker answer from the database.
    pub fn until_healthy(&self) {
        for name in ["demo-quetzal-app", "demo-quetzal-worker"] {
            super::until(&format!("{name} is ready"), 60, || {
                let (wanted, ready) = self.replicas(name);
                wanted > 0 && wanted == ready
            });
        }
    }

    /// Scales application and worker, and waits until no session of theirs is left where it is 0.
    pub fn scale(&self, replicas: u32) {
        let wanted = format!("--replicas={replicas}");
        self.admin.run(&[
            "scale",
            "deployment/demo-quetzal-app",
            "deployment/demo-quetzal-worker",
            &wanted,
        ]);
        if replicas > 0 {
            return self.until_healthy();
        }
        // An application that is about to reconnect has no session for a moment: its Pods must be gone first.
        let pods = "app.kubernetes.io/component in (app,worker)";
        super::until("the application's Pods end", 60, || {
            let found = self
                .admin
                .run(&["get", "pods", "--selector", pods, "-o", "name"]);
            found.is_empty()
        });
        let sessions = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'db_user'";
        super::until("the application's sessions end", 60, || {
            self.psql("postgres", sessions) == "0"
        });
    }
}

fn exec<'a>(argv: &[&'a str]) -> Vec<&'a str> {
    [&["exec", "-i", DATABASE, "-c", "quetzal", "--"], argv].concat()
}

/// kubectl's arguments for a psql that reads its standard input.
pub fn in_database(database: &str) -> Vec<&str> {
    exec(&psql(database))
}

fn psql(database: &str) -> [&str; 5] {
    let script = r#"export PGDATABASE="$1"; exec psql -X -q -A -t -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -f -"#;
    ["sh", "-c", script, "sh", database]
}

/// A psql session; dropped, it ends, and its transaction with it.
pub struct Session {
    child: Child,
}

impl Session {
    pub fn send(&mut self, sql: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(sql.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // psql ends by itself when its input does.
        let _ = self.child.wait();
    }
}
