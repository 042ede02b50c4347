//! Holds the source to the layers that the head of `src/lib.rs` draws: which names a layer may not know, and which
//! layers it may use.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use quetzal_db::doctor::tools;

/// Folders and files that only compute.
const PURE: &[&str] = &[
    "commands/complete/answer.rs",
    "commands/complete/line.rs",
    "commands/status/changes.rs",
    "commands/status/end.rs",
    "commands/status/text.rs",
    "config/settings.rs",
    "doctor/check.rs",
    "doctor/checks",
    "doctor/facts.rs",
    "doctor/permissions.rs",
    "doctor/pipeline.rs",
    "doctor/rbac.rs",
    "doctor/schedule.rs",
    "doctor/tools.rs",
    "dump",
    "hint.rs",
    "postgres",
    "restore/by_hand.rs",
    "restore/drill.rs",
    "restore/evidence.rs",
    "restore/facts.rs",
    "restore/in_place.rs",
    "restore/journal.rs",
    "restore/life.rs",
    "restore/load",
    "restore/plan.rs",
    "restore/preflight.rs",
    "restore/record.rs",
    "restore/roles.rs",
    "restore/roles_undo.rs",
    "restore/safety.rs",
    "restore/schedule",
    "restore/sessions.rs",
    "restore/slices.rs",
    "restore/space.rs",
    "restore/swap.rs",
    "restore/versions.rs",
    "storage/commands",
    "storage/commands.rs",
    "storage/listing.rs",
    "storage/parts.rs",
    "storage/reference.rs",
    "ui/checks.rs",
    "ui/fit.rs",
    "ui/render.rs",
    "ui/report",
];

/// What acts, of a layer that has both. Every other file of it only computes.
const ACTING: &[&str] = &[
    "restore/drill_list.rs",
    "restore/engine",
    "restore/kill_point.rs",
    "restore/ledger.rs",
    "restore/list.rs",
    "restore/mod.rs",
    "restore/observe.rs",
    "restore/safety_list.rs",
    "restore/steps",
];

/// What only computing can't name: the cluster, the runtime, files, programs, the clock, the terminal.
const EFFECTS: &[&str] = &[
    "kube::",
    "k8s_openapi",
    "tokio",
    "std::fs",
    "std::process",
    "std::env",
    "SystemTime",
    "Instant",
    "Timestamp::now",
    "Zoned::now",
    "dialoguer",
    "indicatif",
];

const PRINTING: &[&str] = &[
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
    "io::stdout",
    "io::stderr",
];

/// Which layers each may use besides itself. `main` and `lib` see all of them.
const LAYERS: &[(&str, &[&str])] = &[
    ("dump", &[]),
    ("postgres", &[]),
    ("progress", &[]),
    ("clock", &[]),
    ("hint", &[]),
    ("nonce", &[]),
    (
        "cluster",
        &["clock", "hint", "nonce", "dump", "postgres", "progress"],
    ),
    (
        "storage",
        &["cluster", "hint", "dump", "postgres", "progress"],
    ),
    (
        "server",
        &["cluster", "storage", "dump", "postgres", "progress"],
    ),
    (
        "backup",
        &[
            "server", "cluster", "storage", "dump", "postgres", "progress",
        ],
    ),
    (
        "restore",
        &[
            "clock", "hint", "backup", "server", "cluster", "storage", "dump", "postgres",
            "progress",
        ],
    ),
    ("config", &["hint", "storage"]),
    (
        "doctor",
        &[
            "restore", "server", "cluster", "storage", "dump", "postgres",
        ],
    ),
    (
        "cli",
        &[
            "config", "doctor", "restore", "cluster", "storage", "postgres",
        ],
    ),
    (
        "ui",
        &[
            "cli", "doctor", "restore", "storage", "dump", "postgres", "progress",
        ],
    ),
    (
        "error",
        &[
            "config", "hint", "ui", "backup", "restore", "server", "cluster", "storage", "dump",
            "postgres",
        ],
    ),
    (
        "commands",
        &[
            "clock", "nonce", "config", "cli", "doctor", "error", "ui", "backup", "restore",
            "server", "cluster", "storage", "dump", "postgres", "progress",
        ],
    ),
];

