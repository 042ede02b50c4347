//! Results as JSON, where a value of ours is not told as it is. Pure. `docs/schemas` is the promise.

mod plan;
mod verify;

pub use plan::PlanReport;
pub use verify::VerifyReport;
