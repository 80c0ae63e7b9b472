"""Where the postings are in a nested value: in a feed, a page of results, an employer with its openings, a table.

A wrapper is never taken for a posting, and what lies inside a posting (its employer, its links) neither. What a wrapper
says (its employer, place and search) goes with each of its postings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from talent_demand.readers.boards import is_board
from talent_demand.readers.columns import field_of, name_key, place_part, words_of
from talent_demand.readers.delimited import distinct_names
from talent_demand.readers.records import LABEL_NAMES, by_key
from talent_demand.readers.threads import is_thread, message_posting, messages_of, thread_postings

DEEPEST = 30
# A wrapper's own texts longer than this do not go with each of its postings.
LONGEST_AROUND = 4_000
# Nor do its other objects and lists, such as counts by filter, that are longer than this as JSON.
LONGEST_OBJECT = 1_000
# Titles that other things have too.
WEAK_TITLES = frozenset(
    map(name_key, "name text position role vacancy opening cargo poste function profession what".split())
)
# Fields that postings have, and feeds and employers have not.
ONLY_POSTINGS = {
    "employment_type",
    "salary",
    "salary_min",
    "salary_max",
    "closing_date",
    "job_level",
    "workplace",
    "part",
}

Found = tuple[dict, dict]


@lru_cache(20_000)
def weight(names: tuple[str, ...]) -> tuple[int, bool, int]:
    """How much an object with these names looks like a posting, whether it has a title, and what only postings have."""
    fields: dict[str, None] = {}
    is_titled = False
    for name in names:
        found = field_of((name,))
        if found:
            fields.setdefault("location" if found[1] in ("city", "region", "country") else found[1])
            is_titled |= found[1] == "title" and name_key(name) not in WEAK_TITLES
    is_titled |= "hostedUrl" in names
    if not is_titled and "title" not in fields:
        return 0, False, 0
    fields.pop("title", None)
    only = len(ONLY_POSTINGS & fields.keys()) + len({"company", "location"} & fields.keys())
    points = 2 + is_titled + len(fields) + ("description" in fields)
    return (points if fields else 1), is_titled, only


class Finder:
    """Finds postings in nested values; ``chosen``: names that the user gave for fields, which make a posting."""

    def __init__(self, chosen: dict[str, str]) -> None:
        """Keep the user's names."""
        self.chosen = {name_key(re.split(r"[./]", column)[-1]) for field, column in chosen.items()}

    def weight(self, value: dict) -> tuple[int, bool, int]:
        """``weight`` of an object's names, and of the user's own."""
        kind = value.get("@type")
        if kind is not None and not isinstance(kind, dict):
            return (99, True, 99) if "JobPosting" in str(kind) else (0, False, 0)
        points, is_titled, only = weight(tuple(map(str, value)))
        named = len(self.chosen.intersection(name_key(str(name)) for name in value)) if self.chosen else 0
        return (points + 4 * named, True, only + named) if named else (points, is_titled, only)

    def is_posting(self, value: object, is_listed: bool = False) -> bool:
        """Whether an object is a posting by its names; one of a list of postings needs fewer of them."""
        if not isinstance(value, dict):
            return False
        points, is_titled, _ = self.weight(value)
        return points >= (2 if is_listed else 4 if is_titled else 6)

    def best_inside(self, value: object, name: str, depth: int = 0) -> int:
        """The most that any posting below a name weighs; 0 where there is none."""
        if depth > DEEPEST:
            return 0
        if isinstance(value, list):
            if len(value) > 1 and self.is_header(value[0]):
                return self.weight(dict.fromkeys(value[0]))[0]
            return max((self.best_inside(part, name, depth + 1) for part in value[:50]), default=0)
        if not isinstance(value, dict):
            return 0
        if table := table_in(value, self):
            return self.weight(dict.fromkeys(table[0]))[0]
        if messages_of(value):
            return 4
        is_listed = name_kind(name) == "postings"
        own = self.weight(value)[0] if self.may_be_posting(name) and self.is_posting(value, is_listed) else 0
        inner = (
            self.best_inside(part, str(key), depth + 1) for key, part in value.items() if isinstance(part, (dict, list))
        )
        return max(own, *inner, 0)

    def may_be_posting(self, name: str) -> bool:
        """Whether what lies directly under a name can be a posting: no place, employer or link is."""
        kind = name_kind(name)
        return kind in ("postings", "list", "container") or (kind != "never" and not is_field(name))

    def postings(self, value: object, around: dict | None = None, name: str = "", depth: int = 0) -> Iterator[Found]:
        """The postings in a value, each with what the objects around it say."""
        around = around or {}
        if depth > DEEPEST:
            return
        if isinstance(value, list):
            yield from self.of_list(value, around, name, depth)
        elif isinstance(value, dict):
            if is_thread(value) and (value.get("type") in ("story", "poll") or not self.is_posting(value)):
                yield from ((posting, around) for posting in thread_postings(value))
                return
            if messages := messages_of(value):
                if messages != [value]:
                    around = around | said_around(without(value, value, "messages"), name, {})
                yield from ((message_posting(part), around) for part in messages)
                return
            table = table_rows(value, self)
            if table is not None:
                yield from ((row, around | said_around(table[1], name, {})) for row in table[0])
                return
            value = with_included(value)
            record, beside = unboxed(value)
            if beside and self.may_be_posting(name) and self.is_posting(record, True):
                yield record, around | beside
            else:
                yield from self.of_object(record, around, name, depth)

    def of_list(self, value: list, around: dict, name: str, depth: int) -> Iterator[Found]:
        """Postings of a list: its objects, those of lists in it, or its rows below one of names."""
        if len(value) > 1 and all(isinstance(row, list) for row in value[:20]) and self.is_header(value[0]):
            yield from (
                (dict(zip(map(str, value[0]), row, strict=False)), around) for row in value[1:] if isinstance(row, list)
            )
            return
        is_listed = any(self.is_posting(part, name_kind(name) == "postings") for part in value[:50])
        for part in value:
            found = False
            for posting in self.postings(part, around, name, depth + 1):
                found = True
                yield posting
            if not found and is_listed and isinstance(part, dict) and self.weight(part)[0] and not wraps_nothing(part):
                yield part, around

    def is_header(self, value: object) -> bool:
        """Whether a list is the names of a table's columns."""
        return (
            isinstance(value, list)
            and all(isinstance(name, str) for name in value)
            and self.is_posting(dict.fromkeys(value))
        )

    def of_object(self, value: dict, around: dict, name: str, depth: int) -> Iterator[Found]:
        """Postings in an object, or the object itself where it is one."""
        nested = {str(key): part for key, part in value.items() if isinstance(part, (dict, list)) and part}
        is_own = self.may_be_posting(name) and self.is_posting(value, name_kind(name) == "postings" and depth > 0)
        holders = {}
        own, is_titled, only = self.weight(value)
        for key, part in nested.items():
            inner = self.best_inside(part, key)
            kind = name_kind(key)
            if not inner:
                continue
            if (
                not is_own
                or (kind == "postings" and (isinstance(part, list) or not is_titled))
                or (kind == "list" and (not is_titled or not only or inner >= own))
                or (kind != "never" and not is_field(key) and inner > own and not (is_titled and only > 1))
            ):
                holders[key] = inner
        if not holders:
            if is_own and not self.is_empty(value):
                yield value, around
            return
        if any(isinstance(value[key], list) for key in holders):
            # Beside a list, an object that has nothing of a posting's own describes the list.
            holders = {key: inner for key, inner in holders.items() if not self.describes(value[key])}
        (key, *_) = holders
        only_part: Any = value[key] if len(holders) == 1 else None
        # "Job:17" is a record of a page's store, beside others.
        is_part = (
            isinstance(only_part, dict) and ":" not in key and name_kind(key) in ("container", "postings")[: len(value)]
        )
        if is_part and self.is_posting(only_part, True) and not self.inner_holders(only_part):
            # The posting's parts lie beside each other: {"job": {...}, "company": {...}}.
            yield value, around
            return
        beside = {other: inner for other, inner in value.items() if other not in holders}
        around = around | said_around(beside, name, holders)
        if one := parts_of_one([(key, value[key]) for key in holders]):
            yield one, around
            return
        page = next((beside[other] for other in beside if (field_of((other,)) or (0, ""))[1] == "url"), None)
        if isinstance(page, str) and len(list(islice(self.postings([value[key] for key in holders]), 2))) == 1:
            # Of a page with one posting the address is that of the posting.
            around["url"] = page
        for key in holders:
            # Lists by the name of an employer, a board or a search: the name is told with their postings.
            told = {} if len(holders) == 1 or name_kind(key) else {"source" if is_board(key) else "group": key}
            yield from self.postings(value[key], around | told, key, depth + 1)

    def is_empty(self, value: dict) -> bool:
        """Whether an object is a feed or page without postings: all it says but an empty list could be a feed's own."""
        lists = words_of("postings") | words_of("list")
        names = [
            str(name)
            for name, part in value.items()
            if part == [] or (part is None and name_kind(str(name)) == "postings")
        ]
        return not self.weight(value)[2] and any(name_key(name) in lists and not is_field(name) for name in names)

    def describes(self, value: object) -> bool:
        """Whether an object looks like a posting only by a title, a text and an address, as a feed's own does."""
        return (
            isinstance(value, dict)
            and self.is_posting(value)
            and not self.weight(value)[2]
            and not self.inner_holders(value)
        )

    def inner_holders(self, value: dict) -> bool:
        """Whether an object that looks like a posting holds lists of postings itself."""
        return any(name_kind(str(key)) == "postings" and isinstance(part, list) and self.best_inside(part, str(key))
                   for key, part in value.items())  # fmt: skip


