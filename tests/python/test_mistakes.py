"""A mistake in a seed is told by its row and the rule that it breaks."""

import json
import re
from types import SimpleNamespace

import duckdb
import pytest

from conftest import DBT, PROJECT, UNTESTED, copy_of_project, read_seed
from talent_demand import mistakes


@pytest.fixture(scope="module")
def manifest(demo):
    """The project as dbt knows it."""
    return json.loads((demo.folder / "target" / "manifest.json").read_text())["nodes"]


@pytest.fixture(scope="module")
def tests_of_seeds(manifest):
    """The seeds' tests."""
    return [
        SimpleNamespace(
            attached_node=node["attached_node"],
            test_metadata=SimpleNamespace(**node["test_metadata"]),
            config=SimpleNamespace(where=node["config"].get("where")),
            resource_type="test",
        )
        for node in manifest.values()
        if node["resource_type"] == "test" and str(node.get("attached_node")).startswith("seed.")
    ]


@pytest.fixture
def told(manifest, tests_of_seeds):
    """What is told where every test of the seeds failed, after some statements have changed the seeds."""
    connection = duckdb.connect()
    connection.execute("create schema seeds")
    for node in manifest.values():
        if node["resource_type"] == "seed":
            types = node["config"]["column_types"]
            columns = ", ".join(f'"{name}" {types[name]}' for name in read_seed(node["name"])[0])
            connection.execute(f"create table seeds.{node['name']} ({columns})")
            path = PROJECT / node["original_file_path"]
            connection.execute(f"copy seeds.{node['name']} from '{path}' (format csv, header true)")

    def after(*statements, status="fail", nodes=manifest):
        for statement in statements:
            connection.execute(statement)
        results = [SimpleNamespace(status=status, node=node) for node in tests_of_seeds]
        return mistakes.of_seeds(connection, results, nodes)

    return after


def line_of(seed, column, value):
    return next(number for number, row in enumerate(read_seed(seed), start=2) if row[column] == value)


# Any row of them.
SPELLING = read_seed("skill_spellings")[8]["spelling"]


def test_every_test_of_a_seed_has_its_words(tests_of_seeds):
    assert {node.test_metadata.name for node in tests_of_seeds} == set(mistakes.WORDINGS)


def test_seeds_as_they_are_hold_no_mistake(told):
    assert told() == []


def test_a_spelling_that_stands_twice(told):
    last = len(read_seed("skill_spellings")) + 2
    assert told("insert into seeds.skill_spellings from seeds.skill_spellings where rowid = 8") == [
        f'seeds/skill_spellings.csv, lines 10 and {last}: spelling "{SPELLING}" stands more than once'
    ]


def test_a_row_below_a_blank_line_is_told_by_its_own_line(told, manifest, tmp_path):
    (tmp_path / "seeds").mkdir()
    for seed in (PROJECT / "seeds").glob("*.csv"):
        names, _, rows = seed.read_text(encoding="utf-8").partition("\n")
        (tmp_path / "seeds" / seed.name).write_text(f"{names}\n\n{rows}", encoding="utf-8")
    nodes = {key: node | {"root_path": str(tmp_path)} for key, node in manifest.items()}
    (sentence,) = told("update seeds.skill_spellings set skill = 'pytorhc' where rowid = 8", nodes=nodes)
    assert sentence.startswith(f'seeds/skill_spellings.csv, line 11 (spelling "{SPELLING}"): ')


def test_a_spelling_of_an_unknown_skill(told):
    (sentence,) = told("update seeds.skill_spellings set skill = 'pytorhc' where rowid = 8")
    place = f'seeds/skill_spellings.csv, line 10 (spelling "{SPELLING}")'
    assert sentence == f'{place}: skill "pytorhc" is no skill of seeds/ai_skills.csv'


def test_an_unknown_category(told):
    line = line_of("ai_skills", "skill", "pytorch")
    (sentence,) = told("update seeds.ai_skills set category = 'ml' where skill = 'pytorch'")
    assert sentence.startswith(
        f'seeds/ai_skills.csv, line {line} (skill "pytorch"): category "ml" is none of: ml_engineering, data_science, '
    )


def test_a_value_that_is_none_of_the_list_and_an_empty_key(told):
    sentences = told(
        "update seeds.pay_words set kind = 'wage' where rowid = 0",
        "update seeds.employer_aliases set alias = null where rowid = 4",
    )
    assert "seeds/employer_aliases.csv, line 6: alias must not be empty" in sentences
    assert any('kind "wage" is none of: pay, other_money, ' in sentence for sentence in sentences)


