//! Progress on standard error: a moving line on a terminal, a line now and then elsewhere.

use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, MultiProgress, ProgressBar, ProgressStyle};
use owo_colors::OwoColorize as _;

use crate::progress::Progress;

const TICK: Duration = Duration::from_millis(120);
const WAITING: &str = "{spinner} {msg}";
const MOVING: &str = "{spinner} {msg} {wide_bar:.cyan/dim} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta}";
const SESSION: &str = "    {prefix:.dim} {wide_msg}";
/// Elsewhere than on a terminal a line is written so often.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// For a terminal.
pub struct Bars {
    screen: MultiProgress,
    bar: ProgressBar,
    /// The line of the work that this phase belongs to: what is told there of no phase goes when this one is over.
    above: Option<ProgressBar>,
    /// A line a session.
    sessions: Mutex<Vec<ProgressBar>>,
    colour: bool,
    phase: Mutex<Phase>,
}

#[derive(Default)]
struct Phase {
    title: String,
    since: Option<Instant>,
    written: Option<Instant>,
}

impl Bars {
    /// A line that shows nothing yet.
    pub fn new(colour: bool) -> Self {
        Self::on(MultiProgress::new(), None, colour)
    }

    fn on(screen: MultiProgress, above: Option<ProgressBar>, colour: bool) -> Self {
        let bar = screen.add(ProgressBar::no_length());
        bar.set_style(style(WAITING));
        Self {
            screen,
            bar,
            above,
            sessions: Mutex::default(),
            colour,
            phase: Mutex::default(),
        }
    }

    fn clear(&self) {
        for bar in [Some(&self.bar), self.above.as_ref()].into_iter().flatten() {
            bar.disable_steady_tick();
            bar.set_message(String::new());
            bar.finish_and_clear();
        }
        if let Ok(mut sessions) = self.sessions.lock() {
            for session in sessions.drain(..) {
                session.finish_and_clear();
                self.screen.remove(&session);
            }
        }
    }

    fn say(&self, text: &str) {
        self.screen.suspend(|| line(text));
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl Progress for Bars {
    fn begin(&self, what: &str) {
        self.bar.reset();
        self.bar.set_style(style(WAITING));
        self.bar.set_message(what.to_owned());
        self.bar.enable_steady_tick(TICK);
        start(&self.phase, what);
    }

    fn beside(&self, what: &str) -> Arc<dyn Progress> {
        let above = Some(self.bar.clone());
        let beside = Self::on(self.screen.clone(), above, self.colour);
        beside.begin(what);
        Arc::new(beside)
    }

    fn rows(&self, rows: u64) {
        let title = title(&self.phase);
        self.bar
            .set_message(format!("{title}: {} rows", HumanCount(rows)));
    }

    fn session(&self, number: usize, what: Option<&str>) {
        let Ok(mut sessions) = self.sessions.lock() else {
            return;
        };
        while sessions.len() <= number {
            let after = sessions.last().unwrap_or(&self.bar);
            let session = self.screen.insert_after(after, ProgressBar::no_length());
            session.set_style(style(SESSION));
            session.set_prefix((sessions.len() + 1).to_string());
            sessions.push(session);
        }
        if let Some(session) = sessions.get(number) {
            session.set_message(what.unwrap_or("-").to_owned());
        }
    }

    fn bytes(&self, done: u64, total: Option<u64>) {
        if let Some(total) = total
            && self.bar.length() != Some(total)
        {
            self.bar.set_length(total);
            self.bar.set_style(style(MOVING));
        }
        self.bar.set_position(done);
    }

    fn detail(&self, what: &str) {
        let title = title(&self.phase);
        if title.is_empty() {
            // A step beside tells it: the line was cleared with the last one.
            self.bar.reset();
            self.bar.set_message(what.to_owned());
        } else {
            self.bar.set_message(format!("{title}: {what}"));
        }
    }

    fn done(&self, outcome: &str) {
        let (title, took) = finish(&self.phase);
        let tick = if self.colour {
            "✔".green().to_string()
        } else {
            "✔".to_owned()
        };
        self.clear();
        self.say(&format!("{tick} {title}: {outcome}{took}"));
    }

    fn note(&self, text: &str) {
        self.say(text);
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.clear();
    }
}

/// For a file or a pipe.
#[derive(Default)]
pub struct Lines {
    phase: Mutex<Phase>,
}

impl Progress for Lines {
    fn begin(&self, what: &str) {
        start(&self.phase, what);
        line(&format!("{what} ..."));
    }

    fn beside(&self, what: &str) -> Arc<dyn Progress> {
        let beside = Self::default();
        beside.begin(what);
        Arc::new(beside)
    }

    fn rows(&self, _rows: u64) {}

    fn session(&self, _number: usize, _what: Option<&str>) {}

    fn bytes(&self, done: u64, total: Option<u64>) {
        let Ok(mut phase) = self.phase.lock() else {
            return;
        };
        if phase.written.is_none_or(|w| w.elapsed() < LINE_EVERY) {
            return;
        }
        phase.written = Some(Instant::now());
        let of = total
            .map(|t| format!(" of {}", bytesize::ByteSize(t)))
            .unwrap_or_default();
        line(&format!(
            "  {}: {}{of}",
            phase.title,
            bytesize::ByteSize(done)
        ));
    }

    fn detail(&self, what: &str) {
        line(&format!("  {what}"));
    }

    fn done(&self, outcome: &str) {
        let (title, took) = finish(&self.phase);
        line(&format!("{title}: {outcome}{took}"));
    }

    fn note(&self, text: &str) {
        line(text);
    }
}

fn start(phase: &Mutex<Phase>, title: &str) {
    if let Ok(mut phase) = phase.lock() {
        let now = Instant::now();
        *phase = Phase {
            title: title.to_owned(),
            since: Some(now),
            written: Some(now),
        };
    }
}

fn title(phase: &Mutex<Phase>) -> String {
    phase.lock().map(|p| p.title.clone()).unwrap_or_default()
}

/// The phase's title, and how long it took where that is worth saying.
fn finish(phase: &Mutex<Phase>) -> (String, String) {
    let Ok(phase) = phase.lock() else {
        return (String::new(), String::new());
    };
    let took = phase.since.map_or(0.0, |s| s.elapsed().as_secs_f64());
    let took = if took >= 1.0 {
        format!(" ({took:.1} s)")
    } else {
        String::new()
    };
    (phase.title.clone(), took)
}

/// There is nobody left to tell when standard error can't be written.
fn line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
