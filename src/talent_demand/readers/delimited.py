"""CSV, TSV and their kin: strict stretches by pyarrow, whatever is odd by Python's csv module, found again behind it.

A file is read in blocks that end with a record. Whether a block keeps to the rules is told by its quotes alone: each
one that opens stands behind a delimiter, each one that closes before one. Where they do not, records are read one by
one up to the next stretch that does.
"""

from __future__ import annotations

import bisect
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from talent_demand.warehouse import BadInput

DELIMITERS = (",", ";", "\t", "|", "\x01", "\x1f", "~", "^")
BEGINNING = 1 << 20
BLOCK_BYTES = 1 << 23
# Behind an odd record so many bytes are read one by one at first, twice as many each time that more odd ones follow.
SLOW_BYTES = 1 << 16
LONGEST_FIELD = 1 << 26
BATCH_ROWS = 10_000
# Lines before the header that are looked through for it, rows whose fields are learnt from, places tried for a start.
MOST_TITLE_LINES, LEARNT_ROWS, MOST_TRIES = 20, 500, 200
ODD_LINE_ENDS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
BLANK_LINES = re.compile("(?:[ \t\ufeff]*[\r\n]+)*[ \ufeff]*")
RULE = re.compile(r"[\s:|+]*(?:-{2,}[\s:|+]*)+$")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
csv.field_size_limit(LONGEST_FIELD)

# Fields that look like no running text, by which the beginning of a record is known again.
HARD_KINDS = [
    re.compile(r"https?://[^\s,;|\"]+"),
    re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.+Z-]*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}"),
    re.compile(r"-?\d+(?:[.,]\d+)?"),
    re.compile(r"(?=[\w.-]*\d)[\w.-]{4,40}"),
]
# Where a text may have been cut off and the next one written right behind it: cut heBaker, or one in quotes.
SEAM = re.compile(r"""(?<![A-Z\u00c0-\u00de])(?=[A-Z\u00c0-\u00de])|(?=["'])""")
# A record begins so near before the first of its fields that are plain.
SEAM_DISTANCE = 400


@dataclass
class Dialect:
    """How a file is written: the signs that set fields apart, that quote, and that escape."""

    delimiter: str = ","
    quotechar: str = '"'
    escapechar: str | None = None

    def reader(self, lines: Iterator[str] | list[str] | io.StringIO, strict: bool = False) -> Any:
        """A reader of the csv module for this dialect."""
        return csv.reader(
            lines, strict=strict, delimiter=self.delimiter, quotechar=self.quotechar, escapechar=self.escapechar
        )


