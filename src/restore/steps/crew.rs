//! One of several sessions at work: a task becomes text, and the answers are held against the inventory.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::dump::{Copy, Item};
use crate::restore::load::{Answer, Text};
use crate::restore::schedule::TaskWork;
use crate::server;

use super::StepError;
use super::load::{Attempt, Floor, Next, Staged};
use super::session::{Session, Unanswered};

/// Why a task was not done.
pub(super) enum Trouble {
    /// Its statement failed: another attempt may go well.
    Task(StepError),
    /// No attempt would go better, or none can be made now.
    Final(StepError),
}

impl From<StepError> for Trouble {
    fn from(error: StepError) -> Self {
        Self::Final(error)
    }
}

/// A session, in whatever database its work is.
pub(super) struct Worker<'a, 'f> {
    floor: &'f Floor<'a>,
    number: usize,
    session: Option<(usize, Session<'a>)>,
}

impl<'a, 'f> Worker<'a, 'f> {
    pub(super) fn new(floor: &'f Floor<'a>, number: usize) -> Self {
        Self {
            floor,
            number,
            session: None,
        }
    }

    /// The database in which it is.
    pub(super) fn at(&self) -> Option<usize> {
        self.session.as_ref().map(|(at, _)| *at)
    }

    /// Does a task; after trouble it has no session any more.
    pub(super) async fn run(&mut self, next: &Next) -> Result<(), Trouble> {
        let Some(staged) = self.floor.staged.get(next.at) else {
            return Ok(());
        };
        let session = match self.session.take() {
            Some((at, session)) if at == next.at => session,
            other => {
                self.session = other;
                self.leave().await?;
                Session::open(self.floor.world, staged.plan, &staged.script).await
            }
        };
        let mut job = Job {
            floor: self.floor,
            staged,
            next,
            number: self.number,
            session,
            doing: None,
            rows: BTreeMap::new(),
        };
        match job.run().await {
            Ok(()) => {
                self.session = Some((next.at, job.session));
                Ok(())
            }
            Err(Stop::Refused(error)) => Err(Trouble::Final(error)),
            Err(Stop::Unanswered) => Err(job.ended().await),
        }
    }

    /// Ends the session where there is one.
    pub(super) async fn leave(&mut self) -> Result<(), StepError> {
        self.floor.progress.session(self.number, None);
        let Some((at, session)) = self.session.take() else {
            return Ok(());
        };
        let database = self.floor.staged.get(at).map(|s| s.plan.name.clone());
        session.finish().await.map_err(|source| StepError::Load {
            database: database.unwrap_or_default(),
            item: "its end".to_owned(),
            source,
        })
    }
}

/// Why a job stopped.
enum Stop {
    Unanswered,
    Refused(StepError),
}

impl From<Unanswered> for Stop {
    fn from(Unanswered: Unanswered) -> Self {
        Self::Unanswered
    }
}

impl From<StepError> for Stop {
    fn from(error: StepError) -> Self {
        Self::Refused(error)
    }
}

/// A task under way.
struct Job<'a, 'f> {
    floor: &'f Floor<'a>,
    staged: &'f Staged<'a>,
    next: &'f Next,
    number: usize,
    session: Session<'a>,
    /// Position of the item under way, or the first of several.
    doing: Option<usize>,
    /// What the server said of rows that are not committed yet, by item.
    rows: BTreeMap<usize, u64>,
}

impl Job<'_, '_> {
    async fn run(&mut self) -> Result<(), Stop> {
        match &self.next.task.work {
            TaskWork::Script(items) => self.script(items).await,
            TaskWork::Load(item) => self.table(*item).await,
            TaskWork::Part { item, chunks } => self.part(*item, chunks.clone()).await,
            TaskWork::Analyze(table) => {
                self.show("ANALYZE");
                self.tell(&self.staged.script.analyze(*table)).await
            }
        }
    }

    async fn script(&mut self, items: &[usize]) -> Result<(), Stop> {
        let open: Vec<_> = items
            .iter()
            .copied()
            .filter(|item| !self.floor.is_committed(self.next.at, *item, None))
            .collect();
        let batches = match self.next.attempt {
            Attempt::First => self.staged.script.batches(&open),
            // So that the item that is the cause is known.
            Attempt::Second => open.chunks(1).collect(),
        };
        let sessions = &self.floor.world.site.plan.sessions;
        let building = if self.next.is_among_the_last {
            sessions.building_at_the_end(self.next.task.weight)
        } else {
            sessions.building(self.next.task.weight)
        };
        for batch in batches {
            self.begin(batch.first().copied());
            self.tell(&self.staged.script.run(batch, building)).await?;
            for item in batch {
                self.commit(*item)?;
            }
        }
        Ok(())
    }

