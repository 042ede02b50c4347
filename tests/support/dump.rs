//! Dumps as test data: made, edited, cut, compressed.

use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The line that ends a whole dump.
pub const CLOSING_LINE: &str = "-- PostgreSQL database cluster dump complete";

/// gzip of these bytes: always a valid file, whatever they are.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut input = tempfile::tempfile().unwrap();
    input.write_all(bytes).unwrap();
    input.rewind().unwrap();
    let output = Command::new("gzip")
        .arg("-1")
        .stdin(input)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "gzip failed");
    output.stdout
}

/// Writes a file and gives its path as an argument.
pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Replaces the only occurrence of `from`.
#[track_caller]
pub fn edit(dump: &str, from: &str, to: &str) -> String {
    assert_eq!(
        dump.matches(from).count(),
        1,
        "occurrences of {from:?} in the dump"
    );
    dump.replacen(from, to, 1)
}

/// The position right behind the only occurrence of `text`.
#[track_caller]
pub fn behind(dump: &str, text: &str) -> usize {
    assert_eq!(
        dump.matches(text).count(),
        1,
        "occurrences of {text:?} in the dump"
    );
    dump.find(text).unwrap() + text.len()
}

/// The same numbers for the same seed: splitmix64.
pub struct Random(pub u64);

impl Random {
    /// The seed of the environment, or one from the clock; printed, so that a failure can be repeated.
    pub fn seeded() -> Self {
        let given = std::env::var("QUETZAL_TEST_SEED")
            .ok()
            .map(|text| text.parse().unwrap());
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let seed = given.unwrap_or(now.as_secs());
        println!("QUETZAL_TEST_SEED={seed}");
        Self(seed)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }
}
