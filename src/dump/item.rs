//! One item under way: what stands under one title, statement by statement.

use super::cursor::utf8;
use super::inventory::{Gap, Item, Property, Transaction};
use super::kind::Kind;
use super::policy::{Class, belongs};
use super::reader::Statement;
use super::refusal::{Position, Reason, excerpt};
use super::rights::RESET_AUTHORIZATION;
use super::rows::Copy;
use super::tables::{TableName, Tables};
use super::title::Title;
use super::work::Work;
use super::work::work;
use std::ops::Range;
use std::sync::Arc;

/// An item of which the end has not been seen.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub at: Position,
    pub kind: Kind,
    tag: Box<str>,
    session: Arc<str>,
    /// What stands between the item before and `span`.
    pub gap: Gap,
    span: Option<Range<u64>>,
    /// What the statements so far do; none before the first one.
    work: Option<Work>,
    resets: Vec<u64>,
    block: Block,
    authorization: Authorization,
    via_root: bool,
    copy: Option<Copy>,
}

/// BEGIN and COMMIT of the item itself.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Block {
    None,
    Begun,
    Committed,
}

/// SET SESSION AUTHORIZATION of the item itself.
#[derive(Clone, Debug)]
enum Authorization {
    None,
    /// Not yet known whether for statements that are applied or for deferred ones.
    Set {
        text: String,
        start: u64,
        is_sensitive: bool,
    },
    Applied,
    Deferred(String),
}

impl Draft {
    pub(super) fn new(at: Position, title: Title, session: Arc<str>, gap: Gap) -> Self {
        Self {
            at,
            kind: title.kind,
            tag: title.tag,
            session,
            gap,
            span: None,
            work: None,
            resets: Vec::new(),
            block: Block::None,
            authorization: Authorization::None,
            via_root: false,
            copy: None,
        }
    }

    pub(super) fn load_via_root(&mut self) {
        self.via_root = true;
    }

    pub(super) fn resets(&self) -> usize {
        self.resets.len()
    }

    /// Takes a statement that is applied.
    pub(super) fn apply(
        &mut self,
        statement: &Statement,
        class: Class,
        tables: &mut Tables,
    ) -> Result<(), Reason> {
        if !belongs(class, &self.kind) {
            return Err(self.misplaced(statement));
        }
        if self.copy.is_some() {
            return Err(Reason::CopyNotAlone);
        }
        match class {
            Class::SetAuthorization => return self.set_authorization(statement),
            Class::ResetAuthorization => return self.reset_authorization(statement),
            Class::Begin | Class::Commit => self.transaction(class)?,
            _ if self.block == Block::Committed => return Err(Reason::Transaction),
            Class::WriteLargeObject if self.block != Block::Begun => {
                return Err(Reason::Transaction);
            }
            _ => {}
        }
        match std::mem::replace(&mut self.authorization, Authorization::None) {
            Authorization::Set {
                start,
                is_sensitive,
                ..
            } => {
                self.extend(start, start, is_sensitive);
                self.authorization = Authorization::Applied;
            }
            Authorization::Deferred(_) => return Err(self.misplaced(statement)),
            other => self.authorization = other,
        }
        self.extend_by(statement, class);
        self.work = Some(work(&self.kind, self.work, statement, tables));
        Ok(())
    }

    /// Takes a statement that is deferred; `properties` keeps it.
    pub(super) fn defer(
        &mut self,
        statement: &Statement,
        parameter: Option<String>,
        properties: &mut Vec<Property>,
    ) -> Result<(), Reason> {
        if self.span.is_some() || matches!(self.authorization, Authorization::Applied) {
            return Err(self.misplaced(statement));
        }
        self.gap = Gap::Foreign;
        if let Authorization::Set { text, .. } = &self.authorization {
            self.authorization = Authorization::Deferred(text.clone());
        }
        let property = |sql: &str| Property {
            sql: sql.to_owned(),
            parameter: None,
        };
        let stated = Property {
            sql: utf8(&statement.text)?,
            parameter,
        };
        match &self.authorization {
            Authorization::Deferred(set) => {
                properties.extend([property(set), stated, property(RESET_AUTHORIZATION)]);
            }
            _ => properties.push(stated),
        }
        Ok(())
    }

