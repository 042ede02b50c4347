//! The backup CronJob stays quiet during a restore: its sessions would block the renames, and it would dump the
//! staged databases too.

use std::time::Duration;

use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};

use super::{Site, StepError};

/// A backup that is running when the restore begins is awaited so long.
const RUNNING_BACKUP: Duration = Duration::from_hours(1);

pub(super) async fn suspend(site: &Site) -> Result<String, StepError> {
    let Some((cronjob, _)) = &site.plan.cronjob else {
        return Ok("there is none".to_owned());
    };
    site.cluster.suspend(cronjob, true).await?;
    kill_point::pass(StepName::SuspendBackups, Moment::Middle);
    let note = |what: &str| site.progress.detail(what);
    site.cluster
        .wait_jobs_done(cronjob, RUNNING_BACKUP, note)
        .await?;
    Ok(cronjob.clone())
}

pub(super) async fn resume(site: &Site) -> Result<String, StepError> {
    match &site.plan.cronjob {
        Some((cronjob, false)) => {
            site.cluster.suspend(cronjob, false).await?;
            kill_point::pass(StepName::ResumeBackups, Moment::Middle);
            Ok(cronjob.clone())
        }
        Some((cronjob, true)) => Ok(format!("{cronjob} stays suspended, as it was")),
        None => Ok("there is none".to_owned()),
    }
}
