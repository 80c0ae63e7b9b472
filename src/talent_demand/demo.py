"""Generate demo postings into raw.job_postings: the same arguments give the same postings, byte for byte.

Faker makes pools of companies and sentences, demo.yml lists boards, places, titles and skills; numpy draws from them in
blocks, so that a million postings take seconds and little memory. What is planted, so that charts and tests have
something to find:

- AI roles are 20% of postings in the first week and 32% in the last.
- llm and generative ai: named by 10% of AI postings at the start and 55% at the end.
- hadoop: named by 40% of data postings at the start and 5% at the end.
- Year-end dip: the weeks that hold 25 December and 1 January have 45% of the usual volume.
- Season: accountants are wanted twice as much in January and February.
- About 12% of rows are the same job on another board, 2% the same url seen again with tracking parameters.
- Dirty rows: company missing 1.5%, date impossible 1%, date missing 0.5%, description empty 1.5%, title blank 0.5%.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml
from faker import Faker
from tqdm import tqdm

from talent_demand.warehouse import (
    DEMO_SOURCE_FILE,
    POSTING_FIELDS,
    RAW_TABLE,
    BadInput,
    check_writable,
    open_warehouse,
    warehouse_path,
)

DEFAULT_END_DATE = date(2026, 3, 29)
BLOCK_ROWS = 50_000
BLOCK_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in POSTING_FIELDS[:7]),
        ("scraped_at", pa.timestamp("us")),
        ("source_row", pa.int64()),
    ]
)
FIRST_URL_NUMBER = 3_900_000_000


@dataclass(frozen=True)
class Role:
    """A kind of work: its weight among those of its kind, titles, field, duties, and skills with their shares."""

    name: str
    share: float
    titles: list[str]
    field: str
    duties: list[str]
    skills: list[dict[str, Any]]
    is_ai: bool = False
    is_data: bool = False
    has_levels: bool = True


LISTS = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
ROLES = [Role(**role) for role in LISTS["roles"]]
BOARDS, PLACES = LISTS["boards"], LISTS["places"]


@dataclass(frozen=True)
class Pools:
    """What blocks draw from; company weights add up to one, a few employers have most postings."""

    companies: np.ndarray
    company_weights: np.ndarray
    intros: pa.Array
    fillers: pa.Array


def business(fake: Faker) -> str:
    """A phrase of business talk without the words of the taxonomy that Faker puts into some."""
    return fake.bs().replace("ROI", "results")


def make_companies(fake: Faker, wanted: int) -> list[str]:
    """Names of companies that begin differently, as real ones do: Faker's, then coined ones when its names run out."""
    by_beginning: dict[str, str] = {}
    for _ in range(min(3 * wanted, 2000)):
        name = fake.company()
        if len(by_beginning) < wanted:
            by_beginning.setdefault(name[:4], name)
    while len(by_beginning) < wanted:
        coined = fake.lexify(
            "".join(fake.random_element(("?a", "?e", "?i", "?o", "?u", "?an", "?er")) for _ in range(3))
        )
        by_beginning.setdefault(coined[:5], f"{coined.title()} {fake.company_suffix()}")
    return list(by_beginning.values())


