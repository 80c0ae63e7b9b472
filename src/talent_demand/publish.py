"""One row a mart of the published file, the copy that BI tools and the charts read.

The copy is made beside the old file and takes its place in one step: whoever holds the old one keeps reading it, and
whoever opens the file finds all marts of one build. dbt comes here only when the marts and their tests passed.
"""

import os

# duckdb 1.2.2 and later can open it, and with them the drivers that BI tools ship.
STORAGE_VERSION = "v1.2.0"


def literal(text):
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def publish(connection, marts, path):
    """Copy tables of the schema marts, with their comments, to a DuckDB file at ``path``.

    ``connection``: to the warehouse; ``marts``: names of tables. On any error the old file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    draft.unlink(missing_ok=True)
    try:
        connection.execute(f"attach {literal(str(draft))} as published (storage_version '{STORAGE_VERSION}')")
        try:
            connection.begin()
            connection.execute("create schema published.marts")
            for mart in marts:
                connection.execute(f"create table published.marts.{mart} as select * from marts.{mart}")
            comments = connection.execute(
                """
                select 'table', table_name, null, comment from duckdb_tables()
                where database_name = current_database() and schema_name = 'marts' and comment is not null
                union all
                select 'column', table_name, column_name, comment from duckdb_columns()
                where database_name = current_database() and schema_name = 'marts' and comment is not null
                """
            ).fetchall()
            for kind, table, column, comment in comments:
                if table in marts:
                    name = table if column is None else f'{table}."{column}"'
                    connection.execute(f"comment on {kind} published.marts.{name} is {literal(comment)}")
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.execute("detach published")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
