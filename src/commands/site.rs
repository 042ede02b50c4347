//! What the verbs around a restore begin with: what is there, what was left by earlier restores, and the lock.

use std::sync::Mutex;
use std::time::Duration;

use crate::cluster::{
    BackupCronJob, Cluster, Database, Document, FindError, Lock, LockError, SelectError, Selector,
    Workload,
};
use crate::error::Error;
use crate::postgres::Catalog;
use crate::postgres::psql::application_name;
use crate::restore::Plan;
use crate::restore::facts::Disk;
use crate::restore::in_place;
use crate::restore::observe;
use crate::restore::record::{KIND, Record, Standing};
use crate::restore::sessions::Resources;
use crate::restore::steps::{Downtime, Site};
use crate::server::Server;

use super::Context;

/// What was seen before anything is planned.
pub(super) struct Seen {
    pub(super) cluster: Cluster,
    pub(super) database: Database,
    pub(super) cronjob: Option<BackupCronJob>,
    pub(super) workloads: Vec<Workload>,
    pub(super) live: Catalog,
    pub(super) disk: Disk,
    pub(super) resources: Resources,
}

/// A restore of this database that left a record.
pub(super) struct Earlier {
    pub(super) document: Document,
    pub(super) record: Record,
}

impl Seen {
    /// The release; where there is no label for it, what the Pod is of.
    pub(super) fn release(&self) -> String {
        let database = &self.database;
        let release = database.instance.as_ref();
        release.unwrap_or(&database.workload).clone()
    }

    /// Restores of this very database cluster that left a record, newest first.
    pub(super) async fn earlier(&self) -> Result<Vec<Earlier>, Error> {
        let mut found = Vec::new();
        for document in self.cluster.documents(KIND).await? {
            let record = Record::read(&document.name, &document.text)?;
            if record.system_identifier == self.live.system_identifier {
                found.push(Earlier { document, record });
            }
        }
        found.sort_by_key(|e| std::cmp::Reverse(e.document.created));
        Ok(found)
    }

    /// Refuses where a restore or drill was begun and is not over.
    pub(super) async fn none_open(
        &self,
        context: &Context,
        earlier: Vec<Earlier>,
    ) -> Result<(), Error> {
        let Some(open) = unfinished(earlier) else {
            return Ok(());
        };
        // Somebody at work on it is another matter than one that nobody works on.
        self.lock(context, Sessions::Respect)
            .await?
            .release()
            .await?;
        let Plan { purpose, id, .. } = open.record.plan;
        Err(Error::Unfinished(purpose, id))
    }

    /// What a restore in place dropped and did not replace: databases that are not there now.
    pub(super) fn dropped(&self, e: &Earlier) -> Vec<String> {
        let over = matches!(
            e.record.standing(),
            Standing::Finished | Standing::RolledBack
        );
        if over || !in_place::may_be_gone(&e.record) {
            return Vec::new();
        }
        let names: Vec<_> = self.live.databases.iter().map(|d| d.name.clone()).collect();
        let missing = in_place::missing(&e.record.plan, &names);
        missing.into_iter().map(str::to_owned).collect()
    }

    /// The same of a restore that was given up, and so will not replace them.
    pub(super) fn lost(&self, e: &Earlier) -> Vec<String> {
        match e.record.standing() {
            Standing::GivenUp => self.dropped(e),
            _ => Vec::new(),
        }
    }

    /// The lock of this release. That of a holder that fell silent is taken over when none of its sessions is alive
    /// in the server, or once they are ended where that is what the user came for.
    pub(super) async fn lock(&self, context: &Context, sessions: Sessions) -> Result<Lock, Error> {
        let lock = self.lock_briefly(context, sessions).await?;
        context.begun.cancel();
        Ok(lock)
    }

