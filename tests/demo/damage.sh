#!/usr/bin/env bash
# Damages the demo's data, as a bad migration would: a table gone, rows gone, a column scrambled, a role changed.
#   damage.sh NAMESPACE
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/kube.sh"
[[ $# -eq 1 ]] || fail "usage: damage.sh NAMESPACE"
use_namespace "$1"

psql_in_pod quetzal -f - < "$here/sql/damage.sql"
say "damaged: families is dropped, a third of the thumbnails deleted, addresses scrambled, db_ro_user changed"
