//! How a restore ended, other than well.

use crate::restore::evidence::Failure;
use crate::restore::in_place::WayBack;
use crate::restore::journal::StepName;
use crate::restore::ledger::LedgerError;
use crate::restore::steps::StepError;

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
        left: Vec<Left>,
    },
    /// The user stopped it; nothing was taken back.
    #[error("the restore was interrupted at \"{}\"; the live databases are as before", step.title())]
    Interrupted {
        /// Where.
        step: StepName,
    },
    /// In place, between the drop and the swap; nothing was taken back.
    #[error(
        "the restore stopped at \"{}\", with the old databases dropped: the application stays stopped until the new ones are in place",
        step
    )]
    Emptied {
        /// Where, in words.
        step: &'static str,
        /// Why.
        source: StepError,
    },
    /// A rollback in place, between the drop and the swap.
    #[error("what was loaded is dropped, but the old databases are only in safety backup {}: the application stays stopped until they are restored", .0.backup)]
    GivenUp(WayBack),
    /// A rollback in place, after the swap.
    #[error("the new databases are in place, and the old ones were dropped for them: only safety backup {} holds those", .0.backup)]
    NoWayBack(WayBack),
    /// A rollback that did not begin.
    #[error("it cannot be seen whether the old databases are still there")]
    Unseen(#[source] StepError),
    /// The server was lost and did not come back: nothing could be taken back.
    #[error("the restore stopped at \"{}\": the server was lost; the live databases are as before", step.title())]
    Away {
        /// Where.
        step: StepName,
        /// Why.
        source: StepError,
    },
    /// A rollback that could not take back everything.
    #[error("the rollback is not complete; this was left: {}", remains(left))]
    RollbackStuck {
        /// What could not be undone, and why.
        left: Vec<Left>,
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

impl RestoreError {
    /// Where it failed and why, where that is all that can come of it.
    pub fn failure(&self) -> Option<Failure> {
        match self {
            Self::RolledBack { step, source } | Self::Stuck { step, source, .. } => Some(Failure {
                step: *step,
                reason: in_words(source),
            }),
            _ => None,
        }
    }
}

/// What could not be taken back.
#[derive(Debug)]
pub struct Left {
    /// The step.
    pub step: StepName,
    /// Why its undo failed.
    pub error: StepError,
    /// What a person can type instead.
    pub by_hand: Vec<String>,
}

fn remains(left: &[Left]) -> String {
    let one = |l: &Left| format!("undo of \"{}\" ({})", l.step.title(), in_words(&l.error));
    left.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// An error with all of its causes, in one line: what psql adds below its first line may hold rows of the dump.
pub(crate) fn in_words(error: &dyn std::error::Error) -> String {
    let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
    let mut text = first(error.to_string());
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = first(error.to_string());
        // A transparent error repeats its source.
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}
