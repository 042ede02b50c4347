//! The rules, one by one.

use std::ops::Range;
use std::time::{Duration, Instant};

use super::super::{Done, LARGE, Queue, Schedule, Task, TaskId, TaskWork, Verdict};
use super::builder::{Builder, MIB};
use crate::dump::{Build, Database, Kind, TableForm, TableId, Work};

fn queue_of(database: &Database, done: &Done) -> Queue {
    Queue::new(Schedule::new(database, done))
}

pub(super) fn queue(database: &Database) -> Queue {
    queue_of(database, &Done::default())
}

fn works(database: &Database, done: &Done) -> Vec<TaskWork> {
    Schedule::new(database, done)
        .tasks()
        .map(|task| task.work.clone())
        .collect()
}

/// Everything that may run now, begun.
pub(super) fn begin(queue: &mut Queue) -> Vec<(TaskId, TaskWork)> {
    std::iter::from_fn(|| {
        let id = queue.next(|_| true)?;
        Some((id, queue.task(id)?.work.clone()))
    })
    .collect()
}

/// What may run now, begun and done.
pub(super) fn pass(queue: &mut Queue) -> Vec<TaskWork> {
    let begun = begin(queue);
    for (id, _) in &begun {
        queue.done(*id);
    }
    begun.into_iter().map(|(_, work)| work).collect()
}

/// The weight of what there is to do beside that task.
fn beside(queue: &Queue, id: Option<TaskId>) -> u64 {
    queue.beside(id).sum()
}

pub(super) fn script(items: &[usize]) -> TaskWork {
    TaskWork::Script(items.to_vec())
}

pub(super) fn part(item: usize, chunks: Range<usize>) -> TaskWork {
    TaskWork::Part { item, chunks }
}

pub(super) fn analyze(table: u32) -> TaskWork {
    TaskWork::Analyze(TableId(table))
}

#[test]
fn an_empty_section_is_finished() {
    assert!(queue(&Builder::default().build()).is_finished());
}

#[test]
fn a_schema_without_rows_is_one_script() {
    let mut dump = Builder::plain(2);
    dump.constraint(0);
    let database = dump.build();
    assert_eq!(works(&database, &Done::default()), [script(&[0, 1, 2])]);
}

#[test]
fn large_tables_are_loaded_side_by_side_the_largest_first() {
    let mut dump = Builder::plain(3);
    dump.rows(0, 2 * MIB);
    dump.rows(1, 4 * MIB);
    dump.rows(2, 3 * MIB);
    let mut queue = queue(&dump.build());
    assert_eq!(pass(&mut queue), [script(&[0, 1, 2])]);
    let loads = [4, 5, 3].map(TaskWork::Load);
    assert_eq!(pass(&mut queue), loads);
    assert_eq!(pass(&mut queue), [analyze(1), analyze(2), analyze(0)]);
    assert!(queue.is_finished());
}

#[test]
fn small_tables_are_loaded_in_groups() {
    let mut dump = Builder::plain(450);
    for table in 0..450 {
        dump.rows(table, 100);
    }
    let groups = |database: &Database| -> Vec<usize> {
        let works = works(database, &Done::default());
        let len = |work: &TaskWork| match work {
            TaskWork::Script(items) => items.len(),
            other => panic!("{other:?}"),
        };
        works.iter().skip(1).map(len).collect()
    };
    assert_eq!(groups(&dump.build()), [200, 200, 50]);
    let mut dump = Builder::plain(10);
    for table in 0..10 {
        dump.rows(table, LARGE - 1);
    }
    assert_eq!(groups(&dump.build()), [5, 5]);
}

#[test]
fn what_is_no_table_of_its_own_is_loaded_in_order_beside_the_rest() {
    let mut dump = Builder::new(&[TableForm::Plain, TableForm::Other, TableForm::Plain]);
    let first = dump.rows(2, MIB);
    let extension = dump.rows(1, 9 * MIB);
    let own = dump.rows(0, MIB);
    let second = dump.rows(2, MIB);
    let sequence = dump.other(Kind::SequenceSet);
    let objects = dump.other(Kind::BlobMetadata);
    let remark = dump.other(Kind::Comment);
    let mut queue = queue(&dump.build());
    pass(&mut queue);
    let rest = script(&[first, extension, second, sequence, objects, remark]);
    assert_eq!(pass(&mut queue), [rest, TaskWork::Load(own)]);
}

