"""Charts and report: what they tell is what the marts hold, and they are written whole or not at all."""

import base64
import gzip
import json
import os
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from talent_demand.report import command
from talent_demand.report.answers import CHOICES, answer
from talent_demand.report.charts import CHARTS, draw_charts
from talent_demand.report.marts import open_marts
from talent_demand.report.page import counted, display_names, in_days, percent, plain, points, render, sentence
from talent_demand.warehouse import BadInput, write_whole


def connect_and_close(path):
    duckdb.connect(str(path)).close()


def told(comparison, verdict, points=2.0, low=1.0, high=3.0, weeks=4):
    return {
        "comparison": comparison,
        "verdict": verdict,
        "within_points": points,
        "within_low": low,
        "within_high": high,
        "before_share": 0.2,
        "recent_share": 0.2 + points / 100,
        "change_points": points,
        "role_points": 0.0,
        "collection_points": 0.0,
        "before_from": date(2024, 6, 3),
        "before_to": date(2024, 6, 2) + timedelta(weeks=weeks),
        "recent_from": date(2026, 6, 1) - timedelta(weeks=weeks),
        "recent_to": date(2026, 5, 31),
        "reason": "too few employers",
    }


@pytest.fixture(scope="module")
def page(demo):
    with open_marts(demo.marts) as connection:
        return render(connection)


@pytest.fixture
def marts(demo, tmp_path):
    """A connection to a copy of the published marts, which a test may change."""
    shutil.copy(demo.marts, tmp_path / "copy.duckdb")
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as connection:
        yield connection


SHARE = "Share of AI postings"


