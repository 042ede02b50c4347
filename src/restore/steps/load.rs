//! Loads the staged databases: several sessions take tasks from the queues until all of them are done.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::future::try_join_all;
use tokio::sync::watch;

use crate::dump::{Database, Item};
use crate::postgres::identifier;
use crate::progress::Progress;
use crate::restore::engine::in_words;
use crate::restore::load::{Reader, Script, marks_schema};
use crate::restore::plan::DatabasePlan;
use crate::restore::schedule::{Idleness, Queue, Schedule, Task, TaskId, Verdict};
use crate::restore::slices::{self, Slices};
use crate::server::ServerError;

use super::crew::{Trouble, Worker};
use super::marks::Marks;
use super::tally::Tally;
use super::{StepError, World, guard};

/// Reads one byte of a file of the dump as the server does.
const PROBE: &str = "SELECT pg_catalog.length(pg_catalog.pg_read_binary_file";

/// Loads what is not marked as committed.
pub(super) async fn load(world: &World, progress: &dyn Progress) -> Result<(), StepError> {
    let (schema, folder) = (
        identifier(&marks_schema(&world.site.plan.id)),
        world.site.folder(),
    );
    let work = async {
        let common = Common {
            marks: &schema,
            folder: &folder,
            reader: reader(world, &folder).await?,
        };
        let floor = Floor::open(world, progress, common).await?;
        try_join_all((0..floor.sessions()).map(|number| floor.work(number)))
            .await
            .map(drop)
    };
    guard::watched(&world.site, work).await
}

/// Whether the server can read the files: not where it runs as somebody else, or in another container.
async fn reader(world: &World, folder: &str) -> Result<Reader, StepError> {
    let mut arrived = world.flow.slices();
    // It ends only with the step that makes files arrive, and that ends this one.
    let _ = arrived.wait_for(|count| *count > 0).await;
    let path = crate::postgres::literal(&format!("{folder}/{}", slices::file(0)));
    let sql = format!("{PROBE}({path}, 0, 1))");
    match world
        .site
        .server
        .control("read a file of the dump", &sql)
        .await
    {
        Ok(_) => Ok(Reader::Server),
        Err(error @ ServerError::Psql { .. })
            if !error.stderr().is_empty() && !error.is_passing() =>
        {
            tracing::info!(
                "the server can't read the dump's files, psql does: {}",
                error.stderr()
            );
            Ok(Reader::Client)
        }
        Err(error) => Err(error.into()),
    }
}

/// What the scripts of all databases have in common.
#[derive(Clone, Copy)]
struct Common<'a> {
    marks: &'a str,
    folder: &'a str,
    reader: Reader,
}

/// A database that is loaded.
pub(super) struct Staged<'a> {
    pub(super) plan: &'a DatabasePlan,
    pub(super) database: &'a Database,
    pub(super) script: Script<'a>,
}

/// Where the sessions work.
pub(super) struct Floor<'a> {
    pub(super) world: &'a World,
    pub(super) progress: &'a dyn Progress,
    pub(super) staged: Vec<Staged<'a>>,
    state: Mutex<State>,
    /// Changes whenever a task ended.
    turn: watch::Sender<u64>,
    tally: Mutex<Tally<'a>>,
}

struct State {
    /// One for each staged database.
    queues: Vec<Queue>,
    /// What of them is committed, as it was last read.
    marks: Vec<Marks>,
    /// Tasks that failed once: their second try goes item by item.
    failed: BTreeSet<(usize, TaskId)>,
    /// Sessions for which there is no task.
    idle: usize,
}

/// A task for a session.
pub(super) struct Next {
    /// Which database.
    pub(super) at: usize,
    id: TaskId,
    pub(super) task: Task,
    pub(super) attempt: Attempt,
    /// The sessions' own tasks do not keep all processors busy until it ends.
    pub(super) is_among_the_last: bool,
}

/// Whether it was tried before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    First,
    Second,
}

impl<'a> Floor<'a> {
    async fn open(
        world: &'a World,
        progress: &'a dyn Progress,
        common: Common<'a>,
    ) -> Result<Self, StepError> {
        let staged: Vec<_> = world
            .site
            .plan
            .databases
            .iter()
            .filter_map(|plan| Staged::new(world, plan, common))
            .collect();
        let mut tally = Tally::new(staged.iter().map(|s| (s.plan, s.database)));
        let (mut queues, mut marks) = (Vec::new(), Vec::new());
        for (at, staged) in staged.iter().enumerate() {
            let found = Marks::read(world, staged.plan).await?;
            tally.resume(at, &found);
            let schedule = Schedule::new(staged.database, &found.done());
            queues.push(Queue::new(schedule));
            marks.push(found);
        }
        Ok(Self {
            world,
            progress,
            staged,
            state: Mutex::new(State {
                queues,
                marks,
                failed: BTreeSet::new(),
                idle: 0,
            }),
            turn: watch::Sender::new(0),
            tally: Mutex::new(tally),
        })
    }

    /// One session's work, to the end of all work.
    async fn work(&self, number: usize) -> Result<(), StepError> {
        let (mut arrived, mut turn) = (self.world.flow.slices(), self.turn.subscribe());
        let mut worker = Worker::new(self, number);
        loop {
            turn.mark_unchanged();
            let there = self.slices().end(*arrived.borrow_and_update());
            let Some(next) = self.next(worker.at(), there) else {
                if self.is_finished() {
                    return worker.leave().await;
                }
                self.progress.session(number, None);
                self.state().idle += 1;
                tokio::select! {
                    _ = turn.changed() => {}
                    _ = arrived.changed() => {}
                }
                self.state().idle -= 1;
                continue;
            };
            let outcome = worker.run(&next).await;
            self.end(&next, outcome).await?;
            self.turn.send_modify(|turn| *turn += 1);
        }
    }

