"""The published file, the copy of the marts that BI tools, charts and the report read.

The copy is made beside the old file, compared with the marts, and takes its place in one step: whoever holds the old
one keeps reading it, and whoever opens the file finds all marts of one build. Only a whole ``dbt build`` whose tests
passed comes here. Where nothing was made since and nobody touched the file, it stays unread. Where little changed, the
copy is one of the old file in which the rows that changed are put right; where that cannot be done, or does not give
the marts, all is copied anew.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from talent_demand.warehouse import (
    RAW_TABLE,
    STORAGE_VERSION,
    BadInput,
    check_database,
    holder,
    quoted,
    reason,
    spill_folder,
)

# Models with this tag are published.
TAG = "published"
SCHEMA = "marts"
# The mart that says whether there are any postings.
POSTINGS = "fct_job_postings"
# What a whole build makes and runs; unit tests are no nodes of dbt's graph.
BUILT = ("model", "seed", "snapshot", "test")
# What dbt says of a node that is as it should be.
PASSED = ("success", "pass", "warn", "no-op")
# What passed in a whole build of which something failed, in the warehouse: where `dbt retry` carries on.
PASSED_NODES = "main.passed_nodes"
# What made the published file, and the file as it then was, in the warehouse.
PUBLISHED_FILE = "main.published_file"
# A key of more rows is told in comments alone: its index would cost as much as the rest of the file.
MOST_INDEXED_ROWS = 100_000
# A table of which more than this part changed, or is left of rows that were deleted, is written anew.
MOST_CHANGED = 0.2


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
    # Columns that are never null, which the warehouse does not say of a view.
    not_null: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def relation(self) -> str:
        """Where it lies, as SQL."""
        return f'"{self.database}"."{self.schema}"."{self.name}"'

    @property
    def key_columns(self) -> str:
        """Its key, as SQL."""
        return ", ".join(f'"{name}"' for name in self.key)


@dataclass(frozen=True)
class Rows:
    """What the rows of a table are, without regard to their order."""

    count: int
    digest: tuple[int, int]


@dataclass(frozen=True)
class Shape:
    """What a table is beside its rows: comment, columns (name, type, whether nullable, comment) and primary key."""

    comment: str | None
    columns: tuple[tuple[str, str, bool, str | None], ...]
    key: tuple[str, ...]


class NotUpdated(Exception):
    """The old file could not be brought up to date: all is copied anew."""


def tagged(nodes: Mapping[str, Mapping[str, Any]]) -> list[Mart]:
    """Marts among the nodes of dbt's graph; their keys and references are those that the data tests prove."""
    marts = {
        unique_id: node for unique_id, node in nodes.items() if node["resource_type"] == "model" and TAG in node["tags"]
    }
    by_name = {unique_id.split(".")[-1]: node for unique_id, node in marts.items()}
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
        pointers = {column: arguments} if name == "relationships" else arguments.get("references", {})
        for pointer, target in pointers.items():
            # As it is written: ref('dim_skills').
            if parent := by_name.get(re.findall(r"\w+", target["to"])[-1]):
                references.setdefault(mart, {})[pointer] = f"{parent['alias']}.{target['field']}"
        if name == "not_null":
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
            not_null=frozenset(not_null_columns(node)),
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
    nodes: Mapping[str, Mapping[str, Any]], passed: Iterable[str], results: Iterable[Any], is_sample: bool
) -> str | None:
    """Why a ``dbt build`` is none to publish, or None where it was a whole one and everything passed.

    ``passed``: ids of the nodes that were run, now or in the build that is retried; ``results``: what dbt says of each
    that was run now; ``is_sample``: not all rows were read.
    """
    if is_sample:
        return "this build did not read all rows"
    if any(result.status not in PASSED for result in results):
        return "something in this build failed"
    if unbuilt(nodes, passed):
        return "only a whole `dbt build` is published, or a `dbt retry` of one with the same postings and rules"
    return None


def unbuilt(nodes: Mapping[str, Mapping[str, Any]], run: Iterable[str]) -> set[str]:
    """Ids of the nodes that a whole build makes or runs beyond those that were run."""
    return {key for key, node in nodes.items() if node["resource_type"] in BUILT} - set(run)


