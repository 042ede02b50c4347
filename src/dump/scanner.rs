//! The way in: bytes, chunk by chunk.

use super::AFTER_CLUSTER_END;
use super::inventory::Inventory;
use super::outline::Outline;
use super::reader::{Event, Grain, Reader};
use super::refusal::{Position, Reason, Refusal};
use super::rows::CHUNK;

/// The first bytes of every plain dump.
const TITLE: &[u8] = b"--\n";
/// The first bytes of a custom-format archive.
const ARCHIVE: &[u8] = b"PGDMP";

/// Reads a dump in one pass and in constant memory, apart from the inventory.
///
/// ```
/// use quetzal_db::dump::{Reason, Scanner};
///
/// let mut scanner = Scanner::new();
/// scanner.feed(b"--\n-- PostgreSQL database cluster dump\n").unwrap();
/// scanner.feed(b"--\n\n").unwrap();
/// assert_eq!(scanner.finish().unwrap_err().reason, Reason::MissingClusterEnd);
/// ```
#[derive(Clone, Debug)]
pub struct Scanner {
    reader: Reader,
    outline: Outline,
    /// First bytes, until they are enough to tell the kind of file.
    head: Vec<u8>,
    /// Bytes behind the closing line.
    tail: usize,
    refused: Option<Refusal>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

impl Scanner {
    /// Waits for the first byte of a dump.
    pub fn new() -> Self {
        Self::with_chunk(CHUNK)
    }

    /// The same with chunks of COPY data of another size, at least 1.
    pub(super) fn with_chunk(chunk: u64) -> Self {
        Self {
            reader: Reader::new(Grain::Event, chunk),
            outline: Outline::default(),
            head: Vec::new(),
            tail: 0,
            refused: None,
        }
    }

    /// Takes the next bytes, of any number. A refusal is final: it comes again on every later call.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        if let Some(refusal) = &self.refused {
            return Err(refusal.clone());
        }
        let result = self.take(chunk);
        self.refused = result.as_ref().err().cloned();
        result
    }

    /// Proves that the dump ends where it should, and gives what is in it.
    pub fn finish(mut self) -> Result<Inventory, Refusal> {
        if let Some(refusal) = self.refused {
            return Err(refusal);
        }
        self.reader.finish()?;
        let end = self.position();
        if self.outline.is_ended() && self.tail < AFTER_CLUSTER_END.len() {
            return Err(Refusal {
                at: end,
                reason: Reason::MissingClusterEnd,
            });
        }
        self.outline.finish(end)
    }

    /// How far the dump has been read.
    pub fn position(&self) -> Position {
        let mut at = self.reader.position();
        at.advance(&AFTER_CLUSTER_END[..self.tail]);
        at
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        self.check_head(chunk)?;
        // psql cuts lines at NUL, so nothing behind one can be trusted.
        let nul = memchr::memchr(0, chunk);
        self.lex(&chunk[..nul.unwrap_or(chunk.len())])?;
        match nul {
            Some(_) => Err(Refusal {
                at: self.position(),
                reason: Reason::Nul,
            }),
            None => Ok(()),
        }
    }

    fn check_head(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        let missing = ARCHIVE.len() - self.head.len();
        if missing == 0 {
            return Ok(());
        }
        self.head
            .extend_from_slice(&chunk[..chunk.len().min(missing)]);
        let compared = self.head.len().min(TITLE.len());
        let reason = match self.head[..compared] == TITLE[..compared] {
            true => return Ok(()),
            false if self.head == ARCHIVE => Reason::CustomArchive,
            false if ARCHIVE.starts_with(&self.head) => return Ok(()),
            false => Reason::NotAClusterDump,
        };
        Err(Refusal {
            at: Position::START,
            reason,
        })
    }

    fn lex(&mut self, mut input: &[u8]) -> Result<(), Refusal> {
        while !input.is_empty() {
            if self.outline.is_ended() {
                return self.after_end(input);
            }
            let step = self.reader.advance(input)?;
            input = &input[step.len..];
            match step.event {
                None => {}
                Some(Event::Statement) => {
                    let has_rows = self.outline.statement(&self.reader.statement)?;
                    if has_rows {
                        self.reader.begin_copy();
                    }
                }
                Some(Event::Comment) => self.outline.comment(&self.reader.line)?,
                Some(Event::MetaCommand) => self.outline.meta_command(&self.reader.line)?,
                Some(Event::ChunkEnd) => self.outline.cut(self.reader.position().byte),
                Some(Event::CopyEnd) => {
                    let rows = self.reader.end_copy();
                    self.outline.copied(rows, self.reader.position().byte);
                }
            }
        }
        Ok(())
    }

    /// Behind the closing line only its fixed rest may follow.
    fn after_end(&mut self, input: &[u8]) -> Result<(), Refusal> {
        for &byte in input {
            if AFTER_CLUSTER_END.get(self.tail) != Some(&byte) {
                return Err(Refusal {
                    at: self.position(),
                    reason: Reason::AfterEnd,
                });
            }
            self.tail += 1;
        }
        Ok(())
    }
}
