//! `status`: what is there, and the next command to type; once, or again and again.

mod backups;
mod changes;
mod end;
mod report;
mod text;
mod watch;

use std::time::{Duration, Instant};

use crate::cli::StatusArgs;
use crate::cluster::{LockHolder, Selector};
use crate::error::Error;
use crate::restore::{drill_list, safety_list};
use crate::server::Server;
use crate::ui::screen;

use super::Context;
use super::site::{Earlier, OWN_NAME, Seen, observe};

use backups::Known;
use report::Report;

pub(super) async fn run(context: &Context, args: &StatusArgs) -> Result<(), Error> {
    if args.watch {
        return context
            .until_interrupted(watch::run(context, args.interval))
            .await;
    }
    let look = async { Look::new(context).await?.report().await };
    let (report, _) = context.until_interrupted(look).await?;
    let text = text::text(
        &report,
        context.ui.inks(),
        screen::width(),
        crate::clock::now(),
    );
    Ok(context.ui.result(&text, &report)?)
}

/// Databases and backups cost a command in the Pod: they are looked at no more often.
const SELDOM: Duration = Duration::from_secs(30);

/// What is kept from one look to the next.
struct Look {
    seen: Seen,
    known: Known,
    /// When the server was asked.
    asked: Instant,
}

/// What a look finds besides the report.
struct Found {
    earlier: Vec<Earlier>,
    holder: Option<LockHolder>,
}

impl Look {
    async fn new(context: &Context) -> Result<Self, Error> {
        let seen = observe(context).await?;
        let known = backups::known(context, &seen).await;
        Ok(Self {
            seen,
            known,
            asked: Instant::now(),
        })
    }

    /// What is there now, as far as the API server knows; the rest is of the last look that asked for it. The lock is
    /// read first: one that is gone was given back by whoever ended the restore that is read then.
    async fn report(&self) -> Result<(Report, Found), Error> {
        let seen = &self.seen;
        let lock = format!("quetzal-db-{}", seen.release());
        let holder = seen.cluster.lock_holder(&lock).await?;
        let earlier = seen.earlier().await?;
        let copies = safety_list::read(&seen.cluster).await?;
        let drills = drill_list::read(&seen.cluster).await?;
        let backups = self.known.shown(&copies, &drills);
        let mut report = report::report(seen, &earlier, &copies, holder.as_ref(), backups);
        report.last_drill = drills.last(&seen.release()).cloned();
        for restore in report.restores.iter_mut().filter(|r| !r.is_over()) {
            let jobs = seen.cluster.own_jobs(&restore.id).await?;
            restore.job = jobs.into_iter().next().map(|job| job.name);
        }
        Ok((report, Found { earlier, holder }))
    }

    /// Looks again at what the API server knows.
    async fn refresh(&mut self, context: &Context) -> Result<(), Error> {
        let seen = &mut self.seen;
        let application = context.cli.app_selector();
        let found = seen
            .cluster
            .workloads(&seen.database, application.as_deref());
        seen.workloads = found.await?;
        if let Some(cronjob) = &seen.cronjob {
            let selector = Selector {
                cronjob: Some(cronjob.name.clone()),
                ..context.cli.selector()
            };
            seen.cronjob = Some(seen.cluster.cronjob(&selector).await?);
        }
        Ok(())
    }

    /// Asks the Pod again, which may be another one by now.
    async fn ask(&mut self, context: &Context) -> Result<(), Error> {
        self.asked = Instant::now();
        let selector = Selector {
            instance: self.seen.database.instance.clone(),
            ..context.cli.selector()
        };
        self.seen.database = self.seen.cluster.database(&selector).await?;
        let server = Server::new(self.seen.database.container.clone(), OWN_NAME.to_owned());
        self.seen.live = server.catalog().await?;
        Ok(())
    }

    fn is_stale(&self) -> bool {
        self.asked.elapsed() >= SELDOM
    }
}
