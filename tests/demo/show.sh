#!/usr/bin/env bash
# Prints what the demo holds: a line a table (rows, and a sum over the content that does not depend on their order) and a
# role, then how the application is.
#   show.sh NAMESPACE [--data]
# With --data only what the running application leaves as it is: the same lines mean the same data.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/kube.sh"
[[ $# -eq 1 || ($# -eq 2 && $2 == --data) ]] || fail "usage: show.sh NAMESPACE [--data]"
use_namespace "$1"

psql_in_pod quetzal -A -t -f - < "$here/sql/show.sql"
if [[ $# -eq 2 ]]; then exit; fi

psql_in_pod quetzal -A -t -c "SELECT format('%-18s %8s rows, growing', 'activity', count(*)) FROM activity"
for component in app worker; do
    printf '%s: ' "$component"
    kube exec "deployment/demo-quetzal-$component" -- \
        curl -s --max-time 10 http://127.0.0.1:8080/healthz http://127.0.0.1:8080/count | tr '\n' ' '
    echo
done
