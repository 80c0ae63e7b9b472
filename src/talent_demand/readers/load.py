"""Load files of job postings into raw.job_postings: every record of a file becomes one row, as it came.

Dates, HTML and duplicates are the models' business. A file is loaded whole or not at all, and the same content never
twice, whatever its name.
"""

from __future__ import annotations

import argparse
import codecs
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from tqdm import tqdm

from talent_demand.readers.files import Content, contents, opened
from talent_demand.readers.postings import Choice, Postings
from talent_demand.readers.records import ROW_FIELDS
from talent_demand.warehouse import (
    DEMO_SOURCE_FILE,
    POSTING_FIELDS,
    RAW_TABLE,
    BadInput,
    bounded,
    check_writable,
    first_line,
    open_warehouse,
    quoted,
    warehouse_path,
)

ENDINGS = frozenset(
    ".csv .tsv .tab .psv .txt .json .jsonl .ndjson .parquet .pq .xml .rss .atom .html .htm .sql .xlsx .xls .xlsb .ods "
    ".gz .zip".split()
)

LOADED_FILES_DDL = """
create table if not exists raw.loaded_files (
    content_sha256 varchar not null,
    source_file varchar not null,
    record_count bigint not null,
    loaded_at timestamp not null,
    scraped_at timestamp
);
alter table raw.loaded_files add column if not exists scraped_at timestamp;
"""

EXAMPLES = """
examples:
  python scripts/load_postings.py jobs.csv
  python scripts/load_postings.py scrapes/ 'exports/2025-*.json' --source "my scraper"
  python scripts/load_postings.py export.csv --column title=Stelle --column company=Firma
  python scripts/load_postings.py careers.json --column title=node.heading --value company="Acme"
  python scripts/load_postings.py --unload jobs.csv

Takes CSV and TSV (any usual delimiter, quoting and encoding), JSON, JSON lines, XML and RSS, the feeds of most boards,
schema.org JobPosting in JSON or in saved web pages, "Who is hiring" threads of Hacker News, tables of Markdown, dumps
of databases in SQL, Excel, Parquet, and any of them in gzip or zip. Every field of a record is kept: known ones in a
column each (names: readers/column_names.csv), the others in other_fields. What was loaded is never changed; load a
later scrape of the same postings beside the earlier one. A file without any posting is noted too: it says that the
scraper ran.

Ends with 0 when all is loaded, 1 when a file was refused (the others are loaded), 2 when the command is wrong.
"""
DAY = re.compile(r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)")
# A posting date that says how long ago that was, and no day.
RELATIVE = r"^[^\d]*(?:\d{1,2}\+?[^\d:/.-]*)?$"


def find_files(names: list[str]) -> Iterator[Path | str]:
    """Files named by paths, folders (files of known endings in them) and patterns, in order and once each.

    A name that leads to no file is a text that says so.
    """
    done: set[Path] = set()
    for name in names:
        path = Path(name)
        found: list[Path] = []
        try:
            if path.is_dir():
                found = sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file())
                if not found:
                    yield f"{shown(name)}: the folder holds no file that ends in {', '.join(sorted(ENDINGS))}"
            elif path.exists():
                found = [path]
            else:
                pattern = path.relative_to(path.anchor) if path.anchor else path
                found = sorted(file for file in Path(path.anchor or ".").glob(str(pattern)) if file.is_file())
                if not found:
                    yield f"{shown(name)}: no such file"
        except (OSError, ValueError, NotImplementedError, IndexError) as error:
            yield f"{shown(name)}: {getattr(error, 'strerror', None) or first_line(error)}"
        for file in found:
            if file not in done:
                done.add(file)
                yield file


def shown(text: object) -> str:
    """A path as it can be printed and stored: bytes that are no text as escapes."""
    return str(text).encode("utf-8", "backslashreplace").decode()


def day_in(text: str) -> datetime | None:
    """The first day that a name holds."""
    for year, month, day in DAY.findall(text):
        with suppress(ValueError):
            return datetime(int(year), int(month), int(day))
    return None


def scrape_time(path: Path) -> tuple[datetime, str]:
    """When a file was scraped (UTC), and what says so: its name, else a folder it lies in, else its last change."""
    for origin, name in (("name", path.name), *(("folder", part) for part in reversed(path.absolute().parts[:-1]))):
        day = day_in(name)
        if day:
            return day, origin
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None), "last change"
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC).replace(tzinfo=None), "last change"


