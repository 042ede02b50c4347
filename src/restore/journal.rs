//! The line of steps, and the journal over it: a pure transition table. Intent is recorded before a step acts, the
//! outcome after it.

use jiff::Timestamp;

/// One step of a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepName {
    /// The backup CronJob suspended, its running Jobs awaited.
    SuspendBackups,
    /// A backup of the live databases begun, through the same CronJob.
    StartSafetyBackup,
    /// The stored backup into the Pod's data volume.
    Transfer,
    /// Decompressed there.
    Unpack,
    /// The backup of the live databases awaited and proved complete.
    ProveSafetyBackup,
    /// Missing roles, unable to log in.
    CreateRoles,
    /// Databases loaded beside the live ones.
    Stage,
    /// Row counts, indexes, statistics, checkpoint.
    Prove,
    /// Of a drill: the rows of every table counted again.
    Count,
    /// Of a drill: what was loaded, and roles that were made for it, dropped again.
    DropStaged,
    /// The application stopped.
    MaintenanceOn,
    /// In place only: the old databases dropped before the new ones are loaded.
    DropOld,
    /// New databases under the real names, in one transaction.
    Swap,
    /// The application started, and ready.
    MaintenanceOff,
    /// The backup CronJob as it was.
    ResumeBackups,
    /// The restore's files in the Pod removed; old databases dropped where that was asked for.
    CleanUp,
}

/// All steps of a restore, in order.
pub const LINE: [StepName; 13] = [
    StepName::SuspendBackups,
    StepName::StartSafetyBackup,
    StepName::Transfer,
    StepName::Unpack,
    StepName::ProveSafetyBackup,
    StepName::CreateRoles,
    StepName::Stage,
    StepName::Prove,
    StepName::MaintenanceOn,
    StepName::Swap,
    StepName::MaintenanceOff,
    StepName::ResumeBackups,
    StepName::CleanUp,
];

impl StepName {
    /// What the step does, as a line of progress.
    pub fn title(self) -> &'static str {
        match self {
            Self::Transfer => "Copy the backup into the Pod",
            Self::Unpack => "Decompress it there",
            Self::SuspendBackups => "Suspend the backup CronJob",
            Self::StartSafetyBackup => "Start a safety backup of the live databases",
            Self::ProveSafetyBackup => "Prove the safety backup complete",
            Self::CreateRoles => "Create missing roles",
            Self::Stage => "Load beside the live databases",
            Self::Prove => "Prove what was loaded",
            Self::Count => "Count all rows again",
            Self::DropStaged => "Drop what was loaded",
            Self::MaintenanceOn => "Stop the application",
            Self::DropOld => "Drop the old databases",
            Self::Swap => "Swap the databases",
            Self::MaintenanceOff => "Start the application",
            Self::ResumeBackups => "Resume the backup CronJob",
            Self::CleanUp => "Clean up",
        }
    }

    /// Whether the next step can begin before this one has ended: it works on what this one brings, or waits for it
    /// before it acts on the server.
    pub fn feeds(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::SuspendBackups, Self::CreateRoles)
                | (Self::CreateRoles, Self::Transfer)
                | (Self::Transfer, Self::Unpack)
                | (Self::Unpack, Self::Stage)
        )
    }

    /// What must have ended before the step acts, of the steps that it may run beside.
    pub fn waits_for(self) -> Option<Self> {
        match self {
            Self::CreateRoles => Some(Self::SuspendBackups),
            Self::Stage => Some(Self::CreateRoles),
            _ => None,
        }
    }

    /// Whether it takes memory and time of the server itself, so that a crash of that may be its doing.
    pub fn is_heavy(self) -> bool {
        matches!(self, Self::Unpack | Self::Stage | Self::Prove | Self::Count)
    }

    /// Whether Ctrl-C may stop it in the middle; drop and swap are over in a moment and decide everything.
    pub fn may_be_interrupted(self) -> bool {
        !matches!(
            self,
            Self::DropOld | Self::Swap | Self::MaintenanceOff | Self::ResumeBackups | Self::CleanUp
        )
    }
}

