"""The published file: replaced as a whole, by good builds only, while readers hold it."""

import contextlib
import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
from types import SimpleNamespace

import duckdb
import pytest

from conftest import DBT, copy_of_project
from talent_demand import publish
from talent_demand.warehouse import BadInput

# Reads until a file appears; prints the numbers of postings that it sees in turn, and at last how often it read. "held"
# keeps one connection; "fresh" opens the file anew each time, in a process of its own: one process shares an open file.
READER = """
import sys, time, pathlib, duckdb
kind, path, stop = sys.argv[1:]
held = duckdb.connect(path, read_only=True) if kind == "held" else None
seen, reads = [], 0
while not pathlib.Path(stop).exists():
    connection = held or duckdb.connect(path, read_only=True)
    jobs, weeks = connection.execute(
        "select (select count(*) from marts.fct_job_postings), (select sum(job_count) from marts.weekly_job_volume)"
    ).fetchall()[0]
    assert jobs == weeks, (jobs, weeks)
    if seen[-1:] != [jobs]:
        seen.append(jobs)
        print(jobs, flush=True)
    if not held:
        connection.close()
    reads += 1
    time.sleep(0.1)
print("reads", reads)
"""


@pytest.fixture
def built(demo, tmp_path):
    """A copy of the demo project that a test may change."""
    return demo.copy_to(tmp_path)


def tables(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return dict(
            connection.execute(
                "select table_name, estimated_size from duckdb_tables() where schema_name = 'marts'"
            ).fetchall()
        )


def test_the_file_holds_the_tagged_models_and_what_is_known_of_them(demo):
    manifest = json.loads((demo.folder / "target" / "manifest.json").read_text())
    published = tables(demo.marts)
    assert published == {
        node["name"]: demo.query(f"select count(*) from {node['schema']}.{node['name']}")[0][0]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and "published" in node["tags"]
    }
    assert published["fct_job_postings"] > 1500
    with duckdb.connect(str(demo.marts), read_only=True) as connection:
        ((tags,),) = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where not internal"
        ).fetchall()
        assert tags.startswith("v1.2.0")
        ((undocumented,),) = connection.execute(
            "select (select count(*) from duckdb_tables() where comment is null) "
            "+ (select count(*) from duckdb_columns() where not internal and comment is null)"
        ).fetchall()
        assert undocumented == 0
        assert connection.execute("select count(*) from duckdb_views() where not internal").fetchall() == [(0,)]
        keys = dict(
            connection.execute(
                "select table_name, constraint_column_names from duckdb_constraints() "
                "where constraint_type = 'PRIMARY KEY'"
            ).fetchall()
        )
        assert keys["fct_posting_skills"] == ["posting_id", "skill"]
        nullable = "select table_name, column_name, is_nullable from duckdb_columns() where schema_name = 'marts'"
        not_null = [row for row in connection.execute(nullable).fetchall() if not row[2]]
        assert set(not_null) >= {row for row in demo.query(nullable) if not row[2]} and not_null
    assert [path.name for path in demo.folder.glob(".talent*")] == []


