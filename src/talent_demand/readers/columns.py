"""Which field a column, or a value inside a nested record, holds: by its name.

Names are data: column_names.csv lists whole names in rank order, column_words.csv the words that others are made of
("date" and "posted", in any order and spelling), doubtful_names.csv those that lead to a field by their values only.
A field is filled from the first of its candidates that holds something, row by row; the parts of a text are put
together.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from talent_demand.readers.boards import boards
from talent_demand.warehouse import POSTING_FIELDS

HERE = Path(__file__).parent
# Fields of a record beside those of the raw table, from which these are made.
PLACE_PARTS = ("city", "region", "country")
# Fields of yes and no: the field of which a yes says something, and what it says.
FLAGS = {
    "is_remote": ("workplace", "remote"),
    "is_hybrid": ("workplace", "hybrid"),
    "is_full_time": ("employment_type", "full time"),
    "is_part_time": ("employment_type", "part time"),
    "is_internship": ("employment_type", "internship"),
}
# What an object that tells a pay has, whatever it is called, and the fields that its names lead to.
PAY_NAMES = {
    "salary_min": "min minimum from low lower minvalue minamount minsalary minprice minimumvalue minimumamount "
    "fromvalue lowend",
    "salary_max": "max maximum to high upper maxvalue maxamount maxsalary maxprice maximumvalue maximumamount "
    "tovalue highend",
    "salary_currency": "currency currencycode curr currencyiso pricecurrency",
    "salary_period": "unit interval period unittext paymentperiod frequency periodicity per timeunit payperiod",
}
PAY = ("salary", *PAY_NAMES)
# How a value has to look, or must not, to be taken before that of another column for the same field. A publication that
# is told both ways is told better by a day than by how long ago it was.
TELLING = {
    "url": r"^\s*(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//|/|www\.|[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?:[/?#]|\s*$))",
    "posted_date": r"\d{4}|\d[./-]\d{1,2}[./-]\d",
}
VAGUE = {
    # Numbers by which a database refers to an employer.
    "company": r"^\s*(?:\d+|rec[A-Za-z0-9]{14}|[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22})\s*$",
    "location": r"(?i)^\s*(?:\d+|multiple|various|several|many|all)\s+"
    r"(?:locations?|places|cities|offices|standorte|sites)\s*$",
    "employment_type": r"(?i)^\s*(?:permanent|regular|standard|employee|other|unbefristet|feste?|feste?\s?anstellung"
    r"|cdi|vast|vaste? (?:baan|contract)|indefinido|indeterminato|tillsvidare|fastanställd|\w)\s*$",
}
# What a text longer than this says of where a posting is from is no board.
BOARD_NAME = r"^[\s\S]{1,100}$"
# No digit or letter by which a board refers to a way to work.
NO_CODE = r"\w.*\w"
# Letters that are spelled without their strokes, as others are without their accents.
PLAIN_LETTERS = str.maketrans("øłđı", "oldi")
# A text that is a list or nothing at all.
MISSING = ("nan", "none", "null", "nat", "<na>", "n/a", "#n/a", "-", "--", "-1", "[]", "{}")
YES = ("true", "1", "1.0", "yes", "y", "t", "remote", "ja", "oui", "si", "fully remote", "telecommute", "checked")
NO = ("false", "0", "0.0", "no", "n", "f", "none", "nan", "null", "")
# No name that is made of words is longer.
LONGEST_NAME = 60
# The rank of names that lead to a field by their values only, behind all others.
DOUBTFUL = 90_000
# A place that says only how one works.
NOWHERE = r"(?i)^\W*(?:(?:100 ?% |fully )?remote|hybrid|home.?office|virtual|on.?site|remoto|h[íi]brido)\W*$"
# The rank of what the objects around a record say.
AROUND_RANK = 100_000
# A path from an enclosing object begins with this.
AROUND = "^"

Path_ = tuple["str | int", ...]


@dataclass(frozen=True)
class Candidate:
    """A value for a field: one column, or for a place several whose texts stand beside each other.

    ``only``: a pattern that the value has to match, for a name that many things have.
    """

    names: tuple[int, ...]
    rank: float
    only: str = ""


@dataclass
class Plan:
    """For columns or paths, by position: each field's candidates in rank order, and the parts of text and place."""

    fields: dict[str, list[Candidate]] = field(default_factory=dict)
    parts: list[tuple[int, str]] = field(default_factory=list)
    flags: list[tuple[int, tuple[str, str]]] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    place: dict[str, int] = field(default_factory=dict)

    def claimed(self) -> set[str]:
        """The fields that a name tells by itself."""
        told = {name for name, candidates in self.fields.items() if not all(part.only for part in candidates)}
        return told | ({"description"} if self.parts else set()) | {name for _, (name, _) in self.flags}


