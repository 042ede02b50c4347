//! Where a statement ends for psql: parentheses, and `BEGIN ATOMIC … END` bodies of functions.

use super::refusal::Reason;

/// Longest keyword that is looked at, and some more.
pub(super) const WORD: usize = 16;

const DEEPEST: u32 = 10_000;

/// What may begin a statement inside of another one: rule actions and SQL-standard function bodies, as the server
/// prints them. COPY is not among them: psql would begin to read rows behind a semicolon that we take for inner.
const INNER: [&[u8]; 10] = [
    b"select", b"insert", b"update", b"delete", b"merge", b"with", b"values", b"return", b"notify",
    b"end",
];

/// Counts as psql counts, and refuses what psql versions count differently.
#[derive(Clone, Debug, Default)]
pub(super) struct Compound {
    parentheses: u32,
    brackets: u32,
    /// psql's `begin_depth`.
    blocks: u32,
    /// psql's `identifiers`: first letters of CREATE, OR, REPLACE, FUNCTION, PROCEDURE where they stand.
    leads: [u8; 4],
    words: usize,
    expects: Expects,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expects {
    #[default]
    Anything,
    /// Behind ATOMIC or an inner semicolon.
    InnerStatement,
    /// Behind BEGIN.
    Atomic,
}

impl Compound {
    pub(super) fn in_brackets(&self) -> bool {
        self.brackets > 0
    }

    /// Takes an unquoted word; `word` is cut to [`WORD`] bytes.
    pub(super) fn word(&mut self, word: &[u8]) -> Result<(), Reason> {
        if self.ignores_words() {
            return Ok(());
        }
        let mut lower = [0; WORD];
        for (lower, byte) in lower.iter_mut().zip(word) {
            *lower = byte.to_ascii_lowercase();
        }
        let word = &lower[..word.len().min(WORD)];
        let expected = std::mem::take(&mut self.expects);
        match expected {
            Expects::Atomic if word == b"atomic" => self.expects = Expects::InnerStatement,
            Expects::Atomic => return Err(misleading(b"begin")),
            Expects::InnerStatement => self.inner(word)?,
            Expects::Anything => {}
        }
        if let (b"create" | b"function" | b"procedure" | b"or" | b"replace", Some(lead)) =
            (word, self.leads.get_mut(self.words))
        {
            *lead = word[0];
        }
        self.words += 1;
        if self.parentheses == 0 && self.defines_routine() {
            self.block(word, expected)?;
        }
        Ok(())
    }

    /// The first word of a statement inside of another one.
    fn inner(&self, word: &[u8]) -> Result<(), Reason> {
        let ends_nothing = word == b"end" && (self.blocks == 0 || self.parentheses > 0);
        if ends_nothing || !INNER.contains(&word) {
            return Err(Reason::EmbeddedStatement(
                String::from_utf8_lossy(word).into_owned(),
            ));
        }
        Ok(())
    }

    /// Whether no word matters up to the end of the statement.
    pub(super) fn ignores_words(&self) -> bool {
        self.expects == Expects::Anything
            && self.words >= self.leads.len()
            && !self.defines_routine()
    }

    fn defines_routine(&self) -> bool {
        matches!(
            self.leads,
            [b'c', b'f' | b'p', ..] | [b'c', b'o', b'r', b'f' | b'p']
        )
    }

    /// Keeps psql's count. For the server the body ends with an END where a statement could begin, and nowhere else;
    /// names such as `AS case` and `AS end` must not make psql count otherwise.
    fn block(&mut self, word: &[u8], expected: Expects) -> Result<(), Reason> {
        let begins_statement = expected == Expects::InnerStatement;
        match word {
            b"end" if self.blocks > 0 && begins_statement != (self.blocks == 1) => {
                return Err(misleading(word));
            }
            // A second BEGIN is a column or a function of that name: psql would wait for one END more.
            b"begin" if self.blocks > 0 => return Err(misleading(word)),
            b"begin" => {
                self.blocks = 1;
                self.expects = Expects::Atomic;
            }
            b"case" if self.blocks > 0 => self.blocks += 1,
            b"end" => self.blocks = self.blocks.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    /// Takes one byte outside quotes that is no part of a word; true where it ends the statement.
    pub(super) fn symbol(&mut self, symbol: u8) -> Result<bool, Reason> {
        self.expects(matches!(symbol, b'(' | b')' | b';'))?;
        match symbol {
            b'(' => self.parentheses += 1,
            b'[' => self.brackets += 1,
            b')' => self.parentheses = self.parentheses.checked_sub(1).ok_or(Reason::Unbalanced)?,
            b']' => self.brackets = self.brackets.checked_sub(1).ok_or(Reason::Unbalanced)?,
            b';' if self.parentheses > 0 || self.blocks > 0 => {
                self.expects = Expects::InnerStatement;
            }
            b';' if self.brackets > 0 => return Err(Reason::Unbalanced),
            b';' => {
                *self = Self::default();
                return Ok(true);
            }
            _ => {}
        }
        if self.parentheses.max(self.brackets) > DEEPEST {
            return Err(Reason::NestedTooDeep);
        }
        Ok(false)
    }

    /// Takes any other lexeme: string, quoted identifier, number.
    pub(super) fn other(&mut self) -> Result<(), Reason> {
        self.expects(false)
    }

    fn expects(&mut self, inner: bool) -> Result<(), Reason> {
        match std::mem::take(&mut self.expects) {
            Expects::Atomic => Err(misleading(b"begin")),
            Expects::InnerStatement if !inner => Err(Reason::EmbeddedStatement(String::new())),
            Expects::InnerStatement | Expects::Anything => Ok(()),
        }
    }
}

fn misleading(word: &[u8]) -> Reason {
    Reason::MisleadingKeyword(String::from_utf8_lossy(word).into_owned())
}
