//! `doctor`: what must hold for the other commands to work. Changes nothing.

use serde::Serialize;

use crate::cli::DoctorArgs;
use crate::cluster::Cluster;
use crate::doctor::observe::{self, BucketView, Ground};
use crate::doctor::rbac::manifest;
use crate::doctor::{Check, Verdict, checks};
use crate::error::Error;
use crate::storage::Memory;
use crate::ui;

use super::{Context, find};

#[derive(Serialize)]
struct Report {
    /// The gravest of all.
    verdict: Verdict,
    checks: Vec<Check>,
}

pub(super) async fn run(context: &Context, args: &DoctorArgs) -> Result<(), Error> {
    if args.rbac {
        let namespace = context.cli.connect_options().namespace;
        let text = manifest(&args.rbac_for, namespace.as_deref());
        return Ok(ui::print_text(&text)?);
    }
    let checks = context.until_interrupted(look(context)).await?;
    let failed = checks.iter().filter(|c| c.verdict == Verdict::Failed);
    let failed = failed.count();
    let gravest = checks.iter().map(|c| c.verdict).max();
    let report = Report {
        verdict: gravest.unwrap_or(Verdict::Unknown),
        checks,
    };
    let text = ui::checks::text(context.ui.inks(), &report.checks, ui::screen::width());
    context.ui.result(&text, &report)?;
    match failed {
        0 => Ok(()),
        failed => Err(Error::Unwell(failed)),
    }
}

async fn look(context: &Context) -> Result<Vec<Check>, Error> {
    let cluster = context.cluster().await?;
    let ground = observe::ground(&cluster, &context.cli.selector()).await?;
    let bucket = bucket(context, &cluster, &ground);
    let now = crate::clock::now();
    let facts = observe::facts(&cluster, ground, bucket, now).await;
    Ok(checks::all(&facts))
}

/// A helper Pod could read the bucket, but would be a change.
fn bucket(context: &Context, cluster: &Cluster, ground: &Ground) -> BucketView {
    let Some(cronjob) = ground.cronjob.get() else {
        return BucketView::Closed("there is no CronJob that names it".to_owned(), None);
    };
    let folder = match context.folder(cronjob) {
        Ok(folder) => folder,
        Err(error) => return BucketView::Closed(error.to_string(), None),
    };
    let database = ground.database.get();
    match database.filter(|d| find::is_set_up(d, cronjob)) {
        Some(database) => BucketView::Open(find::open(&context.cli, &database.container, &folder)),
        None => BucketView::Closed(
            format!("{folder} is read by a Pod of the CronJob's kind, and none is made for a look"),
            Memory::of_this_user(cluster).and_then(|memory| memory.recall(&folder)),
        ),
    }
}
