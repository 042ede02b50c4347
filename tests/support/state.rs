//! What is compared before and after: the whole truth of the databases, and everything that a restore may touch.

use std::collections::{BTreeMap, BTreeSet};

use super::demo::{CRONJOB, Demo};

/// Names with what they are, to be compared as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts(BTreeMap<String, String>);

pub const ROLES: &str = "SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
rolconnlimit, rolvaliduntil, md5(rolpassword), shobj_description(oid, 'pg_authid') FROM pg_authid WHERE rolname !~ '^pg_' ORDER BY 1";
pub const MEMBERS: &str = "SELECT roleid::regrole, member::regrole, admin_option FROM pg_auth_members ORDER BY roleid::regrole::text, member::regrole::text";
pub const SETTINGS: &str = "SELECT datname, rolname, setconfig FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase
LEFT JOIN pg_roles r ON r.oid = setrole WHERE datname IS NULL OR datname !~ '__before_' ORDER BY 1, 2";
/// Rights in full: a dump leaves out those that are the default.
pub const DATABASES: &str = "SELECT datname, pg_get_userbyid(datdba), encoding, datcollate, datctype, datistemplate, datallowconn, datconnlimit,
(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(coalesce(datacl, acldefault('d', datdba))) a), shobj_description(oid, 'pg_database') FROM pg_database WHERE datname !~ '__before_' ORDER BY 1";
/// A crash of any backend makes the server start all of its processes anew.
pub const SERVER: &str = "SELECT pg_postmaster_start_time(), backend_start FROM pg_stat_activity WHERE backend_type = 'checkpointer'";
const OIDS: &str = "SELECT oid, datname, datallowconn, datacl FROM pg_database ORDER BY datname";
/// Of the database's volume, all but the server's own files.
const FILES: &str =
    "find /srv/data -mindepth 1 -path /srv/data/pgdata -prune -o -mindepth 1 -print | sort";
/// But for the shell that looks, and what it calls.
const PROGRAMS: &str = r#"for process in /proc/[0-9]*; do
  name=$(cat "$process/comm" 2>/dev/null) || continue
  [ "$process" = "/proc/$$" ] || [ "$name" = postgres ] || [ ! -d "$process" ] || echo "${process#/proc/} $name"
done"#;
/// The text of a dump without the key that every run of `pg_dump` makes anew.
const DUMP: &str = r#"set -o pipefail; pg_dump -U "$POSTGRES_USER" --create -d "$1" | sed -E 's/^(\\(un)?restrict) .*/\1/'"#;
const DUMP_SUM: &str = r#"set -o pipefail; pg_dump -U "$POSTGRES_USER" --create -d "$1" | sed -E 's/^(\\(un)?restrict) .*/\1/' | sha256sum"#;

impl Facts {
    /// Roles, memberships, settings, properties of all databases, and a whole dump of those named.
    pub fn of_databases(demo: &Demo, names: &[&str]) -> Self {
        Self::with_dumps(demo, names, DUMP)
    }

    /// The same with a checksum in place of each dump.
    pub fn of_large_databases(demo: &Demo, names: &[&str]) -> Self {
        Self::with_dumps(demo, names, DUMP_SUM)
    }

    fn with_dumps(demo: &Demo, names: &[&str], script: &str) -> Self {
        let mut facts = BTreeMap::new();
        for (what, sql) in [
            ("roles", ROLES),
            ("members", MEMBERS),
            ("settings", SETTINGS),
            ("databases", DATABASES),
        ] {
            facts.insert(what.to_owned(), demo.psql("postgres", sql));
        }
        for name in names {
            // As a connection string, so that no name is taken for one.
            let database = format!(
                "dbname='{}'",
                name.replace('\\', r"\\").replace('\'', r"\'")
            );
            let dump = demo.in_pod(&["bash", "-c", script, "bash", &database], b"");
            let dump = String::from_utf8_lossy(&dump);
            facts.insert(format!("database {name}"), in_order(&dump));
        }
        Self(facts)
    }

