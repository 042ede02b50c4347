//! The proof that a backup is complete: every byte is decompressed and lexed, nothing is touched.

use std::io::Cursor;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, BufReader, ReadBuf};

use crate::dump::{Inventory, Refusal, Scanner};
use crate::progress::Progress;

use super::compression::{Compression, MAGIC_BYTES};

const BUFFER: usize = 256 * 1024;

/// A backup that was read to its last byte and found complete.
#[derive(Debug)]
pub struct Verified {
    /// What it holds.
    pub inventory: Inventory,
    /// How it is stored.
    pub compression: Compression,
    /// Bytes as stored.
    pub stored_bytes: u64,
    /// SHA-256 of the stored bytes, hexadecimal.
    pub sha256: String,
}

/// Why a backup can't be used.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Reading it failed: this says nothing about the backup.
    #[error("cannot read the backup after {bytes} bytes")]
    Read {
        /// Stored bytes read so far.
        bytes: u64,
        /// Why.
        source: std::io::Error,
    },
    /// Damaged or cut.
    #[error("the backup is not a whole {format:?} stream: broken after {bytes} bytes of its text")]
    Compression {
        /// The format by its magic number.
        format: Compression,
        /// Bytes of text that came out.
        bytes: u64,
        /// The decoder's words.
        source: std::io::Error,
    },
    /// Zero bytes.
    #[error("the backup is empty")]
    Empty,
    /// Not acceptable as a dump.
    #[error("the dump is refused")]
    Refused(#[source] Refusal),
}

/// Reads all of `source`. `size` is the stored size in bytes where it is known, for the progress only.
pub async fn verify(
    source: impl AsyncRead + Send + Unpin,
    size: Option<u64>,
    progress: &dyn Progress,
) -> Result<Verified, VerifyError> {
    let mut tap = Tap::new(source);
    let count = Arc::clone(&tap.bytes);
    let head = read_head(&mut tap).await?;
    let compression = Compression::detect(&head);
    let mut scanner = Scanner::new();
    let read = {
        let stored = Cursor::new(head).chain(&mut tap);
        let decoder = compression.decoder(BufReader::with_capacity(BUFFER, stored));
        scan(decoder, &mut scanner, || {
            progress.bytes(count.load(Relaxed), size);
        })
        .await
    };
    let bytes = count.load(Relaxed);
    match read {
        Err(Stopped::Refused(refusal)) => return Err(VerifyError::Refused(refusal)),
        Err(Stopped::Read(source)) if tap.failed => {
            return Err(VerifyError::Read { bytes, source });
        }
        Err(Stopped::Read(source)) => {
            return Err(VerifyError::Compression {
                format: compression,
                bytes: scanner.position().byte,
                source,
            });
        }
        Ok(()) => {}
    }
    let inventory = scanner.finish().map_err(VerifyError::Refused)?;
    Ok(Verified {
        inventory,
        compression,
        stored_bytes: bytes,
        sha256: HEXLOWER.encode(&tap.digest.finalize()),
    })
}

enum Stopped {
    Read(std::io::Error),
    Refused(Refusal),
}

async fn scan(
    mut text: impl AsyncRead + Unpin,
    scanner: &mut Scanner,
    report: impl Fn(),
) -> Result<(), Stopped> {
    let mut buffer = vec![0; BUFFER];
    loop {
        match text.read(&mut buffer).await.map_err(Stopped::Read)? {
            0 => return Ok(()),
            n => scanner.feed(&buffer[..n]).map_err(Stopped::Refused)?,
        }
        report();
    }
}

/// A pipe may give its first bytes one by one.
async fn read_head(tap: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, VerifyError> {
    let mut head = Vec::with_capacity(MAGIC_BYTES);
    let read = tap.take(MAGIC_BYTES as u64).read_to_end(&mut head).await;
    read.map_err(|source| VerifyError::Read { bytes: 0, source })?;
    if head.is_empty() {
        Err(VerifyError::Empty)
    } else {
        Ok(head)
    }
}

/// Counts and hashes the stored bytes as they pass, and remembers an error of the source, so that a broken
/// connection is not taken for a damaged backup.
struct Tap<R> {
    inner: R,
    digest: Sha256,
    bytes: Arc<AtomicU64>,
    failed: bool,
}

impl<R> Tap<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            digest: Sha256::new(),
            bytes: Arc::default(),
            failed: false,
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Tap<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let result = ready!(Pin::new(&mut this.inner).poll_read(cx, buf));
        this.failed |= result.is_err();
        let new = &buf.filled()[before..];
        this.digest.update(new);
        this.bytes.fetch_add(new.len() as u64, Relaxed);
        Poll::Ready(result)
    }
}
