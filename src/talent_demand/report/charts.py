"""Charts as PNG for slides, each from rows of the marts."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from talent_demand.report.answers import POSTINGS
from talent_demand.report.page import span
from talent_demand.warehouse import write_whole

AI, ALL, QUIET = "#0b5fa5", "#a9b6c3", "#56626f"
SIZE = (9, 4.6)
LEADING = 5
BARS = 10
# Points between a title and its axes where a note lies between them.
NOTED = 18
STYLE: dict[Any, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
}


def weekly_volume(connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """Postings and AI postings a week; weeks in which collection moved are shaded, incomplete ones paler."""
    weeks = connection.execute("select * from marts.weekly_job_volume where is_in_bounds order by week_start").df()
    axes.set_title("Postings collected a week", pad=NOTED)
    if weeks.empty:
        return
    complete = weeks["is_complete_week"].map({True: 1.0, False: 0.45}).tolist()
    kinds = (("job_count", "all", ALL), ("ai_job_count", "AI work", AI))
    for column, _, colour in kinds:
        bars = axes.bar(weeks["week_start"], weeks[column], width=5.5, color=colour)
        for bar, alpha in zip(bars, complete, strict=True):
            bar.set_alpha(alpha)
    axes.margins(x=0.01)
    shade(axes, weeks["week_start"][weeks["collection_status"] != "usual"], "paler: incomplete weeks")
    handles = [Patch(color=colour, label=label) for _, label, colour in kinds]
    axes.legend(handles=handles, frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)


def shade(axes: Axes, moved: pd.Series, note: str) -> None:
    """Shade the weeks in which collection moved, and say so under the title, after ``note``."""
    for week in moved:
        axes.axvspan(week - pd.Timedelta(days=3.5), week + pd.Timedelta(days=3.5), color="#e4e6e8", zorder=0)
    notes = [note] + ["grey: collection moved, not demand"] * (not moved.empty)
    axes.text(0, 1.015, "; ".join(notes), transform=axes.transAxes, size=8, color=QUIET)


def top_skills(connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """The ten skills that most postings mention."""
    skills_of(connection, axes, "true", "Skills asked for most, share of postings with a text")


def ai_skills(connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """The ten skills that most AI postings mention."""
    skills_of(connection, axes, "is_ai_posting", "Skills that AI postings ask for most, share of those with a text")


def skills_of(connection: duckdb.DuckDBPyConnection, axes: Axes, condition: str, title: str) -> None:
    """Bars of the leading skills among the postings of a condition."""
    shares = connection.execute(
        f"""
        with postings as ({POSTINGS}), chosen as (select * from postings where has_text and {condition})
        select display_name, count(*) / (select count(*) from chosen) as share
        from chosen inner join marts.fct_posting_skills using (posting_id) inner join marts.dim_skills using (skill)
        group by all order by share desc, display_name limit {BARS}
        """
    ).df()
    bars_of(axes, shares["display_name"], shares["share"], title)


def seniority(connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """Postings by the level that their title names, in rank order; those that name none stand apart."""
    levels = connection.execute(
        f"""
        with postings as ({POSTINGS})
        select coalesce(levels.display_name, 'not stated') as level, count(*) / sum(count(*)) over () as share
        from postings left join marts.dim_seniority_levels as levels using (seniority_level)
        group by levels.display_name, levels.seniority_rank order by levels.seniority_rank nulls last
        """
    ).df()
    bars_of(axes, levels["level"], levels["share"], "Levels that titles name, share of postings")


def countries(connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """The ten countries with most postings."""
    places = connection.execute(
        f"""
        with postings as ({POSTINGS})
        select coalesce(places.country, 'not stated') as country, count(*) / sum(count(*)) over () as share
        from postings left join marts.dim_places as places
            on postings.country_code = places.country_code and places.place_level = 'country'
        group by places.country order by share desc, country limit {BARS}
        """
    ).df()
    bars_of(axes, places["country"], places["share"], "Countries, share of postings")


def bars_of(axes: Axes, names: pd.Series, shares: pd.Series, title: str) -> None:
    """Horizontal bars with their percentages, the first on top."""
    axes.set_title(title)
    bars = axes.barh(names[::-1], 100 * shares[::-1], color=AI)
    axes.bar_label(bars, fmt="%.0f%%", padding=3)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)


def weekly_top_skills(connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """The share of the leading skills in the weeks up to each; a line ends where its share is not told."""
    shares = connection.execute(
        f"""
        with foremost as (
            select name from marts.weekly_trends where measure = 'skill_share'
            group by name order by sum(share) desc nulls last, name limit {LEADING}
        )
        select week_start, display_name, 100 * share as share, window_weeks, window_is_moved
        from marts.weekly_trends inner join foremost using (name)
            inner join marts.dim_skills on weekly_trends.name = dim_skills.skill
            inner join marts.weekly_job_volume using (week_start)
        where measure = 'skill_share' order by week_start
        """
    ).df()
    axes.set_title("Leading skills, share of postings with a text, %", pad=NOTED)
    if not shares.empty:
        lines = shares.pivot(index="week_start", columns="display_name", values="share")
        # The legend in the order in which the lines end.
        for skill in lines.ffill().iloc[-1].sort_values(ascending=False, kind="stable").index:
            axes.plot(lines.index, lines[skill], linewidth=2, label=skill)
        axes.set_ylim(bottom=0)
        moved = shares["week_start"][shares["window_is_moved"].fillna(False)].drop_duplicates()
        shade(axes, moved, f"in the {span(shares['window_weeks'].iloc[0])} up to each")
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))


CHARTS: dict[str, Callable[[duckdb.DuckDBPyConnection, Axes], None]] = {
    "weekly_volume": weekly_volume,
    "top_skills": top_skills,
    "ai_skills": ai_skills,
    "seniority": seniority,
    "countries": countries,
    "weekly_top_skills": weekly_top_skills,
}


def draw_charts(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """Write every chart to ``folder`` as NAME.png, each whole or not at all; returns the file names."""
    folder.mkdir(parents=True, exist_ok=True)
    (source,) = connection.execute(
        "select case when coalesce(bool_or(is_demo), false) then 'demo postings, not the labour market' "
        "else 'postings collected' end || ', up to ' || coalesce(strftime(max(posted_date), '%-d %b %Y'), '–') "
        f"from ({POSTINGS}) as postings"
    ).fetchone() or ("",)
    names = []
    for name, chart in CHARTS.items():
        with mpl.rc_context(STYLE):
            figure = Figure(figsize=SIZE, layout="constrained")
            chart(connection, figure.subplots())
            figure.supxlabel(source, x=0.995, ha="right", size=8, color=QUIET)
            picture = io.BytesIO()
            figure.savefig(picture, dpi=150, format="png", metadata={"Software": None})
        write_whole(folder / f"{name}.png", picture.getvalue())
        names.append(f"{name}.png")
    return names
