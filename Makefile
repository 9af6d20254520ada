# `make demo` and `make test` do everything on a fresh machine; the rest is for those who work on the code.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test lint format docs bench fuzz clean programs

demo: $(VENV)/.installed
	$(BIN)/ogi-xlsx demo ogi-demo --force

test: $(VENV)/.developing programs
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.developing
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The pages of docs/ that are made from the code.
docs: $(VENV)/.developing
	$(BIN)/python scripts/docs.py

bench: $(VENV)/.measuring
	$(BIN)/python benchmarks/main_job.py
	$(BIN)/python benchmarks/peers.py

# Looks for input that breaks reading, so many seconds for each of three; a fault becomes a file in tests/data/found/, which the tests replay.
SECONDS ?= 60
fuzz: $(VENV)/.fuzzing
	for check in edition mark returned; do $(BIN)/python fuzz/run.py $$check $(SECONDS) || exit 1; done

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check .
	touch $@

$(VENV)/.developing: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@ $(VENV)/.installed

$(VENV)/.measuring: $(VENV)/.developing
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,bench]"
	touch $@

$(VENV)/.fuzzing: $(VENV)/.developing
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,fuzz]"
	touch $@

# LibreOffice is the judge of our workbooks, chromium that of our pages; without them those tests are skipped.
programs:
	@sh scripts/install-programs.sh

clean:
	rm -rf $(VENV) ogi-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