def test_readers_and_builds_do_not_disturb_each_other(built, tmp_path):
    stop = tmp_path / "stop"
    counts = [tables(built.marts)["fct_job_postings"]]
    readers = {
        kind: subprocess.Popen(
            [sys.executable, "-c", READER, kind, str(built.marts), str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for kind in ("held", "fresh")
    }
    started = [reader.stdout.readline() for reader in readers.values()]
    before = built.marts.read_bytes()
    old = built.marts.open("rb")
    try:
        built.script("generate_postings", "--count", "200")
        built.dbt("build")
        counts.append(tables(built.marts)["fct_job_postings"])
        # What it made is to be seen too.
        told = readers["fresh"].stdout.readline()
    finally:
        stop.touch()
        rest = {kind: reader.communicate() for kind, reader in readers.items()}
    with old:
        # The old file is whole for whoever holds it: the new one took its name, and was not written into it.
        assert old.read() == before != built.marts.read_bytes()
    assert [reader.returncode for reader in readers.values()] == [0, 0], rest
    assert [int(line) for line in started] == [counts[0], counts[0]]
    assert int(told) == counts[1] and counts[0] > counts[1] > 0
    for output, _ in rest.values():
        (word, reads) = output.split()
        assert word == "reads" and int(reads) > 10


def test_a_failed_test_leaves_the_old_file(built):
    before = built.marts.read_bytes()
    built.script("generate_postings", "--count", "100")
    with duckdb.connect(str(built.warehouse)) as connection:
        # The same place twice: the ids are no longer unique.
        connection.execute("insert into raw.job_postings from raw.job_postings limit 1")
    finished = built.dbt("build", "--exclude-resource-type", "unit_test", check=False)
    assert finished.returncode == 1
    assert built.marts.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("run", ""),
        ("build --select fct_job_postings", "stays as it was: only a whole `dbt build` is published"),
        # What is selected is told when nothing else is wrong.
        ("build --select dim_days --empty", "stays as it was: this build did not read all rows"),
        ("build --select dim_days --sample '1 day'", "stays as it was: this build did not read all rows"),
    ],
)
def test_only_a_whole_build_is_published(built, command, told):
    before = (built.marts.stat().st_ino, built.marts.read_bytes())
    built.script("generate_postings", "--append", "--count", "1")
    assert told in built.dbt(*shlex.split(command)).stdout
    assert (built.marts.stat().st_ino, built.marts.read_bytes()) == before


def test_a_build_without_postings_leaves_those_that_are_there(built):
    before = built.marts.read_bytes()
    built.warehouse = built.folder / "a typo.duckdb"
    built.environment["TALENT_WAREHOUSE"] = str(built.warehouse)
    finished = built.dbt("build")
    assert "No postings are loaded" in finished.stdout
    assert "this build found no postings" in finished.stdout
    assert built.query("select count(*) from marts.fct_job_postings") == [(0,)]
    assert built.marts.read_bytes() == before


def test_a_mart_of_ones_own_is_published_once_its_build_is_mended(built):
    # A project of two models, on the warehouse of this one.
    copy = built.folder / "a [copy], it's ours"
    copy_of_project(copy, models=False)
    (copy / "models" / "own").mkdir()
    fact = copy / "models" / "own" / "fct_job_postings.sql"
    fact.write_text("{{ config(tags=['published'], schema='own') }} from warehouse.marts.fct_job_postings limit 99")
    own = copy / "models" / "own" / "by_board.sql"
    whole = (
        "{{ config(tags=['published'], schema='own') }} "
        "select source, count(*) as jobs from {{ ref('fct_job_postings') }} group by all"
    )
    own.write_text(f"{whole}, nowhere")
    (copy / "models" / "own" / "own.yml").write_text(
        "models: [{name: by_board, columns: [{name: source, data_tests: [unique, not_null]}]}]"
    )
    there = ("--project-dir", copy, "--profiles-dir", copy)
    before = built.marts.read_bytes()
    assert built.run(DBT, "build", *there, check=False).returncode == 1
    assert built.marts.read_bytes() == before
    # What passed is not done again, and is published with what is mended.
    own.write_text(whole)
    retried = built.run(DBT, "--no-use-colors", "retry", *there).stdout
    assert "talent.duckdb: " in retried and retried.count(" OK created ") + retried.count(" PASS ") < 10
    with duckdb.connect(str(built.marts), read_only=True) as connection:
        assert connection.execute("select sum(jobs) from marts.by_board").fetchall() == [(99,)]
        assert tables(built.marts).keys() == {"fct_job_postings", "by_board"}
        assert connection.execute(
            "select constraint_column_names from duckdb_constraints() "
            "where table_name = 'by_board' and constraint_type = 'PRIMARY KEY'"
        ).fetchall() == [(["source"],)]


MARTS = [
    publish.Mart("w", "marts", "fct_job_postings", ("posting_id",)),
    publish.Mart("w", "own", "counts", (), {"posting_id": "fct_job_postings.posting_id"}),
]


