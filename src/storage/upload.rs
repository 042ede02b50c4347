//! A backup into a Pod, part by part: a connection that breaks costs one part, and what arrived whole stays.
//!
//! A part has its name only once its checksum was compared in the Pod, so name and size tell that it is there. Those of
//! an earlier attempt may be of another backup: then all are read in the Pod once more.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};

use crate::cluster::{Command, Container, CopyError, ExecError};
use crate::progress::Progress;

use super::parts::{Part, Parts};
use super::patience::Patience;
use super::reading::Reading;
use super::source::{Source, SourceError};

/// Sizes of the files that may be parts, a line each.
const LIST: &str = r#"cd -- "$1" 2>/dev/null || exit 0
for file in "$2".*; do
  if [ -f "$file" ]; then echo "$file $(($(wc -c <"$file")))"; fi
done"#;
/// A part that is missing makes another checksum.
const SUM: &str = r#"cd -- "$1" || exit 1
trap '' PIPE
n=1
while [ "$n" -le "$3" ]; do
  cat -- "$2.$(printf %05d "$n")" || exit 1
  n=$((n + 1))
done | sha256sum || exit 1"#;
const REMOVE: &str = r#"cd -- "$1" 2>/dev/null || exit 0
for file in "$2".*; do rm -f -- "$file"; done"#;

/// A slow disk still reads this much per second; it bounds the wait for a checksum.
const SLOW_DISK: u64 = 10 << 20;

/// A backup on its way.
pub struct Upload<'a> {
    /// The backup.
    pub source: &'a Source,
    /// Where it goes.
    pub pod: &'a Container,
    /// A folder there.
    pub folder: &'a str,
    /// What the names of the parts begin with.
    pub name: &'a str,
    /// How it is cut.
    pub parts: Parts,
    /// Who hears of it.
    pub progress: &'a dyn Progress,
    /// Gets the number of parts, from the first on, that are there as they were sent now. Those of an earlier attempt
    /// are not counted before all of them were compared.
    pub arrived: &'a (dyn Fn(u64) + Sync),
}

/// The parts are in the Pod, as many as there should be, and each as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// SHA-256 of all parts one after the other, lower-case hexadecimal: as they were sent, or where some are of an
    /// earlier attempt as read in the Pod.
    pub sha256: String,
    /// Parts that were there from an earlier attempt.
    pub kept: u64,
}

