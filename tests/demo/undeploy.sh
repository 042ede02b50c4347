#!/usr/bin/env bash
# Removes a demo: its namespace, its volumes and what they hold.
#   undeploy.sh NAMESPACE
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/kube.sh"
[[ $# -eq 1 ]] || fail "usage: undeploy.sh NAMESPACE"
use_namespace "$1"

found=$(kube get namespace "$namespace" --ignore-not-found -o name)
if [[ -n $found ]]; then
    [[ -n $(kube get namespace -l quetzal.example/made-by=demo --field-selector "metadata.name=$namespace" -o name) ]] ||
        fail "namespace $namespace was not made by deploy.sh: left alone"
    say "removing namespace $namespace"
    kube delete namespace "$namespace" --timeout 120s > /dev/null
fi
kube delete persistentvolume -l "quetzal.example/demo=$namespace" --timeout 60s > /dev/null
rm -rf "${volumes:?}"