@pytest.fixture
def warehouse(tmp_path):
    """A connection to a warehouse of two marts, and its path."""
    path = tmp_path / "w.duckdb"
    connection = duckdb.connect(str(path))
    connection.execute(
        """
        create schema marts; create schema own; create schema raw; create table raw.job_postings (title varchar);
        create table marts.fct_job_postings (posting_id integer not null, "title 'x'" varchar);
        insert into marts.fct_job_postings from range(3) select range, 'it''s';
        comment on table marts.fct_job_postings is 'One row a posting, it''s said.';
        comment on column marts.fct_job_postings.posting_id is 'Its id.';
        create view own.counts as select 1 as posting_id, [1, 2] as list, 1.5::decimal(3, 2) as score
        """
    )
    yield connection, path
    connection.close()


def postings(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("select count(*) from marts.fct_job_postings").fetchall()[0][0]


def test_a_copy_is_whole(warehouse, tmp_path):
    path = tmp_path / "new folder, ü" / "it's.duckdb"
    publish.publish(warehouse[0], MARTS, path, warehouse[1])
    with duckdb.connect(str(path), read_only=True) as connection:
        described = connection.execute(
            "select table_name, column_name, data_type, is_nullable, comment from duckdb_columns() "
            "where schema_name = 'marts' order by table_name desc, column_index"
        ).fetchall()
        assert described == [
            ("fct_job_postings", "posting_id", "INTEGER", False, "Its id. Key."),
            ("fct_job_postings", "title 'x'", "VARCHAR", True, None),
            ("counts", "posting_id", "INTEGER", True, "Refers to fct_job_postings.posting_id."),
            ("counts", "list", "INTEGER[]", True, None),
            ("counts", "score", "DECIMAL(3,2)", True, None),
        ]
        assert connection.execute(
            "select comment from duckdb_tables() where table_name = 'fct_job_postings'"
        ).fetchall() == [("One row a posting, it's said.",)]
        assert connection.execute("from marts.fct_job_postings where posting_id = 2").fetchall() == [(2, "it's")]
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def make_folder(path, warehouse):
    path.mkdir()


def make_text(path, warehouse):
    path.write_text("my thesis")


def make_sqlite(path, warehouse):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("create table fct_job_postings (i int)")


def make_pipe(path, warehouse):
    os.mkfifo(path)


def make_other_database(path, warehouse):
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create table marts.fct_job_postings (i int)")
        connection.execute("create table mine (i int)")


def make_other_marts(path, warehouse):
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create table marts.sales (i int)")


def make_link_to_the_warehouse(path, warehouse):
    path.symlink_to(warehouse)


def make_second_name_of_the_warehouse(path, warehouse):
    path.hardlink_to(warehouse)


@pytest.mark.parametrize(
    "make",
    [
        make_folder,
        make_text,
        make_sqlite,
        make_pipe,
        make_other_database,
        make_other_marts,
        make_link_to_the_warehouse,
        make_second_name_of_the_warehouse,
    ],
)
def test_nothing_but_marts_is_replaced(warehouse, tmp_path, make):
    path = tmp_path / "m.duckdb"
    make(path, warehouse[1])
    before = path.lstat()
    with pytest.raises(BadInput, match=r"^[^\n]*TALENT_MARTS[^\n]*m\.duckdb[^\n]*$") as refused:
        publish.publish(warehouse[0], MARTS, path, warehouse[1])
    # To read SQLite, DuckDB would look in the network.
    assert "extension" not in str(refused.value)
    assert (path.lstat().st_ino, path.lstat().st_size) == (before.st_ino, before.st_size)
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("marts", "warehouse_name"),
    [
        ("m.duckdb", "m.duckdb.wal"),
        ("m.duckdb", ".m.duckdb.draft"),
        ("m.duckdb", ".m.duckdb.draft.wal"),
        ("w.duckdb.wal", "w.duckdb"),
        ("w.duckdb.tmp", "w.duckdb"),
    ],
)
def test_what_lies_beside_one_file_for_a_while_is_not_the_other(tmp_path, marts, warehouse_name):
    with pytest.raises(BadInput, match=r"^TALENT_MARTS cannot be "):
        publish.check_target(tmp_path / marts, tmp_path / "x" / ".." / warehouse_name)


