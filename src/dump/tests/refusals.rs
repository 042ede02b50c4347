//! Dumps that must not be restored, and what is said about them.

use super::{END, ODD, SCRIPT, SCRIPT_END, TITLE, dump_of, globals_of, item, scan};
use crate::dump::Open;
use crate::dump::{Kind, Position, Reason, Scanner};

fn reason(dump: impl AsRef<[u8]>) -> Reason {
    scan(dump).expect_err("must be refused").reason
}

/// `name: dump => reason`.
macro_rules! refuses {
    ($($name:ident: $dump:expr => $reason:expr;)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(reason($dump), $reason);
        })*
    };
}

/// `name: statement in an item of type TABLE => reason`.
macro_rules! statements {
    ($($name:ident: $statement:expr => $reason:expr;)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(reason(dump_of(&item("TABLE", $statement))), $reason);
        })*
    };
}

fn unknown(text: &str) -> Reason {
    Reason::Statement(text.into())
}

fn misplaced(statement: &str, kind: Kind) -> Reason {
    Reason::StatementInItem {
        statement: statement.into(),
        kind,
    }
}

refuses! {
    empty: "" => Reason::Empty;
    another_file: "hello" => Reason::NotAClusterDump;
    another_comment: "--\n-- hello\n--\n" => Reason::NotAClusterDump;
    archive: "PGDMP\x01\x0e" => Reason::CustomArchive;
    single_database: ["--\n-- PostgreSQL database dump\n--\n", ODD].concat() => Reason::SingleDatabaseDump;
    data_behind_the_end: [ODD, "x"].concat() => Reason::AfterEnd;
    newline_behind_the_end: [ODD, "\n"].concat() => Reason::AfterEnd;
    two_dumps: [ODD, ODD].concat() => Reason::AfterEnd;
    last_byte_missing: &ODD[..ODD.len() - 1] => Reason::MissingClusterEnd;
    database_cut_short: [TITLE, SCRIPT, END].concat() => Reason::MissingDatabaseEnd;
    database_cut_short_before_another: [TITLE, SCRIPT, SCRIPT, SCRIPT_END, END].concat() => Reason::MissingDatabaseEnd;
    end_missing: [TITLE, SCRIPT, SCRIPT_END].concat() => Reason::MissingClusterEnd;
    same_database_twice: [TITLE, SCRIPT, SCRIPT_END, SCRIPT, SCRIPT_END, END].concat() =>
        Reason::DuplicateDatabase("postgres".into());
    versions_differ: ODD.replacen("Dumped from database version 15", "Dumped from database version 14", 1) =>
        Reason::VersionsDiffer {
            first: "14.18 (Debian 15.18-0+deb12u1)".into(),
            other: "15.18 (Debian 15.18-0+deb12u1)".into(),
        };
    no_versions: dump_of("").replace("-- Dumped from", "-- dumped from") => Reason::MissingVersion;
    no_encoding: dump_of("").replace("SET client_encoding = 'UTF8';", "") => Reason::MissingEncoding;
    nul: ODD.replacen("CREATE ROLE db_user;", "CREATE ROLE \0;", 1) => Reason::Nul;
    nul_in_copy: ODD.replacen("CREATE ROLE dbuser;\t", "\0", 1) => Reason::Nul;

    shell: dump_of("\\! touch /tmp/x\n") => Reason::MetaCommand("\\\\! touch /tmp/x".into());
    connect_elsewhere: dump_of("\\connect evil\n") =>
        Reason::ConnectElsewhere { expected: "postgres".into(), found: "evil".into() };
    connect_with_host: dump_of("\\connect postgres evil host\n") =>
        Reason::MetaCommand("\\\\connect postgres evil host".into());
    connect_by_string_with_host: dump_of("\\connect -reuse-previous=on \"dbname='postgres' host='x'\"\n") =>
        Reason::MetaCommand("\\\\connect -reuse-previous=on \\\"dbname=…".into());
    connect_through_backquotes: dump_of("\\connect `touch /tmp/x`\n") =>
        Reason::MetaCommand("\\\\connect `touch /tmp/x`".into());
    two_meta_commands: dump_of("\\connect postgres \\! x\n") =>
        Reason::MetaCommand("\\\\connect postgres \\\\! x".into());
    connect_while_restricted: dump_of("\\restrict k\n\\connect postgres\n") => Reason::Restrict;
    restrict_twice: dump_of("\\restrict k\n\\restrict k\n") => Reason::Restrict;
    unrestrict_with_another_key: dump_of("\\restrict k\n\\unrestrict x\n") => Reason::Restrict;
    unrestrict_alone: dump_of("\\unrestrict k\n") => Reason::Restrict;
    restrict_left_open: dump_of("\\restrict k\n") => Reason::Restrict;
    restrict_with_backquotes: dump_of("\\restrict `x`\n") => Reason::MetaCommand("\\\\restrict `x`".into());
    encoding_alone: dump_of("\\encoding SQL_ASCII\nSET row_security = off;\n") => Reason::StrayEncoding;
    another_encoding: dump_of("\\encoding SJIS\n") => Reason::MetaCommand("\\\\encoding SJIS".into());

    nonstandard_strings: dump_of("SET standard_conforming_strings = off;") => Reason::NonStandardStrings;
    unsafe_encoding: dump_of("").replace("UTF8", "SJIS") => Reason::UnsafeEncoding("SJIS".into());
    encoding_changes: dump_of("SET client_encoding = 'LATIN1';") =>
        Reason::EncodingChanges { from: "UTF8".into(), to: "LATIN1".into() };
    other_setting: dump_of("SET session_replication_role = replica;") =>
        Reason::Setting("session_replication_role".into());
    other_value: dump_of("SET row_security = on;") => Reason::Setting("row_security".into());
    statement_before_items: dump_of("CREATE TABLE t ();") => Reason::OutsideItem("CREATE TABLE t ();".into());
    statement_between_scripts: [TITLE, SCRIPT, SCRIPT_END, "SELECT 1;\n", END].concat() =>
        Reason::OutsideItem("SELECT 1;".into());
    setting_inside_item: dump_of(&item("TABLE", "CREATE TABLE t ();\nSET row_security = off;")) =>
        Reason::SettingInsideItem;
    block_comment: dump_of("/* x */\n") => unknown("/* x */");

    insert_outside_of_data: dump_of(&item("TABLE", "INSERT INTO t VALUES (1);")) =>
        misplaced("INSERT INTO t VALUES (1);", Kind::Table);
    definition_in_data: dump_of(&item("TABLE DATA", "CREATE TABLE t ();")) =>
        misplaced("CREATE TABLE t ();", Kind::TableData);
    copy_outside_of_data: dump_of(&item("TABLE", "COPY t FROM stdin;\n\\.\n")) =>
        misplaced("COPY t FROM stdin;", Kind::Table);
    two_copies: dump_of(&item("TABLE DATA", "COPY t FROM stdin;\n\\.\nCOPY t FROM stdin;\n\\.\n")) =>
        Reason::CopyNotAlone;
    copy_and_insert: dump_of(&item("TABLE DATA", "COPY t FROM stdin;\n\\.\nINSERT INTO t VALUES (1);")) =>
        Reason::CopyNotAlone;
    commit_outside_of_large_objects: dump_of(&item("TABLE", "COMMIT;")) => misplaced("COMMIT;", Kind::Table);
    large_objects_without_commit: dump_of(&item("BLOBS", "BEGIN;\nSELECT pg_catalog.lo_close(0);")) =>
        Reason::Transaction;
    large_objects_without_begin: dump_of(&item("BLOBS", "SELECT pg_catalog.lo_close(0);")) => Reason::Transaction;
    large_objects_that_run_code: dump_of(&item("BLOBS", "BEGIN;\nSELECT pg_catalog.lowrite(0, f());\nCOMMIT;")) =>
        unknown("SELECT pg_catalog.lowrite(0, f());");
    two_transactions: dump_of(&item("BLOBS", "BEGIN;\nCOMMIT;\nBEGIN;\nCOMMIT;")) => Reason::Transaction;
    authorization_outside_of_rights: dump_of(&item("TABLE", "SET SESSION AUTHORIZATION x;")) =>
        misplaced("SET SESSION AUTHORIZATION x;", Kind::Table);
    authorization_left: dump_of(&item("ACL", "SET SESSION AUTHORIZATION x;\nGRANT SELECT ON t TO y;")) =>
        Reason::SessionAuthorization;

    role_twice: globals_of("CREATE ROLE x;\nCREATE ROLE x;") => Reason::DuplicateRole("x".into());
    role_not_created: globals_of("ALTER ROLE x WITH LOGIN;") => Reason::UnknownRole("x".into());
    role_with_clean: globals_of("DROP ROLE x;") => Reason::Drop("DROP ROLE x;".into());
    table_in_globals: globals_of("CREATE TABLE t ();") => unknown("CREATE TABLE t ();");
    long_name: globals_of(&format!("CREATE ROLE {};", "x".repeat(64))) => Reason::LongName(64);
    empty_name: globals_of("CREATE ROLE \"\";") => Reason::EmptyName;
    name_in_another_encoding:
        [TITLE.as_bytes(), b"CREATE ROLE \"\xff\";\n", END.as_bytes()].concat() => Reason::NotUtf8;
    grant_on_table_in_globals: globals_of("GRANT SELECT ON t TO x;") => unknown("GRANT SELECT ON t TO x;");
}

