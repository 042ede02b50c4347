//! A backup that was found, wherever it is: it can be proved complete.

use crate::cluster::{Command, Container, CopyError};
use crate::dump::Reason;
use crate::progress::Progress;

use super::bucket::{Bucket, BucketError, Object};
use super::local::{LocalError, LocalFile};
use super::stream::{PodStream, StreamError};
use super::verify::{Verified, VerifyError, verify};

/// Joins numbered files in order. Arguments: folder, what the names begin with.
const JOIN: &str = r#"cd -- "$1" || exit 1
number=1
while file=$2.$(printf %05d "$number") && [ -f "$file" ]; do
  cat -- "$file" || exit 1
  number=$((number + 1))
done"#;

/// A backup that was found.
pub enum Source {
    /// On this machine.
    File {
        /// The file.
        file: LocalFile,
        /// As the user named it.
        name: String,
    },
    /// In a bucket.
    Object {
        /// The bucket.
        bucket: Box<Bucket>,
        /// The object.
        object: Object,
    },
    /// In the database's container, decompressed by an earlier attempt.
    Pod {
        /// The container.
        container: Container,
        /// The folder of its files.
        folder: String,
        /// What their names begin with.
        file: &'static str,
        /// Bytes of all of them.
        bytes: u64,
        /// As the user named the backup.
        name: String,
    },
}

/// What can go wrong with a backup that was found.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file.
    #[error(transparent)]
    Local(#[from] LocalError),
    /// The bucket.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The stream from a Pod.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// A file in the Pod is needed there, not copied to it.
    #[error("{0} is in the Pod already")]
    InPod(String),
    /// The backup is not acceptable, or could not be read.
    #[error("{name}: the backup can't be used")]
    Verify {
        /// The backup.
        name: String,
        /// Why.
        source: VerifyError,
    },
    /// It could not be copied into the Pod.
    #[error("cannot copy {name} into the Pod")]
    Copy {
        /// The backup.
        name: String,
        /// Why.
        source: CopyError,
    },
}

impl SourceError {
    /// What stopped the reading or the copy goes by itself.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Stream(StreamError::Read { source, .. }) => source.is_passing(),
            Self::Copy { source, .. } => source.is_passing(),
            _ => false,
        }
    }

    /// The Pod through which it is read or sent is not there, at least not under this name.
    pub fn is_no_pod(&self) -> bool {
        match self {
            Self::Stream(StreamError::Read { source, .. }) => source.is_no_pod(),
            Self::Copy { source, .. } => source.is_no_pod(),
            _ => false,
        }
    }
}

impl Source {
    /// Its name as the user would type it.
    pub fn name(&self) -> &str {
        match self {
            Self::File { name, .. } | Self::Pod { name, .. } => name,
            Self::Object { object, .. } => &object.name,
        }
    }

    /// Its stored bytes, as far as they were counted before it is read.
    pub async fn size(&self) -> Result<u64, SourceError> {
        Ok(match self {
            Self::File { file, .. } => file.open().await?.1,
            Self::Object { object, .. } => object.size,
            Self::Pod { bytes, .. } => *bytes,
        })
    }

    /// Reads all of it and proves it complete. Changes nothing.
    pub async fn verify(&self, progress: &dyn Progress) -> Result<Verified, SourceError> {
        let failed = |source| SourceError::Verify {
            name: self.name().to_owned(),
            source,
        };
        match self {
            Self::File { file, .. } => {
                let (reader, size) = file.open().await?;
                verify(reader, Some(size), progress).await.map_err(failed)
            }
            Self::Object { bucket, object } => {
                self.verify_stream(bucket.open(object, 0)?, object.size, progress)
                    .await
            }
            Self::Pod {
                container,
                folder,
                file,
                bytes,
                ..
            } => {
                let command = Command::script(JOIN, [folder, *file]).named("cat");
                let stream = PodStream::open(container, command, folder.clone());
                self.verify_stream(stream, *bytes, progress).await
            }
        }
    }

    async fn verify_stream(
        &self,
        mut stream: PodStream,
        size: u64,
        progress: &dyn Progress,
    ) -> Result<Verified, SourceError> {
        let failed = |source| SourceError::Verify {
            name: self.name().to_owned(),
            source,
        };
        let verified = verify(stream.reader(), Some(size), progress).await;
        // A stream cut short looks like a cut dump: its own error tells the truth.
        let transferred = stream.finish().await;
        match (verified, transferred) {
            (Ok(verified), Ok(_)) => Ok(verified),
            (Err(refused @ VerifyError::Refused(_)), Err(_)) if !is_about_the_end(&refused) => {
                Err(failed(refused))
            }
            (_, Err(lost)) => Err(lost.into()),
            (Err(refused), Ok(_)) => Err(failed(refused)),
        }
    }
}

/// A refusal at some byte stands whatever happened to the stream later; one at the end may be the stream's fault.
fn is_about_the_end(error: &VerifyError) -> bool {
    match error {
        VerifyError::Refused(refusal) => matches!(
            refusal.reason,
            Reason::Empty
                | Reason::Unterminated(_)
                | Reason::MissingClusterEnd
                | Reason::MissingDatabaseEnd
        ),
        _ => true,
    }
}
