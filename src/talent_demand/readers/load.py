"""Load files of job postings into raw.job_postings: every record of a file becomes one row, as it came.

Dates, HTML and duplicates are the models' business. A file is loaded whole or not at all, and the same content never
twice, whatever its name.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from tqdm import tqdm

from talent_demand.readers.formats import Postings, examine, map_columns, open_postings
from talent_demand.warehouse import POSTING_FIELDS, RAW_TABLE, BadInput, first_line, open_warehouse, warehouse_path

ENDINGS = {".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".gz"}

LOADED_FILES_DDL = """
create table if not exists raw.loaded_files (
    content_sha256 varchar not null,
    source_file varchar not null,
    record_count bigint not null,
    loaded_at timestamp not null
)
"""

EXAMPLES = """
examples:
  python scripts/load_postings.py jobs.csv
  python scripts/load_postings.py scrapes/ 'exports/2025-*.json' --source "my scraper"
  python scripts/load_postings.py export.csv --column title=Stelle --column company=Firma
  python scripts/load_postings.py old_scrape.csv --scraped-at 2024-06-30

Takes CSV and TSV (any usual delimiter, quoting and encoding), JSON, JSON lines, feeds of Greenhouse, Lever, Ashby and
others, schema.org JobPosting, "Who is hiring" threads of Hacker News, Parquet, and any of them in gzip. Needed columns:
a title, and a description or a url; names are known for most boards and exports (readers/column_names.csv). What was
loaded is never changed; load a later scrape of the same postings beside the earlier one.

Ends with 0 when all is loaded, 1 when a file was refused (the others are loaded), 2 when the command is wrong.
"""

# The host's name without these parts is the source where neither --source nor a column names one.
HOST_PARTS = r"^(?:https?://)?(?:[a-z]{2}\.|www\d?\.|jobs?\.|careers?\.|boards?\.|api\.)*([^./:]+)\.[^/]*(?:/.*)?$"


def find_files(names: list[str]) -> list[Path]:
    """Files named by paths, folders (files of known endings in them) and patterns, in order and once each.

    Raises:
        BadInput: a name leads to no file.

    """
    files: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in ENDINGS)
            if not found:
                raise BadInput(f"{name}: the folder holds no file that ends in {', '.join(sorted(ENDINGS))}")
        elif path.exists():
            found = [path]
        else:
            pattern = path.relative_to(path.anchor) if path.anchor else path
            found = sorted(file for file in Path(path.anchor or ".").glob(str(pattern)) if file.is_file())
            if not found:
                raise BadInput(f"{name}: no such file")
        files += found
    return list(dict.fromkeys(files))


def scrape_time(path: Path) -> datetime:
    """When a file was scraped (UTC): the day in its name where it holds one, else when it was last changed."""
    for year, month, day in re.findall(r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)", path.name):
        try:
            return datetime(int(year), int(month), int(day))
        except ValueError:
            continue
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)


def load_file(connection: duckdb.DuckDBPyConnection, path: Path, options: argparse.Namespace) -> str:
    """Append a file's records in one transaction; returns what was done, in words.

    Raises:
        BadInput: the file cannot be read or mapped.

    """
    digest, is_plain = examine(path)
    known = "select 1 from raw.loaded_files where content_sha256 = ?"
    if connection.execute(known, [digest]).fetchall():
        return "loaded already, nothing added"
    scraped_at = options.scraped_at or scrape_time(path)
    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    connection.execute("begin")
    try:
        with open_postings(path, is_plain) as postings:
            fields = map_columns(postings.columns, options.column)
            origin = {"scraped_at": scraped_at, "loaded_at": loaded_at, "source_file": path.name}
            count = insert(connection, postings, fields, options, origin)
        if not count:
            raise BadInput("the file holds no postings")
        connection.execute("insert into raw.loaded_files values (?, ?, ?, ?)", [digest, path.name, count, loaded_at])
        connection.execute("commit")
    except BaseException:
        # A transaction that a full disk ended needs no end.
        with suppress(duckdb.Error):
            connection.execute("rollback")
        raise
    undated = f"select count(*) from {RAW_TABLE} where loaded_at = ? and source_file = ? and posted_date is null"
    ((without_date,),) = connection.execute(undated, [loaded_at, path.name]).fetchall()
    hint = f", {without_date:,} of them without a date (seen {scraped_at:%Y-%m-%d}, or as --scraped-at says)"
    return f"{count:,} postings{hint if without_date else ''}"


def insert(
    connection: duckdb.DuckDBPyConnection,
    postings: Postings,
    fields: dict[str, str],
    options: argparse.Namespace,
    origin: dict[str, datetime | str],
) -> int:
    """Insert a file's records; ``origin`` holds scraped_at, loaded_at and source_file. Returns how many there are."""
    failures: list[BaseException] = []

    def batches() -> Iterator[pa.RecordBatch]:
        done = 0
        with tqdm(unit=" postings", disable=not sys.stderr.isatty(), leave=False) as progress:
            try:
                for batch in postings.read(list(dict.fromkeys(fields.values()))):
                    rows = pa.array(range(done + 1, done + batch.num_rows + 1), pa.int64())
                    yield pa.record_batch([*(batch.column(name) for name in fields.values()), rows], schema)
                    done += batch.num_rows
                    progress.update(batch.num_rows)
            except BaseException as error:
                failures.append(error)
                raise

    schema = pa.schema([*((field, pa.string()) for field in fields), ("source_row", pa.int64())])
    texts = {name: f"nullif({name}, '')" if name in fields else "null" for name in POSTING_FIELDS}
    if "location" not in fields and "city" in fields:
        parts = [f"nullif({name}, '')" for name in ("city", "region", "country") if name in fields]
        texts["location"] = f"nullif(concat_ws(', ', {', '.join(parts)}), '')"
    if options.source:
        texts["source"] = "$source"
    elif "url" in fields:
        host = f"nullif(regexp_extract(lower(url), '{HOST_PARTS}', 1), '')"
        texts["source"] = f"coalesce({texts['source']}, {host})"
    scraped_at = "$scraped_at::timestamp"
    if "scraped_at" in fields and not options.scraped_at:
        scraped_at = f"coalesce(try_cast(scraped_at as timestamp), {scraped_at})"
    selected = ", ".join(f"{expression} as {name}" for name, expression in texts.items())
    statement = f"""
        insert into {RAW_TABLE} by name
        select {selected}, {scraped_at} as scraped_at, $loaded_at::timestamp as loaded_at,
            $source_file as source_file, source_row
        from records
    """
    connection.register("records", pa.RecordBatchReader.from_batches(schema, batches()))
    parameters = origin | ({"source": options.source} if options.source else {})
    try:
        return connection.execute(statement, parameters).fetchall()[0][0]
    except duckdb.Error:
        if failures:
            raise failures[0] from None
        raise
    finally:
        with suppress(duckdb.Error):
            connection.unregister("records")


