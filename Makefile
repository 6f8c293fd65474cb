# One place for everything a developer does; CI runs the same targets (.ci/run).
# A fresh machine needs Python 3.11–3.13 with pip and venv, nothing else.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: setup demo test fuzz check docs models bench clean

setup: $(STAMP)

# The lock says what was tried; --no-deps keeps pip from looking beyond it.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11, 3.12 or 3.13 is needed: make setup PYTHON=python3.11") if not (3, 11) <= sys.version_info[:2] <= (3, 13) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	$(BIN)/tanggap demo

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# Properties only, with new examples and many more of them.
fuzz: setup
	$(BIN)/python -m pytest -n 2 -m hypothesis --hypothesis-profile fuzz

# What CI runs: style, types, layers, licences, that the docs are of these commands, and every test.
check: setup
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tanggap.cli.reference | diff -u docs/CLI.md -
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python .ci/licences.py
	$(MAKE) test

models: setup
	$(BIN)/python -m tanggap.routing.signals.train

docs: setup
	$(BIN)/python -m tanggap.cli.reference > docs/CLI.md
	$(BIN)/python -m tanggap.reports.reference metrics > docs/METRICS.md
	$(BIN)/python -m tanggap.reports.reference records > docs/RECORDS.md
	$(BIN)/python -m tanggap.reports.reference settings > docs/SETTINGS.md
	$(BIN)/python -m tanggap.reports.reference mapping > docs/MAPPING.md

bench: setup
	$(BIN)/python -m benchmarks

clean:
	rm -rf build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
