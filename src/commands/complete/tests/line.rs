//! Half-typed lines of this plugin's own commands.

use super::*;
use crate::cli::Cli;
use clap::CommandFactory as _;

fn built() -> Command {
    let mut root = Cli::command();
    root.build();
    root
}

/// What is wanted at the end of a line whose words are apart by one space, and how it was begun.
fn asked(line: &str) -> (Wanted, String) {
    let root = built();
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let last = words.pop().unwrap_or_default();
    let line = Line::read(&root, &words);
    let asked = line.asked(&last);
    (asked.wanted, asked.begun.to_owned())
}

/// The words that may stand at the end of a line and go on as was begun.
fn words(line: &str) -> Vec<String> {
    let (Wanted::Words(candidates), begun) = asked(line) else {
        return Vec::new();
    };
    let words = candidates.iter().map(|c| c.word().to_owned());
    words.filter(|word| word.starts_with(&begun)).collect()
}

#[test]
fn commands_come_first() {
    assert_eq!(
        words(""),
        [
            "backup",
            "list",
            "download",
            "verify",
            "restore",
            "drill",
            "status",
            "resume",
            "rollback",
            "cleanup",
            "maintenance",
            "doctor",
            "completion",
            "help"
        ]
    );
    assert_eq!(words("re"), ["restore", "resume"]);
    assert_eq!(words("-n dev --context=a re"), ["restore", "resume"]);
    assert_eq!(words("-q re"), ["restore", "resume"]);
    assert_eq!(words("help re"), ["restore", "resume"]);
    assert_eq!(words("list re"), [""; 0]);
}

#[test]
fn flags_are_those_of_the_command_and_of_all() {
    assert_eq!(
        words("restore --d"),
        ["--dry-run", "--database", "--drop-old", "--detach"]
    );
    assert_eq!(words("backup --no"), ["--no-wait"]);
    assert_eq!(words("backup --na"), ["--namespace"]);
    assert_eq!(words("--na"), ["--namespace"]);
    assert_eq!(words("list --dr"), [""; 0]);
    assert_eq!(words("restore latest --dry"), ["--dry-run"]);
}

#[test]
fn letters_are_offered_after_one_dash_only() {
    let all = words("backup -");
    assert!(all.contains(&"-n".to_owned()) && all.contains(&"--no-wait".to_owned()));
    assert!(words("backup --").iter().all(|flag| flag.starts_with("--")));
    assert_eq!(words("backup -q"), ["-q"]);
}

#[test]
fn a_flag_is_not_offered_again() {
    assert_eq!(
        words("restore --dry-run --d"),
        ["--database", "--drop-old", "--detach"]
    );
    assert_eq!(words("list -n dev --names"), [""; 0]);
    assert_eq!(words("-n dev list --names"), [""; 0]);
    assert_eq!(words("list --namespace=dev -n"), [""; 0]);
    assert_eq!(words("list -qndev --q"), [""; 0]);
    assert_eq!(words("list -qndev --names"), [""; 0]);
}

#[test]
fn one_that_may_be_repeated_is() {
    assert_eq!(words("restore --database a --data"), ["--database"]);
    assert_eq!(words("list -v --verb"), ["--verbose"]);
    assert_eq!(words("list --as-group a --as-g"), ["--as-group"]);
}

#[test]
fn values_follow_their_flag_in_each_form() {
    for line in ["list --format ", "list --format=", "list -o ", "list -o="] {
        assert_eq!(words(line), ["text", "json"], "{line}");
    }
    assert_eq!(words("list --format=j"), ["json"]);
    assert_eq!(words("list -q -o j"), ["json"]);
    assert_eq!(words("list -qo j"), ["json"]);
    assert_eq!(words("restore x --maintenance c"), ["connections"]);
    assert_eq!(words("--color "), ["auto", "always", "never"]);
    assert_eq!(asked("list --format=j").1, "j");
}

#[test]
fn what_takes_no_value_has_none() {
    assert_eq!(asked("list --quiet=").0, Wanted::Unknown);
    assert_eq!(asked("list --nonsense=").0, Wanted::Unknown);
    assert_eq!(asked("backup --timeout ").0, Wanted::Unknown);
    assert_eq!(asked("list --nonsense ").0, Wanted::Unknown);
}

#[test]
fn live_names_follow_their_flags() {
    for (line, live) in [
        ("list -n ", Live::Namespaces),
        ("list --namespace=", Live::Namespaces),
        ("--context ", Live::Contexts),
        ("--cluster ", Live::Clusters),
        ("--user ", Live::Users),
        ("restore ", Live::Backups),
        ("verify db_", Live::Backups),
        ("-n dev restore --yes ", Live::Backups),
        ("restore --database x ", Live::Backups),
    ] {
        assert_eq!(asked(line).0, Wanted::Live(live), "{line}");
    }
    assert_eq!(asked("list --namespace=d").1, "d");
    assert_eq!(asked("verify db_").1, "db_");
}

#[test]
fn a_backup_may_be_a_file_or_an_address() {
    for path in ["./x", "../x", "~/x", "/x", "folder/x"] {
        assert_eq!(asked(&format!("restore {path}")).0, Wanted::File, "{path}");
    }
    assert_eq!(asked("restore gs://b/").0, Wanted::Unknown);
}

#[test]
fn files_and_folders_are_the_shells() {
    assert_eq!(asked("--kubeconfig ").0, Wanted::File);
    assert_eq!(asked("backup --output ").0, Wanted::File);
    assert_eq!(
        asked("completion kubectl --install --dir ").0,
        Wanted::Folder
    );
}

#[test]
fn an_argument_is_asked_for_once() {
    assert_eq!(words("maintenance o"), ["on", "off"]);
    assert_eq!(asked("maintenance on o").0, Wanted::Unknown);
    assert_eq!(asked("restore latest ").0, Wanted::Unknown);
    assert_eq!(asked("restore - ").0, Wanted::Unknown);
    assert_eq!(words("completion k"), ["kubectl"]);
}

#[test]
fn after_two_dashes_there_are_no_flags() {
    assert_eq!(asked("restore -- -").0, Wanted::Live(Live::Backups));
    assert_eq!(asked("restore -- --dry").0, Wanted::Live(Live::Backups));
}

#[test]
fn the_flags_of_every_command_go_to_another() {
    let root = built();
    let flags = |line: &str| {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Line::read(&root, &words).global_flags()
    };
    assert_eq!(
        flags("-qn dev restore --yes --database x --context=a --as-group=b --as-group c"),
        [
            "--quiet",
            "--namespace=dev",
            "--context=a",
            "--as-group=b",
            "--as-group=c"
        ]
    );
    assert_eq!(flags("restore --namespace"), [""; 0]);
    assert_eq!(flags("restore -ndev --nonsense -x"), ["--namespace=dev"]);
}
