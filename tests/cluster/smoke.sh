#!/usr/bin/env bash
# Shows that the cluster does what the tests need: a database Pod starts from its image, a command runs in it, and it
# resolves and reaches a Service. Works in a namespace of its own, which it removes.
#
#   smoke.sh [POSTGRES_VERSION]        default: 15
set -Eeuo pipefail
HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in settings report; do
  # shellcheck source=/dev/null
  source "$HERE/lib/$part.sh"
done
VERSION=${1:-15}
NAMESPACE=smoke-$$-$RANDOM

if [[ -n ${KUBE_CONTEXT:-} ]]; then
  kube() { kubectl --context "$KUBE_CONTEXT" --namespace "$NAMESPACE" "$@"; }
else
  kube() { "$STATE/bin/kubectl" --kubeconfig "$ADMIN_KUBECONFIG" --namespace "$NAMESPACE" "$@"; }
fi

# A namespace that still has Pods is looked at again only after half of their grace period.
remove_namespace() {
  kube delete pod --all --timeout=60s >/dev/null
  kube delete namespace "$NAMESPACE" --ignore-not-found --timeout=60s >/dev/null 2>&1
}

# create_objects: the password is a throw-away, made here and seen by nobody.
create_objects() {
  kube create namespace "$NAMESPACE" >/dev/null
  # Until the namespace has its service account, no Pod is admitted.
  wait_until 30 "the service account of namespace $NAMESPACE" "" kube get serviceaccount default
  kube create secret generic db --from-file=password=<(head -c 18 /dev/urandom | base64 -w0) >/dev/null
  kube apply -f - >/dev/null <<END
apiVersion: v1
kind: Pod
metadata: {name: db, labels: {app: db}}
spec:
  terminationGracePeriodSeconds: 20
  containers:
    - name: db
      image: localhost/quetzal-db:$VERSION
      env:
        - {name: POSTGRES_USER, value: owner}
        - {name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
      readinessProbe:
        exec: {command: [pg_isready, --host=127.0.0.1, --username=owner]}
        periodSeconds: 1
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  selector: {app: db}
  ports: [{port: 5432}]
END
}

wait_ready() {
  if kube wait --for=condition=Ready pod/db --timeout=90s >/dev/null; then return; fi
  kube describe pod db >&2
  kube logs db --tail=20 >&2
  fail "the Pod did not become ready"
}

# expect WANTED COMMAND...: the command's output is exactly WANTED.
expect() {
  local wanted=$1 got
  shift
  got=$(kube exec db -- "$@")
  if [[ $got != "$wanted" ]]; then fail "'$*' said '$got', not '$wanted'"; fi
}

through_service() {
  # shellcheck disable=SC2016 # expanded in the Pod
  expect 'owner|t' sh -c 'PGPASSWORD=$POSTGRES_PASSWORD psql -XAt -h db -U owner -c "SELECT current_user, inet_server_addr() IS NOT NULL"'
}

trap remove_namespace EXIT
step "objects made" create_objects
step "the Pod is ready" wait_ready
step "psql over exec" expect 1 psql -XAt -U owner -c 'SELECT 1'
step "exec is root, the server is PostgreSQL $VERSION" expect "0 $VERSION" \
  sh -c 'echo "$(id -u) $(psql -XAt -U owner -c "SHOW server_version" | cut -d . -f 1)"'
step "DNS: kubernetes.default" expect "$(kube get service kubernetes --namespace default -o 'jsonpath={.spec.clusterIP}')" \
  sh -c 'getent ahostsv4 kubernetes.default | awk "NR == 1 { print \$1 }"'
step "psql by password through the Service" through_service
step "gsutil is there" expect "gsutil version: $GSUTIL_VERSION" gsutil version
step "removed" remove_namespace
trap - EXIT
say "the cluster works"
