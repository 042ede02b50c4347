//! Content that a careless reader of dumps trips over comes back byte for byte.

use crate::support::demo::Demo;
use crate::support::state::Facts;

/// Names of databases and of their owners.
fn names() -> [String; 6] {
    let longest = format!("{}x", "é".repeat(31));
    assert_eq!(longest.len(), 63);
    [
        "we\"ird; DROP",
        " two  spaces ",
        "dash-ed.name",
        "Größe 東京 🐦",
        "it's $$ \\ %",
        &longest,
    ]
    .map(str::to_owned)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

const ROWS: &str = r#"
CREATE TABLE rows (id int PRIMARY KEY, t text, b bytea);
INSERT INTO rows VALUES
    (1, 'CREATE ROLE dbuser;', '\x00'),
    (2, E'\nCREATE ROLE dbuser;\nDROP DATABASE quetzal;\n', '\x5c303030'),
    (3, E'\\connect evil', '\x0d0a'),
    (4, E'\n\\connect evil\n', '\x5c2e0a'),
    (5, E'\\! touch /tmp/e2e_injected', NULL),
    (6, E'\n\\! touch /tmp/e2e_injected\n', ''),
    (7, E'a\r\nb\rc\n', '\x0d'),
    (8, E'\\', '\x5c'),
    (9, E'\\\\\\', '\x5c5c5c'),
    (10, E'\\000', '\x0001020300ff'),
    (11, E'\\.', '\x00'),
    (12, E'\n\\.\n', NULL),
    (13, E'\\N', NULL),
    (14, NULL, NULL),
    (15, E'--\n-- PostgreSQL database cluster dump complete\n--\n\n', NULL),
    (16, E'\\restrict x\n\\unrestrict x\n', NULL),
    (17, E'tab\tvertical\vbell\afeed\fback\b', NULL),
    (18, '$$ '' " ; /* -- ' || chr(65533) || chr(128038) || chr(133) || chr(8232), NULL);
CREATE TABLE "CREATE ROLE dbuser;" ("\! touch /tmp/e2e_injected" text DEFAULT E'\n\\! touch /tmp/e2e_injected\n');
COMMENT ON TABLE "CREATE ROLE dbuser;" IS E'\n\\connect evil\n\\! touch /tmp/e2e_injected\n';
"#;

#[test]
fn odd_names_and_hostile_rows_survive_byte_for_byte() {
    let demo = crate::demo();
    let names = names();
    for name in &names {
        let name = quoted(name);
        demo.psql(
            "postgres",
            &format!("CREATE ROLE {name} LOGIN CONNECTION LIMIT 3"),
        );
        demo.psql("postgres", &format!("CREATE DATABASE {name} OWNER {name}"));
        demo.psql(
            "postgres",
            &format!("ALTER DATABASE {name} SET work_mem = '5MB'; ALTER ROLE {name} IN DATABASE {name} SET lock_timeout = '7s';
                COMMENT ON DATABASE {name} IS {name_text}; REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT {name} TO db_user",
                name_text = "E'\\n\\\\! touch /tmp/e2e_injected\\n'"),
        );
    }
    for name in &names {
        demo.psql(name, &format!("SET ROLE {}; {ROWS}", quoted(name)));
    }
    let every: Vec<&str> = names.iter().map(String::as_str).collect();
    let truth = Facts::of_databases(&demo, &every);
    assert!(
        truth
            .get("database dash-ed.name")
            .contains("\\\\! touch /tmp/e2e_injected")
    );

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("odd.gz").to_str().unwrap().to_owned();
    demo.plugin(&["backup", "--output", &file]).expect(0);
    damage(&demo, &names);
    let chosen: Vec<String> = names
        .iter()
        .map(|name| format!("--database={name}"))
        .collect();
    let mut args = vec![
        "restore",
        &file,
        "--yes",
        "--drop-old",
        "--no-safety-backup",
    ];
    args.extend(chosen.iter().map(String::as_str));
    demo.plugin(&args).expect(0);
    truth.assert_same(&Facts::of_databases(&demo, &every));
    nothing_ran(&demo);
    for name in &names {
        demo.psql("postgres", &format!("DROP DATABASE {0}", quoted(name)));
        demo.psql("postgres", &format!("DROP ROLE {0}", quoted(name)));
    }
}

/// Rows changed, attributes changed; the last one gone with its role.
fn damage(demo: &Demo, names: &[String]) {
    let (last, others) = names.split_last().unwrap();
    for name in others {
        demo.psql(
            name,
            "UPDATE rows SET t = 'damaged'; DROP TABLE \"CREATE ROLE dbuser;\"",
        );
        let name = quoted(name);
        demo.psql("postgres", &format!("ALTER ROLE {name} NOLOGIN; ALTER DATABASE {name} RESET ALL; REVOKE {name} FROM db_user"));
    }
    demo.psql("postgres", &format!("DROP DATABASE {}", quoted(last)));
    demo.psql("postgres", &format!("DROP ROLE {}", quoted(last)));
}

fn nothing_ran(demo: &Demo) {
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

/// One row of the dump is longer than any buffer.
#[test]
fn a_value_of_100_megabytes_survives_in_constant_memory() {
    let demo = crate::demo();
    demo.psql("postgres", "CREATE DATABASE e2e_large");
    demo.psql(
        "e2e_large",
        r"CREATE TABLE large (id int PRIMARY KEY, t text);
        INSERT INTO large VALUES (1, repeat(E'0123456789 \\. \n', 7000000)), (2, 'small');",
    );
    assert_eq!(
        demo.psql(
            "e2e_large",
            "SELECT octet_length(t) >= 100000000 FROM large WHERE id = 1"
        ),
        "t"
    );
    let truth = Facts::of_large_databases(&demo, &["e2e_large"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.gz").to_str().unwrap().to_owned();
    demo.plugin(&["backup", "--output", &file]).expect(0);
    demo.psql("e2e_large", "UPDATE large SET t = 'damaged'");
    let done = demo
        .plugin(&[
            "restore",
            &file,
            "--yes",
            "--drop-old",
            "--no-safety-backup",
            "--database",
            "e2e_large",
        ])
        .expect(0);
    truth.assert_same(&Facts::of_large_databases(&demo, &["e2e_large"]));
    crate::memory::assert_small(&done);
    demo.psql("postgres", "DROP DATABASE e2e_large");
}
