//! A dump straight into a local file: no bucket and no CronJob is needed. It is lexed while it is written, and gets
//! its name only when it is complete.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use async_compression::tokio::write::{BzEncoder, GzipEncoder, XzEncoder, ZstdEncoder};
use tokio::io::{AsyncWrite, AsyncWriteExt, BufWriter};

use crate::cluster::{Command, Container, ExecError};
use crate::dump::{Inventory, Refusal, Scanner};
use crate::postgres::psql::DUMP_ALL;
use crate::progress::Progress;
use crate::storage::{Existing, NewFile, NewFileError};

const BUFFER: usize = 256 * 1024;
const APPLICATION_NAME: &str = "kubectl-quetzal-db/backup";

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum LocalBackupError {
    /// The file.
    #[error(transparent)]
    File(#[from] NewFileError),
    /// `pg_dumpall`, or the stream from it.
    #[error("pg_dumpall in {pod} failed")]
    Dump {
        /// The Pod.
        pod: String,
        /// Why.
        source: ExecError,
    },
    /// What came is not a whole dump.
    #[error("the dump that came from {pod} is not complete")]
    Refused {
        /// The Pod.
        pod: String,
        /// Why.
        source: Refusal,
    },
}

/// Dumps the whole database cluster of `pod` into `path`; its ending tells the compression.
pub async fn run(
    pod: &Container,
    path: &Path,
    progress: &dyn Progress,
) -> Result<Inventory, LocalBackupError> {
    let new = NewFile::begin(path, Existing::Keep).await?;
    let file = new.writer()?;
    progress.begin("Dump into the file");
    let mut sink = Sink {
        scanner: Scanner::new(),
        refusal: None,
        file: encoder(path, BufWriter::with_capacity(BUFFER, file)),
        progress,
    };
    let dumped = pod
        .download(&Command::script(DUMP_ALL, [APPLICATION_NAME]), &mut sink)
        .await;
    if let Some(source) = sink.refusal.take() {
        return Err(LocalBackupError::Refused {
            pod: pod.to_string(),
            source,
        });
    }
    dumped.map_err(|source| LocalBackupError::Dump {
        pod: pod.to_string(),
        source,
    })?;
    let written = sink.file.shutdown().await;
    written.map_err(|source| new.write_error(source))?;
    let inventory = sink
        .scanner
        .finish()
        .map_err(|source| LocalBackupError::Refused {
            pod: pod.to_string(),
            source,
        })?;
    new.finish()?;
    progress.done(&format!(
        "{} of text, complete",
        bytesize::ByteSize(inventory.bytes)
    ));
    Ok(inventory)
}

fn encoder(path: &Path, file: BufWriter<tokio::fs::File>) -> Box<dyn AsyncWrite + Send + Unpin> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("gz") => Box::new(GzipEncoder::new(file)),
        Some("zst") => Box::new(ZstdEncoder::new(file)),
        Some("xz") => Box::new(XzEncoder::new(file)),
        Some("bz2") => Box::new(BzEncoder::new(file)),
        _ => Box::new(file),
    }
}

/// Lexes what is written before it passes it on.
struct Sink<'a> {
    scanner: Scanner,
    refusal: Option<Refusal>,
    file: Box<dyn AsyncWrite + Send + Unpin>,
    progress: &'a dyn Progress,
}

impl AsyncWrite for Sink<'_> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.file).poll_write(cx, bytes))?;
        if let Err(refusal) = this.scanner.feed(&bytes[..written]) {
            let error = io::Error::new(io::ErrorKind::InvalidData, refusal.to_string());
            this.refusal = Some(refusal);
            return Poll::Ready(Err(error));
        }
        this.progress.bytes(this.scanner.position().byte, None);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().file).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().file).poll_shutdown(cx)
    }
}
