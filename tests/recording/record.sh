#!/usr/bin/env bash
# Records the session that the README shows, on a demo deployment of its own, and writes it as an SVG.
#   record.sh FILE
# Needs tmux and python3. Environment: KUBE_CONTEXT, a cluster of yours (see tests/cluster/README.md); PLUGIN, an
# executable to record instead of one that is built here.
set -Eeuo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
source tests/on-cluster.sh

fail() {
    echo "record.sh: $*" >&2
    exit 1
}

[[ $# -eq 1 ]] || fail "usage: record.sh FILE"
file=$1
type -P tmux > /dev/null || fail "tmux is not on PATH"
namespace=quetzal-recording
scratch=$(mktemp -d)

finish() {
    local status=$?
    trap - EXIT
    tests/demo/undeploy.sh "$namespace" || status=1
    rm -rf -- "$scratch"
    exit "$status"
}

trap finish EXIT
bring_up_cluster
if [[ -z ${PLUGIN:-} ]]; then
    tests/step.sh "build the plugin" cargo build --release --locked
    PLUGIN=${CARGO_TARGET_DIR:-target}/release/kubectl-quetzal-db
fi
tests/step.sh "deploy the demo into $namespace" \
    tests/demo/deploy.sh "$namespace" --size 60 --kubeconfig-out "$scratch/kubeconfig"
mkdir "$scratch/bin"
ln -s -- "$(realpath -- "$PLUGIN")" "$scratch/bin/kubectl-quetzal_db"
# Only what a reader has: the plugin, kubectl, and the permissions of the demo's ServiceAccount.
tests/step.sh "the session" env ADMIN_KUBECONFIG="$QUETZAL_TEST_ADMIN_KUBECONFIG" KUBECONFIG="$scratch/kubeconfig" \
    PATH="$scratch/bin:$(dirname -- "$QUETZAL_TEST_KUBECTL"):$PATH" PYTHONDONTWRITEBYTECODE=1 \
    python3 "$here/session.py" "$namespace" "$file"
size=$(stat -c %s -- "$file")
((size < 200000)) || fail "$file has $size bytes: too many to be shown"
