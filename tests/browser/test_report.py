# ruff: noqa: D103
"""The report and the documentation in a real browser: answers, errors, widths, accessibility, print."""

import html
import json
import os
import random
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import axe_core_python
import pytest

from conftest import Project
from talent_demand.report.answers import CHOICES, answer
from talent_demand.report.marts import open_marts
from talent_demand.report.page import display_names, render

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without a sandbox because a container's root user has none; nothing is fetched, updated or reported.
FLAGS = """
    --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars
    --host-resolver-rules=MAP*~NOTFOUND
""".split()
SECONDS = 120
PHONE, DESK = 390, 1280
HOSTILE = "<img src=x onerror=console.error('ran')></script><script>console.error('ran')</script> {{ 7 * 7 }}"
LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture(scope="session")
def chromium():
    """Path of the browser: ``$CHROMIUM``, else the first of the usual names."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        pytest.fail("No Chromium: apt-get install chromium, or name one in CHROMIUM", pytrace=False)
    return path


@pytest.fixture(scope="session")
def marts(tmp_path_factory):
    """Marts of the demo, of one week, of three postings, of none, and of a hundred sources with hostile names."""
    made = {}
    for name in ("demo", "one week", "three postings", "none", "hostile"):
        project = Project(tmp_path_factory.mktemp("project"))
        project.folder.mkdir(exist_ok=True)
        if name == "hostile":
            rows = [
                {
                    "title": f"{HOSTILE} {LONG} {i}",
                    "company": f"{HOSTILE} {i % 7}",
                    "location": LONG,
                    "description": f"We train machine learning models in Python. {HOSTILE} {i}",
                    "source": f"{HOSTILE} {i % 100}",
                    "url": f"javascript:console.error({i})" if i % 2 else f"https://jobs.example/{i}",
                    "posted_date": f"2026-0{1 + i % 3}-{1 + i % 28:02}",
                }
                for i in range(200)
            ]
            file = project.folder / "hostile.json"
            file.write_text(json.dumps(rows), encoding="utf-8")
            project.script("load_postings", file)
        elif name != "none":
            counts = {"demo": (2000, 26), "one week": (60, 1), "three postings": (3, 1)}[name]
            project.script("generate_postings", "--count", counts[0], "--weeks", counts[1])
        project.dbt("build", "--exclude-resource-type", "unit_test")
        made[name] = project.marts if project.marts.exists() else project.warehouse
    return made


@pytest.fixture(scope="session")
def pages(marts):
    """The report of each of the marts, as text."""
    found = {}
    for name, path in marts.items():
        with open_marts(path) as connection:
            found[name] = render(connection)
    return found


def browse(chromium, page, folder, *options):
    """Open a file, or an address as text, in the browser; returns the finished process."""
    address = page if isinstance(page, str) else page.as_uri()
    command = [chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", *options, address]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert finished.returncode == 0, finished.stderr
    return finished


def ask(chromium, page, folder, script, width=DESK):
    """What ``script``, the body of an asynchronous function, returns in a page that is ``width`` CSS pixels wide.

    The page is shown in a frame, because the window of a headless Chromium cannot be as narrow as a phone.
    """
    waiting = "while (!window.talentReport) await new Promise(done => setTimeout(done, 20));"
    body = f"(async () => {{ {waiting} {script} }})().then(found => parent.postMessage(JSON.stringify(found), '*'))"
    # Words of postings in the script must not end it.
    body = body.replace("</", "<\\/")
    page = page.replace("</body>", f"<script>{body}</script></body>")
    outer = folder / "outer.html"
    outer.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><pre id="found"></pre>'
        f"<script>onmessage = event => found.textContent = event.data</script>"
        f'<iframe style="width:{width}px;height:900px;border:0" srcdoc="{html.escape(page)}"></iframe>',
        encoding="utf-8",
    )
    finished = browse(
        chromium,
        outer,
        folder,
        "--dump-dom",
        f"--window-size={max(width, 500) + 40},1000",
        "--virtual-time-budget=20000",
    )
    found = re.search(r'<pre id="found">(.*?)</pre>', finished.stdout, re.DOTALL)
    assert found and found[1], f"the page gave no answer: {finished.stderr[-1000:]}"
    return json.loads(html.unescape(found[1]))


def console(chromium, page, folder):
    """Lines that a page writes to the browser's console."""
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    finished = browse(chromium, path, folder, "--dump-dom", "--enable-logging=stderr", "--virtual-time-budget=4000")
    assert "</html>" in finished.stdout
    return [line for line in finished.stderr.splitlines() if "CONSOLE" in line]


