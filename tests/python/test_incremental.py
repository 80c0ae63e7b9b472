"""Builds that keep rows: after any order of loads the marts are those of a build from nothing."""

import json
import os
import random
import shutil
from datetime import date, datetime, timedelta

import duckdb
import pytest

from conftest import DBT, UNTESTED, Project, copy_of_project
from talent_demand import warehouse

MARTS = [
    "fct_job_postings",
    "fct_posting_skills",
    "fct_posting_observations",
    "rejected_postings",
    "weekly_job_volume",
    "weekly_skills",
    "weekly_top_skills",
    "weekly_seniority",
    "collection_spells",
]
# Few days are enough for a repost.
VARIABLES = ("--vars", "{repost_window_days: 10}")
RUN = ("run", *VARIABLES, "--select", *(f"+{name}" for name in MARTS))
# To the kept table; what it says of a row must not depend on when it came.
READ = ("run", *VARIABLES, "--select", "+int_observations")
BUILD = ("build", *VARIABLES, *UNTESTED)
VOLUME = "select week_start, job_count, ai_job_count from marts.weekly_job_volume"
HISTORIES = int(os.environ.get("HISTORIES", "1"))

# Few of each, so that every new row touches old urls, keys, roles and texts.
TITLES = ["Data Scientist", "data  scientist", "Senior Data Scientist", "ML Engineer", "Cook", None]
# The first load does not know that Beta Software is Beta.
COMPANIES = ["Acme", "ACME Inc.", "Beta Software", None, "Beta", "Beta GmbH"]
PLACES = ["Amsterdam, NH, NL", "Amsterdam", "Amsterdam Zuid", "Utrecht", "NL", None]
WORDS = (
    "we build a warm and open place for data people in every part of town with python sql and pytorch models for large "
    "language models and more things to do today"
).split()
SOURCES = ["a", "b"]
COLUMNS = (
    "title, company, location, description, source, url, posted_date, scraped_at, loaded_at, source_file, source_row"
)


def texts(chance):
    """A text, one that differs in a word, or none."""
    text = random.Random(chance.randrange(6)).sample(WORDS, 20)
    if chance.random() < 0.5:
        text[chance.randrange(20)] = chance.choice(["tensorflow", "LLM", "garden"])
    return " ".join(text) if chance.random() < 0.8 else None


def append_load(project, chance, number, rows):
    """Append a load of made-up postings to the raw table."""
    url = [None, *(f"https://x.example/{n}{tail}" for n in range(40) for tail in ("", "?utm_source=y", "/"))]
    seen_at = datetime(2025, 3, 1) + timedelta(hours=number if chance.random() < 0.7 else -number)
    postings = [
        (
            chance.choice(TITLES),
            chance.choice(COMPANIES[: 3 + number]),
            chance.choice(PLACES),
            texts(chance),
            chance.choice(SOURCES),
            chance.choice(url),
            str(date(2025, 1, 1) + timedelta(days=chance.randrange(60))) if chance.random() < 0.9 else None,
            seen_at,
            datetime(2025, 3, 2) + timedelta(hours=number),
            f"file {number}",
            row,
        )
        for row in range(1, rows + 1)
    ]
    with duckdb.connect(str(project.warehouse), config={"storage_compatibility_version": "v1.2.0"}) as connection:
        connection.execute(warehouse.RAW_DDL)
        connection.executemany(f"insert into raw.job_postings ({COLUMNS}) values ({', '.join('?' * 11)})", postings)


def kept(project):
    """Rows of the kept table beneath the marts."""
    return sorted(map(repr, project.query("from intermediate.int_observations")))


def tables(project):
    """Rows of the marts and of the kept table beneath them."""
    found = {name: sorted(map(repr, project.query(f"from marts.{name}"))) for name in MARTS}
    return found | {"int_observations": kept(project)}


