//! Room on the volume, and a restore in place.

use crate::restore::facts::{Facts, RunnerState, Volume};
use crate::restore::in_place::{Ground, ground, line, missing};
use crate::restore::journal::{Event, Journal, LINE, StepName};
use crate::restore::plan::{Maintenance, Options, Place, Plan, SafetyBackup};
use crate::restore::preflight::PlanRefusal;
use crate::restore::record::{Record, Standing};
use crate::restore::space::{LogSpace, Space};
use crate::restore::swap::{Swapped, swap_sql, swapped};

use super::{dump, facts, id, inventory, record, refusal};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

fn in_place() -> Options {
    Options {
        place: Place::InPlace,
        ..Options::default()
    }
}

fn plan_of(facts: &Facts, options: &Options) -> Plan {
    Plan::new(facts, &inventory(), options, id()).unwrap()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|s| (*s).to_owned()).collect()
}

/// A round sum: 12 GiB needed, 6 GiB free, 9 GiB of old databases.
fn space() -> Space {
    Space {
        free: 6 * GIB,
        stored: GIB,
        text: 2 * GIB,
        databases: 7 * GIB,
        wal: GIB,
        reserve: GIB,
        old: 9 * GIB,
        kept: 0,
        log: None,
    }
}

#[test]
fn the_sum_says_how_many_bytes_are_missing() {
    assert_eq!(space().needed(), 12 * GIB);
    assert_eq!(space().missing(Place::Beside), 6 * GIB);
    assert_eq!(space().missing(Place::InPlace), 0);
    let fits = Space {
        free: 12 * GIB,
        ..space()
    };
    assert_eq!(fits.missing(Place::Beside), 0);
    let one_less = Space {
        free: 12 * GIB - 1,
        ..space()
    };
    assert_eq!(one_less.missing(Place::Beside), 1);
}

/// Dropped are the old databases only when the backup lies there whole: until then it needs its room beside them.
#[test]
fn in_place_too_the_backup_must_fit_beside_the_old_databases() {
    let tight = Space {
        free: 4 * GIB,
        ..space()
    };
    assert_eq!(tight.missing(Place::InPlace), 0);
    let too_tight = Space {
        free: 4 * GIB - 5,
        ..space()
    };
    assert_eq!(too_tight.missing(Place::InPlace), 5);
    let small = Space {
        old: 5 * GIB,
        ..space()
    };
    assert_eq!(small.missing(Place::InPlace), GIB);
}

#[test]
fn the_facts_become_numbers() {
    let text = dump().len() as u64;
    let inventory = inventory();
    let items: u64 = inventory.databases[0]
        .items
        .iter()
        .map(|i| i.span.end - i.span.start)
        .sum();
    let mut facts = facts();
    facts.live.databases[0].size = 20 * MIB;
    facts.live.databases[1].name = "old__before_89abcdef".into();
    facts.live.databases[1].size = 3 * MIB;
    let plan = plan_of(&facts, &Options::default());
    let expected = Space {
        free: 100 * GIB,
        stored: 10,
        text,
        // The live one is far larger than this dump will ever be: twice the estimate is enough.
        databases: 8 * MIB + items * 210 / 100 * 2,
        wal: text,
        reserve: 200 * GIB / 100 * 5,
        old: 20 * MIB,
        kept: 3 * MIB,
        log: None,
    };
    assert_eq!(plan.space, expected);
    facts.live.databases[0].size = items * 3;
    assert_eq!(
        plan_of(&facts, &Options::default()).space.databases,
        8 * MIB + items * 3
    );
}

#[test]
fn a_log_on_its_own_volume_needs_its_own_room() {
    let volume = |free| Volume {
        path: "/wal".into(),
        free,
        total: 10 * GIB,
    };
    let mut facts = facts();
    facts.disk.log = Some(volume(GIB));
    let space = plan_of(&facts, &Options::default()).space;
    assert_eq!(space.wal, 0);
    let log = LogSpace {
        path: "/wal".into(),
        free: GIB,
        wal: dump().len() as u64,
        reserve: 10 * GIB / 100 * 5,
    };
    assert_eq!(space.log, Some(log));
    let small = refusal(|f, _| f.disk.log = Some(volume(100 * MIB)));
    assert_eq!(
        small,
        PlanRefusal::NoLogSpace {
            path: "/wal".into(),
            missing: dump().len() as u64 + 10 * GIB / 100 * 5 - 100 * MIB
        }
    );
}

