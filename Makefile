# Two commands do everything on a fresh machine: `make demo` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BINDIR ?= /usr/local/bin
MANDIR ?= $(BINDIR)/../share/man/man1
# Shell, and the name of its script by that shell's convention.
COMPLETIONS := bash=kubectl-quetzal_db.bash elvish=kubectl-quetzal_db.elv fish=kubectl-quetzal_db.fish \
  powershell=_kubectl-quetzal_db.ps1 zsh=_kubectl-quetzal_db

.PHONY: help build install release image demo test lint unit cluster-test faults cluster images clean-cluster bench bench-lexer recording completions man deny

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "%-14s %s\n", $$1, $$2}'

build: ## Build the plugin
	cargo build --release --locked

install: build ## Install it so that `kubectl quetzal-db` works (BINDIR=/usr/local/bin)
	install -D -m 0755 "$${CARGO_TARGET_DIR:-target}/release/kubectl-quetzal-db" "$(BINDIR)/kubectl-quetzal-db"
	ln -sf kubectl-quetzal-db "$(BINDIR)/kubectl-quetzal_db"
	"$(BINDIR)/kubectl-quetzal-db" completion kubectl --install --dir "$(BINDIR)"
	install -D -m 0644 -t "$(MANDIR)" completions/man/*.1

release: ## Archive for krew of this machine's platform, with checksum and manifest, in target/dist; proved
	tests/release/build.sh
	tests/release/pack.sh
	@tests/step.sh "the release" cargo test --locked --features release-archive --test krew
	@tests/step.sh "krew" tests/release/krew.sh

image: ## Image of the plugin, for `restore --in-cluster`, in target/dist; prints its name and its archive
	@tests/release/image.sh

demo: ## Cluster, demo deployment, backup, damage, restore: the whole story
	tests/demo/demo.sh

test: lint unit cluster-test ## Everything: format, clippy, unit, property, CLI and cluster tests

lint: ## Format and clippy
	@tests/step.sh "format" cargo fmt --check
	@tests/step.sh "clippy" cargo clippy --all-targets --locked -- -D warnings

unit: ## Tests that need no cluster
	@tests/step.sh "unit, property and CLI tests" cargo test --locked --lib --bins --test architecture --test cli --test completion --test exec_protocol --test api_outage --test dump_properties --test repository --test krew

cluster-test: ## Tests on a real cluster, which is set up where KUBE_CONTEXT names none
	@tests/cluster-tests.sh

faults: ## Restores interrupted in every way at every moment; writes tests/faults/REPORT.md
	@tests/fault-tests.sh whole

cluster: ## A one-node Kubernetes on this machine, with the images
	tests/cluster/up.sh
	tests/cluster/images.sh

clean-cluster: ## Take it down and leave nothing
	tests/cluster/down.sh

bench: ## Restore against the documented way and pg_restore; writes benches/REPORT.md
	@tests/bench/bench.sh

bench-lexer: ## The lexer's speed
	cargo bench --locked --bench lexer

recording: ## The session that the README shows, as it happens here: writes docs/session.svg
	tests/recording/record.sh docs/session.svg

completions: ## Write the completion scripts anew
	@for script in $(COMPLETIONS); do \
	  cargo run --quiet --locked -- completion "$${script%%=*}" >"completions/$${script#*=}"; \
	done

man: ## Write the manual pages anew
	UPDATE_MAN=1 cargo test --quiet --locked --test repository manual_pages

deny: ## Licences, sources and advisories of the dependencies
	cargo deny --locked check
