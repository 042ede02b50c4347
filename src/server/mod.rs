//! The PostgreSQL server in the Pod, spoken to by psql inside the Pod.

mod drop;

use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::cluster::{Command, Container, ExecError};
use crate::postgres::catalog::{CATALOG_QUERY, Catalog, NAMES_QUERY, PULSE_QUERY, Pulse};
use crate::postgres::psql::{CONTROL_DATABASE, CONTROL_OPTIONS, FILE, QUERY};

/// Statistics of a large database, a checkpoint of a busy server.
const SILENT_WORK: Duration = Duration::from_hours(24);

/// A server, and the name under which our sessions show there.
#[derive(Clone)]
pub struct Server {
    container: Container,
    application_name: String,
}

/// What can go wrong between us and the server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// psql failed, or its outcome is unknown.
    #[error("cannot {act} in database {database:?}")]
    Psql {
        /// What was to be done.
        act: &'static str,
        /// Where.
        database: String,
        /// Why.
        source: ExecError,
    },
    /// The answer is not what the query gives.
    #[error("cannot read the server's answer to: {act}")]
    Answer {
        /// What was to be done.
        act: &'static str,
        /// Why.
        source: serde_json::Error,
    },
}

/// The same of a command that is a psql.
pub fn is_passing(error: &ExecError) -> bool {
    const SIGNS: [&str; 6] = [
        "the database system is",
        "Connection refused",
        "No such file or directory",
        "server closed the connection",
        "connection to server was lost",
        "terminating connection",
    ];
    let says = |stderr: &str| SIGNS.iter().any(|sign| stderr.contains(sign));
    error.is_passing() || matches!(error, ExecError::Failed { stderr, .. } if says(stderr))
}

impl ServerError {
    /// Whether it may have happened all the same.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Psql { source, .. } if source.is_unknown())
    }

    /// What stopped it goes by itself: the way to the server, or a server that starts, stops or recovers.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Psql { source, .. } if is_passing(source))
    }

    /// psql's own words, empty where it was not heard.
    pub fn stderr(&self) -> &str {
        match self {
            Self::Psql {
                source: ExecError::Failed { stderr, .. },
                ..
            } => stderr,
            _ => "",
        }
    }
}

impl Server {
    /// The server of a container.
    pub fn new(container: Container, application_name: String) -> Self {
        Self {
            container,
            application_name,
        }
    }

    /// The container it runs in.
    pub fn container(&self) -> &Container {
        &self.container
    }

    /// Runs one small statement; its text is an argument, so it must hold no secret. `act` completes "cannot …".
    pub async fn query(
        &self,
        act: &'static str,
        database: &str,
        sql: &str,
    ) -> Result<String, ServerError> {
        self.answer(act, database, self.script(QUERY, database, sql))
            .await
    }

    /// Like [`Server::query`] for a statement that may work for hours without a word.
    pub async fn work(
        &self,
        act: &'static str,
        database: &str,
        sql: &str,
    ) -> Result<String, ServerError> {
        let command = self.script(QUERY, database, sql).idle(SILENT_WORK);
        self.answer(act, database, command).await
    }

    async fn answer(
        &self,
        act: &'static str,
        database: &str,
        command: Command,
    ) -> Result<String, ServerError> {
        let answer = self.container.output(&command).await;
        let bytes = answer.map_err(|source| ServerError::Psql {
            act,
            database: database.to_owned(),
            source,
        })?;
        Ok(String::from_utf8_lossy(&bytes)
            .trim_end_matches('\n')
            .to_owned())
    }

    /// Like [`Server::query`] in the control database.
    pub async fn control(&self, act: &'static str, sql: &str) -> Result<String, ServerError> {
        self.query(act, CONTROL_DATABASE, sql).await
    }

    /// Runs a file of our own SQL that is in the Pod already.
    pub async fn run_file(
        &self,
        act: &'static str,
        database: &str,
        path: &str,
    ) -> Result<(), ServerError> {
        let command = self.script(FILE, database, path);
        self.answer(act, database, command).await.map(drop)
    }

    /// The answers to the questions of a file, which may take hours.
    pub async fn ask_file(
        &self,
        act: &'static str,
        database: &str,
        path: &str,
    ) -> Result<String, ServerError> {
        let command = self.script(FILE, database, path).idle(SILENT_WORK);
        self.answer(act, database, command).await
    }

    /// Asks the server about itself.
    pub async fn catalog(&self) -> Result<Catalog, ServerError> {
        self.json("ask the server about itself", CATALOG_QUERY)
            .await
    }

    /// Names of all databases.
    pub async fn names(&self) -> Result<Vec<String>, ServerError> {
        self.json("list the databases", NAMES_QUERY).await
    }

    /// When the server last came to life.
    pub async fn pulse(&self) -> Result<Pulse, ServerError> {
        self.json("ask the server since when it runs", PULSE_QUERY)
            .await
    }

    /// The same server in another Pod, or in the same one after a restart.
    #[must_use]
    pub fn moved_to(&self, container: Container) -> Self {
        Self::new(container, self.application_name.clone())
    }

    async fn json<T: DeserializeOwned>(
        &self,
        act: &'static str,
        sql: &str,
    ) -> Result<T, ServerError> {
        let answer = self.control(act, sql).await?;
        serde_json::from_str(&answer).map_err(|source| ServerError::Answer { act, source })
    }

    fn script(&self, script: &'static str, database: &str, last: &str) -> Command {
        Command::script(
            script,
            [
                self.application_name.as_str(),
                CONTROL_OPTIONS,
                database,
                last,
            ],
        )
    }
}
