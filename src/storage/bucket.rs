//! Backups in a bucket, reached by `gsutil` in a Pod that has its credentials: nothing is installed on this machine.

use std::time::Duration;

use jiff::Timestamp;

use crate::cluster::{Command, Container, ExecError};
use crate::dump::ends_complete;
use crate::hint;

use super::stream::PodStream;

/// Makes the CronJob's service account the active one where `gcloud` is there to do it. A prefix of every script.
macro_rules! authenticated {
    ($script:literal) => {
        concat!(
            "set -eu\nkey=\"${GOOGLE_APPLICATION_CREDENTIALS:-/conf/credentials.json}\"\n",
            "if command -v gcloud >/dev/null 2>&1 && [ -r \"$key\" ]; then\n",
            "  gcloud auth activate-service-account --quiet --key-file=\"$key\" >/dev/null\nfi\n",
            $script
        )
    };
}

const LIST: &str = authenticated!("exec gsutil ls -l \"$1\"");
/// From a byte on; an empty object has no first byte to ask for.
const CAT: &str = authenticated!(
    r#"if [ "$2" = 0 ]; then exec gsutil -q cat "$1"; else exec gsutil -q cat -r "$2-" "$1"; fi"#
);

/// Prints the last bytes of the object's text. The shell reports only the last command of a pipeline, so each of the
/// others leaves a note when it fails.
///
/// Nothing is put into the background, here or in any other script: in a container whose first process is `postgres`
/// an orphan becomes the server's child, and one that dies of a signal looks like a crashed backend, upon which the
/// server ends all sessions and recovers (`CleanupBackend`, postmaster.c).
const TAIL: &str = authenticated!(
    r#"notes=$(mktemp -d)
trap 'rm -rf "$notes"' EXIT
{ gsutil -q cat "$1" || echo "gsutil failed" >"$notes/fetch"; } |
  { case "$2" in cat) cat ;; *) "$2" -dc ;; esac || echo "$2 failed" >"$notes/unpack"; } |
  tail -c 256
