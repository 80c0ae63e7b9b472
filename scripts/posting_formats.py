"""Files of postings as the world writes them, read into one shape: column names and rows of text.

A delimited file becomes a query for DuckDB's own reader, or rows of Python's csv module where that reader would refuse
or drop a record; JSON in its many shapes becomes rows; Parquet is a query. No record is dropped here: what a record
lacks is null, and the models decide what can be used.
"""

from __future__ import annotations

import csv
import html
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import BadInput, first_line

COLUMN_NAMES = Path(__file__).with_name("column_names.csv")
DELIMITERS = (",", ";", "\t", "|")
CHUNK_BYTES = 1 << 20
LONGEST_LINE = 64_000_000

# First bytes of files that hold no postings as text, and what to do about them.
FOREIGN = [
    (b"PK\x03\x04", "a spreadsheet or archive: save it as CSV or unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet: save it as CSV first"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "compressed: unpack it first"),
    (b"SQLite format 3", "an SQLite database: export the table as CSV first"),
]
BYTE_ORDER_MARKS = [(b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")]

WORK_KINDS = re.compile(
    r"full.?time|part.?time|contract|intern\b|visa|salary|equity|https?:|www\.|[$€£]", re.IGNORECASE
)
ROLES = re.compile(
    r"engineer|developer|scientist|manager|designer|lead\b|analyst|research|architect|devops|product|role|position|"
    r"director|head of|founder|staff|senior|marketing|sales|support|full.?stack|backend|frontend|\bcto\b|sre\b",
    re.IGNORECASE,
)


@dataclass
class Postings:
    """A file's records: either ``query`` (for DuckDB, columns named) or ``rows`` (sequences of text or None)."""

    columns: list[str]
    query: str | None = None
    rows: Iterable[list[str | None]] | None = None
    source: str | None = None


@contextmanager
def open_postings(path: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[Postings]:
    """Read a file's columns and make its records ready; temporary files go at the end of the block.

    Raises:
        BadInput: the file is empty, of a kind that holds no postings, or broken beyond its first record.

    """
    start = path.open("rb").read(4096)
    if not start:
        raise BadInput("the file is empty")
    for magic, advice in FOREIGN:
        if start.startswith(magic):
            raise BadInput(f"the file is {advice}")
    if start.startswith(b"PAR1"):
        yield read_parquet(path, connection)
        return
    with tempfile.TemporaryDirectory(prefix="postings-") as folder:
        text = as_utf8(path, start, Path(folder))
        with text.open(encoding="utf-8") as handle:
            beginning = handle.read(CHUNK_BYTES).lstrip()
        if not beginning:
            raise BadInput("the file is empty")
        if beginning[0] in "[{":
            yield read_json(text)
        else:
            yield read_delimited(text, beginning)


def as_utf8(path: Path, start: bytes, folder: Path) -> Path:
    """The file itself where it is plain UTF-8, else a copy of it in UTF-8 without byte order mark and NULs.

    Encodings are told by the byte order mark, else UTF-8 where the whole file is valid, else cp1252, else latin-1.
    """
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), None)
    if encoding is None and start.count(b"\0") > len(start) // 4:
        encoding = "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
    if encoding is None:
        if b"\0" in start[:1024] and not start[:1].strip(b'[{"').isascii():
            raise BadInput("the file is binary")
        encoding = next(name for name in ("utf-8", "cp1252", "latin-1") if decodes(path, name))
        if encoding == "utf-8" and not holds_nul(path):
            return path
    copy = folder / path.name
    try:
        with path.open(encoding=encoding, newline="") as source, copy.open("w", encoding="utf-8", newline="") as target:
            for chunk in iter(lambda: source.read(CHUNK_BYTES), ""):
                target.write(chunk.replace("\0", ""))
    except UnicodeError as error:
        raise BadInput(f"the text cannot be decoded as {encoding}: {first_line(error)}") from None
    return copy


def decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file is valid in an encoding."""
    try:
        with path.open(encoding=encoding, newline="") as handle:
            while handle.read(CHUNK_BYTES):
                pass
    except UnicodeError:
        return False
    return True


def holds_nul(path: Path) -> bool:
    """Whether a file holds NUL bytes, which DuckDB's reader refuses."""
    with path.open("rb") as handle:
        return any(b"\0" in chunk for chunk in iter(lambda: handle.read(CHUNK_BYTES), b""))


def read_parquet(path: Path, connection: duckdb.DuckDBPyConnection) -> Postings:
    """Records of a Parquet file, every column as text."""
    scan = f"read_parquet({quoted(path)})"
    try:
        columns = [name for name, *_ in connection.execute(f"describe select * from {scan}").fetchall()]
    except duckdb.Error as error:
        raise BadInput(f"the Parquet file cannot be read: {first_line(error)}") from None
    return Postings(columns, query=f"select columns(*)::varchar from {scan}")


def read_delimited(path: Path, beginning: str) -> Postings:
    """Records of a CSV or TSV file: by DuckDB's reader where it takes the file whole, else by Python's."""
    delimiter = likeliest_delimiter(beginning)
    escape = "\\" if '\\"' in beginning and '""' not in beginning else '"'
    with path.open(encoding="utf-8", newline="") as handle:
        header = next(python_records(handle, delimiter, escape))
    columns = distinct_names(header)
    types = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in columns)
    query = (
        f"select * from read_csv({quoted(path)}, auto_detect = false, columns = {{{types}}}, "
        f"delim = {quoted(delimiter)}, quote = '\"', escape = {quoted(escape)}, header = true, "
        f"parallel = false, max_line_size = {LONGEST_LINE}, buffer_size = {2 * LONGEST_LINE})"
    )
    return Postings(columns, query=query, rows=delimited_rows(path, delimiter, escape, len(columns)))


