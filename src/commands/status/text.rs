//! What is there, as text for people. Pure.

use std::fmt::Write as _;

use bytesize::ByteSize;
use jiff::Timestamp;

use crate::restore::evidence::Verdict;
use crate::restore::journal::Status;
use crate::restore::record::Standing;
use crate::ui::inks::Inks;
use crate::ui::{printable, render};

use super::backups::{BackupsReport, SeenBy};
use super::report::{Report, RestoreReport, StepReport};

/// Columns of the names on the left.
const LEFT: usize = 13;
/// The longest bar, and the shortest that says anything.
const BAR: usize = 16;
const SHORTEST_BAR: usize = 4;

/// Lines with a name on the left.
struct Lines {
    text: String,
    inks: Inks,
}

impl Lines {
    fn line(&mut self, name: &str, value: &str) {
        let name = self.inks.strong(&format!("{name:<12}"));
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{name} {value}");
    }

    fn below(&mut self, value: &str) {
        let _ = writeln!(self.text, "{:LEFT$}{value}", "");
    }
}

/// All of it. `width` is that of the terminal, where it is one.
pub(super) fn text(r: &Report, inks: Inks, width: Option<usize>, now: Timestamp) -> String {
    let mut lines = Lines {
        text: String::new(),
        inks,
    };
    server(&mut lines, r);
    application(&mut lines, r);
    backups(&mut lines, r, width, now);
    if let Some(drill) = &r.last_drill {
        let inks = lines.inks;
        let verdict = match drill.verdict {
            Verdict::Passed => inks.good("passed"),
            Verdict::Failed => inks.bad("failed"),
        };
        let (age, backup) = (render::age(drill.ended_at, now), printable(&drill.backup));
        lines.line("Last drill", &format!("{age} ago of {backup}, {verdict}"));
    }
    if let Some(lock) = &r.lock {
        lines.line("At work", &format!("{}, since {}", lock.holder, lock.since));
    }
    for x in &r.restores {
        restore(&mut lines, x, r.lock.is_some(), now);
    }
    if let Some(next) = &r.next {
        lines.line("Next", next);
    }
    lines.text
}

fn server(lines: &mut Lines, r: &Report) {
    let version = &r.server_version;
    lines.line("Server", &format!("PostgreSQL {version} in {}", r.pod));
    for d in &r.databases {
        let closed = if d.connectable {
            ""
        } else {
            ", closed to connections"
        };
        let told = format!("{} ({}{closed})", printable(&d.name), ByteSize(d.bytes));
        lines.line("Database", &told);
    }
}

fn application(lines: &mut Lines, r: &Report) {
    for w in &r.workloads {
        let stopped = w
            .stopped_by_us_at
            .map(|n| format!(", stopped for maintenance, {n} before"));
        let ready = format!("{} of {} ready", w.ready, w.replicas);
        let ready = if stopped.is_some() || w.ready < w.replicas {
            lines.inks.caution(&ready)
        } else {
            lines.inks.good(&ready)
        };
        let told = format!("{}: {ready}{}", w.name, stopped.unwrap_or_default());
        lines.line("Application", &told);
    }
}

fn backups(lines: &mut Lines, r: &Report, width: Option<usize>, now: Timestamp) {
    if let Some(c) = &r.cronjob {
        let suspended = if c.suspended { ", suspended" } else { "" };
        let last = c.last_success.as_deref().unwrap_or("never");
        let told = format!(
            "cronjob/{} ({}{suspended}), last success {last}",
            c.name, c.schedule
        );
        lines.line("Backups", &told);
    }
    for line in timeline(&r.backups, width, now) {
        lines.below(&line);
    }
    let note = match (r.backups.seen_by, &r.backups.folder) {
        (SeenBy::List, Some(folder)) => format!("as list last saw {folder} from here"),
        (SeenBy::Nobody, Some(folder)) => {
            format!("{folder} was not seen from here yet: kubectl quetzal-db list")
        }
        _ => return,
    };
    let note = lines.inks.faint(&note);
    lines.below(&note);
}

/// A line a backup: age, size, a bar for the size, name.
fn timeline(backups: &BackupsReport, width: Option<usize>, now: Timestamp) -> Vec<String> {
    let shown = &backups.newest;
    let largest = shown.iter().map(|b| b.object.size).max().unwrap_or(0);
    let longest = shown.iter().map(|b| b.object.name.chars().count()).max();
    // Age, size, and two blanks behind each.
    let fixed = LEFT + 4 + 2 + 10 + 2 + 2 + longest.unwrap_or(0);
    let room = width.map_or(BAR, |width| width.saturating_sub(fixed).min(BAR));
    let line = |b: &render::ListedBackup| {
        let age = render::age(b.object.created, now);
        let size = ByteSize(b.object.size).to_string();
        let bar = if room < SHORTEST_BAR {
            String::new()
        } else {
            format!("{:<room$}  ", bar(b.object.size, largest, room))
        };
        let note = if b.safety_copy.is_some() {
            "  safety copy"
        } else {
            ""
        };
        format!(
            "{age:>4}  {size:>10}  {bar}{}{note}",
            printable(&b.object.name)
        )
    };
    shown.iter().map(line).collect()
}

/// At least one mark: nothing at all is worth a look.
fn bar(size: u64, largest: u64, room: usize) -> String {
    let part = u128::from(size) * room as u128 / u128::from(largest.max(1));
    "▇".repeat(usize::try_from(part).unwrap_or(room).clamp(1, room))
}