cat "$notes"/* >&2 2>/dev/null || true
[ -z "$(ls -A "$notes")" ]"#
);

/// What need not be typed of a name.
const ENDING: &str = ".bak.gz";

/// gsutil asks a bucket that does not answer again and again, and says nothing meanwhile.
const SILENT_LIST: Duration = Duration::from_mins(3);
/// A large object is read in the Pod for so long without a word.
const SILENT_READ: Duration = Duration::from_hours(6);

/// A folder of a bucket, and the container from which it can be read.
#[derive(Clone)]
pub struct Bucket {
    container: Container,
    /// Ends with a slash.
    folder: String,
}

/// One backup of the bucket.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Object {
    /// File name, without folder.
    pub name: String,
    /// `gs://…`
    pub url: String,
    /// Bytes.
    pub size: u64,
    /// When it was written.
    #[serde(rename = "time")]
    pub created: Timestamp,
}

/// What can go wrong with a bucket.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// `gsutil ls` failed.
    #[error("cannot list {folder}")]
    List {
        /// The folder.
        folder: String,
        /// Why.
        source: ExecError,
    },
    /// A line that is not as `gsutil ls -l` writes it.
    #[error("cannot read this line of the list of {folder}: {line:?}")]
    Line {
        /// The folder.
        folder: String,
        /// The line.
        line: String,
    },
    /// Nothing to take the latest of.
    #[error("there is no backup in {folder}")]
    Empty {
        /// The folder.
        folder: String,
    },
    /// No such name.
    #[error("there is no backup {name:?} in {folder}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The folder.
        folder: String,
        /// The name that is most like it.
        nearest: Option<String>,
    },
    /// Reading an object failed.
    #[error("cannot read {url}")]
    Read {
        /// The object.
        url: String,
        /// Why.
        source: ExecError,
    },
    /// The text does not end as a whole dump does.
    #[error("{url} is cut short: it does not end with the closing line of a cluster dump")]
    Cut {
        /// The object.
        url: String,
    },
    /// It can't be decompressed to its end.
    #[error("{url} is damaged or can't be read to its end")]
    Damaged {
        /// The object.
        url: String,
        /// What the programs said.
        source: ExecError,
    },
}

impl Bucket {
    /// A folder such as `gs://bucket/db`.
    pub fn new(container: Container, folder: &str) -> Self {
        Self {
            container,
            folder: format!("{}/", folder.trim_end_matches('/')),
        }
    }

    /// Another folder, through the same container.
    #[must_use]
    pub fn in_folder(&self, folder: &str) -> Self {
        Self::new(self.container.clone(), folder)
    }

    /// The folder, with its slash.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// All backups, newest first.
    pub async fn list(&self) -> Result<Vec<Object>, BucketError> {
        let command = Command::script(LIST, [self.folder.clone()]).idle(SILENT_LIST);
        let text = match self.container.output(&command).await {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            // gsutil has no other way to say that a folder is empty.
            Err(ExecError::Failed { stderr, .. }) if stderr.contains("matched no objects") => {
                String::new()
            }
            Err(source) => {
                return Err(BucketError::List {
                    folder: self.folder.clone(),
                    source,
                });
            }
        };
        parse_list(&text, &self.folder)
    }

    /// The backup of that name, with or without its ending.
    pub async fn find(&self, name: &str) -> Result<Object, BucketError> {
        let objects = self.list().await?;
        let same = |o: &&Object| o.name == name || o.name.strip_suffix(ENDING) == Some(name);
        objects
            .iter()
            .find(same)
            .cloned()
            .ok_or_else(|| BucketError::Unknown {
                name: name.to_owned(),
                folder: self.folder.clone(),
                nearest: nearest(name, &objects),
            })
    }

    /// Streams an object's stored bytes from `offset` on.
    pub fn open(&self, object: &Object, offset: u64) -> PodStream {
        let command = Command::script(CAT, [object.url.clone(), offset.to_string()]);
        PodStream::open(&self.container, command, object.url.clone())
    }

    /// Proves in the Pod that an object can be decompressed to its end and ends as a cluster dump does.
    pub async fn prove_complete(&self, object: &Object) -> Result<(), BucketError> {
        let program = match object.name.rsplit('.').next() {
            Some("gz") => "gzip",
            Some("zst") => "zstd",
            Some("xz") => "xz",
            Some("bz2") => "bzip2",
            _ => "cat",
        };
        let args = [object.url.clone(), program.to_owned()];
        let command = Command::script(TAIL, args).idle(SILENT_READ);
        let url = || object.url.clone();
        let tail = match self.container.output(&command).await {
            Ok(tail) => tail,
            Err(source @ ExecError::Failed { .. }) => {
                return Err(BucketError::Damaged { url: url(), source });
            }
            Err(source) => return Err(BucketError::Read { url: url(), source }),
        };
        if ends_complete(&tail) {
            Ok(())
        } else {
            Err(BucketError::Cut { url: url() })
        }
    }
}

fn parse_list(text: &str, folder: &str) -> Result<Vec<Object>, BucketError> {
    let mut objects = Vec::new();
    for line in text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with("TOTAL:"))
    {
        // Folders below this one are listed by name only.
        if line.ends_with('/') || line.ends_with("/:") {
            continue;
        }
        let bad = || BucketError::Line {
            folder: folder.to_owned(),
            line: line.to_owned(),
        };
        objects.push(parse_line(line, folder).ok_or_else(bad)?);
    }
    objects.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| b.name.cmp(&a.name)));
    Ok(objects)
}

fn parse_line(line: &str, folder: &str) -> Option<Object> {
    let (size, rest) = line.split_once(char::is_whitespace)?;
    let (time, url) = rest.trim_start().split_once(char::is_whitespace)?;
    let url = url.trim_start();
    Some(Object {
        name: url.strip_prefix(folder)?.to_owned(),
        url: url.to_owned(),
        size: size.parse().ok()?,
        created: time.parse().ok()?,
    })
}

/// The name that was probably meant, typed with or without its ending.
fn nearest(name: &str, objects: &[Object]) -> Option<String> {
    let meant = hint::nearest(stem(name), objects, |o| stem(&o.name));
    meant.map(|o| o.name.clone())
}

fn stem(name: &str) -> &str {
    name.strip_suffix(ENDING).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTING: &str = "
   2276224  2026-03-02T19:25:17Z  gs://b/db/db_dump-20260302_192517.bak.gz
      3914  2026-03-09T19:25:17Z  gs://b/db/with space.bak.gz
                                 gs://b/db/sub/
TOTAL: 2 objects, 2280138 bytes (2.17 MiB)
";

    #[test]
    fn the_list_is_read_newest_first() {
        let objects = parse_list(LISTING, "gs://b/db/").unwrap();
        let seen: Vec<_> = objects.iter().map(|o| (o.name.as_str(), o.size)).collect();
        assert_eq!(
            seen,
            [
                ("with space.bak.gz", 3914),
                ("db_dump-20260302_192517.bak.gz", 2_276_224)
            ]
        );
    }

    #[test]
    fn an_unreadable_line_is_an_error() {
        let error = parse_list("what is this", "gs://b/db/").unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"cannot read this line of the list of gs://b/db/: "what is this""#
        );
    }

    #[test]
    fn a_typo_finds_the_nearest_name() {
        let objects = parse_list(LISTING, "gs://b/db/").unwrap();
        let dump = Some("db_dump-20260302_192517.bak.gz");
        for typed in [
            "db_dump-20260302_1925",
            "db_dump-20260302_195217.bak.gz",
            "dbdump-20260302_192517",
        ] {
            assert_eq!(nearest(typed, &objects).as_deref(), dump, "{typed}");
        }
        let other = nearest("wth space", &objects);
        assert_eq!(other.as_deref(), Some("with space.bak.gz"));
        assert_eq!(nearest("yesterday", &objects), None);
    }
}
