"""What holds for the project as a whole, asserted on dbt's manifest and on the files."""

import json
import os
import re

import duckdb
import jinja2
import pytest
import yaml

from conftest import DBT, PROJECT, copy_of_project
from talent_demand import warehouse

LAYERS = {
    "staging": r"stg_\w+",
    "intermediate": r"int_\w+",
    "marts": r"(?:fct|dim|weekly|wide)_\w+|rejected_postings|collection_spells|trend_changes|emerging_terms",
}


@pytest.fixture(scope="module")
def manifest(demo):
    return json.loads((demo.folder / "target" / "manifest.json").read_text())


def own(manifest, kind, resource_type=None):
    return [
        node
        for node in manifest[kind].values()
        if node["package_name"] == "talent_demand" and resource_type in (None, node["resource_type"])
    ]


def test_models_are_named_and_described(manifest):
    for model in own(manifest, "nodes", "model"):
        layer = model["schema"]
        assert re.fullmatch(LAYERS[layer], model["name"]), f"{model['name']} in {layer}"
        assert model["description"].startswith("One row "), f"{model['name']}: the first sentence states the grain"
        assert model["columns"], model["name"]
        for name, column in model["columns"].items():
            assert column["description"], f"{model['name']}.{name}"


def test_every_column_of_the_marts_and_below_is_described(manifest, demo):
    columns = demo.query(
        "select table_schema, table_name, column_name from information_schema.columns "
        "where table_schema in ('staging', 'intermediate', 'marts', 'seeds') "
        # The macro start_build tells of it.
        "and table_name <> 'made_tables'"
    )
    described = {
        (node["schema"], node["name"], column)
        for node in own(manifest, "nodes")
        if node["resource_type"] in ("model", "seed")
        for column in node["columns"]
    }
    assert set(columns) == described


def test_marts_have_contracts_and_tested_grains(manifest):
    tested = {}
    for test in own(manifest, "nodes", "test"):
        metadata = test.get("test_metadata") or {"name": "", "kwargs": {}}
        if metadata["name"] in ("unique", "primary_key") or metadata["kwargs"].get("key"):
            tested.setdefault(test["attached_node"], True)
    for model in own(manifest, "nodes", "model"):
        if model["schema"] == "marts" and model["language"] == "sql":
            assert model["config"]["contract"]["enforced"], model["name"]
        # A view has the grain of the table that is made of its rows one by one, and is tested there.
        table = {
            "stg_raw_postings": "int_observations",
            "stg_job_postings": "int_observations",
            "int_texts": "int_text_skills",
            "int_fact_texts": "int_text_facts",
            "int_trend_voices": "fct_job_postings",
            "int_metric_skills": "fct_job_postings",
        }.get(model["name"], model["name"])
        assert f"model.talent_demand.{table}" in tested, f"{model['name']}: no test of its grain"


def test_sql_models_with_logic_have_unit_tests(manifest):
    with_tests = {test["model"] for test in manifest["unit_tests"].values()}
    # The first ones select columns and no more; the Python models are tested by pytest, dbt cannot.
    plain = {
        "stg_raw_postings",
        "int_texts",
        "dim_metrics",
        "dim_skills",
        "dim_role_families",
        "dim_seniority_levels",
        "wide_posting_skills",
        "int_places",
        "rejected_postings",
        "int_text_skills",
        "int_text_facts",
    }
    assert {model["name"] for model in own(manifest, "nodes", "model")} - with_tests == plain


def test_the_unit_tests_pass(demo, tmp_path):
    # A bare build leaves them out (selectors.yml).
    finished = demo.copy_to(tmp_path / "copy").dbt("test", "--select", "test_type:unit")
    assert "PASS=" in finished.stdout and "unit tests" in finished.stdout


def test_layers_read_only_the_layer_before(manifest):
    allowed = {
        "staging": {"raw", "staging"},
        "intermediate": {"staging", "intermediate", "seeds"},
        # What cannot be used is told as it came.
        "marts": {"intermediate", "marts", "seeds", "staging"},
    }
    nodes = manifest["nodes"] | manifest["sources"]
    for model in own(manifest, "nodes", "model"):
        for parent in model["depends_on"]["nodes"]:
            # Postings are counted from the fact, in the weeks that the marts agree on, beside what collection did.
            counted = model["name"].startswith(
                ("int_trend_", "int_collection_", "int_late_", "int_expected_", "int_metric_", "int_emerging_")
            ) and nodes[parent]["name"].startswith(("fct_", "dim_", "collection_"))
            # The ledger of observations is what postings are made from, and public as it is.
            counted = counted or nodes[parent]["name"] == "fct_posting_observations"
            assert counted or nodes[parent]["schema"] in allowed[model["schema"]], f"{model['name']} reads {parent}"


def test_macros_seeds_and_sources_are_described(manifest):
    for macro in own(manifest, "macros"):
        if "__" not in macro["name"]:
            assert macro["description"], macro["name"]
    for seed in own(manifest, "nodes", "seed"):
        assert seed["description"].startswith("One row "), seed["name"]
    for source in manifest["sources"].values():
        assert source["description"].startswith("One row ")


