//! Runs the line of steps over the journal: intent before, outcome after, undo backwards.

mod ending;

pub(crate) use ending::in_words;
pub use ending::{Left, RestoreError};

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio_util::sync::CancellationToken;

use crate::progress::Progress;
use crate::restore::by_hand::by_hand;
use crate::restore::in_place::{self, Ground};
use crate::restore::journal::{Event, Status, StepName};
use crate::restore::kill_point::{self, Moment};
use crate::restore::ledger::{Ledger, LedgerError};
use crate::restore::steps::{self, Site, StepError, World};

/// A step, or its undo, is begun so often while what stops it goes by itself: every one of them may be repeated.
const ATTEMPTS: u32 = 3;

/// Runs every step that is not done. `interrupt` stops the step under way where that is safe.
pub async fn execute(
    world: &mut World,
    ledger: &mut Ledger,
    interrupt: &CancellationToken,
) -> Result<(), RestoreError> {
    let line = ledger.record.journal.steps();
    world.flow.will_run(line.clone());
    for step in &line {
        if ledger.record.journal.status(*step) == Status::Done {
            world.flow.is_done(*step);
        }
    }
    for group in line.chunk_by(|step, next| step.feeds(*next)) {
        if let Err(failed) = persist(world, ledger, group, interrupt).await? {
            return Err(end(world, ledger, failed).await?);
        }
    }
    Ok(())
}

/// A step that failed, and why.
struct Failed {
    step: StepName,
    source: StepError,
}

/// Undoes everything that was begun, last step first; a failed undo does not keep the others from being tried.
pub async fn roll_back(site: &mut Site, ledger: &mut Ledger) -> Result<(), RestoreError> {
    let seen = match steps::look(site, &ledger.record).await {
        Err(error) if error.is_passing() => {
            site.regain().await.map_err(RestoreError::Unseen)?;
            steps::look(site, &ledger.record).await
        }
        seen => seen,
    };
    let mut ground = seen.map_err(RestoreError::Unseen)?;
    if ground == Ground::Gone {
        let back = steps::take_back(site).await;
        back.map_err(RestoreError::Unseen)?;
        ground = steps::look(site, &ledger.record)
            .await
            .map_err(RestoreError::Unseen)?;
    }
    if ground == Ground::New {
        return Err(RestoreError::NoWayBack(steps::way_back(site).await));
    }
    let left = undo(site, ledger, ground).await?;
    match ground {
        _ if !left.is_empty() => Err(RestoreError::RollbackStuck { left }),
        Ground::Gone => Err(RestoreError::GivenUp(steps::way_back(site).await)),
        Ground::Old | Ground::New => Ok(()),
    }
}

/// Runs steps that feed each other, again where what stopped them went by itself.
async fn persist(
    world: &mut World,
    ledger: &mut Ledger,
    group: &[StepName],
    interrupt: &CancellationToken,
) -> Result<Result<(), Failed>, LedgerError> {
    for _ in 1..ATTEMPTS {
        let Failed { step, source } = match run_group(world, ledger, group, interrupt).await? {
            Err(failed) if failed.source.is_passing() => failed,
            outcome => return Ok(outcome),
        };
        let failed = |source| Ok(Err(Failed { step, source }));
        world
            .site
            .progress
            .note(&format!("  ! {}", in_words(&source)));
        let regained = tokio::select! {
            biased;
            () = interrupt.cancelled(), if step.may_be_interrupted() => Err(StepError::Interrupted),
            regained = world.site.regain() => regained,
        };
        match regained {
            Ok(Some(mishap)) if step.is_heavy() && mishap.may_be_our_fault() => {
                let source = Box::new(source);
                return failed(StepError::Mishap { mishap, source });
            }
            Ok(Some(mishap)) => world.site.progress.note(&format!("  ! {mishap}")),
            Ok(None) => {}
            Err(lost) => return failed(lost),
        }
    }
    run_group(world, ledger, group, interrupt).await
}

/// Runs what of a group is not done, all at the same time: the first that fails stops the others.
async fn run_group(
    world: &World,
    ledger: &mut Ledger,
    group: &[StepName],
    interrupt: &CancellationToken,
) -> Result<Result<(), Failed>, LedgerError> {
    let is_open = |step: &StepName| ledger.record.journal.status(*step) != Status::Done;
    let open: Vec<_> = group.iter().copied().filter(is_open).collect();
    for step in &open {
        world.flow.begins(*step);
        ledger.record(*step, Event::Started).await?;
        kill_point::pass(*step, Moment::Intended);
    }
    let mut running: FuturesUnordered<_> = open.iter().map(|step| run_step(world, *step)).collect();
    let interruptible = open.iter().all(|step| step.may_be_interrupted());
    let failed = loop {
        let ended = tokio::select! {
            biased;
            () = interrupt.cancelled(), if interruptible => None,
            ended = running.next() => match ended {
                None => return Ok(Ok(())),
                ended => ended,
            },
        };
        match ended {
            Some(Ended {
                step,
                progress,
                took,
                outcome: Ok(done),
            }) => {
                kill_point::pass(step, Moment::Done);
                ledger.succeeded(step, took).await?;
                kill_point::pass(step, Moment::Recorded);
                progress.done(&done);
            }
            Some(Ended {
                step,
                outcome: Err(source),
                ..
            }) => break Failed { step, source },
            None => {
                let furthest = open.iter().rfind(|step| is_running(ledger, **step));
                let step = furthest.copied().unwrap_or(group[0]);
                break Failed {
                    step,
                    source: StepError::Interrupted,
                };
            }
        }
    };
    drop(running);
    kill_point::pass(failed.step, Moment::Done);
    for step in open {
        if is_running(ledger, step) {
            ledger.record(step, Event::Failed).await?;
        }
    }
    kill_point::pass(failed.step, Moment::Recorded);
    Ok(Err(failed))
}

