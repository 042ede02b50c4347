//! What the live server says of itself, asked in one query and answered in one JSON document.

use serde::Deserialize;

/// The query behind [`Catalog`]. Password verifiers are not asked for.
pub const CATALOG_QUERY: &str = "
SELECT pg_catalog.json_build_object(
  'version_num', pg_catalog.current_setting('server_version_num')::int,
  'version', pg_catalog.current_setting('server_version'),
  'system_identifier', (SELECT system_identifier::text FROM pg_catalog.pg_control_system()),
  'started', pg_catalog.pg_postmaster_start_time()::text,
  'checkpointer', (SELECT backend_start::text FROM pg_catalog.pg_stat_activity WHERE backend_type = 'checkpointer'),
  'user', CURRENT_USER,
  'databases', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', datname, 'size', pg_catalog.pg_database_size(oid), 'connectable', datallowconn,
      'comment', pg_catalog.shobj_description(oid, 'pg_database')) ORDER BY datname) FROM pg_catalog.pg_database),
  'roles', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', rolname, 'superuser', rolsuper, 'inherit', rolinherit, 'create_role', rolcreaterole,
      'create_db', rolcreatedb, 'login', rolcanlogin, 'replication', rolreplication,
      'bypass_rls', rolbypassrls, 'connection_limit', rolconnlimit, 'valid_until', rolvaliduntil::text,
      'comment', pg_catalog.shobj_description(oid, 'pg_authid')) ORDER BY rolname)
    FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_'),
  'memberships', (SELECT pg_catalog.json_agg(DISTINCT pg_catalog.jsonb_build_object(
      'role', r.rolname, 'member', m.rolname, 'admin', a.admin_option,
      'inherit', (pg_catalog.to_jsonb(a)->>'inherit_option')::bool, 'set', (pg_catalog.to_jsonb(a)->>'set_option')::bool))
    FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles r ON r.oid = a.roleid
    JOIN pg_catalog.pg_roles m ON m.oid = a.member),
  'role_settings', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('role', r.rolname, 'name',
      pg_catalog.split_part(c, '=', 1), 'value', pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)))
    FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_roles r ON r.oid = s.setrole,
    pg_catalog.unnest(s.setconfig) c WHERE s.setdatabase = 0),
  'tablespaces', (SELECT pg_catalog.json_agg(spcname) FROM pg_catalog.pg_tablespace),
  'predefined_roles', (SELECT pg_catalog.json_agg(rolname) FROM pg_catalog.pg_roles WHERE rolname ~ '^pg_'),
  'parameters', (SELECT pg_catalog.json_agg(name) FROM (SELECT name FROM pg_catalog.pg_settings UNION SELECT n
      FROM pg_catalog.unnest(ARRAY['role', 'session_authorization', 'seed', 'default_with_oids']) n
      WHERE pg_catalog.current_setting(n, true) IS NOT NULL) p),
  'extensions', (SELECT pg_catalog.json_agg(name) FROM pg_catalog.pg_available_extensions),
  'busy', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('database', d, 'what', w)) FROM (
      SELECT database AS d, 'prepared transaction ' || gid AS w FROM pg_catalog.pg_prepared_xacts
      UNION ALL SELECT database, 'replication slot ' || slot_name FROM pg_catalog.pg_replication_slots
        WHERE database IS NOT NULL
      UNION ALL SELECT datname, 'subscription ' || subname FROM pg_catalog.pg_subscription
        JOIN pg_catalog.pg_database ON pg_database.oid = subdbid) b),
  'max_wal_bytes', (SELECT setting::bigint * 1048576 FROM pg_catalog.pg_settings WHERE name = 'max_wal_size'))";

/// Lists the databases of the server, for the question whether a swap has happened.
pub const NAMES_QUERY: &str = "SELECT pg_catalog.json_agg(datname) FROM pg_catalog.pg_database";

/// The query behind [`Pulse`]. A server that lost one of its processes starts all others anew, the checkpointer too,
/// while the postmaster lives on (`postmaster.c`, `HandleChildCrash`).
pub const PULSE_QUERY: &str = "
SELECT pg_catalog.json_build_object(
  'system_identifier', (SELECT system_identifier::text FROM pg_catalog.pg_control_system()),
  'started', pg_catalog.pg_postmaster_start_time()::text,
  'checkpointer', (SELECT backend_start::text FROM pg_catalog.pg_stat_activity WHERE backend_type = 'checkpointer'))";

/// When the server last came to life; all of it in the server's own words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Pulse {
    /// Identifies the database cluster for its whole life.
    pub system_identifier: String,
    /// When the postmaster started.
    pub started: String,
    /// When its checkpointer did.
    pub checkpointer: Option<String>,
}