@dataclass
class Table:
    """A delimited file from its first record on, and what was odd in it once it is read.

    ``is_strict``: whether its beginning keeps to the rules of double quotes. ``found_again``: records that begin within
    one that breaks off; ``uncertain``: records whose quotes do not fit; ``short``: those with too few fields.
    ``before``: records that stand before the header; ``passed``: other lines there, such as a title.
    """

    handle: BinaryIO
    dialect: Dialect
    columns: list[str]
    start: int
    is_strict: bool
    kinds: dict[int, re.Pattern[str]] = field(default_factory=dict)
    found_again: int = 0
    uncertain: int = 0
    short: int = 0
    before: list[list[str | None]] = field(default_factory=list)
    passed: int = 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All records, as ``in_order`` gives them; behind a header in another order, by its names."""
        order = list(range(len(self.columns)))
        for batch in self.in_order():
            start = 0
            for row in pc.indices_nonzero(pc.is_in(batch.column(0), pa.array(self.columns))).to_pylist():
                cells = [column[row].as_py() for column in batch.columns]
                if None not in cells and sorted(cells) == sorted(self.columns):
                    yield self.ordered(batch.slice(start, row - start), order)
                    order, start = [cells.index(name) for name in self.columns], row
            yield self.ordered(batch.slice(start), order)

    def ordered(self, batch: pa.RecordBatch, order: list[int]) -> pa.RecordBatch:
        """A batch whose columns stand in another order."""
        return pa.record_batch([batch.column(place) for place in order], self.columns)

    def in_order(self) -> Iterator[pa.RecordBatch]:
        """All records, every column as text; missing fields are null, those that are too many stay in the last one."""
        if self.before:
            yield self.batch(self.before)
        offset, size = self.start, SLOW_BYTES if self.is_strict else BLOCK_BYTES
        while True:
            block, is_end = self.block(offset, BLOCK_BYTES)
            if not block:
                return
            good = self.strict_length(block, is_end) if self.is_strict else 0
            batch = self.fast(block[:good]) if good else None
            if batch is not None:
                offset += good
                if batch.num_rows:
                    yield batch
                if good > BLOCK_BYTES // 2 or (is_end and good == len(block)):
                    size = SLOW_BYTES
                    continue
            rows, length = self.slow(offset, size)
            offset += length
            size = min(size * 2, BLOCK_BYTES)
            for first in range(0, len(rows), BATCH_ROWS):
                yield self.batch(rows[first : first + BATCH_ROWS])

    def block(self, offset: int, size: int) -> tuple[bytes, bool]:
        """Bytes of the file from a place on, and whether it ends with them."""
        self.handle.seek(offset)
        block = self.handle.read(size)
        return block, len(block) < size

    def strict_length(self, block: bytes, is_end: bool) -> int:
        """How much of a block, from its start, are whole records that keep to the rules."""
        data = np.frombuffer(block, np.uint8)
        quotes = np.flatnonzero(data == ord('"'))
        end = len(block)
        if len(quotes):
            marks = np.zeros(256, bool)
            marks[[ord(self.dialect.delimiter), 10, 13]] = True
            follows = np.zeros(len(quotes) + 1, bool)
            follows[1:-1] = np.diff(quotes) == 1
            opening, closing = quotes[0::2], quotes[1::2]
            opens = marks[data[opening - 1]] | follows[:-1][0::2] | (opening == 0)
            closes = marks[data[np.minimum(closing + 1, end - 1)]] | follows[1:][1::2] | (closing == end - 1)
            wrong = np.concatenate([opening[~opens], closing[~closes]])
            if len(wrong):
                end, is_end = int(wrong.min()), False
        if is_end and len(quotes) % 2 == 0:
            return end
        while True:
            end = block.rfind(b"\n", 0, end)
            if end < 0:
                return 0
            inside = int(np.searchsorted(quotes, end))
            if inside % 2 == 0:
                return end + 1
            end = int(quotes[inside - 1])

    def fast(self, block: bytes) -> pa.RecordBatch | None:
        """A strict block's records; None where pyarrow cannot read them."""
        try:
            table = pa.csv.read_csv(
                pa.BufferReader(block),
                pa.csv.ReadOptions(block_size=len(block) + 1, use_threads=False, column_names=self.columns),
                pa.csv.ParseOptions(delimiter=self.dialect.delimiter, newlines_in_values=True),
                pa.csv.ConvertOptions(column_types=dict.fromkeys(self.columns, pa.string())),
            )
        except (pa.ArrowException, ValueError):
            return None
        return next(iter(table.combine_chunks().to_batches()), self.batch([]))

    def batch(self, rows: list[list[str | None]]) -> pa.RecordBatch:
        """Rows as a batch."""
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(self.columns)
        return pa.record_batch([pa.array(column, pa.string()) for column in columns], self.columns)

    def slow(self, offset: int, size: int) -> tuple[list[list[str | None]], int]:
        """Records from a place on, read one by one, and how many bytes they are."""
        while True:
            block, is_end = self.block(offset, size)
            text = block.decode("utf-8", "replace" if is_end else "ignore")
            rows, length = self.records(text, is_end)
            if is_end:
                return rows, len(block)
            if length:
                return rows, len(text[:length].encode())
            if size > LONGEST_FIELD:
                raise BadInput("the records cannot be told apart: a quote is never closed")
            size *= 4

    def records(self, text: str, is_end: bool) -> tuple[list[list[str | None]], int]:
        """The records of a text, and how much of it they are: the last one waits where it may go on behind it."""
        lines = LINE.findall(text) if ODD_LINE_ENDS.search(text) else text.splitlines(keepends=True)
        rows: list[list[str | None]] = []
        position = number = 0
        while number < len(lines):
            found = self.record(lines, number, is_end)
            if found is None:
                break
            record, count, rest = found
            position += sum(map(len, lines[number : number + count])) - len(rest)
            if record:
                rows.append(self.fitted(record))
            number += count
            if rest:
                number -= 1
                lines[number] = rest
        return rows, position

    def record(self, lines: list[str], number: int, is_end: bool) -> tuple[list[str], int, str] | None:
        """The record that begins with a line, how many lines it takes, and what of the last one begins the next record.

        None where it may go on behind the last line.
        """
        reader = self.dialect.reader(lines_from(lines, number))
        record: list[str] | None
        try:
            record = next(reader, [])
        except csv.Error:
            record = None
        count = max(reader.line_num, 1)
        is_cut = number + count == len(lines) and not is_end
        width = len(self.columns)
        if not is_cut and record is not None:
            if len(record) == width and (count == 1 and self.dialect.quotechar not in lines[number]):
                return record, count, ""
            if len(record) <= 1 and not "".join(record).strip():
                return record, count, ""
            if len(record) == width and self.is_strict_record(lines[number : number + count]):
                return record, count, ""
        if not is_cut:
            for taken in sorted({1, count}):
                bare = self.with_bare_quotes("".join(lines[number : number + taken]))
                if bare:
                    self.uncertain += 1
                    return bare, taken, ""
        for line in range(number + 1, min(number + count, number + 5000)):
            if self.begins_record(lines_from(lines, line)):
                self.found_again += 1
                return self.broken_off(lines[number:line]), line - number, ""
        if is_cut:
            return None
        seam = self.seam(lines, number, count)
        if seam:
            self.found_again += 1
            return (
                self.broken_off([*lines[number : seam[0]], lines[seam[0]][: seam[1]]]),
                seam[0] - number + 1,
                lines[seam[0]][seam[1] :],
            )
        first = lines[number].rstrip("\r\n").split(self.dialect.delimiter)
        if count > 1 and (record is None or len(first) == width):
            following: list[str] = next(self.dialect.reader(lines[number + 1 : number + 2]), [])
            if record is None or width in (len(following), lines[number + 1].count(self.dialect.delimiter) + 1):
                record, count = first, 1
        self.uncertain += 1
        return (first, 1, "") if record is None else (record, count, "")

    def with_bare_quotes(self, text: str) -> list[str] | None:
        """The fields of a record all of which are quoted, and in which quotes stand that are not doubled."""
        quote, text = self.dialect.quotechar, text.rstrip("\r\n")
        if len(self.columns) < 2 or len(text) < 2 or not (text.startswith(quote) and text.endswith(quote)):
            return None
        fields = text[1:-1].split(f"{quote}{self.dialect.delimiter}{quote}")
        return [part.replace(quote * 2, quote) for part in fields] if len(fields) == len(self.columns) else None

    def begins_record(self, lines: Iterator[str]) -> bool:
        """Whether a whole record begins here, with fields as plain as those of the file's first ones."""
        reader = self.dialect.reader(lines, strict=True)
        width, is_first = len(self.columns), True
        try:
            for record in (next(reader, None) for _ in range(1 if self.kinds else 3)):
                if record is None:
                    return not is_first
                if len(record) != width:
                    return False
                is_first = False
                told = [bool(kind.fullmatch(record[column])) for column, kind in self.kinds.items() if record[column]]
                if self.kinds and not (told and all(told)):
                    return False
        except csv.Error:
            return False
        # Where nothing is plain about the columns, only three such records on end are believed.
        return width > 1

    def seam(self, lines: list[str], number: int, count: int) -> tuple[int, int] | None:
        """Line and place at which the next record was written behind one that breaks off within a line."""
        if not self.kinds:
            return None
        pattern = self.kinds.get(0, SEAM)
        plain = min(self.kinds.items(), key=lambda item: HARD_KINDS.index(item[1]))[1]
        for line in range(number, min(number + count, number + 5000)):
            places = [found.start() for found in pattern.finditer(lines[line], 1 if line == number else 0)]
            if pattern is SEAM:
                ends = [found.start() for found in plain.finditer(lines[line])]
                nearest = (ends[at] if (at := bisect.bisect(ends, place)) < len(ends) else None for place in places)
                places = [
                    place
                    for place, end in zip(places, nearest, strict=True)
                    if end is not None and end - place <= SEAM_DISTANCE
                ]
            for place in places[:MOST_TRIES]:
                if place and self.begins_record(lines_from([lines[line][place:], *lines[line + 1 : line + 3000]], 0)):
                    return line, place
        return None

    def broken_off(self, lines: list[str]) -> list[str]:
        """The fields of a record that breaks off, the last one as far as it goes."""
        text = "".join(lines).rstrip("\r\n")
        plain = text.split(self.dialect.delimiter)
        if len(lines) == 1 and len(plain) == len(self.columns):
            return plain
        try:
            return next(self.dialect.reader(io.StringIO(text, newline="")), [])
        except csv.Error:
            return plain

    def is_strict_record(self, lines: list[str]) -> bool:
        """Whether lines are one record that keeps to the rules."""
        try:
            return len(list(self.dialect.reader(lines, strict=True))) == 1
        except csv.Error:
            return False

    def fitted(self, record: list[str]) -> list[str | None]:
        """A record with as many fields as there are columns."""
        width = len(self.columns)
        if len(record) > width:
            last = self.dialect.delimiter.join(record[width - 1 :]) if any(record[width:]) else record[width - 1]
            return [*record[: width - 1], last]
        self.short += len(record) < width
        return [*record, *[None] * (width - len(record))]


