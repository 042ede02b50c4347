//! The old databases dropped before the new ones are loaded.
//!
//! One transaction takes all of them from their real names: whoever looks sees all or none. Only then they are dropped.

use std::fmt::Write as _;
use std::time::Duration;

use backon::{ConstantBuilder, Retryable};

use crate::postgres::{identifier, kept_name};
use crate::restore::in_place::{Ground, WayBack, ground, may_be_gone};
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::plan::{DatabasePlan, Plan};
use crate::restore::record::Record;
use crate::restore::safety_list;
use crate::restore::swap::terminate_sql;
use crate::storage::{Bucket, Object, Source};

use super::stage::{end_own_sessions, in_use};
use super::{Site, StepError, World, unpack};

const ATTEMPTS: usize = 10;
const PAUSE: Duration = Duration::from_millis(300);

/// What is under the real names, seen when nothing of ours is under way any more.
pub async fn look(site: &Site, record: &Record) -> Result<Ground, StepError> {
    if !may_be_gone(record) {
        return Ok(Ground::Old);
    }
    end_own_sessions(site).await?;
    Ok(ground(record, &site.server.names().await?))
}

/// How the old databases come back, once they are dropped.
pub async fn way_back(site: &Site) -> WayBack {
    let name = match safety_list::read(&site.cluster).await {
        Ok(known) => known.of(&site.plan.id).and_then(|c| c.name.clone()),
        Err(error) => {
            tracing::warn!("the name of the safety backup is not known: {error}");
            None
        }
    };
    WayBack::new(&site.plan, name)
}

/// It will be all that is left of the old databases, so it is read to its end like a backup that is restored.
pub(super) async fn prove_way_back(
    site: &Site,
    bucket: &Bucket,
    object: &Object,
) -> Result<(), StepError> {
    let source = Source::Object {
        bucket: Box::new(bucket.clone()),
        object: object.clone(),
    };
    let saved = source.verify(site.progress.as_ref()).await?.inventory;
    let lacks = |d: &&DatabasePlan| !saved.databases.iter().any(|s| s.name == d.name);
    match old(&site.plan).find(lacks) {
        Some(database) => Err(StepError::NotSaved {
            backup: object.name.clone(),
            database: database.name.clone(),
        }),
        None => Ok(()),
    }
}

pub(super) async fn is_dropped(site: &Site) -> Result<bool, StepError> {
    let names = site.server.names().await?;
    let there = |d: &DatabasePlan| names.contains(&d.name) || names.contains(&away(&site.plan, d));
    Ok(!old(&site.plan).any(there))
}

pub(super) async fn drop_old(world: &World) -> Result<String, StepError> {
    let site = &world.site;
    // What takes their place must be there, whatever became of the Pod since it was put there.
    if !unpack::is_unpacked(world).await? {
        return Err(StepError::NotUnpacked);
    }
    end_own_sessions(site).await?;
    let names = site.server.names().await?;
    let there: Vec<_> = old(&site.plan)
        .filter(|d| names.contains(&d.name))
        .collect();
    if !there.is_empty() {
        close(site, &there).await?;
        take_away(site, &there).await?;
    }
    for database in old(&site.plan) {
        site.progress.detail(&database.name);
        drop_away(site, database).await?;
        kill_point::pass(StepName::DropOld, Moment::Middle);
    }
    let bytes = old(&site.plan).filter_map(|d| d.live_bytes).sum();
    Ok(format!("{} freed", bytesize::ByteSize(bytes)))
}

/// Back from a drop that was cut short. While every old database still is, all of them get their real names back, in
/// one transaction. Once one is dropped the others go too: what they hold is in the safety backup.
pub async fn take_back(site: &Site) -> Result<(), StepError> {
    end_own_sessions(site).await?;
    let names = site.server.names().await?;
    let gone = |d: &&DatabasePlan| !names.contains(&d.name);
    let (away_there, dropped): (Vec<_>, Vec<_>) = old(&site.plan)
        .filter(gone)
        .partition(|d| names.contains(&away(&site.plan, d)));
    if dropped.is_empty() {
        return rename_back(site, &away_there).await;
    }
    for database in away_there {
        drop_away(site, database).await?;
    }
    Ok(())
}

async fn rename_back(site: &Site, databases: &[&DatabasePlan]) -> Result<(), StepError> {
    let mut sql = String::new();
    for database in databases {
        let (away, name) = (away(&site.plan, database), &database.name);
        let (away, name) = (identifier(&away), identifier(name));
        // Writing to a String cannot fail.
        let _ = write!(sql, "ALTER DATABASE {away} RENAME TO {name}; ");
    }
    if !sql.is_empty() {
        let act = "give the old databases their names back";
        site.server.control(act, &sql).await?;
    }
    Ok(())
}

async fn drop_away(site: &Site, database: &DatabasePlan) -> Result<(), StepError> {
    let (name, progress) = (away(&site.plan, database), site.progress.as_ref());
    let act = "drop an old database";
    Ok(site.server.drop_database(act, &name, progress).await?)
}

/// For old databases that are still under their names: whoever could connect before can again.
pub(super) async fn reopen(site: &Site) -> Result<(), StepError> {
    allow_connections(site, &old(&site.plan).collect::<Vec<_>>(), true).await
}

/// The live databases of the plan.
fn old(plan: &Plan) -> impl Iterator<Item = &DatabasePlan> {
    plan.databases.iter().filter(|d| d.live_bytes.is_some())
}

/// Its name on the way to being dropped.
fn away(plan: &Plan, database: &DatabasePlan) -> String {
    kept_name(&database.name, &plan.id)
}

/// Lets nobody in, and refuses where something would keep a database from being dropped.
async fn close(site: &Site, databases: &[&DatabasePlan]) -> Result<(), StepError> {
    allow_connections(site, databases, false).await?;
    let live = site.server.catalog().await?;
    let ours = |name: &str| databases.iter().any(|d| d.name == name);
    match live.busy.into_iter().find(|b| ours(&b.database)) {
        Some(obstacle) => Err(StepError::Obstacle {
            database: obstacle.database,
            what: obstacle.what,
        }),
        None => Ok(()),
    }
}

async fn allow_connections(
    site: &Site,
    databases: &[&DatabasePlan],
    allow: bool,
) -> Result<(), StepError> {
    for database in databases {
        let name = identifier(&database.name);
        let sql = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allow}");
        site.server
            .control("say who may connect to a database", &sql)
            .await?;
    }
    Ok(())
}

/// All from their real names in one transaction; a template can't be dropped.
async fn take_away(site: &Site, databases: &[&DatabasePlan]) -> Result<(), StepError> {
    let one = |d: &&DatabasePlan| {
        let (name, away) = (identifier(&d.name), identifier(&away(&site.plan, d)));
        format!(
            "ALTER DATABASE {name} WITH IS_TEMPLATE false; ALTER DATABASE {name} RENAME TO {away}; "
        )
    };
    let sql: String = databases.iter().map(one).collect();
    let attempt = || async {
        let ended = terminate_sql(&site.plan);
        site.server.control("end other sessions", &ended).await?;
        site.server
            .control("take the old databases away", &sql)
            .await?;
        Ok(())
    };
    let pause = ConstantBuilder::default()
        .with_delay(PAUSE)
        .with_max_times(ATTEMPTS);
    attempt.retry(pause).when(in_use).await
}
