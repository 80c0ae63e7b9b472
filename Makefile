# Two commands are enough: make build, make test. Everything they write lies in .venv/, data/, target/ and logs/.
PYTHON ?= python3
VENV := .venv
SPARK_VENV := .venv-spark
BIN := $(VENV)/bin
DBT := $(BIN)/dbt
WAREHOUSE := $(or $(TALENT_WAREHOUSE),data/warehouse.duckdb)

# Nothing is sent anywhere, and pip asks for no newer version of itself.
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build test test-browser test-clients test-spark spark lint format docs export bench clean lock

help: ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: $(VENV)/.runtime $(WAREHOUSE) ## Build the marts, charts and report (from demo postings where none are loaded)
	$(DBT) --log-level warn build
	$(BIN)/python scripts/plot_marts.py

# Only a warehouse that does not exist yet is filled with demo postings; loaded ones are never mixed with them.
$(WAREHOUSE): | $(VENV)/.runtime
	$(BIN)/python scripts/generate_postings.py

test: $(VENV)/.dev lint ## Run every check that needs nothing but Python
	$(BIN)/python -m pytest

test-browser: $(VENV)/.dev ## Look at the report and the documentation in a browser (needs chromium)
	$(BIN)/python -m pytest tests/browser

test-clients: $(VENV)/.dev ## Read the published marts with other clients while they are replaced (installs them in temporary folders)
	$(BIN)/python -m pytest tests/clients

test-spark: $(VENV)/.dev $(SPARK_VENV)/.runtime ## Build on Spark and compare with DuckDB, also on a cluster that loses a worker (needs Java 17)
	@java -version 2>&1 | grep -qE '"(17|21)' || { echo "Java 17 or 21 is needed: apt-get install openjdk-17-jre-headless"; exit 1; }
	DBT_SPARK=$(SPARK_VENV)/bin/dbt $(BIN)/python -m pytest tests/spark

lint: $(VENV)/.dev ## Check the style of Python and SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --disable-progress-bar -q models tests

format: $(VENV)/.dev ## Mend the style of Python and SQL
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --disable-progress-bar -q models tests

docs: build ## Write the documentation of every table as one page, data/docs.html
	$(DBT) --quiet docs generate --static
	@mkdir -p data && cp $(or $(DBT_TARGET_PATH),target)/static_index.html data/docs.html
	@echo "data/docs.html: the documentation of every table"

export: $(VENV)/.runtime ## Write the marts as Parquet and CSV files to data/export
	$(BIN)/python scripts/export_marts.py

lock: $(VENV)/.dev ## Resolve the locks anew from pyproject.toml
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-strip-extras --no-header --no-emit-index-url \
		--python-version 3.11 pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-strip-extras --no-header --no-emit-index-url \
		--python-version 3.11 --extra dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-strip-extras --no-header --no-emit-index-url \
		--python-version 3.11 --extra spark pyproject.toml -o requirements-spark.lock

bench: $(VENV)/.runtime ## Compare speed with what the project replaces
	$(BIN)/python tests/benchmarks/compare.py
	$(BIN)/python tests/benchmarks/scale.py

clean: ## Remove what was built: marts, charts, report, environment (loaded postings go too)
	rm -rf $(VENV) $(SPARK_VENV) target logs
	find data -mindepth 1 ! -name .gitignore -delete

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one with make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@

spark: $(SPARK_VENV)/.runtime ## Make the environment for Apache Spark, .venv-spark

$(SPARK_VENV)/.runtime: requirements-spark.lock pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m venv $(SPARK_VENV)
	$(SPARK_VENV)/bin/python -m pip install --quiet --require-hashes --requirement requirements-spark.lock
	$(SPARK_VENV)/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable . --editable packages/dbt-sparksession
	@touch $@
