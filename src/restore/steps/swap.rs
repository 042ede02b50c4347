//! The swap: one transaction, while a second session ends whoever is in the way.

use std::time::Duration;

use crate::postgres::psql::CONTROL_DATABASE;
use crate::restore::journal::StepName;
use crate::restore::kill_point;
use crate::restore::swap::{Swapped, swap_sql, swapped, terminate_sql, unswap_sql};
use crate::server::ServerError;

use super::{Site, StepError, World, maintenance, stage};

const FILE: &str = "swap.sql";
const BACK_FILE: &str = "unswap.sql";
const ATTEMPTS: u32 = 10;
const TERMINATE_EVERY: Duration = Duration::from_millis(100);

pub(super) async fn is_swapped(site: &Site) -> Result<bool, StepError> {
    Ok(names(site).await? == Swapped::Yes)
}

async fn names(site: &Site) -> Result<Swapped, StepError> {
    Ok(swapped(&site.plan, &site.server.names().await?)?)
}

/// Lays the transaction ready while the application still runs.
pub(super) async fn prepare(world: &World) -> Result<(), StepError> {
    let sql = swap_sql(&world.site.plan, &world.dump.inventory);
    world.site.put(FILE, sql.expose()).await.map(drop)
}

pub(super) async fn swap(site: &Site) -> Result<String, StepError> {
    let path = format!("{}/{FILE}", site.folder());
    attempts(site, &path, Swapped::Yes).await?;
    if is_swapped(site).await? {
        Ok("in one transaction".to_owned())
    } else {
        Err(StepError::NotSwapped)
    }
}

/// Real names back to the old databases, in one transaction; nothing where the swap did not happen.
pub(super) async fn unswap(site: &Site) -> Result<(), StepError> {
    if !is_swapped(site).await? {
        return Ok(());
    }
    let path = site
        .put(BACK_FILE, unswap_sql(&site.plan, &site.roles_undo).expose())
        .await?;
    attempts(site, &path, Swapped::No).await
}

/// Runs a transaction until it is through; `wanted` is where the names are afterwards.
async fn attempts(site: &Site, path: &str, wanted: Swapped) -> Result<(), StepError> {
    for _ in 0..ATTEMPTS {
        maintenance::hold(site).await?;
        // Of two transactions under way nobody could tell which one the names come from.
        stage::end_own_sessions(site).await?;
        let failed = match attempt(site, path).await {
            Ok(()) => return Ok(()),
            Err(failed) => failed,
        };
        if failed.is_unknown() {
            // It may have been committed, or still be: once its session is gone the names tell.
            stage::end_own_sessions(site).await?;
            if names(site).await? == wanted {
                return Ok(());
            }
        } else if !in_the_way(&failed) {
            return Err(failed.into());
        }
        site.progress.detail("once more");
    }
    Err(StepError::Busy { attempts: ATTEMPTS })
}

/// The transaction, and beside it the other session for as long as it takes.
async fn attempt(site: &Site, path: &str) -> Result<(), ServerError> {
    let transaction = site
        .server
        .run_file("swap the databases", CONTROL_DATABASE, path);
    let transaction = kill_point::during(StepName::Swap, transaction);
    tokio::pin!(transaction);
    let terminate = terminate_sql(&site.plan);
    loop {
        let ending = async {
            let ended = site.server.control("end other sessions", &terminate).await;
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
