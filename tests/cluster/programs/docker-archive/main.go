// Command docker-archive wraps root file system tars into an image that `ctr image import`, `docker load`,
// `kind load image-archive` and `k3d image import` read.
//
//	docker-archive NAME:TAG CONFIG.json LAYER.tar... OUT.tar
//
// CONFIG.json is the "config" part of an image's configuration (Env, Entrypoint, Cmd, StopSignal, ...).
// The layers are uncompressed, the lowest one first. The output depends on the inputs alone.
package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
)

// layer is one root file system tar and where it is put in the archive.
type layer struct {
	path   string
	digest string // SHA-256 of the tar, in hexadecimal
	size   int64
}

func (l layer) archiveName() string { return l.digest + ".tar" }

type rootFS struct {
	Type    string   `json:"type"`
	DiffIDs []string `json:"diff_ids"`
}

type imageConfig struct {
	Architecture string          `json:"architecture"`
	OS           string          `json:"os"`
	Config       json.RawMessage `json:"config"`
	RootFS       rootFS          `json:"rootfs"`
}

type manifest struct {
	Config   string
	RepoTags []string
	Layers   []string
}

func main() {
	last := len(os.Args) - 1
	if last < 4 {
		fmt.Fprintln(os.Stderr, "usage: docker-archive NAME:TAG CONFIG.json LAYER.tar... OUT.tar")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:last], os.Args[last]); err != nil {
		fmt.Fprintln(os.Stderr, "docker-archive:", err)
		os.Exit(1)
	}
}

func run(name, configPath string, layerPaths []string, outPath string) error {
	config, err := os.ReadFile(configPath)
	if err != nil {
		return err
	}
	layers := make([]layer, len(layerPaths))
	for i, path := range layerPaths {
		if layers[i], err = readLayer(path); err != nil {
			return err
		}
	}
	out, err := os.Create(outPath)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := writeArchive(out, name, config, layers); err != nil {
		return fmt.Errorf("%s: %w", outPath, err)
	}
	return out.Close()
}

// readLayer hashes the tar at path.
func readLayer(path string) (layer, error) {
	file, err := os.Open(path)
	if err != nil {
		return layer{}, err
	}
	defer file.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	if err != nil {
		return layer{}, err
	}
	return layer{path: path, digest: hex.EncodeToString(hash.Sum(nil)), size: size}, nil
}

func writeArchive(out io.Writer, name string, config []byte, layers []layer) error {
	image := imageConfig{Architecture: runtime.GOARCH, OS: "linux", Config: config, RootFS: rootFS{Type: "layers"}}
	entry := manifest{RepoTags: []string{name}}
	for _, l := range layers {
		image.RootFS.DiffIDs = append(image.RootFS.DiffIDs, "sha256:"+l.digest)
		entry.Layers = append(entry.Layers, l.archiveName())
	}
	imageJSON, err := json.Marshal(image)
	if err != nil {
		return err
	}
	// The configuration's digest is the image's identity, and by convention its file name.
	digest := sha256.Sum256(imageJSON)
	entry.Config = hex.EncodeToString(digest[:]) + ".json"
	manifestJSON, err := json.Marshal([]manifest{entry})
	if err != nil {
		return err
	}

	archive := tar.NewWriter(out)
	if err := addFile(archive, entry.Config, int64(len(imageJSON)), bytes.NewReader(imageJSON)); err != nil {
		return err
	}
	if err := addFile(archive, "manifest.json", int64(len(manifestJSON)), bytes.NewReader(manifestJSON)); err != nil {
		return err
	}
	for _, l := range layers {
		if err := addLayer(archive, l); err != nil {
			return err
		}
	}
	return archive.Close()
}

func addLayer(archive *tar.Writer, l layer) error {
	file, err := os.Open(l.path)
	if err != nil {
		return err
	}
	defer file.Close()
	return addFile(archive, l.archiveName(), l.size, file)
}

func addFile(archive *tar.Writer, name string, size int64, content io.Reader) error {
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: size}); err != nil {
		return err
	}
	_, err := io.Copy(archive, content)
	return err
}
