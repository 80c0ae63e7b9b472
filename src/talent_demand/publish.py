"""The published file, the copy of the marts that BI tools, charts and the report read.

The copy is made beside the old file, counted, and takes its place in one step: whoever holds the old one keeps reading
it, and whoever opens the file finds all marts of one build. Only a whole ``dbt build`` whose tests passed comes here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from talent_demand.warehouse import STORAGE_VERSION, BadInput, holder, quoted, reason

# Models with this tag are published.
TAG = "published"
SCHEMA = "marts"
# The mart that says whether there are any postings.
POSTINGS = "fct_job_postings"
# What a whole build makes and runs; unit tests are no nodes of dbt's graph.
BUILT = ("model", "seed", "snapshot", "test")
# A key of more rows is told in comments alone: its index would cost as much as the rest of the file.
MOST_INDEXED_ROWS = 100_000


class NoPostings(Exception):
    """A build found none, and the published file holds some: it stays."""


@dataclass(frozen=True)
class Mart:
    """A table or view to publish: where it lies, its key, and the columns that point elsewhere (to table.column)."""

    database: str
    schema: str
    name: str
    key: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)

    @property
    def relation(self) -> str:
        """Where it lies, as SQL."""
        return f'"{self.database}"."{self.schema}"."{self.name}"'


def tagged(nodes: Mapping[str, Mapping[str, Any]]) -> list[Mart]:
    """Marts among the nodes of dbt's graph; their keys and references are those that the data tests prove."""
    marts = {
        unique_id: node for unique_id, node in nodes.items() if node["resource_type"] == "model" and TAG in node["tags"]
    }
    keys: dict[str, tuple[str, ...]] = {}
    not_null = {(unique_id, name) for unique_id, node in marts.items() for name in not_null_columns(node)}
    unique: list[tuple[str, str]] = []
    references: dict[str, dict[str, str]] = {}
    for test in nodes.values():
        mart = test.get("attached_node")
        is_proof = test["config"].get("severity", "").lower() == "error" and not test["config"].get("where")
        if mart not in marts or not test.get("test_metadata") or not is_proof:
            continue
        name, arguments = test["test_metadata"]["name"], test["test_metadata"]["kwargs"]
        column = arguments.get("column_name")
        if name == "relationships":
            (parent,) = [node for node in test["depends_on"]["nodes"] if node != mart] or [mart]
            if parent in marts:
                references.setdefault(mart, {})[column] = f"{marts[parent]['alias']}.{arguments['field']}"
        elif name == "not_null":
            not_null.add((mart, column))
        elif name == "unique":
            unique.append((mart, column))
        elif name in ("primary_key", "rows_satisfy") and (
            key := arguments.get("key") or arguments.get("columns") or column
        ):
            keys[mart] = (key,) if isinstance(key, str) else tuple(key)
    for mart, column in unique:
        if (mart, column) in not_null:
            keys.setdefault(mart, (column,))
    return [
        Mart(
            database=node["database"],
            schema=node["schema"],
            name=node["alias"],
            key=keys.get(unique_id, ()),
            references=references.get(unique_id, {}),
        )
        for unique_id, node in marts.items()
    ]


def not_null_columns(node: Mapping[str, Any]) -> list[str]:
    """Columns that a model's contract keeps from being null."""
    return [
        name
        for name, column in node["columns"].items()
        if any(constraint["type"] == "not_null" for constraint in column.get("constraints") or ())
    ]


def missing_from_whole_build(
    nodes: Mapping[str, Mapping[str, Any]], selected: Iterable[str], results: Iterable[Any], is_sample: bool
) -> str | None:
    """Why a ``dbt build`` is none to publish, or None where it was a whole one and everything passed.

    ``selected``: ids of the nodes to run; ``results``: what dbt says of each; ``is_sample``: not all rows were read.
    """
    if is_sample:
        return "this build did not read all rows"
    if any(result.status not in ("success", "pass", "warn", "no-op") for result in results):
        return "something in this build failed"
    if {key for key, node in nodes.items() if node["resource_type"] in BUILT} - set(selected):
        return "only a whole `dbt build` is published"
    return None


def publish(connection: duckdb.DuckDBPyConnection, marts: list[Mart], path: Path, warehouse: Path) -> str:
    """Copy marts to the schema marts of a DuckDB file at ``path``, with comments, not-null and keys.

    ``connection``: to the warehouse, whose file is ``warehouse``. Returns what was done, in one line. On any error the
    old file stays.

    Raises:
        BadInput: something else than published marts lies there, or the copy could not be made.
        NoPostings: there are none to publish, but there were.

    """
    names = [mart.name for mart in marts]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadInput(f"two models tagged {TAG} are called {twice[0]}")
    try:
        counts = {mart.name: count(connection, mart.relation) for mart in marts}
        published = published_postings(path, warehouse)
        if published and not counts.get(POSTINGS):
            raise NoPostings(f"{path} stays as it was: this build found no postings, and the file holds {published:,}")
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.draft")
        clear_draft(connection, draft)
        try:
            write(connection, marts, counts, draft)
            if target.exists():
                draft.chmod(target.stat().st_mode)
            # Changes that a client left beside the old file would be made to the new one by whoever opens it first.
            for leftover in {wal(path), wal(target)}:
                leftover.unlink(missing_ok=True)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
            wal(draft).unlink(missing_ok=True)
    except (OSError, duckdb.Error) as error:
        raise BadInput(f"cannot publish to {path}: {reason(error)}") from None
    return f"{path}: {len(marts)} marts, {counts.get(POSTINGS, 0):,} postings"


