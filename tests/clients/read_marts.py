"""Reads the published marts with one client until a file appears; run by the client's own Python.

read_marts.py CLIENT MARTS STOP: prints one line of what the client sees, then one whenever the number of postings
changes, then how often it read. Every read opens the file anew, as a tool does when somebody refreshes a page.
"""

import asyncio
import re
import subprocess
import sys
import time
from pathlib import Path

# What tells how to connect.
MARTS = Path(__file__).resolve().parents[2] / "docs" / "marts.md"
# The number of postings from two marts, which must come from the same build.
QUERY = """
select (select count(*) from marts.fct_job_postings)::integer as jobs,
    (select sum(job_count) from marts.weekly_job_volume)::integer as weeks
"""


def with_duckdb(path):
    """DuckDB's Python package: counts, a list, a decimal, comments on tables and columns."""
    import duckdb

    with duckdb.connect(path, read_only=True) as connection:
        ask = connection.execute
        skills, score = ask(
            "select extracted_skills, ai_relevance_score from marts.fct_job_postings where skill_count > 1 limit 1"
        ).fetchall()[0]
        assert skills == sorted(skills) and 0 <= score <= 1
        ((bare,),) = ask(
            "select count(*) from duckdb_columns() where schema_name = 'marts' and comment is null"
        ).fetchall()
        assert bare == 0
        return ask(QUERY).fetchall()[0]


def with_pandas(path):
    """Data frames."""
    import duckdb

    with duckdb.connect(path, read_only=True) as connection:
        postings = connection.sql("select * from marts.fct_job_postings").df()
        weeks = connection.sql("select * from marts.weekly_job_volume").df()
    assert str(weeks["week_start"].dtype).startswith("datetime64")
    assert postings["extracted_skills"].map(len).equals(postings["skill_count"].astype("int64"))
    return len(postings), int(weeks["job_count"].sum())


def with_sqlalchemy(path):
    """SQLAlchemy as Superset uses it: tables, columns and comments by reflection; nothing can be written."""
    import sqlalchemy
    from sqlalchemy.pool import NullPool

    told = re.search(r"SQLAlchemy URI `([^`]+)`", MARTS.read_text(encoding="utf-8"))[1]
    engine = sqlalchemy.create_engine(told.replace("/path/talent.duckdb", path), poolclass=NullPool)
    inspector = sqlalchemy.inspect(engine)
    assert "weekly_job_volume" in inspector.get_table_names(schema="marts")
    columns = {column["name"]: column for column in inspector.get_columns("weekly_job_volume", schema="marts")}
    assert str(columns["week_start"]["type"]) == "DATE" and columns["week_start"]["comment"]
    with engine.connect() as connection:
        ((jobs, weeks),) = connection.exec_driver_sql(QUERY).fetchall()
        try:
            connection.exec_driver_sql("create table marts.mine (i int)")
        except sqlalchemy.exc.DBAPIError:
            return jobs, weeks
    raise AssertionError("the file can be written")


def with_cli(path):
    """The command line program."""
    command = [Path(sys.executable).with_name("duckdb"), "-readonly", "-csv", "-noheader", path, QUERY]
    finished = subprocess.run(command, check=True, capture_output=True, text=True)
    return tuple(int(number) for number in finished.stdout.split(","))


def with_harlequin(path):
    """The terminal IDE: a query typed into its editor and run by its keys."""
    from harlequin import Harlequin
    from harlequin_duckdb import DuckDbAdapter
    from textual.coordinate import Coordinate

    async def typed():
        app = Harlequin(DuckDbAdapter(conn_str=(path,), read_only=True))
        async with app.run_test(size=(120, 36)) as pilot:
            while app.editor is None:
                await pilot.pause(0.1)
            app.editor.text = QUERY
            await pilot.press("ctrl+j")
            while not (table := app.results_viewer.get_visible_table()) or not table.row_count:
                await pilot.pause(0.1)
            return tuple(table.get_cell_at(Coordinate(0, column)) for column in range(2))

    return asyncio.run(asyncio.wait_for(typed(), 60))


def main():
    """Read, compare, tell."""
    client, path, stop = sys.argv[1:]
    seen, reads = None, 0
    while not reads or not Path(stop).exists():
        jobs, weeks = globals()[f"with_{client}"](path)
        assert jobs == weeks, (jobs, weeks)
        reads += 1
        if jobs != seen:
            seen = jobs
            print(jobs, flush=True)
        # So that all clients together leave the build some of two cores.
        time.sleep(1)
    print("reads", reads)


if __name__ == "__main__":
    main()
