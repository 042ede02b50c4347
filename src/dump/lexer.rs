//! Bytes to lexemes, with psql's eyes.
//!
//! Rules follow psql's own lexer, which works line by line: no lexeme but quotes and block comments goes on behind
//! a newline, so `'a'` newline `'b'` is two strings. `standard_conforming_strings` is on: the outline refuses
//! dumps that turn it off.
//!
//! A lexeme may come in several pieces, because chunks end anywhere; what it is shows at its end.

mod numbers;
mod quotes;

use super::compound::{Compound, WORD};
use super::refusal::{Open, Reason};
use memchr::{memchr, memchr2};

/// What a lexeme is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexemeKind {
    /// Blanks and newlines.
    Space,
    /// `-- …` without its newline.
    LineComment,
    /// `/* … */`.
    BlockComment,
    /// Keyword or unquoted identifier.
    Word,
    /// `"…"`.
    Identifier,
    /// `'…'`.
    String,
    /// `E'…'`.
    EscapeString,
    /// `B'…'`.
    BitString,
    /// `$tag$…$tag$`.
    DollarString,
    /// Digits, with fraction and exponent.
    Number,
    /// `$1`.
    Parameter,
    /// One byte of an operator or punctuation; `::` and `:=`; a colon with the name behind it in brackets.
    Symbol,
    /// The semicolon that ends a statement.
    End,
    /// A backslash and the rest of its line.
    MetaCommand,
    /// COPY rows, each with its newline.
    CopyRows,
    /// The line `\.` with its newline.
    CopyEnd,
}

/// A stretch of one lexeme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Bytes taken from the input; may be 0 where only now it shows that the lexeme has ended.
    pub len: usize,
    /// Set when the lexeme ends with these bytes.
    pub end: Option<LexemeKind>,
}

/// A refusal at an offset into the input.
#[derive(Debug)]
pub(super) struct Fault {
    pub offset: usize,
    pub reason: Reason,
}

