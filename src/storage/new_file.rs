//! A file that gets its name when it is whole: until then it has another one in the same folder.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tokio::fs::File;

/// What becomes of a file that has the name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and there is no new one.
    Keep,
    /// The new one takes its place once it is whole.
    Replace,
}

/// Why there is no file of that name, or still the one from before.
#[derive(Debug, thiserror::Error)]
pub enum NewFileError {
    /// A file of that name exists.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A folder or a device has the name.
    #[error("{} is not a regular file, and is not replaced", .0.display())]
    NotAFile(PathBuf),
    /// Written or renamed.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A file that is being written. Dropped before [`NewFile::finish`], nothing is left of it.
pub struct NewFile {
    path: PathBuf,
    existing: Existing,
    temporary: NamedTempFile,
}

impl NewFile {
    /// Whether one may be begun.
    pub async fn check(path: &Path, existing: Existing) -> Result<(), NewFileError> {
        // A link is replaced, not what it leads to.
        match tokio::fs::symlink_metadata(path).await {
            Ok(_) if existing == Existing::Keep => Err(NewFileError::Exists(path.to_owned())),
            Ok(there) if !there.is_file() && !there.is_symlink() => {
                Err(NewFileError::NotAFile(path.to_owned()))
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(write_error(path, error)),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Begins one, readable by its owner only: a cluster dump holds password verifiers.
    pub async fn begin(path: &Path, existing: Existing) -> Result<Self, NewFileError> {
        Self::check(path, existing).await?;
        let failed = |source| write_error(path, source);
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
        let temporary = tempfile::Builder::new()
            .prefix(".kubectl-quetzal-db.")
            .suffix(".part")
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            existing,
            temporary,
        })
    }

    /// Where its content is written.
    pub fn writer(&self) -> Result<File, NewFileError> {
        let opened = self.temporary.reopen().map(File::from_std);
        opened.map_err(|source| self.write_error(source))
    }

    /// Gives it its name, once all of it is on the disk.
    pub fn finish(self) -> Result<(), NewFileError> {
        let Self {
            path,
            existing,
            temporary,
        } = self;
        let synced = temporary.as_file().sync_all();
        synced.map_err(|source| write_error(&path, source))?;
        let named = match existing {
            Existing::Keep => temporary.persist_noclobber(&path),
            Existing::Replace => temporary.persist(&path),
        };
        match named {
            Ok(_) => Ok(()),
            // Somebody was faster.
            Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(NewFileError::Exists(path))
            }
            Err(e) => Err(write_error(&path, e.error)),
        }
    }

    /// Its content could not be written.
    pub fn write_error(&self, source: io::Error) -> NewFileError {
        write_error(&self.path, source)
    }
}

fn write_error(path: &Path, source: io::Error) -> NewFileError {
    NewFileError::Write {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tokio::io::AsyncWriteExt as _;

    use super::*;

    async fn written(path: &Path, existing: Existing) -> Result<(), NewFileError> {
        let file = NewFile::begin(path, existing).await?;
        let mut writer = file.writer()?;
        writer.write_all(b"new").await.unwrap();
        writer.flush().await.unwrap();
        assert_ne!(fs::read(path).ok().as_deref(), Some(&b"new"[..]));
        file.finish()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[tokio::test]
    async fn it_has_its_name_when_it_is_whole_and_is_its_owners_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        written(&path, Existing::Keep).await.unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["a"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o7777, 0o600);
        }
    }

    #[tokio::test]
    async fn what_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = NewFile::begin(&folder.path().join("a"), Existing::Keep).await;
        assert_eq!(names(folder.path()).len(), 1);
        drop(file.unwrap());
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[tokio::test]
    async fn one_that_exists_is_replaced_only_where_that_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        let refused = written(&path, Existing::Keep).await.unwrap_err();
        assert!(matches!(refused, NewFileError::Exists(_)));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        written(&path, Existing::Replace).await.unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[tokio::test]
    async fn one_that_came_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let file = NewFile::begin(&path, Existing::Keep).await.unwrap();
        fs::write(&path, "of somebody else").unwrap();
        assert!(matches!(file.finish(), Err(NewFileError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"of somebody else");
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[tokio::test]
    async fn a_folder_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let begun = NewFile::begin(folder.path(), Existing::Replace).await;
        assert!(matches!(begun, Err(NewFileError::NotAFile(_))));
    }
}
