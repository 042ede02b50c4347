//! `rollback`: back to what was there before a restore, whether it was interrupted or finished.

use std::time::Duration;

use serde::Serialize;

use crate::cli::ConfirmArgs;
use crate::error::Error;
use crate::postgres::RestoreId;
use crate::restore::Plan;
use crate::restore::engine::{self, RestoreError};
use crate::restore::in_place;
use crate::restore::journal::{Status, StepName};
use crate::restore::ledger::Ledger;
use crate::restore::record::{Record, Standing};

use super::Context;
use super::site::{Earlier, Seen, Sessions, observe};

/// A Job of ours gets a minute to end well, and is then killed.
const STOP: Duration = Duration::from_secs(90);

#[derive(Serialize)]
struct Report<'a> {
    restore: &'a RestoreId,
    release: &'a str,
}

pub(super) async fn run(context: &Context, args: &ConfirmArgs) -> Result<(), Error> {
    let seen = context.until_interrupted(observe(context)).await?;
    let mut newest = newest(&seen).await?;
    if stop_jobs(context, args, &seen, &newest.record).await? == Stopped::Some {
        // How far it came is known only now.
        newest = self::newest(&seen).await?;
    }
    let Earlier { document, record } = newest;
    let release = record.plan.target.release.clone();
    let swapped = record.journal.status(StepName::Swap) != Status::Pending;
    context.ui.say(&format!(
        "Going back from {} {} of {}, begun {}.",
        record.plan.purpose, record.plan.id, record.plan.backup.name, record.begun_at
    ));
    let emptied = in_place::may_be_gone(&record);
    if (swapped || emptied) && !args.yes {
        let question = if emptied {
            "What was loaded is dropped; the old databases come back from the safety backup only."
        } else {
            "The databases from before it come back; whatever was written since then is lost."
        };
        context.ui.confirm(question, &release)?;
    }
    let lock = seen.lock(context, Sessions::End).await?;
    let cluster = seen.cluster.clone();
    let mut site = match seen.site(context, &record).await {
        Ok(site) => site,
        Err(error) => {
            lock.release().await?;
            return Err(error);
        }
    };
    let mut ledger = Ledger::reopen(&cluster, document, record);
    let done = engine::roll_back(&mut site, &mut ledger).await;
    let closed = if done.is_ok() {
        ledger.close().await
    } else {
        Ok(())
    };
    let released = lock.release().await;
    done?;
    closed.map_err(RestoreError::from)?;
    released?;
    let text = format!(
        "Rolled back {} {} of {release}.\n",
        site.plan.purpose, site.plan.id
    );
    let report = Report {
        restore: &site.plan.id,
        release: &release,
    };
    Ok(context.ui.result(&text, &report)?)
}

/// The newest restore that left something to go back from.
async fn newest(seen: &Seen) -> Result<Earlier, Error> {
    let mut earlier = seen.earlier().await?.into_iter();
    let newest = earlier.find(|e| e.record.standing() != Standing::RolledBack);
    newest.ok_or(Error::NothingToRollBack)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stopped {
    Some,
    Nothing,
}

/// Ends the Jobs that work on the restore, or would as soon as their next Pod starts. A person is asked: somebody else
/// may be watching it.
async fn stop_jobs(
    context: &Context,
    args: &ConfirmArgs,
    seen: &Seen,
    record: &Record,
) -> Result<Stopped, Error> {
    let Plan { id, target, .. } = &record.plan;
    let jobs = seen.cluster.own_jobs(&id.to_string()).await?;
    for job in &jobs {
        let question = format!("job/{} is at work on it, and will be stopped.", job.name);
        if args.yes {
            context.ui.say(&question);
        } else {
            context.ui.confirm(&question, &target.release)?;
        }
        seen.cluster.stop_job(&job.name, STOP).await?;
    }
    Ok(if jobs.is_empty() {
        Stopped::Nothing
    } else {
        Stopped::Some
    })
}
