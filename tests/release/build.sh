#!/usr/bin/env bash
# build.sh [TARGET]: the executable of a release, for this machine or one that its Rust can build for, in
# target/dist/SYSTEM-PROCESSOR. On Linux it is one file that needs nothing: glibc is linked in.
set -euo pipefail
cd "$(dirname "$0")/../.."

host=$(rustc -vV | sed -n 's/^host: //p')
target=${1:-$host}
case $target in
  x86_64-unknown-linux-gnu) platform=linux-amd64 ;;
  aarch64-unknown-linux-gnu) platform=linux-arm64 ;;
  x86_64-apple-darwin) platform=darwin-amd64 ;;
  aarch64-apple-darwin) platform=darwin-arm64 ;;
  x86_64-pc-windows-msvc) platform=windows-amd64 ;;
  *) echo "build.sh: no release is made for $target" >&2 && exit 2 ;;
esac
built=${CARGO_TARGET_DIR:-$PWD/target}/release-build
mkdir -p "$built"

# No name of a folder of this machine gets into the executable.
cargo_home=${CARGO_HOME:-$HOME/.cargo}
flags=("--remap-path-prefix=$PWD=." "--remap-path-prefix=$built=built" "--remap-path-prefix=$cargo_home=cargo")
case $platform in
  linux-*)
    "${CC:-cc}" -O2 -Wall -Werror -c tests/release/names.c -o "$built/names.o"
    flags+=("-Ctarget-feature=+crt-static" "-Clink-arg=$built/names.o")
    export CFLAGS="-ffile-prefix-map=$built=built -ffile-prefix-map=$cargo_home=cargo"
    ;;
  windows-*) flags+=("-Ctarget-feature=+crt-static") ;;
esac
export CARGO_ENCODED_RUSTFLAGS
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f' && echo "${flags[*]}")
# A target that is named is built apart from the programs of the build itself, which need no such flags.
cargo build --release --locked --bin kubectl-quetzal-db --target "$target" --target-dir "$built"

name=kubectl-quetzal-db
if [[ $platform == windows-* ]]; then name+=.exe; fi
rm -rf "target/dist/$platform"
mkdir -p "target/dist/$platform"
cp "$built/$target/release/$name" "target/dist/$platform/"
echo "target/dist/$platform/$name"
