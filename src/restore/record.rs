//! What a restore leaves in the cluster, so that anybody on any machine can go on with it or go back. Pure.
//!
//! It holds no password and no verifier: role changes are made anew from the dump, and the way back needs none.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::drill::Purpose;
use super::in_place::{self, Ground};
use super::journal::{Journal, Status, StepName};
use super::plan::Plan;

/// Kind and prefix of the documents that hold records.
pub const KIND: &str = "restore";

/// One restore.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// Layout of this text; a plugin reads no other than its own.
    pub layout: u32,
    /// What is done.
    pub plan: Plan,
    /// Identifies the database cluster: a journal of another one must not be acted on.
    pub system_identifier: String,
    /// BACKUP as the user typed it.
    pub reference: String,
    /// Bytes of the dump's text.
    pub text_bytes: u64,
    /// Statements that make the roles as they were.
    pub roles_undo: Vec<String>,
    /// Who began it.
    pub begun_by: String,
    /// When, by that machine's clock: for people only.
    pub begun_at: String,
    /// How far it is.
    pub journal: Journal,
    /// How long each step took that is done, in the order in which they ended.
    #[serde(default)]
    pub took: Vec<Took>,
}

/// How long a step took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Took {
    /// The step.
    pub step: StepName,
    /// From its beginning to its end; of several attempts, the last one.
    pub seconds: f64,
}

/// Where a restore stands as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Every step is done; the old databases are kept.
    Finished,
    /// Decided or begun, and neither finished nor undone.
    Interrupted,
    /// Everything that was begun is undone.
    RolledBack,
    /// An undo failed, or was begun and not ended: from here it only goes back.
    Stuck,
    /// In place: rolled back so far as that goes. The old databases are only in the safety backup.
    GivenUp,
}

/// A text that is not a record of ours.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Not the JSON of a record.
    #[error("the journal in configmap/{name} cannot be read")]
    Text {
        /// The ConfigMap.
        name: String,
        /// Why.
        source: serde_json::Error,
    },
    /// Written by another version.
    #[error("the journal in configmap/{name} has layout {found}, this plugin reads {LAYOUT}")]
    Layout {
        /// The ConfigMap.
        name: String,
        /// Its layout.
        found: u32,
    },
}

/// The layout that this plugin writes.
pub const LAYOUT: u32 = 2;

impl Record {
    /// Reads the text of a document.
    pub fn read(name: &str, text: &str) -> Result<Self, RecordError> {
        let failed = |source| RecordError::Text {
            name: name.to_owned(),
            source,
        };
        let record: Self = serde_json::from_str(text).map_err(failed)?;
        if record.layout == LAYOUT {
            Ok(record)
        } else {
            Err(RecordError::Layout {
                name: name.to_owned(),
                found: record.layout,
            })
        }
    }

    /// Name of the document.
    pub fn document_name(&self) -> String {
        format!("quetzal-db-restore-{}", self.plan.id)
    }

    /// Where the restore stands.
    pub fn standing(&self) -> Standing {
        let steps = self.journal.steps();
        let gives_back = |step: &StepName| in_place::can_be_undone(*step, Ground::Gone);
        let undone = |step: &StepName| {
            matches!(self.journal.status(*step), Status::Pending | Status::Undone)
        };
        let statuses = || steps.iter().map(|step| self.journal.status(*step));
        if statuses().all(|s| s == Status::Pending) {
            // Decided, and not begun.
            Standing::Interrupted
        } else if statuses().any(|s| s == Status::Stuck) {
            Standing::Stuck
        } else if statuses().all(|s| s == Status::Done) {
            match self.plan.purpose {
                Purpose::Restore => Standing::Finished,
                // It leaves no record but while its evidence is not kept.
                Purpose::Drill => Standing::Interrupted,
            }
        } else if steps.iter().all(undone) {
            Standing::RolledBack
        } else if in_place::may_be_gone(self) && steps.iter().filter(|s| gives_back(s)).all(undone)
        {
            Standing::GivenUp
        } else if statuses().any(|s| matches!(s, Status::Undoing | Status::Undone)) {
            Standing::Stuck
        } else {
            Standing::Interrupted
        }
    }

    /// Whether the application was stopped and not started again.
    pub fn application_is_stopped(&self) -> bool {
        let status = |step| self.journal.status(step);
        let stopped = !self.plan.runners.is_empty()
            && !matches!(
                status(StepName::MaintenanceOn),
                Status::Pending | Status::Undone
            );
        stopped && status(StepName::MaintenanceOff) != Status::Done
    }

    /// Notes how long a step took.
    pub fn took(&mut self, step: StepName, time: Duration) {
        self.took.retain(|t| t.step != step);
        self.took.push(Took {
            step,
            seconds: (time.as_secs_f64() * 1000.0).round() / 1000.0,
        });
    }

    /// The step that was under way, or the first that is not done.
    pub fn current(&self) -> Option<StepName> {
        self.journal
            .steps()
            .into_iter()
            .find(|step| self.journal.status(*step) != Status::Done)
    }
}
