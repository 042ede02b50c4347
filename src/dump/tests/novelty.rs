//! What older servers do not know is told, and nothing else.

use super::{dump_of, item, scan};
use crate::dump::Novelty;

fn needs(kind: &str, sql: &str) -> Vec<Novelty> {
    let inventory = scan(dump_of(&item(kind, sql))).unwrap();
    let needs = &inventory.databases[0].needs;
    needs.iter().map(|need| need.what).collect()
}

/// One statement of each, as `pg_dump` of that version writes it.
const NEW: [(Novelty, &str, &str); 27] = [
    (
        Novelty::ParsedBody,
        "FUNCTION",
        "CREATE FUNCTION public.one() RETURNS integer\n    LANGUAGE sql\n    RETURN 1;",
    ),
    (
        Novelty::ParsedBody,
        "PROCEDURE",
        "CREATE PROCEDURE public.p(IN a integer)\n    LANGUAGE sql\n    BEGIN ATOMIC\n SELECT 1;\nEND;",
    ),
    (
        Novelty::Multirange,
        "TYPE",
        "CREATE TYPE public.span AS RANGE (\n    subtype = integer,\n    multirange_type_name = public.spans\n);",
    ),
    (
        Novelty::Subscript,
        "TYPE",
        "CREATE TYPE public.t (\n    INTERNALLENGTH = variable,\n    SUBSCRIPT = public.f\n);",
    ),
    (
        Novelty::Compression,
        "TABLE",
        "CREATE TABLE public.t (\n    a text\n);\nALTER TABLE ONLY public.t ALTER COLUMN a SET COMPRESSION pglz;",
    ),
    (
        Novelty::ExpressionStatistics,
        "STATISTICS",
        "CREATE STATISTICS public.s (mcv) ON a, ((a + b)) FROM public.t;",
    ),
    (
        Novelty::ExpressionStatistics,
        "STATISTICS",
        "CREATE STATISTICS public.s ON lower(a), b FROM public.t;",
    ),
    (
        Novelty::NullsNotDistinct,
        "INDEX",
        "CREATE UNIQUE INDEX i ON public.t USING btree (a) NULLS NOT DISTINCT;",
    ),
    (
        Novelty::NullsNotDistinct,
        "CONSTRAINT",
        "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a, b);",
    ),
    (
        Novelty::SecurityInvoker,
        "VIEW",
        "CREATE VIEW public.v WITH (security_invoker='true') AS\n SELECT 1 AS a;",
    ),
    (
        Novelty::SetSomeColumns,
        "FK CONSTRAINT",
        "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES public.u(a, b) ON DELETE SET NULL (b);",
    ),
    (
        Novelty::UnloggedSequence,
        "SEQUENCE",
        "CREATE UNLOGGED SEQUENCE public.s\n    START WITH 1;",
    ),
    (
        Novelty::PublicationPart,
        "PUBLICATION TABLES IN SCHEMA",
        "ALTER PUBLICATION p ADD TABLES IN SCHEMA public;",
    ),
    (
        Novelty::PublicationPart,
        "PUBLICATION TABLE",
        "ALTER PUBLICATION p ADD TABLE ONLY public.t WHERE ((a > 1));",
    ),
    (
        Novelty::CollationRules,
        "COLLATION",
        "CREATE COLLATION public.c (provider = icu, locale = 'de', rules = '&a < b');",
    ),
    (
        Novelty::BuiltinCollation,
        "COLLATION",
        "CREATE COLLATION public.c (provider = builtin, locale = 'C.UTF-8');",
    ),
    (
        Novelty::LoginTrigger,
        "EVENT TRIGGER",
        "CREATE EVENT TRIGGER e ON login\n   EXECUTE FUNCTION public.f();",
    ),
    (
        Novelty::PartitionedMethod,
        "TABLE",
        "ALTER TABLE public.t SET ACCESS METHOD heap2;",
    ),
    (
        Novelty::Maintain,
        "ACL",
        "GRANT SELECT,MAINTAIN ON TABLE public.t TO r;",
    ),
    (
        Novelty::Maintain,
        "DEFAULT ACL",
        "ALTER DEFAULT PRIVILEGES FOR ROLE o IN SCHEMA public GRANT MAINTAIN ON TABLES TO r;",
    ),
    (
        Novelty::NotNullConstraint,
        "TABLE",
        "CREATE TABLE public.t (\n    a integer,\n    CONSTRAINT n NOT NULL a\n);",
    ),
    (
        Novelty::NotNullConstraint,
        "TABLE",
        "CREATE TABLE public.t (\n    a integer CONSTRAINT n NOT NULL NO INHERIT\n);",
    ),
    (
        Novelty::NotNullConstraint,
        "CONSTRAINT",
        "ALTER TABLE public.t\n    ADD CONSTRAINT n NOT NULL a NOT VALID;",
    ),
    (
        Novelty::VirtualColumn,
        "TABLE",
        "CREATE TABLE public.t (\n    a integer,\n    b integer GENERATED ALWAYS AS ((a + (1))) STORED,\n    c integer GENERATED ALWAYS AS ((a * 2))\n);",
    ),
    (
        Novelty::NotEnforced,
        "CHECK CONSTRAINT",
        "ALTER TABLE public.t\n    ADD CONSTRAINT c CHECK ((a > 0)) NOT ENFORCED;",
    ),
    (
        Novelty::WithoutOverlaps,
        "CONSTRAINT",
        "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT p PRIMARY KEY (a, during WITHOUT OVERLAPS);",
    ),
    (
        Novelty::StatisticsData,
        "STATISTICS DATA",
        "SELECT * FROM pg_catalog.pg_restore_relation_stats(\n\t'version', '180006'::integer,\n\t'relname', 't'\n);",
    ),
];