def column_choice(text: str) -> tuple[str, str]:
    """Argparse type: FIELD=COLUMN."""
    field, _, column = text.partition("=")
    if field not in POSTING_FIELDS or not column:
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=COLUMN with a field of {', '.join(POSTING_FIELDS)}")
    return field, column


def moment(text: str) -> datetime:
    """Argparse type: a date or a time in ISO form; without an offset it is UTC."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date or time like 2025-06-30 or 2025-06-30T12:00") from None
    return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed


def main() -> None:
    """Read the command line and load."""
    parser = argparse.ArgumentParser(
        description="Load files of job postings into raw.job_postings of the warehouse ($TALENT_WAREHOUSE, else "
        "data/warehouse.duckdb).",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="file, folder or pattern")
    parser.add_argument("--source", metavar="NAME", help="board or feed of all postings (default: as the file says)")
    parser.add_argument(
        "--column",
        metavar="FIELD=COLUMN",
        type=column_choice,
        action="append",
        default=[],
        help=f"which column holds a field ({', '.join(POSTING_FIELDS)}), where its name is not known; repeatable",
    )
    parser.add_argument(
        "--scraped-at",
        metavar="TIME",
        type=moment,
        help="when the postings were seen, UTC (default: a column like scraped_at, the day in the file's name, its "
        "last change)",
    )
    options = parser.parse_args()
    options.column = dict(options.column)

    refused = []
    files = find_files(options.files)
    with open_warehouse() as connection:
        connection.execute(LOADED_FILES_DDL)
        for path in files:
            try:
                print(f"{path}: {load_file(connection, path, options)}")
            except BadInput as error:
                refused.append(f"{path}: {error}")
            except OSError as error:
                refused.append(f"{path}: {error.strerror or first_line(error)}")
    print(f"{RAW_TABLE} is in {warehouse_path()}; `dbt build` brings it to the marts")
    if refused:
        raise BadInput("\n".join(refused))
