//! A file into a container: sent as a tar stream, hashed on the way, compared there, then given its name.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf, Take};
use tokio_tar::Header;

use crate::nonce::nonce;

use super::command::Command;
use super::exec::Container;
use super::exec_error::ExecError;

const BLOCK: u64 = 512;
/// A slow disk still reads this much per second; it bounds the wait for a checksum.
const SLOW_DISK: u64 = 10 << 20;

// -m and -o: the header's time and owner mean nothing here. The shell stays until tar has ended and keeps
// stdout open: some runtimes cut the input of a command that closes its output early. It reads what a failed
// tar left: some runtimes never end a command whose input is not read. It removes what arrived in part: where the
// connection broke, tar may begin its file after we asked for its removal. Arguments: folder, temporary name.
const UNPACK: &str = r#"umask 077
mkdir -p -- "$1" && chmod 0700 -- "$1" && tar -xmof - -C "$1" && echo unpacked ||
  { code=$?; rm -f -- "$1/$2"; cat >/dev/null; exit "$code"; }"#;
/// Arguments: temporary path, path, size, checksum. Each command is a wait for the API server: so it is one. Where there
/// is openssl it uses what the processor has for this, which takes a fifth of the time.
const PROVE: &str = r#"size=$(wc -c <"$1") || exit 1
sum=$(openssl dgst -sha256 -r <"$1" 2>/dev/null) || sum=$(sha256sum <"$1") || exit 1
sum=${sum%% *}
if [ "$size" -eq "$3" ] && [ "$sum" = "$4" ]; then mv -f -- "$1" "$2" || exit 1; fi
echo "$size $sum""#;

/// A file that is whole in the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256 as read again in the container, lower-case hexadecimal.
    pub sha256: String,
}

/// Why a file was not copied. Nothing has the final name then.
#[derive(Debug, Error)]
pub enum CopyError {
    /// A command in the container failed or was lost.
    #[error("cannot copy {name} to {container}")]
    Exec {
        /// The file's name there.
        name: String,
        /// The container.
        container: String,
        /// Why.
        source: ExecError,
    },
    /// The source has another size than announced.
    #[error("{name} has {found} bytes instead of {expected}: it changed while it was read")]
    Size {
        /// The file's name there.
        name: String,
        /// Announced bytes.
        expected: u64,
        /// Bytes read until it was clear.
        found: u64,
    },
    /// What arrived is not what was sent.
    #[error(
        "{name} arrived damaged in {container}: {found_bytes} bytes with sha256 {found}, sent were {sent_bytes} \
         with {sent}"
    )]
    Damaged {
        /// The file's name there.
        name: String,
        /// The container.
        container: String,
        /// Size there.
        found_bytes: String,
        /// Checksum there.
        found: String,
        /// Size sent.
        sent_bytes: u64,
        /// Checksum sent.
        sent: String,
    },
    /// The name cannot be that of one file in the folder.
    #[error("{name:?} is no file name of at most {limit} bytes")]
    Name {
        /// The name.
        name: String,
        /// The limit.
        limit: usize,
    },
}

impl CopyError {
    /// Bytes may still be arriving under the temporary name; the final name is not taken.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Exec { source, .. } if source.is_unknown())
    }
}

impl CopyError {
    /// What stopped or spoilt the copy goes by itself.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Exec { source, .. } => source.is_passing(),
            Self::Damaged { .. } => true,
            Self::Size { .. } | Self::Name { .. } => false,
        }
    }

    /// The Pod is not there, at least not under this name.
    pub fn is_no_pod(&self) -> bool {
        matches!(self, Self::Exec { source, .. } if source.is_no_pod())
    }
}

/// The longest name a plain tar header holds beside what makes it temporary.
const NAME: usize = 60;

impl Container {
    /// Writes `size` bytes of `source` to `dir/name` (mode 0600; the folder is made, mode 0700). It has that name
    /// only once size and checksum were compared in the container. `on_bytes` gets the bytes sent so far.
    pub async fn put_file(
        &self,
        source: &mut (impl AsyncRead + Unpin + Send),
        size: u64,
        dir: &str,
        name: &str,
        on_bytes: impl Fn(u64) + Send + Unpin,
    ) -> Result<Stored, CopyError> {
        if name.is_empty()
            || name.len() > NAME
            || name.starts_with('.')
            || name.contains(['/', '\0'])
        {
            return Err(CopyError::Name {
                name: name.to_owned(),
                limit: NAME,
            });
        }
        let part = Part {
            container: self,
            dir,
            name,
            temporary: format!(".{name}.{}.part", nonce()),
        };
        let stored = part.send(source, size, on_bytes).await;
        if stored.is_err() {
            part.discard().await;
        }
        stored
    }
}

/// A copy under way.
struct Part<'a> {
    container: &'a Container,
    dir: &'a str,
    name: &'a str,
    /// Of this attempt alone: the command of one whose connection broke may still be running.
    temporary: String,
}

