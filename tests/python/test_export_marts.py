"""The exported files against the marts that they were made from."""

import csv
import json
import subprocess
import sys

import duckdb
import pytest

from made_marts import HOSTILE, weeks_of, write_marts
from talent_demand.export import export
from talent_demand.warehouse import BadInput


@pytest.fixture(scope="module")
def exported(demo, tmp_path_factory):
    """Folder with the demo marts as files."""
    folder = tmp_path_factory.mktemp("export")
    printed = demo.script("export_marts", "--out", folder).stdout
    assert "fct_job_postings" in printed
    return folder


def test_every_mart_is_there_as_parquet_and_csv(demo, exported):
    with duckdb.connect(str(demo.marts), read_only=True) as connection:
        marts = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        assert {path.name for path in exported.iterdir()} == {f"{m}.{s}" for m in marts for s in ("parquet", "csv")}
        for mart in marts:
            table, parquet = f"marts.{mart}", f"'{exported / mart}.parquet'"
            types = "select column_name, column_type from (describe from {})"
            assert (
                connection.execute(types.format(table)).fetchall()
                == connection.execute(types.format(parquet)).fetchall()
            )
            differing = f"(from {table} except all from {parquet}) union all (from {parquet} except all from {table})"
            assert connection.execute(differing).fetchall() == [], mart


def test_csv_reads_back_with_lists_as_json(demo, exported):
    with (exported / "fct_job_postings.csv").open(encoding="utf-8", newline="") as handle:
        rows = {row["posting_id"]: row for row in csv.DictReader(handle)}
    with duckdb.connect(str(demo.marts), read_only=True) as connection:
        postings = connection.execute("""
            select posting_id, title, company, week_start::varchar, extracted_skills, ai_relevance_score::varchar
            from marts.fct_job_postings
        """).fetchall()
    assert len(postings) == len(rows) > 1500
    for posting, title, company, week, skills, score in postings:
        row = rows[posting]
        assert (row["title"], row["company"], row["week_start"]) == (title, company or "", week)
        assert json.loads(row["extracted_skills"]) == skills and row["ai_relevance_score"] == score


def test_odd_names_survive_and_the_same_marts_give_the_same_bytes(project, tmp_path):
    source = write_marts(tmp_path / "odd's.duckdb", weeks_of((3, 1), (2, 0)), company=f'{HOSTILE}\n"quoted", ünïcode')
    folders = [tmp_path / "first's", tmp_path / "second"]
    for folder in folders:
        project.script("export_marts", "--marts", source, "--out", folder)
    files = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
    assert files[0] == files[1] and len(files[0]) > 10
    with (folders[0] / "fct_job_postings.csv").open(encoding="utf-8", newline="") as handle:
        assert {row["company"] for row in csv.DictReader(handle)} == {f'{HOSTILE}\n"quoted", ünïcode'}


def test_a_missing_file_ends_with_one_line(project):
    finished = project.script("export_marts", "--out", project.folder / "out", check=False)
    assert finished.returncode == 1
    assert finished.stderr.startswith("export_marts.py: ") and len(finished.stderr.strip().splitlines()) == 1
    assert not (project.folder / "out").exists()


def test_a_database_without_marts_is_no_export(project, tmp_path):
    duckdb.connect(str(tmp_path / "none.duckdb")).close()
    finished = project.script("export_marts", "--marts", tmp_path / "none.duckdb", "--out", tmp_path / "o", check=False)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.endswith("there are no finished marts to export, run `dbt build` first\n")
    assert not (tmp_path / "o").exists()


def test_no_cell_of_a_csv_file_is_a_formula(project, tmp_path):
    source = write_marts(tmp_path / "m.duckdb", weeks_of((3, 1), (2, 0)), company="=1+1")
    project.script("export_marts", "--marts", source, "--out", tmp_path / "out")
    with (tmp_path / "out" / "fct_job_postings.csv").open(encoding="utf-8", newline="") as handle:
        assert {row["company"] for row in csv.DictReader(handle)} == {"'=1+1"}
    parquet = f"select distinct company from '{tmp_path}/out/fct_job_postings.parquet'"
    assert duckdb.sql(parquet).fetchall() == [("=1+1",)]


class FullDisk:
    """A connection that writes some files and then no more."""

    def __init__(self, connection, files):
        self.connection, self.files = connection, files

    def execute(self, sql):
        self.files -= sql.startswith("copy")
        if self.files < 0:
            raise duckdb.IOException("No space left on device")
        return self.connection.execute(sql)


def test_an_export_that_fails_leaves_the_old_files(tmp_path):
    source = write_marts(tmp_path / "m.duckdb", weeks_of((3, 1), (2, 0)))
    folder = tmp_path / "out"
    with duckdb.connect(str(source)) as connection:
        tables = export(connection, folder)
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        connection.execute("delete from marts.fct_job_postings")
        (folder / ".left.csv.draft").touch()
        with pytest.raises(BadInput, match="cannot write to"):
            export(FullDisk(connection, len(tables)), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_a_link_leads_to_is_written(tmp_path):
    source = write_marts(tmp_path / "m.duckdb", weeks_of((3, 1), (2, 0)))
    (tmp_path / "there").mkdir()
    (tmp_path / "out").mkdir()
    link, real = tmp_path / "out" / "dim_skills.csv", tmp_path / "there" / "skills.csv"
    link.symlink_to(real)
    with duckdb.connect(str(source)) as connection:
        for _ in range(2):
            export(connection, tmp_path / "out")
            assert link.is_symlink() and real.read_text().startswith("skill,")
            assert [path.name for path in real.parent.iterdir()] == ["skills.csv"]


def test_a_file_that_another_program_has_is_told_in_a_line(project, tmp_path):
    source = write_marts(tmp_path / "m.duckdb", weeks_of((3, 1), (2, 0)))
    client = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", client, source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        finished = project.script("export_marts", "--marts", source, "--out", tmp_path / "out", check=False)
        process.stdin.close()
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"export_marts.py: cannot open {source}: another program (")
    assert finished.stderr.endswith(f", process {process.pid}) is using it\n")
