//! Watches the data volume while something long runs in the Pod.
//!
//! A server whose volume is full can't write its log: it stops, and can't start again. So a load ends before that.
//! The look itself, over and over, is also the sign that the Pod is alive while a long statement says nothing.

use std::time::{Duration, Instant};

use crate::restore::observe::Lookout;

use super::{Site, StepError};

const EVERY: Duration = Duration::from_secs(1);
/// A Pod that could not be looked at for so long is lost.
const BLIND: Duration = Duration::from_mins(2);

/// Runs `work` and ends it when the volume has less than the plan's reserve, or can't be seen any more.
pub(super) async fn watched<T>(
    site: &Site,
    work: impl Future<Output = Result<T, StepError>>,
) -> Result<T, StepError> {
    tokio::pin!(work);
    tokio::select! {
        biased;
        done = &mut work => done,
        stop = watch(site) => Err(stop),
    }
}

/// Returns only with a reason to stop.
async fn watch(site: &Site) -> StepError {
    let (container, space) = (site.server.container(), &site.plan.space);
    let folder = &site.plan.disk.folder;
    let volume = folder.rsplit_once('/').map_or("/", |(volume, _)| volume);
    // The log is on the data volume, too, unless it has one of its own.
    let (log, log_reserve) = match &space.log {
        Some(log) => (log.path.as_str(), log.reserve),
        None => (volume, space.reserve),
    };
    let reserves = [space.reserve, log_reserve];
    let mut seen = Instant::now();
    let mut lookout = None;
    loop {
        tokio::time::sleep(EVERY).await;
        let open = || Lookout::new(container, &[volume, log]);
        match lookout.get_or_insert_with(open).free().await {
            Ok(free) => {
                let mut both = free.into_iter().zip(reserves);
                if let Some((free, reserve)) = both.find(|(free, reserve)| free < reserve) {
                    return StepError::DiskFull { free, reserve };
                }
                seen = Instant::now();
            }
            Err(source) if seen.elapsed() > BLIND => return StepError::Blind(source),
            Err(error) => {
                tracing::debug!("cannot look at the volume: {error}");
                lookout = None;
            }
        }
    }
}
