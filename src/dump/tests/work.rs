//! What items do to which tables.

use super::{ODD, dump_of, item, scan};
use crate::dump::{Build, Database, TableForm, TableId, Work};

/// The only database of a dump that holds these items.
fn database(items: &[(&str, &str)]) -> Database {
    let body: String = items.iter().map(|(kind, sql)| item(kind, sql)).collect();
    scan(dump_of(&body)).unwrap().databases.remove(0)
}

/// Work as text, with the names of its tables.
fn describe(database: &Database, work: Work) -> String {
    let name = |id: TableId| &*database.tables[id.0 as usize].name;
    match work {
        Work::Table(table) => format!("table {}", name(table)),
        Work::Index(table, build) => format!("index {}{}", name(table), by(build)),
        Work::Constraint(table, build) => format!("constraint {}{}", name(table), by(build)),
        Work::ForeignKey { table, references } => {
            format!("key {} -> {}", name(table), name(references))
        }
        Work::Other => "other".to_owned(),
    }
}

fn by(build: Build) -> &'static str {
    match build {
        Build::Sort => "",
        Build::Other => ", not by sorting",
    }
}

/// The work of the only item of that type.
fn work(kind: &str, sql: &str) -> String {
    let database = database(&[(kind, sql)]);
    describe(&database, database.items[0].work)
}

fn form(database: &Database, name: &str) -> TableForm {
    let mut tables = database.tables.iter();
    tables.find(|table| &*table.name == name).unwrap().form
}

/// The form of the table that this statement creates.
fn created(sql: &str) -> TableForm {
    let database = database(&[("TABLE", sql)]);
    let Work::Table(id) = database.items[0].work else {
        return TableForm::Other;
    };
    database.tables[id.0 as usize].form
}

macro_rules! works {
    ($($name:ident: $kind:literal, $sql:expr => $work:literal;)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(work($kind, $sql), $work);
        })*
    };
}

