//! `download` as far as it needs no cluster: a local backup is copied by the same way as one of a bucket.

use super::*;

fn names(call: &Call) -> Vec<String> {
    let entries = fs::read_dir(&call.folder).unwrap();
    let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn the_copy_is_the_stored_bytes_for_their_owner_only() {
    for (name, ..) in STORED {
        let stored = fixture(name);
        let copy = call(&["download", name, "copy"]).file(name, &stored);
        copy.ends(
            0,
            "copy\n",
            &format!("Download {name} ...\nDownload {name}: complete\n"),
        );
        let path = copy.folder.path().join("copy");
        assert_eq!(fs::read(&path).unwrap(), stored);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(names(&copy), ["copy", name]);
    }
}

#[test]
fn json_says_what_is_where() {
    let stored = fixture("small-15.sql.gz");
    let copy = call(&["download", "small.gz", "copy", "-o", "json", "-q"]);
    let ended = copy.file("small.gz", &stored).run();
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    assert_eq!(
        serde_json::from_str::<Value>(&ended.stdout).unwrap(),
        serde_json::json!({
            "backup": "small.gz", "file": "copy", "compression": "gzip",
            "stored_bytes": stored.len(), "sha256": sha256(&stored),
        })
    );
}

#[test]
fn a_bad_backup_leaves_no_file_and_the_old_one_as_it_was() {
    let whole = fixture("small-15.sql.gz");
    let text = dump();
    let cut = &text[..text.len() / 2];
    for (bad, overwrite) in [
        (&whole[..whole.len() - 9], false),
        (cut.as_bytes(), false),
        (&[&whole[..], b"more"].concat(), true),
        (b"", true),
        (b"Dear Ada,\n", true),
    ] {
        let verify = call(&["verify", "bad", "-q"]).file("bad", bad).run();
        let mut arguments = vec!["download", "bad", "copy", "-q"];
        let mut there = vec!["bad"];
        if overwrite {
            arguments.push("--overwrite");
            there.push("copy");
        }
        let mut copy = call(&arguments).file("bad", bad);
        if overwrite {
            copy = copy.file("copy", "old");
        }
        assert_eq!(copy.run(), verify, "told as verify tells it");
        assert_eq!(verify.status, 4);
        assert_eq!(names(&copy), there);
        let old = fs::read(copy.folder.path().join("copy")).ok();
        assert_eq!(old.as_deref(), overwrite.then_some(&b"old"[..]));
    }
}

#[test]
fn a_file_that_exists_is_replaced_only_where_that_is_asked_for() {
    let stored = fixture("small-15.sql.gz");
    let copy = |more: &[&str]| {
        call(&[&["download", "./small.gz", "copy", "-q"], more].concat())
            .file("small.gz", &stored)
            .file("copy", "old")
    };
    let refused = copy(&[]);
    refused.ends(
        4,
        "",
        "error: copy exists already

hint: choose another name, or replace it: kubectl quetzal-db download BACKUP FILE --overwrite
",
    );
    assert_eq!(
        fs::read(refused.folder.path().join("copy")).unwrap(),
        b"old"
    );
    let replaced = copy(&["--overwrite"]);
    replaced.ends(0, "copy\n", "");
    assert_eq!(
        fs::read(replaced.folder.path().join("copy")).unwrap(),
        stored
    );
    assert_eq!(names(&replaced), ["copy", "small.gz"]);
}

#[test]
fn a_folder_gets_a_file_of_the_backups_name() {
    let stored = fixture("small-15.sql.gz");
    let copy = call(&["download", "small.gz", "sub", "-q"]).file("small.gz", &stored);
    fs::create_dir(copy.folder.path().join("sub")).unwrap();
    copy.ends(0, "sub/small.gz\n", "");
    // The name is taken in the current folder, by the backup itself.
    let refused = call(&["download", "small.gz", "-q"]).file("small.gz", &stored);
    assert_eq!(refused.run().status, 4);
    assert_eq!(names(&refused), ["small.gz"]);
}

#[test]
fn what_has_no_name_needs_one() {
    let stored = fixture("small-15.sql.gz");
    call(&["download", "-", "-q"]).stdin(stored.clone()).ends(
        4,
        "",
        "error: standard input gives the file no name

hint: name the file: kubectl quetzal-db download BACKUP FILE
",
    );
    let copy = call(&["download", "-", "copy", "-q"]).stdin(stored.clone());
    copy.ends(0, "copy\n", "");
    assert_eq!(fs::read(copy.folder.path().join("copy")).unwrap(), stored);
}

#[test]
fn a_pipe_is_no_place_for_a_backup() {
    let ended = call(&["download", "latest", "-"]).run();
    assert_eq!((ended.status, ended.stdout.as_str()), (2, ""));
    let said = "error: invalid value '-' for '[FILE]': a backup is proved at its end, and a pipe can't be taken back: \
name a file\n";
    assert!(ended.stderr.starts_with(said), "{}", ended.stderr);
}

#[test]
fn a_file_that_exists_is_refused_before_any_cluster_is_asked() {
    let refused = call(&["download", "latest", "copy", "-q"]).file("copy", "old");
    assert_eq!(refused.run().status, 4);
}

#[test]
fn where_nothing_can_be_written_nothing_is() {
    let stored = fixture("small-15.sql.gz");
    let nowhere = call(&["download", "small.gz", "none/copy", "-q"]).file("small.gz", stored);
    let ended = nowhere.run();
    assert_eq!((ended.status, ended.stdout.as_str()), (1, ""));
    assert!(
        ended.stderr.starts_with("error: cannot write none/copy\n"),
        "{}",
        ended.stderr
    );
}
