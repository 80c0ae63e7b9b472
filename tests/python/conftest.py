import csv
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import pytest

from talent_demand import warehouse
from talent_demand.readers.load import LOADED_FILES_DDL
from warm_dbt import WarmDbt, WarmScripts

PROJECT = Path(__file__).resolve().parents[2]
DBT = Path(sys.executable).with_name("dbt")
# Options of a build that tests nothing: dbt need not look which tests belong to it.
UNTESTED = ("--exclude-resource-type", "test", "unit_test", "--indirect-selection", "empty")
# Files of tests in the order in which processes that share them (make test) take them: what takes long comes first.
LONGEST = (
    "incremental published_marts mistakes marts readme interrupted text_skills trends project accuracy duplicates"
    " environment any_rows load_postings generate_postings"
).split()
# The folder of what dbt read of the project, once for all processes that share the tests and those that they start.
if "PARSED_PROJECT" not in os.environ:
    PARSED = tempfile.TemporaryDirectory()
    os.environ["PARSED_PROJECT"] = PARSED.name


def read_seed(name):
    """Rows of a seed as dicts of text."""
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def no_models(_, names):
    """What a copy of the models' folder leaves out; seeds need the texts that describe columns, settings the group."""
    return [name for name in names if not name.endswith((".md", "groups.yml"))]


def copy_of_project(folder, models=True):
    """A copy of the files that dbt reads, for a test to change; without ``models`` it is soon read."""
    for name in ("macros", "seeds", "tests/generic"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copytree(PROJECT / "models", folder / "models", ignore=None if models else no_models)
    for name in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(PROJECT / name, folder / name)


def pytest_collection_modifyitems(items):
    """Order the tests by their files."""
    places = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


class Project:
    """The project on a warehouse of its own: scripts and dbt run as a user runs them, in processes of their own."""

    warm_dbt = warm_scripts = None

    def __init__(self, folder):
        """Keep warehouse, published marts and dbt's target in ``folder``."""
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        self.marts = folder / "talent.duckdb"
        self.environment = {
            **os.environ,
            "TALENT_WAREHOUSE": str(self.warehouse),
            "TALENT_MARTS": str(self.marts),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        parsed = Path(os.environ["PARSED_PROJECT"], "partial_parse.msgpack")
        if parsed.exists():
            self.environment["DBT_PARTIAL_PARSE_FILE_PATH"] = str(parsed)

    def run(self, *command, check=True):
        """Run a command in the project's folder; returns the finished process with its output as text."""
        environment = dict(self.environment)
        if "--project-dir" in command:
            # What dbt read of this project says nothing of another one, whose own it keeps beside its target.
            environment.pop("DBT_PARTIAL_PARSE_FILE_PATH", None)
        finished = subprocess.run(
            [str(part) for part in command],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and finished.returncode:
            raise AssertionError(f"{command} ended with {finished.returncode}\n{finished.stdout}\n{finished.stderr}")
        return finished

    def script(self, name, *arguments, check=True):
        """Run one of the project's scripts, whose modules were imported once for all tests."""
        Project.warm_scripts = Project.warm_scripts or WarmScripts()
        finished = Project.warm_scripts.run([name, *map(str, arguments)], self.environment)
        if check and finished.returncode:
            raise AssertionError(f"{name} {arguments} ended with {finished.returncode}\n{finished.stderr}")
        return finished

    def dbt(self, *arguments, check=True, write_json=False):
        """Run dbt, which has read the project once for all tests; ``write_json``: it writes down what it did."""
        Project.warm_dbt = Project.warm_dbt or WarmDbt()
        quick = {"DBT_LOG_LEVEL_FILE": "none", "DBT_WRITE_JSON": str(write_json)}
        if arguments[0] == "run":
            # Which tests belong to a selection takes a while to find.
            quick["DBT_INDIRECT_SELECTION"] = "empty"
        finished = Project.warm_dbt.run(["--no-use-colors", *arguments], self.environment | quick)
        if check and finished.returncode:
            raise AssertionError(f"dbt {arguments} ended with {finished.returncode}\n{finished.stdout}")
        return finished

    def copy_to(self, folder):
        """A copy of this project, built as it is, that a test may change."""
        shutil.copytree(self.folder / "target", folder / "target")
        copy = Project(folder)
        for name in ("warehouse", "marts"):
            if getattr(self, name).exists():
                shutil.copy(getattr(self, name), getattr(copy, name))
        return copy

    def query(self, sql, parameters=None):
        """Rows of a query on the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql, parameters or []).fetchall()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The default demo postings, built once for all processes that share the tests; these must not change them."""
    is_shared = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    project = Project((base.parent if is_shared else base) / "demo")
    project.folder.mkdir(exist_ok=True)
    with (project.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not project.marts.exists():
            project.script("generate_postings")
            project.dbt("build", write_json=True)
    return project


@pytest.fixture
def project(tmp_path):
    """An empty project for one test."""
    return Project(tmp_path)


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    """A connection to a warehouse that examples load into, one after another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TALENT_WAREHOUSE", str(tmp_path_factory.mktemp("examples") / "warehouse.duckdb"))
        with warehouse.open_warehouse() as connection:
            connection.execute(LOADED_FILES_DDL)
            yield connection
