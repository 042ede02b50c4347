#!/usr/bin/env bash
# Run by mmdebstrap on the machine that builds: rootfs.sh essential|customize ROOT
set -euo pipefail

# The ids are fixed, as in the well-known images, so that a volume outlives a change of image.
essential() {
  echo 'postgres:x:999:' >>"$1/etc/group"
  echo 'postgres:x:999:999::/var/lib/postgresql:/bin/bash' >>"$1/etc/passwd"
  echo 'postgres:*:19000:0:99999:7:::' >>"$1/etc/shadow"
}

# Debian makes a server of its own on installation; here the entrypoint makes it.
customize() {
  rm -rf -- "$1"/etc/postgresql/* "$1"/var/lib/postgresql/*
  chroot "$1" localedef -i en_US -c -f UTF-8 en_US.UTF-8
}

"$1" "$2"
