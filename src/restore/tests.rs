//! The pure parts of a restore, over a small dump written by hand.

use crate::dump::{Inventory, Scanner};
use crate::postgres::RestoreId;
use crate::postgres::catalog::{Catalog, Obstacle};

use super::by_hand::by_hand;
use super::facts::{BackupFacts, Disk, Facts, Runner, RunnerState, Target};
use super::journal::{Event, Journal, LINE, StepName};
use super::plan::{OldDatabases, Options, Plan, SafetyBackup, SafetyPlan};
use super::preflight::PlanRefusal;
use super::record::{LAYOUT, Record, Standing};
use super::roles::{RolePasswords, RolePlan};
use super::roles_undo::undo_sql;
use super::sessions::Resources;
use super::swap::{Mixed, Swapped, swap_sql, swapped, unswap_sql};

mod in_place;
mod load;
mod versions;

const STATE: &str = "SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

";

fn dump() -> String {
    format!(
        r"--
-- PostgreSQL database cluster dump
--

SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Roles
--

CREATE ROLE boss;
ALTER ROLE boss WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS PASSWORD 'SCRAM-boss';
CREATE ROLE newcomer;
ALTER ROLE newcomer WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS PASSWORD 'SCRAM-new';
CREATE ROLE worker;
ALTER ROLE worker WITH NOSUPERUSER INHERIT NOCREATEROLE CREATEDB LOGIN NOREPLICATION NOBYPASSRLS PASSWORD 'SCRAM-dump';

--
-- Role memberships
--

GRANT newcomer TO worker GRANTED BY boss;


--
-- Databases
--

--
-- Database app dump
--

--
-- PostgreSQL database dump
--

-- Dumped from database version 15.18
-- Dumped by pg_dump version 15.18

{STATE}--
-- Name: app; Type: DATABASE; Schema: -; Owner: worker
--

CREATE DATABASE app WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C';


ALTER DATABASE app OWNER TO worker;

\connect app

{STATE}SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: t; Type: TABLE; Schema: public; Owner: worker
--

CREATE TABLE public.t (
    a text
);


ALTER TABLE public.t OWNER TO worker;

--
-- Data for Name: t; Type: TABLE DATA; Schema: public; Owner: worker
--

COPY public.t (a) FROM stdin;
one
\\! touch /tmp/x
\.


--
-- PostgreSQL database dump complete
--

--
-- PostgreSQL database cluster dump complete
--

"
    )
}

fn inventory() -> Inventory {
    let mut scanner = Scanner::new();
    scanner.feed(dump().as_bytes()).unwrap();
    scanner.finish().unwrap()
}

fn live() -> Catalog {
    serde_json::from_str(
        r#"{"version_num": 150018, "version": "15.18", "system_identifier": "1", "started": "t", "user": "boss",
        "databases": [{"name": "app", "size": 1000, "connectable": true, "comment": null},
                      {"name": "postgres", "size": 1000, "connectable": true, "comment": null}],
        "roles": [
          {"name": "boss", "superuser": true, "inherit": true, "create_role": true, "create_db": true, "login": true,
           "replication": true, "bypass_rls": true, "connection_limit": -1, "valid_until": null, "comment": null},
          {"name": "worker", "superuser": false, "inherit": true, "create_role": false, "create_db": false,
           "login": true, "replication": false, "bypass_rls": false, "connection_limit": -1, "valid_until": null,
           "comment": null},
          {"name": "stranger", "superuser": false, "inherit": true, "create_role": false, "create_db": false,
           "login": true, "replication": false, "bypass_rls": false, "connection_limit": -1, "valid_until": null,
           "comment": null}],
        "memberships": [{"role": "stranger", "member": "worker", "admin": false, "inherit": null, "set": null}],
        "role_settings": [{"role": "worker", "name": "work_mem", "value": "64MB"}],
        "tablespaces": ["pg_default", "pg_global"], "predefined_roles": ["pg_monitor"],
        "parameters": ["work_mem", "DateStyle"], "extensions": null, "busy": null, "max_wal_bytes": 1000000}"#,
    )
    .unwrap()
}

