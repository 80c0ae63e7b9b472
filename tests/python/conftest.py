import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from talent_demand import warehouse
from talent_demand.readers.load import LOADED_FILES_DDL

PROJECT = Path(__file__).resolve().parents[2]


def read_seed(name):
    """Rows of a seed as dicts of text."""
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


class Project:
    """The project on a warehouse of its own: scripts and dbt run as a user runs them, in processes of their own."""

    parsed = None

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

    def run(self, *command, check=True):
        """Run a command in the project's folder; returns the finished process with its output as text."""
        finished = subprocess.run(
            [str(part) for part in command],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and finished.returncode:
            raise AssertionError(f"{command} ended with {finished.returncode}\n{finished.stdout}\n{finished.stderr}")
        return finished

    def script(self, name, *arguments, check=True):
        """Run one of the project's scripts."""
        return self.run(sys.executable, f"scripts/{name}.py", *arguments, check=check)

    def dbt(self, *arguments, check=True):
        """Run dbt; what an earlier run, for any test, kept of its reading of the project spares this one the same."""
        parsed = self.folder / "target" / "partial_parse.msgpack"
        if Project.parsed and not parsed.exists():
            parsed.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Project.parsed, parsed)
        finished = self.run(Path(sys.executable).with_name("dbt"), "--no-use-colors", *arguments, check=check)
        if not Project.parsed and parsed.exists() and "--vars" not in arguments:
            Project.parsed = parsed
        return finished

    def query(self, sql, parameters=None):
        """Rows of a query on the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql, parameters or []).fetchall()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The project built once on the default demo postings; tests must not change it."""
    project = Project(tmp_path_factory.mktemp("demo"))
    project.script("generate_postings")
    project.dbt("build")
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
