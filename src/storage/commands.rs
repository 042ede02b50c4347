//! The programs that reach a bucket, as argument vectors with placeholders. Pure.
//!
//! What a placeholder stands for becomes a part of one argument whatever characters it has: nothing splits it, no shell
//! reads it, and it never becomes an option.

mod template;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::listing::ListFormat;

pub use template::{Filled, Template, TemplateError};

/// Makes the CronJob's service account the active one where `gcloud` is there to do it.
const GCLOUD: &str = r#"key="${GOOGLE_APPLICATION_CREDENTIALS:-/conf/credentials.json}"
if command -v gcloud >/dev/null 2>&1 && [ -r "$key" ]; then
  exec gcloud auth activate-service-account --quiet --key-file="$key"
fi"#;

/// What may stand in the command that lists a folder, or in the one before it.
const OF_FOLDERS: &[&str] = &["folder", "bucket", "prefix"];
/// In the one that prints an object.
const OF_OBJECTS: &[&str] = &["folder", "bucket", "prefix", "url", "key", "name"];
/// In the one that prints it from a byte on.
const OF_RANGES: &[&str] = &["folder", "bucket", "prefix", "url", "key", "name", "offset"];

/// How a bucket is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Commands {
    /// Gets credentials, where they are not there by themselves. Run before each of the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<Template>,
    /// Lists a folder.
    pub list: Template,
    /// How it does.
    #[serde(rename = "list-format")]
    pub format: ListFormat,
    /// Prints an object.
    pub fetch: Template,
    /// Prints an object from a byte on; without it, the bytes before are thrown away in the Pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetch_from: Option<Template>,
}

/// Commands that are known by a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Google's, with `gsutil`.
    Gcs,
    /// Amazon's and those that speak its protocol, with `aws`.
    S3,
}

/// Commands as they are written in the settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    preset: Option<Preset>,
    auth: Option<Vec<String>>,
    list: Option<Vec<String>>,
    list_format: Option<ListFormat>,
    fetch: Option<Vec<String>>,
    fetch_from: Option<Vec<String>>,
}

/// Commands of the settings: a preset with some of it replaced, or all of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Configured(pub Commands);

/// Why they can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CommandsError {
    /// One of them.
    // The YAML reader takes over the message and nothing else, so the reason is a part of it.
    #[error("{command}: {reason}")]
    Template {
        /// The key.
        command: &'static str,
        /// Why.
        reason: TemplateError,
    },
    /// Without a preset all that is needed must be there.
    #[error("without a preset there must be list, list-format and fetch")]
    Incomplete,
    /// The preset's way to read a list is not for another program's.
    #[error("a list of one's own needs a list-format")]
    Format,
}

/// As settings in JSON, which is YAML.
impl fmt::Display for Commands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl Commands {
    /// Those of the folder's scheme; of one without a known scheme, Google's.
    pub fn of(folder: &str) -> Self {
        Self::preset(if folder.starts_with("s3://") {
            Preset::S3
        } else {
            Preset::Gcs
        })
    }

    fn preset(preset: Preset) -> Self {
        match preset {
            Preset::Gcs => Self {
                auth: Some(Template::fixed(&["sh", "-c", GCLOUD])),
                list: Template::fixed(&["gsutil", "ls", "-l", "{folder}"]),
                format: ListFormat::GsutilL,
                fetch: Template::fixed(&["gsutil", "-q", "cat", "{url}"]),
                fetch_from: Some(Template::fixed(&[
                    "gsutil",
                    "-q",
                    "cat",
                    "-r",
                    "{offset}-",
                    "{url}",
                ])),
            },
            // Times are printed in the local zone.
            Preset::S3 => Self {
                auth: None,
                list: Template::fixed(&["env", "TZ=UTC", "aws", "s3", "ls", "{folder}"]),
                format: ListFormat::AwsS3Ls,
                fetch: Template::fixed(&["aws", "s3", "cp", "--only-show-errors", "{url}", "-"]),
                fetch_from: None,
            },
        }
    }
}

impl TryFrom<Written> for Configured {
    type Error = CommandsError;

    fn try_from(written: Written) -> Result<Self, CommandsError> {
        let template = |command, argv: Option<Vec<String>>, known| {
            let read = argv.map(|argv| Template::read(argv, known)).transpose();
            read.map_err(|reason| CommandsError::Template { command, reason })
        };
        let auth = template("auth", written.auth, OF_FOLDERS)?;
        let list = template("list", written.list, OF_FOLDERS)?;
        let fetch = template("fetch", written.fetch, OF_OBJECTS)?;
        let fetch_from = template("fetch-from", written.fetch_from, OF_RANGES)?;
        let format = written.list_format;
        let Some(preset) = written.preset else {
            let (Some(list), Some(format), Some(fetch)) = (list, format, fetch) else {
                return Err(CommandsError::Incomplete);
            };
            return Ok(Self(Commands {
                auth,
                list,
                format,
                fetch,
                fetch_from,
            }));
        };
        if list.is_some() && format.is_none() {
            return Err(CommandsError::Format);
        }
        let usual = Commands::preset(preset);
        Ok(Self(Commands {
            auth: auth.or(usual.auth),
            list: list.unwrap_or(usual.list),
            format: format.unwrap_or(usual.format),
            // The preset's own way to begin later belongs to its own way to begin.
            fetch_from: fetch_from.or(usual.fetch_from.filter(|_| fetch.is_none())),
            fetch: fetch.unwrap_or(usual.fetch),
        }))
    }
}

#[cfg(test)]
#[path = "tests/commands.rs"]
mod tests;