/// The live server.
#[derive(Debug, Clone, Deserialize)]
pub struct Catalog {
    /// `server_version_num`, for example `150018`.
    pub version_num: u32,
    /// `server_version`, for example `15.18 (Debian 15.18-0+deb12u1)`.
    pub version: String,
    /// Identifies the database cluster for its whole life.
    pub system_identifier: String,
    /// When the server started, in its own words: it changes when the server crashed or its Pod was replaced.
    pub started: String,
    /// When its checkpointer started: it changes when any process of the server crashed.
    pub checkpointer: Option<String>,
    /// The superuser that we are.
    pub user: String,
    /// Every database.
    pub databases: Vec<LiveDatabase>,
    /// Every role but the server's own `pg_…`.
    pub roles: Vec<LiveRole>,
    /// Who is a member of what.
    #[serde(deserialize_with = "null_as_empty")]
    pub memberships: Vec<LiveMembership>,
    /// Settings of roles that hold in every database.
    #[serde(deserialize_with = "null_as_empty")]
    pub role_settings: Vec<LiveRoleSetting>,
    /// Names of the tablespaces.
    pub tablespaces: Vec<String>,
    /// Roles that came with the server.
    pub predefined_roles: Vec<String>,
    /// Names of its parameters, those too that `pg_settings` hides and a role may have set.
    pub parameters: Vec<String>,
    /// Extensions that the server could create.
    #[serde(deserialize_with = "null_as_empty")]
    pub extensions: Vec<String>,
    /// What would keep a database from being renamed or dropped.
    #[serde(deserialize_with = "null_as_empty")]
    pub busy: Vec<Obstacle>,
    /// `max_wal_size` in bytes.
    pub max_wal_bytes: u64,
}

/// One database of the live server.
#[derive(Debug, Clone, Deserialize)]
pub struct LiveDatabase {
    /// Its name.
    pub name: String,
    /// Bytes on disk.
    pub size: u64,
    /// `datallowconn`.
    pub connectable: bool,
    /// `COMMENT ON DATABASE`.
    pub comment: Option<String>,
}

/// One role of the live server, without its password.
#[derive(Debug, Clone, Deserialize)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the attributes of pg_roles, one to one"
)]
pub struct LiveRole {
    /// `rolname`
    pub name: String,
    /// `rolsuper`
    pub superuser: bool,
    /// `rolinherit`
    pub inherit: bool,
    /// `rolcreaterole`
    pub create_role: bool,
    /// `rolcreatedb`
    pub create_db: bool,
    /// `rolcanlogin`
    pub login: bool,
    /// `rolreplication`
    pub replication: bool,
    /// `rolbypassrls`
    pub bypass_rls: bool,
    /// `rolconnlimit`, -1 for none.
    pub connection_limit: i64,
    /// `rolvaliduntil` in the server's words.
    pub valid_until: Option<String>,
    /// `COMMENT ON ROLE`.
    pub comment: Option<String>,
}

/// One membership of the live server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LiveMembership {
    /// The role that was granted.
    pub role: String,
    /// The role that it was granted to.
    pub member: String,
    /// `ADMIN OPTION`
    pub admin: bool,
    /// `INHERIT OPTION`, from PostgreSQL 16.
    pub inherit: Option<bool>,
    /// `SET OPTION`, from PostgreSQL 16.
    pub set: Option<bool>,
}

/// A setting that a role carries into every database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LiveRoleSetting {
    /// The role.
    pub role: String,
    /// The setting's name.
    pub name: String,
    /// Its value as the server keeps it.
    #[serde(default)]
    pub value: String,
}

/// Something that keeps a database from being renamed or dropped.
#[derive(Debug, Clone, Deserialize)]
pub struct Obstacle {
    /// The database.
    pub database: String,
    /// What it is, with its name.
    pub what: String,
}

impl Catalog {
    /// When the server last came to life.
    pub fn pulse(&self) -> Pulse {
        Pulse {
            system_identifier: self.system_identifier.clone(),
            started: self.started.clone(),
            checkpointer: self.checkpointer.clone(),
        }
    }

    /// Major version: 15 for `150018`.
    pub fn major(&self) -> u32 {
        self.version_num / 10_000
    }

    /// The live database of that name.
    pub fn database(&self, name: &str) -> Option<&LiveDatabase> {
        self.databases.iter().find(|d| d.name == name)
    }

    /// Whether a role or database may set that parameter. One with a dot may belong to anybody, and is never refused.
    pub fn knows_parameter(&self, name: &str) -> bool {
        let same = |known: &String| known.eq_ignore_ascii_case(name);
        name.contains('.') || self.parameters.iter().any(same)
    }

    /// The live role of that name.
    pub fn role(&self, name: &str) -> Option<&LiveRole> {
        self.roles.iter().find(|r| r.name == name)
    }
}

fn null_as_empty<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}
