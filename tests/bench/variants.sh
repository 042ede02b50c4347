# The ways to restore that are compared: sourced by bench.sh. Each takes what lies in `dumps` into the Pod and leaves the
# databases there. `phases` becomes NAME:=SECONDS of each of its parts.
# shellcheck shell=bash disable=SC2016,SC2034,SC2154

# timed NAME COMMAND...
timed() {
    local name=$1 begin
    shift
    begin=$(now)
    "$@"
    phases+=("$name:=$(since "$begin")")
}

# (a) The documented way. Errors don't stop psql: the roles and the superuser's database are there already.
restore_psql() {
    timed copy into_pod "$dumps/dump.sql.gz" "$work/dump.sql.gz"
    timed gunzip in_pod gunzip "$work/dump.sql.gz"
    timed psql script_in_pod 'psql -X -q -U "$POSTGRES_USER" -d postgres -f "$1" >/dev/null 2>"$2"' "$work/dump.sql" "$work/psql.log"
}

# Not timed: whether psql had any other complaint.
prove_psql() {
    local complaints
    complaints=$(script_in_pod 'grep ERROR "$1" | grep -v "already exists" | head -n 5 || true' "$work/psql.log")
    [[ -z $complaints ]] || fail "psql: $complaints"
}

# (b) restore_archives fc|fd: the archives of the databases in turn, each with JOBS workers.
restore_archives() {
    timed copy copy_archives "$1"
    timed pg_restore load_archives "$1"
}

copy_archives() {
    local database
    for database in "${databases[@]}"; do into_pod "$dumps/$database.$1" "$work/$database.$1"; done
}

load_archives() {
    local database
    for database in "${databases[@]}"; do as_superuser pg_restore -j "$jobs" -C -d postgres "$work/$database.$1"; done
}

# (c) restore_ours [JOBS]: without them the plugin chooses itself.
restore_ours() { timed plugin run_plugin "$operator" ${1:+--jobs "$1"}; }

# run_plugin KUBECONFIG [FLAG...]
run_plugin() {
    "$here/measure.py" "$scratch/measured" timeout --foreground "$patience" "$plugin" --kubeconfig "$1" restore "$dumps/dump.sql.gz" \
        --yes --no-safety-backup --format json "${@:2}" >"$scratch/ours.json" 2>"$scratch/ours.log" || {
        cat "$scratch/ours.log" >&2
        fail "the plugin did not restore"
    }
}

# Not timed, as the drop of the databases before a restore the documented way is not: the old ones, which ours keeps until told.
drop_old_ones() { "$plugin" --kubeconfig "$operator" cleanup --yes >"$scratch/cleanup.log" 2>&1 || fail "$(cat "$scratch/cleanup.log")"; }

# get FILE KEY: a value of a JSON object.
get() { python3 -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1])).get(sys.argv[2])))' "$@"; }

# What the plugin says of itself, as JSON: its steps that took a second or more, and what (a) has no part in.
steps_of_ours() {
    python3 -c '
import json, re, sys
done = [e for e in map(json.loads, filter(lambda l: l[0] == "{", sys.stdin)) if e["event"] == "done"]
steps = [(e["phase"], e["seconds"]) for e in done if e["seconds"] >= 1 or e["phase"].endswith(" the application")]
print(json.dumps([[re.sub(r"\S*/", "", name), round(seconds, 1)] for name, seconds in steps], ensure_ascii=False))' <"$scratch/ours.log"
}

# Seconds that the processors of this machine have worked so far: for everything, the Pod and the cluster's own programs too.
# Nothing on a cluster that is elsewhere.
busy() { [[ -n ${KUBE_CONTEXT:-} ]] || awk -v hz="$(getconf CLK_TCK)" '/^cpu /{print ($2 + $3 + $4 + $7 + $8) / hz}' /proc/stat; }

# run VARIANT ROUND PART: one restore, its proof, its record.
run() {
    local variant=$1 phases=() facts=() begin seconds busy
    say "$set at scale $scale, round $2: $variant"
    empty_work
    if [[ $variant == ours* ]]; then
        application on
        # They are as those of a server that runs for long: no vacuum of what was just loaded falls into this restore. Without
        # parallel workers, whose memory is shared: a container has 64 MiB of that.
        as_superuser vacuumdb -q -a -z -P 0 -j "$jobs"
    else
        application off
        drop_databases
    fi
    come_to_rest
    watch_disk
    begin_profile
    busy=$(busy)
    begin=$(now)
    case $variant in
        psql) restore_psql ;;
        fc | fd) restore_archives "$variant" ;;
        ours) restore_ours ;;
        ours-*) restore_ours "${variant#ours-}" ;;
        *) fail "no such variant: $variant" ;;
    esac
    seconds=$(since "$begin")
    busy=$(awk -v before="${busy:-0}" '{print $1 - before}' <<<"$(busy)")
    end_watch
    end_profile "$variant" "$seconds" "$busy"
    case $variant in
        psql) prove_psql ;;
        ours*)
            drop_old_ones
            facts=(downtime_seconds:="$(get "$scratch/ours.json" downtime_seconds)" peak_bytes:="$(get "$scratch/measured" peak_bytes)"
            cpu_seconds:="$(get "$scratch/measured" cpu_seconds)" steps:="$(steps_of_ours)")
            ;;
    esac
    holdings | diff "$dumps/holdings" - >&2 || fail "$variant did not restore what the dump holds"
    record kind=run part="$3" set="$set" scale:="$scale" cpus="$cpus" round:="$2" variant="$variant" seconds:="$seconds" \
        machine_seconds:="$busy" disk_before:="$disk_before" disk_peak:="$disk_peak" "${phases[@]/#/phases.}" "${facts[@]}"
}
