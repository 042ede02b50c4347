//! A whole text as lexemes, for whoever wants to see what the reader sees.

use super::lexer::LexemeKind;
use super::reader::{Event, Grain, Reader};
use super::refusal::Refusal;
use super::rows::CHUNK;

/// One lexeme of a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme<'a> {
    /// What it is.
    pub kind: LexemeKind,
    /// Its bytes. The lexemes of a text joined are the text.
    pub text: &'a [u8],
}

/// Iterator of [`lexemes`].
#[derive(Debug)]
pub struct Lexemes<'a> {
    reader: Reader,
    rest: &'a [u8],
}

/// Cuts a text into lexemes, COPY data too; ends with the first refusal.
pub fn lexemes(text: &[u8]) -> Lexemes<'_> {
    Lexemes {
        reader: Reader::new(Grain::Lexeme, CHUNK),
        rest: text,
    }
}

impl<'a> Iterator for Lexemes<'a> {
    type Item = Result<Lexeme<'a>, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut len = 0;
        while len < self.rest.len() {
            let step = match self.reader.advance(&self.rest[len..]) {
                Ok(step) => step,
                Err(refusal) => {
                    self.rest = &[];
                    return Some(Err(refusal));
                }
            };
            len += step.len;
            match step.event {
                Some(Event::Statement) if self.reader.statement.cursor().is_copy_from_stdin() => {
                    self.reader.begin_copy();
                }
                Some(Event::CopyEnd) => {
                    self.reader.end_copy();
                }
                _ => {}
            }
            if let Some(kind) = step.kind {
                return Some(Ok(self.cut(len, kind)));
            }
        }
        self.last(len)
    }
}

impl<'a> Lexemes<'a> {
    fn cut(&mut self, len: usize, kind: LexemeKind) -> Lexeme<'a> {
        let (text, rest) = self.rest.split_at(len);
        self.rest = rest;
        Lexeme { kind, text }
    }

    /// The lexeme that the end of the text ends.
    fn last(&mut self, len: usize) -> Option<Result<Lexeme<'a>, Refusal>> {
        if len == 0 {
            return None;
        }
        match self.reader.last_lexeme() {
            Ok(kind) => kind.map(|kind| Ok(self.cut(len, kind))),
            Err(refusal) => {
                self.rest = &[];
                Some(Err(refusal))
            }
        }
    }
}
