//! Dump and server of different versions.

use crate::dump::{Inventory, Scanner};
use crate::restore::facts::Facts;
use crate::restore::plan::{Options, Place, Plan};
use crate::restore::preflight::PlanRefusal;
use crate::restore::swap::swap_sql;

use super::{dump, facts, id, inventory};

/// The dump with other text in one place.
fn edited(from: &str, to: &str) -> Inventory {
    let dump = dump();
    assert_eq!(dump.matches(from).count(), 1, "{from}");
    let mut scanner = Scanner::new();
    scanner.feed(dump.replace(from, to).as_bytes()).unwrap();
    scanner.finish().unwrap()
}

fn on(version: u32) -> Facts {
    let mut facts = facts();
    facts.live.version_num = version * 10_000;
    facts.live.version = format!("{version}.1");
    facts
}

fn plan(server: u32, inventory: &Inventory) -> Result<Plan, PlanRefusal> {
    Plan::new(&on(server), inventory, &Options::default(), id())
}

#[track_caller]
fn refused(server: u32, inventory: &Inventory, need: &str) {
    let PlanRefusal::NewerDump { needs, .. } = plan(server, inventory).unwrap_err() else {
        panic!("refused otherwise");
    };
    assert_eq!(needs, [need]);
}

const GRANT: &str = "GRANT newcomer TO worker GRANTED BY boss;";
const LOCALE: &str = "LOCALE_PROVIDER = libc LOCALE = 'C'";
const OWNER: &str = "ALTER DATABASE app OWNER TO worker;";

#[test]
fn a_newer_dump_goes_where_nothing_of_it_is_strange() {
    let plan = plan(13, &inventory()).unwrap();
    // Before 15 there was no word for the provider.
    assert_eq!(
        plan.databases[0].create_sql,
        "CREATE DATABASE \"app__restore_0123abcd\" WITH TEMPLATE = template0 ENCODING = 'UTF8' LC_COLLATE = 'C' LC_CTYPE = 'C';"
    );
    assert_eq!(
        plan.warnings,
        [
            "before PostgreSQL 15 every role may create objects in schema public: revoke CREATE where that harms",
            "the dump is of PostgreSQL 15.18, newer than the server: what that does not know stops the load, and nothing live is changed then"
        ]
    );
}

#[test]
fn a_newer_dump_is_not_tried_in_place_of_the_live_databases() {
    let options = Options {
        place: Place::InPlace,
        ..Options::default()
    };
    let refusal = Plan::new(&on(14), &inventory(), &options, id()).unwrap_err();
    assert_eq!(
        refusal,
        PlanRefusal::NewerInPlace {
            dump: "15.18".into(),
            server: "14.1".into()
        }
    );
    Plan::new(&on(15), &inventory(), &options, id()).unwrap();
}

#[test]
fn what_the_server_does_not_know_is_refused_and_what_it_knows_is_not() {
    let dump = edited(
        "CREATE TABLE public.t (\n    a text\n);",
        "CREATE TABLE public.t (\n    a text,\n    b text GENERATED ALWAYS AS ((a || 'x'))\n);",
    );
    let at = dump.databases[0].needs[0].at;
    let need =
        format!("a virtual generated column (PostgreSQL 18 or later; database \"app\", {at})");
    refused(14, &dump, &need);
    // The dump's own version is not what counts.
    plan(15, &dump).unwrap();
    plan(18, &dump).unwrap();
}

#[test]
fn locale_providers_have_an_age() {
    let icu = edited(
        LOCALE,
        "LOCALE_PROVIDER = icu LOCALE = 'C' ICU_LOCALE = 'de'",
    );
    refused(
        14,
        &icu,
        "the locale provider icu (PostgreSQL 15 or later; database \"app\")",
    );
    plan(15, &icu).unwrap();
    let mut rules = edited(
        LOCALE,
        "LOCALE_PROVIDER = icu LOCALE = 'C' ICU_LOCALE = 'de' ICU_RULES = '&a < b'",
    );
    rules.server_version = "17.2".to_owned();
    refused(
        15,
        &rules,
        "ICU_RULES (PostgreSQL 16 or later; database \"app\")",
    );
    let mut builtin = edited(
        LOCALE,
        "LOCALE_PROVIDER = builtin LOCALE = 'C' BUILTIN_LOCALE = 'C'",
    );
    builtin.server_version = "17.2".to_owned();
    refused(
        16,
        &builtin,
        "the locale provider builtin (PostgreSQL 17 or later; database \"app\")",
    );
    plan(17, &builtin).unwrap();
}

#[test]
fn memberships_must_mean_the_same() {
    let with = |options: &str| {
        edited(
            GRANT,
            &format!("GRANT newcomer TO worker WITH {options} GRANTED BY boss;"),
        )
    };
    let odd = "a membership with options of its own (PostgreSQL 16 or later; worker in newcomer)";
    for same in ["INHERIT TRUE", "ADMIN OPTION, INHERIT TRUE"] {
        plan(14, &with(same)).unwrap();
    }
    for other in ["INHERIT FALSE", "INHERIT TRUE, SET FALSE"] {
        refused(14, &with(other), odd);
        let mut newest = with(other);
        newest.server_version = "17.2".to_owned();
        plan(16, &newest).unwrap();
    }
    let predefined = edited(GRANT, "GRANT pg_maintain TO worker GRANTED BY boss;");
    refused(14, &predefined, "the role pg_maintain");
    plan(
        14,
        &edited(GRANT, "GRANT pg_monitor TO worker GRANTED BY boss;"),
    )
    .unwrap();
    let parameter = edited(GRANT, "GRANT SET ON PARAMETER work_mem TO worker;");
    refused(
        14,
        &parameter,
        "privileges on parameters (PostgreSQL 15 or later)",
    );
    plan(15, &parameter).unwrap();
}

#[test]
fn what_the_server_has_no_parameter_for_is_left_out_and_said() {
    let known =
        "ALTER DATABASE app SET work_mem TO '1MB';\nALTER DATABASE app SET \"my.own\" TO 'x';";
    let unknown = "ALTER DATABASE app SET transaction_timeout TO '1min';";
    let mut dump = edited(OWNER, &format!("{OWNER}\n{known}\n{unknown}"));
    let setting = |name: &str| crate::dump::RoleSetting {
        role: "worker".to_owned(),
        database: None,
        name: name.to_owned(),
        value_sql: "'x'".to_owned(),
    };
    dump.globals.settings = vec![setting("idle_session_timeout"), setting("datestyle")];
    let plan = plan(15, &dump).unwrap();
    assert_eq!(
        plan.warnings,
        [
            "the dump sets what the server has no parameter for, which is left out: idle_session_timeout, transaction_timeout"
        ]
    );
    let sql = swap_sql(&plan, &dump);
    let sql = std::str::from_utf8(sql.expose()).unwrap();
    assert!(sql.contains(known), "{sql}");
    assert!(
        sql.contains("ALTER ROLE \"worker\" SET \"datestyle\" TO 'x';"),
        "{sql}"
    );
    assert!(!sql.contains("timeout TO"), "{sql}");
}