def test_what_a_link_points_to_is_replaced(warehouse, tmp_path):
    (tmp_path / "there").mkdir()
    real, path = tmp_path / "there" / "real.duckdb", tmp_path / "m.duckdb"
    path.symlink_to(real)
    for _ in range(2):
        publish.publish(warehouse[0], MARTS, path, warehouse[1])
        assert path.is_symlink() and postings(real) == 3


@pytest.mark.parametrize("is_link", [False, True])
def test_what_a_client_left_beside_the_file_is_not_read(warehouse, tmp_path, is_link):
    real = path = tmp_path / "m.duckdb"
    if is_link:
        real = tmp_path / "real.duckdb"
        path.symlink_to(real)
    publish.publish(warehouse[0], MARTS, path, warehouse[1])
    client = (
        "import duckdb, os, signal, sys; c = duckdb.connect(sys.argv[1], config={'wal_autocheckpoint': '1TB'}); "
        "c.execute('delete from marts.fct_job_postings; create table marts.mine (i int)'); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", client, path], check=False)
    assert list(tmp_path.glob("*.wal"))
    publish.publish(warehouse[0], MARTS, path, warehouse[1])
    assert not [name for name in tmp_path.glob("*.wal") if name.name != "w.duckdb.wal"]
    assert tables(path) == {"fct_job_postings": 3, "counts": 1} and postings(path) == 3
    # Nor what is left of another file of this name.
    other = tmp_path / "other.duckdb"
    subprocess.run(
        [sys.executable, "-c", client.replace("delete from marts.fct_job_postings", "create schema marts"), other]
    )
    other.with_name("other.duckdb.wal").rename(real.with_name(f"{real.name}.wal"))
    warehouse[0].execute("insert into marts.fct_job_postings values (3, 'new')")
    publish.publish(warehouse[0], MARTS, path, warehouse[1])
    assert postings(path) == 4


def test_a_file_that_is_open_for_writing_stays(warehouse, tmp_path):
    path = tmp_path / "m.duckdb"
    publish.publish(warehouse[0], MARTS, path, warehouse[1])
    before = path.read_bytes()
    client = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", client, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(BadInput, match=rf"^{path} cannot be replaced: another program \(.*process {process.pid}\)"):
            publish.publish(warehouse[0], MARTS, path, warehouse[1])
    assert path.read_bytes() == before


def test_a_copy_that_lacks_a_row_is_not_published(warehouse, tmp_path, monkeypatch):
    path = tmp_path / "m.duckdb"
    publish.publish(warehouse[0], MARTS, path, warehouse[1])
    before = path.read_bytes()

    def lose(connection, mart, table, row_count, whole=publish.copy):
        whole(connection, mart, table, row_count)
        connection.execute(f"delete from {table} where posting_id = 1")

    monkeypatch.setattr(publish, "copy", lose)
    warehouse[0].execute("update marts.fct_job_postings set \"title 'x'\" = 'other'")
    with pytest.raises(BadInput, match="fct_job_postings has 2 rows in the copy instead of 3"):
        publish.publish(warehouse[0], MARTS, path, warehouse[1])
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


BOARDS = publish.Mart("w", "own", "boards", ("board", "posting_id"), not_null=frozenset({"board"}))


