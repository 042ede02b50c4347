//! `backup`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::duration;

/// `backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Start the Job and return
    #[arg(long, conflicts_with_all = ["output", "wait"])]
    pub no_wait: bool,
    /// Follow the Job to its end and prove the backup complete (the default)
    #[arg(long)]
    pub wait: bool,
    /// How long the Job may take
    #[arg(long, value_parser = duration, default_value = "1h", value_name = "DURATION")]
    pub timeout: Duration,
    /// Dump straight into this local file instead: no bucket, no CronJob; .gz, .zst, .xz and .bz2 compress
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}
