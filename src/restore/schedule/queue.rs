//! Which task an idle session takes next.

use super::Schedule;
use super::graph::Node;
use super::locks::Held;
use super::task::{Task, TaskId, TaskWork};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// What becomes of a task that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is handed out once more, when nothing else runs and nothing else can.
    Alone,
    /// It failed alone: the load cannot be finished, and no more tasks are handed out.
    GiveUp,
}

/// Weights have so many magnitudes: of as many bits as there may be, and none.
const MAGNITUDES: usize = u64::BITS as usize + 1;

/// Hands out the tasks of a schedule.
///
/// The longest line of tasks that wait for each other decides how long the load takes, so the task with the longest
/// one behind it comes first.
#[derive(Clone, Debug)]
pub struct Queue {
    places: Vec<Place>,
    /// Tasks that wait for nothing but their turn, the most urgent one first.
    ready: BTreeSet<Turn>,
    running: BTreeSet<TaskId>,
    held: Held,
    /// Tasks that failed once, in the order of the dump: by their origins.
    failed: BTreeSet<(TaskId, TaskId)>,
    course: Course,
    /// Nodes of the graph that are not done.
    left: usize,
    /// Those of them that are tasks of the dump, by their weights' magnitudes.
    tasks_left: [usize; MAGNITUDES],
}

#[derive(Clone, Debug)]
struct Place {
    task: Option<Task>,
    turn: Turn,
    /// How many nodes it still waits for.
    waits_for: usize,
    /// What waits for it.
    before: Vec<TaskId>,
    /// The task of the schedule that it is, or whose work it took over.
    origin: TaskId,
}

impl Place {
    fn is_of_dump(&self) -> bool {
        self.task.is_some() && self.turn.rank == Rank::Dump
    }

    fn magnitude(&self) -> usize {
        magnitude(self.task.as_ref().map_or(0, |task| task.weight))
    }
}

/// When a task is taken, of all that are ready: the smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    rank: Rank,
    /// Weight of the longest line of tasks that begins with it.
    line: Reverse<u64>,
    id: TaskId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Part of the dump.
    Dump,
    /// Only where a session would be idle.
    Filler,
}

/// How the load goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Together,
    /// A second try runs.
    Alone(TaskId),
    GivenUp,
}

impl Queue {
    /// A queue of all tasks of `schedule`.
    pub fn new(schedule: Schedule) -> Self {
        let nodes = schedule.nodes;
        let lines = lines(&nodes);
        let mut before = dependents(&nodes);
        let places: Vec<Place> = nodes
            .into_iter()
            .zip(lines)
            .zip(&mut before)
            .enumerate()
            .map(|(place, ((node, line), before))| Place {
                turn: Turn {
                    rank: rank(node.task.as_ref()),
                    line: Reverse(line),
                    id: TaskId(place),
                },
                task: node.task,
                waits_for: node.after.len(),
                before: std::mem::take(before),
                origin: TaskId(place),
            })
            .collect();
        let mut queue = Self {
            left: places.len(),
            tasks_left: count(&places),
            places,
            ready: BTreeSet::new(),
            running: BTreeSet::new(),
            held: Held::default(),
            failed: BTreeSet::new(),
            course: Course::Together,
        };
        queue.open();
        queue
    }

    /// The next task for an idle session, or nothing where none may run now.
    ///
    /// `arrived` says whether the bytes that a task [needs](Task::needs) are there. Ask again when a task has ended
    /// or more bytes are there.
    pub fn next(&mut self, arrived: impl Fn(&Task) -> bool) -> Option<TaskId> {
        if self.course != Course::Together {
            return None;
        }
        let id = match self.first_ready(&arrived) {
            Some(turn) => {
                self.ready.remove(&turn);
                turn.id
            }
            None => self.second_try(&arrived)?,
        };
        if let Some(task) = task_at(&self.places, id) {
            self.held.take(&task.locks);
        }
        self.running.insert(id);
        Some(id)
    }