@pytest.fixture
def large(warehouse, tmp_path, monkeypatch):
    """Publishes marts whose key is no index, as of large tables, and says how: as they were, updated or anew."""
    connection, file = warehouse
    connection.execute(
        """
        create table own.boards (board varchar, posting_id integer, words varchar[]);
        insert into own.boards select 'b' || range % 7, range, [range::varchar, null] from range(1000);
        create table own.small as select 1 as one
        """
    )
    monkeypatch.setattr(publish, "MOST_INDEXED_ROWS", 10)
    path = tmp_path / "m.duckdb"
    marts = [*MARTS, BOARDS, publish.Mart("w", "own", "small")]
    whole = []
    monkeypatch.setattr(publish, "copy", lambda *given, copy=publish.copy: (whole.append(given[1].name), copy(*given)))

    def again(marts=marts):
        whole.clear()
        before = path.stat().st_ino if path.exists() else None
        told = publish.publish(connection, marts, path, file)
        with duckdb.connect(str(path), read_only=True) as published:
            for mart in marts:
                rows = f"from {{}}.{mart.name} order by all"
                found = published.execute(rows.format("marts")).fetchall()
                assert found == connection.execute(rows.format(mart.schema)).fetchall(), mart.name
        assert [name.name for name in tmp_path.iterdir() if name.name.startswith(".")] == []
        assert told.endswith("as they were") == (path.stat().st_ino == before)
        return "as they were" if path.stat().st_ino == before else sorted(whole)

    assert again() == ["boards", "counts", "fct_job_postings", "small"]
    return connection, path, again


@pytest.mark.parametrize(
    ("change", "copied"),
    [
        ("select 1", "as they were"),
        # Rows in another order are the same rows.
        ("create or replace table own.boards as from own.boards order by posting_id desc", "as they were"),
        ("insert into own.boards values ('new', 1, []), ('new', 2, null)", []),
        ("update own.boards set words = [null] where posting_id = 5", []),
        ("delete from own.boards where board = 'b3' and posting_id < 50", []),
        ("update own.boards set posting_id = -1 where posting_id = 5", []),
        # More than a fifth.
        ("update own.boards set words = null where posting_id < 500", ["boards"]),
        ("delete from own.boards where posting_id < 999", ["boards"]),
        # Columns, types and comments too.
        ("alter table own.boards add column more integer", ["boards"]),
        ("alter table own.boards alter posting_id type bigint", ["boards"]),
        ("comment on table own.boards is 'One row a board.'", ["boards"]),
        ("comment on column own.boards.words is 'What it says.'", ["boards"]),
        ("update own.small set one = 2", ["small"]),
    ],
)
def test_only_what_changed_is_written(large, change, copied):
    connection, _, again = large
    connection.execute(change)
    assert again() == copied
    assert again() == "as they were"


def test_many_small_changes_leave_no_heap_of_deleted_rows(large):
    connection, path, again = large
    ways = []
    for time in range(12):
        connection.execute("update own.boards set words = [?] where posting_id % 20 = ?", [str(time), time])
        ways.append(again())
    assert [] in ways
    with duckdb.connect(str(path), read_only=True) as published:
        ((places,),) = published.execute("select max(rowid) + 1 from marts.boards").fetchall()
    assert places <= 1000 * (1 + 2 * publish.MOST_CHANGED)


@pytest.mark.parametrize(
    "statement",
    [
        "create table marts.mine (i int)",
        "create view marts.mine as select 1",
        "drop table marts.small",
        "create or replace macro marts.mine() as 1",
        "delete from marts.boards where posting_id = 1",
        "update marts.counts set score = 9",
        "alter table marts.boards drop column words",
    ],
)
def test_what_a_client_did_to_the_file_is_undone(large, statement):
    _, path, again = large
    with duckdb.connect(str(path)) as client:
        client.execute(statement)
    assert again() != "as they were"
    assert again() == "as they were"


def test_an_update_that_goes_wrong_is_a_whole_copy(large, monkeypatch):
    connection, _, again = large
    connection.execute("insert into own.boards values ('new', 1, [])")

    def spoil(connection, mart, database, *given, update=publish.update):
        rows = update(connection, mart, database, *given)
        if rows:
            connection.execute(f"delete from {database}.marts.{mart.name} where posting_id = 7")
        return rows

    monkeypatch.setattr(publish, "update", spoil)
    assert again() == ["boards", "counts", "fct_job_postings", "small"]
    connection.execute("insert into own.boards values ('new', 2, [])")
    monkeypatch.setattr(publish, "update", lambda *_: connection.execute("select error('no room')"))
    assert again() == ["boards", "counts", "fct_job_postings", "small"]


