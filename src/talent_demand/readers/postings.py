"""A file as postings: what kind it is, and its records as batches of the raw table's rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO

import pyarrow as pa

from talent_demand.readers import sheets, tables
from talent_demand.readers.columns import PLACE_PARTS, Path_, field_of, make_plan, name_key, split_name, words_of
from talent_demand.readers.delimited import Table, distinct_names, is_filled, open_table
from talent_demand.readers.files import Content, decoded, is_spreadsheet, refuse_foreign, text_of
from talent_demand.readers.guesses import LEARNT, guessed, sounding
from talent_demand.readers.markup import is_page, is_sitemap, page_name, page_values, xml_values
from talent_demand.readers.nested import SCRIPT, Unreadable, bounded, json_values
from talent_demand.readers.records import ROW_FIELDS, Rows
from talent_demand.readers.shapes import Finder, name_kind
from talent_demand.readers.sql import is_sql, sql_tables
from talent_demand.warehouse import BadInput

BATCH_ROWS = 5_000
BATCH_BYTES = 1 << 23
# Tables with more columns are read record by record: a statement cannot name so many.
WIDEST = 300
NEEDED = ("title", "description", "url")
# Fields of which so many make a table of postings though none is its title.
TELLING = {"description", "url", "company", "location", "posted_date"}
MOST_NAMES = 12
BLANKS = "\ufeff \t\r\n"


@dataclass
class Choice:
    """What the user said of a file: columns by field, fixed values by field, and the encoding."""

    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None


class Postings:
    """A file's records: ``batches`` of texts, and the ``statement`` that selects raw rows from them.

    Without a statement the batches are rows already, in the columns of ROW_FIELDS.
    """

    def __init__(self, content: Content, choice: Choice) -> None:
        """Tell what the file is.

        Raises:
            BadInput: it is empty, broken from its start, or holds no postings; from ``batches`` too.

        """
        self.choice = choice
        self.rows = Rows(choice.columns, choice.values)
        self.finder = Finder(choice.columns)
        self.notes: list[str] = []
        self.nothing = "the file holds no postings"
        self.statement: str | None = None
        self.table: Table | None = None
        self.missing: list[str] = []
        self.kept: list[str] = []
        self.guesses: dict[Path_, tuple[str, str]] = {}
        self.is_record = False
        self.batches = self.read(content)

    def read(self, content: Content) -> Iterator[pa.RecordBatch]:
        """The batches, by the kind of the file."""
        start = content.start
        if not start:
            raise BadInput("the file is empty")
        if start.startswith(b"PAR1"):
            return self.parquet(content)
        is_archive = start.startswith(b"PK\x03\x04")
        if start.startswith(b"\xd0\xcf\x11\xe0") or (is_archive and is_spreadsheet(content.handle)):
            return self.of_records(self.workbook(content))
        refuse_foreign(start)
        handle, said = decoded(content, self.choice.encoding)
        if said:
            self.notes.append(said)
        text = text_of(handle)
        beginning = text.read(1 << 16)
        if not (plain := beginning.lstrip(BLANKS)):
            beginning += text.read()
            if not (plain := beginning.lstrip(BLANKS)):
                raise BadInput("the file is empty")
        text.seek(0)
        script = SCRIPT.match(plain)
        if plain[0] in "[{" or script:
            text.read(len(beginning) - len(plain) + script.end() if script else 0)
            return self.of_records(self.nested(json_values(text, self.finder_says)))
        if is_page(plain):
            return self.of_records(self.page(text.read()))
        if plain.startswith("<"):
            if is_sitemap(plain):
                self.nothing = "the file is a sitemap, which lists pages, and holds no postings"
            return self.of_records(self.nested(xml_values(handle)))
        if is_sql(plain):
            return self.of_records(self.nested(self.dump(sql_tables(text.read()))))
        return self.delimited(handle)

    def finder_says(self, name: str, value: object) -> bool:
        """Whether a value under a name is a posting."""
        return isinstance(value, dict) and self.finder.may_be_posting(name) and self.finder.is_posting(value, True)

    def dump(self, tables: dict[str, list[object]]) -> Iterator[object]:
        """The rows of those of a database's tables that are postings; where none looks so, of all."""
        own = [table for table, rows in tables.items() if any(map(self.finder.is_posting, rows))]
        if own and (others := [table for table in tables if table not in own]):
            self.notes.append(f"tables left out: {listed(others)}")
        return (row for table in own or tables for row in tables[table])

    def delimited(self, handle: BinaryIO) -> Iterator[pa.RecordBatch]:
        """The records of a delimited file."""
        self.table = open_table(handle, lambda names: len(fields_of(names[:WIDEST])))
        return self.tabular(self.table.columns, self.table.batches())

    def tabular(self, columns: list[str], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Batches of a flat table: as they are, with a statement; row by row where the table is too wide for one."""
        paths = [split_name(name) for name in columns]
        plan = make_plan(paths, self.choice.columns)
        if (first := next(batches, None)) is not None:
            batches = chain([first], batches)
            texts = [[text or "" for text in column.to_pylist()] for column in first.slice(0, LEARNT).columns]
            cells = {paths[position]: texts[position] for position in plan.unknown}
            self.guesses = guessed(cells, plan.claimed() | self.choice.values.keys())
            plan = make_plan(paths, self.choice.columns, self.guesses)
        for name, column in self.choice.columns.items():
            if not any(candidate.rank < 0 for candidate in plan.fields.get(name, [])):
                raise BadInput(f"has no column {column!r} (its columns: {listed(columns)})")
        self.must_be_postings({*plan.fields} | ({"description"} if plan.parts else set()), columns)
        if len(columns) > WIDEST:
            return self.of_records(wide_records(columns, batches))
        used = {*plan.unknown, *(position for position, _ in plan.flags)}
        self.kept = [columns[position] for position in sorted(used)]
        self.statement = tables.statement(columns, plan, self.choice.values)
        return tables.prepared(columns, plan, batches)

    def must_be_postings(self, fields: set[str], names: list[str]) -> None:
        """Refuse a table that names no title, and too little else.

        Raises:
            BadInput: so it is.

        """
        fields = fields | self.choice.values.keys()
        if "title" not in fields and len(TELLING & fields) < 3:
            if any(name.startswith(("http:", "https:")) for name in names):
                raise BadInput(f"the first line names no columns: write them above it ({listed(names)})")
            missing = "the title" + ("" if {"description", "url"} & fields else " and the description or url")
            raise BadInput(
                f"cannot tell which column is {missing} (its columns: {listed(names)}); name it with --column"
            )
        self.missing = [name for name in (*NEEDED, "posted_date") if name not in fields]

    def parquet(self, content: Content) -> Iterator[pa.RecordBatch]:
        """The records of a Parquet file; nested ones as those of JSON."""
        schema, batches = sheets.parquet_batches(content.handle)
        names = distinct_names(list(schema.names))
        if not any(pa.types.is_nested(kind) for kind in schema.types):
            return self.tabular(names, (sheets.as_texts(batch, names) for batch in batches))
        values = (dict(zip(names, row, strict=True)) for batch in batches for row in sheets.python_rows(batch))
        return self.of_records(self.nested(values))

    def workbook(self, content: Content) -> Iterator[tuple[dict, dict]]:
        """The records of a workbook's sheets; a sheet's first row that names fields is its header."""
        refused = []
        found = False
        for sheet, rows in sheets.workbook_rows(content.handle):
            rows = [row for row in rows if any(str(cell).strip() for cell in row)]
            counts = [len(fields_of([str(cell) for cell in row])) for row in rows[:20]]
            if not rows:
                continue
            first = 0 if counts[0] or max(counts) < 2 else counts.index(max(counts))
            names = distinct_names([str(cell) for cell in rows[first]])
            plan = make_plan([split_name(name) for name in names], self.choice.columns)
            try:
                self.must_be_postings({*plan.fields} | ({"description"} if plan.parts else set()), names)
            except BadInput as error:
                refused.append(f"sheet {sheet} {error}" if found else str(error))
                continue
            found = True
            before = [row for row in rows[:first] if is_filled([str(cell) for cell in row], len(names))]
            yield from ((dict(zip(names, row, strict=False)), {}) for row in [*before, *rows[first + 1 :]])
            if passed := first - len(before):
                self.notes.append(f"{passed:,} row{'s' * (passed > 1)} before the header left out: no postings")
        if not found:
            raise BadInput(refused[0] if refused else "the file is empty")
        self.notes += refused
        self.is_record = True

    def page(self, text: str) -> Iterator[tuple[dict, dict]]:
        """The postings that a web page states as linked data."""
        found = False
        try:
            for posting in self.nested(page_values(text)):
                found = True
                yield posting
        except BadInput:
            pass
        if not found:
            raise BadInput(page_name(text))

    def nested(self, values: Iterator[object]) -> Iterator[tuple[dict, dict]]:
        """The postings in nested values, each with what the objects around it say.

        Raises:
            BadInput: there are none, though there is something.

        """
        found = False
        strange: list[dict] = []
        pieces: list[Unreadable] = []
        header: list[str] | None = None
        seen = unread = 0
        for value in values:
            if isinstance(value, Unreadable):
                if value.reason:
                    unread += 1
                    if unread <= 3:
                        pieces.append(value)
                if value.is_record:
                    yield {"unreadable": value.text}, {}
                continue
            value = bounded(value)
            seen += 1
            if isinstance(value, list) and header is None and self.finder.is_header(value):
                header = [str(name) for name in value]
                found = True
                continue
            if header and isinstance(value, list):
                value = dict(zip(header, value, strict=False))
            had = False
            for posting in self.finder.postings(value):
                had = found = True
                yield posting
            if not isinstance(value, (dict, list)) and value is not None and len(self.notes) < 5:
                self.notes.append(f"not a posting: {listed([str(value)])}")
            if not had and isinstance(value, dict) and value:
                if "@type" in value:
                    continue
                if (self.finder.weight(value)[0] and not self.finder.is_empty(value)) or (
                    len(fields_of(list(map(str, value)))) > 1 and not holds_empty(value)
                ):
                    if found:
                        yield value, {}
                    else:
                        strange.append(value)
                elif holds_empty(value):
                    found = True
                else:
                    if len(self.notes) < 5:
                        self.notes.append(f"not a posting: an object with {listed(list(map(str, value)))}")
                    strange.append(value)
        if strange and not found:
            names = list(dict.fromkeys(str(name) for value in strange[:1000] for name in value))
            if title := title_in(strange):
                self.notes = [note for note in self.notes if not note.startswith("not a posting")]
                finder = Finder({"title": title})
                yield from (posting for value in strange for posting in finder.postings(value))
                return
            try:
                self.must_be_postings(set(fields_of(names)), names)
            except BadInput:
                raise BadInput(
                    f"{self.nothing} (its fields: {listed(names)}); if it does, name them with --column"
                ) from None
            self.notes = [note for note in self.notes if not note.startswith("not a posting")]
            yield from ((value, {}) for value in strange)
            found = True
        elif strange:
            yield from ((value, {}) for value in strange if self.finder.weight(value)[0])
        if pieces:
            if not found:
                raise BadInput(f"the JSON is broken in line {pieces[0].line}: {pieces[0].reason}")
            places = ", ".join(f"line {piece.line} ({piece.reason})" for piece in pieces)
            more = f" and {unread - 3:,} more" if unread > 3 else ""
            self.notes.append(f"{unread:,} piece{'s' * (unread > 1)} of the file could not be read: {places}{more}")
        elif not found and seen:
            raise BadInput(self.nothing)

    def of_records(self, records: Iterator[tuple[dict, dict]]) -> Iterator[pa.RecordBatch]:
        """Rows of records, in batches."""
        rows: list[list[str | None]] = []
        first: list[tuple[dict, dict]] = []
        size = 0
        for found in islice(records, LEARNT):
            first.append(found)
            if (size := size + len(str(found[0]))) > BATCH_BYTES:
                break
        self.guesses, size = self.rows.learn(first), 0
        for record, around in chain(first, records):
            row = self.rows.row(record, around)
            rows.append(row)
            size += sum(len(text) for text in row if text)
            if len(rows) == BATCH_ROWS or size > BATCH_BYTES:
                yield row_batch(rows)
                rows, size = [], 0
        if rows:
            yield row_batch(rows)
        missing = [name for name in self.choice.columns if name not in self.rows.named]
        if missing and self.rows.names:
            names = listed(list(self.rows.kept or self.rows.names))
            raise BadInput(f"has no column {self.choice.columns[missing[0]]!r} (its columns: {names})")
        if self.rows.names:
            self.missing = [name for name in (*NEEDED, "posted_date") if name not in self.rows.filled]
            self.kept = list(self.rows.kept)

    def said(self) -> list[str]:
        """What is to be told of the file, once it is read."""
        said = list(self.notes)
        if self.table:
            odd = (
                (self.table.found_again, "begin within one that breaks off, and were found again"),
                (self.table.uncertain, "have quotes that do not fit: look at them"),
                (self.table.short, "have fewer fields than there are columns"),
                (len(self.table.before), "before the header"),
                (self.table.passed, "before the header left out: no postings"),
            )
            said += [f"{count:,} record{'s' * (count != 1)} {what}" for count, what in odd if count]
        for path, (name, _) in self.guesses.items():
            column = ".".join(str(part) for part in path)
            said.append(f"{name} taken from {listed([column])}, which looks like it (--column {name}=… says otherwise)")
        said += [f"no {'date' if name == 'posted_date' else name} column" for name in self.missing]
        kept = [name for name in self.kept if name.strip()]
        if kept:
            said.append(f"kept in other_fields: {listed(kept)}")
        return said


def fields_of(names: list[str]) -> set[str]:
    """The fields that names of columns lead to."""
    found = {(field_of(split_name(name.strip())) or (0, ""))[1] for name in names if name and len(name) < 100}
    return {"location" if name in PLACE_PARTS else name for name in found if name}


def holds_empty(value: dict) -> bool:
    """Whether an object is a page of results that is empty; what tells an error is none."""
    if any(part and name_key(str(name)) in words_of("error") for name, part in value.items()):
        return False
    # Where nothing was found, some write null for a list; so do others where something else went wrong.
    counts_none = any(part == 0 and not isinstance(part, bool) for part in value.values()) or not any(
        part or part is False for part in value.values()
    )
    return any(
        (kind == "postings" and part in ([], {}, None))
        or (kind == "list" and (part == [] or (part is None and counts_none)))
        for kind, part in ((name_kind(str(name)), part) for name, part in value.items())
    ) or any(isinstance(part, dict) and holds_empty(part) for part in value.values())


def title_in(values: list[dict], depth: int = 0) -> str | None:
    """The first name in objects of a list that sounds like a title."""
    inside = [part for value in values[:200] for part in value.values()]
    parts = [part for held in inside for part in (held[:50] if isinstance(held, list) else [held])]
    inner = [part for part in parts if isinstance(part, dict)]
    own = (str(name) for value in values[:200] for name in value if sounding((str(name),)) == "title")
    return next(own, None) or (title_in(inner, depth + 1) if inner and depth < 5 else None)


def listed(names: list[str]) -> str:
    """Names for a one-line message: the first ones, cut where they are long."""
    shown = [" ".join(name.split())[:40] for name in names[:MOST_NAMES]]
    return ", ".join(shown) + (f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else "")


def row_batch(rows: list[list[str | None]]) -> pa.RecordBatch:
    """One batch of rows; half a surrogate pair, which JSON can hold, becomes a question mark, a NUL nothing."""
    columns = []
    for texts in zip(*rows, strict=True):
        try:
            columns.append(pa.array(texts, pa.string()))
        except (UnicodeEncodeError, pa.ArrowInvalid):
            columns.append(pa.array([text and text.encode("utf-8", "replace").decode() for text in texts], pa.string()))
    return pa.record_batch(columns, list(ROW_FIELDS))


def wide_records(columns: list[str], batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[dict, dict]]:
    """The records of a very wide table, without the columns that are empty."""
    for batch in batches:
        used = [position for position, column in enumerate(batch.columns) if any(text.as_py() for text in column)]
        names = [columns[position] for position in used]
        for row in zip(*(batch.column(position).to_pylist() for position in used), strict=True):
            yield dict(zip(names, row, strict=True)), {}