impl Part<'_> {
    async fn send(
        &self,
        source: &mut (impl AsyncRead + Unpin + Send),
        size: u64,
        on_bytes: impl Fn(u64) + Send + Unpin,
    ) -> Result<Stored, CopyError> {
        let header = header(&self.temporary, size).map_err(|_| CopyError::Name {
            name: self.name.to_owned(),
            limit: NAME,
        })?;
        let mut content = Hashing::new(&mut *source, size, on_bytes);
        let padding = size.next_multiple_of(BLOCK) - size + 2 * BLOCK;
        let mut archive = header
            .as_bytes()
            .as_slice()
            .chain(&mut content)
            .chain(tokio::io::repeat(0).take(padding));
        let unpack = Command::script(UNPACK, [self.dir, &self.temporary]).named("tar");
        let sent = self.container.upload(&unpack, &mut archive).await;
        let (found, sha256) = content.finish();
        let longer = found == size && sent.is_ok() && has_more(source).await;
        if content_is_short(&sent, found, size) || longer {
            return Err(CopyError::Size {
                name: self.name.to_owned(),
                expected: size,
                found: found + u64::from(longer),
            });
        }
        sent.map_err(|source| self.failed(source))?;
        self.compare(size, sha256).await
    }

    /// Reads the file again in the container and gives it its name if it is what was sent.
    async fn compare(&self, size: u64, sha256: String) -> Result<Stored, CopyError> {
        let args = [
            self.path(&self.temporary),
            self.path(self.name),
            size.to_string(),
            sha256.clone(),
        ];
        let idle = Duration::from_secs(60 + size / SLOW_DISK);
        let prove = Command::script(PROVE, args).named("sha256sum").idle(idle);
        let answer = self.container.output(&prove).await;
        let answer = answer.map_err(|source| self.failed(source))?;
        let answer = String::from_utf8_lossy(&answer);
        let (found_bytes, found) = answer.trim().split_once(' ').unwrap_or((answer.trim(), ""));
        if found_bytes != size.to_string() || found != sha256 {
            return Err(CopyError::Damaged {
                name: self.name.to_owned(),
                container: self.container.to_string(),
                found_bytes: found_bytes.to_owned(),
                found: found.to_owned(),
                sent_bytes: size,
                sent: sha256,
            });
        }
        Ok(Stored {
            bytes: size,
            sha256,
        })
    }

    /// Removes what a failed copy left. That it failed is already known, so this may fail too.
    async fn discard(&self) {
        let remove = Command::new(["rm", "-f", "--", &self.path(&self.temporary)]);
        if let Err(error) = self.container.output(&remove).await {
            tracing::info!("a partial copy stays in {}: {error}", self.container);
        }
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.dir.trim_end_matches('/'))
    }

    fn failed(&self, source: ExecError) -> CopyError {
        CopyError::Exec {
            name: self.name.to_owned(),
            container: self.container.to_string(),
            source,
        }
    }
}

/// True if the upload broke because the source ended early, and not for a reason of its own.
fn content_is_short<T>(sent: &Result<T, ExecError>, found: u64, size: u64) -> bool {
    let at_the_end = |source: &io::Error| source.kind() == io::ErrorKind::UnexpectedEof;
    found < size && matches!(sent, Err(ExecError::Io { source, .. }) if at_the_end(source))
}

async fn has_more(source: &mut (impl AsyncRead + Unpin)) -> bool {
    // A source that cannot be read further held all of its announced bytes.
    matches!(source.read(&mut [0]).await, Ok(1))
}

fn header(name: &str, size: u64) -> io::Result<Header> {
    let mut header = Header::new_gnu();
    header.set_path(name)?;
    header.set_size(size);
    header.set_mode(0o600);
    header.set_cksum();
    Ok(header)
}

/// Passes on exactly `size` bytes and hashes them; an earlier end is an error, so that no archive is made
/// well-formed around a cut file.
struct Hashing<'a, R, F> {
    source: Take<&'a mut R>,
    done: u64,
    digest: Sha256,
    on_bytes: F,
}

impl<'a, R: AsyncRead + Unpin, F> Hashing<'a, R, F> {
    fn new(source: &'a mut R, size: u64, on_bytes: F) -> Self {
        Self {
            source: source.take(size),
            done: 0,
            digest: Sha256::new(),
            on_bytes,
        }
    }

    /// Bytes passed on and their checksum.
    fn finish(self) -> (u64, String) {
        (self.done, HEXLOWER.encode(&self.digest.finalize()))
    }
}

impl<R: AsyncRead + Unpin, F: Fn(u64) + Unpin> AsyncRead for Hashing<'_, R, F> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.source.limit() == 0 {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.source).poll_read(context, buffer))?;
        let read = &buffer.filled()[before..];
        if read.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
        }
        this.digest.update(read);
        this.done += read.len() as u64;
        (this.on_bytes)(this.done);
        Poll::Ready(Ok(()))
    }
}
