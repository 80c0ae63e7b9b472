"""The metrics of dbt's semantic layer, asked by MetricFlow, are what the published marts say in SQL."""

import json
import os
import random
import re
import shlex
import subprocess
from pathlib import Path

import duckdb
import pytest

from conftest import PROJECT, Project

PYTHON = PROJECT / os.environ.get("METRICS_PYTHON", ".venv-metrics/bin/python")
QUESTIONS = 100
WEEK = "{{{{ TimeDimension('metric_time', 'week') }}}} = '{}'"

# What postings are asked by, in MetricFlow's words and in the words of POSTINGS.
BY_POSTING = {
    f"posting__{name}": name
    for name in (
        *("source", "search_term", "country_code", "region_code", "city", "workplace", "employment_type"),
        *("role_family", "seniority_level", "ai_involvement", "language", "is_demo", "pay_currency", "pay_period"),
    )
}
BY_DIMENSION = {
    "employer__employer_name": "employer",
    "employer__is_agency": "is_agency",
    "board__board_name": "board_name",
    "role__role_name": "role_name",
    "level__level_name": "level_name",
    "level__level_rank": "seniority_rank",
}
POSTINGS = """
    select
        postings.*, employer, is_agency, seniority_rank, sources.display_name as board_name,
        roles.display_name as role_name, levels.display_name as level_name,
        (coalesce(pay_min, pay_max) + coalesce(pay_max, pay_min)) / 2 as pay
    from marts.fct_job_postings as postings
    left join marts.dim_employers using (employer_id)
    left join marts.dim_sources as sources on postings.source = sources.source
    left join marts.dim_role_families as roles on postings.role_family = roles.role_family
    left join marts.dim_seniority_levels as levels on postings.seniority_level = levels.seniority_level
"""
METRICS = {
    "postings": "count(*)",
    "ai_postings": "count(*) filter (where is_ai_posting)",
    "ai_share": "avg(is_ai_posting::integer)",
    "median_pay": "median(pay)",
}


def by_posting(metric, dimension, week):
    """SQL of a metric of postings by a dimension, in a week."""
    columns = [(BY_POSTING | BY_DIMENSION)[name] for name in dimension]
    return f"""
        select {"".join(f"{column}, " for column in columns)} {METRICS[metric]} as value from ({POSTINGS})
        where week_start = date '{week}' group by {", ".join(columns) or "()"}
    """


def by_skill(dimension, week):
    """SQL of the share of each skill by a dimension of postings, in a week."""
    names = [name for name in dimension if name != "skill"]
    column = BY_POSTING[names[0]] if names else "null"
    return f"""
        with chosen as (
            select posting_id, {column} as dimension from marts.fct_job_postings
            where has_text and week_start = date '{week}'
        ),
        texts as (select dimension, count(*) as postings from chosen group by all),
        mentions as (
            select dimension, skill, count(*) as postings
            from chosen inner join marts.fct_posting_skills using (posting_id) group by all
        )
        select skills.skill, {"texts.dimension," if names else ""} coalesce(mentions.postings, 0) / texts.postings
        from texts cross join marts.dim_skills as skills left join mentions
            on skills.skill = mentions.skill and texts.dimension is not distinct from mentions.dimension
    """


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("metrics"))
    project.script("generate_postings")
    project.dbt("build", write_json=True)
    return project


@pytest.fixture(scope="module")
def ask(demo):
    def answers(questions):
        finished = subprocess.run(
            [PYTHON, Path(__file__).with_name("ask.py"), demo.folder / "target" / "semantic_manifest.json"],
            input=json.dumps(questions),
            env=demo.environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr[-3000:]
        # dbt's own words may stand before it.
        return json.loads(finished.stdout[finished.stdout.index("[[") :])

    return answers


def cells(rows, is_count):
    """Rows as a dict; what is not there counts as 0, and has no share."""
    return {
        tuple(None if part is None else str(part).lower() for part in row[:-1]): float(row[-1])
        for row in rows
        if row[-1] is not None and not (is_count and row[-1] == 0)
    }


def test_metrics_are_what_the_marts_say(demo, ask):
    chance = random.Random(21)
    questions, statements = [], []
    with duckdb.connect(str(demo.marts), read_only=True) as marts:
        weeks = [str(week) for (week,) in marts.execute("select week_start from marts.dim_weeks order by 1").fetchall()]
        for _ in range(QUESTIONS):
            metric, week = chance.choice([*METRICS, "skill_share"]), chance.choice(weeks)
            if metric == "skill_share":
                dimension = ["skill", *chance.sample(sorted(BY_POSTING), chance.choice([0, 1, 1]))]
                statements.append(by_skill(dimension, week))
            else:
                dimension = chance.sample(sorted(BY_POSTING | BY_DIMENSION), chance.choice([0, 1, 1, 2]))
                if metric == "median_pay":
                    dimension = sorted({*dimension, "posting__pay_currency", "posting__pay_period"})
                statements.append(by_posting(metric, dimension, week))
            questions.append((metric, dimension, WEEK.format(week)))
        expected = [marts.execute(statement).fetchall() for statement in statements]
    told = 0
    for question, found, wanted in zip(questions, ask(questions), expected, strict=True):
        is_count = question[0] in ("postings", "ai_postings")
        assert cells(found, is_count) == pytest.approx(cells(wanted, is_count), abs=1e-9), question
        told += len(wanted)
    # Empty answers would agree as well.
    assert told > 10 * QUESTIONS


def test_weeks_without_postings_count_0(demo, ask):
    with duckdb.connect(str(demo.warehouse)) as connection:
        (week,) = connection.execute("select week_start from marts.dim_weeks where is_complete_week limit 1").fetchone()
        connection.execute("delete from marts.fct_job_postings where week_start = ?", [week])
    (rows,) = ask([("postings", ["metric_time__week"], None)])
    assert dict(rows)[f"{week} 00:00:00"] == 0


COMMANDS = re.findall(r"^\.venv-metrics/bin/mf (.+)$", (PROJECT / "docs" / "marts.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_that_are_told_are_answered(demo, command):
    answer = demo.run(PYTHON.with_name("mf"), *shlex.split(command)).stdout.splitlines()
    # A heading that ends with the metric, a rule, and rows; the demo postings tell no pay.
    rule = next(place for place, line in enumerate(answer) if set(line) == {"-", " "})
    assert answer[rule - 1].split()[-1] in command and answer[rule + 1].strip(), answer


def test_each_metric_says_what_it_is(demo):
    manifest = json.loads((demo.folder / "target" / "manifest.json").read_text())
    assert {*METRICS, "skill_share"} <= {metric["name"] for metric in manifest["metrics"].values()}
    for metric in manifest["metrics"].values():
        assert metric["label"] and metric["description"], metric["name"]