#[test]
fn no_table_is_emptied_while_rows_of_another_item_may_go_into_it() {
    let mut dump = Builder::new(&[TableForm::Plain, TableForm::Partitioned]);
    let own = dump.rows(0, 2 * MIB);
    let root = dump.via_root(1, 2 * MIB);
    let index = dump.index(0);
    let mut queue = queue(&dump.build());
    pass(&mut queue);
    let [(rest, _), (load, _)] = begin(&mut queue)[..] else {
        panic!("two tasks");
    };
    assert_eq!(queue.task(load).unwrap().work, part(own, 0..1));
    assert_eq!(queue.task(rest).unwrap().work, script(&[root]));
    queue.done(load);
    assert_eq!(queue.next(|_| true), None, "rows may still come");
    queue.done(rest);
    assert_eq!(pass(&mut queue), [script(&[index])]);
}

#[test]
fn a_table_of_which_chunks_are_done_is_never_emptied() {
    let mut dump = Builder::plain(2);
    let large = dump.chunked(0, 10 * MIB, 6);
    dump.rows(1, 100 * MIB);
    let database = dump.build();
    let mut done = Done::default();
    done.chunk(large, 1);
    done.chunk(large, 4);
    let works = works(&database, &done);
    let parts = [part(large, 0..1), part(large, 2..4), part(large, 5..6)];
    assert_eq!(works[1..4], parts);
    for chunk in [0, 2, 3, 5] {
        done.chunk(large, chunk);
    }
    let mut queue = queue_of(&database, &done);
    pass(&mut queue);
    assert_eq!(pass(&mut queue).len(), 1, "nothing of the first table");
}

#[test]
fn an_index_waits_for_the_rows_of_its_table_only() {
    let mut dump = Builder::plain(2);
    let one = dump.rows(0, 2 * MIB);
    dump.rows(1, 3 * MIB);
    let index = dump.index(0);
    let remark = dump.other(Kind::Comment);
    let mut queue = queue(&dump.build());
    pass(&mut queue);
    let loads = begin(&mut queue);
    let (id, _) = loads
        .iter()
        .find(|(_, work)| *work == TaskWork::Load(one))
        .unwrap();
    queue.done(*id);
    assert_eq!(pass(&mut queue)[0], script(&[index, remark]));
}

#[test]
fn indexes_of_a_table_run_at_once_its_constraints_alone() {
    let mut dump = Builder::plain(1);
    dump.rows(0, 2 * MIB);
    let constraint = dump.constraint(0);
    let indexes = [dump.index(0), dump.index(0)].map(|index| script(&[index]));
    let mut queue = queue(&dump.build());
    pass(&mut queue);
    pass(&mut queue);
    assert_eq!(pass(&mut queue), [script(&[constraint])]);
    assert_eq!(pass(&mut queue), indexes);
    assert_eq!(pass(&mut queue), [analyze(0)]);
}

#[test]
fn units_of_small_tables_go_together() {
    let mut dump = Builder::plain(61);
    for table in 0..60 {
        dump.rows(table, 10);
    }
    dump.rows(60, 2 * MIB);
    let builds: Vec<usize> = (0..60).map(|table| dump.constraint(table)).collect();
    let large = dump.index(60);
    let more = dump.index(3);
    let keys: Vec<usize> = (1..60).map(|table| dump.key(table, 0)).collect();
    let large_key = dump.key(5, 60);
    let works = works(&dump.build(), &Done::default());
    let rest: Vec<usize> = builds[50..].iter().copied().chain([more]).collect();
    assert_eq!(
        works[3..8],
        [
            script(&builds[..50]),
            script(&[large]),
            script(&rest),
            script(&keys[..50]),
            script(&[large_key]),
        ]
    );
    assert_eq!(works[8], script(&keys[50..]));
}

#[test]
fn a_foreign_key_waits_for_the_constraints_of_both_tables() {
    let mut dump = Builder::plain(3);
    for table in 0..3 {
        dump.rows(table, 2 * MIB);
    }
    let builds = [0, 1, 2].map(|table| dump.constraint(table));
    let key = dump.key(0, 1);
    let mut queue = queue(&dump.build());
    pass(&mut queue);
    pass(&mut queue);
    let begun = begin(&mut queue);
    let of = |item| begun.iter().find(|(_, w)| *w == script(&[item])).unwrap().0;
    queue.done(of(builds[0]));
    let (first, filler) = begin(&mut queue)[0].clone();
    assert_eq!(filler, analyze(0));
    queue.done(of(builds[1]));
    let next = begin(&mut queue);
    assert_eq!(
        next.len(),
        1,
        "ANALYZE of one table is in the way of the key"
    );
    assert_eq!(next[0].1, analyze(1));
    queue.done(TaskId(0));
    assert_eq!(queue.running(), 3, "what does not run cannot end");
    queue.done(next[0].0);
    assert_eq!(queue.next(|_| true), None, "nor is that of the other done");
    queue.done(first);
    assert_eq!(begin(&mut queue)[0].1, script(&[key]));
}

