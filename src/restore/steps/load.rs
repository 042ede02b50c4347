//! Runs the load program of one staged database and holds every mark against the inventory.

use std::time::Duration;

use crate::cluster::{Command, LinesError};
use crate::dump::{Database, Item};
use crate::postgres::identifier;
use crate::postgres::psql::{LOAD, LOAD_OPTIONS, application_name};
use crate::restore::journal::StepName;
use crate::restore::kill_point::{self, Moment};
use crate::restore::load::{Mark, Program, marks_schema};
use crate::restore::plan::DatabasePlan;

use super::{StepError, World, guard};

/// One statement, such as an index, may run for so long without a word.
const SILENT_STATEMENT: Duration = Duration::from_hours(24);

pub(super) async fn load(
    world: &World,
    plan: &DatabasePlan,
    number: usize,
) -> Result<(), StepError> {
    let Some(database) = world.dump.inventory.databases.get(plan.index) else {
        return Err(StepError::LoadEnded {
            database: plan.name.clone(),
            item: "the inventory".to_owned(),
        });
    };
    let first = first_to_do(world, plan).await?;
    let marks = identifier(&marks_schema(&world.site.plan.id));
    let program = Program::new(database, number, &world.dump.nonce, first, &marks);
    world
        .site
        .put(&program.own_file, program.own.as_bytes())
        .await?;
    world
        .site
        .put(&program.program_file, program.pieces.as_bytes())
        .await?;
    let mut watch = Watch {
        world,
        plan,
        database,
        next: first,
        ended: false,
    };
    let command = command(world, plan, &program);
    let run = world
        .site
        .server
        .container()
        .lines(&command, |line| match program.mark(line) {
            Some(mark) => watch.take(mark),
            None => Ok(()),
        });
    let run = async { Ok(run.await) };
    match guard::watched(&world.site, run).await? {
        Ok(()) if watch.ended => Ok(()),
        Ok(()) => Err(StepError::LoadEnded {
            database: plan.name.clone(),
            item: watch.item(),
        }),
        Err(LinesError::Refused(refused)) => Err(refused),
        Err(LinesError::Exec(source)) => Err(StepError::Load {
            database: plan.name.clone(),
            item: watch.item(),
            source,
        }),
    }
}

/// Position of the first item that is not done. Items run one after the other, so those before it are.
async fn first_to_do(world: &World, plan: &DatabasePlan) -> Result<usize, StepError> {
    let marks = identifier(&marks_schema(&world.site.plan.id));
    let sql = format!(
        "CREATE SCHEMA IF NOT EXISTS {marks}; CREATE TABLE IF NOT EXISTS {marks}.done (item bigint PRIMARY KEY); \
         SELECT coalesce(pg_catalog.max(item) + 1, 0) FROM {marks}.done"
    );
    let answer = world
        .site
        .server
        .query("read the marks of the load", &plan.staged, &sql)
        .await?;
    answer.trim().parse().map_err(|_| StepError::Marks {
        database: plan.name.clone(),
        found: answer,
    })
}

fn command(world: &World, plan: &DatabasePlan, program: &Program) -> Command {
    let name = application_name(&world.site.plan.id);
    let args = [
        name.as_str(),
        LOAD_OPTIONS,
        &plan.staged,
        &world.site.folder(),
        &program.program_file,
    ]
    .map(str::to_owned);
    Command::script(LOAD, args).idle(SILENT_STATEMENT)
}

struct Watch<'a> {
    world: &'a World,
    plan: &'a DatabasePlan,
    database: &'a Database,
    /// The item that must be reported next.
    next: usize,
    ended: bool,
}

impl Watch<'_> {
    fn take(&mut self, mark: Mark) -> Result<(), StepError> {
        let out_of_turn = || StepError::LoadEnded {
            database: self.plan.name.clone(),
            item: self.item(),
        };
        match mark {
            Mark::End if self.next == self.database.items.len() => self.ended = true,
            Mark::Item { index, rows } if index == self.next => {
                let item = self.database.items.get(index).ok_or_else(out_of_turn)?;
                self.check_rows(item, rows)?;
                self.world
                    .site
                    .progress
                    .bytes(item.span.end, Some(self.world.dump.inventory.bytes));
                self.next += 1;
                if self.next == self.database.items.len() / 2 {
                    kill_point::pass(StepName::Stage, Moment::Middle);
                }
            }
            Mark::End | Mark::Item { .. } => return Err(out_of_turn()),
        }
        Ok(())
    }

    fn check_rows(&self, item: &Item, found: Option<u64>) -> Result<(), StepError> {
        match (&item.copy, found) {
            (Some(copy), Some(found)) if copy.rows != found => Err(StepError::Rows {
                database: self.plan.name.clone(),
                item: describe(item),
                expected: copy.rows,
                found,
            }),
            (Some(_), None) => Err(StepError::LoadEnded {
                database: self.plan.name.clone(),
                item: describe(item),
            }),
            _ => Ok(()),
        }
    }

    fn item(&self) -> String {
        self.database
            .items
            .get(self.next)
            .map_or_else(|| "its end".to_owned(), describe)
    }
}

/// An item for a person: what it is and where it stands in the dump.
fn describe(item: &Item) -> String {
    let tag: String = item.tag.chars().filter(|c| !c.is_control()).collect();
    format!("{} {tag} (byte {} of the dump)", item.kind, item.span.start)
}
