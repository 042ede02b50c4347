//! Keeps the record in the cluster: nothing happens that was not written there before.

use std::time::Duration;

use crate::cluster::{ApiError, Cluster, Document};

use super::journal::{Event, IllegalTransition, StepName};
use super::record::{KIND, Record};

/// A record, and the document that holds it.
pub struct Ledger {
    cluster: Cluster,
    document: Document,
    /// The record as it is in the cluster.
    pub record: Record,
}

/// Why an event was not recorded. What it was about must not happen.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The table does not allow it.
    #[error(transparent)]
    Transition(#[from] IllegalTransition),
    /// The record does not become text.
    #[error("cannot put the journal into words")]
    Text(#[from] serde_json::Error),
    /// It could not be stored.
    #[error("the journal cannot be written")]
    Store(#[from] ApiError),
}

impl Ledger {
    /// Stores a new record.
    pub async fn open(cluster: &Cluster, record: Record) -> Result<Self, LedgerError> {
        let text = serde_json::to_string_pretty(&record)?;
        let document = cluster
            .create_document(KIND, &record.document_name(), &text)
            .await?;
        Ok(Self {
            cluster: cluster.clone(),
            document,
            record,
        })
    }

    /// Goes on with a stored one.
    pub fn reopen(cluster: &Cluster, document: Document, record: Record) -> Self {
        Self {
            cluster: cluster.clone(),
            document,
            record,
        }
    }

    /// Records an event: first in the cluster, then here.
    pub async fn record(&mut self, step: StepName, event: Event) -> Result<(), LedgerError> {
        let mut next = self.record.clone();
        next.journal.record(step, event)?;
        next.journal.note(step, event, crate::clock::now());
        self.store(next).await
    }

    /// The same of a step that did all that it had to, with the time that it took.
    pub async fn succeeded(&mut self, step: StepName, took: Duration) -> Result<(), LedgerError> {
        let mut next = self.record.clone();
        next.journal.record(step, Event::Succeeded)?;
        next.journal
            .note(step, Event::Succeeded, crate::clock::now());
        next.took(step, took);
        self.store(next).await
    }

    async fn store(&mut self, next: Record) -> Result<(), LedgerError> {
        let text = serde_json::to_string_pretty(&next)?;
        self.cluster
            .update_document(KIND, &mut self.document, &text)
            .await?;
        self.record = next;
        Ok(())
    }

    /// Removes the record: there is nothing left that it would be needed for.
    pub async fn close(self) -> Result<(), LedgerError> {
        Ok(self.cluster.delete_document(&self.document).await?)
    }
}
