//! The application stopped and started.

use std::time::{Duration, Instant};

use super::{Downtime, StepError, World};

/// Kubernetes gives a Pod 30 s by default to end; some charts give minutes.
const GONE: Duration = Duration::from_mins(5);
const READY: Duration = Duration::from_mins(10);

pub(super) async fn on(world: &World) -> Result<String, StepError> {
    note(
        world,
        Downtime {
            since: Some(Instant::now()),
            lasted: None,
        },
    );
    let running: Vec<_> = world.workloads.iter().filter(|w| w.replicas > 0).collect();
    for workload in &running {
        world.progress.detail(&workload.to_string());
        world.cluster.stop(workload).await?;
    }
    for workload in &running {
        world.progress.detail(&workload.to_string());
        world.cluster.wait_gone(workload, GONE).await?;
    }
    Ok(running
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", "))
}

pub(super) async fn off(world: &World) -> Result<String, StepError> {
    let stopped: Vec<_> = world
        .workloads
        .iter()
        .filter(|w| w.replicas > 0)
        .cloned()
        .collect();
    for workload in &stopped {
        world.cluster.start(workload).await?;
    }
    world.cluster.wait_ready(&stopped, READY).await?;
    let since = world.downtime.lock().map_or(None, |d| d.since);
    let Some(lasted) = since.map(|s| s.elapsed()) else {
        return Ok("ready".to_owned());
    };
    note(
        world,
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

fn note(world: &World, downtime: Downtime) {
    if let Ok(mut slot) = world.downtime.lock() {
        *slot = downtime;
    }
}