def likeliest_delimiter(beginning: str) -> str:
    """The delimiter that stands most often in the first record, outside quotes."""
    header = re.sub(r'"[^"]*"', "", beginning).split("\n", 1)[0]
    return max(DELIMITERS, key=header.count)


def python_records(handle: Iterable[str], delimiter: str, escape: str) -> Iterator[list[str]]:
    """Records of a delimited text that are not blank lines."""
    csv.field_size_limit(1 << 30)
    options = {"delimiter": delimiter, "doublequote": escape == '"', "escapechar": None if escape == '"' else escape}
    try:
        yield from (record for record in csv.reader(handle, **options) if record)
    except csv.Error as error:
        raise BadInput(f"the records cannot be told apart: {error}") from None


def delimited_rows(path: Path, delimiter: str, escape: str, width: int) -> Iterator[list[str | None]]:
    """Rows of a delimited file as wide as its header: missing fields are null, surplus ones are dropped."""
    with path.open(encoding="utf-8", newline="") as handle:
        records = python_records(handle, delimiter, escape)
        next(records)
        for record in records:
            yield [field or None for field in record[:width]] + [None] * (width - len(record))


def distinct_names(names: list[str]) -> list[str]:
    """Column names, repeated and empty ones made distinct."""
    seen: dict[str, int] = {}
    distinct = []
    for position, name in enumerate(names, start=1):
        name = name.strip() or f"column {position}"
        seen[name.lower()] = seen.get(name.lower(), 0) + 1
        distinct.append(name if seen[name.lower()] == 1 else f"{name} {seen[name.lower()]}")
    return distinct


def read_json(path: Path) -> Postings:
    """Records of a JSON file: one document (an array, a feed, a thread) or one a line."""
    text = path.read_text(encoding="utf-8")
    source = None
    try:
        document = parse_json(text)
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].rstrip().endswith(("}", "]")):
            raise BadInput(f"the JSON is broken: {first_line(error)}") from None
        records = [parse_json_line(line) for line in lines]
    else:
        source, records = unwrap(document) if isinstance(document, dict) else (None, document)
    if records and isinstance(records[0], dict) and "hostedUrl" in records[0]:
        source = "lever"
    flat = [flatten(record) for record in records]
    columns = list(dict.fromkeys(name for record in flat for name in record))
    if not flat:
        raise BadInput("the file holds no postings")
    return Postings(columns, rows=([record.get(name) for name in columns] for record in flat), source=source)


def parse_json(text: str) -> object:
    r"""Parse JSON with numbers as they are written; invalid escapes (``\e``) are taken as the characters they are."""
    options = {"strict": False, "parse_int": str, "parse_float": str, "parse_constant": str}
    try:
        return json.loads(text, **options)
    except json.JSONDecodeError as error:
        if "escape" not in error.msg:
            raise
    mended = re.sub(
        r"\\(u[0-9a-fA-F]{4}|.)",
        lambda escape: escape[0] if escape[1][0] in '"\\/bfnrt' or len(escape[1]) == 5 else "\\" + escape[0],
        text,
        flags=re.DOTALL,
    )
    return json.loads(mended, **options)


def parse_json_line(line: str) -> object:
    """One line of JSON; a line that cannot be read is a record without fields."""
    try:
        return parse_json(line)
    except ValueError:
        return {}


