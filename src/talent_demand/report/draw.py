"""Draw the marts: four charts as PNG and a report as one HTML page.

Each chart is a list of shapes in pixels (``Drawing``), which is painted by matplotlib for the PNG files and written as
inline SVG into the report, so that both show the same.
"""

from __future__ import annotations

import argparse
import io
import math
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import matplotlib
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from talent_demand.report import figures
from talent_demand.report.figures import Marts, Week, number, percent, plural
from talent_demand.warehouse import write_whole

matplotlib.use("Agg")

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

CHART_WIDTH = 1600
DPI = 100

INK, MUTED, GRID, PAPER = "#1a1a1a", "#595959", "#dedede", "#ffffff"
ALL_COLOUR, AI_COLOUR, BAR_COLOUR = "#b9bec6", "#0072b2", "#5d7a8c"
# Okabe and Ito's colours, which colour-blind readers tell apart; without yellow, which white paper swallows.
LINE_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")

STYLE = {
    "svg.hashsalt": "talent",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    # A $ in a name is a dollar, not the start of a formula.
    "text.parse_math": False,
    "path.simplify": False,
}


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass
class Drawing:
    """Shapes in pixels from the top left corner; ``label`` says in words what they show."""

    width: int
    height: int
    label: str = ""
    shapes: list[dict] = field(default_factory=list)

    def rect(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none") -> None:
        """Add a rectangle."""
        self._add("rect", x=x, y=y, width=width, height=height, fill=fill, stroke=stroke)

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        """Add a line through ``points``."""
        self._add("line", points=[(round(x, 2), round(y, 2)) for x, y in points], colour=colour, width=width)

    def dot(self, x: float, y: float, radius: float, fill: str, stroke: str) -> None:
        """Add a circle."""
        self._add("dot", x=x, y=y, radius=radius, fill=fill, stroke=stroke)

    def text(
        self, x: float, y: float, text: str, size: float, colour: str = INK, anchor: str = "start", bold: bool = False
    ) -> None:
        """Add one line of text whose baseline is at ``y``; anchor is start, middle or end."""
        self._add("text", x=x, y=y, text=text, size=size, colour=colour, anchor=anchor, bold=bold)

    def _add(self, kind: str, **values: object) -> None:
        rounded = {key: round(value, 2) if isinstance(value, float) else value for key, value in values.items()}
        self.shapes.append({"kind": kind, **rounded})


@cache
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width in pixels of a line of text that is ``size`` pixels high."""
    font = FontProperties(family="DejaVu Sans", size=size * 72 / DPI, weight="bold" if bold else "normal")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _measuring_canvas().get_renderer().get_text_width_height_descent(text, font, ismath=False)[0]


@cache
def _measuring_canvas() -> FigureCanvasAgg:
    return FigureCanvasAgg(Figure(dpi=DPI))


def fit(text: str, size: float, room: float, bold: bool = False) -> str:
    """Text cut with an ellipsis to ``room`` pixels."""
    text = " ".join(text.split())
    if text_width(text, size, bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle].rstrip() + "…", size, bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def wrap(text: str, size: float, room: float, lines: int, bold: bool = False) -> list[str]:
    """Text in at most ``lines`` lines of ``room`` pixels, as few and as even as can be; cut with an ellipsis beyond."""
    wrapped = _wrap(text, size, room, lines, bold)
    if len(wrapped) < 2 or wrapped[-1].endswith("…"):
        return wrapped
    narrow = room
    while len(closer := _wrap(text, size, narrow := 0.96 * narrow, lines, bold)) == len(wrapped):
        if any(line.endswith("…") for line in closer):
            break
        wrapped = closer
    return wrapped


def _wrap(text: str, size: float, room: float, lines: int, bold: bool) -> list[str]:
    words = text.split()
    wrapped: list[str] = []
    while words and len(wrapped) < lines - 1:
        taken = 1
        while taken < len(words) and text_width(" ".join(words[: taken + 1]), size, bold) <= room:
            taken += 1
        wrapped.append(fit(" ".join(words[:taken]), size, room, bold))
        words = words[taken:]
    return [*wrapped, fit(" ".join(words), size, room, bold)] if words else wrapped


def scale(highest: float, marks: int = 5) -> list[float]:
    """Round values from 0 to at least ``highest`` in about ``marks`` steps, whole when ``highest`` is 1 or more."""
    if highest <= 0:
        return [0, 1]
    rough = highest / marks
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    if highest >= 1:
        step = max(round(step) if step < 10 else step, 1)
    return [step * i for i in range(math.ceil(highest / step - 1e-9) + 1)]


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places moved as little as needed to lie ``gap`` apart between ``low`` and ``high``, in the order given."""
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    # Isotonic regression: neighbours that are too close share the middle of where they want to be.
    blocks: list[tuple[float, int]] = []
    for rank, i in enumerate(order):
        middle, size = places[i] - rank * gap, 1
        while blocks and blocks[-1][0] > middle:
            before, count = blocks.pop()
            middle, size = (before * count + middle * size) / (count + size), count + size
        blocks.append((middle, size))
    starts = [middle for middle, size in blocks for _ in range(size)]
    last = high - gap * (len(places) - 1)
    result = [0.0] * len(places)
    for rank, (start, i) in enumerate(zip(starts, order, strict=True)):
        result[i] = max(min(start, last), low) + rank * gap
    return result


def time_axis(drawing: Drawing, box: Box, weeks: Sequence[Week], font: float) -> None:
    """Draw the marks and labels of the weeks below ``box``."""
    step = (box.right - box.left) / len(weeks)
    for place, label, year in figures.ticks(weeks[0].start, len(weeks), int((box.right - box.left) / (4.4 * font))):
        x = box.left + place * step
        drawing.line([(x, box.bottom), (x, box.bottom + 0.4 * font)], MUTED, font / 16)
        half = max(text_width(label, font), text_width(year, font)) / 2
        x = min(max(x, half), drawing.width - half)
        drawing.text(x, box.bottom + 1.55 * font, label, font, MUTED, "middle")
        if year:
            drawing.text(x, box.bottom + 2.85 * font, year, font, MUTED, "middle")


def value_axis(drawing: Drawing, box: Box, values: Sequence[float], font: float, write: Callable[[float], str]) -> Box:
    """Draw the grid of ``values`` and their labels at the left of ``box``; returns what is left of it."""
    gutter = max(text_width(write(value), font) for value in values) + 0.6 * font
    for value in values:
        y = box.bottom - (box.bottom - box.top) * value / values[-1]
        drawing.line([(box.left + gutter, y), (box.right, y)], MUTED if value == 0 else GRID, font / 18)
        drawing.text(box.left + gutter - 0.6 * font, y + 0.36 * font, write(value), font, MUTED, "end")
    return Box(box.left + gutter, box.top, box.right, box.bottom)


def draw_volume(drawing: Drawing, box: Box, weeks: Sequence[Week], font: float) -> None:
    """Draw a bar a week for all postings and, in it, one for AI postings; incomplete weeks are hollow."""
    names = ("All postings", "AI postings") if drawing.width > 500 else ("All", "AI")
    right = box.right - max(text_width(name, font, bold=True) for name in names) - 0.8 * font
    values = scale(max(1, *(week.jobs for week in weeks)))
    plot = value_axis(drawing, Box(box.left, box.top, right, box.bottom), values, font, lambda v: number(round(v)))
    step = (plot.right - plot.left) / len(weeks)
    # A single week would fill the whole width.
    width = min(step * 0.78, 6 * font)
    height = plot.bottom - plot.top
    for i, week in enumerate(weeks):
        x = plot.left + (i + 0.5) * step - width / 2
        for count, colour in ((week.jobs, ALL_COLOUR), (week.ai_jobs, AI_COLOUR)):
            tall = height * count / values[-1]
            if not tall:
                continue
            if week.complete:
                drawing.rect(x, plot.bottom - tall, width, tall, colour)
            else:
                drawing.rect(x, plot.bottom - tall, width, tall, PAPER, MUTED if colour == ALL_COLOUR else colour)
    time_axis(drawing, plot, weeks, font)
    last = next((week for week in reversed(weeks) if week.jobs), weeks[-1])
    ends = [plot.bottom - height * count / values[-1] for count in (last.jobs, last.ai_jobs)]
    for y, name, colour in zip(
        spread(ends, 1.4 * font, plot.top, plot.bottom - 0.4 * font), names, (MUTED, AI_COLOUR), strict=True
    ):
        drawing.text(plot.right + 0.6 * font, y + 0.36 * font, name, font, colour, bold=True)


def draw_lines(
    drawing: Drawing,
    box: Box,
    weeks: Sequence[Week],
    series: Sequence[tuple[str, str, Sequence[float | None]]],
    font: float,
    *,
    highest: float = 0,
    labels: bool = True,
    stressed: str = "",
) -> None:
    """Draw shares over the weeks: ``series`` of (name, colour, a share, 0 to 1, or None a week), labelled at its end.

    ``highest`` is the share that the axis reaches at least, ``stressed`` the name of a line that is drawn thicker.
    """

    def write(value: float) -> str:
        return percent(value, 0 if value == 0 or values[1] >= 0.0099 else 1)

    top = max([highest, 0.01, *(value for _, _, line in series for value in line if value is not None)])
    values = [value / 100 for value in scale(100 * top)]
    ends = []
    for name, colour, line in series:
        at = max((i for i, value in enumerate(line) if value is not None), default=None)
        if at is not None:
            value = percent(line[at])
            room = 0.36 * drawing.width - text_width(f" {value}", font, bold=True)
            ends.append((at, line[at], f"{fit(name, font, room, bold=True)} {value}", colour))
    room = 0.6 * font
    if labels:
        room = max((text_width(label, font, bold=True) for *_, label, _ in ends), default=0) + 2 * font
    plot = value_axis(drawing, Box(box.left, box.top, box.right - room, box.bottom), values, font, write)
    step = (plot.right - plot.left) / len(weeks)

    def place(i: int, value: float) -> tuple[float, float]:
        return plot.left + (i + 0.5) * step, plot.bottom - (plot.bottom - plot.top) * value / values[-1]

    time_axis(drawing, plot, weeks, font)
    # The leading line is drawn on top of the others, and a stressed one on top of all.
    back_to_front = [*reversed(series)]
    back_to_front.sort(key=lambda drawn: drawn[0] == stressed)
    for name, colour, line in back_to_front:
        width = font / 3.5 if name == stressed else font / 6
        stretch: list[int] = []
        for i, value in enumerate([*line, None]):
            if value is not None:
                stretch.append(i)
                continue
            if len(stretch) > 1:
                drawing.line([place(j, line[j]) for j in stretch], colour, width)
            elif stretch:
                drawing.dot(*place(stretch[0], line[stretch[0]]), font / 4, colour, colour)
            stretch = []
    if not labels:
        return
    spots = [place(at, value) for at, value, _, _ in ends]
    heights = spread([y for _, y in spots], 1.35 * font, plot.top, plot.bottom - 0.4 * font)
    for (_, _, label, colour), (x, y), height in zip(ends, spots, heights, strict=True):
        drawing.line([(x, y), (plot.right + 0.3 * font, y), (plot.right + 1.1 * font, height)], colour, font / 14)
        drawing.dot(x, y, font / 4, colour, colour)
        drawing.text(plot.right + 1.4 * font, height + 0.36 * font, label, font, INK, bold=True)


def draw_bubbles(
    drawing: Drawing, box: Box, weeks: Sequence[Week], rows: Sequence[tuple[str, Sequence[int]]], font: float
) -> None:
    """Draw a row for each (name, a count a week): a circle whose area is the count; hollow in incomplete weeks."""
    names = [fit(name, font, 0.4 * drawing.width) for name, _ in rows]
    plot = Box(box.left + max(text_width(name, font) for name in names) + 0.8 * font, box.top, box.right, box.bottom)
    step = (plot.right - plot.left) / len(weeks)
    height = (plot.bottom - plot.top) / len(rows)
    largest = min(0.46 * step, 0.42 * height)
    highest = max(1, *(count for _, counts in rows for count in counts))
    for row, (name, (_, counts)) in enumerate(zip(names, rows, strict=True)):
        y = plot.top + (row + 0.5) * height
        drawing.text(plot.left - 0.8 * font, y + 0.36 * font, name, font, INK, "end")
        drawing.line([(plot.left, y), (plot.right, y)], GRID, font / 18)
        for i, count in enumerate(counts):
            if not count:
                continue
            x, radius, complete = plot.left + (i + 0.5) * step, largest * math.sqrt(count / highest), weeks[i].complete
            drawing.dot(x, y, radius, AI_COLOUR if complete else PAPER, AI_COLOUR)
            label = number(count)
            room = text_width(label, font, bold=True)
            if room <= 1.6 * radius:
                drawing.text(x, y + 0.36 * font, label, font, PAPER if complete else INK, "middle", bold=True)
            elif radius + 0.3 * font + room <= step / 2:
                drawing.text(x + radius + 0.3 * font, y + 0.36 * font, label, font, INK, bold=True)
            elif room <= 0.95 * step and 2 * largest + font <= height:
                drawing.text(x, y - radius - 0.15 * font, label, font, INK, "middle", bold=True)
    drawing.line([(plot.left, plot.bottom), (plot.right, plot.bottom)], MUTED, font / 18)
    time_axis(drawing, plot, weeks, font)


def draw_bars(
    drawing: Drawing, box: Box, rows: Sequence[tuple[str, int, str]], font: float, parts: Sequence[int] = ()
) -> None:
    """Draw a horizontal bar for each (name, count, text at its end); ``parts`` are the AI postings in the counts."""
    names = [fit(name, font, 0.34 * drawing.width) for name, _, _ in rows]
    left = box.left + max(text_width(name, font) for name in names) + 0.8 * font
    right = box.right - max(text_width(text, font) for *_, text in rows) - 0.8 * font
    highest = max(1, *(count for _, count, _ in rows))
    height = (box.bottom - box.top) / len(rows)
    for i, (name, (_, count, text)) in enumerate(zip(names, rows, strict=True)):
        middle = box.top + (i + 0.5) * height
        width = (right - left) * count / highest
        drawing.text(left - 0.8 * font, middle + 0.36 * font, name, font, INK, "end")
        if count:
            colour = ALL_COLOUR if parts else BAR_COLOUR
            drawing.rect(left, middle - 0.34 * height, width, 0.68 * height, colour)
        if parts and parts[i]:
            drawing.rect(left, middle - 0.34 * height, (right - left) * parts[i] / highest, 0.68 * height, AI_COLOUR)
        drawing.text(left + width + 0.5 * font, middle + 0.36 * font, text, font, INK if count else MUTED)
    drawing.line([(left, box.top), (left, box.bottom)], MUTED, font / 18)


def footer(marts: Marts, over_time: bool = False) -> str:
    """Where a chart comes from, the number of postings, the period and the sources, as its last lines."""
    if not marts.postings:
        return "AI talent demand tracker. n = 0 postings."
    parts = [
        f"AI talent demand tracker. n = {plural(marts.postings, 'posting')}, "
        f"{figures.dates_text(marts.first_date, marts.last_date)}.",
        f"Source{'s' if len(marts.sources) > 1 else ''}: {figures.source_names(marts)}.",
    ]
    if marts.demo_postings:
        parts.insert(1, f"{figures.demo_text(marts)}.")
    if marts.outside:
        parts.append(
            f"{number(marts.outside)} of them ({percent(marts.outside / marts.postings)}) "
            f"{'is' if marts.outside == 1 else 'are'} dated far outside this period"
            f"{' and not drawn' if over_time else ''}."
        )
    return " ".join(parts)


def page(title: str, subtitle: str, foot: str, body_height: int) -> tuple[Drawing, Box]:
    """Start a chart with its texts; returns it with the room for its body, ``body_height`` pixels high."""
    left, right = 48, CHART_WIDTH - 48
    titles = wrap(title, 42, right - left, 2, bold=True)
    subtitles = wrap(subtitle, 26, right - left, 3)
    feet = wrap(foot, 20, right - left, 3)
    top = 40 + 54 * len(titles) + 36 * len(subtitles) + 34
    bottom = top + body_height
    drawing = Drawing(CHART_WIDTH, bottom + 28 + 28 * len(feet) + 16, label=title)
    for i, line in enumerate(titles):
        drawing.text(left, 78 + 54 * i, line, 42, INK, bold=True)
    for i, line in enumerate(subtitles):
        drawing.text(left, 40 + 54 * len(titles) + 26 + 36 * i, line, 26, MUTED)
    drawing.line([(left, bottom + 18), (right, bottom + 18)], GRID, 1.5)
    for i, line in enumerate(feet):
        drawing.text(left, bottom + 48 + 28 * i, line, 20, MUTED)
    return drawing, Box(left, top, right, bottom)


def empty_page(marts: Marts, title: str, why: str) -> Drawing:
    """A chart that says why it shows nothing."""
    drawing, box = page(title, "", footer(marts), 420)
    drawing.rect(box.left, box.top, box.right - box.left, box.bottom - box.top, "#f5f5f5")
    lines = wrap(why, 28, box.right - box.left - 160, 3)
    for i, line in enumerate(lines):
        drawing.text(
            CHART_WIDTH / 2,
            (box.top + box.bottom) / 2 + 10 + 40 * (i - (len(lines) - 1) / 2),
            line,
            28,
            MUTED,
            "middle",
        )
    return drawing


NO_POSTINGS = "No data yet: no postings have been loaded."
NO_SKILLS = "No data: no posting mentions a skill of the taxonomy."
TIME_AXIS_ROOM = 76


def new_text(compared: figures.Periods) -> str:
    """What the titles call new and what they compare it with, as a sentence after another."""
    return f" New: {figures.span_text(compared.recent)}, compared with {figures.span_text(compared.before)}."


def volume_chart(marts: Marts) -> Drawing:
    """All and AI postings a week."""
    if not marts.weeks:
        return empty_page(marts, "Job postings a week", NO_POSTINGS)
    weeks = marts.weeks
    subtitle = "Job postings a week, each job counted once; AI postings in blue."
    compared = figures.ends(weeks)
    if compared.comparable:
        subtitle += new_text(compared)
        if not compared.ai.beyond_chance():
            before = figures.from_to(compared.ai)[0]
            subtitle += f" It was {before} in {figures.month_text(compared.before)}, a difference that may be chance."
    if not all(week.complete for week in weeks):
        subtitle += " Hollow bars: weeks that the data cover only in part."
    drawing, box = page(figures.volume_message(marts), subtitle, footer(marts, over_time=True), 560)
    draw_volume(drawing, Box(box.left, box.top + 12, box.right, box.bottom - TIME_AXIS_ROOM), weeks, 22)
    return drawing


def skills_chart(marts: Marts) -> Drawing:
    """The ten skills that most postings mention."""
    totals = figures.skill_totals(marts)
    if not totals:
        return empty_page(marts, "The most mentioned skills", NO_SKILLS if marts.postings else NO_POSTINGS)
    top = totals[:10]
    heading = f"The {len(top)} skills that most job postings mention" if len(totals) > len(top) else "Skills mentioned"
    subtitle = f"{heading}: number of postings, and share of all."
    drawing, box = page(figures.skills_message(marts), subtitle, footer(marts), 54 * len(top) + 10)
    rows = [
        (figures.skill_name(skill), count, f"{number(count)}  ({percent(count / marts.postings)})")
        for skill, count in top
    ]
    draw_bars(drawing, Box(box.left, box.top, box.right, box.bottom - 10), rows, 24)
    return drawing


def seniority_chart(marts: Marts) -> Drawing:
    """Postings by seniority level, in the order of rank."""
    if not marts.postings:
        return empty_page(marts, "Seniority of the postings", NO_POSTINGS)
    subtitle = (
        "Job postings by the level that their title names: number, and share of all; AI postings in blue."
        f"{without_level(marts)}"
    )
    drawing, box = page(
        figures.seniority_message(marts), subtitle, footer(marts), 64 * len(figures.SENIORITY_LEVELS) + 10
    )
    counts = [marts.seniority.get(level, (0, 0)) for level in figures.SENIORITY_LEVELS]
    rows = [
        (
            figures.level_name(level),
            jobs,
            f"{number(jobs)}  ({percent(jobs / marts.postings)})" + (f", {number(ai)} AI" if ai else ""),
        )
        for level, (jobs, ai) in zip(figures.SENIORITY_LEVELS, counts, strict=True)
    ]
    body = Box(box.left, box.top, box.right, box.bottom - 10)
    draw_bars(drawing, body, rows, 24, [ai for _, ai in counts])
    return drawing


def without_level(marts: Marts) -> str:
    """How many postings name no seniority level, as a sentence after another; empty where all name one."""
    count = marts.without_level
    if not count:
        return ""
    return f" {number(count)} {figures.agree(count, 'name')} no level and {figures.agree(count, 'count')} as mid."


def skill_trend(marts: Marts, weeks: Sequence[Week]) -> tuple[str, Callable[[Drawing, Box, float], None]]:
    """The leading skills over ``weeks``: what is shown, and the function that draws it.

    Shares of four weeks where there are enough postings for a line, else counts of each week.
    """
    leading = leading_skills(marts)
    lines = {skill: figures.pooled_shares(weeks, marts.skill_weeks, skill) for skill in leading}
    # The first weeks have no three before them, the last may be incomplete.
    told = [i for i, value in enumerate(lines[leading[0]]) if value is not None]
    if len(told) < figures.LINE_POINTS:
        rows = [
            (figures.skill_name(skill), [marts.skill_weeks.get((week.start, skill), 0) for week in weeks])
            for skill in leading
        ]
        shown = "Number of job postings a week that mention the skill."
        if any(count and not week.complete for _, counts in rows for week, count in zip(weeks, counts, strict=True)):
            shown += " Hollow circles: weeks that the data cover only in part."
        return shown, lambda drawing, box, font: draw_bubbles(drawing, box, weeks, rows, font)
    span = slice(told[0], told[-1] + 1)
    series = [
        (figures.skill_name(skill), colour, lines[skill][span])
        for skill, colour in zip(leading, LINE_COLOURS, strict=False)
    ]
    shown = "Share of job postings that mention the skill; each point covers four weeks."
    if None in lines[leading[0]][span]:
        shown += f" Gaps: fewer than {figures.MIN_POSTINGS} postings in four weeks, or none in the last of them."
    changed = figures.trend_change(marts, leading)
    stressed = figures.skill_name(changed[0]) if changed else ""
    return shown, lambda drawing, box, font: draw_lines(drawing, box, weeks[span], series, font, stressed=stressed)


def leading_skills(marts: Marts) -> list[str]:
    """The skills that are drawn over time, the most mentioned first."""
    return [skill for skill, _ in figures.skill_totals(marts)[: len(LINE_COLOURS)]]


def trend_chart(marts: Marts) -> Drawing:
    """The leading skills over time."""
    leading = leading_skills(marts)
    if not leading:
        return empty_page(marts, "The leading skills, week by week", NO_SKILLS if marts.postings else NO_POSTINGS)
    subtitle, draw = skill_trend(marts, marts.weeks)
    compared = figures.ends(marts.weeks)
    if compared.comparable:
        subtitle += new_text(compared)
    drawing, box = page(figures.trend_message(marts, leading), subtitle, footer(marts, over_time=True), 600)
    draw(drawing, Box(box.left, box.top + 12, box.right, box.bottom - TIME_AXIS_ROOM), 22)
    return drawing


CHARTS: Mapping[str, Callable[[Marts], Drawing]] = {
    "weekly_volume.png": volume_chart,
    "top_skills.png": skills_chart,
    "seniority.png": seniority_chart,
    "weekly_top_skills.png": trend_chart,
}


def paint(drawing: Drawing) -> bytes:
    """The drawing as a PNG file, one pixel a pixel; the same drawing gives the same bytes."""
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box; there is nothing for the user to do about it.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = Figure(figsize=(drawing.width / DPI, drawing.height / DPI), dpi=DPI, facecolor=PAPER)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, drawing.width), ylim=(drawing.height, 0))
        axes.axis("off")
        point = 72 / DPI
        for order, shape in enumerate(drawing.shapes):
            match shape["kind"]:
                case "rect":
                    edge = shape["stroke"]
                    axes.add_patch(
                        Rectangle(
                            (shape["x"], shape["y"]),
                            shape["width"],
                            shape["height"],
                            facecolor=shape["fill"],
                            edgecolor=edge,
                            linewidth=0 if edge == "none" else 1.5 * point,
                            zorder=order,
                        )
                    )
                case "line":
                    xs, ys = zip(*shape["points"], strict=True)
                    line = Line2D(
                        xs, ys, color=shape["colour"], linewidth=shape["width"] * point, zorder=order, clip_on=False
                    )
                    line.set_solid_joinstyle("round")
                    axes.add_line(line)
                case "dot":
                    axes.plot(
                        [shape["x"]],
                        [shape["y"]],
                        marker="o",
                        markersize=2 * shape["radius"] * point,
                        markerfacecolor=shape["fill"],
                        markeredgecolor=shape["stroke"],
                        markeredgewidth=2 * point,
                        zorder=order,
                        clip_on=False,
                    )
                case "text":
                    axes.text(
                        shape["x"],
                        shape["y"],
                        shape["text"],
                        fontsize=shape["size"] * point,
                        color=shape["colour"],
                        weight="bold" if shape["bold"] else "normal",
                        ha={"start": "left", "middle": "center", "end": "right"}[shape["anchor"]],
                        va="baseline",
                        zorder=order,
                    )
        axes.set(xlim=(0, drawing.width), ylim=(drawing.height, 0))
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
        return stream.getvalue()


