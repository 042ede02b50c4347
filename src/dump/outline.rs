//! The shape of the file: title, globals, one section a database, closing lines.

use super::cluster::Cluster;
use super::database::{Meta, meta_command};
use super::inventory::{Database, Inventory};
use super::reader::{Line, Statement};
use super::refusal::{Position, Reason, Refusal, excerpt};
use super::section::Section;
use super::title;

/// Where in the file we are.
#[derive(Clone, Debug, Default)]
enum Place {
    /// Before the title.
    #[default]
    Top,
    Globals,
    /// Between `-- Database "x" dump` and the title of its `pg_dump` script.
    Heading(Box<Section>),
    Script(Box<Section>),
    /// Behind a script, before the next heading or the closing line.
    Between,
    /// Behind the closing line of the cluster dump.
    End,
}

/// The inventory under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Outline {
    place: Place,
    cluster: Cluster,
    databases: Vec<Database>,
    /// Versions of server and `pg_dump`, as the first section tells them.
    versions: Option<(String, String)>,
    /// Inside a comment block that a bare `--` opened.
    in_frame: bool,
    /// Key of the open `\restrict`.
    restrict: Option<Vec<u8>>,
    /// An `\encoding` that awaits its `\connect`.
    encoding: Option<Position>,
}

impl Outline {
    /// Whether the closing line of the cluster dump has been seen.
    pub(super) fn is_ended(&self) -> bool {
        matches!(self.place, Place::End)
    }

    /// Takes a statement; true where COPY rows follow it.
    pub(super) fn statement(&mut self, statement: &Statement) -> Result<bool, Refusal> {
        self.in_frame = false;
        self.after_encoding()?;
        let refusal = |reason| Refusal {
            at: statement.at,
            reason,
        };
        match &mut self.place {
            Place::Top => Err(refusal(Reason::NotAClusterDump)),
            Place::Globals => self
                .cluster
                .apply(statement)
                .map(|()| false)
                .map_err(refusal),
            Place::Script(section) => section.statement(statement),
            Place::Heading(_) | Place::Between | Place::End => {
                Err(refusal(Reason::OutsideItem(excerpt(&statement.text))))
            }
        }
    }

    /// A chunk of the rows of a COPY ends at `end`.
    pub(super) fn cut(&mut self, end: u64) {
        if let Place::Script(section) = &mut self.place {
            section.cut(end);
        }
    }

    /// The rows of a COPY have ended; `end` is the byte behind the line `\.`.
    pub(super) fn copied(&mut self, rows: u64, end: u64) {
        if let Place::Script(section) = &mut self.place {
            section.copied(rows, end);
        }
    }

    /// Takes a comment line. `pg_dump` frames titles by lines of a bare `--`.
    pub(super) fn comment(&mut self, line: &Line) -> Result<(), Refusal> {
        self.after_encoding()?;
        let refusal = |reason| Refusal {
            at: line.at,
            reason,
        };
        if line.text == b"--" {
            self.in_frame = !self.in_frame;
            return Ok(());
        }
        let Some(text) = line.text.strip_prefix(b"-- ") else {
            return Ok(());
        };
        if self.in_frame {
            return self.framed(text, line.at);
        }
        let Place::Script(section) = &mut self.place else {
            return Ok(());
        };
        if let Some(version) = text.strip_prefix(b"Dumped from database version ") {
            remember(&mut section.server_version, version).map_err(refusal)
        } else if let Some(version) = text.strip_prefix(b"Dumped by pg_dump version ") {
            remember(&mut section.dump_version, version).map_err(refusal)
        } else {
            if text.starts_with(b"load via partition root ") {
                section.load_via_root();
            }
            Ok(())
        }
    }

    /// A title.
    fn framed(&mut self, text: &[u8], at: Position) -> Result<(), Refusal> {
        let refusal = |reason| Err(Refusal { at, reason });
        let is_heading = text.starts_with(b"Database \"") && text.ends_with(b"\" dump");
        match (std::mem::take(&mut self.place), text) {
            (Place::Top, b"PostgreSQL database cluster dump") => self.place = Place::Globals,
            (Place::Top, b"PostgreSQL database dump") => {
                return refusal(Reason::SingleDatabaseDump);
            }
            (Place::Top, _) => return refusal(Reason::NotAClusterDump),
            (Place::Globals | Place::Between, b"PostgreSQL database cluster dump complete") => {
                self.close(at)?;
                self.place = Place::End;
            }
            (Place::Globals | Place::Between, _) if is_heading => {
                self.close(at)?;
                self.place = Place::Heading(Box::new(Section::new()));
            }
            (Place::Heading(section), b"PostgreSQL database dump") => {
                self.place = Place::Script(section);
            }
            // Version 11 writes no heading.
            (Place::Globals | Place::Between, b"PostgreSQL database dump") => {
                self.close(at)?;
                self.place = Place::Script(Box::new(Section::new()));
            }
            (Place::Script(section), b"PostgreSQL database dump complete") => {
                self.add(*section, at)?;
                self.place = Place::Between;
            }
            (Place::Script(_), b"PostgreSQL database cluster dump complete") => {
                return refusal(Reason::MissingDatabaseEnd);
            }
            (
                _,
                b"PostgreSQL database cluster dump"
                | b"PostgreSQL database cluster dump complete"
                | b"PostgreSQL database dump"
                | b"PostgreSQL database dump complete",
            ) => return refusal(Reason::Misplaced(excerpt(text))),
            (Place::Script(_), _) if is_heading => return refusal(Reason::MissingDatabaseEnd),
            (Place::Script(mut section), _) => {
                if let Some(title) = title::parse(text) {
                    section.begin_item(at, title)?;
                }
                self.place = Place::Script(section);
            }
            (place, _) => self.place = place,
        }
        Ok(())
    }

