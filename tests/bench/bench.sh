#!/usr/bin/env bash
# Measures restore against the documented way and against pg_restore, on one Pod in one run, and writes a report.
#   bench.sh
# Environment:
#   PARTS        what is run: sets limits growth one-cpu profile (default: all of them)
#   SETS         sets of data, see sets/ (default: mixed huge tiny index-heavy jsonb)
#   PROFILE_SETS those of which is shown which programs work (mixed)
#   SCALE        factor of their sizes (1)
#   ROUNDS       restores of each kind that a bar is about (3); the others are measured in the first round alone
#   EVERY=1      all kinds in every round
#   JOBS         workers of pg_restore, and those of ours that the bars are about (default: the cores that the Pod sees)
#   JOBS_LIST    numbers of workers that ours is tried with on the mixed set ("1 2 4"); empty for a plugin without --jobs
#   GROWTH       further scales of the mixed set, times SCALE ("0.25"); "2 0.5 0.25" goes up to 4 GB
#   ONE_CPU      scale of the mixed set, times SCALE, with one CPU (0.25)
#   RESULTS      file of results, a line of JSON each, that is added to, so that parts can be run one by one
#                (default: target/bench/results.jsonl, begun anew)
#   REPORT       the report (benches/REPORT.md); report.py RESULTS writes one from what there is
#   PLUGIN       the executable (default: it is built)
#   KUBE_CONTEXT a cluster of yours, see tests/cluster/README.md
#   PATIENCE     seconds that one command may take (3600)
#   KEEP=1       leaves the deployment and the scratch folder, whose path is said
# Needs about six times the size of the largest set on the data volume, and twice of it in TMPDIR.
set -Eeuo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
source tests/on-cluster.sh
source tests/bench/pod.sh
source tests/bench/variants.sh
source tests/bench/limits.sh
source tests/bench/profile.sh

parts=${PARTS:-sets limits growth one-cpu profile}
sets=${SETS:-mixed huge tiny index-heavy jsonb}
rounds=${ROUNDS:-3}
jobs_list=${JOBS_LIST-1 2 4}
report=${REPORT:-benches/REPORT.md}
scratch=$(mktemp -d)
dumps=$scratch/dumps
target=${CARGO_TARGET_DIR:-target}
results=${RESULTS:-$target/bench/results.jsonl}
operator=$scratch/kubeconfig
cpus=all
set='' scale=''

wanted() { [[ " $parts " == *" $1 "* ]]; }
# Rounds of one session belong together: results of several may be in a file.
record() { "$here/record.py" "$results" session="$namespace" "$@"; }
times() { python3 -c 'import sys; print(f"{float(sys.argv[1]) * float(sys.argv[2]):g}")' "$@"; }

check_arguments() {
    local part one
    [[ $rounds =~ ^[1-9][0-9]*$ ]] || fail "ROUNDS is a number of restores, not '$rounds'"
    for part in $parts; do [[ $part =~ ^(sets|limits|growth|one-cpu|profile)$ ]] || fail "no such part: $part"; done
    for one in $sets ${PROFILE_SETS-}; do [[ -f $here/sets/$one.sql && $one != phrases ]] || fail "no such set: $one"; done
    for one in "${SCALE:-1}" ${GROWTH-} ${ONE_CPU-}; do
        [[ $one =~ ^[0-9]*[.]?[0-9]+$ ]] || fail "not a scale: '$one'"
    done
    base_scale=$(times 1 "${SCALE:-1}")
}

build_plugin() {
    plugin=${PLUGIN:-}
    [[ -z $plugin ]] || return 0
    tests/step.sh "build the plugin" cargo build --release --locked >&2
    plugin=$target/release/kubectl-quetzal-db
}

deploy() {
    use_namespace "quetzal-bench-$(date +%H%M%S)-$$"
    tests/demo/deploy.sh "$namespace" --size 1 --kubeconfig-out "$operator"
    application_is=on
    find_pod
    jobs=${JOBS:-$(in_pod nproc)}
    # The one that the bars are about.
    ours=ours${jobs_list:+-$jobs}
    record_machine
    # The demo's own databases, to which each set is added.
    application off
    empty_work
    dump_everything "$scratch/base.sql.gz"
}

