#!/usr/bin/env bash
# Runs the tests that need a cluster, against a demo deployment of their own.
#   cluster-tests.sh [TEST...]     default: all of them; TEST is a file of tests/ without its ending
# Environment: KUBE_CONTEXT, a cluster of yours (see tests/cluster/README.md); KEEP=1 leaves the deployment as the tests
# left it; QUETZAL_TEST_SEED repeats the random cuts of an earlier run.
set -Eeuo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."

# Most tests of a file share the deployment: one at a time.
tests=("$@")
[[ $# -gt 0 ]] || tests=(exec jobs find plugin backup restore recovery)
threads_of() { case $1 in exec | find) echo 4 ;; jobs) echo 3 ;; *) echo 1 ;; esac; }

namespace=quetzal-e2e-$(date +%H%M%S)-$$
scratch=$(mktemp -d)

bring_up_cluster() {
    local last
    last=$(tests/cluster/up.sh | tee >(cat >&2) | tail -n 1)
    [[ $last == KUBECONFIG=* ]] || { echo "tests/cluster/up.sh names no kubeconfig" >&2 && return 1; }
    export KUBECONFIG=${last#KUBECONFIG=}
    tests/cluster/images.sh
    if [[ -z ${KUBE_CONTEXT:-} ]]; then PATH=$(dirname -- "$KUBECONFIG")/bin:$PATH; fi
}

explain() {
    local kube=(kubectl ${KUBE_CONTEXT:+--context "$KUBE_CONTEXT"} -n "$namespace") pod
    echo "==> what there is in namespace $namespace"
    "${kube[@]}" get pods,jobs,cronjobs,deployments -o wide || true
    "${kube[@]}" get events --sort-by .lastTimestamp | tail -n 40 || true
    for pod in $("${kube[@]}" get pods -o name); do
        echo "--- log of $pod"
        "${kube[@]}" logs "$pod" --all-containers --tail 40 || true
    done
}

finish() {
    local status=$?
    trap - EXIT
    [[ $status -eq 0 ]] || explain >&2
    if [[ -n ${KEEP:-} ]]; then
        echo "namespace $namespace stays (KEEP)" >&2
    else
        tests/demo/undeploy.sh "$namespace" || status=1
    fi
    rm -rf -- "$scratch"
    exit "$status"
}

run_tests() {
    local test failed=()
    for test in "${tests[@]}"; do
        tests/step.sh "cluster tests: $test" \
            cargo test --locked --test "$test" -- --test-threads="$(threads_of "$test")" || failed+=("$test")
    done
    if [[ ${#failed[@]} -gt 0 ]]; then
        echo "failed: ${failed[*]}" >&2
        return 1
    fi
}

trap finish EXIT
bring_up_cluster
tests/step.sh "build the cluster tests" cargo test --locked --no-run "${tests[@]/#/--test=}"
tests/step.sh "deploy the demo into $namespace" tests/demo/deploy.sh "$namespace" --size 8 --kubeconfig-out "$scratch/kubeconfig"
export QUETZAL_TEST_KUBECONFIG=$scratch/kubeconfig QUETZAL_TEST_NAMESPACE=$namespace
export QUETZAL_TEST_ADMIN_KUBECONFIG=${KUBECONFIG:-$HOME/.kube/config}
QUETZAL_TEST_KUBECTL=$(command -v kubectl)
export QUETZAL_TEST_KUBECTL
run_tests
