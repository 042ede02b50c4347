# What bounds a restore, each part alone, on the set that is prepared: sourced by bench.sh.
# shellcheck shell=bash disable=SC2016,SC2034,SC2154

# limit NAME BYTES COMMAND...: BYTES went through it, 0 where none are counted.
limit() {
    local name=$1 bytes=$2 begin
    shift 2
    say "limit: $name"
    come_to_rest
    begin=$(now)
    "$@"
    record kind=limit set="$set" scale:="$scale" name="$name" bytes:="$bytes" seconds:="$(since "$begin")"
}

# The databases are gone afterwards: the documented way, which comes first, brings them back.
measure_limits() {
    local database
    application off
    drop_databases
    empty_work
    limit "kubectl exec, the compressed dump into nothing" "$gz_bytes" stream_into_nothing
    limit "kubectl cp, the compressed dump" "$gz_bytes" into_pod "$dumps/dump.sql.gz" "$work/dump.sql.gz"
    limit "gunzip into nothing, in the Pod" "$text_bytes" script_in_pod 'gunzip <"$1" >/dev/null' "$work/dump.sql.gz"
    limit "dd of the dump's size, with fsync, in the Pod" "$text_bytes" \
        in_pod dd if=/dev/zero of="$work/zeroes" bs=1M iflag=count_bytes count="$text_bytes" conv=fsync status=none
    empty_work
    copy_archives fc
    for database in "${databases[@]}"; do
        as_superuser pg_restore --section=data -f "$work/$database.sql" "$work/$database.fc"
    done
    make_bare_tables
    limit "COPY into tables without indexes, psql" "$data_bytes" copy_with_psql
    drop_databases
    make_bare_tables
    limit "COPY into tables without indexes, pg_restore -j $jobs" "$data_bytes" copy_with_pg_restore
    limit "the plugin reads the compressed dump (verify)" "$text_bytes" read_with_plugin
}

stream_into_nothing() { kube exec -i "$pod" -c quetzal -- sh -c 'cat >/dev/null' <"$dumps/dump.sql.gz"; }

read_with_plugin() { "$plugin" verify "$dumps/dump.sql.gz" --quiet >/dev/null; }

# data_bytes becomes the size of what is copied.
make_bare_tables() {
    local database
    data_bytes=$(script_in_pod 'cat -- "$1"/*.sql | wc -c' "$work")
    for database in "${databases[@]}"; do as_superuser pg_restore --section=pre-data -C -d postgres "$work/$database.fc"; done
}

copy_with_psql() {
    local database
    for database in "${databases[@]}"; do as_superuser psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -d "$database" -f "$work/$database.sql"; done
}

copy_with_pg_restore() {
    local database
    for database in "${databases[@]}"; do as_superuser pg_restore --section=data -j "$jobs" -d "$database" "$work/$database.fc"; done
}

# The bytes that cross the operator's link, through a proxy that counts them: not timed.
measure_stream() {
    empty_work
    application off
    cluster config view --minify --flatten --raw >"$scratch/through"
    counted "kubectl cp of the compressed dump" copy_through
    empty_work
    application on
    cp -- "$operator" "$scratch/through"
    counted "the plugin's whole restore" run_plugin
    drop_old_ones
    holdings | diff "$dumps/holdings" - >&2 || fail "the plugin did not restore what the dump holds"
}

copy_through() { kube --kubeconfig "$1" cp "$dumps/dump.sql.gz" "$pod:$work/dump.sql.gz" -c quetzal; }

# config_through [ARGUMENT...]: of the kubeconfig `through`, which has one cluster.
config_through() { "${KUBECTL:-kubectl}" --kubeconfig "$scratch/through" config "$@"; }

# counted NAME COMMAND...: the command gets the kubeconfig `through`, which then leads through the proxy.
counted() {
    local name=$1 server host port here_port sent received
    shift
    say "bytes over the stream: $name"
    server=$(config_through view -o jsonpath='{.clusters[0].cluster.server}')
    [[ $server =~ ^https://([^/:]+)(:([0-9]+))?/?$ ]] || fail "no way through a proxy to $server"
    host=${BASH_REMATCH[1]} port=${BASH_REMATCH[3]:-443}
    coproc PROXY { exec "$here/count-bytes.py" "$host" "$port"; }
    local answers=${PROXY[0]} questions=${PROXY[1]} proxy=$PROXY_PID
    read -r -t 10 here_port <&"$answers" || fail "the proxy does not answer"
    config_through set-cluster "$(config_through view -o jsonpath='{.clusters[0].name}')" \
        --server "https://127.0.0.1:$here_port" --tls-server-name "$host" >/dev/null
    "$@" "$scratch/through"
    exec {questions}>&-
    read -r -t 10 sent received <&"$answers" || fail "the proxy counted nothing"
    wait "$proxy"
    record kind=stream set="$set" scale:="$scale" name="$name" payload_bytes:="$gz_bytes" sent_bytes:="$sent" received_bytes:="$received"
}
