SHELL := /bin/bash
PYTHON ?= python3
RUN := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help up call destroy stop test check expected bench format

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

.venv/runtime: requirements.txt requirements-review.txt requirements-local.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: Python 3.11 or later is needed; got $$($(PYTHON) --version). Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(RUN) || { echo "Creating .venv"; $(PYTHON) -m venv .venv; }
	@echo "Installing the pinned requirements (about a minute)"
	@.venv/bin/pip install --quiet --disable-pip-version-check -r requirements-review.txt requirements-local.txt
	@touch $@

.venv/development: .venv/runtime requirements-dev.txt
	@echo "Installing the test tools"
	@.venv/bin/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

up: .venv/runtime ## starts local Azure, deploys the local stack, calls every API through the gateway
	@$(RUN) -m local start
	@$(RUN) -m local up --stack local
	@$(RUN) -m local call

call: .venv/runtime ## the calls again: what each backend saw
	@$(RUN) -m local call

destroy: .venv/runtime ## takes the local stack down
	@$(RUN) -m local destroy --stack local

stop: .venv/runtime ## stops local Azure; its state stays in .local/
	@$(RUN) -m local stop

test: .venv/development ## all tests
	@$(RUN) -m pytest -n auto

check: .venv/development ## what CI runs before the slow tests: format, lint, types, listings, fast tests
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@$(RUN) -m stacks.expected --check
	@$(RUN) -m pytest -n auto -m "not end_to_end"

expected: .venv/runtime ## writes what each stack declares to stacks/expected, for review
	@$(RUN) -m stacks.expected

bench: .venv/development ## the time that the components take or save, as ratios against the raw provider
	@$(RUN) -m bench

format: .venv/development ## formats the code
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
