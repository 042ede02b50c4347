//! The application stopped and started.

use std::time::{Duration, Instant};

use crate::cluster::Workload;

use super::{Downtime, Site, StepError};

/// Kubernetes gives a Pod 30 s by default to end; some charts give minutes.
const GONE: Duration = Duration::from_mins(5);
const READY: Duration = Duration::from_mins(10);

pub(super) async fn on(site: &Site) -> Result<String, StepError> {
    note(
        site,
        Downtime {
            since: Some(Instant::now()),
            lasted: None,
        },
    );
    let running: Vec<_> = site.workloads.iter().filter(|w| w.replicas > 0).collect();
    for workload in &running {
        site.progress.detail(&workload.to_string());
        site.cluster.stop(workload).await?;
    }
    for workload in &running {
        site.progress
            .detail(&format!("{workload}: waiting for its Pods to end"));
        site.cluster.wait_gone(workload, GONE).await?;
    }
    Ok(running
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", "))
}

pub(super) async fn off(site: &Site) -> Result<String, StepError> {
    let ours = |w: &&Workload| w.replicas > 0 || w.remembered.is_some();
    let stopped: Vec<_> = site.workloads.iter().filter(ours).cloned().collect();
    for workload in &stopped {
        site.cluster.start(workload).await?;
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
