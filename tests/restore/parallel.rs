//! Several sessions load one dump, and what they load is whole.

use crate::memory::rows;
use crate::sample::Sample;
use crate::support::demo::Demo;
use crate::support::dump::behind;
use crate::support::plugin::start;
use crate::support::state::{Facts, files};
use crate::support::until;

const MIB: u64 = 1 << 20;
const COPY: &str = "COPY public.child (id, parent_id, amount, note) FROM stdin;\n";
/// The sample's dump with more rows in one table.
fn larger(sample: &Sample, bytes: u64) -> (String, usize) {
    let rows = rows(1_000_000, bytes);
    let count = memchr::memchr_iter(b'\n', &rows).count() + 2500;
    let (head, tail) = sample.dump.as_bytes().split_at(behind(&sample.dump, COPY));
    let file = sample.write("larger.sql", &[head, &rows, tail].concat());
    (file, count)
}

/// Transfer, decompression and load at the same time, and nothing left but what was loaded.
fn restore<'a>(file: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
    let fixed = ["restore", file, "--yes", "--drop-old", "--no-safety-backup"];
    [&fixed[..], flags].concat()
}

fn assert_loaded(demo: &Demo, sample: &Sample, count: usize) {
    let sql = "SELECT count(*) || ' ' || count(DISTINCT id) FROM child";
    assert_eq!(demo.psql(&sample.name, sql), format!("{count} {count}"));
    let valid = "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = indrelid WHERE relname = 'child' AND indisvalid";
    assert_eq!(demo.psql(&sample.name, valid), "2");
    let keys =
        "SELECT count(*) FROM pg_constraint WHERE conrelid = 'child'::regclass AND convalidated";
    assert_eq!(demo.psql(&sample.name, keys), "3");
    let marks = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'quetzal_restore_%'";
    assert_eq!(demo.psql(&sample.name, marks), "0");
}

#[test]
fn one_large_table_is_shared_by_the_sessions() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let (file, count) = larger(&sample, 400 * MIB);
    let args = restore(&file, &["--jobs", "3"]);
    demo.plugin(&args).expect(0);
    assert_loaded(&demo, &sample, count);
    // One session writes all in one transaction; what it shares has one for each chunk, whichever session had it.
    let transactions = "SELECT count(DISTINCT xmin::text) > 2 FROM child";
    assert_eq!(demo.psql(&sample.name, transactions), "t");
    assert_eq!(files(&demo), Vec::<String>::new());
}

#[test]
fn one_session_loads_as_well() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let (file, count) = larger(&sample, 3 * MIB);
    let args = restore(&file, &["--jobs", "1"]);
    let done = demo.plugin(&args).expect(0);
    done.says("Load         1 session, each with ");
    assert_loaded(&demo, &sample, count);
}

#[test]
fn killed_between_the_chunks_of_a_table_none_is_loaded_twice() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let (file, count) = larger(&sample, 400 * MIB);
    let args = restore(&file, &["--jobs", "3"]);
    let mut restore = start(&demo.kubeconfig, &args);
    // The mark of a chunk is committed with its rows: those of the first ones by the session that loads them alone.
    let marked = r#"for name in $(psql -U "$POSTGRES_USER" -d postgres -Atc "SELECT datname FROM pg_database WHERE datname LIKE 'e2e\_sample\_\_restore\_%'"); do
  psql -U "$POSTGRES_USER" -d "$name" -Atc "SELECT count(*) FROM quetzal_restore_${name##*_}.done WHERE chunk >= 0" 2>/dev/null || true
done"#;
    until("some chunks are committed", 120, || {
        let chunks = demo.in_pod(&["sh", "-c", marked], b"");
        assert!(!restore.has_ended(), "{}", restore.said());
        let chunks = String::from_utf8_lossy(&chunks).trim().parse();
        chunks.is_ok_and(|chunks: u32| (1..22).contains(&chunks))
    });
    assert_eq!(restore.kill().code, None, "it was killed");
    demo.plugin(&["resume"]).expect(0);
    assert_loaded(&demo, &sample, count);
}

#[test]
fn a_server_that_cannot_see_the_files_gets_the_rows_from_psql() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let (file, count) = larger(&sample, 3 * MIB);
    let before = Facts::of_surroundings(&demo);
    // Without it the files stay those of the user who may run commands in the container.
    demo.in_pod(&["mv", "/usr/bin/chown", "/usr/bin/chown.away"], b"");
    let args = restore(&file, &["-v"]);
    let done = demo.plugin(&args);
    demo.in_pod(&["mv", "/usr/bin/chown.away", "/usr/bin/chown"], b"");
    done.expect(0)
        .says("the server can't read the dump's files, psql does");
    assert_loaded(&demo, &sample, count);
    assert_eq!(
        before.get("files"),
        Facts::of_surroundings(&demo).get("files")
    );
}
