//! What the databases under their real names hold, told apart: all old, all new, or lost.

use std::collections::BTreeMap;
use std::fmt;

use crate::session::Session;
use crate::support::state::{DATABASES, MEMBERS, ROLES, SETTINGS};

/// The databases that every restore of this suite replaces.
pub const NAMES: [&str; 4] = ["fault_left", "fault_right", "quetzal", "unittests"];

const TABLES: &str = r"SET search_path = '';
SELECT format($$SELECT %L, count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM %s AS t$$, c.oid::regclass, c.oid::regclass)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY c.oid::regclass::text \gexec
SELECT 'relations', relkind, count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' GROUP BY relkind ORDER BY relkind;
SELECT 'sequence', schemaname, sequencename, last_value FROM pg_sequences ORDER BY 2, 3;
SELECT 'invalid indexes', count(*) FROM pg_index WHERE NOT indisvalid;
SELECT 'large object', m.oid, md5(lo_get(m.oid)) FROM pg_largeobject_metadata m ORDER BY m.oid;
SELECT 'right', relname, relowner::regrole, (SELECT array_agg(a::text ORDER BY a::text)
FROM unnest(coalesce(relacl, acldefault('r', relowner))) a) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = 'public' AND relkind IN ('r', 'v') ORDER BY relname;
";
/// Of the demo's own database, what the running application leaves as it is.
const SHOW: &str = include_str!("../demo/sql/show.sql");

/// The whole truth of the databases and of what belongs to them.
#[derive(Clone, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<String, String>);

impl Snapshot {
    /// Looks; an error where a database is not there or does not answer.
    pub fn take(session: &Session) -> Result<Self, String> {
        let globals = [ROLES, MEMBERS, SETTINGS, DATABASES].join(";\n");
        let mut parts =
            BTreeMap::from([("postgres".to_owned(), session.ask("postgres", &globals)?)]);
        for name in NAMES {
            let sql = if name == "quetzal" { SHOW } else { TABLES };
            parts.insert(name.to_owned(), session.ask(name, sql)?);
        }
        Ok(Self(parts))
    }

    /// Only what the databases hold, without roles and properties.
    pub fn same_content(&self, other: &Self) -> bool {
        NAMES
            .iter()
            .all(|name| self.content(name) == other.content(name))
    }

    /// The tables of one database. The roles that the demo's own answer ends with are no part of them.
    fn content(&self, name: &str) -> Vec<&str> {
        let lines = self
            .0
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
            .lines();
        lines
            .filter(|line| !line.starts_with("role ") && !line.starts_with("right|"))
            .collect()
    }

    /// The first lines that differ.
    pub fn difference(&self, other: &Self) -> String {
        let parts = self.0.iter().filter_map(|(name, text)| {
            let theirs = other.0.get(name).map(String::as_str).unwrap_or_default();
            crate::support::difference(text, theirs).map(|d| format!("{name}: {d}"))
        });
        parts.collect::<Vec<_>>().join("\n")
    }
}

/// On which side of the swap the databases are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Old,
    New,
    /// Nothing at all: between drop and swap of a restore in place, whose safety backup is the way back.
    Gone,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Old => "all old",
            Self::New => "all new",
            Self::Gone => "all dropped",
        })
    }
}

/// Which databases stand under the real names: `name=oid` of each. One statement sees one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(pub String);

impl Names {
    /// The statement.
    pub fn sql() -> String {
        let list = NAMES.map(|n| format!("'{n}'")).join(", ");
        format!(
            "SELECT 'names ' || coalesce(string_agg(datname || '=' || oid, ' ' ORDER BY datname COLLATE \"C\"), '') \
             FROM pg_database WHERE datname IN ({list})"
        )
    }

    /// One line of its answer.
    pub fn read(line: &str) -> Option<Self> {
        line.strip_prefix("names ")
            .map(|names| Self(names.to_owned()))
    }

    /// On which side these are; `before` are the old ones. None where they are on neither.
    pub fn side(&self, before: &Self) -> Option<Side> {
        if self == before {
            return Some(Side::Old);
        }
        if self.0.is_empty() {
            return Some(Side::Gone);
        }
        let pairs = || self.0.split(' ').filter_map(|pair| pair.split_once('='));
        let all = pairs().map(|(name, _)| name).eq(NAMES);
        let none = self
            .0
            .split(' ')
            .all(|pair| !before.0.split(' ').any(|old| old == pair));
        (all && none).then_some(Side::New)
    }
}
