//! What the program notes down while it works: warnings always, more with `--verbose`, nothing with `--quiet`.

use std::{fmt, io};

use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

use crate::cli::LookArgs;

use super::{Ui, events};

/// Sends notes to standard error from here on. Does nothing where the process has a subscriber already.
pub fn start(look: LookArgs, ui: Ui) {
    let filter = match (look.quiet, look.verbose) {
        (true, _) => "off",
        (_, 0) => "quetzal_db=warn",
        (_, 1) => "quetzal_db=info",
        (_, 2) => "quetzal_db=debug",
        _ => "quetzal_db=trace,kube=debug",
    };
    let notes = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_target(false)
        .without_time();
    // A second subscriber in one process is refused; the first one stays right.
    let _ = if ui.tells_programs() {
        notes.event_format(Lines).try_init()
    } else {
        notes.try_init()
    };
}

/// Each note as a line of JSON among those of [`events`].
struct Lines;

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut text = String::new();
        context
            .field_format()
            .format_fields(Writer::new(&mut text), event)?;
        let level = event.metadata().level().as_str().to_lowercase();
        let note = events::Event::Log {
            level: level.into(),
            text: text.into(),
        };
        writeln!(line, "{}", note.line().ok_or(fmt::Error)?)
    }
}