def carried_on(connection: duckdb.DuckDBPyConnection, build: Mapping[str, Any], is_retry: bool) -> set[str]:
    """Ids of the nodes that this build, with the failed whole one that it retries, has run; kept for the next retry.

    What passed before counts where the postings are the same and the node's file is. ``build``: of the macro end_build.
    """
    ((count, last),) = connection.execute(f"select count(*), max(loaded_at) from {RAW_TABLE}").fetchall()
    postings = f"{count} postings, the last loaded at {last}"
    versions = {key: f"{postings}: {node['checksum']['checksum']}" for key, node in build["nodes"].items()}
    before: dict[str, str] = {}
    if is_retry:
        with suppress(duckdb.CatalogException):
            before = dict(connection.execute(f"from {PASSED_NODES}").fetchall())
    # Of a retry, dbt tells no selection.
    run = set(build["selected"]) | {result.node.unique_id for result in build["results"]}
    run |= {key for key, version in before.items() if versions.get(key) == version}
    connection.execute(f"create or replace table {PASSED_NODES} (unique_id varchar, version varchar)")
    failed = {result.node.unique_id for result in build["results"] if result.status not in PASSED}
    is_whole = not build["is_sample"] and not unbuilt(build["nodes"], run)
    kept = [(key, versions[key]) for key in sorted(run - failed) if key in versions] if failed and is_whole else []
    if kept:
        connection.executemany(f"insert into {PASSED_NODES} values (?, ?)", kept)
    return run


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
        postings = sum(count(connection, mart.relation) for mart in marts if mart.name == POSTINGS)
        made = made_of(connection, names)
        told = f"{path}: {len(marts)} marts, {postings:,} postings"
        if made and is_left(connection, made, path):
            return f"{told}, as they were"
        published = published_postings(path, warehouse)
        if published and not postings:
            raise NoPostings(f"{path} stays as it was: this build found no postings, and the file holds {published:,}")
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = draft_of(target)
        clear_draft(connection, draft)
        try:
            is_made = make_draft(connection, marts, target if published else None, draft)
            if is_made and target.exists():
                draft.chmod(target.stat().st_mode)
            # Changes that a client left beside the old file would be made to the new one by whoever opens it first.
            for leftover in {wal(path), wal(target)}:
                leftover.unlink(missing_ok=True)
            if is_made:
                draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
            wal(draft).unlink(missing_ok=True)
        if made:
            connection.execute(f"create or replace table {PUBLISHED_FILE} (made varchar, file varchar)")
            connection.execute(f"insert into {PUBLISHED_FILE} values (?, ?)", [made, state_of(target)])
    except (OSError, duckdb.Error) as error:
        raise BadInput(f"cannot publish to {path}: {reason(error)}") from None
    return told + ("" if is_made else ", as they were")


