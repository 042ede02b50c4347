//! What is found in accepted dumps.

use super::{END, ODD, SCRIPT, SCRIPT_END, TITLE, dump_of, globals_of, item, scan};
use crate::dump::{
    CLUSTER_END, Copy, Database, Inventory, Item, Kind, Membership, Position, RoleSetting, Scanner,
    Transaction, ends_complete,
};

fn odd() -> Inventory {
    scan(ODD).unwrap()
}

fn database<'a>(inventory: &'a Inventory, name: &str) -> &'a Database {
    inventory
        .databases
        .iter()
        .find(|database| database.name == name)
        .unwrap()
}

fn text<'a>(dump: &'a str, item: &Item) -> &'a str {
    &dump[usize::try_from(item.span.start).unwrap()..usize::try_from(item.span.end).unwrap()]
}

fn only(body: &str) -> Database {
    scan(dump_of(body)).unwrap().databases.remove(0)
}

fn properties(database: &Database) -> Vec<&str> {
    database.properties.iter().map(|p| p.sql.as_str()).collect()
}

#[test]
fn odd_dump_as_a_whole() {
    let inventory = odd();
    assert_eq!(inventory.bytes, ODD.len() as u64);
    assert_eq!(inventory.lines, ODD.lines().count() as u64);
    assert!(inventory.server_version.starts_with("15."));
    assert_eq!(inventory.server_version, inventory.dump_version);
    assert_eq!(inventory.extensions(), ["citext", "pgcrypto"]);
    let names: Vec<&str> = inventory
        .databases
        .iter()
        .map(|database| database.name.as_str())
        .collect();
    let expected = [
        "template1",
        "Mixed.Case",
        "dbuser",
        r"my-db.1 'x' \ y",
        "postgres",
        "quetzal",
        r#"we"ird; DROP TABLE x --"#,
    ];
    assert_eq!(names, expected);
    let holding: Vec<&str> = inventory
        .databases
        .iter()
        .filter(|database| database.holds_objects())
        .map(|database| database.name.as_str())
        .collect();
    assert_eq!(holding, [r"my-db.1 'x' \ y", "quetzal"]);
}

#[test]
fn odd_roles() {
    let globals = odd().globals;
    let names: Vec<&str> = globals
        .roles
        .iter()
        .map(|role| role.name.as_str())
        .collect();
    let longest = "sixty_three_bytes_6789_123456789_123456789_123456789_1234567890";
    assert_eq!(longest.len(), 63);
    assert_eq!(
        names,
        [
            "  spaces – Ünïcode ",
            "db_ro_user",
            "db_user",
            "dbuser",
            longest,
            "we\"ird; DROP"
        ]
    );

    let user = &globals.roles[2];
    assert!(user.attributes.login && user.attributes.create_db && !user.attributes.superuser);
    assert_eq!(user.attributes.connection_limit, 7);
    assert_eq!(
        user.attributes.valid_until.as_deref(),
        Some("2099-01-01 00:00:00+00")
    );
    assert_eq!(
        user.password.as_ref().unwrap().expose(),
        "md5aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    );
    assert!(!globals.roles[1].attributes.inherit);
    assert!(globals.roles[3].attributes.superuser);

    assert_eq!(globals.comments[0].text, "first\nsecond \\ line's end");
    assert_eq!(
        globals.settings[2],
        RoleSetting {
            role: "we\"ird; DROP".into(),
            database: None,
            name: "my.setting".into(),
            value_sql: r"E'back\\slash '' quote'".into(),
        }
    );
    let joined = Membership {
        role: "db_user".into(),
        member: "db_ro_user".into(),
        admin: true,
        inherit: None,
        set: None,
        grantor: Some("dbuser".into()),
    };
    assert_eq!(globals.memberships[0], joined);
    assert_eq!(
        globals.parameter_grants,
        ["GRANT SET ON PARAMETER log_statement TO db_user;"]
    );
}

#[test]
fn passwords_are_never_shown() {
    let inventory = odd();
    let shown = format!("{inventory:?}");
    assert!(shown.contains("(hidden)") && !shown.contains("md5aaaa") && !shown.contains("SCRAM"));
    let refusal = scan(globals_of("ALTER ROLE x PASSWORD 'md5secret';")).unwrap_err();
    assert!(!refusal.to_string().contains("secret"));
    let refusal = scan(globals_of(
        "CREATE ROLE x;\nALTER ROLE x WITH PASSWORD 'md5secret' 7;",
    ))
    .unwrap_err();
    assert!(!refusal.to_string().contains("secret"), "{refusal}");
    let refusal = scan(globals_of("CREATE ROLE x PASSWORD 'md5secret';")).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "CREATE ROLE not of the form that pg_dumpall writes, near `PASSWORD …` (byte 43, line 5)"
    );
}

