//! Progress as JSON lines on standard error: for programs that watch.

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::progress::Progress;

/// How often a phase says how far it is.
const EVERY: Duration = Duration::from_secs(1);

/// One line.
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
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
        /// Rows that are loaded, where rows are.
        #[serde(skip_serializing_if = "Option::is_none")]
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
    /// Something else worth a line.
    Note {
        /// The line.
        text: Cow<'a, str>,
    },
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
        say(&Event::Begin { phase: what.into() });
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
        say(&Event::Progress {
            phase: (&phase.title).into(),
            bytes,
            total,
            rows: phase.rows,
            seconds: phase.seconds(),
        });
    }

    fn detail(&self, _what: &str) {}

    fn done(&self, outcome: &str) {
        let Ok(phase) = self.phase.lock() else {
            return;
        };
        say(&Event::Done {
            phase: (&phase.title).into(),
            outcome: outcome.into(),
            seconds: phase.seconds(),
        });
    }

    fn note(&self, text: &str) {
        say(&Event::Note {
            text: text.trim().into(),
        });
    }
}

/// There is nobody left to tell when standard error can't be written.
fn say(event: &Event<'_>) {
    if let Ok(line) = serde_json::to_string(event) {
        let _ = writeln!(std::io::stderr().lock(), "{line}");
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
            r#"{"event":"progress","phase":"Load\nit","bytes":1,"total":2,"seconds":0.5}"#
        );
    }
}