    /// The same for what is over in a moment and leaves nothing half-way.
    pub(super) async fn lock_briefly(
        &self,
        context: &Context,
        sessions: Sessions,
    ) -> Result<Lock, Error> {
        let name = format!("quetzal-db-{}", self.release());
        let holder = holder();
        let lost = context.interrupt.clone();
        match self.cluster.lock(&name, &holder, lost.clone()).await {
            Ok(lock) => Ok(lock),
            Err(LockError::Silent {
                holder: gone,
                since,
                lease,
            }) => {
                if !self.is_quiet(sessions).await? {
                    return Err(LockError::Silent {
                        holder: gone,
                        since,
                        lease,
                    }
                    .into());
                }
                context
                    .ui
                    .say(&format!("Taking over the lock of {gone}, which is silent."));
                Ok(self.cluster.take_over(&lease, &holder, lost).await?)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether no session of a former holder is left in the server. One that is told to end may need a moment.
    async fn is_quiet(&self, sessions: Sessions) -> Result<bool, Error> {
        let server = Server::new(self.database.container.clone(), OWN_NAME.to_owned());
        let (sql, rounds) = match sessions {
            Sessions::Respect => (COUNT_SESSIONS, 1),
            Sessions::End => (END_SESSIONS, END_ROUNDS),
        };
        for _ in 0..rounds {
            if server
                .control("look for sessions of the former holder", sql)
                .await?
                == "0"
            {
                return Ok(true);
            }
            tokio::time::sleep(END_PAUSE).await;
        }
        Ok(false)
    }

    /// Where a recorded restore acts. What it stops is known by name: who goes on with it need not say again which
    /// labels the application has.
    pub(super) async fn site(self, context: &Context, record: &Record) -> Result<Site, Error> {
        let stops = !record.plan.runners.is_empty();
        let mut workloads = self.workloads;
        let runners = record.plan.runners.iter().map(|r| r.name.as_str());
        let unseen: Vec<_> = runners
            .filter(|name| !workloads.iter().any(|w| w.to_string() == *name))
            .collect();
        workloads.extend(self.cluster.named_workloads(&unseen).await?);
        let finder = Selector {
            instance: self.database.instance.clone(),
            ..context.cli.selector()
        };
        Ok(Site {
            life: observe::life(&self.database, self.live.pulse()),
            finder,
            server: Server::new(self.database.container, application_name(&record.plan.id)),
            cluster: self.cluster,
            workloads: if stops { workloads } else { Vec::new() },
            plan: record.plan.clone(),
            roles_undo: record.roles_undo.clone(),
            progress: context.ui.progress(),
            downtime: Mutex::new(Downtime::default()),
        })
    }
}

/// The restore that was begun and neither finished nor undone, if there is one.
pub(super) fn unfinished(earlier: Vec<Earlier>) -> Option<Earlier> {
    let open = |e: &Earlier| matches!(e.record.standing(), Standing::Interrupted | Standing::Stuck);
    earlier.into_iter().find(open)
}

/// What becomes of the sessions of a holder that fell silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sessions {
    /// While one works, the lock is not taken over.
    Respect,
    /// They are ended: what they did not commit is done again, or taken back.
    End,
}

pub(super) const OWN_NAME: &str = "kubectl-quetzal-db";
const COUNT_SESSIONS: &str = "SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity \
WHERE application_name LIKE 'kubectl-quetzal-db/%' AND pid <> pg_catalog.pg_backend_pid()";
const END_SESSIONS: &str = "SELECT pg_catalog.count(pg_catalog.pg_terminate_backend(pid)) \
FROM pg_catalog.pg_stat_activity \
WHERE application_name LIKE 'kubectl-quetzal-db/%' AND pid <> pg_catalog.pg_backend_pid()";
const END_ROUNDS: u32 = 50;
const END_PAUSE: Duration = Duration::from_millis(200);

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

/// For whom this runs.
pub(super) fn user() -> String {
    variable("USER")
        .or_else(|| variable("LOGNAME"))
        .or_else(|| variable("USERNAME"))
        .unwrap_or_else(|| "somebody".to_owned())
}

/// Who we are, for the others.
pub(super) fn holder() -> String {
    let user = user();
    let host = variable("HOSTNAME").or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    let host = host.map_or_else(|| "an unnamed machine".to_owned(), |h| h.trim().to_owned());
    format!("{user} on {host}, process {}", std::process::id())
}

/// Looks; changes nothing.
pub(super) async fn observe(context: &Context) -> Result<Seen, Error> {
    let cluster = context.cluster().await?;
    let database = context.database(&cluster).await?;
    let instance = database.instance.as_deref();
    let cronjob = match context.cronjob(&cluster, instance).await {
        Ok(cronjob) => Some(cronjob),
        // Restoring from a file needs none.
        Err(Error::Find(FindError::Select(SelectError::None { .. }))) => None,
        Err(error) => return Err(error),
    };
    let application = context.cli.app_selector();
    let workloads = cluster.workloads(&database, application.as_deref()).await?;
    let server = Server::new(database.container.clone(), OWN_NAME.to_owned());
    let live = server.catalog().await?;
    let disk = observe::disk(&database).await?;
    let resources = observe::resources(&database.container).await?;
    Ok(Seen {
        // What begins from here on is not given up because the API server starts anew.
        cluster: cluster.patient(),
        database,
        cronjob,
        workloads,
        live,
        disk,
        resources,
    })
}