#[test]
fn what_fits_only_in_place_is_refused_beside_and_says_by_how_much() {
    // 2 GiB in all: 1 GiB of it stays free.
    let tight = |f: &mut Facts| {
        f.disk.total = 2 * GIB;
        f.disk.free = GIB + 4 * MIB;
        f.live.databases[0].size = 600 * MIB;
    };
    let refused = refusal(|f, _| tight(f));
    let PlanRefusal::FitsInPlace {
        missing,
        ref space,
        ref backup,
    } = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!(missing, space.needed() - (GIB + 4 * MIB));
    assert_eq!((space.old, backup.as_str()), (600 * MIB, "b"));
    assert_eq!(
        refused.to_string(),
        format!(
            "the data volume can't hold the old databases and the new ones: {} ({missing} bytes) are missing",
            bytesize::ByteSize(missing)
        )
    );
    let mut facts = facts();
    tight(&mut facts);
    assert_eq!(plan_of(&facts, &in_place()).place, Place::InPlace);
    let refused = refusal(|f, _| {
        tight(f);
        f.disk.free = GIB;
    });
    let PlanRefusal::NoSpace { missing, .. } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(missing, dump().len() as u64 + 10, "no room for the backup");
    assert_eq!(
        refused.to_string(),
        format!(
            "the data volume is too small, even with the old databases dropped first: {} ({missing} bytes) are missing",
            bytesize::ByteSize(missing)
        )
    );
}

#[test]
fn in_place_needs_something_to_drop_the_application_stopped_and_a_backup_of_it() {
    let unstopped = refusal(|_, o| {
        *o = in_place();
        o.maintenance = Maintenance::Connections;
    });
    assert_eq!(unstopped, PlanRefusal::InPlaceStops);
    let unsaved = refusal(|_, o| {
        *o = in_place();
        o.safety = SafetyBackup::None;
    });
    assert_eq!(unsaved, PlanRefusal::InPlaceUnsaved);
    let closed = refusal(|f, o| {
        *o = in_place();
        f.live.databases[0].connectable = false;
    });
    assert_eq!(closed, PlanRefusal::Closed("app".into()));
    let mut nothing = facts();
    nothing.live.databases.remove(0);
    let plan = plan_of(&nothing, &in_place());
    assert_eq!((plan.place, plan.line()), (Place::Beside, LINE.to_vec()));
    assert_eq!(
        plan_of(&facts(), &in_place()).warnings.len(),
        1,
        "it would fit"
    );
}

#[test]
fn in_place_the_application_stops_and_the_old_ones_go_before_anything_is_made() {
    let plan = plan_of(&facts(), &in_place());
    let line = plan.line();
    assert_eq!(
        line,
        [
            StepName::SuspendBackups,
            StepName::Transfer,
            StepName::Unpack,
            StepName::MaintenanceOn,
            StepName::StartSafetyBackup,
            StepName::ProveSafetyBackup,
            StepName::DropOld,
            StepName::CreateRoles,
            StepName::Stage,
            StepName::Prove,
            StepName::Swap,
            StepName::MaintenanceOff,
            StepName::ResumeBackups,
            StepName::CleanUp,
        ]
    );
    assert!(LINE.iter().all(|step| line.contains(step)));
}