/// Lines of code that a file may have before its tests: neither blank nor comments.
const LONGEST: usize = 400;

/// Longer ones, with what they must not grow beyond: what is in each is one state machine.
const LONGER: &[(&str, usize)] = &[("cluster/exec.rs", 410), ("dump/lexer.rs", 460)];

/// A file of `src` without its comments and tests: the lines are numbered as in the file.
struct Source {
    /// Below `src`, with slashes.
    path: String,
    code: Vec<(usize, String)>,
}

impl Source {
    fn read(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let tests = lines
            .windows(2)
            .position(|w| w[0] == "#[cfg(test)]" && w[1].starts_with("mod tests {"));
        let end = tests.unwrap_or(lines.len());
        let code = lines[..end]
            .iter()
            .enumerate()
            .map(|(n, line)| (n + 1, without_comment(line).to_owned()))
            .collect();
        let below = path.strip_prefix(root).unwrap();
        let path = below
            .components()
            .map(|c| c.as_os_str().to_str().unwrap())
            .collect::<Vec<_>>()
            .join("/");
        Self { path, code }
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places
            .iter()
            .any(|place| self.path == *place || self.path.starts_with(&format!("{place}/")))
    }

    /// The first part of the path: the layer.
    fn layer(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// One line a place that has one of `names`.
    fn places_of(&self, names: &[&str]) -> String {
        let mut found = String::new();
        for (number, line) in &self.code {
            for name in names.iter().filter(|name| has_name(line, name)) {
                writeln!(found, "src/{}:{number}: {name}", self.path).unwrap();
            }
        }
        found
    }
}

/// Comments may name what the code must not. A `//` inside of a word, such as a URL's, is none.
fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    line.find(" // ").map_or(line, |at| &line[..at])
}

/// Whether `name` stands in `line` and is no part of a longer word.
fn has_name(line: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + name.len()..].chars().next();
        !(before.is_some_and(is_word) || name.ends_with(is_word) && after.is_some_and(is_word))
    })
}

/// All files of `src` that are not tests.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    assert!(files.len() > 30, "only {} files found in src", files.len());
    files.iter().map(|path| Source::read(&root, path)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match (path.is_dir(), path.file_stem().and_then(|s| s.to_str())) {
            (_, Some("tests")) => {}
            (true, _) => collect(&path, files),
            (false, _) => files.push(path),
        }
    }
}

/// Fails with every place where a file that `applies` has one of `names`.
#[track_caller]
fn forbid(names: &[&str], rule: &str, applies: impl Fn(&Source) -> bool) {
    let found: String = sources()
        .iter()
        .filter(|s| applies(s))
        .map(|s| s.places_of(names))
        .collect();
    assert!(found.is_empty(), "{rule}:\n{found}");
}

#[test]
fn names_are_told_from_parts_of_words() {
    assert!(has_name("use kube::Api;", "kube::"));
    assert!(!has_name("use not_kube::Api;", "kube::"));
    assert!(!has_name("writeln!(out)", "println!"));
    assert!(!has_name("eprintln!()", "println!"));
    assert!(has_name("    println!(\"{x}\")", "println!"));
    assert!(has_name("let t: Instant = x", "Instant"));
    assert!(!has_name("let t: Instantly = x", "Instant"));
    assert_eq!(
        without_comment("let url = \"gs://x\"; // kube"),
        "let url = \"gs://x\";"
    );
    assert_eq!(without_comment("    /// kube"), "");
}

