# What the scripts of this folder agree on. Source it; it runs nothing.
# shellcheck shell=bash disable=SC2034

KUBERNETES_VERSION=v1.34.4 # as in programs/hyperkube/go.mod
GSUTIL_VERSION=5.38

STATE=${QUETZAL_CLUSTER_STATE:-/var/lib/quetzal-cluster}
CACHE=${QUETZAL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/quetzal-db}

NODE=quetzal
BRIDGE=cni0
NODE_ADDRESS=10.244.0.1 # of the bridge: the node's, the API server's and the DNS server's
POD_RANGE=10.244.0.0/24
SERVICE_RANGE=10.96.0.0/16
API_SERVICE_ADDRESS=10.96.0.1 # first of SERVICE_RANGE
API_URL=https://127.0.0.1:6443
CGROUP=quetzal-cluster
RUNTIME_SOCKET=$STATE/run/containerd.sock

ADMIN_KUBECONFIG=$STATE/admin.kubeconfig
