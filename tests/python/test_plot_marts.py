import re
import struct
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import yaml

from conftest import PROJECT, read_seed
from made_marts import CASES, HOSTILE, MONDAY, weeks_of, write_marts
from talent_demand.report import draw as plot_marts
from talent_demand.report import figures
from talent_demand.report.figures import Change, Marts


def plot(folder, marts, *options, check=True):
    """Run the script as a user does; returns the finished process."""
    finished = subprocess.run(
        [sys.executable, PROJECT / "scripts" / "plot_marts.py", "--out", folder / "charts", *options],
        env={"TALENT_MARTS": str(marts), "TALENT_WAREHOUSE": str(marts), "PATH": "", "HOME": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or finished.returncode == 0, finished.stderr
    return finished


def png_size(content):
    return struct.unpack(">II", content[16:24])


class Page(HTMLParser):
    """Elements, ids and headings of a page, and the elements left open."""

    VOID = frozenset({"meta", "br", "hr", "img", "input", "link"})

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", CASES)
def test_charts_and_report_of_any_amount_of_data(name, tmp_path):
    marts = figures.read_marts(write_marts(tmp_path / "m.duckdb", CASES[name], sources=100))
    assert_drawn_well(marts)
    for chart in plot_marts.CHARTS.values():
        texts = [shape["text"] for shape in chart(marts).shapes if shape["kind"] == "text"]
        assert any("No data" in text for text in texts) == (name == "empty")
    assert ("No data" in plot_marts.report_page(marts)) == (name == "empty")


@pytest.mark.parametrize("weeks", [1, 12])
def test_charts_and_report_of_the_whole_taxonomy(weeks, tmp_path):
    skills = [row["skill"] for row in read_seed("ai_skills")]
    assert len(skills) >= 71
    # Every skill is mentioned equally often, so that all labels want the same place.
    marts = figures.read_marts(write_marts(tmp_path / "m.duckdb", weeks_of(*((40, 10),) * weeks), skills=skills))
    assert_drawn_well(marts)


@pytest.mark.parametrize("name", ["one week", "a year and a half"])
def test_charts_and_report_without_what_may_be_missing(name, tmp_path):
    path = write_marts(tmp_path / "m.duckdb", CASES[name])
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            update marts.fct_job_postings set company = null, source = null, seniority_rule = null, has_text = false;
            update marts.fct_posting_observations set source = null;
            delete from marts.weekly_skills; delete from marts.fct_posting_skills
        """)
    marts = figures.read_marts(path)
    assert_drawn_well(marts)
    html = plot_marts.report_page(marts)
    for told in ("no posting mentions a skill", "no AI posting names its employer", "not named", "without a text"):
        assert told in html


def assert_drawn_well(marts):
    """Every chart and drawing of the report has its size, and no text is clipped or lies on another."""
    for chart in plot_marts.CHARTS.values():
        drawing = chart(marts)
        assert png_size(plot_marts.paint(drawing)) == (1600, drawing.height)
        assert_nothing_clipped_or_overlapping(drawing)
    context = plot_marts.report_context(marts)
    inline = [drawing for part in ("volume", "share", "trend") for _, drawing in context[part]]
    for drawing in [*inline, *(panel["drawing"] for panel in context["panels"])]:
        assert_nothing_clipped_or_overlapping(drawing)
    assert Page(plot_marts.report_page(marts)).open == []


def assert_nothing_clipped_or_overlapping(drawing):
    boxes = []
    for shape in drawing.shapes:
        if shape["kind"] == "text" and shape["text"]:
            width = plot_marts.text_width(shape["text"], shape["size"], shape["bold"])
            left = shape["x"] - {"start": 0, "middle": width / 2, "end": width}[shape["anchor"]]
            boxes.append((left, shape["y"] - 0.75 * shape["size"], left + width, shape["y"], shape["text"]))
    for left, top, right, bottom, text in boxes:
        assert left >= -1 and top >= 0 and right <= drawing.width + 1 and bottom <= drawing.height, text
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (a[4], b[4])


@pytest.mark.parametrize(
    ("places", "spread"),
    [
        ([], []),
        ([50], [50]),
        ([10, 90], [10, 90]),
        # Three at the same place: around it, in the order given.
        ([50, 50, 50], [40, 50, 60]),
        ([60, 50, 0], [60, 50, 0]),
        # Kept inside; and no order or distance lost at the ends.
        ([-20, 95, 99, 120], [0, 80, 90, 100]),
        ([0, 1], [0, 10]),
    ],
)
def test_labels_are_spread_around_their_places(places, spread):
    assert plot_marts.spread(places, 10, 0, 100) == pytest.approx(spread)


def test_lines_of_text_are_as_few_and_as_even_as_can_be():
    text = "AI roles make up 36% of new postings, up from 22% in Oct 2025"
    room = plot_marts.text_width(text, 42, bold=True) - 1
    first, second = plot_marts.wrap(text, 42, room, 2, bold=True)
    assert f"{first} {second}" == text
    widths = [plot_marts.text_width(line, 42, bold=True) for line in (first, second)]
    assert min(widths) > 0.8 * max(widths)
    assert plot_marts.wrap("", 42, room, 2) == []
    assert plot_marts.wrap(text, 42, 2 * room, 2, bold=True) == [text]
    cut = plot_marts.wrap(f"{text} {text}", 42, room / 2, 2, bold=True)
    assert len(cut) == 2 and cut[1].endswith("…")


def test_labels_of_the_time_axis_stay_inside_the_picture():
    drawing = plot_marts.Drawing(400, 100)
    weeks = weeks_of(*((1, 0),) * 17)
    plot_marts.time_axis(drawing, plot_marts.Box(-130, 0, 270, 50), weeks, 12)
    plot_marts.time_axis(drawing, plot_marts.Box(300, 0, 400, 50), weeks[:1], 40)
    assert len(drawing.shapes) > 4
    for shape in drawing.shapes:
        if shape["kind"] == "text":
            half = plot_marts.text_width(shape["text"], shape["size"]) / 2
            assert shape["x"] - half >= -0.1 and shape["x"] + half <= 400.1


def test_same_marts_give_the_same_bytes(tmp_path):
    source = write_marts(tmp_path / "m.duckdb", CASES["a year and a half"])
    outputs = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        printed = plot(folder, source).stdout
        assert "weekly_volume.png" in printed and "report.html" in printed
        files = sorted(path for path in folder.rglob("*.*") if path.suffix in {".png", ".html"})
        assert [path.name for path in files] == [
            "seniority.png",
            "top_skills.png",
            "weekly_top_skills.png",
            "weekly_volume.png",
            "report.html",
        ]
        outputs.append([path.read_bytes() for path in files])
    assert outputs[0] == outputs[1]
    assert all(b"Software" not in content for content in outputs[0][:4])


def test_report_is_accessible_escaped_and_loads_nothing(tmp_path):
    weeks = weeks_of(*((60, 20) for _ in range(10)))
    marts = figures.read_marts(write_marts(tmp_path / "m.duckdb", weeks, company=HOSTILE, skills=("python", "<i>x")))
    html = plot_marts.report_page(marts)
    page = Page(html)
    assert page.open == []
    tags = [tag for tag, _ in page.elements]
    assert not {"b", "i", "script", "link", "iframe", "img", "object", "image", "use"} & set(tags)
    assert "&lt;b&gt;&amp;" in html and "{{ 7 * 7 }}" in html
    assert not re.search(r"https?:|//[a-z]|url\(|@import", html)
    assert not [attrs for _, attrs in page.elements if {"src", "href", "srcset"} & set(attrs)]
    assert dict(page.elements)["html"]["lang"] == "en"
    headings = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert headings.count(1) == 1 and headings[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert tags.count("table") == tags.count("caption") >= 5
    assert all(attrs.get("scope") in {"row", "col"} for tag, attrs in page.elements if tag == "th")
    svgs = [attrs for tag, attrs in page.elements if tag == "svg"]
    assert svgs and all(attrs["role"] == "img" and attrs["aria-label"] for attrs in svgs)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", [plot_marts.INK, plot_marts.MUTED, plot_marts.AI_COLOUR, "#005a8d"])
@pytest.mark.parametrize("ground", ["#ffffff", "#f3f4f6"])
def test_text_has_contrast(colour, ground):
    assert (luminance(ground) + 0.05) / (luminance(colour) + 0.05) >= 4.5


def test_change_by_hand():
    # 30 of 100 after 20 of 100: 10 points; pooled share 0.25, error sqrt(0.25 * 0.75 * 0.02) = 0.0612372, z 1.63299.
    change = Change(30, 100, 20, 100)
    assert change.points == pytest.approx(10)
    assert change.z == pytest.approx(1.632993, abs=1e-6)
    assert Change(0, 30, 0, 30).z == 0 and Change(30, 30, 30, 30).z == 0


def test_periods_are_the_last_eight_complete_weeks():
    weeks = weeks_of((1, 1), *((10, 2),) * 4, *((20, 10),) * 4, (99, 99), incomplete=(0, 9))
    compared = figures.periods(weeks)
    assert (compared.jobs_before, compared.jobs) == (40, 80)
    assert compared.ai == Change(40, 80, 8, 40)
    assert compared.ai.points == pytest.approx(30)
    assert not figures.periods(weeks[2:]).comparable
    assert "8 complete weeks" in figures.periods(weeks[2:]).why_not


@pytest.mark.parametrize(
    ("before", "recent", "comparable"), [(29, 30, False), (30, 29, False), (30, 30, True), (0, 0, False)]
)
def test_fewer_than_thirty_postings_are_not_compared(before, recent, comparable):
    compared = figures.periods(weeks_of((before, 3), *((0, 0),) * 3, (recent, 9), *((0, 0),) * 3))
    assert compared.comparable is comparable
    assert bool(compared.why_not) is not comparable


@pytest.mark.parametrize(
    ("ai_before", "ai_recent", "message"),
    [
        # Of 100 each: z of 20 to 32 is 1.9342, of 20 to 33 2.0837; 5% of a normal distribution lie beyond 1.9600.
        (20, 32, "AI roles make up 32% of new postings"),
        (20, 33, "AI roles make up 33% of new postings, up from 20% in Jan 2026"),
        (33, 20, "AI roles make up 20% of new postings, down from 33% in Jan 2026"),
    ],
)
def test_volume_message_tells_a_change_only_when_it_is_more_than_chance(ai_before, ai_recent, message):
    weeks = weeks_of((25, ai_before), *((25, 0),) * 3, (25, ai_recent), *((25, 0),) * 3)
    marts = Marts(weeks=weeks, postings=200, first_date=MONDAY, last_date=MONDAY + timedelta(days=55))
    assert figures.volume_message(marts) == message
    texts = " ".join(shape["text"] for shape in plot_marts.volume_chart(marts).shapes if shape["kind"] == "text")
    assert "New: 2 Feb to 1 Mar 2026, compared with 5 Jan to 1 Feb 2026." in texts
    assert ("It was 20% in Jan 2026, a difference that may be chance." in texts) == (ai_recent == 32)


def test_titles_compare_the_last_with_the_first_four_weeks_that_a_line_can_tell_of():
    weeks = weeks_of((9, 9), (5, 5), *((40, 4),) * 6, *((40, 20),) * 4, (9, 9), incomplete=(0, 12))
    compared = figures.ends(weeks)
    # The first four complete weeks: 5 + 3 * 40 postings; the last: 4 * 40.
    assert compared.ai == Change(80, 160, 5 + 12, 125)
    assert not figures.ends(weeks[:8]).comparable
    # Two more weeks, and the first point and the last have no week in common.
    assert figures.ends(weeks[:9]).comparable
    assert not figures.ends(()).comparable


def test_a_change_that_was_picked_from_several_must_be_larger():
    # z of 10 of 100 to 40 of 200 is 2.1909; half of 5% of a normal distribution lie beyond 2.2414.
    change = Change(40, 200, 10, 100)
    assert change.beyond_chance() and not change.beyond_chance(among=2)
    weeks = weeks_of(*((25, 0),) * 4, *((50, 0),) * 4)
    counts = {(weeks[0].start, "python"): 10, (weeks[4].start, "python"): 40}
    marts = Marts(weeks=weeks, postings=300, skill_weeks=counts)
    told = "Python rises to 20% of new postings, from 10% in Jan 2026"
    assert figures.trend_message(marts, ["python"]) == told
    assert figures.trend_message(marts, ["python", "sql"]) == "Python leads: 20% of new postings mention it"
    assert figures.trend_message(replace(marts, weeks=weeks[:4]), ["python"]) == (
        "Python leads: 17% of all postings mention it"
    )
    fewer = replace(marts, skill_weeks={(weeks[0].start, "python"): 1, (weeks[4].start, "python"): 18})
    assert figures.trend_message(fewer, ["python"]) == "The leading skills, week by week"


@pytest.mark.parametrize(
    ("postings", "message"), [(29, "Job postings a week"), (30, "AI roles make up 50% of all postings")]
)
def test_volume_message_without_comparison(postings, message):
    marts = Marts(weeks=weeks_of((postings, 15)), postings=postings, ai_postings=15)
    assert figures.volume_message(marts) == message


def test_movers_leave_out_small_numbers():
    weeks = weeks_of((100, 0), *((0, 0),) * 3, (200, 0), *((0, 0),) * 3)
    before, recent = weeks[0].start, weeks[4].start
    marts = Marts(
        weeks=weeks,
        skill_weeks={
            (before, "python"): 10,
            (recent, "python"): 40,
            (before, "sql"): 10,
            (recent, "sql"): 10,
            (before, "r"): 9,
            (recent, "r"): 10,
            (before, "aws"): 10,
            (recent, "aws"): 20,
        },
    )
    gained, lost, among = figures.movers(marts)
    assert among == 3
    # python 10% to 20%, sql 10% to 5%; r has 19 mentions in all, aws stays at 10%.
    assert [(skill, round(change.points, 6)) for skill, change in gained] == [("python", 10)]
    assert [(skill, round(change.points, 6)) for skill, change in lost] == [("sql", -5)]


def test_pooled_shares_need_four_complete_weeks_with_thirty_postings():
    weeks = weeks_of((10, 1), (10, 1), (5, 1), (5, 3), (9, 0), (40, 1), incomplete=(5,))
    assert figures.pooled_ai_shares(weeks) == [None, None, None, 6 / 30, None, None]
    # A week without postings ends no window, but may lie in one.
    weeks = weeks_of((30, 3), (30, 3), (30, 3), (0, 0), (30, 12), (0, 0))
    assert figures.pooled_ai_shares(weeks) == [None, None, None, None, 18 / 90, None]


def test_postings_outside_the_time_told_are_said_and_counted(tmp_path):
    marts = figures.read_marts(write_marts(tmp_path / "m.duckdb", CASES["a late scrape"]))
    assert (marts.postings, marts.outside, len(marts.weeks)) == (576, 12, 4)
    assert (marts.first_date, marts.last_date) == (MONDAY, MONDAY + timedelta(days=27))
    for name, chart in plot_marts.CHARTS.items():
        foot = " ".join(shape["text"] for shape in chart(marts).shapes if shape["kind"] == "text")
        assert "n = 576 postings, 5 Jan to 1 Feb 2026." in foot
        assert "12 of them (2.1%) are dated far outside this period" in foot
        assert ("not drawn" in foot) == name.startswith("weekly")
    assert "12 postings (2.1%), dated far before or after all others, count in totals" in plot_marts.report_page(marts)


def test_weeks_that_later_loads_changed_are_said(tmp_path):
    path = write_marts(tmp_path / "m.duckdb", weeks_of((60, 20), (50, 9), (40, 9)))
    assert "Later loads" not in plot_marts.report_page(figures.read_marts(path))
    with duckdb.connect(str(path)) as connection:
        # Told first, then changed: the second week by 20 in two steps, the third by 11; a change and back is none.
        connection.execute("""
            insert into marts.weekly_changes
            select date '2026-01-05' + 7 * week::integer, measure, old, new,
                timestamp '2026-02-01' + build * interval 1 day
            from (values
                (0, 'job_count', null, 60, 0), (1, 'job_count', null, 30, 0), (2, 'job_count', null, 51, 0),
                (1, 'ai_job_count', null, 0, 0), (1, 'ai_job_count', 0, 900, 1), (1, 'job_count', 30, 49, 1),
                (1, 'job_count', 49, 50, 2), (2, 'job_count', 51, 40, 1), (0, 'job_count', 60, 70, 1),
                (0, 'job_count', 70, 60, 2)
            ) as changes (week, measure, old, new, build)
        """)
    marts = figures.read_marts(path)
    assert marts.revised == ((MONDAY + timedelta(days=7), 30, 50), (MONDAY + timedelta(days=14), 51, 40))
    told = "changed the number of postings of 2 weeks; most that of the week of 12 Jan 2026, from 30 to 50."
    assert told in plot_marts.report_page(marts)


def test_signs_that_collection_moved_are_listed_newest_first(tmp_path):
    path = write_marts(tmp_path / "m.duckdb", weeks_of((60, 20)))
    assert "Signs that" not in plot_marts.report_page(figures.read_marts(path))
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            insert into marts.collection_spells
            select 'thin', 'board', date '2026-01-05' + 7 * i::integer, date '2026-01-05' + 7 * i::integer,
                '<b>board: warning ' || i
            from range(12) as r (i)
        """)
    html = plot_marts.report_page(figures.read_marts(path))
    assert re.findall(r"<li>&lt;b&gt;board: warning (\d+)\.</li>", html) == [str(i) for i in range(11, 1, -1)]
    assert "<li>2 older ones.</li>" in html and Page(html).open == []


def test_numbers_in_titles_are_those_of_the_marts(tmp_path):
    weeks = weeks_of((70, 70), *((60, 15),) * 4, *((60, 24),) * 4, (9, 9), incomplete=(0, 9))
    path = write_marts(tmp_path / "m.duckdb", weeks, skills=("python",))
    marts = figures.read_marts(path)
    with duckdb.connect(str(path), read_only=True) as connection:
        shares = connection.execute("""
            with ranked as (
                select *, row_number() over (order by week_start desc) as place
                from marts.weekly_job_volume where is_complete_week
            )
            select round(100 * sum(ai_job_count) / sum(job_count))::integer from ranked
            where place <= 8 group by place <= 4 order by place <= 4
        """).fetchall()
        (levels,) = connection.execute("""
            select round(100 * avg((seniority_level not in ('entry', 'mid'))::integer))::integer
            from marts.fct_job_postings
        """).fetchone()
    (before,), (now,) = shares
    assert (
        plot_marts.volume_chart(marts).label
        == f"AI roles make up {now}% of new postings, up from {before}% in Jan 2026"
    )
    assert plot_marts.seniority_chart(marts).label.startswith(f"{levels}% of postings are senior or above, ")
    assert plot_marts.trend_chart(marts).label == "Python leads: 100% of new postings mention it"


def tables_of(html):
    """The tables of a page: the start of a caption's text to the rows of its body, cells as text."""
    tables = {}
    for table in re.findall(r"<table>(.*?)</table>", html, re.DOTALL):
        caption = unescape(re.search(r"<caption>(.*?)</caption>", table, re.DOTALL)[1])
        body = re.search(r"<tbody>(.*?)</tbody>", table, re.DOTALL)[1]
        tables[caption] = [
            [
                unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", "", cell, flags=re.DOTALL)).strip()
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
            ]
            for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
        ]
    return tables


def test_the_report_says_what_sql_says(demo):
    """Each table of the report against a query of its own on the marts of the demo postings."""
    html = plot_marts.report_page(figures.read_marts(demo.marts))
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    tables = tables_of(html)

    def table(start):
        (found,) = [rows for caption, rows in tables.items() if caption.startswith(start)]
        return [tuple(cell for cell in row if cell) for row in found]

    def sql(query):
        with duckdb.connect(str(demo.marts), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def share(column, digits):
        return f"format('{{:.{digits}f}}%', 100 * ({column}))"

    recent = """
        with numbered as (
            select week_start, job_count, ai_job_count, row_number() over (order by week_start desc) as place
            from marts.weekly_job_volume where is_complete_week
        ),
        compared as (select *, place <= 4 as is_recent from numbered where place <= 8)
    """
    ((jobs, ai_jobs, ai_share, last, before, ai_last, ai_before),) = sql(f"""
        {recent}
        select
            (select count(*) from marts.fct_job_postings),
            (select count(*) from marts.fct_job_postings where ai_rule is not null),
            (select {share("sum(ai_job_count) / sum(job_count)", 1)} from marts.weekly_job_volume),
            sum(job_count) filter (where is_recent), sum(job_count) filter (where not is_recent),
            sum(ai_job_count) filter (where is_recent), sum(ai_job_count) filter (where not is_recent)
        from compared
    """)
    points = 100 * (ai_last / last - ai_before / before)
    for told in (
        f"Postings {jobs:,} {last} in the last four complete weeks, {before} in the four before",
        f"AI postings {ai_jobs:,} {ai_last} in the last four complete weeks, {ai_before} in the four before",
        f"AI share of postings {ai_share} {100 * ai_last / last:.1f}% in the last four complete weeks, "
        f"{100 * ai_before / before:.1f}% in the four before ({points:+.1f} points",
    ):
        assert told in text
    weeks = sql(f"""
        select strftime(week_start, '%-d %b %Y'), job_count::varchar, ai_job_count::varchar, {share("ai_share", 1)},
            if(is_complete_week, 'complete', 'in part')
        from marts.weekly_job_volume where job_count > 0 order by week_start
    """)
    assert table("Postings a week, by the Monday") == weeks
    skills = sql("""
        select skill, count(distinct posting_id)::varchar from marts.fct_posting_skills
        group by skill order by count(distinct posting_id) desc, skill limit 10
    """)
    assert [(row[0], row[2]) for row in table("The 10 most mentioned of")] == [
        (figures.skill_name(skill), count) for skill, count in skills
    ]
    moved = sql(f"""
        {recent}, counts as (
            select skill, count(*) filter (where is_recent) as later, count(*) filter (where not is_recent) as earlier
            from marts.fct_posting_skills inner join compared using (week_start) group by skill having count(*) >= 20
        )
        select skill, format('{{}} ({{:.1f}}%)', earlier, 100 * earlier / {before}),
            format('{{}} ({{:.1f}}%)', later, 100 * later / {last}),
            100 * (later / {last} - earlier / {before}) as points
        from counts order by points desc, skill
    """)
    for rows, expected in ((table("Gained most"), moved[:5]), (table("Lost most"), moved[:-6:-1])):
        assert [row[:3] for row in rows] == [(figures.skill_name(row[0]), *row[1:3]) for row in expected]
        for row, (*_, change) in zip(rows, expected, strict=True):
            assert row[3].split()[0] == f"{change:+.1f}".replace("-", "−")
    levels = sql("""
        select seniority_level, sum(count)::varchar, (
            select count(*) from marts.fct_job_postings as postings
            where postings.seniority_level = weekly_seniority.seniority_level and is_ai_posting
        )::varchar
        from marts.weekly_seniority group by seniority_level
    """)
    assert {(row[0].lower(), row[1], row[3]) for row in table("Postings by the level")} == set(levels)
    categories = sql(f"""
        {recent}, mentions as (
            select distinct posting_id, category, week_start from marts.fct_posting_skills
        )
        select category, count(*)::varchar, {share(f"count(*) filter (where is_recent) / {last}", 1)}
        from mentions left join compared using (week_start) group by category order by count(*) desc, category
    """)
    assert [(row[0], row[1], row[3]) for row in table("Postings that mention at least one")] == [
        (figures.category_name(row[0]), *row[1:]) for row in categories
    ]
    employers = sql("""
        select upper(trim(company)), count(*) filter (where is_ai_posting)::varchar, count(*)::varchar
        from marts.fct_job_postings where trim(company) <> '' group by 1
        order by count(*) filter (where is_ai_posting) desc, lower(upper(trim(company))) limit 10
    """)
    assert [(name.upper(), *counts) for name, *counts in table("The 10 of ")] == employers
    sources = sql("""
        select source, (select count(*) from marts.fct_job_postings as p where p.source = o.source)::varchar,
            count(*)::varchar
        from marts.fct_posting_observations as o group by source
    """)
    sources.sort(key=lambda row: (-int(row[1]), row[0]))
    assert [(row[0], row[1], row[3]) for row in table("Where the postings come from")] == sources
    rejected = sql("select count(*)::varchar from marts.rejected_postings group by reason order by count(*) desc")
    assert [row[1:] for row in table(f"{sum(int(count) for (count,) in rejected)} rows could not be used")] == rejected
    for condition, says in (
        ("not has_text", "came without a text"),
        ("is_date_estimated", "state no date"),
        ("seniority_rule is null", "name no seniority level"),
    ):
        ((count,),) = sql(f"select count(*) from marts.fct_job_postings where {condition}")
        assert re.search(rf"\b{count} postings \([0-9.]+%\) {says}", text), says


def test_seniority_shows_the_ai_postings_of_a_level():
    marts = Marts(
        weeks=weeks_of((40, 10)), postings=40, seniority={"senior": (30, 10), "lead": (10, 0)}, without_level=1
    )
    marts = replace(marts, first_date=MONDAY, last_date=MONDAY, sources=(("board", 40, 40),))
    shapes = plot_marts.seniority_chart(marts).shapes
    texts = " ".join(shape["text"] for shape in shapes if shape["kind"] == "text")
    assert "30  (75%), 10 AI" in texts and "10  (25%)" in texts and "10  (25%), " not in texts
    assert "1 names no level and counts as mid." in texts
    bars = {shape["fill"]: shape["width"] for shape in reversed(shapes) if shape["kind"] == "rect"}
    assert bars[plot_marts.AI_COLOUR] == pytest.approx(bars[plot_marts.ALL_COLOUR] / 3, abs=0.01)


def test_titles_say_when_most_postings_name_no_level():
    marts = Marts(postings=40, seniority={"mid": (25, 0), "senior": (10, 0), "entry": (5, 0)}, without_level=20)
    assert figures.seniority_message(marts) == "25% of postings are senior or above, 12% entry level"
    marts = replace(marts, without_level=21)
    assert figures.seniority_message(marts) == "52% of postings name no level, 25% are senior or above"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ((2026, 3, 2), (2026, 3, 29), "2 to 29 Mar 2026"),
        ((2026, 3, 2), (2026, 3, 2), "2 Mar 2026"),
        ((2025, 9, 29), (2025, 10, 26), "29 Sep to 26 Oct 2025"),
        ((2025, 3, 2), (2026, 3, 2), "2 Mar 2025 to 2 Mar 2026"),
    ],
)
def test_periods_are_written_without_what_the_dates_have_in_common(first, last, text):
    assert figures.dates_text(date(*first), date(*last)) == text


