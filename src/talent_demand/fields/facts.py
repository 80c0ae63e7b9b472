"""One row a text: the pay that it states and its language."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talent_demand.fields.language import ENGLISH_PER_1000, Words, compile_words, english_words, language_of
from talent_demand.fields.pay import (
    AFTER,
    BEFORE,
    MOST_PLACES,
    Currency,
    Pay,
    Rules,
    compile_rules,
    find_places,
    read_pay,
)
from talent_demand.skills.cleaning import bytes_of, text_at
from talent_demand.skills.evidence import in_bytes
from talent_demand.skills.words import Bytes, Flags, Places, arrow, arrow_strings

BATCH_ROWS = 2048
# A letter has up to so many bytes more than it has characters; tags and entities are read with what they stand in.
MARGIN = 60
# What stands beside an amount, a blank and a sign or code, is no longer.
GAP = 8
CURRENCY_COLUMNS = ("sign", "currency", "country_code", "units_to_a_dollar", "month_least", "month_most")
WORD_COLUMNS = ("phrase", "kind", "reach")
LANGUAGE_COLUMNS = ("language", "word")
SEEDS = Path(__file__).resolve().parents[3] / "seeds"

SCHEMA = pa.schema(
    [
        ("text_id", pa.string()),
        ("language", pa.string()),
        ("pay_min", pa.float64()),
        ("pay_max", pa.float64()),
        ("pay_sign", pa.string()),
        ("pay_period", pa.string()),
    ]
)


NO_PAY = Pay(None, None, None, None)


@dataclass(frozen=True)
class Reading:
    """The rules of pay and of languages."""

    pay: Rules
    words: Words


def compile_reading(
    currencies: list[Currency],
    pay_words: list[tuple[str, str, int | None]],
    language_words: list[tuple[str, str]],
) -> Reading:
    """Compile rows of the seeds currencies, pay_words and language_words."""
    return Reading(compile_rules(currencies, pay_words), compile_words(language_words))


def seed_reading(folder: Path = SEEDS) -> Reading:
    """The rules of the seeds as they lie in a folder."""

    def rows_of(seed: str) -> Iterator[dict[str, str]]:
        with (folder / f"{seed}.csv").open(encoding="utf-8", newline="") as handle:
            yield from csv.DictReader(handle)

    def number(text: str) -> float | None:
        return float(text) if text else None

    return compile_reading(
        [
            (
                row["sign"] or None,
                row["currency"],
                row["country_code"] or None,
                float(row["units_to_a_dollar"]),
                number(row["month_least"]),
                number(row["month_most"]),
            )
            for row in rows_of("currencies")
        ],
        [(row["phrase"], row["kind"], int(row["reach"]) if row["reach"] else None) for row in rows_of("pay_words")],
        [(row["language"], row["word"]) for row in rows_of("language_words")],
    )


def pieces_of(text: bytes, places: list[int]) -> list[str]:
    """The pieces of a text around some places in it, those that overlap as one."""
    pieces: list[list[int]] = []
    for place in places[:MOST_PLACES]:
        start, end = max(0, place - BEFORE - MARGIN), place + AFTER + MARGIN
        if pieces and start <= pieces[-1][1]:
            pieces[-1][1] = end
        else:
            pieces.append([start, end])
    return [text[start:end].decode(errors="ignore") for start, end in pieces]


def set_apart(texts: pa.Array) -> tuple[Places, Bytes]:
    """Where each of some texts begins in a run of them with a gap behind each, so that nothing is read across two."""
    gap, edge = arrow_strings([bytes(GAP), b""], pa.large_binary())
    return bytes_of(pc.binary_join_element_wise(texts.cast(pa.large_binary()), edge, gap))


def read_facts(batch: pa.RecordBatch, reading: Reading) -> pa.RecordBatch:
    """Pay and language of a batch of texts.

    ``batch``: RecordBatch with text_id, text (strings without nulls) and is_field, whether the text is a field that
    holds nothing but pay. Returns a RecordBatch of ``SCHEMA``, a row a text in the same order.
    """
    texts = batch.column("text").cast(pa.large_string())
    offsets, raw = bytes_of(texts)
    length = np.diff(offsets)
    starts, apart = set_apart(texts)
    english = np.bincount(text_at(starts, english_words(apart)), minlength=batch.num_rows)
    is_english = (english * 1000 >= ENGLISH_PER_1000 * length) & (english >= ENGLISH_PER_1000)
    place = find_places(apart, reading.pay)
    text = text_at(starts, place)
    first = np.searchsorted(text, np.arange(batch.num_rows + 1))
    flags = batch.column("is_field").cast(pa.uint8())
    is_field = np.frombuffer(flags.buffers()[1], np.uint8)[flags.offset :][: batch.num_rows] > 0

    def bytes_at(row: int) -> bytes:
        return raw[offsets[row] : offsets[row + 1]].tobytes()

    paid = np.flatnonzero(np.diff(first))
    pay: list[Pay] = []
    for row in paid.tolist():
        places = (place[first[row] : first[row + 1]] - starts[row]).tolist()
        stated = read_pay(pieces_of(bytes_at(row), places), reading.pay, bool(is_field[row]))
        pay.append(stated or NO_PAY)
    foreign = np.flatnonzero(~is_english | is_field)
    languages = [
        None if is_field[row] else language_of(bytes_at(row).decode(errors="ignore"), reading.words)
        for row in foreign.tolist()
    ]
    count = batch.num_rows
    return pa.record_batch(
        [
            batch.column("text_id"),
            strings(foreign, languages, count, "en"),
            numbers(paid, [stated.low for stated in pay], count),
            numbers(paid, [stated.high for stated in pay], count),
            strings(paid, [stated.currency for stated in pay], count),
            strings(paid, [stated.period for stated in pay], count),
        ],
        schema=SCHEMA,
    )


def numbers(row: Places, values: list[float | None], count: int) -> pa.Array:
    """Arrow array of so many numbers, null but where a row has a value. (pa.array would import pandas.)"""
    numbers = np.full(count, np.nan)
    numbers[row] = [np.nan if value is None else value for value in values]
    return with_nulls(arrow(numbers, pa.float64()), ~np.isnan(numbers))


def strings(row: Places, values: list[str | None], count: int, other: str | None = None) -> pa.Array:
    """Arrow array of so many strings: the values of some rows, the other one of all others."""
    array = arrow_strings([None if value is None else value.encode() for value in (other, *values)], pa.string())
    index = np.zeros(count, dtype=np.int64)
    index[row] = np.arange(1, len(values) + 1)
    return array.take(arrow(index, pa.int64()))


def with_nulls(array: pa.Array, is_valid: Flags) -> pa.Array:
    """An Arrow array with nulls where it is not valid."""
    bits = pa.py_buffer(np.packbits(is_valid, bitorder="little"))
    return pa.Array.from_buffers(array.type, len(array), [bits, *array.buffers()[1:]])


def read_texts(texts: list[str], reading: Reading | None = None, is_field: bool = False) -> list[dict[str, Any]]:
    """What the model says of each of some texts: dicts of ``SCHEMA``; text_id is the place in the list.

    By the seeds as they lie in the project where no rules are given.
    """
    is_fields = arrow(np.full(len(texts), is_field), pa.bool_())
    encoded = [[str(place).encode() for place in range(len(texts))], [text.encode() for text in texts]]
    columns = [*(arrow_strings(values, pa.string()) for values in encoded), is_fields]
    batch = pa.record_batch(columns, names=["text_id", "text", "is_field"])
    return read_facts(batch, reading or seed_reading()).to_pylist()


def read_all(batches: Iterable[pa.RecordBatch], reading: Reading, threads: int) -> Iterator[pa.RecordBatch]:
    """Facts of a stream of batches, in order, a few batches ahead of the reader on each thread."""
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[pa.RecordBatch]] = deque()
        for batch in in_bytes(batches):
            ahead.append(pool.submit(read_facts, batch, reading))
            if len(ahead) > 2 * threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
