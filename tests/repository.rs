//! The repository itself: what is generated is up to date, nothing that belongs to a desk was left in a file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::CommandFactory as _;
use quetzal_db::doctor::permissions;
use quetzal_db::doctor::rbac::{self, Subject};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Shell, and the name of its script by that shell's convention.
const COMPLETIONS: &[(&str, &str)] = &[
    ("bash", "kubectl-quetzal_db.bash"),
    ("elvish", "kubectl-quetzal_db.elv"),
    ("fish", "kubectl-quetzal_db.fish"),
    ("powershell", "_kubectl-quetzal_db.ps1"),
    ("zsh", "_kubectl-quetzal_db"),
];

/// Written in two parts, so that this file is not found.
const FORBIDDEN: &[&str] = &[
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
    concat!("FIX", "ME"),
    concat!("/root", "/"),
    concat!("/work", "/"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Files that git tracks, or would if they were added.
fn tracked() -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        listed.status.success(),
        "git ls-files: {}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let names = String::from_utf8(listed.stdout).unwrap();
    names
        .split_terminator('\0')
        .map(PathBuf::from)
        .filter(|path| root().join(path).is_file())
        .collect()
}

#[test]
fn completions_are_what_the_binary_prints() {
    for (shell, file) in COMPLETIONS {
        let printed = Command::new(env!("CARGO_BIN_EXE_kubectl-quetzal-db"))
            .args(["completion", shell])
            .output()
            .unwrap();
        assert!(printed.status.success(), "completion {shell}");
        assert!(
            read(&format!("completions/{file}")).as_bytes() == printed.stdout,
            "completions/{file} is out of date: make completions"
        );
    }
    let wanted = COMPLETIONS.iter().map(|(_, file)| (*file).to_owned());
    let wanted: BTreeSet<_> = wanted.chain(["man".to_owned()]).collect();
    assert_eq!(names_in("completions"), wanted);
}

fn names_in(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// One for the plugin, one for each command. Written where `UPDATE_MAN` is set.
#[test]
fn manual_pages_are_what_the_command_line_says() {
    let pages = manual_pages();
    let folder = root().join("completions/man");
    if std::env::var_os("UPDATE_MAN").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (file, page) in &pages {
            fs::write(folder.join(file), page).unwrap();
        }
    }
    for (file, page) in &pages {
        assert!(
            fs::read(folder.join(file)).is_ok_and(|there| there == *page),
            "completions/man/{file} is out of date: make man"
        );
    }
    let wanted: BTreeSet<_> = pages.into_keys().collect();
    assert_eq!(names_in("completions/man"), wanted);
}

/// File name and content.
fn manual_pages() -> BTreeMap<String, Vec<u8>> {
    const NAME: &str = "kubectl-quetzal-db";
    let mut root = quetzal_db::cli::Cli::command().disable_help_subcommand(true);
    root.build();
    let commands = root
        .get_subcommands()
        .map(|c| (format!("{NAME}-{}", c.get_name()), c));
    let pages = commands.chain([(NAME.to_owned(), &root)]);
    pages
        .map(|(name, command)| (format!("{name}.1"), manual_page(&name, command)))
        .collect()
}

fn manual_page(name: &str, command: &clap::Command) -> Vec<u8> {
    let command = command.clone().display_name(name.to_owned());
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .source(format!("kubectl quetzal-db {VERSION}"))
        .render(&mut page)
        .unwrap();
    page
}

/// A field of JSON is a promise: each is described, there is no other, and none is left out.
#[test]
fn schemas_describe_every_field() {
    for file in names_in("docs/schemas") {
        let schema = serde_json::from_str(&read(&format!("docs/schemas/{file}"))).unwrap();
        let places = loose_places(&schema, &file);
        assert!(places.is_empty(), "{}", places.join("\n"));
    }
}

/// Where a schema says less than it must.
fn loose_places(schema: &serde_json::Value, place: &str) -> Vec<String> {
    use serde_json::Value;
    let mut found = Vec::new();
    if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
        let names: Vec<_> = fields.keys().map(String::as_str).collect();
        let required = schema["required"].as_array().into_iter().flatten();
        let mut required: Vec<_> = required.filter_map(Value::as_str).collect();
        required.sort_unstable();
        if required != names || schema["additionalProperties"] != false {
            found.push(format!("{place}: not exactly these fields"));
        }
        let silent = |field: &&Value| field["description"].is_null() && field["const"].is_null();
        let silent = fields.iter().filter(|(_, field)| silent(field));
        found.extend(silent.map(|(name, _)| format!("{place}.{name} is not described")));
    }
    let inner: Vec<(String, &Value)> = match schema {
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), v)).collect(),
        Value::Array(all) => all
            .iter()
            .enumerate()
            .map(|(n, v)| (n.to_string(), v))
            .collect(),
        _ => Vec::new(),
    };
    let deeper = inner.into_iter();
    found.extend(deeper.flat_map(|(name, value)| loose_places(value, &format!("{place}/{name}"))));
    found
}

