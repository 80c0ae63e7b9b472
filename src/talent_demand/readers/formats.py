"""Files of postings as the world writes them, read into one shape: column names and batches of text.

A delimited file is read by pyarrow, and by Python's csv module from the record on where that one gives up; JSON in its
many shapes is streamed where it is a list or has a record a line; Parquet is read batch by batch. No record is dropped
here: what a record lacks is null, and the models decide what can be used.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import html
import io
import json
import re
import tempfile
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from talent_demand.warehouse import BadInput, first_line

COLUMN_NAMES = Path(__file__).with_name("column_names.csv")
DELIMITERS = (",", ";", "\t", "|")
CHUNK_BYTES = 1 << 20
BLOCK_BYTES = 1 << 22
BATCH_ROWS = 10_000
LONGEST_FIELD = 1 << 26
NOT_ASCII = bytes(range(128, 256))
csv.field_size_limit(LONGEST_FIELD)

# First bytes of files that hold no postings as text, and what to do about them.
FOREIGN = [
    (b"PK\x03\x04", "a spreadsheet or archive: save it as CSV or unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet: save it as CSV first"),
    (b"%PDF", "a PDF"),
    (b"BZh", "compressed: unpack it first"),
    (b"\xfd7zXZ", "compressed: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed: unpack it first"),
    (b"SQLite format 3", "an SQLite database: export the table as CSV first"),
]
BYTE_ORDER_MARKS = [(b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")]

# Fields of nested JSON whose text is that of one of these parts.
ORGANISATIONS = {"hiringOrganization", "company", "organization", "employer"}
PLACES = {"location", "locations", "jobLocation", "city"}
LABELS = ("name", "display_name", "displayName", "title", "label")
PLACE_PARTS = [("addressLocality", "city"), ("addressRegion", "region", "state"), ("addressCountry", "country")]
# A feed's name, told by a field that only its records have, and the employer's name in its urls.
FEEDS = {"absolute_url": "greenhouse", "hostedUrl": "lever", "jobUrl": "ashby"}
EMPLOYER_IN_URL = re.compile(r"//[\w.-]*(?:greenhouse\.io|lever\.co|ashbyhq\.com)/(?!embed/)([^/?#]+)/")

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
    """A file's records: their column names, and ``read(names)``, which yields batches with these columns as text."""

    columns: list[str]
    read: Callable[[list[str]], Iterator[pa.RecordBatch]]


def examine(path: Path) -> tuple[str, bool]:
    """SHA-256 of a file's content, and whether that is UTF-8 without NUL bytes, in one pass."""
    digest = hashlib.sha256()
    is_plain, rest = True, b""
    with path.open("rb") as handle:
        for chunk in iter(lambda: handle.read(CHUNK_BYTES), b""):
            digest.update(chunk)
            if is_plain:
                text = rest + chunk
                # A character may go on in the next chunk.
                end = len(text.rstrip(NOT_ASCII))
                is_plain, rest = b"\0" not in chunk and is_utf8(text[:end]), text[end:]
    return digest.hexdigest(), is_plain and is_utf8(rest)