fn is_running(ledger: &Ledger, step: StepName) -> bool {
    ledger.record.journal.status(step) == Status::Running
}

/// A step that came to its end, one way or the other.
struct Ended {
    step: StepName,
    progress: Arc<dyn Progress>,
    took: Duration,
    /// A few words on what was done.
    outcome: Result<String, StepError>,
}

async fn run_step(world: &World, step: StepName) -> Ended {
    world.flow.may_act(step).await;
    let progress = world.site.progress.beside(world.site.plan.title(step));
    let begun = Instant::now();
    let work = async {
        let done = if step.is_done(world).await? {
            "nothing to do".to_owned()
        } else {
            step.run(world, progress.as_ref()).await?
        };
        world.flow.is_done(step);
        Ok(done)
    };
    let outcome = work.await;
    Ended {
        step,
        progress,
        took: begun.elapsed(),
        outcome,
    }
}

async fn end(
    world: &mut World,
    ledger: &mut Ledger,
    Failed { step, source }: Failed,
) -> Result<RestoreError, LedgerError> {
    let title = world.site.plan.title(step);
    if ledger.record.journal.status(StepName::Swap) == Status::Done {
        return Ok(RestoreError::AfterSwap { step, source });
    }
    if matches!(source, StepError::Interrupted) {
        return Ok(match ledger.record.journal.status(StepName::DropOld) {
            Status::Pending => RestoreError::Interrupted { step },
            _ => RestoreError::Emptied {
                step: title,
                source,
            },
        });
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
    match steps::look(&world.site, &ledger.record).await {
        Ok(Ground::Old) => {}
        Ok(Ground::New) => return Ok(RestoreError::AfterSwap { step, source }),
        Ok(Ground::Gone) => {
            return Ok(RestoreError::Emptied {
                step: title,
                source,
            });
        }
        Err(unseen) => {
            tracing::warn!("cannot look for the old databases: {unseen}");
            return Ok(RestoreError::Emptied {
                step: title,
                source,
            });
        }
    }
    if matches!(source, StepError::Away(_)) {
        return Ok(RestoreError::Away { step, source });
    }
    let left = undo(&mut world.site, ledger, Ground::Old).await?;
    Ok(if left.is_empty() {
        RestoreError::RolledBack { step, source }
    } else {
        RestoreError::Stuck { step, source, left }
    })
}

async fn undo(
    site: &mut Site,
    ledger: &mut Ledger,
    ground: Ground,
) -> Result<Vec<Left>, LedgerError> {
    let mut left = Vec::new();
    let mut server = Reach::Hoped;
    let begun = ledger.record.journal.to_undo().into_iter();
    for step in begun.filter(|step| in_place::can_be_undone(*step, ground)) {
        site.progress.begin(&format!("Undo: {}", step.title()));
        ledger.record(step, Event::UndoStarted).await?;
        kill_point::pass(step, Moment::UndoIntended);
        match undo_step(site, step, &mut server).await {
            Ok(()) => {
                kill_point::pass(step, Moment::UndoDone);
                ledger.record(step, Event::UndoFinished).await?;
                kill_point::pass(step, Moment::UndoRecorded);
                site.progress.done("undone");
            }
            Err(error) => {
                ledger.record(step, Event::UndoFailed).await?;
                left.push(Left {
                    step,
                    error,
                    by_hand: by_hand(step, &site.plan),
                });
            }
        }
    }
    Ok(left)
}

/// Whether it is worth while to wait for the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Hoped,
    /// It was waited for once, in vain: the other undos don't need as much again.
    GivenUp,
}

/// Undoes a step, again where what stopped that went by itself.
async fn undo_step(site: &mut Site, step: StepName, server: &mut Reach) -> Result<(), StepError> {
    for _ in 1..ATTEMPTS {
        match step.undo(site).await {
            Err(error) if error.is_passing() && *server == Reach::Hoped => {
                site.progress.note(&format!("  ! {}", in_words(&error)));
            }
            outcome => return outcome,
        }
        match site.regain().await {
            Ok(Some(mishap)) => site.progress.note(&format!("  ! {mishap}")),
            Ok(None) => {}
            Err(lost) => {
                *server = Reach::GivenUp;
                return Err(lost);
            }
        }
    }
    step.undo(site).await
}
