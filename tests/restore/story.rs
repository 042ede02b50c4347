//! The main story: data is damaged, the backup is restored, everything is as it was.

use std::time::Duration;

use crate::support::demo::Demo;
use crate::support::state::{Facts, files, helpers, suspended};
use crate::support::until;

const LIVE: [&str; 2] = ["quetzal", "unittests"];

/// The name under which the last restore kept a database.
fn kept(demo: &Demo, before: &[String], name: &str) -> String {
    let is_new = |d: &&String| d.starts_with(&format!("{name}__before_")) && !before.contains(d);
    let found: Vec<String> = demo.databases().iter().filter(is_new).cloned().collect();
    assert_eq!(found.len(), 1, "databases kept of {name}");
    found[0].clone()
}

/// What must hold after every restore, and the removal of what it kept.
fn leaves_nothing_but_the_old_databases(demo: &Demo, before: &[String]) -> [String; 2] {
    let kept = LIVE.map(|name| kept(demo, before, name));
    let staged: Vec<_> = demo
        .databases()
        .into_iter()
        .filter(|d| d.contains("__restore_"))
        .collect();
    assert_eq!(staged, Vec::<String>::new());
    assert_eq!(files(demo), Vec::<String>::new());
    assert!(!suspended(demo), "the CronJob runs as before");
    until("the helper Pod is gone", 20, || helpers(demo).is_empty());
    for name in &kept {
        let refused = demo.psql_fails(name, "SELECT 1");
        assert!(
            refused.contains("is not currently accepting connections"),
            "{refused}"
        );
    }
    kept
}