def test_only_the_first_rows_are_told(told):
    sentences = told("update seeds.skill_spellings set skill = 'nothing'")
    assert len(sentences) == mistakes.SHOWN + 1
    others = len(read_seed("skill_spellings")) - mistakes.SHOWN
    assert sentences[-1] == f"seeds/skill_spellings.csv: {others} more rows break the same rule"


def test_an_empty_value_is_none_of_the_list(told):
    (sentence,) = told("update seeds.advert_words set kind = null where rowid = 0 and kind = 'near'")[:1]
    assert sentence.endswith(": kind must not be empty")


def test_the_rules_that_a_model_breaks_are_told():
    def result(name, status="fail", test="rows_satisfy", on="model.talent_demand.fct_postings"):
        code = f"select '{name} > 0' as broken_condition, 1200 as row_count"
        metadata = SimpleNamespace(name=test)
        node = SimpleNamespace(attached_node=on, test_metadata=metadata, compiled_code=code)
        return SimpleNamespace(status=status, node=node)

    singular = SimpleNamespace(status="fail", node=SimpleNamespace(attached_node=None, test_metadata=None))
    seed = result("c", on="seed.talent_demand.pay_words")
    results = [result("a"), result("b", "pass"), seed, result("d", test="unique"), singular]
    assert mistakes.of_models(duckdb.connect(), results) == ["fct_postings: 1,200 break what must hold: a > 0"]


def test_raw_rows_that_cannot_be_told_apart():
    connection = duckdb.connect()
    connection.execute(
        """
        create schema raw;
        create table raw.job_postings as from (values
            ('a.csv', '1', '2026-05-06'), ('a.csv', '1', '2026-05-07'), ('b.csv', '1', '2026-05-06')
        ) as rows (source_file, source_row, loaded_at)
        """
    )
    failed = [SimpleNamespace(status="error")]
    assert mistakes.of_raw(connection, failed) == []
    connection.execute(
        "insert into raw.job_postings values ('a.csv', '1', '2026-05-06'), (null, '1', '2026-05-06'), "
        "('b.csv', 'x', '2026-05-06'), ('b.csv', '2', 'today')"
    )
    (told,) = mistakes.of_raw(connection, failed)
    assert told.startswith("raw.job_postings: 5 rows have no ")
    assert mistakes.of_raw(connection, [SimpleNamespace(status="pass")]) == []


def test_what_passed_is_not_asked_about(told):
    assert told("update seeds.skill_spellings set skill = 'nothing'", status="pass") == []


def test_a_misspelt_setting_is_told_with_the_nearest(tmp_path):
    (tmp_path / "dbt_project.yml").write_text("vars: {thin_share: 0.5, top_skills: 10}\n")
    package = tmp_path / "dbt_packages" / "other" / "macros"
    package.mkdir(parents=True)
    (package / "b.sql").write_text("{{ var('top_skill', 3) }} {{ var('thin_shares') }}")
    assert mistakes.of_vars(tmp_path, ["thin_share", "top_skill", "their_orchestrator"]) == []
    # Part of a name that something reads is not that name.
    assert mistakes.of_vars(tmp_path, ["thin_shar", "top_skills"]) == [
        "--vars: thin_shar is no setting, and nothing reads it; the nearest is thin_share"
    ]


LEVELS = b"level,rank\nhead,1\n\nlead,2\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (LEVELS, []),
        (LEVELS.replace(b"\n", b"\r\n"), []),
        (b"\xef\xbb\xbf" + LEVELS, []),
        (b'"rank","level"\n,"of, ""all"""\n', []),
        (b"", ["levels.csv, line 1: names no column level, rank"]),
        (b"level;rank\nhead;1\n", ["levels.csv, line 1: names no column level, rank"]),
        (b"level\nhead\n", ["levels.csv, line 1: names no column rank"]),
        (
            LEVELS + b'"of,\nhead",3\nvp,high\ncto,low\n',
            ['levels.csv, line 7: rank "high" is no integer', 'levels.csv, line 8: rank "low" is no integer'],
        ),
        (
            LEVELS + b"cto,1,2\nvp\n",
            [f"levels.csv, line {n}: has {m} values for 2 columns" for n, m in ((5, 3), (6, 1))],
        ),
        (
            LEVELS + b'"vp,5\ncto,6\n',
            ["levels.csv, line 5: a quote is not closed, or does not stand around a whole value"],
        ),
        (LEVELS + 9 * b"vp,high\n", [f'levels.csv, line {n}: rank "high" is no integer' for n in (5, 6, 7)]),
    ],
)
def test_a_file_that_cannot_be_loaded_is_told(tmp_path, content, told):
    (tmp_path / "levels.csv").write_bytes(content)
    config = {"column_types": {"level": "string", "rank": "integer"}, "delimiter": ","}
    seed = {"name": "levels", "root_path": str(tmp_path), "original_file_path": "levels.csv", "config": config}
    assert mistakes.of_files(duckdb.connect(), [seed]) == told


