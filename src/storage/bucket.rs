//! Backups in a bucket, reached by programs in a Pod that has its credentials, such as `gsutil`: nothing is installed
//! on this machine.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::cluster::{Command, Container, ExecError};
use crate::dump::ends_complete;
use crate::hint;

use super::commands::{Commands, Template, TemplateError};
use super::listing::Folder;
use super::stream::PodStream;

/// Runs the command that gets credentials, then leaves the other one as the script's arguments. `$1` is for the script
/// alone, `$2` the number of the command's arguments; behind those are the arguments of the one before it, if there
/// is one. A prefix of every script.
macro_rules! authenticated {
    ($script:literal) => {
        concat!(
            "set -eu\nextra=$1 count=$2\nshift 2\n",
            "( shift \"$count\"; [ \"$#\" -eq 0 ] || exec \"$@\" ) >/dev/null\n",
            "left=$count\nwhile [ \"$left\" -gt 0 ]; do set -- \"$@\" \"$1\"; shift; left=$((left - 1)); done\n",
            "shift \"$(($# - count))\"\n",
            $script
        )
    };
}

const RUN: &str = authenticated!("exec \"$@\"");

/// Prints from a byte on, where the program can't: the first one is 1.
///
/// The shell reports only the last command of a pipeline, so each of the others leaves a note when it fails.
///
/// Nothing is put into the background, here or in any other script: in a container whose first process is `postgres`
/// an orphan becomes the server's child, and one that dies of a signal looks like a crashed backend, upon which the
/// server ends all sessions and recovers (`CleanupBackend`, postmaster.c).
const RUN_FROM: &str = authenticated!(
    r#"notes=$(mktemp -d)
trap 'rm -rf "$notes"' EXIT
{ "$@" || echo "$1 failed" >"$notes/fetch"; } | tail -c "+$extra"
cat "$notes"/* >&2 2>/dev/null || true
[ -z "$(ls -A "$notes")" ]"#
);

/// Prints the last bytes of the object's text.
const TAIL: &str = authenticated!(
    r#"notes=$(mktemp -d)
trap 'rm -rf "$notes"' EXIT
{ "$@" || echo "$1 failed" >"$notes/fetch"; } |
  { case "$extra" in cat) cat ;; *) "$extra" -dc ;; esac || echo "$extra failed" >"$notes/unpack"; } |
  tail -c 256
cat "$notes"/* >&2 2>/dev/null || true
[ -z "$(ls -A "$notes")" ]"#
);

/// What need not be typed of a name.
const ENDING: &str = ".bak.gz";

/// The text of a list that is taken: that of more than 100000 backups, which with what is read of it fits into the memory
/// that the plugin may take.
const LONGEST_LIST: usize = 12 << 20;

/// A program asks a bucket that does not answer again and again, and says nothing meanwhile.
const SILENT_LIST: Duration = Duration::from_mins(3);
/// A large object is read in the Pod for so long without a word.
const SILENT_READ: Duration = Duration::from_hours(6);

/// A folder of a bucket, and the container from which it can be read.
#[derive(Clone)]
pub struct Bucket {
    container: Container,
    /// Ends with a slash.
    folder: String,
    /// None where the folder's scheme says how it is reached.
    configured: Option<Arc<Commands>>,
}

/// One backup of the bucket.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Object {
    /// File name, without folder.
    pub name: String,
    /// `gs://…`: folder and name.
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
    /// The program failed.
    #[error("cannot list {folder}")]
    List {
        /// The folder.
        folder: String,
        /// Why.
        source: ExecError,
    },
    /// A line that is not as the program writes it.
    #[error("cannot read this line of the list of {folder}: {line:?}")]
    Line {
        /// The folder.
        folder: String,
        /// The line.
        line: String,
    },
    /// No command can be made for it.
    #[error("there is no way to ask for {url}")]
    Command {
        /// The folder or object.
        url: String,
        /// Why.
        source: TemplateError,
    },
    /// More than are kept in memory.
    #[error("the list of {folder} is longer than {}", bytesize::ByteSize(*limit as u64))]
    TooMany {
        /// The folder.
        folder: String,
        /// Bytes.
        limit: usize,
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
    /// A folder such as `gs://bucket/db`, reached as it is configured or as its scheme says.
    pub fn new(container: Container, folder: &str, configured: Option<Arc<Commands>>) -> Self {
        Self {
            container,
            folder: format!("{}/", folder.trim_end_matches('/')),
            configured,
        }
    }

    /// Another folder, through the same container.
    #[must_use]
    pub fn in_folder(&self, folder: &str) -> Self {
        Self::new(self.container.clone(), folder, self.configured.clone())
    }

    /// The folder, with its slash.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// All backups, newest first.
    pub async fn list(&self) -> Result<Vec<Object>, BucketError> {
        let commands = self.commands();
        let values = self.values();
        let command = self.command(RUN, "", &commands.list, &values, &self.folder)?;
        let command = command.idle(SILENT_LIST);
        let listed = self.container.output_within(&command, LONGEST_LIST);
        let text = match listed.await {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(ExecError::Failed { code, stderr, .. })
                if commands.format.means_empty(code, &stderr) =>
            {
                return Ok(Vec::new());
            }
            Err(ExecError::TooMuch { limit, .. }) => {
                return Err(BucketError::TooMany {
                    folder: self.folder.clone(),
                    limit,
                });
            }
            Err(source) => {
                return Err(BucketError::List {
                    folder: self.folder.clone(),
                    source,
                });
            }
        };
        let (_, prefix) = self.parts();
        let folder = Folder {
            url: &self.folder,
            prefix,
        };
        let read = commands.format.read(&text, folder);
        read.map_err(|line| BucketError::Line {
            folder: self.folder.clone(),
            line: line.0,
        })
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
    pub fn open(&self, object: &Object, offset: u64) -> Result<PodStream, BucketError> {
        let commands = self.commands();
        let mut values = self.values_of(object);
        values.push(("offset", offset.to_string()));
        let first = (offset + 1).to_string();
        let (script, extra, template) = match &commands.fetch_from {
            _ if offset == 0 => (RUN, "", &commands.fetch),
            Some(from) => (RUN, "", from),
            None => (RUN_FROM, first.as_str(), &commands.fetch),
        };
        let command = self.command(script, extra, template, &values, &object.url)?;
        let url = object.url.clone();
        Ok(PodStream::open(&self.container, command, url))
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
        let url = || object.url.clone();
        let values = self.values_of(object);
        let fetch = &self.commands().fetch;
        let command = self.command(TAIL, program, fetch, &values, &object.url)?;
        let tail = match self.container.output(&command.idle(SILENT_READ)).await {
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

    fn commands(&self) -> Arc<Commands> {
        let usual = || Arc::new(Commands::of(&self.folder));
        self.configured.clone().unwrap_or_else(usual)
    }

    /// What the folder is of: the bucket's name, and the rest with its slash.
    fn parts(&self) -> (&str, &str) {
        let (_, path) = self.folder.split_once("://").unwrap_or(("", &self.folder));
        path.split_once('/').unwrap_or((path, ""))
    }

    /// What stands for the placeholders of a command.
    fn values(&self) -> Vec<(&'static str, String)> {
        let (bucket, prefix) = self.parts();
        vec![
            ("folder", self.folder.clone()),
            ("bucket", bucket.to_owned()),
            ("prefix", prefix.to_owned()),
        ]
    }

    fn values_of(&self, object: &Object) -> Vec<(&'static str, String)> {
        let (_, prefix) = self.parts();
        let mut values = self.values();
        values.push(("url", object.url.clone()));
        values.push(("key", format!("{prefix}{}", object.name)));
        values.push(("name", object.name.clone()));
        values
    }

    /// A script that runs a command with credentials; `extra` is the script's own argument.
    fn command(
        &self,
        script: &'static str,
        extra: &str,
        template: &Template,
        values: &[(&'static str, String)],
        url: &str,
    ) -> Result<Command, BucketError> {
        let fill = |template: &Template| {
            let filled = template.fill(values);
            filled.map_err(|source| BucketError::Command {
                url: url.to_owned(),
                source,
            })
        };
        let argv = fill(template)?;
        let auth = self.commands().auth.as_ref().map(fill).transpose()?;
        let own = [extra.to_owned(), argv.len().to_string()];
        let arguments = own.into_iter().chain(argv).chain(auth.unwrap_or_default());
        Ok(Command::script(script, arguments).named(template.program()))
    }
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

    #[test]
    fn a_typo_finds_the_nearest_name() {
        let names = ["with space.bak.gz", "db_dump-20260302_192517.bak.gz"];
        let objects = names.map(|name| Object {
            name: name.to_owned(),
            url: format!("gs://b/db/{name}"),
            size: 1,
            created: Timestamp::UNIX_EPOCH,
        });
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
