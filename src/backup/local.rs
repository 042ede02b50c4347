//! A dump straight into a local file: no bucket and no CronJob is needed. It is lexed while it is written, and gets
//! its name only when it is complete.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use async_compression::tokio::write::{BzEncoder, GzipEncoder, XzEncoder, ZstdEncoder};
use tokio::io::{AsyncWrite, AsyncWriteExt, BufWriter};

use crate::cluster::{Command, Container, ExecError};
use crate::dump::{Inventory, Refusal, Scanner};
use crate::postgres::psql::DUMP_ALL;
use crate::progress::Progress;

const BUFFER: usize = 256 * 1024;
const APPLICATION_NAME: &str = "kubectl-quetzal-db/backup";

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum LocalBackupError {
    /// A file of that name exists.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// Written or renamed.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
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
    let failed = |source| LocalBackupError::Write {
        path: path.to_owned(),
        source,
    };
    if tokio::fs::try_exists(path).await.map_err(failed)? {
        return Err(LocalBackupError::Exists(path.to_owned()));
    }
    progress.begin("Dump into the file");
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // Readable by its owner only: a cluster dump holds password verifiers.
    let temporary = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let file = tokio::fs::File::from_std(temporary.reopen().map_err(failed)?);
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
    sink.file.shutdown().await.map_err(failed)?;
    let inventory = sink
        .scanner
        .finish()
        .map_err(|source| LocalBackupError::Refused {
            pod: pod.to_string(),
            source,
        })?;
    temporary.as_file().sync_all().map_err(failed)?;
    temporary
        .persist_noclobber(path)
        .map_err(|e| failed(e.error))?;
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
