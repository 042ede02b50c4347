//! Walks over the lexemes of one statement, without blanks and comments.

use super::lexer::{LexemeKind, Lexer};
use super::refusal::{Reason, excerpt};

/// Longest identifier of `PostgreSQL`, in bytes.
const LONGEST_NAME: usize = 63;

/// A lexeme and the offset behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub kind: LexemeKind,
    pub text: &'a [u8],
    start: usize,
    end: usize,
}

impl Token<'_> {
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == LexemeKind::Word && self.text.eq_ignore_ascii_case(word.as_bytes())
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.kind, LexemeKind::Symbol | LexemeKind::End) && self.text == symbol.as_bytes()
    }
}

/// A place between two lexemes. Parsing is by small questions: each takes what it accepts, or nothing.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    lexer: Lexer,
    at: usize,
    peeked: Option<Token<'a>>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            lexer: Lexer::new(),
            at: 0,
            peeked: None,
        }
    }

    pub(super) fn peek(&mut self) -> Option<Token<'a>> {
        if self.peeked.is_none() {
            self.peeked = self.read();
            if self.peeked.is_none() {
                // Behind the end, or behind the last whole lexeme of a text that is cut off.
                self.at = self.text.len();
                self.lexer = Lexer::new();
            }
        }
        self.peeked
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.peeked = None;
        self.at = token.end;
        Some(token)
    }

    fn read(&mut self) -> Option<Token<'a>> {
        let mut start = self.at;
        let mut end = start;
        loop {
            let kind = match self.text.get(end..) {
                // The text has passed the lexer before, so only its cut-off end can be at fault.
                Some([]) | None => self.lexer.finish().ok()??,
                Some(rest) => {
                    let piece = self.lexer.advance(rest).ok()?;
                    end += piece.len;
                    match piece.end {
                        Some(kind) => kind,
                        None => continue,
                    }
                }
            };
            if matches!(
                kind,
                LexemeKind::Space | LexemeKind::LineComment | LexemeKind::BlockComment
            ) {
                start = end;
                continue;
            }
            return Some(Token {
                kind,
                text: &self.text[start..end],
                start,
                end,
            });
        }
    }

    fn take_if(&mut self, wanted: impl Fn(&Token<'a>) -> bool) -> bool {
        let found = self.peek().is_some_and(|token| wanted(&token));
        if found {
            self.next();
        }
        found
    }

    /// Passes over that many lexemes.
    pub(super) fn skip(&mut self, lexemes: usize) {
        for _ in 0..lexemes {
            self.next();
        }
    }

    /// The unquoted words up to the first other lexeme, at most 6, in lower case, with a blank between.
    pub(super) fn leading_words(&mut self) -> String {
        let mut words = String::new();
        for _ in 0..6 {
            let Some(token) = self.next().filter(|token| token.kind == LexemeKind::Word) else {
                break;
            };
            if !words.is_empty() {
                words.push(' ');
            }
            words.extend(
                token
                    .text
                    .iter()
                    .map(|byte| char::from(byte.to_ascii_lowercase())),
            );
        }
        words
    }

    /// Takes one keyword, of any case.
    pub(super) fn word(&mut self, word: &str) -> bool {
        self.take_if(|token| token.is_word(word))
    }

    /// Takes one of several keywords and tells which.
    pub(super) fn one_of<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        words.iter().copied().find(|word| self.word(word))
    }

    pub(super) fn symbol(&mut self, symbol: &str) -> bool {
        self.take_if(|token| token.is_symbol(symbol))
    }

    /// Takes parentheses with all that is between them.
    pub(super) fn parenthesized(&mut self) -> bool {
        let mut open = u32::from(self.symbol("("));
        let is_found = open > 0;
        while open > 0 {
            if self.symbol("(") {
                open += 1;
            } else if self.symbol(")") {
                open -= 1;
            } else if self.next().is_none() {
                return false;
            }
        }
        is_found
    }

    /// Takes the next lexeme that is not between parentheses.
    pub(super) fn next_outside(&mut self) -> Option<Token<'a>> {
        while self.parenthesized() {}
        self.next()
    }

    /// Takes the semicolon, which must be the last lexeme.
    pub(super) fn is_done(&mut self) -> bool {
        self.take_if(|token| token.kind == LexemeKind::End) && self.peek().is_none()
    }

    /// Takes an identifier and decodes it.
    pub(super) fn name(&mut self) -> Result<Option<String>, Reason> {
        let Some(token) = self.peek() else {
            return Ok(None);
        };
        let name = match token.kind {
            LexemeKind::Word => token.text.to_ascii_lowercase(),
            LexemeKind::Identifier => undouble(token.text, b'"'),
            _ => return Ok(None),
        };
        self.next();
        check_name(name).map(Some)
    }

    /// Takes a string literal and decodes it.
    pub(super) fn string(&mut self) -> Result<Option<String>, Reason> {
        let Some(token) = self.peek() else {
            return Ok(None);
        };
        let value = match token.kind {
            LexemeKind::String => undouble(token.text, b'\''),
            LexemeKind::EscapeString => match unescape(&undouble(&token.text[1..], b'\'')) {
                Some(value) => value,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        self.next();
        String::from_utf8(value)
            .map(Some)
            .map_err(|_| Reason::NotUtf8)
    }

    /// Text from the next lexeme to the semicolon, which must end the statement; blanks at both ends left out.
    pub(super) fn rest(&mut self) -> Result<Option<String>, Reason> {
        let Some(start) = self.peek().map(|token| token.start) else {
            return Ok(None);
        };
        let mut end = start;
        while let Some(token) = self.next() {
            if token.kind == LexemeKind::End {
                return utf8(&self.text[start..end]).map(Some);
            }
            end = token.end;
        }
        Ok(None)
    }

    /// Text between two places.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        &self.text[start..end]
    }

    /// Offset of the next lexeme.
    pub(super) fn offset(&mut self) -> usize {
        self.peek().map_or(self.text.len(), |token| token.start)
    }

    /// Offset behind the last lexeme taken.
    pub(super) fn behind(&self) -> usize {
        self.at
    }

    /// The refusal of what comes next.
    pub(super) fn malformed(&mut self, statement: &'static str) -> Reason {
        let near = match self.peek() {
            Some(token) if token.kind == LexemeKind::Identifier => excerpt(token.text),
            Some(token) => excerpt(&self.text[token.start..]),
            None => String::new(),
        };
        Reason::Malformed { statement, near }
    }

    /// Whether the whole statement is `COPY … FROM stdin`.
    pub(super) fn is_copy_from_stdin(&mut self) -> bool {
        self.word("copy") && matches!(super::forms::copy_target(self), Ok(Some(_)))
    }
}

