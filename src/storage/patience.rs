//! How often, and after which pauses, a broken way to a backup is tried again.

use std::error::Error;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};

use crate::progress::Progress;

use super::source::SourceError;

/// What is waited in all for causes that pass; the time that the attempts take comes on top.
const PATIENCE: Duration = Duration::from_mins(3);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// The pauses that are left for one thing.
pub(super) struct Patience(Box<dyn Iterator<Item = Duration> + Send>);

impl Patience {
    /// All of them.
    pub(super) fn new() -> Self {
        Self(Box::new(pauses()))
    }

    /// Waits before the next attempt, or gives the error back where there is none. A Pod that is gone may be back
    /// under another name: that is not for us to look for.
    pub(super) async fn wait(
        &mut self,
        what: &str,
        error: SourceError,
        progress: &dyn Progress,
    ) -> Result<(), SourceError> {
        if error.is_no_pod() || !error.is_passing() {
            return Err(error);
        }
        let Some(pause) = self.0.next() else {
            return Err(error);
        };
        let (why, seconds) = (root(&error), pause.as_secs());
        progress.note(&format!("  ! {what}: once more in {seconds} s: {why}"));
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

fn pauses() -> impl Iterator<Item = Duration> + Send {
    ExponentialBuilder::default()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .without_max_times()
        .with_total_delay(Some(PATIENCE))
        .build()
}

/// The first cause.
fn root(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_and_end() {
        let seconds: Vec<u64> = pauses().map(|pause| pause.as_secs()).collect();
        assert_eq!(seconds[..6], [1, 2, 4, 8, 16, 20]);
        let sum: u64 = seconds.iter().sum();
        assert!((150..=180).contains(&sum), "{sum} s in all");
    }
}