works! {
    table: "TABLE", "CREATE TABLE public.t (\n    a integer\n);\n\n\nALTER TABLE public.t OWNER TO o;" => "table public.t";
    table_without_columns: "TABLE", "CREATE TABLE public.t (\n);" => "table public.t";
    table_with_options: "TABLE", "CREATE UNLOGGED TABLE public.t (a integer)\nINHERITS (public.p)\nWITH (fillfactor='70');"
        => "table public.t";
    table_and_its_columns: "TABLE", "CREATE TABLE public.t (a text);\nALTER TABLE ONLY public.t ALTER COLUMN a SET STORAGE PLAIN;\n\
        ALTER TABLE ONLY public.t REPLICA IDENTITY FULL;\nALTER TABLE ONLY public.t FORCE ROW LEVEL SECURITY;\n\
        ALTER TABLE public.t SET ACCESS METHOD heap;\n\
        ALTER TABLE public.t ADD CONSTRAINT c NOT NULL a NOT VALID;" => "table public.t";
    table_with_identity: "TABLE", "CREATE TABLE public.t (id bigint NOT NULL);\nALTER TABLE public.t ALTER COLUMN id ADD GENERATED \
        ALWAYS AS IDENTITY (\n    SEQUENCE NAME public.t_id_seq\n    START WITH 1\n    CACHE 1\n);" => "table public.t";
    table_named_like_a_clause: "TABLE", "CREATE TABLE public.partition (a integer);\nALTER TABLE public.partition OWNER TO o;"
        => "table public.partition";
    name_with_everything: "TABLE", "CREATE TABLE \"a.\"\"b\"\"\".\"c;\nd (\" (e integer);\nALTER TABLE \"a.\"\"b\"\"\".\"c;\nd (\" OWNER TO o;"
        => "table \"a.\"\"b\"\"\".\"c;\nd (\"";

    foreign_table: "FOREIGN TABLE", "CREATE FOREIGN TABLE public.t (a integer)\nSERVER s;" => "other";
    foreign_table_under_another_title: "TABLE", "CREATE FOREIGN TABLE public.t (a integer)\nSERVER s;" => "other";
    table_under_another_title: "VIEW", "CREATE TABLE public.t (a integer);" => "other";
    view_with_owner: "VIEW", "CREATE VIEW public.t AS SELECT 1;\nALTER TABLE public.t OWNER TO o;" => "other";
    table_without_schema: "TABLE", "CREATE TABLE t (a integer);" => "other";
    table_with_catalog: "TABLE", "CREATE TABLE c.public.t (a integer);" => "other";
    table_from_query: "TABLE", "CREATE TABLE public.t AS SELECT 1;" => "other";
    table_if_missing: "TABLE", "CREATE TABLE IF NOT EXISTS public.t (a integer);" => "other";
    table_and_another_one: "TABLE", "CREATE TABLE public.t (a integer);\nALTER TABLE public.u OWNER TO o;" => "other";
    two_tables: "TABLE", "CREATE TABLE public.t (a integer);\nCREATE TABLE public.u (a integer);" => "other";
    table_and_partition_of_version_13: "TABLE",
        "CREATE TABLE public.t (a integer);\nALTER TABLE ONLY public.p ATTACH PARTITION public.t DEFAULT;" => "other";
    table_and_comment: "TABLE", "CREATE TABLE public.t (a integer);\nCOMMENT ON TABLE public.t IS 'x';" => "other";
    table_and_comment_and_owner: "TABLE",
        "CREATE TABLE public.t (a integer);\nCOMMENT ON TABLE public.t IS 'x';\nALTER TABLE public.t OWNER TO o;" => "other";
    table_and_foreign_key: "TABLE", "CREATE TABLE public.t (a integer);\n\
        ALTER TABLE public.t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES public.t(a);" => "other";
    owner_without_table: "TABLE", "ALTER TABLE public.t OWNER TO o;" => "other";
    two_actions: "TABLE", "CREATE TABLE public.t (a integer);\nALTER TABLE public.t OWNER TO o, INHERIT public.p;" => "other";
    renamed: "TABLE", "CREATE TABLE public.t (a integer);\nALTER TABLE public.t RENAME TO u;" => "other";
    moved: "TABLE", "CREATE TABLE public.t (a integer);\nALTER TABLE public.t SET SCHEMA s;" => "other";
    attached: "TABLE ATTACH", "ALTER TABLE ONLY public.p ATTACH PARTITION public.t DEFAULT;" => "other";

    index: "INDEX", "CREATE INDEX i ON public.t USING btree (a);" => "index public.t";
    unique_index: "INDEX", "CREATE UNIQUE INDEX \"i ON x.y\" ON public.t USING btree (a) INCLUDE (b) NULLS NOT DISTINCT \
        WITH (fillfactor='70') WHERE (c <> ';'::text);" => "index public.t";
    index_of_expression: "INDEX", "CREATE INDEX i ON public.t USING gin (to_tsvector('simple'::regconfig, (a || ', '::text)), b);"
        => "index public.t, not by sorting";
    index_of_partitioned_table: "INDEX", "CREATE INDEX i ON ONLY public.t USING btree (a);" => "index public.t";
    index_on_only: "INDEX", "CREATE INDEX i ON \"only\".\"using\" USING btree (a);" => "index \"only\".\"using\"";
    index_that_clusters: "INDEX", "CREATE INDEX i ON public.t USING btree (a);\n\nALTER TABLE public.t CLUSTER ON i;"
        => "constraint public.t";
    index_that_identifies: "INDEX", "CREATE UNIQUE INDEX i ON public.t USING btree (a);\n\nALTER TABLE ONLY public.t REPLICA IDENTITY \
        USING INDEX i;" => "constraint public.t";
    index_with_statistics: "INDEX", "CREATE INDEX i ON public.t USING btree (lower(a));\n\
        ALTER INDEX public.i ALTER COLUMN 1 SET STATISTICS 400;\nALTER INDEX public.i DEPENDS ON EXTENSION e;" => "constraint public.t";

    index_of_another_table: "INDEX", "CREATE INDEX i ON public.t USING btree (a);\nALTER TABLE public.u CLUSTER ON i;" => "other";
    two_indexes: "INDEX", "CREATE INDEX i ON public.t USING btree (a);\nCREATE INDEX j ON public.t USING btree (a);" => "other";
    index_without_name: "INDEX", "CREATE INDEX ON public.t USING btree (a);" => "other";
    concurrent_index: "INDEX", "CREATE INDEX CONCURRENTLY i ON public.t USING btree (a);" => "other";
    index_without_method: "INDEX", "CREATE INDEX i ON public.t (a);" => "other";
    attached_index: "INDEX ATTACH", "ALTER INDEX public.i ATTACH PARTITION public.j;" => "other";
    index_with_attached_one: "INDEX", "CREATE INDEX i ON public.t USING btree (a);\nALTER INDEX public.i ATTACH PARTITION public.j;"
        => "other";

    primary_key: "CONSTRAINT", "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT c PRIMARY KEY (a, b);" => "constraint public.t";
    unique: "CONSTRAINT", "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT \"FOREIGN KEY\" UNIQUE (a) INCLUDE (b) \
        WITH (fillfactor='70') DEFERRABLE INITIALLY DEFERRED;" => "constraint public.t";
    exclusion: "CONSTRAINT", "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT c EXCLUDE USING gist (a WITH =, b WITH &&) WHERE ((a > 0));"
        => "constraint public.t, not by sorting";
    key_that_clusters: "CONSTRAINT", "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT c PRIMARY KEY (a);\n\n\
        ALTER TABLE public.t CLUSTER ON c;\n\nALTER TABLE ONLY public.t REPLICA IDENTITY USING INDEX c;\n\
        ALTER INDEX public.c DEPENDS ON EXTENSION e;" => "constraint public.t";
    check_of_the_table_alone: "CHECK CONSTRAINT",
        "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT c CHECK ((a > 0));" => "constraint public.t, not by sorting";

    check_of_heirs: "CHECK CONSTRAINT", "ALTER TABLE public.t\n    ADD CONSTRAINT c CHECK ((a > 0)) NOT VALID;" => "other";
    check_of_domain: "CHECK CONSTRAINT", "ALTER DOMAIN public.d\n    ADD CONSTRAINT c CHECK ((VALUE > 0)) NOT VALID;" => "other";
    check_of_foreign_table: "CHECK CONSTRAINT", "ALTER FOREIGN TABLE public.t\n    ADD CONSTRAINT c CHECK ((a > 0));" => "other";
    constraint_that_is_a_foreign_key: "CONSTRAINT",
        "ALTER TABLE ONLY public.t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES public.u(a);" => "other";
    constraint_and_foreign_key: "CONSTRAINT", "ALTER TABLE ONLY public.t ADD CONSTRAINT c UNIQUE (a), \
        ADD CONSTRAINT d FOREIGN KEY (a) REFERENCES public.u(a);" => "other";
    constraints_of_two_tables: "CONSTRAINT",
        "ALTER TABLE ONLY public.t ADD CONSTRAINT c UNIQUE (a);\nALTER TABLE ONLY public.u ADD CONSTRAINT d UNIQUE (a);" => "other";
    statistics_alone: "CONSTRAINT", "ALTER INDEX public.i ALTER COLUMN 1 SET STATISTICS 400;" => "other";
    default: "DEFAULT", "ALTER TABLE ONLY public.t ALTER COLUMN a SET DEFAULT nextval('public.s'::regclass);" => "other";
    row_security: "ROW SECURITY", "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;" => "other";

    foreign_key: "FK CONSTRAINT", "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT c FOREIGN KEY (a, b) REFERENCES public.u(c, d) MATCH FULL \
        ON UPDATE CASCADE ON DELETE SET NULL (b) DEFERRABLE INITIALLY DEFERRED NOT VALID;" => "key public.t -> public.u";
    foreign_key_to_itself: "FK CONSTRAINT",
        "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES public.t(b);" => "key public.t -> public.t";
    foreign_key_of_partitioned_table: "FK CONSTRAINT",
        "ALTER TABLE public.t\n    ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES public.u(b);" => "key public.t -> public.u";
    foreign_key_with_odd_names: "FK CONSTRAINT", "ALTER TABLE ONLY \"a.b\".\"c\"\"d\"\n    ADD CONSTRAINT \"e (\" FOREIGN KEY (\"f)\", \"g,\") \
        REFERENCES \"REFERENCES x.y\".\"h\ni\"(\"j)\", k);" => "key \"a.b\".\"c\"\"d\" -> \"REFERENCES x.y\".\"h\ni\"";

    two_foreign_keys: "FK CONSTRAINT", "ALTER TABLE ONLY public.t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES public.u(a);\n\
        ALTER TABLE ONLY public.t ADD CONSTRAINT d FOREIGN KEY (a) REFERENCES public.u(a);" => "other";
    two_foreign_keys_in_one: "FK CONSTRAINT", "ALTER TABLE ONLY public.t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES public.u(a), \
        ADD CONSTRAINT d FOREIGN KEY (a) REFERENCES public.v(a);" => "other";
    foreign_key_to_unknown_columns: "FK CONSTRAINT",
        "ALTER TABLE ONLY public.t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES public.u;" => "other";
    foreign_key_to_unknown_schema: "FK CONSTRAINT",
        "ALTER TABLE ONLY public.t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u(a);" => "other";
    foreign_key_without_a_key: "FK CONSTRAINT", "ALTER TABLE ONLY public.t ADD CONSTRAINT c UNIQUE (a);" => "other";
}

