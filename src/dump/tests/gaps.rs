//! What stands between items.

use super::{ODD, dump_of, item, scan};
use crate::dump::{Gap, Inventory, Kind, Reason};

fn gaps(body: &str) -> Vec<Gap> {
    let database = scan(dump_of(body)).unwrap().databases.remove(0);
    database.items.iter().map(|item| item.gap).collect()
}

fn table(name: &str) -> String {
    item("TABLE", &format!("CREATE TABLE public.{name} ();"))
}

/// Three tables, with this between the first two.
fn with_between(between: &str) -> Vec<Gap> {
    gaps(&[&table("a"), between, &table("b"), &table("c")].concat())
}

#[test]
fn the_first_item_has_nothing_before_it() {
    assert_eq!(gaps(&table("a")), [Gap::Foreign]);
    assert_eq!(
        with_between(""),
        [Gap::Foreign, Gap::Clean, Gap::Clean],
        "the others only have titles before them"
    );
}

#[test]
fn comments_and_titles_leave_a_gap_clean() {
    let clean = [Gap::Foreign, Gap::Clean, Gap::Clean];
    assert_eq!(with_between("-- a comment\n\n--\n-- x\n--\n"), clean);
    assert_eq!(with_between(&item("TABLE", "")), clean);
    let rows = item("TABLE DATA", "COPY public.a FROM stdin;\n\\.\n");
    assert_eq!(gaps(&[table("a"), rows, table("b")].concat()), clean);
}

#[test]
fn whatever_is_not_loaded_makes_a_gap_foreign() {
    let database = "COMMENT ON DATABASE postgres IS 'x';";
    let authorized = "SET SESSION AUTHORIZATION o;\nGRANT CONNECT ON DATABASE postgres TO r;\nRESET SESSION AUTHORIZATION;";
    for between in [
        "SET default_tablespace = '';\n\n",
        "\\restrict k\n\\unrestrict k\n",
        "\\connect postgres\n",
        "\\encoding SQL_ASCII\n\\connect postgres\n",
        &item("COMMENT", database),
        &item("ACL", authorized),
        &[item("COMMENT", database), item("TABLE", "")].concat(),
    ] {
        assert_eq!(
            with_between(between),
            [Gap::Foreign, Gap::Foreign, Gap::Clean],
            "{between}"
        );
    }
}

#[test]
fn what_an_item_itself_defers_stands_before_it() {
    let mixed =
        "REVOKE ALL ON DATABASE postgres FROM o;\nGRANT USAGE ON SCHEMA public TO r;".to_owned();
    let body = [table("a"), item("ACL", &mixed), table("b")].concat();
    assert_eq!(gaps(&body), [Gap::Foreign, Gap::Foreign, Gap::Clean]);
}

#[test]
fn no_item_goes_on_behind_a_meta_command() {
    let body = item(
        "TABLE",
        "CREATE TABLE t ();\n\\restrict k\n\\unrestrict k\nCREATE TABLE u ();",
    );
    assert_eq!(
        scan(dump_of(&body)).unwrap_err().reason,
        Reason::OutsideItem("CREATE TABLE u ();".into())
    );
}

#[test]
fn an_authorization_is_for_something() {
    let body = item(
        "ACL",
        "GRANT USAGE ON SCHEMA s TO r;\nSET SESSION AUTHORIZATION o;\nRESET SESSION AUTHORIZATION;",
    );
    assert_eq!(
        scan(dump_of(&body)).unwrap_err().reason,
        Reason::SessionAuthorization
    );
}

/// Every gap of a real dump, judged by its text alone.
#[test]
fn gaps_of_a_real_dump() {
    let Inventory { databases, .. } = scan(ODD).unwrap();
    let place = |offset: u64| usize::try_from(offset).unwrap();
    for items in databases.iter().map(|database| &database.items) {
        assert!(items.first().is_none_or(|item| item.gap == Gap::Foreign));
        for pair in items.windows(2) {
            let between = &ODD[place(pair[0].span.end)..place(pair[1].span.start)];
            let is_clean = between
                .lines()
                .all(|line| line.is_empty() || line.starts_with("--"));
            assert_eq!(pair[1].gap == Gap::Clean, is_clean, "{between}");
        }
    }
    let quetzal = &databases[5].items;
    let count = |gap| quetzal.iter().filter(|item| item.gap == gap).count();
    assert!(count(Gap::Clean) > 80, "{}", count(Gap::Clean));
    let after_settings = quetzal.iter().find(|item| item.kind == Kind::Table);
    assert_eq!(after_settings.unwrap().gap, Gap::Foreign);
}
