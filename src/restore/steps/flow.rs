//! What steps that run at the same time wait for: the end of another, or what has arrived in the Pod so far.

use tokio::sync::watch;

use crate::restore::journal::StepName;

/// How far the dump is on its way.
#[derive(Debug)]
pub struct Flow {
    /// Parts of the stored backup that are in the Pod, without a gap.
    parts: watch::Sender<u64>,
    /// Files of its text that are there, without a gap.
    slices: watch::Sender<usize>,
    /// Steps that are still to be done.
    open: watch::Sender<Vec<StepName>>,
}

/// More than there ever are.
const ALL: usize = usize::MAX;

impl Default for Flow {
    /// Nothing has arrived, and nothing is to be done.
    fn default() -> Self {
        Self {
            open: watch::Sender::default(),
            parts: watch::Sender::new(0),
            slices: watch::Sender::new(0),
        }
    }
}

impl Flow {
    /// The steps that will run.
    pub fn will_run(&self, steps: Vec<StepName>) {
        self.open.send_replace(steps);
    }

    /// A step that makes something arrive begins anew.
    pub fn begins(&self, step: StepName) {
        self.set(step, 0);
    }

    /// It is done: all is there.
    pub fn is_done(&self, step: StepName) {
        self.set(step, ALL);
        self.open.send_modify(|open| open.retain(|s| *s != step));
    }

    /// Waits for what must have ended before a step acts.
    pub async fn may_act(&self, step: StepName) {
        if let Some(before) = step.waits_for() {
            // It can't fail while we hold the sender.
            let _ = self
                .open
                .subscribe()
                .wait_for(|open| !open.contains(&before))
                .await;
        }
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

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn nothing_acts_on_the_server_before_the_backups_are_suspended() {
        let (backups, roles) = (StepName::SuspendBackups, StepName::CreateRoles);
        let flow = Flow::default();
        flow.will_run(vec![backups, roles, StepName::Transfer, StepName::Stage]);
        let may_act = |step| flow.may_act(step).now_or_never().is_some();
        assert!(may_act(StepName::Transfer) && !may_act(roles) && !may_act(StepName::Stage));
        flow.is_done(backups);
        assert!(may_act(roles) && !may_act(StepName::Stage));
        flow.is_done(roles);
        assert!(may_act(StepName::Stage));
    }

    #[test]
    fn what_will_not_run_is_not_waited_for() {
        let flow = Flow::default();
        flow.will_run(vec![StepName::CreateRoles]);
        assert!(flow.may_act(StepName::CreateRoles).now_or_never().is_some());
    }
}