fn facts() -> Facts {
    Facts {
        target: Target {
            context: "here".into(),
            namespace: "ns".into(),
            pod: "pod/db".into(),
            release: "demo".into(),
        },
        live: live(),
        disk: Disk {
            folder: "/data/.quetzal-db".into(),
            data: "/data/pgdata".into(),
            free: 100 << 30,
            total: 200 << 30,
            log: None,
        },
        resources: Resources {
            cpus: Some(2),
            memory: Some(4 << 30),
        },
        runners: vec![Runner {
            name: "deployment/app".into(),
            replicas: 2,
            state: RunnerState::Running,
        }],
        cronjob: Some(("cron".into(), false)),
        backups: Some("gs://b/db".into()),
        backup: BackupFacts {
            name: "b".into(),
            stored_bytes: 10,
            sha256: "00".into(),
        },
        lost: Vec::new(),
    }
}

fn id() -> RestoreId {
    "0123abcd".parse().unwrap()
}

fn plan() -> Plan {
    Plan::new(&facts(), &inventory(), &Options::default(), id()).unwrap()
}

fn refusal(change: impl FnOnce(&mut Facts, &mut Options)) -> PlanRefusal {
    let (mut facts, mut options) = (facts(), Options::default());
    change(&mut facts, &mut options);
    Plan::new(&facts, &inventory(), &options, id()).unwrap_err()
}

#[test]
fn the_plan_names_what_it_makes() {
    let plan = plan();
    let d = &plan.databases[0];
    assert_eq!(
        (d.name.as_str(), d.staged.as_str()),
        ("app", "app__restore_0123abcd")
    );
    assert_eq!(d.kept.as_deref(), Some("app__before_0123abcd"));
    assert_eq!((d.tables, d.rows, d.bytes), (1, 2, 21));
    let create = "CREATE DATABASE \"app__restore_0123abcd\" WITH TEMPLATE = template0 ENCODING = 'UTF8' \
                  LOCALE_PROVIDER = libc LOCALE = 'C';";
    assert_eq!(d.create_sql, create);
}

#[test]
fn roles_become_those_of_the_dump_but_for_superusers_and_passwords() {
    let roles = RolePlan::new(&inventory().globals, &live(), RolePasswords::Keep);
    assert_eq!(
        (roles.create, roles.untouched, roles.unknown),
        (
            vec!["newcomer".to_owned()],
            vec!["boss".to_owned()],
            vec!["stranger".to_owned()]
        )
    );
    let sql: Vec<_> = roles.changes.iter().map(|c| c.sql.expose()).collect();
    assert_eq!(
        sql,
        [
            "ALTER ROLE \"newcomer\" WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS \
         CONNECTION LIMIT -1 PASSWORD 'SCRAM-new';",
            "ALTER ROLE \"worker\" WITH NOSUPERUSER INHERIT NOCREATEROLE CREATEDB LOGIN NOREPLICATION NOBYPASSRLS \
         CONNECTION LIMIT -1;",
            "ALTER ROLE \"worker\" RESET \"work_mem\";",
            "REVOKE \"stranger\" FROM \"worker\";",
            "GRANT \"newcomer\" TO \"worker\";",
        ]
    );
    let shown = format!("{:?}", roles.changes);
    assert!(!shown.contains("SCRAM"), "{shown}");
}

#[test]
fn the_dumps_passwords_are_taken_only_when_asked_for() {
    let roles = RolePlan::new(&inventory().globals, &live(), RolePasswords::Dump);
    let passwords: Vec<_> = roles
        .changes
        .iter()
        .map(|c| c.sql.expose())
        .filter(|s| s.contains("SCRAM-dump"))
        .collect();
    assert_eq!(passwords, ["ALTER ROLE \"worker\" PASSWORD 'SCRAM-dump';"]);
}

