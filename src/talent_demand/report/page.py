"""The report: one HTML file that is read without a network, and asked where scripts run.

Every number is a row of a mart or a count of ``answers``; here it is only put into words.
"""

import base64
import gzip
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from talent_demand.report.answers import CHOICES, MIN_PAID, MIN_SHARED, POSTINGS, answer

HERE = Path(__file__).parent
# So many postings can be opened from the page, the newest of each value that one may choose and that is no rare one, of
# AI and of others; the rest is counted only.
MOST_OPENED = 800
PLACE = """
    case when count(*) over (partition by {each}, is_ai_posting) >= 5
        then row_number() over (partition by {each}, is_ai_posting order by posted_date desc, posting_id) end
"""
PLACES = ",".join(PLACE.format(each=each) for each in (*CHOICES.values(), "week_start"))
LONGEST_NAME = 120
# A share is drawn up to the first of these that holds all of it.
HEIGHTS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1]
# Rows of a list before "all" is asked for.
SHORT_LIST = 10
# What values of each choice, and skills, are called: value, name, mart.
NAMES = {
    "skills": ("skill", "display_name || case edition when '2026' then '*' else '' end", "dim_skills"),
    "source": ("source", "display_name", "dim_sources"),
    "country": ("country_code", "country", "dim_places where place_level = 'country'"),
    "region": ("region_code", "display_name", "dim_places where place_level = 'region'"),
    "role": ("role_family", "display_name", "dim_role_families"),
    "level": ("seniority_level", "display_name", "dim_seniority_levels"),
    "hiring": ("employer_id", "employer", "dim_employers where not is_agency"),
    "agency": ("employer_id", "employer", "dim_employers where is_agency"),
}
# With what a change is compared; a span is as many weeks as its windows have.
COMPARISONS = {
    "year": "the same {span} a year ago",
    "whole_period": "the first {span} of the period",
    "four_weeks": "the {span} before",
}
NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
# Rows that the page tells as they are.
ROWS = {
    "metrics": "from marts.dim_metrics",
    # What the message tells: the first clear change, the longest comparison first, or the longest that is made.
    "told": """
        select * from marts.trend_changes where measure = 'ai_share' and verdict <> 'not_comparable'
        order by verdict = 'no_clear_change', list_position(['year', 'whole_period', 'four_weeks'], comparison) limit 1
    """,
    "changes": "select * from marts.trend_changes where measure = 'ai_share' and comparison = 'four_weeks'",
    "volume": "select * from marts.weekly_job_volume where is_complete_week order by week_start desc limit 1",
    # Skills whose change within AI postings, or among all, is clear, largest first; one comparison a skill.
    "movers": """
        select changes.*, display_name as label
        from marts.trend_changes as changes inner join marts.dim_skills as skills on changes.name = skills.skill
        where measure in ('ai_skill_share', 'skill_share') and verdict in ('up', 'down')
        qualify row_number() over (partition by measure, name order by abs(within_points) desc) = 1
        order by measure, abs(within_points) desc, name
    """,
    "emerging": "select * from marts.emerging_terms where not is_in_taxonomy order by rank limit 10",
    "definitions": """
        select display_name, sum(ai_count) / sum(job_count) as share
        from marts.weekly_ai_share_by_definition inner join marts.dim_weeks using (week_start)
        where is_in_bounds group by display_name having sum(job_count) > 0 order by share desc, display_name
    """,
    "weeks": """
        select week_start, collection_status <> 'usual' as is_moved
        from marts.weekly_job_volume where is_in_bounds order by week_start
    """,
    "spells": "select * from marts.collection_spells order by last_week desc, part <> 'all', source, kind",
    # The share of AI postings; ``part`` changes with each week that is not told.
    "trend": """
        select trends.*, week_start + 6 as last_day, coalesce(window_is_moved, false) as is_moved,
            row_number() over (order by week_start) - 1 as place,
            count(*) filter (where low is null) over (order by week_start) as part
        from marts.weekly_trends as trends left join marts.weekly_job_volume using (week_start)
        where measure = 'ai_share' order by week_start
    """,
    # What a reader should know of the data themselves: one row.
    "quality": f"""
        select count(*) as postings, min(posted_date) as first_day, max(posted_date) as last_day,
            count(*) filter (where not has_text) as without_text,
            count(*) filter (where is_date_estimated) as estimated_dates,
            count(*) filter (where seniority_level is null) as without_level,
            count(*) filter (where search_term is not null) as searched,
            (select count(*) from marts.fct_job_postings) as all_postings,
            (select coalesce(bool_or(is_demo), false) from marts.fct_job_postings) as is_demo,
            (select count(distinct search_term) from marts.fct_job_postings) as search_terms,
            (select count(*) from marts.fct_posting_observations) as observations,
            (select count(*) from marts.rejected_postings) as rejected,
            (select count(*) from marts.weekly_changes where old_value is not null) as changed
        from ({POSTINGS}) as postings
    """,
}


