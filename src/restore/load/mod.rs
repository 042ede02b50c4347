//! What a loading session is told, and what it answers: pure text for [`crate::postgres::psql::SESSION`].
//!
//! psql's input is put together in the Pod from pieces of the dump as they stand and from our own few statements
//! around them. So the dump's bytes are never edited and never pass through a shell, and a transaction is `BEGIN`,
//! whole items, their marks, `COMMIT`: an input that ends early never commits what it cut.

mod marks;
mod sql;
mod text;

pub use marks::{Mark, marks_schema, marks_sql, parse_mark};
pub use sql::statistics_sql;
pub use text::{Answer, Text, answer};

use std::ops::Range;

use crate::dump::{Copy, Database, Gap, Item, TableForm, TableId, Transaction};
use crate::postgres::literal;

use super::sessions::Building;
use super::slices::Slices;
use marks::WHOLE;
use sql::{reset, session_state};

/// Items in one transaction: each may take several locks, of which a server has some thousands.
const BATCH_ITEMS: usize = 64;
/// Bytes of the dump in one transaction.
const BATCH_BYTES: u64 = 1 << 20;
/// Pieces that a session is given before it is asked how far it is.
const PORTION: usize = 200;

/// Who reads the files of large tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The server itself.
    Server,
    /// psql, for a server that can't see them.
    Client,
}

/// Everything that the sessions of one staged database have in common.
#[derive(Debug, Clone, Copy)]
pub struct Script<'a> {
    /// The database, as the dump has it.
    pub database: &'a Database,
    /// Where the dump's bytes are.
    pub slices: &'a Slices,
    /// Marks our own lines in psql's output: one that the dump's author can't know.
    pub nonce: &'a str,
    /// The quoted schema of the marks.
    pub marks: &'a str,
    /// The folder of the dump's files in the Pod.
    pub folder: &'a str,
    /// Who reads the files of large tables.
    pub reader: Reader,
}

