# Thin wrappers around CMake's presets (CMakePresets.json), so that nobody needs to remember them.
#   make            the library and the program, optimised, in build/release
#   make run        a demo CRM in the browser, on 127.0.0.1:8080 (PORT=); keeps what it made in .run/. HOST=v1|v2 chooses the
#                   generation of the host's tables, STORAGE=sqlite|postgresql the database of both
#   make host       pages of a host with the frontend inside, plain and React, in front of make run (on 127.0.0.1:8081)
#   make ui         the CRT's frontend alone, into build/ui (MARFACRM=: the program that prints the types)
#   make web-test   the frontend in a browser, behaviour by behaviour (TEST="offline live": these alone)
#   make web-matrix every page at each viewport, in both languages, light and dark, measured; make screenshots pictures it
#                   into build/screenshots on the way
#   make guide-pictures  the pictures of the guide for the CRT (docs/fa), from the real program
#   make web-bench  the frontend's bars with their figures: size, first paint, interactions, scrolling, on a slow phone
#   make demo       the loop on the same data, in the terminal
#   make test       everything that CI runs: under sanitizers, and optimised
#   make bench      figures, side by side with doing it by hand
#   make torture    kills, power cuts, failing disks and failing allocations (SEED=, COUNT=)
#   make fuzz       each fuzz target for SECONDS= (60)
#   make install    PREFIX= (/usr/local), DESTDIR=
#   make docs       docs/operations.md, the options in docs/providers.md, the typed functions and their header, printed
#                   from the tables
PREFIX ?= /usr/local
SECONDS ?= 60
THREADED = store_test sqlite_test journal_test jobs_test call_test crm_notification_test gateway_thread_test provider_test
RUN = marfacrm_cli marfacrm-demo marfacrm-loop marfacrm-http marfacrm_postgres marfacrm_provider marfacrm_transport_module \
  plugin_grok plugin_whisper plugin_google-stt
CTEST = ctest --output-on-failure --no-tests=error -j$(shell nproc)

all: build/release/build.ninja
	@cmake --build --preset release

run: build-run ui
	@examples/http/run build/run

# Node is needed for the frontend only; the library, the program and the servers are built without it.
MARFACRM ?= build/run/tools/marfacrm
ui:
	@tools/install-deps ui
	@examples/web/build $(MARFACRM) build/ui

host:
	@tools/install-deps ui
	@examples/web/host/react/build build/host
	@echo 'Beside make run: open its crt address once with the port below, then /plain/, /plain/elements.html or /react/.'
	@node examples/web/host/serve.mjs http://127.0.0.1:$${PORT:-8080} build/host 8081

web-test: build-run ui
	@examples/web/host/react/build build/host
	@tools/install-deps web-test
	@[ -d tests/web/node_modules ] || npm ci --prefix tests/web
	@node tests/web/run.mjs build/run build/ui $(TEST)

guide-pictures: build-run ui
	@tools/install-deps web-test
	@[ -d tests/web/node_modules ] || npm ci --prefix tests/web
	@tests/web/serve build/run build/ui node tests/web/guide.mjs docs/fa/pictures

screenshots: build-run ui
	@tools/install-deps web-test
	@[ -d tests/web/node_modules ] || npm ci --prefix tests/web
	@tests/web/serve build/run build/ui node tests/web/matrix.mjs build/screenshots

web-matrix: build-run ui
	@tools/install-deps web-test
	@[ -d tests/web/node_modules ] || npm ci --prefix tests/web
	@tests/web/serve build/run build/ui node tests/web/matrix.mjs

# ROUNDS= (3); hold nothing else on the machine: it measures milliseconds.
web-bench: build-run ui
	@tools/install-deps web-test
	@[ -d tests/web/node_modules ] || npm ci --prefix tests/web
	@REPS=10000 tests/web/serve build/run build/ui node bench/web/bench.mjs build/ui

demo: build-run
	@examples/loop/run build/run

build-run:
	@tools/install-deps $(if $(filter postgresql,$(STORAGE)),postgresql,build)
	@mkdir -p build
	@[ -x build/run/examples/http/marfacrm-http ] || echo 'Building; the first time takes a minute or two.'
	@cmake --preset release -DMARFACRM_TESTS=OFF -DMARFACRM_BENCH=OFF -B build/run >build/run.log 2>&1 || { cat build/run.log; exit 1; }
	@cmake --build build/run --target $(RUN) >build/run.log || { cat build/run.log; exit 1; }

test:
	@tools/install-deps test
	cmake --preset asan
	cmake --build --preset asan
	$(CTEST) --test-dir build/asan -LE faults
	cmake --preset release
	cmake --build --preset release
	cmake --preset tsan
	cmake --build --preset tsan --target $(THREADED)
	$(CTEST) --test-dir build/tsan -R "^($$(echo $(THREADED) | tr ' ' '|'))$$"
	$(CTEST) --test-dir build/release -LE faults

bench:
	@tools/install-deps bench
	@[ -d bench/node_modules ] || npm ci --prefix bench
	@cmake --preset release >/dev/null
	@cmake --build --preset release --target bench

torture: build/release/build.ninja
	@cmake --build --preset release
	@$(CTEST) --test-dir build/release --verbose -L torture

fuzz:
	@tools/install-deps fuzz
	@cmake --preset fuzz >/dev/null
	@cmake --build --preset fuzz --target fuzzers
	@tests/fuzz/run build/fuzz $(SECONDS)

install: all
	DESTDIR="$(DESTDIR)" cmake --install build/release --prefix "$(PREFIX)"

docs: all
	@for one in markdown:docs/operations.md c-header:include/marfacrm/operations.h c-source:lib/api/typed.c; do \
	  build/release/tools/marfacrm operations --$${one%%:*} >build/printed && \
	  { cmp -s build/printed $${one#*:} || cp build/printed $${one#*:}; } || exit 1; done
	@docs/print-options build/release/tools/marfacrm >build/printed && { cmp -s build/printed docs/providers.md || cp build/printed docs/providers.md; }

clean:
	rm -rf build

build/release/build.ninja:
	@tools/install-deps test
	@cmake --preset release

.PHONY: all run ui host web-test web-matrix web-bench guide-pictures screenshots demo build-run test bench torture fuzz install docs clean