NAMES = ("demo", "one week", "three postings", "none", "hostile")


@pytest.mark.parametrize("name", ["demo", "hostile"])
def test_two_hundred_choices_are_answered_as_sql_answers(name, chromium, marts, pages, tmp_path):
    chance = random.Random(1)
    with open_marts(marts[name]) as connection:
        weeks = [
            week
            for (week,) in connection.execute("from marts.dim_weeks select week_start where is_in_bounds").fetchall()
        ]
        values = {choice: [value for value, _, _ in answer(connection)[choice]] for choice in (*CHOICES, "skills")}
        choices = []
        for _ in range(200):
            names = chance.sample([*values, "is_ai", "first", "last"], chance.choice((1, 1, 2, 3)))
            choices.append(
                {
                    key: chance.choice(values[key]) if key in values else chance.choice(weeks).isoformat()
                    for key in names
                    if key != "is_ai"
                }
                | ({"is_ai": True} if "is_ai" in names else {})
            )
        # Values in the order of the page's columns: that of its lists, then what is not stated.
        orders = {
            choice: [value for value in [*labels, None] if value in values[choice]]
            for choice, labels in display_names(connection).items()
            if choice in values
        }
        script = f"""
            const {{ data, answer }} = window.talentReport, orders = {json.dumps(orders)};
            return {json.dumps(choices)}.map(choice => {{
                const chosen = {{}};
                for (const [key, value] of Object.entries(choice)) {{
                    if (key === "is_ai") chosen.isAi = true;
                    else if (key === "first" || key === "last") chosen[key] = data.weeks.indexOf(value);
                    else chosen[key] = orders[key].indexOf(value);
                }}
                const found = answer(chosen);
                const named = name => Object.fromEntries(found[name].map((counts, i) =>
                    [JSON.stringify(orders[name][i]), counts]).filter(([, counts]) => counts[0]));
                const {{ postings, ai, text, textAi, pay }} = found;
                return {{ postings, ai, text, textAi, pay,
                    shares: found.shares.map(([week, share]) => [data.weeks[week], share]),
                    weeks: found.weeks.map(([n, ai], i) => [data.weeks[i], n, ai]).filter(([, n]) => n),
                    ...Object.fromEntries({json.dumps([*CHOICES, "skills"])}.map(name => [name, named(name)])) }};
            }});
        """
        found = ask(chromium, pages[name], tmp_path, script)
        assert len(found) == len(choices)
        for choice, given in zip(choices, found, strict=True):
            dated = {k: date.fromisoformat(v) if k in ("first", "last") else v for k, v in choice.items()}
            expected = answer(connection, dated)
            assert (given["postings"], given["ai"], given["text"], given["textAi"]) == (
                expected["postings"],
                expected["ai_postings"],
                expected["with_text"],
                expected["ai_with_text"],
            ), choice
            assert given["weeks"] == [[week.isoformat(), n, ai] for week, n, ai in expected["weeks"]], choice
            assert given["shares"] == [[week.isoformat(), share] for week, share in expected["shares"]], choice
            assert given["pay"] == [list(row) for row in expected["pay"]], choice
            for key in (*CHOICES, "skills"):
                assert given[key] == {
                    json.dumps(value, ensure_ascii=False): counts for value, *counts in expected[key]
                }, choice


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("name", NAMES)
def test_page_fits_and_axe_finds_nothing(name, width, chromium, pages, tmp_path):
    axe = Path(axe_core_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    script = """
        document.querySelectorAll('details').forEach(e => { e.open = true; });
        const wide = [...document.body.querySelectorAll('*')].filter(e => e.getClientRects().length
            && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.tagName + e.textContent.slice(0, 40));
        document.querySelectorAll('section').forEach(e => { e.style.contentVisibility = 'visible'; });
        // A figure stands on one line.
        const range = document.createRange();
        const tops = cell => (range.selectNodeContents(cell), [...range.getClientRects()].map(box => box.top));
        const broken = [...document.querySelectorAll('td:not([colspan])')].filter(cell => new Set(tops(cell)).size > 1);
        const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
        // With a choice, whose sections of all are marked; none: there is nothing to choose.
        document.querySelector('table[data-list=source] tbody button')?.click();
        const result = await axe.run(document, { runOnly });
        return { width: innerWidth, scroll: document.documentElement.scrollWidth, wide: wide.slice(0, 5),
            broken: broken.map(cell => cell.textContent),
            axe: result.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 120)).slice(0, 3)]),
            passes: result.passes.length };
    """
    page = pages[name].replace("</body>", f"<script>{axe}</script></body>")
    found = ask(chromium, page, tmp_path, script, width)
    assert found["width"] == width and found["scroll"] <= width and found["wide"] == found["broken"] == []
    assert found["axe"] == [] and found["passes"] > 15


@pytest.mark.parametrize("name", NAMES)
def test_console_stays_empty(name, chromium, pages, tmp_path):
    assert console(chromium, pages[name], tmp_path) == []


def test_console_errors_are_seen(chromium, pages, tmp_path):
    page = pages["one week"].replace("</main>", "<script>missing()</script></main>")
    assert console(chromium, page, tmp_path)


def test_a_bar_chooses_and_show_all_lets_go(chromium, pages, tmp_path):
    script = """
        const shown = () => document.getElementById('count-postings').textContent;
        const all = shown(), row = document.querySelector('table[data-list=source] tbody tr');
        const n = row.children[2].textContent;
        row.querySelector('button').click();
        const chosen = shown(), listed = document.querySelectorAll('#postings li').length;
        const line = document.querySelector('#shares .line').getAttribute('d');
        const now = document.getElementById('shares-now').textContent;
        const isDrawn = () => document.getElementById('chosen-share').getClientRects().length > 0, drawn = isDrawn();
        document.getElementById('choose-nothing').click();
        return { all, n, chosen, listed, line, now, drawn, after: shown(), drawnAfter: isDrawn() };
    """
    found = ask(chromium, pages["demo"], tmp_path, script)
    assert found["chosen"] == found["n"] != found["all"] == found["after"]
    assert found["listed"] == 20
    assert found["drawn"] and not found["drawnAfter"]
    assert found["line"].startswith("M") and "L" in found["line"] and "%" in found["now"]


def test_a_figure_of_the_first_screen_opens_its_postings(chromium, pages, tmp_path):
    script = """
        return [...document.querySelectorAll('.figures button')].map(button => {
            document.querySelector('select[name=source]').value = 0;
            button.click();
            return [button.parentElement.textContent, document.getElementById('count-postings').textContent,
                document.querySelectorAll('#postings li').length, document.activeElement.id];
        });
    """
    found = ask(chromium, pages["demo"], tmp_path, script)
    (share, ai_n, ai_listed, focus), (volume, n, listed, _) = found
    assert re.search(rf"\({ai_n} of {n};", share) and re.search(rf"weeks\s+{n}\s", volume)
    assert ai_listed == listed == 20 and focus == "h-postings"


def test_a_skill_of_ai_postings_chooses_ai_postings(chromium, pages, tmp_path):
    script = """
        const row = document.querySelector('table[data-list=ai_skills] tbody tr');
        const n = row.children[2].textContent, count = name => document.getElementById(`count-${name}`).textContent;
        row.querySelector('button').click();
        return [n, count('postings'), count('ai'), document.activeElement.name];
    """
    n, postings, ai_postings, focus = ask(chromium, pages["demo"], tmp_path, script)
    assert n == postings == ai_postings and focus == "skills"


def test_prints_on_a_few_pages(chromium, pages, tmp_path):
    (tmp_path / "page.html").write_text(pages["demo"], encoding="utf-8")
    printed = tmp_path / "page.pdf"
    browse(chromium, tmp_path / "page.html", tmp_path, f"--print-to-pdf={printed}", "--no-pdf-header-footer")
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
    assert 3 <= sheets <= 9


def test_documentation_is_one_page_that_works_alone(chromium, tmp_path):
    project = Project(tmp_path / "project")
    project.folder.mkdir()
    project.script("generate_postings", "--count", "100")
    project.dbt("build", "--exclude-resource-type", "unit_test", "test")
    project.dbt("docs", "generate", "--static", write_json=True)
    page = tmp_path / "docs.html"
    (project.folder / "target" / "static_index.html").rename(page)
    # The page has a tracker that is off when dbt's usage statistics are.
    assert '"send_anonymous_usage_stats": false' in page.read_text(encoding="utf-8")
    folder = tmp_path / "browser"
    place = f"{page.as_uri()}#!/model/model.talent_demand.weekly_job_volume"
    finished = browse(chromium, place, folder, "--dump-dom", "--virtual-time-budget=10000")
    text = html.unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", finished.stdout, flags=re.DOTALL))
    assert "ai_job_count BIGINT AI postings among them." in " ".join(text.split())
