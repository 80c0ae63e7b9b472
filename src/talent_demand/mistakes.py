"""What is wrong in a setting, seed or model, in sentences: which row of a seed, and which rule is broken.

dbt says of a test only how many results it got; whoever wrote the row wants to know which one it was.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import yaml

from talent_demand.compiled import compiled
from talent_demand.warehouse import RAW_TABLE

SHOWN = 3
# How like a setting's name (difflib's ratio) a var's is before it counts as misspelt, and not as another project's.
LIKE = 0.7
# Seeds in the language of skills/spelling.py, and what of them the lexicon is made of.
SPELT = {
    "skill_spellings": ("spelling", "skill", "needs"),
    "ai_cues": ("phrase", "cue"),
    "work_cues": ("phrase", "cue"),
    "word_classes": ("class", "words"),
}


def of_vars(project: Path, given: Collection[str]) -> list[str]:
    """Sentences on vars of a command that are like a setting of a project, and that nothing in it reads."""
    if not given:
        return []
    declared = project / "dbt_project.yml"
    settings = (yaml.safe_load(declared.read_text(encoding="utf-8")) or {}).get("vars") or {}
    folders = ("models", "macros", "seeds", "tests", "dbt_packages")
    unknown = {name for name in given if name not in settings}
    for file in (path for folder in folders for path in (project / folder).rglob("*.*") if unknown):
        if file.suffix in (".sql", ".py", ".yml"):
            unknown -= set(re.findall(r"\w+", file.read_text(encoding="utf-8", errors="replace")))
    return [
        f"--vars: {name} is no setting, and nothing reads it; the nearest is {nearest}"
        for name in sorted(unknown)
        for nearest in difflib.get_close_matches(name, settings, n=1, cutoff=LIKE)
    ]


def of_encoding(project: Path) -> list[str]:
    """Sentences on the files of a project that dbt could not read, as they are not written in UTF-8."""
    sentences = []
    for folder in ("seeds", "models", "macros"):
        for file in sorted((project / folder).rglob("*.*")):
            content = file.read_bytes() if file.suffix in (".csv", ".sql", ".py", ".yml", ".md") else b""
            try:
                content.decode()
            except UnicodeDecodeError as error:
                line = content.count(b"\n", 0, error.start) + 1
                sentences.append(f"{file.relative_to(project)}, line {line}: is not written in UTF-8")
    return sentences


def of_files(connection: duckdb.DuckDBPyConnection, seeds: Iterable[Mapping[str, Any]]) -> list[str]:
    """Sentences on what cannot be loaded in the files of seeds, dbt's nodes, or on spellings that cannot be read."""
    return [sentence for seed in seeds for sentence in unloadable(connection, seed)[:SHOWN]] or misspelt(seeds)


def of_editions(seeds: Iterable[Mapping[str, Any]], chosen: Iterable[object]) -> list[str]:
    """A sentence on chosen editions that no skill has, where ``seeds``, dbt's nodes, hold the skills."""
    for seed in seeds:
        if seed["name"] == "ai_skills":
            (_, names), *filled = records(seed)
            there = list(dict.fromkeys(values[names.index("edition")] for _, values in filled))
            return [
                f"setting taxonomy_editions: no skill of {seed['original_file_path']} has the edition {edition}; "
                f"there are {', '.join(there)}"
                for edition in map(str, chosen)
                if edition not in there
            ]
    return []


def faults(rows: Mapping[str, list[tuple[str, ...]]]) -> list[tuple[str, int, str]]:
    """Those that the lexicon finds, which takes a while to import."""
    from talent_demand.skills import lexicon

    return lexicon.faults(rows)


def misspelt(seeds: Iterable[Mapping[str, Any]]) -> list[str]:
    """Sentences on rows of spellings, cues and word classes that mean nothing or cannot be read, where one is given."""
    seed = next((seed for seed in seeds if seed["name"] in SPELT), None)
    if not seed:
        return []
    files = {name: str(Path(seed["original_file_path"]).with_name(f"{name}.csv")) for name in SPELT}
    lines, rows = {}, {}
    try:
        for name, columns in SPELT.items():
            (_, names), *filled = records({**seed, "original_file_path": files[name]})
            places = [names.index(column) for column in columns]
            lines[name] = [line for line, _ in filled]
            rows[name] = [tuple(values[place] for place in places) for _, values in filled]
    except (csv.Error, OSError, ValueError, IndexError):
        # One that is not selected cannot be loaded, which is told when it is.
        return []
    folder = Path(__file__).parent / "skills"
    found = compiled(folder, "faults", [rows], lambda: faults(rows))
    return [f"{files[name]}, line {lines[name][place]}: {why}" for name, place, why in found[:SHOWN]]


