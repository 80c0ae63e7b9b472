"""A database's dump in SQL: the rows that INSERT or PostgreSQL's COPY brings, as objects by their columns' names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from talent_demand.readers.nested import Unreadable

FLAGS = re.IGNORECASE | re.DOTALL | re.MULTILINE
COMMENT = r"(?:\s+|(?:--|#)[^\n]*\n|/\*.*?\*/;?)*"
BEGINS = re.compile(
    COMMENT + r"(?:set|drop|create|insert|copy|begin|start|use|lock|pragma|alter)\b[^,;]*?[\s(;]", FLAGS
)
STATEMENT = re.compile(
    r"^\s*(?:(?P<create>create)\s+table|(?:insert|replace)\s+(?:ignore\s+)?into|(?P<copy>copy))\s+"
    r"(?:if\s+not\s+exists\s+)?(?P<table>[\w.`\"\[\]]+)\s*(?:\((?P<names>[^()']*)\))?",
    FLAGS,
)
ROW = re.compile(r"\s*(?:values?)?\s*,?\s*\(", FLAGS)
VALUE = re.compile(r"\s*(?:[NE]?'((?:[^'\\]|\\.|'')*)'|([^\s,()']+(?:\([^()]*\))?))(?:::[\w ]+)?\s*(,|\))", FLAGS)
NO_COLUMN = re.compile(r"\s*(?:primary|unique|key|constraint|foreign|index|check)\b", FLAGS)
ESCAPED = re.compile(r"\\(.)|''", FLAGS)
SIGNS = {"n": "\n", "t": "\t", "r": "\r", "0": ""}


def is_sql(beginning: str) -> bool:
    """Whether a text is a dump: it begins with a statement, and tells of a table."""
    return bool(BEGINS.match(beginning)) and bool(STATEMENT.search(beginning))


def sql_tables(text: str) -> dict[str, list[object]]:
    """The rows of each table, and what of them could not be read."""
    tables: dict[str, list[object]] = {}
    for table, row in sql_rows(text):
        tables.setdefault(table, []).append(row)
    return tables


def sql_rows(text: str) -> Iterator[tuple[str, object]]:
    """The rows of all tables, each with the name of its own."""
    columns: dict[str, list[str]] = {}
    place = 0
    while statement := STATEMENT.search(text, place):
        place = statement.end()
        table = re.sub(r"\W", "", statement["table"].split(".")[-1])
        names = name_list(statement["names"] or "")
        if statement["create"]:
            end = text.find(";", place)
            columns[table] = name_list(text[statement.end("table") : end if end > 0 else None])
        elif statement["copy"]:
            first = text.find("\n", place) + 1
            place = end if (end := text.find("\n\\.", first - 1)) >= 0 else len(text)
            for line in text[first:place].split("\n") if place > first else []:
                cells = [None if cell == "\\N" else unescaped(cell) for cell in line.split("\t")]
                yield table, named(names, cells)
        else:
            while row := ROW.match(text, place):
                place, cells, last = row.end(), [], ","
                while last == "," and (value := VALUE.match(text, place)):
                    place, last = value.end(), value[3]
                    bare = value[2] and (None if value[2].lower() == "null" else value[2])
                    cells.append(unescaped(value[1]) if value[2] is None else bare)
                if last == ",":
                    yield table, Unreadable("", text.count("\n", 0, place) + 1, "no value of SQL", is_record=False)
                    break
                yield table, named(names or columns.get(table, []), cells)


def name_list(text: str) -> list[str]:
    """The names in a list of columns, with their types or alone."""
    body = text.strip().removeprefix("(")
    while (inner := re.sub(r"\([^()]*\)", "", body)) != body:
        body = inner
    parts = (part.strip() for part in re.sub(r"--[^\n]*", "", body).split(",") if not NO_COLUMN.match(part))
    return [(re.match(r"[`\"\[]([^`\"\]]+)", part) or re.match(r"(\S+)", part))[1] for part in parts if part]  # type: ignore[index]


def named(names: list[str], cells: list[str | None]) -> dict[str, str | None]:
    """A row as an object; cells without a name are numbered."""
    names = names + [f"column {number + 1}" for number in range(len(names), len(cells))]
    return dict(zip_longest(names, cells))


def unescaped(text: str) -> str:
    """A text without the signs that SQL needs for quotes and ends of lines."""
    return ESCAPED.sub(lambda found: SIGNS.get(found[1], found[1]) if found[1] else "'", text)
