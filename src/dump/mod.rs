//! Reads a plain dump of `pg_dumpall` and says what is in it, or why it must not be restored.
//!
//! Bytes come in as chunks of any size and pass through five layers, each of which sees only the one below:
//!
//! ```text
//! lexer      bytes -> lexemes         where psql sees quotes, comments, statements (mirrors psql's own lexer)
//! reader     lexemes -> events        statement, comment line, meta-command, COPY rows
//! outline    events -> sections       globals, databases, items; every closing line proved
//! policy     statement -> verdict     applied, deferred, skipped or refused
//! work       statements -> tables     what an item does to which tables
//! ```
//!
//! The accepted bytes are later handed to psql as they stand. So the lexer must never believe that it is inside
//! quotes where psql believes that it is not, whatever the version of psql: text about which versions of psql, or
//! psql and the server, disagree is refused, and so is everything that `pg_dump` and `pg_dumpall` 11 to 18 never write.
//!
//! Pure: no files, no clock, no output. Memory is constant apart from the inventory.

mod cluster;
mod compound;
mod copy;
mod cursor;
mod database;
mod forms;
mod inventory;
mod item;
mod kind;
mod lexemes;
mod lexer;
mod novelty;
mod outline;
mod policy;
mod reader;
mod refusal;
mod rights;
mod roles;
mod rows;
mod scanner;
mod section;
mod session;
mod tables;
#[cfg(test)]
mod tests;
mod title;
mod work;

pub use inventory::{
    CreateDatabase, Database, Gap, Globals, Inventory, Item, Membership, Property, Role,
    RoleAttributes, RoleComment, RoleSetting, Table, TableForm, TableId, Tablespace, Transaction,
    Verifier,
};
pub use kind::Kind;
pub use lexemes::{Lexeme, Lexemes, lexemes};
pub use lexer::LexemeKind;
pub use novelty::{Need, Novelty};
pub use refusal::{Open, Position, Reason, Refusal};
pub use rows::{CHUNK, Copy};
pub use scanner::Scanner;
pub use work::{Build, Work};

/// The closing line of a complete dump of `pg_dumpall`.
pub const CLUSTER_END: &str = "-- PostgreSQL database cluster dump complete";

/// What follows the closing line, up to the last byte of the file.
const AFTER_CLUSTER_END: &[u8] = b"\n--\n\n";

/// Whether `tail`, the last 64 bytes or more of a dump, ends as a complete dump does.
///
/// Necessary, not sufficient: only a [`Scanner`] proves a dump complete.
pub fn ends_complete(tail: &[u8]) -> bool {
    tail.strip_suffix(AFTER_CLUSTER_END)
        .and_then(|rest| rest.strip_suffix(CLUSTER_END.as_bytes()))
        .is_some_and(|rest| rest.ends_with(b"\n--\n"))
}
