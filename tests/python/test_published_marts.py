"""The published file: replaced as a whole, by good builds only, while readers hold it."""

import shutil
import subprocess
import sys

import duckdb
import pytest

from conftest import Project

# Reads until a file appears; prints the numbers of postings that it sees in turn, and at last how often it read. "held"
# keeps one connection; "fresh" opens the file anew each time, in a process of its own: one process shares an open file.
READER = """
import sys, pathlib, duckdb
kind, path, stop = sys.argv[1:]
held = duckdb.connect(path, read_only=True) if kind == "held" else None
seen, reads = [], 0
while not pathlib.Path(stop).exists():
    connection = held or duckdb.connect(path, read_only=True)
    jobs, weeks = connection.execute(
        "select (select count(*) from marts.fct_job_postings), (select sum(job_count) from marts.weekly_job_volume)"
    ).fetchall()[0]
    assert jobs == weeks, (jobs, weeks)
    if seen[-1:] != [jobs]:
        seen.append(jobs)
        print(jobs, flush=True)
    if not held:
        connection.close()
    reads += 1
print("reads", reads)
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
    counts = [tables(built.marts)["fct_job_postings"]]
    readers = {
        kind: subprocess.Popen(
            [sys.executable, "-c", READER, kind, str(built.marts), str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for kind in ("held", "fresh")
    }
    started = [reader.stdout.readline() for reader in readers.values()]
    before = built.marts.read_bytes()
    old = built.marts.open("rb")
    try:
        for count in ("200", "300"):
            built.script("generate_postings", "--count", count)
            built.dbt("run")
            counts.append(tables(built.marts)["fct_job_postings"])
        # The last build is to be seen too.
        told = [readers["fresh"].stdout.readline() for _ in counts[1:]]
    finally:
        stop.touch()
        rest = {kind: reader.communicate() for kind, reader in readers.items()}
    with old:
        # The old file is whole for whoever holds it: the new one took its name, and was not written into it.
        assert old.read() == before != built.marts.read_bytes()
    assert [reader.returncode for reader in readers.values()] == [0, 0], rest
    assert [int(line) for line in started] == [counts[0], counts[0]]
    assert [int(line) for line in told] == counts[1:] and counts[0] > counts[2] > counts[1] > 0
    for output, _ in rest.values():
        (word, reads) = output.split()
        assert word == "reads" and int(reads) > 10


def test_a_failed_test_leaves_the_old_file(built):
    before = built.marts.read_bytes()
    built.script("generate_postings", "--count", "100")
    with duckdb.connect(str(built.warehouse)) as connection:
        # The same place twice: the ids are no longer unique.
        connection.execute("insert into raw.job_postings from raw.job_postings limit 1")
    finished = built.dbt("build", "--exclude-resource-type", "unit_test", check=False)
    assert finished.returncode == 1
    assert built.marts.read_bytes() == before