@pytest.mark.parametrize(
    ("seed", "row", "why"),
    [
        ("skill_spellings", "~,python,,,false,,", "'~' means nothing: '' holds no letter or digit"),
        ("skill_spellings", "{|},python,,,false,,", "'{|}' means nothing: '' holds no letter or digit"),
        ("skill_spellings", "*,python,,,false,,", "'*' means nothing: '*' holds no letter or digit"),
        ("skill_spellings", "{nothing},python,,,false,,", "'{nothing}': there is no word class 'nothing'"),
        (
            "skill_spellings",
            "a {0-3 nothing} b,python,,,false,,",
            "'a {0-3 nothing} b': there is no word class 'nothing'",
        ),
        (
            "skill_spellings",
            "a {3-1 middle} b,python,,,false,,",
            "'a {3-1 middle} b': no gap has at least 3 and at most",
        ),
        ("skill_spellings", "é {0-3 middle} b,python,,,false,,", "'é {0-3 middle} b': 'é' stands beside a gap"),
        ("skill_spellings", "py,python,nothing,,false,,", "'py': there is no word class 'nothing'"),
        ("skill_spellings", "...py,python,,,false,,", "'...py': only a look-alike is open"),
        ("skill_spellings", "{a|b,python,,,false,,", "'{a|b': braces do not match"),
        ("ai_cues", "~,builds,false,", "'~' means nothing: '' holds no letter or digit"),
        ("work_cues", "{a|b,remote,false,en", "'{a|b': braces do not match"),
        ("word_classes", "rest,{rest} more", "'rest': a word class names itself"),
        ("word_classes", "rest,{|}", "'{|}' means nothing"),
    ],
)
def test_a_spelling_that_means_nothing_is_told_by_its_line(tmp_path, seed, row, why):
    (tmp_path / "seeds").mkdir()
    for name in mistakes.SPELT:
        (tmp_path / "seeds" / f"{name}.csv").write_bytes((PROJECT / "seeds" / f"{name}.csv").read_bytes())
    given = {"name": "ai_cues", "root_path": str(tmp_path), "original_file_path": "seeds/ai_cues.csv"}
    given["config"] = {"column_types": {}}
    file = tmp_path / "seeds" / f"{seed}.csv"
    line = len(mistakes.records(given | {"original_file_path": f"seeds/{seed}.csv"})) + 1
    file.write_text(f"{file.read_text()}{row}\n")
    (sentence,) = mistakes.of_files(duckdb.connect(), [given])
    assert sentence.startswith(f"seeds/{seed}.csv, line {line}: {why}")


def test_an_edition_that_no_skill_has_is_told(project):
    finished = project.dbt(
        "build", "--select", "ai_skills", "--vars", "{taxonomy_editions: [specification, 2027]}", check=False
    )
    assert finished.returncode == 2
    told = "no skill of seeds/ai_skills.csv has the edition 2027; there are specification, 2026"
    assert f"setting taxonomy_editions: {told}" in finished.stdout
    project.dbt("build", *UNTESTED, "--select", "ai_skills", "--vars", "{taxonomy_editions: [2026]}")


def test_a_mistake_in_a_seed_is_told_by_its_line_even_to_quiet_ones(project, tmp_path):
    copy_of_project(tmp_path / "copy", models=False)
    seed = tmp_path / "copy" / "seeds" / "ai_skills.csv"
    typo = seed.read_text().replace(",true\n", ",yes indeed\n", 1).encode()
    no_boolean = 'is_core_ai "yes indeed" is no boolean'
    for command, content, told in (
        ("seed", typo, no_boolean),
        ("build", typo, no_boolean),
        ("build", typo.replace(b"yes", b"\xff"), "is not written in UTF-8"),
        # What loads is told by the seed's tests.
        ("build", seed.read_bytes().replace(b"ml_engineering", b"ml", 1), 'category "ml" is none of'),
    ):
        seed.write_bytes(content)
        finished = project.run(
            DBT,
            "--quiet",
            command,
            "--select",
            "ai_skills",
            "--project-dir",
            seed.parents[1],
            "--profiles-dir",
            seed.parents[1],
            check=False,
        )
        assert finished.returncode in (1, 2)
        assert re.search(rf"seeds/ai_skills\.csv, line 2(?: \(.*\))?: {told}", finished.stdout)
        assert "Traceback" not in finished.stdout + finished.stderr and "CSV Error" not in finished.stdout
