# The whole hub on one machine, from packages alone: Python 3.11+ and make are all that it needs.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PEERS := .venv-bench/.ready
export PYTHONPATH := $(CURDIR)/plugins:$(CURDIR)
unexport PYTHONDONTWRITEBYTECODE
# A laptop and a CI machine have two cores; a third worker uses the time in which two wait.
JOBS ?= 3
# Names of the SQL statements that the tests executed: each file of include/sql must be among them.
SQL_TRACE := $(CURDIR)/build/sql_trace

.PHONY: help setup up down status demo demo-reset test soak bench-match bench-merge bench-delta bench-channels bench-freshness bench-backup lint fix types docs lock clean
help: ## show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 14

setup: $(READY) ## install the locked packages into .venv
$(READY): requirements-dev.txt requirements-uv.txt pyproject.toml
	$(PYTHON) local/check_python.py
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.txt
	local/install.sh .venv requirements-dev.txt
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
# The peers of bench/ live apart: their pins never meet the hub's.
$(PEERS): requirements-bench.txt | $(READY)
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-bench
	local/install.sh .venv-bench requirements-bench.txt
	@touch $@

up: $(READY) ## start PostgreSQL, S3, the sandbox channels and Airflow; print the URL and the log-in
	$(BIN)/python -m local.stack up
down: $(READY) ## stop all of it
	$(BIN)/python -m local.stack down
status: $(READY) ## show what runs
	$(BIN)/python -m local.stack status

demo: $(READY) ## three business days of four channels, end to end, through a real Airflow
	$(BIN)/python -m local.demo
demo-reset: $(READY) ## the demo from nothing
	$(BIN)/python -m local.demo --reset

test: $(READY) ## all tests that need no further server package
	@mkdir -p $(dir $(SQL_TRACE)) && rm -f $(SQL_TRACE)
	HUB_SQL_TRACE=$(SQL_TRACE) $(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not peer and not e2e" tests
	$(BIN)/python -m tests.sql_trace $(SQL_TRACE)
	$(BIN)/python -m pytest -m "e2e" tests

soak: $(READY) ## the laws with 1,000 seeds, for hours; goes on where it was stopped (options: SEEDS, JOBS, ONLY)
	$(BIN)/python -m tests.soak --jobs $(JOBS) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(ONLY),--only $(ONLY))

bench-match: $(READY) $(PEERS) ## judge matching beside its peers (options: bench/README.md)
	$(BIN)/python -m bench.matching $(if $(SETS),--sets $(SETS)) $(if $(CONTENDERS),--contenders $(CONTENDERS)) \
		$(if $(RUNS),--runs $(RUNS)) $(if $(SPEED),--speed $(SPEED)) $(if $(SCALE),--scale $(SCALE)) \
		$(if $(CHINESE),--chinese $(CHINESE))

bench-merge: $(READY) ## a full build of the master beside a bare COPY (RECORDS=25000,100000)
	$(BIN)/python -m bench.merging $(if $(RECORDS),--records $(RECORDS))

bench-delta: $(READY) ## 1 % new and changed records beside a full build, and one search (RECORDS=100000)
	$(BIN)/python -m bench.delta $(if $(RECORDS),--records $(RECORDS))

bench-channels: $(READY) ## gathering, landing and publishing beside the least they could cost (RECORDS=200000)
	$(BIN)/python -m bench.channels $(if $(RECORDS),--records $(RECORDS)) $(if $(RATES),--rates $(RATES))

bench-freshness: $(READY) ## from an edit in a channel to the golden record, through the scheduler (MINUTES=10 EVERY=2)
	$(BIN)/python -m bench.freshness $(if $(MINUTES),--minutes $(MINUTES)) $(if $(RATE),--rate $(RATE)) \
		$(if $(EVERY),--every $(EVERY))

bench-backup: $(READY) ## a backup of a million customers beside pg_dump, a day later, and its proof (RECORDS=2500000 RUNS=3)
	$(BIN)/python -m bench.backup $(if $(RECORDS),--records $(RECORDS)) $(if $(RUNS),--runs $(RUNS))

lint: $(READY) ## ruff, mypy --strict, import contracts, sqlfluff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint include/sql --processes 2 --disable-progress-bar

fix: $(READY) ## let the tools repair what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix include/sql --processes 2 --disable-progress-bar
docs: $(READY) ## regenerate docs/reference and include/sql/schema.sql
	$(BIN)/python -m local.reference

lock: ## compile the hashed locks from pyproject's short list
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements-dev.txt
	$(BIN)/uv pip compile --group bench --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements-bench.txt
clean: ## remove what the tools left behind (not .local)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis build
