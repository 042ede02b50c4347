//! What is checked before a plan is made: pure, and all of it before anything is changed.

use crate::dump::Inventory;
use crate::postgres::{Catalog, RestoreId};

use super::facts::Facts;
use super::plan::{
    DatabasePlan, Maintenance, OldDatabases, Options, Place, SafetyBackup, SafetyPlan,
};
use super::roles::RolePlan;
use super::space::Space;
use super::versions;

/// Why there is no plan. Nothing was changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PlanRefusal {
    /// Older than anything that `pg_dump` of today reads.
    #[error("PostgreSQL {0} is too old: 11 or later is needed")]
    OldServer(String),
    /// The dump says what the server does not know.
    #[error("the dump is of PostgreSQL {dump}, and the older server, {server}, lacks what it needs: {}", needs.join("; "))]
    NewerDump {
        /// Version of the dump.
        dump: String,
        /// Version of the server.
        server: String,
        /// What it lacks, and for what.
        needs: Vec<String>,
        /// Databases of the dump that need nothing of it.
        others: Vec<String>,
    },
    /// Whether the server takes all of a newer dump, only the load shows.
    #[error(
        "a dump of the newer PostgreSQL {dump} is loaded beside the live databases only, not with --in-place: it may \
             hold what the server, {server}, does not know"
    )]
    NewerInPlace {
        /// Version of the dump.
        dump: String,
        /// Version of the server.
        server: String,
    },
    /// Asked for by `--database`.
    #[error("the dump has no database {name:?}: it has {available}")]
    UnknownDatabase {
        /// The name asked for.
        name: String,
        /// What there is, joined by commas.
        available: String,
    },
    /// Nothing left after skipping.
    #[error("the dump holds no database that could be restored")]
    Nothing,
    /// `CREATE EXTENSION` would fail.
    #[error("the server lacks the extension {0:?} that the dump needs")]
    MissingExtension(String),
    /// A tablespace is a folder on the server: it can't be made from here.
    #[error("the server lacks the tablespace {0:?} that the dump needs")]
    MissingTablespace(String),
    /// Renames and drops would fail.
    #[error("database {database:?} is held by {what}")]
    Busy {
        /// The live database.
        database: String,
        /// What holds it.
        what: String,
    },
    /// A name that the restore would make exists.
    #[error("database {0:?} exists already")]
    NameTaken(String),
    /// Nothing makes a safety backup.
    #[error("no backup CronJob was found that could back up the live databases first")]
    NoBackupCronJob,
    /// A safety backup could not be proved complete.
    #[error("cronjob/{0} names no bucket in which a backup of the live databases could be proved")]
    NoBackupFolder(String),
    /// Loading could fill the volume and stop the live server; without the old databases it would fit.
    #[error("the data volume can't hold the old databases and the new ones: {} are missing", size(*missing))]
    FitsInPlace {
        /// Bytes.
        missing: u64,
        /// The sum.
        space: Box<Space>,
        /// The backup, as a user types it.
        backup: String,
    },
    /// It does not fit at all.
    #[error("the data volume is too small{}: {} are missing", even(space), size(*missing))]
    NoSpace {
        /// Bytes.
        missing: u64,
        /// The sum.
        space: Box<Space>,
    },
    /// The server stops when its log has no room.
    #[error("the volume of the write-ahead log, {path}, is too small: {} are missing", size(*missing))]
    NoLogSpace {
        /// A folder on it.
        path: String,
        /// Bytes.
        missing: u64,
    },
    /// The application would run on nothing.
    #[error(
        "a restore in place needs the application stopped: --in-place goes with --maintenance scale only"
    )]
    InPlaceStops,
    /// There would be no way back.
    #[error(
        "--in-place drops the live databases before the load: it does not go with --no-safety-backup"
    )]
    InPlaceUnsaved,
    /// `pg_dumpall` leaves such a database out, so the safety backup would not hold it.
    #[error(
        "database {0:?} lets nobody connect: no backup would hold it, and in place it would be lost"
    )]
    Closed(String),
}

pub(super) fn check_globals(live: &Catalog, inventory: &Inventory) -> Result<(), PlanRefusal> {
    if let Some(t) = inventory
        .globals
        .tablespaces
        .iter()
        .find(|t| !live.tablespaces.contains(&t.name))
    {
        return Err(PlanRefusal::MissingTablespace(t.name.clone()));
    }
    match inventory
        .extensions()
        .into_iter()
        .find(|e| !live.extensions.iter().any(|l| l == e))
    {
        Some(extension) => Err(PlanRefusal::MissingExtension(extension.to_owned())),
        None => Ok(()),
    }
}

pub(super) fn check_live(live: &Catalog, databases: &[DatabasePlan]) -> Result<(), PlanRefusal> {
    for d in databases {
        for name in [Some(&d.staged), d.kept.as_ref()].into_iter().flatten() {
            if live.database(name).is_some() {
                return Err(PlanRefusal::NameTaken(name.clone()));
            }
        }
        let replaced = |database: &str| database == d.name && d.live_bytes.is_some();
        if let Some(b) = live.busy.iter().find(|b| replaced(&b.database)) {
            return Err(PlanRefusal::Busy {
                database: b.database.clone(),
                what: b.what.clone(),
            });
        }
    }
    Ok(())
}