def text_of(page):
    return " ".join(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def data_of(page):
    """Header and columns of the postings that a page holds."""
    content = gzip.decompress(base64.b64decode(re.search('id="data">([^<]*)<', page)[1]))
    header = json.loads(content[-int.from_bytes(content[:8], "little") :])
    columns, place = {}, 8
    for name, kind, size in header["columns"]:
        columns[name] = np.frombuffer(content, kind, size, place)
        place += columns[name].nbytes
    return header, columns


def test_the_page_tells_the_numbers_of_the_marts(demo, page):
    with duckdb.connect(str(demo.marts), read_only=True) as marts:
        share, before, count, total = marts.execute(
            "select recent_share, before_share, recent_count, recent_total from marts.trend_changes "
            "where measure = 'ai_share' and comparison = 'four_weeks'"
        ).fetchone()
        low, high = marts.execute(
            "select low, high from marts.weekly_trends where measure = 'ai_share' and low is not null "
            "order by week_start desc limit 1"
        ).fetchone()
        (last,) = marts.execute(
            "select max(posted_date) from marts.fct_job_postings inner join marts.dim_weeks using (week_start) "
            "where is_in_bounds"
        ).fetchone()
    words = text_of(page)
    assert (
        f"{100 * share:.0f}% in the last four complete weeks ({count} of {total}; 95% sure: "
        f"{100 * low:.0f}% to {100 * high:.0f}%), after {100 * before:.0f}%" in words
    )
    assert f"Postings up to {last.day} {last:%b %Y}" in words
    assert "not the labour market" in words


def test_a_list_tells_postings_share_ai_work_and_edition(demo, page):
    with open_marts(demo.marts) as marts:
        assert {"PyTorch", "Power BI*"} <= set(display_names(marts)["skills"].values())
        rows = marts.execute(
            "select display_name, count(*), "
            "count(*) / (select count(*) from marts.fct_job_postings where has_text), "
            "count(*) filter (where is_ai_posting) "
            "from marts.fct_job_postings inner join marts.fct_posting_skills using (posting_id) "
            "inner join marts.dim_skills using (skill) group by all order by 2 desc limit 10"
        ).fetchall()
    words = text_of(page)
    for name, n, share, ai_n in rows:
        assert f" {name} {n:,} {100 * share:.{1 if share < 0.095 else 0}f}% {ai_n:,} " in words


def test_measures_are_called_and_explained_as_the_semantic_layer_does(marts, demo):
    manifest = json.loads((demo.folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    metrics = {(each["name"], each["label"], each["description"]) for each in manifest["metrics"].values()}
    assert metrics == set(demo.query("from marts.dim_metrics"))
    marts.execute(
        "update marts.dim_metrics set display_name = 'Name of ' || metric, description = 'What is ' || metric"
    )
    words = text_of(render(marts))
    for name in ("postings", "ai_postings", "ai_share", "median_pay"):
        assert f"Name of {name}" in words
    for name in ("postings", "ai_postings", "skill_share", "median_pay"):
        assert f"What is {name}" in words
    assert not re.search("AI postings|Share of AI|Median pay", words)


def test_skills_of_ai_postings_are_a_list_of_their_own(demo, page):
    with duckdb.connect(str(demo.marts), read_only=True) as marts:
        rows = marts.execute(
            "select display_name, count(*), "
            "count(*) / (select count(*) from marts.fct_job_postings where has_text and is_ai_posting), "
            "(select count(*) from marts.fct_posting_skills as all_of where all_of.skill = skills.skill) "
            "from marts.fct_job_postings inner join marts.fct_posting_skills using (posting_id) "
            "inner join marts.dim_skills as skills using (skill) "
            "where is_ai_posting group by display_name, skills.skill order by 2 desc, lower(display_name) limit 10"
        ).fetchall()
    words = text_of(page)
    words = words[words.index("Which skills do AI postings ask for?") : words.index("Which skills do all postings")]
    told_rows = [
        f"{name} {n:,} {100 * share:.{1 if share < 0.095 else 0}f}% {all_n:,}" for name, n, share, all_n in rows
    ]
    places = [words.index(row) for row in told_rows]
    assert len(places) == 10 and places == sorted(places)


def test_the_share_of_the_latest_weeks_is_told_where_they_have_nothing_to_be_compared_with(marts):
    marts.execute(
        "update marts.trend_changes set verdict = 'not_comparable', reason = 'too few weeks; 61% were searched', "
        "recent_share = null, before_share = null, recent_count = null, collection_points = null"
    )
    marts.execute(
        "update marts.weekly_trends set share = 0.42, low = 0.3, high = 0.55, posting_count = 21, total_count = 50 "
        "where week_start = (select max(week_start) from marts.weekly_job_volume where is_complete_week)"
    )
    words = text_of(render(marts))
    assert (
        "42% in the last four complete weeks (21 of 50; 95% sure: 30% to 55%). Too few weeks; 61% were searched."
        in words
    )
    assert "cannot be told yet: too few weeks." in words


def test_a_chart_has_the_shares_of_the_page(demo, page, monkeypatch):
    drawn = {}

    def keep(axes, names, shares, **options):
        drawn[axes] = list(zip(names, shares, strict=True))
        return barh(axes, names, shares, **options)

    barh = Axes.barh
    monkeypatch.setattr(Axes, "barh", keep)
    words = text_of(page)
    with open_marts(demo.marts) as connection:
        (levels,) = connection.execute("select count(*) from marts.fct_job_postings").fetchone()
        stated = answer(connection)["level"]
        for name in ("top_skills", "ai_skills", "seniority", "countries"):
            CHARTS[name][1](connection, Figure().subplots())
    assert len(drawn) == 4
    for shares in drawn.values():
        named = [(name, share) for name, share in shares[::-1] if name != "not stated"]
        places = [
            re.search(rf"{re.escape(name)}\*? [\d,]+ {re.escape(percent(share))} ", words) for name, share in named
        ]
        assert named and all(places)
    # What is not stated stands last, below everything else.
    missing = next(n for value, n, _ in stated if value is None)
    assert list(drawn.values())[2][0] == ("not stated", missing / levels)


def test_what_is_not_stated_stands_last_in_a_chart(marts):
    marts.execute("update marts.fct_job_postings set country_code = null where country_code <> 'NL'")
    CHARTS["countries"][1](marts, axes := Figure().subplots())
    # The lowest bar is the first that is drawn.
    assert [label.get_text() for label in axes.get_yticklabels()] == ["not stated", "Netherlands"]


def test_agencies_stand_apart_from_those_who_hire(marts):
    (employer, _), (agency, agency_n) = marts.execute(
        "select employer, count(*) as n from marts.fct_job_postings inner join marts.dim_employers "
        "using (employer_id) group by all order by n desc, 1 limit 2"
    ).fetchall()
    marts.execute("update marts.dim_employers set is_agency = employer = ?", [agency])
    hires, _, rest = render(marts).partition("Which agencies hire for others?")
    agencies = rest[: rest.index("</section>")]
    assert f">{employer}</th>" in hires and f">{employer}</th>" not in rest
    assert f">{agency}</th>" in agencies and f">{agency}</th>" not in hires
    assert f"All agencies: {agency_n} of " in agencies


def test_one_is_told_as_one():
    assert in_days("none since 2025-05-12, 2,025-05 usually") == "none since 12 May 2025, 2,025-05 usually"
    assert plain(r"**We use \- or \#, a\b**") == "We use - or #, a\\b"
    assert [counted(n, "posting") for n in (0, 1, 1200)] == ["0 postings", "1 posting", "1,200 postings"]


def test_a_name_as_long_as_a_text_does_not_fill_the_page(marts):
    marts.execute("update marts.dim_employers set employer = repeat('We bake. ', 500)")
    page = render(marts)
    assert 12 * "We bake. " in page and 20 * "We bake. " not in page


def test_a_posting_may_mention_more_skills_than_a_byte_counts(marts):
    marts.execute(
        "insert into marts.dim_skills by name select 'skill ' || i as skill, * exclude (skill, i) "
        "from range(300) as numbers (i), (from marts.dim_skills limit 1)"
    )
    marts.execute(
        "update marts.fct_job_postings set extracted_skills = list_transform(range(300), lambda i: 'skill ' || i) "
        "where posting_id = (select min(posting_id) from marts.fct_job_postings)"
    )
    _, columns = data_of(render(marts))
    assert max(columns["skill_counts"]) == 300


def test_numbers_are_rounded_as_in_the_marts():
    assert [points(value) for value in (-0.04, 0.0, -0.06, 5.25, None)] == ["+0.0", "+0.0", "−0.1", "+5.3", "–"]
    assert [percent(share) for share in (0, 0.03125, 0.125, 0.135, 1)] == ["0%", "3.1%", "13%", "14%", "100%"]


def test_of_each_value_that_ten_postings_have_some_can_be_opened(marts):
    # More of one source and day than the page can hold, newer than all others.
    marts.execute(
        "insert into marts.fct_job_postings by name select newest.* replace (posting_id || i as posting_id) "
        "from (from marts.fct_job_postings order by posted_date desc limit 20) as newest, range(50) as many (i)"
    )
    header, columns = data_of(render(marts))
    held = columns["held"]
    assert len(held) == len(header["opened"]) < len(columns["week"])
    for name in (*CHOICES, "week"):
        values, counts = np.unique(columns[name], return_counts=True)
        assert set(values[counts >= 10]) <= set(columns[name][held]), name
    # What lists show is newest first.
    days = [day for _, _, _, day, _ in header["opened"]]
    assert days == sorted(days, reverse=True)


def test_weeks_without_postings_are_told_where_no_spell_is(marts):
    marts.execute("delete from marts.collection_spells")
    marts.execute("update marts.weekly_job_volume set collection_status = 'usual'")
    assert "Nothing that shows:" in text_of(render(marts))
    marts.execute(
        "update marts.weekly_job_volume set collection_status = 'silent' "
        "where week_start = (select min(week_start) from marts.dim_weeks where is_in_bounds)"
    )
    told = text_of(render(marts))
    assert "Some weeks, grey below, have no postings" in told
    assert "Nothing that shows:" not in told


def test_quotes_are_told_without_markup(marts):
    marts.execute(r"update marts.fct_job_postings set ai_evidence = 'build \- **models**' where is_ai_posting")
    header, _ = data_of(render(marts))
    assert {words for *_, words in header["opened"]} == {None, "build - models"}


def test_a_choice_narrows_and_its_parts_add_up(demo):
    with open_marts(demo.marts) as connection:
        whole = answer(connection)
        assert (
            whole["shares"]
            == connection.execute(
                "select week_start, share from marts.weekly_trends "
                "where measure = 'ai_share' and share is not null order by week_start"
            ).fetchall()
        )
        for name in CHOICES:
            assert sum(n for _, n, _ in whole[name]) == whole["postings"]
        assert sum(n for _, n, _ in whole["weeks"]) == whole["postings"]
        source, n, ai_n = whole["source"][0]
        chosen = answer(connection, {"source": source})
        assert chosen["postings"] == n < whole["postings"]
        assert chosen["source"] == [(source, n, ai_n)]
        ai = answer(connection, {"is_ai": True})
        assert ai["postings"] == ai["ai_postings"] == whole["ai_postings"]
        first = whole["weeks"][3][0]
        assert answer(connection, {"first": first, "last": first})["weeks"] == [whole["weeks"][3]]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([], "Whether the share of AI postings is moving cannot be told yet: too few employers."),
        (
            [told("year", "no_clear_change", 0.5, -1.0, 2.0)],
            "No clear change in the share of AI postings against",
        ),
        (
            [told("whole_period", "no_clear_change")],
            "No clear change in the share of AI postings against the first four weeks of the period (from 3 Jun 2024):",
        ),
        ([told("four_weeks", "up")], "Employers ask for AI work more often than in the four weeks before"),
        ([told("four_weeks", "down", -2.0, -3.0, -1.0)], "Employers ask for AI work less often"),
    ],
)
def test_the_message_is_what_trend_changes_carries(rows, wanted):
    latest = told("four_weeks", "not_comparable") | {"reason": "too few employers; 61% were searched for"}
    assert wanted in sentence(rows, [latest], SHARE)


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ((-3.0, -4.0, -1.0), r"In the same roles employers .* more often .* from 20% to 17%, by .* mix of roles\.$"),
        ((-3.0, -1.0, -4.0), r"from 20% to 17%, by another mix of what was collected\.$"),
        # What agrees, or differs too little to be seen, needs no word.
        ((1.0, -1.0, 0.0), r"^Employers .*\)\.$"),
        ((-0.4, -2.4, 0.0), r"^Employers .*\)\.$"),
    ],
)
def test_a_message_that_all_postings_seem_to_deny_says_why(parts, wanted):
    change, roles, collection = parts
    row = told("four_weeks", "up") | {
        "change_points": change,
        "role_points": roles,
        "collection_points": collection,
        "recent_share": 0.2 + change / 100,
    }
    assert re.search(wanted, sentence([row], [], SHARE))


