#!/usr/bin/env bash
# Removes a demo: its namespace, its volumes and what they hold.
#   undeploy.sh NAMESPACE
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/kube.sh"
[[ $# -eq 1 ]] || fail "usage: undeploy.sh NAMESPACE"
use_namespace "$1"

maker=$(cluster get namespace "$namespace" --ignore-not-found -o jsonpath='{.metadata.name}:{.metadata.labels.quetzal\.example/made-by}')
[[ -n $maker ]] || exit 0
[[ $maker == "$namespace:demo" ]] || fail "namespace $namespace was not made by deploy.sh: left alone"

say "removing namespace $namespace"
volumes=$(cluster get persistentvolume -o jsonpath="{range .items[?(@.spec.claimRef.namespace==\"$namespace\")]}{.metadata.name} {end}")
# First what takes its time: a namespace that still holds it is looked at again only after seconds.
kube delete deployment,cronjob,job,persistentvolumeclaim --all --cascade=foreground --timeout 60s > /dev/null
cluster delete namespace "$namespace" --timeout 120s > /dev/null
for volume in $volumes; do
    cluster wait --for=delete "persistentvolume/$volume" --timeout 60s > /dev/null
done