pub(super) fn safety(
    facts: &Facts,
    options: &Options,
    id: &RestoreId,
) -> Result<Option<SafetyPlan>, PlanRefusal> {
    if options.safety == SafetyBackup::None {
        return Ok(None);
    }
    let (cronjob, _) = facts.cronjob.as_ref().ok_or(PlanRefusal::NoBackupCronJob)?;
    match &facts.backups {
        Some(folder) => Ok(Some(SafetyPlan::new(cronjob, folder, id))),
        None => Err(PlanRefusal::NoBackupFolder(cronjob.clone())),
    }
}

/// In place only where there is something to drop, and then only where it does no harm.
pub(super) fn check_place(
    live: &Catalog,
    databases: &[DatabasePlan],
    options: &Options,
) -> Result<Place, PlanRefusal> {
    let mut old = databases
        .iter()
        .filter_map(|d| live.database(&d.name))
        .peekable();
    if options.place == Place::Beside || old.peek().is_none() {
        return Ok(Place::Beside);
    }
    if options.maintenance != Maintenance::Scale {
        return Err(PlanRefusal::InPlaceStops);
    }
    if options.safety == SafetyBackup::None {
        return Err(PlanRefusal::InPlaceUnsaved);
    }
    match old.find(|d| !d.connectable) {
        Some(closed) => Err(PlanRefusal::Closed(closed.name.clone())),
        None => Ok(Place::InPlace),
    }
}

pub(super) fn check_space(space: &Space, place: Place, backup: &str) -> Result<(), PlanRefusal> {
    if let Some(log) = space.log.as_ref().filter(|log| log.missing() > 0) {
        return Err(PlanRefusal::NoLogSpace {
            path: log.path.clone(),
            missing: log.missing(),
        });
    }
    let (beside, in_place) = (space.missing(Place::Beside), space.missing(Place::InPlace));
    match place {
        _ if in_place > 0 => Err(PlanRefusal::NoSpace {
            missing: in_place,
            space: Box::new(space.clone()),
        }),
        Place::Beside if beside > 0 => Err(PlanRefusal::FitsInPlace {
            missing: beside,
            space: Box::new(space.clone()),
            backup: backup.to_owned(),
        }),
        Place::Beside | Place::InPlace => Ok(()),
    }
}

pub(super) fn space_warnings(space: &Space, place: Place, live: &Catalog) -> Vec<String> {
    let mut warnings = Vec::new();
    if place == Place::InPlace && space.missing(Place::Beside) == 0 {
        warnings.push(
            "both copies would fit: without --in-place the application is down for the swap only"
                .to_owned(),
        );
    }
    let own = |t: &&String| !matches!(t.as_str(), "pg_default" | "pg_global");
    let elsewhere: Vec<_> = live.tablespaces.iter().filter(own).cloned().collect();
    if !elsewhere.is_empty() {
        warnings.push(format!(
            "the room of tablespaces is not known, and not watched: {}",
            elsewhere.join(", ")
        ));
    }
    warnings
}

/// Lost databases that this restore does not bring back.
pub(super) fn still_lost<'a>(
    lost: &'a [String],
    databases: &[DatabasePlan],
) -> impl Iterator<Item = &'a str> {
    let lost = lost.iter().map(String::as_str);
    lost.filter(|name| !databases.iter().any(|d| d.name == *name))
}

pub(super) fn lost_warning(lost: &[String], databases: &[DatabasePlan]) -> Option<String> {
    let still: Vec<_> = still_lost(lost, databases).collect();
    (!still.is_empty()).then(|| {
        format!(
            "dropped by a restore in place that was given up, and not in this one: {}; the application stays stopped \
             until they are there, too",
            still.join(", ")
        )
    })
}

/// In words, and exactly.
fn size(bytes: u64) -> String {
    format!("{} ({bytes} bytes)", bytesize::ByteSize(bytes))
}

fn even(space: &Space) -> &'static str {
    if space.old > 0 {
        ", even with the old databases dropped first"
    } else {
        ""
    }
}

pub(super) fn warnings(
    facts: &Facts,
    inventory: &Inventory,
    roles: &RolePlan,
    options: &Options,
) -> Vec<String> {
    let mut warnings = Vec::new();
    warnings.extend(versions::warnings(&facts.live, inventory));
    for name in &roles.create {
        if inventory
            .globals
            .roles
            .iter()
            .any(|r| r.name == *name && r.attributes.superuser)
        {
            warnings.push(format!("the dump makes role {name:?} a superuser"));
        }
    }
    if facts.runners.is_empty() && options.maintenance == Maintenance::Scale {
        warnings.push(
            "no application workload was found: only connections are cut during the swap (--app-selector names its labels)"
                .to_owned(),
        );
    }
    if facts.cronjob.is_none() {
        warnings.push(
            "no backup CronJob was found: nothing keeps other dumps away during the load"
                .to_owned(),
        );
    }
    if options.safety == SafetyBackup::None && options.old == OldDatabases::Drop {
        warnings.push(
            "the old databases are dropped at the end, and no safety backup is made: there will be no way back"
                .to_owned(),
        );
    }
    warnings
}
