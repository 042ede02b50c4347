#!/usr/bin/env bash
# Takes a program of the cluster away for a while, and gives it back.
#   pause.sh freeze|stop PROGRAM SECONDS
# freeze: it keeps its connections and says nothing; stop: it ends, and is started again. PROGRAM is kube-apiserver, kubelet
# or another that up.sh starts.
set -Eeuo pipefail
HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in settings report process; do
  # shellcheck source=/dev/null
  source "$HERE/lib/$part.sh"
done

usage() { fail "usage: pause.sh freeze|stop PROGRAM SECONDS"; }
[[ $# -eq 3 && $1 =~ ^(freeze|stop)$ && $3 =~ ^[0-9]+$ ]] || usage
how=$1 program=$2 seconds=$3
running "$program" || fail "$program does not run"

# Whatever happens to this script, the program comes back.
give_back() {
  local pids
  pids=$(pids_of "$program")
  # shellcheck disable=SC2086 # a list of numbers
  if [[ -n $pids ]]; then kill -CONT $pids; fi
  "$HERE/up.sh"
}

trap give_back EXIT
# shellcheck disable=SC2046 # a list of numbers
case $how in
  freeze) kill -STOP $(pids_of "$program") ;;
  stop) stop "$program" ;;
esac
# The pause is the point.
sleep "$seconds"
