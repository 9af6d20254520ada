# `make demo` and `make test` do everything on a fresh machine; the rest is for those who work on the code.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test lint format docs bench clean programs

demo: $(VENV)/.installed
	$(BIN)/ogi-xlsx demo ogi-demo --force

test: $(VENV)/.developing programs
	$(BIN)/python -m pytest -n auto

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

bench: $(VENV)/.developing
	$(BIN)/python benchmarks/main_job.py

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check .
	touch $@

$(VENV)/.developing: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@ $(VENV)/.installed

# LibreOffice is the judge of our workbooks, chromium that of our pages; without them those tests are skipped.
programs:
	@sh scripts/install-programs.sh

clean:
	rm -rf $(VENV) ogi-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