#[test]
fn odd_database_properties() {
    let inventory = odd();
    let quetzal = database(&inventory, "quetzal");
    let create = quetzal.create.as_ref().unwrap();
    assert_eq!(
        create.options_sql,
        "WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C'"
    );
    assert_eq!(create.encoding.as_deref(), Some("UTF8"));
    assert_eq!(create.lc_ctype.as_deref(), Some("C"));
    assert_eq!(quetzal.client_encoding, "UTF8");
    let expected = [
        "ALTER DATABASE quetzal OWNER TO db_user;",
        "COMMENT ON DATABASE quetzal IS 'main; \"database\"';",
        "ALTER DATABASE quetzal CONNECTION LIMIT = 40;",
        "ALTER DATABASE quetzal SET statement_timeout TO '1h';",
        "ALTER DATABASE quetzal SET \"my.path\" TO E'C:\\\\temp';",
        "ALTER ROLE db_ro_user IN DATABASE quetzal SET default_transaction_read_only TO 'on';",
        "REVOKE CONNECT,TEMPORARY ON DATABASE quetzal FROM PUBLIC;",
        "GRANT CONNECT ON DATABASE quetzal TO db_ro_user;",
    ];
    assert_eq!(properties(quetzal), expected);
    let parameters: Vec<_> = quetzal
        .properties
        .iter()
        .filter_map(|p| p.parameter.as_deref())
        .collect();
    assert_eq!(
        parameters,
        [
            "statement_timeout",
            "my.path",
            "default_transaction_read_only"
        ]
    );
    assert!(database(&inventory, "postgres").create.is_none());
    assert_eq!(
        properties(database(&inventory, "we\"ird; DROP TABLE x --")),
        ["ALTER DATABASE \"we\"\"ird; DROP TABLE x --\" OWNER TO dbuser;"]
    );
}

#[test]
fn odd_copy_data() {
    let inventory = odd();
    let quetzal = database(&inventory, "quetzal");
    // How many of the four rows a hash partition holds depends on the server that made the dump.
    let (parts, tables): (Vec<&Copy>, Vec<&Copy>) = quetzal
        .items
        .iter()
        .filter_map(|item| item.copy.as_ref())
        .partition(|copy| copy.via_root);
    assert!(parts.iter().all(|copy| &*copy.target == "app.parts"));
    assert_eq!(
        (parts.len(), parts.iter().map(|copy| copy.rows).sum()),
        (2, 4)
    );
    let mut tables: Vec<(&str, u64)> = tables
        .iter()
        .map(|copy| (&*copy.target, copy.rows))
        .collect();
    tables.sort_unstable();
    let expected = [
        ("\"Odd \"\"Schema\"\";\".\"ta\"\"ble\ntwo lines\"", 1),
        ("app.empty", 0),
        ("app.nothing", 2),
        ("app.unlogged", 1),
        ("app.users", 11),
        ("public.\"we\"\"ird; Type: TABLE DATA; Schema: x\"", 2),
        ("public.rows", 16),
    ];
    assert_eq!(tables, expected);
    assert_eq!(inventory.rows(), 38);
}

