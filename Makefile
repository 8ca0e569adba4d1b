# `make run` and `make test` are all a newcomer needs; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help setup run test check fix bench lock features docs screenshots new-diary
SHELL := /bin/sh
PY := .venv/bin/python
JOBS ?= auto
TESTS ?= tests
# Many tests start processes of their own. What they import is compiled once, beside the packages, and not into the sources.
test bench: export PYTHONPYCACHEPREFIX = $(CURDIR)/.venv/bytecode
test bench: export PYTHONDONTWRITEBYTECODE =

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## only the set-up: .venv with the pinned requirements
	@sh tools/setup.sh dev

run: ## set up, then start the hub (8000) and the sandbox (9000); Ctrl-C stops both
	@sh tools/setup.sh run
	@exec $(PY) -m tools.run

test: setup ## the whole test suite
	@$(PY) -m pytest -n $(JOBS) --dist loadgroup $(TESTS)

check: setup ## format, lint, types, import contracts, house tests, generated tables fresh, then the tests
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m tools.generate --check
	@$(MAKE) --no-print-directory test

fix: setup ## format, sort imports, write the generated tables anew
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m tools.generate

bench: setup ## the benches: one ratio a line
	@$(PY) -m bench

lock: ## the pinned and hashed requirements anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev pyproject.toml -o requirements-dev.txt

features: setup ## the feature table docs/features.md and its counts
	@$(PY) -m tools.features

docs: setup ## all generated tables in docs/
	@$(PY) -m tools.generate

screenshots: setup ## pictures for the README in docs/img
	@$(PY) -m tools.screenshots

new-diary: setup ## NAME=x: the scaffold of a new diary connector and its sandbox
	@$(PY) -m tools.new_diary $(NAME)
