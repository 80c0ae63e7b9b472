"""The model int_places, and the same on locations in hand."""

import csv
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from talent_demand.places.gazetteer import load_gazetteer
from talent_demand.places.reading import Reader
from talent_demand.skills.words import arrow_strings

NAME_COLUMNS = ("name", "country_code", "region_code", "city")
WORD_COLUMNS = ("word", "meaning")
SEEDS = Path(__file__).resolve().parents[3] / "seeds"
BATCH_ROWS = 10_000
SCHEMA = pa.schema(
    [
        pa.field("location", pa.string()),
        pa.field("country_code", pa.string()),
        pa.field("region_code", pa.string()),
        pa.field("city", pa.string()),
        pa.field("country", pa.string()),
        pa.field("region", pa.string()),
        pa.field("place_key", pa.string()),
        pa.field("city_key", pa.string()),
    ]
)


def make_reader(names: Iterable[tuple[Any, ...]], words: Iterable[tuple[Any, ...]]) -> Reader:
    """A reader by rows of the seeds place_names and place_words (``NAME_COLUMNS``, ``WORD_COLUMNS``)."""
    aliases = tuple(sorted(tuple(field or "" for field in row) for row in names))
    return Reader(load_gazetteer(aliases), sorted(words))


@lru_cache(maxsize=1)
def seed_reader(folder: Path = SEEDS) -> Reader:
    """The reader by the seeds as they lie in a folder."""

    def rows_of(seed: str) -> list[tuple[str, ...]]:
        with (folder / f"{seed}.csv").open(encoding="utf-8", newline="") as handle:
            return [tuple(row.values()) for row in csv.DictReader(handle)]

    return make_reader(rows_of("place_names"), rows_of("place_words"))


def read_batch(batch: pa.RecordBatch, reader: Reader) -> pa.RecordBatch:
    """What each location of a batch (column location) says: rows of ``SCHEMA``."""
    names = reader.gazetteer
    rows = []
    for location in batch.column("location").to_pylist():
        place = reader.read(location)
        row = {
            "location": location,
            "country": names.country_names.get(place.country_code or ""),
            "region": names.region_names.get(place.region_code or ""),
            **place._asdict(),
        }
        rows.append(row)

    def column(field: pa.Field) -> pa.Array:
        values = [row[field.name] for row in rows]
        return arrow_strings([None if value is None else value.encode() for value in values], field.type)

    return pa.record_batch([column(field) for field in SCHEMA], schema=SCHEMA)


def read_new_places(dbt: Any, session: Any, locations: Any, names: Any, words: Any) -> Any:
    """What the model int_places returns: the locations that it does not hold, read.

    ``locations``, ``names``, ``words``: relations of DuckDB or frames of Spark.
    """
    if hasattr(locations, "mapInArrow"):
        from pyspark.sql.pandas.types import from_arrow_schema

        name_rows = [tuple(row) for row in names.select(*NAME_COLUMNS).collect()]
        word_rows = [tuple(row) for row in words.select(*WORD_COLUMNS).collect()]

        def read_partition(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            reader = make_reader(name_rows, word_rows)
            for batch in batches:
                yield read_batch(batch, reader)

        # Spellings are few; each task would read the gazetteer for itself.
        spelled = locations.select("location").where("location is not null").distinct().coalesce(1)
        return spelled.mapInArrow(read_partition, from_arrow_schema(SCHEMA))
    name_rows = names.project(", ".join(NAME_COLUMNS)).fetchall()
    word_rows = words.project(", ".join(WORD_COLUMNS)).fetchall()
    spelled = locations.filter("location is not null").project("location").distinct()
    if dbt.is_incremental:
        spelled = session.sql(f"select location from spelled anti join {dbt.this} as known using (location)")
    batches = spelled.to_arrow_reader(BATCH_ROWS)

    def read_all() -> Iterator[pa.RecordBatch]:
        reader = None
        for batch in batches:
            # The gazetteer takes half a second: only where there is something to read.
            reader = reader or make_reader(name_rows, word_rows)
            yield read_batch(batch, reader)

    return pa.RecordBatchReader.from_batches(SCHEMA, read_all())
