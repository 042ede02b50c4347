//! `resume`: goes on with an interrupted restore, on this machine or another.

use crate::cli::ResumeArgs;
use crate::error::Error;
use crate::postgres::RestoreId;
use crate::restore::drill::Purpose;
use crate::restore::journal::{Status, StepName};
use crate::restore::ledger::Ledger;
use crate::restore::record::{Record, Standing};
use crate::restore::slices::DUMP_FILE;
use crate::restore::steps::{Dump, Flow, World};
use crate::storage::{Reference, Source, Verified};

use super::find::Place;
use super::report::Report;
use super::site::{Earlier, Seen, Sessions, observe, unfinished};
use super::{Context, drill, find, in_cluster, run as running, verify};

pub(super) async fn run(context: &Context, args: &ResumeArgs) -> Result<(), Error> {
    if args.job.in_cluster {
        return in_cluster::resume(context, args).await;
    }
    let seen = context.until_interrupted(observe(context)).await?;
    let open = match find_open(seen.earlier().await?, args.id.as_ref())? {
        Found::Open(open) => *open,
        Found::Finished(open) => {
            let report = Report::new(&seen.cluster, &open.record.plan, None).await?;
            return Ok(context.ui.result(&report.text(), &report)?);
        }
    };
    let lock = seen.lock(context, Sessions::End).await?;
    let done = go_on(context, seen, open).await;
    let released = lock.release().await;
    done?;
    Ok(released?)
}

/// The restore that is to be gone on with.
pub(super) enum Found {
    /// It is not at its end.
    Open(Box<Earlier>),
    /// It was asked for by its id, and somebody else ended it meanwhile.
    Finished(Box<Earlier>),
}

/// The restore that was begun and is not at its end; where one is named, that one and no other.
pub(super) fn find_open(earlier: Vec<Earlier>, id: Option<&RestoreId>) -> Result<Found, Error> {
    let open = match id {
        None => unfinished(earlier).ok_or(Error::NothingToResume)?,
        Some(id) => {
            let named = earlier.into_iter().find(|e| e.record.plan.id == *id);
            named.ok_or_else(|| Error::NoSuchRestore(id.clone()))?
        }
    };
    match open.record.standing() {
        Standing::Interrupted => Ok(Found::Open(Box::new(open))),
        Standing::Finished => Ok(Found::Finished(Box::new(open))),
        Standing::Stuck | Standing::GivenUp | Standing::RolledBack => {
            Err(Error::OnlyBack(open.record.plan.id))
        }
    }
}

async fn go_on(context: &Context, seen: Seen, open: Earlier) -> Result<(), Error> {
    let (source, place) = source(context, &seen, &open.record).await?;
    let proved = context
        .until_interrupted(verify::prove(context, &source))
        .await;
    let done = match proved.and_then(|verified| same(&open.record, &source, verified)) {
        Ok(verified) => {
            let cluster = seen.cluster.clone();
            let roles = crate::restore::RolePlan::new(
                &verified.inventory.globals,
                &seen.live,
                open.record.plan.role_passwords,
            );
            let backups = find::backups(
                &context.cli,
                open.record.plan.safety.as_ref(),
                seen.cronjob.as_ref(),
                &seen.database,
                &source,
            );
            let mut site = seen.site(context, &open.record).await?;
            site.plan.roles.changes = roles.changes;
            let dump = Dump::new(verified, source, running::nonce());
            let ledger = Ledger::reopen(&cluster, open.document, open.record);
            let mut world = World {
                site,
                dump,
                backups,
                flow: Flow::default(),
            };
            match world.site.plan.purpose {
                Purpose::Restore => running::to_the_end(context, &mut world, ledger).await,
                Purpose::Drill => drill::to_the_end(context, &mut world, ledger, None).await,
            }
        }
        Err(error) => Err(error),
    };
    let left = place.leave().await;
    done?;
    left
}

/// Whether the Pod has all of the dump, so that nobody needs it from where it came.
pub(super) fn is_unpacked(record: &Record) -> bool {
    record.journal.status(StepName::Unpack) == Status::Done
        && record.journal.status(StepName::CleanUp) == Status::Pending
}

/// The dump: from the Pod where it arrived whole, else from where it came.
async fn source(context: &Context, seen: &Seen, record: &Record) -> Result<(Source, Place), Error> {
    if is_unpacked(record) {
        let source = Source::Pod {
            container: seen.database.container.clone(),
            folder: format!("{}/{}", record.plan.disk.folder, record.plan.id),
            file: DUMP_FILE,
            bytes: record.text_bytes,
            name: record.plan.backup.name.clone(),
        };
        return Ok((source, Place::Database));
    }
    let reference = find::reference(&record.reference);
    if reference == Reference::Stdin {
        // What came through standard input can't be read a second time.
        return Err(Error::OnlyBack(record.plan.id.clone()));
    }
    if let Some(source) = Context::local(&reference).await? {
        return Ok((source, Place::Database));
    }
    let cronjob = context
        .cronjob(&seen.cluster, seen.database.instance.as_deref())
        .await?;
    let (bucket, place) = context
        .bucket(&seen.cluster, &cronjob, Some(&seen.database))
        .await?;
    let bucket = match &reference {
        Reference::Url(url) => bucket.in_folder(url.rsplit_once('/').map_or("", |(f, _)| f)),
        _ => bucket,
    };
    // `latest` may be another one by now: the name in the plan is the one that was proved.
    match bucket.find(&record.plan.backup.name).await {
        Ok(object) => Ok((
            Source::Object {
                bucket: Box::new(bucket),
                object,
            },
            place,
        )),
        Err(error) => {
            place.leave().await?;
            Err(error.into())
        }
    }
}

/// Only the very dump that the restore was begun with.
fn same(record: &Record, source: &Source, verified: Verified) -> Result<Verified, Error> {
    let text = verified.inventory.bytes == record.text_bytes;
    let stored =
        matches!(source, Source::Pod { .. }) || verified.sha256 == record.plan.backup.sha256;
    if text && stored {
        Ok(verified)
    } else {
        Err(Error::AnotherDump(record.plan.backup.name.clone()))
    }
}
