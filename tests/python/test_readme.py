"""What README.md and docs/ tell a reader to type does what they say."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from conftest import PROJECT

PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]
# What begins so takes a network, minutes or an environment of its own, or is run elsewhere.
ELSEWHERE = {
    "make ": "the targets themselves",
    "dbt test --select test_type:unit": "test_project.py",
    ".venv-metrics/bin/mf": "test_metrics.py",
    ".venv-spark/bin/dbt": "tests/spark/conftest.py",
}
BIN = Path(sys.executable).parent


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(page):
    return [line.split("#")[0].strip() for block in blocks(page, "sh") for line in block.splitlines()]


@pytest.fixture(scope="module")
def newcomer(demo, tmp_path_factory):
    """A folder with files to load, and the project built on the demo postings."""
    folder = tmp_path_factory.mktemp("newcomer")
    project = demo.copy_to(folder / "data")
    project.environment |= {
        "TALENT_RAW": str(folder / "raw"),
        # What test_project.py and the build of the demo tell.
        "DBT_EXCLUDE_RESOURCE_TYPES": "unit_test test",
        # As `source .venv/bin/activate` does.
        "PATH": f"{BIN}:{os.environ['PATH']}",
    }
    (folder / "scripts").symlink_to(PROJECT / "scripts")
    (folder / "my_scrape.csv").write_text(
        "title,company,description,url,date\n"
        "Senior Data Scientist,Acme,You train models with Python and PyTorch.,https://example.com/1,2026-03-02\n"
    )
    (folder / "more_scrapes").mkdir()
    (folder / "more_scrapes" / "b.json").write_text(
        '[{"title": "Chef", "company": "Bistro", "description": "You cook.", "url": "https://example.com/2"}]'
    )
    return folder, project


def run(newcomer, command):
    folder, project = newcomer
    if command.startswith("dbt "):
        return project.dbt(*shlex.split(command, comments=True)[1:], check=False)
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=project.environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_do_what_they_say(newcomer, page):
    for line in "".join(blocks(page, "sh")).splitlines():
        command = line.removeprefix(".venv/bin/")
        if command and not line.startswith(tuple(ELSEWHERE)) and line != "source .venv/bin/activate":
            # Charts go beside the project that is installed unless they are told otherwise.
            finished = run(newcomer, command.replace("plot_marts.py", 'plot_marts.py --out "$PWD/data/charts"'))
            assert finished.returncode == 0, f"{line}\n{finished.stdout[-2000:]}\n{finished.stderr[-2000:]}"


def test_packages_are_installed_as_is_told():
    makefile = (PROJECT / "Makefile").read_text()
    for page in PAGES:
        for packages in re.findall(r"`pip install ([^`]+)`", page.read_text(encoding="utf-8")):
            # Those of clients are installed by test_clients.py.
            assert packages in makefile or page.name == "marts.md", packages


def test_checks_at_each_commit(tmp_path):
    (command,) = re.findall(r"`(\.venv/bin/pre-commit [^`]+)`", (PROJECT / "CONTRIBUTING.md").read_text())
    shutil.copy(PROJECT / ".pre-commit-config.yaml", tmp_path)
    (tmp_path / ".venv").symlink_to(BIN.parent)
    (tmp_path / "ugly.py").write_text("import os\nnumbers = [1,2]\n")
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home"), "GIT_CONFIG_GLOBAL": os.devnull}
    commit = "git add -A .pre-commit-config.yaml ugly.py && git -c user.name=a -c user.email=a@b.example commit -qm a"

    def run(line):
        return subprocess.run(
            line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    installed = run(f"git init -q && {command}")
    assert installed.returncode == 0, installed.stderr
    assert run(commit).returncode == 1
    assert (tmp_path / "ugly.py").read_text() == "numbers = [1, 2]\n"
    assert run(commit).returncode == 0


def test_targets_are_there():
    makefile = (PROJECT / "Makefile").read_text()
    made = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        named = {line.split()[1] for line in commands(page) if line.startswith("make ")}
        named |= set(re.findall(r"`make ([a-z][a-z-]*)`", text))
        assert {name for name in named if "/" not in name} <= made, page.name
    # Two commands are enough, and CI makes what a newcomer makes first.
    assert "make build" in (PROJECT / ".ci" / "run").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_queries_are_answered(demo, page):
    with duckdb.connect(str(demo.marts), read_only=True) as connection:
        for query in blocks(page, "sql"):
            assert connection.execute(query).fetchall(), query


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert "://" in link or (page.parent / link).exists(), link


def test_every_mart_is_told_of(demo):
    told = (PROJECT / "docs" / "marts.md").read_text()
    for (mart,) in demo.query("select table_name from duckdb_tables() where schema_name = 'marts'"):
        assert f"`{mart}`" in told, mart
