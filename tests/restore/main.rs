//! `restore` on a real cluster: everything comes back, and whatever goes wrong changes nothing.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a test may"
)]

#[path = "../support/mod.rs"]
mod support;

mod confirm;
mod content;
mod cuts;
mod failures;
mod memory;
mod refusals;
mod sample;
mod story;

use support::demo::{CRONJOB, Demo};

const DATABASES: &str = "'template0', 'template1', 'postgres', 'dbuser', 'quetzal', 'unittests'";
const ROLES: &str =
    "'dbuser', 'db_user', 'db_ro_user', 'quetzal_readers', 'quetzal_curators', 'quetzal_auditor'";

/// The demo, without what a test that failed may have left: each test is judged by itself.
fn demo() -> Demo {
    let demo = Demo::get();
    let leftovers = format!(
        "SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database WHERE datname NOT IN ({DATABASES}) \\gexec
        SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname !~ '^pg_' AND rolname NOT IN ({ROLES}) \\gexec
        SELECT format('DROP TABLESPACE %I', spcname) FROM pg_tablespace WHERE spcname !~ '^pg_' \\gexec"
    );
    demo.psql("postgres", &leftovers);
    demo.in_pod(&["rm", "-rf", "/srv/data/.quetzal-db"], b"");
    let own = "app.kubernetes.io/managed-by=kubectl-quetzal-db";
    demo.admin
        .run(&["delete", "configmap,lease", "--selector", own]);
    let resumed = r#"--patch={"spec": {"suspend": false}}"#;
    demo.admin
        .run(&["patch", "cronjob", CRONJOB, "--type=merge", resumed]);
    demo.scale(1);
    demo
}
