# make demo | test | conformance | build | lint | docs | bench | litmus | web | web-check | clean      [PYTHON=python3.12 | PYTHON=/path/to/python]
#
# Everything happens in one virtual environment per Python version, .venv/3.12, which make
# creates and fills. Treadle is installed there in editable mode; its compiled modules are
# built beside their sources, where the file names of several versions do not collide.
# `conformance` takes every Python of VERSIONS that is found, unless PYTHON names one.
# ARGS is handed on:  make test ARGS="-k lock"

VERSIONS := python3.11 python3.12 python3.13
TARGETS  := $(if $(filter file undefined,$(origin PYTHON)),$(VERSIONS),$(PYTHON))
PYTHON ?= python3
ARGS   ?=

.DEFAULT_GOAL := test
.DELETE_ON_ERROR:
.PHONY: demo test conformance build lint docs bench litmus web web-check test-browser clean

ifneq ($(filter-out clean web web-check,$(or $(MAKECMDGOALS),test)),)
INTERPRETER := $(shell sh scripts/find-python '$(PYTHON)')
ifeq ($(INTERPRETER),)
$(error No working '$(PYTHON)' of version 3.11 or later was found: install it, or name one with PYTHON=/path/to/python)
endif
VERSION := $(shell '$(INTERPRETER)' -c 'import sys; print("%d.%d%s" % (*sys.version_info[:2], sys.abiflags))')
SOABI   := $(shell '$(INTERPRETER)' -c 'import sysconfig; print(sysconfig.get_config_var("SOABI"))')
CPYTHON := $(shell '$(INTERPRETER)' -c 'import sys; print(sys.implementation.cache_tag)')
VENV    := .venv/$(VERSION)
VPYTHON := $(VENV)/bin/python
PIP     := $(VPYTHON) -m pip --quiet --disable-pip-version-check
endif

# Greenlets need the GIL; without this, Python warns that it was enabled for them.
ifneq ($(findstring t,$(VERSION)),)
export PYTHON_GIL ?= 1
endif

# setup.py holds the list; a .pxd beside any module may declare something to a compiled one.
COMPILED := $(wildcard $(shell sed -n 's/^    "\(src[^"]*\.py\)",$$/\1/p' setup.py))
PXD      := $(wildcard src/treadle/*.pxd src/treadle/*/*.pxd)

demo: build
	$(VPYTHON) scripts/demo.py

test: build
	$(VPYTHON) -m pytest $(ARGS)

# The HTML reports in a real browser: needs Chromium and npm.
test-browser: build $(VENV)/browser web/node_modules/installed
	$(VPYTHON) -m pytest tests/browser $(ARGS)

build: $(VENV)/built

lint: build $(VENV)/linters
	$(VPYTHON) -m ruff check
	$(VPYTHON) -m ruff format --check
	$(VENV)/bin/lint-imports --no-cache
	$(VPYTHON) -m interrogate src
	$(VPYTHON) -m mypy
	$(VPYTHON) -m pyright --pythonpath $(VPYTHON)

# The pages of docs/ that show reports are made by running the commands, then the site is built strictly.
docs: build $(VENV)/docs
	$(VPYTHON) scripts/docs.py
	$(VPYTHON) -m mkdocs build --strict --quiet

# CPython's own suites over the primitives, as a table.
conformance:
	@set --; for name in $(TARGETS); do \
	  python=$$(sh scripts/find-python "$$name") || continue; \
	  venv=.venv/$$("$$python" -c 'import sys; print("%d.%d%s" % (*sys.version_info[:2], sys.abiflags))'); \
	  test '$(origin PYTHON)' != file || python=$$(cat $$venv/interpreter 2>/dev/null || echo "$$python"); \
	  $(MAKE) --silent build PYTHON="$$python" || exit 1; \
	  set -- "$$@" $$venv/bin/python; \
	done; \
	test $$# -gt 0 || { echo "None of these was found: $(TARGETS)" >&2; exit 1; }; \
	PYTHONPATH=tests/conformance "$$1" -m conformance_suite.table "$$@"

bench: build
	@for script in bench/*.py; do echo "== $$script"; $(VPYTHON) $$script $(ARGS) || exit 1; done

$(VENV)/browser: pyproject.toml $(VENV)/interpreter
	$(PIP) install --group browser
	@touch $@

# Real interpreters against the models, a few minutes: best on a machine with nothing else to do.
litmus: build
	$(VPYTHON) bench/litmus/run.py $(ARGS)

# The viewer of the HTML reports is built with Node and committed, so that nobody needs Node to install.
VIEWER := src/treadle/report/web

web: web/node_modules/installed
	cd web && npm run --silent check && npm run --silent build

# Whether what is committed is what the sources give.
web-check: web/node_modules/installed
	cd web && npm run --silent check && npm run --silent build -- --outDir ../build/web --logLevel error
	diff -rq build/web $(VIEWER)

web/node_modules/installed: web/package-lock.json
	cd web && npm ci --silent --no-audit --no-fund
	@touch $@

clean:
	rm -rf web/node_modules
	rm -rf .venv build dist site src/*.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find src \( -name '*.so' -o -name '*.c' \) -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment made with another interpreter of the same version is made anew.
ifneq ($(shell cat $(VENV)/interpreter 2>/dev/null),$(INTERPRETER))
.PHONY: $(VENV)/interpreter
endif
$(VENV)/interpreter:
	'$(INTERPRETER)' -m venv --clear $(VENV)
	$(PIP) install --upgrade pip
	@echo '$(INTERPRETER)' > $@

# What was compiled under an older setup.py is removed: neither its list of modules nor its
# directives can be seen from a time stamp. The editable install itself compiles nothing.
# An older release that is built is preferred to the newest: not all there is, is built for python3.13t.
$(VENV)/installed: pyproject.toml setup.py $(VENV)/interpreter
	$(PIP) install --prefer-binary --group build --group test
	TREADLE_PURE=1 $(PIP) install --prefer-binary --no-build-isolation --editable .
	rm -rf build/*-$(CPYTHON)
	find src -name '*.$(SOABI).so' -delete
	@touch $@

$(VENV)/built: $(VENV)/installed $(COMPILED) $(PXD)
	$(VPYTHON) setup.py --quiet build_ext --inplace --parallel 2
	@touch $@

$(VENV)/linters: pyproject.toml $(VENV)/interpreter
	$(PIP) install --group lint
	@touch $@

$(VENV)/docs: pyproject.toml $(VENV)/interpreter
	$(PIP) install --group docs
	@touch $@
