//! What is in a dump.

use super::kind::Kind;
use super::novelty::Need;
use super::rows::Copy;
use super::work::Work;
use serde::{Serialize, Serializer};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The content of a dump that has been read to its last byte and accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Inventory {
    /// Length of the uncompressed dump in bytes.
    pub bytes: u64,
    /// Lines of the uncompressed dump.
    pub lines: u64,
    /// As in `Dumped from database version`; the same for all databases. Empty without databases.
    pub server_version: String,
    /// As in `Dumped by pg_dump version`; the same for all databases. Empty without databases.
    pub dump_version: String,
    /// What belongs to the database cluster as a whole.
    pub globals: Globals,
    /// In the order of the file, `template1` and `postgres` too.
    pub databases: Vec<Database>,
}

impl Inventory {
    /// Number of tables, partitions and partitioned tables included.
    pub fn tables(&self) -> usize {
        self.items().filter(|item| item.kind == Kind::Table).count()
    }

    /// Rows of all COPY data.
    pub fn rows(&self) -> u64 {
        self.copies().map(|copy| copy.rows).sum()
    }

    /// Bytes of all COPY data.
    pub fn copy_bytes(&self) -> u64 {
        self.copies().map(Copy::bytes).sum()
    }

    /// Names of all extensions that the dump creates, sorted, each once.
    pub fn extensions(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .databases
            .iter()
            .flat_map(|database| &database.extensions)
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn items(&self) -> impl Iterator<Item = &Item> {
        self.databases.iter().flat_map(|database| &database.items)
    }

    fn copies(&self) -> impl Iterator<Item = &Copy> {
        self.items().filter_map(|item| item.copy.as_ref())
    }
}

/// Roles, their settings and memberships, tablespaces, rights on parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Globals {
    /// All roles, in the order of the file.
    pub roles: Vec<Role>,
    /// `ALTER ROLE … SET`.
    pub settings: Vec<RoleSetting>,
    /// `GRANT role TO role`.
    pub memberships: Vec<Membership>,
    /// `COMMENT ON ROLE`.
    pub comments: Vec<RoleComment>,
    /// Statements on rights to set parameters, complete with semicolon.
    pub parameter_grants: Vec<String>,
    /// All tablespaces.
    pub tablespaces: Vec<Tablespace>,
    /// `SECURITY LABEL … ON ROLE`, complete with semicolon.
    pub security_labels: Vec<String>,
}

/// A role as the dump creates it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Decoded name.
    pub name: String,
    /// What `ALTER ROLE … WITH` says.
    pub attributes: RoleAttributes,
    /// The stored password.
    pub password: Option<Verifier>,
}

/// Attributes of a role, as `ALTER ROLE … WITH` writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "PostgreSQL's own attributes")]
pub struct RoleAttributes {
    /// SUPERUSER.
    pub superuser: bool,
    /// INHERIT.
    pub inherit: bool,
    /// CREATEROLE.
    pub create_role: bool,
    /// CREATEDB.
    pub create_db: bool,
    /// LOGIN.
    pub login: bool,
    /// REPLICATION.
    pub replication: bool,
    /// BYPASSRLS.
    pub bypass_rls: bool,
    /// CONNECTION LIMIT; -1 for none.
    pub connection_limit: i64,
    /// VALID UNTIL, as written.
    pub valid_until: Option<String>,
}

impl Default for RoleAttributes {
    /// What a bare CREATE ROLE gives.
    fn default() -> Self {
        Self {
            superuser: false,
            inherit: true,
            create_role: false,
            create_db: false,
            login: false,
            replication: false,
            bypass_rls: false,
            connection_limit: -1,
            valid_until: None,
        }
    }
}

/// A stored password (SCRAM or md5); never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(String);

impl Verifier {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

const HIDDEN: &str = "(hidden)";

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Serialize for Verifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

/// `ALTER ROLE role [IN DATABASE database] SET name TO value`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleSetting {
    /// Decoded name.
    pub role: String,
    /// Decoded name, where the setting is for one database only.
    pub database: Option<String>,
    /// The parameter.
    pub name: String,
    /// What stands behind TO, as written.
    pub value_sql: String,
}

/// `GRANT role TO member`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// The group.
    pub role: String,
    /// Who joins it.
    pub member: String,
    /// WITH ADMIN OPTION.
    pub admin: bool,
    /// WITH INHERIT, where it is written (16 and later).
    pub inherit: Option<bool>,
    /// WITH SET, where it is written (16 and later).
    pub set: Option<bool>,
    /// GRANTED BY, where it is written.
    pub grantor: Option<String>,
}