@pytest.mark.parametrize(
    ("verdicts", "wanted"),
    [
        ({"year": "up", "whole_period": "up", "four_weeks": "up"}, "than in the same four weeks a year ago"),
        ({"year": "not_comparable", "whole_period": "down", "four_weeks": "up"}, "less often than in the first four"),
        # A clear one is told before the longest one.
        (
            {"year": "no_clear_change", "whole_period": "no_clear_change", "four_weeks": "up"},
            "in the four weeks before",
        ),
        (
            {"year": "not_comparable", "whole_period": "no_clear_change", "four_weeks": "no_clear_change"},
            "the first four",
        ),
    ],
)
def test_the_message_tells_the_longest_clear_change(marts, verdicts, wanted):
    for comparison, verdict in verdicts.items():
        marts.execute(
            "update marts.trend_changes set verdict = ?, reason = 'too few employers', "
            "recent_from = '2026-03-02', recent_to = '2026-03-29', before_from = '2025-09-29', "
            "before_to = '2025-10-26', within_points = 2, within_low = 1, within_high = 3, change_points = 2, "
            "role_points = 0, collection_points = 0, before_share = 0.2, recent_share = 0.22 where comparison = ?",
            [verdict, comparison],
        )
    message = re.search('class="message">([^<]*)<', render(marts))[1]
    assert wanted in message


