#!/usr/bin/env bash
# pack.sh [DIST]: an archive for krew of each executable in DIST/SYSTEM-PROCESSOR (default: target/dist), with its
# checksum, and DIST/quetzal-db.yaml, the manifest for what is there. The same executables give the same archives.
# It needs GNU tar and sha256sum.
set -euo pipefail
dist=$(realpath -- "${1:-$(dirname "$0")/../../target/dist}")
cd "$(dirname "$0")/../.."

version=v$(sed -n '/^\[package\]/,/^\[lib\]/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
written=$(sed -n 's/^  version: //p' krew-manifest.yaml)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

# pack PLATFORM: krew takes regular files only, and keeps their modes.
pack() {
  local archive=kubectl-quetzal-db-$version-$1.tar.gz executable
  executable=$(basename -- "$dist/$1"/kubectl-quetzal-db*)
  mkdir "$stage/$1"
  install -m 0755 "$dist/$1/$executable" "$stage/$1/"
  install -m 0644 LICENSE "$stage/$1/"
  tar --format=ustar --owner=0 --group=0 --numeric-owner --mtime="@$epoch" -C "$stage/$1" -cf - LICENSE "$executable" |
    gzip -9 -n >"$dist/$archive"
  (cd "$dist" && sha256sum "$archive" >"$archive.sha256")
  echo "$dist/$archive"
}

# fill: the manifest on standard input, with the checksums of the archives that are there, without the other platforms.
fill() {
  # shellcheck disable=SC2016
  awk -v dist="$dist" '
    function flush() {
      if (sha256 != "" || !selects) printf "%s", block
      block = sha256 = ""
    }
    /^    - selector:/ { flush(); selects = 1 }
    /^      uri: / {
      file = dist "/" substr($2, match($2, /[^\/]*$/)) ".sha256"
      if ((getline line < file) > 0) split(line, words, " ")
      else words[1] = ""
      sha256 = words[1]
    }
    /^      sha256: / { $0 = "      sha256: \"" sha256 "\"" }
    { block = block $0 "\n" }
    END { flush() }'
}

rm -f "$dist"/*.tar.gz "$dist"/*.sha256
for folder in "$dist"/*/; do pack "$(basename -- "$folder")"; done
sed "s/${written//./\\.}\b/$version/g" krew-manifest.yaml | fill >"$dist/quetzal-db.yaml"
echo "$dist/quetzal-db.yaml"
