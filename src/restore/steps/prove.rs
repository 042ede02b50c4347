//! What was loaded is looked at before anything live is touched. Rows were counted while they were loaded.

use futures::future::try_join;

use crate::postgres::identifier;
use crate::postgres::psql::CONTROL_DATABASE;
use crate::restore::drill::Purpose;
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::load::{marks_schema, statistics_sql};
use crate::restore::plan::DatabasePlan;

use super::{Site, StepError, World, guard, swap};

const INVALID_INDEXES: &str = "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) \
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND c.relkind = 'i' LIMIT 1";

/// Every table that has no statistics yet: large ones got theirs during the load. Foreign tables are left out, as by a
/// plain ANALYZE: it would ask other servers.
const UNKNOWN_TABLES: &str = "c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't' \
AND NOT EXISTS (SELECT FROM pg_catalog.pg_statistic s WHERE s.starelid = c.oid)";
const STATISTICS_FILE: &str = "statistics.sql";

pub(super) async fn prove(world: &World) -> Result<String, StepError> {
    let site = &world.site;
    for database in &site.plan.databases {
        no_invalid_index(site, database).await?;
    }
    let sql = statistics_sql(UNKNOWN_TABLES);
    let file = site.put(STATISTICS_FILE, sql.as_bytes()).await?;
    let work = try_join(statistics(site, &file), checkpoint(site));
    // What takes long says nothing: beside it the volume is looked at, which shows that the Pod is alive.
    guard::watched(site, work).await?;
    drop_marks(site).await?;
    if site.plan.purpose == Purpose::Restore {
        swap::prepare(world).await?;
    }
    Ok("row counts equal, indexes valid, statistics gathered".to_owned())
}

async fn no_invalid_index(site: &Site, database: &DatabasePlan) -> Result<(), StepError> {
    let (name, sql) = (&database.staged, INVALID_INDEXES);
    let looked = site.server.query("look for invalid indexes", name, sql);
    let index = looked.await?;
    if index.is_empty() {
        return Ok(());
    }
    Err(StepError::InvalidIndex {
        database: database.name.clone(),
        index,
    })
}

async fn statistics(site: &Site, file: &str) -> Result<(), StepError> {
    for database in &site.plan.databases {
        site.progress.detail(&database.name);
        let (act, name) = ("gather statistics", &database.staged);
        site.server.work_file(act, name, file).await?;
        kill_point::pass(StepName::Prove, Moment::Middle);
    }
    Ok(())
}

/// So that a server that crashes after the swap is back soon.
async fn checkpoint(site: &Site) -> Result<(), StepError> {
    let written = site
        .server
        .work("write a checkpoint", CONTROL_DATABASE, "CHECKPOINT");
    Ok(written.await.map(drop)?)
}

/// The marks of the load go last. Event triggers of the dump must not stand in the way of that.
async fn drop_marks(site: &Site) -> Result<(), StepError> {
    for database in &site.plan.databases {
        let schema = identifier(&marks_schema(&site.plan.id));
        let sql = format!(
            "SET session_replication_role = replica; DROP SCHEMA IF EXISTS {schema} CASCADE"
        );
        site.server
            .query("drop the marks of the load", &database.staged, &sql)
            .await?;
    }
    Ok(())
}