#[test]
fn rows_that_look_like_statements_stay_rows() {
    let inventory = odd();
    let quetzal = database(&inventory, "quetzal");
    let is_rows = |item: &&Item| {
        item.copy
            .as_ref()
            .is_some_and(|copy| &*copy.target == "public.rows")
    };
    let item = quetzal.items.iter().find(is_rows).unwrap();
    let rows = "CREATE ROLE dbuser;\n\\\\connect evil\n\\\\! touch /tmp/x\n\
        -- PostgreSQL database cluster dump complete\n--\n\
        -- Name: fake; Type: TABLE; Schema: public; Owner: -\n--\n\n\\N\n\\\\.\na\\r\n\
        COPY public.rows (line) FROM stdin;\n'\n\"\n$$\n/*\n";
    assert_eq!(
        text(ODD, item),
        format!("COPY public.rows (line) FROM stdin;\n{rows}\\.\n")
    );
    let data = item.copy.as_ref().unwrap().data.clone();
    assert_eq!(
        &ODD[usize::try_from(data.start).unwrap()..usize::try_from(data.end).unwrap()],
        rows
    );
}

#[test]
fn every_item_begins_and_ends_with_its_statements() {
    let inventory = odd();
    for item in inventory
        .databases
        .iter()
        .flat_map(|database| &database.items)
    {
        let text = text(ODD, item);
        assert!(text.ends_with(';') || text.ends_with("\n\\.\n"), "{text}");
        assert!(
            text.starts_with(|first: char| first.is_ascii_uppercase()),
            "{text}"
        );
        for reset in &item.resets {
            assert!(item.span.contains(reset));
        }
    }
}

#[test]
fn titles_inside_quotes_are_not_titles() {
    let inventory = odd();
    assert!(
        !inventory
            .databases
            .iter()
            .flat_map(|database| &database.items)
            .any(|item| &*item.tag == "fake")
    );
    let quetzal = database(&inventory, "quetzal");
    let function = quetzal
        .items
        .iter()
        .find(|item| &*item.tag == "fake_header()")
        .unwrap();
    assert!(text(ODD, function).ends_with("ALTER FUNCTION app.fake_header() OWNER TO dbuser;"));
    let standard = quetzal
        .items
        .iter()
        .find(|item| item.tag.starts_with("standard("))
        .unwrap();
    assert!(text(ODD, standard).contains("BEGIN ATOMIC"));
}

#[test]
fn large_objects_hold_their_own_transaction() {
    let inventory = odd();
    let blobs = database(&inventory, "quetzal")
        .items
        .iter()
        .find(|item| item.kind == Kind::Blobs)
        .unwrap();
    assert_eq!(blobs.transaction, Transaction::Own);
    assert!(text(ODD, blobs).starts_with("BEGIN;") && text(ODD, blobs).ends_with("COMMIT;"));
    assert!(blobs.resets.is_empty());
}

#[test]
fn session_settings_hold_until_the_next_connect() {
    let inventory = odd();
    let quetzal = database(&inventory, "quetzal");
    let table = quetzal
        .items
        .iter()
        .find(|item| item.kind == Kind::Table)
        .unwrap();
    assert_eq!(
        &*table.session,
        "SET default_tablespace = '';\nSET default_table_access_method = heap;"
    );
    assert_eq!(&*quetzal.items[0].session, "");
}

#[test]
fn resets_stand_before_statements_that_depend_on_the_lexer() {
    let body = item(
        "TABLE",
        "CREATE TABLE a (b text DEFAULT '\\');\nCOMMENT ON TABLE a IS 'x';\nCOMMENT ON TABLE b IS '\\';\nCOMMENT ON TABLE c IS E'\\\\';\nCOMMENT ON TABLE d IS 'é';",
    );
    let dump = dump_of(&body);
    let items = scan(&dump).unwrap().databases.remove(0).items;
    let expected = ["CREATE TABLE a", "COMMENT ON TABLE b", "COMMENT ON TABLE d"]
        .map(|text| dump.find(text).unwrap() as u64);
    assert_eq!(items[0].resets, expected);
}

#[test]
fn resets_stand_before_first_statements_of_any_kind() {
    let acl = "SET SESSION AUTHORIZATION \"ü\";\nGRANT USAGE ON SCHEMA s TO r;\nRESET SESSION AUTHORIZATION;";
    let bodies = [
        item("ACL", acl),
        item("TABLE DATA", "COPY public.t (\"ü\") FROM stdin;\n\\.\n"),
        item("COMMENT", "COMMENT ON TABLE t IS 'ü';"),
    ];
    for item in only(&bodies.concat()).items {
        assert_eq!(item.resets, [item.span.start], "{}", item.kind);
    }
}

