//! What is another than it was, a line each: for a file or a pipe. Pure.

use crate::restore::journal::Status;

use super::report::{Report, RestoreReport};

/// What `after` says and `before` did not.
pub(super) fn changes(before: &Report, after: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    let lock = |r: &Report| r.lock.as_ref().map(|l| l.holder.clone());
    if lock(before) != lock(after) {
        lines.push(match lock(after) {
            Some(holder) => format!("at work: {holder}"),
            None => "nobody is at work".to_owned(),
        });
    }
    for w in &after.workloads {
        let was = before.workloads.iter().find(|b| b.name == w.name);
        if was.is_none_or(|b| (b.ready, b.replicas) != (w.ready, w.replicas)) {
            lines.push(format!("{}: {} of {} ready", w.name, w.ready, w.replicas));
        }
    }
    lines.extend(cronjob(before, after));
    for restore in &after.restores {
        let was = before.restores.iter().find(|b| b.id == restore.id);
        lines.extend(steps(was, restore));
    }
    let ended = |r: &&RestoreReport| after.restores.iter().all(|a| a.id != r.id);
    for gone in before.restores.iter().filter(ended) {
        lines.push(format!("restore {}: its record is gone", gone.id));
    }
    let names = |r: &Report| {
        r.databases
            .iter()
            .map(|d| d.name.clone())
            .collect::<Vec<_>>()
    };
    let (old, new) = (names(before), names(after));
    lines.extend(
        new.iter()
            .filter(|n| !old.contains(n))
            .map(|n| format!("database {n}: there")),
    );
    lines.extend(
        old.iter()
            .filter(|n| !new.contains(n))
            .map(|n| format!("database {n}: gone")),
    );
    lines
}

fn cronjob(before: &Report, after: &Report) -> Option<String> {
    let now = after.cronjob.as_ref()?;
    let told = match before.cronjob.as_ref() {
        Some(was) if was.suspended == now.suspended && was.last_success == now.last_success => {
            return None;
        }
        Some(was) if was.suspended != now.suspended && now.suspended => "suspended".to_owned(),
        Some(was) if was.suspended != now.suspended => "no longer suspended".to_owned(),
        _ => format!(
            "last success {}",
            now.last_success.as_deref().unwrap_or("never")
        ),
    };
    Some(format!("cronjob/{}: {told}", now.name))
}

fn steps(before: Option<&RestoreReport>, after: &RestoreReport) -> Vec<String> {
    let was = |index: usize| before.and_then(|b| b.steps.get(index)).map(|s| s.status);
    let changed = after
        .steps
        .iter()
        .enumerate()
        .filter(|(index, step)| was(*index).unwrap_or(Status::Pending) != step.status);
    let line = |title: &str, status| format!("restore {}: {title}: {}", after.id, word(status));
    changed
        .map(|(_, step)| line(step.title, step.status))
        .collect()
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Pending => "not begun",
        Status::Running => "begun",
        Status::Done => "done",
        Status::Failed => "failed",
        Status::Undoing => "is taken back",
        Status::Undone => "taken back",
        Status::Stuck => "can't be taken back",
    }
}
