"""The DuckDB warehouse as the scripts see it: where it lies, how it is opened, and the raw table.

dbt owns everything but the schema ``raw``; the scripts append to ``raw.job_postings`` and never change a row of it.
"""

from __future__ import annotations

import atexit
import importlib
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

# The project's folder: relative paths of settings and files are relative to it, wherever a command is started.
PROJECT = Path(__file__).resolve().parents[2]
# What the warehouse is called inside a connection, whatever its file is called.
DATABASE = "warehouse"
SCHEMAS = ("raw", "staging", "intermediate", "marts", "seeds")
DEFAULT_WAREHOUSE = "data/warehouse.duckdb"
DEFAULT_MARTS = "data/talent.duckdb"
# The same as in profiles.yml: duckdb 1.2.2 and later can open the file.
STORAGE_VERSION = "v1.2.0"
# Rows that DuckDB compresses at once: fewer than its default, so that long texts take less memory and both cores work.
ROW_GROUP = 16_384

# DuckDB reads a column 2,048 rows at a time, whatever they hold: 2,048 texts of a megabyte are more than memory is for.
# Once the fields of more bytes than the first of these come to more than the second in one load, a column has so many
# characters of them, and the column long_fields, which no model reads, has them whole.
LONG_FIELD = 100_000
MOST_IN_LONG_FIELDS = 100_000_000

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
    long_fields varchar,
    scraped_at timestamp,
    loaded_at timestamp not null,
    source_file varchar not null,
    source_row bigint not null
);
"""
# Fields that a table of another loader may lack: it then has them as nulls. Without the others no row can be told from
# the next, or holds no posting.
ADDED_FIELDS = dict.fromkeys((*POSTING_FIELDS[1:], "other_fields", "long_fields"), "varchar") | {
    "scraped_at": "timestamp"
}


class BadInput(Exception):
    """Something the user gave cannot be used; the message is one line and says what to do."""


def warehouse_path(project: Path = PROJECT) -> Path:
    """Path of the warehouse file: ``$TALENT_WAREHOUSE``, else ``data/warehouse.duckdb``; relative to the project."""
    return project / (os.environ.get("TALENT_WAREHOUSE") or DEFAULT_WAREHOUSE)


def marts_path(project: Path = PROJECT) -> Path:
    """Path of the published marts: ``$TALENT_MARTS``, else ``data/talent.duckdb``; relative to the project."""
    return project / (os.environ.get("TALENT_MARTS") or DEFAULT_MARTS)


def check_paths(warehouse: Path, marts: Path) -> None:
    """Refuse files that the project could not work with.

    Raises:
        BadInput: one has the name of a schema or is no path, or the warehouse is something else than a file.

    """
    for setting, path in (("TALENT_WAREHOUSE", warehouse), ("TALENT_MARTS", marts)):
        try:
            # DuckDB takes no bytes that are no text.
            str(path.resolve()).encode()
            path.exists()
        except (OSError, RuntimeError, ValueError) as error:
            raise BadInput(f"{setting} leads to no file: {str(path)!a}: {first_line(error)}") from None
        # What DuckDB calls a database whose file somebody opens.
        if path.name.lstrip(".").split(".")[0].lower() in SCHEMAS:
            raise BadInput(
                f"{setting} cannot be called {path.name}: DuckDB names a database after its file, and could not "
                f"tell it from a schema ({', '.join(SCHEMAS)})"
            )
    check_database(warehouse, "TALENT_WAREHOUSE")


def check_database(path: Path, name: str) -> None:
    """Refuse what is no file of DuckDB's: it would read a table there, or look in the network for what reads SQLite.

    Raises:
        BadInput: so it is; ``name`` is what the message calls it.

    """
    if not path.exists():
        return
    if not path.is_file():
        raise BadInput(f"{name} is no file: {path}")
    if path.stat().st_size and not is_database(path):
        raise BadInput(f"{name} is not a valid DuckDB database file: {path}")


def is_database(path: Path) -> bool:
    """Whether a file begins as DuckDB's do."""
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


def spill_folder(path: Path) -> Path:
    """Where what is written for a while lies, beside the warehouse; it belongs to whoever has the warehouse open."""
    return path.with_name(path.name + ".tmp")


