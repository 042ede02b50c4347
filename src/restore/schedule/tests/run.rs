//! A load without a server: sessions that take tasks and end them in a random order.

use std::collections::{BTreeMap, BTreeSet};

use super::super::source::is_remark;
use super::super::{Done, Queue, Schedule, Task, TaskId, TaskWork, Verdict};
use super::roles::{Role, form, roles};
use crate::dump::{Database, TableForm, TableId, Work};

/// Numbers that look random and are the same for the same seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// When something ran: ticks, and where in its script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ran {
    task: TaskId,
    place: usize,
    start: usize,
    end: usize,
}

impl Ran {
    pub(super) fn is_before(self, later: Self) -> bool {
        if self.task == later.task {
            self.place < later.place
        } else {
            self.end < later.start
        }
    }
}

/// Which tasks fail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Failing {
    None,
    /// Each one, the first time.
    Once,
    /// About every third one, the first time.
    Some,
}

/// What a load did.
#[derive(Default)]
pub(super) struct Load {
    /// By item. Of one that is loaded in parts, all of them.
    pub items: BTreeMap<usize, Vec<Ran>>,
    pub chunks: Vec<(usize, usize)>,
    pub analyzed: BTreeMap<TableId, Ran>,
}

struct Sessions<'a> {
    database: &'a Database,
    roles: Vec<Role>,
    queue: Queue,
    dice: Dice,
    running: BTreeMap<TaskId, usize>,
    failed: BTreeSet<TaskId>,
    tick: usize,
    arrived: u64,
}

/// Loads with `jobs` sessions while the dump arrives.
pub(super) fn load(
    database: &Database,
    jobs: u16,
    done: &Done,
    seed: u64,
    failing: Failing,
) -> Load {
    let schedule = Schedule::new(database, done);
    let mut sessions = Sessions {
        database,
        roles: roles(database),
        queue: Queue::new(schedule),
        dice: Dice::new(seed),
        running: BTreeMap::new(),
        failed: BTreeSet::new(),
        tick: 0,
        arrived: 0,
    };
    let mut load = Load::default();
    while !sessions.queue.is_finished() {
        sessions.fill(usize::from(jobs));
        sessions.end_one(&mut load, failing);
    }
    assert_eq!(sessions.queue.running(), 0);
    assert_eq!(sessions.queue.next(|_| true), None);
    load
}

