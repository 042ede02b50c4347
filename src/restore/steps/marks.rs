//! The marks in a staged database: what of it is committed, whoever did it.

use std::collections::{BTreeMap, HashSet};

use crate::postgres::identifier;
use crate::restore::load::{Mark, marks_schema, marks_sql, parse_mark};
use crate::restore::plan::DatabasePlan;
use crate::restore::schedule::Done;

use super::{StepError, World};

/// What is committed.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Whole items.
    pub(super) items: HashSet<usize>,
    /// By item, the chunks of it with the rows of each.
    pub(super) chunks: BTreeMap<usize, BTreeMap<usize, u64>>,
}

impl Marks {
    /// Reads them; makes room for them first where there is none.
    pub(super) async fn read(world: &World, plan: &DatabasePlan) -> Result<Self, StepError> {
        let schema = identifier(&marks_schema(&world.site.plan.id));
        let answer = world
            .site
            .server
            .query(
                "read the marks of the load",
                &plan.staged,
                &marks_sql(&schema),
            )
            .await?;
        let mut marks = Self::default();
        for line in answer.lines() {
            match parse_mark(line) {
                Some(Mark::Items(items)) => marks.items.extend(items),
                Some(Mark::Chunk { item, chunk, rows }) => {
                    marks.chunks.entry(item).or_default().insert(chunk, rows);
                }
                None => {
                    return Err(StepError::Marks {
                        database: plan.name.clone(),
                        found: line.to_owned(),
                    });
                }
            }
        }
        // Chunks that were loaded together with the rest of their table say no more than the mark of the whole.
        marks.chunks.retain(|item, _| !marks.items.contains(item));
        Ok(marks)
    }

    /// The same for the schedule.
    pub(super) fn done(&self) -> Done {
        let mut done = Done::default();
        for item in &self.items {
            done.item(*item);
        }
        for (item, chunks) in &self.chunks {
            for chunk in chunks.keys() {
                done.chunk(*item, *chunk);
            }
        }
        done
    }
}
