#!/usr/bin/env bash
# Brings up the demo in a namespace, or what is missing of it, and waits until it is ready.
#   deploy.sh NAMESPACE [--size MB] [--kubeconfig-out FILE]
# --size: megabytes of plain dump that the data amounts to (default 50); --kubeconfig-out: a kubeconfig (valid a day) of the
# ServiceAccount that holds what the plugin needs and no more. Environment: see kube.sh.
# The volumes come from the cluster's default storage class.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/kube.sh"

usage() { fail "usage: deploy.sh NAMESPACE [--size MB] [--kubeconfig-out FILE]"; }

read_arguments() {
    size=50
    kubeconfig_out=
    [[ $# -ge 1 ]] || usage
    use_namespace "$1"
    shift
    while [[ $# -gt 0 ]]; do
        [[ $# -ge 2 ]] || usage
        case $1 in
            --size) size=$2 ;;
            --kubeconfig-out) kubeconfig_out=$2 ;;
            *) usage ;;
        esac
        shift 2
    done
    [[ $size =~ ^[0-9]+$ ]] || fail "--size takes a whole number of megabytes, not '$size'"
}

exists() { [[ -n $(kube get "$@" --ignore-not-found -o name) ]]; }

apply() { kube apply -f "${1:--}" -o name > /dev/null; }

make_namespace() {
    exists namespace "$namespace" && return
    apply << EOF
{apiVersion: v1, kind: Namespace, metadata: {name: $namespace, labels: {quetzal.example/made-by: demo}}}
EOF
    # Until it is there, no Pod is admitted, and controllers come back late to what they were refused.
    kube wait --for=create serviceaccount/default --timeout 60s > /dev/null
}

# Passwords go from openssl to the API server through pipes and shell variables: never through an argument list.
make_passwords() {
    exists secret demo-quetzal-db-secrets && return
    local superuser db_user db_ro_user
    superuser=$(openssl rand -hex 16)
    db_user=$(openssl rand -hex 16)
    db_ro_user=$(openssl rand -hex 16)
    apply << EOF
apiVersion: v1
kind: Secret
metadata: {name: demo-quetzal-db-secrets, labels: {app.kubernetes.io/instance: demo}}
stringData:
  POSTGRES_USER: dbuser
  POSTGRES_PASSWORD: "$superuser"
  DB_USER_PASSWORD: "$db_user"
  DB_RO_USER_PASSWORD: "$db_ro_user"
EOF
}

make_certificate() {
    exists secret demo-gcs-tls && exists configmap demo-gcs-ca && return
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=gcs \
        -addext "subjectAltName=DNS:gcs,DNS:gcs.$namespace.svc,DNS:gcs.$namespace.svc.cluster.local,DNS:localhost" \
        -keyout "$scratch/tls.key" -out "$scratch/tls.crt" 2> "$scratch/openssl.log" || fail "$(< "$scratch/openssl.log")"
    kube create secret tls demo-gcs-tls --cert "$scratch/tls.crt" --key "$scratch/tls.key" --dry-run=client -o yaml | apply
    kube create configmap demo-gcs-ca --from-file "ca.crt=$scratch/tls.crt" --dry-run=client -o yaml | apply
}

apply_manifests() {
    kube create configmap demo-quetzal-db-init --from-file "$here/sql/init" --dry-run=client -o yaml | apply
    local manifest manifests=()
    for manifest in "$here"/*.yaml; do manifests+=(-f "$manifest"); done
    kube apply "${manifests[@]}" -o name > /dev/null
}

wait_for() { kube rollout status "deployment/$1" --timeout "$2" >&2; }

# The cluster as the current context knows it, with the token of the ServiceAccount.
write_kubeconfig() {
    local server token
    server=$(cluster config view --minify --flatten --raw -o jsonpath='{.clusters[0].cluster}')
    token=$(kube create token quetzal-db-operator --duration 24h)
    (
        umask 077
        cat > "$1" << EOF
apiVersion: v1
kind: Config
current-context: demo
clusters: [{name: demo, cluster: $server}]
users: [{name: quetzal-db-operator, user: {token: $token}}]
contexts: [{name: demo, context: {cluster: demo, user: quetzal-db-operator, namespace: $namespace}}]
EOF
    )
}

finish() {
    local status=$?
    rm -rf "$scratch"
    [[ $status -eq 0 ]] || explain
}

explain() {
    say "not ready; what there is in namespace $namespace:"
    kube get pods,persistentvolumeclaims -o wide >&2 || true
    kube get events --sort-by .lastTimestamp 2> /dev/null | tail -n 20 >&2 || true
}

main() {
    read_arguments "$@"
    scratch=$(mktemp -d)
    trap finish EXIT
    say "deploying into namespace $namespace"
    make_namespace
    make_passwords
    make_certificate
    apply_manifests
    wait_for demo-quetzal-db 180s
    "$here/generate.sh" "$namespace" "$size"
    wait_for demo-gcs 120s
    wait_for demo-quetzal-app 120s
    wait_for demo-quetzal-worker 120s
    if [[ -n $kubeconfig_out ]]; then write_kubeconfig "$kubeconfig_out"; fi
    say "ready"
}

main "$@"
