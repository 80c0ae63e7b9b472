"""Feeds and dumps of boards, as their interfaces document them, with invented postings: each field finds its place."""

import json

import pytest

from conftest import PROJECT
from talent_demand.readers.markup import page_values
from test_load_postings import load, loaded, project  # noqa: F401

FEEDS = [json.loads(line) for line in (PROJECT / "tests" / "python" / "feeds.jsonl").open(encoding="utf-8")]
COLUMNS = (
    "title company location description source url posted_date employment_type workplace salary salary_min salary_max "
    "salary_currency salary_period industry job_level search_term closing_date other_fields"
).split()
# Told exactly; of other fields the expected text is a part.
EXACT = ("title", "company", "source")


def texts(value):
    """The texts and numbers in a value."""
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)
    elif value not in (None, ""):
        yield value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("feed", FEEDS, ids=[feed["feed"] for feed in FEEDS])
def test_a_feed(project, tmp_path, feed):  # noqa: F811
    path = tmp_path / feed["file"]
    path.write_text(feed["content"], encoding="utf-8")
    finished = load(project, path)
    assert finished.returncode == 0, finished.stderr
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in loaded(project, ", ".join(COLUMNS))]
    assert len(rows) == len(feed["want"])
    for row, want in zip(rows, feed["want"], strict=True):
        for name, parts in want.items():
            for part in parts if isinstance(parts, list) else [parts]:
                if part is None:
                    assert row[name] is None, name
                elif name in EXACT and feed["feed"] not in ("adzuna", "stackoverflow_rss", "successfactors_rss"):
                    assert row[name] == part, name
                else:
                    assert part in (row[name] or ""), name


def test_the_address_of_a_page_is_that_of_its_only_posting():
    link = '<link rel="canonical" href="https://acme.example/jobs?a=1&amp;b=2">'
    scripts = [
        f'<script type="application/ld+json">{{"@type": "JobPosting", "title": "{title}"}}</script>'
        for title in ("Nurse", "Cook")
    ]
    (only,) = page_values(link + scripts[0])
    assert only["url"] == "https://acme.example/jobs?a=1&b=2"
    assert [value.get("url") for value in page_values(link + "".join(scripts))] == [None, None]
