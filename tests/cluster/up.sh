#!/usr/bin/env bash
# Brings up a one-node Kubernetes on this machine from package registries alone, or what is missing of it.
# Tells on stderr what it does. The last line on stdout is KUBECONFIG=PATH.
#
#   KUBE_CONTEXT=NAME up.sh    only checks that the cluster of this context answers
#
# See README.md beside this file.
set -Eeuo pipefail
HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in settings report lock process packages build images identity servers host; do
  # shellcheck source=/dev/null
  source "$HERE/lib/$part.sh"
done

check_given_context() {
  if ! kubectl --context "$KUBE_CONTEXT" --request-timeout=10s get --raw=/readyz >/dev/null; then
    fail "the cluster of context $KUBE_CONTEXT (KUBE_CONTEXT) does not answer"
  fi
  say "context $KUBE_CONTEXT answers; nothing is started here"
  say "its images are yours to load: tests/cluster/images.sh builds them and prints the archives"
  echo "KUBECONFIG=${KUBECONFIG:-$HOME/.kube/config}"
}

build_all() {
  build_program docker-archive
  build_program hyperkube
  build_program coredns
  build_pause
}

prepare_state() {
  forget_previous_boot
  mkdir -p "$STATE"/{bin,programs,conf,cni,log,run}
  local program
  for program in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy; do
    ln -sfn -- "$(program_path hyperkube)" "$STATE/programs/$program"
  done
  ln -sfn -- "$(program_path coredns)" "$STATE/programs/coredns"
  ln -sfn -- "$(PATH=$PATH:/usr/sbin type -P containerd)" "$STATE/programs/containerd"
  # This folder is for people's PATH: nothing else may be in it, least of all a name that is looked up above.
  ln -sfn -- "$(program_path hyperkube)" "$STATE/bin/kubectl"
}

admin() { "$STATE/bin/kubectl" --kubeconfig "$ADMIN_KUBECONFIG" --request-timeout=5s "$@"; }
api_ready() { admin get --raw=/readyz; }
runtime_ready() { ctr version; }
dns_ready() (exec 3<>"/dev/tcp/$NODE_ADDRESS/53")
proxy_ready() (
  exec 3<>/dev/tcp/127.0.0.1/10256
  printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3
  read -r line <&3
  [[ $line == *' 200 '* ]]
)
# The node's condition stays Ready for a while after the kubelet is gone: only its own answer counts.
kubelet_ready() { [[ $(admin get --raw "/api/v1/nodes/$NODE/proxy/healthz") == ok ]]; }
node_ready() { kubelet_ready && [[ $(admin get node "$NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]; }
namespace_ready() { admin get serviceaccount default; }

install_all() {
  need containerd=containerd runc=runc containernetworking-plugins=/usr/lib/cni/bridge iptables=iptables \
    conntrack=conntrack iproute2=ip openssl=openssl procps=sysctl
}

bring_up() {
  prepare_state
  prepare_host
  step "certificates and configuration" configure
  step "started containerd, etcd, kube-apiserver" start_base
  step "containerd answers" await containerd 30 "containerd to answer" runtime_ready
  import_image pause:1 "$(pause_hash)"
  step "the API server is ready" await kube-apiserver 90 "the API server to be ready" api_ready
  step "cluster objects" logged "$STATE/log/apply.log" admin apply -f "$HERE/manifests/cluster.yaml"
  step "started the other programs" start_rest
  step "the node is ready" await kubelet 90 "the node to be ready" node_ready
  step "Services are routed" await kube-proxy 60 "kube-proxy to have set its rules" proxy_ready
  step "DNS answers" await coredns 60 "the DNS server to listen" dns_ready
  step "Pods can be made" await kube-controller-manager 60 "the service account of namespace default" namespace_ready
}

configure() {
  make_identities
  write_kubeconfigs
  write_configurations
}

if [[ -n ${KUBE_CONTEXT:-} ]]; then
  check_given_context
  exit
fi
if ((EUID != 0)); then fail "root is needed: this runs a container runtime. With a cluster of your own, set KUBE_CONTEXT"; fi
lock_cache
install_all
build_all
unlock_cache
lock_cluster
refuse_other_cluster
bring_up
echo "KUBECONFIG=$ADMIN_KUBECONFIG"
