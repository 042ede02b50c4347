//! One loading session: a psql in the Pod that is told what to do and says when it is done.

use crate::cluster::{Command, ExecError, Talk};
use crate::postgres::psql::{SESSION, application_name, load_options};
use crate::restore::load::{Answer, Script, Text, answer};
use crate::restore::plan::DatabasePlan;

use super::{SILENT_STATEMENT, World};

/// The session has ended, or what it says does not fit what it was told: its own end tells why.
#[derive(Debug)]
pub(super) struct Unanswered;

/// A session in a staged database.
pub(super) struct Session<'a> {
    talk: Talk,
    nonce: &'a str,
}

impl<'a> Session<'a> {
    /// Connects. Whether that went well shows with the first answer.
    pub(super) async fn open(world: &World, plan: &DatabasePlan, script: &Script<'a>) -> Self {
        let site = &world.site;
        let args = [
            application_name(&site.plan.id),
            load_options(site.plan.sessions.memory, site.plan.sessions.workers()),
            plan.staged.clone(),
            script.folder.to_owned(),
            script.nonce.to_owned(),
        ];
        let command = Command::script(SESSION, args)
            .named("psql")
            .idle(SILENT_STATEMENT);
        let mut session = Self {
            talk: site.server.container().talk(command),
            nonce: script.nonce,
        };
        // It has one portion, so there is nothing to be answered yet.
        let _ = session.tell(&script.opening()).await;
        session
    }

    /// Says something; whether it was heard shows with the answer.
    pub(super) async fn tell(&mut self, text: &Text) -> Result<(), Unanswered> {
        for (number, portion) in text.portions().enumerate() {
            if number > 0 && self.hear().await != Answer::Pause {
                return Err(Unanswered);
            }
            self.talk.say(portion).await;
        }
        Ok(())
    }

    /// The next answer: that psql has ended where nothing more will come.
    pub(super) async fn hear(&mut self) -> Answer {
        loop {
            match self.talk.hear().await {
                None => return Answer::Ended,
                Some(line) => {
                    if let Some(answer) = answer(self.nonce, &line) {
                        return answer;
                    }
                }
            }
        }
    }

    /// Waits for psql's end. An end without an error is one, too, where something was still to be done.
    pub(super) async fn finish(self) -> Result<(), ExecError> {
        self.talk.finish().await
    }
}
