//! `drill`: a restore up to its proof, aside; then everything that it made is dropped again, and evidence is given.

use std::fmt::Write as _;
use std::path::Path;

use tokio::io::AsyncWriteExt as _;

use crate::cli::DrillArgs;
use crate::error::Error;
use crate::restore::drill_list;
use crate::restore::engine::{self, RestoreError};
use crate::restore::evidence::{Evidence, Verdict};
use crate::restore::ledger::Ledger;
use crate::restore::steps::{Dump, Flow, World};
use crate::storage::{Existing, NewFile, Source, Verified};
use crate::ui::printable;

use super::restore::Agreed;
use super::site::{Seen, Sessions};
use super::{Context, in_cluster, restore, run as running};

pub(super) async fn run(context: &Context, args: &DrillArgs) -> Result<(), Error> {
    // A place that can't be written is found before the hours of a drill, not after them.
    let file = match &args.evidence {
        Some(path) => Some(begin(path).await?),
        None => None,
    };
    if args.job.in_cluster {
        return in_cluster::drill(context, args, file).await;
    }
    let work = async |seen: Seen, source: Source, verified: Verified| {
        decide(context, args, file, seen, source, verified).await
    };
    restore::proved(context, &args.backup, work).await
}

async fn begin(path: &Path) -> Result<NewFile, Error> {
    let begun = NewFile::begin(path, Existing::Keep).await;
    begun.map_err(Error::Evidence)
}

/// Plan, show, execute, report. Nobody is asked: there is nothing to lose.
async fn decide(
    context: &Context,
    args: &DrillArgs,
    file: Option<NewFile>,
    seen: Seen,
    source: Source,
    verified: Verified,
) -> Result<(), Error> {
    let (earlier, options) = (seen.earlier().await?, args.options());
    let record = restore::plan(
        context,
        &args.backup,
        &options,
        &seen,
        &source,
        &verified,
        &earlier,
    )?;
    if args.draft {
        return Ok(context.ui.result("", &record)?);
    }
    if restore::show(context, &record.plan, args.dry_run)? == Agreed::ToLook {
        return Ok(());
    }
    seen.none_open(context, earlier).await?;
    if context.interrupt.is_cancelled() {
        return Err(Error::Interrupted);
    }
    let lock = seen.lock(context, Sessions::Respect).await?;
    let cluster = seen.cluster.clone();
    let mut world = World {
        site: seen.site(context, &record).await?,
        dump: Dump::new(verified, source, running::nonce()),
        backups: None,
        flow: Flow::default(),
    };
    let done = match Ledger::open(&cluster, record).await {
        Ok(ledger) => to_the_end(context, &mut world, ledger, file).await,
        Err(error) => Err(RestoreError::from(error).into()),
    };
    let released = lock.release().await;
    done?;
    Ok(released?)
}

/// Runs what is not done. The record goes once the evidence is kept: until then there is something to go on with.
pub(super) async fn to_the_end(
    context: &Context,
    world: &mut World,
    mut ledger: Ledger,
    file: Option<NewFile>,
) -> Result<(), Error> {
    let done = engine::execute(world, &mut ledger, &context.interrupt).await;
    let failure = done.as_ref().err().map(RestoreError::failure);
    if let Some(None) = failure {
        // Neither passed nor failed: it is not over.
        return Ok(done?);
    }
    let evidence = Evidence::new(
        &ledger.record,
        &world.dump.inventory,
        failure.flatten(),
        crate::clock::now(),
    );
    let kept = drill_list::keep(&world.site.cluster, &evidence.drilled()).await;
    let written = write(file, &evidence).await;
    if !matches!(done, Err(RestoreError::Stuck { .. })) && kept.is_ok() {
        ledger.close().await.map_err(RestoreError::from)?;
    }
    context.ui.result(&text(&evidence), &evidence)?;
    if let (Err(_), Err(error)) = (&done, &kept) {
        let note = format!("The cluster does not remember this drill: {error}.");
        context.ui.say(&note);
    }
    done?;
    kept.map_err(Error::NotRemembered)?;
    written
}

/// Gives the evidence of a drill that was over elsewhere.
pub(super) async fn give(
    context: &Context,
    evidence: &Evidence,
    file: Option<NewFile>,
) -> Result<(), Error> {
    let written = write(file, evidence).await;
    context.ui.result(&text(evidence), evidence)?;
    written
}

/// Into the file that was asked for, if one was.
async fn write(file: Option<NewFile>, evidence: &Evidence) -> Result<(), Error> {
    let Some(file) = file else {
        return Ok(());
    };
    let failed = |source: std::io::Error| Error::Evidence(file.write_error(source));
    let text = serde_json::to_string_pretty(evidence).map_err(|e| failed(e.into()))?;
    let mut writer = file.writer().map_err(Error::Evidence)?;
    let written = async {
        writer.write_all(text.as_bytes()).await?;
        writer.write_all(b"\n").await?;
        writer.flush().await
    };
    written.await.map_err(failed)?;
    file.finish().map_err(Error::Evidence)
}

fn text(evidence: &Evidence) -> String {
    let names: Vec<_> = evidence.databases.iter().map(|d| d.name.as_str()).collect();
    let tables: usize = evidence.databases.iter().map(|d| d.tables.len()).sum();
    let mut text = format!("The drill of {} {}", evidence.backup.name, evidence.verdict);
    // Writing to a String cannot fail.
    let _ = match &evidence.failure {
        None => writeln!(
            text,
            ": {} rows in {tables} tables of {}, in {:.1} s.",
            evidence.rows(),
            printable(&names.join(", ")),
            evidence.seconds
        ),
        Some(failure) => writeln!(text, " at \"{}\": {}", failure.step.title(), failure.reason),
    };
    if evidence.verdict == Verdict::Passed {
        text.push_str("Nothing of it is left, and nothing live was touched.\n");
    }
    text
}
