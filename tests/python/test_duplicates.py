"""Which adverts are one opening, on invented pairs that were labelled before the rules saw them."""

import csv

import pytest

from conftest import Project
from duplicate_pairs import PAIRS, text_of

COLUMNS = ["title", "company", "location", "description", "source", "url", "posted_date"]
# Employers that share no beginning, one a pair.
BEGINNINGS = "Bram Cole Dun Esk Fen Gart Hol Ilm Jor Kest Lor Mar Nev Orb Pell Quin Ros Sel Tarn Ulm".split()
NAMES = [beginning + end for end in ("wick", "dale", "ora", "berg", "stead") for beginning in BEGINNINGS]
WORDS = (
    "amber basin cedar delta ember fjord grove haven inlet jetty knoll ledge marsh north ocean prairie quarry ridge "
    "shore trail upland valley wharf yonder zenith acorn birch clover daisy elm fern garden hazel iris juniper kelp "
    "larch maple nettle orchid poplar quince rowan sedge thistle umber violet willow yarrow zinnia anchor barge "
    "canoe dinghy eddy ferry galley harbour island "
).split()
# Each text has a word of sixty that the one before it has not.
DRIFT = [" ".join([f"new{word}" for word in range(step)] + WORDS[step:]) for step in range(10)]
STREETS = 22


def adverts():
    """Rows of a file of postings: both adverts of each pair, a text that drifts, and one of many streets."""
    for number, pair in enumerate(PAIRS):
        for side, ad in (("a", pair.one), ("b", pair.other)):
            url = f"https://{ad.board}.example/{number}{side}"
            company = ad.company or NAMES[number]
            yield [ad.title, company, ad.place, text_of(pair, ad), ad.board, url, f"2026-{ad.day}"]
    for step, text in enumerate(DRIFT):
        url = f"https://drift.example/{step}"
        yield ["Gardener", "Vandermeer", "Leeds, England, UK", text, "drift", url, f"2026-03-{step + 1:02}"]
    for street in range(STREETS):
        text = f"Come and cook at our house in street{street}. {' '.join(WORDS)}"
        url = f"https://street.example/{street}"
        yield ["Cook", "Wexford Inns", f"Leeds, Street{street}", text, "street", url, "2026-03-02"]


@pytest.fixture(scope="module")
def posting_of(tmp_path_factory):
    """The posting under which each url counts."""
    project = Project(tmp_path_factory.mktemp("pairs"))
    with (project.folder / "pairs.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([COLUMNS, *adverts()])
    project.script("load_postings", project.folder / "pairs.csv")
    project.dbt("build", "--select", "+fct_posting_observations", "--exclude-resource-type", "test", "unit_test")
    return dict(project.query("select url, posting_id from marts.fct_posting_observations"))


def test_pairs_are_told_apart(posting_of):
    found = []
    for number, pair in enumerate(PAIRS):
        one, other = (
            posting_of[f"https://{ad.board}.example/{number}{side}"] for side, ad in zip("ab", pair[3:], strict=True)
        )
        found.append((pair.is_one, one == other, pair))
    right = sum(is_one and told for is_one, told, _ in found)
    wrong = [pair for is_one, told, pair in found if told and not is_one]
    missed = [pair for is_one, told, pair in found if is_one and not told]
    assert right >= 0.92 * (right + len(missed)), missed
    assert right >= 0.92 * (right + len(wrong)), wrong


def test_a_text_that_drifts_is_not_one_posting(posting_of):
    postings = [posting_of[f"https://drift.example/{step}"] for step in range(len(DRIFT))]
    # Each is like the next; the first is like no more than the two behind it.
    assert 2 <= len(set(postings)) < len(DRIFT)
    assert postings[0] != postings[-1]


def test_streets_are_openings_of_their_own(posting_of):
    assert len({posting_of[f"https://street.example/{street}"] for street in range(STREETS)}) == STREETS