#[test]
fn what_is_not_understood_is_a_barrier() {
    let mut dump = Builder::plain(2);
    dump.rows(0, 2 * MIB);
    dump.rows(1, 2 * MIB);
    let before = dump.index(0);
    let barrier = [
        dump.other(Kind::Trigger),
        dump.item(Kind::Rule, Work::Index(TableId(1), Build::Sort)),
        dump.item(Kind::Trigger, Work::Constraint(TableId(1), Build::Sort)),
        dump.index(99),
        dump.other(Kind::Comment),
    ];
    let behind = dump.index(1);
    let mut queue = queue(&dump.build());
    pass(&mut queue);
    let loads = begin(&mut queue);
    queue.done(loads[0].0);
    let index = begin(&mut queue);
    assert_eq!(index[0].1, script(&[before]));
    queue.done(index[0].0);
    assert_eq!(begin(&mut queue).len(), 1, "only ANALYZE");
    queue.done(loads[1].0);
    assert_eq!(pass(&mut queue), [script(&barrier)]);
    assert_eq!(pass(&mut queue), [script(&[behind])]);
}

#[test]
fn the_index_of_a_partitioned_table_waits_for_all_rows() {
    let mut dump = Builder::new(&[TableForm::Partitioned, TableForm::Plain]);
    dump.rows(1, 2 * MIB);
    let root = dump.index(0);
    let own = dump.index(1);
    let mut queue = queue(&dump.build());
    pass(&mut queue);
    assert_eq!(pass(&mut queue), [TaskWork::Load(2)]);
    assert_eq!(pass(&mut queue), [script(&[own]), script(&[root])]);
}

#[test]
fn analyze_comes_last_and_fills_extended_statistics() {
    let mut dump = Builder::plain(2);
    dump.rows(0, 2 * MIB);
    dump.rows(1, 2 * MIB);
    let index = dump.index(0);
    let statistics = dump.other(Kind::Statistics);
    let key = dump.key(0, 1);
    let trigger = dump.other(Kind::Trigger);
    let mut queue = queue(&dump.build());
    pass(&mut queue);
    pass(&mut queue);
    assert_eq!(pass(&mut queue), [script(&[index])]);
    assert_eq!(pass(&mut queue), [script(&[statistics])]);
    assert_eq!(pass(&mut queue), [script(&[key])]);
    let last = [script(&[trigger]), analyze(0), analyze(1)];
    assert_eq!(pass(&mut queue), last, "no barrier waits for ANALYZE");
}

#[test]
fn rows_may_be_loaded_when_their_first_chunk_is_there() {
    let mut dump = Builder::plain(2);
    let whole = dump.chunked(0, 100 * MIB, 4);
    let begun = dump.chunked(1, 400 * MIB, 6);
    let database = dump.build();
    let cuts = |item: usize| database.items[item].copy.clone().unwrap().cuts;
    let mut done = Done::default();
    done.chunk(begun, 2);
    let schedule = Schedule::new(&database, &done);
    let needs: Vec<u64> = schedule.tasks().map(Task::needs).collect();
    let before = database.items[1].span.end;
    let [first, fourth] = [0, 3].map(|cut| cuts(begun)[cut]);
    assert_eq!(needs[..4], [before, cuts(whole)[0], first, fourth]);
    let last = Task::parts(begun, &database.items[begun], 5..6);
    assert_eq!(last[0].needs(), database.items[begun].span.end);
    let mut queue = Queue::new(schedule);
    assert_eq!(queue.next(|task| task.needs() < before), None);
}

#[test]
fn a_barrier_of_which_all_is_done_still_separates() {
    let mut dump = Builder::plain(2);
    dump.rows(0, 2 * MIB);
    dump.rows(1, 2 * MIB);
    let first = dump.index(0);
    let barrier = dump.other(Kind::Trigger);
    let behind = dump.index(1);
    let mut done = Done::default();
    for item in [0, 1, 2, barrier] {
        done.item(item);
    }
    let mut queue = queue_of(&dump.build(), &done);
    let both = begin(&mut queue);
    assert_eq!(both.len(), 2);
    assert_eq!(both[0].1, script(&[first]), "its rows are there");
    queue.done(both[0].0);
    assert_eq!(pass(&mut queue), [analyze(0)]);
    queue.done(both[1].0);
    assert_eq!(pass(&mut queue), [script(&[behind])]);
}

#[test]
fn a_second_try_waits_for_all_else_and_a_second_failure_is_final() {
    let mut dump = Builder::plain(3);
    for table in 0..3 {
        dump.rows(table, (2 + u64::from(table)) * MIB);
    }
    dump.other(Kind::Trigger);
    let mut queue = queue(&dump.build());
    pass(&mut queue);
    let loads = begin(&mut queue);
    assert_eq!(queue.failed(loads[0].0), Verdict::Alone);
    assert_eq!(queue.failed(loads[1].0), Verdict::Alone);
    assert_eq!(queue.next(|_| true), None, "one still runs");
    queue.done(loads[2].0);
    assert_eq!(pass(&mut queue), [analyze(0)]);
    let again = begin(&mut queue);
    assert_eq!(
        again,
        [loads[1].clone()],
        "in the order of the dump, one at a time"
    );
    assert_eq!(beside(&queue, Some(again[0].0)), 0);
    queue.done(again[0].0);
    pass(&mut queue);
    let again = begin(&mut queue);
    assert_eq!(again, [loads[0].clone()]);
    assert_eq!(queue.failed(again[0].0), Verdict::GiveUp);
    assert_eq!((queue.next(|_| true), queue.running()), (None, 0));
    assert!(!queue.is_finished());
}