#[test]
fn forms_of_tables() {
    use TableForm::{Other, Partitioned, Plain};
    let cases = [
        ("(a integer)", Plain),
        (
            "(a text DEFAULT 'PARTITION BY'::text, \"PARTITION BY\" integer)",
            Plain,
        ),
        ("(a integer, partition integer, by integer)", Plain),
        (
            "(CONSTRAINT c CHECK ((partition by (a)))) WITH (x='PARTITION BY')",
            Plain,
        ),
        ("(a integer) INHERITS (public.partition)", Plain),
        ("(a integer)\nPARTITION BY RANGE (a)", Partitioned),
        (
            "(a integer)\nPARTITION BY LIST (lower(a), (b || ')'::text))",
            Partitioned,
        ),
        (
            "(a integer) -- no comment of pg_dump\npartition\n/* x */ by hash (a)",
            Partitioned,
        ),
        ("PARTITION OF public.p\nFOR VALUES IN ('a', 'b')", Plain),
        (
            "PARTITION OF public.p (a WITH OPTIONS NOT NULL) DEFAULT",
            Plain,
        ),
        (
            "PARTITION OF public.p\nFOR VALUES FROM (1) TO (2)\nPARTITION BY RANGE (a)",
            Partitioned,
        ),
        ("OF public.type", Plain),
        (
            "OF public.type (PRIMARY KEY (a))\nPARTITION BY RANGE (a)",
            Partitioned,
        ),
        ("PARTITION BY RANGE (a)", Other),
        ("AS SELECT 1", Other),
    ];
    for (rest, form) in cases {
        assert_eq!(
            created(&format!("CREATE TABLE public.t {rest};")),
            form,
            "{rest}"
        );
    }
    let odd = "CREATE TABLE public.\"t PARTITION BY\" (a integer);";
    assert_eq!(created(odd), Plain);
    assert_eq!(
        created("CREATE TABLE partition.by (a integer) PARTITION BY RANGE (a);"),
        Partitioned
    );
}