    /// The rows of a table in one transaction: all of them, or those before the first chunk that is left to others.
    async fn table(&mut self, item: usize) -> Result<(), Stop> {
        let script = &self.staged.script;
        self.begin(Some(item));
        self.session.tell(&script.begin_table(item)).await?;
        let (chunks, mut head) = (self.chunks(item), Vec::new());
        for chunk in chunks.clone() {
            let bytes = self.arrive(item, chunk).await;
            self.session.tell(&script.chunk(item, chunk)).await?;
            self.hear(|answer| matches!(answer, Answer::Rows { .. }))
                .await?;
            head.push(self.rows.remove(&item).unwrap_or_default());
            self.floor.tally().loaded(bytes, self.floor.progress);
            if self.floor.may_share(self.next, item, chunk + 1..chunks.end) {
                return self.end_head(item, &head, chunk + 1..chunks.end).await;
            }
        }
        self.tell(&script.end_table(item)).await?;
        self.rows.insert(item, head.iter().sum());
        self.commit(item)
    }

    /// Commits the chunks before the rest, whose rows these are. Others empty no table, so they may not begin before.
    async fn end_head(
        &mut self,
        item: usize,
        rows: &[u64],
        rest: Range<usize>,
    ) -> Result<(), Stop> {
        self.tell(&self.staged.script.end_head()).await?;
        for rows in rows {
            let mut tally = self.floor.tally();
            tally.chunk(self.next.at, item, *rows, self.floor.progress)?;
        }
        self.floor.share(self.next, item, rest);
        Ok(())
    }

    /// Some chunks of a table, each in a transaction of its own; the rest of them may be left to others.
    async fn part(&mut self, item: usize, chunks: Range<usize>) -> Result<(), Stop> {
        self.begin(Some(item));
        for chunk in chunks.clone() {
            if self.floor.is_committed(self.next.at, item, Some(chunk)) {
                continue;
            }
            let bytes = self.arrive(item, chunk).await;
            self.tell(&self.staged.script.part(item, chunk)).await?;
            let rows = self.rows.remove(&item).unwrap_or_default();
            let mut tally = self.floor.tally();
            tally.loaded(bytes, self.floor.progress);
            tally.chunk(self.next.at, item, rows, self.floor.progress)?;
            drop(tally);
            if self.floor.may_share(self.next, item, chunk + 1..chunks.end) {
                self.floor.share(self.next, item, chunk + 1..chunks.end);
                break;
            }
        }
        Ok(())
    }

    /// Says it and waits until it is committed.
    async fn tell(&mut self, text: &Text) -> Result<(), Stop> {
        self.session.tell(text).await?;
        self.hear(|answer| answer == Answer::Done).await
    }

    async fn hear(&mut self, enough: impl Fn(Answer) -> bool) -> Result<(), Stop> {
        loop {
            let answer = self.session.hear().await;
            if let Answer::Rows { item, rows } = answer {
                *self.rows.entry(item).or_default() += rows;
            }
            if enough(answer) {
                return Ok(());
            }
            if !matches!(answer, Answer::Rows { .. }) {
                return Err(Stop::Unanswered);
            }
        }
    }

    /// Waits for the chunk's bytes; their number is the result.
    async fn arrive(&self, item: usize, chunk: usize) -> u64 {
        let copy = self.item(item).and_then(|item| item.copy.as_ref());
        let Some(range) = copy.and_then(|copy| copy.chunk(chunk)) else {
            return 0;
        };
        let slices = self.floor.slices();
        let mut arrived = self.floor.world.flow.slices();
        // It ends only with the step that makes them arrive, and that ends this one.
        let _ = arrived
            .wait_for(|count| slices.end(*count) >= range.end)
            .await;
        range.end - range.start
    }

    fn chunks(&self, item: usize) -> Range<usize> {
        let copy = self.item(item).and_then(|item| item.copy.as_ref());
        0..copy.map_or(0, Copy::chunks)
    }

    /// Holds what was committed against the inventory.
    fn commit(&mut self, item: usize) -> Result<(), Stop> {
        let rows = self.rows.remove(&item);
        let mut tally = self.floor.tally();
        Ok(tally.item(self.next.at, item, rows, self.floor.progress)?)
    }

    fn begin(&mut self, item: Option<usize>) {
        self.doing = item;
        let what = item.and_then(|item| self.item(item)).map(describe);
        self.show(&what.unwrap_or_default());
    }

    fn show(&self, what: &str) {
        let text = format!("{}: {what}", self.staged.plan.name);
        self.floor.progress.session(self.number, Some(&text));
    }

    fn item(&self, item: usize) -> Option<&Item> {
        self.staged.database.items.get(item)
    }

    /// Why the session ended.
    async fn ended(self) -> Trouble {
        let item = self.doing.and_then(|item| self.item(item)).map(place);
        let (database, item) = (
            self.staged.plan.name.clone(),
            item.unwrap_or_else(|| "the statistics".to_owned()),
        );
        match self.session.finish().await {
            Ok(()) => Trouble::Final(StepError::LoadEnded { database, item }),
            Err(source) => {
                let again = !server::is_passing(&source) && !source.is_unknown();
                let error = StepError::Load {
                    database,
                    item,
                    source,
                };
                if again {
                    Trouble::Task(error)
                } else {
                    Trouble::Final(error)
                }
            }
        }
    }
}

/// An item for a person.
fn describe(item: &Item) -> String {
    let tag: String = item.tag.chars().filter(|c| !c.is_control()).collect();
    format!("{} {tag}", item.kind)
}

/// The same with its place in the dump.
pub(super) fn place(item: &Item) -> String {
    format!("{} (byte {} of the dump)", describe(item), item.span.start)
}