REPORT_SIZES = (("wide", 720, 13), ("narrow", 350, 12))
# Pixels at the sides of the report's drawings: a browser's letters are not exactly as wide as matplotlib's.
SIDE = 3
SOURCES_LISTED = 15
WARNINGS_LISTED = 10


def both_widths(label: str, height: int, draw: Callable[[Drawing, Box, float], None]) -> list[tuple[str, Drawing]]:
    """The same picture for a desk and for a phone, (class, drawing) each; the page shows one of them."""
    drawings = []
    for name, width, font in REPORT_SIZES:
        drawing = Drawing(width, height, label)
        draw(drawing, Box(SIDE, font, width - SIDE, height - 3.2 * font), font)
        drawings.append((name, drawing))
    return drawings


def signed(value: float, digits: int = 1) -> str:
    """A change with its sign: +6.1, −0.4."""
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return ("+" if value > 0 else "−") + text


def key_figures(marts: Marts) -> list[dict[str, str]]:
    """The figures at the top of the report: name, value and the change of the last four complete weeks."""
    compared = figures.periods(marts.weeks)
    notes = ["", "", ""]
    if compared.comparable:
        ai = compared.ai
        for i, (now, before) in enumerate(((compared.jobs, compared.jobs_before), (ai.count, ai.count_before))):
            change = f" ({signed(100 * (now / before - 1), 0)}%)" if before >= figures.MIN_POSTINGS else ""
            notes[i] = f"{number(now)} in the last four complete weeks, {number(before)} in the four before{change}"
        certainty = "" if ai.beyond_chance() else ", may be chance"
        notes[2] = (
            f"{percent(ai.share, 1)} in the last four complete weeks, {percent(ai.share_before, 1)} in the four before "
            f"({signed(ai.points)} points{certainty})"
        )
    share = "none" if marts.ai_share is None else percent(marts.ai_share, 1)
    values = {"postings": number(marts.postings), "ai_postings": number(marts.ai_postings), "ai_share": share}
    return [
        {"name": figures.METRICS[metric]["label"], "value": value, "note": note}
        for (metric, value), note in zip(values.items(), notes, strict=True)
    ]


