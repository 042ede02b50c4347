//! Memory stays constant whatever the size of the dump.

use std::io::Write;

use crate::sample::Sample;
use crate::support::dump::{behind, gzip};
use crate::support::plugin::Ended;

const MIB: u64 = 1 << 20;
const LIMIT: u64 = 64 * MIB;

#[track_caller]
pub fn assert_small(ended: &Ended) {
    println!("most memory: {} MiB in {:?}", ended.peak / MIB, ended.took);
    assert!(ended.peak > MIB, "it was measured");
    assert!(
        ended.peak < LIMIT,
        "{} MiB of memory\n{ended}",
        ended.peak / MIB
    );
}

/// Rows of `child` whose text is `megabytes` in all, from that row's number on.
pub fn rows(first: u64, bytes: u64) -> Vec<u8> {
    let mut text = Vec::new();
    let mut row = first;
    while (text.len() as u64) < bytes {
        let noise = row.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        writeln!(
            text,
            "{row}\t{}\t{}\t{noise:016x} some text that is much the same in every row {noise}",
            1 + row % 50,
            1 + row % 1000
        )
        .unwrap();
        row += 1;
    }
    text
}

/// The sample's dump with 2 GB of rows: one piece of them, compressed once, again and again as a member of its own,
/// which the format allows. So the file is made in a moment.
#[test]
fn two_gigabytes_are_verified_in_constant_memory() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let copy = behind(
        &sample.dump,
        "COPY public.child (id, parent_id, amount, note) FROM stdin;\n",
    );
    let piece = rows(1_000_000, 16 * MIB);
    let pieces = 2_000_000_000_u64.div_ceil(piece.len() as u64);
    let member = gzip(&piece);
    let path = sample.folder().join("large.gz");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    file.write_all(&gzip(&sample.dump.as_bytes()[..copy]))
        .unwrap();
    for _ in 0..pieces {
        file.write_all(&member).unwrap();
    }
    file.write_all(&gzip(&sample.dump.as_bytes()[copy..]))
        .unwrap();
    file.into_inner().unwrap().sync_all().unwrap();

    let verified = demo
        .plugin(&["verify", path.to_str().unwrap(), "-o", "json", "-q"])
        .expect(0);
    assert_small(&verified);
    let bytes = verified.json()["text_bytes"].as_u64().unwrap();
    assert_eq!(
        bytes,
        sample.dump.len() as u64 + pieces * piece.len() as u64
    );
    assert!(bytes > 2_000_000_000);
}

#[test]
fn a_large_dump_is_restored_in_constant_memory() {
    let demo = crate::demo();
    let sample = Sample::new(&demo);
    let copy = behind(
        &sample.dump,
        "COPY public.child (id, parent_id, amount, note) FROM stdin;\n",
    );
    let rows = rows(1_000_000, 64 * MIB);
    let count = memchr::memchr_iter(b'\n', &rows).count() + 2500;
    let (head, tail) = sample.dump.as_bytes().split_at(copy);
    let file = sample.write("large.gz", &gzip(&[head, &rows, tail].concat()));
    let done = demo
        .plugin(&[
            "restore",
            &file,
            "--yes",
            "--drop-old",
            "--no-safety-backup",
        ])
        .expect(0);
    assert_small(&done);
    assert_eq!(
        demo.psql(&sample.name, "SELECT count(*) FROM child"),
        count.to_string()
    );
}
