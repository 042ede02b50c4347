//! Results as text for people. Pure: values in, text out.

use std::fmt::Write as _;

use bytesize::ByteSize;
use comfy_table::{Cell, CellAlignment, Table, presets};

use crate::postgres::RestoreId;
use crate::restore::Plan;
use crate::restore::drill::Purpose;
use crate::restore::evidence::{Drilled, Verdict};
use crate::restore::facts::RunnerState;
use crate::restore::plan::{DatabasePlan, Place};
use crate::restore::sessions::Sessions;
use crate::restore::space::Space;
use crate::storage::{Object, Verified};

use super::{Ui, printable};

/// kubectl's look: no lines, capital headings, columns apart by spaces.
fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(headings.iter().map(Cell::new));
    for column in table.column_iter_mut() {
        column.set_padding((0, 3));
    }
    table
}

fn number(value: impl std::fmt::Display) -> Cell {
    Cell::new(value).set_alignment(CellAlignment::Right)
}

fn print(table: &Table) -> String {
    let lines = table.lines().map(|l| format!("{}\n", l.trim_end()));
    lines.collect()
}

/// A backup of the bucket, as `list` shows it.
#[derive(Debug, serde::Serialize)]
pub struct ListedBackup {
    /// What the bucket says.
    #[serde(flatten)]
    pub object: Object,
    /// The restore that made it of what it was about to replace.
    pub safety_copy: Option<RestoreId>,
    /// The last drill of it.
    pub drill: Option<DrillNote>,
}

/// What is told of a backup's last drill.
#[derive(Debug, serde::Serialize)]
pub struct DrillNote {
    /// What came of it.
    pub verdict: Verdict,
    /// When it was over.
    pub time: jiff::Timestamp,
}

impl From<&Drilled> for DrillNote {
    fn from(drilled: &Drilled) -> Self {
        Self {
            verdict: drilled.verdict,
            time: drilled.ended_at,
        }
    }
}

impl DrillNote {
    /// `3d ago`; a failure is named.
    fn text(&self, now: jiff::Timestamp) -> String {
        let age = age(self.time, now);
        match self.verdict {
            Verdict::Passed => format!("{age} ago"),
            Verdict::Failed => format!("failed {age} ago"),
        }
    }
}

/// The list of backups.
pub fn backups(backups: &[ListedBackup], now: jiff::Timestamp) -> String {
    if backups.is_empty() {
        return String::new();
    }
    let mut t = table(&["NAME", "TIME", "SIZE", "AGE", "DRILLED", "NOTE"]);
    for backup in backups {
        let o = &backup.object;
        let note = backup
            .safety_copy
            .as_ref()
            .map(|restore| format!("safety copy, from before restore {restore}"));
        let time = o.created.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        t.add_row([
            Cell::new(printable(&o.name)),
            Cell::new(time),
            number(ByteSize(o.size)),
            number(age(o.created, now)),
            Cell::new(
                backup
                    .drill
                    .as_ref()
                    .map(|d| d.text(now))
                    .unwrap_or_default(),
            ),
            Cell::new(note.unwrap_or_default()),
        ]);
    }
    print(&t)
}

/// As kubectl shows ages: the largest unit, two where it is small.
pub fn age(then: jiff::Timestamp, now: jiff::Timestamp) -> String {
    let seconds = (now.as_second() - then.as_second()).max(0);
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7200 => format!("{}m", seconds / 60),
        7200..172_800 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// What a proved backup holds.
pub fn verified(name: &str, v: &Verified) -> String {
    let i = &v.inventory;
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{name} is a complete cluster dump of PostgreSQL {}",
        i.server_version
    );
    let _ = writeln!(
        text,
        "{} stored ({:?}), {} of text, SHA-256 {}",
        ByteSize(v.stored_bytes),
        v.compression,
        ByteSize(i.bytes),
        v.sha256
    );
    let roles: Vec<_> = i.globals.roles.iter().map(|r| r.name.as_str()).collect();
    let _ = writeln!(text, "roles: {}", printable(&roles.join(", ")));
    let extensions = i.extensions();
    if !extensions.is_empty() {
        let _ = writeln!(text, "extensions: {}", printable(&extensions.join(", ")));
    }
    text.push('\n');
    let mut t = table(&["DATABASE", "TABLE", "ROWS", "SIZE"]);
    for d in &i.databases {
        t.add_row([
            Cell::new(printable(&d.name)),
            Cell::new(""),
            number(""),
            number(""),
        ]);
        for copy in d.items.iter().filter_map(|item| item.copy.as_ref()) {
            let bytes = ByteSize(copy.bytes());
            t.add_row([
                Cell::new(""),
                Cell::new(printable(&copy.target)),
                number(copy.rows),
                number(bytes),
            ]);
        }
    }
    text + &print(&t)
}

/// What becomes of the live database; of a drill, what becomes of the one that was loaded.
fn becomes(purpose: Purpose, d: &DatabasePlan) -> &str {
    match (&d.kept, d.live_bytes) {
        _ if purpose == Purpose::Drill => "dropped",
        (Some(kept), _) => kept,
        (None, Some(_)) => "(dropped before the load)",
        (None, None) => "(there is none)",
    }
}