@pytest.mark.parametrize(
    ("weeks", "wanted"),
    [(1, "than in the week before"), (6, "than in the six weeks before"), (13, "the 13 weeks before")],
)
def test_a_span_is_as_long_as_its_window(weeks, wanted):
    assert wanted in sentence([told("four_weeks", "up", weeks=weeks)], [], SHARE)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (
            "window_weeks = 6, window_is_moved = false",
            "Postings of the last six complete weeks [0-9]+ collected, after [0-9]+ in the six weeks before; "
            ".* Collection was as usual",
        ),
        ("window_is_moved = true", "of the last four complete weeks [0-9]+ .* Collection moved in these weeks"),
        ("window_job_count = null", "fewer than four complete weeks yet"),
    ],
)
def test_the_window_is_told_as_the_mart_has_it(demo, tmp_path, change, wanted):
    marts = tmp_path / "copy.duckdb"
    shutil.copy(demo.marts, marts)
    with duckdb.connect(str(marts)) as connection:
        connection.execute(f"update marts.weekly_job_volume set {change}")
    with open_marts(marts) as connection:
        assert re.search(wanted, text_of(render(connection)))


@pytest.mark.parametrize(
    ("table", "change", "wanted", "unwanted"),
    [
        ("weekly_job_volume", "window_is_moved = true", "Grey: collection moved in those weeks", "^$"),
        ("weekly_job_volume", "window_is_moved = false, collection_status = 'surge'", "In grey weeks", "Grey:"),
        ("weekly_job_volume", "collection_status = 'usual'", "", "In grey weeks"),
        (
            "trend_changes",
            "reason = 'up; collection moved: alpha (country FR): no postings'",
            r"part of the collection moved: alpha \(country FR\): no postings\.",
            "Collection was as usual",
        ),
        (
            "trend_changes",
            "verdict = 'no_clear_change', within_low = 0.6, within_high = 10.8",
            r"\(\+0.6 to \+10.8\): no clear change, as it may be chance among the comparisons made\.",
            "^$",
        ),
        (
            "trend_changes",
            "verdict = 'no_clear_change', within_low = -0.6, within_high = 10.8",
            r"\(−0.6 to \+10.8\): no clear change\.",
            "may be chance",
        ),
        (
            "trend_changes",
            "verdict = case comparison when 'year' then 'up' else 'not_comparable' end, before_share = 0.3, "
            "recent_share = 0.2, change_points = -10, collection_points = -2, role_points = -11, within_points = 3, "
            "before_from = '2025-03-03', before_to = '2025-03-30', "
            "recent_from = '2026-03-02', recent_to = '2026-03-29'",
            r"went from 30% \(3 Mar 2025 to 30 Mar 2025\) to 20% \(2 Mar 2026 to 29 Mar 2026\): −10.0 points, "
            r"−2.0 of them by another mix of what was collected, −11.0 by another mix of roles and \+3.0 like for like",
            "^$",
        ),
        (
            "trend_changes",
            "verdict = case comparison when 'four_weeks' then 'up' else 'not_comparable' end",
            "",
            "went from",
        ),
        # Parts of what is not compared are no finding.
        ("trend_changes", "verdict = 'not_comparable'", "Cannot be told yet", "beyond chance|of them by another mix"),
    ],
)
def test_a_reader_is_told_why_a_change_is_none(demo, tmp_path, table, change, wanted, unwanted):
    marts = tmp_path / "copy.duckdb"
    shutil.copy(demo.marts, marts)
    with duckdb.connect(str(marts)) as connection:
        connection.execute(f"update marts.{table} set {change}")
    with open_marts(marts) as connection:
        text = text_of(render(connection))
    assert re.search(wanted, text)
    assert not re.search(unwanted, text)


