//! Bytes that a command in a Pod writes, as a reader.

use std::time::Duration;

use tokio::io::{AsyncRead, DuplexStream};
use tokio::task::JoinHandle;

use crate::cluster::{Command, Container, ExecError};

/// Bytes between the Pod and the reader that may be under way.
const WINDOW: usize = 1 << 20;
/// A reader that is busy elsewhere for so long is no reason to give up.
const SLOW_READER: Duration = Duration::from_mins(10);

/// A command's output. The end of the stream is no proof: [`PodStream::finish`] is.
pub struct PodStream {
    reader: DuplexStream,
    task: JoinHandle<Result<u64, ExecError>>,
    what: String,
}

/// Why a stream did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The command, or the session.
    #[error("cannot read {what}")]
    Read {
        /// What was read.
        what: String,
        /// Why.
        source: ExecError,
    },
    /// The reader's task ended without a result.
    #[error("the transfer of {0} was stopped")]
    Stopped(String),
}

impl PodStream {
    /// Starts the command. `what` names what it writes.
    pub fn open(container: &Container, command: Command, what: String) -> Self {
        let (mut writer, reader) = tokio::io::duplex(WINDOW);
        let container = container.clone();
        let command = command.idle(SLOW_READER);
        let task = tokio::spawn(async move { container.download(&command, &mut writer).await });
        Self { reader, task, what }
    }

    /// Where the bytes come out.
    pub fn reader(&mut self) -> &mut (impl AsyncRead + Send + Unpin + use<>) {
        &mut self.reader
    }

    /// Whether the transfer ended well; bytes that came.
    pub async fn finish(self) -> Result<u64, StreamError> {
        drop(self.reader);
        let Ok(done) = self.task.await else {
            return Err(StreamError::Stopped(self.what));
        };
        done.map_err(|source| StreamError::Read {
            what: self.what,
            source,
        })
    }
}
