//! Why a command in a container has no good end.

use std::io;

use thiserror::Error;

use super::api::ApiError;

/// Why a command has no good end. `what` is the command and its Pod.
#[derive(Debug, Error)]
pub enum ExecError {
    /// The account may not run commands. Nothing ran.
    #[error("no permission to run {what}: grant the verbs get and create on pods/exec ({message})")]
    Forbidden {
        /// Command and Pod.
        what: String,
        /// The server's words.
        message: String,
    },
    /// The server did not open the session. Nothing ran.
    #[error("cannot run {what}")]
    Start {
        /// Command and Pod.
        what: String,
        /// The server's answer.
        source: ApiError,
    },
    /// The program is not in the container, or could not be started. Nothing ran.
    #[error("{what} could not be started: {message}")]
    NotStarted {
        /// Command and Pod.
        what: String,
        /// The container runtime's words.
        message: String,
    },
    /// The server cannot pass on the end of an upload.
    #[error(
        "cannot send data to {what}: the API server speaks exec protocol v4, in which an upload has no end \
         (Kubernetes 1.30 and later speak v5)"
    )]
    NoHalfClose {
        /// Command and Pod.
        what: String,
    },
    /// It ran and failed.
    #[error("{what} failed with exit code {code}{}", detail(stderr))]
    Failed {
        /// Command and Pod.
        what: String,
        /// Exit code; above 128 a signal.
        code: i32,
        /// The end of stderr, at most 4 KiB, without control characters.
        stderr: String,
    },
    /// The runtime lost it. Unknown.
    #[error("the outcome of {what} is unknown: {message}")]
    Broken {
        /// Command and Pod.
        what: String,
        /// The server's words.
        message: String,
    },
    /// The connection ended before the Status. Unknown.
    #[error(
        "the connection to {what} was lost after {bytes} bytes: its outcome is unknown{}",
        detail(stderr)
    )]
    Lost {
        /// Command and Pod.
        what: String,
        /// Bytes of stdout received.
        bytes: u64,
        /// The end of stderr until then.
        stderr: String,
        /// How it ended; none if the server just closed it or went silent.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// Nothing moved. Unknown.
    #[error("{what} moved no data for {seconds} s: its outcome is unknown")]
    Idle {
        /// Command and Pod.
        what: String,
        /// The limit.
        seconds: u64,
    },
    /// The local end of a stream failed. Unknown.
    #[error("cannot pass on the data of {what}")]
    Io {
        /// Command and Pod.
        what: String,
        /// What failed here.
        source: io::Error,
    },
    /// More output than is kept in memory. Unknown.
    #[error("{what} wrote more than the {limit} bytes that are kept")]
    TooMuch {
        /// Command and Pod.
        what: String,
        /// The limit.
        limit: usize,
    },
}

impl ExecError {
    /// The command may have done all, a part, or nothing of its work, and may still be running.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Forbidden { .. }
            | Self::Start { .. }
            | Self::NotStarted { .. }
            | Self::NoHalfClose { .. }
            | Self::Failed { .. } => false,
            Self::Broken { .. }
            | Self::Lost { .. }
            | Self::Idle { .. }
            | Self::Io { .. }
            | Self::TooMuch { .. } => true,
        }
    }
}

impl ExecError {
    /// The Pod is not there, at least not under this name. Nothing ran.
    pub fn is_no_pod(&self) -> bool {
        matches!(self, Self::Start { source, .. } if source.is_no_pod())
    }

    /// What stopped the command goes by itself: the way to the Pod, the Pod, or a process that was killed.
    pub fn is_passing(&self) -> bool {
        const KILLED: i32 = 128;
        match self {
            Self::Start { source, .. } => source.is_passing() || self.is_no_pod(),
            Self::NotStarted { message, .. } => message.contains("container not found"),
            Self::Failed { code, .. } => *code > KILLED,
            Self::Broken { .. } | Self::Lost { .. } | Self::Idle { .. } => true,
            Self::Forbidden { .. }
            | Self::NoHalfClose { .. }
            | Self::Io { .. }
            | Self::TooMuch { .. } => false,
        }
    }
}

fn detail(stderr: &str) -> String {
    if stderr.is_empty() {
        String::new()
    } else {
        format!(": {stderr}")
    }
}

/// Why [`Container::lines`](super::Container::lines) ended early.
#[derive(Debug, Error)]
pub enum LinesError<E> {
    /// The command or its session failed.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// The callback refused a line; the session was closed.
    #[error("a line of output was refused")]
    Refused(#[source] E),
}
