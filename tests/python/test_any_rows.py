"""Whatever rows come in, each one is kept: written to a file and loaded, and read from the raw table by the models."""

import csv
import html
import json

import duckdb
import pyarrow as pa
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import PROJECT, Project
from talent_demand import warehouse
from talent_demand.places.model import SCHEMA
from talent_demand.readers import load as load_postings
from talent_demand.warehouse import BadInput

HEADER = "title,company,location,description,site,job_url,date_posted"
FIELDS = "title, company, location, description, source, url, posted_date"
REASONS = {"missing_title", "no_text_and_no_url", "implausible_date"}


def texts(alphabet):
    return st.text(alphabet, max_size=12)


any_text = st.one_of(texts(st.characters(codec="utf-8", exclude_characters="\0")), texts('a,;\t|"\\\n\r é'))
# A row without a source gets its url's host, so each has one.
any_row = st.tuples(any_text, any_text | st.just("↳"), any_text, any_text, any_text.filter(bool), any_text, any_text)
any_rows = st.lists(any_row, min_size=1, max_size=8)


def loaded_rows(connection, path):
    """Rows of raw.job_postings after a file was loaded into the empty table, or the reason why it was refused."""
    options = load_postings.command_line().parse_args([str(path)])
    connection.execute("delete from raw.job_postings; delete from raw.loaded_files")
    try:
        list(load_postings.Load(connection, options).file(path))
    except BadInput as error:
        return str(error)
    rows = connection.execute(f"select {FIELDS}, source_row from raw.job_postings order by rowid").fetchall()
    assert [row[-1] for row in rows] == list(range(1, len(rows) + 1))
    return [row[:-1] for row in rows]


def as_loaded(row):
    """What a row becomes: nothing where a cell is empty; names without the entities that a web page left in them."""
    names = [html.unescape(text) if "&" in text and ";" in text else text for text in row[:3]]
    return tuple(text or None for text in (*names, *row[3:]))


def with_employers(rows):
    """Rows in which an arrow in the place of an employer stands for the one above."""
    above = None
    for title, company, *rest in rows:
        above = above if company.strip() == "↳" else company
        yield (title, above or "", *rest)


written = {
    "plain": {},
    "all quoted": {"quoting": csv.QUOTE_ALL},
    "semicolons": {"delimiter": ";"},
    "tabs": {"delimiter": "\t"},
}


@settings(max_examples=150, deadline=None)
@given(rows=any_rows, form=st.sampled_from(list(written)), ending=st.sampled_from(["", "short\n"]))
def test_any_rows_written_as_csv_are_the_rows_loaded(connection, tmp_path_factory, rows, form, ending):
    path = tmp_path_factory.mktemp("any") / "jobs.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, **written[form])
        writer.writerow(HEADER.split(","))
        writer.writerows(rows)
        # A row with too few fields leaves the rest of the file to the slower reader.
        handle.write(ending)
    want = list(map(as_loaded, with_employers(rows))) + [("short",) + (None,) * 6] * bool(ending)
    assert loaded_rows(connection, path) == want


