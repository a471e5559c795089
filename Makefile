# Works with nothing but make, git and Python 3.11.  Every target may be interrupted and run again.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
COMPILE_PINS := $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe \
  --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

PORT ?= 8000
TRAINING_DATA ?= var
# How many tests run side by side; each worker has databases, servers and a browser of its own.
WORKERS ?= 2
# What pytest is told besides, for example: make test ARGS="tests/rules -x"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check format bench bench-long pins translations clean
.DELETE_ON_ERROR:

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Serve the demonstration (PORT=8000, TRAINING_DATA=var)
	@$(BIN)/python tools/catalogues.py compile
	@TRAINING_PORT=$(PORT) TRAINING_DATA="$(TRAINING_DATA)" $(BIN)/training-app demo

test: $(VENV)/.dev ## Run every test, those in a browser too
	@tools/install-chromium
	@tools/install-nginx
	@tools/install-counterparts
	@$(BIN)/python tools/catalogues.py compile
	$(BIN)/python -m pytest --numprocesses $(WORKERS) $(ARGS)

check: $(VENV)/.dev ## Format, lint, types, import contracts, links in documents, translations, content
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/check_links.py
	$(BIN)/python tools/catalogues.py check
	$(BIN)/training-app content check

format: $(VENV)/.dev ## Put the code in its form, and mend what can be mended by machine
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev ## Measure the access question, decisions, lists, status lists, a release; Cedar and Casbin beside
	$(BIN)/python -m bench

bench-long: $(VENV)/.dev ## Ask the access question a million times, and see what the server's memory does
	$(BIN)/python -m bench.long

translations: $(VENV)/.dev ## Bring the catalogues up to date with the texts in code and templates
	$(BIN)/python tools/catalogues.py update

pins: $(VENV)/.dev ## Pin every dependency anew, with hashes
	$(COMPILE_PINS) --output-file requirements.txt pyproject.toml
	$(COMPILE_PINS) --output-file requirements-dev.txt --constraint requirements.txt --extra dev pyproject.toml
	$(COMPILE_PINS) --output-file requirements-build.txt --constraint requirements-dev.txt \
	  --only-build-deps --build-deps-for editable pyproject.toml
	for file in tests/counterparts/*.in; do $(COMPILE_PINS) --output-file "$${file%.in}.txt" "$$file" || exit; done

clean: ## Remove what was built; the data folder stays
	rm -rf $(VENV) .venv-* build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find courses quizzes training_app tests bench tools -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f training_app/translations/*/LC_MESSAGES/*.mo

# A stamp is written last, so that an installation which was interrupted is done again.
$(VENV)/.run: requirements.txt requirements-build.txt pyproject.toml | $(VENV)/.made
	@echo "Installing what the product needs ..."
	@$(PIP) install --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements-build.txt pyproject.toml | $(VENV)/.made
	@echo "Installing what the product and its checks need ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt -r requirements-build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name one with PYTHON=..."; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@touch $@
