"""Write every mart as a Parquet and as a CSV file, for tools that open no DuckDB file."""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from talent_demand.report.figures import open_marts, readable_marts


def export(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """Write the tables of schema ``marts`` to ``folder`` as NAME.parquet and NAME.csv; returns their names.

    CSV is UTF-8 with a header, an empty field for null, ISO dates, and lists as JSON. A file is replaced as a whole.
    """
    lists: dict[str, list[str]] = {}
    for table, column, data_type in connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts' order by all"
    ).fetchall():
        lists.setdefault(table, [])
        if data_type.endswith("[]"):
            lists[table].append(f'to_json("{column}")::varchar as "{column}"')
    folder.mkdir(parents=True, exist_ok=True)
    for table, columns in lists.items():
        flat = f"select * replace ({', '.join(columns)})" if columns else "select *"
        for suffix, query, options in (
            ("parquet", "select *", "format parquet, compression zstd"),
            ("csv", flat, "format csv, header"),
        ):
            draft = folder / f".{table}.{suffix}"
            path = str(draft).replace("'", "''")
            try:
                connection.execute(f"copy ({query} from marts.{table}) to '{path}' ({options})")
                draft.replace(folder / f"{table}.{suffix}")
            finally:
                draft.unlink(missing_ok=True)
    return list(lists)


def main() -> None:
    """Export the published marts, or those of the warehouse where none are published yet."""
    parser = argparse.ArgumentParser(description="Write every mart as a Parquet and as a CSV file.")
    parser.add_argument("--out", type=Path, default=Path("data/export"), help="folder of the files (%(default)s)")
    parser.add_argument(
        "--marts", type=Path, help="file to read ($TALENT_MARTS when it exists, otherwise $TALENT_WAREHOUSE)"
    )
    options = parser.parse_args()
    with open_marts(options.marts or readable_marts()) as connection:
        tables = export(connection, options.out)
    print(f"{options.out}: {', '.join(tables)}, each as .parquet and .csv")
