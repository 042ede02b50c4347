//! `status`.

use std::time::Duration;

use clap::Args;

use super::duration;

/// `status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Look again and again: until Ctrl-C, or the end of a restore that is under way
    #[arg(short, long)]
    pub watch: bool,
    /// How long to wait between two looks (with `--watch`), at least 1s
    #[arg(long, requires = "watch", value_parser = interval, default_value = "2s", value_name = "DURATION")]
    pub interval: Duration,
}

fn interval(text: &str) -> Result<Duration, String> {
    match duration(text) {
        Ok(interval) if interval < Duration::from_secs(1) => {
            Err("the API server should not be asked more often than once a second".to_owned())
        }
        Ok(interval) => Ok(interval),
        Err(error) => Err(error.to_string()),
    }
}
