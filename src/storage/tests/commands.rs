//! Tests of `commands`.

use super::*;

fn configured(yaml: &str) -> Result<Commands, String> {
    let read: Result<Configured, _> = serde_saphyr::from_str(yaml);
    read.map(|c| c.0)
        .map_err(|e| e.without_snippet().to_string())
}

fn template(argv: &[&str]) -> Result<Template, TemplateError> {
    let argv = argv.iter().map(|a| (*a).to_owned()).collect();
    Template::read(argv, OF_OBJECTS)
}

fn values(name: &str) -> Vec<(&'static str, String)> {
    vec![
        ("folder", "gs://b/db/".to_owned()),
        ("url", format!("gs://b/db/{name}")),
        ("key", format!("db/{name}")),
        ("name", name.to_owned()),
    ]
}

#[test]
fn a_value_stays_a_part_of_one_argument() {
    let odd = "a b;$(rm -rf /)'\"\\\n*{url}{name}.gz";
    let template =
        template(&["get", "--from={folder}", "{name}", "x{key}y{key}", "{a b}"]).unwrap();
    assert_eq!(
        template.fill(&values(odd)).unwrap(),
        [
            "get".to_owned(),
            "--from=gs://b/db/".to_owned(),
            odd.to_owned(),
            format!("xdb/{odd}ydb/{odd}"),
            "{a b}".to_owned(),
        ]
    );
}

#[test]
fn a_value_never_becomes_an_option() {
    let fill = |argv: &[&str]| template(argv).unwrap().fill(&values("-rf"));
    let refused = Err(TemplateError::Option("-rf".to_owned()));
    assert_eq!(fill(&["cat", "{name}"]), refused);
    assert_eq!(fill(&["cat", "-n", "{name}"]), refused);
    let many = fill(&["cat", "{name}{name}"]);
    assert_eq!(many, Err(TemplateError::Option("-rf-rf".to_owned())));
    // Where it can't be taken for one it is fine.
    assert_eq!(fill(&["cat", "--", "{name}"]).unwrap()[2], "-rf");
    assert_eq!(fill(&["cat", "--name={name}"]).unwrap()[1], "--name=-rf");
    assert_eq!(fill(&["cat", "{url}"]).unwrap()[1], "gs://b/db/-rf");
}

#[test]
fn a_value_never_becomes_a_part_of_a_script() {
    for argv in [
        &["sh", "-c", "cat {name}"][..],
        &["/bin/bash", "-euc", "cat {name}", "sh"],
        &["env", "A=b", "sh", "-e", "-c", "cat {name}"],
        &["busybox", "sh", "-c", "cat {name}"],
    ] {
        let error = template(argv).unwrap_err();
        let TemplateError::Script { argument } = &error else {
            panic!("{argv:?}: {error}");
        };
        assert_eq!(argument, "{name}");
    }
    let fine = template(&["sh", "-c", "cat \"$1\" | awk '{print $1}'", "sh", "{name}"]);
    assert!(fine.is_ok());
}

#[test]
fn what_is_no_template_is_refused_with_the_reason() {
    let refused = |yaml: &str| configured(yaml).unwrap_err();
    let whole = "{list: [ls], list-format: tsv, fetch: [cat, '{url}']}";
    assert!(configured(whole).is_ok());
    for (from, to, said) in [
        ("[ls]", "[]", "list: an empty list of arguments"),
        (
            "[ls]",
            "[ls, '{name}']",
            "list: nothing stands for {name} here, only for {folder}, {bucket}, {prefix}",
        ),
        (
            "[cat,",
            "['{bucket}',",
            "fetch: the program must be a fixed one, not \"{bucket}\"",
        ),
        (
            "'{url}'",
            "'{offset}'",
            "fetch: nothing stands for {offset} here, only for {folder}, {bucket}, {prefix}, {url}, {key}, {name}",
        ),
        (
            "list-format: tsv, ",
            "",
            "without a preset there must be list, list-format and fetch",
        ),
        ("list: [ls]", "lst: [ls]", "unknown field `lst`"),
        ("tsv", "csv", "unknown variant `csv`"),
    ] {
        let said_instead = refused(&whole.replacen(from, to, 1));
        assert!(said_instead.contains(said), "{from} {to}: {said_instead}");
    }
    let other = refused("{preset: gcs, list: [ls]}");
    assert!(
        other.contains("a list of one's own needs a list-format"),
        "{other}"
    );
}

#[test]
fn a_preset_is_the_usual_one_of_its_scheme_with_some_of_it_replaced() {
    assert_eq!(
        configured("preset: gcs").unwrap(),
        Commands::of("gs://b/db")
    );
    assert_eq!(configured("preset: s3").unwrap(), Commands::of("s3://b/db"));
    let s3 = Commands::of("s3://b/db");
    let own = configured("{preset: s3, fetch: [s5cmd, cat, '{url}'], auth: [login]}").unwrap();
    assert_eq!((&own.list, own.format), (&s3.list, s3.format));
    assert_eq!(own.fetch.program(), "s5cmd");
    assert_eq!(own.auth, Some(Template::fixed(&["login"])));
    // A program of one's own is not asked in gsutil's way for the rest.
    let own = configured("{preset: gcs, fetch: [cat, '{url}']}").unwrap();
    assert_eq!(own.fetch_from, None);
}

#[test]
fn what_is_shown_is_read_again_as_it_was() {
    for folder in ["gs://b/db", "s3://b/db"] {
        let commands = Commands::of(folder);
        assert_eq!(configured(&commands.to_string()).unwrap(), commands);
    }
}