def attach(connection: duckdb.DuckDBPyConnection, path: Path, options: str = "") -> None:
    """Attach the warehouse under its own name, with its raw table, and make it the default database.

    The file, its folder and the table are made where they are missing. ``options``: of DuckDB's ATTACH, in brackets.

    Raises:
        OSError, duckdb.Error: the file cannot be opened.
        BadInput: the raw table is none that could be used.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"attach {quoted(path)} as {DATABASE} {options}")
    connection.execute(f"use {DATABASE}")
    # The file is ours alone now: what was spilled beside it is of runs that were killed.
    for pattern in ("duckdb_temp_*", "tmp*.py"):
        for leftover in spill_folder(path).glob(pattern):
            leftover.unlink(missing_ok=True)
    make_raw_table(connection)


def make_raw_table(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``raw.job_postings``, or give a table of an older version or of another loader the fields that it lacks.

    Raises:
        BadInput: fields are missing that cannot be added.

    """
    is_view = raw_is_view(connection)
    if not is_view:
        connection.execute(RAW_DDL)
    present = {name.lower() for name, *_ in connection.execute(f"describe {RAW_TABLE}").fetchall()}
    read = [name for name in ADDED_FIELDS if name != "long_fields"]
    wanted = [*POSTING_FIELDS, *read, "loaded_at", "source_file", "source_row"]
    missing = [name for name in dict.fromkeys(wanted) if name not in present and (is_view or name not in ADDED_FIELDS)]
    if missing:
        kind = "view" if is_view else "table"
        raise BadInput(
            f"the {kind} {RAW_TABLE} has no column {', '.join(missing)}: see models/staging/_staging__sources.yml"
        )
    # No model reads long_fields, which alone a view may still lack.
    added = [name for name in ADDED_FIELDS if name not in present and not is_view]
    for name in added:
        connection.execute(f"alter table {RAW_TABLE} add column {name} {ADDED_FIELDS[name]}")
    if added:
        # DuckDB 2.0 cannot append to a table of several row groups in the session that gave it a column.
        connection.execute(f"checkpoint {DATABASE}")


