"""The marts against the oracle, a plain Python transcription of the rules, and against hand-made postings."""

import csv
import shutil
from datetime import date

import duckdb
import pytest
import yaml

import oracle
from conftest import PROJECT, UNTESTED, Project, read_seed
from talent_demand import demo
from talent_demand.skills.model import read_texts

SAMPLE = (
    "deep learning engineer with experience in PyTorch, Transformers, and MLOps. "
    "Strong Python skills and familiar with AWS infrastructure."
)


@pytest.fixture(scope="module")
def by_key_alone(demo, tmp_path_factory):
    """The demo postings built with the rules that the oracle knows."""
    project = demo.copy_to(tmp_path_factory.mktemp("by") / "key_alone")
    marts = (
        *("fct_posting_observations", "fct_posting_skills", "rejected_postings"),
        *("weekly_job_volume", "weekly_seniority", "weekly_top_skills"),
    )
    project.dbt(
        *("run", "--vars", "{match_cross_source: false}"),
        *("--select", *(f"+{mart}" for mart in marts)),
    )
    return project


@pytest.fixture(scope="module")
def expected(by_key_alone):
    """What the oracle says of the demo postings."""
    names = [*oracle_columns(), "scraped_at", "loaded_at", "source_file", "source_row"]
    raw = [
        dict(zip(names, row, strict=True))
        for row in by_key_alone.query(f"select {', '.join(names)} from raw.job_postings")
    ]
    texts = sorted({(row["description"] or "").strip() for row in raw})
    skills = {text: read["skills"] for text, read in zip(texts, read_texts(texts), strict=True)}

    rules = [
        (row["phrase"], row["seniority_level"] or None, int(row["precedence"]), row["position"])
        for row in read_seed("seniority_rules")
    ]
    keywords = [row["keyword"] for row in read_seed("ai_title_keywords")]
    variables = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]

    def level_of(title):
        return oracle.seniority_of(title, rules, variables)

    places = {f"{city}, {rest}": city for city, *rests in demo.PLACES for rest in rests}
    return raw, oracle.postings(raw, skills.get, level_of, keywords, variables["url_tracking_parameters"], places)


def oracle_columns():
    return ["title", "company", "location", "description", "source", "url", "posted_date"]


def test_rejected_rows(by_key_alone, expected):
    raw, _ = expected
    wanted = {(row["source_file"], row["source_row"]): oracle.accept(row) for row in raw}
    rejected = by_key_alone.query("select source_file, source_row, reason from marts.rejected_postings")
    assert {(file, row): reason for file, row, reason in rejected} == {k: v for k, v in wanted.items() if v}
    assert {reason for *_, reason in rejected} == {"missing_title"}


def test_the_ledger(by_key_alone, expected):
    _, postings = expected
    wanted = {place: (posting["canonical"], rule) for posting in postings for place, rule in posting["observations"]}
    rows = by_key_alone.query(
        """
        select source_file, source_row, match_rule, posting_id
        from marts.fct_posting_observations
        """
    )
    canonical = {posting_id: (file, row) for file, row, rule, posting_id in rows if rule == "canonical"}
    assert {(file, row): (canonical[posting_id], rule) for file, row, rule, posting_id in rows} == wanted


def test_every_posting(by_key_alone, expected):
    _, postings = expected
    fields = ["title", "company", "location", "source", "url", "posted_date", "week_start", "seniority_level"]
    fields += ["has_ai_title", "observation_count"]
    wanted = {
        posting["canonical"]: (*(posting[field] for field in fields), posting["skills"], posting["score"])
        for posting in postings
    }
    rows = by_key_alone.query(
        f"""
        select
            observations.source_file, observations.source_row, {", ".join(f"postings.{field}" for field in fields)},
            postings.extracted_skills, postings.ai_relevance_score
        from marts.fct_job_postings as postings
        inner join marts.fct_posting_observations as observations
            on postings.posting_id = observations.posting_id and observations.match_rule = 'canonical'
        """
    )
    got = {(file, row): tuple(values) for file, row, *values in rows}
    assert {place: (got.get(place), want) for place, want in wanted.items() if got.get(place) != want} == {}
    assert len(got) == len(wanted)


def test_every_posting_and_skill(by_key_alone, expected):
    _, postings = expected
    category = {row["skill"]: row["category"] for row in read_seed("ai_skills")}
    rows = by_key_alone.query(
        """
        select observations.source_file, observations.source_row, skill, category, week_start
        from marts.fct_posting_skills
        inner join marts.fct_posting_observations as observations
            using (posting_id)
        where match_rule = 'canonical'
        """
    )
    assert sorted(rows) == sorted(
        (*posting["canonical"], skill, category[skill], posting["week_start"])
        for posting in postings
        for skill in posting["skills"]
    )


def test_every_week(by_key_alone, expected):
    _, postings = expected
    volume = by_key_alone.query(
        "select week_start, job_count, is_complete_week from marts.weekly_job_volume order by 1"
    )
    assert volume == [
        (row["week_start"], row["job_count"], row["is_complete_week"]) for row in oracle.weekly_volume(postings)
    ]
    parents = {row["skill"]: row["parent"] for row in read_seed("ai_skills") if row["parent"]}
    top = by_key_alone.query(
        "select week_start, rank, skill, count from marts.weekly_top_skills where count > 0 order by 1, 2"
    )
    assert top == [
        (row["week_start"], row["rank"], row["skill"], row["count"])
        for row in oracle.weekly_top_skills(postings, parents)
    ]
    seniority = by_key_alone.query("select week_start, seniority_level, count from marts.weekly_seniority")
    assert sorted(seniority) == sorted(
        (row["week_start"], row["seniority_level"], row["count"]) for row in oracle.weekly_seniority(postings)
    )


