//! A dump of several parts, with the plugin killed on the way: what arrived is not sent again, and what runs beside
//! the server never harms it.

use std::collections::BTreeSet;
use std::io::Write;

use crate::memory::rows;
use crate::sample::Sample;
use crate::support::demo::Demo;
use crate::support::dump::{behind, gzip};
use crate::support::plugin::{Running, start};
use crate::support::state::{Facts, files, programs, server};
use crate::support::until;

const MIB: u64 = 1 << 20;
const COPY: &str = "COPY public.child (id, parent_id, amount, note) FROM stdin;\n";

/// Kills the plugin as soon as the Pod has a file of this name.
fn killed_at_file(demo: &Demo, args: &[&str], name: &str) {
    let mut restore: Running = start(&demo.kubeconfig, args);
    until(&format!("the Pod has {name}"), 120, || {
        let there = files(demo).iter().any(|file| file.ends_with(name));
        assert!(there || !restore.has_ended(), "{}", restore.said());
        there
    });
    let killed = restore.kill();
    assert_eq!(killed.code, None, "it was killed\n{killed}");
}

#[test]
fn killed_during_the_upload_it_sends_only_what_is_missing() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let rows = rows(1_000_000, 140 * MIB);
    let count = memchr::memchr_iter(b'\n', &rows).count() + 2500;
    let (head, tail) = sample.dump.as_bytes().split_at(behind(&sample.dump, COPY));
    let file = sample.write("large.sql", &[head, &rows, tail].concat());
    killed_at_file(&demo, &["restore", &file, "--yes"], "/dump.stored.00001");
    let done = demo.plugin(&["resume"]).expect(0);
    let is_kept = |count: u32| {
        done.stderr
            .contains(&format!("{count} of 5 parts from before"))
    };
    assert!((1..5).any(is_kept), "{done}");
    let sql = "SELECT count(*) FROM child";
    assert_eq!(demo.psql(&sample.name, sql), count.to_string());
    assert_eq!(files(&demo), Vec::<String>::new());
    demo.plugin(&["cleanup", "--yes"]).expect(0);
}

#[test]
fn killed_while_it_decompresses_it_goes_back_and_the_server_lives() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let before = (Facts::of_surroundings(&demo), server(&demo));
    let others = programs(&demo);
    let ours = || &programs(&demo) - &others;
    // Much text: one piece of rows, compressed once, as many members of one file.
    let (head, tail) = sample.dump.as_bytes().split_at(behind(&sample.dump, COPY));
    let member = gzip(&rows(1_000_000, 16 * MIB));
    let path = sample.folder().join("large.gz");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    file.write_all(&gzip(head)).unwrap();
    for _ in 0..16 {
        file.write_all(&member).unwrap();
    }
    file.write_all(&gzip(tail)).unwrap();
    file.into_inner().unwrap().sync_all().unwrap();

    let args = [
        "restore",
        path.to_str().unwrap(),
        "--yes",
        "--no-safety-backup",
    ];
    // It may work on by itself for a while: the rollback waits for it.
    killed_at_file(&demo, &args, "/pid");
    demo.plugin(&["rollback", "--yes"]).expect(0);
    assert_eq!(files(&demo), Vec::<String>::new());
    assert_eq!(ours(), BTreeSet::new());
    before.0.assert_same(&Facts::of_surroundings(&demo));
    assert_eq!(server(&demo), before.1, "the server did not crash");
}
