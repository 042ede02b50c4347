#!/usr/bin/env bash
# Builds the images that the tests use from Debian packages, and imports them into the cluster of up.sh.
#
#   images.sh [postgres VERSION | server VERSION | app | fake-gcs | plugin EXECUTABLE]...
#                                                                        default: postgres 15 app fake-gcs
#
# What is built and imported already is not touched. With KUBE_CONTEXT set, or with no cluster, nothing is imported: the
# docker archives are there to be loaded elsewhere. stdout has one line an image: NAME ARCHIVE.
set -Eeuo pipefail
HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in settings report lock process packages build images rootfs host; do
  # shellcheck source=/dev/null
  source "$HERE/lib/$part.sh"
done
APP_SOURCE=$HERE/../demo/app

# suite_of VERSION: the Debian release that has this PostgreSQL.
suite_of() {
  case $1 in
    13) echo bullseye ;;
    15) echo bookworm ;;
    17) echo trixie ;;
    18) echo forky ;;
    *) fail "no Debian release is known for PostgreSQL $1: 13, 15, 17 and 18 are" ;;
  esac
}

SERVER_PACKAGES=locales,gzip,xz-utils,zstd,bzip2,tar,procps

# build_postgres VERSION: the server with gsutil beside it, as the demo's database and its backup Job need it.
build_postgres() {
  local packages=postgresql-$1,$SERVER_PACKAGES,ca-certificates,python3,python3-venv,python3-crcmod
  build_database "quetzal-db:$1" "$1" "postgres-$1" "$(suite_of "$1")" "$packages" "$IMAGES/quetzal-db/rootfs.sh"
}

# build_server VERSION: the server alone, for tests that need no bucket.
build_server() {
  build_database "postgres:$1" "$1" "server-$1" "$(suite_of "$1")" "postgresql-$1,$SERVER_PACKAGES" \
    "$IMAGES/postgres/rootfs.sh"
}

# build_database IMAGE VERSION ROOTFS...: ROOTFS is what build_rootfs takes.
build_database() {
  local image=$1 version=$2 hash config layer=$CACHE/layers/quetzal-db-files.tar
  local -a rootfs=("${@:3}")
  hash=$(hash_of "$IMAGES/quetzal-db" "$(basename -- "$(rootfs_path "${rootfs[@]}")")")
  if [[ ! -e $(archive_path "$image" "$hash") ]]; then
    build_rootfs "${rootfs[@]}"
    make_artefact "$layer" files_layer "usr/local/bin/entrypoint.sh=$IMAGES/quetzal-db/entrypoint.sh" \
      docker-entrypoint-initdb.d/
    config=$CACHE/layers/quetzal-db-config.json
    sed "s/@VERSION@/$version/g" "$IMAGES/quetzal-db/config.json.in" >"$config"
    step "built localhost/$image" build_archive "$image" "$hash" "$config" "$(rootfs_path "${rootfs[@]}")" "$layer"
  fi
  publish "$image" "$hash"
}

build_app() {
  local image=quetzal-app:1 hash layer=$CACHE/layers/quetzal-app-files.tar
  local -a rootfs=(python bookworm "python3,python3-psycopg2,curl,ca-certificates")
  hash=$(hash_of "$APP_SOURCE" "$(<"$IMAGES/quetzal-app/config.json")" "$(basename -- "$(rootfs_path "${rootfs[@]}")")")
  if [[ ! -e $(archive_path "$image" "$hash") ]]; then
    build_rootfs "${rootfs[@]}"
    if [[ -d $APP_SOURCE ]]; then
      make_artefact "$layer" files_layer "app=$APP_SOURCE"
    else
      make_artefact "$layer" files_layer app/
    fi
    step "built localhost/$image" build_archive "$image" "$hash" "$IMAGES/quetzal-app/config.json" \
      "$(rootfs_path "${rootfs[@]}")" "$layer"
  fi
  publish "$image" "$hash"
}

build_fake_gcs() {
  local image=fake-gcs:1 hash layer=$CACHE/layers/fake-gcs-files.tar
  build_program fake-gcs
  hash=$(hash_of "$IMAGES/fake-gcs" "$(basename -- "$(program_path fake-gcs)")")
  if [[ ! -e $(archive_path "$image" "$hash") ]]; then
    make_artefact "$layer" files_layer "bin/fake-gcs-server=$(program_path fake-gcs)" tmp/
    step "built localhost/$image" build_archive "$image" "$hash" "$IMAGES/fake-gcs/config.json" "$layer"
  fi
  publish "$image" "$hash"
}

# The plugin as the tests built it, without what only a debugger reads.
build_plugin() {
  local image=kubectl-quetzal-db:test hash executable=$CACHE/layers/kubectl-quetzal-db
  hash=$(hash_of '' "$(sha256sum <"$1")" "$(<"$HERE/../release/image.json")" "$(declare -f plugin_archive)")
  if [[ ! -e $(archive_path "$image" "$hash") ]]; then
    make_artefact "$executable" strip --strip-debug "$1" -o
    make_artefact "$(archive_path "$image" "$hash")" plugin_archive "$executable" "localhost/$image"
    rm -f -- "$executable"
    forget_archives "$image" "$hash"
  fi
  publish "$image" "$hash"
}

# publish IMAGE HASH: imports where there is a cluster of ours to import into.
publish() {
  if [[ $IMPORT == yes ]]; then import_image "$1" "$2"; fi
  echo "localhost/$1 $(archive_path "$1" "$2")"
}

if ((EUID != 0)); then fail "root is needed: root file systems are made here"; fi
IMPORT=no
if [[ -n ${KUBE_CONTEXT:-} ]]; then
  say "KUBE_CONTEXT is set: nothing is imported, load the archives into that cluster yourself"
elif running containerd; then
  IMPORT=yes
else
  say "the cluster is not up: nothing is imported"
fi
lock_cache
build_program docker-archive
if (($# == 0)); then set -- postgres 15 app fake-gcs; fi
while (($# > 0)); do
  case $1 in
    postgres | server)
      "build_$1" "${2:?images.sh: $1 needs a version}"
      shift 2
      ;;
    app) build_app; shift ;;
    fake-gcs) build_fake_gcs; shift ;;
    plugin)
      build_plugin "${2:?images.sh: plugin needs an executable}"
      shift 2
      ;;
    *) fail "usage: images.sh [postgres VERSION | server VERSION | app | fake-gcs | plugin EXECUTABLE]..." ;;
  esac
done