#[test]
fn rights_of_another_role_are_kept_together() {
    let acl =
        "SET SESSION AUTHORIZATION o;\nGRANT USAGE ON SCHEMA s TO r;\nRESET SESSION AUTHORIZATION;";
    let database = only(&item("ACL", acl));
    assert_eq!(database.items.len(), 1);
    let dump = dump_of(&item("ACL", acl));
    assert_eq!(text(&dump, &database.items[0]), acl);

    let acl = "REVOKE ALL ON DATABASE postgres FROM o;\nSET SESSION AUTHORIZATION o;\n\
        GRANT CONNECT ON DATABASE postgres TO r;\nRESET SESSION AUTHORIZATION;";
    let database = only(&item("ACL", acl));
    assert!(database.items.is_empty());
    assert_eq!(properties(&database).join("\n"), acl);
}

#[test]
fn insert_data_and_statistics() {
    let inserts = item(
        "TABLE DATA",
        "INSERT INTO t VALUES (1, 'a');\nINSERT INTO t VALUES (2, 'b\\');",
    );
    let statistics = item(
        "STATISTICS DATA",
        "SELECT * FROM pg_catalog.pg_restore_relation_stats(\n\t'version', '180000'::integer,\n\t'relname', 't',\n\t'reltuples', '-1'::real\n);",
    );
    let database = only(&[inserts, statistics].concat());
    assert_eq!(database.items.len(), 2);
    assert_eq!(database.items[0].copy, None);
    assert_eq!(database.items[0].resets.len(), 1);
    assert_eq!(database.items[1].kind, Kind::StatisticsData);
}

#[test]
fn newer_memberships_and_tablespaces() {
    let globals = scan(globals_of(
        "CREATE ROLE a;\nGRANT b TO a WITH ADMIN OPTION, INHERIT TRUE, SET FALSE GRANTED BY c;\n\
         CREATE TABLESPACE t OWNER a LOCATION '/x';\nGRANT CREATE ON TABLESPACE t TO a;\n\
         COMMENT ON TABLESPACE t IS 'y';\nSECURITY LABEL FOR p ON ROLE a IS 'z';\n",
    ))
    .unwrap()
    .globals;
    let membership = &globals.memberships[0];
    assert_eq!(
        (membership.admin, membership.inherit, membership.set),
        (true, Some(true), Some(false))
    );
    assert_eq!(globals.tablespaces[0].statements.len(), 3);
    assert_eq!(
        globals.security_labels,
        ["SECURITY LABEL FOR p ON ROLE a IS 'z';"]
    );
}

#[test]
fn version_11_writes_no_headings() {
    let script = SCRIPT.split_once("\\connect").unwrap().1;
    let database = format!(
        "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.18\n\
         -- Dumped by pg_dump version 15.18\n\nSET client_encoding = 'UTF8';\n\n{}\\connect d\n\n",
        item(
            "DATABASE",
            "CREATE DATABASE d WITH TEMPLATE = template0 ENCODING = 'UTF8' LC_COLLATE = 'C' LC_CTYPE = 'C';"
        ),
    );
    let dump = [
        TITLE,
        "\\connect",
        script,
        SCRIPT_END,
        &database,
        SCRIPT_END,
        END,
    ]
    .concat();
    let names: Vec<String> = scan(dump)
        .unwrap()
        .databases
        .into_iter()
        .map(|database| database.name)
        .collect();
    assert_eq!(names, ["postgres", "d"]);
}

#[test]
fn the_end_is_told_by_its_last_bytes() {
    assert!(ODD.contains(CLUSTER_END));
    assert!(ends_complete(&ODD.as_bytes()[ODD.len() - 64..]));
    for cut in 1..64 {
        assert!(
            !ends_complete(&ODD.as_bytes()[..ODD.len() - cut]),
            "{cut} bytes cut off"
        );
    }
    assert!(!ends_complete([ODD, "\n"].concat().as_bytes()));
}

