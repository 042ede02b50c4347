//! What programs print of a bucket's folder, read. Pure.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::bucket::Object;

/// How a program lists a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListFormat {
    /// `gsutil ls -l`: a line of size, time and address.
    GsutilL,
    /// `aws s3 ls` in UTC: a line of date, time, size and name.
    AwsS3Ls,
    /// `rclone lsjson`: an array of objects.
    RcloneLsjson,
    /// A line of name, size and time, between tabs. The time as in RFC 3339, or in seconds since 1970.
    Tsv,
}

/// Where the list is of.
#[derive(Debug, Clone, Copy)]
pub struct Folder<'a> {
    /// Address, with its slash.
    pub url: &'a str,
    /// The same without scheme and bucket.
    pub prefix: &'a str,
}

/// A line, or all of a text, that is not as the program writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl ListFormat {
    /// The backups that are right in the folder, newest first.
    pub fn read(self, text: &str, folder: Folder<'_>) -> Result<Vec<Object>, Unreadable> {
        let mut objects = match self {
            Self::RcloneLsjson => rclone(text, folder)?,
            Self::GsutilL => lines(text, |line| gsutil(line, folder))?,
            Self::AwsS3Ls => lines(text, |line| aws(line, folder))?,
            Self::Tsv => lines(text, |line| tsv(line, folder))?,
        };
        objects.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| b.name.cmp(&a.name)));
        Ok(objects)
    }

    /// Whether the program failed because there is nothing to list.
    pub fn means_empty(self, code: i32, stderr: &str) -> bool {
        match self {
            Self::GsutilL => stderr.contains("matched no objects"),
            Self::AwsS3Ls => code == 1 && stderr.trim().is_empty(),
            Self::RcloneLsjson | Self::Tsv => false,
        }
    }
}

/// What a line tells.
enum Line {
    Backup(Object),
    /// A folder, a sum: nothing of ours.
    Other,
}

fn lines(text: &str, read: impl Fn(&str) -> Option<Line>) -> Result<Vec<Object>, Unreadable> {
    let mut objects = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match read(line) {
            Some(Line::Backup(object)) => objects.push(object),
            Some(Line::Other) => {}
            None => return Err(Unreadable(line.trim().to_owned())),
        }
    }
    Ok(objects)
}

fn gsutil(line: &str, folder: Folder<'_>) -> Option<Line> {
    let line = line.trim();
    // Folders below this one are listed by name only.
    if line.starts_with("TOTAL:") || line.ends_with('/') || line.ends_with("/:") {
        return Some(Line::Other);
    }
    let (size, rest) = line.split_once(char::is_whitespace)?;
    let (time, url) = rest.trim_start().split_once(char::is_whitespace)?;
    let name = url.trim_start().strip_prefix(folder.url)?;
    Some(backup(name, size.parse().ok()?, time.parse().ok()?, folder))
}

fn aws(line: &str, folder: Folder<'_>) -> Option<Line> {
    if line.trim_start().starts_with("PRE ") {
        return Some(Line::Other);
    }
    let (time, rest) = line.split_at_checked("2026-01-01 00:00:00".len())?;
    let (size, name) = rest.trim_start().split_once(' ')?;
    let time: DateTime = time.parse().ok()?;
    let created = TimeZone::UTC.to_timestamp(time).ok()?;
    Some(backup(name, size.parse().ok()?, created, folder))
}

fn tsv(line: &str, folder: Folder<'_>) -> Option<Line> {
    let mut fields = line.trim_end_matches('\r').rsplitn(3, '\t');
    let (time, size, name) = (fields.next()?, fields.next()?, fields.next()?);
    // Some programs print names in the bucket, others in the folder.
    let name = name
        .strip_prefix(folder.url)
        .or_else(|| name.strip_prefix(folder.prefix))
        .unwrap_or(name);
    let created = time.parse().ok().or_else(|| seconds(time))?;
    Some(backup(name, size.parse().ok()?, created, folder))
}

/// Whole seconds since 1970; what is behind the point is left out.
fn seconds(text: &str) -> Option<Timestamp> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    Timestamp::from_second(whole.parse().ok()?).ok()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rclone {
    path: String,
    size: i64,
    mod_time: Timestamp,
    is_dir: bool,
}

fn rclone(text: &str, folder: Folder<'_>) -> Result<Vec<Object>, Unreadable> {
    let listed: Vec<Rclone> =
        serde_json::from_str(text).map_err(|error| Unreadable(error.to_string()))?;
    let mut objects = Vec::new();
    for one in listed.into_iter().filter(|one| !one.is_dir) {
        // Some storages do not know the size.
        let size = u64::try_from(one.size).map_err(|_| Unreadable(one.path.clone()))?;
        if let Line::Backup(object) = backup(&one.path, size, one.mod_time, folder) {
            objects.push(object);
        }
    }
    Ok(objects)
}

/// What is in a folder below, or is the folder itself, is none.
fn backup(name: &str, size: u64, created: Timestamp, folder: Folder<'_>) -> Line {
    if name.is_empty() || name.contains('/') {
        return Line::Other;
    }
    Line::Backup(Object {
        name: name.to_owned(),
        url: format!("{}{name}", folder.url),
        size,
        created,
    })
}

#[cfg(test)]
#[path = "tests/listing.rs"]
mod tests;