def test_a_file_that_nobody_touched_is_not_read(large, monkeypatch):
    connection, path, again = large
    read = []
    monkeypatch.setattr(
        publish, "make_draft", lambda *given, make=publish.make_draft: (read.append(1), make(*given))[1]
    )
    connection.execute(
        "create schema intermediate; create table intermediate.made_tables as select 'm' as unique_id, 'a' as contents"
    )

    def is_read():
        read.clear()
        again()
        return bool(read)

    assert [is_read(), is_read()] == [True, False]
    connection.execute("update intermediate.made_tables set contents = 'b'")
    assert [is_read(), is_read()] == [True, False]
    with duckdb.connect(str(path)) as client:
        client.execute("update marts.boards set words = null where posting_id = 5")
    assert [is_read(), is_read()] == [True, False]
    path.write_bytes(path.read_bytes())
    assert [is_read(), is_read()] == [True, False]
    path.with_name("m.duckdb.wal").touch()
    assert is_read()


def test_a_mart_that_is_no_longer_tagged_goes(large):
    _, path, again = large
    again([*MARTS, BOARDS])
    assert "small" not in tables(path)


def test_an_error_leaves_the_old_file_and_no_draft(warehouse, tmp_path):
    path = tmp_path / "m.duckdb"
    publish.publish(warehouse[0], MARTS, path, warehouse[1])
    before = path.read_bytes()
    gone = publish.Mart("w", "own", "gone")
    with pytest.raises(BadInput, match=r"gone"):
        publish.publish(warehouse[0], [*MARTS, gone], path, warehouse[1])
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []
    # The connection is fit for the next one.
    publish.publish(warehouse[0], MARTS, path, warehouse[1])


def test_what_a_killed_build_left_is_cleared(warehouse, tmp_path):
    path = tmp_path / "m.duckdb"
    code = (
        "import os, signal, sys, duckdb; from pathlib import Path; from talent_demand import publish; "
        "publish.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
        "c = duckdb.connect(); c.execute('create table t as select 1 as i'); "
        "publish.publish(c, [publish.Mart('memory', 'main', 't')], Path(sys.argv[1]), Path('none'))"
    )
    finished = subprocess.run([sys.executable, "-c", code, path], check=False)
    assert finished.returncode == -signal.SIGKILL and list(tmp_path.glob(".m.duckdb*"))
    publish.publish(warehouse[0], MARTS, path, warehouse[1])
    assert not list(tmp_path.glob(".*")) and postings(path) == 3


def test_another_name_of_the_file_goes(warehouse, tmp_path, monkeypatch):
    path = tmp_path / "m.duckdb"
    publish.publish(warehouse[0], MARTS, path, warehouse[1])
    # As a killed build leaves it.
    (tmp_path / ".m.duckdb.link").write_text("")
    with publish.elsewhere(path) as name:
        assert name != path and name.samefile(path)
    assert not list(tmp_path.glob(".*"))
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError()))
    with publish.elsewhere(path) as name:
        assert name == path
    assert postings(path) == 3


def test_no_postings_replace_none(warehouse, tmp_path):
    path = tmp_path / "m.duckdb"
    connection, file = warehouse
    connection.execute("create table own.fct_job_postings as from marts.fct_job_postings limit 0")
    none = publish.Mart("w", "own", "fct_job_postings")
    publish.publish(connection, [none], path, file)
    assert postings(path) == 0
    publish.publish(connection, MARTS, path, file)
    with pytest.raises(publish.NoPostings, match="found no postings, and the file holds 3"):
        publish.publish(connection, [none], path, file)
    assert postings(path) == 3


def test_two_marts_of_one_name_are_refused(warehouse, tmp_path):
    with pytest.raises(BadInput, match="called fct_job_postings"):
        publish.publish(warehouse[0], [*MARTS, MARTS[0]], tmp_path / "m.duckdb", warehouse[1])