#[test]
fn position_counts_from_the_first_line() {
    let mut scanner = Scanner::new();
    assert_eq!(scanner.position(), Position { byte: 0, line: 1 });
    scanner.feed(TITLE.as_bytes()).unwrap();
    assert_eq!(scanner.position(), Position { byte: 43, line: 5 });
    scanner.feed(END.as_bytes()).unwrap();
    assert_eq!(scanner.position().byte, (TITLE.len() + END.len()) as u64);
}

#[test]
fn cut_at_any_byte_the_dump_is_refused() {
    let mut scanner = Scanner::new();
    for &byte in ODD.as_bytes() {
        let at = scanner.position();
        assert!(
            scanner.clone().finish().is_err(),
            "accepted when cut at {at}"
        );
        scanner.feed(&[byte]).unwrap();
    }
    assert_eq!(scanner.finish().unwrap(), odd());
}

/// What other versions write otherwise than 15: `version: item type, statements => items`.
#[test]
fn statements_of_other_versions() {
    let cases = [
        (
            "11",
            "TABLE DATA",
            "COPY t (a) WITH OIDS FROM stdin;\n1\t2\n\\.\n",
        ),
        (
            "13",
            "TABLE",
            "CREATE TABLE t (a integer);\n\n\nALTER TABLE ONLY p ATTACH PARTITION t DEFAULT;",
        ),
        (
            "16",
            "BLOB",
            "SELECT pg_catalog.lo_create('70001');\n\n\nALTER LARGE OBJECT 70001 OWNER TO o;",
        ),
        (
            "17",
            "BLOB METADATA",
            "SELECT pg_catalog.lo_create('1');\nSELECT pg_catalog.lo_create('2');\nALTER LARGE OBJECT 1 OWNER TO o;",
        ),
        (
            "18",
            "TABLE",
            "CREATE TABLE t (a integer GENERATED ALWAYS AS (b * 2));\nALTER TABLE t ADD CONSTRAINT c NOT NULL b NOT VALID;",
        ),
        (
            "18",
            "STATISTICS DATA",
            "SELECT * FROM pg_catalog.pg_restore_attribute_stats(\n\t'version', '180000'::integer,\n\t'most_common_vals', '{\"a\\\\b\"}'::text,\n\t'most_common_freqs', '{0.5}'::real[]\n);",
        ),
    ];
    for (version, kind, sql) in cases {
        let dump = dump_of(&item(kind, sql));
        let items = scan(&dump)
            .unwrap_or_else(|refusal| panic!("{version}: {refusal}"))
            .databases
            .remove(0)
            .items;
        assert_eq!(items.len(), 1, "{version}");
        assert_eq!(
            text(&dump, &items[0]).trim_end(),
            sql.trim_end(),
            "{version}"
        );
    }
}

#[test]
fn settings_of_other_versions() {
    for setting in [
        "SET transaction_timeout = 0;",
        "SET default_with_oids = false;",
        "SET idle_in_transaction_session_timeout = 0;",
    ] {
        assert!(scan(dump_of(setting)).is_ok(), "{setting}");
    }
    let create = "CREATE DATABASE d WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = builtin LOCALE = 'C' BUILTIN_LOCALE = 'C.UTF-8';";
    let script = SCRIPT
        .replace("\\connect postgres\n\n", "")
        .replace("\"postgres\"", "\"d\"");
    let dump = [
        TITLE,
        &script,
        &item("DATABASE", create),
        "\\connect d\n\n",
        SCRIPT_END,
        END,
    ]
    .concat();
    let database = scan(dump).unwrap().databases.remove(0);
    let create = database.create.unwrap();
    assert_eq!(create.locale_provider.as_deref(), Some("builtin"));
    assert_eq!(create.provider_locale.as_deref(), Some("C.UTF-8"));
}

#[test]
fn titles_cannot_steer_a_terminal() {
    let body = "--\n-- Name: a\u{1b}[2Jb; Type: \u{1b}X; Schema: public; Owner: o\n--\n\nCREATE TABLE t ();\n";
    let item = only(body).items.remove(0);
    assert_eq!(&*item.tag, "a\u{fffd}[2Jb");
    assert_eq!(item.kind, Kind::Other("\u{fffd}X".into()));
}
