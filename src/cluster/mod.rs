//! The Kubernetes side: the only module that names kube.
//!
//! - [`connect`]: kubectl's flags and kubeconfig to a [`Cluster`]
//! - [`api`]: one way to call the API server, one way to say why a call failed
//! - [`select`]: which Pod, container and `CronJob` are meant (pure)
//! - [`find`]: the same, asked of the cluster
//! - [`command`], [`exec`], `session`: commands in a container
//! - [`copy`]: a file into a container, proved there
//! - [`stuck`]: why a Pod does not start (pure)
//! - [`jobs`], [`helper`]: backup Jobs and a short-lived Pod beside them
//! - [`workloads`]: the application stopped and started

pub mod api;
pub mod command;
pub mod connect;
pub mod exec;
pub mod find;
pub mod select;
mod session;
pub mod stuck;

pub use api::ApiError;
pub use command::Command;
pub use connect::{Cluster, ConnectError, ConnectOptions};
pub use exec::{Container, ExecError, LinesError};
pub use find::{BackupCronJob, Database, FindError};
pub use select::{SelectError, Selector};
