# The one entry point. `make setup` makes a fresh machine ready; everything else builds on it.

MULTIARCH := $(shell dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch 2>/dev/null)
NODE = $(firstword $(wildcard node_modules/node-linux-*/bin/node))
RUN = PATH="$(CURDIR)/$(dir $(NODE)):$$PATH"

ADDON_FLAGS = -O2 -Wall -Wextra -Werror -std=c11 -fPIC -shared
BPF_FLAGS = -O2 -g -target bpf -mcpu=v3 -Wall -Werror -I/usr/include/$(MULTIARCH)

XDP_SOURCES = $(wildcard src/datapath/xdp/*.[ch] src/datapath/xdp/*/*.[ch])
DECAP_SOURCES = $(wildcard src/decapsulation/xdp/*.[ch])

.DELETE_ON_ERROR:
.PHONY: help setup build lint test lab bench clean

help: ## Shows what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## Installs what is missing and builds
	@tools/setup
	@$(MAKE) --no-print-directory build

build: build/weir.bpf.o build/decap.bpf.o build/rig.bpf.o build/weir.node ## Compiles what is in C
	@:

build/weir.bpf.o: src/datapath/xdp/weir.bpf.c $(XDP_SOURCES) Makefile
	@mkdir -p build
	clang $(BPF_FLAGS) -c $< -o $@.new
	@mv $@.new $@

build/decap.bpf.o: src/decapsulation/xdp/decap.bpf.c $(DECAP_SOURCES) Makefile
	@mkdir -p build
	clang $(BPF_FLAGS) -c $< -o $@.new
	@mv $@.new $@

build/rig.bpf.o: bench/rig.bpf.c Makefile
	@mkdir -p build
	clang $(BPF_FLAGS) -c $< -o $@.new
	@mv $@.new $@

# A running daemon has the old addon mapped: a new file takes its name, its bytes stay as they are.
build/weir.node: src/kernel/linux/addon.c Makefile
	@mkdir -p build
	gcc $(ADDON_FLAGS) -Inode_modules/node-api-headers/include $< -o $@.new -lbpf
	@mv $@.new $@

lint: setup ## Checks form and types
	$(RUN) node_modules/.bin/biome check .
	$(RUN) node_modules/.bin/tsc --noEmit

test: lint ## Checks form and types, then runs every test
	$(RUN) node --test --test-timeout=600000 --test-concurrency=3 --test-reporter=spec \
		"src/**/*.test.ts" "test/**/*.test.ts"

lab: setup ## Builds the practice network and shows it around
	@./weir lab status >/dev/null 2>&1 || ./weir lab up dr
	@./weir lab tour

bench: setup ## Measures what the README states
	$(RUN) node bench/run.ts

clean: ## Removes what was built; node_modules stays
	rm -rf build
