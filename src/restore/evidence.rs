//! What a drill found: the evidence that it gives, and the little of it that stays in the cluster. Pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::dump::{Database, Inventory};
use crate::postgres::RestoreId;

use super::drill::{Table, tables};
use super::facts::{BackupFacts, Target};
use super::journal::StepName;
use super::plan::{DatabasePlan, Skipped};
use super::record::{Record, Took};

/// Drills that are remembered: a ConfigMap holds 1 MiB, and one of these takes less than 1 KiB.
const MOST: usize = 100;

/// Whether a backup can be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It was.
    Passed,
    /// It was not.
    Failed,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
        })
    }
}

/// Where a drill failed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The step.
    pub step: StepName,
    /// In words, without any row of the dump.
    pub reason: String,
}

/// What a drill found. Its JSON is documented: fields are added, never renamed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The drill.
    pub drill: RestoreId,
    /// Whether the backup can be restored.
    pub verdict: Verdict,
    /// Where it failed; none where it passed.
    pub failure: Option<Failure>,
    /// The backup, with the SHA-256 of its stored bytes.
    pub backup: BackupFacts,
    /// Version of the server that the dump is of.
    pub dump_version: String,
    /// Version of the server that it was loaded into.
    pub server_version: String,
    /// Of the database cluster, as `pg_controldata` shows it.
    pub system_identifier: String,
    /// Where it was loaded.
    pub target: Target,
    /// Who began it.
    pub begun_by: String,
    /// When, by that machine's clock.
    pub begun_at: String,
    /// When it was over, by the clock of the machine that ended it.
    pub ended_at: Timestamp,
    /// From the one to the other.
    pub seconds: f64,
    /// The steps that were done, in the order in which they ended.
    pub steps: Vec<Took>,
    /// The databases that were loaded.
    pub databases: Vec<DatabaseEvidence>,
    /// Databases of the dump that were not.
    pub left_out: Vec<Skipped>,
    /// Version of this plugin.
    pub plugin_version: String,
}

/// One database of a drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseEvidence {
    /// Its name in the dump.
    pub name: String,
    /// Rows of all tables.
    pub rows: u64,
    /// Bytes of their data in the dump.
    pub bytes: u64,
    /// Each table with data in the dump.
    pub tables: Vec<TableEvidence>,
}

/// One table: a drill that passed counted its rows twice, while it loaded them and afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEvidence {
    /// With its schema, quoted as SQL wants it.
    pub name: String,
    /// Rows in the dump.
    pub rows: u64,
    /// Bytes of its data in the dump.
    pub bytes: u64,
}

impl Evidence {
    /// What a drill that is over found.
    pub fn new(
        record: &Record,
        inventory: &Inventory,
        failure: Option<Failure>,
        ended_at: Timestamp,
    ) -> Self {
        let plan = &record.plan;
        // As exact as the record's own time.
        let ended_at = Timestamp::from_second(ended_at.as_second()).unwrap_or(ended_at);
        let begun = record.begun_at.parse::<Timestamp>().unwrap_or(ended_at);
        Self {
            drill: plan.id.clone(),
            verdict: match failure {
                None => Verdict::Passed,
                Some(_) => Verdict::Failed,
            },
            failure,
            backup: plan.backup.clone(),
            dump_version: plan.dump_version.clone(),
            server_version: plan.server_version.clone(),
            system_identifier: record.system_identifier.clone(),
            target: plan.target.clone(),
            begun_by: record.begun_by.clone(),
            begun_at: record.begun_at.clone(),
            ended_at,
            // Two machines may have two clocks.
            seconds: ended_at.duration_since(begun).as_secs_f64().max(0.0),
            steps: record.took.clone(),
            databases: plan
                .databases
                .iter()
                .filter_map(|d| Some(DatabaseEvidence::new(d, inventory.databases.get(d.index)?)))
                .collect(),
            left_out: plan.skipped.clone(),
            plugin_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Rows of all databases.
    pub fn rows(&self) -> u64 {
        self.databases.iter().map(|d| d.rows).sum()
    }

    /// What stays in the cluster.
    pub fn drilled(&self) -> Drilled {
        Drilled {
            drill: self.drill.clone(),
            release: self.target.release.clone(),
            backup: self.backup.name.clone(),
            stored_bytes: self.backup.stored_bytes,
            sha256: self.backup.sha256.clone(),
            verdict: self.verdict,
            ended_at: self.ended_at,
            rows: self.rows(),
        }
    }
}

impl DatabaseEvidence {
    fn new(plan: &DatabasePlan, database: &Database) -> Self {
        let table = |table: Table<'_>| TableEvidence {
            name: table.name.to_owned(),
            rows: table.rows,
            bytes: table.bytes,
        };
        Self {
            name: plan.name.clone(),
            rows: plan.rows,
            bytes: plan.bytes,
            tables: tables(database).into_iter().map(table).collect(),
        }
    }
}

/// What is remembered of a drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drilled {
    /// The drill.
    pub drill: RestoreId,
    /// Whose server it was.
    pub release: String,
    /// Name of the backup.
    pub backup: String,
    /// Its size as it is stored.
    pub stored_bytes: u64,
    /// Of its stored bytes.
    pub sha256: String,
    /// What came of it.
    pub verdict: Verdict,
    /// When it was over.
    pub ended_at: Timestamp,
    /// Rows of all databases.
    pub rows: u64,
}

