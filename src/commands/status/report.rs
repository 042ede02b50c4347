//! What is there, as it is told.

use jiff::Timestamp;
use serde::Serialize;

use crate::cluster::LockHolder;
use crate::commands::site::{Earlier, Seen};
use crate::restore::drill::Purpose;
use crate::restore::evidence::Drilled;
use crate::restore::in_place::{self, WayBack};
use crate::restore::journal::{Status, StepName};
use crate::restore::record::Standing;
use crate::restore::safety::SafetyCopies;

use super::backups::BackupsReport;

#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) pod: String,
    pub(super) server_version: String,
    pub(super) databases: Vec<DatabaseReport>,
    pub(super) cronjob: Option<CronJobReport>,
    pub(super) backups: BackupsReport,
    pub(super) workloads: Vec<WorkloadReport>,
    pub(super) lock: Option<LockReport>,
    pub(super) restores: Vec<RestoreReport>,
    /// The last drill of this release.
    pub(super) last_drill: Option<Drilled>,
    pub(super) next: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct DatabaseReport {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) connectable: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct CronJobReport {
    pub(super) name: String,
    pub(super) schedule: String,
    pub(super) suspended: bool,
    pub(super) last_success: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct WorkloadReport {
    pub(super) name: String,
    pub(super) replicas: i32,
    pub(super) ready: i32,
    pub(super) stopped_by_us_at: Option<i32>,
}

#[derive(Debug, Serialize)]
pub(super) struct LockReport {
    pub(super) holder: String,
    pub(super) since: String,
}

#[derive(Debug, Serialize)]
pub(super) struct RestoreReport {
    pub(super) id: String,
    /// A restore or a drill.
    pub(super) purpose: Purpose,
    pub(super) backup: String,
    pub(super) begun_at: String,
    pub(super) begun_by: String,
    pub(super) standing: Standing,
    pub(super) step: Option<StepName>,
    /// The step in words.
    #[serde(skip)]
    pub(super) step_title: Option<&'static str>,
    pub(super) steps: Vec<StepReport>,
    pub(super) kept: Vec<String>,
    /// Dropped by a restore in place, with nothing under their names now.
    pub(super) dropped: Vec<String>,
    /// The backup of what was there before.
    pub(super) safety_backup: Option<String>,
    /// The Job that works on it, or will when its next Pod starts.
    pub(super) job: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct StepReport {
    pub(super) step: StepName,
    /// The step in words.
    #[serde(skip)]
    pub(super) title: &'static str,
    pub(super) status: Status,
    /// When it was last begun, by the clock of whoever did.
    pub(super) begun: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
}

/// Puts together what was seen.
pub(super) fn report(
    seen: &Seen,
    earlier: &[Earlier],
    copies: &SafetyCopies,
    holder: Option<&LockHolder>,
    backups: BackupsReport,
) -> Report {
    let lock = holder.map(|h| LockReport {
        holder: h.who.clone(),
        since: h.since.clone(),
    });
    let databases = seen.live.databases.iter().filter(|d| d.name != "template0");
    let next = next(seen, earlier, copies, lock.as_ref());
    Report {
        pod: seen.database.container.to_string(),
        server_version: seen.live.version.clone(),
        databases: databases
            .map(|d| DatabaseReport {
                name: d.name.clone(),
                bytes: d.size,
                connectable: d.connectable,
            })
            .collect(),
        cronjob: seen.cronjob.as_ref().map(|c| CronJobReport {
            name: c.name.clone(),
            schedule: c.schedule.clone(),
            suspended: c.suspended,
            last_success: c.last_success.map(|t| t.to_string()),
        }),
        backups,
        workloads: seen
            .workloads
            .iter()
            .map(|w| WorkloadReport {
                name: w.to_string(),
                replicas: w.replicas,
                ready: w.ready,
                stopped_by_us_at: w.remembered,
            })
            .collect(),
        lock,
        restores: earlier.iter().map(|e| restore(seen, copies, e)).collect(),
        last_drill: None,
        next,
    }
}

fn restore(seen: &Seen, copies: &SafetyCopies, e: &Earlier) -> RestoreReport {
    let kept = e
        .record
        .plan
        .databases
        .iter()
        .filter_map(|d| d.kept.clone());
    RestoreReport {
        id: e.record.plan.id.to_string(),
        purpose: e.record.plan.purpose,
        backup: e.record.plan.backup.name.clone(),
        begun_at: e.record.begun_at.clone(),
        begun_by: e.record.begun_by.clone(),
        standing: e.record.standing(),
        step: e.record.current(),
        step_title: e.record.current().map(|step| e.record.plan.title(step)),
        steps: steps(e),
        kept: kept
            .filter(|name| seen.live.database(name).is_some())
            .collect(),
        dropped: seen.dropped(e),
        safety_backup: copies.of(&e.record.plan.id).and_then(|c| c.name.clone()),
        job: None,
    }
}

impl RestoreReport {
    /// Whether nothing more is to come of it.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.standing, Standing::Finished | Standing::RolledBack)
    }
}

fn steps(e: &Earlier) -> Vec<StepReport> {
    let journal = &e.record.journal;
    let step = |step: StepName| {
        let times = journal.times(step);
        StepReport {
            step,
            title: e.record.plan.title(step),
            status: journal.status(step),
            begun: times.map(|t| t.begun),
            ended: times.and_then(|t| t.ended),
        }
    };
    journal.steps().into_iter().map(step).collect()
}

fn next(
    seen: &Seen,
    earlier: &[Earlier],
    copies: &SafetyCopies,
    lock: Option<&LockReport>,
) -> Option<String> {
    let any = |standing: Standing| earlier.iter().any(|e| e.record.standing() == standing);
    let lost = earlier.iter().find(|e| !seen.lost(e).is_empty());
    let back = lost.map(|e| {
        let safety = copies.of(&e.record.plan.id).and_then(|c| c.name.clone());
        WayBack::new(&e.record.plan, safety).from_nothing()
    });
    let command = if any(Standing::Stuck) {
        "kubectl quetzal-db rollback"
    } else if any(Standing::Interrupted) {
        "kubectl quetzal-db resume, or kubectl quetzal-db rollback"
    } else if let Some(command) = &back {
        command
    } else if seen.workloads.iter().any(|w| w.remembered.is_some()) {
        "kubectl quetzal-db maintenance off"
    } else if any(Standing::GivenUp) {
        "kubectl quetzal-db cleanup"
    } else if any(Standing::Finished) {
        if earlier.iter().any(|e| in_place::may_be_gone(&e.record)) {
            "kubectl quetzal-db cleanup"
        } else {
            "kubectl quetzal-db cleanup, or kubectl quetzal-db rollback"
        }
    } else {
        return None;
    };
    Some(match lock {
        Some(_) => format!("wait; if nobody is at work any more: {command}"),
        None => command.to_owned(),
    })
}
