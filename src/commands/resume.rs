//! `resume`: goes on with an interrupted restore, on this machine or another.

use crate::error::Error;
use crate::restore::journal::{Status, StepName};
use crate::restore::ledger::Ledger;
use crate::restore::record::{Record, Standing};
use crate::restore::slices::DUMP_FILE;
use crate::restore::steps::{Dump, Flow, World};
use crate::storage::{Reference, Source, Verified};

use super::find::Place;
use super::site::{Seen, Sessions, observe, unfinished};
use super::{Context, find, run as running, verify};

pub(super) async fn run(context: &Context) -> Result<(), Error> {
    let seen = context.until_interrupted(observe(context)).await?;
    let Some(open) = unfinished(seen.earlier().await?) else {
        return Err(Error::NothingToResume);
    };
    if open.record.standing() == Standing::Stuck {
        return Err(Error::OnlyBack(open.record.plan.id));
    }
    let lock = seen.lock(context, Sessions::End).await?;
    let done = go_on(context, seen, open).await;
    let released = lock.release().await;
    done?;
    Ok(released?)
}

async fn go_on(context: &Context, seen: Seen, open: super::site::Earlier) -> Result<(), Error> {
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
                open.record.plan.safety.as_ref(),
                seen.cronjob.as_ref(),
                &seen.database,
                &source,
            );
            let mut site = seen.site(context, &open.record);
            site.plan.roles.changes = roles.changes;
            let dump = Dump::new(verified, source, running::nonce());
            let ledger = Ledger::reopen(&cluster, open.document, open.record);
            let mut world = World {
                site,
                dump,
                backups,
                flow: Flow::default(),
            };
            running::to_the_end(context, &mut world, ledger).await
        }
        Err(error) => Err(error),
    };
    let left = place.leave().await;
    done?;
    left
}

/// The dump: from the Pod where it arrived whole, else from where it came.
async fn source(context: &Context, seen: &Seen, record: &Record) -> Result<(Source, Place), Error> {
    if record.journal.status(StepName::Unpack) == Status::Done
        && record.journal.status(StepName::CleanUp) == Status::Pending
    {
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
