"""The report: one HTML file that is read without a network, and asked where scripts run.

Every number is a row of a mart or a count of ``answers``; here it is only put into words.
"""

import base64
import gzip
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from talent_demand.report.answers import CHOICES, MIN_PAID, POSTINGS, answer, covered_weeks
from talent_demand.warehouse import write_whole

HERE = Path(__file__).parent
# So many of the newest postings can be opened from the page; the others are counted only.
MOST_OPENED = 1200
LONGEST_NAME = 120
# Rows of a list before "all" is asked for.
SHORT_LIST = 10
QUESTIONS = {
    "skills": "Which skills do they ask for?",
    "role": "Which roles?",
    "level": "Which levels?",
    "country": "In which countries?",
    "region": "In which regions?",
    "workplace": "Remote or on site?",
    "source": "From which source?",
    "employer": "Who hires?",
}
DEFINITIONS = {
    "builds": "the work builds AI (this report)",
    "title_keyword": "an AI keyword in the title",
    "relevance_score": "an AI relevance score as the specification sets it",
    "core_ai_skill": "at least one core AI skill in the text",
    "ai_word": "at least one AI word",
}
# With what a change is compared; a span is as many weeks as its windows have.
COMPARISONS = {
    "year": "the same {span} a year ago",
    "whole_period": "the first {span} of the period",
    "four_weeks": "the {span} before",
}
NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


def write_page(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the report on the marts of a connection to a file, whole or not at all."""
    page = render(connection)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, page.encode())


def render(connection: duckdb.DuckDBPyConnection) -> str:
    """The report as HTML; the same marts give the same page on the same day."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": "{:,}".format, "percent": percent, "day": day, "points": points, "span": span}
    environment.filters["against"] = against
    labels = display_names(connection)
    weeks = covered_weeks(connection)
    whole = answer(connection)
    # Levels stand in the order of their ranks, everything else by its number.
    ranks = [*labels["level"], None]
    whole["level"].sort(key=lambda row: ranks.index(row[0]))
    return environment.get_template("report.html.j2").render(
        all=whole,
        labels=labels,
        questions=QUESTIONS,
        short_list=SHORT_LIST,
        min_paid=MIN_PAID,
        first=first_screen(connection, labels),
        trend=trend_line(connection),
        movers=movers(connection, labels),
        emerging=records(
            connection, "select * from marts.emerging_terms where not is_in_taxonomy order by rank limit 10"
        ),
        definitions=records(
            connection,
            """
            select definition, sum(ai_count) as ai_count, sum(job_count) as job_count
            from marts.weekly_ai_share_by_definition
            inner join marts.dim_weeks using (week_start)
            where is_in_bounds group by definition order by ai_count desc, definition
            """,
        ),
        definition_labels=DEFINITIONS,
        spells=records(connection, "select * from marts.collection_spells order by last_week desc, source, kind"),
        quality=quality(connection),
        weeks=weeks,
        data=packed(connection, weeks, labels),
        style=(HERE / "report.css").read_text(encoding="utf-8"),
        script=(HERE / "report.js").read_text(encoding="utf-8"),
    )


