//! Questions to a person, on standard error.

use std::io::{self, Write as _};

use dialoguer::{Input, Select};

use super::Ui;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// Nobody to ask.
    #[error("there is no terminal to ask on")]
    NoTerminal,
    /// Another word than the one that confirms.
    #[error("not confirmed, nothing was changed: {expected:?} was not typed")]
    NotConfirmed {
        /// The word.
        expected: String,
    },
    /// The terminal went away, or Ctrl-C.
    #[error("the question was not answered")]
    Unanswered(#[source] dialoguer::Error),
}

impl Ui {
    /// Asks for `word` to be typed.
    pub fn confirm(&self, question: &str, word: &str) -> Result<(), PromptError> {
        if !self.can_ask() {
            return Err(PromptError::NoTerminal);
        }
        // On a line of its own: a prompt that the terminal wraps is drawn once more with every key.
        let _ = writeln!(io::stderr().lock(), "{question}");
        let prompt = format!("Type {} to go on", self.strong(word));
        let typed: String = Input::new()
            .with_prompt(prompt)
            .allow_empty(true)
            .interact_text()
            .map_err(PromptError::Unanswered)?;
        if typed.trim() == word {
            Ok(())
        } else {
            Err(PromptError::NotConfirmed {
                expected: word.to_owned(),
            })
        }
    }

    /// Lets a person choose; the result is the position.
    pub fn choose(&self, question: &str, names: &[String]) -> Result<usize, PromptError> {
        if !self.can_ask() {
            return Err(PromptError::NoTerminal);
        }
        Select::new()
            .with_prompt(question)
            .items(names)
            .default(0)
            .interact()
            .map_err(PromptError::Unanswered)
    }
}