#[test]
fn the_swap_is_one_transaction() {
    let sql = swap_sql(&plan(), &inventory());
    let text = String::from_utf8(sql.expose().to_vec()).unwrap();
    let lines: Vec<_> = text
        .lines()
        .filter(|l| !l.contains("ROLE") && !l.contains("GRANT") && !l.contains("REVOKE"))
        .collect();
    assert_eq!(
        lines,
        [
            "BEGIN;",
            "SET LOCAL lock_timeout = '10s';",
            "SET LOCAL synchronous_commit = on;",
            "ALTER DATABASE \"app\" RENAME TO \"app__before_0123abcd\";",
            "ALTER DATABASE \"app__restore_0123abcd\" RENAME TO \"app\";",
            "ALTER DATABASE app OWNER TO worker;",
            "ALTER DATABASE \"app__before_0123abcd\" WITH ALLOW_CONNECTIONS false;",
            "COMMIT;",
        ]
    );
    assert_eq!(format!("{sql:?}"), "(hidden)");
}

#[test]
fn the_names_tell_on_which_side_of_the_swap_the_server_is() {
    let names = |n: &[&str]| n.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    let (staged, kept) = ("app__restore_0123abcd", "app__before_0123abcd");
    assert_eq!(swapped(&plan(), &names(&["app", staged])), Ok(Swapped::No));
    assert_eq!(swapped(&plan(), &names(&["app", kept])), Ok(Swapped::Yes));
    for mixed in [
        &["app"][..],
        &[staged],
        &["app", staged, kept],
        &[kept, staged],
        &[],
    ] {
        assert_eq!(
            swapped(&plan(), &names(mixed)).map_err(|Mixed(d)| d),
            Err("app".to_owned()),
            "{mixed:?}"
        );
    }
}

#[test]
fn what_cannot_go_well_is_refused_before_anything_happens() {
    assert_eq!(
        refusal(|f, _| f.live.version_num = 100_001),
        PlanRefusal::OldServer("15.18".into())
    );
    assert_eq!(
        refusal(|_, o| o.databases = vec!["nope".into()]),
        PlanRefusal::UnknownDatabase {
            name: "nope".into(),
            available: "app".into()
        }
    );
    let busy = Obstacle {
        database: "app".into(),
        what: "replication slot s".into(),
    };
    assert_eq!(
        refusal(|f, _| f.live.busy.push(busy)),
        PlanRefusal::Busy {
            database: "app".into(),
            what: "replication slot s".into()
        }
    );
    let taken =
        |f: &mut Facts, _: &mut Options| f.live.databases[1].name = "app__restore_0123abcd".into();
    assert_eq!(
        refusal(taken),
        PlanRefusal::NameTaken("app__restore_0123abcd".into())
    );
    assert!(matches!(
        refusal(|f, _| f.disk.free = 1 << 30),
        PlanRefusal::NoSpace { .. }
    ));
}

#[test]
fn the_way_back_is_the_swap_reversed_in_one_transaction() {
    let undo = undo_sql(&inventory().globals, &live());
    let sql = unswap_sql(&plan(), &undo);
    let text = String::from_utf8(sql.expose().to_vec()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines,
        [
            "BEGIN;",
            "SET LOCAL lock_timeout = '10s';",
            "SET LOCAL synchronous_commit = on;",
            "ALTER DATABASE \"app\" RENAME TO \"app__restore_0123abcd\";",
            "ALTER DATABASE \"app__restore_0123abcd\" WITH IS_TEMPLATE false;",
            "ALTER DATABASE \"app__before_0123abcd\" WITH ALLOW_CONNECTIONS true;",
            "ALTER DATABASE \"app__before_0123abcd\" RENAME TO \"app\";",
            "ALTER ROLE \"worker\" WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION \
             NOBYPASSRLS CONNECTION LIMIT -1;",
            "COMMENT ON ROLE \"worker\" IS NULL;",
            "ALTER ROLE \"worker\" RESET ALL;",
            "ALTER ROLE \"worker\" SET \"work_mem\" TO '64MB';",
            "REVOKE \"newcomer\" FROM \"worker\";",
            "GRANT \"stranger\" TO \"worker\";",
            "COMMIT;",
        ]
    );
}

