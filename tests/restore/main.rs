//! `restore` on a real cluster: everything comes back, and whatever goes wrong changes nothing.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a test may"
)]

#[path = "../support/mod.rs"]
mod support;

mod confirm;
mod content;
mod cuts;
mod failures;
mod memory;
mod parallel;
mod parts;
mod refusals;
mod safety;
mod story;

use support::demo::Demo;
use support::sample;

/// The demo, without what a test that failed may have left: each test is judged by itself.
fn demo() -> Demo {
    let demo = Demo::get();
    demo.clear();
    demo
}
