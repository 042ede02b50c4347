//! The only place that prints or asks. Results go to standard output, everything else to standard error.

pub mod checks;
pub mod events;
mod fit;
pub mod inks;
pub mod log;
pub mod progress;
pub mod prompt;
pub mod relay;
pub mod render;
pub mod report;
pub mod screen;

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;

use console::Term;
use owo_colors::{OwoColorize as _, Style};

use crate::cli::{Colour, Format, LookArgs};
use crate::progress::{Progress, Silent};

use self::events::Event;
use self::inks::Inks;

/// Prints a result that has one form only.
pub fn print_text(text: &str) -> Result<(), OutputError> {
    let text = match width(&Term::stdout()) {
        Some(width) => &fit::fit(text, width),
        None => text,
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Columns; none where it is no terminal.
fn width(terminal: &Term) -> Option<usize> {
    let (_, columns) = terminal.size_checked()?;
    (columns > 0).then_some(columns.into())
}

/// How the program speaks.
#[derive(Debug, Clone, Copy)]
pub struct Ui {
    format: Format,
    colour: bool,
    volume: Volume,
    terminal: bool,
    inks: Inks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Volume {
    Quiet,
    Normal,
}

/// Standard output could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the result")]
pub struct OutputError(#[from] pub io::Error);

impl OutputError {
    /// The reader has seen enough: for a command line that is a good end.
    pub fn is_broken_pipe(&self) -> bool {
        self.0.kind() == io::ErrorKind::BrokenPipe
    }
}

impl Ui {
    /// From the flags, the environment and what standard error is.
    pub fn new(look: LookArgs) -> Self {
        let terminal = io::stderr().is_terminal();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
            || std::env::var_os("TERM").is_some_and(|v| v == "dumb");
        let colour = |terminal: bool| match look.colour() {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && !no_colour,
        };
        let volume = if look.quiet {
            Volume::Quiet
        } else {
            Volume::Normal
        };
        Self {
            format: look.format,
            colour: colour(terminal),
            volume,
            terminal,
            inks: Inks {
                colour: colour(io::stdout().is_terminal()),
            },
        }
    }

    /// Whether results are wanted as JSON.
    pub fn wants_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether results are text that goes to a terminal.
    pub fn shows_results_to_a_person(&self) -> bool {
        !self.wants_json() && io::stdout().is_terminal()
    }

    /// Whether all that is said on standard error is JSON, too: a person at a terminal reads text.
    pub fn tells_programs(&self) -> bool {
        self.wants_json() && !self.terminal
    }

    /// Whether a person can be asked.
    pub fn can_ask(&self) -> bool {
        self.terminal && io::stdin().is_terminal()
    }

    /// Prints a result: text as it is, or the value as JSON.
    pub fn result<T: serde::Serialize>(&self, text: &str, value: &T) -> Result<(), OutputError> {
        if !self.wants_json() {
            return print_text(text);
        }
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from)?;
        writeln!(out)?;
        Ok(out.flush()?)
    }

    /// Says something on standard error. There is nobody left to tell when that fails.
    pub fn say(&self, text: &str) {
        match self.volume {
            Volume::Quiet => {}
            Volume::Normal if self.tells_programs() => Event::Note { text: text.into() }.say(),
            Volume::Normal => {
                let width = width(&Term::stderr()).unwrap_or(usize::MAX);
                let _ = writeln!(io::stderr().lock(), "{}", fit::fit(text, width));
            }
        }
    }

    /// Prints an error with its causes, and a hint.
    pub fn error(&self, error: &dyn std::error::Error, hint: Option<&str>, exit_code: u8) {
        let (message, causes) = (printable_lines(&error.to_string()), causes(error));
        if self.tells_programs() {
            let event = Event::Error {
                message: message.into(),
                causes,
                hint: hint.map(Into::into),
                exit_code,
            };
            return event.say();
        }
        let mut err = io::stderr().lock();
        let head = self.paint("error:", Style::new().red().bold());
        let _ = writeln!(err, "{head} {message}");
        for cause in causes {
            let _ = writeln!(err, "  because {}", cause.replace('\n', "\n    "));
        }
        if let Some(hint) = hint {
            let head = self.paint("hint:", Style::new().cyan().bold());
            let _ = writeln!(err, "\n{head} {hint}");
        }
    }

    /// Where progress goes: to a terminal as it moves, else as lines, of JSON where the result is JSON.
    pub fn progress(&self) -> Arc<dyn Progress> {
        match (self.volume, self.terminal) {
            (Volume::Quiet, _) => Arc::new(Silent),
            (Volume::Normal, true) => Arc::new(progress::Bars::new(self.colour)),
            (Volume::Normal, false) if self.tells_programs() => Arc::new(events::Events::default()),
            (Volume::Normal, false) => Arc::new(progress::Lines::default()),
        }
    }

    /// Colours for standard output, which may be a file where standard error is a terminal.
    pub fn inks(&self) -> Inks {
        self.inks
    }

    /// Prints a value as one line of JSON.
    pub fn json_line<T: serde::Serialize>(&self, value: &T) -> Result<(), OutputError> {
        let mut out = io::stdout().lock();
        serde_json::to_writer(&mut out, value).map_err(io::Error::from)?;
        writeln!(out)?;
        Ok(out.flush()?)
    }

    /// Bold, where colour is on.
    pub fn strong(&self, text: &str) -> String {
        self.paint(text, Style::new().bold())
    }

    /// For what deserves care.
    pub fn caution(&self, text: &str) -> String {
        self.paint(text, Style::new().yellow())
    }

    fn paint(self, text: &str, style: Style) -> String {
        if self.colour {
            text.style(style).to_string()
        } else {
            text.to_owned()
        }
    }
}

/// Why, outermost first.
fn causes(error: &dyn std::error::Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut shown = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let text = source.to_string();
        // A transparent error repeats its source word for word, and some libraries put it at their end.
        if !shown.ends_with(&text) {
            causes.push(printable_lines(&text));
        }
        shown = text;
        cause = source.source();
    }
    causes
}

/// A name from a dump or a server as it may be shown: nothing in it can steer a terminal.
pub fn printable(text: &str) -> String {
    let visible = |c: char| {
        if c.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.chars().map(visible).collect()
}

/// Like [`printable`], for texts of several lines.
fn printable_lines(text: &str) -> String {
    text.split('\n')
        .map(printable)
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(
            printable("a\u{1b}[2Jb\n\u{9b}c"),
            "a\u{fffd}[2Jb\u{fffd}\u{fffd}c"
        );
        assert_eq!(printable_lines("a\nb\rc"), "a\nb\u{fffd}c");
    }
}
