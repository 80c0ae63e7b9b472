# ruff: noqa: D103
"""The report and the documentation in a real browser: errors, widths, sizes, contrast, accessible names, print.

The page is shown in frames of several widths, because the window of a headless Chromium cannot be as narrow as a
phone. A script measures it there and hands the numbers to the test through the text of the outer page.
"""

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import axe_core_python
import pytest

from conftest import Project
from made_marts import CASES, HOSTILE, weeks_of, write_marts
from talent_demand.report import draw as plot_marts
from talent_demand.report import figures

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without a sandbox because a container's root user has none; nothing is fetched, updated or reported.
FLAGS = """
    --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars
    --host-resolver-rules=MAP*~NOTFOUND
""".split()
SECONDS = 60
PHONE, DESK = 390, 1280
# WCAG AA for text of normal size.
CONTRAST = 4.5
# The smallest text that is read without effort, in CSS pixels.
SMALLEST_TEXT = 10

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
PAGES = {
    **{name: {"weeks": weeks, "sources": 100} for name, weeks in CASES.items()},
    "half a year": {"weeks": weeks_of(*((60 + i % 7, 15 + i) for i in range(26)), incomplete=(0, 25))},
    "long names": {
        "weeks": weeks_of(*((60, 20),) * 10),
        "company": f"{HOSTILE} {LONG} {LONG}",
        "skills": (LONG, f"{LONG} two", "natural language processing of very long names", "sql", "r", "aws"),
    },
}

MEASURE = """
<script>
const round = value => Math.round(value * 100) / 100;
const shown = e => e.getClientRects().length > 0;
const say = e => e.tagName + ' ' + (e.textContent || '').trim().slice(0, 40);

function luminance([r, g, b]) {
  const linear = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}
function rgba(colour) {
  const parts = colour.match(/[\\d.]+/g).map(Number);
  return parts.length > 3 ? parts : [...parts, 1];
}
function background(e) {
  for (; e; e = e.parentElement) {
    const colour = rgba(getComputedStyle(e).backgroundColor);
    if (colour[3] > 0) return colour;
  }
  return [255, 255, 255, 1];
}
// The topmost filled shape that is painted before a text and covers its middle, else the page.
function ground(text) {
  if (!text.ownerSVGElement) return background(text);
  const box = text.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  let found = null;
  for (const e of text.ownerSVGElement.querySelectorAll('rect, circle, text')) {
    if (e === text) break;
    const r = e.getBoundingClientRect();
    if (e.tagName !== 'text' && x > r.left && x < r.right && y > r.top && y < r.bottom) found = e;
  }
  return found ? rgba(getComputedStyle(found).fill) : background(text.ownerSVGElement);
}
function ratio(a, b) {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}

function measure() {
  const all = [...document.body.querySelectorAll('*')].filter(shown);
  const holders = all.filter(e => !['SCRIPT', 'STYLE'].includes(e.tagName) && !e.closest('.unseen')
    && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  const pictures = all.filter(e => e.tagName === 'svg');
  const faint = [], small = [], clipped = [], touching = [];
  for (const e of holders) {
    const style = getComputedStyle(e), svg = e.ownerSVGElement;
    const contrast = ratio(rgba(svg ? style.fill : style.color), ground(e));
    if (contrast < CONTRAST) faint.push([say(e), round(contrast)]);
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    const size = parseFloat(style.fontSize) * scale;
    if (size < SMALLEST) small.push([say(e), round(size)]);
  }
  for (const svg of pictures) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter(e => e.textContent.trim());
    const boxes = texts.map(e => e.getBoundingClientRect());
    boxes.forEach((a, i) => {
      if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 2 || a.bottom > frame.bottom + 2)
        clipped.push([say(texts[i]), round(a.left - frame.left), round(a.top - frame.top),
          round(frame.right - a.right), round(frame.bottom - a.bottom)]);
      // The boxes of letters hold room above and below them: only half of a line's height counts as touching.
      boxes.slice(i + 1).forEach((b, j) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && down > a.height / 2) touching.push([say(texts[i]), say(texts[i + 1 + j])]);
      });
    });
  }
  return {
    width: innerWidth,
    scroll: document.documentElement.scrollWidth,
    wide: all.filter(e => e.getBoundingClientRect().right > innerWidth + 0.5 && !e.closest('.unseen')).map(say),
    cut: all.filter(e => ['TD', 'TH'].includes(e.tagName) && e.scrollWidth > e.clientWidth + 1).map(say),
    texts: holders.length,
    pictures: pictures.filter(e => !e.classList.contains('bar')).map(e => e.getAttribute('class')),
    unnamed: all.filter(e => e.getAttribute('role') === 'img' && !(e.getAttribute('aria-label') || '').trim()).map(say),
    bare: [...document.querySelectorAll('table')].filter(t => !t.caption || !t.caption.textContent.trim()
      || t.querySelector('thead th:not([scope=col]), tbody th:not([scope=row])') || !t.tHead).map(say),
    blank: [...document.querySelectorAll('th')].filter(t => !t.textContent.trim()).length,
    ids: [...document.querySelectorAll('[id]')].map(e => e.id),
    headings: [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(e => Number(e.tagName[1])),
    lang: document.documentElement.lang,
    title: document.title,
    faint, small, clipped, touching,
  };
}
addEventListener('load', async () => {
  document.querySelectorAll('details').forEach(e => e.open = true);
  const found = measure();
  if (window.axe) {
    const result = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']});
    found.axe = result.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 120)).slice(0, 3)]);
    found.axe_passes = result.passes.length;
  }
  parent.postMessage(found, '*');
});
</script>
"""


