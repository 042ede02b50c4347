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

/// A loading session (see [`crate::restore::load`]). Arguments: application name, options, database, folder, nonce.
///
/// Reads lines: `>` and text, which is psql's input as it stands, or `<` and file, offset, length: bytes of a file of
/// the folder, which are. psql takes the end of its input for success, so a piece that cannot be read ends the input
/// before the COMMIT of its transaction, and only psql's own answers tell what was done. When psql ends, a line says
/// so: the reader of lines hears of it only with the next one.
pub const SESSION: &str = r#"set -eu
export PGPASSWORD="${PGPASSWORD:-${POSTGRES_PASSWORD:-}}" PGAPPNAME="$1" PGOPTIONS="$2" PGDATABASE="$3"
cd "$4"
trap '' PIPE
piece() { dd if="$1" bs=256K iflag=skip_bytes,count_bytes skip="$2" count="$3" status=none; }
feed() {
  while IFS= read -r line; do
    case $line in
      ">"*) printf '%s\n' "${line#>}" || return 1 ;;
      "<"*) piece ${line#<} || return 1 ;;
      *) return 1 ;;
    esac
  done
}
load() { psql -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -U "${POSTGRES_USER:-postgres}" -o /dev/null -f -; }
feed | { load && code=0 || code=$?; echo "$5 ended"; exit "$code"; }"#;

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
/// commits need not wait for the disk: the commit of the swap makes them all durable.
pub fn load_options(maintenance_memory: u64, workers: Option<u32>) -> String {
    let workers = workers.map_or_else(String::new, |workers| {
        format!(" -c max_parallel_maintenance_workers={workers}")
    });
    format!(
        "-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0 \
         -c idle_in_transaction_session_timeout=0 -c synchronous_commit=off -c maintenance_work_mem={}kB{workers}",
        maintenance_memory / 1024
    )
}
