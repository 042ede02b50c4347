//! The swap: one transaction, while a second session ends whoever is in the way.

use std::time::Duration;

use crate::postgres::psql::CONTROL_DATABASE;
use crate::restore::swap::{Swapped, swap_sql, swapped, terminate_sql};
use crate::server::ServerError;

use super::{StepError, World};

const FILE: &str = "swap.sql";
const ATTEMPTS: u32 = 10;
const TERMINATE_EVERY: Duration = Duration::from_millis(100);

pub(super) async fn is_swapped(world: &World) -> Result<bool, StepError> {
    Ok(swapped(&world.plan, &world.server.names().await?)? == Swapped::Yes)
}

/// Lays the transaction ready while the application still runs.
pub(super) async fn prepare(world: &World) -> Result<(), StepError> {
    let sql = swap_sql(&world.plan, &world.inventory);
    world.put(FILE, sql.expose()).await.map(drop)
}

pub(super) async fn swap(world: &World) -> Result<String, StepError> {
    let path = format!("{}/{FILE}", world.folder());
    attempts(world, &path).await?;
    if is_swapped(world).await? {
        Ok("in one transaction".to_owned())
    } else {
        Err(StepError::NotSwapped)
    }
}

async fn attempts(world: &World, path: &str) -> Result<(), StepError> {
    for _ in 0..ATTEMPTS {
        match attempt(world, path).await {
            Ok(()) => return Ok(()),
            Err(e) if in_the_way(&e) => world
                .progress
                .detail("other sessions are in the way: again"),
            // The transaction may have been committed: the names tell.
            Err(e) if e.is_unknown() && is_swapped(world).await? => return Ok(()),
            Err(e) => return Err(e.into()),
        }
    }
    Err(StepError::Busy { attempts: ATTEMPTS })
}

/// The transaction, and beside it the other session for as long as it takes.
async fn attempt(world: &World, path: &str) -> Result<(), ServerError> {
    let transaction = world
        .server
        .run_file("swap the databases", CONTROL_DATABASE, path);
    tokio::pin!(transaction);
    let terminate = terminate_sql(&world.plan);
    loop {
        let ending = async {
            let ended = world.server.control("end other sessions", &terminate).await;
            tokio::time::sleep(TERMINATE_EVERY).await;
            ended
        };
        tokio::select! {
            biased;
            done = &mut transaction => return done,
            ended = ending => ended.map(drop)?,
        }
    }
}

/// SQLSTATE 55006 `object_in_use` and 55P03 `lock_not_available`.
fn in_the_way(error: &ServerError) -> bool {
    ["55006:", "55P03:"]
        .iter()
        .any(|state| error.stderr().contains(state))
}
