//! What was loaded is looked at before anything live is touched. Rows were counted while they were loaded.

use crate::postgres::identifier;
use crate::postgres::psql::CONTROL_DATABASE;
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::load::marks_schema;

use super::{Site, StepError, World, guard, swap};

const INVALID_INDEXES: &str = "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) \
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND c.relkind = 'i' LIMIT 1";

pub(super) async fn prove(world: &World) -> Result<String, StepError> {
    for database in &world.site.plan.databases {
        world.site.progress.detail(&database.name);
        let index = world
            .site
            .server
            .query(
                "look for invalid indexes",
                &database.staged,
                INVALID_INDEXES,
            )
            .await?;
        if !index.is_empty() {
            return Err(StepError::InvalidIndex {
                database: database.name.clone(),
                index,
            });
        }
        work(
            &world.site,
            "gather statistics",
            &database.staged,
            "ANALYZE",
        )
        .await?;
        kill_point::pass(StepName::Prove, Moment::Middle);
    }
    let site = &world.site;
    work(site, "write a checkpoint", CONTROL_DATABASE, "CHECKPOINT").await?;
    drop_marks(&world.site).await?;
    swap::prepare(world).await?;
    Ok("row counts equal, indexes valid, statistics gathered".to_owned())
}

/// What takes long says nothing: beside it the volume is looked at, which shows that the Pod is alive.
async fn work(site: &Site, act: &'static str, database: &str, sql: &str) -> Result<(), StepError> {
    let done = async { Ok(site.server.work(act, database, sql).await?) };
    guard::watched(site, done).await.map(drop)
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