def caveats(marts: Marts, thin: Sequence[Week]) -> list[str]:
    """What a reader must know before trusting the numbers, one sentence or two each."""
    n = marts.postings

    def part(count: int) -> str:
        return f"{plural(count, 'posting')} ({percent(count / n)})"

    told = []
    if marts.without_text:
        told.append(f"{part(marts.without_text)} came without a text, in which no skill can be found.")
    if marts.estimated_dates:
        told.append(
            f"{part(marts.estimated_dates)} {figures.agree(marts.estimated_dates, 'state')} no date and "
            f"{figures.agree(marts.estimated_dates, 'count')} on the day on which the data first show the job."
        )
    if marts.without_level:
        told.append(
            f"{part(marts.without_level)} {figures.agree(marts.without_level, 'name')} no seniority level in the title "
            f"and {figures.agree(marts.without_level, 'count')} as mid."
        )
    incomplete = sum(not week.complete for week in marts.weeks)
    if incomplete:
        told.append(
            f"{plural(incomplete, 'week')} at the ends of the period {'is' if incomplete == 1 else 'are'} covered only "
            "in part: hollow in the charts, left out of every comparison."
        )
    if thin:
        none = sum(not week.jobs for week in thin)
        told.append(
            f"{number(len(thin))} of {plural(sum(week.complete for week in marts.weeks), 'complete week')} "
            f"{figures.agree(len(thin), 'hold')} fewer than {figures.MIN_POSTINGS} postings"
            f"{f', {number(none)} of them none' if none else ''}: shares of single weeks jump there."
        )
    if marts.revised:
        week, before, now = marts.revised[0]
        told.append(
            f"Later loads changed the number of postings of {plural(len(marts.revised), 'week')}; most that of the "
            f"week of {figures.day_text(week)}, from {number(before)} to {number(now)}."
        )
    if marts.outside:
        told.append(
            f"{part(marts.outside)}, dated far before or after all others, {figures.agree(marts.outside, 'count')} in "
            "totals and in nothing that is told over time."
        )
    if marts.ai_without_employer:
        nameless = marts.ai_without_employer
        told.append(f"{plural(nameless, 'AI posting')} {figures.agree(nameless, 'name')} no employer.")
    told.append(
        "A posting says what an employer asks for, not whom it hires; boards differ in whom they reach, and a source "
        "that comes or goes moves the totals."
    )
    return told


