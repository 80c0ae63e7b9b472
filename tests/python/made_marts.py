"""Marts made by hand, as small or odd as a test needs them."""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

MONDAY = date(2026, 1, 5)
# Levels of the postings of a week in turn, and the words that say so.
LEVELS = (("mid", None), ("senior", "senior"), ("entry", "junior"), ("mid", "specialist"))
HOSTILE = "<b>&\"'Acme$x$ {{ 7 * 7 }}"


@dataclass(frozen=True)
class MadeWeek:
    """A week that a test makes, and whether it lies within the bounds of the data."""

    start: date
    jobs: int
    ai_jobs: int
    complete: bool = True
    in_bounds: bool = True


def weeks_of(*counts, incomplete=(), outside=()):
    """Consecutive weeks from (all, AI) postings."""
    return tuple(
        MadeWeek(MONDAY + timedelta(weeks=i), jobs, ai, i not in incomplete, i not in outside)
        for i, (jobs, ai) in enumerate(counts)
    )


def write_marts(path, weeks, *, sources=1, company="Acme", skills=("python", "sql", "llm"), source_file="jobs.csv"):
    """A file with the marts' tables: postings as ``weeks`` count them, each with all ``skills``.

    The postings of a week lie on its days in turn, from Monday on; the first ones are AI postings.
    """
    postings, mentions, observations = [], [], []
    for week in weeks:
        for i in range(week.jobs):
            key = f"{week.start}-{i}"
            source = f"Board number {len(postings) % sources} with quite a long name"
            day = week.start + timedelta(days=i % 7)
            level = LEVELS[i % len(LEVELS)]
            postings.append((key, company, source, day, week.start, *level, i < week.ai_jobs, True, False))
            observations.append((key, source, source_file))
            mentions += [(key, skill, "data_science", week.start) for skill in skills]
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("""
            create table marts.fct_job_postings (posting_id varchar, company varchar, source varchar, posted_date date,
                week_start date, seniority_level varchar, seniority_rule varchar, is_ai_posting boolean,
                has_text boolean, is_date_estimated boolean);
            create table marts.fct_posting_skills
                (posting_id varchar, skill varchar, category varchar, week_start date);
            create table marts.fct_posting_observations (posting_id varchar, source varchar, source_file varchar);
            create table marts.rejected_postings (reason varchar);
            create table marts.weekly_changes
                (week_start date, measure varchar, old_value bigint, new_value bigint, changed_at timestamp);
            create table marts.collection_spells
                (kind varchar, source varchar, first_week date, last_week date, message varchar);
            create table marts.dim_skills (skill varchar, category varchar);
            create table marts.weekly_job_volume
                (week_start date, job_count bigint, ai_job_count bigint, is_complete_week boolean,
                is_in_bounds boolean);
        """)
        for table, rows in (
            ("fct_job_postings", postings),
            ("fct_posting_skills", mentions),
            ("fct_posting_observations", observations),
            ("dim_skills", [(skill, "data_science") for skill in skills]),
            (
                "weekly_job_volume",
                [
                    (week.start, week.jobs, week.ai_jobs, week.complete and week.in_bounds, week.in_bounds)
                    for week in weeks
                    if week.jobs or week.in_bounds
                ],
            ),
        ):
            if rows:
                # One statement for all rows: executemany commits row by row.
                values = ", ".join(f"({', '.join('?' * len(rows[0]))})" for _ in rows)
                connection.execute(f"insert into marts.{table} values {values}", [cell for row in rows for cell in row])
        connection.execute("""
            create table marts.weekly_skills as
            select week_start, skill, count(*) as count from marts.fct_posting_skills group by week_start, skill
        """)
    return path
