//! Holds what a restore said of its end against what is there, and goes on or back until it is over.

use std::time::Duration;

use crate::lane::{Allow, Lane};
use crate::snapshot::Side;
use crate::support::dump::Random;
use crate::support::plugin::Ended;

/// So often it is gone on with or taken back; a server that recovers takes its time.
const ATTEMPTS: usize = 12;
const PAUSE: Duration = Duration::from_secs(5);

/// What the exit code of `restore` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// All new, and over.
    New,
    /// All old, and nothing to take back.
    Old,
    /// `status` tells, and `resume` or `rollback` is needed, or it was killed.
    HalfWay,
}

fn claim(ended: &Ended) -> Claim {
    match ended.code {
        Some(0) => Claim::New,
        Some(1 | 4 | 5 | 6 | 130) => Claim::Old,
        Some(3 | 7) | None => Claim::HalfWay,
        Some(code) => panic!("there is no exit code {code}\n{ended}"),
    }
}

/// Brings a restore that ended somehow to its end; the side that it is on then.
pub fn settle(lane: &Lane, ended: &Ended, random: &mut Random, allow: Allow) -> Side {
    lane.until_the_server_answers();
    let now = lane.content_side();
    let side = match claim(ended) {
        Claim::New => Side::New,
        Claim::Old => {
            assert_eq!(
                lane.documents(),
                "",
                "it says that nothing is left\n{ended}"
            );
            Side::Old
        }
        Claim::HalfWay => {
            let side = go_on_or_back(lane, random);
            return over(lane, side, allow);
        }
    };
    assert_eq!(now, side, "the exit code is not true\n{ended}");
    over(lane, side, allow)
}

/// Two at once: one is through, the other was refused, or came when the first was over.
pub fn both(lane: &Lane, first: &Ended, second: &Ended, random: &mut Random) -> Side {
    let codes = [first.code, second.code];
    let through = codes.iter().filter(|code| **code == Some(0)).count();
    let refused = codes
        .iter()
        .filter(|code| matches!(code, Some(4 | 6)))
        .count();
    assert!(
        through > 0 && through + refused == 2,
        "{codes:?}\n{first}\n{second}"
    );
    let winner = if first.code == Some(0) { first } else { second };
    settle(lane, winner, random, Allow::default())
}

fn over(lane: &Lane, side: Side, allow: Allow) -> Side {
    if side == Side::New {
        lane.run(&["cleanup", "--yes"], None).expect(0);
    }
    lane.assert_settled(side, allow);
    assert_eq!(lane.documents(), "", "the journal is gone");
    side
}

/// Does what `status` says until there is nothing more to do.
fn go_on_or_back(lane: &Lane, random: &mut Random) -> Side {
    for _ in 0..ATTEMPTS {
        lane.until_the_server_answers();
        lane.content_side();
        let status = lane.run(&["status", "-o", "json"], None);
        if status.code != Some(0) {
            std::thread::sleep(PAUSE);
            continue;
        }
        let status = status.json();
        let Some(restore) = status["restores"].as_array().and_then(|r| r.first()) else {
            // It was killed before it had changed anything: at most its lock is left, for the next one to take over.
            lane.drop_lock();
            return Side::Old;
        };
        let next = status["next"].as_str().unwrap_or_default();
        let resume = match restore["standing"].as_str() {
            Some("finished") => {
                assert!(next.contains("quetzal-db cleanup"), "{next}");
                return Side::New;
            }
            Some("interrupted") => random.below(2) == 0,
            Some("stuck") => false,
            other => panic!("standing {other:?}: {status}"),
        };
        let args: &[&str] = if resume {
            &["resume"]
        } else {
            &["rollback", "--yes"]
        };
        assert!(
            next.contains(args[0]),
            "status does not name {}: {next}",
            args[0]
        );
        let ended = lane.run(args, None);
        lane.until_the_server_answers();
        let now = lane.content_side();
        match (resume, ended.code) {
            (true, Some(0)) => {
                assert_eq!(now, Side::New, "the exit code is not true\n{ended}");
                return Side::New;
            }
            (false, Some(0)) | (true, Some(5)) => {
                assert_eq!(now, Side::Old, "the exit code is not true\n{ended}");
                return Side::Old;
            }
            // Not yet: what stands in the way may go by itself.
            (_, Some(1 | 3 | 4 | 6 | 7)) => std::thread::sleep(PAUSE),
            (_, code) => panic!("exit code {code:?}\n{ended}"),
        }
    }
    panic!("it does not come to an end in {ATTEMPTS} attempts");
}