#[test]
fn every_place_exists() {
    let all = sources();
    for place in PURE.iter().chain(ACTING) {
        assert!(
            all.iter().any(|s| s.is_in(&[place])),
            "src/{place} is gone: bring the list up to date"
        );
    }
}

#[test]
fn every_file_of_a_restore_computes_or_acts() {
    for source in sources().iter().filter(|s| s.layer() == "restore") {
        assert!(
            source.is_in(PURE) != source.is_in(ACTING),
            "src/{} belongs into one of the lists PURE and ACTING",
            source.path
        );
    }
}

#[test]
fn pure_layers_have_no_effects() {
    forbid(EFFECTS, "this layer only computes", |s| s.is_in(PURE));
    forbid(PRINTING, "this layer only computes", |s| s.is_in(PURE));
}

#[test]
fn kube_is_known_in_the_cluster_layer_only() {
    forbid(
        &["kube::", "k8s_openapi"],
        "only src/cluster knows kube",
        |s| !s.is_in(&["cluster"]),
    );
}

#[test]
fn one_place_runs_commands_in_pods() {
    let names = [
        "AttachParams",
        "AttachedProcess",
        "Request::exec",
        "attached",
    ];
    forbid(
        &names,
        "commands in Pods go through cluster::Container",
        |s| !s.is_in(&["cluster/exec.rs", "cluster/session.rs"]),
    );
}

#[test]
fn only_the_ui_prints() {
    forbid(PRINTING, "only src/ui prints", |s| !s.is_in(&["ui"]));
    forbid(
        &["dialoguer", "indicatif", "comfy_table"],
        "only src/ui prints and asks",
        |s| !s.is_in(&["ui"]),
    );
}

#[test]
fn clap_stays_at_the_door() {
    forbid(
        &["clap", "clap_complete"],
        "clap's types end at the command line",
        |s| {
            !s.is_in(&[
                "cli",
                "commands/complete",
                "commands/completion.rs",
                "commands/mod.rs",
            ])
        },
    );
}