/// `COMMENT ON ROLE`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleComment {
    /// Decoded name.
    pub role: String,
    /// Decoded text.
    pub text: String,
}

/// A tablespace and all statements about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tablespace {
    /// Decoded name.
    pub name: String,
    /// Complete with semicolon, in the order of the file; the first one creates it.
    pub statements: Vec<String>,
}

/// One database of the dump.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Database {
    /// Decoded name.
    pub name: String,
    /// None for `template1` and `postgres`, which exist in every database cluster.
    pub create: Option<CreateDatabase>,
    /// The client encoding under which its section was written.
    pub client_encoding: String,
    /// Complete statements about the database itself, in the order of the file: owner, settings, limits, rights,
    /// comment. They name the database as it is called in the dump.
    pub properties: Vec<Property>,
    /// Decoded names of the extensions it creates.
    pub extensions: Vec<String>,
    /// What older servers do not know, each once, in the order of the file.
    pub needs: Vec<Need>,
    /// Every table that an item names in a form that is understood, each once.
    pub tables: Vec<Table>,
    /// Everything else, in the order of the file.
    pub items: Vec<Item>,
}

/// A statement about a database itself; as JSON the statement alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Complete with semicolon.
    pub sql: String,
    /// The parameter of the server that it sets.
    pub parameter: Option<String>,
}

impl Serialize for Property {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.sql)
    }
}

/// A table of a database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// As first written, with its schema. Elsewhere it may be quoted otherwise.
    pub name: Box<str>,
    /// What it is.
    pub form: TableForm,
}

/// What a table is, as far as it matters for loading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TableForm {
    /// The dump creates it as a table of its own, or as a partition that holds rows.
    Plain,
    /// The dump creates it partitioned: it holds no rows itself.
    Partitioned,
    /// Not created by the dump as either: foreign, of an extension, or unknown.
    #[default]
    Other,
}

/// A table, as a place in [`Database::tables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TableId(pub u32);

/// What stands between an item and the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// Comments and blanks only: one piece of the dump may hold both items.
    Clean,
    /// Something that is not for the loader, or nothing is before it.
    #[default]
    Foreign,
}

impl Database {
    /// Whether it holds anything apart from rights and comments on what every database holds.
    pub fn holds_objects(&self) -> bool {
        self.items
            .iter()
            .any(|item| !matches!(item.kind, Kind::Acl | Kind::Comment | Kind::SecurityLabel))
    }
}

/// `CREATE DATABASE name …`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CreateDatabase {
    /// Between the name and the semicolon: `WITH TEMPLATE = template0 ENCODING = 'UTF8' …`.
    pub options_sql: String,
    /// ENCODING.
    pub encoding: Option<String>,
    /// `LOCALE_PROVIDER`.
    pub locale_provider: Option<String>,
    /// `LC_COLLATE`, or LOCALE where that stands for both.
    pub lc_collate: Option<String>,
    /// `LC_CTYPE`, or LOCALE where that stands for both.
    pub lc_ctype: Option<String>,
    /// `ICU_LOCALE` or `BUILTIN_LOCALE`.
    pub provider_locale: Option<String>,
    /// `ICU_RULES`.
    pub icu_rules: Option<String>,
    /// TABLESPACE.
    pub tablespace: Option<String>,
}

/// The unit of loading: what stands under one title of `pg_dump`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its type.
    pub kind: Kind,
    /// Its name in the title. For display only: the dump may write anything there.
    pub tag: Box<str>,
    /// Bytes of the dump: first byte of the first statement to behind the last one, or behind the line `\.`.
    pub span: Range<u64>,
    /// What it does to which tables.
    pub work: Work,
    /// What stands before it.
    pub gap: Gap,
    /// Offsets into the dump of statements before which `standard_conforming_strings` and
    /// `client_encoding` must be set again: psql's lexer depends on them there, and user code in a statement before
    /// could have changed them.
    pub resets: Vec<u64>,
    /// Session settings in force for this item beyond the fixed ones, as statements.
    pub session: Arc<str>,
    /// Who opens the transaction.
    pub transaction: Transaction,
    /// Set for table data in COPY form.
    pub copy: Option<Copy>,
}

/// Who opens the transaction of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Transaction {
    /// Whoever loads it.
    Wrap,
    /// The item itself holds BEGIN and COMMIT.
    Own,
}
