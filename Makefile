# `make` lists the verbs. Everything runs in .venv, which is made from the lock files with plain pip.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

.PHONY: help setup demo test cover test-spark lint format rules mutants docs bench bench-full bench-peers fuzz lock clean

help: ## list the verbs
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r verb text; do printf '  make %-11s %s\n' "$$verb" "$$text"; done

setup: $(READY) ## make .venv from the locked dependencies (the other verbs do it when needed)

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name one with make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY) ## replay the night: logs, check, report, letter, bundle; into out/demo
	$(BIN)/compliance demo out/demo $(ARGS)

test: lint $(READY) ## everything that must hold before a change lands
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

cover: $(READY) ## the same tests, with the lines that none of them runs (a third slower)
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term $(ARGS)

lint: $(READY) ## format, lint, types, layers, honest dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

rules: $(READY) ## lint the rules and run the tests inside them
	$(BIN)/compliance rules lint
	$(BIN)/compliance rules test

test-spark: ## the same rules on a real Spark cluster of two workers (Java 17); packages go into .venv-spark
	test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	.venv-spark/bin/python -m pytest tests/spark -p no:randomly $(ARGS)

mutants: $(READY) ## change each rule in small ways; its own tests must notice every change
	$(BIN)/compliance rules mutate $(ARGS)

format: $(READY) ## write the formatting and the safe fixes
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY) ## write docs/events.md, docs/cli.md, docs/rules and the published schemas again
	$(BIN)/python docs/generate.py
	$(BIN)/compliance rules docs

bench: $(READY) ## measure against the bare engine at 1 and 10 million events; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks.run $(ARGS)

bench-full: $(READY) ## the same with more rounds and larger logs, up to 30 million events (ARGS=--hundred: 100 million)
	$(BIN)/python -m benchmarks.run --full $(ARGS)

bench-peers: $(READY) ## the same rules judged by other tools; their packages go into .venv-peers
	test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements-peers.lock
	$(BIN)/python -m benchmarks.run --only peers $(ARGS)

fuzz: $(READY) ## the property tests with many more examples
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest tests/properties tests/faults $(ARGS)

lock: $(READY) ## resolve the dependencies again and write the lock files with hashes
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate $(ARGS) -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate $(ARGS) -o requirements-dev.lock -c requirements.lock --group dev --extra ocr pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate $(ARGS) -o requirements-spark.lock -c requirements-dev.lock --group dev --extra ocr --extra spark pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate $(ARGS) -o benchmarks/requirements-peers.lock benchmarks/requirements-peers.in

clean: ## remove what was made, but not .venv
	rm -rf out build dist .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