impl Script<'_> {
    /// What a session is told first.
    pub fn opening(&self) -> Text {
        let mut text = Text::default();
        text.own(&session_state(&self.database.client_encoding));
        text
    }

    /// Cuts items, given by their positions, into runs that each fit into a transaction.
    pub fn batches<'i>(&self, items: &'i [usize]) -> Vec<&'i [usize]> {
        let mut batches = Vec::new();
        let mut rest = items;
        while !rest.is_empty() {
            let (batch, behind) = rest.split_at(self.batch(rest).max(1));
            batches.push(batch);
            rest = behind;
        }
        batches
    }

    /// How many of the first items go together.
    fn batch(&self, items: &[usize]) -> usize {
        let mut bytes = 0;
        let known = items.iter().take(BATCH_ITEMS).map_while(|i| self.item(*i));
        let fits = |item: &&Item| {
            bytes += item.span.end - item.span.start;
            bytes <= BATCH_BYTES && item.transaction == Transaction::Wrap && self.is_counted(item)
        };
        known.take_while(fits).count()
    }

    /// Whether the rows that the table has in the end are those of this item.
    fn is_counted(&self, item: &Item) -> bool {
        item.copy.as_ref().is_none_or(|copy| {
            let table = self.database.tables.get(copy.table.0 as usize);
            !copy.via_root && table.is_some_and(|table| table.form == TableForm::Plain)
        })
    }

    /// A run of items as one transaction, or a single one that brings its own. What `building` says is for its indexes.
    pub fn run(&self, items: &[usize], building: Building) -> Text {
        let known = || items.iter().filter_map(|i| Some((*i, self.item(*i)?)));
        let own = known().any(|(_, item)| item.transaction == Transaction::Own);
        let mut text = Text::default();
        text.own(&self.reset());
        if !own {
            text.own("BEGIN;");
        }
        if !own {
            self.build(&mut text, items, building);
        }
        self.pieces(&mut text, items);
        self.count(&mut text, items);
        self.mark(&mut text, items.iter().map(|item| (*item, WHOLE)), "NULL");
        if !own {
            text.own("COMMIT;");
        }
        for (index, _) in known().filter(|(_, item)| item.copy.is_some()) {
            text.own(&format!(
                "\\echo {} rows {index} :quetzal_{index}",
                self.nonce
            ));
        }
        self.done(&mut text);
        text
    }

    fn build(&self, text: &mut Text, items: &[usize], building: Building) {
        if let Some(workers) = building.workers {
            text.own(&format!(
                "SET LOCAL max_parallel_maintenance_workers = {workers};"
            ));
        }
        let sorts = |item: &usize| self.item(*item).is_some_and(|item| item.work.is_sort());
        if let Some(bytes) = building.sort.filter(|_| items.iter().all(sorts)) {
            let kib = bytes >> 10;
            text.own(&format!("SET LOCAL maintenance_work_mem = '{kib}kB';"));
        }
    }

    /// The statements of items, in as few pieces as may be: one holds several where only comments stand between them.
    fn pieces(&self, text: &mut Text, items: &[usize]) {
        let mut session = "";
        let mut open: Option<(Range<u64>, usize)> = None;
        for (index, item) in items.iter().filter_map(|i| Some((*i, self.item(*i)?))) {
            let follows = |last: usize| last + 1 == index && item.gap == Gap::Clean;
            let plain = *item.session == *session && item.resets.first() != Some(&item.span.start);
            let mut from = match open.take() {
                Some((range, last)) if plain && follows(last) => range.start,
                Some((range, _)) => {
                    text.statements(self.slices, range);
                    item.span.start
                }
                None => item.span.start,
            };
            if *item.session != *session {
                text.own(&item.session);
                session = &item.session;
            }
            for (number, reset) in item.resets.iter().enumerate() {
                text.statements(self.slices, from..*reset);
                text.own(&self.reset());
                from = *reset;
                if number % PORTION == PORTION - 1 {
                    text.own(&format!("\\echo {} pause", self.nonce));
                    text.pauses.push(text.text.len());
                }
            }
            open = Some((from..item.span.end, index));
        }
        if let Some((range, _)) = open {
            text.statements(self.slices, range);
        }
    }

    /// Keeps the server's count of every COPY. One alone is counted by its own answer; of several the tables are
    /// counted, which held nothing before.
    fn count(&self, text: &mut Text, items: &[usize]) {
        for index in items {
            let Some(copy) = self.item(*index).and_then(|item| item.copy.as_ref()) else {
                continue;
            };
            if items.len() == 1 {
                text.own(&format!("\\set quetzal_{index} :ROW_COUNT"));
            } else {
                let target = &copy.target;
                text.own(&format!(
                    "SELECT pg_catalog.count(*) AS quetzal_{index} FROM ONLY {target} \\gset"
                ));
            }
        }
    }

    /// The first chunk of a table's rows follows. The table is emptied first, in the same transaction, so that its
    /// rows can be written as if they had been there for ever.
    pub fn begin_table(&self, item: usize) -> Text {
        let mut text = Text::default();
        let Some(copy) = self.copy(item) else {
            return text;
        };
        text.own(&self.reset());
        text.own("BEGIN;");
        text.own(&format!("TRUNCATE ONLY {};", copy.target));
        text
    }

    /// A chunk of the rows of a table that was begun.
    pub fn chunk(&self, item: usize, chunk: usize) -> Text {
        let mut text = Text::default();
        self.rows(&mut text, item, chunk, " WITH (FREEZE)");
        text
    }

    /// No more rows follow.
    pub fn end_table(&self, item: usize) -> Text {
        let mut text = Text::default();
        self.mark(&mut text, [(item, WHOLE)].into_iter(), "NULL");
        text.own("COMMIT;");
        self.done(&mut text);
        text
    }

    /// The rest of the rows follows in other transactions: the marks of the chunks tell which are here.
    pub fn end_head(&self) -> Text {
        let mut text = Text::default();
        text.own("COMMIT;");
        self.done(&mut text);
        text
    }

    /// A chunk of a table as a transaction of its own, beside other sessions that load other chunks.
    pub fn part(&self, item: usize, chunk: usize) -> Text {
        let mut text = Text::default();
        text.own(&self.reset());
        text.own("BEGIN;");
        self.rows(&mut text, item, chunk, "");
        text.own("COMMIT;");
        self.done(&mut text);
        text
    }

    /// Statistics of a table.
    pub fn analyze(&self, table: TableId) -> Text {
        let mut text = Text::default();
        if let Some(table) = self.database.tables.get(table.0 as usize) {
            text.own(&self.reset());
            let this = format!("c.oid = {}::pg_catalog.regclass", literal(&table.name));
            text.own(&statistics_sql(&this));
        }
        self.done(&mut text);
        text
    }

    fn rows(&self, text: &mut Text, item: usize, number: usize, options: &str) {
        let Some(copy) = self.copy(item) else {
            return;
        };
        let Some(chunk) = copy.chunk(number) else {
            return;
        };
        text.dump(self.slices, copy.head());
        if let (Reader::Server, Some(file)) = (self.reader, self.slices.whole(&chunk)) {
            let path = literal(&format!("{}/{file}", self.folder));
            text.own(&format!(" FROM {path}{options};"));
        } else {
            text.own(&format!(" FROM stdin{options};"));
            text.dump(self.slices, chunk);
            text.own("\\.");
        }
        text.own("\\set quetzal_rows :ROW_COUNT");
        let chunk = i64::try_from(number).unwrap_or(i64::MAX);
        self.mark(text, [(item, chunk)].into_iter(), ":quetzal_rows");
        text.own(&format!("\\echo {} rows {item} :quetzal_rows", self.nonce));
    }

    /// Notes in the same transaction what is done.
    fn mark(&self, text: &mut Text, done: impl Iterator<Item = (usize, i64)>, rows: &str) {
        let values: Vec<_> = done
            .map(|(item, chunk)| format!("({item}, {chunk}, {rows})"))
            .collect();
        text.own(&format!(
            "INSERT INTO {}.done VALUES {};",
            self.marks,
            values.join(", ")
        ));
    }

    fn done(&self, text: &mut Text) {
        text.own(&format!("\\echo {} done", self.nonce));
    }

    fn reset(&self) -> String {
        reset(&self.database.client_encoding)
    }

    fn item(&self, index: usize) -> Option<&Item> {
        self.database.items.get(index)
    }

    fn copy(&self, index: usize) -> Option<&Copy> {
        self.item(index)?.copy.as_ref()
    }
}
