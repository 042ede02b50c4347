//! What was loaded is looked at before anything live is touched. Rows were counted while they were loaded.

use futures::future::try_join3;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::postgres::identifier;
use crate::postgres::psql::CONTROL_DATABASE;
use crate::restore::drill::Purpose;
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::load::{marks_schema, statistics_sql};
use crate::restore::plan::{DatabasePlan, Plan};

use super::{Site, StepError, World, guard, swap};

const INVALID_INDEXES: &str = "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) \
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND c.relkind = 'i' LIMIT 1";

/// Every table that has no statistics yet: large ones got theirs during the load. Foreign tables are left out, as by a
/// plain ANALYZE: it would ask other servers.
const UNKNOWN_TABLES: &str = "c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't' \
AND NOT EXISTS (SELECT FROM pg_catalog.pg_statistic s WHERE s.starelid = c.oid)";
const FILE: &str = "prove.sql";

pub(super) async fn prove(world: &World) -> Result<String, StepError> {
    let site = &world.site;
    let file = site.put(FILE, sql(&site.plan).as_bytes()).await?;
    let work = try_join3(databases(site, &file), checkpoint(site), lay_ready(world));
    // What takes long says nothing: beside it the volume is looked at, which shows that the Pod is alive.
    guard::watched(site, work).await?;
    Ok("row counts equal, indexes valid, statistics gathered".to_owned())
}

/// For each database. Its only answer is an index that is not valid. The marks of the load go last, and event triggers of
/// the dump must not stand in the way of that.
fn sql(plan: &Plan) -> String {
    let (statistics, marks) = (statistics_sql(UNKNOWN_TABLES), marks_schema(&plan.id));
    format!(
        "{INVALID_INDEXES};
{statistics}SET session_replication_role = replica;
DROP SCHEMA IF EXISTS {} CASCADE;
",
        identifier(&marks)
    )
}

async fn databases(site: &Site, file: &str) -> Result<(), StepError> {
    let sessions = usize::try_from(site.plan.sessions.count).unwrap_or(1);
    stream::iter(&site.plan.databases)
        .map(|database| one(site, database, file))
        .buffer_unordered(sessions.max(1))
        .try_collect()
        .await
}

async fn one(site: &Site, database: &DatabasePlan, file: &str) -> Result<(), StepError> {
    site.progress.detail(&database.name);
    let (act, name) = (
        "look for invalid indexes, and gather statistics",
        &database.staged,
    );
    let index = site.server.ask_file(act, name, file).await?;
    kill_point::pass(StepName::Prove, Moment::Middle);
    if index.is_empty() {
        return Ok(());
    }
    Err(StepError::InvalidIndex {
        database: database.name.clone(),
        index,
    })
}

/// So that a server that crashes after the swap is back soon.
async fn checkpoint(site: &Site) -> Result<(), StepError> {
    let written = site
        .server
        .work("write a checkpoint", CONTROL_DATABASE, "CHECKPOINT");
    Ok(written.await.map(drop)?)
}

async fn lay_ready(world: &World) -> Result<(), StepError> {
    match world.site.plan.purpose {
        Purpose::Restore => swap::prepare(world).await,
        Purpose::Drill => Ok(()),
    }
}
