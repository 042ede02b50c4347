//! Roles that the dump's objects belong to and the server lacks.

use crate::postgres::{identifier, literal};
use crate::restore::drill::{Purpose, role_mark};
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::plan::Plan;

use super::{Site, StepError};

pub(super) async fn create(site: &Site) -> Result<String, StepError> {
    let live = site.server.catalog().await?;
    for role in &site.plan.roles.create {
        if live.role(role).is_none() {
            let sql = create_sql(role, &site.plan);
            site.server.control("create a missing role", &sql).await?;
            kill_point::pass(StepName::CreateRoles, Moment::Middle);
        }
    }
    Ok(site.plan.roles.create.join(", "))
}

/// One transaction. The swap of a restore gives each role the comment of the dump; a drill knows its own by theirs.
fn create_sql(role: &str, plan: &Plan) -> String {
    let create = format!("CREATE ROLE {} NOLOGIN", identifier(role));
    match plan.purpose {
        Purpose::Restore => create,
        Purpose::Drill => format!(
            "{create}; COMMENT ON ROLE {} IS {}",
            identifier(role),
            literal(&role_mark(&plan.id))
        ),
    }
}

/// Only after the staged databases are gone: a role that owns something can't be dropped.
pub(super) async fn drop_created(site: &Site) -> Result<(), StepError> {
    for role in created(site).await? {
        let sql = format!("DROP ROLE IF EXISTS {}", identifier(&role));
        site.server
            .control("drop a role that was made for the restore", &sql)
            .await?;
    }
    Ok(())
}

async fn created(site: &Site) -> Result<Vec<String>, StepError> {
    let Plan {
        roles, purpose, id, ..
    } = &site.plan;
    if *purpose == Purpose::Restore || roles.create.is_empty() {
        return Ok(roles.create.clone());
    }
    let (live, mark) = (site.server.catalog().await?, role_mark(id));
    let is_marked = |role: &&String| {
        let comment = live.role(role).and_then(|live| live.comment.as_deref());
        comment == Some(mark.as_str())
    };
    Ok(roles.create.iter().filter(is_marked).cloned().collect())
}