    /// A task that was handed out.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        task_at(&self.places, id)
    }

    /// Takes note that a task which was handed out is done, all of it.
    pub fn done(&mut self, id: TaskId) {
        if self.end(id) == Ended::Now {
            if self.course == Course::Alone(id) {
                self.course = Course::Together;
            }
            let free = self.leave(id);
            self.reach(free);
        }
    }

    /// Takes note that a task which was handed out gives the rest of its work to others. It goes on until it is
    /// [`done`](Self::done); what waits for it waits for the rest too.
    pub fn share(&mut self, id: TaskId, rest: Vec<Task>) {
        let Some(place) = self.places.get(id.0).filter(|_| self.running.contains(&id)) else {
            return;
        };
        let (before, origin) = (place.before.clone(), place.origin);
        let (rank, Reverse(line)) = (place.turn.rank, place.turn.line);
        let weight = place.task.as_ref().map_or(0, |task| task.weight);
        // Any session may take each: whatever is longer than one of them goes first.
        let longest = rest
            .iter()
            .map(|task| task.weight)
            .max()
            .unwrap_or_default();
        let line = Reverse(line.saturating_sub(weight).saturating_add(longest));
        for task in rest {
            let id = TaskId(self.places.len());
            for waiting in &before {
                if let Some(place) = self.places.get_mut(waiting.0) {
                    place.waits_for += 1;
                }
            }
            self.places.push(Place {
                task: Some(task),
                turn: Turn { rank, line, id },
                waits_for: 0,
                before: before.clone(),
                origin,
            });
            self.left += 1;
            if let Some(count) = self.count_of(id) {
                *count += 1;
            }
            self.reach(vec![id]);
        }
    }

    /// Takes note that a task which was handed out failed. Parts of it may be done: the second try must know.
    ///
    /// The second try comes when all that can run has run: then everything is there that the dump has before it.
    pub fn failed(&mut self, id: TaskId) -> Verdict {
        if self.end(id) == Ended::Now && self.course == Course::Together {
            let origin = self.places.get(id.0).map_or(id, |place| place.origin);
            self.failed.insert((origin, id));
            return Verdict::Alone;
        }
        self.course = Course::GivenUp;
        Verdict::GiveUp
    }

    /// Whether all tasks are done.
    pub fn is_finished(&self) -> bool {
        self.left == 0
    }

    /// How many tasks run.
    pub fn running(&self) -> usize {
        self.running.len()
    }

    /// How many tasks of the dump are not done that take about as long as one of this weight, or longer. What takes less than
    /// an eighth of it is not counted.
    pub fn as_long_as(&self, weight: u64) -> usize {
        let least = magnitude(weight).saturating_sub(3);
        self.tasks_left.iter().skip(least).sum()
    }

    /// The weights of all that runs or could run now, except that task: what there is to do for others while it runs.
    pub fn beside(&self, id: Option<TaskId>) -> impl Iterator<Item = u64> {
        let may_run = |id: &TaskId| {
            let task = self.task(*id);
            task.is_some_and(|task| self.held.admits(&task.locks))
        };
        let ready = self.ready.iter().map(|turn| turn.id).filter(may_run);
        let others = self.running.iter().copied().chain(ready);
        others
            .filter(move |other| Some(*other) != id)
            .filter_map(|other| self.places.get(other.0))
            .filter(|place| place.is_of_dump())
            .filter_map(|place| Some(place.task.as_ref()?.weight))
    }

    /// The most urgent task that may run now. It looks at no more than the tasks that are ready, which are few: only
    /// large tables have tasks of their own.
    fn first_ready(&self, arrived: &impl Fn(&Task) -> bool) -> Option<Turn> {
        let may_run = |task: &Task| self.held.admits(&task.locks) && arrived(task);
        let turn = |turn: &&Turn| self.task(turn.id).is_some_and(may_run);
        self.ready.iter().find(turn).copied()
    }

    /// The first task that failed, where nothing else runs or could.
    fn second_try(&mut self, arrived: &impl Fn(&Task) -> bool) -> Option<TaskId> {
        if !self.ready.is_empty() || !self.running.is_empty() {
            return None;
        }
        let (origin, id) = self.failed.first().copied()?;
        if !self.task(id).is_some_and(arrived) {
            return None;
        }
        self.failed.remove(&(origin, id));
        self.course = Course::Alone(id);
        Some(id)
    }

    /// Takes a task off those that run.
    fn end(&mut self, id: TaskId) -> Ended {
        if !self.running.remove(&id) {
            return Ended::Before;
        }
        if let Some(task) = task_at(&self.places, id) {
            self.held.release(&task.locks);
        }
        Ended::Now
    }

    /// Opens everything that waits for nothing from the beginning.
    fn open(&mut self) {
        let free = self.places.iter().filter(|place| place.waits_for == 0);
        let free = free.map(|place| place.turn.id).collect();
        self.reach(free);
    }

    /// Nodes that wait for nothing more: their tasks are ready. One without a task is done, and so may be others.
    fn reach(&mut self, mut nodes: Vec<TaskId>) {
        while let Some(id) = nodes.pop() {
            match self.places.get(id.0) {
                Some(place) if place.task.is_some() => {
                    self.ready.insert(place.turn);
                }
                _ => nodes.extend(self.leave(id)),
            }
        }
    }

    /// How many tasks like that one are left, where it is one of the dump.
    fn count_of(&mut self, id: TaskId) -> Option<&mut usize> {
        let place = self.places.get(id.0).filter(|place| place.is_of_dump())?;
        self.tasks_left.get_mut(place.magnitude())
    }

    /// A node that is done; returns what waited for it last.
    fn leave(&mut self, id: TaskId) -> Vec<TaskId> {
        self.left = self.left.saturating_sub(1);
        if let Some(count) = self.count_of(id) {
            *count = count.saturating_sub(1);
        }
        let place = self.places.get_mut(id.0);
        let mut nodes = place.map_or_else(Vec::new, |place| std::mem::take(&mut place.before));
        nodes.retain(|id| {
            self.places.get_mut(id.0).is_some_and(|place| {
                place.waits_for = place.waits_for.saturating_sub(1);
                place.waits_for == 0
            })
        });
        nodes
    }
}

