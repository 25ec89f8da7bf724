PYTHON ?= python3
PORT ?= 8787
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := .demo

.PHONY: help demo serve test check bench bench-engine bench-savings clean

help:
	@echo "make demo    set up, analyze the sample capture, serve the web page at http://127.0.0.1:$(PORT)/"
	@echo "make test    set up, run all tests"
	@echo "make serve   set up, serve your own store"
	@echo "make check   format, lint, types, floors, dependencies"
	@echo "make bench   measure, print the tables of docs/reference/benchmarks.md"
	@echo "make bench-engine   the batch engine against a simulated provider, beside its peers"
	@echo "make bench-savings   what each way of saving is worth, and the CPU of an analysis"
	@echo "make clean   remove what these commands made"

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "reqsift needs Python 3.11 or newer: make PYTHON=python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: export REQSIFT_DATA_DIR = $(DEMO)
demo: $(READY)
	@$(BIN)/reqsift scan examples/demo.har --db $(DEMO)/reqsift.db
	@$(BIN)/reqsift serve --port $(PORT)

serve: $(READY)
	@$(BIN)/reqsift serve --port $(PORT)

test: $(READY)
	@sh tests/browser/install_chromium.sh
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src

bench: $(READY)
	$(BIN)/python -m bench

bench-engine: $(READY)
	$(BIN)/python -m bench.engine

bench-savings: $(READY)
	$(BIN)/python -m bench.savings
	$(BIN)/python -m bench.analysis

clean:
	rm -rf $(VENV) $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
