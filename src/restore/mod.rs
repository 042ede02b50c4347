//! `restore`: what was seen, what will be done, and the line of steps that does it or takes it back.
//!
//! ```text
//! pure     facts -> preflight, space, plan (roles, in_place) -> load, swap: the SQL   roles_undo: the way back   life: what the server met
//!          versions: dump and server of different versions of PostgreSQL
//!          drill: a plan that touches nothing live     evidence: what it found, and what is kept of it
//!          by_hand: what a person types where that way is barred
//!          journal: which event may follow which                     record: all of it as text
//!          slices: the dump as files in the Pod      sessions: how many load, and with how much memory
//!          schedule: which part of a database may be loaded when, by how many sessions
//!          safety: which backups hold what a restore replaced
//! effects  observe: fills in the facts     ledger: keeps the record in the cluster, safety_list: the list of such backups,
//!          drill_list: that of the last drills, list: how such lists are kept
//!          steps: is_done, run, undo       engine: runs the line over the ledger, ending: how that ended, other than well
//!          kill_point: where a test may end the process
//! ```

pub mod by_hand;
pub mod drill;
pub mod drill_list;
pub mod engine;
pub mod evidence;
pub mod facts;
pub mod in_place;
pub mod journal;
pub mod kill_point;
pub mod ledger;
pub mod life;
pub mod list;
pub mod load;
pub mod observe;
pub mod plan;
pub mod preflight;
pub mod record;
pub mod roles;
pub mod roles_undo;
pub mod safety;
pub mod safety_list;
pub mod schedule;
pub mod sessions;
pub mod slices;
pub mod space;
pub mod steps;
pub mod swap;
mod versions;

#[cfg(test)]
mod tests;

pub use facts::Facts;
pub use plan::Plan;
pub use preflight::PlanRefusal;
pub use roles::{RolePasswords, RolePlan};