impl Upload<'_> {
    /// Sends what is not there yet. Where parts of an earlier attempt do not add up to `sha256`, all are sent anew;
    /// where the result differs all the same, no part stays: the backup is another one than was asked for.
    pub async fn run(&self, sha256: &str) -> Result<Uploaded, SourceError> {
        let mut uploaded = self.fill().await?;
        if uploaded.sha256 != sha256 && uploaded.kept > 0 {
            self.progress
                .note("  ! the parts of the earlier attempt are damaged: all are sent again.");
            self.remove().await?;
            uploaded = self.fill().await?;
        }
        if uploaded.sha256 != sha256 {
            self.remove().await?;
        }
        Ok(uploaded)
    }

    /// Sends the missing parts and reads all of them in the Pod.
    async fn fill(&self) -> Result<Uploaded, SourceError> {
        let there = self.there().await?;
        let is_there = |part: &Part| there.get(&part.name(self.name)) == Some(&part.length);
        let mut reading = Reading::new(self.source);
        let mut whole = Sha256::new();
        let mut kept = 0;
        for part in self.parts.iter() {
            if is_there(&part) {
                kept += 1;
                self.progress.bytes(part.end(), Some(self.parts.size()));
            } else {
                self.send(&mut reading, part, &mut whole).await?;
            }
            if kept == 0 {
                (self.arrived)(part.number);
            }
        }
        // Each part was compared as it was sent: where all were sent now, they are what was sent.
        if kept == 0 {
            let sha256 = HEXLOWER.encode(&whole.finalize());
            return Ok(Uploaded { sha256, kept });
        }
        let args = [
            self.folder.to_owned(),
            self.name.to_owned(),
            self.parts.count().to_string(),
        ];
        let idle = Duration::from_secs(60 + self.parts.size() / SLOW_DISK);
        let sum = Command::script(SUM, args).named("sha256sum").idle(idle);
        let answer = self.ask("the checksum", &sum).await?;
        let sha256 = answer.split_whitespace().next().unwrap_or_default();
        Ok(Uploaded {
            sha256: sha256.to_owned(),
            kept,
        })
    }

    /// Sends one part until it has arrived; `whole` is the checksum of all that was sent before, and then with it.
    async fn send(
        &self,
        reading: &mut Reading<'_>,
        part: Part,
        whole: &mut Sha256,
    ) -> Result<(), SourceError> {
        let what = format!("part {} of {}", part.number, self.parts.count());
        let mut patience = Patience::new();
        loop {
            let mut digest = whole.clone();
            let Err(error) = self.put(reading, part, &mut digest).await else {
                reading.has_read(part.end());
                *whole = digest;
                return Ok(());
            };
            patience.wait(&what, error, self.progress).await?;
        }
    }

    async fn put(
        &self,
        reading: &mut Reading<'_>,
        part: Part,
        digest: &mut Sha256,
    ) -> Result<(), SourceError> {
        let total = self.parts.size();
        let mut bytes = Digesting {
            source: reading.at(part.offset).await?.take(part.length),
            digest,
        };
        let name = part.name(self.name);
        let put = self
            .pod
            .put_file(&mut bytes, part.length, self.folder, &name, |done| {
                self.progress.bytes(part.offset + done, Some(total));
            });
        match put.await {
            Ok(_) => Ok(()),
            // A stream that was lost looks like a backup that is too short: its own end tells the truth.
            Err(error @ CopyError::Size { .. }) => {
                reading.end().await?;
                Err(self.copy(error))
            }
            Err(error) => Err(self.copy(error)),
        }
    }

    /// Names and sizes of what may be parts.
    async fn there(&self) -> Result<BTreeMap<String, u64>, SourceError> {
        let args = [self.folder.to_owned(), self.name.to_owned()];
        let answer = self
            .ask("the list of parts", &Command::script(LIST, args))
            .await?;
        let line = |line: &str| {
            let (name, size) = line.rsplit_once(' ')?;
            Some((name.to_owned(), size.parse().ok()?))
        };
        Ok(answer.lines().filter_map(line).collect())
    }

    async fn remove(&self) -> Result<(), SourceError> {
        let args = [self.folder.to_owned(), self.name.to_owned()];
        let remove = Command::script(REMOVE, args);
        self.ask("their removal", &remove).await.map(drop)
    }

    /// Runs a command that may be repeated, as long as what keeps it from an answer may pass.
    async fn ask(&self, what: &str, command: &Command) -> Result<String, SourceError> {
        let mut patience = Patience::new();
        loop {
            match self.pod.output(command).await {
                Ok(answer) => return Ok(String::from_utf8_lossy(&answer).into_owned()),
                Err(source) => {
                    let error = self.copy(self.failed(source));
                    patience.wait(what, error, self.progress).await?;
                }
            }
        }
    }

    fn copy(&self, source: CopyError) -> SourceError {
        SourceError::Copy {
            name: self.source.name().to_owned(),
            source,
        }
    }

    fn failed(&self, source: ExecError) -> CopyError {
        CopyError::Exec {
            name: self.name.to_owned(),
            container: self.pod.to_string(),
            source,
        }
    }
}

/// Hashes what is read.
struct Digesting<'a, R> {
    source: R,
    digest: &'a mut Sha256,
}

impl<R: AsyncRead + Unpin> AsyncRead for Digesting<'_, R> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.source).poll_read(context, buffer))?;
        this.digest.update(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}
