.RECIPEPREFIX := >
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
ARGS ?=
ONLY ?=
SECONDS ?= 60
SEED ?= 1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

CHECKS := $(addprefix check-,format lint types layers templates migrations system)

.PHONY: help demo test check bench faults matrix matrix-mutants messages lock clean $(CHECKS)

help: ## show this list
> @sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r name what; do printf '%-14s %s\n' "$$name" "$$what"; done

demo: $(VENV)/.runtime ## run everything with sample data; PORT=8001 chooses the port
> @$(BIN)/python manage.py demo --port $(PORT) $(ARGS)

test: $(VENV)/.development ## run the tests; ARGS="-k name" chooses some
> @$(BIN)/python -m pytest --numprocesses auto --dist worksteal -rs $(ARGS)

check: $(CHECKS) ## format, lint, types, layers, templates, migrations, system checks; -k goes on after a failure

$(CHECKS): $(VENV)/.development

check-format:
> $(BIN)/python -m ruff format --check .

check-lint:
> $(BIN)/python -m ruff check .

check-types:
> $(BIN)/python -m embedded $(BIN)/python -m mypy .

check-layers:
> $(BIN)/lint-imports

check-templates:
> $(BIN)/python -m djlint --lint --quiet .

check-migrations:
> $(BIN)/python manage.py makemigrations --check

check-system:
> $(BIN)/python manage.py check --fail-level WARNING

bench: $(VENV)/.development ## run the benchmarks; ONLY=name chooses one
> @$(BIN)/python -m benchmarks $(ONLY)

faults: $(VENV)/.development ## inject faults into real processes and count what was lost; SECONDS=60 SEED=1
> @$(BIN)/python -m faults --seconds $(SECONDS) --seed $(SEED)

matrix: $(VENV)/.development ## ask every page as every kind of user about every kind of row, against the written policy
> @$(BIN)/python -m matrix

matrix-mutants: $(VENV)/.development ## break thirty guards one at a time and see the matrix find each
> @$(BIN)/python -m matrix.proof

messages: $(VENV)/.development ## collect and compile the translations (needs gettext)
> $(BIN)/python manage.py makemessages --locale zh_Hans --no-location --ignore '$(VENV)/*' --ignore 'build/*' --ignore 'tests/*'
> $(BIN)/python manage.py compilemessages --locale zh_Hans --ignore '$(VENV)'

lock: ## write the lock files anew (needs uv)
> $(LOCK) requirements.in -o requirements.lock
> $(LOCK) requirements-dev.in -c requirements.lock -o requirements-dev.lock

clean: ## remove the virtual environment, caches and what was built; data in var/ stay
> rm -rf $(VENV) build .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
> find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A virtual environment whose making was interrupted has no working pip and is made anew.
$(VENV)/.made:
> @$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
>   echo "Maplebridge needs Python 3.11 or newer; $(PYTHON) is: $$($(PYTHON) --version 2>&1). Choose one with PYTHON=..." >&2; exit 1; }
> @$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
>   echo "Python cannot make virtual environments here; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
> @$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
> @touch $@

$(VENV)/.runtime: requirements.lock | $(VENV)/.made
> @echo "Installing requirements.lock"
> @$(PIP) -r requirements.lock
> @touch $@

$(VENV)/.development: requirements-dev.lock | $(VENV)/.made
> @echo "Installing requirements-dev.lock"
> @$(PIP) -r requirements-dev.lock
> @touch $(VENV)/.runtime $@