/// What happened to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The step is about to act.
    Started,
    /// It did all that it had to.
    Succeeded,
    /// It failed, or its outcome is unknown: `undo` must cope with both.
    Failed,
    /// Its undo is about to act.
    UndoStarted,
    /// Nothing of the step is left.
    UndoFinished,
    /// Something of the step may be left: a person has to look.
    UndoFailed,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Nothing of it was begun.
    Pending,
    /// Begun; after a crash this means: unknown.
    Running,
    /// Done.
    Done,
    /// Failed; not yet undone.
    Failed,
    /// Its undo was begun.
    Undoing,
    /// Undone.
    Undone,
    /// Its undo failed.
    Stuck,
}

/// An event that the table does not allow.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the journal allows no {event:?} for step {step:?}, which is {status:?}")]
pub struct IllegalTransition {
    step: StepName,
    status: Status,
    event: Event,
}

impl Status {
    /// The whole transition table.
    fn next(self, event: Event) -> Option<Self> {
        match (self, event) {
            (Self::Pending | Self::Running | Self::Failed, Event::Started) => Some(Self::Running),
            (Self::Running, Event::Succeeded) => Some(Self::Done),
            (Self::Running, Event::Failed) => Some(Self::Failed),
            (
                Self::Running | Self::Done | Self::Failed | Self::Undoing | Self::Stuck,
                Event::UndoStarted,
            ) => Some(Self::Undoing),
            (Self::Undoing, Event::UndoFinished) => Some(Self::Undone),
            (Self::Undoing, Event::UndoFailed) => Some(Self::Stuck),
            _ => None,
        }
    }
}

/// The steps of one restore in order, each with its status.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Journal {
    entries: Vec<(StepName, Status)>,
    /// Steps that were begun. A plugin that knew no times left none.
    #[serde(default)]
    times: Vec<(StepName, Times)>,
}

/// When a step was last begun and ended, or its undo, by the clock of whoever did it: for people only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Times {
    /// When it was begun.
    pub begun: Timestamp,
    /// When it ended, well or not.
    pub ended: Option<Timestamp>,
}

impl Journal {
    /// A journal in which nothing has begun.
    pub fn new(steps: impl IntoIterator<Item = StepName>) -> Self {
        Self {
            entries: steps
                .into_iter()
                .map(|step| (step, Status::Pending))
                .collect(),
            times: Vec::new(),
        }
    }

    /// Records an event, or says why it can't have happened.
    pub fn record(&mut self, step: StepName, event: Event) -> Result<Status, IllegalTransition> {
        for (name, status) in &mut self.entries {
            if *name == step {
                let refused = IllegalTransition {
                    step,
                    status: *status,
                    event,
                };
                *status = status.next(event).ok_or(refused)?;
                return Ok(*status);
            }
        }
        Err(IllegalTransition {
            step,
            status: Status::Pending,
            event,
        })
    }

    /// Notes when a recorded event was.
    pub fn note(&mut self, step: StepName, event: Event, at: Timestamp) {
        let known = self.times.iter_mut().find(|(name, _)| *name == step);
        let begins = matches!(event, Event::Started | Event::UndoStarted);
        match (known, begins) {
            (Some((_, times)), true) => {
                *times = Times {
                    begun: at,
                    ended: None,
                }
            }
            (Some((_, times)), false) => times.ended = Some(at),
            (None, true) => self.times.push((
                step,
                Times {
                    begun: at,
                    ended: None,
                },
            )),
            (None, false) => {}
        }
    }

    /// When a step was begun and ended; none where it was not, or nobody noted it.
    pub fn times(&self, step: StepName) -> Option<Times> {
        let mut known = self.times.iter();
        known.find(|(name, _)| *name == step).map(|(_, t)| *t)
    }

    /// The steps, in order.
    pub fn steps(&self) -> Vec<StepName> {
        self.entries.iter().map(|(step, _)| *step).collect()
    }

