//! `restore --in-cluster`: what was typed is read again as it was typed.

use clap::{CommandFactory as _, Parser as _};

use super::{Cli, Verb};
use crate::config::Settings;

/// Flags of `restore` that are about this machine, or that a draft does not need.
const LEFT_OUT: &[&str] = &[
    // Of the connection: the Job has its own.
    "kubeconfig",
    "context",
    "cluster",
    "user",
    "as",
    "as-group",
    "as-uid",
    "request-timeout",
    "token",
    "client-certificate",
    "client-key",
    "username",
    "password",
    "server",
    "insecure-skip-tls-verify",
    "certificate-authority",
    "tls-server-name",
    // The Job is followed here, and here is asked.
    "quiet",
    "yes",
    "in-cluster",
    "image",
    "service-account",
    "detach",
    "help",
    // The Job gets what the file says here.
    "config",
];

const ALL: &[&str] = &[
    "kubectl-quetzal_db",
    "restore",
    "--in-cluster",
    "--selector=a=b",
    "--pod=p",
    "--container=c",
    "--cronjob=j",
    "--bucket=gs://b/f",
    "--app-selector=c=d",
    r#"--bucket-commands={"preset": "gcs", "fetch": ["cat", "--", "{name}"]}"#,
    "-vv",
    "--database=one",
    "--database=--yes",
    "--maintenance=connections",
    "--role-passwords=dump",
    "--in-place",
    "--no-safety-backup",
    "--jobs=3",
    "--",
    "-strange name",
];

fn read(words: &[&str]) -> Cli {
    Cli::try_parse_from(words).unwrap()
}

fn drafted(cli: &Cli) -> Vec<String> {
    let Verb::Restore(args) = &cli.command else {
        unreachable!("it is a restore");
    };
    cli.draft_words(args, "dev", Some("demo"))
}

fn read_again(words: &[String]) -> Cli {
    let words = std::iter::once("kubectl-quetzal_db").chain(words.iter().map(String::as_str));
    Cli::try_parse_from(words).unwrap()
}

#[test]
fn a_job_reads_what_was_typed_here() {
    let typed = read(ALL);
    let again = read_again(&drafted(&typed));
    let choices = |cli: &Cli| match &cli.command {
        Verb::Restore(args) => (args.backup.clone(), format!("{:?}", args.options())),
        other => unreachable!("{other:?}"),
    };
    assert_eq!(choices(&again), choices(&typed));
    let mut expected = typed.selector();
    expected.instance = Some("demo".into());
    assert_eq!(again.selector(), expected);
    assert_eq!(again.bucket(), typed.bucket());
    assert_eq!(again.app_selector(), typed.app_selector());
    assert_eq!(again.bucket_commands(), typed.bucket_commands());
    assert!(typed.bucket_commands().is_some());
    assert_eq!(again.connect_options().namespace.as_deref(), Some("dev"));
    assert_eq!(again.look.verbose, 2);
}

/// A flag that is added to `restore` must be handed over, or left out for a reason.
#[test]
fn no_flag_is_forgotten() {
    let mut root = Cli::command();
    root.build();
    let restore = root.find_subcommand("restore").unwrap();
    let given = [
        drafted(&read(ALL)),
        drafted(&read(&["kubectl-quetzal_db", "restore", "--drop-old", "x"])),
    ]
    .concat();
    let is_there = |name: &str| {
        given
            .iter()
            .any(|w| w == &format!("--{name}") || w.starts_with(&format!("--{name}=")))
    };
    let forgotten: Vec<_> = restore
        .get_arguments()
        .filter_map(clap::Arg::get_long)
        .filter(|name| !LEFT_OUT.contains(name) && !is_there(name))
        .collect();
    assert_eq!(forgotten, Vec::<&str>::new());
}

#[test]
fn a_job_goes_on_with_one_restore() {
    let cli = read(&["kubectl-quetzal_db", "resume", "--in-cluster"]);
    let words = cli.resume_words(&"4074f58b".parse().unwrap(), "dev", None);
    match &read_again(&words).command {
        Verb::Resume(args) => {
            assert_eq!(args.id.as_ref().unwrap().to_string(), "4074f58b");
            assert!(!args.job.in_cluster);
        }
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn a_job_drills_what_was_typed_here() {
    let typed = [
        "kubectl-quetzal_db",
        "drill",
        "--in-cluster",
        "--database=one",
        "--jobs=3",
        "--",
        "-strange name",
    ];
    let typed = read(&typed);
    let choices = |cli: &Cli| match &cli.command {
        Verb::Drill(args) => (args.backup.clone(), format!("{:?}", args.options())),
        other => unreachable!("{other:?}"),
    };
    let Verb::Drill(args) = &typed.command else {
        unreachable!("it is a drill");
    };
    let again = read_again(&typed.drill_words(args, "dev", Some("demo")));
    assert_eq!(choices(&again), choices(&typed));
}

#[test]
fn sessions_of_the_settings_count_for_restore_and_drill() {
    let mut settings = Settings::default();
    settings.jobs = Some(3);
    for (verb, given, expected) in [
        ("restore", None, 3),
        ("drill", None, 3),
        ("restore", Some("--jobs=2"), 2),
        ("drill", Some("--jobs=2"), 2),
    ] {
        let words = ["kubectl-quetzal_db", verb, "latest"].into_iter();
        let words: Vec<_> = words.chain(given).collect();
        let mut cli = read(&words);
        cli.settle(settings.clone());
        let jobs = match &cli.command {
            Verb::Restore(args) => args.options().jobs,
            Verb::Drill(args) => args.options().jobs,
            other => unreachable!("{other:?}"),
        };
        assert_eq!(jobs.map(u32::from), Some(expected), "{words:?}");
    }
}
