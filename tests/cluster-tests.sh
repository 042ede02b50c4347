#!/usr/bin/env bash
# Runs the tests that need a cluster, against a demo deployment of their own.
#   cluster-tests.sh [TEST...]     default: all of them; TEST is a file of tests/ without its ending, faults or krew
# Environment: KUBE_CONTEXT, a cluster of yours (see tests/cluster/README.md); KEEP=1 leaves the deployment as the tests
# left it; QUETZAL_TEST_SEED repeats the random cuts of an earlier run.
set -Eeuo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
source tests/on-cluster.sh

# Most tests of a file share the deployment: one at a time.
tests=("$@")
[[ $# -gt 0 ]] || tests=(exec upload jobs find plugin doctor elsewhere backup listing restore recovery drill in_place versions kubectl_flags in_cluster faults krew)
# What is no file of cargo's: the faults have deployments of their own, krew needs none.
others=()
for number in "${!tests[@]}"; do
    case ${tests[number]} in
        faults | krew) others+=("${tests[number]}") && unset "tests[number]" ;;
    esac
done
threads_of() { case $1 in exec | upload | find | kubectl_flags) echo 4 ;; jobs) echo 3 ;; *) echo 1 ;; esac; }

namespace=quetzal-e2e-$(date +%H%M%S)-$$
scratch=$(mktemp -d)
failed=()

finish() {
    local status=$?
    trap - EXIT
    [[ $status -eq 0 ]] || explain "$namespace" >&2
    if [[ -n ${KEEP:-} ]]; then
        echo "namespace $namespace stays (KEEP)" >&2
    else
        tests/demo/undeploy.sh "$namespace" || status=1
    fi
    verdict >&2
    rm -rf -- "$scratch"
    exit "$status"
}

run_tests() {
    local test
    for test in "${tests[@]}"; do
        tests/step.sh "cluster tests: $test" \
            cargo test --locked --test "$test" -- --test-threads="$(threads_of "$test")" 2>&1 |
            tee "$scratch/$test.log" || failed+=("$test")
    done
    for test in "${others[@]}"; do
        "try_$test" 2>&1 | tee "$scratch/$test.log" || failed+=("$test")
    done
    [[ ${#failed[@]} -eq 0 ]]
}

try_faults() { tests/fault-tests.sh quick; }

# krew takes an archive of the executable under test.
try_krew() {
    local platform
    platform=$(tests/release/platform.sh) &&
        cargo build --locked &&
        install -D -s -t "$scratch/dist/$platform" "${CARGO_TARGET_DIR:-target}/debug/kubectl-quetzal-db" &&
        tests/release/pack.sh "$scratch/dist" && tests/step.sh "krew" tests/release/krew.sh "$scratch/dist"
}

# What failed, in few lines: the last of the output, which is often all that is kept of a long run.
verdict() {
    local test
    for test in "${failed[@]}"; do
        echo "failed: $test"
        grep -E '^test .* FAILED$' "$scratch/$test.log" || true
        { grep -A 5 'panicked at' "$scratch/$test.log" || tail -n 12 "$scratch/$test.log"; } | head -n 24 | cut -c 1-600 || true
    done
}

trap finish EXIT
bring_up_cluster
if [[ " ${tests[*]} " == *" versions "* ]]; then tests/cluster/images.sh server 13 server 17 server 18; fi
if [[ ${#tests[@]} -gt 0 ]]; then
    tests/step.sh "build the cluster tests" cargo test --locked --no-run "${tests[@]/#/--test=}"
    if [[ " ${tests[*]} " == *" in_cluster "* ]]; then
        tests/cluster/images.sh plugin "${CARGO_TARGET_DIR:-target}/debug/kubectl-quetzal-db"
    fi
    tests/step.sh "deploy the demo into $namespace" tests/demo/deploy.sh "$namespace" --size 8 --kubeconfig-out "$scratch/kubeconfig"
fi
export QUETZAL_TEST_IMAGE=localhost/kubectl-quetzal-db:test
export QUETZAL_TEST_KUBECONFIG=$scratch/kubeconfig QUETZAL_TEST_NAMESPACE=$namespace
run_tests
