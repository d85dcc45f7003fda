# make run   install what is needed (once) and reconcile the sample
# make test  ruff, mypy, pytest          make soak   tests/soak, about two hours, then the tests ROUNDS times again (10 times 5 minutes)
#            (200 kills take 25 minutes of a processor, all steps of publishing 10, 48 environments 10, the canaries 6; fewer: KILLS=20 PUBLISH_STRIDE=10 VARIATIONS=12 DISKS=6 PAIRS=10 make soak ROUNDS=1)
# make bench how fast, how large         make sample sample_data again, and whether it is still the same
SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
ROUNDS ?= 10

.PHONY: run test soak bench bench-linkage sample clean
.DEFAULT_GOAL := run

run: $(VENV)/.installed
	$(BIN)/doisoat run sample_data/run.toml

test: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2

soak: $(VENV)/.installed-dev
	for module in tests/soak/test_*.py; do $(BIN)/python -m pytest -q -s $$module || exit 1; done
	for round in $$(seq $(ROUNDS)); do echo "round $$round of $(ROUNDS)"; $(BIN)/python -m pytest -q -n 2 || exit 1; done

bench: $(VENV)/.installed-bench
	$(BIN)/python -m flows.bench

# Beside Splink, and on FEBRL4; fetches both. PEOPLE=20000 for a quick look.
bench-linkage: $(VENV)/.installed-bench
	$(BIN)/python -m tests.bench.linkage $(if $(PEOPLE),--people $(PEOPLE))

sample: $(VENV)/.installed
	again=$$(mktemp -d) && trap 'rm -rf "$$again"' EXIT && \
	$(BIN)/python -m flows.generate.sample "$$again" > /dev/null && \
	diff -rq --exclude=runs --exclude=README.md sample_data "$$again" && echo "sample_data: the same"

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Python 3.11 is what everything is tested with; 3.12 to 3.14 are accepted.
$(BIN)/python:
	@for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	  if $$python -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then \
	    echo "$$python -m venv $(VENV)"; exec $$python -m venv $(VENV); fi; done; \
	echo "cần Python 3.11 đến 3.14 / Python 3.11 to 3.14 is needed" >&2; exit 1

# pip itself is pinned too: older ones know neither --group nor --build-constraint.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "cài đặt, một hai phút / installing, a minute or two"
	$(PIP) install --constraint constraints.txt pip
	$(PIP) install --constraint constraints.txt --build-constraint constraints.txt --editable .
	touch $@

# The source of pytest is fetched for the schema of JUnit reports in it.
$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install --constraint constraints.txt --group dev
	mkdir -p $(VENV)/schemas
	$(PIP) download --constraint constraints.txt --build-constraint constraints.txt --no-deps --no-binary pytest --dest $(VENV)/schemas pytest
	touch $@

$(VENV)/.installed-bench: $(VENV)/.installed-dev
	$(PIP) install --constraint constraints.txt --group bench
	touch $@
