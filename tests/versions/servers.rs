//! One server of each version, each in a namespace of its own, with the demo's roles and databases and one more.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::scratch::Scratch;
use crate::support::until;

/// Versions of PostgreSQL: the oldest that is common, the demo's, the two newest.
pub(crate) const VERSIONS: [u32; 4] = [13, 15, 17, 18];
/// The databases that a dump of such a server holds and a restore brings back.
pub(crate) const DATABASES: [&str; 3] = ["features", "quetzal", "unittests"];
const DEPLOYMENT: &str = "demo-quetzal-db";

/// A server and all that it holds.
pub(crate) struct Server {
    pub(crate) version: u32,
    pub(crate) demo: Demo,
    scratch: Scratch,
}

fn image(version: u32) -> String {
    match version {
        15 => "localhost/quetzal-db:15".to_owned(),
        _ => format!("localhost/postgres:{version}"),
    }
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn deployment(version: u32) -> Value {
    let labels =
        json!({"app.kubernetes.io/instance": "demo", "app.kubernetes.io/component": "database"});
    let server = json!({
        "name": "quetzal", "image": image(version), "imagePullPolicy": "IfNotPresent",
        "env": [
            {"name": "POSTGRES_USER", "value": "dbuser"},
            {"name": "POSTGRES_PASSWORD", "value": "no secret"},
            {"name": "DB_USER_PASSWORD", "value": "no secret"},
            {"name": "DB_RO_USER_PASSWORD", "value": "no secret"},
            {"name": "PGDATA", "value": "/srv/data/pgdata"}],
        // Over TCP: the server of the first start listens on its socket alone.
        "readinessProbe": {"exec": {"command": ["pg_isready", "-q", "-h", "127.0.0.1"]}, "periodSeconds": 2},
        "volumeMounts": [
            {"name": "data", "mountPath": "/srv/data"},
            {"name": "init", "mountPath": "/docker-entrypoint-initdb.d"}],
    });
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": DEPLOYMENT, "labels": labels},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {
            "containers": [server], "automountServiceAccountToken": false, "enableServiceLinks": false,
            "volumes": [{"name": "data", "emptyDir": {}}, {"name": "init", "configMap": {"name": "init"}}]}}},
    })
}

/// The lines of an answer, sorted.
fn in_order(answer: &str) -> String {
    let mut lines: Vec<_> = answer.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

impl Server {
    /// Starts it and fills it.
    pub(crate) fn new(version: u32) -> Self {
        let scratch = Scratch::new(&format!("postgres-{version}"));
        let admin = &scratch.admin;
        admin.run(&[
            "create",
            "configmap",
            "init",
            "--from-file=tests/demo/sql/init",
        ]);
        admin.apply(&deployment(version));
        let demo = Demo {
            admin: admin.clone(),
            kubeconfig: scratch.kubeconfig.clone(),
        };
        until(&format!("PostgreSQL {version} is ready"), 180, || {
            demo.replicas(DEPLOYMENT).1 == 1
        });
        let server = Self {
            version,
            demo,
            scratch,
        };
        let demo_rows = read("tests/demo/sql/population.sql") + &read("tests/demo/sql/images.sql");
        server
            .demo
            .psql("quetzal", &format!("\\set mb 1\n{demo_rows}"));
        server
            .demo
            .psql("postgres", &read("tests/versions/features.sql"));
        server
    }

    /// A path for a file that goes with the server.
    pub(crate) fn file(&self, name: &str) -> String {
        self.scratch.file(name)
    }

    /// Everything that each of some databases holds.
    pub(crate) fn content(&self, databases: &[&str]) -> Vec<String> {
        let sql = read("tests/versions/content.sql");
        let held = databases.iter().map(|d| in_order(&self.demo.psql(d, &sql)));
        held.collect()
    }

    /// Everything that no database holds.
    pub(crate) fn globals(&self) -> String {
        in_order(
            &self
                .demo
                .psql("postgres", &read("tests/versions/globals.sql")),
        )
    }

    /// What changes with any restore: which databases there are, and that they are the very same ones.
    pub(crate) fn identity(&self) -> String {
        let sql = "SELECT oid, datname FROM pg_database ORDER BY oid";
        self.demo.psql("postgres", sql)
    }
}
