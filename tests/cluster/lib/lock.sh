# One script at a time. The lock is held on a folder, so nothing is left behind, until the script ends. The descriptors 8
# and 9 are not passed on to the programs that outlive it.
# shellcheck shell=bash

# lock_cluster: for whoever changes the cluster.
lock_cluster() {
  mkdir -p "$(dirname -- "$STATE")"
  exec 9<"$(dirname -- "$STATE")"
  lock 9 "the cluster"
}

# lock_cache: for whoever builds. Not to be asked for by one who holds the cluster's lock, lest two wait for each other.
lock_cache() {
  mkdir -p "$CACHE"
  exec 8<"$CACHE"
  lock 8 "the build cache"
}

unlock_cache() { exec 8<&-; }

# lock DESCRIPTOR WHAT
lock() {
  if flock -n "$1"; then return; fi
  say "waiting for another script that works on $2"
  if ! flock -w 1800 "$1"; then fail "waited 1800 s in vain for another script that works on $2"; fi
}
