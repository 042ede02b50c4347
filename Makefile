# Two commands do everything on a fresh machine: `make demo` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BINDIR ?= /usr/local/bin
SHELLS := bash elvish fish powershell zsh

.PHONY: help build install demo test lint unit cluster-test cluster images clean-cluster bench completions deny

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "%-14s %s\n", $$1, $$2}'

build: ## Build the plugin
	cargo build --release --locked

install: build ## Install it so that `kubectl quetzal-db` works (BINDIR=/usr/local/bin)
	install -D -m 0755 "$${CARGO_TARGET_DIR:-target}/release/kubectl-quetzal-db" "$(BINDIR)/kubectl-quetzal-db"
	ln -sf kubectl-quetzal-db "$(BINDIR)/kubectl-quetzal_db"

demo: ## Cluster, demo deployment, backup, damage, restore: the whole story
	tests/demo/demo.sh

test: lint unit cluster-test ## Everything: format, clippy, unit, property, CLI and cluster tests

lint: ## Format and clippy
	@tests/step.sh "format" cargo fmt --check
	@tests/step.sh "clippy" cargo clippy --all-targets --locked -- -D warnings

unit: ## Tests that need no cluster
	@tests/step.sh "unit, property and CLI tests" cargo test --locked --lib --bins --test architecture --test cli --test dump_properties --test repository

cluster-test: ## Tests on a real cluster, which is set up where KUBE_CONTEXT names none
	@tests/cluster-tests.sh

cluster: ## A one-node Kubernetes on this machine, with the images
	tests/cluster/up.sh
	tests/cluster/images.sh

clean-cluster: ## Take it down and leave nothing
	tests/cluster/down.sh

bench: ## The lexer's speed
	cargo bench --locked --bench lexer

completions: ## Write the completion scripts anew
	@for shell in $(SHELLS); do cargo run --quiet --locked -- completion $$shell >completions/kubectl-quetzal_db.$$shell; done

deny: ## Licences, sources and advisories of the dependencies
	cargo deny --locked check