def lines_from(lines: list[str], number: int) -> Iterator[str]:
    """The lines from one on."""
    return (lines[line] for line in range(number, len(lines)))


def open_table(handle: BinaryIO, is_header: Callable[[list[str]], int]) -> Table:
    """A delimited file, told by its beginning: the first record names the columns, or a later one that does so better.

    ``is_header``: how many fields of postings a record names.

    Raises:
        BadInput: there is no text in it.

    """
    handle.seek(0)
    block = handle.read(BEGINNING)
    text = block.decode("utf-8", "ignore").removeprefix("\ufeff")
    if not text.strip("\r\n \t\ufeff"):
        raise BadInput("the file is empty")
    # A tab that the header begins with sets a column without a name apart.
    position = len(text) - len(BLANK_LINES.sub("", text, count=1))
    named = re.compile(r'"?sep=(.)"?\s*?(?:\r\n|\r|\n)', re.IGNORECASE).match(text, position)
    if named:
        position = named.end()
    delimiter = named[1] if named else likeliest_delimiter(text[position:])
    dialect, is_strict = likeliest_dialect(text[position:], delimiter, len(block) == BEGINNING)
    lines = LINE.findall(text[position:])
    records: list[tuple[int, int, list[str]]] = []
    reader = dialect.reader(iter(lines))
    before = 0
    try:
        for record in reader:
            if record:
                records.append((before, reader.line_num, record))
            before = reader.line_num
            if len(records) > LEARNT_ROWS:
                break
    except csv.Error:
        pass
    records = records or [(0, 1, (lines or [""])[0].rstrip("\r\n").split(delimiter))]
    counts = [is_header(record) for *_, record in records[:MOST_TITLE_LINES]]
    first = 0 if counts[0] or max(counts) < 2 else counts.index(max(counts))
    _, after, header = records[first]
    if any(RULE.match("".join(record)) for *_, record in records[first + 1 : first + 2]):
        # Markdown rules a line between the names and the rows.
        after = records[first + 1][1]
    position += sum(map(len, lines[:after]))
    mark = 3 if block.startswith(b"\xef\xbb\xbf") else 0
    start = mark + len(text[:position].encode())
    columns = distinct_names(header)
    kinds = learnt_kinds([record for *_, record in records[first + 1 :]], len(columns))
    ahead: list[list[str | None]] = [[*record] for *_, record in records[:first] if is_filled(record, len(columns))]
    passed = sum(any(map(str.strip, record)) for *_, record in records[:first]) - len(ahead)
    return Table(handle, dialect, columns, start, is_strict, kinds, before=ahead, passed=passed)


