#!/usr/bin/env bash
# platform.sh: this machine as krew and Go name it, SYSTEM-PROCESSOR.
set -euo pipefail
case $(uname -s)-$(uname -m) in
  Linux-x86_64) echo linux-amd64 ;;
  Linux-aarch64) echo linux-arm64 ;;
  Darwin-x86_64) echo darwin-amd64 ;;
  Darwin-arm64) echo darwin-arm64 ;;
  *) echo "platform.sh: no release is made for this machine" >&2 && exit 1 ;;
esac
