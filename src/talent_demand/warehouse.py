"""The DuckDB warehouse as the scripts see it: where it lies, how it is opened, and the raw table.

dbt owns everything but the schema ``raw``; the scripts append to ``raw.job_postings`` and never change a row of it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

# The project's folder: relative paths of settings and files are relative to it, wherever a command is started.
PROJECT = Path(__file__).resolve().parents[2]
DEFAULT_WAREHOUSE = "data/warehouse.duckdb"
DEFAULT_MARTS = "data/talent.duckdb"
# The same as in profiles.yml: duckdb 1.2.2 and later can open the file.
STORAGE_VERSION = "v1.2.0"
# Rows that DuckDB compresses at once: fewer than its default, so that long texts take less memory and both cores work.
ROW_GROUP = 16_384

RAW_TABLE = "raw.job_postings"
# What source_file says of postings that generate_postings.py made.
DEMO_SOURCE_FILE = "demo"
POSTING_FIELDS = (
    "title",
    "company",
    "location",
    "description",
    "source",
    "url",
    "posted_date",
    "employment_type",
    "workplace",
    "salary",
    "salary_min",
    "salary_max",
    "salary_currency",
    "salary_period",
    "industry",
    "job_level",
    "search_term",
    "closing_date",
)

RAW_DDL = """
create schema if not exists raw;
create table if not exists raw.job_postings (
    title varchar,
    company varchar,
    location varchar,
    description varchar,
    source varchar,
    url varchar,
    posted_date varchar,
    employment_type varchar,
    workplace varchar,
    salary varchar,
    salary_min varchar,
    salary_max varchar,
    salary_currency varchar,
    salary_period varchar,
    industry varchar,
    job_level varchar,
    search_term varchar,
    closing_date varchar,
    other_fields varchar,
    scraped_at timestamp,
    loaded_at timestamp not null,
    source_file varchar not null,
    source_row bigint not null
);
"""


class BadInput(Exception):
    """Something the user gave cannot be used; the message is one line and says what to do."""


def warehouse_path() -> Path:
    """Path of the warehouse file: ``$TALENT_WAREHOUSE``, else ``data/warehouse.duckdb``; relative to the project."""
    return PROJECT / (os.environ.get("TALENT_WAREHOUSE") or DEFAULT_WAREHOUSE)


def marts_path() -> Path:
    """Path of the published marts: ``$TALENT_MARTS``, else ``data/talent.duckdb``; relative to the project."""
    return PROJECT / (os.environ.get("TALENT_MARTS") or DEFAULT_MARTS)


@contextmanager
def open_warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for one block, for writing, and close it at its end.

    The file, its folder and ``raw.job_postings`` are made where they are missing.

    Raises:
        BadInput: the file is in use by another process, not writable or not a DuckDB file, or the disk is full.

    """
    path = warehouse_path()
    # A file that is there keeps its format; texts take a quarter of the space, and less time, compressed like this.
    connection = duckdb.connect(config={"storage_compatibility_version": STORAGE_VERSION, "force_compression": "zstd"})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(f"attach {quoted(path)} as warehouse (row_group_size {ROW_GROUP})")
    except (OSError, duckdb.Error) as error:
        connection.close()
        raise BadInput(f"cannot open {path}: {reason(error)}") from None
    try:
        connection.execute("use warehouse; set enable_progress_bar = false")
        connection.execute(RAW_DDL)
        yield connection
        connection.execute("use memory; detach warehouse")
    except duckdb.Error as error:
        raise BadInput(f"{path}: {reason(error)}") from None
    finally:
        connection.close()


def quoted(value: object) -> str:
    """A text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def holder(error: Exception) -> str | None:
    """Which program has the warehouse, where that is why it could not be opened."""
    found = re.search(r"Conflicting lock is held in (\S+) \(PID (\d+)\)", str(error))
    return f"{Path(found[1]).name}, process {found[2]}" if found else None


def reason(error: Exception) -> str:
    """Why the warehouse could not be opened or written, in one line."""
    return f"another program ({holder(error)}) is using it" if holder(error) else first_line(error)


def first_line(error: BaseException) -> str:
    """The first line of an error's text, for one-line messages."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def run(main: Callable[[], None]) -> None:
    """Run a script's main function and leave with the project's exit codes.

    0 done, 1 bad input (one line on standard error), 2 wrong usage (argparse's own), 130 interrupted.
    """
    try:
        main()
    except BadInput as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")
    except OSError as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error.filename or ''}: {error.strerror or first_line(error)}")
    except KeyboardInterrupt:
        sys.exit(130)
