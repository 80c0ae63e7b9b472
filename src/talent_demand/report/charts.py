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

from talent_demand.report.answers import answer
from talent_demand.report.page import ROWS, SHORT_LIST, day, display_names, in_order, percent, span
from talent_demand.warehouse import write_whole

AI, ALL, QUIET = "#0b5fa5", "#a9b6c3", "#56626f"
LEADING = 5
STYLE: dict[Any, Any] = {
    # Colours of Okabe and Ito, told apart by those who see no red or green.
    "axes.prop_cycle": "cycler('color', ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7'])",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    # A note may lie between a title and its axes.
    "axes.titlepad": 18,
    "axes.titleweight": "bold",
    "figure.figsize": (9, 4.6),
    "figure.constrained_layout.use": True,
    "legend.frameon": False,
    "savefig.dpi": 150,
    # A name is no formula.
    "text.parse_math": False,
}


def bars(name: str, choice: dict[str, Any], connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """Horizontal bars of the shares that a list of the page gives for a choice of postings, the first on top."""
    labels = display_names(connection)
    found = in_order(answer(connection, choice), labels)
    rows = sorted(found[name][:SHORT_LIST], key=lambda row: row[0] is None)[::-1]
    shares = [n / found["with_text" if name == "skills" else "postings"] for _, n, _ in rows]
    # The mark of a skill's edition is explained on the page alone.
    names = ["not stated" if value is None else labels[name][value].rstrip("*") for value, _, _ in rows]
    drawn = axes.barh(names, shares, color=[ALL if value is None else AI for value, _, _ in rows])
    axes.bar_label(drawn, [percent(share) for share in shares], padding=3)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)


def weekly_volume(connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """Postings and AI postings a week; weeks in which collection moved are shaded, incomplete ones paler."""
    weeks = connection.execute("select * from marts.weekly_job_volume where is_in_bounds order by week_start").df()
    names = dict(connection.execute("select metric, display_name from marts.dim_metrics").fetchall())
    kinds = {"job_count": ("postings", ALL), "ai_job_count": ("ai_postings", AI)}
    for column, (_, colour) in kinds.items():
        colours = [(colour, 1 if is_complete else 0.45) for is_complete in weeks["is_complete_week"]]
        axes.bar(weeks["week_start"], weeks[column], width=5.5, color=colours)
    axes.margins(x=0.01)
    axes.locator_params(axis="y", integer=True)
    name_weeks(axes, weeks["week_start"], weeks["collection_status"] != "usual", "paler: incomplete weeks")
    handles = [Patch(color=colour, label=names[metric]) for metric, colour in kinds.values()]
    axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)


def name_weeks(axes: Axes, weeks: pd.Series, is_moved: pd.Series, note: str) -> None:
    """Name weeks by their Mondays, shade those in which collection moved, and say so under the title after ``note``."""
    named = weeks[:: max(1, -(-len(weeks) // 7))]
    axes.set_xticks(named, [day(week) for week in named])
    half_week = pd.Timedelta(days=3.5)
    for week in weeks[is_moved]:
        axes.axvspan(week - half_week, week + half_week, color="#e4e6e8", zorder=0)
    note += "" if not is_moved.any() else "; grey: collection moved, not demand"
    axes.text(0, 1.015, note, transform=axes.transAxes, size=8, color=QUIET)


def weekly_top_skills(connection: duckdb.DuckDBPyConnection, axes: Axes) -> None:
    """The share of the leading skills in the weeks up to each; a line ends where its share is not told."""
    shares = connection.execute(
        """
        select week_start, display_name, share, window_weeks, coalesce(window_is_moved, false) as is_moved
        from marts.weekly_trends inner join marts.dim_skills on weekly_trends.name = dim_skills.skill
            inner join marts.weekly_job_volume using (week_start)
        where measure = 'skill_share' order by week_start
        """
    ).df()
    lines = shares.pivot(index="week_start", columns="display_name", values="share").dropna(how="all", axis="columns")
    if lines.empty:
        return
    lines = 100 * lines[lines.sum().nlargest(LEADING).index]
    # The legend in the order in which the lines end.
    for skill in lines.ffill().iloc[-1].sort_values(ascending=False, kind="stable").index:
        axes.plot(lines[skill], linewidth=2, label=skill)
    axes.set_ylim(bottom=0)
    weeks = shares.drop_duplicates("week_start").reset_index()
    note = f"in the {span(shares['window_weeks'].iloc[0])} up to each"
    name_weeks(axes, weeks["week_start"], weeks["is_moved"], note)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))


# Titles, and what draws below them.
CHARTS: dict[str, tuple[str, Callable[[duckdb.DuckDBPyConnection, Axes], None]]] = {
    "weekly_volume": ("Postings collected a week", weekly_volume),
    "top_skills": ("Skills asked for most, share of postings with a text", partial(bars, "skills", {})),
    "ai_skills": (
        "Skills that AI postings ask for most, share of those with a text",
        partial(bars, "skills", {"is_ai": True}),
    ),
    "seniority": ("Levels that titles name, share of postings", partial(bars, "level", {})),
    "countries": ("Countries, share of postings", partial(bars, "country", {})),
    "weekly_top_skills": ("Leading skills, share of postings with a text, %", weekly_top_skills),
}


def draw_charts(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """Write every chart to ``folder`` as NAME.png, each whole or not at all; returns the file names."""
    (quality,) = connection.sql(ROWS["quality"]).to_arrow_table().to_pylist()
    kind = "demo postings, not the labour market" if quality["is_demo"] else "postings collected"
    for name, (title, chart) in CHARTS.items():
        with mpl.rc_context(STYLE):
            figure = Figure()
            chart(connection, axes := figure.subplots())
            axes.set_title(title)
            if not axes.has_data():
                axes.set_axis_off()
                axes.text(0, 0.9, "There are not enough postings to draw this.", transform=axes.transAxes)
            figure.supxlabel(f"{kind}, up to {day(quality['last_day'])}", x=0.995, ha="right", size=8, color=QUIET)
            picture = io.BytesIO()
            figure.savefig(picture, format="png", metadata={"Software": None})
        write_whole(folder / f"{name}.png", picture.getvalue())
    return [f"{name}.png" for name in CHARTS]
