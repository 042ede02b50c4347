//! Faults that hit every restore on the cluster at once: each lane is in the midst of one.

use std::time::Duration;

use crate::judge;
use crate::lane::{Allow, Lane};
use crate::machine;
use crate::outside::{self, Calm};
use crate::run::{Case, Outcome, told};
use crate::support::dump::Random;
use crate::support::plugin::{Ended, Running};

const SECONDS: u64 = 30;

/// What is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Away {
    ApiServerStopped,
    ApiServerFrozen,
    KubeletStopped,
    KubeletFrozen,
}

pub const ALL: [Away; 4] = [
    Away::ApiServerStopped,
    Away::ApiServerFrozen,
    Away::KubeletStopped,
    Away::KubeletFrozen,
];

impl Away {
    pub fn title(self) -> &'static str {
        match self {
            Self::ApiServerStopped => "API server stopped for 30 s",
            Self::ApiServerFrozen => "API server frozen for 30 s",
            Self::KubeletStopped => "kubelet stopped for 30 s",
            Self::KubeletFrozen => "kubelet frozen for 30 s",
        }
    }

    fn pause(self) {
        match self {
            Self::ApiServerStopped => machine::pause("stop", "kube-apiserver", SECONDS),
            Self::ApiServerFrozen => machine::pause("freeze", "kube-apiserver", SECONDS),
            Self::KubeletStopped => machine::pause("stop", "kubelet", SECONDS),
            Self::KubeletFrozen => machine::pause("freeze", "kubelet", SECONDS),
        }
    }
}

/// One restore on each lane, begun at different times, and the fault when the first of them would be over.
pub fn run(lanes: &mut [Lane], away: Away, calm: Calm, random: &mut Random) -> Vec<Outcome> {
    let millis = usize::try_from(calm.took.as_millis()).unwrap();
    let seeds: Vec<u64> = lanes
        .iter()
        .map(|_| random.below(usize::MAX) as u64)
        .collect();
    let ready = at_once(lanes, &seeds, |lane, _| {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| lane.begin())).is_ok()
    });
    let ended: Vec<Option<Ended>> = std::thread::scope(|scope| {
        let fault = scope.spawn(|| {
            std::thread::sleep(calm.took);
            away.pause();
        });
        let mut restores = Vec::new();
        for ((lane, seed), ready) in lanes.iter_mut().zip(&seeds).zip(&ready) {
            let later = Duration::from_millis(Random(*seed).below(millis) as u64);
            restores.push(scope.spawn(move || {
                std::thread::sleep(later);
                ready.then(|| Running::spawn(outside::restore(lane, None)).wait())
            }));
        }
        let ended = restores
            .into_iter()
            .map(|restore| restore.join().unwrap())
            .collect();
        fault.join().unwrap();
        ended
    });
    let ended = std::sync::Mutex::new(ended.into_iter().map(Some).collect::<Vec<_>>());
    let sides = at_once(
        lanes,
        &(0..seeds.len() as u64).collect::<Vec<_>>(),
        |lane, number| {
            let ended = ended.lock().unwrap()[usize::try_from(number).unwrap()]
                .take()
                .flatten();
            let seed = seeds[usize::try_from(number).unwrap()];
            told(lane, &format!("{} (seed {seed})", away.title()), |lane| {
                let ended = ended.unwrap_or_else(|| panic!("the lane could not be made ready"));
                lane.note(&ended.to_string());
                judge::settle(lane, &ended, &mut Random(seed), Allow::default())
            })
        },
    );
    let outcome = |(side, seed): (_, &u64)| Outcome {
        case: Case::Round(away, *seed),
        side,
    };
    sides.into_iter().zip(&seeds).map(outcome).collect()
}

/// Does the same on every lane, side by side.
fn at_once<T: Send>(
    lanes: &mut [Lane],
    numbers: &[u64],
    act: impl Fn(&Lane, u64) -> T + Sync,
) -> Vec<T> {
    std::thread::scope(|scope| {
        let act = &act;
        let start = |(lane, number): (_, &u64)| {
            let (lane, number): (&mut Lane, u64) = (lane, *number);
            scope.spawn(move || act(lane, number))
        };
        let started: Vec<_> = lanes.iter_mut().zip(numbers).map(start).collect();
        started.into_iter().map(|one| one.join().unwrap()).collect()
    })
}
