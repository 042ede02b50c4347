//! The deterministic part: the plugin killed at every moment of every step, then gone on with, or taken back.

use std::sync::Arc;

use quetzal_db::restore::journal::StepName;
use quetzal_db::restore::kill_point::{Moment, name};

use crate::lane::{Allow, Lane};
use crate::snapshot::Side;
use crate::support::dump::Random;

/// What follows a kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Resume,
    Rollback,
}

/// A restore or drill with these flags, and the steps that the plugin plans for it.
#[derive(Debug, Clone)]
pub struct Line {
    pub errand: Errand,
    pub flags: &'static [&'static str],
    pub steps: Vec<StepName>,
}

/// What the steps are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Errand {
    Beside,
    InPlace,
    Drill,
}

impl Errand {
    fn verb(self) -> &'static str {
        match self {
            Self::Beside | Self::InPlace => "restore",
            Self::Drill => "drill",
        }
    }
}

impl std::fmt::Display for Errand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Beside => "",
            Self::InPlace => "in place: ",
            Self::Drill => "drill: ",
        })
    }
}

/// One case of the deterministic part.
#[derive(Debug, Clone)]
pub struct Kill {
    pub line: Arc<Line>,
    pub step: StepName,
    pub moment: Moment,
    pub sort: Sort,
}

/// Which command is killed there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The restore.
    Restore(Way),
    /// A rollback, after a restore that was killed at its last step; then it is run again.
    Rollback,
    /// A resume, after a restore that was killed in the middle of the load; then it is run again.
    Resume,
}

pub const FORWARD: [Moment; 4] = [
    Moment::Intended,
    Moment::Middle,
    Moment::Done,
    Moment::Recorded,
];
pub const BACKWARD: [Moment; 3] = [Moment::UndoIntended, Moment::UndoDone, Moment::UndoRecorded];

impl Kill {
    pub fn point(&self) -> String {
        name(self.step, self.moment)
    }
}

impl std::fmt::Display for Kill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let point = self.point();
        self.line.errand.fmt(f)?;
        match self.sort {
            Sort::Restore(Way::Resume) => write!(f, "killed at {point}, resume"),
            Sort::Restore(Way::Rollback) => write!(f, "killed at {point}, rollback"),
            Sort::Rollback => write!(f, "rollback killed at {point}, rollback"),
            Sort::Resume => write!(f, "resume killed at {point}, resume"),
        }
    }
}

/// Without a safety backup, which takes the most time of all, with it, in place; and a drill.
const LINES: [(Errand, &[&str]); 4] = [
    (Errand::Beside, &["--yes", "--no-safety-backup"]),
    (Errand::Beside, &["--yes"]),
    (Errand::InPlace, &["--yes", "--in-place"]),
    (Errand::Drill, &[]),
];

/// The lines of steps, as the plugin itself plans them.
pub fn lines(lane: &Lane) -> Vec<Arc<Line>> {
    let plan = |(errand, flags): (Errand, &'static [&'static str])| {
        let mut planned = Line {
            errand,
            flags,
            steps: Vec::new(),
        };
        let mut args = planned.words(lane);
        args.extend(["--dry-run", "-o", "json"]);
        let shown = lane.run(&args, None).expect(0);
        planned.steps = serde_json::from_value(shown.json()["steps"].take()).unwrap();
        Arc::new(planned)
    };
    LINES.map(plan).to_vec()
}

impl Line {
    fn words<'a>(&self, lane: &'a Lane) -> Vec<&'a str> {
        [&[self.errand.verb(), &lane.dump], self.flags].concat()
    }

    /// Where a step is another matter than beside: in place from the drop to the swap, and all of a drill.
    fn matters(&self, step: StepName) -> bool {
        let place = |wanted: StepName| self.steps.iter().position(|s| *s == wanted);
        match self.errand {
            Errand::Beside => false,
            Errand::InPlace => {
                (place(StepName::DropOld)..=place(StepName::Swap)).contains(&place(step))
            }
            Errand::Drill => true,
        }
    }
}

/// Every step with the first line that has it, and with those for which it is another matter.
fn steps(lines: &[Arc<Line>]) -> Vec<(Arc<Line>, StepName)> {
    let mut steps: Vec<(Arc<Line>, StepName)> = Vec::new();
    for line in lines {
        for step in &line.steps {
            let known = steps.iter().any(|(_, known)| known == step);
            if !known || line.matters(*step) {
                steps.push((Arc::clone(line), *step));
            }
        }
    }
    steps
}