/// Checks a decoded identifier.
pub(super) fn check_name(name: Vec<u8>) -> Result<String, Reason> {
    match name.len() {
        0 => Err(Reason::EmptyName),
        1..=LONGEST_NAME => String::from_utf8(name).map_err(|_| Reason::NotUtf8),
        length => Err(Reason::LongName(length)),
    }
}

/// Checks text that is kept as it stands.
pub(super) fn utf8(text: &[u8]) -> Result<String, Reason> {
    std::str::from_utf8(text)
        .map(str::to_owned)
        .map_err(|_| Reason::NotUtf8)
}

/// What stands between quotes, with doubled quotes made single.
pub(super) fn undouble(quoted: &[u8], quote: u8) -> Vec<u8> {
    let inner = quoted
        .get(1..quoted.len().saturating_sub(1))
        .unwrap_or_default();
    let mut text = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(&byte) = bytes.next() {
        text.push(byte);
        if byte == quote {
            bytes.next();
        }
    }
    text
}

/// Decodes the only escapes that `pg_dump` writes: `\\` and `\'`.
pub(super) fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        plain.push(match byte {
            b'\\' => *bytes.next().filter(|byte| matches!(byte, b'\\' | b'\''))?,
            _ => byte,
        });
    }
    Some(plain)
}
