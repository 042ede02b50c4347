//! The binary as a user meets it where there is no cluster: whole standard output, whole standard error, and status.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::format_collect,
    reason = "a test may"
)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{CommandFactory as _, Parser as _};
use quetzal_db::doctor::rbac::{Subject, manifest};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

#[path = "cli/download.rs"]
mod download;
#[allow(dead_code, unreachable_pub, reason = "the cluster tests use all of it")]
#[path = "support/schema.rs"]
mod schema;

const DUMP: &str = "small-15.sql";

/// The dump as each program stores it, with the name of the format in text and in JSON.
const STORED: &[(&str, &str, &str)] = &[
    ("small-15.sql", "None", "none"),
    ("small-15.sql.gz", "Gzip", "gzip"),
    ("small-15.sql.zst", "Zstd", "zstd"),
    ("small-15.sql.xz", "Xz", "xz"),
    ("small-15.sql.bz2", "Bzip2", "bzip2"),
];

const HINT: &str = "\nhint: look for another backup: kubectl quetzal-db list\n";

/// A call of the plugin in a folder of its own, with nothing of the caller's environment: no kubeconfig anywhere.
struct Call {
    folder: TempDir,
    arguments: Vec<String>,
    environment: Vec<(&'static str, &'static str)>,
    stdin: Vec<u8>,
}

/// How a call ended.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    status: i32,
    stdout: String,
    stderr: String,
}

fn call(arguments: &[&str]) -> Call {
    Call {
        folder: TempDir::new().unwrap(),
        arguments: arguments.iter().map(|&a| a.to_owned()).collect(),
        environment: Vec::new(),
        stdin: Vec::new(),
    }
}

impl Call {
    /// Puts a file into the folder.
    fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn stdin(mut self, content: impl Into<Vec<u8>>) -> Self {
        self.stdin = content.into();
        self
    }

    fn env(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.push((name, value));
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-quetzal-db"));
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .env_clear();
        command
            .env("PATH", "/nonexistent")
            .env("HOME", self.folder.path())
            .env("TMPDIR", self.folder.path());
        command
            .env("KUBECONFIG", "/nonexistent/kubeconfig")
            .envs(self.environment.iter().copied());
        command
    }

