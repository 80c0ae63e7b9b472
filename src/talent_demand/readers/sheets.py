"""Tables that programs keep: workbooks and Parquet files, whose cells have types."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import reduce
from typing import IO, BinaryIO

import pyarrow as pa
import pyarrow.parquet
import python_calamine

from talent_demand.warehouse import BadInput, first_line

BATCH_ROWS = 10_000
# What the parts of a workbook may unpack to, and the cells that its sheets may claim to have.
WORKBOOK_BYTES = 1 << 30
MOST_CELLS = 50_000_000

CELL = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")

# Of OpenDocument: a table, row or cell, what it says of itself, and whether it is empty.
PART = re.compile(rb"<table:(?:covered-)?(table|table-row|table-cell)(?=[\s/>])([^<>]*?)(/?)>")
REPEATED = re.compile(rb"""table:number-(?:rows|columns)-repeated=["']([0-9]+)""")

# What Arrow raises on Parquet files that are cut, or hold what it does not know.
PARQUET_ERRORS = (pa.ArrowException, OSError, ValueError, TypeError, NotImplementedError)


def workbook_rows(handle: BinaryIO) -> Iterator[tuple[str, list[list[object]]]]:
    """The sheets of a workbook: their names, and their rows with numbers and times as they are shown.

    Raises:
        BadInput: it cannot be read, or is larger than it should be.

    """
    handle.seek(0)
    data = handle.read()
    try:
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(info.file_size for info in archive.infolist()) > WORKBOOK_BYTES:
                    raise BadInput("the workbook unpacks to more than a gigabyte: save it as CSV first")
                # The reader makes a table of all cells between the first and the last.
                for info in archive.infolist():
                    is_sheet = info.filename.startswith("xl/worksheets/")
                    if (is_sheet and spanned_cells(archive.open(info)) > MOST_CELLS) or (
                        info.filename == "content.xml" and repeats_itself(archive.read(info))
                    ):
                        raise BadInput("the workbook claims more cells than it can have: save it as CSV first")
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.height * sheet.width > MOST_CELLS:
                raise BadInput("the workbook claims more cells than it can have: save it as CSV first")
            yield name, [[shown(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    except BadInput:
        raise
    except Exception as error:  # calamine has a class of errors for each kind of file, and Rust's panics
        raise BadInput(f"the workbook cannot be read: {first_line(error)}") from None


def spanned_cells(sheet: IO[bytes]) -> int:
    """How many cells a sheet of Excel's has between its first and its last, by what they call themselves."""
    columns, rows, rest = set(), set(), b""
    while chunk := sheet.read(1 << 20):
        for column, row in CELL.findall(rest + chunk):
            columns.add(column)
            rows.add(row)
        rest = chunk[-20:]
    letters = [reduce(lambda number, letter: number * 26 + letter - 64, column, 0) for column in columns] or [0]
    numbers = [int(row) for row in rows] or [0]
    return (max(letters) - min(letters) + 1) * (max(numbers) - min(numbers) + 1)


def repeats_itself(content: bytes) -> bool:
    """Whether a table of OpenDocument, up to its last cell, has far more cells than are written: it says how often."""
    written = rows = columns = width = most = 0
    for kind, says, is_closed in (part.groups() for part in PART.finditer(content)):
        times = int(repeated[1]) if (repeated := REPEATED.search(says)) else 1
        if kind == b"table":
            rows = width = 0
        elif kind == b"table-row":
            rows, columns = rows + times, 0
        else:
            written, columns = written + 1, columns + times
            if not is_closed or b"office:" in says:
                width = max(width, columns)
                most = max(most, width * rows)
    return most > max(20 * written, MOST_CELLS // 50)


def shown(cell: object) -> object:
    """A cell as it is shown: whole numbers without a point, days without midnight."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return cell.isoformat().removesuffix("T00:00:00")
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def parquet_batches(handle: BinaryIO) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Schema and batches of a Parquet file.

    Raises:
        BadInput: it cannot be read; from the iterator too.

    """
    try:
        handle.seek(0)
        file = pa.parquet.ParquetFile(handle)
        schema = file.schema_arrow
    except PARQUET_ERRORS as error:
        raise BadInput(f"the Parquet file cannot be read: {first_line(error)}") from None

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from file.iter_batches(BATCH_ROWS)
        except PARQUET_ERRORS as error:
            raise BadInput(f"the Parquet file cannot be read: {first_line(error)}") from None

    return schema, batches()


def python_rows(batch: pa.RecordBatch) -> Iterator[tuple]:
    """The rows of a batch as Python's values; a column that has none is told as text, or not at all."""
    columns = []
    for column in batch.columns:
        try:
            columns.append(column.to_pylist())
        except (pa.ArrowException, ValueError, OverflowError, TypeError, NotImplementedError):
            columns.append(text_array(column).to_pylist())
    return zip(*columns, strict=True)


def as_texts(batch: pa.RecordBatch, names: list[str]) -> pa.RecordBatch:
    """A batch of flat columns as text."""
    return pa.record_batch([text_array(column) for column in batch.columns], names)


def text_array(column: pa.Array) -> pa.Array:
    """A column as text: as Arrow casts it, else value by value."""
    try:
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            raise pa.ArrowInvalid("bytes may be no text")
        return column.cast(pa.string())
    except (pa.ArrowException, NotImplementedError):
        texts = []
        for value in column:
            try:
                plain = value.as_py()
            except (ValueError, OverflowError, TypeError, pa.ArrowException):
                plain = None
            texts.append(
                plain.decode("utf-8", "replace") if isinstance(plain, bytes) else plain if plain is None else str(plain)
            )
        return pa.array(texts, pa.string())
