#!/usr/bin/env bash
# A file system of its own for one demo's database, before the demo is deployed: a file, mounted, as a PersistentVolume.
#   small-volume.sh make NAMESPACE FOLDER MEGABYTES
#   small-volume.sh release NAMESPACE FOLDER     before the demo is removed, which waits for its volumes to go
#   small-volume.sh remove NAMESPACE FOLDER      after that
# Needs root, and the cluster of this machine.
set -Eeuo pipefail

kube() { "${KUBECTL:-kubectl}" "$@"; }

make() {
    local class
    mkdir -p "$folder/volume"
    truncate --size "${1}M" "$folder/image"
    mkfs.ext4 -q -m 0 "$folder/image"
    mount -o loop "$folder/image" "$folder/volume"
    rmdir "$folder/volume/lost+found"
    class=$(kube get storageclass -o jsonpath='{.items[?(@.metadata.annotations.storageclass\.kubernetes\.io/is-default-class=="true")].metadata.name}')
    # The capacity is what the claim asks for: nothing but the file system itself limits a folder.
    kube apply -f - >/dev/null << END
apiVersion: v1
kind: PersistentVolume
metadata: {name: $namespace}
spec:
  capacity: {storage: 20Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: "$class"
  claimRef: {namespace: $namespace, name: demo-quetzal-db-data}
  hostPath: {path: $folder/volume, type: Directory}
END
}

release() { kube delete persistentvolume "$namespace" --ignore-not-found --wait=false >/dev/null; }

remove() {
    if mountpoint -q "$folder/volume"; then umount "$folder/volume"; fi
    rm -rf -- "$folder"
}

act=$1 namespace=$2 folder=$3
case $act in
    make) make "$4" ;;
    release) release ;;
    remove) remove ;;
    *) exit 2 ;;
esac
