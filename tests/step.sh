#!/usr/bin/env bash
# step.sh TITLE COMMAND...: runs the command and says how long it took.
set -uo pipefail
title=$1
shift
echo "==> $title"
begin=$SECONDS
"$@"
code=$?
verdict=done
[ "$code" -eq 0 ] || verdict="FAILED with $code"
echo "==> $title: $verdict after $((SECONDS - begin)) s"
exit "$code"
