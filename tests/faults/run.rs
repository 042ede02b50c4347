//! The queue of cases, and the lanes that take from it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use crate::disk::{self, Full};
use crate::kills::{self, Kill};
use crate::lane::{Lane, Load};
use crate::machine;
use crate::outside::{self, Calm, Fault};
use crate::report;
use crate::rounds::{self, Away};
use crate::snapshot::Side;
use crate::support::demo::{Admin, Demo};
use crate::support::dump::Random;
use crate::support::plugin::{BINARY, command};

/// How often each fault from outside strikes.
const WHOLE: usize = 5;
const QUICK: usize = 1;
/// How often each fault of the whole cluster strikes; all lanes are hit by each.
const ROUNDS: usize = 1;
/// How often the disk is filled in each way.
const DISK: usize = 3;

/// How much of the suite is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// All of it; the report is written.
    Whole,
    /// Every step at some moment, every fault once.
    Quick,
}

/// One run.
#[derive(Debug, Clone)]
pub enum Case {
    Kill(Kill),
    /// With a seed of its own, so that it does not depend on what runs beside it.
    Outside(Fault, u64),
    /// One lane's part of a round.
    Round(Away, u64),
    Disk(Full, u64),
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kill(kill) => kill.fmt(f),
            Self::Outside(fault, seed) => write!(f, "{} (seed {seed})", fault.title()),
            Self::Round(away, seed) => write!(f, "{} (seed {seed})", away.title()),
            Self::Disk(full, seed) => write!(f, "{} (seed {seed})", full.title()),
        }
    }
}

impl Case {
    /// The fault from outside.
    pub fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Kill(_) => None,
            Self::Outside(fault, _) => Some(fault.title()),
            Self::Round(away, _) => Some(away.title()),
            Self::Disk(full, _) => Some(full.title()),
        }
    }
}

/// How one case ended.
pub struct Outcome {
    pub case: Case,
    pub side: Result<Side, Failure>,
}

/// Why a case failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Neither all old nor all new.
    Lost,
    /// The data is whole, but something else is wrong.
    Wrong,
}

