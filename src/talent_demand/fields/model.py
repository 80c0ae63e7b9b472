"""The model int_text_facts."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from talent_demand.fields.facts import (
    BATCH_ROWS,
    CURRENCY_COLUMNS,
    LANGUAGE_COLUMNS,
    SCHEMA,
    WORD_COLUMNS,
    compile_reading,
    read_all,
    read_facts,
)
from talent_demand.skills.model import cores, is_spark, rows, unread_texts

COLUMNS = ("text_id", "text", "is_field")


def read_new_facts(
    dbt: Any,
    session: Any,
    texts: Any,
    sources: tuple[Any, Any, Any],
    longest: int,
    currencies: Any,
    pay_words: Any,
    language_words: Any,
) -> Any:
    """What the model int_text_facts returns: the texts that it does not hold, read.

    ``texts``, ``currencies``, ``pay_words`` and ``language_words``: relations of DuckDB or frames of Spark;
    ``sources`` and ``longest`` are for ``unread_texts``.
    """
    seeds = rows(currencies, CURRENCY_COLUMNS), rows(pay_words, WORD_COLUMNS), rows(language_words, LANGUAGE_COLUMNS)
    if is_spark(texts):
        from pyspark.sql.pandas.types import from_arrow_schema

        def read_partition(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            reading = compile_reading(*seeds)
            for batch in batches:
                yield read_facts(batch, reading)

        return texts.select(*COLUMNS).mapInArrow(read_partition, from_arrow_schema(SCHEMA))
    reading = compile_reading(*seeds)
    columns = ", ".join(COLUMNS)
    if dbt.is_incremental:
        fields = session.sql(
            f"""
            select {columns} from texts
            where is_field and text_id not in (select known.text_id from {dbt.this} as known)
            """
        )
        unread = unread_texts(dbt, session, *sources, longest)
        texts = unread.project("text_id, text, false as is_field").union(fields)
    reader = texts.project(columns).to_arrow_reader(BATCH_ROWS)
    return pa.RecordBatchReader.from_batches(SCHEMA, read_all(reader, reading, cores()))
