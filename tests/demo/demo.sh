#!/usr/bin/env bash
# The whole story on a terminal: a cluster, the demo deployment, a backup, damage, a restore, the data back.
#   demo.sh
# Environment:
#   KUBE_CONTEXT   a cluster that has the images; without it one is set up on this machine
#   DEMO_SIZE      megabytes of plain dump that the data amounts to (default 50)
#   DEMO_PROFILE   how cargo builds the plugin (default release)
# May be run again: it takes what is there. The plugin works with the permissions of its ServiceAccount and no more.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/kube.sh"
use_namespace quetzal-demo

size=${DEMO_SIZE:-50}
profile=${DEMO_PROFILE:-release}
repository=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$repository/target}
# Kept after the run, so that the reader can go on.
kept=$target/demo
operator=$kept/kubeconfig

bold='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' plain=$'\e[0m'; fi

step_number=0
step() {
    step_number=$((step_number + 1))
    printf '\n%s%s. %s%s\n' "$bold" "$step_number" "$*" "$plain"
}

# Shows a command as one would type it.
show() { printf '%s$ %s%s\n' "$bold" "$*" "$plain"; }

typed() {
    show "$@"
    "$@"
}

# The plugin with the permissions of its ServiceAccount.
plugin() {
    show kubectl quetzal-db "$@"
    KUBECONFIG=$operator PATH=$kept/bin:$PATH "${KUBECTL:-kubectl}" quetzal-db "$@"
}

demo() { typed "tests/demo/$1.sh" "$namespace" "${@:2}"; }

set_up_cluster() {
    if [[ -n ${KUBE_CONTEXT:-} ]]; then
        step "The cluster of context $KUBE_CONTEXT"
    else
        step "A Kubernetes on this machine (the first time takes about 15 minutes)"
    fi
    local answer
    show tests/cluster/up.sh
    answer=$(tests/cluster/up.sh | tail -n 1)
    typed tests/cluster/images.sh
    if [[ -n ${KUBE_CONTEXT:-} ]]; then return; fi
    export KUBECONFIG=${answer#KUBECONFIG=}
    PATH=$(dirname "$KUBECONFIG")/bin:$PATH
}

build_plugin() {
    step "The plugin"
    typed cargo build --locked --profile "$profile"
    local folder=$profile
    if [[ $profile == dev ]]; then folder=debug; fi
    mkdir -p "$kept/bin"
    ln -sfn "$(cd "$target" && pwd)/$folder/kubectl-quetzal-db" "$kept/bin/kubectl-quetzal_db"
}

deploy() {
    step "An application with its database, a bucket and a backup CronJob, in namespace $namespace"
    demo deploy --size "$size" --kubeconfig-out "$operator"
    # A restore keeps the databases that it replaced. Nobody wants those of the last demo.
    plugin cleanup --yes
}

take_backup() {
    step "What is in it"
    demo show
    "$here/show.sh" "$namespace" --data > "$scratch/before"

    step "A backup, through the application's own CronJob, proved complete"
    plugin backup
    plugin list
    plugin verify latest
}

damage() {
    step "Damage, as by a bad migration: a table dropped, rows deleted, a column scrambled, a role changed"
    demo damage
    demo show
    "$here/show.sh" "$namespace" --data > "$scratch/damaged"
    if cmp -s "$scratch/before" "$scratch/damaged"; then fail "the damage changed nothing"; fi
}

restore() {
    step "The backup, loaded beside the damaged databases and swapped with them"
    plugin restore latest --yes
}

is_healthy() {
    kube exec deployment/demo-quetzal-app -- curl -s -f --max-time 5 http://127.0.0.1:8080/healthz > /dev/null 2>&1
}

# Polls: the application opens its pool anew after the swap.
await_application() {
    local deadline=$((SECONDS + 60))
    until is_healthy; do
        ((SECONDS < deadline)) || fail "the application does not answer a minute after the restore"
        sleep 0.5
    done
}

prove() {
    step "What is in it now"
    await_application
    demo show
    "$here/show.sh" "$namespace" --data > "$scratch/after"
    if ! diff "$scratch/before" "$scratch/after" >&2; then fail "the data is not what it was before the damage"; fi
    printf '\n%sEvery row and role is as it was before the damage, and the application answers.%s\n' "$bold" "$plain"
    plugin status
}

say_what_next() {
    cat << EOF

Try next:
  export KUBECONFIG=$operator PATH=$kept/bin:$(dirname "$(type -P "${KUBECTL:-kubectl}")"):\$PATH
  kubectl quetzal-db status
  kubectl quetzal-db rollback               # the damaged databases come back
  kubectl quetzal-db restore latest --dry-run
  kubectl quetzal-db backup --output demo.sql.zst
  kubectl quetzal-db verify demo.sql.zst
  kubectl quetzal-db --help

Remove the demo:     ${KUBE_CONTEXT:+KUBE_CONTEXT=$KUBE_CONTEXT }${KUBECONFIG:+KUBECONFIG=$KUBECONFIG }tests/demo/undeploy.sh $namespace
EOF
    if [[ -z ${KUBE_CONTEXT:-} ]]; then echo "Remove the cluster:  make clean-cluster"; fi
}

finish() {
    local status=$?
    rm -rf "$scratch"
    [[ $status -eq 0 ]] || say "stopped in step $step_number with status $status"
}

main() {
    [[ $# -eq 0 ]] || fail "usage: demo.sh (see the head of the file for its variables)"
    [[ $size =~ ^[0-9]+$ ]] || fail "DEMO_SIZE is a whole number of megabytes, not '$size'"
    scratch=$(mktemp -d)
    trap finish EXIT
    cd "$repository"
    set_up_cluster
    build_plugin
    deploy
    take_backup
    damage
    restore
    prove
    say_what_next
}

main "$@"
