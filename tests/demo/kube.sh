# shellcheck shell=bash disable=SC2034
# kubectl as the demo's scripts use it: sourced by each of them, after `set -euo pipefail`.
# Environment: KUBECTL (default kubectl), KUBECONFIG, KUBE_CONTEXT (default: the current context).

say() { printf 'demo: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# Sets `namespace`.
use_namespace() {
    [[ $1 =~ ^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$ ]] || fail "not a name for a namespace: '$1'"
    namespace=$1
}

cluster() { "${KUBECTL:-kubectl}" ${KUBE_CONTEXT:+--context "$KUBE_CONTEXT"} "$@"; }

kube() { cluster -n "$namespace" "$@"; }

# psql in the database's Pod, as the superuser, stopping at the first error: psql_in_pod DATABASE [ARGUMENT...]
psql_in_pod() {
    # shellcheck disable=SC2016 # the Pod's shell knows the user, not this one
    kube exec -i deployment/demo-quetzal-db -c quetzal -- \
        sh -c 'exec psql -X -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$@"' sh "$@"
}