fn drop_databases(demo: &Demo, names: &[String]) {
    for name in names {
        demo.psql("postgres", &format!(r#"DROP DATABASE "{name}""#));
    }
}

/// The application is stopped before the backup, so that every byte can be compared, and must stay stopped.
#[test]
fn every_byte_comes_back_and_what_was_stopped_stays_stopped() {
    let demo = crate::demo();
    demo.scale(0);
    // The two differ in whether the superuser is asked for its comment, too.
    demo.psql(
        "postgres",
        "COMMENT ON ROLE db_ro_user IS 'reads; it''s all it does'",
    );
    demo.plugin(&["backup", "-o", "json"]).expect(0);
    let truth = Facts::of_databases(&demo, &LIVE);
    assert!(
        truth.get("database quetzal").len() > 1_000_000,
        "a dump that holds the data"
    );

    damage_more_than_data(&demo);
    let before = demo.databases();
    let done = demo.plugin(&["restore", "latest", "--yes"]).expect(0);
    assert!(
        done.stdout
            .starts_with("Restored quetzal, unittests from db_dump-"),
        "{done}"
    );
    truth.assert_same(&Facts::of_databases(&demo, &LIVE));

    let old = leaves_nothing_but_the_old_databases(&demo, &before);
    for name in ["demo-quetzal-app", "demo-quetzal-worker"] {
        assert_eq!(demo.replicas(name), (0, 0), "{name} was stopped before");
    }
    the_kept_one_holds_the_damage(&demo, &old[0]);
    drop_databases(&demo, &old);
    demo.scale(1);
}

/// Roles, memberships and what belongs to the databases themselves.
fn damage_more_than_data(demo: &Demo) {
    demo.script("damage.sh", &[]);
    demo.psql(
        "postgres",
        "ALTER DATABASE quetzal RESET search_path;
        ALTER DATABASE quetzal SET work_mem = '1MB';
        COMMENT ON DATABASE quetzal IS 'damaged';
        GRANT ALL ON DATABASE quetzal TO PUBLIC;
        REVOKE CONNECT ON DATABASE quetzal FROM quetzal_auditor;
        ALTER DATABASE unittests CONNECTION LIMIT -1;
        ALTER ROLE quetzal_auditor IN DATABASE quetzal RESET work_mem;
        ALTER ROLE quetzal_auditor INHERIT CONNECTION LIMIT -1 VALID UNTIL 'infinity';
        ALTER ROLE db_user RESET lock_timeout;
        ALTER ROLE db_user SET statement_timeout = '9s';
        REVOKE ADMIN OPTION FOR quetzal_readers FROM quetzal_curators;
        REVOKE pg_read_all_settings FROM quetzal_auditor;
        GRANT db_user TO quetzal_auditor;
        COMMENT ON ROLE db_ro_user IS NULL;
        COMMENT ON ROLE quetzal_readers IS 'damaged';",
    );
    demo.psql("unittests", "DROP TABLE public.runs");
}

fn the_kept_one_holds_the_damage(demo: &Demo, name: &str) {
    demo.psql(
        "postgres",
        &format!(r#"ALTER DATABASE "{name}" ALLOW_CONNECTIONS true"#),
    );
    assert_eq!(
        demo.psql(name, "SELECT to_regclass('public.families') IS NULL"),
        "t"
    );
    assert_eq!(
        demo.psql(
            name,
            "SELECT count(*) > 0 FROM users WHERE email ~ '^[0-9a-f]{32}@$'"
        ),
        "t"
    );
}

/// The application runs and writes all the time; it answers again without help, and its downtime is printed.
#[test]
fn the_running_application_answers_again_by_itself() {
    let demo = crate::demo();
    demo.until_healthy();
    let truth = demo.data();
    let backup = demo
        .plugin(&["backup"])
        .expect(0)
        .stdout
        .trim_end()
        .to_owned();
    demo.script("damage.sh", &[]);
    assert_ne!(demo.data(), truth, "the damage shows");

    let pods = |demo: &Demo| {
        demo.admin.run(&[
            "get",
            "pods",
            "-l",
            "app.kubernetes.io/component=app",
            "-o",
            "name",
        ])
    };
    let before = (
        demo.databases(),
        pods(&demo),
        demo.replicas("demo-quetzal-app").0,
        demo.replicas("demo-quetzal-worker").0,
    );
    let done = demo.plugin(&["restore", &backup, "--yes"]).expect(0);
    assert_eq!(demo.data(), truth);
    assert!(done.stdout.contains(&format!("from {backup}: ")), "{done}");
    let downtime = done.stdout.lines().find_map(|l| {
        l.strip_prefix("The application was down for ")?
            .strip_suffix(" s.")
    });
    let downtime: f64 = downtime
        .unwrap_or_else(|| panic!("no downtime\n{done}"))
        .parse()
        .unwrap();
    assert!(
        downtime > 0.0 && Duration::from_secs_f64(downtime) < done.took / 2,
        "down for {downtime} s\n{done}"
    );

    demo.until_healthy();
    assert_eq!(demo.replicas("demo-quetzal-app").0, before.2);
    assert_eq!(demo.replicas("demo-quetzal-worker").0, before.3);
    assert_ne!(pods(&demo), before.1, "it was stopped for the swap");
    let rows = || {
        demo.psql("quetzal", "SELECT count(*) FROM activity")
            .parse::<u64>()
            .unwrap()
    };
    let now = rows();
    until("the application writes again", 30, || rows() > now);
    let old = leaves_nothing_but_the_old_databases(&demo, &before.0);
    drop_databases(&demo, &old);
}

/// The worker holds a long transaction, the application is not stopped: only its connections are cut.
#[test]
fn without_stopping_the_application_its_connections_are_cut_for_the_swap() {
    let demo = crate::demo();
    demo.until_healthy();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("whole.gz").to_str().unwrap().to_owned();
    let truth = demo.data();
    demo.plugin(&["backup", "--output", &file, "-o", "json"])
        .expect(0);
    demo.script("damage.sh", &[]);
    let pods = |demo: &Demo| {
        demo.admin.run(&[
            "get",
            "pods",
            "-l",
            "app.kubernetes.io/component in (app,worker)",
            "-o",
            "name",
        ])
    };
    let before = (demo.databases(), pods(&demo));
    let done = demo
        .plugin(&[
            "restore",
            &file,
            "--yes",
            "--maintenance",
            "connections",
            "--drop-old",
            "-o",
            "json",
        ])
        .expect(0);
    assert_eq!(demo.data(), truth);
    assert_eq!(done.json()["kept"], serde_json::json!([]));
    // From a local file a helper Pod is made for the safety backup alone, and left.
    assert!(done.json()["safety_backup"].is_string(), "{done}");
    until("the helper Pod is gone", 20, || helpers(&demo).is_empty());
    assert_eq!(demo.databases(), before.0, "--drop-old keeps none");
    assert_eq!(pods(&demo), before.1, "nothing was stopped");
    demo.until_healthy();
}

#[test]
fn a_dry_run_changes_nothing_and_its_plan_is_json() {
    let demo = crate::demo();
    demo.until_healthy();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("whole.sql").to_str().unwrap().to_owned();
    demo.plugin(&["backup", "--output", &file]).expect(0);
    let before = Facts::of_surroundings(&demo);
    let shown = demo
        .plugin(&["restore", &file, "--dry-run"])
        .expect(0)
        .says("Dry run: nothing was changed.");
    for text in [
        "Release     demo",
        "quetzal__restore_",
        "deployment/demo-quetzal-app (1 replica)",
        "cronjob/demo-quetzal-db-cron",
        "Safety copy  through cronjob/demo-quetzal-db-cron",
    ] {
        assert!(
            shown.stdout.contains(text),
            "{text:?} is not in the plan\n{shown}"
        );
    }
    let plan = demo
        .plugin(&["restore", &file, "--dry-run", "-o", "json", "-q"])
        .expect(0);
    before.assert_same(&Facts::of_surroundings(&demo));
    assert_eq!(plan.stderr, "");
    let plan = plan.json();
    let names: Vec<_> = plan["databases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, LIVE);
    assert_eq!(plan["target"]["namespace"], *demo.admin.namespace);
    let rows = demo
        .psql("unittests", "SELECT count(*) FROM runs")
        .parse::<u64>()
        .unwrap();
    assert_eq!(plan["databases"][1]["rows"], rows);
}
