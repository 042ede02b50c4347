//! Fills in the facts. Reads only.

use std::time::Duration;

use tokio::time::timeout;

use crate::cluster::{Command, Container, Database, ExecError, Talk, Workload};
use crate::postgres::catalog::Pulse;

use super::facts::{Disk, Runner, RunnerState, Volume};
use super::life::{End, Life};
use super::sessions::Resources;

/// One line for each folder that is there.
const DISK: &str = r#"for folder; do
  [ ! -d "$folder" ] || df -Pk -- "$folder/." | tail -n 1
done"#;
/// The same for each line of its input.
const LOOK: &str = r#"while read -r _; do
  for folder; do df -Pk -- "$folder/." | tail -n 1; done
done"#;
/// Whoever looks asks more often than this.
const LOOK_IDLE: Duration = Duration::from_mins(5);
/// An answer takes no longer.
const LOOK_PATIENCE: Duration = Duration::from_secs(15);
const FOLDER: &str = ".quetzal-db";
/// What limits the container: control groups of the second version, else of the first.
const RESOURCES: &str = r#"echo "cpus $(nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo)"
cd /sys/fs/cgroup 2>/dev/null || exit 0
if [ -r cpu.max ]; then echo "quota $(cat cpu.max)"
elif [ -r cpu/cpu.cfs_quota_us ]; then echo "quota $(cat cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us | tr '\n' ' ')"; fi
if [ -r memory.max ]; then echo "limit $(cat memory.max)"
elif [ -r memory/memory.limit_in_bytes ]; then echo "limit $(cat memory/memory.limit_in_bytes)"; fi
sed -n 's/^MemTotal: *\([0-9]*\) kB/total \1/p' /proc/meminfo"#;

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
    /// The limits of the container could not be read.
    #[error("cannot see what {pod} may use")]
    Resources {
        /// The Pod.
        pod: String,
        /// Why.
        source: ExecError,
    },
    /// The command that looks at it over and over gives no answer.
    #[error("{pod} does not say how much space it has at {path}")]
    Lookout {
        /// The Pod.
        pod: String,
        /// The folders.
        path: String,
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
    // A link where the log has a volume of its own.
    let log = format!("{pgdata}/pg_wal");
    let answer = df(&database.container, volume, &[volume, &log]).await?;
    let disk = parse_volumes(&answer, &log).map(|(data, log)| Disk {
        folder: format!("{volume}/{FOLDER}"),
        data: pgdata.to_owned(),
        free: data.free,
        total: data.total,
        log,
    });
    disk.ok_or(ObserveError::DiskAnswer(answer))
}

/// Processors and memory that the container may use.
pub async fn resources(container: &Container) -> Result<Resources, ObserveError> {
    let command = Command::script(RESOURCES, [] as [&str; 0]);
    let answer = container.output(&command).await;
    let answer = answer.map_err(|source| ObserveError::Resources {
        pod: container.to_string(),
        source,
    })?;
    Ok(Resources::parse(&String::from_utf8_lossy(&answer)))
}

/// A look at some file systems, over and over: one command that answers as often as it is asked.
pub struct Lookout {
    talk: Talk,
    pod: String,
    folders: Vec<String>,
}

impl Lookout {
    /// Begins to look at the file systems that hold these folders.
    pub fn new(container: &Container, folders: &[&str]) -> Self {
        let folders: Vec<_> = folders.iter().map(|f| (*f).to_owned()).collect();
        let command = Command::script(LOOK, folders.clone())
            .named("df")
            .idle(LOOK_IDLE);
        Self {
            talk: container.talk(command),
            pod: container.to_string(),
            folders,
        }
    }

    /// Free bytes of each, in their order.
    pub async fn free(&mut self) -> Result<Vec<u64>, ObserveError> {
        self.talk.say("\n").await;
        let mut free = Vec::with_capacity(self.folders.len());
        while free.len() < self.folders.len() {
            let Ok(Some(line)) = timeout(LOOK_PATIENCE, self.talk.hear()).await else {
                return Err(self.lost());
            };
            let seen = parse_df(&line).map(|df| df.free);
            free.push(seen.ok_or(ObserveError::DiskAnswer(line))?);
        }
        Ok(free)
    }

