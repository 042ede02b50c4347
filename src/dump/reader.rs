//! Lexemes to events: finds statements, comment lines, meta-commands and COPY rows in a stream of chunks.

use super::copy::Rows;
use super::cursor::Cursor;
use super::lexer::{Fault, LexemeKind, Lexer, Piece};
use super::refusal::{Open, Position, Reason, Refusal, excerpt};

/// How much of a statement is kept for the policy. A COPY of 1,600 quoted columns fits.
const KEPT: usize = 256 * 1024;
/// No server takes a longer one.
const LONGEST_STATEMENT: u64 = 1 << 30;
/// Longest comment line or meta-command. The title of an item names all arguments of a function.
const LONGEST_LINE: usize = 64 * 1024;

/// Something of which the outline wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// [`Reader::statement`] is complete.
    Statement,
    /// [`Reader::line`] holds a comment between statements that stands at the start of a line.
    Comment,
    /// [`Reader::line`] holds a meta-command.
    MetaCommand,
    /// A chunk of COPY data ends here, maybe the last one.
    ChunkEnd,
    /// The line `\.` has been passed.
    CopyEnd,
}

/// A statement from its first byte to its semicolon, without comments before it.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    /// First [`KEPT`] bytes.
    pub text: Vec<u8>,
    pub at: Position,
    /// Byte behind the semicolon.
    pub end: u64,
    /// psql's lexer would see it otherwise under another encoding or without standard strings.
    pub is_sensitive: bool,
}

impl Statement {
    pub(super) fn is_whole(&self) -> bool {
        self.end - self.at.byte == self.text.len() as u64
    }

    pub(super) fn cursor(&self) -> Cursor<'_> {
        Cursor::new(&self.text)
    }
}

/// A comment line or meta-command, without its newline.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub text: Vec<u8>,
    pub at: Position,
    is_at_column_zero: bool,
}

#[derive(Clone, Debug)]
enum Mode {
    /// Between statements.
    Between,
    /// In a comment or meta-command between statements.
    Line,
    Statement,
    /// Between `FROM stdin;` and its newline.
    CopyStart,
    Copy(Rows),
}

/// How far one call of [`Reader::advance`] may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grain {
    Lexeme,
    Event,
}

/// What one call of [`Reader::advance`] took.
#[derive(Debug)]
pub(super) struct Step {
    pub len: usize,
    pub kind: Option<LexemeKind>,
    pub event: Option<Event>,
}

/// The state of reading; constant in size but for the kept head of a statement.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    lexer: Lexer,
    grain: Grain,
    /// Bytes of a chunk of COPY data.
    chunk: u64,
    mode: Mode,
    at: Position,
    /// Where the lexeme under way begins.
    lexeme: Position,
    at_line_start: bool,
    pub statement: Statement,
    pub line: Line,
}

impl Reader {
    /// Waits for the first byte; `chunk` is the size of a chunk of COPY data, at least 1.
    pub(super) fn new(grain: Grain, chunk: u64) -> Self {
        let at = Position::START;
        Self {
            lexer: Lexer::new(),
            grain,
            chunk,
            mode: Mode::Between,
            at,
            lexeme: at,
            at_line_start: true,
            statement: Statement {
                text: Vec::new(),
                at,
                end: 0,
                is_sensitive: false,
            },
            line: Line {
                text: Vec::new(),
                at,
                is_at_column_zero: true,
            },
        }
    }

    pub(super) fn position(&self) -> Position {
        self.at
    }

    /// Reads COPY rows next; to be called on the event of a COPY statement.
    pub(super) fn begin_copy(&mut self) {
        self.mode = Mode::CopyStart;
    }

    /// Goes back to statements and tells the rows; to be called on [`Event::CopyEnd`].
    pub(super) fn end_copy(&mut self) -> u64 {
        self.lexeme = self.at;
        match std::mem::replace(&mut self.mode, Mode::Between) {
            Mode::Copy(rows) => rows.count,
            Mode::Between | Mode::Line | Mode::Statement | Mode::CopyStart => 0,
        }
    }

    /// Takes bytes up to the next event at most from `input`, which is not empty.
    pub(super) fn advance(&mut self, input: &[u8]) -> Result<Step, Refusal> {
        match &mut self.mode {
            Mode::Between | Mode::Line | Mode::Statement => self.text(input),
            Mode::CopyStart => self.copy_start(input),
            Mode::Copy(rows) => {
                let piece = rows
                    .advance(input)
                    .map_err(|fault| refuse(self.at, input, fault))?;
                let event = match piece.end {
                    Some(LexemeKind::CopyEnd) => Some(Event::CopyEnd),
                    Some(_) if rows.take_chunk_end() => Some(Event::ChunkEnd),
                    _ => None,
                };
                self.take(&input[..piece.len]);
                Ok(Step {
                    len: piece.len,
                    kind: piece.end,
                    event,
                })
            }
        }
    }

    /// Whether nothing is open at the end of the input.
    pub(super) fn finish(&mut self) -> Result<(), Refusal> {
        self.last_lexeme()?;
        match self.mode {
            Mode::Statement => Err(Refusal {
                at: self.statement.at,
                reason: Reason::Unterminated(Open::Statement),
            }),
            _ => Ok(()),
        }
    }

    /// The kind of the lexeme that the end of the input ends, if one is under way.
    pub(super) fn last_lexeme(&mut self) -> Result<Option<LexemeKind>, Refusal> {
        let last = match self.mode {
            Mode::CopyStart | Mode::Copy(_) => Err(Open::CopyData),
            _ => self.lexer.finish(),
        };
        last.map_err(|open| Refusal {
            at: self.lexeme,
            reason: Reason::Unterminated(open),
        })
    }

