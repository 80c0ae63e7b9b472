"""The trend marts on postings whose truth is planted."""

import random
from datetime import timedelta
from statistics import mean

import pytest

from conftest import read_seed
from trend_lab import CHANGES, COLLECTION, LATE, MONDAY, WEEKLY, Lab, bursts, posting


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
    # The same the other way round: what is gone.
    rows = [row | {"posted_date": week(7, 6) - (row["posted_date"] - week(0))} for row in rows]
    rows = [row | {"week_start": row["posted_date"] - timedelta(days=row["posted_date"].weekday())} for row in rows]
    told = changes(lab, rows)["four_weeks"]
    assert told["collection_points"] == pytest.approx(-37.5)
    assert told["matched_share"] == 0.5


def test_one_change_among_many_names_may_be_chance(lab):
    rows = halves(200, 200, skills=(40, 60))
    alone = changes(lab, rows)["four_weeks"]
    assert alone["verdict"] == "up"
    # Twenty skills that every second posting asks for, now as before.
    others = [row["skill"] for row in read_seed("ai_skills") if row["skill"] != "sql"][:20]
    for i, row in enumerate(rows):
        row["extracted_skills"] = sorted(row["extracted_skills"] + others * (i % 2))
    told = changes(lab, rows)["four_weeks"]
    assert told["within_low"] == alone["within_low"] > 0
    assert told["verdict"] == "no_clear_change"
    # Both comparisons of 21 names.
    assert "may be chance among the 42 compared" in told["reason"]


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


