//! A backup's stored bytes from any place on: what is sent once more is read once more.

use std::io::SeekFrom;

use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncSeekExt as _};

use super::local::LocalError;
use super::source::{Source, SourceError};
use super::stream::PodStream;

/// A backup that is being read, and how far.
pub(super) struct Reading<'a> {
    source: &'a Source,
    open: Option<(Input, u64)>,
}

enum Input {
    File(File),
    Stream(PodStream),
}

impl<'a> Reading<'a> {
    /// Nothing is read yet.
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, open: None }
    }

    /// The reader at `offset`: opened anew only where it is somewhere else, as a stream from a bucket takes its time
    /// to begin. Whoever reads from it says so by [`Reading::has_read`].
    pub(super) async fn at(
        &mut self,
        offset: u64,
    ) -> Result<&mut (dyn AsyncRead + Send + Unpin), SourceError> {
        let input = match self.open.take() {
            Some((input, place)) if place == offset => input,
            _ => self.source.open_at(offset).await?,
        };
        // Where a read that fails would leave it is not known.
        let (input, _) = self.open.insert((input, u64::MAX));
        Ok(match input {
            Input::File(file) => file,
            Input::Stream(stream) => stream.reader(),
        })
    }

    /// All bytes before `offset` were read.
    pub(super) fn has_read(&mut self, offset: u64) {
        if let Some((_, place)) = &mut self.open {
            *place = offset;
        }
    }

    /// Why it ended, where it ended before its time.
    pub(super) async fn end(&mut self) -> Result<(), SourceError> {
        match self.open.take() {
            Some((Input::Stream(stream), _)) => Ok(stream.finish().await.map(drop)?),
            _ => Ok(()),
        }
    }
}

impl Source {
    async fn open_at(&self, offset: u64) -> Result<Input, SourceError> {
        match self {
            Self::File { file, .. } => {
                let (mut reader, _) = file.open().await?;
                let sought = reader.seek(SeekFrom::Start(offset)).await;
                sought.map_err(|source| LocalError::Open {
                    path: file.path.clone(),
                    source,
                })?;
                Ok(Input::File(reader))
            }
            Self::Object { bucket, object } => Ok(Input::Stream(bucket.open(object, offset)?)),
            Self::Pod { folder, .. } => Err(SourceError::InPod(folder.clone())),
        }
    }
}
