//! Commands in a container: the only caller of the API's exec.
//!
//! A command succeeded only if the server's Status says so and all of its output is known to have arrived
//! (`receipt`). Everything else is unknown ([`ExecError::is_unknown`]), and the command may still be running.

use std::fmt;
use std::io;
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::{AttachParams, Request};
use kube::client::UpgradeConnectionError;
use kube::{Client, Resource};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use super::api::{ApiError, is_connect_failure};
use super::command::Command;
use super::connect::Cluster;
use super::exec_error::{ExecError, LinesError};
use super::receipt::Receipt;
use super::session::{self, Break, Consume, Ending, Pongs, Received};
use super::sinks::{COLLECT, Collect, LINE, LineFault, Lines, Pour, TooMuch};

/// One container of one Pod. Cheap to clone; shown as `pod/NAME`.
#[derive(Clone)]
pub struct Container {
    client: Client,
    namespace: String,
    pod: String,
    name: String,
    timeout: Option<Duration>,
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pod/{}", self.pod)
    }
}

impl fmt::Debug for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Container({}/{}/{})",
            self.namespace, self.pod, self.name
        )
    }
}

impl Cluster {
    /// A container by name; whether it exists shows with the first command.
    pub fn container(&self, pod: &str, container: &str) -> Container {
        Container {
            client: self.client.clone(),
            namespace: self.namespace().to_owned(),
            pod: pod.to_owned(),
            name: container.to_owned(),
            timeout: self.timeout,
        }
    }
}

impl Container {
    /// The Pod's name.
    pub fn pod(&self) -> &str {
        &self.pod
    }

    /// The container's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs a command and gives its stdout, at most 4 MiB.
    pub async fn output(&self, command: &Command) -> Result<Vec<u8>, ExecError> {
        self.output_within(command, COLLECT).await
    }

    /// The same with another limit, in bytes.
    pub async fn output_within(
        &self,
        command: &Command,
        limit: usize,
    ) -> Result<Vec<u8>, ExecError> {
        let mut collect = Collect::new(limit);
        let done = self.run(command, &mut collect).await;
        done.map_err(|fault| fault.or(|TooMuch| self.too_much(command, limit)))?;
        Ok(collect.bytes)
    }

    /// Runs a command and writes its stdout to `sink` as it comes; gives the number of bytes.
    pub async fn download(
        &self,
        command: &Command,
        sink: &mut (impl AsyncWrite + Unpin),
    ) -> Result<u64, ExecError> {
        let mut pour = Pour(sink);
        let bytes = self
            .run(command, &mut pour)
            .await
            .map_err(|fault| fault.or(|source| self.io(command, source)))?;
        sink.flush()
            .await
            .map_err(|source| self.io(command, source))?;
        Ok(bytes)
    }

    /// Runs a command with `source` as its stdin and gives its stdout, at most 4 MiB.
    ///
    /// To the command a lost connection looks like the end of its input, so the data must carry its own proof
    /// of being complete.
    pub async fn upload(
        &self,
        command: &Command,
        source: &mut (impl AsyncRead + Unpin + Send),
    ) -> Result<Vec<u8>, ExecError> {
        let socket = self.open(command, command.argv(), Stdin::Data).await?;
        let (mut collect, mut received) = (Collect::default(), Received::default());
        let idle = command.idle_limit();
        let ended = session::run(
            socket,
            Some(source),
            &mut collect,
            idle,
            Pongs::Nothing,
            &mut received,
        );
        let ended = ended.await;
        let judged = self.judge(command, ended, &received);
        judged.map_err(|fault| fault.or(|TooMuch| self.too_much(command, COLLECT)))?;
        Ok(collect.bytes)
    }

    /// Runs a command and hands its stdout to `on_line`, line by line without the line feed.
    pub async fn lines<E>(
        &self,
        command: &Command,
        on_line: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), LinesError<E>> {
        let mut lines = Lines::new(on_line);
        let done = self.run(command, &mut lines).await;
        let done = done.map(|_| ()).map_err(|fault| match fault {
            Fault::Exec(error) => LinesError::Exec(error),
            Fault::Sink(LineFault::Refused(error)) => LinesError::Refused(error),
            Fault::Sink(LineFault::TooLong) => LinesError::Exec(ExecError::TooMuch {
                what: self.what(command),
                limit: LINE,
            }),
        });
        done?;
        lines.finish().map_err(LinesError::Refused)
    }

    /// Runs a command with `input` as its stdin and hands its stdout to `output` as it comes. Silence on both is
    /// fine for as long as the connection answers pings.
    pub(super) async fn converse<C: Consume<Error = io::Error>>(
        &self,
        command: &Command,
        input: &mut (impl AsyncRead + Unpin + Send),
        output: &mut C,
    ) -> Result<(), ExecError> {
        let socket = self.open(command, command.argv(), Stdin::Data).await?;
        let mut received = Received::default();
        let idle = command.idle_limit();
        let ended = session::run(
            socket,
            Some(input),
            output,
            idle,
            Pongs::Prove,
            &mut received,
        );
        let ended = ended.await;
        let judged = self.judge(command, ended, &received);
        judged.map_err(|fault| fault.or(|source| self.io(command, source)))
    }

    fn too_much(&self, command: &Command, limit: usize) -> ExecError {
        ExecError::TooMuch {
            what: self.what(command),
            limit,
        }
    }

