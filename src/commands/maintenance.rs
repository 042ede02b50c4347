//! `maintenance on|off`: stops and starts the application; its replicas are remembered in the cluster.

use std::time::Duration;

use serde::Serialize;

use crate::cli::Switch;
use crate::error::Error;

use super::Context;
use super::site::{Sessions, observe};

const GONE: Duration = Duration::from_mins(5);
const READY: Duration = Duration::from_mins(10);

#[derive(Serialize)]
struct Report {
    maintenance: &'static str,
    workloads: Vec<String>,
}

pub(super) async fn run(context: &Context, switch: Switch) -> Result<(), Error> {
    let seen = context.until_interrupted(observe(context)).await?;
    if switch == Switch::Off {
        let earlier = seen.earlier().await?;
        let dropped: Vec<_> = earlier.iter().flat_map(|e| seen.dropped(e)).collect();
        if !dropped.is_empty() {
            return Err(Error::NothingToRunOn(dropped.join(", ")));
        }
    }
    let lock = seen.lock(context, Sessions::Respect).await?;
    let chosen: Vec<_> = match switch {
        Switch::On => seen
            .workloads
            .iter()
            .filter(|w| w.replicas > 0)
            .cloned()
            .collect(),
        Switch::Off => seen
            .workloads
            .iter()
            .filter(|w| w.remembered.is_some())
            .cloned()
            .collect(),
    };
    let work = async {
        for workload in &chosen {
            match switch {
                Switch::On => seen.cluster.stop(workload).await?,
                Switch::Off => seen.cluster.start(workload).await?,
            }
        }
        match switch {
            Switch::Off => seen.cluster.wait_ready(&chosen, READY).await?,
            Switch::On => {
                for workload in &chosen {
                    seen.cluster.wait_gone(workload, GONE).await?;
                }
            }
        }
        Ok::<_, Error>(())
    };
    let done = work.await;
    let released = lock.release().await;
    done?;
    released?;
    let workloads: Vec<String> = chosen.iter().map(ToString::to_string).collect();
    let (what, maintenance) = match switch {
        Switch::On => ("Stopped", "on"),
        Switch::Off => ("Started", "off"),
    };
    let text = if workloads.is_empty() {
        "Nothing to do.\n".to_owned()
    } else {
        format!("{what} {}.\n", workloads.join(", "))
    };
    let report = Report {
        maintenance,
        workloads,
    };
    Ok(context.ui.result(&text, &report)?)
}
