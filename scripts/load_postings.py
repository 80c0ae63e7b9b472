#!/usr/bin/env python3
"""Load files of job postings into raw.job_postings: every record of a file becomes one row, as it came.

Dates, HTML and duplicates are the models' business. A file is loaded whole or not at all, and the same content never
twice, whatever its name.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from tqdm import tqdm

from posting_formats import Postings, map_columns, open_postings, quoted
from warehouse import POSTING_FIELDS, RAW_TABLE, BadInput, first_line, open_warehouse, run, warehouse_path

ENDINGS = {".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet"}
ROWS_A_BATCH = 10_000

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

Takes CSV and TSV (any usual delimiter, quoting and encoding), JSON, JSON lines, feeds of Greenhouse, Lever and Ashby,
schema.org JobPosting, "Who is hiring" threads of Hacker News, and Parquet. Needed columns: a title, and a description
or a url; names are known for most boards and exports (scripts/column_names.csv). What was loaded is never changed; load
a later scrape of the same postings beside the earlier one.
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


def content_hash(path: Path) -> str:
    """SHA-256 of a file's content."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


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
    digest = content_hash(path)
    known = "select 1 from raw.loaded_files where content_sha256 = ?"
    if connection.execute(known, [digest]).fetchall():
        return "loaded already, nothing added"
    scraped_at = options.scraped_at or scrape_time(path)
    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    connection.execute("begin")
    try:
        with open_postings(path, connection) as postings:
            fields = map_columns(postings.columns, options.column)
            count = insert(connection, postings, fields, options.source, [scraped_at, loaded_at, path.name])
        if not count:
            raise BadInput("the file holds no postings")
        connection.execute("insert into raw.loaded_files values (?, ?, ?, ?)", [digest, path.name, count, loaded_at])
        connection.execute("commit")
    except BaseException:
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
    source: str | None,
    origin: list[datetime | str],
) -> int:
    """Insert a file's records; ``origin`` holds scraped_at, loaded_at and source_file. Returns how many there are."""
    columns = {name: f'"{column}"' for name, column in fields.items()}
    if source or postings.source:
        columns["source"] = quoted(source or postings.source)
    elif "source" not in columns and "url" in columns:
        columns["source"] = f"nullif(regexp_extract(lower({columns['url']}), {quoted(HOST_PARTS)}, 1), '')"
    selected = ", ".join(f"{columns.get(name, 'null')} as {name}" for name in POSTING_FIELDS)
    statement = f"""
        insert into {RAW_TABLE} by name
        select {selected}, ?::timestamp as scraped_at, ?::timestamp as loaded_at, ? as source_file,
            row_number() over () + ? as source_row
        from records
    """
    if postings.query:
        try:
            return connection.execute(f"with records as ({postings.query}) {statement}", [*origin, 0]).fetchall()[0][0]
        except duckdb.Error as error:
            if postings.rows is None:
                raise BadInput(f"the file cannot be read: {first_line(error)}") from None
            connection.execute("rollback")
            connection.execute("begin")
    count = 0
    with tqdm(unit=" postings", disable=not sys.stderr.isatty(), leave=False) as progress:
        for rows in batches(postings.rows):
            arrays = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
            records = pa.table(arrays, names=postings.columns)
            connection.register("records", records)
            connection.execute(statement, [*origin, count])
            connection.unregister("records")
            count += len(rows)
            progress.update(len(rows))
    return count


def batches(rows):
    """Lists of up to ``ROWS_A_BATCH`` rows."""
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == ROWS_A_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


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
        help="when the postings were seen, UTC (default: the file's own time)",
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


if __name__ == "__main__":
    run(main)
