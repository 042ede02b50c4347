//! Progress on standard error: a moving line on a terminal, a line now and then elsewhere.

use std::io::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use owo_colors::OwoColorize as _;

use crate::progress::Progress;

const TICK: Duration = Duration::from_millis(120);
/// Elsewhere than on a terminal a line is written so often.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// For a terminal.
pub struct Bars {
    bar: ProgressBar,
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
        Self {
            bar: ProgressBar::hidden(),
            colour,
            phase: Mutex::default(),
        }
        .visible()
    }

    fn visible(self) -> Self {
        self.bar
            .set_draw_target(indicatif::ProgressDrawTarget::stderr());
        self.bar.set_style(style("{spinner} {msg}"));
        self
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl Progress for Bars {
    fn begin(&self, what: &str) {
        self.bar.reset();
        self.bar.set_style(style("{spinner} {msg}"));
        self.bar.set_message(what.to_owned());
        self.bar.enable_steady_tick(TICK);
        start(&self.phase, what);
    }

    fn bytes(&self, done: u64, total: Option<u64>) {
        if let Some(total) = total
            && self.bar.length() != Some(total)
        {
            self.bar.set_length(total);
            let template = "{spinner} {msg} {wide_bar:.cyan/dim} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta}";
            self.bar.set_style(style(template));
        }
        self.bar.set_position(done);
    }

    fn detail(&self, what: &str) {
        let title = self
            .phase
            .lock()
            .map(|p| p.title.clone())
            .unwrap_or_default();
        self.bar.set_message(format!("{title}: {what}"));
    }

    fn done(&self, outcome: &str) {
        let (title, took) = finish(&self.phase);
        let tick = if self.colour {
            "✔".green().to_string()
        } else {
            "✔".to_owned()
        };
        self.bar
            .suspend(|| line(&format!("{tick} {title}: {outcome}{took}")));
        self.bar.disable_steady_tick();
        self.bar.set_message(String::new());
        self.bar.finish_and_clear();
    }

    fn note(&self, text: &str) {
        self.bar.suspend(|| line(text));
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
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
        line(&format!("  {}{of}", bytesize::ByteSize(done)));
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