#[test]
fn layers_use_only_those_below() {
    let mut wrong = String::new();
    for source in sources() {
        let layer = source.layer();
        if matches!(layer, "lib" | "main") {
            continue;
        }
        let allowed = LAYERS
            .iter()
            .find(|(name, _)| *name == layer)
            .map(|(_, below)| *below);
        let Some(allowed) = allowed else {
            writeln!(
                wrong,
                "src/{}: a layer without a place in LAYERS",
                source.path
            )
            .unwrap();
            continue;
        };
        for (number, line) in &source.code {
            for used in layers_named(line) {
                if used != layer && !allowed.contains(&used) {
                    writeln!(
                        wrong,
                        "src/{}:{number}: {layer} must not use {used:?}",
                        source.path
                    )
                    .unwrap();
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "a layer uses one that is not below it:\n{wrong}"
    );
}

/// The first word of each `crate::…` path. A group, `crate::{…}`, names the layer "{", which no layer may use: one path
/// a line keeps the layers visible.
fn layers_named(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("crate::").filter_map(|(at, prefix)| {
        let rest = &line[at + prefix.len()..];
        if rest.starts_with('{') {
            return Some("{");
        }
        let word = &rest[..rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len())];
        // An upper-case word is a type of the crate's root.
        match word {
            "Error" | "Exit" => Some("error"),
            word => (!word.is_empty()).then_some(word),
        }
    })
}

#[test]
fn pure_parts_of_a_layer_use_pure_parts_only() {
    let pure_layers = ["dump", "hint", "postgres"];
    let mut wrong = String::new();
    for source in sources()
        .iter()
        .filter(|s| s.layer() == "restore" && s.is_in(PURE))
    {
        let folder = source.path.rsplit_once('/').unwrap().0;
        let is_pure = |module: &str| {
            let sibling = format!("{folder}/{module}.rs");
            PURE.iter()
                .any(|pure| sibling == *pure || sibling.starts_with(&format!("{pure}/")))
        };
        for (number, line) in &source.code {
            let others =
                layers_named(line).filter(|used| *used != "restore" && !pure_layers.contains(used));
            let siblings = line.match_indices("super::").filter_map(|(at, prefix)| {
                let word = line[at + prefix.len()..]
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()?;
                let is_module = word.starts_with(char::is_lowercase);
                (is_module && !is_pure(word)).then_some(word)
            });
            for used in others.chain(siblings) {
                writeln!(wrong, "src/{}:{number}: {used}", source.path).unwrap();
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "these files only compute, but use what does not:\n{wrong}"
    );
}

#[test]
fn files_stay_short() {
    let limit_of = |s: &Source| {
        LONGER
            .iter()
            .find(|(path, _)| *path == s.path)
            .map_or(LONGEST, |(_, limit)| *limit)
    };
    let mut long = String::new();
    for source in sources() {
        let lines = source
            .code
            .iter()
            .filter(|(_, line)| !line.trim().is_empty())
            .count();
        let limit = limit_of(&source);
        if lines > limit {
            writeln!(long, "src/{}: {lines} lines, at most {limit}", source.path).unwrap();
        }
    }
    assert!(long.is_empty(), "too long:\n{long}");
}

/// Programs that a script may well run. Words of a shell itself, such as `kill`, are none.
const PROGRAMS: &str = "awk base64 basename bash bunzip2 bzip2 cat chgrp chmod chown cksum cmp comm cp curl cut date dd df \
diff dirname du env expr find flock fold gawk gcloud grep gsutil gunzip gzip head hexdump hostname id install join ln ls \
lsof md5sum mkdir mkfifo mktemp mv nice nl nohup nproc od openssl paste perl pg_dump pg_dumpall pg_isready pgrep pigz \
pkill ps psql python3 readlink realpath rm rmdir sed seq setsid sha256sum shuf sleep sort split stat stdbuf sync tac tail \
tar tee timeout touch tr truncate tsort uniq wc which xargs xz zcat zstd";

/// `doctor` must look for each program that a step runs in a Pod, and for no other.
#[test]
fn doctor_looks_for_the_programs_of_the_scripts() {
    let mut found = BTreeSet::new();
    for source in sources() {
        let named = ["postgres/psql.rs", "storage/commands.rs"];
        let has_scripts =
            source.is_in(&named) || !source.places_of(&["Command::script"]).is_empty();
        if has_scripts && source.path != "doctor/observe.rs" {
            let text = scripts(&source);
            let named = PROGRAMS.split(' ').filter(|name| runs(&text, name));
            found.extend(named);
        }
    }
    // The probe itself; and what is named in an argument.
    let by_argument = ["sh", "gzip", "gsutil"];
    let mut known = BTreeSet::from([tools::DUMP]);
    known.extend([tools::ALL, tools::RESTORE, tools::BUCKET, tools::SPARE].concat());
    found.extend(by_argument);
    assert_eq!(
        found, known,
        "left: in scripts, right: in src/doctor/tools.rs"
    );
}

/// The constants and macros of a file that hold text.
fn scripts(source: &Source) -> String {
    let (mut text, mut end) = (String::new(), "");
    for (_, line) in &source.code {
        if line.starts_with("macro_rules!") {
            end = "}";
        } else if line.contains("const ") && !line.starts_with(' ') && line.contains("&str") {
            end = ";";
        }
        if !end.is_empty() {
            text += line;
            text.push('\n');
        }
        let is_end = match end {
            ";" => ["\";", "#;", ");", "];"].iter().any(|e| line.ends_with(e)),
            end => line == end,
        };
        if is_end {
            end = "";
        }
    }
    text
}

/// Whether `name` stands alone: no variable, option, part of a path or of a longer word.
fn runs(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || "_-".contains(c);
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(|c| part(c) || "$./".contains(c)) && !after.is_some_and(part)
    })
}
