//! Fills in the facts. Reads only.

use crate::cluster::{BackupCronJob, Command, Container, Database, ExecError, Workload};
use crate::postgres::Catalog;

use super::facts::{BackupFacts, Disk, Facts, Runner, Target};

const DISK: &str = r#"df -Pk -- "$1" | tail -n 1"#;
const FOLDER: &str = ".quetzal-db";

/// What can go wrong while looking.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// `df` failed.
    #[error("cannot see how much space {pod} has at {path}")]
    Disk {
        /// The Pod.
        pod: String,
        /// The folder.
        path: String,
        /// Why.
        source: ExecError,
    },
    /// `df` said something else than POSIX wants.
    #[error("cannot read this answer of df: {0:?}")]
    DiskAnswer(String),
}

/// Space on the volume that holds the database's files.
pub async fn disk(database: &Database) -> Result<Disk, ObserveError> {
    let pgdata = database
        .env
        .get("PGDATA")
        .map_or("/var/lib/postgresql/data", String::as_str);
    let volume = database
        .data_mount
        .as_deref()
        .unwrap_or(pgdata)
        .trim_end_matches('/');
    let (total, free) = space(&database.container, volume).await?;
    Ok(Disk {
        folder: format!("{volume}/{FOLDER}"),
        free,
        total,
    })
}

/// Total and free bytes of the file system that holds `path`.
pub async fn space(container: &Container, path: &str) -> Result<(u64, u64), ObserveError> {
    let answer = container
        .output(&Command::script(DISK, [path.to_owned()]))
        .await;
    let failed = |source| ObserveError::Disk {
        pod: container.to_string(),
        path: path.to_owned(),
        source,
    };
    let line = String::from_utf8_lossy(&answer.map_err(failed)?).into_owned();
    parse_df(&line).ok_or(ObserveError::DiskAnswer(line))
}

/// `Filesystem 1024-blocks Used Available Capacity Mounted-on`: total and free bytes.
fn parse_df(line: &str) -> Option<(u64, u64)> {
    let mut numbers = line
        .split_whitespace()
        .skip(1)
        .map(|word| word.parse::<u64>().ok());
    let total = numbers.next()??;
    let free = numbers.nth(1)??;
    Some((total.checked_mul(1024)?, free.checked_mul(1024)?))
}

/// Puts together what was seen.
pub fn facts(
    target: Target,
    live: Catalog,
    disk: Disk,
    workloads: &[Workload],
    cronjob: Option<&BackupCronJob>,
    backup: BackupFacts,
) -> Facts {
    let runners = workloads.iter().filter(|w| w.replicas > 0);
    Facts {
        target,
        live,
        disk,
        runners: runners
            .map(|w| Runner {
                name: w.to_string(),
                replicas: w.replicas,
            })
            .collect(),
        cronjob: cronjob.map(|c| (c.name.clone(), c.suspended)),
        backup,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn df_is_read_in_bytes() {
        assert_eq!(
            parse_df("/dev/vda 100 40 60 40% /srv/data\n"),
            Some((102_400, 61_440))
        );
        assert_eq!(parse_df("df: no such file"), None);
    }
}
