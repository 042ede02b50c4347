# What the scripts that test on a cluster share: sourced by them from the project's folder, after `set -Eeuo pipefail`.
# shellcheck shell=bash

# Starts the cluster of this machine where KUBE_CONTEXT names none, with the images; exports how to reach it.
bring_up_cluster() {
    local last
    last=$(tests/cluster/up.sh | tee >(cat >&2) | tail -n 1)
    [[ $last == KUBECONFIG=* ]] || { echo "tests/cluster/up.sh names no kubeconfig" >&2 && return 1; }
    export KUBECONFIG=${last#KUBECONFIG=}
    tests/cluster/images.sh
    if [[ -z ${KUBE_CONTEXT:-} ]]; then PATH=$(dirname -- "$KUBECONFIG")/bin:$PATH; fi
    export QUETZAL_TEST_ADMIN_KUBECONFIG=${KUBECONFIG:-$HOME/.kube/config}
    QUETZAL_TEST_KUBECTL=$(command -v kubectl)
    export QUETZAL_TEST_KUBECTL
}

# explain NAMESPACE: what there is in it, and what its Pods say.
explain() {
    local kube=(kubectl ${KUBE_CONTEXT:+--context "$KUBE_CONTEXT"} -n "$1") pod
    echo "==> what there is in namespace $1"
    "${kube[@]}" get pods,jobs,cronjobs,deployments -o wide || true
    "${kube[@]}" get events --sort-by .lastTimestamp | tail -n 40 || true
    for pod in $("${kube[@]}" get pods -o name); do
        echo "--- log of $pod"
        "${kube[@]}" logs "$pod" --all-containers --tail 40 || true
    done
}
