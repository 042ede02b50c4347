//! Databases beside the live ones.

use std::time::Duration;

use backon::{ConstantBuilder, Retryable};

use crate::postgres::identifier;
use crate::restore::plan::DatabasePlan;
use crate::restore::swap::terminate_own_sql;

use super::load;
use super::{StepError, World};

/// A session that was told to end may need a moment; a drop is tried so often, a second apart.
const DROP_ATTEMPTS: usize = 15;

pub(super) async fn stage(world: &World) -> Result<String, StepError> {
    drop_staged(world).await?;
    for (number, database) in world.plan.databases.iter().enumerate() {
        world.progress.detail(&database.name);
        world
            .server
            .control("create a staged database", &database.create_sql)
            .await?;
        load::load(world, database, number).await?;
    }
    let rows: u64 = world.plan.databases.iter().map(|d| d.rows).sum();
    Ok(format!(
        "{} databases, {rows} rows",
        world.plan.databases.len()
    ))
}

/// Ends what the load may have left running, then drops.
pub(super) async fn drop_staged(world: &World) -> Result<(), StepError> {
    let own = crate::postgres::psql::application_name(&world.plan.id);
    for database in &world.plan.databases {
        let attempt = || async {
            world
                .server
                .control("end the sessions of the load", &terminate_own_sql(&own))
                .await?;
            drop_one(world, database).await
        };
        let pause = ConstantBuilder::default()
            .with_delay(Duration::from_secs(1))
            .with_max_times(DROP_ATTEMPTS);
        attempt.retry(pause).when(|e: &StepError| in_use(e)).await?;
    }
    Ok(())
}

async fn drop_one(world: &World, database: &DatabasePlan) -> Result<(), StepError> {
    let name = identifier(&database.staged);
    let sql = format!("DROP DATABASE IF EXISTS {name}");
    world.server.control("drop a staged database", &sql).await?;
    Ok(())
}

/// SQLSTATE 55006, `object_in_use`, or in the words of the server: psql shows the code only with -v VERBOSITY.
fn in_use(error: &StepError) -> bool {
    matches!(error, StepError::Server(e) if e.stderr().contains("is being accessed by other users"))
}