def test_ai_counts_are_those_of_the_postings(by_key_alone):
    wrong = by_key_alone.query(
        """
        select week_start
        from marts.weekly_job_volume as weeks
        left join (
            select week_start, count(*) filter (where is_ai_posting) as ai, count(*) as jobs
            from marts.fct_job_postings group by 1
        ) as postings using (week_start)
        where coalesce(postings.ai, 0) <> weeks.ai_job_count
            or weeks.ai_share is distinct from postings.ai / postings.jobs
        """
    )
    assert wrong == []


HAND_MADE = [
    ("Senior Machine Learning Engineer", "Acme", "Oslo", SAMPLE, "a", "https://a.example/1", "2024-05-06"),
    ("senior  machine learning engineer", "ACME", "oslo ", SAMPLE, "b", "https://b.example/1", "2024-05-08"),
    ("Senior Machine Learning Engineer", "Acme", "Oslo", SAMPLE, "a", "https://a.example/1?utm_source=x", "2024-05-09"),
    ("Cook", None, "Oslo", "We cook.", "a", "https://a.example/2", "2024-05-26"),
    ("Cook", None, "Oslo", "We cook.", "a", "https://a.example/3", "2024-05-26"),
    ("Cook", "a-b", "c", "We cook.", "a", "https://a.example/4", "2024-05-26"),
    ("Cook", "a", "b-c", "We cook.", "a", "https://a.example/5", "2024-05-26"),
    ("", "Acme", "Oslo", "We cook.", "a", "https://a.example/6", "2024-05-26"),
    ("Cook", "Acme", "Oslo", "We cook.", "a", "https://a.example/7", "1999-12-31"),
]


@pytest.fixture(scope="module")
def hand_made(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("hand_made"))
    path = project.folder / "postings.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([oracle_columns(), *HAND_MADE])
    project.script("load_postings", path, "--scraped-at", "2024-06-01")
    marts = ("+weekly_job_volume", "+fct_posting_observations", "+rejected_postings")
    project.dbt("build", *UNTESTED, "--select", *marts)
    return project


def test_the_sample_of_the_specification(hand_made):
    rows = hand_made.query(
        """
        select extracted_skills, seniority_level, ai_relevance_score::varchar, is_ai_posting, observation_count,
            week_start
        from marts.fct_job_postings where has_ai_title
        """
    )
    skills = ["aws", "deep learning", "mlops", "python", "pytorch", "transformers"]
    assert rows == [(skills, "senior", "1.00", True, 3, date(2024, 5, 6))]


def test_hand_made_postings(hand_made):
    # No company, no merging; ("a-b", "c") and ("a", "b-c") are two keys, of a group with one text and no known city.
    cooks = "select source_row, match_rule from marts.fct_posting_observations where source_row between 4 and 7"
    assert sorted(hand_made.query(cooks)) == [(4, "canonical"), (5, "canonical"), (6, "canonical"), (7, "cross_source")]
    assert hand_made.query("select source_row, reason from marts.rejected_postings order by 1") == [
        (8, "missing_title"),
        (9, "implausible_date"),
    ]
    weeks = hand_made.query(
        "select week_start, job_count, ai_job_count, ai_share, is_complete_week from marts.weekly_job_volume order by 1"
    )
    assert weeks == [
        (date(2024, 5, 6), 1, 1, 1.0, True),
        (date(2024, 5, 13), 0, 0, None, True),
        (date(2024, 5, 20), 3, 0, 0.0, True),
    ]


def test_the_conservation_test_sees_a_lost_row(hand_made, tmp_path):
    project = Project(tmp_path)
    shutil.copy(hand_made.warehouse, project.warehouse)
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("delete from marts.rejected_postings where source_row = 8")
    finished = project.dbt("test", "--select", "assert_every_raw_row_is_kept", check=False)
    assert finished.returncode == 1
    assert "FAIL 1 assert_every_raw_row_is_kept" in finished.stdout


def test_a_raw_table_that_another_loader_made(project):
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            """
            create table raw.job_postings as
            select
                'Data Scientist' as title, 'Acme' as company, ['Oslo', 'Bergen'] as location, 'Python' as description,
                'a' as source, 'https://a.example/1' as url, date '2024-05-06' as posted_date, 50000.5 as salary_min,
                'EUR' as salary_currency, timestamp '2024-07-01 10:00' as closing_date, {'a': 1} as other_fields,
                timestamptz '2024-05-07 23:30:00+00' as scraped_at, timestamptz '2024-05-08 01:00:00+00' as loaded_at,
                'x' as source_file, 1 as source_row
            """
        )
    project.environment["TZ"] = "Pacific/Auckland"
    project.dbt("build", *UNTESTED, "--select", "+fct_job_postings")
    assert project.query(
        "select title, extracted_skills, posted_date::varchar, pay_min, last_seen_at::varchar "
        "from marts.fct_job_postings"
    ) == [("Data Scientist", ["python"], "2024-05-06", 50000.5, "2024-05-07 23:30:00")]
    assert project.query(
        "select title, description, salary_min, closing_date, loaded_at::varchar from staging.stg_job_postings"
    ) == [("Data Scientist", "Python", "50000.5", "2024-07-01 10:00:00", "2024-05-08 01:00:00")]
    assert project.query(
        "select title, posted_date::varchar, seen_at::varchar, rejection_reason from intermediate.int_observations"
    ) == [("Data Scientist", "2024-05-06", "2024-05-07 23:30:00", None)]
