//! `drill`: a restore that touches nothing live.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;

use super::in_cluster::{InClusterArgs, Words};
use crate::restore::drill::Purpose;
use crate::restore::plan::{Maintenance, Options, SafetyBackup};

/// `drill`.
#[derive(Debug, Args)]
pub struct DrillArgs {
    /// A name as in `list`, `latest`, a gs:// URL, a local file, or - for standard input
    #[arg(value_name = "BACKUP")]
    pub backup: String,
    /// Show the plan and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Write the evidence into this file, as JSON; one that exists is not replaced
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "detach")]
    pub evidence: Option<PathBuf>,
    /// Only this database (may be repeated)
    #[arg(long, value_name = "NAME")]
    database: Vec<String>,
    /// Sessions that load at the same time [default: as many as the database's container may use processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=32))]
    jobs: Option<u32>,
    /// Print what another process needs to carry out the plan, instead of the plan
    #[arg(long, hide = true, requires = "dry_run")]
    pub draft: bool,
    /// Whether it runs in the cluster.
    #[command(flatten)]
    pub job: InClusterArgs,
}

impl DrillArgs {
    /// The words for a draft of the same drill, made elsewhere.
    pub(super) fn words(&self, mut words: Words) -> Vec<String> {
        words.flag("dry-run", true);
        words.flag("draft", true);
        words.values("database", &self.database);
        words.values("jobs", self.jobs);
        words.end(&[&self.backup])
    }

    /// Takes what was not given from the settings.
    pub(super) fn settle(&mut self, jobs: Option<u32>) {
        self.jobs = self.jobs.or(jobs);
    }

    /// The choices that shape the plan: nothing live has a part in it.
    pub fn options(&self) -> Options {
        Options {
            purpose: Purpose::Drill,
            databases: self.database.clone(),
            jobs: self.jobs.and_then(NonZeroU32::new),
            maintenance: Maintenance::None,
            safety: SafetyBackup::None,
            ..Options::default()
        }
    }
}