/// Whether a task ran until now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Now,
    Before,
}

fn task_at(places: &[Place], id: TaskId) -> Option<&Task> {
    places.get(id.0)?.task.as_ref()
}

/// Bits of a weight.
fn magnitude(weight: u64) -> usize {
    (u64::BITS - weight.leading_zeros()) as usize
}

fn count(places: &[Place]) -> [usize; MAGNITUDES] {
    let mut counts = [0; MAGNITUDES];
    for place in places.iter().filter(|place| place.is_of_dump()) {
        if let Some(count) = counts.get_mut(place.magnitude()) {
            *count += 1;
        }
    }
    counts
}

fn rank(task: Option<&Task>) -> Rank {
    match task.map(|task| &task.work) {
        Some(TaskWork::Analyze(_)) => Rank::Filler,
        _ => Rank::Dump,
    }
}

/// For each node, the weight of the longest line of tasks that begins with it. A node has a greater number than all
/// that it waits for, so one pass from the end is enough.
fn lines(nodes: &[Node]) -> Vec<u64> {
    let mut lines = vec![0_u64; nodes.len()];
    for (place, node) in nodes.iter().enumerate().rev() {
        let own = node.task.as_ref().map_or(0, |task| task.weight);
        let Some(line) = lines.get_mut(place) else {
            continue;
        };
        *line = line.saturating_add(own);
        let line = *line;
        for id in &node.after {
            if let Some(before) = lines.get_mut(id.0) {
                *before = line.max(*before);
            }
        }
    }
    lines
}

/// For each node, what waits for it.
fn dependents(nodes: &[Node]) -> Vec<Vec<TaskId>> {
    let mut dependents = vec![Vec::new(); nodes.len()];
    for (place, node) in nodes.iter().enumerate() {
        for id in &node.after {
            if let Some(dependents) = dependents.get_mut(id.0) {
                dependents.push(TaskId(place));
            }
        }
    }
    dependents
}
