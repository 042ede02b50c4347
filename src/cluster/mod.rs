//! The Kubernetes side: the only module that names kube.
//!
//! - [`connect`]: kubectl's flags and kubeconfig to a [`Cluster`]
//! - [`api`]: one way to call the API server, one way to say why a call failed; [`access`]: what it lets us do
//! - [`select`]: which Pod, container and `CronJob` are meant (pure)
//! - [`find`]: the same, asked of the cluster; [`names`]: names to choose from; `meant`: what a mistyped one meant
//! - [`script`]: where a `CronJob`'s script is
//! - [`command`], [`exec`], [`exec_error`], `session`, `sinks`: commands in a container; [`talk`]: one that answers
//! - [`copy`]: a file into a container, proved there
//! - [`stuck`], `pods`: why a Pod does not start
//! - [`jobs`], [`named_job`], [`follow`], [`helper`]: backup Jobs and a short-lived Pod beside them; [`own_job`]: this
//!   program as a Job
//! - [`workloads`], `scaled`: the application stopped and started
//! - [`documents`], [`lock`]: what must outlive this process: journals, and who is at work

pub mod access;
pub mod api;
pub mod command;
pub mod connect;
pub mod copy;
mod credentials;
pub mod documents;
pub mod exec;
pub mod exec_error;
pub mod find;
pub mod follow;
pub mod helper;
pub mod jobs;
mod kubeconfig;
pub mod lock;
pub mod login;
mod meant;
pub mod named_job;
pub mod names;
pub mod own_job;
mod pods;
mod proxy;
mod receipt;
mod scaled;
pub mod script;
pub mod select;
mod session;
mod sinks;
pub mod stuck;
pub mod talk;
pub mod workloads;

pub use access::ServerVersion;
pub use api::ApiError;
pub use command::Command;
pub use connect::{Cluster, ConnectError, ConnectOptions};
pub use copy::{CopyError, Stored};
pub use documents::Document;
pub use exec::Container;
pub use exec_error::{ExecError, LinesError};
pub use find::{BackupCronJob, Database, FindError, LastEnd};
pub use follow::{Finished, JobEvent};
pub use helper::Helper;
pub use jobs::{JobError, JobHandle};
pub use lock::{Lock, LockError, LockHolder};
pub use named_job::Ending;
pub use names::KubeconfigNames;
pub use own_job::OwnJob;
pub use script::ScriptPlace;
pub use select::{SelectError, Selector};
pub use talk::Talk;
pub use workloads::{Workload, WorkloadError, WorkloadKind};
