//! Over random databases: everything once, nothing too early, nothing beside what it would wait for.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::{Done, LARGE};
use super::builder::{Builder, MIB};
use super::roles::{Role, form, roles};
use super::run::{Dice, Failing, Load, load};
use crate::dump::{Build, Database, Kind, TableForm, TableId, Work};

/// An item of a random database.
#[derive(Clone, Copy, Debug)]
enum Entry {
    Rows(u32, u64, u64),
    ViaRoot(u32, u64),
    Inserts(u64),
    Index(u32),
    Constraint(u32),
    Key(u32, u32),
    /// The text of an index under a title of another kind.
    Strange(u32),
    Plain(usize),
}

const DATA: &[Kind] = &[
    Kind::SequenceSet,
    Kind::Blobs,
    Kind::BlobMetadata,
    Kind::Comment,
];
const AFTER: &[Kind] = &[
    Kind::Comment,
    Kind::Trigger,
    Kind::Statistics,
    Kind::IndexAttach,
    Kind::SecurityLabel,
    Kind::StatisticsData,
    Kind::SequenceSet,
];

fn forms() -> impl Strategy<Value = Vec<TableForm>> {
    let form = prop_oneof![
        8 => Just(TableForm::Plain),
        1 => Just(TableForm::Partitioned),
        1 => Just(TableForm::Other),
    ];
    vec(form, 1..10)
}

fn data() -> impl Strategy<Value = Vec<Entry>> {
    let entry = prop_oneof![
        6 => (0..10_u32, 0..LARGE).prop_map(|(t, bytes)| Entry::Rows(t, bytes, 1)),
        6 => (0..10_u32, LARGE..40 * MIB, 1..12_u64).prop_map(|(t, b, c)| Entry::Rows(t, b, c)),
        1 => (0..10_u32, 0..4 * MIB).prop_map(|(t, bytes)| Entry::ViaRoot(t, bytes)),
        1 => (0..4 * MIB).prop_map(Entry::Inserts),
        3 => (0..DATA.len()).prop_map(Entry::Plain),
    ];
    vec(entry, 0..14)
}

fn after() -> impl Strategy<Value = Vec<Entry>> {
    let entry = prop_oneof![
        8 => (0..10_u32).prop_map(Entry::Index),
        5 => (0..10_u32).prop_map(Entry::Constraint),
        5 => (0..10_u32, 0..10_u32).prop_map(|(t, r)| Entry::Key(t, r)),
        1 => (0..10_u32).prop_map(Entry::Strange),
        1 => (0..10_u32, 0..2 * MIB).prop_map(|(t, bytes)| Entry::Rows(t, bytes, 1)),
        6 => (0..AFTER.len()).prop_map(Entry::Plain),
    ];
    // In runs, as in a dump: else there would be a barrier everywhere.
    let run = (entry, 1..5_usize, 0..7_u32);
    vec(run, 0..25).prop_map(|runs| {
        let of_run = |(entry, len, step)| (0..len).map(move |n| shifted(entry, n, step));
        runs.into_iter().flat_map(of_run).collect()
    })
}

fn shifted(entry: Entry, times: usize, step: u32) -> Entry {
    let by = u32::try_from(times).unwrap() * step;
    match entry {
        Entry::Index(table) => Entry::Index(table + by),
        Entry::Constraint(table) => Entry::Constraint(table + by),
        Entry::Key(table, references) => Entry::Key(table + by, references),
        other => other,
    }
}

prop_compose! {
    fn database()(forms in forms(), data in data(), after in after()) -> Database {
        let tables = u32::try_from(forms.len()).unwrap();
        let mut builder = Builder::new(&forms);
        for (section, kinds) in [(data, DATA), (after, AFTER)] {
            for entry in section {
                add(&mut builder, entry, tables, kinds);
            }
        }
        builder.build()
    }
}

fn add(builder: &mut Builder, entry: Entry, tables: u32, kinds: &[Kind]) {
    match entry {
        Entry::Rows(table, bytes, chunks) => builder.chunked(table % tables, bytes, chunks),
        Entry::ViaRoot(table, bytes) => builder.via_root(table % tables, bytes),
        Entry::Inserts(bytes) => builder.inserts(bytes),
        Entry::Index(table) => builder.index(table % tables),
        Entry::Constraint(table) => builder.constraint(table % tables),
        Entry::Key(table, references) => builder.key(table % tables, references % tables),
        Entry::Strange(table) => builder.item(
            Kind::Rule,
            Work::Index(TableId(table % tables), Build::Sort),
        ),
        Entry::Plain(kind) => builder.other(kinds[kind].clone()),
    };
}