    fn run(&self) -> Ended {
        let mut command = assert_cmd::Command::from_std(self.command());
        let output = command
            .write_stdin(self.stdin.clone())
            .timeout(std::time::Duration::from_mins(1))
            .output()
            .unwrap();
        Ended {
            status: output.status.code().expect("an exit code, not a signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn ends(&self, status: i32, stdout: &str, stderr: &str) {
        assert_eq!(
            self.run(),
            Ended {
                status,
                stdout: stdout.to_owned(),
                stderr: stderr.to_owned()
            }
        );
    }

    /// `verify FILE` that is refused for `causes`, outermost first.
    #[track_caller]
    fn is_refused(&self, name: &str, causes: &[&str]) {
        let causes: String = causes
            .iter()
            .map(|cause| format!("  because {cause}\n"))
            .collect();
        self.ends(
            4,
            "",
            &format!("Verify {name} ...\nerror: {name}: the backup can't be used\n{causes}{HINT}"),
        );
    }

    /// Runs it with standard output closed by its reader before anything was written.
    fn without_reader(&self) -> (i32, String) {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = self
            .command()
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        (
            output.status.code().expect("an exit code, not a signal"),
            String::from_utf8(output.stderr).unwrap(),
        )
    }

    /// Runs it on a terminal and gives everything that it showed.
    fn on_a_terminal(&self) -> String {
        let mut session = rexpect::session::spawn_command(self.command(), Some(20_000)).unwrap();
        session.exp_eof().unwrap()
    }
}

fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(tests_folder().join("fixtures").join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn dump() -> String {
    String::from_utf8(fixture(DUMP)).unwrap()
}

/// Compares with a file of tests/golden, or writes it where `UPDATE_GOLDEN` is set.
#[track_caller]
fn is_golden(name: &str, text: &str) {
    let path = tests_folder().join("golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert_eq!(
        text, golden,
        "tests/golden/{name}: UPDATE_GOLDEN=1 cargo test --test cli writes it anew"
    );
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What `verify` says of the small dump.
fn verified(name: &str, stored: &[u8], format: &str) -> String {
    format!(
        "{name} is a complete cluster dump of PostgreSQL 15.18 (Debian 15.18-0+deb12u1)
{} stored ({format}), {} of text, SHA-256 {}
roles: db_ro_user, db_user, dbuser, readers
extensions: pgcrypto

DATABASE    TABLE           ROWS   SIZE
template1
postgres
quetzal
            public.images     30   471 B
            public.users       4    53 B
unittests
            public.runs        0     0 B
",
        bytesize::ByteSize(stored.len() as u64),
        bytesize::ByteSize(dump().len() as u64),
        sha256(stored),
    )
}

/// The place of `text` in the dump, as errors tell it.
fn place(dump: &str, text: &str) -> String {
    let byte = dump
        .find(text)
        .unwrap_or_else(|| panic!("no {text:?} in the dump"));
    format!(
        "byte {byte}, line {}",
        1 + dump[..byte].matches('\n').count()
    )
}

#[test]
fn help_is_golden() {
    for (arguments, name) in [
        (&["--help"][..], "help.txt"),
        (&["backup", "--help"], "help-backup.txt"),
        (&["list", "--help"], "help-list.txt"),
        (&["download", "--help"], "help-download.txt"),
        (&["verify", "--help"], "help-verify.txt"),
        (&["restore", "--help"], "help-restore.txt"),
        (&["drill", "--help"], "help-drill.txt"),
        (&["status", "--help"], "help-status.txt"),
        (&["resume", "--help"], "help-resume.txt"),
        (&["rollback", "--help"], "help-rollback.txt"),
        (&["cleanup", "--help"], "help-cleanup.txt"),
        (&["maintenance", "--help"], "help-maintenance.txt"),
        (&["doctor", "--help"], "help-doctor.txt"),
        (&["completion", "--help"], "help-completion.txt"),
    ] {
        let ended = call(arguments).run();
        assert_eq!(
            (ended.status, ended.stderr.as_str()),
            (0, ""),
            "{arguments:?}"
        );
        is_golden(name, &ended.stdout);
    }
}

/// Every command shows how it is called, and what it shows can be typed.
#[test]
fn examples_of_the_help_are_command_lines() {
    for command in quetzal_db::cli::Cli::command().get_subcommands() {
        let help = call(&[command.get_name(), "--help"]).run().stdout;
        let (_, after) = help
            .split_once("\nExamples:\n")
            .unwrap_or_else(|| panic!("{command} has no examples"));
        let (examples, _) = after.split_once("\n\n").unwrap();
        let calls: Vec<_> = examples
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .collect();
        assert!(!calls.is_empty(), "{command}");
        let asks = command.get_name() != "completion";
        assert_eq!(after.contains("\n  pods: get, list"), asks, "{command}");
        for line in calls {
            can_be_typed(line);
            assert!(line.contains(&format!("quetzal-db {command}")), "{line}");
        }
    }
}

/// The plugin's own part of a line for a shell.
#[track_caller]
fn can_be_typed(line: &str) {
    let (_, after) = line
        .split_once("kubectl quetzal-db ")
        .unwrap_or_else(|| panic!("{line}"));
    let own = after.split(['|', ')']).next().unwrap();
    let words = ["kubectl-quetzal_db"]
        .into_iter()
        .chain(own.split_whitespace());
    if let Err(usage) = quetzal_db::cli::Cli::try_parse_from(words) {
        panic!("{line}: {usage}");
    }
}

#[test]
fn the_version_is_the_packages() {
    call(&["--version"]).ends(
        0,
        concat!("kubectl quetzal-db ", env!("CARGO_PKG_VERSION"), "\n"),
        "",
    );
}

#[test]
fn no_command_is_a_usage_error_that_shows_the_help() {
    let ended = call(&[]).run();
    assert_eq!((ended.status, ended.stdout.as_str()), (2, ""));
    assert_eq!(ended.stderr, call(&["-h"]).run().stdout);
}

#[test]
fn an_unknown_command_brings_a_suggestion() {
    call(&["restor"]).ends(
        2,
        "",
        "error: unrecognized subcommand 'restor'

  tip: a similar subcommand exists: 'restore'

Usage: kubectl quetzal-db [OPTIONS] <COMMAND>

For more information, try '--help'.
",
    );
}

#[test]
fn flags_that_contradict_each_other_are_a_usage_error() {
    for (arguments, first, second) in [
        (&["list", "-q", "-v"][..], "--quiet", "--verbose..."),
        (
            &["backup", "--no-wait", "--output", "f"],
            "--no-wait",
            "--output <FILE>",
        ),
        (&["backup", "--no-wait", "--wait"], "--no-wait", "--wait"),
    ] {
        let ended = call(arguments).run();
        let said = format!("error: the argument '{first}' cannot be used with '{second}'\n");
        assert_eq!(
            (ended.status, ended.stdout.as_str()),
            (2, ""),
            "{arguments:?}"
        );
        assert!(
            ended.stderr.starts_with(&said),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
}

#[test]
fn values_that_make_no_sense_are_a_usage_error() {
    for arguments in [
        &["backup", "--timeout", "soon"][..],
        &["list", "-o", "yaml"],
        &["list", "--color", "blue"],
        &["restore"],
        &["restore", "x", "--maintenance", "off"],
        &["list", "--limit", "-1"],
        &["drill"],
        &["drill", "x", "--yes"],
        &["drill", "x", "--in-place"],
        &["status", "x"],
        &["status", "--yes"],
        &["resume", "1ead8dbe"],
        &["resume", "--yes"],
        &["rollback", "1ead8dbe"],
        &["rollback", "--dry-run"],
        &["cleanup", "x"],
        &["maintenance"],
        &["maintenance", "pause"],
        &["maintenance", "on", "off"],
        &["doctor", "x"],
        &["doctor", "--rbac-for", "user:jane"],
        &["doctor", "--rbac", "--rbac-for", "robot:r2"],
        &["doctor", "--rbac", "--rbac-for", "user:"],
        &["completion", "tcsh"],
    ] {
        let ended = call(arguments).run();
        assert_eq!(
            (ended.status, ended.stdout.as_str()),
            (2, ""),
            "{arguments:?}"
        );
        assert!(
            ended.stderr.starts_with("error: "),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
}

/// Nobody should learn the values of a switch by guessing.
#[test]
fn maintenance_names_its_values() {
    for (arguments, first) in [
        (
            &["maintenance"][..],
            "error: the following required arguments were not provided:\n  <SWITCH>\n",
        ),
        (
            &["maintenance", "of"],
            "error: invalid value 'of' for '<SWITCH>'\n  [possible values: on, off]\n",
        ),
    ] {
        let ended = call(arguments).run();
        assert_eq!(
            (ended.status, ended.stdout.as_str()),
            (2, ""),
            "{arguments:?}"
        );
        assert!(
            ended.stderr.starts_with(first),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
}

#[test]
fn a_complete_dump_is_told_in_each_format() {
    for (name, format, _) in STORED {
        let stored = fixture(name);
        let progress = format!("Verify ./{name} ...\nVerify ./{name}: complete\n");
        let text = verified(&format!("./{name}"), &stored, format);
        call(&["verify", &format!("./{name}")])
            .file(name, &stored)
            .ends(0, &text, &progress);
    }
}

#[test]
fn the_format_is_told_by_content_not_by_name() {
    for (name, format, _) in STORED {
        let stored = fixture(name);
        for wrong in ["dump.gz", "dump.txt", "dump"] {
            let text = verified(wrong, &stored, format);
            call(&["verify", wrong, "-q"])
                .file(wrong, &stored)
                .ends(0, &text, "");
        }
    }
}

#[test]
fn json_has_what_the_backup_holds_and_no_password() {
    let mut inventories = Vec::new();
    for (name, _, format) in STORED {
        let stored = fixture(name);
        let ended = call(&["verify", name, "-o", "json", "-q"])
            .file(name, &stored)
            .run();
        assert_eq!((ended.status, ended.stderr.as_str()), (0, ""), "{name}");
        assert!(
            !ended.stdout.contains("4096:"),
            "{name}: a password's hash is printed"
        );
        let mut report: Value = serde_json::from_str(&ended.stdout).unwrap();
        schema::assert_valid("verify", &report);
        for (field, wanted) in [
            ("backup", Value::from(*name)),
            ("compression", Value::from(*format)),
            ("stored_bytes", Value::from(stored.len())),
            ("sha256", Value::from(sha256(&stored))),
        ] {
            assert_eq!(report[field].take(), wanted, "{name}: {field}");
        }
        inventories.push(report);
        if *name == DUMP {
            is_golden("small-15.json", &ended.stdout);
        }
    }
    assert!(
        inventories
            .iter()
            .all(|inventory| *inventory == inventories[0])
    );
}

/// Programs get lines of JSON on standard error whatever happens, and the exit code in the last one.
#[test]
fn what_happens_is_json_for_programs() {
    let events = |call: Call| -> (i32, Vec<Value>) {
        let ended = call.run();
        schema::assert_events(&ended.stderr);
        let lines = ended.stderr.lines();
        let events = lines.map(|line| serde_json::from_str(line).unwrap());
        (ended.status, events.collect())
    };
    let names = |events: &[Value]| -> Vec<String> {
        let names = events.iter().map(|e| e["event"].as_str().unwrap());
        names.map(str::to_owned).collect()
    };
    let (status, good) = events(call(&["verify", DUMP, "-o", "json"]).file(DUMP, dump()));
    assert_eq!(status, 0);
    let mut kinds = names(&good);
    kinds.dedup();
    assert_eq!(kinds, ["begin", "progress", "done"]);

    let cut = &dump()[..dump().len() - 60];
    let (status, refused) = events(call(&["verify", "cut", "-o", "json"]).file("cut", cut));
    assert_eq!(status, 4);
    let last = refused.last().unwrap();
    assert_eq!(last["message"], "cut: the backup can't be used");
    assert_eq!(last["causes"][0], "the dump is refused");
    assert_eq!(
        last["hint"],
        "look for another backup: kubectl quetzal-db list"
    );
    assert_eq!(last["exit_code"], 4);

    let (_, quiet) = events(call(&["verify", "cut", "-o", "json", "-q"]).file("cut", cut));
    assert_eq!(names(&quiet), ["error"]);
    // Where a person sees it, it is text.
    let shown = call(&["verify", "./x", "-o", "json", "--color", "never"]).on_a_terminal();
    assert!(shown.starts_with("error: cannot open ./x"), "{shown}");
}

#[test]
fn standard_input_is_read_where_the_name_is_a_dash() {
    let stored = fixture("small-15.sql.gz");
    let text = verified("standard input", &stored, "Gzip");
    let spooled = call(&["verify", "-"]).stdin(stored);
    spooled.ends(
        0,
        &text,
        "Verify standard input ...\nVerify standard input: complete\n",
    );
    assert_eq!(
        fs::read_dir(&spooled.folder).unwrap().count(),
        0,
        "the spooled copy was left behind"
    );
}

#[test]
fn the_odd_dump_is_complete_too() {
    let ended = call(&["verify", "odd.bak", "-q"])
        .file("odd.bak", fixture("odd-15.sql"))
        .run();
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    assert!(
        ended
            .stdout
            .starts_with("odd.bak is a complete cluster dump of PostgreSQL 15."),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_missing_file_is_refused() {
    call(&["verify", "./nothing.gz"]).ends(
        4,
        "",
        "error: cannot open ./nothing.gz\n  because No such file or directory (os error 2)\n",
    );
}

#[test]
fn a_folder_is_refused() {
    call(&["verify", "./"]).ends(4, "", "error: ./ is not a regular file\n");
}

#[test]
fn nothing_at_all_is_refused() {
    call(&["verify", "empty.gz"])
        .file("empty.gz", "")
        .is_refused("empty.gz", &["the backup is empty"]);
    call(&["verify", "-"]).is_refused("standard input", &["the backup is empty"]);
}

#[test]
fn what_is_no_dump_is_refused() {
    call(&["verify", "letter"])
        .file("letter", "Dear Ada,\n")
        .is_refused(
            "letter",
            &[
                "the dump is refused",
                "not a plain dump of pg_dumpall: the file does not begin with its title (byte 0, line 1)",
            ],
        );
    call(&["verify", "one.dump"]).file("one.dump", b"PGDMP\x01\x0e\0\x04\x08").is_refused(
        "one.dump",
        &["the dump is refused", "a custom-format archive of pg_dump, not the plain text of pg_dumpall (byte 0, line 1)"],
    );
}

#[test]
fn a_cut_dump_is_refused_with_the_place() {
    let whole = dump();
    let in_a_row = &whole[..whole.find("connect evil").unwrap()];
    let rows = "1\tAda\n";
    call(&["verify", "cut.sql"])
        .file("cut.sql", in_a_row)
        .is_refused(
            "cut.sql",
            &[
                "the dump is refused",
                &format!(
                    "the dump ends inside a COPY data that opens here ({})",
                    place(&whole, rows)
                ),
            ],
        );
    let (before, _) = whole
        .split_once("--\n-- PostgreSQL database cluster dump complete")
        .unwrap();
    let end = format!(
        "byte {}, line {}",
        before.len(),
        1 + before.matches('\n').count()
    );
    call(&["verify", "cut.sql"])
        .file("cut.sql", before)
        .is_refused(
            "cut.sql",
            &[
                "the dump is refused",
                &format!("the dump is cut short: its closing line is missing ({end})"),
            ],
        );
}

#[test]
fn a_dump_cut_anywhere_is_refused() {
    let whole = dump();
    let at = (0..200).map(|n| n * whole.len() / 200);
    for length in at.chain((whole.len() - 60)..whole.len()) {
        let cut = call(&["verify", "cut", "-q"])
            .file("cut", &whole[..length])
            .run();
        assert_eq!(
            (cut.status, cut.stdout.as_str()),
            (4, ""),
            "cut to {length} bytes: {}",
            cut.stderr
        );
    }
}

#[test]
fn a_meta_command_in_a_dump_is_refused_with_the_place() {
    let command = "\\! touch /tmp/x\n";
    let evil = dump().replacen("CREATE INDEX", &format!("{command}CREATE INDEX"), 1);
    call(&["verify", "evil.sql"])
        .file("evil.sql", &evil)
        .is_refused(
            "evil.sql",
            &[
                "the dump is refused",
                &format!(
                    "psql meta-command `\\\\! touch /tmp/x` ({})",
                    place(&evil, command)
                ),
            ],
        );
}

#[test]
fn data_after_the_end_is_refused() {
    let whole = dump();
    let more = format!("{whole}DROP DATABASE quetzal;\n");
    let end = format!(
        "byte {}, line {}",
        whole.len(),
        1 + whole.matches('\n').count()
    );
    call(&["verify", "more.sql"])
        .file("more.sql", more)
        .is_refused(
            "more.sql",
            &[
                "the dump is refused",
                &format!("data after the closing line of the dump ({end})"),
            ],
        );
}

/// The first byte of the last eight is of the checksum; all of the text was right.
#[test]
fn a_wrong_checksum_is_refused() {
    let mut stored = fixture("small-15.sql.gz");
    let checksum = stored.len() - 8;
    stored[checksum] ^= 1;
    let ended = call(&["verify", "bad.gz"]).file("bad.gz", stored).run();
    assert_eq!((ended.status, ended.stdout.as_str()), (4, ""));
    let said = format!(
        "because the backup is not a whole Gzip stream: broken after {} bytes of its text\n",
        dump().len()
    );
    assert!(ended.stderr.contains(&said), "{}", ended.stderr);
}

#[test]
fn a_damaged_byte_is_refused_in_each_format() {
    for (name, format, _) in &STORED[1..] {
        for place in [2, 3] {
            let mut stored = fixture(name);
            let middle = stored.len() * place / 4;
            stored[middle] ^= 0x10;
            let ended = call(&["verify", "bad"]).file("bad", stored).run();
            assert_eq!((ended.status, ended.stdout.as_str()), (4, ""), "{name}");
            let said = format!("because the backup is not a whole {format} stream: broken after ");
            let about_text = "because the dump is refused\n";
            assert!(
                ended.stderr.contains(&said) || ended.stderr.contains(about_text),
                "{name}: {}",
                ended.stderr
            );
        }
    }
}

#[test]
fn a_stream_cut_short_is_refused_in_each_format() {
    for (name, format, _) in &STORED[1..] {
        let stored = fixture(name);
        for missing in [1, 4, 10, stored.len() / 2] {
            let ended = call(&["verify", "cut"])
                .file("cut", &stored[..stored.len() - missing])
                .run();
            assert_eq!(
                (ended.status, ended.stdout.as_str()),
                (4, ""),
                "{name} without {missing} bytes"
            );
            let said = format!("because the backup is not a whole {format} stream: broken after ");
            assert!(
                ended.stderr.contains(&said),
                "{name} without {missing} bytes: {}",
                ended.stderr
            );
        }
    }
}

/// `gzip` itself warns of it and goes on.
#[test]
fn garbage_after_the_stream_is_refused() {
    for (name, ..) in &STORED[1..] {
        let mut stored = fixture(name);
        stored.extend_from_slice(b"garbage");
        let ended = call(&["verify", "more"]).file("more", stored).run();
        assert_eq!(
            (ended.status, ended.stdout.as_str()),
            (4, ""),
            "{name}: {}",
            ended.stderr
        );
    }
}

#[test]
fn a_stream_of_two_members_is_one_backup() {
    let whole = dump();
    let (first, second) = whole.split_at(whole.len() / 3);
    let stored = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    let text = verified("two.gz", &stored, "Gzip");
    call(&["verify", "two.gz", "-q"])
        .file("two.gz", &stored)
        .ends(0, &text, "");
    call(&["verify", "one.gz", "-q"])
        .file("one.gz", gzip(first.as_bytes()))
        .ends(4, "", &refused_quietly("one.gz", first));
}

/// What a dump that ends inside of something is told with `--quiet`, whatever it ends in.
fn refused_quietly(name: &str, cut: &str) -> String {
    let plain = call(&["verify", name, "-q"]).file(name, cut).run();
    assert_eq!(plain.status, 4);
    plain.stderr
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut child = Command::new("gzip")
        .arg("-c")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    let mut stored = Vec::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut stored)
        .unwrap();
    assert!(child.wait().unwrap().success());
    stored
}

#[test]
fn restore_refuses_a_bad_file_before_it_asks_any_cluster() {
    let whole = dump();
    let bad = &whole[..whole.len() / 2];
    let verify = call(&["verify", "bad.sql"]).file("bad.sql", bad).run();
    assert_eq!(verify.status, 4);
    assert_eq!(
        call(&["restore", "bad.sql", "--yes"])
            .file("bad.sql", bad)
            .run(),
        verify
    );
    assert_eq!(
        call(&["drill", "bad.sql"]).file("bad.sql", bad).run(),
        verify
    );
    call(&["restore", "./nothing.gz", "--yes"]).ends(
        4,
        "",
        "error: cannot open ./nothing.gz\n  because No such file or directory (os error 2)\n",
    );
}

/// Before it is read: that may take an hour.
#[test]
fn restore_asks_for_a_yes_before_it_reads_anything() {
    call(&["restore", DUMP]).file(DUMP, dump()).ends(
        4,
        "",
        "error: there is no terminal to ask on\n\nhint: confirm with --yes, or look with --dry-run\n",
    );
}

#[test]
fn without_a_kubeconfig_the_error_says_what_to_name() {
    let said = "error: no kubeconfig to use, and this is not a pod of a cluster either \
(failed to read an incluster environment variable: environment variable not found)
  because failed to read kubeconfig from '\"/nonexistent/kubeconfig\"': No such file or directory (os error 2)

hint: name one: --kubeconfig FILE, or the variable KUBECONFIG
";
    for arguments in [
        &["list"][..],
        &["backup"],
        &["restore", "latest", "--dry-run"],
        &["download", "latest"],
        &["verify", "latest"],
        &["drill", "latest"],
        &["status"],
        &["resume"],
        &["rollback", "--yes"],
        &["cleanup", "--yes"],
        &["maintenance", "on"],
        &["maintenance", "off"],
        &["doctor"],
    ] {
        call(arguments).ends(1, "", said);
    }
    call(&["restore", DUMP, "-q", "--yes"])
        .file(DUMP, dump())
        .ends(1, "", said);
}

#[test]
fn the_role_is_printed_without_a_cluster() {
    let group = Subject::Group("dba".to_owned());
    call(&["doctor", "--rbac"]).ends(0, &manifest(&Subject::default(), None), "");
    call(&["doctor", "--rbac", "--rbac-for=group:dba", "-n", "shop"]).ends(
        0,
        &manifest(&group, Some("shop")),
        "",
    );
}

#[test]
fn a_kubeconfig_that_is_not_there_is_named() {
    call(&["list", "--kubeconfig", "/nonexistent/mine"]).ends(
        1,
        "",
        "error: cannot use the kubeconfig
  because failed to read kubeconfig from '\"/nonexistent/mine\"': No such file or directory (os error 2)
",
    );
}

#[test]
fn a_mistyped_name_of_the_kubeconfig_brings_the_nearest() {
    const KUBECONFIG: &str = "apiVersion: v1
kind: Config
clusters: [{name: east, cluster: {server: 'https://east.example'}}]
users: [{name: operator, user: {token: t}}]
contexts: [{name: production, context: {cluster: east, user: operator}}]
";
    let said = |flag: &str, name: &str, hint: &str| {
        call(&["status", "--kubeconfig", "kubeconfig", flag, name])
            .file("kubeconfig", KUBECONFIG)
            .ends(
                1,
                "",
                &format!(
                    "error: the kubeconfig has no {} {name:?}\n\nhint: {hint}\n",
                    flag.trim_start_matches('-')
                ),
            );
    };
    said(
        "--context",
        "prodution",
        "did you mean: --context production",
    );
    said("--user", "opreator", "did you mean: --user operator");
    said(
        "--cluster",
        "somewhere",
        "see what there is: kubectl config get-clusters",
    );
}

/// Where the settings are looked for when nothing is said.
const SETTINGS: &str = ".config/kubectl-quetzal-db/config.yaml";

#[test]
fn settings_are_read_from_the_usual_place_or_the_one_that_is_named() {
    let red = |call: Call| call.run().stderr.starts_with("\u{1b}[31;1merror:");
    let missing = |more: &[&str]| call(&[&["verify", "./x"], more].concat());
    let always = "color: always\n";
    assert!(red(missing(&[]).file(SETTINGS, always)));
    // A folder that is chosen must be absolute.
    let elsewhere = |folder| {
        missing(&[])
            .file(SETTINGS, always)
            .env("XDG_CONFIG_HOME", folder)
    };
    assert!(!red(elsewhere("/nonexistent")));
    assert!(red(elsewhere("here")));

    assert!(red(missing(&["--config", "mine"]).file("mine", always)));
    assert!(red(missing(&[])
        .file("mine", always)
        .env("QUETZAL_DB_CONFIG", "mine")));
    let named = |more: &[&str]| {
        missing(more)
            .file(SETTINGS, "color: never")
            .file("mine", always)
    };
    assert!(red(
        named(&["--config", "mine"]).env("QUETZAL_DB_CONFIG", "/nonexistent")
    ));
    assert!(!red(missing(&["--config", ""]).file(SETTINGS, always)));
    assert!(!red(missing(&[])
        .file(SETTINGS, always)
        .env("QUETZAL_DB_CONFIG", "")));

    // What was typed, or is in the environment, goes first.
    assert!(!red(missing(&["--color", "never"]).file(SETTINGS, always)));
    assert!(!red(missing(&[])
        .file(SETTINGS, always)
        .env("NO_COLOR", "1")));
    assert!(red(
        missing(&["--color", "always"]).file(SETTINGS, "color: never")
    ));
}

#[test]
fn a_section_of_the_settings_is_for_its_context() {
    const KUBECONFIG: &str = "{current-context: one, contexts: [{name: one}, {name: two}]}";
    let file = "color: never\ncontexts: {two: {color: always}}\n";
    let red = |more: &[&str], kubeconfig: &str| {
        let call = call(&[&["verify", "./x", "--kubeconfig", "k"], more].concat());
        let call = call.file(SETTINGS, file).file("k", kubeconfig);
        call.run().stderr.starts_with('\u{1b}')
    };
    assert!(!red(&[], KUBECONFIG));
    assert!(red(&["--context", "two"], KUBECONFIG));
    assert!(red(
        &[],
        &KUBECONFIG.replace("current-context: one", "current-context: two")
    ));
}

#[test]
fn settings_that_make_no_sense_are_a_usage_error() {
    let refused = |text: &str, said: &str| {
        call(&["verify", "./x", "--config", "c.yaml"])
            .file("c.yaml", text)
            .ends(2, "", said);
    };
    refused(
        "instance: a\nbuckte: gs://b/db\n",
        "error: c.yaml, line 2: there is no setting \"buckte\"\n\nhint: did you mean: bucket\n",
    );
    refused(
        "contexts:\n  one:\n    password: x\n",
        "error: c.yaml, line 3: there is no setting \"password\"\n",
    );
    refused(
        "contexts: {a: {contexts: {}}}",
        "error: cannot use the settings in c.yaml
  because the settings of context \"a\" have contexts of their own: those stand at the top of the file
",
    );
    let missing = call(&["verify", "./x", "--config", "c.yaml"]);
    missing.ends(
        2,
        "",
        "error: cannot read the settings in c.yaml\n  because No such file or directory (os error 2)\n",
    );
    // A shell that starts must get its completion all the same.
    let completion = call(&["completion", "bash", "--config", "c.yaml"]).file("c.yaml", "x: [");
    assert_eq!(completion.run().status, 0);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let json = call(&["verify", DUMP, "-o", "json", "-q"]).file(DUMP, dump());
    assert_eq!(json.without_reader(), (0, String::new()));
    let text = call(&["verify", DUMP, "-q"]).file(DUMP, dump());
    assert_eq!(text.without_reader(), (0, String::new()));
    assert_eq!(
        call(&["completion", "bash"]).without_reader(),
        (0, String::new())
    );
}

#[test]
fn a_full_disk_is_an_error() {
    let call = call(&["verify", DUMP, "-q"]).file(DUMP, dump());
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = call.command().stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = "error: cannot write the result\n  because No space left on device (os error 28)\n";
    assert_eq!(String::from_utf8(output.stderr).unwrap(), said);
}

#[test]
fn colour_follows_the_flag_then_the_environment_then_the_terminal() {
    let red = "\u{1b}[31;1merror:\u{1b}[0m";
    let missing = |more: &[&str]| call(&[&["verify", "./x"], more].concat());
    let plain = |shown: &str| shown.contains("error:") && !shown.contains('\u{1b}');

    assert!(plain(&missing(&[]).run().stderr));
    assert!(
        missing(&["--color", "always"])
            .run()
            .stderr
            .starts_with(red)
    );
    assert!(
        missing(&["--color", "always"])
            .env("NO_COLOR", "1")
            .run()
            .stderr
            .starts_with(red)
    );

    assert!(
        missing(&[])
            .env("TERM", "xterm")
            .on_a_terminal()
            .contains(red)
    );
    assert!(
        missing(&[])
            .env("TERM", "xterm")
            .env("NO_COLOR", "")
            .on_a_terminal()
            .contains(red)
    );
    assert!(plain(
        &missing(&[])
            .env("TERM", "xterm")
            .env("NO_COLOR", "1")
            .on_a_terminal()
    ));
    assert!(plain(&missing(&[]).env("TERM", "dumb").on_a_terminal()));
    assert!(plain(
        &missing(&["--color", "never"])
            .env("TERM", "xterm")
            .on_a_terminal()
    ));
}