def change(project, statement):
    """Run a statement on the warehouse."""
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(statement)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A project of a few postings, built once, and the models and seeds that this made; tests change copies of it."""
    project = Project(tmp_path_factory.mktemp("small"))
    append_load(project, random.Random(5), 1, 60)
    project.dbt(*BUILD, write_json=True)
    return project, made(project)


@pytest.mark.histories
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_builds_after_each_load_give_what_one_build_gives(small, tmp_path, seed):
    chance = random.Random(seed)
    project = small[0].copy_to(tmp_path)
    first = project.query("select week_start, measure, new_value from marts.weekly_changes order by all")
    assert first == project.query(
        f"unpivot ({VOLUME}) on job_count, ai_job_count into name measure value new_value order by all"
    )
    before = {week: count for week, count, _ in project.query(VOLUME)}
    # Beside a row a wrong load, which touches old urls, keys and texts; it leaves no trace once it is taken out.
    append_load(project, chance, 2, 1)
    path = project.folder / "wrong.csv"
    project.query(f"copy (select * from raw.job_postings where source_file = 'file 1') to '{path}' (header)")
    project.script("load_postings", path, "--scraped-at", "2025-02-01")
    project.dbt(*RUN)
    ((wrong,),) = project.query("select count(*) from marts.fct_posting_observations where source_file like '%.csv'")
    assert wrong > 30
    project.script("load_postings", "--unload", path)
    append_load(project, chance, 3, 120)
    project.dbt(*RUN, "weekly_changes")
    step_by_step = tables(project)
    rules = {rule for (rule,) in project.query("select match_rule from marts.fct_posting_observations")}
    assert rules == {"canonical", "reobserved", "same_key", "cross_source", "repost"}
    # One build of the same rows, which lie in another order.
    change(
        project,
        "create or replace table raw.job_postings as from raw.job_postings order by md5(source_file || source_row)",
    )
    project.dbt(*RUN, "weekly_changes", "--full-refresh")
    assert tables(project) == step_by_step
    # Weeks that became other ones are noted, which a full refresh does not lose.
    after = {week: count for week, count, _ in project.query(VOLUME)}
    noted = project.query(
        """
        select week_start, old_value, new_value from marts.weekly_changes
        where measure = 'job_count' and changed_at = (select max(changed_at) from marts.weekly_changes)
        """
    )
    weeks = before.keys() | after.keys()
    assert sorted(noted) == sorted((w, before.get(w), after.get(w)) for w in weeks if before.get(w) != after.get(w))
    ((kept,),) = project.query("select count(*) from marts.weekly_changes where old_value is null")
    assert kept >= len(first)


def test_rows_are_kept_until_a_rule_or_a_raw_row_is_another_one(small, tmp_path):
    chance = random.Random(3)
    project = small[0].copy_to(tmp_path)
    # What is made of a part of the rows is no ground to build on; a seed is always made whole.
    change(project, "drop table seeds.employer_aliases")
    project.dbt(*BUILD, "--empty", "--select", "+int_observations")
    assert project.query("select count(*) > 100 from seeds.employer_aliases") == [(True,)]
    append_load(project, chance, 2, 30)
    append_load(project, chance, 3, 5)
    project.dbt(*READ)
    assert len(kept(project)) == 95

    # What a build keeps it does not read again: a mark that no rule makes stays where it was put.
    mark = "update intermediate.int_observations set search_term = 'kept'"
    marked = "select source_file, count(*) from intermediate.int_observations where search_term = 'kept' group by all"
    change(project, mark)
    append_load(project, chance, 4, 5)
    project.dbt(*READ)
    assert sorted(project.query(marked)) == [("file 1", 60), ("file 2", 30), ("file 3", 5)]

    # Raw rows that are gone, rows changed in place, a text that stays as long as it was: their loads are read anew, and
    # no other.
    change(project, "delete from raw.job_postings where source_file = 'file 1' and source_row = 7")
    change(project, "update raw.job_postings set description = reverse(description) where source_file = 'file 2'")
    change(project, "update raw.job_postings set company = 'Gamma' where source_file = 'file 4' and source_row = 1")
    project.dbt(*READ)
    assert project.query(marked) == [("file 3", 5)]
    assert ("Gamma",) in project.query("select company from intermediate.int_observations")
    change(project, "update intermediate.int_observations set search_term = null")
    left = kept(project)
    assert len(left) == 99
    project.dbt(*READ, "--full-refresh")
    assert kept(project) == left

    change(project, mark)
    project.dbt(*READ, "--vars", "{earliest_posted_date: '2025-01-20'}")
    assert project.query(marked) == []


def everything(project):
    """Rows of the kept table and of all marts, but for the one that tells when a build noticed a change."""
    names = project.query(
        "select table_schema, table_name from information_schema.tables "
        "where table_schema = 'marts' and table_name <> 'weekly_changes' or table_name = 'int_observations'"
    )
    return {name: sorted(map(repr, project.query(f"from {schema}.{name}"))) for schema, name in names}


def made(project):
    """Names of the models and seeds that the last command made, not finding them unchanged."""
    results = json.loads((project.folder / "target" / "run_results.json").read_text())["results"]
    assert {result["status"] for result in results} <= {"success", "pass", "no-op"}
    return {
        result["unique_id"].split(".")[2]
        for result in results
        if result["unique_id"].split(".")[0] in ("model", "seed") and result["message"] != "unchanged"
    }


def test_what_did_not_change_is_not_made_again(small, tmp_path):
    project = small[0].copy_to(tmp_path)
    whole = everything(project)
    assert {"int_places", "fct_job_postings", "stg_job_postings", "ai_skills"} < small[1]
    project.dbt(*BUILD, write_json=True)
    assert made(project) == set()
    # A table that is gone comes back, and is what it was: its readers stay, and all else.
    change(project, "drop table intermediate.int_titles")
    project.dbt(*BUILD, write_json=True)
    assert made(project) == {"int_titles"}
    # A row that changes titles and nothing that rests on places.
    change(project, "update raw.job_postings set title = 'Nurse' where source_row = 3")
    project.dbt(*BUILD, write_json=True)
    assert {"int_titles", "int_title_levels", "int_observations", "fct_job_postings"} < made(project)
    assert made(project) & {"dim_places", "dim_skills", "ai_skills"} == set()
    assert everything(project) != whole
    # Other rules, and whoever asks for it.
    asked = {"ai_skills", "int_places", "int_titles", "weekly_top_skills"}
    for more in (("--vars", "{top_skills_per_week: 3}"), ("--full-refresh",)):
        project.dbt(*BUILD, "--select", *asked, *more, write_json=True)
        assert made(project) == asked


def test_a_view_passes_on_what_changed_beneath_it(small, tmp_path):
    project = small[0].copy_to(tmp_path)
    change(project, "update raw.job_postings set description = description || ' kubernetes' where source_row < 9")
    # Of staging, all views, nothing is made again, nor selected here.
    project.dbt(*RUN[:3], "--select", "int_observations", write_json=True)
    assert made(project) == {"int_observations"}


@pytest.mark.histories
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_builds_of_parts_leave_nothing_stale(small, tmp_path, tmp_path_factory, seed):
    chance = random.Random(100 + seed)
    project = small[0].copy_to(tmp_path)
    models = sorted(small[1] - {"weekly_changes"})
    for number in range(2, 6):
        append_load(project, chance, number, chance.choice([1, 20]))
        if chance.random() < 0.5:
            change(project, f"delete from raw.job_postings where source_file = 'file {chance.randrange(1, number)}'")
        if chance.random() < 0.5:
            column = chance.choice(["title", "company", "location", "description"])
            change(project, f"update raw.job_postings set {column} = 'Other ' || {column} where source_row % 7 = 1")
        chosen = [
            chance.choice(["", "", "+"]) + name + chance.choice(["", "", "+"]) for name in chance.sample(models, 6)
        ]
        more = chance.choice([(), (), ("--empty",), ("--vars", "{repost_window_days: 20}"), ("--full-refresh",)])
        project.dbt(*BUILD, "--select", *chosen, *more)
    project.dbt(*BUILD)
    step_by_step = everything(project)
    clean = Project(tmp_path_factory.mktemp("clean"))
    shutil.copy(project.warehouse, clean.warehouse)
    clean.dbt(*BUILD, "--full-refresh")
    assert everything(clean) == step_by_step


@pytest.mark.histories
def test_seeds_and_models_that_change(small, tmp_path):
    project = small[0].copy_to(tmp_path / "changed")
    copy = tmp_path / "project"
    copy_of_project(copy)
    there = ("--project-dir", copy, "--profiles-dir", copy)
    seed = copy / "seeds" / "role_families.csv"
    seed.write_text(seed.read_text().replace("Data science", "Science of data"))
    # Another lexicon, by which each text is read again.
    with (copy / "seeds" / "skill_spellings.csv").open("a") as spellings:
        spellings.write("garden,sql,,,false,We keep a garden.,\n")
    # A model of one's own whose row changes under its key.
    latest = "{{ config(materialized='incremental', unique_key='name') }} select 'last' as name, max(title) as title"
    own = copy / "models" / "intermediate"
    (own / "own_latest.sql").write_text(latest + " from {{ ref('stg_job_postings') }}")
    (own / "own_reader.sql").write_text("select title from {{ ref('own_latest') }}")
    # The models know of the change and of the seed that is not loaded yet.
    project.run(DBT, "run", *VARIABLES, *there)
    project.run(DBT, *BUILD, *there)
    names = project.query("select count(*) from marts.dim_role_families where display_name = 'Science of data'")
    assert names == [(1,)]
    assert project.query("select 1 from marts.fct_posting_skills where matched_text = 'garden' limit 1") == [(1,)]
    clean = project.copy_to(tmp_path / "clean")
    clean.run(DBT, *BUILD, *there, "--full-refresh")
    assert everything(project) == everything(clean)
    change(project, "update raw.job_postings set title = 'zymurgist' where source_row = 3")
    project.run(DBT, "run", *VARIABLES, *there, "--select", "own_latest", "own_reader")
    assert project.query("select title from intermediate.own_reader") == [("zymurgist",)]