    /// Everything that an operation which changes nothing must leave: databases with their oids, roles, files, replicas,
    /// CronJob, data, and Pods of nobody.
    pub fn of_surroundings(demo: &Demo) -> Self {
        let mut facts = BTreeMap::new();
        for (what, sql) in [
            ("databases", OIDS),
            ("roles", ROLES),
            ("members", MEMBERS),
            ("settings", SETTINGS),
        ] {
            facts.insert(what.to_owned(), demo.psql("postgres", sql));
        }
        facts.insert("data".to_owned(), demo.data());
        facts.insert("files".to_owned(), files(demo).join("\n"));
        facts.insert("helpers".to_owned(), helpers(demo).join("\n"));
        for name in [
            "demo-quetzal-app",
            "demo-quetzal-worker",
            "demo-quetzal-db",
            "demo-gcs",
        ] {
            facts.insert(
                format!("replicas of {name}"),
                demo.replicas(name).0.to_string(),
            );
        }
        facts.insert("cronjob suspended".to_owned(), suspended(demo).to_string());
        Self(facts)
    }

    /// Fails where anything differs, and says what.
    #[track_caller]
    pub fn assert_same(&self, after: &Self) {
        let names = |f: &Self| f.0.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(self), names(after));
        for (name, before) in &self.0 {
            if let Some(difference) = super::difference(before, &after.0[name]) {
                panic!("{name} changed; {difference}");
            }
        }
    }

    pub fn get(&self, name: &str) -> &str {
        &self.0[name]
    }
}

/// A dump with the rows of each table sorted: a server that loads rows fills the gaps on its pages with later ones that fit,
/// so their order on the disk is its own.
fn in_order(dump: &str) -> String {
    let mut text = String::with_capacity(dump.len());
    let mut lines = dump.split_inclusive('\n');
    while let Some(line) = lines.next() {
        text.push_str(line);
        if line.starts_with("COPY ") && line.ends_with(" FROM stdin;\n") {
            let mut rows: Vec<_> = lines.by_ref().take_while(|row| *row != "\\.\n").collect();
            rows.sort_unstable();
            text.extend(rows);
            text.push_str("\\.\n");
        }
    }
    text
}

/// Since when the server and its processes run: another answer shows a crash.
pub fn server(demo: &Demo) -> String {
    demo.psql("postgres", SERVER)
}

/// Programs that run in the database's container beside the server: number and name. A command whose connection broke
/// may stay there for good, so only those are of interest that were not there before.
pub fn programs(demo: &Demo) -> BTreeSet<String> {
    let listed = String::from_utf8(demo.in_pod(&["sh", "-c", PROGRAMS], b"")).unwrap();
    listed.lines().map(str::to_owned).collect()
}

/// Files beside the server's own on the database's volume.
pub fn files(demo: &Demo) -> Vec<String> {
    let listed = String::from_utf8(demo.in_pod(&["sh", "-c", FILES], b"")).unwrap();
    listed.lines().map(str::to_owned).collect()
}

/// Pods that neither a `ReplicaSet` nor a Job owns and that are not about to go.
pub fn helpers(demo: &Demo) -> Vec<String> {
    let pods = demo.admin.json(&["pods"]);
    let of_nobody = |pod: &&serde_json::Value| {
        let owner = pod["metadata"]["ownerReferences"][0]["kind"].as_str();
        !matches!(owner, Some("ReplicaSet" | "Job"))
            && pod["metadata"]["deletionTimestamp"].is_null()
    };
    let found = pods["items"].as_array().unwrap().iter().filter(of_nobody);
    found
        .map(|pod| pod["metadata"]["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Whether the backup CronJob makes no Jobs by itself.
pub fn suspended(demo: &Demo) -> bool {
    demo.admin.json(&["cronjob", CRONJOB])["spec"]["suspend"]
        .as_bool()
        .unwrap_or(false)
}
