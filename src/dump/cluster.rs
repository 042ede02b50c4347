//! Statements of the first part of the dump, about the database cluster as a whole.

use super::cursor::{Cursor, utf8};
use super::inventory::{Globals, Tablespace};
use super::policy::unknown;
use super::reader::Statement;
use super::refusal::Reason;
use super::rights::{RESET_AUTHORIZATION, object_of_grant, reset_authorization, set_authorization};
use super::roles::{self, name};
use super::session;

/// The globals under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Cluster {
    pub globals: Globals,
    /// SET SESSION AUTHORIZATION that awaits its RESET: grants between are made by that role.
    authorization: Option<String>,
}

impl Cluster {
    /// Takes a statement into the globals, or refuses it.
    pub(super) fn apply(&mut self, statement: &Statement) -> Result<(), Reason> {
        if !statement.is_whole() {
            return Err(Reason::LongStatement(statement.text.len() as u64));
        }
        let mut cursor = statement.cursor();
        let globals = &mut self.globals;
        match cursor.one_of(&[
            "set", "reset", "create", "alter", "comment", "security", "grant", "revoke",
        ]) {
            Some("set") if cursor.word("session") => {
                set_authorization(&mut cursor)?;
                self.authorization = Some(utf8(&statement.text)?);
                Ok(())
            }
            Some("set") => session::parse(&mut cursor).map(|_| ()),
            Some("reset") => {
                reset_authorization(&mut cursor)?;
                self.authorization
                    .take()
                    .map(|_| ())
                    .ok_or(Reason::SessionAuthorization)
            }
            Some("create") if cursor.word("role") => roles::create(&mut cursor, globals),
            Some("alter") if cursor.word("role") => roles::alter(&mut cursor, globals),
            Some("create") if cursor.word("tablespace") => {
                let name = name(&mut cursor, "CREATE TABLESPACE")?;
                globals.tablespaces.push(Tablespace {
                    name,
                    statements: Vec::new(),
                });
                let name = globals
                    .tablespaces
                    .last()
                    .map(|tablespace| tablespace.name.clone());
                self.tablespace(&name.unwrap_or_default(), statement)
            }
            Some("alter") if cursor.word("tablespace") => {
                let name = name(&mut cursor, "ALTER TABLESPACE")?;
                self.tablespace(&name, statement)
            }
            Some("comment") if cursor.word("on") => self.comment(&mut cursor, statement),
            Some("security") if cursor.word("label") => self.security_label(&mut cursor, statement),
            Some("grant" | "revoke") => self.grant(statement),
            _ => Err(unknown(statement)),
        }
    }

    /// Whether nothing is left open.
    pub(super) fn finish(&self) -> Result<(), Reason> {
        if self.authorization.is_some() {
            Err(Reason::SessionAuthorization)
        } else {
            Ok(())
        }
    }

    fn comment(&mut self, cursor: &mut Cursor<'_>, statement: &Statement) -> Result<(), Reason> {
        if cursor.word("role") {
            return roles::comment(cursor, &mut self.globals);
        }
        if !cursor.word("tablespace") {
            return Err(unknown(statement));
        }
        let name = name(cursor, "COMMENT ON TABLESPACE")?;
        self.tablespace(&name, statement)
    }

    fn security_label(
        &mut self,
        cursor: &mut Cursor<'_>,
        statement: &Statement,
    ) -> Result<(), Reason> {
        const WHAT: &str = "SECURITY LABEL";
        if cursor.word("for") {
            name(cursor, WHAT)?;
        }
        if !cursor.word("on") {
            return Err(cursor.malformed(WHAT));
        }
        match cursor.one_of(&["role", "tablespace"]) {
            Some("tablespace") => {
                let name = name(cursor, WHAT)?;
                self.tablespace(&name, statement)
            }
            Some(_) => {
                self.globals.security_labels.push(utf8(&statement.text)?);
                Ok(())
            }
            None => Err(cursor.malformed(WHAT)),
        }
    }

    fn grant(&mut self, statement: &Statement) -> Result<(), Reason> {
        let mut cursor = statement.cursor();
        cursor.next();
        let Some(object) = object_of_grant(&mut statement.cursor()) else {
            return roles::grant(&mut cursor, &mut self.globals);
        };
        match object.kind.as_str() {
            "parameter" => {
                let sql = self.authorized(statement)?;
                self.globals.parameter_grants.extend(sql);
                Ok(())
            }
            "tablespace" => {
                self.tablespace(&object.name.ok_or_else(|| unknown(statement))?, statement)
            }
            _ => Err(unknown(statement)),
        }
    }

    fn tablespace(&mut self, name: &str, statement: &Statement) -> Result<(), Reason> {
        let sql = self.authorized(statement)?;
        let known = self
            .globals
            .tablespaces
            .iter_mut()
            .find(|tablespace| tablespace.name == name);
        known
            .ok_or_else(|| unknown(statement))?
            .statements
            .extend(sql);
        Ok(())
    }

    /// The statement, between the statements that make it the act of another role.
    fn authorized(&self, statement: &Statement) -> Result<Vec<String>, Reason> {
        let sql = utf8(&statement.text)?;
        Ok(match &self.authorization {
            Some(set) => vec![set.clone(), sql, RESET_AUTHORIZATION.to_owned()],
            None => vec![sql],
        })
    }
}