@pytest.mark.parametrize(
    ("source_file", "says"), [("jobs.csv", ""), ("demo", "Generated for demonstration, not the labour market.")]
)
def test_demo_postings_are_said_to_be_generated(source_file, says, tmp_path):
    marts = figures.read_marts(write_marts(tmp_path / "m.duckdb", CASES["one week"], source_file=source_file))
    for chart in plot_marts.CHARTS.values():
        foot = " ".join(shape["text"] for shape in chart(marts).shapes if shape["kind"] == "text")
        assert ("Generated" in foot) == bool(says) and says in foot
    assert ("Generated" in plot_marts.report_page(marts)) == bool(says)
    assert figures.demo_text(replace(marts, demo_postings=1)) == "1 of them is generated"


def test_metrics_are_named_and_defined_in_yaml(tmp_path):
    marts = figures.read_marts(write_marts(tmp_path / "m.duckdb", weeks_of(*((60, 20),) * 10)))
    html = unescape(plot_marts.report_page(marts))
    for metric in figures.METRICS.values():
        assert metric["definition"] in html and metric["label"] in html
        assert "{" not in metric["definition"]
    written = (PROJECT / "scripts" / "report.html.j2").read_text() + Path(plot_marts.__file__).read_text()
    for metric in figures.META["metrics"]:
        assert metric["definition"][:40] not in written
    names = [name for name, _ in re.findall(r"<dt>(.*?)</dt>(<dd class=.value)", html)]
    assert names == [figures.METRICS[name]["label"] for name in ("postings", "ai_postings", "ai_share")]