def render(connection: duckdb.DuckDBPyConnection) -> str:
    """The report as HTML; the same marts give the same page on the same day."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    words = (percent, points, day, in_days, plain, span, against, counted)
    environment.filters |= {"number": "{:,}".format} | {word.__name__: word for word in words}
    labels = display_names(connection)
    whole = answer(connection)
    whole["ai_skills"] = [(skill, ai_n, n) for skill, n, ai_n in whole["skills"] if ai_n]
    rows = {name: connection.sql(sql).to_arrow_table().to_pylist() for name, sql in ROWS.items()}
    metrics = {row["metric"]: row for row in rows["metrics"]}
    return environment.get_template("report.html.j2").render(
        **rows | {"metrics": metrics},
        all=in_order(whole, labels),
        labels=labels,
        heights=HEIGHTS,
        short_list=SHORT_LIST,
        min_paid=MIN_PAID,
        today=datetime.now(UTC).date(),
        sentence=sentence(rows["told"], rows["changes"], metrics["ai_share"]["display_name"]),
        data=packed(connection, rows, labels),
        style=(HERE / "report.css").read_text(encoding="utf-8"),
        script=(HERE / "report.js").read_text(encoding="utf-8"),
    )


def display_names(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[Any, str]]:
    """What values of each choice, and skills, are called, in the order of lists: levels by rank, others by name."""
    labels: dict[str, dict[Any, str]] = {"workplace": {"hybrid": "Hybrid", "onsite": "On site", "remote": "Remote"}}
    for name, (value, label, mart) in NAMES.items():
        order = "seniority_rank" if name == "level" else f"lower({label}), {value}"
        rows = connection.execute(f"select {value}, {label} from marts.{mart} order by {order}").fetchall()
        labels[name] = {key: short(text) for key, text in rows}
    # One choice of employer, agencies behind those that hire for themselves.
    return labels | {"ai_skills": labels["skills"], "employer": labels["hiring"] | labels["agency"]}


def in_order(found: dict[str, Any], labels: Mapping[str, Mapping[Any, str]]) -> dict[str, Any]:
    """An answer as report.js has it: levels in the order of their ranks, all else by its number, then its name."""
    for name in found.keys() & labels.keys():
        places = {value: place for place, value in enumerate([*labels[name], None])}
        found[name].sort(key=lambda row, name=name, places=places: (name != "level" and -row[1], places[row[0]]))
    return found


def short(name: str) -> str:
    """A name without what one that is a whole text, by a fault of its file, would fill the page with."""
    return name[: LONGEST_NAME - 1] + "…" if len(name) > LONGEST_NAME else name


def rounded(value: float, digits: int) -> Decimal:
    """A number to so many digits, halves up as the marts and report.js have them; formats of Python's round to even."""
    return Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def percent(share: float | None) -> str:
    """A share as people read it."""
    return "–" if share is None else f"{rounded(100 * share, 1 if 0 < share < 0.095 else 0)}%"


def points(value: float | None) -> str:
    """Percentage points with their sign."""
    return "–" if value is None else f"{rounded(value, 1) + 0:+}".replace("-", "−")


def counted(number: int, word: str) -> str:
    """A number of things, whose word takes an s for several."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def day(value: date | datetime | None) -> str:
    """A day as people read it."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"


def in_days(text: str) -> str:
    """A text of the marts with its days as people read them."""
    return re.sub(r"\b\d{4}-\d{2}-\d{2}\b", lambda found: day(date.fromisoformat(found[0])), text)


def plain(quote: str) -> str:
    """Words of a posting without the marks of Markdown around them."""
    return re.sub(r"\*\*|\\(?=[^\w\s])", "", quote)


def span(weeks: int, kind: str = "") -> str:
    """So many weeks as people name them after "the": week, four weeks, four complete weeks."""
    number = NUMBERS[weeks] if weeks < len(NUMBERS) else str(weeks)
    return " ".join(word for word in (number if weeks > 1 else "", kind, "weeks" if weeks > 1 else "week") if word)