def loaded(rows, arrival, every=1, last=None):
    """``rows`` as the load of day ``last`` leaves them; each is there ``arrival(row)`` days after it was posted."""
    known = []
    for row in rows:
        day = (row["posted_date"] - MONDAY).days + arrival(row)
        seen = -(-day // every) * every
        if seen <= last:
            known.append(row | {"first_seen_at": week(0, seen), "last_seen_at": week(0, seen)})
    return known


def expected(lab, rows):
    lab.load(rows)
    lab.build(*LATE)
    told = lab.query("select * from intermediate.int_expected_counts where week_count = 1 order by week_start")
    return {row.pop("week_start"): row for row in told}


def test_late_postings_are_expected(lab):
    # Of every two postings one comes at once and one a week later: of the last week's days none has its second half.
    rows = steady([140] * 12)
    for i, row in enumerate(rows):
        row["posting_id"] = str(i)
    told = expected(lab, loaded(rows, lambda row: 7 * (int(row["posting_id"]) // 7 % 2), last=7 * 12 - 1))
    newest, before = told[week(11)], told[week(10)]
    assert newest["expected_count"] == pytest.approx(140, rel=0.02)
    assert newest["expected_low"] >= 70
    assert newest["expected_low"] < 140 < newest["expected_high"]
    assert before["expected_count"] == pytest.approx(140, rel=0.02)


def test_what_the_first_load_brings_says_nothing_of_delays(lab):
    # Loads begin when half of the weeks are long there.
    rows = steady([70] * 12)
    known = loaded(rows, lambda _: 0, last=83)
    known = [row | {"first_seen_at": max(row["first_seen_at"], week(6)), "last_seen_at": week(11, 6)} for row in known]
    told = expected(lab, known)
    assert told[week(11)]["expected_count"] == pytest.approx(70)
    assert told[week(4)]["expected_count"] == pytest.approx(70)


def test_one_load_tells_nothing_of_late_postings(lab):
    assert (
        expected(lab, [row | {"first_seen_at": week(12), "last_seen_at": week(12)} for row in steady([20] * 12)]) == {}
    )


@pytest.mark.parametrize("every", [7, 10])
def test_late_postings_between_loads(lab, every):
    """Most come within days, some weeks later; between two loads that is not seen."""
    ratios, held = [], []
    for seed in range(6):
        rng = random.Random(seed)
        rows = steady([rng.randrange(180, 220) for _ in range(24)])
        delays = {row["posting_id"]: int(rng.expovariate(1 / 6)) for row in rows}
        told = expected(lab, loaded(rows, lambda row, delays=delays: delays[row["posting_id"]], every, 7 * 20))
        for number in range(16, 20):
            final = sum(row["week_start"] == week(number) for row in rows)
            ratios.append(told[week(number)]["expected_count"] / final)
            held.append(told[week(number)]["expected_low"] - 1 <= final <= told[week(number)]["expected_high"] + 1)
    assert mean(ratios) == pytest.approx(1, abs=0.02)
    assert mean(abs(ratio - 1) for ratio in ratios) < 0.06
    assert mean(held) >= 0.8


def spells(lab, rows):
    lab.load(rows)
    lab.build(*COLLECTION)
    told = lab.query("select * from marts.collection_spells where source <> 'all sources' order by source, first_week")
    return [(row["source"], row["kind"], row["first_week"], row["last_week"]) for row in told]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        # One week, and a break that lasts longer than what is usual around it; up and down.
        ([100] * 8 + [3] + [100] * 8, [("thin", 8, 8)]),
        ([100] * 20 + [3] * 30 + [100] * 20, [("thin", 20, 49)]),
        ([100] * 30 + [3] * 20, [("thin", 30, 49)]),
        ([50] * 20 + [250] * 6 + [50] * 20, [("surge", 20, 25)]),
        ([100] * 8 + [0] * 3 + [100] * 8, [("silent", 8, 10)]),
        # Small sources: the break is told when it is long enough not to be chance.
        ([3] * 20 + [0] + [3] * 20, []),
        ([3] * 20 + [0] * 12 + [3] * 20, [("silent", 20, 31)]),
        # Weeks that fall and come back, and the newest, of which nobody knows.
        ([100] * 8 + [30] * 2 + [100] * 8, [("thin", 8, 9)]),
        ([100] * 8 + [55] * 4 + [100] * 8, [("thin", 8, 11)]),
        ([100] * 16 + [30] * 2, [("thin", 16, 17)]),
        ([100] * 16 + [30] * 2 + [100], [("thin", 16, 17)]),
        ([100] * 8 + [180] * 2 + [100] * 8, [("surge", 8, 9)]),
        ([100] * 8 + [80] + [100] * 8, []),
        # A second schedule of searches brings half as much again, for weeks or from then on.
        ([100] * 25 + [150] * 6 + [100] * 25, [("surge", 25, 30)]),
        ([100] * 40 + [150] * 20, [("surge", 40, 59)]),
        ([100] * 30 + [150] * 30, [("thin", 0, 29)]),
        # Small sources, and two dips.
        ([10] * 20 + [3] * 3 + [10] * 20, [("thin", 20, 22)]),
        ([100] * 8 + [30] * 3 + [100] * 4 + [30] * 3 + [100] * 8, [("thin", 8, 10), ("thin", 15, 17)]),
        # A source that always moves so much.
        ([60, 140] * 10 + [50] + [140, 60] * 10, []),
        # A level that drifts is demand.
        ([100 - 2 * i for i in range(40)], []),
        ([round(800 * 0.94**i) for i in range(40)], []),
        # Around Christmas, in the weeks 50 and 51, fewer postings are published.
        ([100] * 50 + [40] * 2 + [100] * 8, []),
        ([100] * 50 + [20] * 2 + [100] * 8, [("thin", 50, 51)]),
    ],
)
def test_spells_of_a_source(lab, counts, told):
    rows = steady(counts, source="board")
    # Another source, which is as usual, covers the time.
    rows += steady([40] * len(counts), source="other")
    assert spells(lab, rows) == [("board", kind, week(first), week(last)) for kind, first, last in told]


@pytest.mark.parametrize("inside", [8, 80])
def test_spells_of_a_country(lab, inside):
    """What a country does alone; where all of a source does the same it is the source's."""
    rows = steady([40] * 20 + [inside] * 10 + [40] * 15, source="board")
    assert spells(lab, rows + steady([60] * 45, source="board", country_code="FR"))
    told = lab.query("select part, kind, first_week, last_week from marts.collection_spells where part <> 'all'")
    kind = "thin" if inside == 8 else "surge"
    assert [tuple(row.values()) for row in told] == [("country DE", kind, week(20), week(29))]
    both = rows + [row | {"posting_id": f"f{i}", "country_code": "FR"} for i, row in enumerate(rows)]
    assert spells(lab, both) == [("board", kind, week(20), week(29))]
    assert not lab.query("select * from marts.collection_spells where part <> 'all'")


@pytest.mark.parametrize(
    ("weekly", "missing", "told"),
    [
        # A tenth of the texts is missing in all weeks; more than that.
        (40, [4] * 10, []),
        (40, [5] * 10, [("missing_text", 0, 9)]),
        # 20 in two weeks; 19.
        (10, [0, 0, 0, 0, 10, 10, 0, 0, 0, 0], [("missing_text", 4, 5)]),
        (10, [0, 0, 0, 0, 10, 9, 0, 0, 0, 0], []),
    ],
)
def test_texts_that_are_missing(lab, weekly, missing, told):
    rows = steady([weekly] * 10, source="board")
    for i, row in enumerate(rows):
        row["has_text"] = i % weekly >= missing[i // weekly]
    assert spells(lab, rows) == [("board", kind, week(first), week(last)) for kind, first, last in told]


def test_sources_that_start_and_stop(lab):
    rows = steady([40] * 30, source="always")
    rows += steady([0] * 10 + [40] * 20, source="late") + steady([40] * 20 + [0] * 10, source="early")
    assert spells(lab, rows) == [
        ("early", "stopped", week(20), week(29)),
        ("late", "starting", week(10), week(13)),
    ]


def test_a_collapse_of_collection_is_no_fall_of_demand(lab):
    """Two years: collection falls by 97% and comes back, searches find ever fewer AI roles, AI rises in every role."""
    rng = random.Random(5)
    rows = []
    for number in range(104):
        noise = number / 103
        for i in range(8 if 50 <= number < 65 else 260):
            role = "ai_ml_engineering" if rng.random() < 0.5 - 0.35 * noise else "sales_marketing"
            is_ai = rng.random() < (0.7 if role == "ai_ml_engineering" else 0.1) + 0.2 * noise
            skills = ["generative ai"] if is_ai and rng.random() < 0.2 + 0.5 * noise else []
            name = f"{number}-{i}"
            rows.append(
                posting(
                    week(number, i % 7), skills, posting_id=name, employer_id=f"e{rng.randrange(900)}",
                    source="board", role_family=role, is_ai_posting=is_ai,
                )
            )  # fmt: skip
    told = changes(lab, rows, "ai_share", "ai")["whole_period"]
    assert told["change_points"] < 0
    assert told["role_points"] < -10
    assert told["verdict"] == "up"
    # The share rises by 20 points in 103 weeks; the windows are 13 weeks long, their middles 91 weeks apart.
    assert told["within_low"] < 20 * 91 / 103 < told["within_high"]
    (skill,) = lab.query(
        "select verdict from marts.trend_changes where name = 'generative ai' and measure = 'skill_share' "
        "and comparison = 'whole_period'"
    )
    assert skill["verdict"] == "up"
    assert not lab.query(
        "select * from marts.trend_changes where verdict = 'down' and measure not in ('role_share', 'level_share')"
    )
    assert ("board", "thin", week(50), week(64)) in spells(lab, rows)
    # Of roles, a search that broke says nothing.
    roles = lab.query(
        "select distinct comparison, verdict = 'not_comparable' as is_untold from marts.trend_changes "
        "where measure = 'role_share' and recent_count + before_count >= 20 and comparison <> 'four_weeks' order by 1"
    )
    assert roles == [
        {"comparison": "whole_period", "is_untold": False},
        {"comparison": "year", "is_untold": True},
    ]
    # A year before the last weeks collection broke; in the first and the last ones it was as usual.
    for comparison, is_told in (("year", True), ("whole_period", False)):
        (row,) = lab.query(
            f"select reason from marts.trend_changes where comparison = '{comparison}' and measure = 'ai_share'"
        )
        assert ("collection moved: board: 8 a week from the week of" in row["reason"]) == is_told


def halves(before, after, *, skills=(0, 0), employers=None, **fields):
    """Eight weeks: so many postings in the first four and in the last four, of which so many ask for SQL."""
    rows = []
    for first, count, asking in ((0, before, skills[0]), (4, after, skills[1])):
        for i in range(count):
            number = f"{first}-{i}"
            employer = number if employers is None else f"{i % employers}"
            day = week(first + i % 4, i // 4 % 7)
            made = posting(day, ["sql"] if i < asking else [], posting_id=number, employer_id=employer, **fields)
            rows.append(made)
    return rows


def without_like(count):
    """So many postings in each half whose source is there in one week only."""
    rows = halves(count, count)
    return [row | {"posting_id": f"x{row['posting_id']}", "source": f"{row['week_start']}"} for row in rows]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (halves(30, 30, skills=(10, 10)), None),
        (halves(30, 29, skills=(10, 10)), "fewer than 30"),
        (halves(29, 30, skills=(10, 10)), "fewer than 30"),
        (halves(40, 40, skills=(10, 9)), "fewer than 20"),
        # Ten employers fall into nine groups, eleven into ten.
        (halves(60, 60, skills=(30, 30), employers=10), "too few employers"),
        (halves(60, 60, skills=(30, 30), employers=11), None),
        # 20 of 100 have their like.
        (halves(20, 20, skills=(10, 10), source="both") + without_like(80), None),
        (halves(20, 20, skills=(10, 10), source="both") + without_like(84), "only 19%"),
    ],
)  # fmt: skip
def test_what_is_not_comparable(lab, rows, reason):
    # One posting on the first and the last day makes all eight weeks complete.
    rows = [row | {"posting_id": f"{i}"} for i, row in enumerate(rows)]
    rows[0]["posted_date"] = week(0)
    last = next(row for row in reversed(rows) if row["week_start"] == week(7))
    last["posted_date"] = week(7, 6)
    told = changes(lab, rows)["four_weeks"]
    assert (told["verdict"] == "not_comparable") == (reason is not None)
    if reason:
        assert reason in told["reason"]


def test_the_echo_of_a_search(lab):
    rows = halves(60, 60, skills=(60, 60), search_term="SQL developer")
    rows += [
        row | {"posting_id": f"o{i}", "search_term": "mysql"} for i, row in enumerate(halves(40, 40, skills=(40, 40)))
    ]
    told = changes(lab, rows)["four_weeks"]
    assert told["echo_share"] == pytest.approx(0.6)
    assert "60% of the postings that count were found by searching for it" in told["reason"]
    rows = [row | {"search_term": "mysql" if i % 2 else "sql"} for i, row in enumerate(rows)]
    told = changes(lab, rows)["four_weeks"]
    assert told["echo_share"] == pytest.approx(0.5)
    assert "searching" not in told["reason"]


def test_the_share_of_four_weeks(lab):
    rows = steady([100] * 6)
    for i, row in enumerate(rows):
        row["extracted_skills"] = ["sql"] if i % 5 == 0 else []
    lab.load(rows)
    lab.build(*WEEKLY)
    told = lab.query(
        "select * from marts.weekly_trends where measure = 'skill_share' and name = 'sql' order by week_start"
    )
    assert [row["reason"] is None for row in told] == [False, False, False, True, True, True]
    last = told[-1]
    assert (last["posting_count"], last["total_count"], last["share"], last["rank"]) == (80, 400, 0.2, 1)
    # Wilson's interval of 80 of 400 is .164 to .242.
    assert last["low"] == pytest.approx(0.164, abs=0.012)
    assert last["high"] == pytest.approx(0.242, abs=0.012)
    # Where four postings are of one employer, they are one voice: the interval is twice as wide.
    lab.load(
        [
            row | {"employer_id": f"{i // 20}", "extracted_skills": ["sql"] if i // 20 % 5 == 0 else []}
            for i, row in enumerate(rows)
        ]
    )
    lab.build(*WEEKLY)
    (wide,) = lab.query(
        "select * from marts.weekly_trends where measure = 'skill_share' and name = 'sql' "
        "order by week_start desc limit 1"
    )
    assert wide["high"] - wide["low"] > 2 * (last["high"] - last["low"])
    # What none asks for is as sure as 20 postings are, the square of 400 by 20 times the square of 20: t * t is 4.4.
    none = (
        "select high from marts.weekly_trends where measure = 'skill_share' and posting_count = 0 and high is not null"
    )
    assert lab.query(none)[-1]["high"] == pytest.approx(4.4 / 24.4, abs=0.01)


@pytest.mark.parametrize(
    ("counts", "employers", "reason"),
    [
        ([9, 7, 7, 7], 11, None),
        ([8, 7, 7, 7], 11, "the 4 weeks hold fewer than 30 of them"),
        # Ten employers fall into nine groups.
        ([9, 7, 7, 7], 10, "the postings are of too few employers"),
    ],
)
def test_shares_that_are_not_told(lab, counts, employers, reason):
    rows = [row | {"employer_id": f"{i % employers}"} for i, row in enumerate(steady(counts))]
    lab.load(rows)
    lab.build(*WEEKLY)
    last = lab.query("select * from marts.weekly_trends where measure = 'ai_share' order by week_start desc limit 1")
    assert [row["reason"] for row in last] == [reason]
    assert (last[0]["share"] is None) == (reason is not None)
