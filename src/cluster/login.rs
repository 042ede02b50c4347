//! Why a credential plugin of the kubeconfig gave no credentials.
//!
//! kube's own words for it hold the plugin's environment and what it printed, which may be secrets.

use std::process::Output;

use kube::client::AuthError;
use kube::config::ExecConfig;
use thiserror::Error;

/// A plugin and what became of it.
#[derive(Debug, Error)]
#[error("cannot log in by {command}, which the kubeconfig names")]
pub struct LoginError {
    /// The program.
    command: String,
    /// What the kubeconfig says of getting it.
    pub(crate) install: Option<String>,
    /// Why.
    source: LoginFailure,
}

/// What it did.
#[derive(Debug, Error)]
enum LoginFailure {
    /// It could not be run.
    #[error("it cannot be run")]
    Start(#[source] std::io::Error),
    /// It ended with an error.
    #[error("it failed ({status}){said}")]
    Failed {
        status: std::process::ExitStatus,
        /// Its last line on standard error, behind a colon.
        said: String,
    },
    /// Anything else.
    #[error("its answer is no credential")]
    Answer(#[source] AuthError),
}

impl LoginError {
    /// The error of that plugin.
    pub(super) fn new(exec: &ExecConfig, error: AuthError) -> Self {
        let source = match error {
            AuthError::AuthExecStart(source) => LoginFailure::Start(source),
            AuthError::AuthExecRun { out, .. } => LoginFailure::Failed {
                status: out.status,
                said: last_line(&out),
            },
            other => LoginFailure::Answer(other),
        };
        let missing = matches!(&source, LoginFailure::Start(_));
        Self {
            command: exec.command.clone().unwrap_or_default(),
            install: exec.install_hint.clone().filter(|_| missing),
            source,
        }
    }
}

/// For people; nothing where the terminal has shown it already.
fn last_line(out: &Output) -> String {
    let said = String::from_utf8_lossy(&out.stderr);
    match said.lines().rfind(|line| !line.trim().is_empty()) {
        Some(line) => format!(": {}", line.trim()),
        None => String::new(),
    }
}
