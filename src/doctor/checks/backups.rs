//! Whether backups come, come whole, and can be read.

use jiff::{SignedDuration, Timestamp};

use crate::doctor::check::{Check, Seen, Verdict};
use crate::doctor::facts::{Bucket, CronJob, Facts, Script};
use crate::doctor::pipeline::{self, Dump};
use crate::doctor::schedule::Schedule;

/// A Job that is late by less may just be at work, and clocks differ.
const GRACE: SignedDuration = SignedDuration::from_hours(1);

pub(super) fn script(seen: &Seen<Script>) -> Check {
    let judge = |script: &Script| match pipeline::read(&script.text) {
        Dump::Unwatched(line) => (
            Verdict::Warning,
            format!(
                "{}: nobody looks whether the dump failed:\n{line}",
                script.place
            ),
        ),
        Dump::Watched => (
            Verdict::Ok,
            format!("{}: a failed dump is noticed", script.place),
        ),
        Dump::Nowhere => (
            Verdict::Unknown,
            format!("{}: no pg_dumpall in it", script.place),
        ),
    };
    let why = "a shell looks at the last command of a pipeline: without pipefail a dump cut short is compressed well \
and uploaded as if it were whole";
    let check = seen.check("backup-script", why, judge);
    match check.verdict {
        Verdict::Warning => check.mended_by([
            "#!/bin/bash",
            "set -eo pipefail",
            "at the head of the script: not every /bin/sh knows pipefail",
        ]),
        Verdict::Unknown => check.mended_by(["kubectl quetzal-db verify latest"]),
        _ => check,
    }
}

pub(super) fn age(facts: &Facts) -> Check {
    let judge = |c: &CronJob| judge_age(c, facts.now);
    let why = "whatever was written after the last backup is lost with the volume";
    let check = facts.cronjob.check("backup-age", why, judge);
    match (check.verdict, facts.cronjob.get()) {
        (Verdict::Warning | Verdict::Failed, Some(c)) if c.suspended => check.mended_by([
            "kubectl quetzal-db status".to_owned(),
            format!(
                "kubectl patch cronjob {} -p '{{\"spec\":{{\"suspend\":false}}}}'",
                c.name
            ),
        ]),
        (Verdict::Warning | Verdict::Failed, Some(c)) => check.mended_by([
            "kubectl quetzal-db backup".to_owned(),
            format!("kubectl describe cronjob {}", c.name),
        ]),
        _ => check,
    }
}

fn judge_age(c: &CronJob, now: Timestamp) -> (Verdict, String) {
    let last = c.last_success.map_or_else(
        || "no backup yet".to_owned(),
        |at| format!("the last backup is of {at}"),
    );
    let when = match &c.time_zone {
        Some(zone) => format!("{} {zone}", c.schedule),
        None => c.schedule.clone(),
    };
    let found = |what: &str| format!("{last}, schedule {when}{what}");
    if c.suspended {
        return (Verdict::Warning, found(", suspended"));
    }
    if c.active {
        return (Verdict::Ok, found(", one is being made"));
    }
    let Some(schedule) = Schedule::parse(&c.schedule, c.time_zone.as_deref()) else {
        return (Verdict::Unknown, found(", which can't be read"));
    };
    let due_before = |at: Timestamp| schedule.last_due(at);
    let due = now.checked_sub(GRACE).ok().and_then(due_before);
    let before = due.and_then(|due| due_before(due - SignedDuration::from_secs(1)));
    let is_since = |time: Option<Timestamp>| {
        let begun = c.last_success.max(c.created);
        time.is_none_or(|time| begun.is_some_and(|begun| begun >= time))
    };
    match c.last_success {
        None if is_since(due) => (Verdict::Warning, found("")),
        _ if is_since(due) => (Verdict::Ok, found("")),
        _ if is_since(before) => (Verdict::Warning, found(": one was missed")),
        _ => (Verdict::Failed, found(": several were missed")),
    }
}

pub(super) fn bucket(facts: &Facts) -> Check {
    let judge = |b: &Bucket| match b.newest {
        Some(newest) => (
            Verdict::Ok,
            format!(
                "{} backups in {}, the newest of {newest}",
                b.backups, b.folder
            ),
        ),
        None => (Verdict::Warning, format!("no backup in {}", b.folder)),
    };
    let why = "without it no backup can be proved complete, listed or restored";
    let check = facts.bucket.check("bucket", why, judge);
    match check.verdict {
        Verdict::Ok => check,
        Verdict::Warning => check.mended_by(["kubectl quetzal-db backup"]),
        _ => check.mended_by(["kubectl quetzal-db list"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cronjob(last_success: Option<&str>) -> CronJob {
        CronJob {
            name: "c".to_owned(),
            schedule: "17 3 * * *".to_owned(),
            time_zone: None,
            suspended: false,
            active: false,
            created: Some("2026-11-01T00:00:00Z".parse().unwrap()),
            last_success: last_success.map(|t| t.parse().unwrap()),
            bucket: None,
            other_image: None,
        }
    }

    #[test]
    fn a_backup_ages_by_its_schedule() {
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let verdict = |last| judge_age(&cronjob(last), now).0;
        assert_eq!(verdict(Some("2026-11-25T03:20:00Z")), Verdict::Ok);
        assert_eq!(verdict(Some("2026-11-24T03:20:00Z")), Verdict::Warning);
        assert_eq!(verdict(Some("2026-11-23T03:20:00Z")), Verdict::Failed);
        assert_eq!(verdict(None), Verdict::Failed);
        let soon = "2026-11-25T04:10:00Z".parse().unwrap();
        let at_work = cronjob(Some("2026-11-24T03:20:00Z"));
        assert_eq!(
            judge_age(&at_work, soon).0,
            Verdict::Ok,
            "less than an hour late"
        );
    }

    #[test]
    fn what_explains_a_missing_backup_is_heard() {
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let verdict = |change: fn(&mut CronJob)| {
            let mut cronjob = cronjob(None);
            change(&mut cronjob);
            judge_age(&cronjob, now).0
        };
        let made_today = |c: &mut CronJob| c.created = "2026-11-25T11:00:00Z".parse().ok();
        assert_eq!(verdict(made_today), Verdict::Warning);
        assert_eq!(verdict(|c| c.suspended = true), Verdict::Warning);
        assert_eq!(verdict(|c| c.active = true), Verdict::Ok);
        assert_eq!(
            verdict(|c| c.schedule = "@reboot".to_owned()),
            Verdict::Unknown
        );
        assert_eq!(
            verdict(|c| c.time_zone = Some("Mars/Olympus".to_owned())),
            Verdict::Unknown
        );
    }

    #[test]
    fn a_pipe_without_pipefail_is_a_warning() {
        let text = "#!/bin/sh\nset -e\npg_dumpall | gzip >f".to_owned();
        let place = "configmap/x, backup.sh".to_owned();
        let check = script(&Seen::There(Script { place, text }));
        assert_eq!(check.verdict, Verdict::Warning);
        assert!(
            check.found.ends_with("\npg_dumpall | gzip >f"),
            "{}",
            check.found
        );
        assert!(check.mend.contains(&"set -eo pipefail".to_owned()));
    }
}
