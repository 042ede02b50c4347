//! What the program notes down while it works: warnings always, more with `--verbose`, nothing with `--quiet`.

use std::io;

use tracing_subscriber::EnvFilter;

use crate::cli::LookArgs;

/// Sends notes to standard error from here on. Does nothing where the process has a subscriber already.
pub fn start(look: LookArgs) {
    let filter = match (look.quiet, look.verbose) {
        (true, _) => "off",
        (_, 0) => "quetzal_db=warn",
        (_, 1) => "quetzal_db=info",
        (_, 2) => "quetzal_db=debug",
        _ => "quetzal_db=trace,kube=debug",
    };
    // A second subscriber in one process is refused; the first one stays right.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_target(false)
        .without_time()
        .try_init();
}
