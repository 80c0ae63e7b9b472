"""The published marts in clients that people use, each with its own DuckDB, while builds replace the file.

Every environment is made anew from the package index; so this is not part of the tests that need nothing else.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from read_marts import MARTS

from conftest import Project

SUPERSET = re.search(r"`pip install ([^`]+)` where Superset runs", MARTS.read_text(encoding="utf-8"))[1].split()
# What BI tools ship in November 2026; DuckDB 2 is the project's own.
ENVIRONMENTS = {
    "duckdb 1.4": ["duckdb==1.4.4", "duckdb-engine==0.17.0", "sqlalchemy==2.0.44", "pandas==3.1.1"],
    "duckdb 1.4, Superset's SQLAlchemy": [*SUPERSET, "sqlalchemy==1.4.54"],
    # Newer versions of SQLAlchemy read a table of the catalogue that DuckDB 1.4 does not have.
    "duckdb 1.5, duckdb-engine": ["duckdb==1.5.6", "duckdb-engine==0.17.0", "sqlalchemy==2.0.54"],
    "duckdb 1.5": [
        "duckdb==1.5.6",
        "duckdb-cli==1.5.6",
        "duckdb-sqlalchemy==1.5.6.5",
        "sqlalchemy==2.1.9",
        "harlequin==2.17.0",
        "pandas==3.1.1",
    ],
}
CLIENTS = [
    ("duckdb 1.4", "duckdb"),
    ("duckdb 1.4", "pandas"),
    ("duckdb 1.4", "sqlalchemy"),
    ("duckdb 1.4, Superset's SQLAlchemy", "sqlalchemy"),
    ("duckdb 1.5, duckdb-engine", "sqlalchemy"),
    ("duckdb 1.5", "duckdb"),
    ("duckdb 1.5", "pandas"),
    ("duckdb 1.5", "sqlalchemy"),
    ("duckdb 1.5", "cli"),
    ("duckdb 1.5", "harlequin"),
]
READER = Path(__file__).with_name("read_marts.py")


@pytest.fixture(scope="module")
def pythons(tmp_path_factory):
    """The Python of each environment."""
    made = {}
    for i, (name, packages) in enumerate(ENVIRONMENTS.items()):
        folder = tmp_path_factory.mktemp("clients") / str(i)
        made[name] = folder / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([made[name], "-m", "pip", "install", "--quiet", *packages], check=True)
    return made


@pytest.fixture(scope="module")
def reads(pythons, tmp_path_factory):
    """What each client did during a build, (exit code, lines, errors), and the postings before and after it."""
    folder = tmp_path_factory.mktemp("marts")
    project, stop = Project(folder), folder / "stop"

    def build(count):
        project.script("generate_postings", "--count", str(count))
        project.dbt("build", "--exclude-resource-type", "unit_test")
        return project.query("select count(*) from marts.fct_job_postings")[0][0]

    counts = [build(400)]
    readers = {}
    for environment, client in CLIENTS:
        home = folder / f"home {len(readers)}"
        home.mkdir()
        readers[environment, client] = subprocess.Popen(
            [pythons[environment], READER, client, project.marts, stop],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm-256color"},
        )
    try:
        started = {key: reader.stdout.readline() for key, reader in readers.items()}
        counts.append(build(300))
        last = {key: reader.stdout.readline() for key, reader in readers.items()}
    finally:
        stop.touch()
        outputs = {key: reader.communicate() for key, reader in readers.items()}
    lines = {key: (started[key] + last[key] + outputs[key][0]).splitlines() for key in readers}
    return {key: (readers[key].returncode, lines[key], outputs[key][1]) for key in readers}, counts


@pytest.mark.parametrize(("environment", "client"), CLIENTS)
def test_client_reads_while_a_build_replaces_the_marts(environment, client, reads):
    """Each client works, and sees the marts before and after a build, never an error or a mixture."""
    clients, counts = reads
    code, lines, errors = clients[environment, client]
    assert code == 0, errors
    *seen, told = lines
    assert [int(line) for line in seen] == counts and counts[0] > counts[1] > 0
    assert int(told.removeprefix("reads ")) > 1
