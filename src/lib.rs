//! `kubectl quetzal-db`: back up and restore the PostgreSQL of a Kubernetes application without ever losing data.
//!
//! Layers; a layer may use those below it, never those above:
//!
//! ```text
//! main -> commands                 one verb a file: observe, plan, show, confirm, execute, report
//!           cli  config          the command line, and the settings of a file behind it
//!           doctor  ui             doctor: what to look at, what it comes to; the table of permissions
//!           restore                restore: facts, plan, journal, steps, engine; ui: the only place that prints or asks
//!             backup               a backup through the CronJob, or into a file
//!             server               psql inside the Pod
//!               cluster  storage   cluster: the only place that knows kube; storage: where backups are
//!                 dump  postgres   pure: the dump's grammar and inventory; SQL text, quoting, names
//!                   hint  nonce    hint, pure: what to type next; nonce: a word nobody can foresee
//! ```
//!
//! Pure, without kube, tokio, clock, terminal or files: [`dump`], [`postgres`], and of [`restore`] what its head calls
//! pure. A test holds the source to it.
//!
//! A restore changes nothing before the dump was read to its last byte and found complete. It loads beside the live
//! databases, and one transaction swaps the names: at every moment the databases under their real names are either
//! all the old ones or all the new ones. Before each step its intent is stored in the cluster, so a restore that was
//! killed can be gone on with, or taken back, from any machine.

pub mod backup;
pub mod cli;
mod clock;
pub mod cluster;
pub mod commands;
pub mod config;
pub mod doctor;
pub mod dump;
mod error;
mod hint;
mod nonce;
pub mod postgres;
pub mod progress;
pub mod restore;
pub mod server;
pub mod storage;
pub mod ui;

pub use commands::run;
pub use error::{Error, Exit};
