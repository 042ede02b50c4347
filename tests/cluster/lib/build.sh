# The build cache. Every artefact's name holds a hash of all it is made from, and it appears under that name only when it
# is complete: a warm cache serves any checkout, and a changed recipe is built anew.
# shellcheck shell=bash

PROGRAMS=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../programs" && pwd)

# hash_of FOLDER [STRING...]: hash of the files below FOLDER (names, modes, contents) and of the strings. What Python
# leaves behind where it ran does not count, here and in files_layer.
hash_of() {
  local folder=$1
  shift
  {
    printf '%s\n' "$@"
    if [[ -d $folder ]]; then
      (
        cd -- "$folder"
        find . -name __pycache__ -prune -o -type f -printf '%m %p\n' | sort
        find . -name __pycache__ -prune -o -type f -print0 | sort -z | xargs -0 -r sha256sum
      )
    fi
  } | sha256sum | cut -c -16
}

# make_artefact PATH COMMAND...: runs COMMAND with a temporary name as its last argument, then gives the result its name.
make_artefact() {
  local path=$1
  shift
  mkdir -p "$(dirname -- "$path")"
  rm -rf -- "$path.partial"
  "$@" "$path.partial" && mv -T -- "$path.partial" "$path"
}

# linker_flags PROGRAM
linker_flags() {
  local version=k8s.io/component-base/version minor=${KUBERNETES_VERSION#v1.}
  printf '%s' '-s -w'
  if [[ $1 == hyperkube ]]; then
    # Without it the servers and kubectl call themselves v0.0.0.
    printf ' -X %s' "$version.gitVersion=$KUBERNETES_VERSION" "$version.gitMajor=1" "$version.gitMinor=${minor%%.*}" \
      "$version.gitTreeState=archive"
  fi
}

# program_path PROGRAM: where programs/PROGRAM is in the cache once it is built.
program_path() {
  echo "$CACHE/bin/$1-$(hash_of "$PROGRAMS/$1" "$(linker_flags "$1")" "$(uname -m)")"
}

# build_program PROGRAM: builds programs/PROGRAM unless the cache has it. The modules are those of its go.mod and go.sum.
build_program() {
  local program=$1 path
  path=$(program_path "$program")
  if [[ -x $path ]]; then return; fi
  if ! type -P go >/dev/null; then fail "go is needed to build $program: install Go 1.26 or later"; fi
  say "building $program; with an empty Go cache it takes $(usual_time "$program") (log: $CACHE/log/build-$program.log)"
  step "built $program" logged "$CACHE/log/build-$program.log" make_artefact "$path" compile "$program"
}

# usual_time PROGRAM: on two cores
usual_time() {
  case $1 in
    hyperkube) echo '7 to 10 minutes' ;;
    coredns | fake-gcs) echo 'a minute or two' ;;
    *) echo 'seconds' ;;
  esac
}

# compile PROGRAM OUT
compile() (
  package=.
  if [[ $1 == fake-gcs ]]; then package=github.com/fsouza/fake-gcs-server; fi
  cd -- "$PROGRAMS/$1" &&
    CGO_ENABLED=0 GOWORK=off nice -n 10 go build -mod=readonly -trimpath -buildvcs=false -ldflags "$(linker_flags "$1")" -o "$2" "$package"
)
