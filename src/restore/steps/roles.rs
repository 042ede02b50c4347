//! Roles that the dump's objects belong to and the server lacks.

use crate::postgres::identifier;

use super::{StepError, World};

pub(super) async fn create(world: &World) -> Result<String, StepError> {
    let live = world.server.catalog().await?;
    for role in &world.plan.roles.create {
        if live.role(role).is_none() {
            let sql = format!("CREATE ROLE {} NOLOGIN", identifier(role));
            world.server.control("create a missing role", &sql).await?;
        }
    }
    Ok(world.plan.roles.create.join(", "))
}

/// Only after the staged databases are gone: a role that owns something can't be dropped.
pub(super) async fn drop_created(world: &World) -> Result<(), StepError> {
    for role in &world.plan.roles.create {
        let sql = format!("DROP ROLE IF EXISTS {}", identifier(role));
        world
            .server
            .control("drop a role that was made for the restore", &sql)
            .await?;
    }
    Ok(())
}
