# Needs make and Python 3.11 or 3.12; everything else goes into .venv. PYTHON=... picks another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null && echo $$p && break; done)
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
PYTEST_ARGS ?=
SOURCES := agent tools evals tests

# What decides and what guards: every branch of it is tried.
KERNEL := tools.domain tools.policy agent.routes agent.guards
KERNEL_TESTS := tests/unit/domain tests/unit/policy tests/unit/agent tests/unit/writing tests/contract/test_policy_files.py

.DEFAULT_GOAL := help
.PHONY: help run install test check format evals bench lock record clean

help:  ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/learnt  ## Install what is missing and serve the demo marketplace
	@$(BIN)/nightdesk serve --host $(HOST) --port $(PORT)

install: .venv/learnt  ## Install Nightdesk into .venv

test: .venv/learnt .venv/installed-dev  ## Run every test (PYTEST_ARGS="-k words" for some)
	@$(BIN)/pytest -n 2 --dist loadfile $(PYTEST_ARGS)

check: .venv/learnt .venv/installed-dev  ## Format, lint, types, house rules, the owner's rules, evals
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check --no-cache $(SOURCES)
	$(BIN)/pyright
	$(BIN)/pytest -q tests/architecture
	$(BIN)/pytest -q -n 2 --dist loadfile $(KERNEL_TESTS) $(addprefix --cov=,$(KERNEL)) --cov-branch --cov-report=term:skip-covered --cov-fail-under=100
	$(BIN)/nightdesk policy check
	$(BIN)/nightdesk policy test
	$(BIN)/nightdesk policy coverage --brief
	$(BIN)/nightdesk evals run

format: .venv/installed-dev  ## Format the code and fix what can be fixed
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

evals: .venv/learnt  ## Play the written conversations and compare with the baseline
	@$(BIN)/nightdesk evals run

bench: .venv/installed-dev  ## Measure a turn and a cold start
	@$(BIN)/python -m evals.benchmarks.turn_time

record: .venv/installed-dev  ## Record the model cassettes again (needs OPENAI_BASE_URL)
	@test -n "$$OPENAI_BASE_URL" || { echo "Set OPENAI_BASE_URL to the model server to record."; exit 2; }
	$(BIN)/pytest tests/llm --record-mode=rewrite

lock: .venv/uv  ## Lock the dependencies again (UPGRADE=--upgrade for newer ones)
	echo "uv<0.14" | $(LOCK) --no-annotate - -o requirements-uv.txt
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --extra dev pyproject.toml -o requirements-dev.txt

clean:  ## Remove the virtual environment and what was learnt or stored
	rm -rf .venv .cache var .pytest_cache .ruff_cache

LOCK = $(BIN)/uv pip compile -q $(UPGRADE) --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

# One file in .venv a step, newer than the locks it came from: nothing is installed twice.
.venv/uv: requirements-uv.txt
	@test -n "$(PYTHON)" || { echo "Nightdesk needs Python 3.11 or 3.12; install one, or name it: make PYTHON=..."; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

.venv/installed: .venv/uv requirements.txt pyproject.toml
	@echo "Installing Nightdesk into .venv"
	@$(BIN)/uv pip install -q --require-hashes -r requirements.txt
	@$(BIN)/uv pip install -q --no-deps -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@echo "Installing what the tests need"
	@$(BIN)/uv pip install -q --require-hashes -r requirements-dev.txt
	@touch $@

# Every command learns changed phrases by itself; here it is done once, before several need them.
.venv/learnt: .venv/installed prompts/requests.yaml prompts/signals.yaml $(wildcard prompts/phrases/*.yaml)
	@echo "Learning the example phrases"
	@$(BIN)/nightdesk understand - < /dev/null
	@touch $@
