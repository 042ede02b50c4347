//! Which part of a database section may be loaded when, and by how many sessions at once. Pure.
//!
//! A plain dump has no list of dependencies, only an order. A [`Schedule`] keeps as much of that order as the load
//! needs: what is not understood waits for everything before it and is waited for by everything behind it.
//!
//! ```text
//! source    the items, without those that an earlier run committed (done)
//! tables    what the dump says of each table: its form, its bytes, how many items fill it
//! data      items -> tasks: one for a large table, one for many small tables, one for the rest
//! parts     the rows of a large table, chunk by chunk, and when its session shares them with others
//! after     items -> tasks: indexes and constraints, foreign keys, all else
//! graph     tasks and what each waits for
//! queue     graph -> the next task for an idle session (locks: never beside one that it would block)
//! ```
//!
//! ```text
//! everything up to the data -> rows of table t -> indexes, constraints of t -> foreign keys of t -> all else
//! ```
//!
//! Two tasks that would wait for each other in the server never run at once, so none waits there for long, and none
//! dies of a deadlock. Whatever fails all the same is tried once more, alone and behind everything that the dump has
//! before it: as a load by one session would run it.

mod after;
mod data;
mod done;
mod graph;
mod locks;
mod parts;
mod queue;
mod script;
mod source;
mod tables;
mod task;
#[cfg(test)]
mod tests;

pub use done::Done;
pub use parts::Idleness;
pub use queue::{Queue, Verdict};
pub use task::{Task, TaskId, TaskWork};

/// From there on a table has tasks of its own, since its rows have files of their own.
use super::slices::LARGE;

use self::after::AfterData;
use self::data::DataSection;
use self::graph::{Graph, Node};
use self::locks::Locks;
use self::script::Script;
use self::source::Source;
use self::tables::Tables;
use crate::dump::Database;

/// All tasks of one database section, and what each waits for.
#[derive(Clone, Debug)]
pub struct Schedule {
    nodes: Vec<Node>,
}

impl Schedule {
    /// The tasks for what is not `done` of `database`.
    pub fn new(database: &Database, done: &Done) -> Self {
        let source = Source::new(database, done);
        let mut tables = Tables::new(database);
        let mut graph = Graph::default();
        let section = data::section(&database.items);
        let mut before = Script::default();
        before.extend(source, 0..section.start);
        graph.barrier(before.task(Locks::default()));
        let loaded = DataSection::new(source, &mut tables, &mut graph).plan(section.clone());
        AfterData::new(source, loaded, &mut tables, &mut graph).plan(section.end);
        Self {
            nodes: graph.into_nodes(),
        }
    }

    /// All tasks, in the order of the dump as far as they have one.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.nodes.iter().filter_map(|node| node.task.as_ref())
    }
}