def rows_of(name: str) -> list[dict[str, str]]:
    """Rows of one of the readers' data files."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@lru_cache(50_000)
def name_key(name: str) -> str:
    """A column's name without case, accents, blanks, underscores and other signs."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(PLAIN_LETTERS))
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


@cache
def doubtful_names() -> dict[str, tuple[int, str, str]]:
    """Rank, field and pattern of each name that leads to a field by its values only, by its key."""
    named = "|".join(sorted(re.escape(name) for name in boards()[1]))
    patterns = {"{board}": rf"^\s*(?:https?://)?(?:www\.)?(?:{named})(?:[./]|\s*$)"}
    return {
        name_key(name): (DOUBTFUL, row["field"], patterns.get(row["only"], row["only"]))
        for row in rows_of("doubtful_names")
        for name in row["column"].split()
        if name != "*"
    }


@cache
def title_forms() -> dict[str, list[tuple[str, list[str]]]]:
    """Patterns of the titles that tell the employer too, by source, and the field that each of their groups is."""
    forms: dict[str, list[tuple[str, list[str]]]] = {}
    for row in rows_of("title_forms"):
        forms.setdefault(row["source"], []).append((row["form"], row["fields"].split()))
    return forms


@cache
def container_names() -> re.Pattern[str]:
    """Keys of objects that only hold a part of the record around them: one word or several in one."""
    return re.compile(f"(?:{'|'.join(sorted(words_of('container'), key=len, reverse=True))})+")


@dataclass(frozen=True)
class WordRule:
    """A field whose names are made of nothing but these words, with one of each set that is needed among them."""

    field: str
    rank: float
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
    for number, row in enumerate(rows_of("column_words")):
        # Names that are made of words come behind the listed ones, or right behind one of these.
        rank = known_names()[name_key(row["like"])][0] + 0.5 if row["like"] else len(known_names()) + number
        given: dict[str, int] = dict.fromkeys(map(name_key, row["beside"].split()), 0)
        needed = [[name_key(word) for word in row[part].split()] for part in ("of", "and_of") if row[part]]
        for place, group in enumerate(needed):
            given |= dict.fromkeys(group, 1 << place)
        words: dict[str, list[tuple[str, int]]] = {}
        for word, use in given.items():
            words.setdefault(word[0], []).append((word, use))
        rules.append(WordRule(row["field"], rank, words, (1 << len(needed)) - 1, frozenset(word[-1] for word in given)))
    return rules


@lru_cache(50_000)
def field_of_key(key: str) -> tuple[float, str] | None:
    """Rank and field that a key names, by the list of names, else by the words it is made of."""
    if key in known_names():
        return known_names()[key]
    if len(key) <= LONGEST_NAME and key.isalpha():
        for rule in word_rules():
            if rule.composes(key):
                return rule.rank, rule.field
    return None


@lru_cache(50_000)
def field_of(path: Path_) -> tuple[float, str] | None:
    """Rank and field that a path of names leads to; None for what no field is.

    The objects that only hold a part of the record around them do not count, nor does the name by which an object
    gives its text: ``attributes.title.rendered`` is a title. Nor do the names of notations, as ``$date`` and ``@type``.
    """
    names = [
        name_key(name.removeprefix("field_"))
        for name in path
        if isinstance(name, str) and name != AROUND and name[:1] != "$"
    ]
    if len(names) > 1 and path[0] == "_source":
        # What a search engine wraps each record in.
        names = names[1:]
    is_notation = any(isinstance(name, str) and name in ("__metadata", "__deferred") for name in path)
    if not names or is_notation or (isinstance(path[-1], str) and path[-1].startswith("@")):
        return None
    if len(names) > 1 and (found := field_of_search(names) or field_of_link(names)):
        return found
    while names:
        key = "".join(names)
        if key in known_names() or len(names) == 1:
            return field_of_key(key)
        holds = container_names().fullmatch(names[0])
        if holds and names[-1] not in words_of("label") and (found := field_of(tuple(names[1:]))):
            return found
        if found := field_of_key(key):
            return found
        is_label = names[-1] in words_of("label") | words_of("text")
        # "data" is a date in some languages, "vacancyDetails" has a title, an employer's description is no name of it.
        is_other = {"posted_date", *(() if names[-1] in words_of("text") else ("description",))}
        if is_label and (found := field_of(tuple(names[:-1]))) and not (holds and found[1] in is_other):
            return None if found[1] == "company" and names[-1] in words_of("about") else found
        if is_pay(names[0]) and (found := field_of_pay(names)):
            return found
        if len(names) > 2 and names[-2] in words_of("container"):
            # What JSON:API has between an employer and its name.
            names = [*names[:-2], names[-1]]
            continue
        if not holds:
            return None
        names = names[1:]
    return None