def report_context(marts: Marts) -> dict[str, object]:
    """Everything that the template shows: texts, numbers as text, drawings."""
    n = max(marts.postings, 1)
    weeks = marts.weeks
    compared = figures.periods(marts.weeks)
    thin = [week for week in marts.weeks if week.complete and week.jobs < figures.MIN_POSTINGS]
    volume = share = trend = []
    panels = []
    trend_unit = ""
    leading = leading_skills(marts)
    if weeks:
        volume = both_widths(
            f"Bars: postings and AI postings a week, {figures.span_text(weeks)}. The numbers are in the table below.",
            300,
            lambda drawing, box, font: draw_volume(drawing, box, weeks, font),
        )
    ai_shares = figures.pooled_ai_shares(weeks)
    if sum(value is not None for value in ai_shares) >= figures.LINE_POINTS:
        ends = [value for value in ai_shares if value is not None]
        share = both_widths(
            f"Line: AI share of postings over four weeks, from {percent(ends[0])} to {percent(ends[-1])}.",
            240,
            lambda drawing, box, font: draw_lines(drawing, box, weeks, [("AI", AI_COLOUR, ai_shares)], font),
        )
    if leading:
        trend_unit, draw_trend = skill_trend(marts, weeks)
        names = ", ".join(figures.skill_name(skill) for skill in leading)
        trend = both_widths(f"{names} over time. {trend_unit}", 320, draw_trend)
    found = Counter(dict.fromkeys(marts.skill_category.values(), 0))
    for (_, category), count in marts.category_weeks.items():
        found[category] += count
    categories = sorted(found, key=lambda category: (-found[category], category))
    category_lines = {name: figures.pooled_shares(weeks, marts.category_weeks, name) for name in categories}
    highest = max((value for line in category_lines.values() for value in line if value is not None), default=0)
    category_rows = []
    for category in categories:
        name = figures.category_name(category)
        total = found[category]
        change = compared.of(marts.category_weeks, category) if compared.comparable else None
        category_rows.append(
            {
                "name": name,
                "count": number(total),
                "share": percent(total / n),
                "bar": 100 * total / n,
                "recent": percent(change.share, 1) if change else "",
                "change": signed(change.points) if change else "",
            }
        )
        line = category_lines[category]
        if sum(value is not None for value in line) >= figures.LINE_POINTS:
            ends = [value for value in line if value is not None]
            drawing = Drawing(
                350, 170, f"Line: {name}, share of postings from {percent(ends[0])} to {percent(ends[-1])}."
            )
            draw_lines(
                drawing,
                Box(SIDE, 12, 350 - SIDE, 132),
                weeks,
                [(name, AI_COLOUR, line)],
                12,
                highest=highest,
                labels=False,
            )
            panels.append({"name": name, "end": percent(ends[-1]), "drawing": drawing})
    headlines = {"trend": figures.trend_message(marts, leading)}
    if marts.postings >= figures.MIN_POSTINGS:
        headlines |= {
            "volume": figures.volume_message(marts),
            "skills": figures.skills_message(marts),
            "seniority": figures.seniority_message(marts),
        }
    totals = figures.skill_totals(marts)
    gained, lost, compared_skills = figures.movers(marts)

    def moved(changes: Sequence[tuple[str, figures.Change]]) -> list[dict[str, str]]:
        return [
            {
                "name": figures.skill_name(skill),
                "before": f"{number(change.count_before)} ({percent(change.share_before, 1)})",
                "recent": f"{number(change.count)} ({percent(change.share, 1)})",
                "change": signed(change.points),
                "mark": "clear" if change.beyond_chance(compared_skills) else "",
            }
            for skill, change in changes
        ]

    listed = marts.sources if len(marts.sources) <= SOURCES_LISTED + 1 else marts.sources[:SOURCES_LISTED]
    more = marts.sources[len(listed) :]
    sources = [
        (figures.shorten(name, 80), number(jobs), number(rows), percent(jobs / n)) for name, jobs, rows in listed
    ]
    if more:
        jobs, rows = sum(row[1] for row in more), sum(row[2] for row in more)
        sources.append((f"{number(len(more))} more", number(jobs), number(rows), percent(jobs / n)))
    return {
        "marts": marts,
        "period": figures.dates_text(marts.first_date, marts.last_date) if marts.postings else "",
        "demo": figures.demo_text(marts) if marts.demo_postings else "",
        "source_names": figures.source_names(marts),
        "headlines": headlines,
        "key_figures": key_figures(marts),
        "why_not": compared.why_not if marts.postings else "",
        "recent": figures.span_text(compared.recent) if compared.comparable else "",
        "before": figures.span_text(compared.before) if compared.comparable else "",
        "volume": volume,
        "share": share,
        "trend": trend,
        "trend_unit": trend_unit,
        "incomplete": any(not week.complete for week in weeks),
        "weeks": [
            (
                figures.day_text(week.start),
                number(week.jobs),
                number(week.ai_jobs),
                percent(week.ai_jobs / week.jobs, 1),
                "complete" if week.complete else "in part",
            )
            for week in marts.weeks
            if week.jobs
        ],
        "empty_weeks": sum(not week.jobs for week in marts.weeks),
        "skills": [
            {
                "name": figures.skill_name(skill),
                "category": figures.category_name(marts.skill_category.get(skill, "")),
                "count": number(count),
                "share": percent(count / n),
                "bar": 100 * count / totals[0][1],
            }
            for skill, count in totals[:10]
        ],
        "skills_found": len(totals),
        "gained": moved(gained),
        "lost": moved(lost),
        "any_clear": any(change.beyond_chance(compared_skills) for _, change in gained + lost),
        "seniority": [
            {
                "name": figures.level_name(level),
                "count": number(jobs),
                "share": percent(jobs / n),
                "bar": 100 * jobs / n,
                "ai": number(ai),
                "ai_share": percent(ai / max(marts.ai_postings, 1)),
            }
            for level in figures.SENIORITY_LEVELS
            for jobs, ai in [marts.seniority.get(level, (0, 0))]
        ],
        "categories": category_rows,
        "panels": panels,
        "employers": [
            {
                "name": figures.shorten(name, 80),
                "ai": number(ai),
                "jobs": number(jobs),
                "bar": 100 * ai / marts.employers[0][1],
            }
            for name, ai, jobs in marts.employers
        ],
        "sources": sources,
        "rejected": [(figures.REJECT_REASONS.get(reason, reason), number(count)) for reason, count in marts.rejected],
        "rejected_rows": sum(count for _, count in marts.rejected),
        "warnings": [figures.shorten(message, 200) for message in marts.warnings[:WARNINGS_LISTED]],
        "more_warnings": len(marts.warnings[WARNINGS_LISTED:]),
        "caveats": caveats(marts, thin) if marts.postings else [],
        "definitions": [(metric["label"], metric["definition"]) for metric in figures.METRICS.values()],
        "without_level": without_level(marts),
        "line_weeks": figures.PERIOD_WEEKS + figures.LINE_POINTS - 1,
        "min_postings": figures.MIN_POSTINGS,
        "min_mentions": figures.MIN_MENTIONS,
    }