def unloadable(connection: duckdb.DuckDBPyConnection, seed: Mapping[str, Any]) -> list[str]:
    """Sentences on a file without all columns of its seed, or a row that has not a value a column, of its type."""
    name, types = seed["original_file_path"], seed["config"]["column_types"]
    try:
        filled = records(seed)
    except csv.Error as error:
        return [f"{name}, {error}"]
    columns = filled[0][1] if filled else []
    if lacking := [column for column in types if column not in columns]:
        return [f"{name}, line 1: names no column {', '.join(lacking)}"]
    sentences = [
        f"{name}, line {line}: has {len(values)} values for {len(columns)} columns"
        for line, values in filled
        if len(values) != len(columns)
    ]
    # Every text is one.
    read_as = {column: kind for column, kind in types.items() if kind != "string"}
    for column, kind in read_as.items() if not sentences else ():
        cells = [values[columns.index(column)] for _, values in filled[1:]]
        wrong = connection.execute(
            "select place, cell from (select unnest($1) as cell, generate_subscripts($1, 1) as place) "
            f"where cell <> '' and try_cast(cell as {kind}) is null order by place",
            [cells],
        ).fetchall()
        sentences += [f'{name}, line {filled[place][0]}: {column} "{cell}" is no {kind}' for place, cell in wrong]
    return sentences


def records(seed: Mapping[str, Any]) -> list[tuple[int, list[str]]]:
    """Records of a seed's file that are not blank, that of the names first, each with the line on which it starts.

    Raises:
        csv.Error: where a quote is wrong, with the line.

    """
    text = (Path(seed["root_path"]) / seed["original_file_path"]).read_bytes().decode("utf-8-sig")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=seed["config"].get("delimiter") or ",", strict=True)
    line, filled = 1, []
    try:
        for values in reader:
            filled += [(line, values)] if values else []
            line = reader.line_num + 1
    except csv.Error:
        raise csv.Error(f"line {line}: a quote is not closed, or does not stand around a whole value") from None
    return filled


