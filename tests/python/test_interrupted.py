"""Runs that are killed, that meet another run, or that find no room: nothing is lost, doubled or half done."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from dbt_common.exceptions import DbtRuntimeError

from conftest import DBT, PROJECT, Project
from talent_demand import dbt_plugin, warehouse

LOAD = (sys.executable, "scripts/load_postings.py")


def start(project, *command):
    """Start a command of the project, which minds signals as at a desk; its output is read line by line."""
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=PROJECT,
        env={**project.environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: [signal.signal(number, signal.SIG_DFL) for number in (signal.SIGHUP, signal.SIGINT)],
    )


def kill(process):
    """Kill a process as the system does when memory runs out; returns whether it was still running."""
    is_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return is_running


def hold(path):
    """Start a process that has a database open, and wait until it has."""
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    return process


def make_csv(path, rows, name="Cook"):
    """A file of different postings; returns its path."""
    with path.open("w") as handle:
        handle.write("title,company,url,date,description\n")
        handle.writelines(
            f"{name} {n},Acme,https://jobs.example/{name}/{n},2026-02-{n % 28 + 1:02},Python and {'word ' * 60}\n"
            for n in range(rows)
        )
    return path


def test_a_load_that_is_killed_leaves_all_or_nothing(project, tmp_path):
    path = make_csv(tmp_path / "jobs.csv", 150_000)
    rows = "select count(*), count(distinct source_row) from raw.job_postings"
    killed = 0
    for moment in (0.1, 0.4, 0.8):
        # From the moment on which the warehouse is there, so that a slow start does not matter.
        process = start(project, *LOAD, path)
        while not project.warehouse.exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(moment)
        killed += kill(process)
        with duckdb.connect(str(project.warehouse)) as connection:
            tables = connection.execute("select count(*) from duckdb_tables() where schema_name = 'raw'").fetchall()
            assert tables == [(0,)] or connection.execute(rows).fetchall() in ([(0, 0)], [(150_000, 150_000)])
    assert killed
    assert project.script("load_postings", path).returncode == 0
    assert project.query(rows) == [(150_000, 150_000)]
    assert project.query("select count(*) from raw.loaded_files") == [(1,)]


def marts(file):
    """Rows of all marts in a file, without the time at which a build noticed a change."""
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
        query = "select columns(lambda name: name <> 'changed_at') from marts."
        return {name: sorted(connection.execute(query + name).fetchall(), key=repr) for (name,) in tables}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_load_that_is_asked_to_end(project, tmp_path, number):
    path = make_csv(tmp_path / "jobs.csv", 150_000)
    process = start(project, *LOAD, path)
    while not project.warehouse.exists():
        time.sleep(0.01)
    process.send_signal(number)
    assert process.communicate() == ("", f"load_postings.py: stopped by {number.name}\n")
    assert process.returncode == 128 + number
    assert {left.name for left in tmp_path.iterdir()} <= {"jobs.csv", "warehouse.duckdb", "warehouse.duckdb.wal"}


def test_nohup_is_minded(project, tmp_path):
    path = make_csv(tmp_path / "jobs.csv", 50_000)
    process = start(project, "nohup", *LOAD, path)
    while not project.warehouse.exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGHUP)
    process.communicate()
    assert process.returncode == 0
    assert project.query("select count(*) from raw.job_postings") == [(50_000,)]


def test_a_build_that_is_asked_to_end(demo, project):
    shutil.copy(demo.warehouse, project.warehouse)
    for number, moment in (
        (signal.SIGTERM, "START python"),
        (signal.SIGHUP, "START sql table"),
        (signal.SIGINT, "START sql table"),
    ):
        process = start(
            project, DBT, "--no-use-colors", "run", "--full-refresh", "--select", "int_titles", "int_places"
        )
        while moment not in (line := process.stdout.readline()):
            assert line, process.communicate()
        process.send_signal(number)
        assert process.communicate()[1] == f"dbt: stopped by {number.name}\n"
        assert process.returncode == 128 + number
    project.script("generate_postings", "--append", "--count", 1)
    assert {left.name for left in project.folder.iterdir()} == {"warehouse.duckdb", "target", "logs"}


@pytest.mark.histories
def test_a_build_that_is_killed_is_carried_on(demo, tmp_path):
    project, clean = demo.copy_to(tmp_path / "killed"), Project(tmp_path)
    project.script("load_postings", make_csv(tmp_path / "new.csv", 50))
    shutil.copy(project.warehouse, clean.warehouse)
    before = marts(project.marts)
    passing = project.folder / "passing"
    passing.mkdir()
    project.environment["TMPDIR"] = str(passing)
    for last in (
        "START python incremental model intermediate.int_text_facts ",
        "OK created sql incremental model intermediate.int_observations ",
        "OK created sql table model marts.",
    ):
        process = start(project, DBT, "--no-use-colors", "build")
        while last not in (line := process.stdout.readline()):
            assert line, process.communicate()
        assert kill(process)
        assert marts(project.marts) == before
    project.dbt("build")
    assert not list(passing.iterdir())
    assert not list(project.folder.glob("*.tmp"))
    clean.dbt("run", "--full-refresh")
    after = marts(project.marts)
    assert after == marts(clean.warehouse)
    assert len(after["fct_posting_observations"]) == len(before["fct_posting_observations"]) + 50


def test_a_load_says_that_the_warehouse_is_in_use(project, tmp_path):
    path = make_csv(tmp_path / "jobs.csv", 1)
    holder = hold(project.warehouse)
    finished = project.script("load_postings", path, check=False)
    kill(holder)
    assert (finished.returncode, finished.stderr) == (
        1,
        f"load_postings.py: cannot open {project.warehouse}: another program "
        f"({Path(os.path.realpath(sys.executable)).name}, process {holder.pid}) is using it\n",
    )
    assert project.script("load_postings", path).returncode == 0


def test_a_build_waits_for_the_warehouse(project):
    holder = hold(project.warehouse)
    process = start(project, DBT, "--quiet", "run", "--select", "+stg_job_postings")
    waiting = process.stderr.readline()
    kill(holder)
    stdout, stderr = process.communicate()
    assert process.returncode == 0, stdout
    assert waiting.startswith(f"waiting for {project.warehouse}: another program (")
    assert stderr == ""


def test_a_wait_ends_and_is_not_begun_again(tmp_path, monkeypatch):
    path = tmp_path / "w.duckdb"
    duckdb.connect(str(path)).close()
    holder = hold(path)
    monkeypatch.setattr(dbt_plugin.time, "sleep", lambda seconds: None)
    plugin = dbt_plugin.Plugin("plugin", {"wait_seconds": 0.5})
    monkeypatch.setattr(dbt_plugin, "get_flags", lambda: SimpleNamespace(PROJECT_DIR=str(tmp_path)))
    monkeypatch.setenv("TALENT_WAREHOUSE", str(path))
    plugin.update_connection_config(SimpleNamespace(attach=[SimpleNamespace(path=None)]), {})
    took = []
    for _ in range(3):
        start = time.monotonic()
        with duckdb.connect() as connection, pytest.raises(DbtRuntimeError, match=f"process {holder.pid}"):
            plugin.configure_connection(connection)
        took.append(time.monotonic() - start)
    kill(holder)
    assert 0.5 <= took[0] < 5 and max(took[1:]) < 0.3


def test_what_was_spilled_by_a_killed_run_is_cleared(tmp_path, monkeypatch):
    path = tmp_path / "w.duckdb"
    monkeypatch.setenv("TALENT_WAREHOUSE", str(path))
    spilled = tmp_path / "w.duckdb.tmp"
    spilled.mkdir()
    (spilled / "duckdb_temp_storage_DEFAULT-0.tmp").touch()
    (spilled / "mine").touch()
    with warehouse.open_warehouse():
        pass
    assert [left.name for left in spilled.iterdir()] == ["mine"]


def test_a_build_that_cannot_open_the_warehouse_says_why(project):
    project.warehouse.write_text("no database")
    finished = project.run(DBT, "--no-use-colors", "run", check=False)
    assert finished.returncode != 0
    assert "is not a valid DuckDB database file" in finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr


def test_a_folder_that_cannot_be_written(project, tmp_path):
    path = make_csv(tmp_path / "jobs.csv", 1)
    # A file stands where a folder should be, and a folder where the file should be: no right of root's opens these.
    folder = tmp_path / "folder"
    folder.mkdir()
    for place in (path / "warehouse.duckdb", folder):
        project.environment["TALENT_WAREHOUSE"] = str(place)
        for script, *arguments in (("load_postings", path), ("generate_postings",)):
            finished = project.script(script, *arguments, check=False)
            assert (finished.returncode, finished.stderr.count("\n")) == (1, 1), finished.stderr


def test_a_full_disk(project, tmp_path):
    path = make_csv(tmp_path / "jobs.csv", 60_000)
    few = make_csv(tmp_path / "few.csv", 10, "Baker")
    project.script("load_postings", few)
    # A limit on the size of files stands in for the disk.
    limited = ("bash", "-c", 'ulimit -f 1000; exec "$@"', "-")
    finished = project.run(*limited, *LOAD, path, check=False)
    assert finished.returncode == 1, finished.stderr
    assert finished.stderr.count("\n") == 1, finished.stderr
    assert project.query("select count(*) from raw.job_postings") == [(10,)]
    project.script("load_postings", path)
    assert project.query("select count(*) from raw.job_postings") == [(60_010,)]


def test_a_build_without_enough_memory_says_what_helps(project):
    project.environment["TALENT_MEMORY"] = "3MB"
    finished = project.dbt("build", "--select", "role_words", check=False)
    assert finished.returncode != 0
    assert "DuckDB may use 3MB of memory: set TALENT_MEMORY to more" in finished.stdout
    assert "Traceback" not in finished.stdout


def test_a_limit_of_memory_that_is_none_is_told_in_a_line(project):
    project.environment["TALENT_MEMORY"] = "lots"
    finished = project.dbt("seed", "--select", "seniority_levels", check=False)
    assert finished.returncode == 2
    assert "TALENT_MEMORY is 'lots': Parser Error: Memory must have a number" in finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr
