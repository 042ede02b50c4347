//! The rest of a large table, left to sessions that have nothing to do.

use super::super::{Idleness, Task, TaskWork, Verdict};
use super::builder::{Builder, MIB};
use super::rules::{analyze, begin, part, pass, queue, script};

#[test]
fn the_rest_of_a_table_is_shared_where_sessions_wait() {
    let mut dump = Builder::plain(2);
    let large = dump.chunked(0, 300 * MIB, 7);
    let small = dump.rows(1, 2 * MIB);
    let index = dump.index(0);
    let key = dump.key(1, 0);
    let database = dump.build();
    let mut queue = queue(&database);
    pass(&mut queue);
    let begun = begin(&mut queue);
    assert_eq!(begun[0].1, TaskWork::Load(large), "by one session at first");
    queue.done(begun[1].0);
    let before = queue.as_long_as(40 * MIB);
    queue.share(begun[0].0, Task::parts(large, &database.items[large], 4..7));
    assert_eq!(queue.as_long_as(40 * MIB), before + 3);
    let parts = begin(&mut queue);
    let works: Vec<&TaskWork> = parts.iter().map(|(_, work)| work).collect();
    assert_eq!(
        works,
        [
            &part(large, 4..5),
            &part(large, 5..6),
            &part(large, 6..7),
            &analyze(1)
        ]
    );
    queue.done(begun[0].0);
    assert_eq!(queue.failed(parts[1].0), Verdict::Alone);
    for part in [0, 2, 3] {
        queue.done(parts[part].0);
    }
    assert_eq!(
        begin(&mut queue),
        [parts[1].clone()],
        "nothing but what failed"
    );
    queue.done(parts[1].0);
    assert_eq!(
        pass(&mut queue),
        [script(&[index])],
        "which waits for all rows"
    );
    assert_eq!(pass(&mut queue)[0], script(&[key]));
    assert!(pass(&mut queue).contains(&analyze(0)) && queue.is_finished());
    assert_eq!(small, large + 1);
}

#[test]
fn a_part_that_fails_is_tried_again_where_its_table_stands_in_the_dump() {
    let mut dump = Builder::plain(2);
    let first = dump.chunked(0, 30 * MIB, 3);
    let second = dump.rows(1, 2 * MIB);
    let database = dump.build();
    let mut queue = queue(&database);
    pass(&mut queue);
    let loads = begin(&mut queue);
    queue.share(loads[0].0, Task::parts(first, &database.items[first], 1..3));
    queue.done(loads[0].0);
    let parts = begin(&mut queue);
    for (id, _) in [&loads[1], &parts[0]] {
        assert_eq!(queue.failed(*id), Verdict::Alone);
    }
    queue.done(parts[1].0);
    assert_eq!(pass(&mut queue), [part(first, 1..2)]);
    pass(&mut queue);
    assert_eq!(pass(&mut queue), [TaskWork::Load(second)]);
}

#[test]
fn a_session_shares_where_a_processor_waits_and_there_is_work_for_two() {
    let mut dump = Builder::plain(1);
    let position = dump.chunked(0, 100 * MIB, 5);
    let database = dump.build();
    let rows = &database.items[position];
    let copy = rows.copy.as_ref().unwrap();
    let calls = |sessions, there, chunks| {
        let bytes = copy.data.end + 100;
        Idleness {
            sessions,
            there,
            bytes,
        }
        .calls_for(rows, chunks)
    };
    let all = copy.data.end + 100;
    assert!(calls(1, all, 3..5) && calls(2, all, 1..5));
    assert!(!calls(0, all, 1..5), "nobody waits");
    assert!(!calls(1, all, 4..5), "one chunk is for one session");
    assert!(
        !calls(1, all - 1, 1..5),
        "the dump's own way takes a processor"
    );
    assert!(calls(2, copy.cuts[2], 1..5), "but not two");
    assert!(
        !calls(2, copy.cuts[2], 2..5),
        "what is not there is no work"
    );
    assert!(!calls(2, all, 5..5));
}

#[test]
fn others_go_before_the_rest_of_a_table_where_they_take_longer() {
    let mut dump = Builder::plain(2);
    let large = dump.chunked(0, 300 * MIB, 30);
    dump.rows(1, 40 * MIB);
    let index = dump.index(1);
    let database = dump.build();
    let mut queue = queue(&database);
    pass(&mut queue);
    let loads = begin(&mut queue);
    queue.share(
        loads[0].0,
        Task::parts(large, &database.items[large], 2..30),
    );
    queue.done(loads[0].0);
    queue.done(loads[1].0);
    let next = queue.next(|_| true).unwrap();
    assert_eq!(queue.task(next).unwrap().work, script(&[index]));
}
