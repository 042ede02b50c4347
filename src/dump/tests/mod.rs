//! Tests of the layers together.

mod chunks;
mod gaps;
mod inventory;
mod lexer;
mod novelty;
mod refusals;
mod work;

use super::{Inventory, Refusal, Scanner};

/// A dump made by `pg_dumpall` 15 of the database cluster in `tests/fixtures/odd.sql`.
const ODD: &str = include_str!("../../../tests/fixtures/odd-15.sql");

const TITLE: &str = "--\n-- PostgreSQL database cluster dump\n--\n\n";
const SCRIPT: &str = "--\n-- Database \"postgres\" dump\n--\n\n\\connect postgres\n\n\
    --\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.18\n\
    -- Dumped by pg_dump version 15.18\n\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\n";
const SCRIPT_END: &str = "\n\n--\n-- PostgreSQL database dump complete\n--\n\n";
const END: &str = "--\n-- PostgreSQL database cluster dump complete\n--\n\n";

fn scan(dump: impl AsRef<[u8]>) -> Result<Inventory, Refusal> {
    let mut scanner = Scanner::new();
    scanner.feed(dump.as_ref())?;
    scanner.finish()
}

/// A dump whose only database, `postgres`, holds `body`.
fn dump_of(body: &str) -> String {
    [TITLE, SCRIPT, body, SCRIPT_END, END].concat()
}

/// An item of that type.
fn item(kind: &str, sql: &str) -> String {
    format!("--\n-- Name: x; Type: {kind}; Schema: public; Owner: o\n--\n\n{sql}\n\n")
}

/// A dump whose globals hold `body`, without databases.
fn globals_of(body: &str) -> String {
    [TITLE, body, "\n", END].concat()
}
