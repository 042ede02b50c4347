//! Runs the line of steps over the journal: intent before, outcome after, undo backwards.

use tokio_util::sync::CancellationToken;

use super::journal::{Event, IllegalTransition, Journal, LINE, Status, StepName};
use super::steps::{StepError, World};

/// How a restore ended, other than well.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Before the swap; everything was taken back.
    #[error("the restore failed at \"{}\" and was rolled back: the live databases are as before", step.title())]
    RolledBack {
        /// Where.
        step: StepName,
        /// Why.
        source: StepError,
    },
    /// Before the swap; something could not be taken back.
    #[error("the restore failed at \"{}\"; the live databases are as before, but this was left: {}", step.title(), remains(left))]
    Stuck {
        /// Where.
        step: StepName,
        /// Why.
        source: StepError,
        /// What could not be undone, and why.
        left: Vec<(StepName, StepError)>,
    },
    /// After the swap.
    #[error("the new databases are in place, but \"{}\" failed", step.title())]
    AfterSwap {
        /// Where.
        step: StepName,
        /// Why.
        source: StepError,
    },
    /// The swap was asked for, and nobody could tell what became of it.
    #[error("it is not known whether the databases were swapped")]
    Unknown(#[source] StepError),
    /// A defect of ours.
    #[error("the journal refused a step")]
    Journal(#[from] IllegalTransition),
}

fn remains(left: &[(StepName, StepError)]) -> String {
    left.iter()
        .map(|(step, error)| format!("undo of \"{}\" ({error})", step.title()))
        .collect::<Vec<_>>()
        .join("; ")
}

/// Runs all steps. `interrupt` stops the step under way where that is safe.
pub async fn execute(world: &World, interrupt: &CancellationToken) -> Result<(), RestoreError> {
    let mut journal = Journal::new(LINE);
    for step in LINE {
        if let Err(source) = run_step(world, &mut journal, step, interrupt).await? {
            return Err(end(world, &mut journal, step, source).await?);
        }
    }
    Ok(())
}

async fn run_step(
    world: &World,
    journal: &mut Journal,
    step: StepName,
    interrupt: &CancellationToken,
) -> Result<Result<(), StepError>, IllegalTransition> {
    world.progress.begin(step.title());
    journal.record(step, Event::Started)?;
    let work = async {
        if step.is_done(world).await? {
            return Ok("nothing to do".to_owned());
        }
        step.run(world).await
    };
    let outcome = tokio::select! {
        biased;
        () = interrupt.cancelled(), if step.may_be_interrupted() => Err(StepError::Interrupted),
        outcome = work => outcome,
    };
    let event = if outcome.is_ok() {
        Event::Succeeded
    } else {
        Event::Failed
    };
    journal.record(step, event)?;
    Ok(outcome.map(|done| world.progress.done(&done)))
}

async fn end(
    world: &World,
    journal: &mut Journal,
    step: StepName,
    source: StepError,
) -> Result<RestoreError, IllegalTransition> {
    if journal.status(StepName::Swap) == Status::Done {
        return Ok(RestoreError::AfterSwap { step, source });
    }
    if step == StepName::Swap {
        match StepName::Swap.is_done(world).await {
            Ok(true) => return Ok(RestoreError::AfterSwap { step, source }),
            Ok(false) => {}
            Err(unseen) => return Ok(RestoreError::Unknown(unseen)),
        }
    }
    let left = undo(world, journal).await?;
    Ok(if left.is_empty() {
        RestoreError::RolledBack { step, source }
    } else {
        RestoreError::Stuck { step, source, left }
    })
}

/// Undoes backwards; a failed undo does not keep the others from being tried.
async fn undo(
    world: &World,
    journal: &mut Journal,
) -> Result<Vec<(StepName, StepError)>, IllegalTransition> {
    let mut left = Vec::new();
    for step in journal.to_undo() {
        world.progress.begin(&format!("Undo: {}", step.title()));
        journal.record(step, Event::UndoStarted)?;
        match step.undo(world).await {
            Ok(()) => {
                journal.record(step, Event::UndoFinished)?;
                world.progress.done("undone");
            }
            Err(error) => {
                journal.record(step, Event::UndoFailed)?;
                left.push((step, error));
            }
        }
    }
    Ok(left)
}
