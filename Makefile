SHELL := /bin/bash
PYTHON ?= python3
RUN := .venv/bin/python
STACK ?= local
REVIEW := .local/review
.DEFAULT_GOAL := help
.PHONY: help up call destroy stop test check review expected bench format

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

.venv/runtime: requirements.txt requirements-review.txt requirements-local.txt pyproject.toml components/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: Python 3.11 or later is needed; got $$($(PYTHON) --version). Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(RUN) || { echo "Creating .venv"; $(PYTHON) -m venv .venv; }
	@echo "Installing the pinned requirements (about a minute)"
	@.venv/bin/pip install --quiet --disable-pip-version-check -r requirements-local.txt
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

destroy: .venv/runtime ## takes the local stack down, and purges its service: Azure keeps a name for 48 hours otherwise
	@$(RUN) -m local destroy --stack local
	@$(RUN) -m local purge

stop: .venv/runtime ## stops local Azure; its state stays in .local/
	@$(RUN) -m local stop

test: .venv/development ## all tests
	@$(RUN) -m pytest -n auto

check: .venv/development ## what CI runs before the slow tests: format, lint, types, listings, fast tests
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@$(RUN) -m stacks.expected --check
	@$(RUN) -m stacks.reference --check
	@$(RUN) -m pytest -n auto -m "not end_to_end"

review: .venv/runtime ## what would change in a stack, as a reviewer reads it: make review STACK=prod
	@mkdir -p $(REVIEW) && rm -f $(REVIEW)/$(STACK).*
	@umask 077; if [ "$(STACK)" = local ]; then \
	  $(RUN) -m local preview --stack local --json --show-sames > $(REVIEW)/local.preview.json || true; \
	  $(RUN) -m local export --stack local > $(REVIEW)/local.state.json 2> /dev/null || rm -f $(REVIEW)/local.state.json; \
	else \
	  command -v pulumi > /dev/null || { echo "error: the pulumi CLI is not on PATH; it previews every stack but local. Install it: https://www.pulumi.com/docs/install/" >&2; exit 1; }; \
	  pulumi preview --stack $(STACK) --json --show-sames --non-interactive > $(REVIEW)/$(STACK).preview.json || true; \
	  pulumi stack export --stack $(STACK) > $(REVIEW)/$(STACK).state.json || rm -f $(REVIEW)/$(STACK).state.json; \
	fi
	@base=$$(test ! -s $(REVIEW)/$(STACK).state.json || echo "--base $(REVIEW)/$(STACK).state.json"); \
	  $(RUN) -m review $(REVIEW)/$(STACK).preview.json $$base --page $(REVIEW)/$(STACK).html && echo "As a page: $(REVIEW)/$(STACK).html"

expected: .venv/runtime ## writes what each stack declares to stacks/expected, for review, and the reference of all keys
	@$(RUN) -m stacks.expected
	@$(RUN) -m stacks.reference

bench: .venv/development ## the time that the components take or save, as ratios against the raw provider
	@$(RUN) -m bench
	@$(RUN) -m bench.review

format: .venv/development ## formats the code
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
