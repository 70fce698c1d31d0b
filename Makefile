# make demo   grade real answers, replay a recorded judge; no network after the install
# make test   run the tests
# make lint   ruff and mypy
# make bench  measure cost, speed and memory; prints ratios
# make soak   make 20,000 tool calls, some of them hostile; fails when anything is left (some 20 minutes)
# make wheel  build a wheel and run the demo from it, outside the checkout

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test lint fix bench soak wheel clean

demo: $(VENV)/ready
	@$(BIN)/judge demo

test: $(VENV)/ready
	$(BIN)/pytest

lint: $(VENV)/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

fix: $(VENV)/ready
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/ready
	$(BIN)/python -m benchmarks.cost
	$(BIN)/python -m benchmarks.memory
	$(BIN)/python -m benchmarks.faults
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.rubric_selection
	$(BIN)/python -m benchmarks.math
	$(BIN)/python -m benchmarks.sandbox

soak: $(VENV)/ready
	$(BIN)/python -m benchmarks.soak

wheel: $(VENV)/ready
	rm -rf dist build/wheel
	$(BIN)/python -m build -q --wheel
	$(PYTHON) -m venv build/wheel
	build/wheel/bin/python -m pip install -q "$$(ls dist/*.whl)[math]"
	cd / && "$(CURDIR)/build/wheel/bin/judge" demo

$(VENV)/ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "agentic-judge needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[math,dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
