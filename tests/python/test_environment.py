"""Commands work on this project whatever the shell is set up for."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from conftest import PROJECT, copy_of_project, read_seed
from talent_demand import export


@pytest.fixture
def foreign(tmp_path):
    """The environment of a shell set up for another project."""
    (tmp_path / "profiles.yml").write_text("other: {target: dev, outputs: {dev: {type: duckdb, path: x.duckdb}}}\n")
    package = tmp_path / "code" / "talent_demand"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('the code of another clone')\n")
    return {
        **os.environ,
        "DBT_PROFILES_DIR": str(tmp_path),
        "DBT_PROJECT_DIR": str(tmp_path),
        "DBT_PROFILE": "other",
        "DBT_TARGET": "dev",
        "PYTHONPATH": str(package.parent),
        "VIRTUAL_ENV": str(tmp_path),
        "TALENT_WAREHOUSE": str(tmp_path / "warehouse.duckdb"),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }


def run(environment, *command):
    """Run a command; returns what it printed."""
    finished = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_make(foreign):
    told = run(foreign, "make", "--eval", "told: ; @env", "told").splitlines()
    names = {"DBT_PROFILES_DIR", "DBT_PROJECT_DIR", "DBT_PROFILE", "DBT_TARGET", "PYTHONPATH", "VIRTUAL_ENV"}
    assert dict(line.split("=", 1) for line in told if line.split("=")[0] in names) == {
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_PROJECT_DIR": str(PROJECT),
    }


def test_scripts(foreign):
    assert "usage: load_postings.py" in run(foreign, sys.executable, "scripts/load_postings.py", "--help")


def test_an_export_goes_to_the_project_from_any_folder(demo, tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(export, "export", lambda connection, folder: written.append(folder) or ["a"])
    monkeypatch.setattr(sys, "argv", ["export_marts.py", "--marts", str(demo.marts)])
    monkeypatch.chdir(tmp_path)
    export.main()
    assert written == [PROJECT / "data" / "export"]


@pytest.mark.parametrize("place", ["elsewhere", "a folder of the project"])
def test_dbt_finds_profile_and_warehouse_from_other_folders(foreign, tmp_path, place):
    # The warehouse's setting is relative to a project of which this is a copy.
    for name in ("DBT_PROFILES_DIR", "DBT_PROJECT_DIR", "DBT_PROFILE", "DBT_TARGET"):
        del foreign[name]
    foreign["TALENT_WAREHOUSE"] = "data/w.duckdb"
    copy = tmp_path / "it's [a] copy"
    copy_of_project(copy, models=False)
    folder = tmp_path / "elsewhere" if place == "elsewhere" else copy / "models" / "marts"
    folder.mkdir(exist_ok=True)
    before = sorted(folder.iterdir())
    option = ["--project-dir", os.path.relpath(copy, folder)] if place == "elsewhere" else []
    dbt = Path(sys.executable).with_name("dbt")
    finished = subprocess.run(
        [dbt, "--quiet", "seed", "--select", "boards", *option], cwd=folder, env=foreign, check=False
    )
    assert finished.returncode == 0
    assert sorted(folder.iterdir()) == before
    with duckdb.connect(str(copy / "data" / "w.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from seeds.boards").fetchall() == [(len(read_seed("boards")),)]
