# The demo's Pod as the benchmark uses it: sourced by bench.sh.
# shellcheck shell=bash disable=SC2016,SC2034,SC2154

databases=(quetzal unittests)
# On the data volume: what a restore takes of it is measured.
work=/srv/data/bench
# No single command takes longer, in seconds; one that does has hung.
patience=${PATIENCE:-3600}

source "$here/../demo/kube.sh"
# They speak for this script, and give nothing more time than there is.
say() { printf '==> %s\n' "$*" >&2; }
cluster() { timeout --foreground "$patience" "${KUBECTL:-kubectl}" ${KUBE_CONTEXT:+--context "$KUBE_CONTEXT"} "$@"; }

now() { echo "${EPOCHREALTIME//[!0-9]/}"; }
# since MICROSECONDS: seconds since then.
since() {
    local took=$(($(now) - $1))
    printf '%d.%03d\n' $((took / 1000000)) $((took / 1000 % 1000))
}

# until_true SECONDS WHAT COMMAND...: polls.
until_true() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        ((SECONDS < deadline)) || fail "waited in vain: $what"
        sleep 0.2
    done
}

# kubectl cp wants a name, and every rollout makes another Pod.
find_pod() {
    kube rollout status deployment/demo-quetzal-db --timeout 300s >/dev/null
    pod=$(kube get pods -l quetzal.example/serves=postgres --field-selector status.phase=Running -o jsonpath='{.items[*].metadata.name}')
    [[ $pod =~ ^[^\ ]+$ ]] || fail "not exactly one database Pod: '$pod'"
}

in_pod() { kube exec "$pod" -c quetzal -- "$@"; }
# script_in_pod SCRIPT [ARGUMENT...]: a pipeline of it fails where any part does.
script_in_pod() { in_pod bash -euo pipefail -c "$1" bash "${@:2}"; }
into_pod() { kube cp "$1" "$pod:$2" -c quetzal; }
# A stream that breaks is resumed where it broke.
out_of_pod() { kube cp --retries 10 "$pod:$1" "$2" -c quetzal >/dev/null; }

# as_superuser PROGRAM [ARGUMENT...]: PostgreSQL's programs in the Pod; the Pod's shell knows the user.
as_superuser() { script_in_pod 'PGUSER=$POSTGRES_USER exec "$@"' "$@"; }

empty_work() { script_in_pod 'rm -rf -- "$1" && mkdir -- "$1"' "$work"; }

# application on|off: waits until it is ready, or until its Pods are gone. Where it was off, `started` becomes the seconds
# that it took to start.
application() {
    [[ ${application_is:-} != "$1" ]] || return 0
    local replicas=0 begin
    if [[ $1 == on ]]; then replicas=1; fi
    begin=$(now)
    kube scale deployment/demo-quetzal-app deployment/demo-quetzal-worker --replicas "$replicas" >/dev/null
    if [[ $1 == on ]]; then
        kube rollout status deployment/demo-quetzal-app --timeout 120s >/dev/null
        kube rollout status deployment/demo-quetzal-worker --timeout 120s >/dev/null
        record kind=start seconds:="$(since "$begin")"
    else
        until_true 60 "the application's Pods to go" application_is_gone
    fi
    application_is=$1
}

application_is_gone() { [[ -z $(kube get pods -l 'app.kubernetes.io/component in (app, worker)' -o name) ]]; }

drop_databases() {
    local database
    for database in "${databases[@]}"; do
        psql_in_pod postgres -c "DROP DATABASE IF EXISTS $database WITH (FORCE)"
    done
}

# What was written before is on the disk, and no checkpoint of it falls into what is measured.
come_to_rest() {
    psql_in_pod postgres -c CHECKPOINT
    in_pod sync
}

# What the databases hold, in lines.
holdings() {
    local database
    for database in "${databases[@]}"; do
        echo "database $database"
        psql_in_pod "$database" -A -t -f - <"$here/check.sql"
    done
}

# The folder's size in KiB, about once a second until the input ends, and once more. With very many files less often, so that
# it does not take what is measured the processor away.
SAMPLE='
    look() { du -sk -- "$folder" 2>/dev/null | cut -f 1; }
    folder=$1 pause=0.01
    until read -r -t "$pause" line; [[ $? -le 128 ]]; do
        begin=${EPOCHREALTIME//[!0-9]/}
        look
        pause=$(((${EPOCHREALTIME//[!0-9]/} - begin) * 50 / 1000000 + 1))
        if ((pause > 3)); then pause=3; fi
    done
    look'

# watch_disk: until end_watch, which sets what was there at first, disk_before, and at most, disk_peak, in bytes.
watch_disk() {
    exec {disk_feed}> >(kube exec -i "$pod" -c quetzal -- bash -c "$SAMPLE" bash /srv/data >"$scratch/disk")
    disk_watcher=$!
    until_true 30 "the first sample of the disk" test -s "$scratch/disk"
}

end_watch() {
    exec {disk_feed}>&-
    wait "$disk_watcher" || fail "the disk was not watched to the end"
    disk_before=$(($(head -n 1 "$scratch/disk") * 1024))
    disk_peak=$(($(sort -n "$scratch/disk" | tail -n 1) * 1024))
}