/// The last drill of each of the backups that were drilled last, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drills {
    drills: Vec<Drilled>,
}

impl Drills {
    /// Remembers one; what is known of an earlier one of the same backup is forgotten.
    pub fn keep(&mut self, drilled: Drilled) {
        let same = |d: &Drilled| {
            (&d.release, &d.backup, &d.sha256)
                == (&drilled.release, &drilled.backup, &drilled.sha256)
        };
        self.drills.retain(|d| !same(d));
        self.drills.push(drilled);
        self.drills.sort_by_key(|d| std::cmp::Reverse(d.ended_at));
        self.drills.truncate(MOST);
    }

    /// The last one on a release.
    pub fn last(&self, release: &str) -> Option<&Drilled> {
        self.drills.iter().find(|d| d.release == release)
    }

    /// The last one of a backup, as a bucket lists it.
    pub fn of(&self, backup: &str, stored_bytes: u64) -> Option<&Drilled> {
        let mut drills = self.drills.iter();
        drills.find(|d| d.backup == backup && d.stored_bytes == stored_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drilled(backup: &str, sha256: &str, second: i64) -> Drilled {
        Drilled {
            drill: "0123abcd".parse().unwrap(),
            release: "demo".to_owned(),
            backup: backup.to_owned(),
            stored_bytes: 7,
            sha256: sha256.to_owned(),
            verdict: Verdict::Passed,
            ended_at: Timestamp::from_second(second).unwrap(),
            rows: 1,
        }
    }

    #[test]
    fn the_last_drill_of_each_backup_is_remembered() {
        let mut drills = Drills::default();
        drills.keep(drilled("a", "1", 10));
        drills.keep(drilled("b", "2", 20));
        drills.keep(drilled("a", "1", 30));
        assert_eq!(drills.drills.len(), 2);
        assert_eq!(drills.last("demo").unwrap().backup, "a");
        assert_eq!(drills.last("other"), None);
        assert_eq!(drills.of("a", 7).unwrap().ended_at.as_second(), 30);
        assert_eq!(drills.of("a", 8), None, "another object of that name");
        // What an interrupted one kept late is no newer than it is.
        drills.keep(drilled("c", "3", 5));
        assert_eq!(drills.last("demo").unwrap().backup, "a");
    }

    #[test]
    fn only_so_many_are_remembered() {
        let mut drills = Drills::default();
        for second in 0..150 {
            drills.keep(drilled(&second.to_string(), "1", second));
        }
        assert_eq!(drills.drills.len(), MOST);
        assert!(drills.of("149", 7).is_some() && drills.of("50", 7).is_some());
        assert!(drills.of("49", 7).is_none());
        assert!(serde_json::to_string_pretty(&drills).unwrap().len() < 100_000);
    }
}