@settings(max_examples=60, deadline=None)
@given(rows=any_rows, is_array=st.booleans())
def test_any_rows_written_as_json_are_the_rows_loaded(connection, tmp_path_factory, rows, is_array):
    path = tmp_path_factory.mktemp("any") / "jobs.jsonl"
    records = [dict(zip(HEADER.split(","), row, strict=True)) for row in rows]
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text(json.dumps(records) if is_array else lines, encoding="utf-8")
    assert loaded_rows(connection, path) == list(map(as_loaded, rows))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The statements of the models that read raw rows, and a connection in which they can run."""
    return compiled(Project(tmp_path_factory.mktemp("models")))


def compiled(project, *options):
    """Compile the models that read raw rows: a connection with all of them as views, and the statement of the last."""
    spelled = ["int_posted_dates", "int_titles", "int_employers"]
    names = ["stg_raw_postings", "stg_job_postings", *spelled, "int_observations"]
    project.dbt("compile", "--select", *names, *options)
    folder = project.folder / "target" / "compiled" / "talent_demand" / "models"
    connection = duckdb.connect()
    connection.execute(f"attach ':memory:' as {warehouse.DATABASE}; use {warehouse.DATABASE}")
    connection.execute("".join(f"create schema {schema};" for schema in ("raw", "staging", "intermediate", "seeds")))
    connection.execute(warehouse.RAW_DDL)
    for seed in (PROJECT / "seeds").glob("*.csv"):
        connection.execute(f"create table seeds.{seed.stem} as from read_csv('{seed}', all_varchar = true)")
    # Places are read by Python, which test_places tries.
    connection.register("places", SCHEMA.empty_table())
    connection.execute("create table intermediate.int_places as from places")
    for schema, names in (("staging", ["stg_raw_postings", "stg_job_postings"]), ("intermediate", spelled)):
        for name in names:
            statement = (folder / schema / f"{name}.sql").read_text()
            connection.execute(f"create view {schema}.{name} as {statement}")
    return connection, (folder / "intermediate" / "int_observations.sql").read_text()


HOSTILE = ["it's", "c++", "(", "[a", "a|b", "\\\\", "x{2}", "$", ".*"]


def test_words_of_settings_are_taken_literally(tmp_path):
    variables = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    lists = [name for name, words in variables.items() if isinstance(words, list) and isinstance(words[0], str)]
    # Placeholders are expressions and no words.
    no_words = {"taxonomy_editions", "text_placeholders"}
    changed = {name: [*variables[name], *HOSTILE] for name in lists if name not in no_words}
    changed["month_names"] = [[*names, f"{number}it's"] for number, names in enumerate(variables["month_names"])]
    changed["relative_date_units"] = variables["relative_date_units"] | {1: ["d+", "day's"]}
    changed["employer_form_words"] = []
    connection, statement = compiled(Project(tmp_path), "--vars", json.dumps(changed))
    cells = [(word, "Cook", "5 day's ago") for word in HOSTILE] + [("ccc", "axb", "5 ddd ago"), ("Acme Ltd", "xx", "x")]
    connection.register(
        "cells", pa.table([list(column) for column in zip(*cells, strict=True)], ["company", "title", "posted_date"])
    )
    connection.execute(
        "insert into raw.job_postings by name select *, row_number() over () as source_row, 'u' as url, "
        "timestamp '2026-03-01' as loaded_at, 'file' as source_file from cells"
    )
    rows = connection.execute(
        f"select company, title, posted_date::varchar from ({statement}) order by source_row"
    ).fetchall()
    # What stands for nothing is nothing, and nothing else is; "5 ddd ago" says no day, so the row is seen on its own.
    assert rows == [(None, "Cook", "2026-02-24")] * len(HOSTILE) + [
        ("ccc", "axb", "2026-03-01"),
        ("Acme Ltd", "xx", "2026-03-01"),
    ]
    assert connection.execute(
        "select employer_key from intermediate.int_employers where company = 'Acme Ltd'"
    ).fetchall() == [("acmeltd",)]


def test_editions_and_holidays_are_taken_literally(tmp_path):
    edition = "it's 100%, a|b"
    changed = {"taxonomy_editions": [edition, 2026, "%"], "collection_holidays": ["12-25", "new year's"]}
    project = Project(tmp_path)
    project.dbt(
        "compile", "--select", "int_spellings", "dim_skills", "int_collection_levels", "--vars", json.dumps(changed)
    )
    sql = {path.stem: path.read_text() for path in (tmp_path / "target" / "compiled").rglob("*.sql")}
    assert len(duckdb.extract_statements(sql["int_collection_levels"])) == 1
    connection = duckdb.connect()
    connection.execute(f"attach ':memory:' as {warehouse.DATABASE}; use {warehouse.DATABASE}; create schema seeds")
    for seed in ("ai_skills", "skill_spellings"):
        path = PROJECT / "seeds" / f"{seed}.csv"
        connection.execute(f"create table seeds.{seed} as from read_csv('{path}', all_varchar = true)")
    connection.execute("update seeds.ai_skills set edition = $1 where skill = 'python'", [edition])
    asked = connection.execute(f"select skill, edition from ({sql['dim_skills']}) where edition <> '2026'").fetchall()
    assert asked == [("python", edition)]
    spelled = connection.execute(
        f"select distinct skill from ({sql['int_spellings']}) semi join seeds.ai_skills as skills "
        "using (skill) where skill not in (select skill from seeds.ai_skills where edition = '2026')"
    ).fetchall()
    assert spelled == [("python",)]


# Texts that come near to dates, so that the rules for them are tried and not only their end.
date_parts = st.sampled_from(
    "0 1 2 5 12 13 28 29 30 31 45 99 100 1900 1999 2000 2024 2026 9999 20240230 1712346159 99999 9999999999999999999 "
    "1e9 1e308 -1 + . , - / : T Z T10:00 feb Mar märz december of days ago years geleden yesterday nan month h".split()
)
near_dates = st.lists(date_parts, max_size=6).map("".join) | st.lists(date_parts, max_size=6).map(" ".join)
raw_text = st.none() | any_text
raw_row = st.tuples(*[raw_text] * 6, st.none() | near_dates | any_text)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
@given(rows=st.lists(raw_row, min_size=1, max_size=100), seen=st.dates().map(str) | st.none())
def test_any_raw_row_is_an_observation_or_rejected_for_a_known_reason(models, rows, seen):
    connection, statement = models
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    given_rows = pa.table([*columns, pa.array(range(len(rows)))], [*FIELDS.split(", "), "source_row"])
    connection.register("given_rows", given_rows)
    connection.execute("delete from raw.job_postings")
    connection.execute(
        "insert into raw.job_postings by name select *, ?::timestamp as scraped_at, "
        "timestamp '2026-03-01' as loaded_at, 'file ' || source_row % 3 as source_file from given_rows",
        [seen],
    )
    observations = connection.execute(
        f"select source_row, rejection_reason, posted_date::varchar, title from ({statement})"
    ).fetchall()
    assert sorted(row for row, *_ in observations) == list(range(len(rows)))
    for row, reason, posted_date, title in observations:
        if reason is None:
            assert title and rows[row][0]
            assert "2000-01-01" <= posted_date <= "2026-03-02"
        else:
            assert reason in REASONS
