//! Words that begin strings, strings, quoted identifiers, dollar quotes.

use super::{Follow, LexemeKind, Lexer, Quote, State, begins_word, continues_word};
use crate::dump::refusal::Reason;

/// Longest `$tag$`. `pg_dump`'s tags have a few letters.
const TAG: usize = 256;

impl Lexer {
    pub(super) fn in_word(&mut self, byte: u8) -> Result<Follow, Reason> {
        let quote = match (&self.word[..self.word_len], byte) {
            (b"e" | b"E", b'\'') => Quote::Escape,
            (b"b" | b"B", b'\'') => Quote::Bit,
            (b"n" | b"N" | b"x" | b"X", b'\'') | (b"u" | b"U", b'&') => {
                return Err(Reason::StringPrefix);
            }
            _ => return Ok(Follow::Before(LexemeKind::Word)),
        };
        self.state = self.string(quote)?;
        Ok(Follow::Inside)
    }

    pub(super) fn in_quotes(&mut self, byte: u8) -> Result<Follow, Reason> {
        self.state = match (self.state, byte) {
            // psql knows no doubled quote in bit strings.
            (State::Quoted(Quote::Bit), b'\'') => return Ok(Follow::Last(LexemeKind::BitString)),
            (State::Quoted(Quote::Identifier), b'"') => State::QuoteSeen(Quote::Identifier),
            (State::Quoted(quote @ (Quote::Plain | Quote::Escape)), b'\'') => {
                State::QuoteSeen(quote)
            }
            (State::QuoteSeen(Quote::Identifier), b'"') => State::Quoted(Quote::Identifier),
            (State::QuoteSeen(quote @ (Quote::Plain | Quote::Escape)), b'\'') => {
                State::Quoted(quote)
            }
            (State::QuoteSeen(_), b'\r') => return Err(Reason::CarriageReturn),
            (State::QuoteSeen(quote), _) => return Ok(Follow::Before(quote.kind())),
            (State::Quoted(Quote::Escape), b'\\') => State::Backslash,
            (State::Backslash, _) => State::Quoted(Quote::Escape),
            (State::Quoted(Quote::Plain), b'\\') => {
                self.backslash_in_string = true;
                self.state
            }
            (state, _) => state,
        };
        Ok(Follow::Inside)
    }

    pub(super) fn in_dollars(&mut self, byte: u8) -> Result<Follow, Reason> {
        self.state = match (self.state, byte) {
            (State::Dollar | State::Parameter, b'0'..=b'9') => State::Parameter,
            (State::Parameter, _) if continues_word(byte) => {
                return Err(Reason::NumberRunsIntoWord);
            }
            (State::Parameter, _) => return Ok(Follow::Before(LexemeKind::Parameter)),
            (State::Dollar, _) => {
                self.tag.clear();
                self.tag.push(b'$');
                self.tag_byte(byte)?
            }
            (State::Tag, _) => self.tag_byte(byte)?,
            (State::Body(seen), _) if self.tag.get(seen) == Some(&byte) => {
                if seen + 1 == self.tag.len() {
                    return Ok(Follow::Last(LexemeKind::DollarString));
                }
                State::Body(seen + 1)
            }
            (State::Body(_), b'$') => State::Body(1),
            _ => State::Body(0),
        };
        Ok(Follow::Inside)
    }

    /// A byte of the opening tag.
    fn tag_byte(&mut self, byte: u8) -> Result<State, Reason> {
        let first = self.tag.len() == 1;
        self.tag.push(byte);
        match byte {
            b'$' if self.after_string => Err(Reason::AdjacentStrings),
            b'$' => Ok(State::Body(0)),
            _ if self.tag.len() > TAG => Err(Reason::LongDollarTag(TAG)),
            _ if begins_word(byte) || (!first && byte.is_ascii_digit()) => Ok(State::Tag),
            _ => Err(Reason::StrayDollar),
        }
    }
}