fn restore(lines: &mut Lines, x: &RestoreReport, at_work: bool, now: Timestamp) {
    let inks = lines.inks;
    let at = match (x.standing, x.step_title) {
        (Standing::Interrupted | Standing::Stuck, Some(title)) => format!(" at \"{title}\""),
        _ => String::new(),
    };
    let standing = match x.standing {
        Standing::Finished => inks.good("finished"),
        Standing::Interrupted if at_work || x.job.is_some() => inks.strong("under way"),
        Standing::Interrupted => inks.bad("interrupted"),
        Standing::RolledBack => inks.caution("rolled back"),
        Standing::Stuck if at_work => inks.caution("going back"),
        Standing::Stuck => inks.bad("stuck in its rollback"),
        Standing::GivenUp => inks.bad("given up"),
    };
    let job = x.job.as_ref();
    let job = job.map_or_else(String::new, |name| format!(" in job/{name}"));
    let head = format!("{} of {}: {standing}{job}{at}", x.id, printable(&x.backup));
    lines.line(x.purpose.title(), &head);
    lines.below(&format!("begun {} by {}", x.begun_at, x.begun_by));
    if !x.kept.is_empty() {
        lines.below(&format!("kept: {}", x.kept.join(", ")));
    }
    if let Some(name) = &x.safety_backup {
        lines.below(&format!("safety copy: {}", printable(name)));
    }
    if !x.dropped.is_empty() {
        lines.below(&format!(
            "dropped, and only in the safety copy: {}, so the application stays stopped",
            x.dropped.join(", ")
        ));
    }
    for step in x.steps.iter().filter(|_| !x.is_over()) {
        lines.below(&step_line(step, inks, now));
    }
}

fn step_line(step: &StepReport, inks: Inks, now: Timestamp) -> String {
    let mark = match step.status {
        Status::Done => inks.good("✔"),
        Status::Running => inks.strong("▸"),
        Status::Undoing => inks.caution("◂"),
        Status::Failed | Status::Stuck => inks.bad("✘"),
        Status::Undone => inks.faint("↶"),
        Status::Pending => return inks.faint(&format!("· {}", step.title)),
    };
    let Some(begun) = step.begun else {
        return format!("{mark} {}", step.title);
    };
    let clock = begun.strftime("%H:%M:%SZ");
    let took = match step.ended {
        Some(ended) => seconds(begun, ended),
        None => format!("{} so far", seconds(begun, now)),
    };
    format!("{mark} {:<44} {clock}  {took}", step.title)
}

fn seconds(begun: Timestamp, ended: Timestamp) -> String {
    let seconds = (ended.as_second() - begun.as_second()).max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::journal::StepName;
    use crate::storage::Object;

    const NOW: &str = "2026-11-25T12:00:00Z";
    const PLAIN: Inks = Inks::without();

    fn backup(name: &str, size: u64, created: &str) -> render::ListedBackup {
        render::ListedBackup {
            object: Object {
                name: name.to_owned(),
                url: String::new(),
                size,
                created: created.parse().unwrap(),
            },
            safety_copy: name.contains("safe").then(|| "1ead8dbe".parse().unwrap()),
            drill: None,
        }
    }

    #[test]
    fn a_backup_that_shrank_is_seen_at_once() {
        let report = BackupsReport {
            folder: None,
            seen_by: SeenBy::Bucket,
            count: 3,
            newest: vec![
                backup("new.gz", 1, "2026-11-25T11:00:00Z"),
                backup("safe.gz", 512 << 20, "2026-11-24T11:00:00Z"),
                backup("old.gz", 1 << 30, "2026-11-01T11:00:00Z"),
            ],
        };
        let now = NOW.parse().unwrap();
        let wide = [
            " 60m         1 B  ▇                 new.gz",
            " 25h   512.0 MiB  ▇▇▇▇▇▇▇▇          safe.gz  safety copy",
            " 24d     1.0 GiB  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇  old.gz",
        ];
        assert_eq!(timeline(&report, None, now), wide);
        assert_eq!(timeline(&report, Some(200), now), wide);
        let narrow = timeline(&report, Some(46), now);
        assert_eq!(narrow[2], " 24d     1.0 GiB  ▇▇▇▇▇▇  old.gz");
        assert!(
            narrow
                .iter()
                .all(|line| LEFT + line.chars().count() <= 46 + "  safety copy".len())
        );
        assert_eq!(
            timeline(&report, Some(40), now)[2],
            " 24d     1.0 GiB  old.gz"
        );
    }

    #[test]
    fn a_step_tells_when_and_how_long() {
        let step = |status, begun: Option<&str>, ended: Option<&str>| StepReport {
            step: StepName::Swap,
            title: "Swap the databases",
            status,
            begun: begun.map(|t| t.parse().unwrap()),
            ended: ended.map(|t| t.parse().unwrap()),
        };
        let line = |step: &StepReport| step_line(step, PLAIN, NOW.parse().unwrap());
        let begun = Some("2026-11-25T11:58:30Z");
        let title = "Swap the databases                          ";
        let done = step(Status::Done, begun, Some("2026-11-25T11:58:42Z"));
        assert_eq!(line(&done), format!("✔ {title} 11:58:30Z  12 s"));
        let running = step(Status::Running, begun, None);
        assert_eq!(
            line(&running),
            format!("▸ {title} 11:58:30Z  1 min 30 s so far")
        );
        assert_eq!(
            line(&step(Status::Done, None, None)),
            "✔ Swap the databases"
        );
        assert_eq!(
            line(&step(Status::Pending, None, None)),
            "· Swap the databases"
        );
    }
}
