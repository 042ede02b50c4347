//! COPY data: raw lines up to `\.`. The fast path of every large dump.

use super::lexer::{Fault, LexemeKind, Piece};
use super::refusal::Reason;
use memchr::{memchr, memchr_iter};

/// Longest line that may be special: `\.` and a carriage return.
const HEAD: usize = 3;

/// Counts rows and finds the ends of chunks and the closing line; holds the first bytes of the line under way,
/// nothing else.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// Whole lines so far.
    pub count: u64,
    /// Bytes of a chunk, at least 1.
    chunk: u64,
    /// Bytes that the chunk under way lacks; none where it ends with the line under way.
    missing: u64,
    head: [u8; HEAD],
    /// Bytes of the line so far, counted up to one more than fit in `head`.
    head_len: usize,
}

impl Rows {
    pub(super) fn new(chunk: u64) -> Self {
        Self {
            count: 0,
            chunk,
            missing: chunk,
            head: [0; HEAD],
            head_len: 0,
        }
    }

    /// Takes rows, or the closing line, from `input`, which is not empty; no piece goes on behind the end of a chunk.
    ///
    /// Rows come as pieces with an end after a newline; a line that may be the closing one is held back until it is
    /// decided, so that it never comes in one piece with rows.
    pub(super) fn advance(&mut self, input: &[u8]) -> Result<Piece, Fault> {
        let piece = self.rows(self.clip(input))?;
        self.missing = self.missing.saturating_sub(piece.len as u64);
        Ok(piece)
    }

    /// Whether the row that has just ended ends a chunk; asking begins the next one.
    pub(super) fn take_chunk_end(&mut self) -> bool {
        let is_full = self.missing == 0;
        if is_full {
            self.missing = self.chunk;
        }
        is_full
    }

    /// What the chunk lacks; all where the line under way ends it, because that comes in a piece of its own.
    fn clip<'a>(&self, input: &'a [u8]) -> &'a [u8] {
        match usize::try_from(self.missing) {
            Ok(missing @ 1..) => &input[..input.len().min(missing)],
            Ok(0) | Err(_) => input,
        }
    }

    fn rows(&mut self, input: &[u8]) -> Result<Piece, Fault> {
        if self.head_len > 0 {
            return self.line(input);
        }
        let mut line = 0;
        for newline in memchr_iter(b'\n', input) {
            if input[line] == b'\\' && matches!(&input[line..newline], b"\\." | b"\\.\r") {
                break;
            }
            self.count += 1;
            line = newline + 1;
        }
        match line {
            0 => self.line(input),
            len => Ok(Piece {
                len,
                end: Some(LexemeKind::CopyRows),
            }),
        }
    }

    /// The line under way, to its newline or to the end of the input.
    fn line(&mut self, input: &[u8]) -> Result<Piece, Fault> {
        let newline = memchr(b'\n', input);
        let line = &input[..newline.unwrap_or(input.len())];
        for &byte in line.iter().take(HEAD + 1 - self.head_len) {
            if let Some(slot) = self.head.get_mut(self.head_len) {
                *slot = byte;
            }
            self.head_len += 1;
        }
        let Some(newline) = newline else {
            return Ok(Piece {
                len: input.len(),
                end: None,
            });
        };
        let end = match self.head.get(..self.head_len) {
            Some(b"\\.") => LexemeKind::CopyEnd,
            Some(b"\\.\r") => {
                return Err(Fault {
                    offset: newline,
                    reason: Reason::AmbiguousCopyEnd,
                });
            }
            _ => {
                self.count += 1;
                LexemeKind::CopyRows
            }
        };
        self.head_len = 0;
        Ok(Piece {
            len: newline + 1,
            end: Some(end),
        })
    }
}