def unwrap(document: dict) -> tuple[str | None, list]:
    """Source and records of one JSON document: a board's feed, a thread, linked data, or a posting by itself."""
    if "comments" in document and "post" in document:
        return "hacker news", [thread_posting(comment) for comment in document["comments"]]
    if "@graph" in document:
        return None, document["@graph"]
    if isinstance(document.get("jobs"), list):
        jobs = document["jobs"]
        first = jobs[0] if jobs and isinstance(jobs[0], dict) else {}
        return ("greenhouse" if "absolute_url" in first else "ashby" if "jobUrl" in first else None), jobs
    lists = [value for value in document.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    if len(lists) == 1 and "title" not in document:
        return None, lists[0]
    return None, [document]


def flatten(record: object) -> dict[str, str | None]:
    """A record's fields as text: names of nested places and organisations, anything else nested as JSON."""
    if not isinstance(record, dict):
        return {}
    flat = {}
    for name, value in record.items():
        if name in ("hiringOrganization", "company", "organization", "employer"):
            value = inner(value, "name")
        elif name in ("location", "jobLocation", "city"):
            value = place(value)
        elif name == "categories" and isinstance(value, dict):
            flat["location"] = place(value.get("location"))
        elif name == "text" and "hostedUrl" in record:
            name = "title"
        elif name == "content" and isinstance(value, str) and "absolute_url" in record:
            value = html.unescape(value)
        flat[name] = as_text(value)
    if isinstance(record.get("lists"), list):
        parts = [flat.get("descriptionPlain") or flat.get("description") or ""]
        parts += [
            f"{part.get('text', '')}\n{part.get('content', '')}" for part in record["lists"] if isinstance(part, dict)
        ]
        flat["descriptionPlain"] = "\n".join(parts)
    return {
        {"hiringOrganization": "company", "jobLocation": "location"}.get(name, name): text
        for name, text in flat.items()
    }


def inner(value: object, key: str) -> object:
    """A nested object's field, or the value itself."""
    return value.get(key) if isinstance(value, dict) else value


def place(value: object) -> str | None:
    """A place as text: schema.org's address, an object with a name, a list of places, or text."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(place, value))) or None
    if isinstance(value, dict):
        if "address" in value:
            return place(value["address"])
        parts = [value.get(key) for key in ("addressLocality", "addressRegion", "addressCountry")]
        parts = [inner(part, "name") for part in parts]
        return ", ".join(str(part) for part in parts if part) or as_text(value.get("name") or value.get("city"))
    return as_text(value)


def as_text(value: object) -> str | None:
    """A JSON value as text."""
    if value is None or isinstance(value, str):
        return value or None
    return str(value).lower() if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)


def thread_posting(comment: dict) -> dict[str, str | None]:
    """A comment of a "Who is hiring" thread; its first line reads "Company | Role | Place | ...", in any order."""
    text = comment.get("text") or ""
    header = html.unescape(re.sub(r"<[^>]*>", " ", re.split(r"<p>|\n", text, maxsplit=1)[0])).strip()
    company, *parts = [part.strip() for part in header.split("|")]
    named = [part for part in parts if part and not WORK_KINDS.search(part)]
    roles = [part for part in named if ROLES.search(part)]
    places = [part for part in named if part not in roles]
    return {
        "title": (roles[0] if roles else header) or None,
        "company": company if parts else None,
        "location": places[0] if places else None,
        "description": text or None,
        "url": f"https://news.ycombinator.com/item?id={comment['id']}" if comment.get("id") else None,
        "posted_date": comment.get("time"),
    }


def map_columns(columns: list[str], chosen: dict[str, str]) -> dict[str, str]:
    """Which column holds which posting field: the chosen ones, else the first known name in column_names.csv.

    Raises:
        BadInput: a chosen column is not in the file, or title, or both description and url, cannot be found.

    """
    by_key: dict[str, str] = {}
    for column in columns:
        by_key.setdefault(name_key(column), column)
    fields: dict[str, str] = {}
    with COLUMN_NAMES.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            column = by_key.get(name_key(row["column"]))
            if column and column not in fields.values():
                fields.setdefault(row["field"], column)
    for field, column in chosen.items():
        if name_key(column) not in by_key:
            raise BadInput(f"has no column {column!r} (its columns: {', '.join(columns)})")
        fields[field] = by_key[name_key(column)]
    missing = [] if "title" in fields else ["title"]
    if "description" not in fields and "url" not in fields:
        missing.append("description or url")
    if missing:
        listed = ", ".join(columns[:40])
        raise BadInput(
            f"cannot tell which column is the {' and the '.join(missing)} (its columns: {listed}); "
            "name it with --column"
        )
    return fields


def name_key(name: str) -> str:
    """A column's name without case, blanks, underscores and other signs."""
    return re.sub(r"[^a-z0-9]", "", name.lower()) or name


def quoted(value: object) -> str:
    """A text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"
