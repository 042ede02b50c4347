//! A small volume that somebody else fills up in the middle of a restore.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::judge;
use crate::lane::{Allow, Lane};
use crate::outside::{self, Calm};
use crate::snapshot::Side;
use crate::support::dump::Random;
use crate::support::plugin::Running;

/// How full it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Less is left than the plugin keeps free.
    BelowTheReserve,
    /// Nothing is left.
    ToTheLastByte,
}

pub const ALL: [Full; 2] = [Full::BelowTheReserve, Full::ToTheLastByte];
const BELOW: u64 = 600 << 20;
/// Somebody makes room again after so long, whatever the plugin does.
const FULL_FOR: Duration = Duration::from_secs(30);

impl Full {
    pub fn title(self) -> &'static str {
        match self {
            Self::BelowTheReserve => "the volume filled below the reserve",
            Self::ToTheLastByte => "the volume filled to the last byte",
        }
    }

    fn leaves(self) -> u64 {
        match self {
            Self::BelowTheReserve => BELOW,
            Self::ToTheLastByte => 0,
        }
    }
}

/// What fills the volume; dropped, there is room again.
struct Filling(PathBuf);

impl Filling {
    fn new(volume: &Path, leave: u64) -> Self {
        let path = volume.join("filled-by-somebody-else");
        let free = free(volume);
        let size = free.saturating_sub(leave).to_string();
        // What can't be had at once is taken byte by byte.
        let taken = Command::new("fallocate")
            .args(["-l", &size])
            .arg(&path)
            .status()
            .unwrap();
        if !taken.success() || leave == 0 {
            let rest = volume.join("filled-by-somebody-else.rest");
            drop(
                Command::new("dd")
                    .args(["if=/dev/zero", "bs=64K", "status=none"])
                    .arg(format!("of={}", rest.display()))
                    .output(),
            );
        }
        Self(path)
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
        drop(fs::remove_file(self.0.with_extension("rest")));
    }
}

fn free(volume: &Path) -> u64 {
    let said = Command::new("df")
        .args(["--output=avail", "-B1"])
        .arg(volume)
        .output()
        .unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    text.lines().last().unwrap().trim().parse().unwrap()
}

/// Fills the volume at a moment of the seed's choice, makes room again, and judges.
pub fn run(lane: &Lane, volume: &Path, full: Full, calm: Calm, random: &mut Random) -> Side {
    let mut running = Running::spawn(outside::restore(lane, None));
    let moment =
        Duration::from_millis(random.below(calm.took.as_millis().try_into().unwrap()) as u64);
    outside::wait(&mut running, moment);
    lane.note(&format!(
        "at {moment:?}: {}, {} bytes free",
        full.title(),
        free(volume)
    ));
    let filling = Filling::new(volume, full.leaves());
    let filled = Instant::now();
    while filled.elapsed() < FULL_FOR && !running.has_ended() {
        std::thread::sleep(Duration::from_millis(200));
    }
    lane.note(&format!("{} bytes free; somebody makes room", free(volume)));
    drop(filling);
    let ended = outside::end_of(lane, running);
    let allow = Allow {
        server_restart: full == Full::ToTheLastByte,
        ..Allow::default()
    };
    judge::settle(lane, &ended, random, allow)
}
