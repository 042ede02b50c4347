# Who is who in the cluster: the certificate authority, one certificate a program, and the kubeconfig files made of them.
# shellcheck shell=bash

# make_identities: the whole folder STATE/pki at once, so that a half-made one never counts.
make_identities() {
  if [[ -d $STATE/pki ]]; then return; fi
  rm -rf -- "$STATE/pki.partial"
  mkdir -m 700 "$STATE/pki.partial"
  (
    cd -- "$STATE/pki.partial"
    make_key ca
    openssl req -x509 -new -key ca.key -days 3650 -subj /CN=quetzal-test-ca -out ca.crt
    openssl genrsa -out service-accounts.key 2048
    make_certificate kube-apiserver /CN=kube-apiserver "IP:127.0.0.1,IP:$NODE_ADDRESS,IP:$API_SERVICE_ADDRESS,DNS:localhost,\
DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
    make_certificate apiserver-to-kubelet /O=system:masters/CN=kube-apiserver-kubelet-client
    make_certificate admin /O=system:masters/CN=admin
    make_certificate kube-controller-manager /CN=system:kube-controller-manager
    make_certificate kube-scheduler /CN=system:kube-scheduler
    make_certificate kubelet "/O=system:nodes/CN=system:node:$NODE" "DNS:$NODE,IP:127.0.0.1,IP:$NODE_ADDRESS"
    make_certificate kube-proxy /CN=system:kube-proxy
    make_certificate coredns /CN=system:coredns
  ) >"$STATE/log/openssl.log" 2>&1 || fail "the certificates could not be made" "$STATE/log/openssl.log"
  mv -T -- "$STATE/pki.partial" "$STATE/pki"
}

make_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

# make_certificate NAME SUBJECT [SUBJECT_ALT_NAMES]
make_certificate() {
  make_key "$1" &&
    openssl req -new -key "$1.key" -subj "$2" -out "$1.csr" &&
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out "$1.crt" -extfile <(
      printf 'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n'
      if [[ -n ${3:-} ]]; then printf 'subjectAltName=%s\n' "$3"; fi
    )
}

# write_kubeconfig NAME FILE: whoever has FILE is NAME; it needs no other file.
write_kubeconfig() {
  (umask 077 && cat >"$2.partial") <<END
apiVersion: v1
kind: Config
clusters:
  - name: quetzal
    cluster:
      server: $API_URL
      certificate-authority-data: $(base64 -w0 "$STATE/pki/ca.crt")
users:
  - name: $1
    user:
      client-certificate-data: $(base64 -w0 "$STATE/pki/$1.crt")
      client-key-data: $(base64 -w0 "$STATE/pki/$1.key")
contexts:
  - name: quetzal
    context: {cluster: quetzal, user: $1}
current-context: quetzal
END
  mv -T -- "$2.partial" "$2"
}

write_kubeconfigs() {
  local name
  for name in kube-controller-manager kube-scheduler kubelet kube-proxy coredns; do
    write_kubeconfig "$name" "$STATE/conf/$name.kubeconfig"
  done
  write_kubeconfig admin "$ADMIN_KUBECONFIG"
}
