//! `restore`: observe, plan, show, confirm, execute, report.

use crate::cli::RestoreArgs;
use crate::error::Error;
use crate::postgres::RestoreId;
use crate::restore::facts::{BackupFacts, Facts, Target};
use crate::restore::journal::Journal;
use crate::restore::ledger::Ledger;
use crate::restore::plan::{Options, Place};
use crate::restore::record::{LAYOUT, Record};
use crate::restore::roles_undo::undo_sql;
use crate::restore::steps::{Dump, Flow, World};
use crate::restore::{Plan, PlanRefusal, observe};
use crate::storage::{Source, Verified};
use crate::ui::prompt::PromptError;
use crate::ui::render;
use crate::ui::report::PlanReport;

use super::site::{Earlier, Seen, Sessions, holder, observe as look};
use super::{Context, find, in_cluster, run as running, verify};

pub(super) async fn run(context: &Context, args: &RestoreArgs) -> Result<(), Error> {
    // Nobody waits for a whole backup to be read to learn that nobody can be asked.
    if !args.yes && !args.dry_run && !args.draft && !context.ui.can_ask() {
        return Err(PromptError::NoTerminal.into());
    }
    if args.job.in_cluster {
        return in_cluster::restore(context, args).await;
    }
    let work = async |seen: Seen, source: Source, verified: Verified| {
        decide(context, args, seen, source, verified).await
    };
    proved(context, &args.backup, work).await
}

/// Finds a backup, reads all of it, looks at what is there, and goes on with these.
pub(super) async fn proved(
    context: &Context,
    backup: &str,
    work: impl AsyncFnOnce(Seen, Source, Verified) -> Result<(), Error>,
) -> Result<(), Error> {
    let reference = find::reference(backup);
    // A local file is read before anything is asked of the cluster: a bad one is refused wherever one is.
    if let Some(source) = Context::local(&reference).await? {
        let verified = context
            .until_interrupted(verify::prove(context, &source))
            .await?;
        let seen = context.until_interrupted(look(context)).await?;
        return work(seen, source, verified).await;
    }
    let seen = context.until_interrupted(look(context)).await?;
    let found;
    let cronjob = if let Some(cronjob) = &seen.cronjob {
        cronjob
    } else {
        found = context.cronjob(&seen.cluster, None).await?;
        &found
    };
    let (bucket, place) = context
        .bucket(&seen.cluster, cronjob, Some(&seen.database))
        .await?;
    let proved = async {
        let source = find::object(context, &seen.cluster, &bucket, &reference).await?;
        let verified = verify::prove(context, &source).await?;
        Ok((source, verified))
    };
    let done = match context.until_interrupted(proved).await {
        Ok((source, verified)) => work(seen, source, verified).await,
        Err(error) => Err(error),
    };
    let left = place.leave().await;
    done?;
    left
}

/// Plan, show, confirm, execute, report.
async fn decide(
    context: &Context,
    args: &RestoreArgs,
    seen: Seen,
    source: Source,
    verified: Verified,
) -> Result<(), Error> {
    let earlier = seen.earlier().await?;
    let planned = plan(
        context,
        &args.backup,
        &args.options(),
        &seen,
        &source,
        &verified,
        &earlier,
    );
    let record = planned?;
    if args.draft {
        return Ok(context.ui.result("", &record)?);
    }
    if agree(context, args, &seen, &record.plan).await? == Agreed::ToLook {
        return Ok(());
    }
    let lock = seen.lock(context, Sessions::Respect).await?;
    let cluster = seen.cluster.clone();
    let backups = find::backups(
        &context.cli,
        record.plan.safety.as_ref(),
        seen.cronjob.as_ref(),
        &seen.database,
        &source,
    );
    let dump = Dump::new(verified, source, running::nonce());
    let mut world = World {
        site: seen.site(context, &record).await?,
        dump,
        backups,
        flow: Flow::default(),
    };
    // The plan of the record lacks what is secret: the world takes it from the dump.
    let done = match Ledger::open(&cluster, record).await {
        Ok(ledger) => running::to_the_end(context, &mut world, ledger).await,
        Err(error) => Err(crate::restore::engine::RestoreError::from(error).into()),
    };
    let released = lock.release().await;
    done?;
    Ok(released?)
}

