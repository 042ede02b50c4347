//! SQL of our own that is the same for every dump.

use crate::postgres::literal;

/// `default_statistics_target` of the load; a server has 100 unless it is told otherwise.
const ROUGH_TARGET: u32 = 10;

/// psql's text that gathers statistics of the tables for which a condition on `pg_class c` holds.
///
/// They are rough: a tenth of the usual sample, as `vacuumdb --analyze-in-stages` begins with, since the usual one takes
/// as long as the load itself. Since columns are named, autovacuum still counts the table as one to be analyzed
/// (`analyze.c`, `pgstat_report_analyze`), and gathers the full ones soon after the swap, as after any other load. Each table
/// is a commit, for which nobody has to wait: that of the swap makes all of them durable.
pub fn statistics_sql(condition: &str) -> String {
    format!(
        "SET synchronous_commit = off;
SET default_statistics_target = {ROUGH_TARGET};
SELECT pg_catalog.format('ANALYZE %I.%I%s', n.nspname, c.relname, (SELECT
' (' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')'
FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE {condition} ORDER BY c.oid \\gexec
"
    )
}

/// What `pg_dump` itself sets at the head of a database's script, for servers that may be older than it.
pub(super) fn session_state(encoding: &str) -> String {
    format!(
        "SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
{}SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
",
        reset(encoding)
    )
}

/// Both settings decide where psql's lexer sees a string end. Code of the dump that ran in an earlier statement may
/// have changed them, so that text which we took for a string would be a command to psql: put back before each item
/// that has such text. One round trip: `\;` joins the two for psql.
pub(super) fn reset(encoding: &str) -> String {
    format!(
        "SET standard_conforming_strings = on\\; SET client_encoding = {};\n",
        literal(encoding)
    )
}
