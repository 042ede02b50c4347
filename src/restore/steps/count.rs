//! What a drill looks at besides: every row is read once more, by the server itself. The load's own counts say what was
//! written; these say that all of it can be read.

use crate::restore::drill::{Table, count_sql, tables};
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::plan::DatabasePlan;

use super::{Site, StepError, World, guard};

const FILE: &str = "count.sql";

pub(super) async fn count(world: &World) -> Result<String, StepError> {
    let (site, mut counted) = (&world.site, 0);
    for plan in &site.plan.databases {
        let Some(database) = world.dump.inventory.databases.get(plan.index) else {
            continue;
        };
        site.progress.detail(&plan.name);
        let tables = tables(database);
        compare(site, plan, &tables).await?;
        kill_point::pass(StepName::Count, Moment::Middle);
        counted += tables.len();
    }
    Ok(format!("{counted} tables hold the rows of the dump"))
}

async fn compare(site: &Site, plan: &DatabasePlan, tables: &[Table<'_>]) -> Result<(), StepError> {
    let file = site.put(FILE, count_sql(tables).as_bytes()).await?;
    let count = async {
        let counted = site.server.ask_file("count all rows", &plan.staged, &file);
        Ok(counted.await?)
    };
    // A large table says nothing for long: beside it the volume is looked at, which shows that the Pod is alive.
    let answer = guard::watched(site, count).await?;
    let counts: Option<Vec<u64>> = answer.lines().map(|line| line.parse().ok()).collect();
    let counts = counts.filter(|counts| counts.len() == tables.len());
    let counts = counts.ok_or_else(|| StepError::Counts {
        database: plan.name.clone(),
    })?;
    for (table, found) in tables.iter().zip(counts) {
        if table.rows != found {
            return Err(StepError::Rows {
                database: plan.name.clone(),
                item: table.name.to_owned(),
                expected: table.rows,
                found,
            });
        }
    }
    Ok(())
}