#[test]
fn the_swap_in_place_finds_nothing_under_the_real_names() {
    let plan = plan_of(&facts(), &in_place());
    assert_eq!(plan.databases[0].kept, None);
    let sql = swap_sql(&plan, &inventory());
    let text = String::from_utf8(sql.expose().to_vec()).unwrap();
    let databases: Vec<_> = text.lines().filter(|l| l.contains("DATABASE")).collect();
    assert_eq!(
        databases,
        [
            "ALTER DATABASE \"app__restore_0123abcd\" RENAME TO \"app\";",
            "ALTER DATABASE app OWNER TO worker;",
        ]
    );
    let staged = names(&["app__restore_0123abcd"]);
    assert_eq!(swapped(&plan, &staged), Ok(Swapped::No));
    assert_eq!(swapped(&plan, &names(&["app"])), Ok(Swapped::Yes));
    let both = names(&["app", "app__restore_0123abcd"]);
    assert!(swapped(&plan, &both).is_err());
}

fn in_place_record() -> Record {
    let plan = plan_of(&facts(), &in_place());
    Record {
        journal: Journal::new(plan.line()),
        plan,
        ..record()
    }
}

fn at(record: &mut Record, step: StepName, events: &[Event]) {
    for event in events {
        record.journal.record(step, *event).unwrap();
    }
}

/// Done up to the step, which is begun.
fn begun(step: StepName) -> Record {
    let mut record = in_place_record();
    for earlier in record.journal.steps() {
        if earlier == step {
            break;
        }
        at(&mut record, earlier, &[Event::Started, Event::Succeeded]);
    }
    at(&mut record, step, &[Event::Started]);
    record
}

#[test]
fn the_journal_and_the_names_tell_what_is_under_the_real_names() {
    let (app, none) = (names(&["app"]), names(&["postgres"]));
    let before = begun(StepName::MaintenanceOn);
    assert_eq!(ground(&before, &none), Ground::Old, "nobody has to look");
    for step in [StepName::DropOld, StepName::Stage, StepName::Prove] {
        assert_eq!(ground(&begun(step), &none), Ground::Gone, "{step:?}");
    }
    assert_eq!(ground(&begun(StepName::DropOld), &app), Ground::Old);
    assert_eq!(ground(&begun(StepName::Swap), &none), Ground::Gone);
    assert_eq!(ground(&begun(StepName::Swap), &app), Ground::New);
    assert_eq!(missing(&before.plan, &none), ["app"]);
    assert_eq!(missing(&before.plan, &app), Vec::<&str>::new());
}

#[test]
fn given_up_is_neither_rolled_back_nor_interrupted() {
    let mut record = begun(StepName::Stage);
    assert_eq!(record.standing(), Standing::Interrupted);
    let undone = [Event::UndoStarted, Event::UndoFinished];
    let stays = [StepName::DropOld, StepName::MaintenanceOn];
    for step in record.journal.to_undo() {
        if !stays.contains(&step) {
            at(&mut record, step, &[Event::UndoStarted]);
            assert_eq!(record.standing(), Standing::Stuck, "{step:?}");
            at(&mut record, step, &[Event::UndoFinished]);
        }
    }
    assert_eq!(record.standing(), Standing::GivenUp);
    let mut whole = begun(StepName::DropOld);
    for step in whole.journal.to_undo() {
        at(&mut whole, step, &undone);
    }
    assert_eq!(whole.standing(), Standing::RolledBack);
}

#[test]
fn a_line_without_the_step_to_stand_before_gets_the_drop_last() {
    assert_eq!(
        line(&[StepName::Transfer]),
        [StepName::Transfer, StepName::DropOld]
    );
}

/// The application that waits for lost databases is started by the restore that brings all of them back.
#[test]
fn what_was_stopped_for_lost_databases_is_started_with_them_only() {
    let mut facts = facts();
    facts.live.databases.remove(0);
    facts.runners[0].state = RunnerState::Stopped;
    facts.lost = names(&["app"]);
    let plan = plan_of(&facts, &Options::default());
    assert_eq!(plan.runners, facts.runners);
    facts.lost = names(&["app", "other"]);
    let plan = plan_of(&facts, &Options::default());
    assert_eq!(plan.runners, []);
    let expected = "dropped by a restore in place that was given up, and not in this one: other; the application \
                    stays stopped until they are there, too";
    assert!(
        plan.warnings.iter().any(|w| w == expected),
        "{:?}",
        plan.warnings
    );
}
