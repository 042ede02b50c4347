# Root file systems from Debian packages.
# shellcheck shell=bash

# What a container has no use for. The just-in-time compiler of PostgreSQL goes too: with LLVM it is half of the image,
# and a server without it just does not use it.
LEFT_OUT=(
  path-exclude=/usr/share/doc/* path-exclude=/usr/share/man/* path-exclude=/usr/share/info/*
  path-exclude=/usr/share/locale/* path-include=/usr/share/locale/locale.alias
  path-exclude=/usr/lib/postgresql/*/lib/bitcode/* path-exclude=/usr/lib/postgresql/*/lib/llvmjit*
  path-exclude=/usr/lib/*-linux-gnu/libLLVM* path-exclude=/usr/lib/llvm-*
)

# rootfs_path NAME SUITE PACKAGES [HOOK]: the tar in the cache.
rootfs_path() { echo "$CACHE/layers/$1-$(rootfs_hash "${@:2}").tar"; }

rootfs_hash() {
  local suite=$1 packages=$2 hook=${3:-/dev/null}
  hash_of /nonexistent "$suite" "$packages" "$GSUTIL_VERSION" "${LEFT_OUT[@]}" "$(<"$hook")"
}

# build_rootfs NAME SUITE PACKAGES [HOOK]: PACKAGES are separated by commas; `HOOK essential ROOT` runs before they are
# installed, `HOOK customize ROOT` after.
build_rootfs() {
  local name=$1 path
  path=$(rootfs_path "$@")
  if [[ -e $path ]]; then return; fi
  need mmdebstrap=mmdebstrap
  say "building the root file system of $name (log: $CACHE/log/rootfs-$name.log)"
  step "root file system of $name" logged "$CACHE/log/rootfs-$name.log" make_artefact "$path" run_mmdebstrap "${@:2}"
  find "$CACHE/layers" -name "$name-*.tar" ! -path "$path" -delete
}

# run_mmdebstrap SUITE PACKAGES [HOOK] OUT
run_mmdebstrap() {
  local out=${*: -1} option
  # A mirror that stands still gives old packages, signed as ever: good enough here.
  local -a options=(--variant=minbase --format=tar --include="$2" --aptopt='Acquire::Check-Valid-Until "false"')
  for option in "${LEFT_OUT[@]}"; do options+=(--dpkgopt="$option"); done
  if (($# == 4)); then
    local -x ROOTFS_HOOK=$3 GSUTIL_VERSION=$GSUTIL_VERSION
    # mmdebstrap passes the root as "$1" to these; a path with odd characters goes round its shell by the environment.
    # shellcheck disable=SC2016
    options+=(--essential-hook='"$ROOTFS_HOOK" essential "$1"' --customize-hook='"$ROOTFS_HOOK" customize "$1"')
  fi
  # A mirror is only named when the user names one.
  nice -n 10 mmdebstrap "${options[@]}" "$1" "$out" ${QUETZAL_DEBIAN_MIRROR:+"$QUETZAL_DEBIAN_MIRROR"}
}
