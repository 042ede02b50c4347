//! `restore`: facts (observed), plan (pure), journal (pure transition table), steps, engine.

pub mod engine;
pub mod facts;
pub mod journal;
pub mod ledger;
pub mod load;
pub mod observe;
pub mod plan;
pub mod record;
pub mod roles;
pub mod roles_undo;
pub mod steps;
pub mod swap;

#[cfg(test)]
mod tests;

pub use facts::Facts;
pub use plan::{Plan, PlanRefusal};
pub use roles::{RolePasswords, RolePlan};
