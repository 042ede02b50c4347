//! `restore`, `drill` and `resume` as a Job in the namespace.
//!
//! Two Jobs, each runs this program. The first one reads the backup, which so stays in the cluster, and drafts the
//! record of the restore. That is shown and confirmed here, and stored: from then on any machine finds it. The second
//! Job goes on with this record, and no other: it restores what was confirmed, from a backup with the same checksum.
//! It needs no other word for its first Pod than for one that takes a lost one's place, and it can't begin anew what
//! somebody rolled back meanwhile: then there is no record any more.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cli::{DrillArgs, InClusterArgs, RestoreArgs, ResumeArgs};
use crate::cluster::{Cluster, JobError, JobEvent, JobHandle, OwnJob};
use crate::error::{Error, Exit};
use crate::postgres::RestoreId;
use crate::restore::Plan;
use crate::restore::drill::Purpose;
use crate::restore::engine::RestoreError;
use crate::restore::ledger::Ledger;
use crate::restore::record::Record;
use crate::storage::NewFile;
use crate::ui::relay::Relay;

use super::report::Report;
use super::restore::{Agreed, agree, show};
use super::resume::{Found, find_open, is_unpacked};
use super::site::{Seen, Sessions, holder, observe, unfinished, user};
use super::{Context, find, run as running};

/// What is followed has no end of its own choice; this is longer than any restore.
const LONGEST: Duration = Duration::from_hours(30 * 24);

#[derive(Serialize)]
struct Started<'a> {
    job: &'a str,
    restore: &'a RestoreId,
}

/// `restore --in-cluster`.
pub(super) async fn restore(context: &Context, args: &RestoreArgs) -> Result<(), Error> {
    let seen = look(context, &args.backup).await?;
    let (namespace, instance) = (seen.cluster.namespace(), seen.database.instance.as_deref());
    let words = context.cli.draft_words(args, namespace, instance);
    let record = draft(context, &args.job, &seen, words).await?;
    if agree(context, args, &seen, &record.plan).await? == Agreed::ToLook {
        return Ok(());
    }
    carry_out(context, &args.job, &seen, record, None).await
}

/// `drill --in-cluster`: nobody is asked. `file` gets the evidence.
pub(super) async fn drill(
    context: &Context,
    args: &DrillArgs,
    file: Option<NewFile>,
) -> Result<(), Error> {
    let seen = look(context, &args.backup).await?;
    let (namespace, instance) = (seen.cluster.namespace(), seen.database.instance.as_deref());
    let words = context.cli.drill_words(args, namespace, instance);
    let record = draft(context, &args.job, &seen, words).await?;
    if show(context, &record.plan, args.dry_run)? == Agreed::ToLook {
        return Ok(());
    }
    if context.interrupt.is_cancelled() {
        return Err(Error::Interrupted);
    }
    carry_out(context, &args.job, &seen, record, file).await
}

/// What is there, where a Job can reach the backup.
async fn look(context: &Context, backup: &str) -> Result<Seen, Error> {
    if find::reference(backup).is_local() {
        return Err(Error::OutOfReach(backup.to_owned()));
    }
    context.until_interrupted(observe(context)).await
}

/// Has what was agreed on begun, and follows it.
async fn carry_out(
    context: &Context,
    args: &InClusterArgs,
    seen: &Seen,
    record: Record,
    file: Option<NewFile>,
) -> Result<(), Error> {
    let plan = record.plan.clone();
    let job = order(context, args, seen, record).await?;
    watch(context, &seen.cluster, &job, &plan, args, file).await
}

/// `resume --in-cluster`: a Job that works on it already is watched again.
pub(super) async fn resume(context: &Context, args: &ResumeArgs) -> Result<(), Error> {
    let seen = context.until_interrupted(observe(context)).await?;
    let record = match find_open(seen.earlier().await?, args.id.as_ref())? {
        Found::Open(open) => open.record,
        Found::Finished(_) => return Err(Error::NothingToResume),
    };
    let id = &record.plan.id;
    let at_work = seen.cluster.own_jobs(&id.to_string()).await?;
    let job = match at_work.into_iter().next() {
        Some(job) => job,
        None if find::reference(&record.reference).is_local() && !is_unpacked(&record) => {
            return Err(Error::OutOfReach(record.reference));
        }
        None => {
            let name = format!("quetzal-db-resume-{id}-{}", unique());
            let job = working(context, &args.job, &seen, name, id);
            seen.cluster.start_own(&job).await?
        }
    };
    watch(context, &seen.cluster, &job, &record.plan, &args.job, None).await
}

/// Has the backup read and the plan made in the cluster. Nothing stays of that Job.
async fn draft(
    context: &Context,
    args: &InClusterArgs,
    seen: &Seen,
    words: Vec<String>,
) -> Result<Record, Error> {
    let cluster = &seen.cluster;
    let name = format!("quetzal-db-plan-{}", unique());
    let job = own(args, seen, name, None, words);
    let job = cluster.start_own(&job).await?;
    let followed = follow(context, cluster, &job, Exit::Failed);
    let followed = context.until_interrupted(followed).await;
    let removed = cluster.delete_job(&job).await;
    let Followed { result, failure } = followed?;
    failure.map_or(Ok(()), Err)?;
    removed?;
    let text = result.ok_or_else(|| Error::NoResult(job.name.clone()))?;
    let mut record = Record::read(&job.name, &text)?;
    cluster
        .context()
        .clone_into(&mut record.plan.target.context);
    record.begun_by = holder();
    Ok(record)
}