statements! {
    clean: "DROP TABLE t;" => Reason::Drop("DROP TABLE t;".into());
    anonymous_block: "DO $$BEGIN END$$;" => unknown("DO $$BEGIN END$$;");
    truncate: "TRUNCATE t;" => unknown("TRUNCATE t;");
    delete: "DELETE FROM t;" => unknown("DELETE FROM t;");
    update: "UPDATE t SET a = 1;" => unknown("UPDATE t SET a = 1;");
    alter_system: "ALTER SYSTEM SET x = 1;" => unknown("ALTER SYSTEM SET x = 1;");
    load: "LOAD 'x';" => unknown("LOAD …");
    set_role: "SET ROLE x;" => Reason::Malformed { statement: "SET", near: "x;".into() };
    reset_all: "RESET ALL;" => Reason::Malformed { statement: "RESET", near: "ALL;".into() };
    call: "CALL p();" => unknown("CALL p();");
    select: "SELECT f();" => unknown("SELECT f();");
    select_from_catalog: "SELECT pg_catalog.pg_reload_conf();" => unknown("SELECT pg_catalog.pg_reload_conf();");
    search_path: "SELECT pg_catalog.set_config('search_path', 'x', false);" => unknown("SELECT pg_catalog.set_config(…");
    setval_that_runs_code: "SELECT pg_catalog.setval('s', f(), true);" => unknown("SELECT pg_catalog.setval(…");
    prepared: "PREPARE TRANSACTION 'x';" => unknown("PREPARE TRANSACTION …");
    create_role: "CREATE ROLE dbuser;" => unknown("CREATE ROLE dbuser;");
    alter_role: "ALTER ROLE dbuser SUPERUSER;" =>
        Reason::Malformed { statement: "ALTER ROLE … IN DATABASE", near: "SUPERUSER;".into() };
    grant_role: "GRANT a TO b;" => unknown("GRANT a TO b;");
    create_database: "CREATE DATABASE x;" =>
        Reason::OtherDatabase { expected: "postgres".into(), found: "x".into() };
    alter_other_database: "ALTER DATABASE x OWNER TO y;" =>
        Reason::OtherDatabase { expected: "postgres".into(), found: "x".into() };
    rename_database: "ALTER DATABASE postgres RENAME TO y;" =>
        Reason::Malformed { statement: "ALTER DATABASE", near: "RENAME TO y;".into() };
    move_database: "ALTER DATABASE postgres SET TABLESPACE y;" =>
        Reason::Malformed { statement: "ALTER DATABASE", near: "y;".into() };
    grant_on_two_databases: "GRANT CONNECT ON DATABASE postgres, x TO y;" =>
        unknown("GRANT CONNECT ON DATABASE postgres, x TO y;");
    comment_on_other_database: "COMMENT ON DATABASE x IS 'y';" =>
        Reason::OtherDatabase { expected: "postgres".into(), found: "x".into() };
    schema_with_elements: "CREATE SCHEMA s CREATE TABLE t ();" =>
        Reason::Malformed { statement: "CREATE SCHEMA", near: "CREATE TABLE t ();".into() };
    copy_from_file: "COPY t FROM '/etc/passwd';" => Reason::CopyFile;
    copy_from_program: "COPY t FROM PROGRAM 'id';" => Reason::CopyFile;
    copy_to_program: "COPY t TO PROGRAM 'id';" => Reason::CopyFile;
    copy_query: "COPY (SELECT 1) TO stdout;" => Reason::Malformed { statement: "COPY", near: "(SELECT 1) TO stdout;".into() };
    copy_with_options: "COPY t FROM stdin WITH (FORMAT csv);" =>
        Reason::Malformed { statement: "COPY", near: "WITH (FORMAT csv);".into() };
    operator_first: "+ 1;" => unknown("+ 1;");
    statement_without_end: "CREATE TABLE t (" => Reason::Unterminated(Open::Statement);
}

