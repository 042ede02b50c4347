#!/usr/bin/env bash
# image.sh: the image in which `restore --in-cluster` runs the plugin, for this machine's processor, in target/dist. The
# executable is a release's, and all that is in it: no shell, no root. The last line has its name and its archive, which
# `docker load`, `podman load`, `ctr image import` and `skopeo copy docker-archive:FILE` read.
set -Eeuo pipefail
cd "$(dirname "$0")/../.."
for part in settings report build images; do
  # shellcheck source=/dev/null
  source "tests/cluster/lib/$part.sh"
done

executable=$(tests/release/build.sh | tail -n 1)
version=v$(sed -n '/^\[package\]/,/^\[lib\]/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
name=ghcr.io/quetz-al/kubectl-quetzal-db:$version
archive=target/dist/kubectl-quetzal-db-$version-$(basename -- "$(dirname -- "$executable")")-image.tar
# Of a static one that can be loaded anywhere ldd says so, and is content.
if ldd "$executable" 2>/dev/null | grep -q '=>'; then fail "$executable needs libraries of this machine"; fi
build_program docker-archive
make_artefact "$archive" plugin_archive "$executable" "$name"
echo "$name $archive"
