//! Runs the line of steps over the journal: intent before, outcome after, undo backwards.

use std::time::Duration;

use backon::{ConstantBuilder, Retryable};
use tokio_util::sync::CancellationToken;

use super::journal::{Event, LINE, Status, StepName};
use super::ledger::{Ledger, LedgerError};
use super::steps::{Site, StepError, World};

/// An undo is tried again so often, with this pause, while its cause may go by itself: two minutes in all.
const PATIENCE: usize = 60;
const PAUSE: Duration = Duration::from_secs(2);

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
    /// The user stopped it; nothing was taken back.
    #[error("the restore was interrupted at \"{}\"; the live databases are as before", step.title())]
    Interrupted {
        /// Where.
        step: StepName,
    },
    /// A rollback that could not take back everything.
    #[error("the rollback is not complete; this was left: {}", remains(left))]
    RollbackStuck {
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
    /// Nothing goes on without the journal.
    #[error("the restore stopped, because its journal could not be written")]
    Ledger(#[from] LedgerError),
}

fn remains(left: &[(StepName, StepError)]) -> String {
    let one =
        |(step, error): &(StepName, StepError)| format!("undo of \"{}\" ({error})", step.title());
    left.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Runs every step that is not done. `interrupt` stops the step under way where that is safe.
pub async fn execute(
    world: &World,
    ledger: &mut Ledger,
    interrupt: &CancellationToken,
) -> Result<(), RestoreError> {
    for step in LINE {
        if ledger.record.journal.status(step) == Status::Done {
            continue;
        }
        if let Err(source) = run_step(world, ledger, step, interrupt).await? {
            return Err(end(world, ledger, step, source).await?);
        }
    }
    Ok(())
}

/// Undoes everything that was begun, last step first; a failed undo does not keep the others from being tried.
pub async fn roll_back(site: &Site, ledger: &mut Ledger) -> Result<(), RestoreError> {
    let left = undo(site, ledger).await?;
    if left.is_empty() {
        Ok(())
    } else {
        Err(RestoreError::RollbackStuck { left })
    }
}

async fn run_step(
    world: &World,
    ledger: &mut Ledger,
    step: StepName,
    interrupt: &CancellationToken,
) -> Result<Result<(), StepError>, LedgerError> {
    let progress = &world.site.progress;
    progress.begin(step.title());
    ledger.record(step, Event::Started).await?;
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
    ledger.record(step, event).await?;
    Ok(outcome.map(|done| progress.done(&done)))
}

async fn end(
    world: &World,
    ledger: &mut Ledger,
    step: StepName,
    source: StepError,
) -> Result<RestoreError, LedgerError> {
    if ledger.record.journal.status(StepName::Swap) == Status::Done {
        return Ok(RestoreError::AfterSwap { step, source });
    }
    if matches!(source, StepError::Interrupted) {
        return Ok(RestoreError::Interrupted { step });
    }
    if step == StepName::Swap {
        let side = async {
            world.site.settle().await?;
            StepName::Swap.is_done(world).await
        };
        match side.await {
            Ok(true) => return Ok(RestoreError::AfterSwap { step, source }),
            Ok(false) => {}
            Err(unseen) => return Ok(RestoreError::Unknown(unseen)),
        }
    }
    let left = undo(&world.site, ledger).await?;
    Ok(if left.is_empty() {
        RestoreError::RolledBack { step, source }
    } else {
        RestoreError::Stuck { step, source, left }
    })
}

async fn undo(site: &Site, ledger: &mut Ledger) -> Result<Vec<(StepName, StepError)>, LedgerError> {
    let mut left = Vec::new();
    for step in ledger.record.journal.to_undo() {
        site.progress.begin(&format!("Undo: {}", step.title()));
        ledger.record(step, Event::UndoStarted).await?;
        // Every undo may be repeated, so one that meets a server in recovery waits for it.
        let attempt = || step.undo(site);
        let patient = ConstantBuilder::default()
            .with_delay(PAUSE)
            .with_max_times(PATIENCE);
        match attempt.retry(patient).when(StepError::is_passing).await {
            Ok(()) => {
                ledger.record(step, Event::UndoFinished).await?;
                site.progress.done("undone");
            }
            Err(error) => {
                ledger.record(step, Event::UndoFailed).await?;
                left.push((step, error));
            }
        }
    }
    Ok(left)
}
