//! What has arrived in the Pod so far: steps that feed each other run at the same time and wait for it.

use tokio::sync::watch;

use crate::restore::journal::StepName;

/// How far the dump is on its way.
#[derive(Debug)]
pub struct Flow {
    /// Parts of the stored backup that are in the Pod, without a gap.
    parts: watch::Sender<u64>,
    /// Files of its text that are there, without a gap.
    slices: watch::Sender<usize>,
}

/// More than there ever are.
const ALL: usize = usize::MAX;

impl Default for Flow {
    /// Nothing has arrived.
    fn default() -> Self {
        Self {
            parts: watch::Sender::new(0),
            slices: watch::Sender::new(0),
        }
    }
}

impl Flow {
    /// A step that makes something arrive begins anew.
    pub fn begins(&self, step: StepName) {
        self.set(step, 0);
    }

    /// It is done: all is there.
    pub fn is_done(&self, step: StepName) {
        self.set(step, ALL);
    }

    fn set(&self, step: StepName, value: usize) {
        match step {
            StepName::Transfer => self.parts_arrived(value as u64),
            StepName::Unpack => self.slices_arrived(value),
            _ => {}
        }
    }

    pub(super) fn parts_arrived(&self, count: u64) {
        self.parts.send_replace(count);
    }

    pub(super) fn slices_arrived(&self, count: usize) {
        self.slices.send_replace(count);
    }

    pub(super) fn parts(&self) -> watch::Receiver<u64> {
        self.parts.subscribe()
    }

    /// Waits until the step that brings the parts is done with them: it reads them once more at its end.
    pub(super) async fn is_transferred(&self) {
        // It can't fail while we hold the sender.
        let _ = self.parts().wait_for(|count| *count == ALL as u64).await;
    }

    pub(super) fn slices(&self) -> watch::Receiver<usize> {
        self.slices.subscribe()
    }
}
