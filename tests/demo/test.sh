#!/usr/bin/env bash
# Tests the demo itself on a running cluster, in a namespace of its own that is removed at the end.
#   test.sh
# Environment: as deploy.sh; KEEP=1 leaves the namespace when a check fails.
set -Eeuo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/kube.sh"

passed() { printf 'ok   %s\n' "$*"; }

# expect WHAT WANTED GOT
expect() {
    [[ $2 == "$3" ]] || fail "$1: wanted '$2', got '$3'"
    passed "$1"
}

# until_true SECONDS WHAT COMMAND...: polls twice a second
until_true() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        ((SECONDS < deadline)) || fail "waited in vain: $what"
        sleep 0.5
    done
    passed "$what"
}

in_app() { kube exec deployment/demo-quetzal-app -- "$@"; }
healthy() { [[ $(in_app curl -s -o /dev/null -w '%{http_code}' --max-time 10 http://127.0.0.1:8080/healthz 2> /dev/null) == 200 ]]; }
unhealthy() { ! healthy; }
count() { in_app curl -s --max-time 10 http://127.0.0.1:8080/count | python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
more_rows_than() { (($(count rows) > $1)); }
# A connection made while the Service still points to a Pod that is gone is never answered.
objects() {
    in_app curl -s -k --max-time 5 https://gcs:4443/storage/v1/b/quetzal-backups/o |
        python3 -c 'import json, sys; [print(o["name"]) for o in json.load(sys.stdin).get("items", [])]'
}
bucket_holds_the_backup() { [[ $(objects 2> /dev/null) == "$backup" ]]; }
may() { "${KUBECTL:-kubectl}" --kubeconfig "$scratch/kubeconfig" auth can-i "$@" || true; }

test_deployment() {
    "$here/deploy.sh" "$namespace" --size 1 --kubeconfig-out "$scratch/kubeconfig"
    passed "deployed in $SECONDS s"
    "$here/deploy.sh" "$namespace" --size 1
    passed "deployed again over itself"
    until_true 20 "the application answers" healthy
    until_true 20 "the application writes" more_rows_than "$(count rows)"
    expect "autoscalers" "demo-quetzal-app demo-quetzal-worker" "$(kube get hpa -o jsonpath='{.items[*].metadata.name}')"
    expect "the worker's transaction" quetzal-worker "$(psql_in_pod quetzal -A -t -c \
        "SELECT DISTINCT application_name FROM pg_stat_activity WHERE application_name = 'quetzal-worker' AND xact_start < now()")"
}

test_permissions() {
    expect "operator may exec" yes "$(may create pods/exec)"
    expect "operator may patch the cron job" yes "$(may patch cronjobs.batch)"
    expect "operator may not read secrets" no "$(may get secrets 2> /dev/null)"
    expect "operator may not delete deployments" no "$(may delete deployments.apps 2> /dev/null)"
}

test_backup() {
    kube create job by-hand --from=cronjob/demo-quetzal-db-cron > /dev/null
    kube wait --for=jsonpath='{.status.startTime}' job/by-hand --timeout 30s > /dev/null
    kube wait --for=create pod -l job-name=by-hand --timeout 30s > /dev/null
    expect "Pods with the database's label" 2 "$(kube get pods -l app.kubernetes.io/component=database -o name | wc -l)"
    expect "Pods behind the Service db" 1 "$(kube get endpointslices -l kubernetes.io/service-name=db -o jsonpath='{.items[*].endpoints[*].targetRef.name}' | wc -w)"
    kube wait --for=condition=complete job/by-hand --timeout 120s > /dev/null
    backup=$(objects)
    [[ $backup =~ ^db/db_dump-[0-9]{8}_[0-9]{6}\.bak\.gz$ ]] || fail "one backup in the bucket, not: $backup"
    passed "$backup is in the bucket"
    in_app curl -s -k --fail --max-time 60 "https://gcs:4443/storage/v1/b/quetzal-backups/o/${backup/\//%2F}?alt=media" > "$scratch/backup.gz"
    gunzip < "$scratch/backup.gz" > "$scratch/backup.sql"
    expect "its last line" "-- PostgreSQL database cluster dump complete" "$(tail -n 3 "$scratch/backup.sql" | head -n 1)"
}

# Restores the dump from stdin into a second server beside the first and prints that one's own dump.
# shellcheck disable=SC2016
RESTORE_ELSEWHERE='
    set -eu
    cd /srv/data
    rm -rf elsewhere
    mkdir -m 777 elsewhere
    as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
    cat > elsewhere/dump.sql
    export PGHOST=/srv/data/elsewhere PGUSER=dbuser PGDATABASE=postgres
    as_postgres initdb -D elsewhere/pgdata -U dbuser -A trust > elsewhere/log
    as_postgres pg_ctl -s -w -D elsewhere/pgdata -l elsewhere/server.log -o "-k /srv/data/elsewhere -c listen_addresses=" start
    sed -i "s/^CREATE ROLE dbuser;$//" elsewhere/dump.sql
    psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -f elsewhere/dump.sql >&2
    pg_dumpall
    as_postgres pg_ctl -s -m immediate -D elsewhere/pgdata stop
    rm -rf elsewhere
'

test_dump_restores() {
    kube exec -i deployment/demo-quetzal-db -c quetzal -- sh -c "$RESTORE_ELSEWHERE" < "$scratch/backup.sql" > "$scratch/again.sql"
    expect "a restored dump, dumped" "$(without_keys < "$scratch/backup.sql" | sha256sum)" "$(without_keys < "$scratch/again.sql" | sha256sum)"
}

without_keys() { sed -E 's/^(\\(un)?restrict) .*/\1/'; }

test_server_lost() {
    local rows
    rows=$(count rows)
    kube delete pod -l quetzal.example/serves=postgres --wait=false > /dev/null
    until_true 30 "the application notices that the server is gone" unhealthy
    until_true 120 "the application answers again" healthy
    until_true 20 "the application writes again, after its old rows" more_rows_than "$((rows + 1))"
}

test_bucket_survives() {
    kube delete pod -l app.kubernetes.io/component=bucket > /dev/null
    until_true 60 "the bucket holds the backup after its server was restarted" bucket_holds_the_backup
}

test_damage() {
    "$here/show.sh" "$namespace" --data > "$scratch/before"
    "$here/show.sh" "$namespace" --data | diff "$scratch/before" - || fail "data changes by itself"
    "$here/damage.sh" "$namespace"
    "$here/show.sh" "$namespace" --data > "$scratch/after"
    expect "lines that the damage changed" "users families thumbnails role" \
        "$(diff "$scratch/before" "$scratch/after" | sed -n 's/^> \([a-z]*\).*/\1/p' | tr '\n' ' ' | sed 's/ $//')"
    until_true 20 "the application answers in spite of the damage" healthy
}

test_removal() {
    "$here/undeploy.sh" "$namespace"
    expect "namespaces left" "" "$(cluster get namespace "$namespace" --ignore-not-found -o name)"
    expect "volumes left" "" "$(cluster get persistentvolume -o jsonpath="{.items[?(@.spec.claimRef.namespace==\"$namespace\")].metadata.name}")"
    "$here/undeploy.sh" "$namespace"
    passed "removed, twice"
}

finish() {
    local status=$?
    rm -rf "$scratch"
    [[ $status -eq 0 || -n ${KEEP:-} ]] || "$here/undeploy.sh" "$namespace"
}

use_namespace "demo-test-$$"
scratch=$(mktemp -d)
trap finish EXIT
test_deployment
test_permissions
test_backup
test_dump_restores
test_server_lost
test_bucket_survives
test_damage
test_removal
