//! What a user may type for BACKUP. Pure: whether a file exists is told from outside.

use std::path::PathBuf;

/// A backup as the user named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// The newest in the bucket.
    Latest,
    /// Standard input.
    Stdin,
    /// `gs://…`, or of another scheme.
    Url(String),
    /// A file on this machine.
    Path(PathBuf),
    /// A name as `list` shows it, with or without its ending.
    Name(String),
}

impl Reference {
    /// Reads what was typed. `is_file` tells whether a local file of that name exists: a path with a slash is always
    /// local, a bare name is local only where there is such a file.
    pub fn read(text: &str, is_file: impl Fn(&str) -> bool) -> Self {
        match text {
            "latest" if !is_file(text) => Self::Latest,
            "-" => Self::Stdin,
            url if url.contains("://") => Self::Url(url.to_owned()),
            path if path.contains('/') || path.contains('\\') || is_file(path) => {
                Self::Path(path.into())
            }
            name => Self::Name(name.to_owned()),
        }
    }

    /// Whether finding it needs a cluster.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Path(_) | Self::Stdin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_told_apart() {
        let read = |text: &str| Reference::read(text, |p| p == "here.sql");
        assert_eq!(read("latest"), Reference::Latest);
        assert_eq!(read("-"), Reference::Stdin);
        assert_eq!(
            read("gs://b/db/x.gz"),
            Reference::Url("gs://b/db/x.gz".into())
        );
        assert_eq!(read("s3://b/x"), Reference::Url("s3://b/x".into()));
        assert_eq!(read("./x.gz"), Reference::Path("./x.gz".into()));
        assert_eq!(read("here.sql"), Reference::Path("here.sql".into()));
        assert_eq!(
            read("db_dump-20260101_000000"),
            Reference::Name("db_dump-20260101_000000".into())
        );
    }
}
