//! What a restore that ended well says, here or in the log of a Job.

use std::fmt::Write as _;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cluster::Cluster;
use crate::error::Error;
use crate::postgres::RestoreId;
use crate::restore::Plan;
use crate::restore::in_place::WayBack;
use crate::restore::plan::{OldDatabases, Place};
use crate::restore::safety_list;

/// The result of a restore.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Report {
    restore: RestoreId,
    /// What was restored.
    backup: String,
    databases: Vec<String>,
    rows: u64,
    /// Names of the old databases.
    kept: Vec<String>,
    /// The backup of what was there before.
    safety_backup: Option<String>,
    downtime_seconds: Option<f64>,
    place: Place,
    /// The command that brings the old databases back, where one does.
    go_back: Option<String>,
}

impl Report {
    /// Of a restore that carried out its whole plan. `downtime` is known to who stopped the application.
    pub(super) async fn new(
        cluster: &Cluster,
        plan: &Plan,
        downtime: Option<Duration>,
    ) -> Result<Self, Error> {
        let copies = safety_list::read(cluster).await?;
        let safety = copies.of(&plan.id).and_then(|c| c.name.clone());
        let kept: Vec<_> = match plan.old {
            OldDatabases::Keep => plan
                .databases
                .iter()
                .filter_map(|d| d.kept.clone())
                .collect(),
            OldDatabases::Drop => Vec::new(),
        };
        let go_back = match plan.place {
            Place::InPlace => Some(WayBack::new(plan, safety.clone()).from_new()),
            Place::Beside => (!kept.is_empty()).then(|| "kubectl quetzal-db rollback".to_owned()),
        };
        Ok(Self {
            restore: plan.id.clone(),
            backup: plan.backup.name.clone(),
            databases: plan.databases.iter().map(|d| d.name.clone()).collect(),
            rows: plan.databases.iter().map(|d| d.rows).sum(),
            kept,
            safety_backup: safety,
            downtime_seconds: downtime.map(|d| d.as_secs_f64()),
            place: plan.place,
            go_back,
        })
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "Restored {} from {}: {} rows.\n",
            self.databases.join(", "),
            self.backup,
            self.rows
        );
        // Writing to a String cannot fail.
        if let Some(seconds) = self.downtime_seconds {
            let _ = writeln!(text, "The application was down for {seconds:.1} s.");
        }
        if self.place == Place::InPlace {
            let safety = self.safety_backup.as_deref().unwrap_or("BACKUP");
            let _ = writeln!(
                text,
                "The old databases were dropped; safety backup {safety} holds them."
            );
        }
        if !self.kept.is_empty() {
            let _ = writeln!(
                text,
                "The old databases are kept as {}.",
                self.kept.join(", ")
            );
        }
        if let Some(command) = &self.go_back {
            let _ = writeln!(text, "Go back to them: {command}");
        }
        if !self.kept.is_empty() {
            let _ = writeln!(text, "Drop them:       kubectl quetzal-db cleanup");
        }
        if let Some(name) = self
            .safety_backup
            .as_ref()
            .filter(|_| self.place == Place::Beside)
        {
            let _ = writeln!(
                text,
                "What was there before is in the bucket, too: kubectl quetzal-db restore {name}"
            );
        }
        text
    }
}