def test_models_ask_for_no_engine(manifest):
    for model in own(manifest, "nodes", "model"):
        assert "target." not in model["raw_code"], model["name"]


def test_the_raw_table_is_the_described_one(manifest):
    (source,) = manifest["sources"].values()
    columns = re.search(r"raw\.job_postings \((.*?)\n *\)", warehouse.RAW_DDL, re.DOTALL)[1]
    assert [line.split()[0] for line in columns.strip().splitlines()] == list(source["columns"])


def test_every_setting_is_used_and_told():
    told = (PROJECT / "docs" / "settings.md").read_text()
    folders = ("models", "macros", "tests")
    code = "".join(path.read_text() for folder in folders for path in (PROJECT / folder).rglob("*.sql"))
    for name in yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]:
        assert re.search(rf"var\(['\"]{name}['\"]\)", code), name
        assert f"`{name}`" in told, name


SETTINGS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]

SETTING = jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(
    (PROJECT / "macros" / "var.sql").read_text() + "{{ var(name) }}"
)


def setting(name, value):
    """What the macro says of a setting's value; None where it takes it."""

    def refuse(message):
        raise ValueError(message)

    try:
        SETTING.render(
            name=name,
            builtins={"var": lambda _: value},
            exceptions={"raise_compiler_error": refuse},
            modules={"re": re},
            tojson=lambda given, default: json.dumps(given, default=str),
            **{"return": lambda _: ""},
        )
    except ValueError as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_of_its_kind(name):
    assert setting(name, SETTINGS[name]) is None
    for wrong in (None, "abc", {"a": 1}, [None], [], -1):
        if not (wrong == [] and isinstance(SETTINGS[name], list)):
            assert setting(name, wrong).startswith(f"setting {name} must be "), wrong


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("repost_window_days", "abc", 'must be a whole number from 0 on, not "abc"'),
        ("repost_window_days", 2.5, "must be a whole number from 0 on, not 2.5"),
        ("repost_window_days", True, "must be a whole number from 0 on, not true"),
        ("repost_window_days", 0, None),
        ("trend_window_weeks", 0, "must be a whole number from 1 on, not 0"),
        ("same_text_similarity", 80, "must be a number from 0 to 1, not 80"),
        ("same_text_similarity", 1, None),
        ("match_same_key", 1, "must be true or false, not 1"),
        ("address_endings", ["se", False], 'must be a list of texts (no, on and null in quotes), not ["se", false]'),
        ("taxonomy_editions", ["specification", 2026], None),
        ("workplace_words", [{"term": "remote"}], "must be a list of terms with their patterns"),
        # In JSON the names of values are texts.
        ("relative_date_units", {"0": ["hour"], 7: ["week"]}, None),
        ("relative_date_units", {"soon": ["hour"]}, "must be lists of words by their days"),
        ("title_word_forms", ["sr"], "must be lists of words by their one name"),
        ("earliest_posted_date", "soon", 'must be a day, YYYY-MM-DD, not "soon"'),
        ("a_var_of_a_users_own", None, None),
    ],
)
def test_a_setting_of_another_kind_is_told(name, value, told):
    assert (setting(name, value) or "").startswith(f"setting {name} {told}" if told else "")
    assert bool(setting(name, value)) == bool(told)


def test_a_setting_of_another_kind_stops_dbt_in_a_sentence(project, tmp_path):
    copy = tmp_path / "copy"
    copy_of_project(copy, models=False)
    (copy / "models" / "days.sql").write_text("select {{ var('repost_window_days') }} as days")
    there = ("--project-dir", copy, "--profiles-dir", copy)
    assert project.run(DBT, "parse", *there).returncode == 0
    finished = project.run(DBT, "parse", *there, "--vars", "{repost_window_days: [1, 2]}", check=False)
    assert finished.returncode == 2
    assert "setting repost_window_days must be a whole number from 0 on, not [1, 2]" in finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr


def test_nothing_names_a_registry_or_a_machine():
    for path in PROJECT.glob("*.lock"):
        assert "://" not in path.read_text(), path.name