def against(row: dict[str, Any]) -> str:
    """With which weeks a row of trend_changes compares as many."""
    return COMPARISONS[row["comparison"]].format(span=span(((row["recent_to"] - row["recent_from"]).days + 1) // 7))


def sentence(told: Sequence[dict[str, Any]], latest: Sequence[dict[str, Any]], measure: str) -> str:
    """The message that trend_changes carries, like against like.

    ``told``: the change of ``measure`` that is told, if any; ``latest``: that against the weeks just before.
    """
    measure = measure[:1].lower() + measure[1:]
    if not told:
        # What else is to say of the comparison stands beside the sentence.
        why = latest[0]["reason"].partition("; ")[0] if latest else "there are no complete weeks yet"
        return f"Whether the {measure} is moving cannot be told yet: {why}."
    row = told[0]
    weeks = against(row)
    if row["comparison"] == "whole_period":
        weeks += f" (from {day(row['before_from'])})"
    bounds = f"{points(row['within_low'])} to {points(row['within_high'])} points"
    if row["verdict"] == "no_clear_change":
        return f"No clear change in the {measure} against {weeks}: like for like it moved by {bounds} (95% sure)."
    more = "more" if row["verdict"] == "up" else "less"
    message = (
        f"Employers ask for AI work {more} often than in {weeks}: like for like the {measure} changed by "
        f"{points(row['within_points'])} points (95% sure: {bounds})."
    )
    before, recent = percent(row["before_share"]), percent(row["recent_share"])
    if row["change_points"] * row["within_points"] >= 0 or before == recent:
        return message
    # Whoever looks at all postings sees the reverse, and should read why.
    parts = {"roles": row["role_points"], "what was collected": row["collection_points"]}
    other = max(parts, key=lambda name: parts[name] * row["change_points"])
    return (
        f"In the same roles {message[0].lower()}{message[1:]} "
        f"Over all postings it went from {before} to {recent}, by another mix of {other}."
    )


def packed(
    connection: duckdb.DuckDBPyConnection,
    rows: Mapping[str, Sequence[dict[str, Any]]],
    labels: dict[str, dict[Any, str]],
) -> str:
    """The postings as columns for report.js, newest first: a header in JSON and numbers, in gzip and base64.

    The header names each column with the type of its numbers and how many there are, in the order in which they lie.
    """
    table = connection.execute(
        f"""
        select {", ".join(f"{column} as {name}" for name, column in CHOICES.items())}, extracted_skills as skills,
            row_number() over (order by place, posted_date desc, posting_id) <= {MOST_OPENED} as is_opened,
            (week_start - min(week_start) over ()) // 7 as week,
            cast(is_ai_posting as integer) + 2 * cast(has_text as integer) as flags, pay, pay_currency, pay_period,
            coalesce(title, '') as title, coalesce(location, '') as location,
            case when regexp_matches(url, '^https?://') then url end as url, cast(posted_date as varchar) as posted_on,
            case when is_ai_posting then ai_evidence end as words
        from (select *, least({PLACES}) as place from ({POSTINGS}) as postings) as postings
        order by week_start desc, postings.posted_date desc, source, posting_id
        """
    ).df()
    held = table[table["is_opened"]]
    opened = held[["title", "location"]].map(short).join(held[["url", "posted_on"]])
    opened["words"] = held["words"].map(plain, na_action="ignore")
    paid = table.dropna(subset=["pay", "pay_currency", "pay_period"])
    kinds = paid.groupby(["pay_currency", "pay_period"])
    mentions = table["skills"].explode().dropna()
    numbers: dict[str, Any] = {
        "week": table["week"],
        "flags": table["flags"],
        "skill_counts": np.bincount(mentions.index, minlength=len(table)),
        "paid": paid.index,
        "pay_kind": kinds.ngroup(),
        "held": held.index,
    }
    names = {}
    for name, values in {**table[[*CHOICES]], "skills": mentions}.items():
        coded = pd.Categorical(values, categories=[*labels[name]]).remove_unused_categories()
        names[name] = [labels[name][value] for value in coded.categories] + [None] * (-1 in coded.codes)
        # What is not stated comes last.
        numbers[name] = coded.codes.astype(int) % (len(coded.categories) + 1)
    # Each column in the narrowest type that holds it.
    columns = {name: np.asarray(pd.to_numeric(column, downcast="unsigned")) for name, column in numbers.items()}
    columns["pay"] = paid["pay"].to_numpy(np.float64)
    # Widest numbers first, so that each column begins where its numbers may lie.
    columns = dict(sorted(columns.items(), key=lambda column: -column[1].itemsize))
    header = {
        "weeks": [week["week_start"].isoformat() for week in rows["weeks"]],
        "moved": [place for place, week in enumerate(rows["weeks"]) if week["is_moved"]],
        "min_paid": MIN_PAID,
        "short_list": SHORT_LIST,
        "moved_windows": [row["place"] for row in rows["trend"] if row["is_moved"]],
        "share_weeks": [row["place"] for row in rows["trend"] if row["low"] is not None],
        "window": rows["volume"][0]["window_weeks"] if rows["volume"] else 1,
        "min_shared": MIN_SHARED,
        "heights": HEIGHTS,
        # The place of the first agency among the names of employers.
        "agencies": len(set(table["employer"].dropna()) - labels["agency"].keys()),
        "names": names,
        "pay_kinds": [*kinds.groups],
        "opened": json.loads(opened.to_json(orient="values")),
        "columns": [[name, column.dtype.name, len(column)] for name, column in columns.items()],
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    body = b"".join(column.tobytes() for column in columns.values())
    return base64.b64encode(gzip.compress(len(text).to_bytes(8, "little") + body + text, 9, mtime=0)).decode()
