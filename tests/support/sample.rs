//! A small database of a test's own beside those of the demo, and a real dump of the server without the demo's.

use std::path::Path;

use crate::support::demo::Demo;
use crate::support::dump;
use crate::support::state::Facts;

const SQL: &str = r"
CREATE EXTENSION citext;
CREATE TABLE parent (id int PRIMARY KEY, name citext NOT NULL);
CREATE TABLE child (id int PRIMARY KEY, parent_id int NOT NULL REFERENCES parent, amount int NOT NULL, note text,
    CONSTRAINT amount_is_positive CHECK (amount > 0));
COMMENT ON TABLE child IS E'first line\n\\.\nthird line';
INSERT INTO parent SELECT n, 'parent ' || n FROM generate_series(1, 50) AS n;
INSERT INTO child SELECT n, 1 + n % 50, n, CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN E'tab\tand \\. and\nline'
    ELSE repeat(md5(n::text), 4) END FROM generate_series(1, 2500) AS n;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $body$
BEGIN
    -- COPY public.parent (id) FROM stdin;
    RETURN 2 * n;
END
$body$;
CREATE VIEW totals AS SELECT parent_id, sum(amount) AS amount FROM child GROUP BY parent_id;
CREATE INDEX child_parent ON child (parent_id);
SELECT lo_from_bytea(4711, 'large'::bytea);
";

/// The database, its dump, and a folder for files; dropped, all of it goes.
pub struct Sample {
    pub name: String,
    /// About 300 KB of `pg_dumpall`.
    pub dump: String,
    folder: tempfile::TempDir,
    truth: Facts,
    demo: Demo,
}

impl Sample {
    pub fn new(demo: &Demo) -> Self {
        let name = "e2e_sample".to_owned();
        demo.psql("postgres", &format!("DROP DATABASE IF EXISTS {name}"));
        demo.psql("postgres", &format!("CREATE DATABASE {name}"));
        demo.psql(&name, SQL);
        let dump = demo.dump_all(&[
            "--exclude-database=quetzal*",
            "--exclude-database=unittests*",
        ]);
        let dump = String::from_utf8(dump).unwrap();
        assert!(
            (200_000..600_000).contains(&dump.len()),
            "{} bytes of dump",
            dump.len()
        );
        let truth = Facts::of_databases(demo, &[&name]);
        Self {
            name,
            dump,
            folder: tempfile::tempdir().unwrap(),
            truth,
            demo: Demo::get(),
        }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        dump::write(self.folder.path(), name, bytes)
    }

    /// The database as it was when it was dumped, to the last byte.
    #[track_caller]
    pub fn assert_whole(&self, demo: &Demo) {
        self.truth
            .assert_same(&Facts::of_databases(demo, &[&self.name]));
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.demo.psql(
                "postgres",
                &format!("DROP DATABASE IF EXISTS {}", self.name),
            );
        }
    }
}