def made_of(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> str | None:
    """What marts of these names are, by what the macro unchanged keeps of all tables; None where it keeps nothing."""
    with suppress(duckdb.CatalogException):
        ((made,),) = connection.execute(
            "select md5(string_agg(each::varchar, '' order by unique_id) || $1) from intermediate.made_tables as each",
            [" ".join(names)],
        ).fetchall()
        return str(made) if made else None
    return None


def is_left(connection: duckdb.DuckDBPyConnection, made: str, path: Path) -> bool:
    """Whether the published file is that of these marts, and is as it was left."""
    with suppress(duckdb.CatalogException, OSError):
        return connection.execute(f"from {PUBLISHED_FILE}").fetchall() == [(made, state_of(path.resolve()))]
    return False


def state_of(path: Path) -> str:
    """What changes with whatever is written to a file; raises OSError where there is none."""
    state = path.stat()
    return f"{path} {state.st_ino} {state.st_size} {state.st_mtime_ns} {wal(path).exists()}"


def make_draft(connection: duckdb.DuckDBPyConnection, marts: list[Mart], published: Path | None, draft: Path) -> bool:
    """Make a file of the marts, from the published one where there is one; False where that needs no change.

    Raises:
        BadInput: a mart is not whole in it.

    """
    found = {name: shapes_of(connection, name) for name in {mart.database for mart in marts}}
    nothing = Shape(None, (), ())
    shapes = {mart.name: found[mart.database].get((mart.schema, mart.name), nothing) for mart in marts}
    rows: dict[str, Rows] = {}
    if published:
        try:
            shutil.copyfile(published, draft)
            with attached(connection, draft, f"storage_version '{STORAGE_VERSION}'") as database:
                held = shapes_held(connection, database, marts)
                for mart in marts:
                    changed = update(connection, mart, database, shapes[mart.name], held.get((SCHEMA, mart.name)))
                    if changed:
                        rows[mart.name] = changed
            compare(connection, rows, draft)
            return bool(rows)
        except (NotUpdated, BadInput, OSError, duckdb.Error):
            draft.unlink(missing_ok=True)
            wal(draft).unlink(missing_ok=True)
    with attached(connection, draft, f"storage_version '{STORAGE_VERSION}'") as database:
        connection.begin()
        connection.execute(f"create schema {database}.{SCHEMA}")
        for mart in marts:
            rows[mart.name] = hashed(connection, "are_now", mart.relation)
            shape = wanted_shape(shapes[mart.name], mart, rows[mart.name].count)
            copy(connection, mart, f'{database}.{SCHEMA}."{mart.name}"', shape)
        connection.commit()
    compare(connection, rows, draft)
    return True


def shapes_held(
    connection: duckdb.DuckDBPyConnection, database: str, marts: list[Mart]
) -> dict[tuple[str, str], Shape]:
    """The shapes of a published file's marts.

    Raises:
        NotUpdated: the file holds something else too, lacks a mart or has another format.

    """
    ((version,),) = connection.execute(
        "select tags['storage_version'] from duckdb_databases() where database_name = ?", [database]
    ).fetchall()
    held = connection.execute(
        """
        select table_name from duckdb_tables() where database_name = $1
        union all select view_name from duckdb_views() where database_name = $1 and not internal
        union all select sequence_name from duckdb_sequences() where database_name = $1
        union all select function_name from duckdb_functions() where database_name = $1 and not internal
        """,
        [database],
    ).fetchall()
    if not version.startswith(STORAGE_VERSION) or sorted(name for (name,) in held) != sorted(m.name for m in marts):
        raise NotUpdated
    return shapes_of(connection, database)


def update(
    connection: duckdb.DuckDBPyConnection, mart: Mart, database: str, shape: Shape, held: Shape | None
) -> Rows | None:
    """Make a published table what its mart is, by the rows that changed where these are few.

    ``shape``: the mart's; ``held``: the table's. Returns the rows that are wanted, or None where nothing changed.
    """
    table = f'{database}.{SCHEMA}."{mart.name}"'
    rows = hashed(connection, "are_now", mart.relation, f'"{mart.key[0]}"' if mart.key else "null")
    wanted = wanted_shape(shape, mart, rows.count)
    connection.begin()
    if held == wanted:
        if hashed(connection, "were", table, "rowid") == rows:
            connection.commit()
            return None
        # The index of a primary key would refuse a row that takes the place of a deleted one.
        if mart.key and rows.count > MOST_INDEXED_ROWS:
            connection.execute(
                """
                create or replace temp table differing as
                select were.place as gone, are_now.place as come, are_now.row_hash
                from were full join are_now using (row_hash)
                where were.row_hash is null or are_now.row_hash is null
                """
            )
            places = count(connection, f"(select unnest(range(coalesce(max(rowid) + 1, 0))) from {table})")
            changed = count(connection, "(select gone from differing where gone is not null)") + max(
                places - rows.count, 0
            )
            if changed <= MOST_CHANGED * rows.count:
                connection.execute(f"delete from {table} where rowid in (select gone from differing)")
                # A column of the key, too: what DuckDB knows of a column it asks of the tables that a view joins.
                connection.execute(
                    f"""
                    insert into {table} select * from {mart.relation} as new
                    where
                        "{mart.key[0]}" in (select come from differing)
                        and hash(new) in (select row_hash from differing)
                    """
                )
                connection.commit()
                return rows
    connection.execute(f"drop table if exists {table}")
    copy(connection, mart, table, wanted)
    connection.commit()
    return rows


def compare(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Rows], draft: Path) -> None:
    """Hold the rows of a file against those of marts, by name.

    Raises:
        BadInput: a mart is not whole.

    """
    with attached(connection, draft, "read_only") as database:
        for name, wanted in rows.items():
            copied = rows_of(connection, f'(select hash(each) as row_hash from {database}.{SCHEMA}."{name}" as each)')
            if copied.count != wanted.count:
                raise BadInput(f"{name} has {copied.count} rows in the copy instead of {wanted.count}")
            if copied != wanted:
                raise BadInput(f"{name} has other rows in the copy")


def check_target(path: Path, warehouse: Path) -> None:
    """Refuse a published path that could never be replaced.

    Raises:
        BadInput: the warehouse, a folder or a device lies there, or will.

    """
    target, home = path.resolve(), warehouse.resolve()
    if target == home or (path.exists() and warehouse.exists() and path.samefile(warehouse)):
        raise BadInput(f"TALENT_MARTS is the warehouse itself, {path}: the marts need a file of their own")
    # What is made and removed beside the one must not be the other.
    draft = draft_of(target)
    if home in (wal(target), draft, wal(draft)) or target in (wal(home), spill_folder(home)):
        raise BadInput(f"TALENT_MARTS cannot be {path} beside the warehouse {warehouse}: take a name without ending")
    check_database(path, "TALENT_MARTS")


