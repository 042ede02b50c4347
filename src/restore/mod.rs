//! `restore`: what was seen, what will be done, and the line of steps that does it or takes it back.
//!
//! ```text
//! pure     facts -> preflight, plan (roles) -> load, swap: the SQL   roles_undo: the way back
//!          journal: which event may follow which                     record: all of it as text
//! effects  observe: fills in the facts     ledger: keeps the record in the cluster
//!          steps: is_done, run, undo       engine: runs the line over the ledger
//! ```

pub mod engine;
pub mod facts;
pub mod journal;
pub mod ledger;
pub mod load;
pub mod observe;
pub mod plan;
pub mod preflight;
pub mod record;
pub mod roles;
pub mod roles_undo;
pub mod steps;
pub mod swap;

#[cfg(test)]
mod tests;

pub use facts::Facts;
pub use plan::Plan;
pub use preflight::PlanRefusal;
pub use roles::{RolePasswords, RolePlan};