@lru_cache(20_000)
def name_kind(name: str) -> str:
    """What lies under a name, by wrappers.csv: postings, anything (list), a part of a record (container), never one."""
    key = name_key(name.rsplit(":", 1)[-1])
    words = [name_key(word) for word in re.split(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+", name) if word]
    if key in words_of("never") or any(word in words_of("never") for word in words[:-1]):
        return "never"
    if key in words_of("postings"):
        return "postings"
    if is_field(name):
        is_record = words and words[0] in words_of("postings") and words[-1] in words_of("container")
        return "container" if is_record or key in words_of("container") else "list" if key in words_of("list") else ""
    if key in words_of("container") and key not in words_of("list"):
        return "container"
    known = words_of("postings") | words_of("list")
    if all(word in known for word in words) or any(word in words_of("postings") for word in words):
        return "postings" if any(word in words_of("postings") for word in words) else "list"
    return "container" if key in words_of("container") else ""


def parts_of_one(parts: list[tuple[str, Any]]) -> dict | None:
    """The posting whose parts objects beside each other are, as each tells the same title: a header and a job."""
    if len(parts) < 2 or not all(isinstance(part, dict) for _, part in parts):
        return None
    titles = [{str(text) for name, text in part.items() if is_title(str(name))} for _, part in parts]
    if not set.intersection(*titles):
        return None
    one: dict = {}
    for key, part in parts:
        one |= {name if one.get(name, inner) == inner else f"{key} {name}": inner for name, inner in part.items()}
    return one


def is_title(name: str) -> bool:
    """Whether a name is that of a posting's title."""
    return (field_of((name,)) or (0, ""))[1] == "title" and name_key(name) not in WEAK_TITLES


def is_field(name: str) -> bool:
    """Whether a name is that of a posting's field."""
    return field_of((name,)) is not None


def wraps_nothing(value: dict) -> bool:
    """Whether an object is an empty wrapper: an employer without openings."""
    return any(part == [] and name_kind(str(key)) == "postings" for key, part in value.items())


def said_around(value: dict, name: str, holders: dict) -> dict:
    """What a wrapper says of its postings: its own texts, and its employer and place."""
    said: dict = {}
    kind = "employer" if name_key(name) in words_of("employer") else ""
    for key, inner in value.items():
        found = (field_of((str(key),)) or (0, ""))[1]
        is_search = name_key(str(key)) in words_of("search")
        if isinstance(inner, dict) and (found in ("company", "location") or is_search or place_part((str(key),))):
            said[key] = {part: text for part, text in inner.items() if not isinstance(text, (dict, list))}
        elif not isinstance(inner, (dict, list)) and len(str(inner)) <= LONGEST_AROUND:
            said[key] = inner
        elif isinstance(inner, (dict, list)) and inner and len(json.dumps(inner, default=str)) <= LONGEST_OBJECT:
            # What is no text tells of the page, not of its postings: it is kept, and not looked into.
            said[f"feed {key}" if found else key] = json.dumps(inner, default=str, ensure_ascii=False)
    names_employer = kind or (not name and any(name_kind(key) == "postings" for key in holders))
    has_company = any((field_of((str(key),)) or (0, ""))[1] == "company" for key in said)
    if names_employer and not has_company and "name" in said and "title" not in said:
        said = {"company": said.pop("name"), **said}
    # Of a wrapper these are its own: a feed's title is no posting's.
    own = {"title", "description", "url", "posted_date", "part", "scraped_at"}
    return {
        (f"feed {key}" if (field_of((str(key),)) or (0, ""))[1] in own else key): inner for key, inner in said.items()
    }


def lists_in(value: dict, depth: int = 0) -> Iterator[tuple[dict, str, list]]:
    """The lists in an object and in those in it, each with the object that has it and its name there."""
    for name, part in value.items():
        if isinstance(part, list) and part:
            yield value, name, part
        elif isinstance(part, dict) and depth < 3:
            yield from lists_in(part, depth + 1)


def row_cells(row: object) -> list:
    """The cells of a table's row: a list, or the only list of an object; of a cell that is an object its only value."""
    if isinstance(row, dict):
        lists = [part for part in row.values() if isinstance(part, list)]
        row = lists[0] if len(lists) == 1 else None
    cells = row if isinstance(row, list) else []
    return [next(iter(cell.values())) if isinstance(cell, dict) and len(cell) == 1 else cell for cell in cells]


def column_names(columns: list) -> list[str]:
    """The names in a list of columns: texts, or objects that have a name; none where it is a list of something else."""
    names = [
        part[own[0]] if isinstance(part, dict) and (own := by_key(part, (*LABEL_NAMES, "id"))) else part
        for part in columns
    ]
    return distinct_names(names) if all(isinstance(name, str) for name in names) else []


def without(value: dict, holder: dict, name: str) -> dict:
    """An object without what one of the objects in it has under a name."""
    return {
        key: without(part, holder, name) if isinstance(part, dict) else part
        for key, part in value.items()
        if value is not holder or key != name
    }


def row_of(names: list[str], row: object) -> dict:
    """A table's row as an object: its cells by the names of their columns, and what else an object says."""
    cells = row_cells(row)
    others = {name: part for name, part in row.items() if not isinstance(part, list)} if isinstance(row, dict) else {}
    return others | dict(
        zip([*names, *(f"column {n + 1}" for n in range(len(names), len(cells)))], cells, strict=False)
    )


def table_in(value: dict, finder: Finder) -> tuple[list[str], list, dict] | None:
    """The names and rows of a table that lie in an object or in those in it, and what it says beside them."""
    lists = list(lists_in(value))
    for holder, name, rows in lists:
        if width := len(row_cells(rows[0])):
            for names_holder, own, columns in lists:
                if len(columns) != width or columns is rows:
                    continue
                names = column_names(columns)
                if finder.weight(dict.fromkeys(names))[0] >= 4:
                    return names, rows, without(without(value, holder, name), names_holder, own)
    return None


def table_rows(value: dict, finder: Finder) -> tuple[list[dict], dict] | None:
    """The rows of a table that was written as an object, and what it says beside them.

    There are names and rows, or an object or list for each column.
    """
    if table := table_in(value, finder):
        names, rows, beside = table
        return [row_of(names, row) for row in rows if row_cells(row) not in ([], names)], beside
    if not value or not finder.is_posting(value):
        return None
    parts = list(value.values())
    if all(isinstance(part, dict) for part in parts) and len({tuple(part) for part in parts}) == 1 and parts[0]:
        is_named = any(field_of((str(row),)) or name_kind(str(row)) for row in parts[0])
        if not is_named:
            return [{name: column[row] for name, column in value.items()} for row in parts[0]], {}
    if all(isinstance(part, list) for part in parts) and len({len(part) for part in parts}) == 1 and parts[0]:
        titles: Any = next(
            (part for name, part in value.items() if (field_of((str(name),)) or (0, ""))[1] == "title"), []
        )
        if titles and not any(isinstance(title, (dict, list)) for title in titles):
            return [dict(zip(value, row, strict=True)) for row in zip(*parts, strict=True)], {}
    return None


def boxed(value: object) -> str | None:
    """The name under which an object that tells its kind has what it holds: {"type": "url", "url": …}, {"S": …}."""
    if not isinstance(value, dict):
        return None
    if isinstance(kind := value.get("type"), str) and kind in value and kind != "type":
        return kind
    return next(iter(value)) if len(value) == 1 and name_key(str(next(iter(value)))) in words_of("box") else None


def unboxed(value: dict) -> tuple[dict, dict]:
    """A record whose values are in boxes that tell their kinds, and what stands beside them; else the value itself."""
    for key, part in ((None, value), *value.items()):
        if isinstance(part, dict) and len(part) > 1 and all(map(boxed, part.values())):
            own = {name: (str(boxed(box)), box) for name, box in part.items()}
            kinds = {name: without(box, box, held) for name, (held, box) in own.items()}
            beside = {name: other for name, other in value.items() if name != key} if key else {}
            # As a text, for "Remote": "checkbox" is no field of the record.
            beside |= {f"{key or 'value'} kinds": json.dumps(kinds, ensure_ascii=False, default=str)}
            return {name: box[held] for name, (held, box) in own.items()}, beside
    return value, {}


def with_included(value: dict) -> dict:
    """A page of JSON:API whose records have in them what is listed beside them and they refer to."""
    included, data = value.get("included"), value.get("data")
    if not isinstance(included, list) or not data:
        return value
    listed = {key_of(part): part.get("attributes") for part in included if isinstance(part, dict)}
    told: set[tuple[str, str]] = set()

    def related(record: Any) -> Any:
        relations = record.get("relationships") if isinstance(record, dict) else None
        for name, relation in relations.items() if isinstance(relations, dict) else ():
            refers = relation.get("data") if isinstance(relation, dict) else None
            parts = refers if isinstance(refers, list) else [refers]
            keys = [key for part in parts if isinstance(part, dict) and (key := key_of(part)) in listed]
            if keys and name not in record:
                told.update(keys)
                found = [listed[key] for key in keys]
                record = record | {name: found if len(found) > 1 else found[0]}
        return record

    records = [related(record) for record in data] if isinstance(data, list) else related(data)
    rest = [part for part in included if not isinstance(part, dict) or key_of(part) not in told]
    return value | {"data": records, "included": rest}


def key_of(part: dict) -> tuple[str, str]:
    """The type and number by which records refer to another."""
    return str(part.get("type")), str(part.get("id"))