def test_counts_stand_beside_or_above_circles_that_are_too_small_for_them():
    weeks = weeks_of(*((99, 0),) * 4)
    drawing = plot_marts.Drawing(350, 400)
    plot_marts.draw_bubbles(drawing, plot_marts.Box(0, 0, 350, 280), weeks, [("SQL", [99, 40, 22, 1])], 30)
    texts = {shape["text"]: shape for shape in drawing.shapes if shape["kind"] == "text"}
    circles = [shape for shape in drawing.shapes if shape["kind"] == "dot"]
    inside, above, other, beside = (texts[label] for label in ("99", "40", "22", "1"))
    assert inside["x"] == circles[0]["x"] and inside["y"] > circles[0]["y"]
    for label, circle in ((above, circles[1]), (other, circles[2])):
        assert label["x"] == circle["x"] and label["y"] < circle["y"] - circle["radius"]
    assert beside["x"] > circles[3]["x"] + circles[3]["radius"]
    assert_nothing_clipped_or_overlapping(drawing)


def test_exposures_name_each_chart_and_what_is_read():
    exposures = {exposure["name"]: exposure for exposure in yaml.safe_load(figures.EXPOSURES.read_text())["exposures"]}
    files = {exposure["description"].partition(",")[0] for exposure in exposures.values()}
    assert files == {"data/report.html", *(f"data/charts/{name}" for name in plot_marts.CHARTS)}
    marts = set(re.findall(r"(?:from|join) marts\.(\w+)", Path(figures.__file__).read_text()))
    read = {name: set(re.findall(r"ref\('(\w+)'\)", " ".join(e["depends_on"]))) for name, e in exposures.items()}
    assert read["report"] == marts and all(named <= marts for named in read.values())


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (0.0004, "<0.1%"), (0.0994, "9.9%"), (0.0996, "10%"), (0.275, "28%"), (1, "100%")]
)
def test_percent(share, text):
    assert figures.percent(share) == text


