//! When there is nothing more to watch: the restore that was followed ended, or nobody is at it any more. Pure.

use std::time::Duration;

use crate::cluster::lock::SILENCE;
use crate::postgres::RestoreId;
use crate::restore::drill::Purpose;
use crate::restore::evidence::{Drilled, Verdict};
use crate::restore::journal::{Status, StepName};
use crate::restore::plan::OldDatabases;
use crate::restore::record::{Record, Standing};

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// Well.
    Finished(RestoreId),
    /// It was going back when it was first seen, and went.
    WentBack(RestoreId),
    /// It failed and was rolled back.
    RolledBack(RestoreId),
    /// Nobody is at it.
    Left(RestoreId),
    /// Its record is gone, and nothing says which way it went.
    Unseen(RestoreId),
}

impl End {
    /// A drill that was over between two looks is remembered.
    pub(super) fn told_by(self, drill: Option<&Drilled>) -> Self {
        match (self, drill) {
            (Self::Unseen(id), Some(drill)) if drill.drill == id => match drill.verdict {
                Verdict::Passed => Self::Finished(id),
                Verdict::Failed => Self::RolledBack(id),
            },
            (end, _) => end,
        }
    }
}

/// A restore, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    id: RestoreId,
    standing: Standing,
    /// Whether its record goes when it ends well.
    goes: bool,
    way: Way,
    /// A Job works on it, or will when its next Pod starts.
    has_job: bool,
}

/// Which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// To the swap.
    On,
    /// The new databases are in place.
    Through,
    /// Back to the old ones.
    Back,
}

impl Seen {
    /// What its record and its Job say of it.
    pub(super) fn new(record: &Record, job: Option<&str>) -> Self {
        let journal = &record.journal;
        let undone = |s: &StepName| matches!(journal.status(*s), Status::Undoing | Status::Undone);
        Self {
            id: record.plan.id.clone(),
            standing: record.standing(),
            goes: record.plan.old == OldDatabases::Drop || record.plan.purpose == Purpose::Drill,
            way: if journal.steps().iter().any(undone) {
                Way::Back
            } else if [StepName::Swap, StepName::DropStaged]
                .iter()
                .any(|step| journal.status(*step) == Status::Done)
            {
                // Of a drill, what comes last and may fail.
                Way::Through
            } else {
                Way::On
            },
            has_job: job.is_some(),
        }
    }
}

/// The restore that is followed.
#[derive(Debug, Default)]
pub(super) struct Follow {
    followed: Option<Followed>,
    /// The holder's last sign of life, and when it came.
    beat: Option<(String, Duration)>,
}

#[derive(Debug)]
struct Followed {
    last: Seen,
    /// How it stood when it was first seen.
    first: Standing,
    /// Looks in a row at which nobody held the lock.
    alone: u32,
}

/// A lock is given back a moment before or after other things happen: nobody must be there twice.
const ALONE: u32 = 2;

impl Follow {
    /// Takes a look, `at` after the first. A restore is followed from when somebody is at it.
    pub(super) fn look(
        &mut self,
        restores: &[Seen],
        beat: Option<&str>,
        at: Duration,
    ) -> Option<End> {
        let silent = self.is_silent(beat, at);
        let Some(followed) = &mut self.followed else {
            let open = |r: &&Seen| matches!(r.standing, Standing::Interrupted | Standing::Stuck);
            let somebody = beat.is_some() && !silent;
            let restore = restores.iter().find(open);
            let restore = restore.filter(|r| somebody || r.has_job)?;
            self.followed = Some(Followed {
                last: restore.clone(),
                first: restore.standing,
                alone: 0,
            });
            return None;
        };
        let id = followed.last.id.clone();
        let Some(restore) = restores.iter().find(|r| r.id == id) else {
            return Some(followed.gone(id));
        };
        followed.last = restore.clone();
        match restore.standing {
            Standing::Finished => Some(End::Finished(id)),
            Standing::RolledBack => Some(followed.back(id)),
            _ if restore.has_job => {
                followed.alone = 0;
                None
            }
            Standing::GivenUp if beat.is_none() => Some(End::Left(id)),
            _ if silent => Some(End::Left(id)),
            _ => {
                followed.alone = beat.map_or(followed.alone + 1, |_| 0);
                (followed.alone >= ALONE).then_some(End::Left(id))
            }
        }
    }

