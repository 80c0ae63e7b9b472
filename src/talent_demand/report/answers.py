"""What the report answers to a choice of postings, in SQL: the static page is the answer to no choice at all.

report.js gives the same answers in the browser; tests hold the two against each other.
"""

from collections.abc import Mapping
from typing import Any

import duckdb

# What one may choose by, with the column of the postings that it stands for.
CHOICES = {
    "source": "source",
    "country": "country_code",
    "region": "region_code",
    "role": "role_family",
    "level": "seniority_level",
    "workplace": "workplace",
    "employer": "employer_id",
}
# What holds for the postings that a choice leaves, with one parameter each.
CONDITIONS = {name: f"{column} is not distinct from ?" for name, column in CHOICES.items()} | {
    "skills": "posting_id in (select posting_id from marts.fct_posting_skills where skill = ?)",
    "is_ai": "(is_ai_posting or not ?)",
    "first": "week_start >= ?",
    "last": "week_start <= ?",
}
# Postings of the weeks that the data cover; a level that the title does not name is no level here.
POSTINGS = """
    select
        postings.* replace (case when seniority_rule is not null then seniority_level end as seniority_level),
        (coalesce(pay_min, pay_max) + coalesce(pay_max, pay_min)) / 2 as pay
    from marts.fct_job_postings as postings
    inner join marts.dim_weeks as weeks on postings.week_start = weeks.week_start and weeks.is_in_bounds
"""
# Pay is told of at least so many postings of one currency and period.
MIN_PAID = 5
# A share is told of at least so many, as in weekly_trends.
MIN_SHARED = 30


def answer(connection: duckdb.DuckDBPyConnection, choice: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Counts of the postings that a choice leaves.

    ``choice``: values of ``CHOICES`` (None: where nothing is stated), ``skills`` (one that is mentioned), ``is_ai``
    (True: AI postings alone), ``first`` and ``last`` (Mondays of the first and last week). Returns ``postings``,
    ``ai_postings``, ``with_text``, ``ai_with_text``; ``weeks``, (Monday, postings, AI postings) of the weeks that
    have any; ``shares``, (Monday, share of AI postings in the window that the week ends) of the weeks of which
    weekly_trends tells that of all postings; a list of (value, postings, AI postings), most first, for each of
    ``CHOICES``; ``skills``, the same of postings with a text; ``pay``, (currency, period, postings, median).
    """
    choice = choice or {}
    conditions = " and ".join(["true", *(CONDITIONS[name] for name in choice)])
    chosen = f"with postings as ({POSTINGS}), chosen as (select * from postings where {conditions}) "

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(chosen + sql, list(choice.values())).fetchall()

    counted = "count(*) as n, count(*) filter (where is_ai_posting) as ai_n"
    ((postings, ai_postings),) = rows(f"select {counted} from chosen")
    ((with_text, ai_with_text),) = rows(f"select {counted} from chosen where has_text")
    by_value = f"{counted} from chosen group by all order by n desc, 1 nulls last"
    return {
        "postings": postings,
        "ai_postings": ai_postings,
        "with_text": with_text,
        "ai_with_text": ai_with_text,
        "weeks": rows(f"select week_start, {counted} from chosen group by all order by all"),
        "shares": rows(
            f"""
            select week_start, count(*) filter (where is_ai_posting) / count(*)
            from marts.weekly_trends inner join marts.weekly_job_volume using (week_start) inner join chosen
                on chosen.week_start between week_start - 7 * (window_weeks - 1) and week_start
            where measure = 'ai_share' and low is not null
            group by week_start having count(*) >= {MIN_SHARED} order by week_start
            """
        ),
        **{name: rows(f"select {column}, {by_value}") for name, column in CHOICES.items()},
        "skills": rows(
            f"select skill, {counted} from chosen inner join marts.fct_posting_skills using (posting_id) "
            "group by all order by n desc, 1"
        ),
        "pay": rows(
            f"""
            select pay_currency, pay_period, count(*) as n, median(pay) from chosen
            where pay is not null and pay_currency is not null and pay_period is not null
            group by all having n >= {MIN_PAID} order by n desc, 1, 2
            """
        ),
    }