def make_pools(seed: int, count: int) -> Pools:
    """Draw the pools with Faker; the number of companies grows with the number of postings."""
    fake = Faker("en_US")
    fake.seed_instance(seed)
    wanted = int(np.clip(count // 5, 400, 20_000))
    companies = make_companies(fake, wanted)
    weights = 1 / (np.arange(len(companies)) + 8)
    intros = [
        f"{fake.catch_phrase()} is what our {fake.word()} team stands for. We {business(fake)} for customers in "
        f"{fake.random_int(3, 60)} countries and we grow because they stay."
        for _ in range(400)
    ]
    fillers = [
        f"In your first months you will meet the {fake.word()} and {fake.word()} teams, {business(fake)} "
        f"and learn how we work. {fake.sentence(18)} {fake.sentence(16)}"
        for _ in range(600)
    ]
    return Pools(np.array(companies, dtype=object), weights / weights.sum(), pa.array(intros), pa.array(fillers))


def week_weights(first_day: date, weeks: int) -> np.ndarray:
    """Share of postings a week (weeks,), with slow growth and the year-end dip; adds up to one."""
    weights = np.linspace(1.0, 1.15, weeks)
    for week in range(weeks):
        days = {first_day + timedelta(days=7 * week + day) for day in range(7)}
        if any((day.month, day.day) in ((12, 25), (1, 1)) for day in days):
            weights[week] *= 0.45
    return weights / weights.sum()


def draw_roles(rng: np.random.Generator, progress: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Index of the role (rows,) for rows at ``progress`` (0 first day, 1 last day) in ``months``."""
    shares = np.array([role.share for role in ROLES])
    ai = np.array([role.is_ai for role in ROLES])
    accountant = np.array([role.name == "accountant" for role in ROLES])
    ai_share = 0.20 + 0.12 * progress
    other = np.tile(np.where(ai, 0.0, shares), (len(progress), 1))
    other[np.isin(months, (1, 2))] *= np.where(accountant, 2.0, 1.0)
    other *= ((1 - ai_share) / other.sum(axis=1))[:, None]
    weights = other + ai_share[:, None] * (np.where(ai, shares, 0.0) / shares[ai].sum())
    return (rng.random(len(progress))[:, None] > weights.cumsum(axis=1)[:, :-1]).sum(axis=1)


def choose(rng: np.random.Generator, options: list[str] | pa.Array, rows: int) -> pa.Array:
    """Draw ``rows`` of the options, each as likely as the other."""
    return pa.array(options, pa.string()).take(pa.array(rng.integers(0, len(options), rows)))


def keep(rng: np.random.Generator, texts: pa.Array, shares: float | np.ndarray) -> pa.Array:
    """Texts, each kept with its share of probability and null otherwise."""
    return pc.if_else(pa.array(rng.random(len(texts)) < shares), texts, pa.scalar(None, pa.string()))


def write_titles(rng: np.random.Generator, role: Role, rows: int) -> pa.Array:
    """Titles of one role, with words for a level in most."""
    base = choose(rng, role.titles, rows)
    if not role.has_levels:
        return base
    levels = LISTS["levels"].values()
    forms = [title for level in levels for title in level["titles"]]
    shares = np.array([level["share"] / len(level["titles"]) for level in levels for _ in level["titles"]])
    form = rng.choice(len(forms), rows, p=shares / shares.sum())
    titles = np.empty(rows, dtype=object)
    names = base.to_numpy(zero_copy_only=False)
    for index, template in enumerate(forms):
        here = form == index
        titles[here] = [template.format(t=name, f=role.field) for name in names[here]]
    return pa.array(titles, pa.string())


def write_descriptions(rng: np.random.Generator, role: Role, pools: Pools, progress: np.ndarray) -> pa.Array:
    """Descriptions of one role for rows at ``progress``: paragraphs with skills, look-alikes and some markup."""
    rows = len(progress)
    named = [(skill["spellings"], skill["share"]) for skill in role.skills]
    if role.is_ai:
        named += [(spellings, 0.10 + 0.45 * progress) for spellings in LISTS["rising"]]
    if role.is_data:
        named.append((LISTS["fading"], 0.40 - 0.35 * progress))
    skills = [keep(rng, choose(rng, spellings, rows), share) for spellings, share in named]
    # Rows of nulls alone come out of the join wrong, so each row starts with an empty text.
    blanks = pa.repeat(pa.scalar("", pa.string()), rows)
    listed = pc.utf8_ltrim(pc.binary_join_element_wise(blanks, *skills, ", ", null_handling="skip"), characters=", ")
    listed = pc.if_else(
        pc.equal(listed, ""),
        choose(rng, ["What counts is that you like the work."], rows),
        pc.binary_join_element_wise(
            choose(rng, ["You bring experience with ", "We work with ", "**Requirements:** ", "Your toolbox: "], rows),
            listed,
            ".",
            "",
        ),
    )
    paragraphs = [
        choose(rng, pools.intros, rows),
        choose(rng, role.duties, rows),
        listed,
        choose(rng, pools.fillers, rows),
        choose(rng, pools.fillers, rows),
        keep(rng, choose(rng, LISTS["look_alikes"], rows), 0.35),
        choose(rng, LISTS["benefits"], rows),
        choose(rng, LISTS["closings"], rows),
    ]
    plain = pc.binary_join_element_wise(*paragraphs, "\n\n", null_handling="skip")
    html = pc.binary_join_element_wise("<p>", pc.replace_substring(plain, "&", "&amp;"), "</p>", "")
    html = pc.replace_substring(html, "\n\n", "</p>\n<p>")
    return pc.if_else(pa.array(rng.random(rows) < 0.15), html, plain)


def write_block(
    rng: np.random.Generator, pools: Pools, rows: int, first_row: int, first_day: date, weeks: int, last_day: date
) -> pa.RecordBatch:
    """Postings ``first_row`` and on as a batch with the text fields of the raw table, scraped_at and source_row."""
    copies, again = round(rows * 0.12), round(rows * 0.02)
    originals = rows - copies - again
    days = (last_day - first_day).days + 1

    week = rng.choice(weeks, originals, p=week_weights(first_day, weeks))
    weekday = rng.choice(7, originals, p=[0.19, 0.2, 0.19, 0.18, 0.14, 0.05, 0.05])
    day = np.minimum(week * 7 + weekday, days - 1)
    posted = np.datetime64(first_day) + day
    progress = week / max(weeks - 1, 1)
    months = posted.astype("datetime64[M]").astype(int) % 12 + 1
    role = draw_roles(rng, progress, months)

    titles = np.empty(originals, dtype=object)
    texts = np.empty(originals, dtype=object)
    for index, kind in enumerate(ROLES):
        here = np.flatnonzero(role == index)
        titles[here] = write_titles(rng, kind, len(here)).to_numpy(zero_copy_only=False)
        texts[here] = write_descriptions(rng, kind, pools, progress[here]).to_numpy(zero_copy_only=False)
    company = pools.companies[rng.choice(len(pools.companies), originals, p=pools.company_weights)]
    place = rng.integers(0, len(PLACES), originals)
    board = rng.choice(len(BOARDS), originals, p=[board["share"] for board in BOARDS])

    # The same job on another board some days later, and the same url seen again.
    of = np.concatenate([np.arange(originals), rng.integers(0, originals, copies), rng.integers(0, originals, again)])
    is_copy = np.arange(rows) >= originals
    is_again = np.arange(rows) >= originals + copies
    later = np.where(is_copy, rng.integers(0, 6, rows), 0)
    day = np.minimum(day[of] + later, days - 1)
    board = np.where(is_copy & ~is_again, (board[of] + rng.integers(1, len(BOARDS), rows)) % len(BOARDS), board[of])
    titles, texts, company, place = titles[of], texts[of], company[of], place[of]
    style = rng.random(rows)
    shout = is_copy & ~is_again & (style < 0.2)
    company[shout] = [f" {name.upper()} " for name in company[shout]]
    edited = is_copy & (style > 0.8)
    texts[edited] = [f"{text}\n\nPosted by a partner of ours." for text in texts[edited]]
    long_place = np.where(is_copy & ~is_again & (style > 0.3) & (style < 0.5), 1 - place % 2, place % 2)
    locations = np.array([[f"{city}, {short}", f"{city}, {long}"] for city, short, long in PLACES], dtype=object)

    row = np.arange(rows) + first_row
    number = FIRST_URL_NUMBER + 13 * np.where(is_again, row[of], row)
    prefixes = np.array([board["url"] for board in BOARDS], dtype=object)
    urls = prefixes[board] + number.astype(str).astype(object)
    urls[is_again] = [
        f"{url}{'&' if '?' in url else '?'}utm_source=news&utm_campaign={at}"
        for url, at in zip(urls[is_again], row[is_again], strict=True)
    ]

    dates = (np.datetime64(first_day) + day).astype(str).astype(object)
    with_time = rng.random(rows) < 0.1
    dates[with_time] = [f"{text}T08:30:00Z" for text in dates[with_time]]
    seen = np.minimum(day + rng.integers(0, 4, rows), days - 1)
    fields = {
        "title": titles,
        "company": company,
        "location": locations[place, long_place],
        "description": texts,
        "source": np.array([board["name"] for board in BOARDS], dtype=object)[board],
        "url": urls,
        "posted_date": dates,
    }
    spoil(rng, fields)
    columns = {name: pa.array(values, pa.string()) for name, values in fields.items()}
    columns["scraped_at"] = pa.array(np.datetime64(first_day) + seen).cast(pa.timestamp("us"))
    columns["source_row"] = pa.array(row, pa.int64())
    return pa.record_batch([columns[name] for name in BLOCK_SCHEMA.names], BLOCK_SCHEMA).take(
        pa.array(rng.permutation(rows))
    )


def spoil(rng: np.random.Generator, fields: dict[str, np.ndarray]) -> None:
    """Make the dirty rows that the module's description names, in place."""
    rows = len(fields["title"])
    for name, share, value in [
        ("company", 0.015, None),
        ("description", 0.015, ""),
        ("title", 0.005, "  "),
        ("posted_date", 0.005, None),
        ("posted_date", 0.005, "2026-02-30"),
        ("posted_date", 0.005, "soon"),
    ]:
        fields[name][rng.random(rows) < share] = value


def refuse_loaded(connection: duckdb.DuckDBPyConnection) -> None:
    """Demo postings never go where others are.

    Raises:
        BadInput: some were loaded.

    """
    query = f"select count(*) from {RAW_TABLE} where source_file is distinct from ?"
    ((loaded,),) = connection.execute(query, [DEMO_SOURCE_FILE]).fetchall()
    if loaded:
        raise BadInput(
            f"{warehouse_path()} holds {loaded:,} posting{'s' * (loaded != 1)} that you loaded, and demo postings "
            "would count with them: name another file by TALENT_WAREHOUSE"
        )


def generate(connection: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> tuple[date, int]:
    """Write the postings in one transaction; returns the first day that they cover, and how many they replace."""
    last_day = options.end_date
    first_day = last_day - timedelta(days=last_day.weekday() + 7 * (options.weeks - 1))
    pools = make_pools(options.seed, options.count)
    connection.execute("begin")
    if options.append:
        query = f"select coalesce(max(source_row), 0) from {RAW_TABLE} where source_file = ?"
        done = connection.execute(query, [DEMO_SOURCE_FILE]).fetchall()[0][0]
        replaced = 0
    else:
        done = 0
        query = f"delete from {RAW_TABLE} where source_file = ?"
        replaced = connection.execute(query, [DEMO_SOURCE_FILE]).fetchall()[0][0]
    # Other postings are another load, so that the models see that these are not the ones that they know.
    load = zlib.crc32(repr((options.seed, options.count, first_day, last_day, done)).encode())
    loaded_at = datetime.combine(last_day, datetime.min.time()) + timedelta(days=1, hours=6, microseconds=load % 10**6)

    def blocks() -> Iterator[pa.RecordBatch]:
        with tqdm(total=options.count, unit=" postings", disable=not sys.stderr.isatty(), leave=False) as progress:
            for start in range(0, options.count, BLOCK_ROWS):
                rows = min(BLOCK_ROWS, options.count - start)
                rng = np.random.default_rng([options.seed, done, start])
                yield write_block(rng, pools, rows, done + start + 1, first_day, options.weeks, last_day)
                progress.update(rows)

    connection.register("blocks", pa.RecordBatchReader.from_batches(BLOCK_SCHEMA, blocks()))
    statement = f"insert into {RAW_TABLE} by name select *, ?::timestamp as loaded_at, ? as source_file from blocks"
    connection.execute(statement, [loaded_at, DEMO_SOURCE_FILE])
    connection.execute("commit")
    return first_day, replaced


def positive(text: str) -> int:
    """Argparse type: a whole number from 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def natural(text: str) -> int:
    """Argparse type: a whole number from 0."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def day(text: str) -> date:
    """Argparse type: a day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2026-03-29") from None


def main() -> None:
    """Read the command line and generate."""
    parser = argparse.ArgumentParser(
        description="Write demo postings to raw.job_postings of the warehouse ($TALENT_WAREHOUSE, else "
        "data/warehouse.duckdb). Demo postings of earlier runs are replaced; none are written where you loaded others.",
    )
    parser.add_argument("--count", type=positive, default=2000, help="how many postings (default: %(default)s)")
    parser.add_argument("--seed", type=natural, default=42, help="another seed, other postings (default: %(default)s)")
    parser.add_argument("--weeks", type=positive, default=26, help="how many weeks they cover (default: %(default)s)")
    parser.add_argument(
        "--end-date",
        type=day,
        default=DEFAULT_END_DATE,
        help="last day that they cover (default: %(default)s, a Sunday)",
    )
    parser.add_argument("--append", action="store_true", help="keep the demo postings of earlier runs and add more")
    parser.add_argument("--if-empty", action="store_true", help="do nothing where the warehouse holds any postings")
    options = parser.parse_args()
    if options.end_date.year - options.weeks // 52 < 2001:
        raise BadInput(f"{options.weeks} weeks before {options.end_date} lie before 2001")
    with open_warehouse() as connection:
        if options.if_empty and connection.execute(f"select 1 from {RAW_TABLE} limit 1").fetchall():
            return
        check_writable(connection)
        refuse_loaded(connection)
        first_day, replaced = generate(connection, options)
    print(
        f"{options.count:,} demo postings from {first_day} to {options.end_date} (seed {options.seed}) "
        f"are in {RAW_TABLE} of {warehouse_path()}" + (f", in place of {replaced:,} earlier ones" if replaced else "")
    )