def of_seeds(
    connection: duckdb.DuckDBPyConnection, results: Iterable[Any], nodes: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Sentences on the seeds' rows that failed their tests.

    ``results``: dbt's, of a build or test; ``connection``: to the warehouse, whose schema seeds holds what was tested;
    ``nodes``: dbt's, the seeds among them.
    """
    sentences: list[str] = []
    for result in results:
        seed = str(getattr(result.node, "attached_node", None) or "")
        if result.status == "fail" and seed.startswith("seed.") and result.node.test_metadata:
            test = result.node.test_metadata
            rows = Rows(connection, nodes[seed], result.node.config.where)
            sentences += WORDINGS[test.name](rows, test.kwargs) if test.name in WORDINGS else []
    return sentences


def of_models(connection: duckdb.DuckDBPyConnection, results: Iterable[Any]) -> list[str]:
    """Sentences on the rules that models break, of the tests rows_satisfy that failed.

    ``results``: dbt's, of a build or test; ``connection``: to the warehouse that holds what was tested.
    """
    return [
        f"{result.node.attached_node.split('.')[-1]}: {rows:,} break what must hold: {rule}"
        for result in results
        if result.status == "fail"
        and str(getattr(result.node, "attached_node", None) or "").startswith("model.")
        and result.node.test_metadata
        and result.node.test_metadata.name == "rows_satisfy"
        for rule, rows in connection.execute(result.node.compiled_code).fetchall()
    ]


def of_raw(connection: duckdb.DuckDBPyConnection, results: Iterable[Any]) -> list[str]:
    """A sentence on the raw rows that cannot be told apart, where something failed: what rests on them names none."""
    if not any(result.status in ("error", "fail") for result in results):
        return []
    ((rows,),) = connection.execute(
        f"""
        select coalesce(sum(row_count), 0) from (
            select count(*) as row_count
            from (select source_file, try_cast(source_row as bigint) as place, try_cast(loaded_at as timestamp) as load
                from {RAW_TABLE})
            group by all
            having count(*) > 1 or source_file is null or place is null or load is null
        )
        """
    ).fetchall()
    told = f"{RAW_TABLE}: {rows:,} rows have no source_file, source_row and loaded_at that no other row has"
    return [told] if rows else []


class Rows:
    """The rows of a seed that a test looks at, by the line on which each stands in its file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seed: Mapping[str, Any], where: str | None) -> None:
        """Take a seed, dbt's node, and the test's own condition, if it has one."""
        self.connection = connection
        self.file = seed["original_file_path"]
        # A seed's rows are written in the order of its records, below that of the names.
        lines = f"coalesce({[line for line, _ in records(seed)[1:]]}[rowid + 1], rowid + 2)"
        self.table = f"(select {lines} as line, * from seeds.{seed['name']} where {where or 'true'})"
        described = connection.execute(f"describe seeds.{seed['name']}").fetchall()
        self.first = described[0][0]

    def breaking(self, condition: str, value: str, rule: str) -> list[str]:
        """A sentence for each of the first rows of which a condition is true, with the value of a column, if named."""
        said = f"cast({value} as varchar)" if value else "null"
        found = self.connection.execute(
            f'select line, cast("{self.first}" as varchar), {said} from {self.table} where {condition} order by line'
        ).fetchall()
        sentences = [
            f"{self.file}, line {line}"
            + ("" if name is None else f' ({self.first} "{name}")')
            + (f': {value} "{text}" {rule}' if value else f": {rule}")
            for line, name, text in found[:SHOWN]
        ]
        if len(found) > SHOWN:
            sentences.append(f"{self.file}: {len(found) - SHOWN} more rows break the same rule")
        return sentences

    def repeated(self, key: list[str]) -> list[str]:
        """A sentence for each of the first keys that are not there or stand in several rows."""
        nulls = " or ".join(f"{part} is null" for part in key)
        sentences = self.breaking(nulls, "", f"{', '.join(key)} must not be empty")
        found = self.connection.execute(
            f"select list(line order by line), [{', '.join(f'cast({part} as varchar)' for part in key)}] "
            f"from {self.table} where not ({nulls}) group by {', '.join(key)} having count(*) > 1 order by min(line)"
        ).fetchall()
        for lines, values in found[:SHOWN]:
            named = ", ".join(f'{part} "{value}"' for part, value in zip(key, values, strict=True))
            sentences.append(f"{self.file}, lines {' and '.join(map(str, lines))}: {named} stands more than once")
        if len(found) > SHOWN:
            sentences.append(f"{self.file}: {len(found) - SHOWN} more stand more than once")
        return sentences


def unsatisfied(rows: Rows, arguments: dict[str, Any]) -> list[str]:
    """Of the test rows_satisfy."""
    sentences = []
    for condition in arguments["conditions"]:
        if listed := re.fullmatch(r"(\w+) in \(((?:'[^']*'(?:, )?)+)\)", condition):
            column, values = listed.groups()
            sentences += rows.breaking(f"{column} is null", "", f"{column} must not be empty")
            sentences += rows.breaking(f"not {condition}", column, f"is none of: {values.replace(chr(39), '')}")
        else:
            sentences += rows.breaking(f"not coalesce({condition}, false)", "", f"this must hold: {condition}")
    sentences += rows.repeated(arguments["key"]) if arguments.get("key") else []
    for column, parent in arguments.get("references", {}).items():
        sentences += unrelated(rows, {"column_name": column, **parent})
    return sentences


def unrelated(rows: Rows, arguments: dict[str, Any]) -> list[str]:
    """Of the test relationships."""
    (other,) = re.findall(r"ref\(['\"](\w+)['\"]\)", arguments["to"])
    column, field = arguments["column_name"], arguments["field"]
    return rows.breaking(
        f"{column} is not null and {column} not in (select {field} from seeds.{other} where {field} is not null)",
        column,
        f"is no {field} of seeds/{other}.csv",
    )


WORDINGS = {
    "rows_satisfy": unsatisfied,
    "relationships": unrelated,
    "primary_key": lambda rows, arguments: rows.repeated(arguments.get("columns") or [arguments["column_name"]]),
}