def test_sources_are_named_up_to_four():
    sources = tuple((f"board {i}", 10, 10) for i in range(6))
    assert figures.source_names(Marts(sources=sources[:5])) == "board 0, board 1, board 2, board 3, board 4"
    assert figures.source_names(Marts(sources=sources)) == "board 0, board 1, board 2, board 3 and 2 more"


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("missing", "load postings"),
        ("unbuilt", "no finished marts"),
        ("not a database", ""),
        ("locked", "cannot open"),
    ],
)
def test_unusable_files_end_with_one_line(kind, says, tmp_path):
    path = tmp_path / "m.duckdb"
    lock = None
    if kind == "unbuilt":
        duckdb.connect(str(path)).close()
    elif kind == "not a database":
        path.write_text("posting_id,title\n" * 100)
    elif kind == "locked":
        lock = duckdb.connect(str(write_marts(path, CASES["one week"])))
    finished = plot(tmp_path, path, check=False)
    if lock:
        lock.close()
    assert finished.returncode == 1
    assert len(finished.stderr.strip().splitlines()) == 1
    assert finished.stderr.startswith("plot_marts.py: ") and "m.duckdb" in finished.stderr
    assert says in finished.stderr
    assert not (tmp_path / "charts").exists()


def test_another_file_can_be_named(tmp_path):
    named = write_marts(tmp_path / "named.duckdb", CASES["one week"])
    finished = plot(tmp_path, tmp_path / "missing.duckdb", "--marts", named, "--report", tmp_path / "pages" / "r.html")
    assert f"(40 postings from {named})" in finished.stdout
    assert (tmp_path / "pages" / "r.html").exists() and not (tmp_path / "report.html").exists()


def test_published_marts_come_first(tmp_path, monkeypatch):
    published, warehouse = tmp_path / "talent.duckdb", tmp_path / "warehouse.duckdb"
    monkeypatch.setenv("TALENT_MARTS", str(published))
    monkeypatch.setenv("TALENT_WAREHOUSE", str(warehouse))
    assert figures.marts_path() == warehouse
    published.touch()
    assert figures.marts_path() == published
