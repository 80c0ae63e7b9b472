"""A record as it came, nested or flat, as one row of raw.job_postings: nothing of it is lost on the way."""

from __future__ import annotations

import ast
import html
import json
import math
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any

from talent_demand.readers.boards import board_of_url, employer_in_url, source_named, source_of_url
from talent_demand.readers.columns import (
    AROUND,
    DOUBTFUL,
    MISSING,
    NO,
    NOWHERE,
    YES,
    Path_,
    Plan,
    field_of,
    heading,
    is_telling,
    make_plan,
    name_key,
    place_part,
    title_forms,
    words_of,
)
from talent_demand.readers.guesses import guessed
from talent_demand.warehouse import POSTING_FIELDS

ROW_FIELDS = (*POSTING_FIELDS, "scraped_at", "other_fields")
# Objects deeper than this are kept as they are, and not looked into.
DEEPEST = 20
# A text in which only the markup's own signs are escaped, as Greenhouse sends it.
ESCAPED_TAG = "&lt;"
NUMBER_ENTITY = re.compile(r"&#x?[0-9a-f]{8,};?", re.IGNORECASE)
RATING = re.compile(r"(?<=\S)\s*\n\s*[1-5][.,]\d\s*$")
DAY_FIRST = re.compile(r"\s*\d{4}-\d\d-\d\d")
# Fields whose text may stand there in several languages, and how these are named.
LANGUAGE_FIELDS = ("title", "company", "location", "city", "region", "country", "employment_type", "industry")
LANGUAGE = re.compile(
    r"(?:ar|cs|da|de|en|es|fi|fr|he|hu|it|ja|ko|nb|nl|no|pl|pt|ro|ru|sv|tr|uk|zh)(?:[-_][A-Za-z]{2,4})?"
)
# A link as Markdown or a page has it: its words and where it leads, or these the other way round.
LINK = re.compile(
    r"""\[([^\[\]]*)\]\(([^\s()]+)\)|<a\s[^<>]*?href=["']([^"'<>]+)["'][^<>]*>(.*?)</a>""", re.DOTALL | re.I
)
# What Notion writes behind the name of a page that a record is related to.
RELATED = re.compile(r"\s*\(https://(?:www\.)?notion\.so/[^()\s]*\)")
WORD = re.compile(r"\w")
# What refers to a record by its number: urn:li:organization:1035.
URN = re.compile(r"urn:[a-z0-9-]+:\S+")
# Fields that no yes, no, or reference is the text of.
WORDED = ("title", "company", "location", "description", "source")
LITERAL = re.compile(r"^\s*(?:\[.*\]|\{.*\})\s*$", re.DOTALL)
# Names by which an object gives its own text, in the order in which they count.
TEXT_NAMES = tuple("text plain plain_text rendered html value content raw body description items #text link".split())
# Names by which an object tells the name of a field, and its value.
PAIR_NAMES = ("key", "field", "field_label", "name", "name_code", "code", "property", "type")
PAIR_VALUES = frozenset(map(name_key, "value values value_label string_value text_value field_value label".split()))
LABEL_NAMES = ("name", "display_name", "displayName", "label", "title", "libelle", "descriptor", "value", "text", "nom")


def unescaped(text: str) -> str:
    """A text with the signs that its entities stand for; numbers beyond all signs stay as they are."""
    return html.unescape(NUMBER_ENTITY.sub("", text) if NUMBER_ENTITY.search(text) else text)