#[test]
fn what_the_dump_does_not_create_has_no_form() {
    let database = database(&[
        ("INDEX", "CREATE INDEX i ON public.view USING btree (a);"),
        (
            "FOREIGN TABLE",
            "CREATE FOREIGN TABLE public.f () SERVER s;",
        ),
        ("TABLE DATA", "COPY public.config (a) FROM stdin;\n\\.\n"),
    ]);
    let names: Vec<&str> = database.tables.iter().map(|table| &*table.name).collect();
    assert_eq!(names, ["public.view", "public.config"]);
    assert!(
        database
            .tables
            .iter()
            .all(|table| table.form == TableForm::Other)
    );
}

/// What else an item holds does not change what a statement has created.
#[test]
fn a_partition_of_version_13_is_a_plain_table() {
    let database = database(&[(
        "TABLE",
        "CREATE TABLE public.t (a integer);\nALTER TABLE ONLY public.p ATTACH PARTITION public.t DEFAULT;",
    )]);
    assert_eq!(database.items[0].work, Work::Other);
    assert_eq!(form(&database, "public.t"), TableForm::Plain);
}

#[test]
fn a_statement_that_is_not_kept_whole_is_not_understood() {
    let long = "x".repeat(300_000);
    let table =
        format!("CREATE TABLE public.t (a text DEFAULT '{long}'::text)\nPARTITION BY RANGE (a);");
    let index = format!("CREATE INDEX i ON public.t USING btree (a) WHERE (a <> '{long}'::text);");
    let database = database(&[("TABLE", &table), ("INDEX", &index)]);
    assert!(database.items.iter().all(|item| item.work == Work::Other));
    assert!(database.tables.is_empty());
}

