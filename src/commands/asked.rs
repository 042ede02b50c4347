//! Being asked to stop: Ctrl-C, or what a Pod gets before it is killed.

use std::future::pending;
use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal as First, Signal as Second, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlBreak as Second, CtrlC as First, ctrl_break, ctrl_c};

/// Listens from its making on: a request between two waits is not lost. A signal that the system can't tell of never
/// comes.
pub(super) struct Asked {
    first: io::Result<First>,
    second: io::Result<Second>,
}

impl Asked {
    pub(super) fn new() -> Self {
        #[cfg(unix)]
        let (first, second) = (
            signal(SignalKind::interrupt()),
            signal(SignalKind::terminate()),
        );
        #[cfg(windows)]
        let (first, second) = (ctrl_c(), ctrl_break());
        Self { first, second }
    }

    /// Waits until it is asked, once more.
    pub(super) async fn again(&mut self) {
        let (first, second) = (&mut self.first, &mut self.second);
        let first = async {
            match first {
                Ok(signal) => signal.recv().await,
                Err(_) => pending().await,
            }
        };
        let second = async {
            match second {
                Ok(signal) => signal.recv().await,
                Err(_) => pending().await,
            }
        };
        tokio::select! { _ = first => {}, _ = second => {} }
    }
}
