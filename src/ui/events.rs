//! What happens, as JSON lines on standard error: for programs that watch. `docs/schemas/events.json` is the promise.

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::progress::Progress;

/// How often a phase says how far it is.
const EVERY: Duration = Duration::from_secs(1);

/// One line. A field is always there, and `null` where there is nothing to say.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(super) enum Event<'a> {
    /// A phase begins.
    Begin {
        /// Its title.
        phase: Cow<'a, str>,
    },
    /// How far it is.
    Progress {
        /// Its title.
        phase: Cow<'a, str>,
        /// Bytes that are done.
        bytes: u64,
        /// Of so many, where that is known.
        total: Option<u64>,
        /// Rows that are loaded, where rows are.
        rows: Option<u64>,
        /// Since it began.
        seconds: f64,
    },
    /// It ended well.
    Done {
        /// Its title.
        phase: Cow<'a, str>,
        /// With what.
        outcome: Cow<'a, str>,
        /// Since it began.
        seconds: f64,
    },
    /// What a person would read.
    Note {
        /// The text, of one or several lines.
        text: Cow<'a, str>,
    },
    /// What the program notes down.
    Log {
        /// How grave, such as `warn`.
        level: Cow<'a, str>,
        /// The note.
        text: Cow<'a, str>,
    },
    /// Why the command ended otherwise than well; the last line.
    Error {
        /// What failed.
        message: Cow<'a, str>,
        /// Why, outermost first.
        causes: Vec<String>,
        /// What to type next.
        hint: Option<Cow<'a, str>>,
        /// The exit code.
        exit_code: u8,
    },
}

impl Event<'_> {
    /// The line, without its end. None of these can't be written as JSON.
    pub(super) fn line(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Writes the line. There is nobody left to tell when standard error can't be written.
    pub(super) fn say(&self) {
        if let Some(line) = self.line() {
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        }
    }
}

/// Writes a line for each event, and one now and then in between.
#[derive(Debug, Default)]
pub struct Events {
    phase: Mutex<Phase>,
}

#[derive(Debug, Default)]
struct Phase {
    title: String,
    since: Option<Instant>,
    said: Option<Instant>,
    rows: Option<u64>,
}

impl Phase {
    fn seconds(&self) -> f64 {
        let millis = self.since.map_or(0, |since| since.elapsed().as_millis());
        // Of a time that is shown no more than milliseconds are of use.
        f64::from(u32::try_from(millis).unwrap_or(u32::MAX)) / 1000.0
    }
}

impl Progress for Events {
    fn begin(&self, what: &str) {
        if let Ok(mut phase) = self.phase.lock() {
            *phase = Phase {
                title: what.to_owned(),
                since: Some(Instant::now()),
                ..Phase::default()
            };
        }
        Event::Begin { phase: what.into() }.say();
    }

    fn beside(&self, what: &str) -> Arc<dyn Progress> {
        let beside = Self::default();
        beside.begin(what);
        Arc::new(beside)
    }

    fn rows(&self, rows: u64) {
        if let Ok(mut phase) = self.phase.lock() {
            phase.rows = Some(rows);
        }
    }

    fn bytes(&self, bytes: u64, total: Option<u64>) {
        let Ok(mut phase) = self.phase.lock() else {
            return;
        };
        let is_last = total == Some(bytes);
        if !is_last && phase.said.is_some_and(|said| said.elapsed() < EVERY) {
            return;
        }
        phase.said = Some(Instant::now());
        let event = Event::Progress {
            phase: (&phase.title).into(),
            bytes,
            total,
            rows: phase.rows,
            seconds: phase.seconds(),
        };
        event.say();
    }

    fn detail(&self, _what: &str) {}

    fn done(&self, outcome: &str) {
        let Ok(phase) = self.phase.lock() else {
            return;
        };
        let event = Event::Done {
            phase: (&phase.title).into(),
            outcome: outcome.into(),
            seconds: phase.seconds(),
        };
        event.say();
    }

    fn note(&self, text: &str) {
        let text = text.trim().into();
        Event::Note { text }.say();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_of_json() {
        let event = Event::Progress {
            phase: "Load\nit".into(),
            bytes: 1,
            total: Some(2),
            rows: None,
            seconds: 0.5,
        };
        let line = serde_json::to_string(&event).unwrap();
        assert_eq!(
            line,
            r#"{"event":"progress","phase":"Load\nit","bytes":1,"total":2,"rows":null,"seconds":0.5}"#
        );
    }
}