#[test]
fn a_name_with_a_newline_in_a_title_is_no_statement() {
    let body = "--\n-- Name: a\nDROP DATABASE live; Type: TABLE; Schema: x; Owner: y\n--\n\n";
    assert!(matches!(reason(dump_of(body)), Reason::Drop(_)));
}

#[test]
fn refusals_tell_where() {
    let dump = dump_of(&item(
        "TABLE",
        "CREATE TABLE t ();\n\nDROP DATABASE\n  live;",
    ));
    let refusal = scan(&dump).unwrap_err();
    let byte = dump.find("DROP").unwrap();
    let line = dump[..byte].matches('\n').count() as u64 + 1;
    assert_eq!(
        refusal.at,
        Position {
            byte: byte as u64,
            line
        }
    );
    assert_eq!(
        refusal.to_string(),
        format!(
            "a dump made with --clean: it would drop what is live (`DROP DATABASE\\n  live;`) (byte {byte}, line {line})"
        )
    );
}

#[test]
fn a_refusal_is_final() {
    let mut scanner = Scanner::new();
    let first = scanner.feed(b"hello").unwrap_err();
    assert_eq!(scanner.feed(TITLE.as_bytes()), Err(first.clone()));
    assert_eq!(scanner.finish(), Err(first));
}

#[test]
fn statements_too_long_to_keep_are_not_kept() {
    let long = format!(
        "ALTER DATABASE postgres SET x TO '{}';",
        "y".repeat(300_000)
    );
    assert_eq!(
        reason(dump_of(&item("DATABASE PROPERTIES", &long))),
        Reason::LongStatement(256 * 1024)
    );
    let lowrite = format!(
        "BEGIN;\nSELECT pg_catalog.lowrite(0, '{}');\nCOMMIT;",
        "y".repeat(300_000)
    );
    assert!(matches!(
        reason(dump_of(&item("BLOBS", &lowrite))),
        Reason::Statement(_)
    ));
    let function = format!("CREATE FUNCTION f() AS '{}';", "y".repeat(300_000));
    assert!(scan(dump_of(&item("FUNCTION", &function))).is_ok());
}
