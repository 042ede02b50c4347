//! One exec session, read frame by frame from its websocket.
//!
//! The frames are handled here instead of by kube's `AttachedProcess`: that one joins its tasks with pipes
//! whose ends do nothing when dropped, so it loses the end of stdin, waits for ever when the connection
//! breaks, and stops reading while it writes. Here output is read whatever happens to the input.
//!
//! Each binary frame starts with its channel: 0 stdin, 1 stdout, 2 stderr, 3 the final Status, 255 the end
//! of the channel named by the next byte. The server writes the Status last, after both outputs ended.

use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::{Sink, SinkExt, Stream, StreamExt};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout, timeout_at};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const STATUS: u8 = 3;
const END_OF_STDIN: [u8; 2] = [255, STDIN];

/// Bytes of stdin in one frame. With kubectl's 32 KiB an upload took up to a third longer.
const CHUNK: usize = 256 * 1024;
/// A ping this often shows a broken connection and keeps proxies from closing a quiet one.
const PING: Duration = Duration::from_secs(10);
/// A server that answers no ping for this long is gone.
const SILENCE: Duration = Duration::from_mins(1);
/// How long to wait for the server's close after its Status, and for the end of a command whose input failed.
const CLOSE: Duration = Duration::from_secs(3);
/// How much of the end of stderr is kept.
const STDERR_TAIL: usize = 4096;

/// Where stdout goes.
pub(super) trait Consume {
    /// Why it cannot take more.
    type Error;
    /// Takes the next bytes; the session waits meanwhile.
    async fn take(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;
}

/// What the server's Status says of the command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// It ran and gave this exit code.
    Exited(i32),
    /// It could not be run or waited for.
    Broken(String),
}

/// What the answers to our pings tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pongs {
    /// That the connection is alive.
    Prove,
    /// Nothing: they do not come while a command does not read the data on its stdin.
    Nothing,
}

/// Why a session has no Status. What the command did is unknown in every case.
#[derive(Debug)]
pub(super) enum Break<E> {
    /// The connection closed or failed.
    Closed(Option<SocketError>),
    /// The server answers no ping.
    Silent,
    /// No byte on any stream for the idle limit.
    Idle,
    /// stdin's source cannot be read.
    Source(io::Error),
    /// stdout's consumer cannot take more.
    Sink(E),
}

/// What was received, whether or not the session ended well.
#[derive(Debug, Default)]
pub(super) struct Received {
    /// Bytes of stdout.
    pub(super) bytes: u64,
    stderr: Vec<u8>,
    status: Option<Ending>,
}

impl Received {
    /// The end of stderr as text, without control characters except line feed and tab.
    pub(super) fn stderr(&self) -> String {
        let text = String::from_utf8_lossy(&self.stderr);
        let shown = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
        text.chars()
            .filter(shown)
            .collect::<String>()
            .trim()
            .to_owned()
    }

    fn add_stderr(&mut self, bytes: &[u8]) {
        self.stderr.extend_from_slice(bytes);
        let excess = self.stderr.len().saturating_sub(STDERR_TAIL);
        self.stderr.drain(..excess);
    }
}

/// Runs a session to its Status. Dropping the future closes the connection; the command may live on.
pub(super) async fn run<S, R, C>(
    socket: S,
    stdin: Option<R>,
    stdout: &mut C,
    idle: Duration,
    pongs: Pongs,
    received: &mut Received,
) -> Result<Ending, Break<C::Error>>
where
    S: Stream<Item = Result<Message, SocketError>> + Sink<Message, Error = SocketError>,
    R: AsyncRead + Unpin,
    C: Consume,
{
    let (sink, frames) = socket.split();
    let pulse = Pulse::new();
    let silence = (pongs == Pongs::Prove).then_some(SILENCE);
    let feed = pin!(feed(sink, stdin, &pulse));
    let mut drain = pin!(drain(frames, stdout, &pulse, idle, silence, received));
    let (error, mut sink) = tokio::select! {
        biased;
        ending = &mut drain => return ending,
        failed = feed => failed,
    };
    // A command that is told of the end has ended when we say so; one that is only left may still begin its work.
    let tell = sink.send(Message::binary(END_OF_STDIN.to_vec()));
    let told = timeout(CLOSE, async { tokio::join!(tell, drain) }).await;
    if told.is_err() {
        tracing::info!("a command whose input failed has not ended after {CLOSE:?}");
    }
    Err(Break::Source(error))
}

/// When the last byte of data moved, in either direction.
struct Pulse {
    start: Instant,
    millis: AtomicU64,
}