@pytest.fixture(scope="session")
def chromium():
    """Path of the browser: ``$CHROMIUM``, else the first of the usual names."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        pytest.fail("No Chromium: apt-get install chromium, or name one in CHROMIUM", pytrace=False)
    return path


@pytest.fixture(scope="session")
def axe():
    """The accessibility rules of axe-core, as a script."""
    return Path(axe_core_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """The report of each of PAGES, as text."""
    folder = tmp_path_factory.mktemp("marts")
    return {
        name: plot_marts.report_page(figures.read_marts(write_marts(folder / f"{i}.duckdb", **options)))
        for i, (name, options) in enumerate(PAGES.items())
    }


def browse(chromium, page, folder, *options):
    """Open a file, or an address as text, in the browser; returns the finished process."""
    address = page if isinstance(page, str) else page.as_uri()
    command = [chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", *options, address]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert finished.returncode == 0, finished.stderr
    return finished


def measure(chromium, page, folder, width, script=""):
    """What MEASURE finds in a page that is ``width`` CSS pixels wide; ``script`` runs before it."""
    values = MEASURE.replace("CONTRAST", str(CONTRAST)).replace("SMALLEST", str(SMALLEST_TEXT))
    # The page forbids every script, so that of the test too: the copy that is measured allows it.
    page, replaced = re.subn(r"<meta http-equiv=[^>]*>", "", page)
    assert replaced == 1
    page = page.replace("</body>", f"<script>{script}</script>{values}</body>")
    outer = folder / "outer.html"
    outer.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><pre id="found"></pre>'
        f"<script>onmessage = event => found.textContent = JSON.stringify(event.data)</script>"
        f'<iframe style="width:{width}px;height:900px;border:0" srcdoc="{html.escape(page)}"></iframe>',
        encoding="utf-8",
    )
    finished = browse(
        chromium,
        outer,
        folder,
        "--dump-dom",
        f"--window-size={max(width, 500) + 40},1000",
        "--virtual-time-budget=5000",
    )
    found = re.search(r'<pre id="found">(.*?)</pre>', finished.stdout, re.DOTALL)
    assert found and found[1], f"the page was not measured: {finished.stderr[-1000:]}"
    return json.loads(html.unescape(found[1]))


def console(chromium, page, folder):
    """Lines that a page writes to the browser's console."""
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    finished = browse(chromium, path, folder, "--dump-dom", "--enable-logging=stderr", "--virtual-time-budget=2000")
    assert "</html>" in finished.stdout
    return [line for line in finished.stderr.splitlines() if "CONSOLE" in line]


@pytest.fixture(scope="session", params=[(name, width) for name in PAGES for width in (PHONE, DESK)], ids=str)
def measured(request, chromium, axe, pages, tmp_path_factory):
    """What is found in a page at a width: (name, width, the measures)."""
    name, width = request.param
    return name, width, measure(chromium, pages[name], tmp_path_factory.mktemp("page"), width, axe)


def test_page_is_readable(measured):
    name, width, found = measured
    assert found["width"] == width and found["texts"] > 20
    assert found["scroll"] <= width
    for defect in ("wide", "cut", "clipped", "touching", "faint", "small", "unnamed", "bare", "blank"):
        assert not found[defect], defect
    # Each picture stands in the page for wide and for narrow screens, and one of them shows.
    hidden = "wide" if width == PHONE else "narrow"
    assert hidden not in found["pictures"] and bool(found["pictures"]) == (name != "empty")
    assert found["lang"] == "en" and found["title"].startswith("Demand for AI talent")
    assert found["headings"].count(1) == 1 and found["headings"][0] == 1
    assert len(set(found["ids"])) == len(found["ids"])


