//! Runs a restore to its end, new or resumed, and reports.

use std::fmt::Write as _;

use serde::Serialize;

use crate::error::Error;
use crate::postgres::RestoreId;
use crate::restore::engine::{self, RestoreError};
use crate::restore::ledger::Ledger;
use crate::restore::plan::OldDatabases;
use crate::restore::steps::World;

use super::Context;

#[derive(Serialize)]
struct Report<'a> {
    restore: &'a RestoreId,
    databases: Vec<&'a str>,
    rows: u64,
    kept: Vec<&'a str>,
    downtime_seconds: Option<f64>,
}

/// Runs what is not done. The record stays as long as there is something to go on with or to go back to.
pub(super) async fn to_the_end(
    context: &Context,
    world: &World,
    mut ledger: Ledger,
) -> Result<(), Error> {
    let done = engine::execute(world, &mut ledger, &context.interrupt).await;
    let over = match &done {
        Ok(()) => world.site.plan.old == OldDatabases::Drop,
        Err(error) => matches!(error, RestoreError::RolledBack { .. }),
    };
    if over {
        ledger.close().await.map_err(RestoreError::from)?;
    }
    done?;
    report(context, world)
}

/// Unpredictable, so that nothing in a dump can pass for one of our own lines.
pub(super) fn nonce() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    let word = || RandomState::new().hash_one(0);
    format!("quetzal-{:016x}{:016x}", word(), word())
}

fn report(context: &Context, world: &World) -> Result<(), Error> {
    let plan = &world.site.plan;
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
    if !report.kept.is_empty() {
        let _ = writeln!(
            text,
            "The old databases are kept as {}.",
            report.kept.join(", ")
        );
        let _ = writeln!(text, "Go back to them: kubectl quetzal-db rollback");
        let _ = writeln!(text, "Drop them:       kubectl quetzal-db cleanup");
    }
    Ok(context.ui.result(&text, &report)?)
}
