# Images in the making: layers and docker archives in the cache, and the import into the cluster's containerd.
# An image is named NAME:TAG here and localhost/NAME:TAG in the cluster.
# shellcheck shell=bash

IMAGES=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../images" && pwd)
RECIPE_LABEL=quetzal.recipe

ctr() { "$(PATH=$PATH:/usr/sbin type -P ctr)" --address "$RUNTIME_SOCKET" --namespace k8s.io "$@"; }

# archive_path IMAGE HASH: the docker archive in the cache.
archive_path() { echo "$CACHE/images/${1/:/-}-$2.tar"; }

# build_archive IMAGE HASH CONFIG.json LAYER.tar...: makes the archive.
build_archive() {
  local image=$1 hash=$2 path
  path=$(archive_path "$image" "$hash")
  shift 2
  make_artefact "$path" "$(program_path docker-archive)" "localhost/$image" "$@"
  forget_archives "$image" "$hash"
}

# forget_archives IMAGE HASH: those of other recipes of this image are of no further use and large, so they go.
forget_archives() { find "$CACHE/images" -name "${1/:/-}-*.tar" ! -path "$(archive_path "$1" "$2")" -delete; }

# import_image IMAGE HASH: the archive's content is in the cluster under the image's name.
import_image() {
  if [[ $(imported_recipe "$1") == "$2" ]]; then return; fi
  step "imported localhost/$1" load_archive "$1" "$2"
}

# imported_recipe IMAGE: hash of the image in the cluster, nothing when it is not there.
imported_recipe() {
  ctr images ls "name==localhost/$1" | sed -n "s/.*$RECIPE_LABEL=\([0-9a-f]*\).*/\1/p"
}

load_archive() {
  logged "$STATE/log/import-${1/:/-}.log" ctr images import "$(archive_path "$1" "$2")"
  # The label comes last: an import cut short has none, and is done again.
  ctr images label "localhost/$1" "$RECIPE_LABEL=$2" >/dev/null
}

# files_layer NAME=FILE... OUT.tar: a layer that depends on nothing but names, modes and contents of the files.
# FILE may be a folder; a NAME that ends in / is an empty folder for everyone to write into.
files_layer() {
  local out=${*: -1} pair folder
  folder=$(mktemp -d)
  chmod 755 "$folder"
  for pair in "${@:1:$#-1}"; do
    if [[ $pair == */ ]]; then
      mkdir -p "$folder/$pair"
      chmod 1777 "$folder/$pair"
    else
      mkdir -p "$folder/$(dirname -- "${pair%%=*}")"
      cp -rL --no-preserve=ownership,timestamps -- "${pair#*=}" "$folder/${pair%%=*}"
    fi
  done
  tar --create --file="$out" --directory="$folder" --format=gnu --sort=name --mtime=@0 --owner=0 --group=0 \
    --numeric-owner --exclude=__pycache__ .
  rm -rf -- "$folder"
}

pause_hash() { hash_of "$IMAGES/pause" "$(basename -- "$(program_path pause)")"; }

# build_pause: the sandbox image, without which no Pod starts.
build_pause() {
  local hash layer=$CACHE/layers/pause.tar
  build_program pause
  hash=$(pause_hash)
  if [[ -e $(archive_path pause:1 "$hash") ]]; then return; fi
  make_artefact "$layer" files_layer "pause=$(program_path pause)"
  build_archive pause:1 "$hash" "$IMAGES/pause/config.json" "$layer"
}

# plugin_archive EXECUTABLE NAME:TAG OUT.tar: an image with the plugin and nothing else, but the libraries that it is
# linked to: a release's has none.
plugin_archive() {
  local layer library config=$IMAGES/../../release/image.json
  local -a files=("kubectl-quetzal-db=$1") libraries
  mapfile -t libraries < <({ ldd "$1" 2>/dev/null || true; } | sed -n 's|^[^/]*\(/[^ ]*\).*|\1|p')
  for library in "${libraries[@]}"; do files+=("${library#/}=$library"); done
  layer=$(mktemp)
  files_layer "${files[@]}" "$layer"
  "$(program_path docker-archive)" "$2" "$config" "$layer" "$3"
  rm -f -- "$layer"
}
