# make run     set up, then serve with demonstration data until Ctrl-C
# make test    set up, then the whole gate
# make search  set up, then the tests with other random examples each time
# make bench   set up, then the benchmarks
# make format  put the code into shape
# make lock    renew the lock files
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
SHELL := /bin/sh

# The first Python on PATH that is new enough and can make an environment; PYTHON=… names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

# `muniment` from any folder: the code stays here, nothing is built or installed.
define LAUNCHER
@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/$(BIN)/python" -m api.command_line "$$@"\n' '$(CURDIR)' '$(CURDIR)' > $(BIN)/muniment
@chmod +x $(BIN)/muniment
endef

.PHONY: run test search bench lock format

run: $(VENV)/.run
	@exec $(BIN)/python -m api.command_line serve --demo

test: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python $(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n auto

search: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n auto --hypothesis-profile=search

bench: $(VENV)/.dev
	@exec $(BIN)/python -m tests.benchmarks

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/.dev
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input uv
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group dev -o requirements-dev.lock

# The stamps say which lock file was installed last; the two share one environment.
$(VENV)/.run: requirements.lock $(VENV)/.made
	$(INSTALL) -r requirements.lock
	$(LAUNCHER)
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.made
	$(INSTALL) -r requirements-dev.lock
	$(LAUNCHER)
	@touch $@

# An environment that works is kept; one that was cut short, or whose Python is gone, is made anew. Looked at before any
# target, because make reads the stamps' times first.
$(shell $(BIN)/python -c 'import sys' >/dev/null 2>&1 || rm -f $(VENV)/.made $(VENV)/.run $(VENV)/.dev)
$(VENV)/.made:
	@$(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || { \
		test -n "$(PYTHON)" || { echo "Muniment needs Python 3.11 or newer with venv and pip; none was found on PATH" >&2; exit 1; }; \
		"$(PYTHON)" -m venv --clear $(VENV); }
	@touch $@
