//! A restore in place: the old databases are dropped before the new ones are loaded, because the volume can't hold
//! both. Pure.
//!
//! From the drop to the swap there is nothing under the real names, and the application stays stopped. The safety
//! backup is begun after the application was stopped: it is the only way back, so it must hold the last write.

use crate::hint::word;

use super::journal::{Status, StepName};
use super::plan::Plan;
use super::record::Record;

/// What of the usual line goes before the drop, in this order.
const BEFORE_DROP: [StepName; 3] = [
    StepName::MaintenanceOn,
    StepName::StartSafetyBackup,
    StepName::ProveSafetyBackup,
];

/// The line in place, made from the usual one.
pub fn line(usual: &[StepName]) -> Vec<StepName> {
    let moved = BEFORE_DROP.into_iter().filter(|s| usual.contains(s));
    let moved: Vec<_> = moved.chain([StepName::DropOld]).collect();
    let stays = usual.iter().filter(|s| !moved.contains(s));
    let mut line: Vec<_> = stays.copied().collect();
    let at = line.iter().position(|s| *s == StepName::CreateRoles);
    let at = at.unwrap_or(line.len());
    line.splice(at..at, moved);
    line
}

/// What is under the real names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The old databases, all of them.
    Old,
    /// Nothing: the old ones are dropped, the new ones not yet in their place.
    Gone,
    /// The new databases, and no old ones anywhere.
    New,
}

/// Whether the old databases may be gone: until the drop begins nobody has to look.
pub fn may_be_gone(record: &Record) -> bool {
    record.journal.status(StepName::DropOld) != Status::Pending
}

/// Reads it from the journal and the server's database names.
pub fn ground(record: &Record, names: &[String]) -> Ground {
    if !may_be_gone(record) {
        Ground::Old
    } else if !missing(&record.plan, names).is_empty() {
        Ground::Gone
    } else if record.journal.status(StepName::Swap) == Status::Pending {
        Ground::Old
    } else {
        Ground::New
    }
}

/// Databases that were live when the plan was made, and have nothing under their names.
pub fn missing<'a>(plan: &'a Plan, names: &[String]) -> Vec<&'a str> {
    let live = plan.databases.iter().filter(|d| d.live_bytes.is_some());
    live.map(|d| d.name.as_str())
        .filter(|name| !names.iter().any(|n| n == name))
        .collect()
}

/// What can be undone while nothing is under the real names: the application is never started on nothing.
pub fn can_be_undone(step: StepName, ground: Ground) -> bool {
    ground != Ground::Gone || !matches!(step, StepName::DropOld | StepName::MaintenanceOn)
}

/// The only way back from a restore in place: what its safety backup holds of the databases that were dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    /// The safety backup.
    pub backup: String,
    databases: Vec<String>,
}

impl WayBack {
    /// `backup` is its name; where nobody knows it any more, a person has to find it in the list.
    pub fn new(plan: &Plan, backup: Option<String>) -> Self {
        let live = plan.databases.iter().filter(|d| d.live_bytes.is_some());
        Self {
            backup: backup.unwrap_or_else(|| "BACKUP".to_owned()),
            databases: live.map(|d| d.name.clone()).collect(),
        }
    }

    /// The command where nothing is under the real names: there is nothing that a safety backup would save.
    pub fn from_nothing(&self) -> String {
        self.command("--no-safety-backup")
    }

    /// The command where the new databases are there.
    pub fn from_new(&self) -> String {
        self.command("--in-place")
    }

    /// The backup holds the other databases of the server, too: those are to stay as they are.
    fn command(&self, flag: &str) -> String {
        let mut command = format!("kubectl quetzal-db restore {} {flag}", word(&self.backup));
        for database in &self.databases {
            command.push_str(" --database ");
            command.push_str(&word(database));
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_names_the_databases_as_a_shell_takes_them() {
        let back = WayBack {
            backup: "db_dump-1.bak.gz".to_owned(),
            databases: vec!["app".to_owned(), "it's two".to_owned()],
        };
        assert_eq!(
            back.from_nothing(),
            r"kubectl quetzal-db restore db_dump-1.bak.gz --no-safety-backup --database app --database 'it'\''s two'"
        );
        assert_eq!(
            back.from_new(),
            r"kubectl quetzal-db restore db_dump-1.bak.gz --in-place --database app --database 'it'\''s two'"
        );
    }
}
