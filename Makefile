# The commands of this project. A newcomer needs two: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
SEED ?= 1
PROFILE ?= demo

.PHONY: setup run test lint dev generate lock clean

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# A key and demo deliveries where there are none yet, then the main job.
run: setup
	@$(BIN)/bilimkoz key init --if-missing
	@$(BIN)/bilimkoz simulate --profile $(PROFILE) --seed $(SEED) --if-empty
	@$(BIN)/bilimkoz run

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	BILIMKOZ_WAREHOUSE=lint.duckdb BILIMKOZ_TEMP=. $(BIN)/sqlfluff lint dbt_project/models dbt_project/tests

# The web server of Dagster, with the whole graph.
dev: setup
	$(BIN)/bilimkoz dev

# The dbt files and the pages of the feeds, which follow from the contracts.
generate: setup
	$(BIN)/python -m ingest.dbt_models dbt_project
	$(BIN)/python -m bilimkoz.feed_pages docs/feeds

# Pins what is installed; run in a fresh environment after changing pyproject.toml.
lock:
	$(BIN)/python -m pip install --upgrade --editable '.[dev]'
	(echo '# Every version, pinned. Made by `make lock`; no index addresses.'; $(BIN)/python -m pip freeze --exclude-editable) > requirements.lock

clean:
	rm -rf .venv data dbt_project/target dbt_project/logs
