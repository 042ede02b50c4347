//! Runs a restore to its end, new or resumed, and reports.

use crate::error::Error;
use crate::restore::engine::{self, RestoreError};
use crate::restore::ledger::Ledger;
use crate::restore::plan::OldDatabases;
use crate::restore::steps::World;

use super::report::Report;
use super::{Context, given_up};

const STOPPED: &str = "The application is still stopped: it must not write while it is open which databases stay. \
Going on and going back both start it.";

/// Runs what is not done. The record stays as long as there is something to go on with or to go back to.
pub(super) async fn to_the_end(
    context: &Context,
    world: &mut World,
    mut ledger: Ledger,
) -> Result<(), Error> {
    let done = engine::execute(world, &mut ledger, &context.interrupt).await;
    if let Some(backups) = &world.backups
        && let Err(left) = backups.leave().await
    {
        context
            .ui
            .say(&format!("A helper Pod stays for two minutes: {left}."));
    }
    let over = match &done {
        Ok(()) => world.site.plan.old == OldDatabases::Drop,
        Err(error) => matches!(error, RestoreError::RolledBack { .. }),
    };
    let stopped = ledger.record.application_is_stopped();
    if over {
        ledger.close().await.map_err(RestoreError::from)?;
    }
    // In place the error itself says why.
    let says = |e: &RestoreError| !matches!(e, RestoreError::Emptied { .. });
    if done.as_ref().is_err_and(says) && stopped {
        context.ui.say(STOPPED);
    }
    done?;
    given_up::forget(world).await?;
    report(context, world).await
}

/// Nothing in a dump can pass for one of our own lines.
pub(super) fn nonce() -> String {
    format!("quetzal-{}", crate::nonce::nonce())
}

async fn report(context: &Context, world: &World) -> Result<(), Error> {
    let site = &world.site;
    let downtime = site.downtime.lock().map_or(None, |d| d.lasted);
    let report = Report::new(&site.cluster, &site.plan, downtime).await?;
    Ok(context.ui.result(&report.text(), &report)?)
}
