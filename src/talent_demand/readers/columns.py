"""Which field a column, or a value inside a nested record, holds: by its name.

Names are data: column_names.csv lists whole names in rank order, column_words.csv the words that others are made of
("date" and "posted", in any order and spelling). A field is filled from the first of its candidates that holds
something, row by row; the parts of a text are put together.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from talent_demand.warehouse import POSTING_FIELDS

HERE = Path(__file__).parent
# Fields of a record beside those of the raw table, from which these are made.
PLACE_PARTS = ("city", "region", "country")
# A text that is a list or nothing at all.
MISSING = ("nan", "none", "null", "nat", "<na>", "n/a", "#n/a", "-", "--", "-1", "[]", "{}")
YES = ("true", "1", "1.0", "yes", "y", "t", "remote", "ja", "oui", "si", "fully remote", "telecommute")
NO = ("false", "0", "0.0", "no", "n", "f", "none", "nan", "null", "")
# No name that is made of words is longer.
LONGEST_NAME = 60
# A path from an enclosing object begins with this.
AROUND = "^"

Path_ = tuple["str | int", ...]


@dataclass(frozen=True)
class Candidate:
    """A value for a field: one column, or for a place several whose texts stand beside each other."""

    names: tuple[int, ...]
    rank: float


@dataclass
class Plan:
    """For columns or paths, by position: the candidates of each field in rank order, and the parts of the text."""

    fields: dict[str, list[Candidate]] = field(default_factory=dict)
    parts: list[tuple[int, str]] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


def rows_of(name: str) -> list[dict[str, str]]:
    """Rows of one of the readers' data files."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@lru_cache(50_000)
def name_key(name: str) -> str:
    """A column's name without case, accents, blanks, underscores and other signs."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[\W_]", "", "".join(sign for sign in plain if not unicodedata.combining(sign))) or name


@cache
def words_of(kind: str) -> frozenset[str]:
    """The words of one kind in wrappers.csv, as keys."""
    return frozenset(
        name_key(word) for row in rows_of("wrappers") if row["kind"] == kind for word in row["word"].split()
    )


@cache
def known_names() -> dict[str, tuple[int, str]]:
    """Rank and field of each whole name, by its key."""
    return {
        name_key(row["column"]): (rank, row["field"])
        for rank, row in reversed(list(enumerate(rows_of("column_names"))))
    }


@dataclass(frozen=True)
class WordRule:
    """A field whose names are made of nothing but these words, with one of each set that is needed among them."""

    field: str
    words: dict[str, list[tuple[str, int]]]
    all_needed: int
    ends: frozenset[str]

    def composes(self, key: str) -> bool:
        """Whether a key is made so; tried are all ways to cut it into words, by what of the needed each has used."""
        if key[0] not in self.words or key[-1] not in self.ends:
            return False
        ways: list[set[int]] = [{0}, *(set() for _ in key)]
        for start, used in enumerate(ways[:-1]):
            for word, given in self.words.get(key[start], ()) if used else ():
                if key.startswith(word, start):
                    ways[start + len(word)].update(way | given for way in used)
        return self.all_needed in ways[-1]


@cache
def word_rules() -> list[WordRule]:
    """The rules of column_words.csv, in their order."""
    rules = []
    for row in rows_of("column_words"):
        given: dict[str, int] = dict.fromkeys(row["beside"].split(), 0)
        needed = [row[part].split() for part in ("of", "and_of") if row[part]]
        for number, group in enumerate(needed):
            given |= dict.fromkeys(group, 1 << number)
        words: dict[str, list[tuple[str, int]]] = {}
        for word, number in given.items():
            words.setdefault(word[0], []).append((word, number))
        rules.append(WordRule(row["field"], words, (1 << len(needed)) - 1, frozenset(word[-1] for word in given)))
    return rules


@lru_cache(50_000)
def field_of_key(key: str) -> tuple[float, str] | None:
    """Rank and field that a key names, by the list of names, else by the words it is made of."""
    if key in known_names():
        return known_names()[key]
    if len(key) <= LONGEST_NAME and key.isalpha():
        for number, rule in enumerate(word_rules()):
            if rule.composes(key):
                return len(known_names()) + number, rule.field
    return None


@lru_cache(50_000)
def field_of(path: Path_) -> tuple[float, str] | None:
    """Rank and field that a path of names leads to; None for what no field is.

    The objects that only hold a part of the record around them do not count, nor does the name by which an object
    gives its text: ``attributes.title.rendered`` is a title.
    """
    names = [name_key(name) for name in path if isinstance(name, str) and name != AROUND]
    while names:
        found = field_of_key("".join(names))
        if found or len(names) == 1:
            return found
        if names[-1] in words_of("label") | words_of("text") and field_of(tuple(names[:-1])):
            return field_of(tuple(names[:-1]))
        if names[0] not in words_of("container"):
            return None
        names = names[1:]
    return None


def split_name(name: str) -> Path_:
    """A column's name as a path: tables made of nested records join names by dots or slashes."""
    if field_of((name,)) or not re.search(r"\w[./]\w", name) or " " in name:
        return (name,)
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"[./]", name) if part)


