import re
import struct
import subprocess
import sys
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise

import duckdb
import pytest

import marts_figures as figures
import plot_marts
from conftest import PROJECT
from marts_figures import Change, Marts, Week

MONDAY = date(2026, 1, 5)
HOSTILE = "<b>&\"'Acme$x$ {{ 7 * 7 }}"


def weeks_of(*counts, incomplete=()):
    """Consecutive weeks from (all, AI) postings."""
    return tuple(
        Week(MONDAY + timedelta(weeks=i), jobs, ai, i not in incomplete) for i, (jobs, ai) in enumerate(counts)
    )


def write_marts(path, weeks, *, sources=1, company="Acme", skills=("python", "sql", "llm")):
    """A file with the marts' tables: postings as ``weeks`` count them, each with all ``skills``."""
    postings, mentions, observations = [], [], []
    for week in weeks:
        for i in range(week.jobs):
            key = f"{week.start}-{i}"
            source = f"Board number {len(postings) % sources} with quite a long name"
            day = week.start + timedelta(days=i % 7)
            postings.append((key, company, source, day, week.start, "mid", None, i < week.ai_jobs, True, False))
            observations.append((key, source))
            mentions += [(key, skill, "data_science", week.start) for skill in skills]
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("""
            create table marts.fct_job_postings (posting_id varchar, company varchar, source varchar, posted_date date,
                week_start date, seniority_level varchar, seniority_rule varchar, is_ai_posting boolean,
                has_text boolean, is_date_estimated boolean);
            create table marts.fct_posting_skills
                (posting_id varchar, skill varchar, category varchar, week_start date);
            create table marts.fct_posting_observations (posting_id varchar, source varchar);
            create table marts.rejected_postings (reason varchar);
            create table marts.dim_skills (skill varchar, category varchar);
            create table marts.weekly_job_volume
                (week_start date, job_count bigint, ai_job_count bigint, is_complete_week boolean);
        """)
        for table, rows in (
            ("fct_job_postings", postings),
            ("fct_posting_skills", mentions),
            ("fct_posting_observations", observations),
            ("dim_skills", [(skill, "data_science") for skill in skills]),
            ("weekly_job_volume", [(week.start, week.jobs, week.ai_jobs, week.complete) for week in weeks]),
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


def plot(folder, marts, check=True):
    """Run the script as a user does; returns the finished process."""
    finished = subprocess.run(
        [sys.executable, PROJECT / "scripts" / "plot_marts.py", "--out", folder / "charts"],
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


CASES = {
    "empty": (),
    "three postings": weeks_of((1, 1), (0, 0), (2, 0), incomplete=(0, 2)),
    "one week": weeks_of((40, 10)),
    "a year and a half": weeks_of(*((5 + i % 9, i % 4) for i in range(78)), incomplete=(77,)),
    "a stray date": weeks_of((1, 0), *((0, 0) for _ in range(200)), *((20, 5) for _ in range(12))),
}


@pytest.mark.parametrize("name", CASES)
def test_charts_and_report_of_any_amount_of_data(name, tmp_path):
    marts = figures.read_marts(write_marts(tmp_path / "m.duckdb", CASES[name], sources=100))
    for chart in plot_marts.CHARTS.values():
        drawing = chart(marts)
        assert png_size(plot_marts.paint(drawing)) == (1600, drawing.height)
        texts = [shape["text"] for shape in drawing.shapes if shape["kind"] == "text"]
        assert any("No data" in text for text in texts) == (name == "empty")
        assert_nothing_clipped_or_overlapping(drawing)
    context = plot_marts.report_context(marts)
    inline = [drawing for part in ("volume", "share", "trend") for _, drawing in context[part]]
    for drawing in [*inline, *(panel["drawing"] for panel in context["panels"])]:
        assert_nothing_clipped_or_overlapping(drawing)
    html = plot_marts.report_page(marts)
    assert ("No data" in html) == (name == "empty")
    assert Page(html).open == []


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
        # Of 100 each: z of 20 to 32 is 1.9342, of 20 to 33 2.0837.
        (20, 32, "AI roles make up 32% of new postings"),
        (20, 33, "AI roles make up 33% of new postings, up from 20%"),
        (33, 20, "AI roles make up 20% of new postings, down from 33%"),
    ],
)
def test_volume_message_tells_a_change_only_when_it_is_more_than_chance(ai_before, ai_recent, message):
    weeks = weeks_of((100, ai_before), *((0, 0),) * 3, (100, ai_recent), *((0, 0),) * 3)
    assert figures.volume_message(Marts(weeks=weeks, postings=200, ai_postings=ai_before + ai_recent)) == message


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
    gained, lost = figures.movers(marts)
    # python 10% to 20%, sql 10% to 5%; r has 19 mentions in all, aws stays at 10%.
    assert [(skill, round(change.points, 6)) for skill, change in gained] == [("python", 10)]
    assert [(skill, round(change.points, 6)) for skill, change in lost] == [("sql", -5)]
    # z of 10 of 100 to 40 of 200 is 2.19: enough for one change, not for the largest of several.
    assert figures.trend_message(marts, ["python", "sql"]) == "Python leads: 20% of new postings mention it"


def test_pooled_shares_need_four_complete_weeks_with_thirty_postings():
    weeks = weeks_of((10, 1), (10, 1), (5, 1), (5, 3), (9, 0), (40, 1), incomplete=(5,))
    assert figures.pooled_ai_shares(weeks) == [None, None, None, 6 / 30, None, None]


def test_drawn_weeks_leave_out_stray_ends_only():
    body = ((50, 5),) * 30
    weeks = weeks_of((1, 0), *((0, 0),) * 40, *body, *((0, 0),) * 60, (2, 0))
    drawn, left_out = figures.drawn_weeks(weeks)
    assert (drawn, left_out) == (list(weeks[41:71]), 3)
    weeks = weeks_of((16, 0), *((0, 0),) * 40, *body)
    assert figures.drawn_weeks(weeks) == (list(weeks), 0)


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (0.0004, "<0.1%"), (0.0994, "9.9%"), (0.0996, "10%"), (0.275, "28%"), (1, "100%")]
)
def test_percent(share, text):
    assert figures.percent(share) == text


def test_sources_are_named_up_to_four():
    sources = tuple((f"board {i}", 10, 10) for i in range(6))
    assert figures.source_names(Marts(sources=sources[:4])) == "board 0, board 1, board 2, board 3"
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


def test_published_marts_come_first(tmp_path, monkeypatch):
    published, warehouse = tmp_path / "talent.duckdb", tmp_path / "warehouse.duckdb"
    monkeypatch.setenv("TALENT_MARTS", str(published))
    monkeypatch.setenv("TALENT_WAREHOUSE", str(warehouse))
    assert figures.marts_path() == warehouse
    published.touch()
    assert figures.marts_path() == published
