//! A load that fails for real: everything is taken back, and the live data was never touched.

use crate::sample::Sample;
use crate::support::dump::{behind, edit};
use crate::support::state::Facts;

const QUICK: &str = "--no-safety-backup";
const ROLE: &str = "e2e_new_role";

/// The dump with one more row behind those of `child`, and one more role, which owns a table.
fn spoiled(sample: &Sample, row: &str) -> String {
    let copy = behind(
        &sample.dump,
        "COPY public.child (id, parent_id, amount, note) FROM stdin;\n",
    );
    let end = copy + sample.dump[copy..].find("\n\\.\n").unwrap() + 1;
    let dump = format!("{}{row}{}", &sample.dump[..end], &sample.dump[end..]);
    let roles = "--\n-- Roles\n--\n\n";
    let role = format!(
        "CREATE ROLE {ROLE};\nALTER ROLE {ROLE} WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS;\n"
    );
    let dump = edit(&dump, roles, &format!("{roles}{role}"));
    edit(
        &dump,
        "ALTER TABLE public.parent OWNER TO dbuser;",
        &format!("ALTER TABLE public.parent OWNER TO {ROLE};"),
    )
}

#[test]
fn a_load_that_fails_is_taken_back_whole() {
    let demo = crate::demo();
    demo.until_healthy();
    let sample = Sample::new(&demo);
    // A foreign key fails long after the data, a check while COPY runs, a row of too few columns at once.
    let cases = [
        (
            "999999\t4711\t1\torphan\n",
            "violates foreign key constraint",
        ),
        ("999999\t1\t-1\tnegative\n", "amount_is_positive"),
        ("999999\n", "missing data for column"),
    ];
    let before = Facts::of_surroundings(&demo);
    for (row, reason) in cases {
        let file = sample.write("spoiled.sql", spoiled(&sample, row).as_bytes());
        demo.plugin(&["verify", &file]).expect(0);
        let failed = demo.plugin(&["restore", &file, "--yes", QUICK]).expect(5);
        assert_eq!(failed.stdout, "");
        let failed = failed
            .says("was rolled back: the live databases are as before")
            .says(reason);
        failed.says("Create missing roles: e2e_new_role");
        before.assert_same(&Facts::of_surroundings(&demo));
        sample.assert_whole(&demo);
    }
    demo.until_healthy();
}

/// The same dump without the spoilt row is restored, with its role.
#[test]
fn a_role_that_was_missing_is_made_and_owns_what_it_did() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let file = sample.write("role.sql", spoiled(&sample, "").as_bytes());
    demo.plugin(&["restore", &file, "--yes", "--drop-old", QUICK])
        .expect(0);
    let owner = demo.psql(
        &sample.name,
        "SELECT relowner::regrole FROM pg_class WHERE oid = 'public.parent'::regclass",
    );
    assert_eq!(owner, ROLE);
    let login = demo.psql(
        "postgres",
        &format!("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = '{ROLE}'"),
    );
    assert_eq!(login, "t|f");
    demo.psql("postgres", &format!("DROP DATABASE {}", sample.name));
    demo.psql("postgres", &format!("DROP ROLE {ROLE}"));
}

/// A session that a test holds open in a live database does not keep the restore from ending.
#[test]
fn a_session_in_the_way_is_ended_and_the_swap_goes_on() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let file = sample.write("whole.sql", sample.dump.as_bytes());
    let mut session = demo.session(&sample.name);
    session.send("BEGIN; LOCK TABLE child IN ACCESS EXCLUSIVE MODE; DELETE FROM child;\n");
    let locked = "SELECT count(*) FROM pg_locks WHERE relation = 'child'::regclass AND granted AND mode = 'AccessExclusiveLock'";
    crate::support::until("the table is locked", 20, || {
        demo.psql(&sample.name, locked) == "1"
    });
    demo.plugin(&["restore", &file, "--yes", "--drop-old", QUICK])
        .expect(0);
    drop(session);
    sample.assert_whole(&demo);
}

/// Ctrl-C in the middle of the load, and the decision to go back.
#[test]
fn an_interrupted_load_is_taken_back_whole() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let copy = behind(
        &sample.dump,
        "COPY public.child (id, parent_id, amount, note) FROM stdin;\n",
    );
    let rows = String::from_utf8(crate::memory::rows(1_000_000, 256 << 20)).unwrap();
    let dump = format!("{}{rows}{}", &sample.dump[..copy], &sample.dump[copy..]);
    let file = sample.write("large.sql", dump.as_bytes());
    let before = Facts::of_surroundings(&demo);
    let mut restore =
        crate::support::plugin::start(&demo.kubeconfig, &["restore", &file, "--yes", QUICK]);
    let loading =
        "SELECT count(*) FROM pg_stat_progress_copy WHERE datname LIKE '%\\_\\_restore\\_%'";
    crate::support::until("rows are loaded", 60, || {
        assert!(!restore.has_ended(), "the load is over already");
        demo.psql("postgres", loading) != "0"
    });
    restore.interrupt();
    let ended = restore.wait().expect(3);
    let ended = ended.says("the restore was interrupted at \"Load beside the live databases\"");
    ended
        .says("the live databases are as before")
        .says("kubectl quetzal-db rollback");
    demo.plugin(&["rollback", "--yes"]).expect(0);
    before.assert_same(&Facts::of_surroundings(&demo));
    sample.assert_whole(&demo);
}
