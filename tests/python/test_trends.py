"""The trend marts on postings whose truth is planted."""

import random
from datetime import timedelta
from statistics import mean

import pytest

from trend_lab import CHANGES, MONDAY, WEEKLY, Lab, bursts, posting


@pytest.fixture(scope="module")
def lab(demo):
    """The compiled models, to be run on made facts."""
    return Lab(demo.folder / "target")


def changes(lab, rows, measure="skill_share", name="sql"):
    """What trend_changes says of one name on ``rows``, by comparison."""
    lab.load(rows)
    lab.build(*CHANGES)
    told = lab.query(f"select * from marts.trend_changes where measure = '{measure}' and name = '{name}'")
    return {row["comparison"]: row for row in told}


@pytest.mark.parametrize("threads", [1, 4])
def test_the_same_postings_give_the_same_marts(lab, threads):
    """To the last bit, in whatever order rows come and are added up."""
    marts = ("trend_changes", "weekly_trends", "weekly_job_volume", "collection_spells")
    rows = bursts(3, weekly=300)
    told = []
    for shuffled in (rows, random.Random(threads).sample(rows, len(rows))):
        lab.load(shuffled)
        lab.connection.execute(f"set threads = {1 if shuffled is rows else threads}")
        lab.build(*CHANGES, *(model for model in WEEKLY if model not in CHANGES))
        told.append([lab.query(f"select * from marts.{mart} order by all") for mart in marts])
    lab.connection.execute("reset threads")
    assert told[0] == told[1]


def week(number, day=0):
    return MONDAY + timedelta(days=7 * number + day)


def steady(counts, **fields):
    """So many postings in each of consecutive weeks, spread over their days, each of an employer of its own."""
    return [
        posting(week(number, i % 7), posting_id=f"{fields}{number}-{i}", employer_id=f"{fields}{number}-{i}", **fields)
        for number, count in enumerate(counts)
        for i in range(count)
    ]


def test_a_mix_that_moves_is_collection(lab):
    runs = [changes(lab, bursts(seed)) for seed in range(10)]
    for comparison, moved in (("four_weeks", 15), ("whole_period", 30)):
        rows = [run[comparison] for run in runs]
        # 10 points a board, times the 30 or 60 points by which their mix moves; 200 seeds: make trends.
        assert abs(mean(row["within_points"] for row in rows)) < 3
        assert abs(mean(row["collection_points"] for row in rows) - moved) < 3
        assert sum(row["verdict"] in ("up", "down") for row in rows) <= 1
        assert sum(row["within_low"] <= 0 <= row["within_high"] for row in rows) >= 8


def test_a_planted_change_is_told(lab):
    runs = [changes(lab, bursts(seed, planted=0.2))["four_weeks"] for seed in range(6)]
    assert [row["verdict"] for row in runs] == ["up"] * 6
    assert all(abs(row["within_points"] - 20) < 10 for row in runs)


def test_a_campaign_of_one_employer_is_one_voice(lab):
    base = steady([60] * 8)
    for i, row in enumerate(base):
        row["extracted_skills"] = ["sql"] if i % 5 == 0 else []
    campaign = [posting(week(6, i % 7), ["sql"], posting_id=f"c{i}", employer_id="one") for i in range(60)]
    assert changes(lab, base + campaign)["four_weeks"]["verdict"] == "no_clear_change"
    many = [row | {"employer_id": row["posting_id"]} for row in campaign]
    assert changes(lab, base + many)["four_weeks"]["verdict"] == "up"


def test_postings_without_employer_are_voices_of_their_own(lab):
    rng = random.Random(1)
    rows = steady([100] * 8)
    for row in rows:
        share = 0.5 if row["week_start"] >= week(4) else 0.1
        row |= {"employer_id": None, "extracted_skills": ["sql"] if rng.random() < share else []}
    told = changes(lab, rows)["four_weeks"]
    assert told["verdict"] == "up"
    # Two shares of 400 postings each: sqrt(.25 / 400 + .09 / 400) is 2.9 points, twice 1.96 times that is 11.4.
    assert told["within_high"] - told["within_low"] == pytest.approx(11.4, rel=0.25)


def test_what_only_one_window_has_is_collection(lab):
    rows = [row | {"extracted_skills": ["sql"] if i % 4 == 0 else []} for i, row in enumerate(steady([100] * 8))]
    rows += [
        row | {"extracted_skills": ["sql"]} for row in steady([0, 0, 0, 0, 100, 100, 100, 100], source="another board")
    ]
    told = changes(lab, rows)["four_weeks"]
    assert told["before_share"] == 0.25
    assert told["recent_share"] == 0.625
    assert told["within_points"] == pytest.approx(0)
    assert told["role_points"] == pytest.approx(0)
    assert told["collection_points"] == pytest.approx(37.5)
    assert told["matched_share"] == 0.5


def test_another_mix_of_roles(lab):
    rows = []
    for number in range(8):
        engineers = 20 if number < 4 else 80
        for i in range(100):
            is_engineer = i < engineers
            rows.append(
                posting(
                    week(number, i % 7),
                    ["sql"] if is_engineer else [],
                    posting_id=f"{number}-{i}",
                    employer_id=f"{number}-{i}",
                    role_family="data_engineering" if is_engineer else "sales",
                )
            )
    told = changes(lab, rows)["four_weeks"]
    assert told["role_points"] == pytest.approx(60)
    assert told["within_points"] == pytest.approx(0)
    assert told["collection_points"] == pytest.approx(0)


def test_postings_without_text_are_no_denominator_of_a_skill(lab):
    rows = [row | {"extracted_skills": ["sql"] if i % 2 else []} for i, row in enumerate(steady([50] * 8))]
    rows += steady([0, 0, 0, 0, 50, 50, 50, 50], has_text=False, is_ai_posting=True)
    told = changes(lab, rows)["four_weeks"]
    assert (told["recent_total"], told["recent_share"]) == (200, 0.5)
    # Whether a text was collected is a matter of collection.
    ai = changes(lab, rows, "ai_share", "ai")["four_weeks"]
    assert ai["recent_total"] == 400
    assert (ai["collection_points"], ai["within_points"]) == pytest.approx((50, 0))


@pytest.mark.parametrize(
    ("weeks", "comparisons"),
    [(3, {}), (7, {}), (8, {"four_weeks", "whole_period"}), (55, {"four_weeks", "whole_period"}), (56, {"year"})],
)
def test_windows_that_the_data_cover(lab, weeks, comparisons):
    rows = [row | {"extracted_skills": ["sql"] if i % 2 else []} for i, row in enumerate(steady([14] * weeks))]
    told = changes(lab, rows)
    compared = {name for name, row in told.items() if row["verdict"] != "not_comparable"}
    assert compared >= set(comparisons)
    assert ("year" in compared) == ("year" in comparisons)
    if weeks >= 8:
        recent = told["four_weeks"]
        assert (recent["recent_from"], recent["recent_to"]) == (week(weeks - 4), week(weeks - 1, 6))
        assert (recent["before_from"], recent["before_to"]) == (week(weeks - 8), week(weeks - 5, 6))
        assert recent["recent_total"] == recent["before_total"] == 56
    if weeks == 56:
        assert (told["year"]["before_from"], told["year"]["before_to"]) == (week(0), week(3, 6))
