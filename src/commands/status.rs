//! `status`: what is there, and the next command to type.

use std::fmt::Write as _;

use bytesize::ByteSize;
use serde::Serialize;

use crate::error::Error;
use crate::restore::in_place::{self, WayBack};
use crate::restore::journal::StepName;
use crate::restore::record::Standing;
use crate::restore::safety::SafetyCopies;
use crate::restore::safety_list;

use super::Context;
use super::site::{Earlier, Seen, observe};

#[derive(Serialize)]
struct Report {
    pod: String,
    server_version: String,
    databases: Vec<DatabaseReport>,
    cronjob: Option<CronJobReport>,
    workloads: Vec<WorkloadReport>,
    lock: Option<LockReport>,
    restores: Vec<RestoreReport>,
    next: Option<String>,
}

#[derive(Serialize)]
struct DatabaseReport {
    name: String,
    bytes: u64,
    connectable: bool,
}

#[derive(Serialize)]
struct CronJobReport {
    name: String,
    schedule: String,
    suspended: bool,
    last_success: Option<String>,
}

#[derive(Serialize)]
struct WorkloadReport {
    name: String,
    replicas: i32,
    ready: i32,
    stopped_by_us_at: Option<i32>,
}

#[derive(Serialize)]
struct LockReport {
    holder: String,
    since: String,
}

#[derive(Serialize)]
struct RestoreReport {
    id: String,
    backup: String,
    begun_at: String,
    begun_by: String,
    standing: Standing,
    step: Option<StepName>,
    /// The step in words.
    #[serde(skip)]
    step_title: Option<&'static str>,
    kept: Vec<String>,
    /// Dropped by a restore in place, with nothing under their names now.
    dropped: Vec<String>,
    /// The backup of what was there before.
    safety_backup: Option<String>,
    /// The Job that works on it, or will when its next Pod starts.
    job: Option<String>,
}

pub(super) async fn run(context: &Context) -> Result<(), Error> {
    let seen = context.until_interrupted(observe(context)).await?;
    let earlier = seen.earlier().await?;
    let lock = seen
        .cluster
        .lock_holder(&format!("quetzal-db-{}", seen.release()))
        .await?;
    let lock = lock.map(|(holder, since)| LockReport { holder, since });
    let copies = safety_list::read(&seen.cluster).await?;
    let mut report = report(&seen, &earlier, &copies, lock);
    for restore in &mut report.restores {
        let jobs = seen.cluster.own_jobs(&restore.id).await?;
        restore.job = jobs.into_iter().next().map(|job| job.name);
    }
    Ok(context.ui.result(&text(&report), &report)?)
}

fn report(
    seen: &Seen,
    earlier: &[Earlier],
    copies: &SafetyCopies,
    lock: Option<LockReport>,
) -> Report {
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
        backup: e.record.plan.backup.name.clone(),
        begun_at: e.record.begun_at.clone(),
        begun_by: e.record.begun_by.clone(),
        standing: e.record.standing(),
        step: e.record.current(),
        step_title: e.record.current().map(|step| e.record.plan.title(step)),
        kept: kept
            .filter(|name| seen.live.database(name).is_some())
            .collect(),
        dropped: seen.dropped(e),
        safety_backup: copies.of(&e.record.plan.id).and_then(|c| c.name.clone()),
        job: None,
    }
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

fn text(r: &Report) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "{name:<12} {value}");
    };
    line(
        "Server",
        format!("PostgreSQL {} in {}", r.server_version, r.pod),
    );
    for d in &r.databases {
        let closed = if d.connectable {
            ""
        } else {
            ", closed to connections"
        };
        line(
            "Database",
            format!("{} ({}{closed})", d.name, ByteSize(d.bytes)),
        );
    }
    for w in &r.workloads {
        let stopped = w
            .stopped_by_us_at
            .map(|n| format!(", stopped for maintenance, {n} before"));
        line(
            "Application",
            format!(
                "{}: {} of {} ready{}",
                w.name,
                w.ready,
                w.replicas,
                stopped.unwrap_or_default()
            ),
        );
    }
    if let Some(c) = &r.cronjob {
        let suspended = if c.suspended { ", suspended" } else { "" };
        let last = c.last_success.as_deref().unwrap_or("never");
        line(
            "Backups",
            format!(
                "cronjob/{} ({}{suspended}), last success {last}",
                c.name, c.schedule
            ),
        );
    }
    if let Some(lock) = &r.lock {
        line("At work", format!("{}, since {}", lock.holder, lock.since));
    }
    for x in &r.restores {
        let at = match (x.standing, x.step_title) {
            (Standing::Interrupted | Standing::Stuck, Some(title)) => {
                format!(" at \"{title}\"")
            }
            _ => String::new(),
        };
        let kept = if x.kept.is_empty() {
            String::new()
        } else {
            format!(", kept: {}", x.kept.join(", "))
        };
        let safety = x
            .safety_backup
            .as_ref()
            .map_or_else(String::new, |name| format!(", safety copy: {name}"));
        let job = x
            .job
            .as_ref()
            .map_or_else(String::new, |name| format!(" in job/{name}"));
        let standing = match x.standing {
            Standing::Finished => "finished",
            Standing::Interrupted if r.lock.is_some() || x.job.is_some() => "under way",
            Standing::Interrupted => "interrupted",
            Standing::RolledBack => "rolled back",
            Standing::Stuck => "stuck in its rollback",
            Standing::GivenUp => "given up",
        };
        let gone = match x.dropped.as_slice() {
            [] => String::new(),
            dropped => format!(
                "; dropped, and only in the safety copy: {}, so the application stays stopped",
                dropped.join(", ")
            ),
        };
        line(
            "Restore",
            format!(
                "{} of {}, begun {} by {}: {standing}{job}{at}{kept}{safety}{gone}",
                x.id, x.backup, x.begun_at, x.begun_by
            ),
        );
    }
    if let Some(next) = &r.next {
        line("Next", next.clone());
    }
    text
}
