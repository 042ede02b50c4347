//! `list` of a bucket with thousands of backups, through the real gsutil: newest first, in bounded memory and time.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod support;

use std::time::Duration;

use support::demo::Demo;
use support::plugin::{BINARY, command};

const FOLDER: &str = "gs://quetzal-backups/e2e-many";
const COUNT: usize = 3000;

/// Small objects made, or removed, over one connection to the bucket's server. Arguments: verb, number.
const OBJECTS: &str = r#"
import http.client, ssl, sys
context = ssl._create_unverified_context()
bucket = http.client.HTTPSConnection("gcs", 4443, context=context)
for number in range(int(sys.argv[2])):
    name = "e2e-many%%2Fdb_dump-%08d.bak.gz" % number
    if sys.argv[1] == "make":
        bucket.request("POST", "/upload/storage/v1/b/quetzal-backups/o?uploadType=media&name=" + name, b"small")
    else:
        bucket.request("DELETE", "/storage/v1/b/quetzal-backups/o/" + name)
    answer = bucket.getresponse()
    answer.read()
    if answer.status >= 300:
        sys.exit("%s: %d" % (name, answer.status))
"#;

fn objects(demo: &Demo, verb: &str) {
    let count = COUNT.to_string();
    demo.in_pod(&["python3", "-", verb, &count], OBJECTS.as_bytes());
}

fn list(demo: &Demo, more: &[&str]) -> support::plugin::Ended {
    demo.plugin(&[&["list", "--bucket", FOLDER], more].concat())
        .expect(0)
}

#[test]
fn thousands_of_backups_are_listed_newest_first_in_bounded_memory() {
    let demo = Demo::get();
    objects(&demo, "make");
    all_as_json(&demo);
    some_as_text(&demo);
    one_is_found_by_its_name(&demo);
    objects(&demo, "remove");
}

fn all_as_json(demo: &Demo) {
    let all = list(demo, &["-o", "json"]);
    assert!(all.took < Duration::from_mins(2), "{:?}", all.took);
    assert!(all.peak < 64 << 20, "{} bytes", all.peak);
    let all = all.json();
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), COUNT);
    let key = |o: &serde_json::Value| (o["time"].to_string(), o["name"].to_string());
    assert!(all.is_sorted_by(|a, b| key(a) > key(b)), "newest first");
}

fn some_as_text(demo: &Demo) {
    let some = list(demo, &["--limit", "7"]);
    assert_eq!(some.stdout.lines().count(), 1 + 7);
    let more = COUNT - 7;
    some.says(&format!(
        "{more} more, all older: kubectl quetzal-db list --limit 0\n"
    ));

    let mut shown = command(BINARY, &demo.kubeconfig);
    shown.args(["list", "--bucket", FOLDER]);
    let mut terminal = rexpect::session::spawn_command(shown, Some(120_000)).unwrap();
    let shown = terminal.exp_eof().unwrap();
    assert_eq!(shown.matches(".bak.gz").count(), 20, "{shown}");
    assert!(shown.contains("2980 more, all older"), "{shown}");
}

/// Its bytes are no dump: that they were read shows that it was found.
fn one_is_found_by_its_name(demo: &Demo) {
    for name in ["db_dump-00000042", "db_dump-00000042.bak.gz"] {
        let refused = demo.plugin(&["verify", name, "--bucket", FOLDER]).expect(4);
        refused.says("error: db_dump-00000042.bak.gz: the backup can't be used");
    }
    let unknown = demo
        .plugin(&["verify", "db_dump-0000004", "--bucket", FOLDER])
        .expect(4);
    unknown.says("there is no backup \"db_dump-0000004\" in gs://quetzal-backups/e2e-many/");
}