def file_name(path: Path) -> str:
    """What source_file says of a file: its name, with the folder that tells its day where the name does not."""
    if day_in(path.name):
        return shown(path.name)
    parts = path.absolute().parts
    dated = next((number for number in range(len(parts) - 2, -1, -1) if day_in(parts[number])), None)
    return shown("/".join(parts[dated:]) if dated is not None else path.name)


def make_loaded_files(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table of the files that were loaded.

    Raises:
        BadInput: something else has its name.

    """
    try:
        connection.execute(LOADED_FILES_DDL)
        connection.execute("select content_sha256, source_file, record_count, loaded_at from raw.loaded_files limit 0")
    except (duckdb.CatalogException, duckdb.BinderException):
        raise BadInput(
            f"{warehouse_path()}: raw.loaded_files is not the table of loaded files that this command keeps: "
            "give it another name"
        ) from None


class Load:
    """One run: files into a warehouse, each in a transaction of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> None:
        """``options``: source, column, value, scraped_at and encoding, as the command line has them."""
        self.connection = connection
        values = dict(options.value)
        if options.source:
            values["source"] = options.source
        if options.scraped_at:
            values["scraped_at"] = options.scraped_at.isoformat()
        self.choice = Choice(dict(options.column), values, options.encoding)
        self.scraped_at = options.scraped_at
        self.loaded_at = datetime.min

    def file(self, path: Path) -> Iterator[str]:
        """Append what a file holds; yields what was done, a line for each file in it, with what is to be told below.

        Raises:
            BadInput: it, or the first of several in it that cannot be read.

        """
        with opened(path) as handle:
            for content in contents(handle, file_name(path)):
                inner = content.name.removeprefix(file_name(path))
                yield f"{shown(path)}{inner}: {self.content(content, path)}"

    def content(self, content: Content, path: Path) -> str:
        """Append one content's records in one transaction; returns what was done, in words.

        Raises:
            BadInput: it cannot be read.

        """
        scraped_at, origin = (self.scraped_at, "option") if self.scraped_at else scrape_time(path)
        marks = ", ".join("?" * len(content.digests))
        known = self.connection.execute(
            "select max(record_count), bool_or(source_file = ?) from raw.loaded_files "
            f"where content_sha256 in ({marks})",
            [content.name, *content.digests],
        ).fetchall()[0]
        # A file without postings may come again each day; under another name, it says that the scraper ran again.
        if known[0] or known[1]:
            return "loaded already, nothing added"
        # Loads of one moment would be one load to the models.
        self.loaded_at = max(datetime.now(UTC).replace(tzinfo=None), self.loaded_at)
        postings = Postings(content, self.choice)
        self.connection.execute("begin")
        try:
            count, dropped = self.insert(postings, content.name, scraped_at)
            self.connection.execute(
                "insert into raw.loaded_files by name select ? as content_sha256, ? as source_file, ? as record_count, "
                "? as loaded_at, ? as scraped_at",
                [content.digests[0], content.name, count, self.loaded_at, scraped_at],
            )
            told = self.told(postings, content.name, count, dropped, scraped_at, origin)
            self.connection.execute("commit")
        except BaseException:
            # A transaction that a full disk ended needs no end.
            with suppress(duckdb.Error):
                self.connection.execute("rollback")
            raise
        return told

    def insert(self, postings: Postings, name: str, scraped_at: datetime) -> tuple[int, int]:
        """Insert the records of a file; returns how many there are, and how many headers stood among them."""
        failures: list[BaseException] = []
        read = 0

        def batches() -> Iterator[pa.RecordBatch]:
            nonlocal read
            with tqdm(unit=" postings", disable=not sys.stderr.isatty(), leave=False) as progress:
                try:
                    for batch in postings.batches:
                        rows = pa.array(range(read + 1, read + batch.num_rows + 1), pa.int64())
                        read += batch.num_rows
                        yield pa.record_batch([*batch.columns, rows], [*batch.schema.names, "source_row"])
                        progress.update(batch.num_rows)
                except BaseException as error:
                    failures.append(error)
                    raise

        source = batches()
        first = next(source, None)
        if first is None:
            return 0, 0
        seen = (
            "coalesce(try_cast(scraped_at as timestamp), "
            "case when regexp_full_match(scraped_at, '\\d{10}(?:\\d{3})?') "
            "then make_timestamp(scraped_at[:10]::bigint * 1000000) end, $scraped_at::timestamp)"
        )
        fields = ", ".join(POSTING_FIELDS)
        selected = postings.statement or f"select {', '.join((*ROW_FIELDS, 'source_row'))} from records"
        header = postings.table.columns[:50] if postings.statement and postings.table else []
        repeats = " and ".join(f"c{number} is not distinct from {quoted(text)}" for number, text in enumerate(header))
        if repeats and len(header) > 1:
            selected = selected.replace("from records", f"from records where not ({repeats})")
        statement = f"""
            insert into {RAW_TABLE} by name
            select {fields}, other_fields, long_fields, {seen} as scraped_at, $loaded_at::timestamp as loaded_at,
                $source_file as source_file, source_row
            from ({bounded(selected)})
        """
        reader = pa.RecordBatchReader.from_batches(
            first.schema, (batch for part in ([first], source) for batch in part)
        )
        self.connection.register("records", reader)
        parameters = {"scraped_at": scraped_at, "loaded_at": self.loaded_at, "source_file": name}
        try:
            count = self.connection.execute(statement, parameters).fetchall()[0][0]
        except duckdb.Error:
            if failures:
                raise failures[0] from None
            raise
        finally:
            with suppress(duckdb.Error):
                self.connection.unregister("records")
        return count, read - count

    def told(self, postings: Postings, name: str, count: int, dropped: int, scraped_at: datetime, origin: str) -> str:
        """What was done, in words: how many postings, and below what to look at."""
        ((undated, dated, relative),) = self.connection.execute(
            "select count(*) filter (posted_date is null), count(posted_date), "
            "count(*) filter (regexp_full_match(posted_date, $relative)) "
            f"from {RAW_TABLE} where loaded_at = $loaded_at and source_file = $name",
            {"relative": RELATIVE, "loaded_at": self.loaded_at, "name": name},
        ).fetchall()
        said = postings.said()
        if dropped:
            said.insert(
                0, f"{dropped:,} line{'s' * (dropped > 1)} that repeat{'s' * (dropped == 1)} the header left out"
            )
        if dated and relative == dated and origin == "last change":
            said.insert(
                0,
                f"all dates are relative to the file's last change, {scraped_at:%Y-%m-%d}: "
                "say when it was scraped with --scraped-at, or by a day in its name",
            )
        hint = f", {undated:,} of them without a date (seen {scraped_at:%Y-%m-%d}, or as --scraped-at says)"
        return "\n".join(
            [f"{count:,} posting{'s' * (count != 1)}{hint if undated else ''}", *(f"  {line}" for line in said)]
        )


def unload(connection: duckdb.DuckDBPyConnection, what: str) -> str:
    """Take a load out of the raw table again: of a file, by its path or name, or of a time; returns what was done.

    The demo postings, which no file brought, are taken out by the name that source_file gives them.

    Raises:
        BadInput: there was no such load.

    """
    loads = "select source_file, loaded_at from raw.loaded_files where "
    found: list[tuple[str, datetime]] = []
    path = Path(what)
    if path.is_file():
        with suppress(BadInput), opened(path) as handle:
            for content in contents(handle, file_name(path)):
                marks = ", ".join("?" * len(content.digests))
                found += connection.execute(f"{loads} content_sha256 in ({marks})", content.digests).fetchall()
    if not found:
        names = [shown(what), file_name(path), shown(path.name)]
        marks = ", ".join("?" * len(names))
        found = connection.execute(
            f"{loads} source_file in ({marks}) or starts_with(source_file, ? || '/')", [*names, names[1]]
        ).fetchall()
    if not found:
        with suppress(ValueError):
            found = connection.execute(f"{loads} loaded_at = ?", [moment(what)]).fetchall()
    if not found and what == DEMO_SOURCE_FILE:
        found = connection.execute(
            f"select distinct source_file, loaded_at from {RAW_TABLE} where source_file = ?", [what]
        ).fetchall()
    if not found:
        raise BadInput(f"{shown(what)}: no such load; raw.loaded_files tells which files were loaded when")
    count = 0
    connection.execute("begin")
    for load in found:
        where = "where source_file = ? and loaded_at = ?"
        count += connection.execute(f"delete from {RAW_TABLE} {where}", load).fetchall()[0][0]
        connection.execute(f"delete from raw.loaded_files {where}", load)
    connection.execute("commit")
    taken = f"{count:,} posting{'s' * (count != 1)} of {len(found)} load{'s' * (len(found) > 1)}"
    return f"{shown(what)}: {taken} taken out; the next `dbt build` is without them"


def column_choice(text: str) -> tuple[str, str]:
    """Argparse type: FIELD=COLUMN or FIELD=TEXT."""
    field, _, column = text.partition("=")
    if field not in POSTING_FIELDS or not column:
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=NAME with a field of {', '.join(POSTING_FIELDS)}")
    return field, column


def encoding(text: str) -> str:
    """Argparse type: the name of an encoding of text."""
    try:
        if codecs.lookup(text)._is_text_encoding:
            return text
    except (LookupError, ValueError):
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is no encoding like cp1251 or gb18030")


def moment(text: str) -> datetime:
    """A date or a time in ISO form; without an offset it is UTC.

    Raises:
        ValueError: it is none.

    """
    parsed = datetime.fromisoformat(text)
    return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed


def moment_choice(text: str) -> datetime:
    """Argparse type: ``moment``."""
    try:
        return moment(text)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no date or time like 2025-06-30 or 2025-06-30T12:00") from None


def command_line() -> argparse.ArgumentParser:
    """The command's arguments."""
    parser = argparse.ArgumentParser(
        description="Load files of job postings into raw.job_postings of the warehouse ($TALENT_WAREHOUSE, else "
        "data/warehouse.duckdb).",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    fields = ", ".join(POSTING_FIELDS)
    parser.add_argument("files", nargs="*", metavar="FILE", help="file, folder or pattern")
    parser.add_argument("--source", metavar="NAME", help="board or feed of all postings (default: as the file says)")
    parser.add_argument(
        "--column",
        metavar="FIELD=COLUMN",
        type=column_choice,
        action="append",
        default=[],
        help=f"which column, or name in a record, holds a field ({fields}), where its name is not known; repeatable",
    )
    parser.add_argument(
        "--value",
        metavar="FIELD=TEXT",
        type=column_choice,
        action="append",
        default=[],
        help="what a field is for all postings, as company=Acme for an employer's own list; repeatable",
    )
    parser.add_argument(
        "--scraped-at",
        metavar="TIME",
        type=moment_choice,
        help="when the postings were seen, UTC (default: a column like scraped_at, the day in the file's or its "
        "folder's name, its last change)",
    )
    parser.add_argument(
        "--encoding", metavar="NAME", type=encoding, help="how the text is encoded (default: told by its bytes)"
    )
    parser.add_argument(
        "--unload",
        metavar="FILE",
        action="append",
        default=[],
        help="take a file's postings out again, by its path, its name or the time of the load; repeatable",
    )
    return parser


def main() -> None:
    """Read the command line and load."""
    parser = command_line()
    options = parser.parse_args()
    if not options.files and not options.unload:
        parser.error("the following arguments are required: FILE")
    refused: list[str] = []
    try:
        with open_warehouse() as connection:
            check_writable(connection)
            make_loaded_files(connection)
            for name in options.unload:
                say(unload(connection, name))
            load = Load(connection, options)
            for path in find_files(options.files):
                refused += load_one(load, path)
            if options.files:
                warn_of_demo(connection)
        say(f"{RAW_TABLE} is in {warehouse_path()}; `dbt build` brings it to the marts")
    except BrokenPipeError:
        # Whoever read the words has seen enough; the loads are done.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if refused:
        raise BadInput("\n".join(refused))


def warn_of_demo(connection: duckdb.DuckDBPyConnection) -> None:
    """Say so where demo postings count with loaded ones."""
    query = f"select count(*) filter (source_file = $demo), count(*) from {RAW_TABLE}"
    ((demo, count),) = connection.execute(query, {"demo": DEMO_SOURCE_FILE}).fetchall()
    if 0 < demo < count:
        say(
            f"{demo:,} generated demo postings count with these: take them out with "
            f"python scripts/load_postings.py --unload {DEMO_SOURCE_FILE}"
        )


def load_one(load: Load, path: Path | str) -> list[str]:
    """Load one file, whatever it is; returns why it was refused, if so."""
    if isinstance(path, str):
        return [path]
    try:
        for line in load.file(path):
            say(line)
    except BadInput as error:
        return [f"{shown(path)}: {error}"]
    except BrokenPipeError:
        raise
    except OSError as error:
        return [f"{shown(path)}: {error.strerror or first_line(error)}"]
    return []


def say(line: str) -> None:
    """Print a line; one that a terminal's encoding cannot show is shown with escapes."""
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)
