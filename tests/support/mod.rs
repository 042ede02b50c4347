//! What the cluster tests share: the demo deployment, the plugin as a process, namespaces of their own.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "helpers of tests, of which each uses a part"
)]

pub mod demo;
pub mod dump;
pub mod plugin;
pub mod sample;
pub mod schema;
pub mod scratch;
pub mod state;

use std::time::{Duration, Instant};

/// Polls `condition` five times a second; fails after `seconds`, saying what was waited for.
pub fn until(what: &str, seconds: u64, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    while !condition() {
        assert!(
            Instant::now() < deadline,
            "waited {seconds} s in vain: {what}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Lines of `left` and `right` that the other one lacks, the first few of each: readable where `assert_eq!` of two
/// dumps is not.
pub fn difference(left: &str, right: &str) -> Option<String> {
    if left == right {
        return None;
    }
    let at = left.lines().zip(right.lines()).position(|(a, b)| a != b);
    let at = at.unwrap_or_else(|| left.lines().count().min(right.lines().count()));
    let shown = |text: &str, mark: &str| -> String {
        let lines = text.lines().skip(at).take(5);
        let short = lines.map(|l| l.chars().take(200).collect::<String>());
        short
            .flat_map(|l| [mark.to_owned(), l, "\n".to_owned()])
            .collect()
    };
    Some(format!(
        "first difference in line {}:\n{}{}",
        at + 1,
        shown(left, "- "),
        shown(right, "+ ")
    ))
}