#[test]
fn one_table_is_one_place_however_it_is_quoted() {
    let database = database(&[
        ("TABLE", "CREATE TABLE public.\"system_user\" (a integer);"),
        ("TABLE", "CREATE TABLE public.\"System_User\" (a integer);"),
        (
            "TABLE DATA",
            "COPY public.\"system_user\" (a) FROM stdin;\n\\.\n",
        ),
        (
            "INDEX",
            "CREATE INDEX i ON public.system_user USING btree (a);",
        ),
        (
            "INDEX",
            "CREATE INDEX i ON \"public.system_user\".a USING btree (a);",
        ),
    ]);
    let names: Vec<&str> = database.tables.iter().map(|table| &*table.name).collect();
    assert_eq!(
        names,
        [
            "public.\"system_user\"",
            "public.\"System_User\"",
            "\"public.system_user\".a"
        ]
    );
    assert_eq!(database.items[2].copy.as_ref().unwrap().table, TableId(0));
    assert_eq!(database.items[3].work, Work::Index(TableId(0), Build::Sort));
    assert_eq!(database.items[4].work, Work::Index(TableId(2), Build::Sort));
}

#[test]
fn work_of_a_real_dump() {
    let mut inventory = scan(ODD).unwrap();
    let quetzal = inventory.databases.remove(5);
    let works: Vec<String> = quetzal
        .items
        .iter()
        .map(|item| describe(&quetzal, item.work))
        .filter(|work| work != "other")
        .collect();
    let expected = [
        "table \"Odd \"\"Schema\"\";\".\"ta\"\"ble\ntwo lines\"",
        "table app.empty",
        "table app.users",
        "table app.nothing",
        "table app.parts",
        "table app.parts_0",
        "table app.parts_1",
        "table app.unlogged",
        "table public.rows",
        "table public.\"we\"\"ird; Type: TABLE DATA; Schema: x\"",
        "constraint app.users",
        "index app.users, not by sorting",
        "index app.users",
        "key app.empty -> app.users",
    ];
    assert_eq!(works, expected);
    for table in &quetzal.tables {
        let form = match &*table.name {
            "app.parts" => TableForm::Partitioned,
            _ => TableForm::Plain,
        };
        assert_eq!(table.form, form, "{}", table.name);
    }
    for item in &quetzal.items {
        if let Some(copy) = &item.copy {
            assert_eq!(
                quetzal.tables[copy.table.0 as usize].name, copy.target,
                "one table, one place"
            );
        }
    }
}