def records(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Rows of a query as dicts."""
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def display_names(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[Any, str]]:
    """What values of each choice, and skills, are called; a value that has no name of its own is its own."""
    named = {
        "skills": "select skill, display_name from marts.dim_skills",
        "role": "select role_family, display_name from marts.dim_role_families",
        "level": "select seniority_level, display_name from marts.dim_seniority_levels order by seniority_rank",
        "country": "select country_code, country from marts.dim_places where place_level = 'country'",
        "region": "select region_code, display_name from marts.dim_places where place_level = 'region'",
        "employer": "select employer_id, employer || case when is_agency then ' (agency)' else '' end "
        "from marts.dim_employers",
        "source": "select source, display_name from marts.dim_sources",
    }
    labels = {
        name: {value: short(label) for value, label in connection.execute(sql).fetchall()}
        for name, sql in named.items()
    }
    labels["workplace"] = {"remote": "Remote", "hybrid": "Hybrid", "onsite": "On site"}
    return labels


def short(name: str) -> str:
    """A name without what one that is a whole text, by a fault of its file, would fill the page with."""
    return name[: LONGEST_NAME - 1] + "…" if len(name) > LONGEST_NAME else name


def percent(share: float | None) -> str:
    """A share as people read it."""
    return "–" if share is None else f"{100 * share:.{1 if share < 0.095 else 0}f}%"


def points(value: float | None) -> str:
    """Percentage points with their sign."""
    return "–" if value is None else f"{value:+.1f}".replace("-", "−")


def day(value: date | datetime | None) -> str:
    """A day as people read it."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"


def span(weeks: int, kind: str = "") -> str:
    """So many weeks as people name them after "the": week, four weeks, four complete weeks."""
    number = NUMBERS[weeks] if weeks < len(NUMBERS) else str(weeks)
    return " ".join(word for word in (number if weeks > 1 else "", kind, "weeks" if weeks > 1 else "week") if word)


def first_screen(connection: duckdb.DuckDBPyConnection, labels: dict[str, dict[Any, str]]) -> dict[str, Any]:
    """The message, the three figures and what they are compared with, from trend_changes and weekly_job_volume."""
    changes = {
        row["comparison"]: row for row in records(connection, "select * from marts.trend_changes where name = 'ai'")
    }
    told = foremost(
        [changes[name] for name in COMPARISONS if name in changes and changes[name]["verdict"] != "not_comparable"]
    )
    (volume,) = records(
        connection,
        """
        select window_weeks as weeks, window_job_count as job_count, window_is_moved as is_moved,
            window_expected_count as expected, window_expected_low as low, window_expected_high as high
        from marts.weekly_job_volume
        where is_complete_week
        order by week_start desc
        limit 1
        """,
    ) or [{"weeks": None, "job_count": None}]
    (rising,) = records(
        connection,
        "select * from marts.trend_changes where measure = 'ai_skill_share' and verdict = 'up' "
        "order by within_points desc, name limit 1",
    ) or (None,)
    (last_day,) = connection.execute(f"select max(posted_date) from ({POSTINGS}) as postings").fetchone() or (None,)
    ((is_demo, search_terms),) = connection.execute(
        "select coalesce(bool_or(is_demo), false), count(distinct search_term) from marts.fct_job_postings"
    ).fetchall()
    return {
        "last_day": last_day,
        "age": (datetime.now(UTC).date() - last_day).days if last_day else None,
        "sentence": sentence(told, changes.get("four_weeks")),
        "told": told,
        "change": changes.get("four_weeks"),
        "volume": volume,
        "rising": rising and rising | {"label": labels["skills"].get(rising["name"], rising["name"])},
        "is_demo": is_demo,
        "search_terms": search_terms,
    }


def foremost(told: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The change that the message tells, of those that are told, longest first: the first clear one, or the first."""
    return next((row for row in told if row["verdict"] in ("up", "down")), next(iter(told), None))


def against(row: dict[str, Any]) -> str:
    """With which weeks a row of trend_changes compares as many."""
    return COMPARISONS[row["comparison"]].format(span=span(((row["recent_to"] - row["recent_from"]).days + 1) // 7))


def sentence(row: dict[str, Any] | None, latest: dict[str, Any] | None) -> str:
    """One sentence that trend_changes carries, like against like.

    ``row``: the change that is told; ``latest``: the change against the weeks just before, told or not.
    """
    if row is None:
        # What moved in collection stands beside the sentence.
        why = latest["reason"].partition("; collection moved")[0] if latest else "there are no complete weeks yet"
        return f"Whether the share of AI work is moving cannot be told yet: {why}."
    weeks = against(row)
    if row["comparison"] == "whole_period":
        weeks += f" (from {day(row['before_from'])})"
    bounds = f"{points(row['within_low'])} to {points(row['within_high'])} points"
    if row["verdict"] == "no_clear_change":
        return f"No clear change in the share of AI work against {weeks}: like for like {bounds} (95% interval)."
    more = "more" if row["verdict"] == "up" else "less"
    return (
        f"Employers ask for AI work {more} often than in {weeks}: like for like its share of postings changed by "
        f"{points(row['within_points'])} points ({bounds}, 95% interval)."
    )


def movers(connection: duckdb.DuckDBPyConnection, labels: dict[str, dict[Any, str]]) -> list[dict[str, Any]]:
    """Skills whose change within AI postings, or among all, is clear, largest first; one comparison a skill."""
    found = records(
        connection,
        """
        select * from marts.trend_changes
        where measure in ('ai_skill_share', 'skill_share') and verdict in ('up', 'down')
        qualify row_number() over (partition by measure, name order by abs(within_points) desc) = 1
        order by measure, abs(within_points) desc, name
        """,
    )
    return [row | {"label": labels["skills"].get(row["name"], row["name"])} for row in found]


def quality(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What a reader should know of the data themselves."""
    (row,) = records(
        connection,
        f"""
        select count(*) as postings, min(posted_date) as first_day, max(posted_date) as last_day,
            count(*) filter (where not has_text) as without_text,
            count(*) filter (where is_date_estimated) as estimated_dates,
            count(*) filter (where seniority_level is null) as without_level,
            count(*) filter (where search_term is not null) as searched,
            (select count(*) from marts.fct_job_postings) as all_postings,
            (select count(*) from marts.fct_posting_observations) as observations,
            (select count(*) from marts.rejected_postings) as rejected,
            (select count(*) from marts.weekly_changes where old_value is not null) as changed
        from ({POSTINGS}) as postings
        """,
    )
    return row


def trend_line(connection: duckdb.DuckDBPyConnection) -> dict[str, Any] | None:
    """The share of AI postings over time as coordinates of a drawing of 100 x 40, its band, where collection moved."""
    rows = records(
        connection,
        """
        select trends.week_start, trends.share, trends.low, trends.high, volume.window_is_moved
        from marts.weekly_trends as trends left join marts.weekly_job_volume as volume using (week_start)
        where trends.measure = 'ai_share' order by 1
        """,
    )
    told = [row for row in rows if row["share"] is not None]
    if len(told) < 2:
        return None
    top = max(row["high"] if row["high"] is not None else row["share"] for row in told)
    top = next(step for step in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1) if step >= min(top, 1))
    step = 100 / max(len(rows) - 1, 1)

    def height(share: float) -> float:
        return round(40 - 40 * min(share, top) / top, 2)

    # A week that is not told ends a line: what stands on both sides is not joined.
    parts: list[list[tuple[float, dict[str, Any]]]] = [[]]
    for place, row in enumerate(rows):
        if row["share"] is None:
            parts.append([])
        else:
            parts[-1].append((round(place * step, 2), row))
    lines, bands = [], []
    for part in filter(None, parts):
        lines.append(" ".join(f"{x},{height(row['share'])}" for x, row in part))
        if all(row["low"] is not None for _, row in part):
            upper = [f"{x},{height(row['high'])}" for x, row in part]
            lower = [f"{x},{height(row['low'])}" for x, row in reversed(part)]
            bands.append(" ".join(upper + lower))
    moved = [(round(place * step, 2), row["week_start"]) for place, row in enumerate(rows) if row["window_is_moved"]]
    return {
        "lines": lines,
        "bands": bands,
        "moved": moved,
        "step": round(step, 2),
        "top": top,
        "first": rows[0]["week_start"],
        "last": rows[-1]["week_start"] + timedelta(days=6),
        "latest": told[-1],
    }


def packed(
    connection: duckdb.DuckDBPyConnection,
    weeks: Sequence[tuple[date, bool]],
    labels: dict[str, dict[Any, str]],
) -> str:
    """The postings as columns for report.js, newest first: a header in JSON and numbers, in gzip and base64.

    The header names each column with the type of its numbers and how many there are, in the order in which they lie.
    """
    week_of = {week: place for place, (week, _) in enumerate(weeks)}
    table = records(
        connection,
        f"""
        select posting_id, week_start, {", ".join(f"{column} as {name}" for name, column in CHOICES.items())},
            is_ai_posting, has_text, pay, pay_currency, pay_period, title, company, location, url, posted_date,
            ai_evidence
        from ({POSTINGS}) as postings order by week_start desc, source, posting_id
        """,
    )
    skills = connection.execute(
        f"""
        select postings.posting_id, list(skills.skill order by skills.skill)
        from ({POSTINGS}) as postings inner join marts.fct_posting_skills as skills using (posting_id) group by all
        """
    ).fetchall()
    columns: dict[str, np.ndarray] = {}
    header: dict[str, Any] = {
        "weeks": [week.isoformat() for week in week_of],
        "moved": [place for place, (_, is_moved) in enumerate(weeks) if is_moved],
        "names": {},
    }
    for name in CHOICES:
        values = sorted({row[name] for row in table}, key=lambda value: (value is None, value))
        if name == "level":
            values.sort(key=[*labels[name], None].index)
        code = {value: number for number, value in enumerate(values)}
        header["names"][name] = [None if value is None else [value, labels[name].get(value, value)] for value in values]
        columns[name] = np.array([code[row[name]] for row in table], np.min_scalar_type(len(values)))
    names = sorted({skill for _, found in skills for skill in found})
    code = {skill: number for number, skill in enumerate(names)}
    header["names"]["skills"] = [[skill, labels["skills"].get(skill, skill)] for skill in names]
    found = dict(skills)
    lists = [found.get(row["posting_id"], []) for row in table]
    paid = [
        place for place, row in enumerate(table) if row["pay"] is not None and row["pay_currency"] and row["pay_period"]
    ]
    kinds = [(table[place]["pay_currency"], table[place]["pay_period"]) for place in paid]
    header["pay_kinds"] = sorted(set(kinds))
    columns |= {
        "week": np.array([week_of[row["week_start"]] for row in table], np.uint16),
        "flags": np.array([bool(row["is_ai_posting"]) + 2 * row["has_text"] for row in table], np.uint8),
        "skill_counts": np.array([len(found) for found in lists], np.uint8),
        "skill": np.array([code[skill] for found in lists for skill in found], np.min_scalar_type(len(names))),
        "paid": np.array(paid, np.uint32),
        "pay_kind": np.array([header["pay_kinds"].index(kind) for kind in kinds], np.uint16),
        "pay": np.array([table[place]["pay"] for place in paid], np.float64),
    }
    header["opened"] = [
        [
            *(short(row[name] or "") for name in ("title", "company", "location")),
            row["url"] if str(row["url"]).startswith(("http://", "https://")) else None,
            row["posted_date"].isoformat(),
            row["ai_evidence"] if row["is_ai_posting"] else None,
        ]
        for row in table[:MOST_OPENED]
    ]
    # Widest numbers first, so that each column begins where its numbers may lie.
    ordered = sorted(columns.items(), key=lambda column: -column[1].itemsize)
    header["columns"] = [[name, numbers.dtype.name, len(numbers)] for name, numbers in ordered]
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    body = b"".join(np.ascontiguousarray(numbers).tobytes() for _, numbers in ordered)
    return base64.b64encode(gzip.compress(len(text).to_bytes(8, "little") + body + text, 9, mtime=0)).decode()
