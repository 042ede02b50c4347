#!/usr/bin/env bash
# Interrupts restores at every moment and in every way, and shows that no data is lost: see faults/main.rs.
#   fault-tests.sh [whole|quick]     default: whole, which writes faults/REPORT.md
# Environment: LANES, deployments that are used side by side (4); KUBE_CONTEXT, a cluster of yours, on which the faults that
# need this machine are skipped; KEEP=1 leaves the deployments; QUETZAL_TEST_SEED repeats an earlier run;
# QUETZAL_FAULTS_PART (kills, outside, rounds, disk) and QUETZAL_FAULTS_ONLY (a part of a case's name) choose.
set -Eeuo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
source tests/on-cluster.sh

cut=${1:-whole}
[[ $cut == whole || $cut == quick ]] || { echo "usage: fault-tests.sh [whole|quick]" >&2 && exit 2; }
lanes=${LANES:-4}
prefix=quetzal-faults-$(date +%H%M%S)-$$
scratch=$(mktemp -d)
namespaces=()
for ((lane = 1; lane <= lanes; lane++)); do namespaces+=("$prefix-$lane"); done

# The volume that is filled up is a file system of this machine.
small=
if [[ -z ${KUBE_CONTEXT:-} ]]; then small=$prefix-small && namespaces+=("$small"); fi

deploy() {
    local namespace deploying=()
    if [[ -n $small ]]; then tests/faults/small-volume.sh make "$small" "$scratch/small" 2048; fi
    for namespace in "${namespaces[@]}"; do
        tests/demo/deploy.sh "$namespace" --size 1 --kubeconfig-out "$scratch/$namespace" >"$scratch/$namespace.log" 2>&1 &
        deploying+=($!)
    done
    for lane in "${!deploying[@]}"; do
        wait "${deploying[lane]}" || { cat "$scratch/${namespaces[lane]}.log" >&2 && return 1; }
    done
}

undeploy() {
    local namespace removing=() status=0 one
    if [[ -n $small ]]; then tests/faults/small-volume.sh release "$small" "$scratch/small" || status=1; fi
    for namespace in "${namespaces[@]}"; do
        tests/demo/undeploy.sh "$namespace" &
        removing+=($!)
    done
    for one in "${removing[@]}"; do wait "$one" || status=1; done
    if [[ -n $small ]]; then tests/faults/small-volume.sh remove "$small" "$scratch/small" || status=1; fi
    return "$status"
}

finish() {
    local status=$?
    trap - EXIT
    if [[ -n ${KEEP:-} ]]; then
        echo "namespaces ${namespaces[*]} stay (KEEP)" >&2
    else
        undeploy || status=1
    fi
    rm -rf -- "$scratch"
    exit "$status"
}

trap finish EXIT
bring_up_cluster
tests/step.sh "build the fault tests" cargo test --locked --features kill-points --test faults --no-run
echo "==> deploy the demo $lanes times"
deploy
QUETZAL_FAULTS_LANES=
for namespace in "${namespaces[@]:0:lanes}"; do QUETZAL_FAULTS_LANES+=" $namespace:$scratch/$namespace"; done
if [[ -n $small ]]; then export QUETZAL_FAULTS_DISK=$small:$scratch/$small:$scratch/small/volume; fi
export QUETZAL_FAULTS_LANES QUETZAL_FAULTS_CUT=$cut QUETZAL_TEST_NAMESPACE=${namespaces[0]}
tests/step.sh "fault tests ($cut)" cargo test --locked --features kill-points --test faults
