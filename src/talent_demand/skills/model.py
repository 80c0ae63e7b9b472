"""The model int_text_skills, and the same on texts in hand."""

import csv
import os
from collections.abc import Collection, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from talent_demand.compiled import compiled
from talent_demand.skills.evidence import SCHEMA, extract_all, extract_skills
from talent_demand.skills.lexicon import Lexicon, compile_lexicon

BATCH_ROWS = 2048
SPELLING_COLUMNS = ("spelling", "skill", "is_case_sensitive", "needs", "within")
CUE_COLUMNS = ("phrase", "cue", "is_case_sensitive")
# The seeds of cues, each of which says what another model asks of a text.
CUE_SEEDS = ("ai_cues", "work_cues")
WORD_COLUMNS = ("class", "words")
SEEDS = Path(__file__).resolve().parents[3] / "seeds"


def seed_lexicon(folder: Path = SEEDS, editions: Collection[str] | None = None) -> Lexicon:
    """The lexicon of the seeds as they lie in a folder: of some editions of the taxonomy, or of all."""

    def rows_of(seed: str, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
        with (folder / f"{seed}.csv").open(encoding="utf-8", newline="") as handle:
            return [
                tuple(row[column] == "true" if column.startswith("is_") else row[column] for column in columns)
                for row in csv.DictReader(handle)
            ]

    edition_of = dict(rows_of("ai_skills", ("skill", "edition")))
    spellings = [
        row
        for row in rows_of("skill_spellings", SPELLING_COLUMNS)
        if not row[1] or editions is None or edition_of[row[1]] in editions
    ]
    cues = [row for seed in CUE_SEEDS for row in rows_of(seed, CUE_COLUMNS)]
    return kept_lexicon(spellings, cues, rows_of("word_classes", WORD_COLUMNS))


def kept_lexicon(*seeds: list[tuple[Any, ...]]) -> Lexicon:
    """The lexicon of rows of spellings, cues and word classes, which is compiled once."""
    # A cell without a value is empty in a file and null in a table.
    rows = [sorted(tuple(str(value or "") for value in row) for row in seed) for seed in seeds]
    sources = [*rows, version("numpy"), version("pyarrow")]
    return compiled(Path(__file__).parent, "lexicon", sources, lambda: compile_lexicon(*seeds))


def read_texts(texts: list[str], lexicon: Lexicon | None = None) -> list[dict[str, Any]]:
    """What the model says of each of some texts: dicts of ``evidence.SCHEMA``; text_id is the place in the list.

    By the seeds as they lie in the project where no lexicon is given.
    """
    batch = pa.record_batch([[str(place) for place in range(len(texts))], texts], names=["text_id", "text"])
    return extract_skills(batch, lexicon or seed_lexicon()).to_pylist()


def cores() -> int:
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def is_spark(relation: Any) -> bool:
    """Whether dbt handed over a Spark frame and not a DuckDB relation."""
    return hasattr(relation, "mapInArrow")


def rows(relation: Any, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Rows of a relation as tuples."""
    if is_spark(relation):
        return [tuple(row) for row in relation.select(*columns).collect()]
    return relation.project(", ".join(columns)).fetchall()


def extract_on_workers(texts: Any, *seeds: list[tuple[Any, ...]]) -> Any:
    """Skills of a Spark frame of texts: each task makes the lexicon, which is faster than it could be sent."""
    from pyspark.sql.pandas.types import from_arrow_schema

    def extract_partition(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        lexicon = kept_lexicon(*seeds)
        for batch in batches:
            yield extract_skills(batch, lexicon)

    return texts.select("text_id", "text").mapInArrow(extract_partition, from_arrow_schema(SCHEMA))


def unread_texts(dbt: Any, session: Any, postings: Any, observations: Any, staged: Any, longest: int) -> Any:
    """The rows of int_texts whose text_id the model does not hold.

    ``postings``, ``observations``, ``staged``: relations of DuckDB; ``longest`` in characters. A view of all texts is
    read whole before its rows are sorted out; that a load is named lets the scan of raw rows pass over others.
    """
    return session.sql(
        f"""
        with unread as (
            select text_id, min(text_observation_id) as observation_id
            from postings
            where
                text_id is not null
                and text_id not in (select known.text_id from {dbt.this} as known)
            group by text_id
        )
        select unread.text_id, left(staged.description, {longest}) as text
        from unread
        inner join observations on unread.observation_id = observations.observation_id
        inner join staged
            on observations.observation_id = staged.observation_id and observations.loaded_at = staged.loaded_at
        """
    )


def read_new_texts(
    dbt: Any,
    session: Any,
    texts: Any,
    sources: tuple[Any, Any, Any],
    longest: int,
    spellings: Any,
    cues: list[Any],
    words: Any,
) -> Any:
    """What the model int_text_skills returns: the texts that it does not hold, read.

    ``texts``, ``spellings``, each of ``cues``, ``words``: relations of DuckDB or frames of Spark; ``sources`` and
    ``longest`` are for ``unread_texts``.
    """
    seeds = (
        rows(spellings, SPELLING_COLUMNS),
        [row for seed in cues for row in rows(seed, CUE_COLUMNS)],
        rows(words, WORD_COLUMNS),
    )
    if is_spark(texts):
        return extract_on_workers(texts, *seeds)
    lexicon = kept_lexicon(*seeds)
    if dbt.is_incremental:
        texts = unread_texts(dbt, session, *sources, longest)
    reader = texts.project("text_id, text").to_arrow_reader(BATCH_ROWS)
    return pa.RecordBatchReader.from_batches(SCHEMA, extract_all(reader, lexicon, cores()))
