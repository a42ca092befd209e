# The commands of this project. A newcomer needs two: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
SPARK := .venv-spark/bin
SEED ?= 1
PROFILE ?= demo
SCENARIO ?= base

.PHONY: setup run test spark lint dev generate lock lock-spark clean

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
	@$(BIN)/bilimkoz simulate --profile $(PROFILE) --scenario $(SCENARIO) --seed $(SEED) --if-empty
	@$(BIN)/bilimkoz run

test: setup
	$(BIN)/python -m pytest

# The models on Spark and on DuckDB, row by row. Needs Java 17; dbt-spark and PySpark have an environment of their own.
spark: setup
	@command -v java > /dev/null || { echo 'Spark needs Java 17, which is not here'; exit 1; }
	@$(MAKE) --no-print-directory .venv-spark/.ready
	$(BIN)/python -m pytest -n 0 tests/integration/test_spark.py

.venv-spark/.ready: requirements-spark.lock
	test -x $(SPARK)/python || $(BIN)/python -m venv .venv-spark
	$(SPARK)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(SPARK)/python -m pip install --quiet --disable-pip-version-check -r requirements-spark.lock
	touch $@

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	BILIMKOZ_WAREHOUSE=lint.duckdb BILIMKOZ_TEMP=. $(BIN)/sqlfluff lint dbt_project/models dbt_project/tests

# The web server of Dagster, with the whole graph.
dev: setup
	$(BIN)/bilimkoz dev

# The dbt files and the pages of the feeds and indicators, which follow from the contracts and the registry.
generate: setup
	$(BIN)/python -m ingest.dbt_models dbt_project
	$(BIN)/python -m bilimkoz.feed_pages docs/feeds
	$(BIN)/python -m bilimkoz.indicator_page docs/methods/indicators.md
	$(BIN)/python -m bilimkoz.alert_page docs/methods/alerts.md

# Pins what is installed; run in a fresh environment after changing pyproject.toml.
lock:
	$(BIN)/python -m pip install --upgrade --editable '.[dev]'
	(echo '# Every version, pinned. Made by `make lock`; no index addresses.'; $(BIN)/python -m pip freeze --exclude-editable) > requirements.lock

# The same for Spark. What both environments have is of one version.
lock-spark: setup
	rm -rf .venv-spark
	$(BIN)/python -m venv .venv-spark
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"], sep="\n")' \
		| $(SPARK)/python -m pip install --constraint requirements.lock --requirement /dev/stdin
	(echo '# Every version, pinned. Made by `make lock-spark`; no index addresses.'; $(SPARK)/python -m pip freeze) > requirements-spark.lock

clean:
	rm -rf .venv .venv-spark data dbt_project/target dbt_project/logs
