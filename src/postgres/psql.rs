//! psql as it is run inside the Pod: constant shell scripts, everything that varies as positional arguments.
//!
//! The database goes in by environment: as an option psql would read a name with `=` in it as a connection string.
//! `-X` keeps a stray psqlrc out, `ON_ERROR_STOP` ends at the first error.

/// Runs one read-only or small statement. Arguments: application name, options of the server, database, SQL.
pub const QUERY: &str = r#"set -eu
export PGPASSWORD="${PGPASSWORD:-${POSTGRES_PASSWORD:-}}" PGAPPNAME="$1" PGOPTIONS="$2" PGDATABASE="$3"
exec psql -X -q -A -t -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -c "$4""#;

/// Runs a file of our own SQL. Arguments: application name, options of the server, database, file.
pub const FILE: &str = r#"set -eu
export PGPASSWORD="${PGPASSWORD:-${POSTGRES_PASSWORD:-}}" PGAPPNAME="$1" PGOPTIONS="$2" PGDATABASE="$3"
exec psql -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -U "${POSTGRES_USER:-postgres}" -f "$4""#;

/// Runs a load program (see [`crate::restore::load`]). Arguments: application name, options, database, folder, program.
///
/// Each line of the program names a file of the folder, an offset and a length; the bytes joined are psql's input.
/// psql takes the end of its input for success, so a piece that cannot be read ends the input before the COMMIT of
/// its item, and only the program's own last line proves that all of it ran.
pub const LOAD: &str = r#"set -eu
export PGPASSWORD="${PGPASSWORD:-${POSTGRES_PASSWORD:-}}" PGAPPNAME="$1" PGOPTIONS="$2" PGDATABASE="$3"
cd "$4"
feed() {
  while read -r file offset length; do
    dd if="$file" bs=256K iflag=skip_bytes,count_bytes skip="$offset" count="$length" status=none || return 1
  done <"$1"
}
feed "$5" | psql -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -U "${POSTGRES_USER:-postgres}" -o /dev/null -f -"#;

/// Streams a dump of the whole database cluster. Argument: application name.
pub const DUMP_ALL: &str = r#"set -eu
export PGPASSWORD="${PGPASSWORD:-${POSTGRES_PASSWORD:-}}" PGAPPNAME="$1"
exec pg_dumpall -U "${POSTGRES_USER:-postgres}""#;

/// The database that holds our control sessions: it is never renamed.
pub const CONTROL_DATABASE: &str = "postgres";

/// `application_name` of every session of one restore, so that its backends can be found again.
pub fn application_name(id: &super::RestoreId) -> String {
    format!("kubectl-quetzal-db/{id}")
}

/// Server options of a control session: nothing that a role or database sets may get in the way.
pub const CONTROL_OPTIONS: &str = "-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0 \
-c idle_in_transaction_session_timeout=0 -c standard_conforming_strings=on -c client_encoding=UTF8 -c search_path=pg_catalog";

/// Server options of a loading session. A staged database that a crash cuts short is dropped or loaded again, so its
/// commits need not wait for the disk; the checkpoint before the swap makes all of them durable.
pub const LOAD_OPTIONS: &str = "-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0 \
-c idle_in_transaction_session_timeout=0 -c synchronous_commit=off";