def test_every_chart_is_drawn(demo, tmp_path):
    with open_marts(demo.marts) as connection:
        names = draw_charts(connection, tmp_path)
    assert names == [f"{name}.png" for name in CHARTS]
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in names)
    assert len(list(tmp_path.iterdir())) == len(names)


def test_a_page_that_fails_leaves_the_old_one(demo, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    marts = tmp_path / "copy.duckdb"
    shutil.copy(demo.marts, marts)
    with duckdb.connect(str(marts)) as connection:
        connection.execute("drop table marts.trend_changes")
    monkeypatch.setattr("sys.argv", ["plot_marts", "--marts", str(marts), "--out", str(tmp_path / "charts")])
    with pytest.raises(BadInput, match="holds no finished marts"):
        command.main()
    assert path.read_text(encoding="utf-8") == "old"


def test_what_a_link_leads_to_is_written_whole(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    real, path = tmp_path / "there" / "page.html", tmp_path / "report.html"
    path.symlink_to(real)
    for content in (b"new", b"newer"):
        write_whole(path, content)
        assert path.is_symlink() and real.read_bytes() == content
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space", "page")))
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"newest")
    assert path.is_symlink() and real.read_bytes() == b"newer"
    assert [file.name for file in real.parent.iterdir()] == ["page.html"]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to(path), connect_and_close])
def test_nothing_but_a_file_is_replaced(tmp_path, make):
    path = tmp_path / "report.html"
    make(path)
    # Looking into it may be seen by its time of access.
    before = path.lstat()[:7], path.lstat().st_mtime_ns
    with pytest.raises(BadInput, match=r"report\.html is (?:no file|a database), and is not replaced$"):
        write_whole(path, b"new")
    assert (path.lstat()[:7], path.lstat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


def test_marts_of_an_older_version_are_told_in_a_line(demo, tmp_path):
    marts = tmp_path / "copy.duckdb"
    shutil.copy(demo.marts, marts)
    with duckdb.connect(str(marts)) as connection:
        connection.execute("alter table marts.weekly_job_volume drop column window_is_moved")
    told = "another version of this project, run `dbt build` first: .*window_is_moved[^\n]*$"
    with pytest.raises(BadInput, match=told), open_marts(marts) as connection:
        render(connection)


def test_a_missing_file_is_told_in_a_line(tmp_path):
    with pytest.raises(BadInput, match="does not exist: load postings"), open_marts(tmp_path / "none.duckdb"):
        pass