def raw_is_view(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether ``raw.job_postings`` is a view, of a user's own."""
    query = f"select 1 from duckdb_views() where database_name = '{DATABASE}' and schema_name = ? and view_name = ?"
    return bool(connection.execute(query, RAW_TABLE.split(".")).fetchall())


def check_writable(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse a raw table that rows cannot be added to or taken from.

    Raises:
        BadInput: it is a view.

    """
    if raw_is_view(connection):
        raise BadInput(
            f"{warehouse_path()}: {RAW_TABLE} is a view, to which nothing can be added: change the tables that it "
            "shows, or name another file by TALENT_WAREHOUSE"
        )


@contextmanager
def open_warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for one block, for writing, and close it at its end.

    The file, its folder and ``raw.job_postings`` are made where they are missing.

    Raises:
        BadInput: the file is in use by another process, not writable or not a DuckDB file, or the disk is full.

    """
    path = warehouse_path()
    check_paths(path, marts_path())
    # A file that is there keeps its format; texts take a quarter of the space, and less time, compressed like this.
    connection = duckdb.connect(
        config={
            "storage_compatibility_version": STORAGE_VERSION,
            "force_compression": "zstd",
            "temp_directory": str(spill_folder(path)),
            # Rows stay in the groups in which they were loaded: to merge them is to write them anew.
            "max_vacuum_tasks": "0",
        }
    )
    try:
        attach(connection, path, f"(row_group_size {ROW_GROUP})")
        connection.execute("set enable_progress_bar = false")
    except (OSError, duckdb.Error) as error:
        connection.close()
        raise BadInput(f"cannot open {path}: {reason(error)}") from None
    except BadInput as error:
        connection.close()
        raise BadInput(f"{path}: {error}") from None
    try:
        yield connection
        connection.execute(f"use memory; detach {DATABASE}")
    except duckdb.Error as error:
        raise BadInput(f"{path}: {reason(error)}") from None
    finally:
        connection.close()


def bounded(records: str) -> str:
    """A query for the columns of the raw table's fields from a query for records, whose columns are named as fields.

    Other columns of the records stay.
    """
    fields = (*POSTING_FIELDS, "other_fields")
    long_bytes = " + ".join(
        f"case when strlen({field}) > {LONG_FIELD} then strlen({field}) else 0 end" for field in fields
    )
    is_cut = {field: f"is_crowded and strlen({field}) > {LONG_FIELD}" for field in fields}
    # The beginning of a JSON object is none.
    begun = {field: f"left({field}, {LONG_FIELD})" for field in POSTING_FIELDS} | {"other_fields": "null"}
    cut = ", ".join(f"case when {is_cut[field]} then {begun[field]} else {field} end as {field}" for field in fields)
    whole = ", ".join(f"{field} := case when {is_cut[field]} then {field} end" for field in fields)
    return f"""
        select
            * exclude (is_crowded) replace ({cut}),
            case
                when {" or ".join(is_cut.values())} then json_merge_patch('{{}}', to_json(struct_pack({whole})))
            end as long_fields
        from (
            select
                *,
                sum({long_bytes}) over (rows between unbounded preceding and current row)
                > {MOST_IN_LONG_FIELDS} as is_crowded
            from ({records})
        )
    """


def place_of(path: Path) -> tuple[Path, Path]:
    """The file that is to be written, where a link leads to it, and the draft beside it that takes its place.

    The folder is made where it is missing.

    Raises:
        BadInput: a folder, a device or a database lies there, or a link leads nowhere.

    """
    target = Path(os.path.realpath(path))
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise BadInput(f"{path} is no file, and is not replaced")
    if target.exists() and is_database(target):
        raise BadInput(f"{path} is a database, and is not replaced")
    target.parent.mkdir(parents=True, exist_ok=True)
    return target, target.with_name(f".{target.name}.draft")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, and its folder, so that it is there as a whole or as it was before; raises BadInput as place_of."""
    target, draft = place_of(path)
    try:
        draft.write_bytes(content)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def quoted(value: object) -> str:
    """A text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def holder(error: Exception) -> str | None:
    """Which program has the warehouse, where that is why it could not be opened."""
    found = re.search(r"Conflicting lock is held in (\S+) \(PID (\d+)\)", str(error))
    return f"{Path(found[1]).name}, process {found[2]}" if found else None


def reason(error: Exception) -> str:
    """Why the warehouse could not be opened or written, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return f"another program ({holder(error)}) is using it" if holder(error) else first_line(error)


def first_line(error: BaseException) -> str:
    """The first line of an error's text, for one-line messages."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def leave_at_signals(name: str) -> None:
    """Have this process leave at once when it is asked to end, with one line and the exit code of the signal.

    For a program whose threads an exception would not reach. Everything that it writes is whole or not there.
    """

    def leave(number: int, frame: object) -> None:
        print(f"{name}: stopped by {signal.Signals(number).name}", file=sys.stderr, flush=True)
        # The functions of multiprocessing among them: what it left would be told in a warning.
        atexit._run_exitfuncs()
        os._exit(128 + number)

    # An interrupt too, if the program is not a notebook's.
    handle_signals(leave, *([signal.SIGINT] if Path(sys.argv[0]).stem == name else []))


def handle_signals(handler: Callable[[int, object], None], *more: signal.Signals) -> None:
    """Call a function when the process is asked to end; not where that is ignored, as by nohup."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP, *more):
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                signal.signal(number, handler)


def run(module: str) -> None:
    """Run the function main of a module and leave with the project's exit codes.

    0 done, 1 bad input (one line on standard error), 2 wrong usage (argparse's own), 128 and the number of the signal
    that stopped it (130 for an interrupt), with one line.
    """
    name = Path(sys.argv[0]).name
    asked: list[int] = []

    def stop(number: int, frame: object) -> None:
        # Once: what is removed on the way out is not left half done.
        if not asked:
            asked.append(number)
            raise KeyboardInterrupt

    handle_signals(stop, signal.SIGINT)
    try:
        importlib.import_module(module).main()
    except BaseException as error:
        # DuckDB makes an error of its own of whatever a signal raises in a query.
        if asked:
            print(f"{name}: stopped by {signal.Signals(asked[0]).name}", file=sys.stderr)
            sys.exit(128 + asked[0])
        if isinstance(error, BadInput):
            sys.exit(f"{name}: {error}")
        if isinstance(error, OSError):
            sys.exit(f"{name}: {error.filename or ''}: {error.strerror or first_line(error)}")
        raise