def heading(name: str | int) -> str:
    """A name as a heading: ``minimumQualifications`` is "Minimum qualifications"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[\W_]+", " ", str(name)).strip()
    return words[:1].upper() + words[1:].lower()


def make_plan(paths: Sequence[Path_], chosen: dict[str, str]) -> Plan:
    """Which of these columns or paths fill which field; ``chosen``: columns that the user named, by field."""
    plan = Plan()
    places: dict[Path_, dict[str, int]] = {}
    picked = {}
    for name, column in chosen.items():
        for position, path in enumerate(paths):
            if is_named(path, column):
                picked[position] = name
                plan.fields.setdefault(name, []).append(Candidate((position,), -1))
    for position, path in enumerate(paths):
        if position in picked:
            continue
        is_around = path[:1] == (AROUND,)
        rank, name = field_of(path) or (0, None)
        if is_around:
            rank += 100_000
        part = place_part(path)
        if part and (part[1] not in places.get(part[0], {})):
            places.setdefault(part[0], {})[part[1]] = position
        elif name in ("part", "is_remote") and not is_around:
            if name == "part":
                plan.parts.append((position, heading(next(part for part in reversed(path) if isinstance(part, str)))))
            else:
                plan.flags.append(position)
        elif name in POSTING_FIELDS or name == "scraped_at":
            plan.fields.setdefault(name, []).append(Candidate((position,), rank))
        else:
            plan.unknown.append(position)
    for prefix, parts in places.items():
        rank = (field_of(prefix) or (50_000, ""))[0] if prefix != (AROUND,) else 150_000
        names = tuple(parts[part] for part in PLACE_PARTS if part in parts)
        plan.fields.setdefault("location", []).append(Candidate(names, rank))
    for candidates in plan.fields.values():
        candidates.sort(key=lambda candidate: candidate.rank)
    return plan


def place_part(path: Path_) -> tuple[Path_, str] | None:
    """For the city, region or country of a place: the path of the place, and which of them it is."""
    for end in (len(path), len(path) - 1):
        before, last = path[: end - 1], path[end - 1 : end]
        # "name" in an address's country, as schema.org has it.
        if end < len(path) and name_key(str(path[-1])) not in words_of("label"):
            break
        found = field_of_key(name_key(str(last[0]))) if last else None
        if found and found[1] in PLACE_PARTS:
            is_place = (field_of(before) or (0, ""))[1] == "location"
            while before and not is_place and name_key(str(before[-1])) in ("address", "geo", "0"):
                before = before[:-1]
                is_place = (field_of(before) or (0, ""))[1] == "location"
            if is_place or before in ((), (AROUND,)) or all(name_key(str(n)) in words_of("container") for n in before):
                return before, found[1]
    return None


def is_named(path: Path_, column: str) -> bool:
    """Whether a user's name for a column means this one: its whole name, or the last names of its path."""
    names = [name_key(name) for name in path if isinstance(name, str) and name != AROUND]
    wanted = [name_key(name) for name in re.split(r"[./]", column)]
    return name_key(column) == "".join(names) or names[-len(wanted) :] == wanted