    /// Only a newline may stand between `FROM stdin;` and the rows: psql would run the rest of the line afterwards.
    fn copy_start(&mut self, input: &[u8]) -> Result<Step, Refusal> {
        if input[0] != b'\n' {
            return Err(Refusal {
                at: self.at,
                reason: Reason::TextAfterCopy,
            });
        }
        self.take(&input[..1]);
        self.lexeme = self.at;
        self.mode = Mode::Copy(Rows::new(self.chunk));
        Ok(Step {
            len: 1,
            kind: Some(LexemeKind::Space),
            event: None,
        })
    }

    fn text(&mut self, input: &[u8]) -> Result<Step, Refusal> {
        if matches!(self.mode, Mode::Between) && self.at.byte == self.lexeme.byte {
            self.begin(input[0])?;
        }
        let (start, piece) = self.stretch(input)?;
        self.keep(&input[..piece.len])?;
        if let Some(start) = start {
            self.take(&input[..start]);
            self.lexeme = self.at;
            self.take(&input[start..piece.len]);
        } else {
            self.take(&input[..piece.len]);
        }
        let mut event = None;
        if let Some(kind) = piece.end {
            self.lexeme = self.at;
            event = self.end_lexeme(kind)?;
        }
        Ok(Step {
            len: piece.len,
            kind: piece.end,
            event,
        })
    }

    /// Lexes to the end of the statement at best, else to the end of the lexeme or of the input. Returns with it where
    /// the last lexeme begins, if it begins in this input.
    fn stretch(&mut self, input: &[u8]) -> Result<(Option<usize>, Piece), Refusal> {
        let mut start = None;
        let mut len = 0;
        let mut is_inside = self.at.byte != self.lexeme.byte;
        loop {
            let rest = &input[len..];
            if !is_inside && rest[0] == b'\\' && matches!(self.mode, Mode::Statement) {
                let fault = Fault {
                    offset: len,
                    reason: Reason::MetaCommandPlace,
                };
                return Err(refuse(self.at, input, fault));
            }
            let piece = self
                .lexer
                .advance(rest)
                .map_err(|Fault { offset, reason }| {
                    refuse(
                        self.at,
                        input,
                        Fault {
                            offset: len + offset,
                            reason,
                        },
                    )
                })?;
            len += piece.len;
            let goes_on = self.grain == Grain::Event
                && matches!(self.mode, Mode::Statement)
                && piece.end.is_some_and(|kind| kind != LexemeKind::End)
                && len < input.len();
            if !goes_on {
                return Ok((
                    start,
                    Piece {
                        len,
                        end: piece.end,
                    },
                ));
            }
            start = Some(len);
            is_inside = false;
        }
    }

    /// Tells by its first byte what a lexeme between statements belongs to.
    fn begin(&mut self, first: u8) -> Result<(), Refusal> {
        if first.is_ascii_whitespace() {
            return Ok(());
        }
        if first == b'\\' && !self.at_line_start {
            return Err(Refusal {
                at: self.at,
                reason: Reason::MetaCommandPlace,
            });
        }
        if matches!(first, b'-' | b'/' | b'\\') {
            self.line.text.clear();
            self.line.at = self.at;
            self.line.is_at_column_zero = self.at_line_start;
            self.mode = Mode::Line;
        } else {
            self.statement.text.clear();
            self.statement.at = self.at;
            self.statement.is_sensitive = false;
            self.mode = Mode::Statement;
        }
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        match self.mode {
            Mode::Line => append(&mut self.line.text, bytes, LONGEST_LINE),
            Mode::Statement => {
                append(&mut self.statement.text, bytes, KEPT);
                self.statement.is_sensitive |= !bytes.is_ascii();
                let length = self.at.byte + bytes.len() as u64 - self.statement.at.byte;
                if length > LONGEST_STATEMENT {
                    let reason = Reason::LongStatement(LONGEST_STATEMENT);
                    return Err(Refusal {
                        at: self.statement.at,
                        reason,
                    });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8]) {
        self.at.advance(bytes);
        if let Some(&last) = bytes.last() {
            self.at_line_start = last == b'\n';
        }
    }

    fn end_lexeme(&mut self, kind: LexemeKind) -> Result<Option<Event>, Refusal> {
        match (&self.mode, kind) {
            (Mode::Line, LexemeKind::LineComment | LexemeKind::MetaCommand) => {
                self.mode = Mode::Between;
                self.line_event(kind)
            }
            // Refuses block comments too: in another encoding psql might not see their end.
            (Mode::Line, _) => {
                let reason = Reason::Statement(excerpt(&self.line.text));
                Err(Refusal {
                    at: self.line.at,
                    reason,
                })
            }
            (Mode::Statement, LexemeKind::End) => {
                self.mode = Mode::Between;
                self.statement.end = self.at.byte;
                self.statement.is_sensitive |= self.lexer.take_backslash();
                Ok(Some(Event::Statement))
            }
            _ => Ok(None),
        }
    }

    fn line_event(&mut self, kind: LexemeKind) -> Result<Option<Event>, Refusal> {
        if self.line.text.len() >= LONGEST_LINE {
            return Err(Refusal {
                at: self.line.at,
                reason: Reason::LongComment(LONGEST_LINE),
            });
        }
        Ok(match kind {
            LexemeKind::MetaCommand => Some(Event::MetaCommand),
            _ if self.line.is_at_column_zero => Some(Event::Comment),
            _ => None,
        })
    }
}

/// Appends what fits under `bound`.
fn append(text: &mut Vec<u8>, bytes: &[u8], bound: usize) {
    let room = bound.saturating_sub(text.len());
    text.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

fn refuse(mut at: Position, input: &[u8], fault: Fault) -> Refusal {
    at.advance(&input[..fault.offset]);
    Refusal {
        at,
        reason: fault.reason,
    }
}