    /// Where a step stands; a step that is not of this journal is pending.
    pub fn status(&self, step: StepName) -> Status {
        self.entries
            .iter()
            .find(|(name, _)| *name == step)
            .map_or(Status::Pending, |(_, status)| *status)
    }

    /// The steps to undo, last first: all that were begun and are not undone.
    pub fn to_undo(&self) -> Vec<StepName> {
        let begun = |status: &Status| !matches!(status, Status::Pending | Status::Undone);
        self.entries
            .iter()
            .rev()
            .filter(|(_, status)| begun(status))
            .map(|(step, _)| *step)
            .collect()
    }

    /// Whether anything was begun.
    pub fn is_untouched(&self) -> bool {
        self.entries
            .iter()
            .all(|(_, status)| *status == Status::Pending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [Event; 6] = [
        Event::Started,
        Event::Succeeded,
        Event::Failed,
        Event::UndoStarted,
        Event::UndoFinished,
        Event::UndoFailed,
    ];

    fn after(events: &[Event]) -> Result<Status, IllegalTransition> {
        let mut journal = Journal::new([StepName::Stage]);
        let mut status = Status::Pending;
        for event in events {
            status = journal.record(StepName::Stage, *event)?;
        }
        Ok(status)
    }

    #[test]
    fn a_step_runs_and_is_undone() {
        use Event::{Failed, Started, Succeeded, UndoFailed, UndoFinished, UndoStarted};
        assert_eq!(after(&[Started, Succeeded]), Ok(Status::Done));
        assert_eq!(
            after(&[Started, Failed, UndoStarted, UndoFinished]),
            Ok(Status::Undone)
        );
        assert_eq!(
            after(&[Started, Succeeded, UndoStarted, UndoFailed]),
            Ok(Status::Stuck)
        );
        assert_eq!(
            after(&[Started, UndoStarted, UndoFailed, UndoStarted, UndoFinished]),
            Ok(Status::Undone)
        );
    }

    #[test]
    fn nothing_succeeds_that_was_not_started_and_nothing_follows_an_undo() {
        for event in [
            Event::Succeeded,
            Event::Failed,
            Event::UndoStarted,
            Event::UndoFinished,
            Event::UndoFailed,
        ] {
            assert!(after(&[event]).is_err(), "{event:?} first");
        }
        for event in EVENTS {
            let undone = [
                Event::Started,
                Event::UndoStarted,
                Event::UndoFinished,
                event,
            ];
            assert!(after(&undone).is_err(), "{event:?} after an undo");
        }
    }

    #[test]
    fn undo_goes_backwards_over_what_was_begun() {
        let mut journal = Journal::new([StepName::Transfer, StepName::Stage, StepName::Swap]);
        assert!(journal.is_untouched());
        journal.record(StepName::Transfer, Event::Started).unwrap();
        journal
            .record(StepName::Transfer, Event::Succeeded)
            .unwrap();
        journal.record(StepName::Stage, Event::Started).unwrap();
        assert_eq!(journal.to_undo(), [StepName::Stage, StepName::Transfer]);
        assert!(!journal.is_untouched());
    }
    #[test]
    fn times_are_those_of_the_last_attempt_and_need_not_be_there() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let mut journal = Journal::new([StepName::Stage]);
        journal.note(StepName::Stage, Event::Started, at(1));
        journal.note(StepName::Stage, Event::Failed, at(2));
        let text = serde_json::to_string(&journal).unwrap();
        let mut again: Journal = serde_json::from_str(&text).unwrap();
        let (begun, ended) = (at(1), Some(at(2)));
        assert_eq!(again.times(StepName::Stage), Some(Times { begun, ended }));
        again.note(StepName::Stage, Event::Started, at(5));
        let (begun, ended) = (at(5), None);
        assert_eq!(again.times(StepName::Stage), Some(Times { begun, ended }));
        let old: Journal = serde_json::from_str(r#"{"entries": [["stage", "done"]]}"#).unwrap();
        assert_eq!(old.times(StepName::Stage), None);
        assert_eq!(old.status(StepName::Stage), Status::Done);
    }
}