/// What a person agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreed {
    /// To see the plan.
    ToLook,
    /// To have it carried out.
    ToAct,
}

/// Shows the plan and asks.
pub(super) async fn agree(
    context: &Context,
    args: &RestoreArgs,
    seen: &Seen,
    plan: &Plan,
) -> Result<Agreed, Error> {
    if show(context, plan, args.dry_run)? == Agreed::ToLook {
        return Ok(Agreed::ToLook);
    }
    seen.none_open(context, seen.earlier().await?).await?;
    if !args.yes {
        let (question, word) = question(plan);
        context.ui.confirm(&question, &word)?;
    }
    if context.interrupt.is_cancelled() {
        return Err(Error::Interrupted);
    }
    Ok(Agreed::ToAct)
}

/// Shows the plan; in a dry run it is the result.
pub(super) fn show(context: &Context, plan: &Plan, dry_run: bool) -> Result<Agreed, Error> {
    let shown = render::plan(&context.ui, plan);
    if dry_run {
        context.ui.result(&shown, &PlanReport::new(plan))?;
        context.ui.say("Dry run: nothing was changed.");
        return Ok(Agreed::ToLook);
    }
    context.ui.say(&shown);
    Ok(Agreed::ToAct)
}

/// What a person agrees to, and the words that say so.
fn question(plan: &Plan) -> (String, String) {
    let release = &plan.target.release;
    match plan.place {
        Place::Beside => (
            format!("The databases of {release} will be replaced."),
            release.clone(),
        ),
        Place::InPlace => (
            format!(
                "The databases of {release} will be dropped before the new ones are loaded: until then only a safety \
                 backup holds them, and the application is stopped."
            ),
            format!("{release} in place"),
        ),
    }
}

/// What is to be done, or why it is not; the sum of the room on the volume explains a refusal.
pub(super) fn plan(
    context: &Context,
    reference: &str,
    options: &Options,
    seen: &Seen,
    source: &Source,
    verified: &Verified,
    earlier: &[Earlier],
) -> Result<Record, Error> {
    let lost: Vec<_> = earlier.iter().flat_map(|e| seen.lost(e)).collect();
    let target = Target {
        context: seen.cluster.context().to_owned(),
        namespace: seen.cluster.namespace().to_owned(),
        pod: seen.database.container.to_string(),
        release: seen.release(),
    };
    let backup = BackupFacts {
        name: source.name().to_owned(),
        stored_bytes: verified.stored_bytes,
        sha256: verified.sha256.clone(),
    };
    // No bucket is known: the plan says what that means.
    let folder = |cronjob| context.folder(cronjob).ok();
    let backups = seen.cronjob.as_ref().and_then(folder);
    let now = crate::clock::now();
    let id = RestoreId::derive(&[
        &verified.sha256,
        &seen.live.system_identifier,
        &now.to_string(),
    ]);
    let facts = Facts {
        target,
        live: seen.live.clone(),
        disk: seen.disk.clone(),
        resources: seen.resources,
        runners: observe::runners(&seen.workloads, &lost),
        cronjob: seen.cronjob.as_ref().map(|c| (c.name.clone(), c.suspended)),
        backups,
        backup,
        lost,
    };
    let planned = Plan::new(&facts, &verified.inventory, options, id);
    match &planned {
        Err(PlanRefusal::FitsInPlace { space, .. }) => {
            context.ui.say(&render::space(space, Place::Beside));
        }
        Err(PlanRefusal::NoSpace { space, .. }) => {
            context.ui.say(&render::space(space, Place::InPlace));
        }
        _ => {}
    }
    let plan = planned?;
    Ok(Record {
        layout: LAYOUT,
        journal: Journal::new(plan.line()),
        plan,
        system_identifier: seen.live.system_identifier.clone(),
        reference: reference.to_owned(),
        text_bytes: verified.inventory.bytes,
        roles_undo: undo_sql(&verified.inventory.globals, &seen.live),
        took: Vec::new(),
        begun_by: holder(),
        begun_at: now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    })
}
