#!/usr/bin/env bash
# Run by mmdebstrap on the machine that builds: rootfs.sh essential|customize ROOT
set -euo pipefail

# The ids are fixed, as in the well-known images, so that a volume outlives a change of image.
essential() {
  echo 'postgres:x:999:' >>"$1/etc/group"
  echo 'postgres:x:999:999::/var/lib/postgresql:/bin/bash' >>"$1/etc/passwd"
  echo 'postgres:*:19000:0:99999:7:::' >>"$1/etc/shadow"
}

customize() {
  # Debian makes a server of its own on installation; here the entrypoint makes it.
  rm -rf -- "$1"/etc/postgresql/* "$1"/var/lib/postgresql/*
  chroot "$1" localedef -i en_US -c -f UTF-8 -A /usr/share/locale/locale.alias en_US.UTF-8
  install_gsutil "$1"
}

# pip runs inside, for the Python that is there; it goes the ways of the machine outside: its PIP_* variables come along by
# themselves, its certificates and its pip.conf are lent for the time.
# Debian's compiled crcmod is used, since there is no compiler and the pure Python one is a hundred times slower.
install_gsutil() {
  local root=$1 lent=$1/tmp/lent file
  mkdir -p "$lent"
  for file in "${PIP_CERT:-}" "${REQUESTS_CA_BUNDLE:-}" "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt; do
    if [[ -f $file ]]; then cp -L -- "$file" "$lent/certificates.pem"; break; fi
  done
  for file in "${PIP_CONFIG_FILE:-}" ~/.config/pip/pip.conf ~/.pip/pip.conf /etc/pip.conf; do
    if [[ -f $file ]]; then cp -L -- "$file" "$lent/pip.conf"; break; fi
  done
  unset REQUESTS_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE PIP_CERT
  export PIP_CONFIG_FILE=/tmp/lent/pip.conf PIP_DISABLE_PIP_VERSION_CHECK=1
  if [[ -f $lent/certificates.pem ]]; then export PIP_CERT=/tmp/lent/certificates.pem; fi
  chroot "$root" python3 -m venv --system-site-packages /opt/gsutil
  chroot "$root" /opt/gsutil/bin/pip install --no-cache-dir "gsutil==$GSUTIL_VERSION"
  chroot "$root" /opt/gsutil/bin/pip uninstall --yes pip
  ln -s /opt/gsutil/bin/gsutil "$root/usr/local/bin/gsutil"
  chroot "$root" gsutil version -l | tee /dev/stderr | grep -q 'compiled crcmod: True'
  rm -rf -- "$lent" "$root/root/.gsutil"
}

"$1" "$2"
