//! Runs a restore to its end, new or resumed, and reports.

use std::fmt::Write as _;

use serde::Serialize;

use crate::error::Error;
use crate::postgres::RestoreId;
use crate::restore::engine::{self, RestoreError};
use crate::restore::in_place::WayBack;
use crate::restore::ledger::Ledger;
use crate::restore::plan::{OldDatabases, Place};
use crate::restore::safety_list;
use crate::restore::steps::World;

use super::{Context, given_up};

#[derive(Serialize)]
struct Report<'a> {
    restore: &'a RestoreId,
    databases: Vec<&'a str>,
    rows: u64,
    kept: Vec<&'a str>,
    /// The backup of what was there before.
    safety_backup: Option<&'a str>,
    downtime_seconds: Option<f64>,
}

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

/// Unpredictable, so that nothing in a dump can pass for one of our own lines.
pub(super) fn nonce() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    let word = || RandomState::new().hash_one(0);
    format!("quetzal-{:016x}{:016x}", word(), word())
}

async fn report(context: &Context, world: &World) -> Result<(), Error> {
    let plan = &world.site.plan;
    let copies = safety_list::read(&world.site.cluster).await?;
    let safety = copies.of(&plan.id).and_then(|c| c.name.as_deref());
    let downtime = world.site.downtime.lock().map_or(None, |d| d.lasted);
    let report = Report {
        restore: &plan.id,
        databases: plan.databases.iter().map(|d| d.name.as_str()).collect(),
        rows: plan.databases.iter().map(|d| d.rows).sum(),
        kept: match plan.old {
            OldDatabases::Keep => plan
                .databases
                .iter()
                .filter_map(|d| d.kept.as_deref())
                .collect(),
            OldDatabases::Drop => Vec::new(),
        },
        safety_backup: safety,
        downtime_seconds: downtime.map(|d| d.as_secs_f64()),
    };
    let names = report.databases.join(", ");
    let mut text = format!(
        "Restored {names} from {}: {} rows.\n",
        plan.backup.name, report.rows
    );
    // Writing to a String cannot fail.
    if let Some(seconds) = report.downtime_seconds {
        let _ = writeln!(text, "The application was down for {seconds:.1} s.");
    }
    let place = plan.place;
    if place == Place::InPlace {
        let back = WayBack::new(plan, safety.map(str::to_owned));
        let _ = writeln!(
            text,
            "The old databases were dropped; safety backup {} holds them.",
            back.backup
        );
        let _ = writeln!(text, "Go back to them: {}", back.from_new());
    }
    if !report.kept.is_empty() {
        let _ = writeln!(
            text,
            "The old databases are kept as {}.",
            report.kept.join(", ")
        );
        let _ = writeln!(text, "Go back to them: kubectl quetzal-db rollback");
        let _ = writeln!(text, "Drop them:       kubectl quetzal-db cleanup");
    }
    if let Some(name) = safety.filter(|_| place == Place::Beside) {
        let _ = writeln!(
            text,
            "What was there before is in the bucket, too: kubectl quetzal-db restore {name}"
        );
    }
    Ok(context.ui.result(&text, &report)?)
}