def test_axe_finds_nothing(measured):
    *_, found = measured
    assert found["axe"] == [] and found["axe_passes"] > 15


def test_axe_sees_a_defect(chromium, axe, pages, tmp_path):
    page = pages["one week"].replace("</h1>", '</h1><img src="data:," style="width:9px;height:9px">')
    assert [rule for rule, _ in measure(chromium, page, tmp_path, PHONE, axe)["axe"]] == ["image-alt"]


@pytest.mark.parametrize("name", PAGES)
def test_console_stays_empty(name, chromium, pages, tmp_path):
    assert console(chromium, pages[name], tmp_path) == []


def test_names_from_postings_run_nothing(chromium, tmp_path):
    company = "<img src=x onerror=console.error('ran')><script>console.error('ran')</script>"
    path = write_marts(tmp_path / "m.duckdb", weeks_of(*((60, 20),) * 10), company=company, skills=("sql", company))
    page = plot_marts.report_page(figures.read_marts(path))
    assert console(chromium, page, tmp_path) == []
    # Not only because the page forbids scripts.
    assert console(chromium, re.sub(r"<meta http-equiv=[^>]*>", "", page), tmp_path) == []


def test_prints_on_a_few_pages(chromium, pages, tmp_path):
    (tmp_path / "page.html").write_text(pages["a year and a half"], encoding="utf-8")
    printed = tmp_path / "page.pdf"
    browse(chromium, tmp_path / "page.html", tmp_path, f"--print-to-pdf={printed}", "--no-pdf-header-footer")
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
    assert 3 <= sheets <= 7


def test_documentation_is_one_page_that_works_alone(chromium, tmp_path):
    project = Project(tmp_path / "project")
    project.folder.mkdir()
    project.script("generate_postings", "--count", "100")
    project.dbt("build", "--exclude-resource-type", "unit_test", "test")
    project.dbt("docs", "generate", "--static")
    page = tmp_path / "docs.html"
    (project.folder / "target" / "static_index.html").rename(page)
    # The page has a tracker that is off when dbt's usage statistics are.
    assert '"send_anonymous_usage_stats": false' in page.read_text(encoding="utf-8")
    folder = tmp_path / "browser"
    shown = {}
    for place in ("model/model.talent_demand.weekly_job_volume", "exposure/exposure.talent_demand.report"):
        finished = browse(chromium, f"{page.as_uri()}#!/{place}", folder, "--dump-dom", "--virtual-time-budget=10000")
        text = html.unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", finished.stdout, flags=re.DOTALL))
        shown[place.partition("/")[0]] = " ".join(text.split())
    assert "One row a week from the first to the last week with postings" in shown["model"]
    assert "ai_job_count BIGINT AI postings among them." in shown["model"]
    assert "data/report.html, one page with key figures" in shown["exposure"]


@pytest.mark.parametrize(
    ("defect", "old", "new"),
    [
        ("wide", "<h1>", '<div style="width:420px">.</div><h1>'),
        ("cut", "<caption>", "<style>td { max-width: 8px; white-space: nowrap; overflow: hidden }</style><caption>"),
        ("clipped", "<rect", '<text x="340" y="50" font-size="12">All postings</text><rect'),
        (
            "touching",
            "<rect",
            '<text x="9" y="50" font-size="12">One</text><text x="9" y="51" font-size="12">Two</text><rect',
        ),
        ("faint", "<h1>", '<p style="color:#808080">Grey</p><h1>'),
        (
            "faint",
            "<rect",
            '<rect width="99" height="60" fill="#0072b2"/><text x="9" y="50" font-size="12">On</text><rect',
        ),
        ("small", "<h1>", '<p style="font-size:9px">Small</p><h1>'),
        ("unnamed", "<h1>", '<svg role="img" aria-label=" " viewBox="0 0 9 9"></svg><h1>'),
        ("bare", "<h2>", "<table><tr><td>1</td></tr></table><h2>"),
        ("blank", "<h2>", "<table><tr><th></th></tr></table><h2>"),
    ],
)
def test_each_defect_is_seen(defect, old, new, chromium, pages, tmp_path):
    page = pages["half a year"]
    assert old in page
    assert measure(chromium, page.replace(old, new), tmp_path, PHONE)[defect]


def test_console_errors_are_seen(chromium, pages, tmp_path):
    page = pages["one week"].replace("</main>", '<img src="missing.png" alt=""></main>')
    assert console(chromium, page, tmp_path)
