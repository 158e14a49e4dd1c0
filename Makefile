# `make demo` solves the Amsterdam region, `make test` runs the tests (`make test-all` the long ones too), `make bench`
# compares speed and memory with other programs (docs/benchmarks.md).
# All make their own environment in .venv; only python3 (with venv) and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-all check bench clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev,cases,literature]'
	touch $@

demo: $(VENV)/.installed
	$(BIN)/gridplan solve cases/mra --out results/mra
	@echo "Look at results/mra/figures and results/mra/tables."

test: $(VENV)/.installed
	$(BIN)/python -m pytest

test-all: $(VENV)/.installed
	$(BIN)/python -m pytest -m ""

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks.peers
	$(BIN)/python -m benchmarks.plainsearch
	$(BIN)/python -m benchmarks.secured
	$(BIN)/python -m benchmarks.startup

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
