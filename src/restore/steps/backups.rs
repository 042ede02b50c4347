//! The backup CronJob stays quiet during a restore: its sessions would block the renames, and it would dump the
//! staged databases too.

use std::time::Duration;

use super::{StepError, World};

/// A backup that is running when the restore begins is awaited so long.
const RUNNING_BACKUP: Duration = Duration::from_hours(1);

pub(super) async fn suspend(world: &World) -> Result<String, StepError> {
    let Some(cronjob) = &world.cronjob else {
        return Ok("there is none".to_owned());
    };
    world.cluster.suspend(&cronjob.name, true).await?;
    let note = |what: &str| world.progress.detail(what);
    world
        .cluster
        .wait_jobs_done(&cronjob.name, RUNNING_BACKUP, note)
        .await?;
    Ok(cronjob.name.clone())
}

pub(super) async fn resume(world: &World) -> Result<String, StepError> {
    match &world.cronjob {
        Some(cronjob) if !cronjob.suspended => {
            world.cluster.suspend(&cronjob.name, false).await?;
            Ok(cronjob.name.clone())
        }
        Some(cronjob) => Ok(format!("{} stays suspended, as it was", cronjob.name)),
        None => Ok("there is none".to_owned()),
    }
}