/// The promise names every command.
#[test]
fn every_command_has_a_schema() {
    let command = quetzal_db::cli::Cli::command();
    let commands = command
        .get_subcommands()
        .map(|c| format!("{}.json", c.get_name()));
    let wanted: BTreeSet<_> = commands.chain(["events.json".to_owned()]).collect();
    assert_eq!(names_in("docs/schemas"), wanted);
}

#[test]
fn the_licence_is_apache_2() {
    let licence = read("LICENSE");
    let head: Vec<&str> = licence
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(2)
        .collect();
    assert_eq!(head, ["Apache License", "Version 2.0, January 2004"]);
    assert!(
        licence.contains("END OF TERMS AND CONDITIONS"),
        "LICENSE is cut"
    );
    assert_eq!(env!("CARGO_PKG_LICENSE"), "Apache-2.0");
}

#[test]
fn the_change_log_knows_this_version() {
    let log = read("CHANGELOG.md");
    let first = log
        .lines()
        .find_map(|line| line.strip_prefix("## "))
        .expect("a release");
    assert!(
        first == "Unreleased" || first.starts_with(VERSION),
        "the newest entry is {first:?}, the package is {VERSION}"
    );
}

#[test]
fn the_readme_names_the_oldest_rust() {
    let wanted = format!("Rust {}", env!("CARGO_PKG_RUST_VERSION"));
    assert!(
        read("README.md").contains(&wanted),
        "README.md must say {wanted}"
    );
}

/// A test may end the plugin, a user's environment must not.
#[test]
fn kill_points_are_in_no_build_that_did_not_ask_for_them() {
    let manifest = read("Cargo.toml");
    let (_, features) = manifest.split_once("\n[features]\n").unwrap();
    let (features, _) = features.split_once("\n[").unwrap();
    let named: Vec<_> = features
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
        .collect();
    let known = ["kill-points", "release-archive"];
    assert_eq!(named, known, "there are no default features");
    let built = std::fs::read(env!("CARGO_BIN_EXE_kubectl-quetzal-db")).unwrap();
    for name in ["QUETZAL_DB_KILL_AT", "QUETZAL_DB_CLOCK_OFFSET"] {
        let found = memchr::memmem::find(&built, name.as_bytes()).is_some();
        assert_eq!(found, cfg!(feature = "kill-points"), "{name} in the binary");
    }
}

/// What people would grant is what the demo and all tests on a cluster are given: nothing that works there lacks a rule.
#[test]
fn the_demo_and_the_readme_have_the_permissions_that_doctor_prints() {
    let printed = rbac::manifest(&Subject::default(), None);
    assert!(
        read("tests/demo/rbac.yaml") == printed,
        "tests/demo/rbac.yaml must be:\n{printed}"
    );
    let wanted = format!("```yaml\n{}```", rbac::rules());
    assert!(
        read("README.md").contains(&wanted),
        "README.md must have:\n{wanted}"
    );
}

/// A command that is not in the table would be granted nothing, and checked for nothing.
#[test]
fn every_command_has_its_permissions() {
    let command = quetzal_db::cli::Cli::command();
    let mut wanted: BTreeSet<_> = command
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    assert!(wanted.remove("completion"), "it asks no cluster");
    assert_eq!(permissions::commands().collect::<BTreeSet<_>>(), wanted);
}

