//! `restore`: observe, plan, show, confirm, execute, report.

use std::fmt::Write as _;
use std::sync::Mutex;

use serde::Serialize;

use crate::cli::RestoreArgs;
use crate::cluster::{BackupCronJob, Cluster, Database, FindError, SelectError, Workload};
use crate::error::Error;
use crate::postgres::psql::application_name;
use crate::postgres::{Catalog, RestoreId};
use crate::restore::facts::{BackupFacts, Disk, Target};
use crate::restore::plan::OldDatabases;
use crate::restore::steps::{Downtime, World};
use crate::restore::{Plan, engine, observe};
use crate::server::Server;
use crate::storage::{Source, Verified};
use crate::ui::render;

use super::{Context, find, verify};

/// What was seen before anything is planned.
struct Seen {
    cluster: Cluster,
    database: Database,
    cronjob: Option<BackupCronJob>,
    workloads: Vec<Workload>,
    live: Catalog,
    disk: Disk,
}

#[derive(Serialize)]
struct Report<'a> {
    restore: &'a RestoreId,
    databases: Vec<&'a str>,
    rows: u64,
    kept: Vec<&'a str>,
    downtime_seconds: Option<f64>,
}

pub(super) async fn run(context: &Context, args: &RestoreArgs) -> Result<(), Error> {
    let reference = find::reference(&args.backup);
    // A local file is read before anything is asked of the cluster: a bad one is refused wherever one is.
    if let Some(source) = Context::local(&reference).await? {
        let verified = context
            .until_interrupted(verify::prove(context, &source))
            .await?;
        let seen = context.until_interrupted(observe(context)).await?;
        return decide(context, args, seen, source, verified).await;
    }
    let seen = context.until_interrupted(observe(context)).await?;
    let Some(cronjob) = &seen.cronjob else {
        return Err(context
            .cronjob(&seen.cluster, None)
            .await
            .err()
            .unwrap_or(Error::Interrupted));
    };
    let (bucket, place) = context
        .bucket(&seen.cluster, cronjob, Some(&seen.database))
        .await?;
    let found = async {
        let source = find::object(&bucket, &reference).await?;
        let verified = verify::prove(context, &source).await?;
        Ok((source, verified))
    };
    let done = match context.until_interrupted(found).await {
        Ok((source, verified)) => decide(context, args, seen, source, verified).await,
        Err(error) => Err(error),
    };
    let removed = place.leave().await;
    done?;
    removed
}

async fn observe(context: &Context) -> Result<Seen, Error> {
    let cluster = context.cluster().await?;
    let database = context.database(&cluster).await?;
    let instance = database.instance.as_deref();
    let cronjob = match context.cronjob(&cluster, instance).await {
        Ok(cronjob) => Some(cronjob),
        // Restoring from a file needs none.
        Err(Error::Find(FindError::Select(SelectError::None { .. }))) => None,
        Err(error) => return Err(error),
    };
    let workloads = cluster.workloads(&database).await?;
    let server = Server::new(database.container.clone(), "kubectl-quetzal-db".to_owned());
    let live = server.catalog().await?;
    let disk = observe::disk(&database).await?;
    Ok(Seen {
        cluster,
        database,
        cronjob,
        workloads,
        live,
        disk,
    })
}

/// Plan, show, confirm, execute, report.
async fn decide(
    context: &Context,
    args: &RestoreArgs,
    seen: Seen,
    source: Source,
    verified: Verified,
) -> Result<(), Error> {
    let world = world(context, args, seen, source, verified)?;
    context.ui.say(&render::plan(&context.ui, &world.plan));
    if args.dry_run {
        context.ui.say("Dry run: nothing was changed.");
        return Ok(context.ui.result("", &world.plan)?);
    }
    if !args.yes {
        let question = format!(
            "The databases of {} will be replaced.",
            world.plan.target.release
        );
        context.ui.confirm(&question, &world.plan.target.release)?;
    }
    if context.interrupt.is_cancelled() {
        return Err(Error::Interrupted);
    }
    engine::execute(&world, &context.interrupt).await?;
    report(context, &world)
}

fn world(
    context: &Context,
    args: &RestoreArgs,
    seen: Seen,
    source: Source,
    verified: Verified,
) -> Result<World, Error> {
    let target = Target {
        context: seen.cluster.context().to_owned(),
        namespace: seen.cluster.namespace().to_owned(),
        pod: seen.database.container.to_string(),
        release: seen
            .database
            .instance
            .clone()
            .unwrap_or_else(|| seen.database.pod.clone()),
    };
    let backup = BackupFacts {
        name: source.name().to_owned(),
        stored_bytes: verified.stored_bytes,
        sha256: verified.sha256.clone(),
    };
    let now = jiff::Timestamp::now().to_string();
    let id = RestoreId::derive(&[&verified.sha256, &seen.live.system_identifier, &now]);
    let facts = observe::facts(
        target,
        seen.live,
        seen.disk,
        &seen.workloads,
        seen.cronjob.as_ref(),
        backup,
    );
    let plan = Plan::new(&facts, &verified.inventory, &args.options(), id)?;
    let workloads = if plan.runners.is_empty() {
        Vec::new()
    } else {
        seen.workloads
    };
    Ok(World {
        cluster: seen.cluster,
        server: Server::new(seen.database.container, application_name(&plan.id)),
        cronjob: seen.cronjob,
        workloads,
        inventory: verified.inventory,
        compression: verified.compression,
        source,
        nonce: nonce(),
        progress: context.ui.progress(),
        downtime: Mutex::new(Downtime::default()),
        plan,
    })
}

/// Unpredictable, so that nothing in a dump can pass for one of our own lines.
fn nonce() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    format!(
        "quetzal-{:016x}{:016x}",
        RandomState::new().hash_one(0),
        RandomState::new().hash_one(1)
    )
}

fn report(context: &Context, world: &World) -> Result<(), Error> {
    let plan = &world.plan;
    let downtime = world
        .downtime
        .lock()
        .map_or(None, |d| d.lasted)
        .map(|d| d.as_secs_f64());
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
        downtime_seconds: downtime,
    };
    let mut text = format!(
        "Restored {} from {}: {} rows.\n",
        report.databases.join(", "),
        plan.backup.name,
        report.rows
    );
    // Writing to a String cannot fail.
    if let Some(seconds) = downtime {
        let _ = writeln!(text, "The application was down for {seconds:.1} s.");
    }
    if !report.kept.is_empty() {
        let _ = writeln!(
            text,
            "The old databases are kept as {}.",
            report.kept.join(", ")
        );
    }
    Ok(context.ui.result(&text, &report)?)
}