def as_text(value: object) -> str | None:
    """A value as text: a list's values beside each other, anything deeper as JSON."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace") or None
    if isinstance(value, list):
        if pieces := text_pieces(value):
            return "".join(pieces) or None
        texts = [as_text(part) for part in value if not isinstance(part, (list, dict))] if value else []
        named = [as_text(label(part)) for part in value if isinstance(part, dict)]
        return ", ".join(filter(None, [*texts, *named])) or None
    return dumped(value) if isinstance(value, dict) else str(value)


def text_pieces(value: list) -> list[str] | None:
    """The pieces of one text, some of which have a form of their own: links, bold words."""
    pieces = [
        part if isinstance(part, str) else part.get("plain_text", part.get("text")) if isinstance(part, dict) else None
        for part in value
    ]
    forms = [part for part in value if isinstance(part, dict) and ("plain_text" in part or "type" in part)]
    is_one = forms and (len(forms) < len(value) or all("plain_text" in part for part in forms))
    return [piece for piece in pieces if isinstance(piece, str)] if is_one and None not in pieces else None


def label(value: object) -> object:
    """The name in an object, or the value itself."""
    if not isinstance(value, dict):
        return value
    names = ("en", *value) if is_in_languages(value) else by_key(value, LABEL_NAMES)
    found = next(
        (value[name] for name in names if value.get(name) and isinstance(value[name], (str, int, float))), None
    )
    return (
        found if found is not None else next((part for part in value.values() if isinstance(part, str) and part), None)
    )


def is_in_languages(value: dict) -> bool:
    """Whether an object is one text in several languages: {"de": …, "en-GB": …}."""
    return (
        len(value) > 0
        and all(isinstance(name, str) and LANGUAGE.fullmatch(name) for name in value)
        and all(isinstance(text, str) or text is None for text in value.values())
    )


def by_key(value: dict, names: Iterable[str]) -> list[str]:
    """An object's names that are one of these, in their order, whatever their spelling."""
    own = {name_key(name): name for name in value}
    return [own[key] for name in names if (key := name_key(name)) in own and value[own[key]]]


def place(value: object) -> str | None:
    """A place as text: its city, region and country, or its name; places of a list are set apart by semicolons."""
    if isinstance(value, list):
        is_hierarchy = len(value) > 1 and all(isinstance(part, str) for part in value) and len(value[0]) == 2
        return (", " if is_hierarchy else "; ").join(dict.fromkeys(filter(None, map(place, value)))) or None
    if not isinstance(value, dict):
        return as_text(value)
    if is_by_country(value):
        told = [
            (code, part) for code, parts in value.items() for part in (parts if isinstance(parts, list) else [parts])
        ]
        names = [f"{part}, {code}" if part and not str(part).startswith(code) else code for code, part in told]
        return "; ".join(dict.fromkeys(names)) or None
    parts: dict[str, str] = {}
    for name, inner in value.items():
        found = place_part((name,))
        text = as_text(label(inner))
        if found and text:
            parts.setdefault(found[1], text)
    named = as_text(label({name: inner for name, inner in value.items() if isinstance(inner, str)}))
    if len(parts) < 2 and by_key(value, LABEL_NAMES) and named and "city" not in parts:
        return named
    inner = next((place(part) for part in value.values() if isinstance(part, (dict, list)) and part), None)
    return ", ".join(parts[part] for part in ("city", "region", "country") if part in parts) or inner or named


def is_by_country(value: dict) -> bool:
    """Whether an object has places by the codes of their countries."""
    return bool(value) and all(
        isinstance(name, str) and re.fullmatch("[A-Z]{2}", name) and not isinstance(part, dict)
        for name, part in value.items()
    )