/// Runs the suite.
pub fn all() -> ExitCode {
    let cut = match std::env::var("QUETZAL_FAULTS_CUT").as_deref() {
        Ok("quick") => Cut::Quick,
        _ => Cut::Whole,
    };
    let random = &mut Random::seeded();
    let seed = random.0;
    let folder = tempfile::tempdir().unwrap();
    let binary = own_binary(folder.path());
    let demos = demos();
    let mut outcomes = deterministic(&demos, &binary, cut, random);
    let disk_seed = &mut Random(random.below(usize::MAX) as u64);
    std::thread::scope(|scope| {
        let disk = scope.spawn(|| on_a_small_volume(&binary, cut, disk_seed));
        outcomes.extend(from_outside(&demos, &binary, cut, random));
        outcomes.extend(disk.join().unwrap());
    });
    report::say(&outcomes);
    let only = std::env::var_os("QUETZAL_FAULTS_ONLY").is_some();
    if cut == Cut::Whole && !only {
        report::write(&demos[0], seed, &outcomes);
    }
    let failed = outcomes.iter().any(|o| o.side.is_err());
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn deterministic(demos: &[Demo], binary: &Path, cut: Cut, random: &mut Random) -> Vec<Outcome> {
    if !wanted_part("kills") {
        return Vec::new();
    }
    let mut lanes = lanes(demos, binary, Load::Short);
    let planned = kills::lines(&lanes[0]);
    let kills = match cut {
        Cut::Whole => kills::all(&planned),
        Cut::Quick => kills::some(&planned, random),
    };
    let cases = wanted(kills.into_iter().map(Case::Kill), random);
    queue(&mut lanes, cases, Calm::default())
}

fn from_outside(demos: &[Demo], binary: &Path, cut: Cut, random: &mut Random) -> Vec<Outcome> {
    if !wanted_part("outside") && !wanted_part("rounds") {
        return Vec::new();
    }
    let mut lanes = lanes(demos, binary, Load::Long);
    let calm = outside::calms(&mut lanes);
    println!(
        "a calm restore takes {:?} and {} bytes",
        calm.took, calm.bytes
    );
    let each = match cut {
        Cut::Whole => WHOLE,
        Cut::Quick => QUICK,
    };
    let mut cases = Vec::new();
    for fault in outside::ALL {
        if fault.needs_the_machine() && !machine::is_ours() {
            println!(
                "SKIPPED on a cluster that is not of this machine: {}",
                fault.title()
            );
            continue;
        }
        let seeds = (0..each).map(|_| random.below(usize::MAX) as u64);
        cases.extend(seeds.map(|seed| Case::Outside(fault, seed)));
    }
    let cases = wanted(cases.into_iter(), random);
    let outcomes = if wanted_part("outside") {
        queue(&mut lanes, cases, calm)
    } else {
        Vec::new()
    };
    let rounds = if wanted_part("rounds") {
        in_rounds(&mut lanes, calm, cut, random)
    } else {
        Vec::new()
    };
    outcomes.into_iter().chain(rounds).collect()
}

/// Faults of the whole cluster; one of them in a quick cut.
fn in_rounds(lanes: &mut [Lane], calm: Calm, cut: Cut, random: &mut Random) -> Vec<Outcome> {
    if !machine::is_ours() {
        println!("SKIPPED on a cluster that is not of this machine: API server and kubelet away");
        return Vec::new();
    }
    let chosen = match cut {
        Cut::Whole => rounds::ALL.repeat(ROUNDS),
        Cut::Quick => vec![rounds::ALL[random.below(rounds::ALL.len())]],
    };
    chosen
        .into_iter()
        .flat_map(|away| rounds::run(lanes, away, calm, random))
        .collect()
}

/// The disk full, on a deployment whose volume is a file system of its own: `NAMESPACE:KUBECONFIG:FOLDER`.
fn on_a_small_volume(binary: &Path, cut: Cut, random: &mut Random) -> Vec<Outcome> {
    if !wanted_part("disk") {
        return Vec::new();
    }
    let word = std::env::var("QUETZAL_FAULTS_DISK").unwrap_or_default();
    let Some((lane, volume)) = word.rsplit_once(':') else {
        println!("SKIPPED without a small volume on this machine: the disk full");
        return Vec::new();
    };
    let mut lanes = lanes(&[demo(lane)], binary, Load::Long);
    let calm = outside::calms(&mut lanes);
    let each = match cut {
        Cut::Whole => DISK,
        Cut::Quick => 1,
    };
    let mut outcomes = Vec::new();
    for full in disk::ALL.repeat(each) {
        let seed = random.below(usize::MAX) as u64;
        let case = Case::Disk(full, seed);
        let side = one(&lanes[0], &case.to_string(), |lane| {
            disk::run(lane, Path::new(volume), full, calm, &mut Random(seed))
        });
        outcomes.push(Outcome { case, side });
    }
    outcomes
}

/// Whether a part of the suite was asked for: `kills`, `outside`, or nothing for both.
fn wanted_part(part: &str) -> bool {
    let asked = std::env::var("QUETZAL_FAULTS_PART").unwrap_or_default();
    asked.is_empty() || asked == part
}

/// The cases that were asked for, in an order of the seed.
fn wanted(cases: impl Iterator<Item = Case>, random: &mut Random) -> VecDeque<Case> {
    let only = std::env::var("QUETZAL_FAULTS_ONLY").unwrap_or_default();
    let mut cases: Vec<Case> = cases
        .filter(|case| case.to_string().contains(&only))
        .collect();
    for last in (1..cases.len()).rev() {
        cases.swap(last, random.below(last + 1));
    }
    cases.into()
}

/// Makes every deployment ready, side by side.
fn lanes(demos: &[Demo], binary: &Path, load: Load) -> Vec<Lane> {
    std::thread::scope(|scope| {
        let start = |demo: &Demo| {
            let (demo, binary) = (demo.clone(), PathBuf::from(binary));
            scope.spawn(move || Lane::new(demo, binary, load))
        };
        let started: Vec<_> = demos.iter().map(start).collect();
        started
            .into_iter()
            .map(|lane| lane.join().unwrap())
            .collect()
    })
}

/// Each lane takes the next case when it is done with one.
fn queue(lanes: &mut [Lane], cases: VecDeque<Case>, calm: Calm) -> Vec<Outcome> {
    println!("{} cases on {} lanes", cases.len(), lanes.len());
    let (queue, outcomes) = (Mutex::new(cases), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for lane in lanes {
            let (queue, outcomes) = (&queue, &outcomes);
            scope.spawn(move || {
                let lane: &Lane = lane;
                while let Some(case) = take(queue) {
                    let side = one(lane, &case.to_string(), |lane| match &case {
                        Case::Kill(kill) => kills::run(lane, kill),
                        Case::Outside(fault, seed) => {
                            outside::run(lane, *fault, calm, &mut Random(*seed))
                        }
                        Case::Round(..) | Case::Disk(..) => {
                            unreachable!("these have queues of their own")
                        }
                    });
                    outcomes.lock().unwrap().push(Outcome { case, side });
                }
            });
        }
    });
    outcomes.into_inner().unwrap()
}