def report_page(marts: Marts) -> str:
    """The report as one HTML page that needs nothing else."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    return environment.get_template("report.html.j2").render(report_context(marts))


def arguments() -> argparse.Namespace:
    """Arguments of the command line."""
    parser = argparse.ArgumentParser(description="Draw the charts and write the report from the marts.")
    parser.add_argument("--out", type=Path, default=Path("data/charts"), help="folder of the charts (%(default)s)")
    parser.add_argument(
        "--marts", type=Path, help="file to read ($TALENT_MARTS when it exists, otherwise $TALENT_WAREHOUSE)"
    )
    parser.add_argument("--report", type=Path, help="file of the report (report.html beside the folder of the charts)")
    return parser.parse_args()


def main() -> None:
    """Read the marts, then draw everything, then write it: what cannot be drawn leaves the old files in place."""
    options = arguments()
    report = options.report or options.out.parent / "report.html"
    path = options.marts or figures.readable_marts()
    marts = figures.read_marts(path)
    charts = {name: paint(chart(marts)) for name, chart in CHARTS.items()}
    html = report_page(marts)
    options.out.mkdir(parents=True, exist_ok=True)
    report.parent.mkdir(parents=True, exist_ok=True)
    for name, content in charts.items():
        write_whole(options.out / name, content)
    write_whole(report, html.encode())
    print(f"{options.out}: {', '.join(charts)} ({plural(marts.postings, 'posting')} from {path})")
    print(f"{report}: the report")
