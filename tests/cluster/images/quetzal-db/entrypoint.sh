#!/usr/bin/env bash
# Process 1 of the test database: makes the data directory on first start, then becomes the server.
# It follows the manners of the well-known PostgreSQL container images: same variables, same hook folder, starts as root.
#
#   POSTGRES_USER       superuser (postgres)
#   POSTGRES_PASSWORD   its password; required on first start
#   POSTGRES_DB         database made on first start (same name as the user)
#   POSTGRES_INITDB_ARGS  further arguments of initdb, separated by blanks
#   PGDATA              data directory (/var/lib/postgresql/data)
#   /docker-entrypoint-initdb.d/*.sql, *.sh   run once, in the order of their names
set -euo pipefail

as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/var/lib/postgresql "$@"; }

# Makes folders that a volume may have brought with another owner.
prepare_folders() {
  mkdir -p "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  chmod 2775 /var/run/postgresql
  chown postgres:postgres /var/run/postgresql
  find "$PGDATA" \! -user postgres -exec chown postgres:postgres {} +
}

# initdb reads the password from a pipe: it is never an argument, nor in a file. The shell that makes the pipe runs as
# postgres already, since a pipe made by root cannot be opened as /dev/stdin by another user.
make_data_directory() {
  if [[ -z ${POSTGRES_PASSWORD:-} ]]; then
    echo 'entrypoint: POSTGRES_PASSWORD must be set when the data directory is empty' >&2
    exit 1
  fi
  local -a extra=()
  read -ra extra <<<"${POSTGRES_INITDB_ARGS:-}"
  as_postgres bash -c 'printf "%s\n" "$POSTGRES_PASSWORD" | initdb --pwfile=/dev/stdin "$@"' initdb \
    --username="$POSTGRES_USER" --auth-local=trust --auth-host=scram-sha-256 "${extra[@]}"
  printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
}

psql_once() { as_postgres psql -X -v ON_ERROR_STOP=1 --no-password --username "$POSTGRES_USER" "$@"; }

run_hooks() {
  local hook
  for hook in /docker-entrypoint-initdb.d/*; do
    case $hook in
      *.sh) echo "entrypoint: running $hook"; if [[ -x $hook ]]; then as_postgres "$hook"; else as_postgres bash "$hook"; fi ;;
      *.sql) echo "entrypoint: running $hook"; psql_once --dbname "$POSTGRES_DB" <"$hook" ;;
      */'*') ;;
      *) echo "entrypoint: ignoring $hook" ;;
    esac
  done
}

# The server of the first start listens on its socket alone, so that no client takes it for the finished one.
first_start() {
  make_data_directory
  as_postgres pg_ctl --wait --silent -o "-c listen_addresses=''" start
  if [[ $POSTGRES_DB != postgres ]]; then
    psql_once --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
  run_hooks
  as_postgres pg_ctl --wait --silent --mode=fast stop
  echo 'entrypoint: first start done'
}

export POSTGRES_USER=${POSTGRES_USER:-postgres}
export POSTGRES_DB=${POSTGRES_DB:-$POSTGRES_USER}
export PGDATA=${PGDATA:-/var/lib/postgresql/data}

if [[ ${1:-postgres} == -* ]]; then set -- postgres "$@"; fi
if [[ ${1:-} != postgres ]]; then exec "$@"; fi
shift

prepare_folders
if [[ ! -s $PGDATA/PG_VERSION ]]; then first_start; fi
exec setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/var/lib/postgresql \
  postgres -c listen_addresses='*' "$@"
