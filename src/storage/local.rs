//! Backups on this machine.

use std::path::{Path, PathBuf};

use tokio::fs::File;

/// What can go wrong with a local file.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// Missing, or not ours to read.
    #[error("cannot open {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It could be opened, and not read to its end.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder or device.
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// Standard input could not be kept.
    #[error("cannot spool standard input to a temporary file")]
    Spool(#[source] std::io::Error),
}

/// A local backup; `spool` keeps the temporary file of standard input alive.
#[derive(Debug)]
pub struct LocalFile {
    /// Where it is.
    pub path: PathBuf,
    spool: Option<tempfile::TempPath>,
}

impl LocalFile {
    /// A file that exists.
    pub async fn at(path: &Path) -> Result<Self, LocalError> {
        let open = |source| LocalError::Open {
            path: path.to_owned(),
            source,
        };
        let meta = tokio::fs::metadata(path).await.map_err(open)?;
        if !meta.is_file() {
            return Err(LocalError::NotAFile(path.to_owned()));
        }
        Ok(Self {
            path: path.to_owned(),
            spool: None,
        })
    }

    /// Standard input, written to a temporary file first: it is read more than once.
    pub async fn spool_stdin() -> Result<Self, LocalError> {
        let (file, path) = tempfile::NamedTempFile::new()
            .map_err(LocalError::Spool)?
            .into_parts();
        let mut file = File::from_std(file);
        tokio::io::copy(&mut tokio::io::stdin(), &mut file)
            .await
            .map_err(LocalError::Spool)?;
        file.sync_all().await.map_err(LocalError::Spool)?;
        Ok(Self {
            path: path.to_path_buf(),
            spool: Some(path),
        })
    }

    /// Whether it holds what came through standard input, and has no name of its own.
    pub fn is_spool(&self) -> bool {
        self.spool.is_some()
    }

    /// Opens it from its beginning, with its size in bytes.
    pub async fn open(&self) -> Result<(File, u64), LocalError> {
        let open = |source| LocalError::Open {
            path: self.path.clone(),
            source,
        };
        let file = File::open(&self.path).await.map_err(open)?;
        let size = file.metadata().await.map_err(open)?.len();
        Ok((file, size))
    }
}