    fn is_silent(&mut self, beat: Option<&str>, at: Duration) -> bool {
        match (&self.beat, beat) {
            (Some((known, since)), Some(beat)) if known == beat => {
                at.saturating_sub(*since) >= SILENCE
            }
            (_, beat) => {
                self.beat = beat.map(|beat| (beat.to_owned(), at));
                false
            }
        }
    }
}

impl Followed {
    fn back(&self, id: RestoreId) -> End {
        match self.first {
            Standing::Stuck => End::WentBack(id),
            _ => End::RolledBack(id),
        }
    }

    /// The record goes when nothing is left that it would be needed for.
    fn gone(&self, id: RestoreId) -> End {
        match self.last.way {
            Way::Back => self.back(id),
            _ if !self.last.goes => self.back(id),
            Way::Through => End::Finished(id),
            Way::On => End::Unseen(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALIVE: Option<&str> = Some("1");

    fn restore(standing: Standing) -> Seen {
        Seen {
            id: "1ead8dbe".parse().unwrap(),
            standing,
            goes: false,
            way: Way::On,
            has_job: false,
        }
    }

    /// What comes of looks that are a second apart: what is seen, and who is alive.
    fn after(looks: &[(Option<Seen>, Option<&str>)]) -> Option<End> {
        let mut follow = Follow::default();
        let mut ends = looks.iter().zip(0..).map(|((restore, beat), second)| {
            follow.look(restore.as_slice(), *beat, Duration::from_secs(second))
        });
        ends.find_map(|end| end)
    }

    fn id() -> RestoreId {
        "1ead8dbe".parse().unwrap()
    }

    #[test]
    fn the_end_is_that_of_the_restore_that_was_under_way() {
        let open = || (Some(restore(Standing::Interrupted)), ALIVE);
        let then = |standing| after(&[open(), (Some(restore(standing)), ALIVE)]);
        assert_eq!(then(Standing::Interrupted), None);
        assert_eq!(then(Standing::Finished), Some(End::Finished(id())));
        assert_eq!(then(Standing::RolledBack), Some(End::RolledBack(id())));
        let finished_before = (Some(restore(Standing::Finished)), None);
        assert_eq!(after(&[finished_before.clone(), finished_before]), None);
    }

    #[test]
    fn one_that_nobody_is_at_is_left() {
        let look = |beat| (Some(restore(Standing::Interrupted)), beat);
        let nobody = || look(None);
        assert_eq!(after(&[look(ALIVE), nobody()]), None, "it may just be over");
        let left = Some(End::Left(id()));
        assert_eq!(after(&[look(ALIVE), nobody(), nobody()]), left);
        assert_eq!(
            after(&[nobody(), nobody(), nobody()]),
            None,
            "never followed"
        );
        let mut looks = vec![look(ALIVE); 15];
        assert_eq!(after(&looks), None);
        looks.push(look(ALIVE));
        assert_eq!(after(&looks), left, "silent for 15 s");
        looks.insert(10, look(Some("2")));
        assert_eq!(after(&looks), None);
    }

    #[test]
    fn a_job_goes_on_when_its_pod_is_lost() {
        let mut job = restore(Standing::Interrupted);
        job.has_job = true;
        let look = |beat| (Some(job.clone()), beat);
        let mut looks = vec![look(None); 3];
        looks.extend(vec![look(ALIVE); 20]);
        assert_eq!(after(&looks), None);
        looks.push((Some(restore(Standing::Finished)), None));
        assert_eq!(after(&looks), Some(End::Finished(id())));
    }

    #[test]
    fn a_record_that_is_gone_says_the_way_it_went() {
        let gone = |change: fn(&mut Seen)| {
            let mut last = restore(Standing::Interrupted);
            change(&mut last);
            after(&[(Some(last), ALIVE), (None, ALIVE)])
        };
        assert_eq!(gone(|_| {}), Some(End::RolledBack(id())));
        assert_eq!(gone(|r| r.goes = true), Some(End::Unseen(id())));
        let swapped = |r: &mut Seen| (r.goes, r.way) = (true, Way::Through);
        assert_eq!(gone(swapped), Some(End::Finished(id())));
        let back = |r: &mut Seen| (r.goes, r.way) = (true, Way::Back);
        assert_eq!(gone(back), Some(End::RolledBack(id())));
        let asked_for = |r: &mut Seen| r.standing = Standing::Stuck;
        assert_eq!(gone(asked_for), Some(End::WentBack(id())));
    }
}