    /// Takes a meta-command.
    pub(super) fn meta_command(&mut self, line: &Line) -> Result<(), Refusal> {
        self.in_frame = false;
        let refusal = |reason| Refusal {
            at: line.at,
            reason,
        };
        let meta = meta_command(&line.text).map_err(refusal)?;
        if !matches!(meta, Meta::Connect(_)) {
            self.after_encoding()?;
        }
        if let Place::Script(section) = &mut self.place {
            section.meta_command()?;
        }
        match (meta, &mut self.place) {
            (Meta::Restrict(key), Place::Globals | Place::Script(_)) if self.restrict.is_none() => {
                self.restrict = Some(key);
                Ok(())
            }
            (Meta::Unrestrict(key), _) if self.restrict.as_ref() == Some(&key) => {
                self.restrict = None;
                Ok(())
            }
            (Meta::Restrict(_) | Meta::Unrestrict(_), _) => Err(refusal(Reason::Restrict)),
            (Meta::Encoding, Place::Script(_)) => {
                self.encoding = Some(line.at);
                Ok(())
            }
            // psql itself would refuse to connect while restricted.
            (Meta::Connect(_), _) if self.restrict.is_some() => Err(refusal(Reason::Restrict)),
            (Meta::Connect(name), Place::Heading(section)) => {
                section.connect_first(name).map_err(refusal)
            }
            (Meta::Connect(name), Place::Globals | Place::Between) => {
                self.close(line.at)?;
                let mut section = Section::new();
                section.connect_first(name).map_err(refusal)?;
                self.place = Place::Heading(Box::new(section));
                Ok(())
            }
            (Meta::Connect(name), Place::Script(section)) => {
                self.encoding = None;
                section.connect(line.at, name)
            }
            (Meta::Encoding | Meta::Connect(_), _) => {
                Err(refusal(Reason::MetaCommand(excerpt(&line.text))))
            }
        }
    }

    /// The inventory of a dump that ended at `end`.
    pub(super) fn finish(self, end: Position) -> Result<Inventory, Refusal> {
        let reason = match self.place {
            Place::End => {
                let (server_version, dump_version) = self.versions.unwrap_or_default();
                let Self {
                    cluster, databases, ..
                } = self;
                let (bytes, lines, globals) = (end.byte, end.line - 1, cluster.globals);
                return Ok(Inventory {
                    bytes,
                    lines,
                    server_version,
                    dump_version,
                    globals,
                    databases,
                });
            }
            Place::Top if end.byte == 0 => Reason::Empty,
            Place::Top => Reason::NotAClusterDump,
            Place::Heading(_) | Place::Script(_) => Reason::MissingDatabaseEnd,
            Place::Globals | Place::Between => Reason::MissingClusterEnd,
        };
        Err(Refusal { at: end, reason })
    }

    fn add(&mut self, section: Section, at: Position) -> Result<(), Refusal> {
        let refusal = |reason| Err(Refusal { at, reason });
        let (database, server, dump) = section.finish(at)?;
        if self
            .databases
            .iter()
            .any(|other| other.name == database.name)
        {
            return refusal(Reason::DuplicateDatabase(database.name));
        }
        self.databases.push(database);
        let (first_server, first_dump) = self
            .versions
            .get_or_insert_with(|| (server.clone(), dump.clone()));
        for (first, other) in [(first_server, server), (first_dump, dump)] {
            if *first != other {
                return refusal(Reason::VersionsDiffer {
                    first: first.clone(),
                    other,
                });
            }
        }
        Ok(())
    }

    /// Nothing may be open where a part of the file ends.
    fn close(&self, at: Position) -> Result<(), Refusal> {
        let refusal = |reason| Refusal { at, reason };
        if self.restrict.is_some() {
            return Err(refusal(Reason::Restrict));
        }
        self.cluster.finish().map_err(refusal)
    }

    fn after_encoding(&self) -> Result<(), Refusal> {
        match self.encoding {
            Some(at) => Err(Refusal {
                at,
                reason: Reason::StrayEncoding,
            }),
            None => Ok(()),
        }
    }
}

/// A line that may occur once in a section.
fn remember(version: &mut Option<String>, text: &[u8]) -> Result<(), Reason> {
    if version.is_some() || text.iter().any(u8::is_ascii_control) {
        return Err(Reason::Misplaced(excerpt(text)));
    }
    *version = Some(super::cursor::utf8(text)?);
    Ok(())
}
