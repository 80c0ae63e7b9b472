"""Write every mart as a Parquet and as a CSV file, for tools that open no DuckDB file."""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from talent_demand.report.marts import open_marts, readable_marts
from talent_demand.warehouse import PROJECT, BadInput, first_line, place_of, quoted

# How a cell begins that a spreadsheet reads as a formula.
FORMULA = r"[=+\-@\t\r\n]"


def export(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """Write the tables of schema ``marts`` to ``folder`` as NAME.parquet and NAME.csv; returns their names.

    CSV is UTF-8 with a header, an empty field for null, ISO dates, and lists as JSON; a text that a spreadsheet would
    take for a formula begins with an apostrophe there. Files take the place of older ones when all are written.

    Raises:
        BadInput: there are no marts, or they cannot be written there.

    """
    tables: dict[str, list[str]] = {}
    for table, column, data_type in connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts' order by all"
    ).fetchall():
        flat = tables.setdefault(table, [])
        name = f'"{column}"'
        if data_type.endswith("[]"):
            flat.append(f"to_json({name})::varchar as {name}")
        elif data_type == "VARCHAR":
            flat.append(f"if(regexp_matches({name}, '^{FORMULA}'), chr(39) || {name}, {name}) as {name}")
    if not tables:
        raise BadInput("there are no finished marts to export, run `dbt build` first")
    folder.mkdir(parents=True, exist_ok=True)
    drafts: dict[Path, Path] = {}
    try:
        for table, flat in tables.items():
            for name, query, options in (
                (f"{table}.parquet", "select *", "format parquet, compression zstd"),
                (f"{table}.csv", f"select * replace ({', '.join(flat)})" if flat else "select *", "format csv, header"),
            ):
                target, draft = place_of(folder / name)
                drafts[target] = draft
                connection.execute(f"copy ({query} from marts.{table}) to {quoted(draft)} ({options})")
        for target, draft in drafts.items():
            draft.replace(target)
    except duckdb.Error as error:
        raise BadInput(f"cannot write to {folder}: {first_line(error)}") from None
    finally:
        # Also those of a run that was killed.
        for draft in {*drafts.values(), *folder.glob(".*.draft")}:
            draft.unlink(missing_ok=True)
    return list(tables)


def main() -> None:
    """Export the published marts, or those of the warehouse where none are published yet."""
    parser = argparse.ArgumentParser(description="Write every mart as a Parquet and as a CSV file.")
    parser.add_argument(
        "--out", type=Path, default=PROJECT / "data" / "export", help="folder of the files (data/export)"
    )
    parser.add_argument(
        "--marts", type=Path, help="file to read ($TALENT_MARTS when it exists, otherwise $TALENT_WAREHOUSE)"
    )
    options = parser.parse_args()
    with open_marts(options.marts or readable_marts()) as connection:
        tables = export(connection, options.out)
    print(f"{options.out}: {', '.join(tables)}, each as .parquet and .csv")