    /// Takes `COPY … FROM stdin;`.
    pub(super) fn copy(
        &mut self,
        statement: &Statement,
        target: TableName,
        tables: &mut Tables,
    ) -> Result<(), Reason> {
        if self.kind != Kind::TableData {
            return Err(self.misplaced(statement));
        }
        if self.span.is_some() {
            return Err(Reason::CopyNotAlone);
        }
        // The loader writes an end of its own.
        if !statement.text.ends_with(Copy::FROM_STDIN.as_bytes()) {
            let near = excerpt(&statement.text);
            return Err(Reason::Malformed {
                statement: "COPY",
                near,
            });
        }
        let range = statement.at.byte..statement.end;
        self.extend(range.start, range.end, statement.is_sensitive);
        let data = range.end + 1..range.end + 1;
        self.copy = Some(Copy {
            table: tables.id(&target),
            target: target.text,
            statement: range,
            data,
            cuts: Vec::new(),
            rows: 0,
            via_root: self.via_root,
        });
        Ok(())
    }

    /// Notes that a chunk of the rows of the COPY ends at `end`.
    pub(super) fn cut(&mut self, end: u64) {
        if let Some(copy) = &mut self.copy {
            copy.cuts.push(end);
        }
    }

    /// Takes the rows of the COPY; `end` is the byte behind the line `\.`.
    pub(super) fn copied(&mut self, rows: u64, end: u64) {
        const CLOSING_LINE: u64 = 3;
        if let (Some(copy), Some(span)) = (&mut self.copy, &mut self.span) {
            copy.rows = rows;
            copy.data.end = end - CLOSING_LINE;
            // The last chunk needs no cut, and nothing is behind it.
            copy.cuts.pop_if(|cut| *cut == copy.data.end);
            span.end = end;
        }
    }

    /// The item, or nothing where all its statements were deferred.
    pub(super) fn finish(self) -> Result<Option<Item>, Reason> {
        if self.block == Block::Begun {
            return Err(Reason::Transaction);
        }
        if !matches!(self.authorization, Authorization::None) {
            return Err(Reason::SessionAuthorization);
        }
        let Some(span) = self.span else {
            return Ok(None);
        };
        let transaction = match self.block {
            Block::None => Transaction::Wrap,
            Block::Begun | Block::Committed => Transaction::Own,
        };
        let Self {
            kind,
            tag,
            session,
            gap,
            work,
            resets,
            copy,
            ..
        } = self;
        Ok(Some(Item {
            kind,
            tag,
            span,
            work: work.unwrap_or_default(),
            gap,
            resets,
            session,
            transaction,
            copy,
        }))
    }

    /// An item has its own transaction as its first and last statement, or has none.
    fn transaction(&mut self, class: Class) -> Result<(), Reason> {
        self.block = match (class, &self.block, &self.span) {
            (Class::Begin, Block::None, None) => Block::Begun,
            (Class::Commit, Block::Begun, _) => Block::Committed,
            _ => return Err(Reason::Transaction),
        };
        Ok(())
    }

    fn set_authorization(&mut self, statement: &Statement) -> Result<(), Reason> {
        if !matches!(self.authorization, Authorization::None) {
            return Err(Reason::SessionAuthorization);
        }
        let (text, start) = (utf8(&statement.text)?, statement.at.byte);
        self.authorization = Authorization::Set {
            text,
            start,
            is_sensitive: statement.is_sensitive,
        };
        Ok(())
    }

    fn reset_authorization(&mut self, statement: &Statement) -> Result<(), Reason> {
        match std::mem::replace(&mut self.authorization, Authorization::None) {
            Authorization::Applied => {
                self.extend(statement.at.byte, statement.end, statement.is_sensitive);
                Ok(())
            }
            Authorization::Deferred(_) => Ok(()),
            // Nothing was done as that role.
            Authorization::None | Authorization::Set { .. } => Err(Reason::SessionAuthorization),
        }
    }

    fn extend_by(&mut self, statement: &Statement, class: Class) {
        // Large-object statements run no code of the dump, and there may be millions of them.
        let is_sensitive = statement.is_sensitive && class != Class::WriteLargeObject;
        self.extend(statement.at.byte, statement.end, is_sensitive);
    }

    fn extend(&mut self, start: u64, end: u64, is_sensitive: bool) {
        if is_sensitive {
            self.resets.push(start);
        }
        self.span.get_or_insert(start..end).end = end;
    }

    fn misplaced(&self, statement: &Statement) -> Reason {
        Reason::StatementInItem {
            statement: excerpt(&statement.text),
            kind: self.kind.clone(),
        }
    }
}