/// The steps of a plan, those that run at the same time together.
fn together(plan: &Plan) -> Vec<Vec<StepName>> {
    let line = plan.line();
    let groups = line.chunk_by(|step, next| step.feeds(*next));
    groups.map(<[StepName]>::to_vec).collect()
}

#[test]
fn the_load_begins_while_the_backup_arrives_where_no_safety_backup_is_waited_for() {
    use StepName::{
        CleanUp, CreateRoles, MaintenanceOff, MaintenanceOn, Prove, ProveSafetyBackup,
        ResumeBackups, Stage, StartSafetyBackup, SuspendBackups, Swap, Transfer, Unpack,
    };
    let behind = [
        Prove,
        MaintenanceOn,
        Swap,
        MaintenanceOff,
        ResumeBackups,
        CleanUp,
    ];
    let behind = behind.map(|step| vec![step]);
    let waits = [
        vec![SuspendBackups],
        vec![StartSafetyBackup],
        vec![Transfer, Unpack],
        vec![ProveSafetyBackup],
        vec![CreateRoles],
        vec![Stage],
    ];
    assert_eq!(together(&plan()), [&waits[..], &behind[..]].concat());
    let options = Options {
        safety: SafetyBackup::None,
        ..Options::default()
    };
    let plan = Plan::new(&facts(), &inventory(), &options, id()).unwrap();
    let flows = [vec![SuspendBackups, CreateRoles, Transfer, Unpack, Stage]];
    assert_eq!(together(&plan), [&flows[..], &behind[..]].concat());
}

fn record() -> Record {
    Record {
        layout: LAYOUT,
        plan: plan(),
        system_identifier: "1".into(),
        reference: "latest".into(),
        text_bytes: 1,
        roles_undo: Vec::new(),
        begun_by: "me".into(),
        begun_at: "now".into(),
        journal: Journal::new(LINE),
        took: Vec::new(),
    }
}

#[test]
fn a_record_survives_being_stored_and_holds_no_verifier() {
    let mut record = record();
    record
        .journal
        .record(StepName::Transfer, Event::Started)
        .unwrap();
    let text = serde_json::to_string(&record).unwrap();
    assert!(!text.contains("SCRAM"), "{text}");
    let again = Record::read("r", &text).unwrap();
    assert_eq!(
        again.plan.databases[0].create_sql,
        record.plan.databases[0].create_sql
    );
    assert_eq!(again.journal.to_undo(), [StepName::Transfer]);
    let other = text.replacen("\"layout\":2", "\"layout\":1", 1);
    let refused = Record::read("r", &other).unwrap_err().to_string();
    assert_eq!(
        refused,
        "the journal in configmap/r has layout 1, this plugin reads 2"
    );
}

#[test]
fn the_journal_tells_where_a_restore_stands() {
    let mut record = record();
    let at =
        |record: &mut Record, step, event| record.journal.record(step, event).map(drop).unwrap();
    assert_eq!(record.standing(), Standing::Interrupted);
    at(&mut record, StepName::SuspendBackups, Event::Started);
    assert_eq!(
        (record.standing(), record.current()),
        (Standing::Interrupted, Some(StepName::SuspendBackups))
    );
    at(&mut record, StepName::SuspendBackups, Event::UndoStarted);
    at(&mut record, StepName::SuspendBackups, Event::UndoFailed);
    assert_eq!(record.standing(), Standing::Stuck);
    at(&mut record, StepName::SuspendBackups, Event::UndoStarted);
    at(&mut record, StepName::SuspendBackups, Event::UndoFinished);
    assert_eq!(record.standing(), Standing::RolledBack);
    let mut whole = self::record();
    for step in LINE {
        at(&mut whole, step, Event::Started);
        at(&mut whole, step, Event::Succeeded);
    }
    assert_eq!(
        (whole.standing(), whole.current()),
        (Standing::Finished, None)
    );
}