def is_pay(key: str) -> bool:
    """Whether a name is that of a pay."""
    return (field_of_key(key) or (0, ""))[1] in PAY


def field_of_pay(names: list[str]) -> tuple[float, str] | None:
    """The part of a pay that a name below that of a pay leads to: ``compensation.tiers.minValue``."""
    for name, words in PAY_NAMES.items():
        if names[-1] in words.split():
            return known_names()[name_key(name)][0] + 0.5, name
    found = field_of_key(names[-1])
    return found if found and found[1] in PAY else None


def field_of_search(names: list[str]) -> tuple[float, str] | None:
    """The search term where a name is that of what was searched for, in an object that tells the search."""
    is_term = names[0] in words_of("search") and len(names) == 2 and names[1] in words_of("searched")
    return known_names()["searchterm"] if is_term else None


def field_of_link(names: list[str]) -> tuple[float, str] | None:
    """The url where an object of links has one to a page: ``_links.detail.href``."""
    is_page = (
        names[0] in ("links", "urls")
        and (len(names) == 2 or (len(names) == 3 and names[-1] in ("href", "url")))
        and any(names[1].startswith(word) for word in words_of("page"))
    )
    return (known_names()["permalink"][0] + 0.6, "url") if is_page else None


def split_name(name: str) -> Path_:
    """A column's name as a path: tables made of nested records join names by dots or slashes."""
    if field_of((name,)) or not re.search(r"\w[./]\w", name) or " " in name:
        return (name,)
    return tuple(int(part) if part.isdecimal() and len(part) < 10 else part for part in re.split(r"[./]", name) if part)


