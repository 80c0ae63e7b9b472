"""Charts as PNG for slides, each from rows of the marts."""

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from talent_demand.report.answers import POSTINGS
from talent_demand.report.page import percent, span
from talent_demand.warehouse import write_whole

AI, ALL, QUIET = "#0b5fa5", "#a9b6c3", "#56626f"
LEADING = 5
BARS = 10
# Points between a title and its axes where a note lies between them.
NOTED = 18
STYLE: dict[Any, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "date.converter": "concise",
    "figure.figsize": (9, 4.6),
    "figure.constrained_layout.use": True,
    "legend.frameon": False,
    "savefig.dpi": 150,
    # A name is no formula.
    "text.parse_math": False,
}
# Bars: names and shares among the postings of a condition.
SKILLS = f"""
    , chosen as (select * from postings where has_text and {{}})
    select display_name as name, count(*) / (select count(*) from chosen) as share
    from chosen inner join marts.fct_posting_skills using (posting_id) inner join marts.dim_skills using (skill)
    group by all order by share desc, name limit {BARS}
"""
LEVELS = """
    select coalesce(display_name, 'not stated') as name, count(*) / sum(count(*)) over () as share
    from postings left join marts.dim_seniority_levels using (seniority_level)
    group by display_name, seniority_rank order by seniority_rank nulls last
"""
COUNTRIES = f"""
    select coalesce(country, 'not stated') as name, count(*) / sum(count(*)) over () as share
    from postings
    left join (from marts.dim_places where place_level = 'country') as places using (country_code)
    group by country order by share desc, name limit {BARS}
"""


def bars(title: str, sql: str, connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """Horizontal bars with their percentages, the first on top."""
    shares = connection.execute(f"with postings as ({POSTINGS}) {sql}").df()[::-1]
    axes.set_title(title)
    colours = [ALL if name == "not stated" else AI for name in shares["name"]]
    axes.bar_label(axes.barh(shares["name"], shares["share"], color=colours), shares["share"].map(percent), padding=3)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)


def weekly_volume(connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """Postings and AI postings a week; weeks in which collection moved are shaded, incomplete ones paler."""
    weeks = connection.execute("select * from marts.weekly_job_volume where is_in_bounds order by week_start").df()
    names = dict(connection.execute("select metric, display_name from marts.dim_metrics").fetchall())
    axes.set_title(f"{names['postings']} collected a week", pad=NOTED)
    kinds = {"job_count": ("postings", ALL), "ai_job_count": ("ai_postings", AI)}
    for column, (_, colour) in kinds.items():
        colours = [(colour, 1 if is_complete else 0.45) for is_complete in weeks["is_complete_week"]]
        axes.bar(weeks["week_start"], weeks[column], width=5.5, color=colours)
    axes.margins(x=0.01)
    axes.locator_params(axis="y", integer=True)
    shade(axes, weeks["week_start"][weeks["collection_status"] != "usual"], "paler: incomplete weeks")
    handles = [Patch(color=colour, label=names[metric]) for metric, colour in kinds.values()]
    axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)


def shade(axes: Axes, moved: pd.Series, note: str) -> None:
    """Shade the weeks in which collection moved, and say so under the title, after ``note``."""
    half_week = pd.Timedelta(days=3.5)
    for week in moved:
        axes.axvspan(week - half_week, week + half_week, color="#e4e6e8", zorder=0)
    note += "" if moved.empty else "; grey: collection moved, not demand"
    axes.text(0, 1.015, note, transform=axes.transAxes, size=8, color=QUIET)


def weekly_top_skills(connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """The share of the leading skills in the weeks up to each; a line ends where its share is not told."""
    shares = connection.execute(
        f"""
        with foremost as (
            select name from marts.weekly_trends where measure = 'skill_share'
            group by name having count(share) > 0 order by sum(share) desc, name limit {LEADING}
        )
        select week_start, display_name, 100 * share as share, window_weeks, window_is_moved
        from marts.weekly_trends inner join foremost using (name)
            inner join marts.dim_skills on weekly_trends.name = dim_skills.skill
            inner join marts.weekly_job_volume using (week_start)
        where measure = 'skill_share' order by week_start
        """
    ).df()
    axes.set_title("Leading skills, share of postings with a text, %", pad=NOTED)
    if shares.empty:
        return
    lines = shares.pivot(index="week_start", columns="display_name", values="share")
    # The legend in the order in which the lines end.
    for skill in lines.ffill().iloc[-1].sort_values(ascending=False, kind="stable").index:
        axes.plot(lines[skill], linewidth=2, label=skill)
    axes.set_ylim(bottom=0)
    moved = shares["week_start"][shares["window_is_moved"].fillna(False)].drop_duplicates()
    shade(axes, moved, f"in the {span(shares['window_weeks'].iloc[0])} up to each")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))


CHARTS: dict[str, Callable[[duckdb.DuckDBPyConnection, Axes], None]] = {
    "weekly_volume": weekly_volume,
    "top_skills": partial(bars, "Skills asked for most, share of postings with a text", SKILLS.format("true")),
    "ai_skills": partial(
        bars, "Skills that AI postings ask for most, share of those with a text", SKILLS.format("is_ai_posting")
    ),
    "seniority": partial(bars, "Levels that titles name, share of postings", LEVELS),
    "countries": partial(bars, "Countries, share of postings", COUNTRIES),
    "weekly_top_skills": weekly_top_skills,
}


def draw_charts(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """Write every chart to ``folder`` as NAME.png, each whole or not at all; returns the file names."""
    (source,) = connection.execute(
        "select case when coalesce(bool_or(is_demo), false) then 'demo postings, not the labour market' "
        "else 'postings collected' end || ', up to ' || coalesce(strftime(max(posted_date), '%-d %b %Y'), '–') "
        f"from ({POSTINGS}) as postings"
    ).fetchone() or ("",)
    for name, chart in CHARTS.items():
        with mpl.rc_context(STYLE):
            figure = Figure()
            chart(connection, axes := figure.subplots())
            if not axes.has_data():
                axes.set_axis_off()
                axes.text(0, 0.9, "There are not enough postings to draw this.", transform=axes.transAxes)
            figure.supxlabel(source, x=0.995, ha="right", size=8, color=QUIET)
            picture = io.BytesIO()
            figure.savefig(picture, format="png", metadata={"Software": None})
        write_whole(folder / f"{name}.png", picture.getvalue())
    return [f"{name}.png" for name in CHARTS]
