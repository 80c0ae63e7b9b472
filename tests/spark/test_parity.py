"""The same postings, built by DuckDB and by Spark: the same marts, row for row."""

from contextlib import contextmanager

import duckdb

from conftest import SPARK_DBT


def test_every_mart_is_equal_row_for_row(built):
    differences, rows = built.differences()
    assert not differences
    assert rows > 10_000


@contextmanager
def other_rows(built, table, rows):
    """A table of Spark's with other rows than it was built with: what is selected from its ``rows``."""
    folder = built.folder / "spark" / "warehouse" / table
    kept = {path: path.read_bytes() for path in folder.iterdir()}
    try:
        for file in folder.glob("*.parquet"):
            duckdb.sql(f"copy (select {rows.format(rows=repr(str(file)))}) to '{file}.other' (format parquet)")
            (folder / f"{file.name}.other").replace(file)
            (folder / f".{file.name}.crc").unlink()
        yield
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


def test_a_difference_would_be_seen(built):
    with other_rows(built, "marts.db/dim_skills", "* replace (not is_core_ai as is_core_ai) from {rows}"):
        assert set(built.differences()[0]) == {"dim_skills"}


def test_the_same_tests_ran_on_both_engines(built):
    assert built.tests["duckdb"] == built.tests["spark"]
    assert len(built.tests["spark"]) > 40
    assert set(built.tests["spark"].values()) == {"pass"}


def test_a_null_where_none_may_be_stops_the_build(built):
    with other_rows(built, "seeds.db/ai_skills", "* from {rows} where skill <> 'python'"):
        build = built.start(SPARK_DBT, "--no-use-colors", "run", "--target", "spark", "--select", "fct_posting_skills")
        output, _ = build.communicate()
    assert "A null in a column that may hold none" in output and "python" in output, output
    assert build.returncode == 1


def test_a_later_build_adds_to_the_log_of_changes(built):
    log = f"'{built.folder}/spark/warehouse/marts.db/weekly_changes/*.parquet'"
    before = duckdb.sql(f"select measure, count(*) from {log} group by all").fetchall()
    # With another rule, fewer postings count as AI.
    models = ["int_ai_involvement", "fct_job_postings", "weekly_job_volume", "weekly_changes"]
    rule = ["--vars", "{ai_hurdle_least: 1000, ai_hurdle_most: 1000}"]
    built.run(SPARK_DBT, "--no-use-colors", "run", "--target", "spark", "--select", *models, *rule)
    after = duckdb.sql(f"select measure, count(*) from {log} group by all").fetchall()
    assert dict(after)["job_count"] == dict(before)["job_count"]
    added = dict(after)["ai_job_count"] - dict(before)["ai_job_count"]
    fewer = duckdb.sql(f"select count(*) from {log} where old_value > new_value").fetchall()[0][0]
    assert added == fewer > 0
