# What the cluster changes on the machine outside its state folder, written down so that it can be put back.
# shellcheck shell=bash

# Kernel settings that the node's programs change.
KERNEL_SETTINGS=(net.ipv4.ip_forward net.ipv4.conf.all.route_localnet vm.overcommit_memory vm.panic_on_oom kernel.panic
  kernel.panic_on_oops)

# Folders outside the state folder whose names the programs have built in.
FOREIGN_FOLDERS=(/var/lib/kubelet /var/lib/cni /var/log/containers /var/log/pods /usr/libexec/kubernetes /run/containerd
  /tmp/hostpath_pv /etc/cni /opt/cni)

boot() { cat /proc/sys/kernel/random/boot_id; }

# forget_previous_boot: what containerd knew of running containers is wrong after a reboot.
forget_previous_boot() {
  if [[ -e $STATE/boot && $(<"$STATE/boot") != "$(boot)" ]]; then
    say "the machine was rebooted since: starting again"
    rm -rf -- "$STATE/run"
  fi
  mkdir -p "$STATE"
  boot >"$STATE/boot"
}

prepare_host() {
  remember_host
  local folder
  # cgroup v1 has a tree a controller, v2 a single one.
  for folder in $(cgroup_roots); do mkdir -p "$folder/$CGROUP"; done
  if [[ -w /sys/fs/cgroup/cgroup.subtree_control ]]; then
    local controller
    for controller in cpuset cpu io memory pids; do
      echo "+$controller" 2>/dev/null >/sys/fs/cgroup/cgroup.subtree_control || say "cgroup: no controller $controller"
    done
  fi
  if ! ip link show "$BRIDGE" >/dev/null 2>&1; then ip link add "$BRIDGE" type bridge; fi
  ip addr replace "$NODE_ADDRESS/${POD_RANGE#*/}" dev "$BRIDGE"
  ip link set "$BRIDGE" up
  sysctl -qw net.ipv4.ip_forward=1
  if [[ ! -e /proc/sys/net/bridge ]] && type -P modprobe >/dev/null; then modprobe br_netfilter || true; fi
  if [[ ! -e /proc/sys/net/bridge ]]; then say "note: no br_netfilter: a Pod cannot reach itself's neighbours through a Service"; fi
}

# remember_host: once, before anything is changed.
remember_host() {
  if [[ -e $STATE/host-before ]]; then return; fi
  local folder
  {
    for folder in "${FOREIGN_FOLDERS[@]}"; do if [[ ! -e $folder ]]; then echo "absent $folder"; fi; done
    sysctl "${KERNEL_SETTINGS[@]}" | sed 's/^/sysctl /'
  } >"$STATE/host-before.partial"
  mv -T -- "$STATE/host-before.partial" "$STATE/host-before"
}

# restore_host: puts the kernel settings back and removes the folders that were not there before.
restore_host() {
  if [[ ! -e $STATE/host-before ]]; then return; fi
  local kind rest
  while read -r kind rest; do
    case $kind in
      sysctl) sysctl -qw "${rest// = /=}" ;;
      absent) rm -rf --one-file-system -- "$rest" ;;
      *) fail "unknown line in $STATE/host-before: $kind $rest" ;;
    esac
  done <"$STATE/host-before"
}

cgroup_roots() {
  if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then echo /sys/fs/cgroup; return; fi
  find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d
}
