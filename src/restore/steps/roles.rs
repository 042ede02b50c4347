//! Roles that the dump's objects belong to and the server lacks.

use crate::postgres::identifier;
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};

use super::{Site, StepError};

pub(super) async fn create(site: &Site) -> Result<String, StepError> {
    let live = site.server.catalog().await?;
    for role in &site.plan.roles.create {
        if live.role(role).is_none() {
            let sql = format!("CREATE ROLE {} NOLOGIN", identifier(role));
            site.server.control("create a missing role", &sql).await?;
            kill_point::pass(StepName::CreateRoles, Moment::Middle);
        }
    }
    Ok(site.plan.roles.create.join(", "))
}

/// Only after the staged databases are gone: a role that owns something can't be dropped.
pub(super) async fn drop_created(site: &Site) -> Result<(), StepError> {
    for role in &site.plan.roles.create {
        let sql = format!("DROP ROLE IF EXISTS {}", identifier(role));
        site.server
            .control("drop a role that was made for the restore", &sql)
            .await?;
    }
    Ok(())
}
