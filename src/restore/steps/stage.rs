//! Databases beside the live ones.

use std::time::Duration;

use backon::{ConstantBuilder, Retryable};

use crate::postgres::psql::application_name;
use crate::progress::Progress;
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::plan::DatabasePlan;
use crate::restore::swap::terminate_own_sql;

use super::{Site, StepError, World, load, roles};

/// A session that was told to end may need a moment; a drop is tried so often, a second apart.
const DROP_ATTEMPTS: usize = 15;

/// Goes on where an earlier attempt stopped: what is done is known from marks inside the staged databases.
pub(super) async fn stage(world: &World, progress: &dyn Progress) -> Result<String, StepError> {
    let site = &world.site;
    end_own_sessions(site).await?;
    let there = site.server.names().await?;
    for database in &site.plan.databases {
        if !there.contains(&database.staged) {
            site.server
                .control("create a staged database", &database.create_sql)
                .await?;
        }
    }
    load::load(world, progress).await?;
    let rows: u64 = site.plan.databases.iter().map(|d| d.rows).sum();
    Ok(format!(
        "{} databases, {rows} rows",
        site.plan.databases.len()
    ))
}

/// A backend may work on after its client is gone: two loads into one database would clash, and a swap that was given
/// up could still be committed.
pub(super) async fn end_own_sessions(site: &Site) -> Result<(), StepError> {
    let others = terminate_own_sql(&application_name(&site.plan.id));
    let attempt = || async {
        match site
            .server
            .control("end the sessions of the load", &others)
            .await?
            .as_str()
        {
            "0" => Ok(()),
            left => Err(StepError::Sessions(left.to_owned())),
        }
    };
    let pause = ConstantBuilder::default()
        .with_delay(Duration::from_millis(300))
        .with_max_times(DROP_ATTEMPTS);
    attempt
        .retry(pause)
        .when(|e: &StepError| matches!(e, StepError::Sessions(_)))
        .await
}

/// Ends what the load may have left running, then drops.
pub(super) async fn drop_staged(site: &Site) -> Result<(), StepError> {
    end_own_sessions(site).await?;
    for database in &site.plan.databases {
        let pause = ConstantBuilder::default()
            .with_delay(Duration::from_secs(1))
            .with_max_times(DROP_ATTEMPTS);
        let attempt = || drop_one(site, database);
        attempt.retry(pause).when(|e: &StepError| in_use(e)).await?;
    }
    Ok(())
}

/// The end of a drill: nothing of what was loaded stays.
pub(super) async fn drop_again(site: &Site) -> Result<String, StepError> {
    drop_staged(site).await?;
    kill_point::pass(StepName::DropStaged, Moment::Middle);
    roles::drop_created(site).await?;
    Ok("nothing of it is left".to_owned())
}

async fn drop_one(site: &Site, database: &DatabasePlan) -> Result<(), StepError> {
    let (name, progress) = (&database.staged, site.progress.as_ref());
    let dropped = site
        .server
        .drop_database("drop a staged database", name, progress);
    Ok(dropped.await?)
}

/// SQLSTATE 55006, `object_in_use`, or in the words of the server: psql shows the code only with -v VERBOSITY.
pub(super) fn in_use(error: &StepError) -> bool {
    matches!(error, StepError::Server(e) if e.stderr().contains("is being accessed by other users"))
}