impl Sessions<'_> {
    fn bytes(&self) -> u64 {
        self.database.items.last().map_or(0, |item| item.span.end)
    }

    fn fill(&mut self, jobs: usize) {
        while self.running.len() < jobs {
            let arrived = self.arrived;
            let Some(id) = self.queue.next(|task| task.needs() <= arrived) else {
                break;
            };
            assert!(self.queue.task(id).unwrap().needs() <= arrived);
            if self.failed.contains(&id) {
                assert!(self.running.is_empty(), "a second try beside others");
            }
            self.tick += 1;
            for other in self.running.keys() {
                let pair = [id, *other].map(|id| self.queue.task(id));
                assert!(!self.conflict(id, *other), "beside each other: {pair:?}");
            }
            assert_eq!(self.running.insert(id, self.tick), None);
            if self.failed.contains(&id) {
                assert_eq!(self.queue.next(|_| true), None);
                break;
            }
        }
    }

    fn end_one(&mut self, load: &mut Load, failing: Failing) {
        if self.running.is_empty() {
            assert!(
                self.arrived < self.bytes(),
                "nothing runs and nothing is missing"
            );
        }
        let more = u64::try_from(self.dice.below(8)).unwrap();
        self.arrived = self
            .bytes()
            .min(self.arrived + self.bytes() * more / 40 + 1);
        if self.running.is_empty() {
            return;
        }
        let chosen = self.dice.below(self.running.len());
        let (id, start) = self
            .running
            .iter()
            .nth(chosen)
            .map(|(i, s)| (*i, *s))
            .unwrap();
        self.running.remove(&id);
        self.tick += 1;
        let fails = match failing {
            Failing::None => false,
            Failing::Once => true,
            Failing::Some => self.dice.below(3) == 0,
        };
        if fails && self.failed.insert(id) {
            assert_eq!(self.queue.failed(id), Verdict::Alone);
        } else {
            let rest = self.share(id);
            self.note(id, start, rest, load);
            self.queue.done(id);
        }
    }

    /// A task of several chunks that is the first try leaves some of them to others, now and then: from which one on.
    fn share(&mut self, id: TaskId) -> Option<usize> {
        let (item, chunks) = match &self.queue.task(id).unwrap().work {
            TaskWork::Load(item) => (*item, 0..self.chunks(*item)),
            TaskWork::Part { item, chunks } => (*item, chunks.clone()),
            _ => return None,
        };
        if chunks.len() < 2 || self.failed.contains(&id) || self.dice.below(2) == 0 {
            return None;
        }
        let rest = chunks.start + 1 + self.dice.below(chunks.len() - 1);
        let tasks = Task::parts(item, &self.database.items[item], rest..chunks.end);
        self.queue.share(id, tasks);
        Some(rest)
    }

    fn chunks(&self, item: usize) -> usize {
        self.database.items[item].copy.as_ref().unwrap().cuts.len() + 1
    }

    fn note(&self, task: TaskId, start: usize, rest: Option<usize>, load: &mut Load) {
        let ran = |place| Ran {
            task,
            place,
            start,
            end: self.tick,
        };
        match &self.queue.task(task).unwrap().work {
            TaskWork::Script(items) => {
                assert!(!items.is_empty());
                assert!(items.is_sorted_by(|a, b| a < b), "{items:?}");
                for (place, item) in items.iter().enumerate() {
                    load.items.entry(*item).or_default().push(ran(place));
                }
            }
            TaskWork::Load(item) => {
                load.items.entry(*item).or_default().push(ran(0));
                let head = 0..rest.unwrap_or_default();
                load.chunks.extend(head.map(|chunk| (*item, chunk)));
            }
            TaskWork::Part { item, chunks } => {
                assert!(!chunks.is_empty());
                load.items.entry(*item).or_default().push(ran(0));
                let own = chunks.start..rest.unwrap_or(chunks.end);
                load.chunks.extend(own.map(|chunk| (*item, chunk)));
            }
            TaskWork::Analyze(table) => {
                assert_eq!(load.analyzed.insert(*table, ran(0)), None);
            }
        }
    }

    /// Whether the server would let one of the two wait for the other.
    fn conflict(&self, one: TaskId, other: TaskId) -> bool {
        let other = self.locks(other);
        self.locks(one)
            .into_iter()
            .any(|(table, exclusive)| other.iter().any(|o| o.0 == table && (exclusive || o.1)))
    }

    fn locks(&self, id: TaskId) -> Vec<(TableId, bool)> {
        match &self.queue.task(id).unwrap().work {
            TaskWork::Script(items) => items
                .iter()
                .flat_map(|item| self.item_locks(*item))
                .collect(),
            TaskWork::Load(item) => self.rows_lock(*item, true),
            TaskWork::Part { item, .. } => self.rows_lock(*item, false),
            TaskWork::Analyze(table) => vec![(*table, true)],
        }
    }

    fn rows_lock(&self, item: usize, exclusive: bool) -> Vec<(TableId, bool)> {
        vec![(
            self.database.items[item].copy.as_ref().unwrap().table,
            exclusive,
        )]
    }

    /// What is no part of a wave runs beside none but ANALYZE, for which it waits a moment at most.
    fn item_locks(&self, item: usize) -> Vec<(TableId, bool)> {
        match self.roles[item] {
            // What is said of an index or a constraint locks no more than that did.
            _ if is_remark(&self.database.items[item]) => vec![],
            Role::Build(table) => {
                let is_index = matches!(self.database.items[item].work, Work::Index(..));
                let is_partitioned = form(self.database, table) == TableForm::Partitioned;
                vec![(table, !is_index || is_partitioned)]
            }
            Role::Key(table, references) => vec![(table, true), (references, true)],
            _ => vec![],
        }
    }
}
