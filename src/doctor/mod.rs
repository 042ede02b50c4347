//! `doctor`: what must hold for the other commands to work, looked at without changing anything.
//!
//! - [`permissions`], [`rbac`]: what each command asks of the API server, and the Role for it (pure)
//! - [`facts`], [`checks`]: what was seen, and what it comes to (pure); [`check`]: one of those
//! - [`pipeline`], [`schedule`], [`tools`]: a backup script, a cron schedule, and the programs in a container, read (pure)
//! - [`observe`]: the look itself

pub mod check;
pub mod checks;
pub mod facts;
pub mod observe;
pub mod permissions;
pub mod pipeline;
pub mod rbac;
pub mod schedule;
pub mod tools;

pub use check::{Check, Seen, Verdict};
pub use facts::Facts;
