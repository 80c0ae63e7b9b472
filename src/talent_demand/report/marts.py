"""The marts as charts, report and export read them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from talent_demand.warehouse import BadInput, check_database, first_line, marts_path, reason, warehouse_path

# What errors of these kinds say of a file.
FAULTS: dict[type[duckdb.Error], str] = {
    duckdb.CatalogException: " holds no finished marts, run `dbt build` first",
    duckdb.BinderException: " holds marts of another version of this project, run `dbt build` first",
}


def readable_marts() -> Path:
    """File that is read: the published marts where they exist, else the warehouse."""
    return marts_path() if marts_path().exists() else warehouse_path()


@contextmanager
def open_marts(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file with marts for reading, in one transaction, for one block.

    Raises:
        BadInput: the file is missing, locked or no DuckDB file, or holds no marts, or those of another version.

    """
    if not path.exists():
        raise BadInput(f"{path} does not exist: load postings and run `dbt build` first, or name another file")
    check_database(path, "what is to be read")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except (OSError, duckdb.Error) as error:
        raise BadInput(f"cannot open {path}: {reason(error)}") from None
    try:
        connection.execute("begin transaction")
        yield connection
    except duckdb.Error as error:
        raise BadInput(f"{path}{FAULTS.get(type(error), '')}: {first_line(error)}") from None
    finally:
        connection.close()
