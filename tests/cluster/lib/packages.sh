# Debian packages, installed only where something is missing.
# shellcheck shell=bash

# need PACKAGE=COMMAND_OR_PATH...: installs the packages whose command (or file) is missing.
need() {
  local pair wanted
  local -a missing=()
  for pair in "$@"; do
    wanted=${pair#*=}
    if [[ $wanted == /* && -e $wanted ]] || PATH=$PATH:/usr/sbin:/sbin type -P "$wanted" >/dev/null; then continue; fi
    missing+=("${pair%%=*}")
  done
  if ((${#missing[@]} == 0)); then return; fi
  if ! type -P apt-get >/dev/null; then fail "missing, and there is no apt-get to install it: ${missing[*]}"; fi
  step "apt-get install ${missing[*]}" install_packages "${missing[@]}"
}

install_packages() {
  local -x DEBIAN_FRONTEND=noninteractive
  logged "$CACHE/log/apt-get.log" bash -c 'apt-get update -q && apt-get install -y -q --no-install-recommends "$@"' apt "$@"
}
