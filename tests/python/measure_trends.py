#!/usr/bin/env python3
"""How often what is told of change is right, on made postings whose truth is planted: figures over many seeds.

Each seed makes postings, on which the project's compiled SQL runs in one process, without a build a seed.

- mix: two boards whose mix moves, employers who post in bursts of 1 to 12; nothing changes within.
- planted: the same, and in the last weeks both boards ask for SQL 10 points more often (less, every other seed).
- names: 60 skills on three boards; employers of very different sizes come again and again and lean to some skills, and
  the boards' mix moves; nothing changes within.
- placebo (with --marts): postings of a built file, each employer by chance in the four weeks before or after.
- late: a source that is loaded every 1 to 14 days, to which postings come days or weeks after they were posted.
- shaken: the same, with other delays in each week, by chance. Nobody can know these beforehand, so that the error is no
  smaller for one who knows the delays of all weeks together (3 to 3.5%): the median has a wider range.
- replay (with --marts): the postings of a built file come late in the same way; what is expected at nine dates.

Ends with 1 where a figure is out of its range.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from conftest import PROJECT, read_seed
from trend_lab import CHANGES, LATE, MONDAY, Lab

BURSTS = np.array([1, 1, 1, 2, 3, 5, 12])
START = np.datetime64(MONDAY)
ROLES = np.array(["data_engineering", "software_engineering", "sales_marketing", "product_management"])


def table(weeks, days, employers, boards, skills, names, **columns):
    """Postings as an Arrow table; ``skills`` is a boolean array, postings by ``names``."""
    offsets = np.concatenate([[0], np.cumsum(skills.sum(axis=1))])
    lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(np.array(names)[np.nonzero(skills)[1]]))
    return pa.table(
        {
            "posting_id": np.char.add("p", np.arange(len(weeks)).astype(str)),
            "employer_id": np.char.add("e", employers.astype(str)),
            "source": np.char.add("board ", boards.astype(str)),
            "posted_date": START + 7 * weeks + days,
            "week_start": START + 7 * weeks,
            "extracted_skills": lists,
            **columns,
        }
    )


def mix(rng, planted=0.0, weeks=12, weekly=1000):
    """Two boards whose mix moves from 2 : 8 to 8 : 2; an employer posts one burst."""
    parts = []
    number = 0
    for week in range(weeks):
        third = 3 * week // weeks
        sizes = rng.choice(BURSTS, weekly)
        sizes = sizes[: np.searchsorted(np.cumsum(sizes), weekly) + 1]
        board = (rng.random(len(sizes)) >= (0.2, 0.5, 0.8)[third]).astype(int)
        share = np.where(board == 0, 0.6, 0.1) + (planted if third == 2 else 0)
        has = rng.random(len(sizes)) < share
        employer = number + np.arange(len(sizes))
        parts.append(np.repeat(np.column_stack([np.full(len(sizes), week), employer, board, has]), sizes, axis=0))
        number += len(sizes)
    week, employer, board, has = np.concatenate(parts).T
    return table(week, rng.integers(0, 7, len(week)), employer, board, has[:, None] == 1, ["sql"])


def names(rng, weeks=12, weekly=700, employers=400):
    """Employers of heavy-tailed sizes that lean to skills, on three boards that grow and shrink."""
    skills = [row["skill"] for row in read_seed("ai_skills")][:60]
    size = rng.lognormal(0, 1.2, employers)
    board = rng.integers(0, 3, employers)
    rate = 0.6 / np.arange(1, len(skills) + 1) ** 0.7
    of_board = np.clip(rate * rng.uniform(0.5, 1.5, (3, len(skills))), 0.01, 0.9)[board]
    asks = rng.beta(3 * of_board, 3 * (1 - of_board))
    leans_to_ai = rng.beta(1, 2, employers)
    grown = np.array([[3, 2, 1], [2, 2, 2], [1, 2, 3]])
    employer = []
    for week in range(weeks):
        weight = size * grown[3 * week // weeks][board] * (rng.random(employers) < 0.4) * rng.lognormal(0, 1, employers)
        employer.append(rng.choice(employers, weekly, p=weight / weight.sum()))
    employer = np.concatenate(employer)
    count = len(employer)
    return table(
        np.repeat(np.arange(weeks), weekly),
        rng.integers(0, 7, count),
        employer,
        board[employer],
        rng.random((count, len(skills))) < asks[employer],
        skills,
        role_family=ROLES[rng.integers(0, len(ROLES), count)],
        is_ai_posting=rng.random(count) < leans_to_ai[employer],
        seniority_level=np.where(rng.random(count) < leans_to_ai[employer], "senior", "mid"),
    )


class Placebo:
    """Real postings of eight weeks, each employer with all its postings in the four weeks before or after."""

    def __init__(self, marts):
        """Read the postings of ``marts``, a published file."""
        with duckdb.connect(str(marts), read_only=True) as connection:
            self.postings = connection.sql("select * from marts.fct_job_postings order by posting_id").to_arrow_table()
            weeks = connection.sql(
                "select week_start from marts.weekly_job_volume where is_complete_week and job_count > 0 "
                "qualify week_start + 49 = lead(week_start, 7) over (order by week_start) order by week_start"
            )
            self.firsts = weeks.fetchnumpy()["week_start"].astype("datetime64[D]")
        if not len(self.firsts):
            raise SystemExit(f"{marts} has no eight weeks in a row with postings")

    def __call__(self, rng):
        """Postings of one run as an Arrow table."""
        first = rng.choice(self.firsts)
        week = self.postings["week_start"].to_numpy()
        kept = self.postings.filter(pa.array((week >= first) & (week < first + 56)))
        voices = zip(kept["employer_id"].to_pylist(), kept["posting_id"].to_pylist(), strict=True)
        _, voice = np.unique([employer or posting for employer, posting in voices], return_inverse=True)
        day = 28 * rng.integers(0, 2, voice.max() + 1)[voice] + rng.integers(0, 28, len(voice))
        moved = {"posted_date": START + day, "week_start": START + day // 7 * 7, "is_date_estimated": day < 0}
        for name, values in moved.items():
            kept = kept.set_column(kept.schema.get_field_index(name), name, pa.array(values))
        return kept


def loaded(rng, day, delay, every, last):
    """What loads every so many days up to the last one have brought of postings, as an Arrow table."""
    loads = np.arange(rng.integers(0, every), last + 1, every)
    loads = np.unique(np.clip(loads + rng.integers(-(every // 5), every // 5 + 1, len(loads)), 0, last))
    load = np.searchsorted(loads, day + delay)
    there = load < len(loads)
    seen = (START + loads[load[there]]).astype("datetime64[us]")
    columns = {"first_seen_at": seen, "last_seen_at": seen, "posted_date": START + day[there]}
    ids = np.char.add("p", np.arange(there.sum()).astype(str))
    return pa.table({"posting_id": ids, "week_start": START + day[there] // 7 * 7, **columns})


def delayed(rng, count, mean, shape):
    """Days after which so many postings come: a third at once, the others by a gamma distribution."""
    return np.where(rng.random(count) < 0.35, 0, rng.gamma(shape, mean, count)).astype(int)


def late(rng, every, is_shaken, weeks=26):
    """Postings that the loads up to one day have brought, as an Arrow table; the final number of each week."""
    shares = np.array([1.2, 1.3, 1.2, 1.1, 1, 0.3, 0.2])
    mean = rng.uniform(2, 14)
    shape = rng.choice([0.7, 1, 1.5], weeks if is_shaken else 1)
    days, delays = [], []
    for week in range(weeks):
        bursts = rng.poisson(rng.choice([150, 400, 1000]) / 2)
        sizes = rng.choice([1, 1, 2, 4], bursts)
        days.append(np.repeat(7 * week + rng.choice(7, bursts, p=shares / shares.sum()), sizes))
        delays.append(np.repeat(delayed(rng, bursts, mean, shape[week % len(shape)]), sizes))
    day = np.concatenate(days)
    known = loaded(rng, day, np.concatenate(delays), every, rng.integers(140, 176))
    return known, np.bincount(day // 7, minlength=weeks)


class Replays:
    """Real posting dates of the source with most postings; each posting comes some days after its date."""

    def __init__(self, marts):
        """Read the dates of ``marts``, a published file."""
        with duckdb.connect(str(marts), read_only=True) as connection:
            dates = connection.sql(
                "select posted_date from marts.fct_job_postings as postings "
                "inner join marts.weekly_job_volume as weeks on postings.week_start = weeks.week_start "
                "where weeks.is_complete_week and not is_date_estimated and source = "
                "(select mode(source) from marts.fct_job_postings) order by posting_id"
            ).fetchnumpy()["posted_date"]
        days = dates.astype("datetime64[D]")
        self.day = (days - days.min()).astype(int)

    def __call__(self, rng, every):
        """What had been loaded at each of nine dates, as Arrow tables; the final number of each week."""
        delay = delayed(rng, len(self.day), rng.uniform(2, 14), rng.choice([0.7, 1, 1.5]))
        seed = rng.integers(1 << 32)
        known = [
            loaded(np.random.default_rng(seed), self.day, delay, every, int(last))
            for last in np.linspace(0.4, 1, 9) * self.day.max()
        ]
        return known, np.bincount(self.day // 7)


def compiled(folder):
    """Compile the models into a target folder below ``folder``; nothing is built."""
    environment = os.environ | {
        "TALENT_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "TALENT_MARTS": str(folder / "talent.duckdb"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    dbt = Path(sys.executable).with_name("dbt")
    command = [dbt, "--quiet", "compile", "--select", *CHANGES, *LATE]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return folder / "target"


def compare(lab, make, seeds, truth):
    """Rows of trend_changes that are comparable, of all seeds, each with its seed and the true change in points."""
    rows = []
    for seed in seeds:
        lab.load_table(make(np.random.default_rng(seed), truth(seed) / 100))
        lab.build(*CHANGES)
        told = lab.query("select * from marts.trend_changes where verdict <> 'not_comparable'")
        rows += [row | {"seed": seed, "truth": truth(seed)} for row in told]
    return rows


def of_changes(case, rows, seeds):
    """Name, figure, and its range, of what trend_changes says."""
    is_planted = case == "planted"
    for comparison in sorted({row["comparison"] for row in rows}):
        mine = [row for row in rows if row["comparison"] == comparison]
        one = [row for row in mine if row["name"] == "sql" and row["measure"] == "skill_share"]
        focus = mine if case in ("names", "placebo") else one
        held = np.mean([row["within_low"] <= row["truth"] <= row["within_high"] for row in focus])
        yield f"{comparison}: intervals that hold", held, 0.93, 0.985 if len(focus) > len(one) else 0.98
        yield (
            f"{comparison}: mean error, points",
            np.mean([row["within_points"] - row["truth"] for row in focus]),
            -1,
            1,
        )
        if is_planted:
            right = [row["verdict"] == ("up" if row["truth"] > 0 else "down") for row in one]
            yield f"{comparison}: planted changes told", np.mean(right), 0.85, 1
    for measure in sorted({row["measure"] for row in rows} if not is_planted else ()):
        told = {row["seed"] for row in rows if row["measure"] == measure and row["verdict"] in ("up", "down")}
        yield f"{measure}: seeds in which anything is told", len(told) / len(seeds), 0, 0.06


def of_late(case, lab, make, seeds):
    """Name, figure, and its range, of expected final numbers of the last four complete weeks, each and together."""
    for every in (1, 3, 7, 10, 14):
        errors, held, held_together = [], [], []
        for seed in seeds:
            tables, final = make(np.random.default_rng([seed, every]), every)
            for known in tables if isinstance(tables, list) else [tables]:
                lab.load_table(known)
                lab.build(*LATE)
                for row in lab.query(
                    "select expected.* from intermediate.int_expected_counts as expected "
                    "inner join marts.dim_weeks using (week_start) where is_complete_week "
                    "order by week_count, week_start desc limit 4"
                ):
                    count = final[(row["week_start"] - MONDAY).days // 7]
                    errors.append(abs(row["expected_count"] / count - 1))
                    held.append(np.floor(row["expected_low"]) <= count <= np.ceil(row["expected_high"]))
                (row,) = lab.query(
                    "select expected.* from intermediate.int_expected_counts as expected "
                    "inner join marts.dim_weeks using (week_start) where is_complete_week "
                    "order by week_count desc, week_start desc limit 1"
                )
                last = (row["week_start"] - MONDAY).days // 7
                count = final[last - 3 : last + 1].sum()
                held_together.append(np.floor(row["expected_low"]) <= count <= np.ceil(row["expected_high"]))
        is_shaken = case == "shaken"
        yield f"loads every {every} days: median error", np.median(errors), 0, 0.05 if is_shaken else 0.03
        # Where few postings are late a whole number more or less is all there is.
        yield f"loads every {every} days: intervals that hold", np.mean(held), 0.85, 1
        # Delays of a week of its own are an error that four weeks do not share.
        low, high = (0.8, 1) if is_shaken else (0.85, 0.97)
        yield f"loads every {every} days: intervals of four weeks that hold", np.mean(held_together), low, high


def main():
    """Measure the cases that were asked for; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument(
        "--case", action="append", choices=["mix", "planted", "names", "placebo", "late", "shaken", "replay"]
    )
    parser.add_argument("--marts", type=Path, help="a published file, for placebo and replay")
    parser.add_argument("--target", type=Path, help="dbt's target folder with compiled models (else compiled anew)")
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    makers = {"mix": mix, "planted": mix, "names": lambda rng, _: names(rng)}
    makers_of_late = {
        "late": lambda rng, every: late(rng, every, is_shaken=False),
        "shaken": lambda rng, every: late(rng, every, is_shaken=True),
    }
    if options.marts:
        placebo = Placebo(options.marts)
        makers["placebo"] = lambda rng, _: placebo(rng)
        makers_of_late["replay"] = Replays(options.marts)
    is_good = True
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(options.target or compiled(Path(folder)))
        for case in options.case or [*makers, *makers_of_late]:
            if case in makers_of_late:
                figures = of_late(case, lab, makers_of_late[case], seeds)
            else:

                def truth(seed, is_planted=case == "planted"):
                    return is_planted * (10 if seed % 2 else -10)

                figures = of_changes(case, compare(lab, makers[case], seeds, truth), seeds)
            for name, figure, low, high in figures:
                is_within = low <= figure <= high
                is_good &= bool(is_within)
                print(f"{case}: {name} {figure:.3f}{'' if is_within else f', not {low} to {high}'}", flush=True)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
