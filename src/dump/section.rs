//! One database section under way.

use super::inventory::{CreateDatabase, Database, Gap};
use super::item::Draft;
use super::kind::Kind;
use super::novelty::{Need, Novelty, novelties};
use super::policy::{Class, Verdict, judge};
use super::reader::Statement;
use super::refusal::{Position, Reason, Refusal, excerpt};
use super::session::{Session, Setting};
use super::tables::Tables;
use super::title::Title;

/// Offsets of resets that are kept: 8 MiB. Only dumps made with --inserts have many more of them than items.
const MOST_RESETS: usize = 1 << 20;

/// What is known of the database so far.
#[derive(Clone, Debug)]
pub(super) struct Section {
    name: Option<String>,
    create: Option<CreateDatabase>,
    is_connected: bool,
    pub server_version: Option<String>,
    pub dump_version: Option<String>,
    client_encoding: Option<String>,
    database: Database,
    tables: Tables,
    session: Session,
    item: Option<Draft>,
    resets: usize,
}

impl Section {
    pub(super) fn new() -> Self {
        let database = Database {
            name: String::new(),
            create: None,
            client_encoding: String::new(),
            properties: Vec::new(),
            extensions: Vec::new(),
            needs: Vec::new(),
            tables: Vec::new(),
            items: Vec::new(),
        };
        Self {
            name: None,
            create: None,
            is_connected: false,
            server_version: None,
            dump_version: None,
            client_encoding: None,
            database,
            tables: Tables::default(),
            session: Session::new(),
            item: None,
            resets: 0,
        }
    }

    /// `\connect` before the script: only for databases that exist everywhere.
    pub(super) fn connect_first(&mut self, name: String) -> Result<(), Reason> {
        if self.name.is_some() || !matches!(name.as_str(), "template1" | "postgres") {
            return Err(Reason::ConnectElsewhere {
                expected: self.name.clone().unwrap_or_default(),
                found: name,
            });
        }
        self.name = Some(name);
        self.is_connected = true;
        Ok(())
    }

    /// `\connect` inside the script: begins the session afresh.
    pub(super) fn connect(&mut self, at: Position, name: String) -> Result<(), Refusal> {
        if self.name.as_ref() != Some(&name) {
            let expected = self.name.clone().unwrap_or_default();
            return Err(Refusal {
                at,
                reason: Reason::ConnectElsewhere {
                    expected,
                    found: name,
                },
            });
        }
        self.is_connected = true;
        self.session = Session::new();
        Ok(())
    }

    /// A meta-command: no item goes on behind it.
    pub(super) fn meta_command(&mut self) -> Result<(), Refusal> {
        self.end_item().map(|_| ())
    }

    /// The title of the next item.
    pub(super) fn begin_item(&mut self, at: Position, title: Title) -> Result<(), Refusal> {
        let gap = self.end_item()?;
        self.item = Some(Draft::new(at, title, self.session.text(), gap));
        Ok(())
    }

    /// The comment `load via partition root`.
    pub(super) fn load_via_root(&mut self) {
        if let Some(item) = &mut self.item {
            item.load_via_root();
        }
    }

    /// Takes a statement; true where COPY rows follow it.
    pub(super) fn statement(&mut self, statement: &Statement) -> Result<bool, Refusal> {
        let refusal = |reason| Refusal {
            at: statement.at,
            reason,
        };
        let verdict = judge(statement).map_err(refusal)?;
        if let Verdict::Set(setting) = verdict {
            self.setting(setting, statement)?;
            return Ok(false);
        }
        self.place(verdict, statement).map_err(refusal)
    }

    fn setting(&mut self, setting: Setting, statement: &Statement) -> Result<(), Refusal> {
        let refusal = |reason| Refusal {
            at: statement.at,
            reason,
        };
        match setting {
            Setting::Session(slot) => {
                self.end_item()?;
                self.session.set(slot, &statement.text).map_err(refusal)
            }
            _ if self.item.is_some() => Err(refusal(Reason::SettingInsideItem)),
            Setting::Fixed => Ok(()),
            Setting::ClientEncoding(to) => match self.client_encoding.replace(to.clone()) {
                Some(from) if from != to => Err(refusal(Reason::EncodingChanges { from, to })),
                _ => Ok(()),
            },
        }
    }