@pytest.mark.parametrize("name", ["raw.duckdb", "Marts.db", ".seeds", "staging.x.duckdb", "intermediate"])
@pytest.mark.parametrize("setting", ["TALENT_WAREHOUSE", "TALENT_MARTS"])
def test_files_with_the_name_of_a_schema_are_refused(tmp_path, monkeypatch, setting, name):
    monkeypatch.setenv(setting, str(tmp_path / name))
    with (
        pytest.raises(warehouse.BadInput, match=rf"^{setting} cannot be called {re.escape(name)}"),
        warehouse.open_warehouse(),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("setting", ["TALENT_WAREHOUSE", "TALENT_MARTS"])
@pytest.mark.parametrize("name", ["loop", "\udcff.duckdb"])
def test_paths_that_lead_nowhere_are_refused(tmp_path, monkeypatch, setting, name):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    monkeypatch.setenv(setting, str(tmp_path / name))
    with pytest.raises(warehouse.BadInput, match=rf"^{setting} leads to no file"), warehouse.open_warehouse():
        pass


@pytest.mark.parametrize("name", ["main", "temp", "published", "system", "memory", "it's", "a b", "ünï.x", "warehouse"])
def test_other_names_do_not_matter(tmp_path, monkeypatch, name):
    path = tmp_path / "new folder" / f"{name}.duckdb"
    monkeypatch.setenv("TALENT_WAREHOUSE", str(path))
    for _ in range(2):
        with warehouse.open_warehouse() as connection:
            connection.execute(
                "insert into raw.job_postings by name select now() as loaded_at, 'f' as source_file, 1 as source_row"
            )
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select count(*) from raw.job_postings").fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("w.duckdb", os.mkdir, "no file"),
        ("w.duckdb", os.mkfifo, "no file"),
        ("w.duckdb", lambda path: path.write_bytes(b"SQLite format 3\0"), "not a valid DuckDB database file"),
        # DuckDB would read it as a table of a database in memory.
        ("jobs.csv", lambda path: path.write_text("title,company,url\n"), "not a valid DuckDB database file"),
    ],
)
def test_a_warehouse_that_is_none_is_refused(tmp_path, monkeypatch, name, make, says):
    make(tmp_path / name)
    monkeypatch.setenv("TALENT_WAREHOUSE", str(tmp_path / name))
    with pytest.raises(warehouse.BadInput, match=f"TALENT_WAREHOUSE is {says}"), warehouse.open_warehouse():
        pass


def test_the_folder_of_a_warehouse_is_made(tmp_path, monkeypatch):
    path = tmp_path / "a folder" / "über" / "it's.duckdb"
    monkeypatch.setenv("TALENT_WAREHOUSE", str(path))
    with warehouse.open_warehouse():
        pass
    assert path.is_file()


@pytest.fixture
def other_loader(tmp_path, monkeypatch):
    """Makes a warehouse by a statement, then opens it as the scripts and dbt do."""
    path = tmp_path / "w.duckdb"
    monkeypatch.setenv("TALENT_WAREHOUSE", str(path))

    def make(statement):
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"create schema raw; {statement}")
        with warehouse.open_warehouse() as connection:
            return dict(
                connection.execute("select column_name, column_type from (describe raw.job_postings)").fetchall()
            )

    return make


def test_a_table_of_another_loader_gets_the_fields_that_it_lacks(other_loader):
    table = (
        "select 't' as Title, date '2026-01-01' as posted_date, now() as loaded_at, 'f' as source_file, 1 as source_row"
    )
    columns = other_loader(f"create table raw.job_postings as {table}")
    assert {name.lower() for name in columns} == {
        *warehouse.POSTING_FIELDS,
        *("other_fields", "long_fields", "scraped_at", "loaded_at", "source_file", "source_row"),
    }
    assert columns["posted_date"] == "DATE" and columns["salary"] == "VARCHAR"


def test_a_view_of_all_that_models_read_is_a_raw_table(other_loader):
    fields = [*warehouse.POSTING_FIELDS, "other_fields", "scraped_at", "loaded_at", "source_file", "source_row"]
    assert (
        list(other_loader(f"create view raw.job_postings as select {' '.join(f'1 as {name},' for name in fields)}"))
        == fields
    )


@pytest.mark.parametrize("kind", ["table", "view"])
def test_a_raw_table_without_its_rows_places_is_refused(other_loader, kind):
    with pytest.raises(warehouse.BadInput, match=rf"the {kind} raw\.job_postings has no column .*source_row") as raised:
        other_loader(f"create {kind} raw.job_postings as select 't' as title")
    assert "\n" not in str(raised.value)
    assert ("salary" in str(raised.value)) == (kind == "view")
    assert "long_fields" not in str(raised.value)


RAW_VIEW = f"create view raw.job_postings as select {''.join(f'1 as {name},' for name in warehouse.ADDED_FIELDS)} "


@pytest.mark.parametrize(
    ("statement", "commands", "says"),
    [
        (
            f"{RAW_VIEW} 1 as title, 1 as loaded_at, 1 as source_file, 1 as source_row",
            ["load_postings FILE", "load_postings --unload FILE", "generate_postings"],
            "raw.job_postings is a view, to which nothing can be added: ",
        ),
        (
            "create table raw.shown (i int); create view raw.job_postings as from raw.shown; drop table raw.shown",
            ["load_postings FILE", "generate_postings"],
            "Catalog Error: Table with name shown does not exist!",
        ),
        ("create view raw.loaded_files as select 1", ["load_postings FILE"], "raw.loaded_files is not the table of "),
        ("create table raw.loaded_files (i int)", ["load_postings FILE"], "raw.loaded_files is not the table of "),
    ],
)
def test_what_cannot_be_loaded_to_is_told_in_a_sentence(project, statement, commands, says):
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(f"create schema raw; {statement}")
    (project.folder / "jobs.csv").write_text("title,url\nCook,u\n")
    for command in commands:
        finished = project.script(*command.replace("FILE", str(project.folder / "jobs.csv")).split(), check=False)
        assert finished.returncode == 1
        assert f"{project.warehouse}: {says}" in finished.stderr and finished.stderr.count("\n") == 1
