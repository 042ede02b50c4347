#!/usr/bin/env bash
# Fills the demo's database up to a size; does nothing when it has that size.
#   generate.sh NAMESPACE MEGABYTES_OF_PLAIN_DUMP
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/kube.sh"
[[ $# -eq 2 && $2 =~ ^[0-9]+$ ]] || fail "usage: generate.sh NAMESPACE MEGABYTES"
use_namespace "$1"

say "filling the database up to $2 MB"
cat "$here/sql/population.sql" "$here/sql/images.sql" | psql_in_pod quetzal -v "mb=$2" -f -