const DEEPEST_COMMENT: u32 = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    Space,
    Dash,
    LineComment,
    Slash,
    /// Depth below the outermost, and the byte before where it may begin `*/` or `/*`.
    Block(u32, u8),
    Word,
    Quoted(Quote),
    /// Behind a `'` or `"` that either ends the quotes or is the first of a doubled one.
    QuoteSeen(Quote),
    Backslash,
    Dollar,
    Tag,
    /// Bytes of the closing tag seen so far.
    Body(usize),
    Parameter,
    Number(Digits),
    Colon,
    Slice,
    Meta,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quote {
    Plain,
    Escape,
    Bit,
    Identifier,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Digits {
    Whole,
    Fraction,
    Exponent,
    Sign,
    Power,
}

/// The state machine. Its state is a few words, a keyword prefix and the tag of an open dollar quote.
#[derive(Clone, Debug)]
pub(super) struct Lexer {
    state: State,
    compound: Compound,
    word: [u8; WORD + 16],
    word_len: usize,
    tag: Vec<u8>,
    after_string: bool,
    backslash_in_string: bool,
}

impl Lexer {
    pub(super) fn new() -> Self {
        Self {
            state: State::Start,
            compound: Compound::default(),
            word: [0; WORD + 16],
            word_len: 0,
            tag: Vec::new(),
            after_string: false,
            backslash_in_string: false,
        }
    }

    /// Whether the last statement held a backslash in a plain string; asking forgets it.
    pub(super) fn take_backslash(&mut self) -> bool {
        std::mem::take(&mut self.backslash_in_string)
    }

    /// Takes bytes of at most one lexeme from `input`, which is not empty.
    pub(super) fn advance(&mut self, input: &[u8]) -> Result<Piece, Fault> {
        if let Some(piece) = self.whole(input) {
            return Ok(piece);
        }
        let mut at = 0;
        while let Some(&byte) = input.get(at) {
            let fault = |reason| Fault { offset: at, reason };
            if self.state == State::Start {
                if let Some(kind) = self.begin(byte).map_err(fault)? {
                    return Ok(Piece {
                        len: at + 1,
                        end: Some(kind),
                    });
                }
                at += 1;
                continue;
            }
            at += self.skip(&input[at..]);
            let Some(&byte) = input.get(at) else { break };
            let fault = |reason| Fault { offset: at, reason };
            match self.follow(byte).map_err(fault)? {
                Follow::Inside => at += 1,
                Follow::Last(kind) => return self.end(at + 1, kind),
                Follow::Before(kind) => return self.end(at, kind),
            }
        }
        Ok(Piece { len: at, end: None })
    }

    /// The fast path of statements: blanks, and words that do not matter, if they lie whole in the input.
    fn whole(&mut self, input: &[u8]) -> Option<Piece> {
        if self.state != State::Start {
            return None;
        }
        if is_space(input[0]) {
            let len = input.iter().position(|&byte| !is_space(byte))?;
            return Some(piece(len, LexemeKind::Space));
        }
        if !begins_word(input[0]) || !self.compound.ignores_words() {
            return None;
        }
        let len = input.iter().position(|&byte| !continues_word(byte))?;
        if len == 1 && matches!(input[1], b'\'' | b'&') {
            return None;
        }
        self.after_string = false;
        Some(piece(len, LexemeKind::Word))
    }

    /// What is open at the end of the input; `Ok` holds the kind of a lexeme that may end there.
    pub(super) fn finish(&mut self) -> Result<Option<LexemeKind>, Open> {
        let kind = match std::mem::replace(&mut self.state, State::Start) {
            State::Start => return Ok(None),
            State::Space => LexemeKind::Space,
            State::LineComment => LexemeKind::LineComment,
            State::Dash | State::Slash | State::Colon | State::Slice => LexemeKind::Symbol,
            State::Word => LexemeKind::Word,
            State::QuoteSeen(quote) => quote.kind(),
            State::Number(_) => LexemeKind::Number,
            State::Parameter => LexemeKind::Parameter,
            State::Block(..) => return Err(Open::Comment),
            State::Quoted(Quote::Identifier) => return Err(Open::Identifier),
            State::Quoted(_) | State::Backslash => return Err(Open::String),
            State::Dollar | State::Tag | State::Body(_) => return Err(Open::DollarQuote),
            State::Meta => return Err(Open::MetaCommand),
        };
        Ok(Some(kind))
    }

    /// First byte of a lexeme; `Some` where it is the whole of it.
    fn begin(&mut self, byte: u8) -> Result<Option<LexemeKind>, Reason> {
        self.state = match byte {
            _ if is_space(byte) => State::Space,
            b'-' => State::Dash,
            b'/' => State::Slash,
            b'\'' => self.string(Quote::Plain)?,
            b'"' => State::Quoted(Quote::Identifier),
            b'$' => State::Dollar,
            b':' => State::Colon,
            b'\\' => State::Meta,
            b'0'..=b'9' => State::Number(Digits::Whole),
            _ if begins_word(byte) => {
                self.word_len = 0;
                self.keep(byte);
                State::Word
            }
            b'\r' => return Err(Reason::CarriageReturn),
            0 => return Err(Reason::Nul),
            _ if byte.is_ascii_control() => return Err(Reason::ControlCharacter),
            _ => {
                self.after_string = false;
                let ends = self.compound.symbol(byte)?;
                return Ok(Some(if ends {
                    LexemeKind::End
                } else {
                    LexemeKind::Symbol
                }));
            }
        };
        Ok(None)
    }

    fn string(&self, quote: Quote) -> Result<State, Reason> {
        if self.after_string {
            Err(Reason::AdjacentStrings)
        } else {
            Ok(State::Quoted(quote))
        }
    }

    /// Remembers the head of a word.
    fn keep(&mut self, byte: u8) {
        if let Some(slot) = self.word.get_mut(self.word_len) {
            *slot = byte;
            self.word_len += 1;
        }
    }

    /// Length of what surely belongs to the lexeme: the fast path of long lexemes.
    fn skip(&mut self, input: &[u8]) -> usize {
        let found = match self.state {
            State::Space => input.iter().position(|&byte| !is_space(byte)),
            State::Word => {
                let end = input.iter().position(|&byte| !continues_word(byte));
                let word = &input[..end.unwrap_or(input.len())];
                let kept = word.len().min(self.word.len() - self.word_len);
                self.word[self.word_len..self.word_len + kept].copy_from_slice(&word[..kept]);
                self.word_len += kept;
                end
            }
            State::LineComment => memchr2(b'\n', b'\r', input),
            State::Quoted(Quote::Plain) if !self.backslash_in_string => {
                memchr2(b'\'', b'\\', input)
            }
            State::Quoted(Quote::Plain | Quote::Bit) => memchr(b'\'', input),
            State::Quoted(Quote::Escape) => memchr2(b'\'', b'\\', input),
            State::Quoted(Quote::Identifier) => memchr(b'"', input),
            State::Body(0) => memchr(b'$', input),
            State::Meta => memchr(b'\n', input),
            _ => return 0,
        };
        found.unwrap_or(input.len())
    }

    /// A byte behind the first one that [`Self::skip`] has not passed over.
    fn follow(&mut self, byte: u8) -> Result<Follow, Reason> {
        use LexemeKind as Kind;
        let next = match (self.state, byte) {
            (State::Space, _) => return Ok(Follow::Before(Kind::Space)),
            (State::Dash, b'-') => State::LineComment,
            (State::LineComment, b'\r') => return Err(Reason::CarriageReturn),
            (State::LineComment, b'\n') => return Ok(Follow::Before(Kind::LineComment)),
            (State::Slash, b'*') => State::Block(0, 0),
            (State::Dash | State::Slash, _) => return Ok(Follow::Before(Kind::Symbol)),
            (State::Block(0, b'*'), b'/') => return Ok(Follow::Last(Kind::BlockComment)),
            (State::Block(depth, b'*'), b'/') => State::Block(depth - 1, 0),
            (State::Block(DEEPEST_COMMENT, b'/'), b'*') => return Err(Reason::NestedTooDeep),
            (State::Block(depth, b'/'), b'*') => State::Block(depth + 1, 0),
            (State::Block(depth, _), _) => State::Block(depth, byte),
            (State::Word, _) => return self.in_word(byte),
            (State::Quoted(_) | State::QuoteSeen(_) | State::Backslash, _) => {
                return self.in_quotes(byte);
            }
            (State::Dollar | State::Tag | State::Body(_) | State::Parameter, _) => {
                return self.in_dollars(byte);
            }
            (State::Number(digits), _) => return self.in_number(digits, byte),
            (State::Colon | State::Slice, _) => return self.in_colon(byte),
            (State::Meta, b'\n') => return Ok(Follow::Before(Kind::MetaCommand)),
            (State::LineComment | State::Meta | State::Start, _) => self.state,
        };
        self.state = next;
        Ok(Follow::Inside)
    }

    /// Closes a lexeme of `len` bytes and counts it.
    fn end(&mut self, len: usize, kind: LexemeKind) -> Result<Piece, Fault> {
        use LexemeKind as Kind;
        self.state = State::Start;
        let counted = match kind {
            Kind::Space | Kind::LineComment | Kind::BlockComment | Kind::MetaCommand => {
                return Ok(piece(len, kind));
            }
            Kind::Word => self.compound.word(&self.word[..self.word_len.min(WORD)]),
            Kind::Symbol => self.compound.symbol(b' ').map(|_| ()),
            _ => self.compound.other(),
        };
        self.after_string = matches!(
            kind,
            Kind::String | Kind::EscapeString | Kind::BitString | Kind::DollarString
        );
        counted.map_err(|reason| Fault {
            offset: len,
            reason,
        })?;
        Ok(piece(len, kind))
    }
}

fn piece(len: usize, kind: LexemeKind) -> Piece {
    Piece {
        len,
        end: Some(kind),
    }
}

/// How a byte stands to the lexeme under way.
enum Follow {
    Inside,
    Last(LexemeKind),
    Before(LexemeKind),
}

impl Quote {
    fn kind(self) -> LexemeKind {
        match self {
            Self::Plain => LexemeKind::String,
            Self::Escape => LexemeKind::EscapeString,
            Self::Bit => LexemeKind::BitString,
            Self::Identifier => LexemeKind::Identifier,
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\x0c')
}

fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// A table, because most bytes of statements are asked.
const CONTINUES_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte: u8 = 0;
    loop {
        table[byte as usize] =
            byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80;
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

fn continues_word(byte: u8) -> bool {
    CONTINUES_WORD[usize::from(byte)]
}