    /// Puts a statement where it belongs; true where COPY rows follow it.
    fn place(&mut self, verdict: Verdict, statement: &Statement) -> Result<bool, Reason> {
        let Some(item) = &mut self.item else {
            return Err(Reason::OutsideItem(excerpt(&statement.text)));
        };
        let other = |found: String| {
            Err(Reason::OtherDatabase {
                expected: self.name.clone().unwrap_or_default(),
                found,
            })
        };
        match verdict {
            Verdict::Create(name, _) if item.kind != Kind::Database || self.name.is_some() => {
                return other(name);
            }
            Verdict::Create(name, create) => {
                self.name = Some(name);
                self.create = Some(create);
            }
            Verdict::Property(name, _) if self.name.as_ref() != Some(&name) => return other(name),
            Verdict::Property(_, parameter) => {
                item.defer(statement, parameter, &mut self.database.properties)?;
            }
            _ if !self.is_connected => return Err(Reason::NotConnected),
            Verdict::Copy(target) => {
                item.copy(statement, target, &mut self.tables)?;
                return Ok(true);
            }
            Verdict::Extension(name) => {
                item.apply(statement, Class::Definition, &mut self.tables)?;
                self.database.extensions.push(name);
            }
            Verdict::Apply(class) => {
                item.apply(statement, class, &mut self.tables)?;
                self.note(statement, class);
            }
            Verdict::Set(_) => {}
        }
        Ok(false)
    }

    /// Keeps what older servers do not know.
    fn note(&mut self, statement: &Statement, class: Class) {
        let needs = &mut self.database.needs;
        let found = match class {
            Class::Definition | Class::Rights => novelties(statement),
            Class::Statistics => vec![Novelty::StatisticsData],
            _ => return,
        };
        for what in found {
            if !needs.iter().any(|need| need.what == what) {
                let at = statement.at;
                needs.push(Need { what, at });
            }
        }
    }

    /// A chunk of the rows of the COPY under way ends at `end`.
    pub(super) fn cut(&mut self, end: u64) {
        if let Some(item) = &mut self.item {
            item.cut(end);
        }
    }

    /// The rows of the COPY under way have ended; `end` is the byte behind the line `\.`.
    pub(super) fn copied(&mut self, rows: u64, end: u64) {
        if let Some(item) = &mut self.item {
            item.copied(rows, end);
        }
    }

    /// Ends the item under way; tells what stands between the last item of the inventory and here.
    fn end_item(&mut self) -> Result<Gap, Refusal> {
        let Some(item) = self.item.take() else {
            // A setting or a meta-command has ended it, or none has begun.
            return Ok(Gap::Foreign);
        };
        let (at, gap) = (item.at, item.gap);
        self.resets += item.resets();
        let item = match item.finish() {
            _ if self.resets > MOST_RESETS => Err(Reason::TooManyResets(MOST_RESETS)),
            result => result,
        };
        match item.map_err(|reason| Refusal { at, reason })? {
            Some(item) => self.database.items.push(item),
            None => return Ok(gap),
        }
        Ok(Gap::Clean)
    }

    /// The closing line of the script stands at `at`.
    pub(super) fn finish(mut self, at: Position) -> Result<(Database, String, String), Refusal> {
        self.end_item()?;
        let refusal = |reason| Refusal { at, reason };
        let (Some(server), Some(dump)) = (self.server_version, self.dump_version) else {
            return Err(refusal(Reason::MissingVersion));
        };
        let name = self
            .name
            .filter(|_| self.is_connected)
            .ok_or_else(|| refusal(Reason::NotConnected))?;
        let client_encoding = self
            .client_encoding
            .ok_or_else(|| refusal(Reason::MissingEncoding))?;
        Ok((
            Database {
                name,
                create: self.create,
                client_encoding,
                tables: self.tables.into_list(),
                ..self.database
            },
            server,
            dump,
        ))
    }
}
