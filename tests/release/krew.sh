#!/usr/bin/env bash
# krew.sh [DIST]: krew itself takes the release of DIST (default: target/dist), as a user would have it: krew's validator
# looks at the manifests, krew installs the archive into a folder of its own, kubectl runs the plugin from there, the
# completion goes beside it, and krew takes it away again. Needs Go, git and kubectl; asks nobody but Go's module registry.
set -Eeuo pipefail
dist=$(realpath -- "${1:-$(dirname "$0")/../../target/dist}")
cd "$(dirname "$0")/../.."

fail() { echo "krew.sh: $*" >&2 && exit 1; }

platform=$(tests/release/platform.sh)
archive=$(echo "$dist"/*-"$platform.tar.gz")
[[ -f $archive ]] || fail "$dist has no archive for $platform"
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
(cd tests/release/krew && CGO_ENABLED=0 GOWORK=off GOBIN=$scratch/bin go install -mod=readonly tool)

# That of the repository has no checksums yet, and all platforms. A manifest's name is the plugin's.
mkdir "$scratch/all"
cp krew-manifest.yaml "$scratch/all/quetzal-db.yaml"
for manifest in "$scratch/all/quetzal-db.yaml" "$dist/quetzal-db.yaml"; do
  "$scratch/bin/validate-krew-manifest" -manifest "$manifest" -skip-install
done

# krew keeps its index as a clone: an empty one will do.
git init -q "$scratch/index"
git -C "$scratch/index" -c user.name=krew -c user.email=krew@example.com commit -q --allow-empty -m 'An index'
export HOME=$scratch/home KREW_ROOT=$scratch/krew KREW_DEFAULT_INDEX_URI=file://$scratch/index KREW_NO_UPGRADE_CHECK=1
kubectl=$(type -P kubectl) || fail "kubectl is needed"
export PATH=$KREW_ROOT/bin:$scratch/bin:$PATH
mkdir "$HOME"
krew update
krew install --manifest="$dist/quetzal-db.yaml" --archive="$archive"

version=$("$kubectl" quetzal-db --version)
[[ $version == "kubectl quetzal-db "* ]] || fail "kubectl runs another plugin: $version"
"$kubectl" quetzal-db completion kubectl --install
[[ -x $KREW_ROOT/bin/kubectl_complete-quetzal_db ]] || fail "the completion is not beside the plugin"
offered=$("$kubectl" __complete quetzal-db res 2>/dev/null)
[[ $offered == restore* ]] || fail "kubectl completes nothing: $offered"
krew uninstall quetzal-db
if "$kubectl" quetzal-db --version 2>/dev/null; then fail "krew left the plugin"; fi
echo "krew installs, runs and removes $version"