#[test]
fn the_readme_has_every_flag_and_command() {
    let readme = read("README.md");
    for file in [
        "help",
        "help-backup",
        "help-list",
        "help-download",
        "help-restore",
        "help-drill",
        "help-rollback",
        "help-cleanup",
        "help-completion",
        "help-doctor",
        "help-status",
    ] {
        let help = read(&format!("tests/golden/{file}.txt"));
        let flags = help
            .split_whitespace()
            .filter(|word| word.starts_with("--"));
        for flag in flags.map(|flag| flag.trim_end_matches(['.', ','])) {
            assert!(
                readme.contains(&format!("`{flag}")),
                "README.md lacks {flag}"
            );
        }
        let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names = commands.take_while(|line| !line.is_empty());
        for name in names.filter_map(|line| line.split_whitespace().next()) {
            assert!(
                name == "help" || readme.contains(&format!("| `{name}")),
                "README.md lacks the command {name}"
            );
        }
    }
}

/// Every setting is explained, and shown in a file that works.
#[test]
fn the_settings_are_documented_and_the_example_has_each() {
    use quetzal_db::config::settings::{Fault, Settings};
    let keys = |text: &str| match Settings::read(text).unwrap_err() {
        Fault::Key { known, .. } => known,
        other => panic!("{other}"),
    };
    let (guide, example) = (read("docs/config.md"), read("docs/config.example.yaml"));
    Settings::read(&example).unwrap_or_else(|e| panic!("docs/config.example.yaml: {e}"));
    for key in keys("no: 1")
        .iter()
        .chain(&keys("bucket-commands: {no: 1}"))
    {
        assert!(
            guide.contains(&format!("| `{key}` |")),
            "docs/config.md lacks {key}"
        );
        let is_key = |line: &str| line.trim_start().starts_with(&format!("{key}:"));
        assert!(
            example.lines().any(is_key),
            "docs/config.example.yaml lacks {key}"
        );
    }
}

/// The codes are a promise to scripts: help and README tell the same.
#[test]
fn the_readme_has_the_exit_codes_of_the_help() {
    let codes = |text: &str, head: &str| -> Vec<String> {
        let after = text.lines().skip_while(|line| !line.contains(head)).skip(1);
        let first_word = |line: &str| {
            line.trim_matches(['|', ' '])
                .split(' ')
                .next()
                .unwrap()
                .to_owned()
        };
        let codes = after
            .map(first_word)
            .filter(|word| word.parse::<u8>().is_ok());
        codes.take(9).collect()
    };
    let wanted = ["0", "1", "2", "3", "4", "5", "6", "7", "130"];
    assert_eq!(codes(&read("tests/golden/help.txt"), "Exit codes:"), wanted);
    assert_eq!(codes(&read("README.md"), "### Exit codes"), wanted);
}

#[test]
fn nothing_was_left_lying_about() {
    let mut found = Vec::new();
    for path in tracked() {
        let Ok(text) = fs::read_to_string(root().join(&path)) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            for word in FORBIDDEN.iter().filter(|word| stands_alone(line, word)) {
                found.push(format!("{}:{}: {word}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Whether `word` begins a word in `line`: `$tree/root/` is another folder's.
fn stands_alone(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn every_module_says_what_it_is() {
    let silent: Vec<_> = tracked()
        .into_iter()
        .filter(|path| path.starts_with("src") && path.extension().is_some_and(|e| e == "rs"))
        .filter(|path| {
            !fs::read_to_string(root().join(path))
                .unwrap()
                .starts_with("//!")
        })
        .collect();
    assert!(
        silent.is_empty(),
        "these files do not begin with //!: {silent:?}"
    );
}

#[test]
fn the_weekly_drill_has_the_role_that_doctor_prints_and_the_image_of_this_version() {
    let file = read("docs/weekly-drill.yaml");
    assert!(file.starts_with(&rbac::manifest(&Subject::default(), None)));
    let image = format!("image: ghcr.io/quetz-al/kubectl-quetzal-db:v{VERSION}\n");
    assert_eq!(file.matches(&image).count(), 1);
}