    /// The most urgent task, of the database in which the session is where that has one.
    fn next(&self, at: Option<usize>, there: u64) -> Option<Next> {
        let state = &mut *self.state();
        let order = at.into_iter().chain(0..state.queues.len());
        for at in order {
            let queue = state.queues.get_mut(at)?;
            let Some(id) = queue.next(|task| task.needs() <= there) else {
                continue;
            };
            let attempt = if state.failed.contains(&(at, id)) {
                Attempt::Second
            } else {
                Attempt::First
            };
            let task = queue.task(id)?.clone();
            let is_among_the_last = is_among_the_last(&state.queues, at, id, self.sessions());
            return Some(Next {
                at,
                id,
                task,
                attempt,
                is_among_the_last,
            });
        }
        None
    }

    /// Whether there are sessions that would help with chunks of an item's rows.
    pub(super) fn may_share(&self, next: &Next, item: usize, chunks: Range<usize>) -> bool {
        let idleness = Idleness {
            sessions: self.state().idle,
            there: self.slices().end(*self.world.flow.slices().borrow()),
            bytes: self.world.dump.inventory.bytes,
        };
        next.attempt == Attempt::First
            && self
                .item(next.at, item)
                .is_some_and(|item| idleness.calls_for(item, chunks))
    }

    /// Leaves chunks of an item's rows to whoever has nothing to do.
    pub(super) fn share(&self, next: &Next, item: usize, chunks: Range<usize>) {
        if let Some(rows) = self.item(next.at, item) {
            let rest = Task::parts(item, rows, chunks);
            self.queue(next.at, |queue| queue.share(next.id, rest));
            self.turn.send_modify(|turn| *turn += 1);
        }
    }

    fn item(&self, at: usize, item: usize) -> Option<&'a Item> {
        self.staged.get(at)?.database.items.get(item)
    }

    /// Takes note of how a task ended.
    async fn end(&self, next: &Next, outcome: Result<(), Trouble>) -> Result<(), StepError> {
        let error = match outcome {
            Ok(()) => {
                self.queue(next.at, |queue| queue.done(next.id));
                return Ok(());
            }
            Err(Trouble::Final(error)) => return Err(error),
            Err(Trouble::Task(error)) => error,
        };
        let verdict = self.queue(next.at, |queue| queue.failed(next.id));
        if verdict != Some(Verdict::Alone) {
            return Err(error);
        }
        self.progress
            .note(&format!("  ! once more, alone: {}", in_words(&error)));
        if let Some(staged) = self.staged.get(next.at) {
            let marks = Marks::read(self.world, staged.plan).await?;
            self.tally().resume(next.at, &marks);
            let mut state = self.state();
            state.failed.insert((next.at, next.id));
            if let Some(known) = state.marks.get_mut(next.at) {
                *known = marks;
            }
        }
        Ok(())
    }

    /// Whether an item, or a chunk of it, was committed when that was last looked for.
    pub(super) fn is_committed(&self, at: usize, item: usize, chunk: Option<usize>) -> bool {
        let state = self.state();
        let Some(marks) = state.marks.get(at) else {
            return false;
        };
        let has = |chunk| {
            marks
                .chunks
                .get(&item)
                .is_some_and(|c| c.contains_key(&chunk))
        };
        marks.items.contains(&item) || chunk.is_some_and(has)
    }

    fn sessions(&self) -> usize {
        self.world.site.plan.sessions.count as usize
    }

    fn is_finished(&self) -> bool {
        self.state().queues.iter().all(Queue::is_finished)
    }

    fn queue<T>(&self, at: usize, act: impl FnOnce(&mut Queue) -> T) -> Option<T> {
        self.state().queues.get_mut(at).map(act)
    }

    /// Nobody panics while holding it; if so, what is in it is still whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tally(&self) -> MutexGuard<'_, Tally<'a>> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn slices(&self) -> &'a Slices {
        &self.world.dump.slices
    }
}

impl<'a> Staged<'a> {
    fn new(world: &'a World, plan: &'a DatabasePlan, common: Common<'a>) -> Option<Self> {
        let database = world.dump.inventory.databases.get(plan.index)?;
        Some(Self {
            plan,
            database,
            script: Script {
                database,
                slices: &world.dump.slices,
                nonce: &world.dump.nonce,
                marks: common.marks,
                folder: common.folder,
                reader: common.reader,
            },
        })
    }
}

/// Whether sessions will have nothing to do before that task ends: few are left that are about as long, or what can run
/// beside it is short.
fn is_among_the_last(queues: &[Queue], at: usize, id: TaskId, sessions: usize) -> bool {
    let Some(weight) = queues
        .get(at)
        .and_then(|queue| Some(queue.task(id)?.weight))
    else {
        return false;
    };
    let as_long = queues.iter().map(|queue| queue.as_long_as(weight));
    let own = |number| Some(id).filter(|_| number == at);
    let queues = queues.iter().enumerate();
    let mut beside = queues.flat_map(|(number, queue)| queue.beside(own(number)));
    as_long.sum::<usize>() <= sessions || beside.try_fold(weight / 4, u64::checked_sub).is_some()
}
