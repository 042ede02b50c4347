//! The load program of one staged database: pure text, run in the Pod by [`crate::postgres::psql::LOAD`].
//!
//! psql's input is put together in the Pod from pieces of two files: the dump as it stands and our own few
//! statements around every item. So the dump's bytes are never edited, never pass through a shell, and an item is
//! `BEGIN`, its own bytes, `COMMIT`: an input that ends early never commits the item that it cut.

use std::fmt::Write as _;

use crate::dump::{Database, Item, Transaction};
use crate::postgres::RestoreId;

/// The uncompressed dump in the restore's folder in the Pod.
pub const DUMP_FILE: &str = "dump.sql";

/// The schema of a staged database that holds the marks of the load; dropped before the swap.
pub fn marks_schema(id: &RestoreId) -> String {
    format!("quetzal_restore_{id}")
}

/// What psql says of itself while it runs a program, one line each on its standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// An item was committed; `rows` is the server's own count where the item is COPY data.
    Item {
        /// Position of the item in [`Database::items`].
        index: usize,
        /// Rows that COPY reported.
        rows: Option<u64>,
    },
    /// The program ran to its end.
    End,
}

/// A program and the file of our own SQL that it refers to.
#[derive(Debug, Clone)]
pub struct Program {
    /// Name of the file of our own SQL.
    pub own_file: String,
    /// Its content.
    pub own: String,
    /// Name of the program file.
    pub program_file: String,
    /// Its content: lines of `FILE OFFSET LENGTH`.
    pub pieces: String,
    nonce: String,
}

impl Program {
    /// The program that loads `database` from item `first` on. `number` tells the files of several databases apart;
    /// `nonce` marks our own lines in psql's output: it must be one that the dump's author can't know; `marks` is the
    /// quoted schema in which each item notes, inside its own transaction, that it is done.
    pub fn new(database: &Database, number: usize, nonce: &str, first: usize, marks: &str) -> Self {
        let mut builder = Builder {
            own: String::new(),
            written: 0,
            pieces: String::new(),
            own_file: format!("own-{number}.sql"),
        };
        builder
            .own
            .push_str(&session_state(&database.client_encoding));
        let mut session: &str = "";
        for (index, item) in database.items.iter().enumerate().skip(first) {
            builder.item(item, session, &database.client_encoding);
            session = &item.session;
            builder.mark(nonce, index, item, marks);
        }
        // Writing to a String cannot fail.
        let _ = writeln!(builder.own, "\\echo {nonce} end");
        builder.flush();
        Self {
            own_file: builder.own_file,
            own: builder.own,
            program_file: format!("program-{number}"),
            pieces: builder.pieces,
            nonce: nonce.to_owned(),
        }
    }

    /// Reads one line of psql's output; anything but our own marks is `None`.
    pub fn mark(&self, line: &str) -> Option<Mark> {
        let rest = line.strip_prefix(&self.nonce)?.strip_prefix(' ')?;
        if rest == "end" {
            return Some(Mark::End);
        }
        let (index, rows) = rest.split_once(' ')?;
        let rows = match rows {
            "-" => None,
            count => Some(count.parse().ok()?),
        };
        Some(Mark::Item {
            index: index.parse().ok()?,
            rows,
        })
    }
}

struct Builder {
    own: String,
    /// Bytes of `own` that a piece refers to already.
    written: usize,
    pieces: String,
    own_file: String,
}

impl Builder {
    fn item(&mut self, item: &Item, session: &str, encoding: &str) {
        self.own.push_str(&reset(encoding));
        if item.transaction == Transaction::Wrap {
            self.own.push_str("BEGIN;\n");
        }
        if *item.session != *session {
            self.own.push_str(&item.session);
            self.own.push('\n');
        }
        let mut from = item.span.start;
        for stop in item.resets.iter().copied().chain([item.span.end]) {
            self.dump(from, stop);
            self.own.push('\n');
            if stop != item.span.end {
                self.own.push_str(&reset(encoding));
            }
            from = stop;
        }
    }

    fn mark(&mut self, nonce: &str, index: usize, item: &Item, marks: &str) {
        if item.copy.is_some() {
            self.own.push_str("\\set quetzal_rows :ROW_COUNT\n");
        }
        // Writing to a String cannot fail.
        let _ = writeln!(self.own, "INSERT INTO {marks}.done VALUES ({index});");
        if item.transaction == Transaction::Wrap {
            self.own.push_str("COMMIT;\n");
        }
        let rows = if item.copy.is_some() {
            ":quetzal_rows"
        } else {
            "-"
        };
        let _ = writeln!(self.own, "\\echo {nonce} {index} {rows}");
    }

    fn dump(&mut self, from: u64, to: u64) {
        self.flush();
        let _ = writeln!(self.pieces, "{DUMP_FILE} {from} {}", to - from);
    }

    fn flush(&mut self) {
        if self.written < self.own.len() {
            let _ = writeln!(
                self.pieces,
                "{} {} {}",
                self.own_file,
                self.written,
                self.own.len() - self.written
            );
            self.written = self.own.len();
        }
    }
}

/// What `pg_dump` itself sets at the head of a database's script, for servers that may be older than it.
fn session_state(encoding: &str) -> String {
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
/// have changed them, so that text which we took for a string would be a command to psql: put back before each item.
/// One round trip: `\;` joins the two for psql.
fn reset(encoding: &str) -> String {
    format!(
        "SET standard_conforming_strings = on\\; SET client_encoding = {};\n",
        crate::postgres::literal(encoding)
    )
}