def published_postings(path: Path, warehouse: Path) -> int:
    """Number of postings in the marts published at ``path``; 0 where nothing lies there.

    Raises:
        BadInput: what lies there is none of ours, or is open for writing in another program.

    """
    check_target(path, warehouse)
    if not path.exists() or path.stat().st_size == 0:
        return 0
    try:
        with elsewhere(path) as other_name, duckdb.connect(other_name, read_only=True) as connection:
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
def elsewhere(path: Path) -> Iterator[Path]:
    """Another name of a file for one block, so that nothing that a client left beside it is read with it."""
    target = path.resolve()
    name = target.with_name(f".{target.name}.link")
    # A killed build's.
    name.unlink(missing_ok=True)
    try:
        # DuckDB looks for changes beside the file that a symbolic link leads to.
        os.link(target, name)
    except OSError:
        # Not every file system, or owner, allows a second name.
        name = target
    try:
        yield name
    finally:
        if name != target:
            name.unlink(missing_ok=True)


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


def copy(connection: duckdb.DuckDBPyConnection, mart: Mart, table: str, shape: Shape) -> None:
    """Make a table of a shape and of a mart's rows."""
    parts = [f'"{name}" {kind}{"" if nullable else " not null"}' for name, kind, nullable, _ in shape.columns]
    if shape.key:
        parts.append(f"primary key ({mart.key_columns})")
    statements = [
        f"create table {table} ({', '.join(parts)})",
        f"insert into {table} select * from {mart.relation}",
        *([f"comment on table {table} is {quoted(shape.comment)}"] if shape.comment else []),
        *(
            f'comment on column {table}."{name}" is {quoted(comment)}'
            for name, _, _, comment in shape.columns
            if comment
        ),
    ]
    connection.execute("; ".join(statements))


def wanted_shape(shape: Shape, mart: Mart, row_count: int) -> Shape:
    """The shape of a mart in the published file: with not-null and notes on keys, its key as one where rows are few."""
    key = mart.key if row_count <= MOST_INDEXED_ROWS else ()
    columns = []
    for name, kind, is_nullable, comment in shape.columns:
        notes = [comment] if comment else []
        if name in mart.key:
            notes.append("Key." if len(mart.key) == 1 else f"Key: ({', '.join(mart.key)}).")
        if name in mart.references:
            notes.append(f"Refers to {mart.references[name]}.")
        never_null = not is_nullable or name in mart.not_null or name in key
        columns.append((name, kind, not never_null, " ".join(notes) or None))
    return Shape(shape.comment, tuple(columns), key)


def shapes_of(connection: duckdb.DuckDBPyConnection, database: str) -> dict[tuple[str, str], Shape]:
    """The shapes of a database's tables and views, by schema and name (each question reads them all)."""
    comments = connection.execute(
        """
        select schema_name, table_name, comment from duckdb_tables() where database_name = $1
        union all select schema_name, view_name, comment from duckdb_views() where database_name = $1
        """,
        [database],
    ).fetchall()
    columns: dict[tuple[str, str], list[tuple[str, str, bool, str | None]]] = {}
    for schema, name, *column in connection.execute(
        """
        select schema_name, table_name, column_name, data_type, is_nullable, comment from duckdb_columns()
        where database_name = ?
        order by column_index
        """,
        [database],
    ).fetchall():
        columns.setdefault((schema, name), []).append(tuple(column))
    keys = connection.execute(
        """
        select schema_name, table_name, constraint_column_names from duckdb_constraints()
        where database_name = ? and constraint_type = 'PRIMARY KEY'
        """,
        [database],
    ).fetchall()
    key_of = {(schema, name): tuple(key) for schema, name, key in keys}
    return {
        (schema, name): Shape(comment, tuple(columns[schema, name]), key_of.get((schema, name), ()))
        for schema, name, comment in comments
        if (schema, name) in columns
    }


def hashed(connection: duckdb.DuckDBPyConnection, name: str, table: str, place: str = "null") -> Rows:
    """What the rows of a table are; their hashes and where they stand stay in a temporary table."""
    connection.execute(
        f"create or replace temp table {name} as select hash(each) as row_hash, {place} as place from {table} as each"
    )
    return rows_of(connection, name)


def rows_of(connection: duckdb.DuckDBPyConnection, hashes: str) -> Rows:
    """What the rows are whose row_hash a table has; the same rows, in whatever order, give the same."""
    ((rows, added, mixed),) = connection.execute(
        f"select count(*), coalesce(sum(row_hash::hugeint), 0), coalesce(bit_xor(row_hash), 0) from {hashes}"
    ).fetchall()
    return Rows(rows, (added, mixed))


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Number of rows of a table."""
    ((rows,),) = connection.execute(f"select count(*) from {table}").fetchall()
    return rows


def draft_of(target: Path) -> Path:
    """The file beside a published one that takes its place."""
    return target.with_name(f".{target.name}.draft")


def wal(path: Path) -> Path:
    """The file beside a database in which DuckDB keeps what is not in it yet."""
    return path.with_name(path.name + ".wal")