def prose(value: object, is_part: bool = False) -> str | None:
    """The text of a description: of several forms the first, of sections all, with their headings."""
    if isinstance(value, list):
        if text_pieces(value):
            return as_text(value)
        texts = list(filter(None, (prose(part, True) for part in value)))
        bullet = "- " if len(texts) > 1 and all(isinstance(part, str) for part in value) else ""
        return "\n".join(bullet + text for text in texts) or None
    if not isinstance(value, dict):
        return as_text(value)
    if is_in_languages(value):
        return as_text(label(value))
    texts = by_key(value, TEXT_NAMES)
    if texts:
        title = next((name for name in by_key(value, (*LABEL_NAMES, "heading", "header")) if name != texts[0]), None)
        if name_key(texts[0]) == "text" and by_key(value, ("content",)):
            # Lever's lists: a heading that is called text.
            title, texts = texts[0], by_key(value, ("content",))
        is_titled = title and isinstance(value[title], str) and len(value[title]) < 200 and is_part
        text = prose(value[texts[0]], True)
        if is_titled or is_part or not text:
            return f"{value[title]}:\n{text}" if is_titled and text else text
        parts = {name: part for name, part in value.items() if isinstance(part, str) and field_of_name(name) == "part"}
        return "\n\n".join([text, *(f"{heading(name)}:\n{part}" for name, part in parts.items() if part not in text)])
    if (
        is_part
        and len(by_key(value, LABEL_NAMES)) == 1
        and not any(isinstance(part, (dict, list)) for part in value.values())
    ):
        return as_text(label(value))
    sections = []
    for name, inner in value.items():
        text = prose(inner, True) if isinstance(inner, (dict, list)) else inner if isinstance(inner, str) else None
        if text:
            has_title = isinstance(inner, dict) and text.split("\n", 1)[0].endswith(":")
            sections.append(text if has_title or (isinstance(inner, list) and inner and isinstance(inner[0], dict))
                            else f"{heading(name)}:\n{text}")  # fmt: skip
    return "\n\n".join(sections) or None


def without_texts(value: object, told: str) -> object:
    """What is left of a value when the texts that are told already are taken out."""
    if isinstance(value, dict):
        return {
            name: rest for name, inner in value.items() if (rest := without_texts(inner, told)) not in (None, {}, [])
        }
    if isinstance(value, list):
        return [rest for inner in value if (rest := without_texts(inner, told)) not in (None, {}, [])]
    return None if isinstance(value, str) and (value in told or unescaped(value) in told) else value


def cleaned(name: str, text: str) -> str:
    """A field's text without what its file's writer left on it: entities, a list's brackets, an employer's rating."""
    if name in ("title", "company", "location", "url") and LINK.search(text) and not WORD.search(LINK.sub("", text)):
        text = linked(name, text)
    if name in ("title", "company", "location"):
        if "&" in text and ";" in text:
            text = unescaped(text)
        if name != "title" and LITERAL.match(text) and len(text) < 10_000:
            text = (place if name == "location" else as_text)(literal(text)) or text
        if name == "company" and "\n" in text:
            text = RATING.sub("", text)
        text = RELATED.sub("", text)
    elif name == "description" and ESCAPED_TAG in text and "<" not in text:
        text = unescaped(text)
    return text


def linked(name: str, text: str) -> str:
    """The words of a text that is links; of a url where the first of these leads."""
    if name == "url":
        return next((found[2] or found[3] for found in LINK.finditer(text)), text)
    words = LINK.sub(lambda found: found[1] or re.sub(r"<[^<>]*>", "", found[4] or ""), text)
    return words.strip().strip("*").strip()


def literal(text: str) -> object:
    """What a text says that is a list or an object in JSON or as Python prints it; else the text."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
    return text


def dumped(value: object) -> str:
    """A value as JSON; what it has no word for is a text."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(without_odd_numbers(value), ensure_ascii=False, default=str)


