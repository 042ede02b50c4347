//! The line of steps. One `match` shows all the work; what a step does is in a file of its own.
//!
//! Every step may be repeated: `is_done` observes, `run` begins by removing what an earlier attempt left, `undo`
//! takes "nothing there" for done.

mod backups;
mod count;
mod crew;
mod error;
mod flow;
mod guard;
mod in_place;
mod load;
mod maintenance;
mod marks;
mod prove;
mod regain;
mod roles;
mod safety;
mod session;
mod stage;
mod swap;
mod tally;
mod transfer;
mod unpack;

pub use error::StepError;
pub use flow::Flow;
pub use in_place::{look, take_back, way_back};
pub use regain::RegainError;
pub use safety::Backups;
pub use transfer::drop_kept;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::cluster::{Cluster, Selector, Workload};
use crate::dump::Inventory;
use crate::progress::Progress;
use crate::server::Server;
use crate::storage::{Compression, Source, Verified};

use super::journal::StepName;
use super::life::Life;
use super::plan::Plan;
use super::slices::Slices;

/// One statement, such as an index, may run for so long without a word.
const SILENT_STATEMENT: Duration = Duration::from_hours(24);

/// Where the steps act: all that an undo needs.
pub struct Site {
    /// The cluster.
    pub cluster: Cluster,
    /// The database server.
    pub server: Server,
    /// How it is found again when its Pod is replaced.
    pub finder: Selector,
    /// The life in which it was last seen.
    pub life: Life,
    /// The application, as it was observed.
    pub workloads: Vec<Workload>,
    /// What to do.
    pub plan: Plan,
    /// Statements that make the roles as they were.
    pub roles_undo: Vec<String>,
    /// Who hears of it.
    pub progress: Arc<dyn Progress>,
    /// When the application went down, and for how long it was.
    pub downtime: Mutex<Downtime>,
}

/// What is restored.
pub struct Dump {
    /// What it holds.
    pub inventory: Inventory,
    /// How it is stored.
    pub compression: Compression,
    /// Where it is.
    pub source: Source,
    /// Marks our own lines in psql's output: unknown to the dump's author.
    pub nonce: String,
    /// Its files in the Pod.
    pub slices: Slices,
}

impl Dump {
    /// What was verified, and where it is.
    pub fn new(verified: Verified, source: Source, nonce: String) -> Self {
        Self {
            slices: Slices::of(&verified.inventory),
            inventory: verified.inventory,
            compression: verified.compression,
            source,
            nonce,
        }
    }
}

/// Everything that the steps act on.
pub struct World {
    /// Where.
    pub site: Site,
    /// What.
    pub dump: Dump,
    /// How the live databases are backed up first, where they are.
    pub backups: Option<Backups>,
    /// How far the dump is on its way.
    pub flow: Flow,
}

/// How long the application was down.
#[derive(Debug, Clone, Copy, Default)]
pub struct Downtime {
    since: Option<Instant>,
    /// Set when it is over.
    pub lasted: Option<Duration>,
}

impl StepName {
    /// Observes whether there is nothing left to do.
    pub async fn is_done(self, world: &World) -> Result<bool, StepError> {
        let site = &world.site;
        match self {
            Self::Transfer | Self::Unpack => unpack::is_unpacked(world).await,
            Self::SuspendBackups | Self::ResumeBackups => Ok(site.plan.cronjob.is_none()),
            Self::StartSafetyBackup => safety::is_started(site).await,
            Self::ProveSafetyBackup => safety::is_proved(site).await,
            Self::CreateRoles => Ok(site.plan.roles.create.is_empty()),
            Self::MaintenanceOn | Self::MaintenanceOff => Ok(site.plan.runners.is_empty()),
            Self::DropOld => in_place::is_dropped(site).await,
            Self::Swap => swap::is_swapped(site).await,
            Self::Stage | Self::Prove | Self::Count | Self::DropStaged | Self::CleanUp => Ok(false),
        }
    }

    /// Does it; the result is a few words on what was done.
    pub async fn run(self, world: &World, progress: &dyn Progress) -> Result<String, StepError> {
        let site = &world.site;
        match self {
            Self::Transfer => transfer::transfer(world, progress).await,
            Self::Unpack => unpack::unpack(world, progress).await,
            Self::SuspendBackups => backups::suspend(site).await,
            Self::StartSafetyBackup => safety::start(world).await,
            Self::ProveSafetyBackup => safety::prove(world).await,
            Self::CreateRoles => roles::create(site).await,
            Self::Stage => stage::stage(world, progress).await,
            Self::Prove => prove::prove(world).await,
            Self::Count => count::count(world).await,
            Self::DropStaged => stage::drop_again(site).await,
            Self::MaintenanceOn => maintenance::on(site).await,
            Self::DropOld => in_place::drop_old(world).await,
            Self::Swap => swap::swap(site).await,
            Self::MaintenanceOff => maintenance::off(site).await,
            Self::ResumeBackups => backups::resume(site).await,
            Self::CleanUp => transfer::clean_up(site).await,
        }
    }

    /// Takes back what it did, so far as anything can be seen of it: afterwards all is as before the step.
    pub async fn undo(self, site: &Site) -> Result<(), StepError> {
        match self {
            Self::Transfer | Self::Unpack => transfer::remove(site).await,
            Self::SuspendBackups => backups::resume(site).await.map(drop),
            Self::StartSafetyBackup => safety::stop(site).await,
            Self::CreateRoles => roles::drop_created(site).await,
            Self::Stage => stage::drop_staged(site).await,
            Self::MaintenanceOn => maintenance::back(site).await.map(drop),
            Self::DropOld => in_place::reopen(site).await,
            Self::Swap => swap::unswap(site).await,
            Self::MaintenanceOff => maintenance::on(site).await.map(drop),
            Self::ResumeBackups => backups::suspend(site).await.map(drop),
            Self::ProveSafetyBackup
            | Self::Prove
            | Self::Count
            | Self::DropStaged
            | Self::CleanUp => Ok(()),
        }
    }
}

impl Site {
    /// Ends what this restore may still have under way in the server, so that what is seen then stays so.
    pub async fn settle(&self) -> Result<(), StepError> {
        stage::end_own_sessions(self).await
    }

    /// The restore's own folder in the Pod.
    pub fn folder(&self) -> String {
        format!("{}/{}", self.plan.disk.folder, self.plan.id)
    }

    /// Writes a small file of ours into that folder, readable by nobody else.
    async fn put(&self, name: &str, content: &[u8]) -> Result<String, StepError> {
        let mut reader = content;
        let folder = self.folder();
        let stored = self.server.container().put_file(
            &mut reader,
            content.len() as u64,
            &folder,
            name,
            |_| (),
        );
        stored.await.map_err(|source| StepError::Copy {
            name: name.to_owned(),
            source,
        })?;
        Ok(format!("{folder}/{name}"))
    }
}