/// Whether the second must wait for the first, which stands before it in the dump.
fn must_wait(database: &Database, first: Role, second: Role) -> bool {
    match (first, second) {
        (Role::BeforeData | Role::Barrier, _)
        | (_, Role::Barrier)
        | (Role::Rows(None), Role::Build(_) | Role::Key(..)) => true,
        (Role::Rows(rows), Role::Build(table)) => {
            rows == Some(table) || form(database, table) == TableForm::Partitioned
        }
        (Role::NoRows, Role::Build(table)) => form(database, table) == TableForm::Partitioned,
        (Role::Rows(Some(rows)), Role::Key(table, other)) => [table, other].contains(&rows),
        (Role::Build(built), Role::Key(table, other)) => [table, other].contains(&built),
        _ => false,
    }
}

fn check_order(database: &Database, load: &Load) {
    let roles = roles(database);
    for (first, earlier) in &load.items {
        for (second, later) in load.items.range(first + 1..) {
            let is_remark = matches!(
                database.items[*second].kind,
                Kind::Comment | Kind::SecurityLabel
            );
            let is_own = is_remark && *second == first + 1 && roles[*second] != Role::Barrier;
            let waits = must_wait(database, roles[*first], roles[*second]);
            if waits || is_own && roles[*first] == roles[*second] {
                let in_order = earlier
                    .iter()
                    .all(|e| later.iter().all(|l| e.is_before(*l)));
                assert!(
                    in_order,
                    "item {second} ({:?}) did not wait for {first} ({:?})",
                    roles[*second], roles[*first]
                );
            }
        }
    }
    for (table, analyzed) in &load.analyzed {
        for (item, ran) in &load.items {
            let role = roles[*item];
            if role == Role::Rows(Some(*table)) || role == Role::Build(*table) {
                assert!(ran.iter().all(|ran| ran.is_before(*analyzed)));
            }
        }
    }
}

/// Everything that was not done ran, once; nothing that was done ran again.
fn check_complete(database: &Database, done: &Done, load: &Load) {
    let mut chunks = BTreeSet::new();
    for chunk in &load.chunks {
        assert!(chunks.insert(*chunk), "{chunk:?} twice");
    }
    for (position, item) in database.items.iter().enumerate() {
        let ran = load.items.get(&position).map_or(0, Vec::len);
        let by_chunks: BTreeSet<usize> = chunks
            .range((position, 0)..(position + 1, 0))
            .map(|(_, chunk)| *chunk)
            .collect();
        let before = done.chunks(position).cloned().unwrap_or_default();
        if done.has(position) {
            assert_eq!(ran, 0, "item {position} was done");
        } else if by_chunks.is_empty() && before.is_empty() {
            assert_eq!(ran, 1, "item {position}");
        } else {
            assert!(by_chunks.is_disjoint(&before), "item {position}");
            let total = item.copy.as_ref().unwrap().cuts.len() + 1;
            let all: BTreeSet<usize> = by_chunks.union(&before).copied().collect();
            assert_eq!(all, (0..total).collect(), "item {position}");
        }
    }
}

/// Random marks of an earlier run. Only rows that are loaded alone are loaded by chunks.
fn marks(database: &Database, dice: &mut Dice) -> Done {
    let mut done = Done::default();
    let roles = roles(database);
    for (position, item) in database.items.iter().enumerate() {
        let Some(copy) = &item.copy else {
            continue;
        };
        let copies = database.items.iter().filter_map(|i| i.copy.as_ref());
        let is_sole = copies.filter(|c| c.table == copy.table).count() == 1
            && form(database, copy.table) == TableForm::Plain
            && roles[position] == Role::Rows(Some(copy.table));
        if is_sole && !copy.cuts.is_empty() && dice.below(2) == 0 {
            for chunk in 0..=copy.cuts.len() {
                if dice.below(2) == 0 {
                    done.chunk(position, chunk);
                }
            }
        }
    }
    for position in 0..database.items.len() {
        if dice.below(3) == 0 {
            done.item(position);
        }
    }
    done
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600,
        failure_persistence: None,
        ..ProptestConfig::default() })]

    #[test]
    fn everything_runs_once_and_in_order(database in database(), jobs in 1..6_u16, seed: u64) {
        let none = Done::default();
        let load = load(&database, jobs, &none, seed, Failing::None);
        check_complete(&database, &none, &load);
        check_order(&database, &load);
    }

    #[test]
    fn what_fails_once_runs_again_alone(database in database(), jobs in 1..6_u16, seed: u64) {
        let none = Done::default();
        for failing in [Failing::Once, Failing::Some] {
            let load = load(&database, jobs, &none, seed, failing);
            check_complete(&database, &none, &load);
            check_order(&database, &load);
        }
    }

    #[test]
    fn nothing_that_is_done_runs_again(database in database(), jobs in 1..6_u16, seed: u64) {
        let done = marks(&database, &mut Dice::new(seed));
        let load = load(&database, jobs, &done, seed, Failing::Some);
        check_complete(&database, &done, &load);
        check_order(&database, &load);
    }
}
