//! What was loaded is looked at before anything live is touched. Rows were counted while they were loaded.

use crate::postgres::psql::CONTROL_DATABASE;

use super::{StepError, World, swap};

const INVALID_INDEXES: &str = "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) \
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND c.relkind = 'i' LIMIT 1";

pub(super) async fn prove(world: &World) -> Result<String, StepError> {
    for database in &world.plan.databases {
        world.progress.detail(&database.name);
        let index = world
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
        world
            .server
            .query("gather statistics", &database.staged, "ANALYZE")
            .await?;
    }
    world
        .server
        .query("write a checkpoint", CONTROL_DATABASE, "CHECKPOINT")
        .await?;
    swap::prepare(world).await?;
    Ok("row counts equal, indexes valid, statistics gathered".to_owned())
}
