//! The programs that our steps run in the database's container, and the question which of them are there. Pure.

use std::collections::{BTreeMap, BTreeSet};

/// What every command that asks the server or the volume runs.
pub const ALL: &[&str] = &["cat", "df", "psql", "sed", "sh", "tail"];
/// What a restore runs besides.
pub const RESTORE: &[&str] = &[
    "chmod",
    "chown",
    "dd",
    "gzip",
    "id",
    "mkdir",
    "mv",
    "readlink",
    "rm",
    "rmdir",
    "sha256sum",
    "sleep",
    "stat",
    "tar",
    "wc",
];
/// `backup --output` dumps with it, and so does the script of the backup.
pub const DUMP: &str = "pg_dumpall";
/// Each for backups that are compressed so.
pub const DECOMPRESSORS: &[&str] = &["bzip2", "xz", "zstd"];
/// What reads a bucket, in whichever Pod that is.
pub const BUCKET: &[&str] = &["gsutil", "ls", "mktemp"];

/// What has another way or is only asked where it is there.
pub const SPARE: &[&str] = &["gcloud", "grep", "nproc", "openssl", "perl", "tr"];

/// Prints what of the programs is there, versions, and a file. Arguments: file or nothing, programs.
pub const PROBE: &str = r#"file=$1
shift
for tool; do
  if command -v "$tool" >/dev/null 2>&1; then echo "tool $tool"; fi
done
for tool in psql pg_dumpall; do
  if command -v "$tool" >/dev/null 2>&1; then echo "version $("$tool" --version)"; fi
done
if [ -n "$file" ] && [ -r "$file" ]; then echo "file"; head -c 65536 -- "$file"; echo; fi
echo "end of the answer""#;
const END: &str = "\nend of the answer\n";

/// The arguments of [`PROBE`].
pub fn arguments(file: Option<&str>) -> Vec<String> {
    let file = file.unwrap_or_default();
    let tools = ALL.iter().chain(RESTORE).chain(DECOMPRESSORS).chain(BUCKET);
    let words = [file].into_iter().chain(tools.copied()).chain([DUMP]);
    words.map(str::to_owned).collect()
}

/// The container as the probe saw it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probed {
    /// Programs that are there.
    pub tools: BTreeSet<String>,
    /// Major versions of PostgreSQL's programs.
    pub majors: BTreeMap<String, u32>,
    /// The file that was asked for; none where it can't be read.
    pub file: Option<String>,
}

impl Probed {
    /// Reads the answer; nothing where its end is missing.
    pub fn parse(answer: &str) -> Option<Self> {
        let (answer, rest) = answer.rsplit_once(END)?;
        let whole = rest.is_empty();
        let (head, file) = match answer.split_once("\nfile\n") {
            Some((head, file)) => (head, Some(file.to_owned())),
            None => (answer, None),
        };
        let mut probed = Self {
            file,
            ..Self::default()
        };
        for line in head.lines() {
            match line.split_once(' ') {
                Some(("tool", tool)) => drop(probed.tools.insert(tool.to_owned())),
                Some(("version", version)) => probed.majors.extend(major(version)),
                _ => {}
            }
        }
        whole.then_some(probed)
    }

    /// What of these is not there.
    pub fn without<'t>(&self, tools: &[&'t str]) -> Vec<&'t str> {
        let missing = tools.iter().filter(|tool| !self.tools.contains(**tool));
        missing.copied().collect()
    }
}

/// `psql (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)`, `pg_dumpall (PostgreSQL) 18beta1`
fn major(version: &str) -> Option<(String, u32)> {
    let (program, rest) = version.split_once(" (PostgreSQL) ")?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    Some((program.to_owned(), rest[..end].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "tool psql\ntool dd\nversion psql (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)
version pg_dumpall (PostgreSQL) 18beta1\nfile\n#!/bin/sh\n\nend of the answer\n-\nend of the answer\n";

    #[test]
    fn an_answer_is_read_to_its_end() {
        let probed = Probed::parse(ANSWER).unwrap();
        assert_eq!(probed.without(&["dd", "psql", "tar"]), ["tar"]);
        assert_eq!(probed.majors["psql"], 15);
        assert_eq!(probed.majors["pg_dumpall"], 18);
        assert_eq!(probed.file.unwrap(), "#!/bin/sh\n\nend of the answer\n-");
        for cut in [1, 10, 40] {
            let end = ANSWER.len() - cut;
            assert_eq!(Probed::parse(&ANSWER[..end]), None, "cut by {cut}");
        }
    }
}
