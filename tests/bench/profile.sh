# Which programs of the machine work during a restore, and how busy the disk is: sourced by bench.sh. In runs of their own, since
# looking takes time, too.
# shellcheck shell=bash disable=SC2154

measure_profile() {
    local one variant
    if [[ -n ${KUBE_CONTEXT:-} ]] || ! type -P perf >/dev/null; then
        say "no profile: it needs perf, and the cluster on this machine"
        return 0
    fi
    for one in ${PROFILE_SETS:-mixed}; do
        prepare "$one" "$base_scale"
        for variant in psql fc "$ours"; do
            profiled=yes
            run "$variant" 1 profile
            profiled=''
        done
    done
}

# The line of the kernel's table for the disk that the Pod's volume is on.
disk_counters() {
    local device
    device=$(stat -c %Hd:%Ld -- "$scratch")
    awk -v device="$device" '$1 ":" $2 == device {printf "%.0f %.3f\n", $10 * 512, $13 / 1000}' /proc/diskstats
}

begin_profile() {
    [[ -n ${profiled:-} ]] || return 0
    read -r disk_written disk_busy < <(disk_counters)
    # The feed of the disk's watcher ends with the last who has it open.
    perf record -q -a -F 199 -o "$scratch/perf.data" >"$scratch/perf.log" 2>&1 {disk_feed}>&- &
    profiler=$!
}

# end_profile VARIANT SECONDS MACHINE_SECONDS
end_profile() {
    local written busy
    [[ -n ${profiled:-} ]] || return 0
    # SIGINT is ignored by what a script starts in the background.
    kill -TERM "$profiler"
    wait "$profiler" || true
    read -r written busy < <(disk_counters)
    record kind=profile set="$set" scale:="$scale" variant="$1" seconds:="$2" machine_seconds:="$3" \
        disk_written_bytes:="$((written - disk_written))" disk_busy_seconds:="$(awk -v a="$disk_busy" -v b="$busy" 'BEGIN {print b - a}')" \
        programs:="$(programs)"
}

# Samples of each program, as JSON; those of a processor that waits are not among them.
programs() {
    perf report -i "$scratch/perf.data" --sort comm -F sample,comm --stdio 2>/dev/null | python3 -c '
import json, re, sys
found = (re.match(r"\s*(\d+)\s+(\S.*?)\s*$", line) for line in sys.stdin if not line.startswith("#"))
print(json.dumps({m[2]: int(m[1]) for m in found if m and m[2] != "swapper"}))'
}
