# The programs of the cluster: their configuration files (STATE/conf/PROGRAM.*) and how each is started.
# shellcheck shell=bash

write_configurations() {
  cat >"$STATE/conf/containerd.toml" <<END
version = 2
root = "$STATE/containerd"
state = "$STATE/run/containerd"
[grpc]
  address = "$RUNTIME_SOCKET"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  # Without CAP_SYS_RESOURCE a negative score cannot be given to a Pod.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$STATE/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
END
  cat >"$STATE/cni/10-quetzal.conflist" <<END
{"cniVersion": "0.4.0", "name": "quetzal", "plugins": [
  {"type": "bridge", "bridge": "$BRIDGE", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$STATE/cni/addresses",
            "ranges": [[{"subnet": "$POD_RANGE"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
END
  cat >"$STATE/conf/etcd.yaml" <<END
name: default
data-dir: $STATE/etcd
listen-client-urls: http://127.0.0.1:2379
advertise-client-urls: http://127.0.0.1:2379
listen-peer-urls: http://127.0.0.1:2380
initial-advertise-peer-urls: http://127.0.0.1:2380
initial-cluster: default=http://127.0.0.1:2380
# A test cluster may be lost in a power cut; it must not be slow.
unsafe-no-fsync: true
END
  # The limits on images and disk are for real nodes: here they would delete images that no registry can bring back.
  cat >"$STATE/conf/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  x509: {clientCAFile: $STATE/pki/ca.crt}
  webhook: {enabled: true}
authorization: {mode: Webhook}
tlsCertFile: $STATE/pki/kubelet.crt
tlsPrivateKeyFile: $STATE/pki/kubelet.key
containerRuntimeEndpoint: unix://$RUNTIME_SOCKET
podLogsDir: $STATE/pod-logs
volumePluginDir: $STATE/volume-plugins
clusterDNS: [$NODE_ADDRESS]
clusterDomain: cluster.local
cgroupDriver: cgroupfs
cgroupRoot: /$CGROUP
enforceNodeAllocatable: []
failSwapOn: false
oomScoreAdj: 0
localStorageCapacityIsolation: false
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
END
  cat >"$STATE/conf/kube-proxy.yaml" <<END
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $STATE/conf/kube-proxy.kubeconfig}
hostnameOverride: $NODE
clusterCIDR: $POD_RANGE
mode: iptables
oomScoreAdj: 0
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
END
  cat >"$STATE/conf/coredns.Corefile" <<END
.:53 {
  bind $NODE_ADDRESS
  errors
  cache 5
  kubernetes cluster.local {
    kubeconfig $STATE/conf/coredns.kubeconfig quetzal
  }
}
END
}

# The programs that need no other: the API server waits for etcd by itself.
start_base() {
  ensure containerd --config "$STATE/conf/containerd.toml"
  ensure etcd --config-file "$STATE/conf/etcd.yaml"
  ensure kube-apiserver \
    --etcd-servers=http://127.0.0.1:2379 \
    --secure-port=6443 --bind-address=0.0.0.0 --advertise-address="$NODE_ADDRESS" \
    --tls-cert-file="$STATE/pki/kube-apiserver.crt" --tls-private-key-file="$STATE/pki/kube-apiserver.key" \
    --client-ca-file="$STATE/pki/ca.crt" \
    --authorization-mode=Node,RBAC --allow-privileged \
    --service-cluster-ip-range="$SERVICE_RANGE" \
    --service-account-issuer=https://kubernetes.default.svc \
    --service-account-signing-key-file="$STATE/pki/service-accounts.key" \
    --service-account-key-file="$STATE/pki/service-accounts.key" \
    --kubelet-certificate-authority="$STATE/pki/ca.crt" \
    --kubelet-client-certificate="$STATE/pki/apiserver-to-kubelet.crt" \
    --kubelet-client-key="$STATE/pki/apiserver-to-kubelet.key" \
    --kubelet-preferred-address-types=InternalIP,Hostname
}

# The programs that end when the API server does not answer yet.
start_rest() {
  ensure kube-controller-manager --kubeconfig="$STATE/conf/kube-controller-manager.kubeconfig" \
    --leader-elect=false --use-service-account-credentials --allocate-node-cidrs=false \
    --service-account-private-key-file="$STATE/pki/service-accounts.key" --root-ca-file="$STATE/pki/ca.crt" \
    --cluster-signing-cert-file="$STATE/pki/ca.crt" --cluster-signing-key-file="$STATE/pki/ca.key" \
    --enable-hostpath-provisioner
  ensure kube-scheduler --kubeconfig="$STATE/conf/kube-scheduler.kubeconfig" --leader-elect=false
  ensure kubelet --config="$STATE/conf/kubelet.yaml" --kubeconfig="$STATE/conf/kubelet.kubeconfig" \
    --hostname-override="$NODE" --node-ip="$NODE_ADDRESS" --root-dir="$STATE/kubelet"
  ensure kube-proxy --config="$STATE/conf/kube-proxy.yaml"
  ensure coredns -conf "$STATE/conf/coredns.Corefile"
}

# In the order in which they are stopped.
# shellcheck disable=SC2034 # used by down.sh
ALL_PROGRAMS=(coredns kube-proxy kubelet kube-scheduler kube-controller-manager kube-apiserver etcd containerd)