    fn lost(&self) -> ObserveError {
        ObserveError::Lookout {
            pod: self.pod.clone(),
            path: self.folders.join(", "),
        }
    }
}

async fn df(container: &Container, path: &str, folders: &[&str]) -> Result<String, ObserveError> {
    let folders = folders.iter().map(|f| (*f).to_owned());
    let answer = container.output(&Command::script(DISK, folders)).await;
    let failed = |source| ObserveError::Disk {
        pod: container.to_string(),
        path: path.to_owned(),
        source,
    };
    Ok(String::from_utf8_lossy(&answer.map_err(failed)?).into_owned())
}

/// A line of `df`, in bytes.
struct Line<'a> {
    /// Device and mount point.
    id: (&'a str, &'a str),
    total: u64,
    free: u64,
}

/// `Filesystem 1024-blocks Used Available Capacity Mounted-on`
fn parse_df(line: &str) -> Option<Line<'_>> {
    let (device, _) = line.split_once(' ')?;
    let (_, mount) = line.trim_end().rsplit_once(' ')?;
    let mut numbers = line
        .split_whitespace()
        .skip(1)
        .map(|word| word.parse::<u64>().ok()?.checked_mul(1024));
    Some(Line {
        id: (device, mount),
        total: numbers.next()??,
        free: numbers.nth(1)??,
    })
}

/// The data volume, and that of the log where it is another one.
fn parse_volumes<'a>(answer: &'a str, log: &str) -> Option<(Line<'a>, Option<Volume>)> {
    let mut lines = answer.lines();
    let data = parse_df(lines.next()?)?;
    let Some(second) = lines.next() else {
        return Some((data, None));
    };
    let second = parse_df(second)?;
    let own = (second.id != data.id).then(|| Volume {
        path: log.to_owned(),
        free: second.free,
        total: second.total,
    });
    Some((data, own))
}

/// The life of a server that was found and asked.
pub fn life(database: &Database, pulse: Pulse) -> Life {
    let end = database.last_end.as_ref();
    Life {
        pod: database.pod.clone(),
        pod_uid: database.pod_uid.clone(),
        restarts: database.restarts,
        last_end: end.map(|end| End {
            reason: end.reason.clone(),
            code: end.code,
        }),
        pulse,
    }
}

/// What runs the application. What was stopped by us waits where databases are `lost`; what was stopped otherwise, or
/// by `maintenance on`, stays as it is.
pub fn runners(workloads: &[Workload], lost: &[String]) -> Vec<Runner> {
    let runner = |w: &Workload| {
        let (replicas, state) = match (w.replicas, w.remembered) {
            (0, Some(before)) if !lost.is_empty() => (before, RunnerState::Stopped),
            (0, _) => return None,
            (replicas, _) => (replicas, RunnerState::Running),
        };
        Some(Runner {
            name: w.to_string(),
            replicas,
            state,
        })
    };
    workloads.iter().filter_map(runner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn df_is_read_in_bytes() {
        let line = parse_df("/dev/vda 100 40 60 40% /srv/data\n").unwrap();
        assert_eq!((line.total, line.free), (102_400, 61_440));
        assert!(parse_df("df: no such file").is_none());
    }

    #[test]
    fn a_log_on_another_volume_is_seen() {
        let data = "/dev/vda 100 40 60 40% /srv/data\n";
        let log = |answer: String| {
            let (_, log) = parse_volumes(&answer, "/srv/data/pgdata/pg_wal").unwrap();
            log.map(|v| (v.free, v.total))
        };
        assert_eq!(log(data.to_owned()), None);
        assert_eq!(
            log(format!("{data}/dev/vda 100 41 59 41% /srv/data\n")),
            None
        );
        assert_eq!(
            log(format!("{data}/dev/vdb 50 40 10 80% /wal\n")),
            Some((10_240, 51_200))
        );
        assert!(parse_volumes("", "/").is_none());
    }
}