/// Stores what was confirmed and has it begun, while nobody else is at work.
async fn order(
    context: &Context,
    args: &InClusterArgs,
    seen: &Seen,
    record: Record,
) -> Result<JobHandle, Error> {
    let lock = seen.lock_briefly(context, Sessions::Respect).await?;
    let begun = begin(context, args, seen, record).await;
    let released = lock.release().await;
    let job = begun?;
    released?;
    Ok(job)
}

/// Stores what was confirmed, then makes the Job for it. One that was not made leaves nothing.
async fn begin(
    context: &Context,
    args: &InClusterArgs,
    seen: &Seen,
    record: Record,
) -> Result<JobHandle, Error> {
    if let Some(open) = unfinished(seen.earlier().await?) {
        let Plan { purpose, id, .. } = open.record.plan;
        return Err(Error::Unfinished(purpose, id));
    }
    let id = &record.plan.id;
    let name = format!("quetzal-db-{}-{id}", record.plan.purpose);
    let job = working(context, args, seen, name, id);
    let ledger = Ledger::open(&seen.cluster, record)
        .await
        .map_err(RestoreError::from)?;
    match seen.cluster.start_own(&job).await {
        Ok(job) => Ok(job),
        Err(error) if error.is_unknown() => Err(error.into()),
        Err(error) => {
            ledger.close().await.map_err(RestoreError::from)?;
            Err(error.into())
        }
    }
}

/// A Job that goes on with a recorded restore.
fn working(
    context: &Context,
    args: &InClusterArgs,
    seen: &Seen,
    name: String,
    id: &RestoreId,
) -> OwnJob {
    let instance = seen.database.instance.as_deref();
    let words = context
        .cli
        .resume_words(id, seen.cluster.namespace(), instance);
    own(args, seen, name, Some(id.to_string()), words)
}

fn own(
    args: &InClusterArgs,
    seen: &Seen,
    name: String,
    restore: Option<String>,
    arguments: Vec<String>,
) -> OwnJob {
    OwnJob {
        name,
        instance: seen.database.instance.clone(),
        restore,
        image: args.image(),
        service_account: args.service_account.clone(),
        user: user(),
        arguments,
    }
}

/// The end of a name that nothing else has.
fn unique() -> String {
    let nonce = running::nonce();
    nonce[nonce.len() - 8..].to_owned()
}

/// Shows what the Job of a restore or drill does until it ends. Ctrl-C ends the watching only.
async fn watch(
    context: &Context,
    cluster: &Cluster,
    job: &JobHandle,
    plan: &Plan,
    args: &InClusterArgs,
    file: Option<NewFile>,
) -> Result<(), Error> {
    if args.detach {
        let started = Started {
            job: &job.name,
            restore: &plan.id,
        };
        let text = format!("job.batch/{}\n", job.name);
        return Ok(context.ui.result(&text, &started)?);
    }
    let followed = follow(context, cluster, job, Exit::Unknown);
    let Followed { result, failure } = match context.until_interrupted(followed).await {
        Err(Error::Interrupted) => return Err(Error::Detached(job.name.clone())),
        Err(Error::Job(source @ (JobError::Stuck { .. } | JobError::NoPod { .. }))) => {
            let job = job.name.clone();
            return Err(Error::Waits { job, source });
        }
        followed => followed?,
    };
    match plan.purpose {
        Purpose::Restore => {
            failure.map_or(Ok(()), Err)?;
            let report: Report = read(result.as_deref(), job)?;
            Ok(context.ui.result(&report.text(), &report)?)
        }
        // A drill that did not pass has evidence, too, unless it did not come so far.
        Purpose::Drill => {
            let evidence = read(result.as_deref(), job);
            match (evidence, failure) {
                (Ok(evidence), failure) => {
                    super::drill::give(context, &evidence, file).await?;
                    failure.map_or(Ok(()), Err)
                }
                (Err(_), Some(failure)) => Err(failure),
                (Err(unread), None) => Err(unread),
            }
        }
    }
}

fn read<T: DeserializeOwned>(result: Option<&str>, job: &JobHandle) -> Result<T, Error> {
    let read = result.and_then(|text| serde_json::from_str(text).ok());
    read.ok_or_else(|| Error::NoResult(job.name.clone()))
}

/// How a Job of ours ended.
struct Followed {
    /// Its result as JSON, where its log has one.
    result: Option<String>,
    /// Why it did not end well.
    failure: Option<Error>,
}

/// Follows a Job of ours to its end. `lost` is what the loss of its last Pod means.
async fn follow(
    context: &Context,
    cluster: &Cluster,
    job: &JobHandle,
    lost: Exit,
) -> Result<Followed, Error> {
    let progress = context.ui.progress();
    let mut relay = Relay::new(progress.clone());
    let ended = cluster.follow(job, LONGEST, |event| match event {
        JobEvent::Created(name) => progress.note(&format!("  job/{name}")),
        JobEvent::Pod { name, phase } => progress.note(&format!("  pod/{name} {phase}")),
        JobEvent::Log(line) => relay.take(&line),
        JobEvent::Warning(text) => progress.note(&format!("  ! {text}")),
    });
    let ended = ended.await;
    let said = relay.end();
    let result = said.result;
    let why = match ended {
        Ok(_) => {
            return Ok(Followed {
                result,
                failure: None,
            });
        }
        Err(JobError::Failed { why, .. }) => why,
        Err(other) => return Err(other.into()),
    };
    let code = cluster.exit_code(job).await?;
    let failure = Error::InCluster {
        said: said
            .error
            .unwrap_or_else(|| format!("job/{} failed: {why}", job.name)),
        exit: code.and_then(Exit::of).unwrap_or(lost),
    };
    Ok(Followed {
        result,
        failure: Some(failure),
    })
}