/// What is recorded of one step is what the next one begins with, so it is a moment of its own at the end alone.
fn is_its_own(line: &Line, step: StepName, moment: Moment) -> bool {
    match moment {
        Moment::Recorded => line.steps.last() == Some(&step),
        Moment::UndoRecorded => line.steps.first() == Some(&step),
        _ => true,
    }
}

/// Every case.
pub fn all(lines: &[Arc<Line>]) -> Vec<Kill> {
    let mut cases = Vec::new();
    for (line, step) in steps(lines) {
        let case = |moment, sort| Kill {
            line: Arc::clone(&line),
            step,
            moment,
            sort,
        };
        let forward = FORWARD.into_iter().filter(|m| is_its_own(&line, step, *m));
        if line.errand != Errand::Beside {
            // The one takes the longest by far, the other goes the ways of a restore: each moment goes one of the two.
            let ways = [Way::Resume, Way::Rollback].into_iter().cycle();
            let ways = forward.zip(ways.skip(cases.len() % 2));
            cases.extend(ways.map(|(moment, way)| case(moment, Sort::Restore(way))));
            continue;
        }
        for moment in forward.clone() {
            cases.push(case(moment, Sort::Restore(Way::Resume)));
            cases.push(case(moment, Sort::Restore(Way::Rollback)));
        }
        let backward = BACKWARD.into_iter().filter(|m| is_its_own(&line, step, *m));
        cases.extend(backward.map(|moment| case(moment, Sort::Rollback)));
        let place = |wanted: StepName| line.steps.iter().position(|s| *s == wanted);
        if place(step) >= place(StepName::Stage) {
            cases.extend(forward.map(|moment| case(moment, Sort::Resume)));
        }
    }
    cases
}

/// Every step at one moment, and both ways in turn; a few rollbacks and resumes that are killed themselves.
pub fn some(lines: &[Arc<Line>], random: &mut Random) -> Vec<Kill> {
    let (first, turn) = (random.below(FORWARD.len()), random.below(2));
    let mut cases = Vec::new();
    // In place and of a drill, what is done by them alone.
    let mut known = Vec::new();
    let new = |(_, step): &(Arc<Line>, StepName)| {
        let is_new = !known.contains(step);
        known.push(*step);
        is_new
    };
    for (number, (line, step)) in steps(lines).into_iter().filter(new).enumerate() {
        let way = if (number + turn) % 2 == 0 {
            Way::Resume
        } else {
            Way::Rollback
        };
        cases.push(Kill {
            line,
            step,
            moment: FORWARD[(first + number) % FORWARD.len()],
            sort: Sort::Restore(way),
        });
    }
    let rest = all(lines)
        .into_iter()
        .filter(|case| !matches!(case.sort, Sort::Restore(_)));
    let mut rest: Vec<_> = rest.collect();
    for _ in 0..3 {
        cases.push(rest.swap_remove(random.below(rest.len())));
    }
    cases
}

/// Runs one case on the old state; the side it ended on.
pub fn run(lane: &Lane, kill: &Kill) -> Side {
    if kill.line.errand == Errand::Drill {
        return drill(lane, kill);
    }
    let steps = &kill.line.steps;
    let restore = kill.line.words(lane);
    lane.in_place.set(kill.line.errand == Errand::InPlace);
    let point = kill.point();
    let last = *steps.last().unwrap();
    match kill.sort {
        Sort::Restore(way) => {
            killed(lane, &restore, &point);
            let finished = kill.step == last && kill.moment == Moment::Recorded;
            status(lane, standing(finished));
            match way {
                Way::Resume if finished => {
                    let said = lane.run(&["resume"], None);
                    assert!(said.stderr.contains("there is nothing to resume"), "{said}");
                    // The lock of the killed plugin is all that is left: whoever comes next takes it over.
                    new(lane)
                }
                Way::Resume => {
                    lane.run(&["resume"], None).expect(0);
                    new(lane)
                }
                Way::Rollback if kill.line.errand == Errand::InPlace => back_in_place(lane),
                Way::Rollback => old(lane),
            }
        }
        Sort::Rollback => {
            let near_the_end = name(last, Moment::Intended);
            killed(lane, &restore, &near_the_end);
            killed(lane, &["rollback", "--yes"], &point);
            if kill.step == steps[0] && kill.moment == Moment::UndoRecorded {
                status(lane, &Standing::RolledBack);
                let said = lane.run(&["rollback", "--yes"], None);
                assert!(
                    said.stderr.contains("there is nothing to go back to"),
                    "{said}"
                );
                lane.run(&["cleanup", "--yes"], None).expect(0);
                return settled(lane, Side::Old);
            }
            status(lane, &Standing::GoingBack);
            let refused = lane.run(&["resume"], None);
            assert_eq!(
                refused.code,
                Some(4),
                "half taken back, it can't be gone on with\n{refused}"
            );
            old(lane)
        }
        Sort::Resume => {
            killed(lane, &restore, "stage:middle");
            killed(lane, &["resume"], &point);
            let finished = kill.step == last && kill.moment == Moment::Recorded;
            status(lane, standing(finished));
            if !finished {
                lane.run(&["resume"], None).expect(0);
            }
            new(lane)
        }
    }
}