def is_filled(row: list[str], width: int) -> bool:
    """Whether a row before a header is a record and no title above the table."""
    return len(row) == width > 2 and 2 * sum(bool(cell.strip()) for cell in row) > width


def learnt_kinds(records: list[list[str]], width: int) -> dict[int, re.Pattern[str]]:
    """Columns whose fields nearly all look like an address, a day, a number or a code."""
    records = [record for record in records if len(record) == width]
    kinds = {}
    for column in range(min(width, 200)):
        values = [record[column] for record in records if record[column]]
        if len(values) < 3 or len(values) * 2 < len(records):
            continue
        for kind in HARD_KINDS:
            if sum(bool(kind.fullmatch(value)) for value in values) >= 0.95 * len(values):
                kinds[column] = kind
                break
    return kinds


def likeliest_delimiter(beginning: str) -> str:
    """The delimiter that stands most often in the first lines, outside quotes, and as often in each where it can."""
    plain = re.sub(r'"[^"]*"', "", beginning[:50_000].lstrip("\r\n "))
    header = re.split(r"[\r\n]", plain, maxsplit=1)[0]
    best = max(DELIMITERS, key=header.count)
    if header.count(best):
        return best
    lines = [line for line in re.split(r"[\r\n]+", plain)[1:MOST_TITLE_LINES] if line]
    return max(DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))


