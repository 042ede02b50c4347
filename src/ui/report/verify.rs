//! What a proved backup holds: names and numbers, no password.

use serde::Serialize;

use crate::dump::{Database, Role};
use crate::storage::{Compression, Verified};

/// The result of `verify`.
#[derive(Debug, Serialize)]
pub struct VerifyReport<'a> {
    backup: &'a str,
    compression: Compression,
    stored_bytes: u64,
    sha256: &'a str,
    text_bytes: u64,
    server_version: &'a str,
    dump_version: &'a str,
    roles: Vec<RoleReport<'a>>,
    tablespaces: Vec<&'a str>,
    databases: Vec<DatabaseReport<'a>>,
}

#[derive(Debug, Serialize)]
struct RoleReport<'a> {
    name: &'a str,
    login: bool,
    superuser: bool,
}

#[derive(Debug, Serialize)]
struct DatabaseReport<'a> {
    name: &'a str,
    extensions: &'a [String],
    tables: Vec<TableReport<'a>>,
}

#[derive(Debug, Serialize)]
struct TableReport<'a> {
    name: &'a str,
    rows: u64,
    bytes: u64,
}

impl<'a> VerifyReport<'a> {
    /// Of the backup under this name.
    pub fn new(backup: &'a str, v: &'a Verified) -> Self {
        let i = &v.inventory;
        let tablespaces = i.globals.tablespaces.iter();
        Self {
            backup,
            compression: v.compression,
            stored_bytes: v.stored_bytes,
            sha256: &v.sha256,
            text_bytes: i.bytes,
            server_version: &i.server_version,
            dump_version: &i.dump_version,
            roles: i.globals.roles.iter().map(RoleReport::new).collect(),
            tablespaces: tablespaces.map(|t| t.name.as_str()).collect(),
            databases: i.databases.iter().map(DatabaseReport::new).collect(),
        }
    }
}

impl<'a> RoleReport<'a> {
    fn new(role: &'a Role) -> Self {
        Self {
            name: &role.name,
            login: role.attributes.login,
            superuser: role.attributes.superuser,
        }
    }
}

impl<'a> DatabaseReport<'a> {
    fn new(database: &'a Database) -> Self {
        let copies = database.items.iter().filter_map(|item| item.copy.as_ref());
        let tables = copies.map(|copy| TableReport {
            name: &copy.target,
            rows: copy.rows,
            bytes: copy.bytes(),
        });
        Self {
            name: &database.name,
            extensions: &database.extensions,
            tables: tables.collect(),
        }
    }
}
