//! The settings file, and where its values go: behind what was typed or is in the environment.

use std::ffi::OsString;
use std::path::Path;

use clap::Args;

/// The settings file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings")]
pub(super) struct SettingsArgs {
    /// Settings for what is not given; empty for none [default: ~/.config/kubectl-quetzal-db/config.yaml]
    // A value that is empty is no path.
    #[arg(
        long,
        global = true,
        env = "QUETZAL_DB_CONFIG",
        value_name = "FILE",
        value_hint = clap::ValueHint::FilePath
    )]
    config: Option<OsString>,
}

impl SettingsArgs {
    /// The file that was asked for.
    pub(super) fn file(&self) -> Option<&Path> {
        self.config.as_deref().map(Path::new)
    }
}
