//! A database dropped. The server waits for all of its sessions to notice that, also for those that can't: one that writes
//! to a client which reads no more keeps it waiting for ever (`WaitForProcSignalBarrier` in `procsignal.c`).

use std::time::Duration;

use crate::postgres::identifier;
use crate::postgres::psql::CONTROL_DATABASE;
use crate::progress::Progress;

use super::{Server, ServerError};

/// Files of many gigabytes, after a checkpoint, may take so long before it is worth asking.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Sessions that may be what the server waits for, in words.
const STUCK: &str = "SELECT COALESCE(pg_catalog.string_agg(pg_catalog.format('%s of %s (%s)', pid, usename, \
application_name), ', '), '') FROM pg_catalog.pg_stat_activity WHERE wait_event = 'ClientWrite' AND \
pid <> pg_catalog.pg_backend_pid()";

impl Server {
    /// Drops a database if it is there; says meanwhile which sessions may keep the server from it.
    pub async fn drop_database(
        &self,
        act: &'static str,
        name: &str,
        progress: &dyn Progress,
    ) -> Result<(), ServerError> {
        let sql = format!("DROP DATABASE IF EXISTS {}", identifier(name));
        let dropped = self.work(act, CONTROL_DATABASE, &sql);
        tokio::pin!(dropped);
        let mut said = String::new();
        loop {
            let look = async {
                tokio::time::sleep(LOOK_EVERY).await;
                self.control("see what a drop waits for", STUCK).await
            };
            tokio::select! {
                biased;
                done = &mut dropped => return done.map(drop),
                stuck = look => match stuck {
                    Ok(stuck) if !stuck.is_empty() && stuck != said => {
                        progress.note(&in_the_way(&stuck));
                        said = stuck;
                    }
                    Ok(_) => {}
                    // The drop itself knows whether the server is lost.
                    Err(error) => tracing::debug!("{error}"),
                },
            }
        }
    }
}

fn in_the_way(stuck: &str) -> String {
    format!(
        "  ! the server may be waiting for a session whose client does not read: {stuck}; \
         SELECT pg_terminate_backend(PID) ends it"
    )
}
