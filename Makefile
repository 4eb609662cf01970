# `make help` lists what there is. Every target sets up what it needs first.
.DEFAULT_GOAL := help
.PHONY: help demo up walk test quick check format bench golden migration history bill docs environment ocr browser hledger load chaos

VENV := .venv/bin
PYTHON ?= python3
export PYTHON

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: environment ocr  ## Carry real invoices from an e-mail to a locked month, step by step
	@$(VENV)/belegfluss demo

up: environment ocr  ## Run the whole stack until Ctrl-C; data stays in BELEGFLUSS_HOME
	@$(VENV)/belegfluss up

walk: environment browser  ## Look at every page of the stack that runs in BELEGFLUSS_HOME, in twelve forms
	@$(VENV)/python -m tests.e2e.walk "$${BELEGFLUSS_HOME:-.belegfluss}"

# What is compiled is kept: stories start hundreds of processes.
test: export PYTHONDONTWRITEBYTECODE :=
test: check ocr browser hledger  ## Check, then run every test
	@$(VENV)/python -m pytest -q -n 2

quick: check  ## Check, then run the tests that need no server
	@$(VENV)/python -m pytest -q -n 2 -m pure tests/domain tests/replay domain

check: environment  ## Format, lint, types, import law
	@$(VENV)/ruff format --check --quiet .
	@$(VENV)/ruff check --quiet .
	@$(VENV)/mypy --no-error-summary activities api deploy domain tests worker workflows
	@$(VENV)/lint-imports --no-logo

format: environment  ## Format, and fix what can be fixed
	@$(VENV)/ruff format --quiet .
	@$(VENV)/ruff check --quiet --fix .

bench: environment ocr browser load  ## Run the benchmarks; JSON on stdout
	@$(VENV)/python -m tests.benchmarks

chaos: environment ocr  ## Kill all parts at random under load, then compare: MINUTES=15 SEED=...
	@MINUTES="$(MINUTES)" SEED="$(SEED)" CORPUS="$(CORPUS)" $(VENV)/python -m tests.chaos

golden: environment  ## Rewrite the expected files in tests/golden
	@BELEGFLUSS_GOLDEN=1 $(VENV)/python -m pytest -q -k golden

migration: environment  ## Add an empty migration: make migration NAME="what changes"
	@sh deploy/setup/migration.sh "$(NAME)"

history: environment  ## Save a workflow's history for replay: make history ID=workflow-id
	@$(VENV)/python -m deploy.stack.history "$(ID)"

bill: environment  ## Write the software bill of materials (CycloneDX) to stdout
	@$(VENV)/python -m deploy.setup.bill

docs: environment ocr browser  ## Rewrite the generated pages and pictures in docs/guide
	@$(VENV)/python -m deploy.docs
	@BELEGFLUSS_SCREENSHOTS=1 $(VENV)/python -m pytest -q tests/e2e/test_temporal_ui.py \
		tests/e2e/test_pages.py tests/e2e/test_bank_pages.py

environment:
	@sh deploy/setup/environment.sh

ocr:
	@sh deploy/setup/packages.sh tesseract pango

hledger:
	@sh deploy/setup/packages.sh hledger

load:
	@sh deploy/setup/packages.sh wrk

browser:
	@sh deploy/setup/packages.sh chromium
