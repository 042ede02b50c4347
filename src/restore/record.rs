//! What a restore leaves in the cluster, so that anybody on any machine can go on with it or go back. Pure.
//!
//! It holds no password and no verifier: role changes are made anew from the dump, and the way back needs none.

use serde::{Deserialize, Serialize};

use super::journal::{Journal, LINE, Status, StepName};
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
    /// When, by that machine's clock.
    pub begun_at: String,
    /// How far it is.
    pub journal: Journal,
}

/// Where a restore stands as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Every step is done; the old databases are kept.
    Finished,
    /// Begun, and neither finished nor undone.
    Interrupted,
    /// Everything that was begun is undone.
    RolledBack,
    /// An undo failed.
    Stuck,
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
pub const LAYOUT: u32 = 1;

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
        let statuses = || LINE.into_iter().map(|step| self.journal.status(step));
        if statuses().any(|s| s == Status::Stuck) {
            Standing::Stuck
        } else if statuses().all(|s| s == Status::Done) {
            Standing::Finished
        } else if statuses().all(|s| matches!(s, Status::Pending | Status::Undone)) {
            Standing::RolledBack
        } else {
            Standing::Interrupted
        }
    }

    /// The step that was under way, or the first that is not done.
    pub fn current(&self) -> Option<StepName> {
        LINE.into_iter()
            .find(|step| self.journal.status(*step) != Status::Done)
    }
}