#[test]
fn what_is_new_is_told() {
    for (novelty, kind, sql) in NEW {
        assert_eq!(needs(kind, sql), [novelty], "{sql}");
    }
}

/// Statements that any server understands and that look like the new ones.
const OLD: [(&str, &str); 12] = [
    (
        "FUNCTION",
        "CREATE FUNCTION public.return(return integer, OUT atomic public.atomic) RETURNS integer\n    LANGUAGE sql\n    AS $$ RETURN 1; BEGIN ATOMIC $$;",
    ),
    (
        "TYPE",
        "CREATE TYPE public.span AS RANGE (\n    subtype = integer\n);",
    ),
    (
        "TABLE",
        "CREATE TABLE public.t (\n    a integer CONSTRAINT n NOT NULL,\n    b integer DEFAULT 1 NOT NULL,\n    \"enforced\" integer,\n    c integer GENERATED ALWAYS AS (((a + 1) * b)) STORED NOT NULL,\n    CONSTRAINT x CHECK ((NOT (a IS NULL))) NO INHERIT\n);",
    ),
    (
        "TABLE",
        "CREATE TABLE public.t (\n    a integer NOT NULL\n);\nALTER TABLE public.t ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY (\n    SEQUENCE NAME public.s\n);",
    ),
    (
        "STATISTICS",
        "CREATE STATISTICS public.s (ndistinct, mcv) ON a, b FROM public.t;",
    ),
    (
        "INDEX",
        "CREATE UNIQUE INDEX i ON public.t USING btree (a NULLS FIRST);",
    ),
    (
        "VIEW",
        "CREATE VIEW public.v WITH (security_barrier='true') AS\n SELECT 'security_invoker='::text AS a;",
    ),
    (
        "FK CONSTRAINT",
        "ALTER TABLE ONLY public.t\n    ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES public.u(a) ON DELETE SET NULL;",
    ),
    (
        "DEFAULT",
        "ALTER TABLE ONLY public.t ALTER COLUMN a SET DEFAULT (1 + 2);",
    ),
    ("ACL", "GRANT SELECT ON TABLE public.t TO maintain;"),
    (
        "COLLATION",
        "CREATE COLLATION public.rules (provider = icu, locale = 'de');",
    ),
    (
        "PUBLICATION TABLE",
        "ALTER PUBLICATION p ADD TABLE ONLY public.t;",
    ),
];

#[test]
fn what_only_looks_new_is_not() {
    for (kind, sql) in OLD {
        assert_eq!(needs(kind, sql), [], "{sql}");
    }
}

#[test]
fn each_is_told_once_where_it_stands_first() {
    let grant = |table: &str| {
        item(
            "ACL",
            &format!("GRANT MAINTAIN ON TABLE public.{table} TO r;"),
        )
    };
    let dump = dump_of(&(grant("a") + &grant("b")));
    let inventory = scan(&dump).unwrap();
    let needs = &inventory.databases[0].needs;
    assert_eq!(needs.len(), 1);
    let at = usize::try_from(needs[0].at.byte).unwrap();
    assert!(dump[at..].starts_with("GRANT MAINTAIN ON TABLE public.a"));
    assert_eq!(needs[0].what.since(), 17);
}
