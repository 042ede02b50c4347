//! Moments at which a test may kill the plugin. Without the feature `kill-points` there are none.
//!
//! `QUETZAL_DB_KILL_AT=swap:middle` kills the process the first time that the swap is in its middle,
//! `QUETZAL_DB_KILL_AT=swap:middle#2` the second time.

use super::journal::StepName;

/// Where in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The intent is recorded, nothing is done.
    Intended,
    /// In the middle of the step's own work.
    Middle,
    /// The work is done, its outcome is not recorded.
    Done,
    /// The outcome is recorded.
    Recorded,
    /// The intent to undo is recorded, nothing is undone.
    UndoIntended,
    /// It is undone, which is not recorded.
    UndoDone,
    /// That it is undone is recorded.
    UndoRecorded,
}

/// Ends the process by SIGKILL if a test wants it to end here.
#[cfg(not(feature = "kill-points"))]
#[inline]
pub(super) fn pass(_step: StepName, _moment: Moment) {}

/// Does the work. A test may have the process end some time after it began.
#[cfg(not(feature = "kill-points"))]
#[inline]
pub(super) async fn during<T>(_step: StepName, work: impl Future<Output = T>) -> T {
    work.await
}

#[cfg(feature = "kill-points")]
pub use wanted::name;
#[cfg(feature = "kill-points")]
pub(super) use wanted::{during, pass};

#[cfg(feature = "kill-points")]
mod wanted {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::{Moment, StepName};

    const VARIABLE: &str = "QUETZAL_DB_KILL_AT";
    /// A command in the Pod is under way then.
    const UNDER_WAY: Duration = Duration::from_millis(60);
    static PASSED: AtomicU32 = AtomicU32::new(0);

    /// The name by which a test asks for a moment, such as `undo-swap:done`.
    pub fn name(step: StepName, moment: Moment) -> String {
        let step = serde_json::to_value(step).unwrap_or_default();
        let step = step.as_str().unwrap_or_default();
        match moment {
            Moment::Intended => format!("{step}:intended"),
            Moment::Middle => format!("{step}:middle"),
            Moment::Done => format!("{step}:done"),
            Moment::Recorded => format!("{step}:recorded"),
            Moment::UndoIntended => format!("undo-{step}:intended"),
            Moment::UndoDone => format!("undo-{step}:done"),
            Moment::UndoRecorded => format!("undo-{step}:recorded"),
        }
    }

    pub(in crate::restore) fn pass(step: StepName, moment: Moment) {
        let Ok(wanted) = std::env::var(VARIABLE) else {
            return;
        };
        let (wanted, time) = wanted.split_once('#').unwrap_or((&wanted, "1"));
        if wanted != name(step, moment) {
            return;
        }
        let passed = PASSED.fetch_add(1, Ordering::SeqCst) + 1;
        if time.parse() == Ok(passed) {
            // It cannot fail: every process may signal itself.
            let _ = rustix::process::kill_process(
                rustix::process::getpid(),
                rustix::process::Signal::KILL,
            );
        }
    }

    pub(in crate::restore) async fn during<T>(step: StepName, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        tokio::select! {
            biased;
            done = &mut work => {
                pass(step, Moment::Middle);
                done
            }
            () = tokio::time::sleep(UNDER_WAY) => {
                pass(step, Moment::Middle);
                work.await
            }
        }
    }
}
