//! No restore ever loses data: killed, cut off, crashed at any moment, the databases under their real names are all
//! old or all new, and one command goes on or goes back.
//!
//! Environment: `QUETZAL_FAULTS_LANES`, words of `NAMESPACE:KUBECONFIG`, a demo deployment each, on which cases run side
//! by side; `QUETZAL_FAULTS_CUT` is `whole` or `quick`; `QUETZAL_FAULTS_ONLY`, a part of the names of the cases to run;
//! `QUETZAL_TEST_SEED` repeats an earlier run.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::panic,
    reason = "a test may"
)]

#[path = "../support/mod.rs"]
mod support;

mod disk;
mod frames;
mod judge;
mod kills;
mod lane;
mod machine;
mod outside;
mod proxy;
mod report;
mod rounds;
mod run;
mod session;
mod snapshot;
mod watch;

use std::process::ExitCode;

fn main() -> ExitCode {
    run::all()
}
