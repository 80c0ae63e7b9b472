# Two commands are enough: make build, make test. Everything they write lies in .venv/, data/, target/ and logs/.
PYTHON ?= python3
VENV := .venv
SPARK_VENV := .venv-spark
METRICS_VENV := .venv-metrics
BIN := $(VENV)/bin
DBT := $(BIN)/dbt

# This project and its own environment, whatever the shell is set up for.
export DBT_PROJECT_DIR := $(CURDIR)
export DBT_PROFILES_DIR := $(CURDIR)
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV DBT_PROFILE DBT_TARGET
# Nothing is sent anywhere, and pip asks for no newer version of itself.
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build check test test-browser test-clients test-spark test-metrics spark metrics histories fuzz trends lint format docs export bench clean lock

help: ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: $(VENV)/.runtime ## Build the marts, charts and report (from demo postings where none are loaded)
	@$(BIN)/python scripts/generate_postings.py --if-empty
	@echo "dbt builds and tests the marts: seconds for thousands of postings, minutes for a million"
	@$(DBT) --log-level warn build
	@$(BIN)/python scripts/plot_marts.py

# Tests that start no dbt.
QUICK := $(addprefix tests/python/test_,text_skills.py text_facts.py places.py load_postings.py feeds.py cells.py \
	generate_postings.py)

# Processes, one a core, share the files of tests, in the order that conftest.py gives them.
SHARED := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.dev lint ## Check the style, types, and what starts no dbt
	$(BIN)/python -m pytest $(SHARED) $(QUICK)

test: $(VENV)/.dev lint ## Run every check that needs nothing but Python
	$(BIN)/python -m pytest $(SHARED)

test-browser: $(VENV)/.dev ## Look at the report and the documentation in a browser (needs chromium)
	$(BIN)/python -m pytest tests/browser

test-clients: $(VENV)/.dev ## Read the published marts with other clients while they are replaced (installs them in temporary folders)
	$(BIN)/python -m pytest tests/clients

test-spark: $(VENV)/.dev spark ## Build on Spark and compare with DuckDB, also on a cluster that loses a worker (needs Java 17)
	@java -version 2>&1 | grep -qE '"(17|21)' || { echo "Java 17 or 21 is needed: apt-get install openjdk-17-jre-headless"; exit 1; }
	SPARK_LOCAL_IP=127.0.0.1 $(SPARK_VENV)/bin/python -m pytest packages/dbt-sparksession/tests
	DBT_SPARK=$(SPARK_VENV)/bin/dbt $(BIN)/python -m pytest tests/spark

test-metrics: $(VENV)/.dev metrics ## Ask the metrics of the semantic layer by MetricFlow and compare with the marts
	$(BIN)/python -m pytest tests/metrics

histories: export HISTORIES ?= 20
histories: $(VENV)/.dev ## Build after random loads, parts, kills and changes of rules and compare with one build (half an hour)
	$(BIN)/python -m pytest $(SHARED) -m histories

fuzz: $(VENV)/.dev ## Read 5,000 mutated files of every format: no traceback, no hang, no other rows than a plain reader's
	$(BIN)/python tests/python/fuzz_readers.py

trends: $(VENV)/.dev ## Measure on 200 seeds whether what is told of change is right (a quarter of an hour)
	$(BIN)/python tests/python/measure_trends.py

lint: $(VENV)/.dev ## Check the style of Python and SQL, and Python's types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# Each takes one core.
	@$(BIN)/mypy & types=$$!; $(BIN)/sqruff lint models tests && wait $$types

format: $(VENV)/.dev ## Mend the style of Python and SQL
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqruff fix models tests

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
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-strip-extras --no-header --no-emit-index-url \
		--python-version 3.11 --extra metrics --constraint requirements.lock pyproject.toml -o requirements-metrics.lock

bench: $(VENV)/.runtime ## Compare speed with what the project replaces
	$(BIN)/python tests/benchmarks/compare.py
	$(BIN)/python tests/benchmarks/scale.py

clean: ## Remove what was built: marts, charts, report, environment (loaded postings go too)
	rm -rf $(VENV) $(SPARK_VENV) $(METRICS_VENV) target logs
	find data -mindepth 1 ! -name .gitignore -delete

# What pip says goes to a file; of an error, its last word is told. First argument: of which environment; then what to install.
define install
	@mkdir -p logs
	@$(1)/bin/python -m pip install --quiet $(2) >logs/setup.log 2>&1 || { \
		echo "packages could not be installed: $$(grep ERROR logs/setup.log | tail -1) (all of it: logs/setup.log)" >&2; exit 1; }
endef

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed; name one with make PYTHON=python3.12" >&2; exit 1; }
	@mkdir -p logs
	@$(PYTHON) -m venv $(VENV) >logs/setup.log 2>&1 \
		|| { rm -rf $(VENV); echo "$(PYTHON) -m venv fails: install its package venv (see logs/setup.log)" >&2; exit 1; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "pip installs the packages of requirements.lock into $(VENV): a minute or two, once"
	$(call install,$(VENV),--require-hashes --requirement requirements.lock)
	$(call install,$(VENV),--no-deps --no-build-isolation --editable .)
	@$(BIN)/python -m talent_demand.environment
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "pip installs the packages of requirements-dev.lock: a minute, once"
	$(call install,$(VENV),--require-hashes --requirement requirements-dev.lock)
	@touch $@

spark: $(SPARK_VENV)/.runtime ## Make the environment for Apache Spark, .venv-spark

$(SPARK_VENV)/.runtime: requirements-spark.lock pyproject.toml | $(VENV)/bin/python
	@echo "pip installs the packages of requirements-spark.lock into $(SPARK_VENV): a few minutes, once"
	@$(VENV)/bin/python -m venv $(SPARK_VENV)
	$(call install,$(SPARK_VENV),--require-hashes --requirement requirements-spark.lock)
	$(call install,$(SPARK_VENV),--no-deps --no-build-isolation --editable . --editable packages/dbt-sparksession)
	@touch $@

metrics: $(METRICS_VENV)/.runtime ## Make the environment for MetricFlow, .venv-metrics

$(METRICS_VENV)/.runtime: requirements-metrics.lock pyproject.toml | $(VENV)/bin/python
	@echo "pip installs the packages of requirements-metrics.lock into $(METRICS_VENV): a minute or two, once"
	@$(VENV)/bin/python -m venv $(METRICS_VENV)
	$(call install,$(METRICS_VENV),--require-hashes --requirement requirements-metrics.lock)
	$(call install,$(METRICS_VENV),--no-deps --no-build-isolation --editable .)
	@touch $@
