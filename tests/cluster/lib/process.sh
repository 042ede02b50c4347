# The cluster's long-running programs. A program is known by the environment it was started with and by the name it was
# started under, both read from /proc: there are no pid files that a crash, a reboot or a recycled pid could make lie.
# shellcheck shell=bash

# marked MARK: pids of the processes that have MARK (NAME=value) in their environment. Zombies have none.
marked() {
  local file
  # grep exits 1 when none has it and 2 when a process ended meanwhile: neither is an error here.
  while IFS= read -r file; do
    file=${file#/proc/}
    echo "${file%/environ}"
  done < <(grep -lzFx -e "$1" /proc/[0-9]*/environ 2>/dev/null || true)
}

# pids_of NAME: pids of the program NAME itself, without the children that inherited its mark.
pids_of() {
  local pid name
  for pid in $(marked "QUETZAL_CLUSTER_PROGRAM=$STATE/programs/$1"); do
    { IFS= read -rd '' name <"/proc/$pid/cmdline"; } 2>/dev/null || continue
    if [[ $name == "$STATE/programs/$1" ]]; then echo "$pid"; fi
  done
}

# refuse_other_cluster: address range, bridge and control group are the same for every state folder, so one machine has
# one cluster, and a script given another state folder must not touch it.
refuse_other_cluster() {
  local file other
  for file in $(grep -lz '^QUETZAL_CLUSTER_PROGRAM=' /proc/[0-9]*/environ 2>/dev/null || true); do
    other=$({ tr '\0' '\n' <"$file"; } 2>/dev/null | sed -n 's,^QUETZAL_CLUSTER_PROGRAM=\(.*\)/programs/.*,\1,p') || true
    if [[ -n $other && $other != "$STATE" ]]; then
      fail "a cluster with another state folder runs on this machine: take it down, or set QUETZAL_CLUSTER_STATE=$other"
    fi
  done
}

running() { [[ -n $(pids_of "$1") ]]; }
gone() { ! running "$1"; }

# recipe_of NAME ARGUMENT...: hash of everything that decides how NAME runs: executable, arguments, configuration.
recipe_of() {
  local name=$1 executable
  executable=$(readlink -e -- "$STATE/programs/$name") || fail "there is no executable of $name"
  {
    printf '%s\n' "$executable" "$@"
    find "$STATE/conf" -name "$name.*" -type f -print0 | sort -z | xargs -0 -r cat
  } | sha256sum | cut -c -16
}

# ensure NAME ARGUMENT...: STATE/programs/NAME runs with these arguments and the present configuration; it is started, or
# restarted when they changed. It outlives this shell and inherits nothing from it but what is named here.
ensure() {
  local name=$1 recipe pid
  shift
  recipe=$(recipe_of "$name" "$@")
  for pid in $(pids_of "$name"); do
    if grep -qzFx -e "QUETZAL_CLUSTER_RECIPE=$recipe" "/proc/$pid/environ" 2>/dev/null; then return; fi
  done
  stop "$name"
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    QUETZAL_CLUSTER_PROGRAM="$STATE/programs/$name" QUETZAL_CLUSTER_RECIPE="$recipe" \
    setsid "$STATE/programs/$name" "$@" </dev/null >>"$STATE/log/$name.log" 2>&1 8>&- 9>&- &
  # It gets its name when the last exec is done; until then it would be taken for ended.
  pid=$!
  until running "$name" || ! kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
}

# stop NAME: asks the program to end, and after 10 s makes it.
stop() {
  local pids deadline=$((SECONDS + 10))
  pids=$(pids_of "$1")
  if [[ -z $pids ]]; then return; fi
  # shellcheck disable=SC2086 # a list of numbers
  kill $pids 2>/dev/null || true
  until gone "$1" || ((SECONDS >= deadline)); do sleep 0.05; done
  # shellcheck disable=SC2046
  if running "$1"; then kill -9 $(pids_of "$1") 2>/dev/null || true; fi
  wait_until 10 "$1 to end" "$STATE/log/$1.log" gone "$1"
}

# await NAME SECONDS WHAT COMMAND...: like wait_until, and fails at once when the program NAME ends meanwhile.
await() {
  local name=$1 limit=$2 what=$3 log=$STATE/log/$1.log deadline=$((SECONDS + $2))
  shift 3
  until "$@" >/dev/null 2>&1; do
    if gone "$name"; then fail "$name ended while waiting for $what" "$log"; fi
    if ((SECONDS >= deadline)); then fail "waited $limit s in vain for $what" "$log"; fi
    sleep 0.1
  done
}