#[test]
fn the_safety_backup_is_begun_with_the_transfer_and_proved_before_anything_is_made() {
    let place = |line: &[StepName], step| line.iter().position(|s| *s == step);
    let line = plan().line();
    assert_eq!(line, LINE);
    let order = [
        StepName::SuspendBackups,
        StepName::StartSafetyBackup,
        StepName::Transfer,
        StepName::Unpack,
        StepName::ProveSafetyBackup,
        StepName::CreateRoles,
        StepName::Stage,
    ];
    assert!(order.iter().is_sorted_by_key(|step| place(&line, *step)));
    assert_eq!(
        plan().safety,
        Some(SafetyPlan {
            cronjob: "cron".into(),
            job: "cron-safety-0123abcd".into(),
            folder: "gs://b/db".into()
        })
    );
}

#[test]
fn a_safety_backups_job_has_a_name_that_fits() {
    let long = format!("{}-{}", "c".repeat(46), "d".repeat(5));
    let job = SafetyPlan::new(&long, "gs://b/db", &id()).job;
    assert_eq!(job, format!("{}-safety-0123abcd", "c".repeat(46)));
    assert!(job.len() <= 63);
}

#[test]
fn without_a_safety_backup_the_line_lacks_its_two_steps_only() {
    let options = Options {
        safety: SafetyBackup::None,
        old: OldDatabases::Drop,
        ..Options::default()
    };
    let mut facts = facts();
    facts.cronjob = None;
    let plan = Plan::new(&facts, &inventory(), &options, id()).unwrap();
    let missing: Vec<_> = LINE
        .into_iter()
        .filter(|s| !plan.line().contains(s))
        .collect();
    assert_eq!(
        missing,
        [StepName::StartSafetyBackup, StepName::ProveSafetyBackup]
    );
    assert!(
        plan.warnings
            .iter()
            .any(|w| w.ends_with("there will be no way back")),
        "{:?}",
        plan.warnings
    );
}

#[test]
fn a_safety_backup_that_cannot_be_made_or_proved_is_refused() {
    assert_eq!(
        refusal(|f, _| f.cronjob = None),
        PlanRefusal::NoBackupCronJob
    );
    assert_eq!(
        refusal(|f, _| f.backups = None),
        PlanRefusal::NoBackupFolder("cron".into())
    );
}

#[test]
fn what_an_undo_left_can_be_done_by_hand() {
    let plan = plan();
    let (name, staged) = (&plan.databases[0].name, &plan.databases[0].staged);
    assert_eq!(
        by_hand(StepName::Stage, &plan)[0],
        format!("DROP DATABASE IF EXISTS \"{staged}\";")
    );
    let back = by_hand(StepName::Swap, &plan);
    assert_eq!(
        back[0],
        format!("ALTER DATABASE \"{name}\" RENAME TO \"{staged}\";")
    );
    let kept = plan.databases[0].kept.as_ref().unwrap();
    assert_eq!(
        back[1],
        format!("ALTER DATABASE \"{kept}\" RENAME TO \"{name}\";")
    );
    let runner = &plan.runners[0];
    assert_eq!(
        by_hand(StepName::MaintenanceOn, &plan)[0],
        format!(
            "kubectl -n {} scale {} --replicas={}",
            plan.target.namespace, runner.name, runner.replicas
        )
    );
}

#[test]
fn the_application_counts_as_stopped_until_it_was_started_or_never_stopped() {
    let mut record = record();
    let mut at = |step, event| {
        record.journal.record(step, event).unwrap();
        record.application_is_stopped()
    };
    assert!(!at(StepName::Stage, Event::Started));
    assert!(at(StepName::MaintenanceOn, Event::Started));
    assert!(at(StepName::MaintenanceOn, Event::Succeeded));
    assert!(at(StepName::MaintenanceOff, Event::Started));
    assert!(!at(StepName::MaintenanceOff, Event::Succeeded));
    assert!(at(StepName::MaintenanceOff, Event::UndoStarted));
    assert!(at(StepName::MaintenanceOn, Event::UndoStarted));
    assert!(!at(StepName::MaintenanceOn, Event::UndoFinished));
}
