//! What a look at one thing came to. Pure.

use serde::Serialize;

/// How it stands with one thing. Later ones weigh more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It could not be seen.
    Unknown,
    /// The commands work, but it deserves care.
    Warning,
    /// A command fails, or data is in danger.
    Failed,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name, which stays the same from version to version.
    pub id: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// What was seen, or why it could not be.
    pub found: String,
    /// Why it matters.
    pub why: &'static str,
    /// Commands to type, or YAML; empty where nothing is to be done.
    pub mend: Vec<String>,
}

impl Check {
    pub(super) fn new(
        id: &'static str,
        why: &'static str,
        (verdict, found): (Verdict, String),
    ) -> Self {
        Self {
            id,
            verdict,
            found,
            why,
            mend: Vec::new(),
        }
    }

    /// What to type about it.
    pub(super) fn mended_by(mut self, mend: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.mend.extend(mend.into_iter().map(Into::into));
        self
    }
}

/// What a look brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen<T> {
    /// It is there.
    There(T),
    /// It was looked for, and is not as it must be: what is wrong, and what to type.
    Wrong(String, Option<String>),
    /// It could not be looked at, and why.
    Unseen(String),
}

impl<T> Seen<T> {
    /// What is there.
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::There(what) => Some(what),
            Self::Wrong(..) | Self::Unseen(_) => None,
        }
    }

    /// Why it is not there.
    pub(super) fn reason(&self) -> Option<&str> {
        match self {
            Self::There(_) => None,
            Self::Wrong(reason, _) | Self::Unseen(reason) => Some(reason),
        }
    }

    /// The same of a part of it.
    pub(super) fn map<U>(&self, part: impl FnOnce(&T) -> U) -> Seen<U> {
        match self {
            Self::There(what) => Seen::There(part(what)),
            Self::Wrong(what, mend) => Seen::Wrong(what.clone(), mend.clone()),
            Self::Unseen(why) => Seen::Unseen(why.clone()),
        }
    }

    /// The check of what is there; what is not there fails, what could not be seen is unknown.
    pub(super) fn check(
        &self,
        id: &'static str,
        why: &'static str,
        judge: impl FnOnce(&T) -> (Verdict, String),
    ) -> Check {
        match self {
            Self::There(what) => Check::new(id, why, judge(what)),
            Self::Wrong(what, mend) => {
                Check::new(id, why, (Verdict::Failed, what.clone())).mended_by(mend.clone())
            }
            Self::Unseen(reason) => Check::new(id, why, (Verdict::Unknown, reason.clone())),
        }
    }
}
