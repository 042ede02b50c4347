//! Numbers, and what a colon may be.

use super::{Digits, Follow, LexemeKind, Lexer, State, begins_word, continues_word};
use crate::dump::refusal::Reason;

/// Variables that psql sets by itself, in all versions, and the one that the loader sets.
const PSQL_VARIABLES: [&[u8]; 49] = [
    b"AUTOCOMMIT",
    b"COMP_KEYWORD_CASE",
    b"DBNAME",
    b"ECHO",
    b"ECHO_HIDDEN",
    b"ENCODING",
    b"ERROR",
    b"FETCH_COUNT",
    b"HIDE_TABLEAM",
    b"HIDE_TOAST_COMPRESSION",
    b"HISTCONTROL",
    b"HISTFILE",
    b"HISTSIZE",
    b"HOST",
    b"IGNOREEOF",
    b"LASTOID",
    b"LAST_ERROR_MESSAGE",
    b"LAST_ERROR_SQLSTATE",
    b"ON_ERROR_ROLLBACK",
    b"ON_ERROR_STOP",
    b"PIPELINE_COMMAND_COUNT",
    b"PIPELINE_RESULT_COUNT",
    b"PIPELINE_SYNC_COUNT",
    b"PORT",
    b"PROMPT1",
    b"PROMPT2",
    b"PROMPT3",
    b"QUIET",
    b"ROW_COUNT",
    b"SERVER_VERSION_NAME",
    b"SERVER_VERSION_NUM",
    b"SERVICE",
    b"SERVICEFILE",
    b"SHELL_ERROR",
    b"SHELL_EXIT_CODE",
    b"SHOW_ALL_RESULTS",
    b"SHOW_CONTEXT",
    b"SINGLELINE",
    b"SINGLESTEP",
    b"SQLSTATE",
    b"USER",
    b"VERBOSITY",
    b"VERSION",
    b"VERSION_NAME",
    b"VERSION_NUM",
    b"WATCH_INTERVAL",
    b"PAGER",
    b"EDITOR",
    b"quetzal_rows",
];

impl Lexer {
    /// psql versions disagree on digits that run into letters, and so on a quote behind them: `1e'…'`, `$1a$b$`.
    pub(super) fn in_number(&mut self, digits: Digits, byte: u8) -> Result<Follow, Reason> {
        use Digits::{Exponent, Fraction, Power, Sign, Whole};
        let next = match (digits, byte) {
            (Exponent | Sign | Power, b'0'..=b'9') => Power,
            (Whole | Fraction, b'0'..=b'9') => digits,
            (Whole, b'.') => Fraction,
            (Whole | Fraction, b'e' | b'E') => Exponent,
            (Exponent, b'+' | b'-') => Sign,
            (Exponent | Sign, _) => return Err(Reason::NumberRunsIntoWord),
            _ if continues_word(byte) => return Err(Reason::NumberRunsIntoWord),
            _ => return Ok(Follow::Before(LexemeKind::Number)),
        };
        self.state = State::Number(next);
        Ok(Follow::Inside)
    }

    /// A colon is a cast, an assignment, or in brackets the middle of a slice, where the server prints the upper
    /// bound directly behind it. psql would replace `:name` if it had a variable of that name.
    pub(super) fn in_colon(&mut self, byte: u8) -> Result<Follow, Reason> {
        match (self.state, byte) {
            (State::Colon, b':' | b'=') => return Ok(Follow::Last(LexemeKind::Symbol)),
            (State::Colon, b'\'' | b'"' | b'{') | (State::Slice, b'$' | b'\'' | b'"') => {
                return Err(Reason::PsqlVariable);
            }
            (State::Colon, _) if begins_word(byte) || byte.is_ascii_digit() => {
                if !self.compound.in_brackets() {
                    return Err(Reason::PsqlVariable);
                }
                self.state = State::Slice;
                self.word_len = 0;
                self.keep(byte);
            }
            (State::Slice, _) if continues_word(byte) => self.keep(byte),
            (State::Slice, _) if PSQL_VARIABLES.contains(&&self.word[..self.word_len]) => {
                return Err(Reason::PsqlVariable);
            }
            _ => return Ok(Follow::Before(LexemeKind::Symbol)),
        }
        Ok(Follow::Inside)
    }
}