def without_odd_numbers(value: object) -> object:
    """A value whose infinities are texts."""
    if isinstance(value, dict):
        return {name: without_odd_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_odd_numbers(inner) for inner in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def leaves(value: object, path: Path_ = ()) -> Iterator[tuple[Path_, object]]:
    """A record's values with their paths; texts in several forms or sections are one value, as are lists."""
    if isinstance(value, dict) and value and len(path) < DEEPEST and not is_text_object(path, value):
        for name, inner in value.items():
            yield from leaves(inner, (*path, str(name)))
    elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and path and not text_pieces(value):
        if (field_of(path) or (0, ""))[1] in ("description", "part"):
            yield path, value
        else:
            yield from leaves(value[0], (*path, 0))
    else:
        yield path, value


def pairs(value: object, path: Path_ = ()) -> Iterator[tuple[Path_, object]]:
    """What lists of names and values tell, once more under these names: ``[{"key": "salary", "value": {…}}]``."""
    if isinstance(value, dict) and len(path) < DEEPEST:
        for name, inner in value.items():
            if isinstance(inner, (dict, list)):
                yield from pairs(inner, (*path, str(name)))
    elif isinstance(value, list) and value and path and all(isinstance(part, dict) for part in value[:50]):
        told = [pair for part in value[:50] if (pair := pair_of(part))]
        if len(told) == len(value[:50]) and not field_of(path):
            for name, inner in told:
                yield from leaves(inner, (path[-1], name))


def pair_of(value: dict) -> tuple[str, object] | None:
    """The name and value that an object is, as custom fields are told."""
    names, values = by_key(value, PAIR_NAMES), [name for name in value if name_key(name) in PAIR_VALUES]
    name = as_text(label(value[names[0]])) if names else None
    return (name, value[values[0]]) if name and len(name) < 100 and values else None


def is_text_object(path: Path_, value: dict) -> bool:
    """Whether an object is the text that its name says, and not a part of the record around it."""
    if not path or not (found := field_of(path)):
        return False
    if found[1] in (*LANGUAGE_FIELDS, "description", "part") and is_in_languages(value):
        return True
    if found[1] == "location" and is_by_country(value):
        return True
    told = {field_of_name(name) for name in value}
    if found[1] not in ("description", "part") or (len(told - {None}) > 2 and "title" in told):
        return False
    if by_key(value, TEXT_NAMES) or "sections" in name_key("".join(map(str, path))):
        return True
    named = told - {None, "description", "company", "part"}
    return not named and name_key(str(path[-1])) not in words_of("container")


def field_of_name(name: object) -> str | None:
    """The field that a name alone leads to."""
    return (field_of((str(name),)) or (0, None))[1]


@lru_cache(4096)
def plan_of(
    paths: tuple[Path_, ...],
    chosen: tuple[tuple[str, str], ...],
    guesses: tuple[tuple[Path_, tuple[str, str]], ...] = (),
) -> Plan:
    """``make_plan``, once for records with the same paths."""
    return make_plan(paths, dict(chosen), dict(guesses))


class Rows:
    """Records as rows, with what is told of them in the end: fields found, and names that no column took."""

    def __init__(self, chosen: dict[str, str], values: dict[str, str]) -> None:
        """``chosen``: columns that the user named, by field; ``values``: what a field is for all postings."""
        self.chosen = tuple(chosen.items())
        self.values = values
        self.guesses: tuple[tuple[Path_, tuple[str, str]], ...] = ()
        self.filled: set[str] = set()
        self.named: set[str] = set()
        self.kept: dict[str, None] = {}
        self.names: dict[str, None] = {}

    def learn(self, records: list[tuple[dict, dict]]) -> dict[Path_, tuple[str, str]]:
        """Take columns of unknown names for fields that none of the first records has otherwise; returns which."""
        cells: dict[Path_, list[str]] = {}
        known = {*self.values}
        for record, around in records:
            items = list(leaves(record))
            paths = (path for path, _ in [*items, *leaves(around, (AROUND,)), *pairs(record)])
            plan = plan_of(tuple(paths), self.chosen)
            known |= plan.claimed()
            for position in plan.unknown:
                if position < len(items) and isinstance(value := items[position][1], (str, int)):
                    cells.setdefault(items[position][0], []).append(as_text(value) or "")
        self.guesses = tuple((guesses := guessed(cells, known)).items())
        return guesses

    def row(self, record: dict, around: dict | None = None) -> list[str | None]:
        """One row, its texts in the order of ROW_FIELDS; ``around``: values of the objects that hold the record."""
        if "hostedUrl" in record and "title" not in record:
            # Lever calls the title text.
            record = {"title": record.get("text"), **{name: part for name, part in record.items() if name != "text"}}
        items = list(leaves(record))
        if around:
            items += leaves(around, (AROUND,))
        own = len(items)
        items += pairs(record)
        paths = tuple(path for path, _ in items)
        plan = plan_of(paths, self.chosen, self.guesses)
        fields: dict[str, str | None] = {}
        taken: dict[int, object] = {}
        for name, candidates in plan.fields.items():
            if candidates[0].rank < 0:
                self.named.add(name)
            if name not in self.values:
                fields[name] = self.pick(name, candidates, items, taken, plan.place)
        self.add_parts(fields, plan, items, taken)
        self.add_flags(fields, plan, items)
        fields |= self.values
        if not fields.get("source"):
            fields["source"] = source_of_url(fields.get("url"))
        title = fields.get("title")
        if title and not fields.get("company"):
            read_title(fields)
        if not fields.get("company"):
            fields["company"] = employer_in_url(fields.get("url"))
        other = self.rest(items[:own], taken)
        if title and title != fields.get("title"):
            other.setdefault("title", title)
        self.filled.update(name for name, text in fields.items() if text)
        return [*(fields.get(name) for name in (*POSTING_FIELDS, "scraped_at")), dumped(other) if other else None]

    def pick(
        self,
        name: str,
        candidates: list,
        items: list[tuple[Path_, object]],
        taken: dict[int, object],
        own_place: dict[str, int],
    ) -> str | None:
        """The text of the first candidate that holds something; what it says whole is taken.

        A place gets the parts that it does not tell behind it (``own_place``), a type of employment all types.
        """
        texts = []
        for candidate in candidates:
            values = [items[position][1] for position in candidate.names]
            if len(values) > 1 or (name == "location" and is_of_parts(candidate.names, items)):
                texts_of_parts = map(as_text, map(label, values))
                parts = [cleaned(name, text) for text in texts_of_parts if text and text.lower() not in MISSING]
                text = ", ".join(parts) if parts else None if len(values) > 1 else as_text(label(values[0]))
            else:
                text = text_for(name, values[0])
            if candidate.only and text and not re.search(candidate.only, text, re.IGNORECASE):
                text = None
            texts.append(text)
        given = [number for number, text in enumerate(texts) if text and is_given(name, text)]
        found = next(
            (number for number in given if is_telling(name, texts[number] or "", candidates[number].rank)),
            given[0] if given else None,
        )
        if found is None:
            found = next((number for number, text in enumerate(texts) if text), None)
        chosen = texts[found] if found is not None else None
        if chosen is None or (name == "scraped_at" and not is_time(chosen)):
            return chosen
        is_in_parts = name == "location" and found is not None and is_of_parts(candidates[found].names, items)
        text = chosen if is_in_parts else cleaned(name, chosen)
        more: list[int] = []
        if name == "location" and not is_in_parts:
            more = parts_beside(text, own_place)
        elif name == "employment_type":
            more = [
                candidates[number].names[0]
                for number in given
                if number != found
                and candidates[number].rank < DOUBTFUL
                and is_telling(name, texts[number] or "", candidates[number].rank)
            ]
        whole = text if more else None
        for position in more:
            said = cleaned(name, as_text(label(items[position][1])) or "")
            if said and said.lower() not in MISSING:
                is_told = said.lower() in str(whole).lower().split(", ") or (len(said) == 2 and "," in str(whole))
                text, taken[position] = text if is_told else f"{text}, {said}", None
        if name == "source":
            text = source_named(text)
            # RSS tells the feed that an item is from by its address and by what that calls itself.
            url = next((value for path, value in items if path == ("source", "url")), None)
            if isinstance(url, str) and (board := board_of_url(url)):
                text = board
        for number, candidate in enumerate(candidates):
            for position in candidate.names:
                value = items[position][1]
                own = as_text(value)
                if number == found and name == "description" and isinstance(value, (dict, list)):
                    taken[position] = without_texts(value, text)
                elif isinstance(value, (dict, list)) and any(isinstance(part, (dict, list)) for part in value):
                    continue
                elif (
                    own == text
                    or (own and own == whole)
                    or (
                        number == found
                        and (
                            (len(candidate.names) > 1 and own and own in text)
                            or (isinstance(value, list) and text == chosen)
                        )
                    )
                ):
                    taken[position] = None
        return text

    def add_parts(self, fields: dict, plan: Plan, items: list[tuple[Path_, object]], taken: dict[int, object]) -> None:
        """Put the parts of the text behind it, each under its heading; what stands in it already is not told twice."""
        if "description" in self.values:
            return
        text = fields.get("description")
        for position, title in plan.parts:
            value: Any = items[position][1]
            part = cleaned("description", prose(value) or "")
            if not part or part.lower() in MISSING:
                continue
            if not text or part not in text:
                has_headings = (isinstance(value, list) and isinstance(value[0], dict)) or isinstance(value, dict)
                told = part if has_headings else f"{title}:\n{part}"
                text = f"{text}\n\n{told}" if text else told
            taken[position] = without_texts(value, text)
        fields["description"] = text

    def add_flags(self, fields: dict, plan: Plan, items: list[tuple[Path_, object]]) -> None:
        """Remote, or full time, where a field of yes or no says so; what is neither says the workplace in words."""
        for position, (name, says) in plan.flags:
            text = as_text(items[position][1]) or ""
            word = text.strip().lower()
            is_told = word in YES or (name == "workplace" and word not in NO)
            if is_told and not fields.get(name) and name not in self.values:
                fields[name] = says if word in YES else text

    def rest(self, items: list[tuple[Path_, object]], taken: dict[int, object]) -> dict:
        """The record without what a column took whole."""
        other: dict = {}
        for position, (path, value) in enumerate(items):
            value = taken.get(position, value)
            self.names.setdefault(str(path[0]) if path[0] != AROUND else str(path[-1]))
            if value is None or value == "" or value == [] or value == {}:
                continue
            self.kept.setdefault(".".join(str(part) for part in path if part != AROUND and part != 0))
            holder: Any = other
            for part, following in zip(path, (*path[1:], None), strict=True):
                part = "wrapper" if part == AROUND else part
                new: object = value if following is None else [] if following == 0 else {}
                if isinstance(holder, list):
                    if not holder:
                        holder.append(new)
                    holder = holder[0]
                else:
                    holder = holder.setdefault(part, new)
        return other


def read_title(fields: dict[str, str | None]) -> None:
    """Take apart a title that names the employer too, as those of some boards do."""
    for form, names in title_forms().get(fields.get("source") or "", ()):
        if found := re.search(form, fields["title"] or ""):
            told = dict(zip(names, found.groups(), strict=True))
            fields |= {name: text for name, text in told.items() if name == "title" or not fields.get(name)}
            return


def parts_beside(text: str, parts: dict[str, int]) -> list[int]:
    """Where the parts stand that a place's text does not tell: the country; all where it tells of no place."""
    wanted = {"country", *(() if "," in text else ("region",)), *(("city",) if re.search(NOWHERE, text) else ())}
    return [] if ";" in text else [position for part, position in parts.items() if part in wanted]


def is_of_parts(names: tuple[int, ...], items: list[tuple[Path_, object]]) -> bool:
    """Whether a candidate's values are the city, region or country of a place."""
    return len(names) > 1 or (bool(names) and place_part(items[names[0]][0]) is not None)


def text_for(name: str, value: object) -> str | None:
    """A value as the text of a field."""
    if (name in WORDED and isinstance(value, bool)) or (name != "url" and URN.fullmatch(str(value))):
        return None
    if name == "description":
        return prose(value)
    if name == "location":
        return place(value)
    if isinstance(value, dict):
        value = label(value)
    return as_text(value)


def is_time(text: str) -> bool:
    """Whether a text is a time in ISO form, which a column of times takes whole."""
    with suppress(ValueError):
        return bool(DAY_FIRST.match(text) and datetime.fromisoformat(text.strip()))
    return False


def is_given(name: str, text: str) -> bool:
    """Whether a text says something: no word for nothing, and for a date no yes or no."""
    if len(text) > 8:
        return True
    plain = text.strip().lower()
    return bool(plain) and plain not in MISSING and not (name == "posted_date" and plain in (*YES, *NO))