def is_utf8(text: bytes) -> bool:
    """Whether bytes are valid UTF-8; several times faster than decoding them."""
    offsets = pa.array([0, len(text)], pa.int32()).buffers()[1]
    try:
        pa.StringArray.from_buffers(1, offsets, pa.py_buffer(text)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


@contextmanager
def open_postings(path: Path, is_plain: bool) -> Iterator[Postings]:
    """Read a file's columns and make its records ready; temporary files go at the end of the block.

    ``is_plain``: as ``examine`` tells it.

    Raises:
        BadInput: the file is empty, of a kind that holds no postings, or broken beyond its first record; from
            ``read`` too.

    """
    with path.open("rb") as handle:
        start = handle.read(4096)
    if not start:
        raise BadInput("the file is empty")
    for magic, advice in FOREIGN:
        if start.startswith(magic):
            raise BadInput(f"the file is {advice}")
    if start.startswith(b"PAR1"):
        yield read_parquet(path)
        return
    with tempfile.TemporaryDirectory(prefix="postings-") as folder:
        if start.startswith(b"\x1f\x8b"):
            path = unpacked(path, Path(folder))
            with open_postings(path, examine(path)[1]) as postings:
                yield postings
            return
        text = path if is_plain else as_utf8(path, start, Path(folder))
        with text.open(encoding="utf-8-sig", newline="") as handle:
            beginning = handle.read(CHUNK_BYTES)
        if not beginning.strip():
            raise BadInput("the file is empty")
        if beginning.lstrip()[0] in "[{":
            yield read_json(text)
        else:
            yield read_delimited(text, beginning)


def unpacked(path: Path, folder: Path) -> Path:
    """A gzip file's content as a file in ``folder``."""
    copy = folder / "unpacked"
    try:
        with gzip.open(path) as source, copy.open("wb") as target:
            for chunk in iter(lambda: source.read(CHUNK_BYTES), b""):
                target.write(chunk)
    except (EOFError, gzip.BadGzipFile) as error:
        raise BadInput(f"the file cannot be unpacked: {first_line(error)}") from None
    return copy


def as_utf8(path: Path, start: bytes, folder: Path) -> Path:
    """A copy of a file in UTF-8 without NULs.

    The encoding is told by the byte order mark, else by NULs, else by what most characters beyond ASCII are: UTF-8 or
    cp1252. What is wrong in UTF-8 is read as cp1252, and what is not in cp1252 as latin-1.
    """
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), None)
    if encoding is None and start.count(b"\0") > len(start) // 4:
        encoding = "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
    if encoding is None:
        if sum(byte < 32 and byte not in b"\t\n\r\f" for byte in start) > len(start) // 10:
            raise BadInput("the file is binary")
        encoding = "utf-8" if is_mostly_utf8(path) else "cp1252"
    copy = folder / "decoded"
    errors = "strict" if encoding.startswith("utf-16") else "single_bytes"
    try:
        with (
            path.open(encoding=encoding, errors=errors, newline="") as source,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            for chunk in iter(lambda: source.read(CHUNK_BYTES), ""):
                target.write(chunk.replace("\0", ""))
    except UnicodeError as error:
        raise BadInput(f"the text cannot be decoded as {encoding}: {first_line(error)}") from None
    return copy


def single_bytes(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: the byte as cp1252, or as latin-1 where cp1252 lacks it."""
    byte = error.object[error.start : error.start + 1]
    try:
        return byte.decode("cp1252"), error.start + 1
    except UnicodeDecodeError:
        return byte.decode("latin-1"), error.start + 1


codecs.register_error("single_bytes", single_bytes)


def is_mostly_utf8(path: Path) -> bool:
    """Whether a file has more characters beyond ASCII that are valid in UTF-8 than bytes that are not."""
    valid = wrong = 0
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as handle:
        for chunk in iter(lambda: handle.read(CHUNK_BYTES), ""):
            beyond = [character for character in chunk if character > "\x7f"]
            wrong_here = sum("\udc80" <= character <= "\udcff" for character in beyond)
            wrong += wrong_here
            valid += len(beyond) - wrong_here
    return valid >= wrong


def read_parquet(path: Path) -> Postings:
    """Records of a Parquet file, every column as text; nested ones as those of JSON."""
    try:
        schema = pa.parquet.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"the Parquet file cannot be read: {first_line(error)}") from None

    def batches(columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        try:
            with pa.parquet.ParquetFile(path) as file:
                yield from file.iter_batches(BATCH_ROWS, columns=columns)
        except (pa.ArrowException, OSError) as error:
            raise BadInput(f"the Parquet file cannot be read: {first_line(error)}") from None

    if any(pa.types.is_nested(kind) for kind in schema.types):
        return flattened(lambda: (record for batch in batches() for record in batch.to_pylist()))

    def read(names: list[str]) -> Iterator[pa.RecordBatch]:
        for batch in batches(names):
            try:
                yield pa.record_batch([batch.column(name).cast(pa.string()) for name in names], names)
            except pa.ArrowException as error:
                raise BadInput(f"a column cannot be read as text: {first_line(error)}") from None

    return Postings(schema.names, read)


def read_delimited(path: Path, beginning: str) -> Postings:
    """Records of a CSV or TSV file; the first one that is not a blank line names the columns."""
    delimiter = likeliest_delimiter(beginning)
    dialect, is_clean = likeliest_dialect(beginning, delimiter)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        columns = distinct_names(next(csv_records(handle, dialect, None)))

    def fast_batches(names: list[str]) -> Iterator[pa.RecordBatch]:
        yield from pa.csv.open_csv(
            path,
            pa.csv.ReadOptions(
                block_size=BLOCK_BYTES, use_threads=False, column_names=columns, skip_rows_after_names=1
            ),
            pa.csv.ParseOptions(
                delimiter=delimiter,
                quote_char=dialect["quotechar"],
                escape_char=dialect["escapechar"] or False,
                newlines_in_values=True,
            ),
            pa.csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), include_columns=names),
        )

    def read(names: list[str]) -> Iterator[pa.RecordBatch]:
        done = 0
        # pyarrow takes a blank line before the header for the header.
        if is_clean and not beginning[0].isspace():
            try:
                for batch in fast_batches(names):
                    yield batch
                    done += batch.num_rows
                return
            except pa.ArrowException:
                pass
        with path.open(encoding="utf-8-sig", newline="") as handle:
            records = islice(csv_records(handle, dialect, len(columns)), done + 1, None)
            yield from text_batches(names, (dict(zip(columns, record, strict=False)) for record in records))

    return Postings(columns, read)


def likeliest_delimiter(beginning: str) -> str:
    """The delimiter that stands most often in the first record, outside quotes."""
    header = re.sub(r'"[^"]*"', "", beginning.lstrip()).split("\n", 1)[0]
    return max(DELIMITERS, key=header.count)


def likeliest_dialect(beginning: str, delimiter: str) -> tuple[dict[str, str | None], bool]:
    r"""How quotes are written, as options of the csv module, and whether the beginning keeps to it strictly.

    Double quotes, these escaped by a backslash (``\"``), or single quotes where there are no double ones: what gives
    the most records with as many fields as the header, the first one where several do.
    """
    best, most, is_clean = None, -1, False
    other = ("'", None) if '"' not in beginning else ('"', "\\")
    for quote, escape in (('"', None), other):
        dialect = {"delimiter": delimiter, "quotechar": quote, "escapechar": escape}
        records = filter(None, csv.reader(io.StringIO(beginning, newline=""), strict=True, **dialect))
        width, fitting, error = None, 0, ""
        try:
            for record in records:
                width = width or len(record)
                fitting += len(record) == width
        except csv.Error as stop:
            error = str(stop)
        if fitting > most:
            is_cut = error == "unexpected end of data" and len(beginning) == CHUNK_BYTES
            best, most, is_clean = dialect, fitting, not error or is_cut
    return best, is_clean


def csv_records(handle: Iterable[str], dialect: dict[str, str | None], width: int | None) -> Iterator[list[str]]:
    """Records of a delimited text that are not blank lines; what goes beyond ``width`` fields stays in the last one.

    A quote that nobody closed takes the following lines into its record. So where a record of several lines has not
    ``width`` fields, or has text behind a closing quote, while its first line has them with quotes as characters like
    others, and the next line has them too, that line is the record.
    """
    delimiter = dialect["delimiter"]
    waiting: deque[str] = deque()
    taken: list[str] = []
    source = iter(handle)

    def lines() -> Iterator[str]:
        while line := waiting.popleft() if waiting else next(source, None):
            taken.append(line)
            yield line

    records = csv.reader(lines(), **dialect)
    while True:
        taken.clear()
        try:
            record = next(records, None)
            if record is None:
                return
        except csv.Error as error:
            if width is None or len(taken) == 1:
                raise BadInput(f"the records cannot be told apart: {error}") from None
            record = []
        if len(taken) > 1 and width is not None and (len(record) != width or not is_strict(taken, dialect)):
            first = taken[0].rstrip("\r\n").split(delimiter)
            following = next(csv.reader(taken[1:2], **dialect))
            if not record or (len(first) == width and width in (len(following), taken[1].count(delimiter) + 1)):
                waiting.extendleft(reversed(taken[1:]))
                records = csv.reader(lines(), **dialect)
                record = first
        if width is not None and len(record) > width:
            last = delimiter.join(record[width - 1 :]) if any(record[width:]) else record[width - 1]
            record = [*record[: width - 1], last]
        if record:
            yield record


def is_strict(lines: list[str], dialect: dict[str, str | None]) -> bool:
    """Whether the lines of a record have nothing between a closing quote and the next delimiter."""
    try:
        return len(list(csv.reader(lines, strict=True, **dialect))) == 1
    except csv.Error:
        return False


def distinct_names(names: list[str]) -> list[str]:
    """Column names, repeated and empty ones made distinct."""
    distinct: list[str] = []
    for position, name in enumerate(names, start=1):
        name = name.strip() or f"column {position}"
        taken = {other.lower() for other in distinct}
        count = 1
        while (numbered := name if count == 1 else f"{name} {count}").lower() in taken:
            count += 1
        distinct.append(numbered)
    return distinct


def text_batches(names: list[str], records: Iterable[dict[str, str | None]]) -> Iterator[pa.RecordBatch]:
    """Batches of some columns of records, of bounded length and size."""
    rows: list[list[str | None]] = []
    size = 0
    for record in records:
        rows.append([record.get(name) for name in names])
        size += sum(len(text or "") for text in rows[-1])
        if len(rows) == BATCH_ROWS or size > BLOCK_BYTES:
            yield text_batch(names, rows)
            rows, size = [], 0
    if rows:
        yield text_batch(names, rows)


def text_batch(names: list[str], rows: list[list[str | None]]) -> pa.RecordBatch:
    """One batch of rows; half a surrogate pair, which JSON can hold, becomes a question mark."""
    columns = list(zip(*rows, strict=True))
    try:
        arrays = [pa.array(texts, pa.string()) for texts in columns]
    except UnicodeEncodeError:
        arrays = [pa.array([text and text.encode("utf-8", "replace") for text in texts]) for texts in columns]
    return pa.record_batch([array.cast(pa.string()) for array in arrays], names)


def read_json(path: Path) -> Postings:
    """Records of a JSON file: an array, one record a line, or a document that holds them (a feed, a thread)."""

    def records() -> Iterator[object]:
        try:
            for value in json_values(path):
                found = False
                for record in postings_in(value):
                    found = True
                    yield record
                if not found:
                    yield value
        except (ValueError, RecursionError) as error:
            raise BadInput(f"the JSON is broken: {first_line(error)}") from None

    return flattened(records)


def flattened(records: Callable[[], Iterable[object]]) -> Postings:
    """Nested records as postings; ``records`` is called twice, for the names of all fields and for the fields."""
    columns = list(dict.fromkeys(name for record in records() for name in flatten(record)))
    if not columns:
        raise BadInput("the file holds no postings")
    return Postings(columns, lambda names: text_batches(names, map(flatten, records())))


def json_values(path: Path) -> Iterator[object]:
    """What a JSON file holds: the elements of an array, or the values that follow each other.

    A line that cannot be read, in a file with a value a line, is a record without fields.
    """
    with path.open(encoding="utf-8-sig") as handle:
        first = next(line for line in handle if line.strip()) if starts_with(path, "{") else ""
        second = next((line for line in handle if line.strip()), "") if first else ""
        if second and any(isinstance(parse_line(line), dict) and parse_line(line) for line in (first, second)):
            yield parse_line(first)
            yield parse_line(second)
            yield from (parse_line(line) for line in handle if line.strip())
        elif first:
            yield from whole_values(first + second + handle.read())
        else:
            yield from array_elements(handle)


def starts_with(path: Path, character: str) -> bool:
    """Whether the first character of a text that is not blank is this one."""
    with path.open(encoding="utf-8-sig") as handle:
        return handle.read(CHUNK_BYTES).lstrip().startswith(character)


DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)


def mended(text: str) -> str:
    r"""JSON whose invalid escapes (``\e``) are the characters that they are."""
    return re.sub(
        r"\\(u[0-9a-fA-F]{4}|.)",
        lambda escape: escape[0] if escape[1][0] in '"\\/bfnrt' or len(escape[1]) == 5 else "\\" + escape[0],
        text,
        flags=re.DOTALL,
    )


def whole_values(text: str) -> Iterator[object]:
    """The JSON values that follow each other in a text; numbers are texts, as they are written."""
    position = 0
    while position < len(text):
        try:
            value, position = DECODER.raw_decode(text, position)
        except json.JSONDecodeError as error:
            if "escape" not in error.msg:
                raise
            text, position = mended(text[position:]), 0
            value, position = DECODER.raw_decode(text, position)
        yield value
        position = re.compile(r"\s*").match(text, position).end()


def parse_line(line: str) -> object:
    """The value of one line of JSON; a record without fields where it cannot be read."""
    try:
        (value,) = whole_values(line.strip())
    except ValueError:
        return {}
    return value


def array_elements(handle: Iterable[str]) -> Iterator[object]:
    """The elements of a JSON array, read as they come; numbers are texts, as they are written."""
    text, position, is_mended = handle.read(CHUNK_BYTES).lstrip(), 1, False
    between = re.compile(r"[\s,]*")
    while True:
        position = between.match(text, position).end()
        more = ""
        try:
            if position < len(text) and text[position] == "]":
                return
            value, position = DECODER.raw_decode(text, position)
        except json.JSONDecodeError as error:
            if "escape" in error.msg and not is_mended:
                text, position, is_mended = mended(text[position:] + handle.read()), 0, True
                continue
            # The element may go on in what was not read yet: read as much again, so that long ones stay cheap.
            more = handle.read(max(CHUNK_BYTES, len(text) - position))
            if not more:
                raise
            text, position = text[position:] + more, 0
        else:
            yield value


@cache
def known_names() -> dict[str, tuple[int, str]]:
    """Rank and posting field of each known column name, by its key."""
    with COLUMN_NAMES.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {name_key(row["column"]): (rank, row["field"]) for rank, row in reversed(list(enumerate(rows)))}


def is_posting(record: dict) -> bool:
    """Whether a record has, by the names of its fields, a title and a description or url."""
    if "@type" in record:
        return "JobPosting" in str(record["@type"])
    fields = {known_names().get(name_key(name), (0, ""))[1] for name in record}
    return "hostedUrl" in record or ("title" in fields and not fields.isdisjoint({"description", "url"}))


def postings_in(value: object) -> Iterator[dict]:
    """The postings in a JSON value at any depth: those of a feed, of linked data, of a thread, of a table."""
    if isinstance(value, list):
        for part in value:
            yield from postings_in(part)
    if not isinstance(value, dict):
        return
    parts = [part for part in value.values() if isinstance(part, (dict, list))]
    comments = next((value[name] for name in ("comments", "children", "hits") if is_list(value.get(name))), [])
    if "post" in value or value.get("type") == "story" or any(map(is_comment, comments)):
        yield from map(comment_posting, comments)
    elif is_comment(value):
        yield comment_posting(value)
    elif is_posting(value) and len(parts) == len(value):
        # As pandas writes a table: an object a column, whose fields are the rows.
        for row in dict.fromkeys(row for column in parts if isinstance(column, dict) for row in column):
            yield {name: column.get(row) for name, column in value.items() if isinstance(column, dict)}
    elif is_posting(value):
        yield value
    elif is_list(value.get("columns")) and is_list(value.get("data")) and isinstance(value["data"][0], list):
        yield from (dict(zip(value["columns"], row, strict=False)) for row in value["data"])
    else:
        for part in parts:
            yield from postings_in(part)


def is_list(value: object) -> bool:
    """Whether a JSON value is a list with something in it."""
    return isinstance(value, list) and bool(value)


def is_comment(value: object) -> bool:
    """Whether a JSON value is a comment on Hacker News, by its own or by Algolia's interface."""
    return isinstance(value, dict) and (value.get("type") == "comment" or "comment_text" in value)


def flatten(record: object) -> dict[str, str | None]:
    """A record's fields as text: names of places and organisations, parts of other objects as ``field.part``."""
    if not isinstance(record, dict):
        return {}
    flat: dict[str, str | None] = {}
    for name, value in record.items():
        if name in ORGANISATIONS:
            flat[name] = as_text(label(value))
        elif name in PLACES:
            flat[name] = place(value)
        elif isinstance(value, dict):
            flat.update({f"{name}.{part}": place(inner) for part, inner in value.items()})
        else:
            flat[name] = as_text(value)
    feed = next((FEEDS[name] for name in FEEDS if name in record), None)
    if feed:
        flat.setdefault("source", feed)
        employer = EMPLOYER_IN_URL.search(" ".join(flat.get(name) or "" for name in FEEDS))
        if employer and not (flat.get("company") or flat.get("company_name")):
            flat["company"] = unquote(employer[1])
    if feed == "greenhouse":
        flat["content"] = html.unescape(flat.get("content") or "")
    if feed == "lever":
        parts = [flat.get("descriptionPlain") or flat.get("description")]
        lists = [part for part in record.get("lists") or [] if isinstance(part, dict)]
        parts += [f"{part.get('text') or ''}\n{part.get('content') or ''}" for part in lists]
        parts.append(flat.get("additionalPlain") or flat.get("additional"))
        flat |= {"title": flat.pop("text", None), "description": "\n".join(filter(None, parts))}
    return flat


def label(value: object) -> object:
    """The name in an object, or the value itself."""
    if isinstance(value, dict):
        return next((value[name] for name in LABELS if value.get(name)), value or None)
    return value


def place(value: object) -> str | None:
    """A place as text: schema.org's address, an object with a name, a list of places, or text."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(place, value))) or None
    if isinstance(value, dict):
        if value.get("address"):
            return place(value["address"])
        parts = [next((label(value[name]) for name in names if value.get(name)), None) for names in PLACE_PARTS]
        return ", ".join(str(part) for part in parts if part) or as_text(label(value))
    return as_text(value)


def as_text(value: object) -> str | None:
    """A value of JSON or Parquet as text."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "single_bytes")
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value).lower() if isinstance(value, bool) else str(value)


def comment_posting(comment: dict) -> dict[str, str | None]:
    """A comment of a "Who is hiring" thread; its first line reads "Company | Role | Place | ...", in any order."""
    text = comment.get("text") or comment.get("comment_text") or ""
    number = comment.get("id") or comment.get("objectID")
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
        "source": "hacker news",
        "url": f"https://news.ycombinator.com/item?id={number}" if number else None,
        "posted_date": comment.get("time") or comment.get("created_at_i") or comment.get("created_at"),
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
    for key, (_, field) in sorted(known_names().items(), key=lambda known: known[1]):
        if key in by_key:
            fields.setdefault(field, by_key[key])
    for field, column in chosen.items():
        if name_key(column) not in by_key:
            raise BadInput(f"has no column {column!r} (its columns: {listed(columns)})")
        fields[field] = by_key[name_key(column)]
    missing = [] if "title" in fields else ["title"]
    if "description" not in fields and "url" not in fields:
        missing.append("description or url")
    if missing:
        raise BadInput(
            f"cannot tell which column is the {' and the '.join(missing)} (its columns: {listed(columns)}); "
            "name it with --column"
        )
    return fields


def listed(columns: list[str]) -> str:
    """Column names for a one-line message: the first ones, cut where they are long."""
    names = [" ".join(column.split())[:40] for column in columns[:40]]
    return ", ".join(names) + (f" and {len(columns) - 40} more" if len(columns) > 40 else "")


@lru_cache(10_000)
def name_key(name: str) -> str:
    """A column's name without case, accents, blanks, underscores and other signs."""
    plain = unicodedata.normalize("NFKD", name).lower()
    return re.sub(r"[^a-z0-9]", "", plain) or name