/// A drill is over when nothing of it is left; until then it is gone on with or taken back, even after its last step: its
/// evidence is not kept yet.
fn drill(lane: &Lane, kill: &Kill) -> Side {
    killed(lane, &kill.line.words(lane), &kill.point());
    if kill.sort == Sort::Restore(Way::Rollback) {
        return old(lane);
    }
    let done = lane.run(&["resume", "-o", "json"], None).expect(0).json();
    assert_eq!(done["verdict"], "passed", "{done}");
    settled(lane, Side::Old)
}

fn killed(lane: &Lane, args: &[&str], point: &str) {
    let ended = lane.run(args, Some(point));
    assert_eq!(
        ended.code, None,
        "it never passed {point}, or was not killed there\n{ended}"
    );
    lane.content_side();
}

/// What `status` must say.
enum Standing {
    Interrupted,
    Finished,
    GoingBack,
    RolledBack,
}

/// After a kill in a restore or resume.
fn standing(finished: bool) -> &'static Standing {
    if finished {
        &Standing::Finished
    } else {
        &Standing::Interrupted
    }
}

fn status(lane: &Lane, wanted: &Standing) {
    let seen = lane.run(&["status", "-o", "json"], None).expect(0).json();
    let (standing, commands): (&str, &[&str]) = match wanted {
        Standing::Interrupted => ("interrupted", &["quetzal-db resume", "quetzal-db rollback"]),
        Standing::Finished => ("finished", &["quetzal-db cleanup", "quetzal-db rollback"]),
        Standing::GoingBack => ("stuck", &["quetzal-db rollback"]),
        Standing::RolledBack => ("rolled-back", &[]),
    };
    let restores = seen["restores"].as_array().unwrap();
    assert_eq!(restores.len(), 1, "{seen}");
    assert_eq!(restores[0]["standing"], standing, "{seen}");
    let next = seen["next"].as_str().unwrap_or_default();
    let named = |command: &&str| next.contains(*command);
    assert!(
        commands.iter().all(named),
        "next: {next}, wanted: {commands:?}"
    );
    let resume = "quetzal-db resume";
    assert_eq!(
        next.contains(resume),
        commands.contains(&resume),
        "next: {next}"
    );
    assert!(
        seen["lock"].is_object(),
        "a killed plugin leaves its lock: {seen}"
    );
}

fn old(lane: &Lane) -> Side {
    lane.run(&["rollback", "--yes"], None).expect(0);
    settled(lane, Side::Old)
}

fn new(lane: &Lane) -> Side {
    assert_eq!(lane.content_side(), Side::New);
    lane.run(&["cleanup", "--yes"], None).expect(0);
    settled(lane, Side::New)
}

/// Back from a restore in place: before the drop as ever; with nothing there, from the safety backup; after the swap
/// there is no way back but that, so it goes on.
fn back_in_place(lane: &Lane) -> Side {
    let side = lane.content_side();
    let back = lane.run(&["rollback", "--yes"], None);
    match side {
        Side::Old => {
            back.expect(0);
            settled(lane, Side::Old)
        }
        Side::New => {
            back.expect(4);
            lane.run(&["resume"], None).expect(0);
            new(lane)
        }
        Side::Gone => {
            back.expect(3);
            let status = lane.run(&["status", "-o", "json"], None).expect(0).json();
            let next = status["next"].as_str().unwrap().to_owned();
            let words = next
                .strip_prefix("kubectl quetzal-db ")
                .unwrap_or_else(|| panic!("{next}"));
            let mut args: Vec<&str> = words.split(' ').collect();
            assert_eq!(args[0], "restore", "{next}");
            args.push("--yes");
            lane.run(&args, None).expect(0);
            lane.came_back();
            lane.run(&["cleanup", "--yes"], None).expect(0);
            settled(lane, Side::Old)
        }
    }
}

fn settled(lane: &Lane, side: Side) -> Side {
    lane.assert_settled(side, Allow::default());
    assert_eq!(lane.documents(), "", "the journal is gone");
    side
}
