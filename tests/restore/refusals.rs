//! Dumps that are whole and must not be restored all the same.

use crate::sample::Sample;
use crate::support::demo::Demo;
use crate::support::dump::{behind, edit};
use crate::support::state::Facts;

/// Byte and line, from 1, of the only occurrence of `text`.
fn place(dump: &str, text: &str) -> String {
    let at = behind(dump, text) - text.len();
    format!("byte {at}, line {}", dump[..at].matches('\n').count() + 1)
}

fn refused(demo: &Demo, sample: &Sample, dump: &str, texts: &[&str]) {
    let file = sample.write("refused.sql", dump.as_bytes());
    let ended = demo.plugin(&["restore", &file, "--yes"]).expect(4);
    assert_eq!(ended.stdout, "");
    for text in texts {
        assert!(
            ended.stderr.contains(text),
            "standard error lacks {text:?}\n{ended}"
        );
    }
}

const TABLE: &str = "CREATE TABLE public.child (";

#[test]
fn hostile_dumps_are_refused_with_the_place_and_nothing_runs() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let before = Facts::of_surroundings(&demo);
    let statements = [
        (r"\! touch /tmp/e2e_injected", "psql meta-command"),
        (r"\o |touch /tmp/e2e_injected", "psql meta-command"),
        (
            r"\copy public.child from program 'touch /tmp/e2e_injected'",
            "psql meta-command",
        ),
        (
            r"\connect quetzal",
            r"\restrict and \unrestrict do not pair up",
        ),
        (
            "COPY public.child FROM PROGRAM 'touch /tmp/e2e_injected';",
            "COPY from or to a file or program",
        ),
        (
            "COPY public.child TO '/tmp/e2e_injected';",
            "COPY from or to a file or program",
        ),
        ("DROP DATABASE quetzal;", "DROP DATABASE quetzal"),
        ("DROP TABLE public.parent;", "DROP TABLE public.parent"),
        (
            "DO $$ BEGIN PERFORM pg_read_file('/etc/passwd'); END $$;",
            "DO $$",
        ),
        (
            "ALTER SYSTEM SET archive_command = 'touch /tmp/e2e_injected';",
            "ALTER SYSTEM",
        ),
    ];
    for (statement, reason) in statements {
        let dump = edit(&sample.dump, TABLE, &format!("{statement}\n{TABLE}"));
        let at = place(&dump, &format!("{statement}\n{TABLE}"));
        refused(&demo, &sample, &dump, &[reason, &at]);
    }
    // Between the databases, and at the very beginning.
    let begin = sample
        .dump
        .find("SET default_transaction_read_only")
        .unwrap();
    let dump = format!(
        "{}\\! touch /tmp/e2e_injected\n{}",
        &sample.dump[..begin],
        &sample.dump[begin..]
    );
    refused(
        &demo,
        &sample,
        &dump,
        &[
            "psql meta-command",
            &place(&dump, "\\! touch /tmp/e2e_injected"),
        ],
    );

    before.assert_same(&Facts::of_surroundings(&demo));
    sample.assert_whole(&demo);
    let found = demo.in_pod(
        &[
            "sh",
            "-c",
            "ls /tmp/e2e_injected 2>/dev/null || echo absent",
        ],
        b"",
    );
    assert_eq!(found, b"absent\n");
    assert!(!std::path::Path::new("/tmp/e2e_injected").exists());
}

#[test]
fn an_extension_that_the_server_lacks_is_refused_in_the_plan() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let before = Facts::of_surroundings(&demo);
    let dump = sample.dump.replace("citext", "nosuchextension");
    refused(
        &demo,
        &sample,
        &dump,
        &[r#"the server lacks the extension "nosuchextension" that the dump needs"#],
    );
    before.assert_same(&Facts::of_surroundings(&demo));
}

#[test]
fn a_tablespace_that_the_server_lacks_is_refused_in_the_plan() {
    let demo = crate::demo();
    let location = "/tmp/e2e_space";
    demo.in_pod(
        &["install", "-d", "-o", "postgres", "-m", "0700", location],
        b"",
    );
    demo.psql(
        "postgres",
        &format!("CREATE TABLESPACE e2e_space LOCATION '{location}'"),
    );
    let sample = Sample::new(&demo);
    demo.psql("postgres", "DROP TABLESPACE e2e_space");
    let before = Facts::of_surroundings(&demo);
    refused(
        &demo,
        &sample,
        &sample.dump,
        &[r#"the server lacks the tablespace "e2e_space" that the dump needs"#],
    );
    before.assert_same(&Facts::of_surroundings(&demo));
    demo.in_pod(&["rm", "-r", location], b"");
}

#[test]
fn a_dump_of_a_newer_server_is_refused_where_it_asks_for_more() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let before = Facts::of_surroundings(&demo);
    let newer = sample
        .dump
        .replace("database version 15.", "database version 99.")
        .replace("pg_dump version 15.", "pg_dump version 99.");
    assert_ne!(newer, sample.dump);
    let virtual_column =
        "CREATE TABLE public.strange (a integer, b integer GENERATED ALWAYS AS (a) VIRTUAL);";
    let strange = edit(&newer, TABLE, &format!("{virtual_column}\n\n{TABLE}"));
    let reasons = [
        "the dump is of PostgreSQL 99.",
        "a virtual generated column",
    ];
    refused(&demo, &sample, &strange, &reasons);
    let file = sample.write("newer.sql", newer.as_bytes());
    demo.plugin(&["restore", &file, "--yes", "--in-place"])
        .expect(4)
        .says("a dump of the newer PostgreSQL 99.");
    let whole = sample.write("whole.sql", sample.dump.as_bytes());
    demo.plugin(&["restore", &whole, "--yes", "--database", "missing"])
        .expect(4)
        .says(r#"the dump has no database "missing""#);
    before.assert_same(&Facts::of_surroundings(&demo));
}

#[test]
fn what_is_no_dump_of_a_cluster_is_refused() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    for (content, reason) in [
        ("", "the backup is empty"),
        ("hello\n", "not a plain dump of pg_dumpall"),
        ("PGDMP\u{1}\u{e}", "a custom-format archive of pg_dump"),
        (
            "--\n-- PostgreSQL database dump\n--\n\n",
            "a pg_dump of one database",
        ),
    ] {
        refused(&demo, &sample, content, &[reason]);
    }
    demo.plugin(&["restore", "/nonexistent/file.sql", "--yes"])
        .expect(4)
        .says("cannot open /nonexistent/file.sql");
}