impl Pulse {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            millis: AtomicU64::new(0),
        }
    }

    fn beat(&self) {
        let millis = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.millis.store(millis, Ordering::Relaxed);
    }

    fn last(&self) -> Instant {
        self.start + Duration::from_millis(self.millis.load(Ordering::Relaxed))
    }
}

/// Sends stdin and its end, then pings. Returns only if the source fails, without having told its end: when the
/// connection does, the other direction knows why.
async fn feed<W, R>(mut sink: W, stdin: Option<R>, pulse: &Pulse) -> (io::Error, W)
where
    W: Sink<Message, Error = SocketError> + Unpin,
    R: AsyncRead + Unpin,
{
    let mut ping = interval(PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stdin = stdin;
    loop {
        let message = tokio::select! {
            chunk = next_chunk(&mut stdin), if stdin.is_some() => match chunk {
                Ok(Some(frame)) => {
                    Message::binary(frame)
                }
                Ok(None) => {
                    stdin = None;
                    Message::binary(END_OF_STDIN.to_vec())
                }
                Err(error) => return (error, sink),
            },
            _ = ping.tick() => Message::Ping(Vec::new().into()),
        };
        let is_data = message.is_binary();
        if sink.send(message).await.is_err() {
            return std::future::pending().await;
        }
        if is_data {
            pulse.beat();
        }
    }
}

/// The next frame of stdin, `None` at its end.
async fn next_chunk<R: AsyncRead + Unpin>(stdin: &mut Option<R>) -> io::Result<Option<Vec<u8>>> {
    let Some(source) = stdin else {
        return Ok(None);
    };
    let mut frame = Vec::with_capacity(CHUNK + 1);
    frame.push(STDIN);
    let read = source.read_buf(&mut frame).await?;
    Ok((read > 0).then_some(frame))
}

/// Reads frames until the Status has come and the server has closed.
async fn drain<F, C>(
    mut frames: F,
    stdout: &mut C,
    pulse: &Pulse,
    idle: Duration,
    silence: Option<Duration>,
    received: &mut Received,
) -> Result<Ending, Break<C::Error>>
where
    F: Stream<Item = Result<Message, SocketError>> + Unpin,
    C: Consume,
{
    let mut heard = Instant::now();
    let mut closing = None;
    loop {
        let moved = pulse.last();
        let (patience, fault) = match silence {
            Some(silence) if heard + silence < moved + idle => (heard + silence, Break::Silent),
            _ => (moved + idle, Break::Idle),
        };
        let next = timeout_at(closing.unwrap_or(patience), frames.next()).await;
        let frame = match next {
            Ok(Some(Ok(Message::Binary(frame)))) => frame,
            Ok(Some(Ok(Message::Close(_))) | None) => return end(received, None),
            Ok(Some(Ok(_))) => {
                heard = Instant::now();
                continue;
            }
            Ok(Some(Err(error))) => return end(received, Some(error)),
            Err(_) if closing.is_some() => return end(received, None),
            // stdin was sent meanwhile.
            Err(_) if pulse.last() > moved => continue,
            Err(_) => return Err(fault),
        };
        if let [channel, data @ ..] = &frame[..]
            && !data.is_empty()
        {
            match *channel {
                STDOUT => {
                    stdout.take(data).await.map_err(Break::Sink)?;
                    received.bytes += data.len() as u64;
                }
                STDERR => received.add_stderr(data),
                STATUS => {
                    received.status = parse_status(data);
                    closing = Some(Instant::now() + CLOSE);
                }
                _ => {}
            }
            pulse.beat();
        }
        heard = Instant::now();
    }
}

/// The end of the connection: well only if the Status came before.
fn end<E>(received: &mut Received, error: Option<SocketError>) -> Result<Ending, Break<E>> {
    received.status.take().ok_or(Break::Closed(error))
}

/// Reads a Status; `None` if it is not one.
fn parse_status(data: &[u8]) -> Option<Ending> {
    let status: Status = serde_json::from_slice(data).ok()?;
    if status.status.as_deref() == Some("Success") {
        return Some(Ending::Exited(0));
    }
    let code = || {
        let causes = status.details.as_ref()?.causes.as_ref()?;
        let cause = causes
            .iter()
            .find(|c| c.reason.as_deref() == Some("ExitCode"))?;
        cause.message.as_ref()?.parse().ok()
    };
    if status.reason.as_deref() == Some("NonZeroExitCode")
        && let Some(code) = code()
    {
        return Some(Ending::Exited(code));
    }
    status
        .status
        .is_some()
        .then(|| Ending::Broken(status.message.unwrap_or_default()))
}

#[cfg(test)]
#[path = "tests/session.rs"]
mod tests;