    /// Runs a command that reads nothing to exit code 0, with the proof that all of its stdout arrived; gives the
    /// number of bytes.
    async fn run<C: Consume>(
        &self,
        command: &Command,
        stdout: &mut C,
    ) -> Result<u64, Fault<C::Error>> {
        let receipt = Receipt::new();
        let socket = self
            .open(command, &receipt.wrap(command.argv()), Stdin::Answer)
            .await?;
        let (mut marked, answer) = receipt.watch(stdout);
        let mut received = Received::default();
        let idle = command.idle_limit();
        let ended = session::run(
            socket,
            Some(answer),
            &mut marked,
            idle,
            Pongs::Prove,
            &mut received,
        );
        let ended = ended.await;
        let (whole, bytes) = (marked.is_whole(), marked.bytes());
        if matches!(ended, Ok(Ending::Exited(0))) && !whole {
            return Err(lost(self.what(command), received.bytes, received.stderr(), None).into());
        }
        self.judge(command, ended, &received)?;
        Ok(bytes)
    }

    /// What the end of a session means.
    fn judge<E>(
        &self,
        command: &Command,
        ended: Result<Ending, Break<E>>,
        received: &Received,
    ) -> Result<(), Fault<E>> {
        let (what, stderr, bytes) = (self.what(command), received.stderr(), received.bytes);
        let error = match ended {
            Ok(Ending::Exited(0)) => return Ok(()),
            Ok(Ending::Exited(code)) => ExecError::Failed { what, code, stderr },
            Ok(Ending::Broken(message)) if never_started(&message) => {
                ExecError::NotStarted { what, message }
            }
            Ok(Ending::Broken(message)) => ExecError::Broken { what, message },
            Err(Break::Idle) => ExecError::Idle {
                what,
                seconds: command.idle_limit().as_secs(),
            },
            Err(Break::Source(source)) => ExecError::Io { what, source },
            Err(Break::Sink(error)) => return Err(Fault::Sink(error)),
            Err(Break::Silent) => lost(what, bytes, stderr, None),
            Err(Break::Closed(source)) => lost(what, bytes, stderr, source),
        };
        Err(error.into())
    }

    /// Opens the session: from here on the command may run.
    async fn open(
        &self,
        command: &Command,
        argv: &[String],
        stdin: Stdin,
    ) -> Result<impl Socket + use<>, ExecError> {
        let what = self.what(command);
        let params = AttachParams {
            container: Some(self.name.clone()),
            stdin: true,
            ..AttachParams::default()
        };
        let url = Pod::url_path(&(), Some(&self.namespace));
        let request = Request::new(url)
            .exec(&self.pod, argv, &params)
            .map_err(|source| start(&what, kube::Error::BuildRequest(source)))?;
        let connect = self.client.connect(request);
        let connection = match self.timeout {
            None => connect.await,
            Some(limit) => tokio::time::timeout(limit, connect)
                .await
                .map_err(|_| lost(what.clone(), 0, String::new(), None))?,
        };
        let connection = connection.map_err(|error| start(&what, error))?;
        if stdin == Stdin::Data && !connection.supports_stream_close() {
            return Err(ExecError::NoHalfClose { what });
        }
        Ok(connection.into_stream())
    }

    fn what(&self, command: &Command) -> String {
        format!("{command} in {self}")
    }

    fn io(&self, command: &Command, source: io::Error) -> ExecError {
        ExecError::Io {
            what: self.what(command),
            source,
        }
    }
}

/// What a session's stdin is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stdin {
    /// Data, whose end must be told.
    Data,
    /// One line in answer to the mark.
    Answer,
}

/// A websocket, whatever it runs over.
trait Socket:
    futures::Stream<Item = Result<Message, SocketError>>
    + futures::Sink<Message, Error = SocketError>
    + Send
{
}

impl<S> Socket for S where
    S: futures::Stream<Item = Result<Message, SocketError>>
        + futures::Sink<Message, Error = SocketError>
        + Send
{
}

/// Sorts a failed handshake: refused by an answer, never sent, or unknown.
fn start(what: &str, error: kube::Error) -> ExecError {
    let what = what.to_owned();
    let unsent = is_connect_failure(&error);
    match error {
        kube::Error::Api(status) if status.code == 403 => ExecError::Forbidden {
            what,
            message: status.message,
        },
        error if unsent || is_answer(&error) => ExecError::Start {
            what,
            source: ApiError::new("open the exec session", error),
        },
        error => ExecError::Lost {
            what,
            bytes: 0,
            stderr: String::new(),
            source: Some(Box::new(error)),
        },
    }
}

/// True if the server answered, and not by opening the session.
fn is_answer(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(_) => true,
        kube::Error::UpgradeConnection(error) => {
            !matches!(error, UpgradeConnectionError::GetPendingUpgrade(_))
        }
        _ => false,
    }
}

fn lost(what: String, bytes: u64, stderr: String, source: Option<SocketError>) -> ExecError {
    ExecError::Lost {
        what,
        bytes,
        stderr,
        source: source.map(Into::into),
    }
}

/// True for the runtime's words about a program that never ran; any other failure is unknown.
fn never_started(message: &str) -> bool {
    const SIGNS: [&str; 3] = [
        "unable to start container process",
        "executable file not found",
        "container not found",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}

/// A failed run: the session's own failure or the consumer's.
enum Fault<E> {
    Exec(ExecError),
    Sink(E),
}

impl<E> From<ExecError> for Fault<E> {
    fn from(error: ExecError) -> Self {
        Self::Exec(error)
    }
}

impl<E> Fault<E> {
    fn or(self, convert: impl FnOnce(E) -> ExecError) -> ExecError {
        match self {
            Self::Exec(error) => error,
            Self::Sink(error) => convert(error),
        }
    }
}
