# What the person who waits is told: one line a step on stderr, and the tail of the log at fault.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }

# fail MESSAGE [LOG]: ends the script; prints the last lines of LOG, which stays where it is.
fail() {
  say "error: $1"
  if [[ -n ${2:-} && -s ${2:-} ]]; then
    say "the last lines of $2:"
    tail -n 25 -- "$2" | cut -c -400 | sed 's/^/    /' >&2
  fi
  exit 1
}

# step WHAT COMMAND...: runs COMMAND in this shell and says how long it took.
step() {
  local what=$1 began=${EPOCHREALTIME//[!0-9]/} took
  shift
  "$@"
  took=$(((${EPOCHREALTIME//[!0-9]/} - began) / 100000))
  printf '%5d.%d s  %s\n' $((took / 10)) $((took % 10)) "$what" >&2
}

# logged LOG COMMAND...: runs COMMAND with its output in LOG; a failure shows the tail of LOG.
logged() {
  local log=$1
  shift
  mkdir -p "$(dirname -- "$log")"
  if ! "$@" >"$log" 2>&1 </dev/null; then fail "this step failed: $(basename -- "$log" .log)" "$log"; fi
}

# wait_until SECONDS WHAT LOG COMMAND...: asks COMMAND again and again until it succeeds.
wait_until() {
  local limit=$1 what=$2 log=$3 deadline=$((SECONDS + $1))
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then fail "waited $limit s in vain for $what" "$log"; fi
    sleep 0.1
  done
}

# A command that fails without a message of its own is named, with its line.
trap 'say "error: line $LINENO of ${BASH_SOURCE[0]##*/} failed: $BASH_COMMAND"' ERR
