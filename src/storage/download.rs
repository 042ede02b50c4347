//! A backup into a file of this machine: proved while it is written, and named only when it is whole.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

use crate::progress::Progress;

use super::local::LocalError;
use super::new_file::{NewFile, NewFileError};
use super::patience::Patience;
use super::reading::Reading;
use super::source::{Source, SourceError};
use super::verify::{Verified, verify};

/// Bytes that are read at once.
const BUFFER: usize = 256 << 10;
/// Bytes that are written and not yet proved.
const WINDOW: usize = 1 << 20;

/// Why there is no copy. Nothing has the file's name that had it not before.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The backup is not acceptable, or could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The file.
    #[error(transparent)]
    File(#[from] NewFileError),
    /// It is not the object that was listed.
    #[error("{name} has {found} bytes instead of {expected}: it changed while it was read")]
    Size {
        /// The backup.
        name: String,
        /// Bytes that it was said to have.
        expected: u64,
        /// Bytes that were proved.
        found: u64,
    },
    /// Its name can't be that of a file.
    #[error("{0} gives the file no name")]
    NoName(String),
}

/// Where the copy goes: a folder stands for a file in it that is called as the backup is.
pub async fn target(source: &Source, asked: Option<&Path>) -> Result<PathBuf, DownloadError> {
    let folder = match asked {
        None => Path::new(""),
        Some(path) if tokio::fs::metadata(path).await.is_ok_and(|m| m.is_dir()) => path,
        Some(file) => return Ok(file.to_owned()),
    };
    let name = match source {
        Source::File { file, .. } if file.is_spool() => None,
        Source::File { file, .. } => file.path.file_name(),
        Source::Object { .. } | Source::Pod { .. } => Path::new(source.name()).file_name(),
    };
    let name = name.ok_or_else(|| DownloadError::NoName(source.name().to_owned()))?;
    Ok(folder.join(name))
}

/// Copies all of it. A stream that breaks is gone on with where it broke.
pub async fn download(
    source: &Source,
    file: NewFile,
    progress: &dyn Progress,
) -> Result<Verified, DownloadError> {
    let size = source.size().await?;
    let writer = file.writer()?;
    let (feed, stored) = tokio::io::duplex(WINDOW);
    let (verified, copied) = tokio::join!(
        verify(stored, Some(size), progress),
        copy(source, writer, feed, progress)
    );
    // A copy that failed looks to the proof like a backup that is cut: its own error tells the truth.
    let whole = copied.is_ok();
    match copied {
        Ok(()) | Err(Stopped::Refused) => {}
        Err(Stopped::Source(error)) => return Err(error.into()),
        Err(Stopped::Read(error)) => return Err(read_error(source, error).into()),
        Err(Stopped::Write(error)) => return Err(file.write_error(error).into()),
    }
    let verified = verified.map_err(|error| SourceError::Verify {
        name: source.name().to_owned(),
        source: error,
    })?;
    if !whole || verified.stored_bytes != size {
        return Err(DownloadError::Size {
            name: source.name().to_owned(),
            expected: size,
            found: verified.stored_bytes,
        });
    }
    file.finish()?;
    Ok(verified)
}

fn read_error(source: &Source, error: io::Error) -> SourceError {
    LocalError::Read {
        path: source.name().into(),
        source: error,
    }
    .into()
}

/// Why not all of it was copied.
enum Stopped {
    Source(SourceError),
    Read(io::Error),
    Write(io::Error),
    /// The proof wants no more.
    Refused,
}

async fn copy(
    source: &Source,
    mut file: File,
    mut proof: DuplexStream,
    progress: &dyn Progress,
) -> Result<(), Stopped> {
    let mut reading = Reading::new(source);
    let mut patience = Patience::new();
    let mut done = 0;
    loop {
        let before = done;
        let reader = reading.at(done).await.map_err(Stopped::Source)?;
        let moved = pour(reader, &mut file, &mut proof, &mut done).await;
        let ended = reading.end().await;
        match (moved, ended) {
            (Ok(()), Ok(())) => break,
            (Ok(()), Err(error)) => {
                if done > before {
                    patience = Patience::new();
                }
                let again = patience.wait(source.name(), error, progress).await;
                again.map_err(Stopped::Source)?;
            }
            (Err(stopped), _) => return Err(stopped),
        }
    }
    file.flush().await.map_err(Stopped::Write)
}

/// Passes on what comes until it ends; `done` counts.
async fn pour(
    reader: &mut (dyn AsyncRead + Send + Unpin),
    file: &mut File,
    proof: &mut DuplexStream,
    done: &mut u64,
) -> Result<(), Stopped> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = reader.read(&mut buffer).await;
        let bytes = match read.map_err(Stopped::Read)? {
            0 => return Ok(()),
            n => &buffer[..n],
        };
        file.write_all(bytes).await.map_err(Stopped::Write)?;
        proof.write_all(bytes).await.map_err(|_| Stopped::Refused)?;
        *done += bytes.len() as u64;
    }
}