def likeliest_dialect(beginning: str, delimiter: str, is_cut: bool) -> tuple[Dialect, bool]:
    r"""How quotes are written, and whether the beginning keeps strictly to double ones.

    Double quotes, these escaped by a backslash (``\"``), or single quotes where there are no double ones: what gives
    the most records with as many fields as the header, the first one where several do.
    """
    best, most, is_strict = Dialect(delimiter), -1, False
    other = ("'", None) if '"' not in beginning else ('"', "\\")
    for quote, escape in (('"', None), other):
        if escape and '\\"' not in beginning:
            continue
        dialect = Dialect(delimiter, quote, escape)
        width, fitting = None, 0
        try:
            for record in filter(None, dialect.reader(io.StringIO(beginning, newline=""), strict=True)):
                width = width or len(record)
                fitting += len(record) == width
        except csv.Error:
            pass
        if fitting > most:
            best, most, is_strict = dialect, fitting, (quote, escape) == ('"', None)
    return best, is_strict


def distinct_names(names: list[str]) -> list[str]:
    """Column names, repeated and empty ones made distinct."""
    distinct: list[str] = []
    taken: set[str] = set()
    counts: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        name = name.strip().strip("\ufeff") or f"column {position}"
        numbered, key = name, name.lower()
        while numbered.lower() in taken:
            counts[key] = counts.get(key, 1) + 1
            numbered = f"{name} {counts[key]}"
        taken.add(numbered.lower())
        distinct.append(numbered)
    return distinct
