//! A command with which we talk: lines go in and lines come out for as long as both sides want.
//!
//! What it has done is known from its answers alone, so an answer that never comes is no success, however the session
//! ends. It must read its input to the end, which a lost connection looks like.

use tokio::io::{AsyncWriteExt as _, DuplexStream};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::command::Command;
use super::exec::Container;
use super::exec_error::ExecError;
use super::session::Consume;
use super::sinks::{LineFault, Lines};

/// Input that is under way to the session.
const PIPE: usize = 64 << 10;

/// A session. Dropping it closes the connection; the command may live on.
pub struct Talk {
    input: Option<DuplexStream>,
    answers: mpsc::UnboundedReceiver<String>,
    session: AbortOnDropHandle<Result<(), ExecError>>,
    what: String,
}

impl Container {
    /// Starts a command whose input and output are lines of text.
    pub fn talk(&self, command: Command) -> Talk {
        let (input, output) = tokio::io::duplex(PIPE);
        let (heard, answers) = mpsc::unbounded_channel();
        let container = self.clone();
        let what = format!("{command} in {self}");
        let session = tokio::spawn(async move {
            let mut input = output;
            let mut lines = Spoken(Lines::new(|line: &str| {
                heard.send(line.to_owned()).map_err(|_| Unheard)
            }));
            container.converse(&command, &mut input, &mut lines).await
        });
        Talk {
            input: Some(input),
            answers,
            session: AbortOnDropHandle::new(session),
            what,
        }
    }
}

impl Talk {
    /// Sends text, which should end in a line feed. Where the command has ended, [`Talk::finish`] says why.
    pub async fn say(&mut self, text: &str) {
        if let Some(input) = &mut self.input
            && input.write_all(text.as_bytes()).await.is_err()
        {
            self.input = None;
        }
    }

    /// The next line, or nothing where no more will come.
    pub async fn hear(&mut self) -> Option<String> {
        self.answers.recv().await
    }

    /// Ends the input and waits for the command's own end.
    pub async fn finish(mut self) -> Result<(), ExecError> {
        self.input = None;
        match self.session.await {
            Ok(ended) => ended,
            Err(source) => Err(ExecError::Io {
                what: self.what,
                source: std::io::Error::other(source),
            }),
        }
    }
}

/// Nobody wants the lines any more.
struct Unheard;

struct Spoken<F>(Lines<F>);

impl<F: FnMut(&str) -> Result<(), Unheard>> Consume for Spoken<F> {
    type Error = std::io::Error;

    async fn take(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.take(bytes).await.map_err(|fault| match fault {
            LineFault::Refused(Unheard) => std::io::ErrorKind::BrokenPipe.into(),
            LineFault::TooLong => std::io::ErrorKind::InvalidData.into(),
        })
    }
}
