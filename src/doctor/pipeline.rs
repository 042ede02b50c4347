//! Whether a backup script notices that its dump failed, told from its text. Pure.

/// What a script does about the exit code of its dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dump {
    /// It goes into a pipeline whose last command alone is looked at; the line.
    Unwatched(String),
    /// It is looked at.
    Watched,
    /// No dump is made here.
    Nowhere,
}

/// Reads a script of any shell. What a line means is guessed from its words, as people do.
pub fn read(script: &str) -> Dump {
    let lines = joined(script);
    let is_guarded = |text: &str| text.contains("pipefail") || text.contains("PIPESTATUS");
    let mut guarded = script.lines().next().is_some_and(is_guarded);
    let mut dump = Dump::Nowhere;
    for line in &lines {
        guarded |= is_guarded(line);
        match after_dump(line) {
            None => {}
            Some(rest) if is_piped(rest) && !guarded && !script.contains("PIPESTATUS") => {
                return Dump::Unwatched(line.clone());
            }
            Some(_) => dump = Dump::Watched,
        }
    }
    dump
}

/// Commands of one line each, without comments.
fn joined(script: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open = false;
    for line in script.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let goes_on = line.ends_with('\\') || line.ends_with('|');
        let text = line.trim_end_matches('\\').trim_end();
        match lines.last_mut() {
            Some(last) if open || line.starts_with('|') => {
                last.push(' ');
                last.push_str(text);
            }
            _ => lines.push(text.to_owned()),
        }
        open = goes_on;
    }
    lines
}

/// What stands behind the first `pg_dump` or `pg_dumpall` that is run.
fn after_dump(line: &str) -> Option<&str> {
    line.match_indices("pg_dump").find_map(|(at, _)| {
        let rest = &line[at..];
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let named = matches!(&rest[..end], "pg_dump" | "pg_dumpall");
        let begins = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        (named && begins).then(|| &rest[end..])
    })
}

/// Whether a pipe follows before the command ends.
fn is_piped(rest: &str) -> bool {
    let mut after = rest;
    while let Some(at) = after.find(['|', ';', '&']) {
        let (sign, more) = (after.as_bytes()[at], &after[at + 1..]);
        let before = &after[..at];
        match sign {
            b'|' if !more.starts_with('|') => return true,
            // `2>&1` and `>&2` end nothing.
            b'&' if before.ends_with('>') => after = more,
            _ => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_that_nobody_watches_is_found() {
        let line = "pg_dumpall -h $DB_HOST -U $POSTGRES_USER | gzip > $FILE";
        let unwatched = Dump::Unwatched(line.to_owned());
        assert_eq!(read(&format!("#!/bin/sh\nset -e\n{line}\n")), unwatched);
        assert_eq!(
            read("pg_dump 2>&1 \\\n  --create db \\\n  | gzip >f"),
            Dump::Unwatched("pg_dump 2>&1 --create db | gzip >f".to_owned())
        );
        assert_eq!(
            read("/usr/bin/pg_dumpall |\n  gzip >f\nset -o pipefail"),
            Dump::Unwatched("/usr/bin/pg_dumpall | gzip >f".to_owned())
        );
    }

    #[test]
    fn what_watches_is_seen() {
        for script in [
            "#!/bin/bash\nset -eo pipefail\npg_dumpall | gzip >f",
            "#!/bin/bash -o pipefail\npg_dumpall | gzip >f",
            "pg_dumpall | gzip >f\n[ ${PIPESTATUS[0]} -eq 0 ]",
            "pg_dumpall >f && gzip f",
            "pg_dumpall -f f || exit 1; cat f | gzip >g",
        ] {
            assert_eq!(read(script), Dump::Watched, "{script}");
        }
    }

    #[test]
    fn without_a_dump_there_is_nothing_to_watch() {
        for script in ["# pg_dumpall | gzip\n/backup.sh", "run_pg_dumps | gzip", ""] {
            assert_eq!(read(script), Dump::Nowhere, "{script}");
        }
    }
}
