//! The proof that all of a command's output arrived.
//!
//! The API's exec may lose the end of stdout when its reader is slower than the command, and still report success
//! (kubernetes#124571). So a command's output is followed by a mark that nobody else can know, and the command's
//! process ends only after we have seen the mark and said so: nothing is under way any more when the session ends.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::oneshot;

use crate::nonce::nonce;

use super::session::Consume;

/// Runs the command, writes the mark, waits for a line, and ends as the command did. Arguments: mark, command.
const SCRIPT: &str = r#"mark=$1
shift
"$@" </dev/null
code=$?
printf %s "$mark"
read -r _
exit "$code""#;

/// What the mark begins with.
const PREFIX: &str = "receipt-";

/// A mark, and the command line that writes it.
pub(super) struct Receipt {
    mark: String,
}

impl Receipt {
    pub(super) fn new() -> Self {
        Self {
            mark: format!("{PREFIX}{}", nonce()),
        }
    }

    /// The command, wrapped.
    pub(super) fn wrap(&self, argv: &[String]) -> Vec<String> {
        let fixed = ["sh", "-c", SCRIPT, "sh", &self.mark].map(str::to_owned);
        fixed.into_iter().chain(argv.iter().cloned()).collect()
    }

    /// Stands between the session and what takes the output; the reader is the session's stdin.
    pub(super) fn watch<C>(self, inner: &mut C) -> (Marked<'_, C>, Answer) {
        let (seen, answer) = oneshot::channel();
        let marked = Marked {
            inner,
            mark: self.mark.into_bytes(),
            held: Vec::new(),
            seen: Some(seen),
            bytes: 0,
        };
        (marked, Answer(Some(answer)))
    }
}

/// Passes the output on, without the mark at its end.
pub(super) struct Marked<'a, C> {
    inner: &'a mut C,
    mark: Vec<u8>,
    /// The last bytes that came, as far as they may be the beginning of the mark.
    held: Vec<u8>,
    seen: Option<oneshot::Sender<()>>,
    bytes: u64,
}

impl<C> Marked<'_, C> {
    /// Whether all of the output arrived.
    pub(super) fn is_whole(&self) -> bool {
        self.held == self.mark
    }

    /// How many of the last bytes that came are the beginning of the mark.
    fn begun(&self) -> usize {
        let most = self.held.len().min(self.mark.len());
        let is_begun = |length: &usize| self.held.ends_with(&self.mark[..*length]);
        (0..=most).rev().find(is_begun).unwrap_or_default()
    }

    /// Bytes of output that were passed on.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl<C: Consume> Consume for Marked<'_, C> {
    type Error = C::Error;

    async fn take(&mut self, bytes: &[u8]) -> Result<(), C::Error> {
        self.held.extend_from_slice(bytes);
        let sure = self.held.len() - self.begun();
        if sure > 0 {
            self.inner.take(&self.held[..sure]).await?;
            self.held.drain(..sure);
            self.bytes += sure as u64;
        }
        if self.held == self.mark
            && let Some(seen) = self.seen.take()
        {
            // Nobody listens when the session is over: then its end tells what happened.
            let _ = seen.send(());
        }
        Ok(())
    }
}

/// The session's stdin: one line when the mark was seen, and no end, which older servers can't be told.
pub(super) struct Answer(Option<oneshot::Receiver<()>>);

impl AsyncRead for Answer {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let Some(answer) = &mut this.0 else {
            return Poll::Pending;
        };
        match Pin::new(answer).poll(cx) {
            Poll::Ready(Ok(())) => {
                this.0 = None;
                buffer.put_slice(b"\n");
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(_)) => {
                this.0 = None;
                Poll::Pending
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Kept(Vec<u8>);

    impl Consume for Kept {
        type Error = ();
        async fn take(&mut self, bytes: &[u8]) -> Result<(), ()> {
            self.0.extend_from_slice(bytes);
            Ok(())
        }
    }

    async fn pass(text: &[u8], chunk: usize, with_mark: bool) -> (Vec<u8>, bool, u64) {
        let receipt = Receipt::new();
        let mark = receipt.mark.clone().into_bytes();
        let mut kept = Kept(Vec::new());
        let (mut marked, _answer) = receipt.watch(&mut kept);
        let whole = [text, if with_mark { &mark } else { b"" }].concat();
        for piece in whole.chunks(chunk) {
            marked.take(piece).await.unwrap();
        }
        let (is_whole, bytes) = (marked.is_whole(), marked.bytes());
        (kept.0, is_whole, bytes)
    }

    #[tokio::test]
    async fn the_mark_is_seen_however_it_is_cut_and_never_passed_on() {
        let text = b"receipt-0123 looks like one, and is data".repeat(3);
        for chunk in [1, 2, 7, 40, 1000] {
            let seen = pass(&text, chunk, true).await;
            assert_eq!(
                seen,
                (text.clone(), true, text.len() as u64),
                "chunks of {chunk}"
            );
        }
    }

    #[tokio::test]
    async fn output_without_the_mark_is_not_whole() {
        for length in [0, 10, 500] {
            let (_, is_whole, _) = pass(&vec![b'x'; length], 64, false).await;
            assert!(!is_whole, "{length}");
        }
    }

    #[test]
    fn the_command_stays_a_list_of_arguments() {
        let wrapped = Receipt::new().wrap(&["printf".to_owned(), "%s; rm -rf /".to_owned()]);
        assert_eq!(wrapped[..4], ["sh", "-c", SCRIPT, "sh"]);
        assert!(wrapped[4].starts_with(PREFIX));
        assert_eq!(wrapped[5..], ["printf", "%s; rm -rf /"]);
    }
}
