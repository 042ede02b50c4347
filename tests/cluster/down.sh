#!/usr/bin/env bash
# Takes the cluster of up.sh down and leaves nothing of it: processes, containers, mounts, links, firewall rules, folders.
# May be repeated, and after a crash too. The build cache stays, unless --purge is given.
set -Eeuo pipefail
HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in settings report lock process servers host; do
  # shellcheck source=/dev/null
  source "$HERE/lib/$part.sh"
done

stop_programs() {
  local name
  # The kubelet goes first, so that nothing starts containers again.
  for name in kubelet "${ALL_PROGRAMS[@]}"; do stop "$name"; done
}

# Processes of the containers are in the cluster's own control group.
container_processes() {
  local root
  for root in $(cgroup_roots); do
    if [[ -d $root/$CGROUP ]]; then find "$root/$CGROUP" -name cgroup.procs -exec cat {} + 2>/dev/null || true; fi
  done | sort -un
}
# What a program started has its mark too: the shims that of containerd.
leftover_processes() {
  local name
  for name in "${ALL_PROGRAMS[@]}"; do marked "QUETZAL_CLUSTER_PROGRAM=$STATE/programs/$name"; done
}

kill_round() {
  local pids
  pids=$(container_processes; leftover_processes)
  # shellcheck disable=SC2086 # a list of numbers
  if [[ -n $pids ]]; then kill -9 $pids 2>/dev/null || true; fi
  [[ -z $(container_processes; leftover_processes) ]]
}

stop_containers() { wait_until 30 "the containers to end" "" kill_round; }

# Children before parents.
cluster_mounts() { awk -v state="$STATE/" 'index($5, state) == 1 { print $5 }' /proc/self/mountinfo | sort -r; }
unmount_all() {
  local mount
  # mountinfo writes odd characters as octal escapes.
  while IFS= read -r mount; do umount -l -- "$(printf '%b' "$mount")"; done < <(cluster_mounts)
}

cgroup_folders() {
  local root
  for root in $(cgroup_roots); do
    if [[ -d $root/$CGROUP ]]; then find "$root/$CGROUP" -depth -type d; fi
  done
}
remove_cgroups() { wait_until 10 "the control groups to be empty" "" remove_cgroups_round; }
remove_cgroups_round() {
  local folder
  for folder in $(cgroup_folders); do rmdir "$folder" || true; done
  [[ -z $(cgroup_folders) ]]
}

cluster_links() {
  { ip -o link show master "$BRIDGE"; ip -o link show "$BRIDGE"; } 2>/dev/null | awk -F '[ :@]+' '{ print $2 }' || true
}
remove_links() {
  local link
  # A veth vanishes together with its network namespace, perhaps right now.
  for link in $(cluster_links); do ip link delete "$link" 2>/dev/null || true; done
}

OUR_CHAINS='(KUBE|CNI)-[A-Za-z0-9-]+'

# chain_removal: reads iptables-save of one table, writes what iptables-restore --noflush needs to take our chains out.
# Rules of others stay as they are.
chain_removal() {
  awk -v ours="^$OUR_CHAINS\$" '
    /^\*/ { print; next }
    /^:/ { name = substr($1, 2); if (name ~ ours) { flush = flush "-F " name "\n"; remove = remove "-X " name "\n" } next }
    /^-A/ {
      if ($2 ~ ours) next
      for (i = 3; i < NF; i++) if ($i == "-j" && $(i + 1) ~ ours) { sub(/^-A/, "-D"); print; next }
      next
    }
    /^COMMIT/ { printf "%s%s", flush, remove; flush = remove = ""; print }'
}

# grep reads to the end: one that stops at its first find would end iptables-save by SIGPIPE, and the pipe would fail.
remove_rules() {
  local family
  for family in iptables ip6tables; do
    if ! type -P "$family-save" >/dev/null || ! "$family-save" 2>/dev/null | grep -E "$OUR_CHAINS" >/dev/null; then continue; fi
    "$family-save" 2>/dev/null | chain_removal | "$family-restore" --noflush
  done
}

remove_folders() {
  find /var/log/containers -maxdepth 1 -lname "$STATE/*" -delete 2>/dev/null || true
  find /var/lib/cni -path '*/results/quetzal-*' -delete 2>/dev/null || true
  restore_host
  rm -rf --one-file-system -- "$STATE"
  if [[ ${1:-} == --purge ]]; then rm -rf --one-file-system -- "${CACHE:?}"/{bin,images,layers,log}; fi
}

# what_is_left: one line a finding.
what_is_left() {
  local pid
  for pid in $(container_processes; leftover_processes); do echo "process $pid"; done
  cluster_mounts | sed 's/^/mount /'
  cgroup_folders | sed 's/^/control group /'
  cluster_links | sed 's/^/network link /'
  { iptables-save; ip6tables-save; } 2>/dev/null | grep -oE "^:$OUR_CHAINS" | sed 's/^:/firewall chain /' || true
  if [[ -e $STATE ]]; then echo "folder $STATE"; fi
}

PATH=$PATH:/usr/sbin:/sbin
if ((EUID != 0)); then fail "root is needed"; fi
case ${1:-} in '' | --purge) ;; *) fail "usage: down.sh [--purge]" ;; esac
lock_cluster
refuse_other_cluster
step "stopped the programs" stop_programs
step "stopped the containers" stop_containers
step "unmounted" unmount_all
step "removed control groups" remove_cgroups
step "removed network links" remove_links
step "removed firewall rules" remove_rules
step "removed folders, put kernel settings back" remove_folders "${1:-}"
left=$(what_is_left)
if [[ -n $left ]]; then fail "this is left of the cluster:"$'\n'"$left"; fi
say "nothing is left of the cluster"
