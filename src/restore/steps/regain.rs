//! The server, found again after it was lost: in the same Pod, or in the one that took its place.

use std::time::{Duration, Instant};

use crate::cluster::FindError;
use crate::restore::life::Mishap;
use crate::restore::observe;
use crate::server::ServerError;

use super::{Site, StepError};

/// A node that fails is noticed by Kubernetes after 40 s; a Pod and a recovering server take their time too.
pub(super) const PATIENCE: Duration = Duration::from_mins(5);
const POLL: Duration = Duration::from_secs(1);

/// What was in the way at the last look.
#[derive(Debug, thiserror::Error)]
pub enum RegainError {
    /// No Pod that is ready.
    #[error(transparent)]
    Find(#[from] FindError),
    /// A server that does not answer.
    #[error(transparent)]
    Server(#[from] ServerError),
}

impl Site {
    /// Waits until the server answers again and ends what this restore left under way there. What happened to it
    /// meanwhile, if anything did.
    pub async fn regain(&mut self) -> Result<Option<Mishap>, StepError> {
        let deadline = Instant::now() + PATIENCE;
        self.progress.detail("waiting for the database server");
        let mishap = loop {
            match self.look().await {
                Ok(seen) => break seen?,
                Err(error) if Instant::now() >= deadline => return Err(StepError::Away(error)),
                Err(error) => tracing::debug!("the server is not back: {error}"),
            }
            tokio::time::sleep(POLL).await;
        };
        self.settle().await?;
        Ok(mishap)
    }

    /// One look: whether the server is there, and whether it is the one that was.
    async fn look(&mut self) -> Result<Result<Option<Mishap>, StepError>, RegainError> {
        let database = self.cluster.database(&self.finder).await?;
        let server = self.server.moved_to(database.container.clone());
        let pulse = server.pulse().await?;
        let expected = &self.life.pulse.system_identifier;
        if pulse.system_identifier != *expected {
            return Ok(Err(StepError::AnotherServer {
                expected: expected.clone(),
                found: pulse.system_identifier,
            }));
        }
        let life = observe::life(&database, pulse);
        let mishap = life.since(&self.life);
        self.server = server;
        self.life = life;
        Ok(Ok(mishap))
    }
}