#[test]
fn what_can_run_beside_a_task_is_weighed() {
    let mut dump = Builder::plain(2);
    dump.rows(0, 8 * MIB);
    dump.rows(1, 2 * MIB);
    dump.constraint(0);
    dump.index(0);
    dump.index(0);
    dump.index(1);
    let mut queue = queue(&dump.build());
    pass(&mut queue);
    let rows = queue.next(|_| true).unwrap();
    assert_eq!(beside(&queue, Some(rows)), 2 * MIB, "the other rows");
    assert_eq!(beside(&queue, None), 10 * MIB);
    let small = queue.next(|_| true).unwrap();
    queue.done(rows);
    queue.done(small);
    let weight = |queue: &Queue, id| queue.task(id).unwrap().weight;
    let constraint = queue.next(|_| true).unwrap();
    let small = queue.next(|_| true).unwrap();
    assert_eq!(beside(&queue, Some(constraint)), weight(&queue, small));
    queue.done(small);
    assert_eq!(beside(&queue, Some(constraint)), 0, "it locks its table");
    queue.done(constraint);
    let index = queue.next(|_| true).unwrap();
    let other = weight(&queue, index);
    assert_eq!(
        beside(&queue, Some(index)),
        other,
        "the other index could run"
    );
}

#[test]
fn what_an_index_takes_is_what_is_in_the_table_itself() {
    let mut dump = Builder::plain(2);
    let long = dump.rows(0, 40 * MIB);
    dump.rows(1, 32 * MIB);
    let first = dump.index(0);
    let second = dump.index(1);
    let mut database = dump.build();
    let indexes = |database: &Database| {
        let mut queue = queue(database);
        pass(&mut queue);
        pass(&mut queue);
        pass(&mut queue)
    };
    assert_eq!(indexes(&database), [script(&[first]), script(&[second])]);
    database.items[long].copy.as_mut().unwrap().rows = 10_000;
    assert_eq!(indexes(&database), [script(&[second]), script(&[first])]);
}

#[test]
fn the_last_long_tasks_are_counted() {
    let mut dump = Builder::plain(9);
    for table in 1..9 {
        dump.rows(table, 2 * MIB);
    }
    dump.rows(0, 32 * MIB);
    for table in 1..9 {
        dump.index(table);
    }
    dump.index(0);
    dump.index(0);
    let mut queue = queue(&dump.build());
    let long = |queue: &Queue| queue.as_long_as(32 * MIB);
    pass(&mut queue);
    assert_eq!(long(&queue), 3, "its rows and two indexes");
    pass(&mut queue);
    assert_eq!(long(&queue), 2);
    assert!(
        queue.as_long_as(4 * MIB) > 2,
        "those of the other tables too"
    );
    pass(&mut queue);
    assert_eq!(long(&queue), 0, "statistics are not of the dump");
    assert!(!queue.is_finished());
}

#[test]
fn two_hundred_thousand_items_take_no_time() {
    const TABLES: u32 = 50_000;
    let mut dump = Builder::plain(50_000);
    (0..TABLES).for_each(|table| {
        dump.rows(table, 10);
    });
    (0..TABLES).for_each(|table| {
        dump.constraint(table);
    });
    (0..TABLES).for_each(|table| {
        dump.key(table, table / 100);
    });
    let database = dump.build();
    let start = Instant::now();
    let mut queue = queue(&database);
    let mut tasks = 0;
    while !queue.is_finished() {
        tasks += pass(&mut queue).len();
    }
    assert_eq!(tasks, 1 + 250 + 1000 + 1000);
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(10), "{taken:?}");
}

#[test]
fn a_table_with_very_many_indexes_and_keys_keeps_the_schedule_small() {
    let mut dump = Builder::plain(2);
    dump.rows(0, 2 * MIB);
    dump.rows(1, 2 * MIB);
    for _ in 0..2000 {
        dump.index(0);
    }
    for _ in 0..2000 {
        dump.key(1, 0);
    }
    let database = dump.build();
    let schedule = Schedule::new(&database, &Done::default());
    let edges: usize = schedule.nodes.iter().map(|node| node.after.len()).sum();
    assert!(edges < 20_000, "{edges}");
}
