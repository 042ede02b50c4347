//! What can be set, at the top of the file and by context. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};

use crate::storage::commands::Configured;

/// Sessions that a restore may load by.
pub const SESSIONS: std::ops::RangeInclusive<u32> = 1..=32;

/// Settings under the names of the flags whose values they stand for. What is not set is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Labels of the database Pod and the backup `CronJob`.
    pub selector: Option<String>,
    /// The release.
    pub instance: Option<String>,
    /// The database Pod's name.
    pub pod: Option<String>,
    /// Its container's name.
    pub container: Option<String>,
    /// The backup `CronJob`'s name.
    pub cronjob: Option<String>,
    /// Folder of the bucket.
    pub bucket: Option<String>,
    /// Labels of the application's workloads.
    pub app_selector: Option<String>,
    /// How the bucket is reached, where its scheme does not say it.
    pub bucket_commands: Option<Configured>,
    /// Image of the Jobs that run in the cluster.
    pub image: Option<String>,
    /// Sessions that load at the same time, within [`SESSIONS`].
    #[serde(deserialize_with = "sessions")]
    pub jobs: Option<u32>,
    /// When to use colour.
    pub color: Option<Color>,
    /// Other settings for some contexts of the kubeconfig.
    contexts: Option<BTreeMap<String, Settings>>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What is wrong with a file's text.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A key that is none of ours.
    #[error("line {line}: there is no setting {key:?}")]
    Key {
        /// As it is written.
        key: String,
        /// Counted from 1.
        line: u64,
        /// Those that may stand there.
        known: Vec<String>,
    },
    /// No YAML, or no value of the kind that is wanted; the message tells the line.
    #[error("{0}")]
    Yaml(String),
    /// A section in a section.
    #[error(
        "the settings of context {0:?} have contexts of their own: those stand at the top of the file"
    )]
    Nested(String),
}

impl Settings {
    /// Reads the file's text; an empty one sets nothing.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let read: Result<Option<Self>, _> = serde_saphyr::from_str(text);
        let settings = read.map_err(|e| fault(e.without_snippet()))?;
        let settings = settings.unwrap_or_default();
        let mut sections = settings.contexts.iter().flatten();
        match sections.find(|(_, section)| section.contexts.is_some()) {
            Some((context, _)) => Err(Fault::Nested(context.clone())),
            None => Ok(settings),
        }
    }

    /// Whether the context matters.
    pub fn has_sections(&self) -> bool {
        self.contexts.as_ref().is_some_and(|c| !c.is_empty())
    }

    /// Those of the context's section, and those of the top that it leaves open.
    #[must_use]
    pub fn in_context(mut self, context: Option<&str>) -> Self {
        let section = self
            .contexts
            .take()
            .zip(context)
            .and_then(|(mut contexts, context)| contexts.remove(context))
            .unwrap_or_default();
        Self {
            selector: section.selector.or(self.selector),
            instance: section.instance.or(self.instance),
            pod: section.pod.or(self.pod),
            container: section.container.or(self.container),
            cronjob: section.cronjob.or(self.cronjob),
            bucket: section.bucket.or(self.bucket),
            app_selector: section.app_selector.or(self.app_selector),
            bucket_commands: section.bucket_commands.or(self.bucket_commands),
            image: section.image.or(self.image),
            jobs: section.jobs.or(self.jobs),
            color: section.color.or(self.color),
            contexts: None,
        }
    }
}

fn sessions<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let jobs = Option::<u32>::deserialize(from)?;
    match jobs {
        Some(jobs) if !SESSIONS.contains(&jobs) => Err(de::Error::custom(format!(
            "jobs: {jobs} is not in {}..={}",
            SESSIONS.start(),
            SESSIONS.end()
        ))),
        jobs => Ok(jobs),
    }
}

fn fault(error: &serde_saphyr::Error) -> Fault {
    match error {
        serde_saphyr::Error::SerdeUnknownField {
            field,
            expected,
            location,
        } => Fault::Key {
            key: field.clone(),
            line: location.line(),
            known: expected.iter().map(ToString::to_string).collect(),
        },
        other => Fault::Yaml(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "
selector: app=db
instance: shop
jobs: 4
color: never
contexts:
  production:
    instance: shop-eu
    bucket: gs://eu/db
    jobs:
  arn:aws:eks:eu-west-1:1:cluster/x: {container: pg}
";

    #[test]
    fn a_section_goes_before_the_top_for_its_context_only() {
        let settings = Settings::read(FILE).unwrap();
        assert!(settings.has_sections());
        let top = settings.clone().in_context(None);
        assert_eq!(top.instance.as_deref(), Some("shop"));
        assert_eq!((top.bucket.as_deref(), top.jobs), (None, Some(4)));
        assert_eq!(settings.clone().in_context(Some("elsewhere")), top);
        let eu = settings.clone().in_context(Some("production"));
        let wanted = Settings {
            instance: Some("shop-eu".to_owned()),
            bucket: Some("gs://eu/db".to_owned()),
            ..top.clone()
        };
        assert_eq!(eu, wanted);
        let aws = settings.in_context(Some("arn:aws:eks:eu-west-1:1:cluster/x"));
        assert_eq!(aws.container.as_deref(), Some("pg"));
    }

    #[test]
    fn an_empty_file_sets_nothing() {
        for text in ["", "\n# nothing\n", "---\n", "{}"] {
            let read = Settings::read(text).unwrap();
            assert_eq!(read.in_context(Some("x")), Settings::default(), "{text:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let cases = [
            ("a: 1", "line 1: there is no setting \"a\""),
            (
                "pod: x\ncontexts:\n  one:\n    cronjbo: y\n",
                "line 4: there is no setting \"cronjbo\"",
            ),
            (
                "contexts: {one: {contexts: {two: {}}}}",
                "the settings of context \"one\" have contexts of their own: those stand at the top of the file",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(Settings::read(text).unwrap_err().to_string(), message);
        }
        for (text, part) in [
            ("pod: [a]", "line 1"),
            ("pod: a\njobs: 33", "jobs: 33 is not in 1..=32"),
            ("pod: a\njobs: many", "line 2"),
            ("color: red", "auto, always, never"),
            ("pod: a\npod: b", "line 2"),
            ("pod: 'a", "line 1"),
            ("just text", "line 1"),
            ("pod: a\n---\npod: b", "line 3"),
        ] {
            let message = Settings::read(text).unwrap_err().to_string();
            assert!(message.contains(part), "{text:?}: {message}");
        }
    }
}
