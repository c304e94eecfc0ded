# Everything a developer or a CI does. Two commands are enough on a fresh Debian
# machine with Go, Node and root: make run, make test.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

GOLANGCI_VERSION := v2.15.0
GOFUMPT_VERSION  := v0.12.0
# The S3 server of tests; pkg/objects/objectstest knows the version too.
VERSITYGW_VERSION := v1.8.0

# Tools are kept by version, outside of the tree, and built once.
TOOLS    := $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/callcard/bin
GOLANGCI := $(TOOLS)/golangci-lint-$(GOLANGCI_VERSION)/golangci-lint
GOFUMPT  := $(TOOLS)/gofumpt-$(GOFUMPT_VERSION)/gofumpt
VERSITYGW := $(TOOLS)/versitygw-$(VERSITYGW_VERSION)/versitygw

# A clone that belongs to somebody else has no version that git would tell.
export GOFLAGS := $(GOFLAGS) $(shell git status >/dev/null 2>&1 || echo -buildvcs=false)

LAB := connector/asterisk/asterisktest/install.sh
UI  := pop/ui
GENERATED := pkg/api/openapi.json $(wildcard $(UI)/src/core/schema.d.ts)
GO_FILES = $(shell git ls-files -co --exclude-standard '*.go')

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## Install the system packages that tests need and that are missing (apt, root)
	@missing=; \
	need() { command -v "$$1" >/dev/null || missing="$$missing $$2"; }; \
	need redis-server redis-server; need chromium chromium; need debootstrap debootstrap; need git git; need flock util-linux; need curl curl; need ffmpeg ffmpeg; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || need postgres postgresql; \
	[ -x /usr/sbin/mariadbd ] || need mariadbd mariadb-server-core; \
	ls /usr/share/fonts/truetype/*/*.ttf >/dev/null 2>&1 || missing="$$missing fonts-dejavu-core"; \
	[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || missing="$$missing debian-archive-keyring"; \
	if [ -n "$$missing" ]; then \
		[ "$$(id -u)" = 0 ] || { echo "make deps: not root, and these packages are missing:$$missing" >&2; exit 1; }; \
		echo "make deps: installing$$missing"; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -q >/dev/null; \
		apt-get install -y -q --no-install-recommends $$missing >/dev/null; \
	fi

node:
	@command -v npm >/dev/null && node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || \
		{ echo "make: got $$(node --version 2>/dev/null || echo no Node), want Node 20 or newer with npm" >&2; exit 1; }

$(UI)/node_modules/.package-lock.json: $(UI)/package-lock.json | node
	@cd $(UI) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(UI)/node_modules/.built: $(UI)/node_modules/.package-lock.json $(shell find $(UI)/src $(UI)/public $(UI)/index.html $(UI)/*.ts $(UI)/package.json -type f 2>/dev/null)
	@cd $(UI) && npm run --silent build
	@touch $@

ui: $(UI)/node_modules/.built ## Build the web page, which the binary embeds

build: ui ## Build ./callcard
	go build -trimpath -o callcard ./cmd/callcard

run: build ## Serve a sample office: no PBX, no Redis, no configuration needed
	./callcard serve --demo

lab: deps ## Build the two real Asterisks (22 and 16) that the tests call with
	@pids=; for version in 22 16; do $(LAB) $$version & pids="$$pids $$!"; done; for pid in $$pids; do wait $$pid; done

s3: $(VERSITYGW) ## Build the real S3 server that the tests use (VersityGW, about two minutes)

test: deps lab s3 ui ## Every test there is: Go, real Asterisk, Redis, PostgreSQL, MariaDB, S3, ffmpeg, browser
	go test -timeout 20m ./...
	@$(MAKE) --no-print-directory test-ui

# Lets the browser tests play with a real Asterisk.
LABCTL := bin/labctl

$(LABCTL): FORCE
	@go build -trimpath -o $@ ./connector/asterisk/asterisktest/labctl

test-ui: build $(LABCTL) ## Tests of the web page, those in a real Chromium with real calls included
	cd $(UI) && npm test --silent
	cd $(UI) && npm run --silent --if-present test:e2e

screenshots: $(UI)/node_modules/.package-lock.json ## Pictures of every page, both themes and languages, narrow to huge; and those of the README
	cd $(UI) && npm run --silent screenshots

test-asterisk: deps lab s3 ## Only the tests with real Asterisks
	go test -count=1 -timeout 20m ./connector/asterisk/... ./cmd/callcard/...

# Every run draws new calls and kills and prints its seed; SOAK="-soak-seed 7" plays one again.
soak: deps lab ## Five minutes of calls and kills on both stores, compared with the PBX's own books
	go test -count=1 -timeout 20m -v -run TestSoak ./cmd/callcard/e2e -soak 5m -soak-kills 10 -soak-redis-kills 2 -soak-seed 0 $(SOAK)

race: ## Go tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race -timeout 30m ./...

check: lint ## Format, vet, lint, import law, generated files
	go test -count=1 -run 'TestImportLaw|TestSleepsAreInBubbles|TestOpenAPIDocument' ./cmd/callcard ./pkg/api
	@before=$$(sha256sum $(GENERATED)); $(MAKE) --no-print-directory generate; \
	[ "$$before" = "$$(sha256sum $(GENERATED))" ] || { echo "make check: generated files were out of date; commit what make generate wrote" >&2; exit 1; }

lint: $(GOLANGCI) $(GOFUMPT) $(UI)/node_modules/.package-lock.json ## Format and lint, changing nothing
	@unformatted=$$($(GOFUMPT) -l $(GO_FILES)); [ -z "$$unformatted" ] || { echo "make lint: make fmt would change:" $$unformatted >&2; exit 1; }
	$(GOLANGCI) run ./...
	cd $(UI) && npm run --silent check

fmt: $(GOFUMPT) $(UI)/node_modules/.package-lock.json ## Format
	@$(GOFUMPT) -w $(GO_FILES)
	@cd $(UI) && npm run --silent fmt

generate: $(UI)/node_modules/.package-lock.json ## Write openapi.json, and what the web page makes of it
	@go test -count=1 -run TestOpenAPIDocument ./pkg/api -update >/dev/null
	@cd $(UI) && npm run --silent --if-present generate

bench: build ## Measure speed: figures, never tests (BENCH="--duration 5s" for flags)
	./callcard bench $(BENCH)
	go test -run '^$$' -bench . -benchmem ./...

$(GOLANGCI):
	GOBIN=$(@D) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)

$(GOFUMPT):
	GOBIN=$(@D) go install mvdan.cc/gofumpt@$(GOFUMPT_VERSION)

$(VERSITYGW):
	GOBIN=$(@D) go install github.com/versity/versitygw/cmd/versitygw@$(VERSITYGW_VERSION)

clean: ## Remove what was built (the labs and tools in ~/.cache stay)
	rm -rf callcard bin coverage.out $(UI)/node_modules $(UI)/test-results $(UI)/dist/assets

.PHONY: FORCE help deps node ui build run lab s3 test soak test-ui screenshots test-asterisk race check lint fmt generate bench clean
