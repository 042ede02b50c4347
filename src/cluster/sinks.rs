//! What takes a command's stdout: memory, a writer, a callback for lines.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::session::Consume;

/// The most that is collected in memory where nothing else is said.
pub(super) const COLLECT: usize = 4 << 20;
/// The longest line that is handed to a callback.
pub(super) const LINE: usize = 1 << 20;

/// More bytes than are kept.
pub(super) struct TooMuch;

/// Keeps all of it, up to a limit.
pub(super) struct Collect {
    pub(super) bytes: Vec<u8>,
    limit: usize,
}

impl Collect {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            limit,
        }
    }
}

impl Default for Collect {
    fn default() -> Self {
        Self::new(COLLECT)
    }
}

impl Consume for Collect {
    type Error = TooMuch;
    async fn take(&mut self, bytes: &[u8]) -> Result<(), TooMuch> {
        if self.bytes.len() + bytes.len() > self.limit {
            return Err(TooMuch);
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

/// Writes it on.
pub(super) struct Pour<'a, W>(pub(super) &'a mut W);

impl<W: AsyncWrite + Unpin> Consume for Pour<'_, W> {
    type Error = io::Error;
    async fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes).await
    }
}

/// Why no more lines are taken.
pub(super) enum LineFault<E> {
    /// The callback's own reason.
    Refused(E),
    /// A line of more than [`LINE`] bytes.
    TooLong,
}

/// Hands it over line by line, without the line feeds.
pub(super) struct Lines<F> {
    partial: Vec<u8>,
    on_line: F,
}

impl<E, F: FnMut(&str) -> Result<(), E>> Lines<F> {
    pub(super) fn new(on_line: F) -> Self {
        Self {
            partial: Vec::new(),
            on_line,
        }
    }

    fn line(&mut self, end: &[u8]) -> Result<(), E> {
        self.partial.extend_from_slice(end);
        let result = (self.on_line)(&String::from_utf8_lossy(&self.partial));
        self.partial.clear();
        result
    }

    /// Hands over a last line that has no line feed.
    pub(super) fn finish(mut self) -> Result<(), E> {
        if self.partial.is_empty() {
            return Ok(());
        }
        self.line(b"")
    }
}

impl<E, F: FnMut(&str) -> Result<(), E>> Consume for Lines<F> {
    type Error = LineFault<E>;
    async fn take(&mut self, mut bytes: &[u8]) -> Result<(), LineFault<E>> {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            self.line(&bytes[..end]).map_err(LineFault::Refused)?;
            bytes = &bytes[end + 1..];
        }
        if self.partial.len() + bytes.len() > LINE {
            return Err(LineFault::TooLong);
        }
        self.partial.extend_from_slice(bytes);
        Ok(())
    }
}