def node(kind, **fields):
    return {"resource_type": kind, "tags": [], "columns": {}, "config": {"severity": "ERROR"}, **fields}


def test_of_a_build():
    nodes = {"m": node("model"), "s": node("seed"), "t": node("test"), "hook": node("operation")}
    results = [SimpleNamespace(status=status) for status in ("success", "pass", "warn", "no-op")]

    def why_not(selected="mst", results=results, is_sample=False):
        return publish.missing_from_whole_build(nodes, selected, results, is_sample)

    assert why_not() is None
    assert "whole" in why_not("ms")
    assert "rows" in why_not(is_sample=True)
    for status in ("error", "fail", "skipped", "partial success", "runtime error"):
        assert "failed" in why_not(results=[*results, SimpleNamespace(status=status)])


def test_of_a_build_that_is_retried(warehouse):
    connection, _ = warehouse
    connection.execute(
        "create schema if not exists raw; create or replace table raw.job_postings (loaded_at timestamp)"
    )
    connection.execute("insert into raw.job_postings values ('2026-05-06')")
    nodes = {key: node("model", checksum={"checksum": f"{key} 1"}) for key in "abc"}

    def run(selected, failed="", is_retry=False, is_sample=False):
        results = [
            SimpleNamespace(node=SimpleNamespace(unique_id=key), status="error" if key in failed else "success")
            for key in selected
        ]
        build = {"nodes": nodes, "selected": selected, "results": results, "is_sample": is_sample}
        return publish.carried_on(connection, build, is_retry)

    # What failed is carried on, over any number of retries.
    run("abc", failed="bc")
    assert run("bc", failed="c", is_retry=True) == set("abc")
    assert run("c", is_retry=True) == set("abc")
    assert run("c", is_retry=True) == {"c"}
    # A selection is no retry, and ends what could have been carried on; nor is there anything to carry on in a sample.
    run("abc", failed="c")
    assert run("c") == {"c"}
    assert run("c", is_retry=True) == {"c"}
    run("abc", failed="c", is_sample=True)
    assert run("c", is_retry=True) == {"c"}
    # Another file of a model that passed, or other postings.
    run("abc", failed="c")
    nodes["a"]["checksum"]["checksum"] = "a 2"
    assert run("c", is_retry=True) == set("bc")
    run("abc", failed="c")
    connection.execute("insert into raw.job_postings values ('2026-05-07')")
    assert run("c", is_retry=True) == {"c"}


def test_keys_are_what_tests_prove():
    def mart(name, **columns):
        return node("model", tags=["published"], alias=name, database="w", schema="marts", columns=columns)

    def proof(name, on, arguments, **config):
        return node(
            "test",
            attached_node=on,
            test_metadata={"name": name, "kwargs": arguments},
            config={"severity": "ERROR", **config},
        )

    nodes = {
        "a": mart("a", id={"constraints": [{"type": "not_null"}]}),
        "b": mart("b"),
        "c": mart("c"),
        "seed": node("seed", alias="seed"),
        1: proof("unique", "a", {"column_name": "id"}),
        2: proof(
            "rows_satisfy",
            "b",
            {
                "key": ["x", "y"],
                "references": {"x": {"to": "ref('a')", "field": "id"}, "y": {"to": "ref('seed')", "field": "id"}},
            },
        ),
        3: proof("relationships", "b", {"column_name": "z", "to": "ref('a')", "field": "id"}),
        # Proven of some rows, of nulls too, or not at all.
        5: proof("primary_key", "c", {"column_name": "id"}, where="id > 0"),
        6: proof("unique", "c", {"column_name": "id"}),
        7: proof("primary_key", "c", {"columns": ["id"]}, severity="warn"),
    }
    assert publish.tagged(nodes) == [
        publish.Mart("w", "marts", "a", ("id",)),
        publish.Mart("w", "marts", "b", ("x", "y"), {"x": "a.id", "z": "a.id"}),
        publish.Mart("w", "marts", "c"),
    ]
