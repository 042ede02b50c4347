//! What was seen, as tables: at the end of every run, and in REPORT.md after a whole one.

use std::fmt::Write as _;
use std::path::Path;

use quetzal_db::restore::journal::{LINE, StepName};
use quetzal_db::restore::kill_point::Moment;

use crate::disk;
use crate::kills::{BACKWARD, Errand, FORWARD, Kill, Sort, Way};
use crate::outside;
use crate::rounds;
use crate::run::{Case, Failure, Outcome};
use crate::snapshot::Side;
use crate::support::demo::Demo;

/// Runs of one kind, by how they ended.
#[derive(Default, Clone, Copy)]
struct Count {
    runs: usize,
    old: usize,
    new: usize,
    lost: usize,
    /// The data is whole, but something else is wrong.
    wrong: usize,
}

impl Count {
    fn of<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Self {
        let mut count = Self::default();
        for outcome in outcomes {
            count.runs += 1;
            match outcome.side {
                Ok(Side::Old) => count.old += 1,
                Ok(Side::New) => count.new += 1,
                Ok(Side::Gone) | Err(Failure::Lost) => count.lost += 1,
                Err(Failure::Wrong) => count.wrong += 1,
            }
        }
        count
    }

    fn row(self, title: &str) -> String {
        let Self {
            runs,
            old,
            new,
            lost,
            wrong,
        } = self;
        format!("| {title} | {runs} | {old} | {new} | {lost} | {wrong} |\n")
    }
}

const HEAD: &str = "| fault | runs | all old | all new | lost | other failures |\n| --- | ---: | ---: | ---: | ---: | ---: |\n";

const STEPS_HEAD: &str = "| step | intended | middle | done | recorded | rollback killed: intended, done, recorded \
| resume killed: intended, middle, done, recorded |\n| --- | --- | --- | --- | --- | --- | --- |\n";

/// Prints the sums, and what failed.
pub fn say(outcomes: &[Outcome]) {
    print!("{}", faults(outcomes));
    for outcome in outcomes {
        match outcome.side {
            Ok(_) => {}
            Err(Failure::Lost) => println!("LOST: {}", outcome.case),
            Err(Failure::Wrong) => println!("failed: {}", outcome.case),
        }
    }
}

/// Writes the report.
pub fn write(demo: &Demo, seed: u64, outcomes: &[Outcome]) {
    let version = demo.admin.run(&["get", "--raw", "/version"]);
    let version: serde_json::Value = serde_json::from_str(&version).unwrap();
    let server = demo.psql("postgres", "SHOW server_version");
    let mut text = String::from(
        "# Restores that were interrupted, and what became of the data\n\nWritten by `make faults`. After every run the databases \
         under their real names were compared as a whole, by the content\nof every table, with what they were before (all old) and \
         with what the dump holds (all new); so were roles, memberships,\nsettings and properties, the application's replicas, the \
         backup CronJob, files, sessions, locks and journals left. A second\nsession looked at the real names five times a second meanwhile. \
         Lost would be a run that ended, or was seen for a moment,\non neither side.\n\n",
    );
    writeln!(text, "Kubernetes {}, PostgreSQL {server}, seed {seed} (`QUETZAL_TEST_SEED={seed} make faults` repeats it).\n", version["gitVersion"].as_str().unwrap()).unwrap();
    text.push_str("## Faults\n\n");
    text.push_str(&faults(outcomes));
    text.push_str("\n## Killed at every moment of every step\n\nWhat the databases were in the end, after `resume` and after `rollback`.\n\n");
    text.push_str(&steps(outcomes));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/REPORT.md");
    std::fs::write(path, text).unwrap();
}

fn faults(outcomes: &[Outcome]) -> String {
    let mut text = HEAD.to_owned();
    let sorts = [
        (
            "plugin killed at every moment of every step, then `resume`",
            Sort::Restore(Way::Resume),
        ),
        (
            "plugin killed at every moment of every step, then `rollback`",
            Sort::Restore(Way::Rollback),
        ),
        (
            "`rollback` killed at every undo, then `rollback`",
            Sort::Rollback,
        ),
        (
            "`resume` killed at every moment from the load on, then `resume`",
            Sort::Resume,
        ),
    ];
    for (title, sort) in sorts {
        let of = outcomes
            .iter()
            .filter(|o| matches!(&o.case, Case::Kill(kill) if kill.sort == sort));
        text.push_str(&Count::of(of).row(title));
    }
    let outside = outside::ALL.iter().map(|fault| fault.title());
    let rounds = rounds::ALL.iter().map(|away| away.title());
    for title in outside
        .chain(rounds)
        .chain(disk::ALL.iter().map(|full| full.title()))
    {
        let of = outcomes.iter().filter(|o| o.case.fault() == Some(title));
        let count = Count::of(of);
        if count.runs == 0 {
            writeln!(text, "| {title} | SKIPPED | | | | |").unwrap();
        } else {
            text.push_str(&count.row(title));
        }
    }
    text.push_str(&Count::of(outcomes.iter()).row("**all**"));
    text
}

fn steps(outcomes: &[Outcome]) -> String {
    let kill = |outcome: &Outcome| match &outcome.case {
        Case::Kill(kill) => Some((kill.clone(), outcome.side)),
        Case::Outside(..) | Case::Round(..) | Case::Disk(..) => None,
    };
    let kills: Vec<(Kill, Result<Side, Failure>)> = outcomes.iter().filter_map(kill).collect();
    // With and without a safety backup the steps have another order.
    let place = |kill: &Kill| {
        let errand = kill.line.errand;
        let order: &[StepName] = match errand {
            Errand::Beside => &LINE,
            Errand::InPlace | Errand::Drill => &kill.line.steps,
        };
        (errand, order.iter().position(|s| *s == kill.step))
    };
    let mut rows: Vec<&Kill> = kills.iter().map(|(kill, _)| kill).collect();
    rows.sort_by_key(|kill| place(kill));
    rows.dedup_by_key(|kill| (kill.line.errand, kill.step));
    let mut text = STEPS_HEAD.to_owned();
    for row in rows {
        let cell = |sort: Sort, moments: &[Moment]| {
            let is = |kill: &Kill, moment: Moment| {
                let same = kill.step == row.step && kill.line.errand == row.line.errand;
                same && kill.moment == moment && kill.sort == sort
            };
            let found = moments
                .iter()
                .filter_map(|m| kills.iter().find(|(kill, _)| is(kill, *m)));
            found
                .map(|(_, side)| word(*side))
                .collect::<Vec<_>>()
                .join(", ")
        };
        write!(text, "| {}{} ", row.line.errand, row.step.title()).unwrap();
        for moment in FORWARD {
            let on = cell(Sort::Restore(Way::Resume), &[moment]);
            let back = cell(Sort::Restore(Way::Rollback), &[moment]);
            let both: Vec<_> = [on, back].into_iter().filter(|w| !w.is_empty()).collect();
            write!(text, "| {} ", both.join(", ")).unwrap();
        }
        let (undo, resume) = (
            cell(Sort::Rollback, &BACKWARD),
            cell(Sort::Resume, &FORWARD),
        );
        writeln!(text, "| {undo} | {resume} |").unwrap();
    }
    text
}

fn word(side: Result<Side, Failure>) -> &'static str {
    match side {
        Ok(Side::Old) => "old",
        Ok(Side::New) => "new",
        Ok(Side::Gone) | Err(Failure::Lost) => "LOST",
        Err(Failure::Wrong) => "failed",
    }
}