def heading(name: str | int) -> str:
    """A name as a heading: ``minimumQualifications`` is "Minimum qualifications"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[\W_]+", " ", str(name)).strip()
    return words[:1].upper() + words[1:].lower()


def make_plan(
    paths: Sequence[Path_], chosen: dict[str, str], guesses: dict[Path_, tuple[str, str]] | None = None
) -> Plan:
    """Which of these columns or paths fill which field.

    ``chosen``: columns that the user named, by field; ``guesses``: field and pattern of columns of unknown names.
    """
    plan = Plan()
    places: dict[Path_, dict[str, int]] = {}
    picked = {}
    pays = pay_objects(paths)
    rank: float
    name: str | None
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
        only = ""
        if name is None and path[:-1] in pays:
            rank, name = field_of_pay([name_key(str(path[-1]))]) or (0, None)
        if name is None:
            rank, name, only = doubtful_field(path) or (0, None, "")
        if name is None and guesses and path in guesses:
            rank, (name, only) = DOUBTFUL + 1, guesses[path]
        if name == "url" and is_of_picture(path):
            name = None
        if name == "source":
            only = only or BOARD_NAME
        if name == "workplace" and name_key(str(path[-1])).endswith(("type", "types")):
            only = only or NO_CODE
        if is_around:
            rank += AROUND_RANK
        part = place_part(path)
        if part and (part[1] not in places.get(part[0], {})):
            places.setdefault(part[0], {})[part[1]] = position
        elif (name == "part" or name in FLAGS) and not is_around:
            if name == "part":
                plan.parts.append((position, heading(next(part for part in reversed(path) if isinstance(part, str)))))
            else:
                plan.flags.append((position, FLAGS[name]))
        elif name in POSTING_FIELDS or name == "scraped_at":
            plan.fields.setdefault(name, []).append(Candidate((position,), rank, only))
        else:
            plan.unknown.append(position)
    own_place: float = AROUND_RANK
    for prefix, parts in places.items():
        rank = (field_of(prefix) or (50_000, ""))[0] if prefix != (AROUND,) else 150_000
        if prefix and "city" in parts and len(parts) > 1:
            rank -= 0.5  # The name beside them is an office's.
        elif not prefix and "city" in parts:
            rank = known_names()["address"][0] - 0.5  # Before a street, and the code of a land.
        names = tuple(parts[part] for part in PLACE_PARTS if part in parts)
        plan.fields.setdefault("location", []).append(Candidate(names, rank))
        if rank < own_place:
            own_place, plan.place = rank, {part: parts[part] for part in PLACE_PARTS if part in parts}
    for candidates in plan.fields.values():
        candidates.sort(key=lambda candidate: candidate.rank)
    return plan


def is_of_picture(path: Path_) -> bool:
    """Whether what lies on a path belongs to a picture or film."""
    words = (word for part in path[:-1] if isinstance(part, str) for word in re.split(r"[\W_]+", part))
    return any(name_key(word) in words_of("picture") for word in words if word)


def doubtful_field(path: Path_) -> tuple[int, str, str] | None:
    """Rank, field and pattern that a name leads to by its values only, on the record itself."""
    names = [name_key(name) for name in path if isinstance(name, str)]
    while len(names) > 1 and container_names().fullmatch(names[0]):
        names = names[1:]
    if len(names) == 2 and names[1] in words_of("label"):
        names = names[:1]
    return doubtful_names().get(names[0]) if len(names) == 1 else None


def pay_objects(paths: Sequence[Path_]) -> set[Path_]:
    """Objects that tell a pay though their names do not: with its least, most and currency."""
    found: dict[Path_, set[str]] = {}
    for path in paths:
        if len(path) > 1 and path[0] != AROUND:
            key = name_key(str(path[-1]))
            found.setdefault(path[:-1], set()).update(name for name, words in PAY_NAMES.items() if key in words.split())
    return {path for path, names in found.items() if {"salary_min", "salary_max", "salary_currency"} <= names}


def place_part(path: Path_) -> tuple[Path_, str] | None:
    """For the city, region or country of a place: the path of the place, and which of them it is."""
    path = tuple(name for name in path if isinstance(name, str))
    for end in (len(path), len(path) - 1):
        before, last = path[: end - 1], path[end - 1 : end]
        # "name" in an address's country, as schema.org has it.
        if end < len(path) and name_key(str(path[-1])) not in words_of("label"):
            break
        found = field_of_key(name_key(str(last[0]))) if last else None
        if found and found[1] in PLACE_PARTS:
            is_place = is_place_name(before)
            while before and not is_place and name_key(str(before[-1])) in words_of("place"):
                before = before[:-1]
                is_place = is_place_name(before)
            if is_place or before in ((), (AROUND,)) or all(name_key(str(n)) in words_of("container") for n in before):
                return before, found[1]
    return None


def is_place_name(path: Path_) -> bool:
    """Whether a path leads to what may be a place: a location, a workplace that has parts, "school_location"."""
    if (field_of(path) or (0, ""))[1] in ("location", "workplace"):
        return True
    name = str(path[-1]) if path else ""
    words = [name_key(word) for word in re.split(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+", name) if word]
    others = words_of("employer") | words_of("never") | words_of("searched")
    return len(words) > 1 and words[-1] in words_of("place") and not others.intersection(words[:-1])


@cache
def last_telling_rank(name: str) -> float:
    """The rank from which on a column's looks do not count: when a record was changed says less than "3 days ago"."""
    return known_names()["date"][0] if name == "posted_date" else AROUND_RANK


def is_telling(name: str, text: str, rank: float) -> bool:
    """Whether a text looks like a value of a field, so that it goes before those of columns that rank higher."""
    if rank >= last_telling_rank(name):
        return False
    if name in TELLING and not re.search(TELLING[name], text[:2000]):
        return False
    return not (name in VAGUE and len(text) < 100 and re.search(VAGUE[name], text))


def is_named(path: Path_, column: str) -> bool:
    """Whether a user's name for a column means this one: its whole name, or the last names of its path."""
    names = [name_key(name) for name in path if isinstance(name, str) and name != AROUND]
    wanted = [name_key(name) for name in re.split(r"[./]", column)]
    return name_key(column) == "".join(names) or names[-len(wanted) :] == wanted