# shellcheck disable=SC2016
record_machine() {
    local settings
    settings=$(psql_in_pod postgres -A -t -c "
        SELECT json_object_agg(name, current_setting(name) ORDER BY name) FROM pg_settings
        WHERE name IN ('shared_buffers', 'work_mem', 'maintenance_work_mem', 'max_wal_size', 'checkpoint_timeout', 'wal_level', 'fsync',
                       'full_page_writes', 'synchronous_commit', 'autovacuum', 'max_parallel_maintenance_workers', 'max_worker_processes', 'jit')")
    record kind=machine cores:="$(in_pod nproc)" kernel="$(in_pod uname -r)" \
        memory:="$(script_in_pod 'while read -r name kib unit; do if [[ $name == MemTotal: ]]; then echo $((kib * 1024)); fi; done </proc/meminfo')" \
        processor="$(script_in_pod 'sed -n "s/^model name[^:]*: //p" /proc/cpuinfo | head -n 1')" \
        memory_limit="$(kube get pod "$pod" -o jsonpath='{.spec.containers[0].resources.limits.memory}')" \
        kubernetes="$(cluster version -o json | python3 -c 'import json, sys; print(json.load(sys.stdin)["serverVersion"]["gitVersion"])')" \
        postgres="$(psql_in_pod postgres -A -t -c 'SHOW server_version')" settings:="$settings" \
        plugin="$("$plugin" --version)" jobs:="$jobs" ours="$ours"
}

# dump_everything FILE: as the backup CronJob does.
# shellcheck disable=SC2016
dump_everything() {
    script_in_pod 'pg_dumpall -U "$POSTGRES_USER" | gzip >"$1"' "$work/dump.sql.gz"
    out_of_pod "$work/dump.sql.gz" "$1"
}

# prepare SET SCALE: the databases hold the set, `dumps` has it in every form.
prepare() {
    [[ $set != "$1" || $scale != "$2" ]] || return 0
    set=$1 scale=$2
    say "prepare $set at scale $scale"
    rm -rf -- "$dumps" && mkdir -- "$dumps"
    cp -- "$scratch/base.sql.gz" "$dumps/dump.sql.gz"
    put_databases_back
    fill
    holdings >"$dumps/holdings"
    dump_set
    gz_bytes=$(stat -c %s "$dumps/dump.sql.gz")
    record kind=set set="$set" scale:="$scale" text_bytes:="$text_bytes" gz_bytes:="$gz_bytes" \
        archive_bytes:="$(du -cb "$dumps"/*.fc | tail -n 1 | cut -f 1)" database_bytes:="$(database_bytes)" \
        tables:="$(count_relations r)" indexes:="$(count_relations i)"
}

# From what `dumps` has.
put_databases_back() {
    local phases=()
    application off
    drop_databases
    empty_work
    restore_psql
    prove_psql
}

# Most sets fill the database that matters alone.
fill() {
    local database into=(quetzal)
    if [[ $set == mixed ]]; then into=("${databases[@]}"); fi
    for database in "${into[@]}"; do
        cat "$here/sets/phrases.sql" "$here/sets/$set.sql" | psql_in_pod "$database" -v scale="$scale" -o /dev/null -f -
    done
}

# shellcheck disable=SC2016
dump_set() {
    local database
    empty_work
    come_to_rest
    dump_everything "$dumps/dump.sql.gz" &
    for database in "${databases[@]}"; do
        as_superuser pg_dump -Fc -f "$work/$database.fc" "$database"
        as_superuser pg_dump -Fd -j "$jobs" -f "$work/$database.fd" "$database"
    done
    wait "$!"
    for database in "${databases[@]}"; do
        out_of_pod "$work/$database.fc" "$dumps/$database.fc"
        out_of_pod "$work/$database.fd" "$dumps/$database.fd"
    done
    text_bytes=$(script_in_pod 'gunzip <"$1" | wc -c' "$work/dump.sql.gz")
    check_copies
}

# kubectl cp has been known to cut a large file short.
# shellcheck disable=SC2016
check_copies() {
    local sums='cd -- "$1" && find . -type f \( -path "*.f[cd]*" -o -name dump.sql.gz \) -exec sha256sum {} + | sort'
    diff <(script_in_pod "$sums" "$work") <(bash -c "$sums" bash "$dumps") >&2 || fail "a dump was damaged on its way out of the Pod"
}

database_bytes() { psql_in_pod postgres -A -t -c "SELECT sum(pg_database_size(datname)) FROM pg_database WHERE datname IN ('quetzal', 'unittests')"; }

count_relations() {
    local database sum=0
    for database in "${databases[@]}"; do
        sum=$((sum + $(psql_in_pod "$database" -A -t -c "SELECT count(*) FROM pg_class WHERE relkind = '$1' AND relnamespace = to_regnamespace('bench')")))
    done
    echo "$sum"
}

# run_rounds PART COUNT "VARIANT..." ["VARIANT..."]: the second ones in the first round alone. Every second round goes the other
# way round, so that none of them always comes after the same one.
run_rounds() {
    local part=$1 count=$2 round variant
    local -a each once variants
    read -r -a each <<<"$3"
    read -r -a once <<<"${4:-}"
    if [[ -n ${EVERY:-} ]]; then each+=("${once[@]}") once=(); fi
    for ((round = 1; round <= count; round++)); do
        variants=("${each[@]}" "${once[@]}")
        if ((round % 2 == 0)); then mapfile -t variants < <(printf '%s\n' "${variants[@]}" | tac); fi
        for variant in "${variants[@]}"; do run "$variant" "$round" "$part"; done
        once=()
    done
}

measure_sets() {
    local one other others=
    for other in $jobs_list; do
        [[ ours-$other == "$ours" ]] || others+=" ours-$other"
    done
    for one in $sets; do
        prepare "$one" "$base_scale"
        if [[ $one == mixed ]]; then
            run_rounds sets "$rounds" "psql fc fd $ours" "$others"
        else
            run_rounds sets "$rounds" "psql $ours" fc
        fi
    done
}

measure_growth() {
    local factor
    for factor in ${GROWTH-0.25}; do
        prepare mixed "$(times "$factor" "$base_scale")"
        run_rounds growth 1 "psql $ours"
    done
}

# limit_cpu '"1"'|null
limit_cpu() {
    kube patch deployment demo-quetzal-db -o name -p \
        '{"spec": {"template": {"spec": {"containers": [{"name": "quetzal", "resources": {"limits": {"cpu": '"$1"'}}}]}}}}' >/dev/null
    find_pod
}

# shellcheck disable=SC2016
CPU_LIMIT='
    if [[ -e /sys/fs/cgroup/cpu.max ]]; then read -r quota period </sys/fs/cgroup/cpu.max
    else read -r quota </sys/fs/cgroup/cpu/cpu.cfs_quota_us && read -r period </sys/fs/cgroup/cpu/cpu.cfs_period_us; fi
    echo "$quota of $period"'

# Ours chooses the number of its workers itself, as it does for who gives none.
measure_one_cpu() {
    local given
    prepare mixed "$(times "${ONE_CPU-0.25}" "$base_scale")"
    say "one CPU for the database's container"
    limit_cpu '"1"'
    given=$(script_in_pod "$CPU_LIMIT")
    [[ ${given% of *} == "${given#* of }" ]] || fail "the container has not one CPU: $given"
    cpus=1
    run_rounds one-cpu "$rounds" "psql ours"
    cpus=all
    limit_cpu null
}

finish() {
    local status=$?
    trap - EXIT
    if [[ $status -ne 0 && -n ${namespace:-} ]]; then explain "$namespace" >&2 || true; fi
    [[ ! -s $results ]] || say "the results are in $results"
    if [[ -n ${KEEP:-} ]]; then
        say "namespace ${namespace:-none} and $scratch stay (KEEP)"
    else
        if [[ -n ${namespace:-} ]]; then tests/demo/undeploy.sh "$namespace" || status=1; fi
        rm -rf -- "$scratch"
    fi
    exit "$status"
}

main() {
    trap finish EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    check_arguments
    mkdir -p -- "$(dirname -- "$results")" "$(dirname -- "$report")"
    if [[ -z ${RESULTS:-} ]]; then : >"$results"; fi
    bring_up_cluster
    build_plugin
    deploy
    # First, since the sets begin with the one that it prepares.
    if wanted limits; then
        prepare mixed "$base_scale"
        measure_stream
        measure_limits
    fi
    if wanted profile; then measure_profile; fi
    if wanted sets; then measure_sets; fi
    if wanted growth; then measure_growth; fi
    if wanted one-cpu; then measure_one_cpu; fi
    "$here/report.py" "$results" >"$scratch/report.md"
    mv -- "$scratch/report.md" "$report"
    say "$report is written"
    # The README shows the published one.
    if [[ $report -ef benches/REPORT.md ]]; then "$here/readme.py"; fi
}

main