def check_target(path: Path, warehouse: Path) -> None:
    """Refuse a published path that could never be replaced.

    Raises:
        BadInput: the warehouse, a folder or a device lies there.

    """
    if path.exists():
        if warehouse.exists() and path.samefile(warehouse):
            raise BadInput(f"TALENT_MARTS is the warehouse itself, {path}: the marts need a file of their own")
        if not path.is_file():
            raise BadInput(f"TALENT_MARTS is no file: {path}")


def published_postings(path: Path, warehouse: Path) -> int:
    """Number of postings in the marts published at ``path``; 0 where nothing lies there.

    Raises:
        BadInput: what lies there is none of ours, or is open for writing in another program.

    """
    check_target(path, warehouse)
    if not path.exists() or path.stat().st_size == 0:
        return 0
    try:
        with tempfile.TemporaryDirectory() as folder:
            # By another name, so that nothing that a client left beside the file is read with it.
            other_name = Path(folder, "published.duckdb")
            other_name.symlink_to(path.resolve())
            with duckdb.connect(other_name, read_only=True) as connection:
                tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
                if {schema for schema, _ in tables} != {SCHEMA} or (SCHEMA, POSTINGS) not in tables:
                    raise BadInput(f"TALENT_MARTS is another database, which is not replaced: {path}")
                return count(connection, f"{SCHEMA}.{POSTINGS}")
    except duckdb.Error as error:
        if holder(error):
            raise BadInput(
                f"{path} cannot be replaced: another program ({holder(error)}) has it open for writing"
            ) from None
        raise BadInput(f"TALENT_MARTS holds no marts, so it is not replaced: {path}: {reason(error)}") from None


def write(connection: duckdb.DuckDBPyConnection, marts: list[Mart], counts: Mapping[str, int], draft: Path) -> None:
    """Make a file of the marts, and compare the numbers of its rows with ``counts``.

    Raises:
        BadInput: a mart is not whole.

    """
    with attached(connection, draft, f"storage_version '{STORAGE_VERSION}'") as database:
        connection.begin()
        connection.execute(f"create schema {database}.{SCHEMA}")
        for mart in marts:
            copy(connection, mart, f'{database}.{SCHEMA}."{mart.name}"', counts[mart.name] <= MOST_INDEXED_ROWS)
        connection.commit()
    with attached(connection, draft, "read_only") as database:
        for mart in marts:
            copied = count(connection, f'{database}.{SCHEMA}."{mart.name}"')
            if copied != counts[mart.name]:
                raise BadInput(f"{mart.name} has {copied} rows in the copy instead of {counts[mart.name]}")


def clear_draft(connection: duckdb.DuckDBPyConnection, draft: Path) -> None:
    """Remove what a killed build left; raises duckdb.Error where a running one has it."""
    if draft.exists():
        try:
            with attached(connection, draft, "read_only"):
                pass
        except duckdb.Error as error:
            if holder(error):
                raise
        draft.unlink()
    wal(draft).unlink(missing_ok=True)


@contextmanager
def attached(connection: duckdb.DuckDBPyConnection, path: Path, options: str) -> Iterator[str]:
    """Attach a database for one block; gives its name there. A transaction that is open at an error is undone."""
    connection.execute(f"attach {quoted(path)} as publication ({options})")
    try:
        yield "publication"
    except BaseException:
        with suppress(duckdb.TransactionException):
            connection.rollback()
        raise
    finally:
        connection.execute("detach publication")


def copy(connection: duckdb.DuckDBPyConnection, mart: Mart, table: str, has_index: bool) -> None:
    """Make a table of a mart's rows, with not-null and comments, and its key as a constraint if it ``has_index``."""
    columns = connection.execute(
        """
        select column_name, data_type, is_nullable, comment from duckdb_columns()
        where database_name = ? and schema_name = ? and table_name = ?
        order by column_index
        """,
        [mart.database, mart.schema, mart.name],
    ).fetchall()
    parts = [f'"{name}" {kind}{"" if nullable else " not null"}' for name, kind, nullable, _ in columns]
    if mart.key and has_index:
        parts.append("primary key (" + ", ".join(f'"{name}"' for name in mart.key) + ")")
    connection.execute(f"create table {table} ({', '.join(parts)})")
    connection.execute(f"insert into {table} select * from {mart.relation}")
    ((told,),) = connection.execute(
        """
        select max(comment) from (
            select database_name, schema_name, table_name, comment from duckdb_tables()
            union all select database_name, schema_name, view_name, comment from duckdb_views()
        ) where database_name = ? and schema_name = ? and table_name = ?
        """,
        [mart.database, mart.schema, mart.name],
    ).fetchall()
    if told:
        connection.execute(f"comment on table {table} is {quoted(told)}")
    for name, _, _, comment in columns:
        notes = [comment] if comment else []
        if name in mart.key:
            notes.append("Key." if len(mart.key) == 1 else f"Key: ({', '.join(mart.key)}).")
        if name in mart.references:
            notes.append(f"Refers to {mart.references[name]}.")
        if notes:
            connection.execute(f'comment on column {table}."{name}" is {quoted(" ".join(notes))}')


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Number of rows of a table."""
    ((rows,),) = connection.execute(f"select count(*) from {table}").fetchall()
    return rows


def wal(path: Path) -> Path:
    """The file beside a database in which DuckDB keeps what is not in it yet."""
    return path.with_name(path.name + ".wal")