/// The data volume as a sum: what there is, what is taken, what is over.
pub fn space(s: &Space, place: Place) -> String {
    let mut text = String::new();
    let mut line = |sign: &str, bytes: u64, what: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "             {sign} {:>10}  {what}",
            ByteSize(bytes).to_string()
        );
    };
    line(" ", s.free, "free on the data volume");
    line("-", s.stored, "the backup as it is stored");
    line("-", s.text, "its text");
    let freed = match place {
        Place::Beside => 0,
        Place::InPlace => s.old,
    };
    if freed > 0 {
        line("+", freed, "the old databases, dropped");
    }
    line("-", s.databases, "the new databases, estimated");
    if s.wal > 0 {
        line("-", s.wal, "write-ahead log of the load");
    }
    line("-", s.reserve, "kept free");
    let (missing, left) = (
        s.missing(place),
        (s.free + freed).saturating_sub(s.needed()),
    );
    if missing > 0 {
        line("=", missing, "missing");
    } else {
        line("=", left, "to spare");
    }
    if let Some(log) = &s.log {
        let sum = format!(
            "{} free on the log's own volume, {} needed",
            ByteSize(log.free),
            ByteSize(log.wal + log.reserve)
        );
        let _ = writeln!(text, "               {sum}");
    }
    text.replacen("    ", "Disk", 1)
}

/// What, where and on what.
fn head(p: &Plan) -> [(&'static str, String); 5] {
    let id = match p.purpose {
        Purpose::Restore => "Restore id",
        Purpose::Drill => "Drill id",
    };
    let backup = format!(
        "{} ({}, PostgreSQL {})",
        p.backup.name,
        ByteSize(p.backup.stored_bytes),
        p.dump_version
    );
    let target = &p.target;
    let into = format!(
        "{} in namespace {} of {}",
        target.pod, target.namespace, target.context
    );
    [
        (p.purpose.title(), backup),
        ("Into", into),
        ("Release", target.release.clone()),
        ("Server", format!("PostgreSQL {}", p.server_version)),
        (id, p.id.to_string()),
    ]
}

fn databases(p: &Plan) -> String {
    let end = match p.purpose {
        Purpose::Restore => "THE OLD ONE BECOMES",
        Purpose::Drill => "AND THEN",
    };
    let mut t = table(&["DATABASE", "TABLES", "ROWS", "DATA", "LOADED AS", end]);
    for d in &p.databases {
        t.add_row([
            Cell::new(printable(&d.name)),
            number(d.tables),
            number(d.rows),
            number(ByteSize(d.bytes)),
            Cell::new(printable(&d.staged)),
            Cell::new(printable(becomes(p.purpose, d))),
        ]);
    }
    print(&t)
}

fn roles(p: &Plan) -> String {
    let dropped = match p.purpose {
        Purpose::Restore => "",
        Purpose::Drill => ", and dropped",
    };
    let created = p.roles.create.iter();
    let created = created.map(|role| {
        let role = printable(role);
        format!("{role}: created for the objects that belong to it{dropped}")
    });
    let changed = p.roles.changes.iter().map(|c| printable(&c.summary));
    let untouched = p.roles.untouched.iter();
    let untouched = untouched.map(|r| format!("{}: a superuser, untouched", printable(r)));
    let mut text = String::new();
    for what in created.chain(changed).chain(untouched) {
        let _ = writeln!(text, "Role         {what}");
    }
    text
}

/// The plan, before the question.
pub fn plan(ui: &Ui, p: &Plan) -> String {
    let mut text = String::new();
    for (name, value) in head(p) {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:<12}{value}",
            ui.strong(name) + &" ".repeat(12 - name.len())
        );
    }
    text.push('\n');
    text.push_str(&databases(p));
    text.push('\n');
    for s in &p.skipped {
        let _ = writeln!(text, "Left out     {}: {}", printable(&s.name), s.why);
    }
    text.push_str(&roles(p));
    for r in &p.runners {
        let (what, until) = match (r.state, p.place) {
            (RunnerState::Stopped, _) => ("Started", "stopped since its databases were dropped"),
            (RunnerState::Running, Place::Beside) => ("Stopped", "for the swap only"),
            (RunnerState::Running, Place::InPlace) => ("Stopped", "for the whole load"),
        };
        let replicas = match r.replicas {
            1 => "1 replica".to_owned(),
            count => format!("{count} replicas"),
        };
        let _ = writeln!(text, "{what:<12} {} ({replicas}), {until}", r.name);
    }
    if let Some((cronjob, suspended)) = &p.cronjob {
        let what = match (suspended, p.purpose) {
            (true, _) => "suspended already, stays so",
            (false, Purpose::Restore) => "suspended until the end",
            (false, Purpose::Drill) => {
                "suspended while the databases are there that it would dump, too"
            }
        };
        let _ = writeln!(text, "Backups      cronjob/{cronjob}: {what}");
    }
    if p.purpose == Purpose::Restore {
        let _ = writeln!(text, "Safety copy  {}", safety_copy(p));
    }
    let _ = writeln!(text, "Load         {}", sessions(p.sessions));
    text.push_str(&space(&p.space, p.place));
    for w in &p.warnings {
        let _ = writeln!(text, "{}", ui.caution(&format!("Warning      {w}")));
    }
    text
}

fn sessions(s: Sessions) -> String {
    let several = if s.count == 1 { "" } else { "s" };
    format!(
        "{} session{several}, each with {} for its indexes",
        s.count,
        ByteSize(s.memory)
    )
}

fn safety_copy(p: &Plan) -> String {
    p.safety.as_ref().map_or_else(
        || "none (--no-safety-backup)".to_owned(),
        |s| {
            format!(
                "through cronjob/{}, proved complete before anything is loaded",
                s.cronjob
            )
        },
    )
}
