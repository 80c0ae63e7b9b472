"""The published file: replaced as a whole, by good builds only, while readers hold it."""

import shutil
import subprocess
import sys

import duckdb
import pytest

from conftest import Project

READER = """
import sys, duckdb
path, stop = sys.argv[1:]
import pathlib, time
reads = 0
held = duckdb.connect(path, read_only=True)
while not pathlib.Path(stop).exists():
    held.execute("select count(*) from marts.fct_job_postings").fetchall()
    with duckdb.connect(path, read_only=True) as fresh:
        jobs, weeks = fresh.execute(
            "select (select count(*) from marts.fct_job_postings), (select sum(job_count) from marts.weekly_job_volume)"
        ).fetchall()[0]
        assert jobs == weeks, (jobs, weeks)
    reads += 1
print(reads)
"""


@pytest.fixture
def built(demo, tmp_path):
    """A copy of the demo project that a test may change."""
    project = Project(tmp_path)
    shutil.copy(demo.warehouse, project.warehouse)
    shutil.copy(demo.marts, project.marts)
    shutil.copytree(demo.folder / "target", project.folder / "target")
    return project


def tables(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return dict(
            connection.execute(
                "select table_name, estimated_size from duckdb_tables() where schema_name = 'marts'"
            ).fetchall()
        )


def test_the_file_holds_the_marts_and_their_documentation(demo):
    published = tables(demo.marts)
    assert dict(demo.query("select mart, row_count from marts.published_marts")) == published
    assert published["fct_job_postings"] > 1500
    with duckdb.connect(str(demo.marts), read_only=True) as connection:
        ((tags,),) = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where not internal"
        ).fetchall()
        assert tags.startswith("v1.2.0")
        ((undocumented,),) = connection.execute(
            "select (select count(*) from duckdb_tables() where comment is null) "
            "+ (select count(*) from duckdb_columns() where not internal and comment is null)"
        ).fetchall()
        assert undocumented == 0
        assert connection.execute("select count(*) from duckdb_views() where not internal").fetchall() == [(0,)]
    assert [path.name for path in demo.folder.glob(".talent*")] == []


def test_readers_and_builds_do_not_disturb_each_other(built, tmp_path):
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", READER, str(built.marts), str(stop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reader:
        for count in ("200", "300"):
            built.script("generate_postings", "--count", count)
            built.dbt("run")
        stop.touch()
        output, errors = reader.communicate()
    assert reader.returncode == 0, errors
    assert int(output) > 10
    assert 0 < tables(built.marts)["fct_job_postings"] <= 300


def test_a_failed_test_leaves_the_old_file(built):
    before = built.marts.read_bytes()
    built.script("generate_postings", "--count", "100")
    with duckdb.connect(str(built.warehouse)) as connection:
        # The same place twice: the ids are no longer unique.
        connection.execute("insert into raw.job_postings from raw.job_postings limit 1")
    finished = built.dbt("build", "--exclude-resource-type", "unit_test", check=False)
    assert finished.returncode == 1
    assert built.marts.read_bytes() == before
