//! The application stopped and started.

use std::time::{Duration, Instant};

use crate::cluster::{Workload, WorkloadError};
use crate::restore::facts::RunnerState;
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};

use super::{Downtime, Site, StepError};

/// Kubernetes gives a Pod 30 s by default to end; some charts give minutes.
const GONE: Duration = Duration::from_mins(5);
/// An autoscaler or operator that insists is stronger than we are.
const STOPS: usize = 10;
const READY: Duration = Duration::from_mins(10);

pub(super) async fn on(site: &Site) -> Result<String, StepError> {
    let running: Vec<_> = site.workloads.iter().filter(|w| w.replicas > 0).collect();
    // How long one is down that was so before is not known.
    if !running.is_empty() {
        note(
            site,
            Downtime {
                since: Some(Instant::now()),
                lasted: None,
            },
        );
    }
    for workload in &running {
        site.progress.detail(&workload.to_string());
        site.cluster.stop(workload).await?;
        kill_point::pass(StepName::MaintenanceOn, Moment::Middle);
    }
    for workload in &running {
        site.progress
            .detail(&format!("{workload}: waiting for its Pods to end"));
        gone(site, workload).await?;
    }
    Ok(running
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", "))
}

/// Somebody, or an operator, may have started the application in the meantime: that is said, and it is stopped again.
pub(super) async fn hold(site: &Site) -> Result<(), StepError> {
    for workload in site.workloads.iter().filter(|w| is_ours(w)) {
        if site.cluster.look(workload).await?.replicas > 0 {
            gone(site, workload).await?;
        }
    }
    Ok(())
}

/// Waits until no Pod is left. Who starts it meanwhile is named, and it is stopped again.
async fn gone(site: &Site, workload: &Workload) -> Result<(), StepError> {
    for _ in 0..STOPS {
        match site.cluster.wait_gone(workload, GONE).await {
            Err(started @ WorkloadError::Started { .. }) => {
                site.progress
                    .note(&format!("  ! {started}: it is stopped again"));
                site.cluster.stop(workload).await?;
            }
            outcome => return Ok(outcome?),
        }
    }
    Ok(site.cluster.wait_gone(workload, GONE).await?)
}

/// Running when the restore began, or stopped by us.
fn is_ours(workload: &Workload) -> bool {
    workload.replicas > 0 || workload.remembered.is_some()
}

pub(super) async fn off(site: &Site) -> Result<String, StepError> {
    start(site, site.workloads.iter().filter(|w| is_ours(w))).await
}

/// The application as it was before this restore: what was stopped before it stays so.
pub(super) async fn back(site: &Site) -> Result<String, StepError> {
    let runners = site.plan.runners.iter();
    let stays: Vec<_> = runners
        .filter(|r| r.state == RunnerState::Stopped)
        .collect();
    let ours = |w: &&Workload| {
        let stays = stays.iter().any(|r| r.name == w.to_string());
        !stays && is_ours(w)
    };
    start(site, site.workloads.iter().filter(ours)).await
}

async fn start<'a>(
    site: &Site,
    stopped: impl Iterator<Item = &'a Workload>,
) -> Result<String, StepError> {
    let stopped: Vec<_> = stopped.cloned().collect();
    for workload in &stopped {
        site.cluster.start(workload).await?;
        kill_point::pass(StepName::MaintenanceOff, Moment::Middle);
    }
    site.cluster.wait_ready(&stopped, READY).await?;
    let since = site.downtime.lock().map_or(None, |d| d.since);
    let Some(lasted) = since.map(|s| s.elapsed()) else {
        return Ok("ready".to_owned());
    };
    note(
        site,
        Downtime {
            since,
            lasted: Some(lasted),
        },
    );
    Ok(format!(
        "ready; it was down for {:.1} s",
        lasted.as_secs_f64()
    ))
}

fn note(site: &Site, downtime: Downtime) {
    if let Ok(mut slot) = site.downtime.lock() {
        *slot = downtime;
    }
}