fn take(queue: &Mutex<VecDeque<Case>>) -> Option<Case> {
    queue.lock().unwrap().pop_front()
}

/// Runs one case on the old state.
fn one(lane: &Lane, name: &str, case: impl FnOnce(&Lane) -> Side) -> Result<Side, Failure> {
    told(lane, name, |lane| {
        lane.begin();
        case(lane)
    })
}

/// Runs something; a failure is told with its whole story, and the lane is made fit for the next case.
pub fn told(lane: &Lane, name: &str, case: impl FnOnce(&Lane) -> Side) -> Result<Side, Failure> {
    let begun = Instant::now();
    let done = catch_unwind(AssertUnwindSafe(|| case(lane)));
    let took = begun.elapsed().as_secs();
    match done {
        Ok(side) => {
            println!("{name}: {side} ({took} s)");
            Ok(side)
        }
        Err(panic) => {
            let said = panic.downcast_ref::<String>().cloned();
            let said = said.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            let said = said.unwrap_or_default();
            let namespace = &lane.demo.admin.namespace;
            println!(
                "FAILED {name} in {namespace} ({took} s): {said}\n--- its story\n{}--- end of its story",
                lane.story()
            );
            if let Err(worse) = catch_unwind(AssertUnwindSafe(|| lane.repair())) {
                drop(worse);
                println!("{namespace} could not be repaired");
            }
            Err(if said.contains("LOST") {
                Failure::Lost
            } else {
                Failure::Wrong
            })
        }
    }
}

/// A copy of the binary under test: another build may replace the one that cargo made.
fn own_binary(folder: &Path) -> PathBuf {
    let copy = folder.join("kubectl-quetzal-db");
    std::fs::copy(BINARY, &copy).unwrap();
    let said = command(copy.to_str().unwrap(), Path::new("/dev/null"))
        .arg("--version")
        .output()
        .unwrap();
    assert!(said.status.success(), "{said:?}");
    copy
}

/// `NAMESPACE:KUBECONFIG`.
fn demo(word: &str) -> Demo {
    let (namespace, kubeconfig) = word.split_once(':').unwrap();
    Demo {
        admin: Admin::get().in_namespace(namespace),
        kubeconfig: kubeconfig.into(),
    }
}

fn demos() -> Vec<Demo> {
    let lanes = std::env::var("QUETZAL_FAULTS_LANES").unwrap_or_default();
    let demos: Vec<_> = lanes.split_whitespace().map(demo).collect();
    assert!(
        !demos.is_empty(),
        "QUETZAL_FAULTS_LANES is not set: `make faults` sets it, and runs this"
    );
    demos
}
