# shellcheck shell=bash disable=SC2034
# kubectl as the demo's scripts use it: sourced by each of them, after `set -euo pipefail`.
# Environment: KUBECTL (default kubectl), KUBECONFIG, KUBE_CONTEXT (default: the current context).

say() { printf 'demo: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# Sets `namespace`, and where its volumes are on a cluster that has no storage class of its own.
use_namespace() {
    [[ $1 =~ ^[a-z0-9]([-a-z0-9]{0,40}[a-z0-9])?$ ]] || fail "not a name for a namespace: '$1'"
    namespace=$1
    volumes=${QUETZAL_CLUSTER_STATE:-/var/lib/quetzal-cluster}/volumes/$namespace
}

kube() { "${KUBECTL:-kubectl}" ${KUBE_CONTEXT:+--context "$KUBE_CONTEXT"} -n "$namespace" "$@"; }

# psql in the database's Pod, as the superuser, stopping at the first error: psql_in_pod DATABASE [ARGUMENT...]
psql_in_pod() {
    # shellcheck disable=SC2016 # the Pod's shell knows the user, not this one
    kube exec -i deployment/demo-quetzal-db -c quetzal -- \
        sh -c 'exec psql -X -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$@"' sh "$@"
}
