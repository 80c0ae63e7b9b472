"""Columns of unknown names, taken for a field that no known column has: by how their names end, or by their values.

A guess comes behind all names that are known, each of its cells has to look like the field, and the load says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from statistics import median

from talent_demand.readers.columns import MISSING, TELLING, Path_, field_of_key, name_key, rows_of, words_of

# So many records are looked at, and such a part of what they say has to look like the field.
LEARNT = 200
MOST_ODD = 0.1
# Of the words of a title that an address tells again so many are in it, some being spelled otherwise there.
TOLD = 0.7
# Of a table whose title no name tells more than so many fields have to be known.
FEWEST = 2
# No name, date or pay is longer.
LONGEST_NAME = 150
DATE = (
    r"(?i)^.{0,30}?(?:\d{4}[-/.年]\s?\d{1,2}(?:[-/.月]|\b)|\b\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?(?:\d{4}|\d\d)\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)?[. -]+(?:de )?[^\W\d]{3,10}[. ,-]+(?:de )?\d{4}|\b[^\W\d]{3,10}\.? \d{1,2},? \d{4}"
    r"|\b(?:ago|today|yesterday|vor|heute|gestern|il y a|hace|geleden|temu|назад|fa|há|dias atrás|sedan|siden)\b"
    r"|[前전]\s*$|^1[5-9]\d{8}(?:\d{3})?$)"
)
# Fields that names can sound like, and how most of such a column's texts look.
LOOKS = {
    "title": r"[^\W\d_]{2}",
    "company": r"[^\W\d_]",
    "location": r"[^\W\d_]{2}",
    "url": TELLING["url"],
    "posted_date": DATE,
    "description": r"(?s)^.{40}",
}
# What is no such field though it looks like one: an interface's address, a revenue.
NEVER = {"url": r"^\s*https?://(?:api\b|[^/]*/api/)", "salary": r"(?i)million|billion|mio\b|mrd"}
ADDRESS = r"^\s*https?:"
ISO = re.compile(r"\d{4}-\d\d-\d\d")
OF = frozenset("of de del da do du der des di d della dell van".split())
# Names that say too little where they are but a part of one.
VAGUE_PARTS = frozenset(
    "name role position function profession what opening vacancy day time when start data base area org client place "
    "office geo address content body text details what who where contents overview updated modified".split()
)


@lru_cache(50_000)
def words_in(path: Path_) -> tuple[str, ...]:
    """The words of a name as keys: without numbers, and what a page's style has behind its own."""
    words = []
    for part in path:
        if isinstance(part, str):
            name = re.sub(r"__(?=\w*[A-Z\d])\w{4,8}$", "", part)
            name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[^\x00-\u2e7f])(?=[A-Za-z])", " ", name)
            words += [name_key(word) for word in re.split(r"[\W_]+", name) if word and not re.search(r"\d", word)]
    return tuple(words)


def is_notation(path: Path_) -> bool:
    """Whether a value tells of the record itself, in a notation: ``__metadata``, ``$ref``."""
    return any(isinstance(part, str) and part.startswith(("_", "$", "@")) for part in path)


@lru_cache(50_000)
def sounding(path: Path_) -> str | None:
    """The field that a name sounds like: by its last words, or by the first ones before an "of"."""
    words = words_in(path)
    runs = [words[start:] for start in range(len(words))]
    runs += [words[:stop] for stop in range(len(words) - 1, 0, -1) if words[stop] in OF]
    for run in runs:
        key = "".join(run)
        found = field_of_key(key) if key and key not in VAGUE_PARTS else None
        rest = set(words) - set(run)
        if found and found[1] in LOOKS and not rest & others_than(found[1]):
            return found[1]
    return None


@lru_cache(20)
def others_than(name: str) -> frozenset[str]:
    """Words that say that something is another thing's: what a name with one of them tells is no posting's field."""
    own = {"company": "employer", "location": "place", "url": "page"}.get(name, "")
    return (
        (words_of("never") | words_of("picture") | words_of("other"))
        - (words_of(own) if own else set())
        - {"apply", "more", "other"}
    )


@lru_cache(1)
def by_value() -> dict[str, str]:
    """The patterns of fields that values alone can tell: rows of doubtful_names.csv for any column."""
    rows = [row for row in rows_of("doubtful_names") if "*" in row["column"].split()]
    return {row["field"]: DATE if row["only"] == "{date}" else row["only"] for row in rows}


def guessed(cells: dict[Path_, list[str]], known: Iterable[str]) -> dict[Path_, tuple[str, str]]:
    """The field, and the pattern of its values, of each column that is taken for one which is not known.

    ``cells``: what the columns of unknown names say in the first records.
    """
    known = {*known}
    if known & {"salary_min", "salary_max"}:
        known.add("salary")
    filled = {
        path: given
        for path, texts in cells.items()
        if not is_notation(path)
        and (given := [text for text in texts if text.strip() and text.strip().lower() not in MISSING])
    }
    found: dict[Path_, tuple[str, str]] = {}
    fewest = 0
    for name in dict.fromkeys([*LOOKS, *by_value()]):
        if name != "title" and "title" not in known:
            break
        if name in known:
            continue
        free = [path for path in filled if path not in found]
        likely = [path for path in free if sounding(path) == name and looks(name, LOOKS[name], filled[path])]
        if name == "title" and not likely:
            likely = told_by_addresses({path: cells[path] for path in free})
            fewest = FEWEST
        pattern = TELLING.get(name, "") if name == "url" else ""
        if not likely and (pattern := by_value().get(name, "")):
            own = [path for path in free if not others_than(name) & {*words_in(path)}]
            likely = [path for path in own if looks(name, pattern, filled[path])]
            if name == "posted_date" and len(likely) > 1:
                continue
        if likely:
            found[max(likely, key=lambda path: telling(name, filled[path]))] = (name, pattern)
            known.add(name)
    return found if len(known) > fewest else {}


def told_by_addresses(cells: dict[Path_, list[str]]) -> list[Path_]:
    """The column whose texts the addresses of the same records tell again: ``/jobs/senior-cook-grill-house-oslo``."""
    said: dict[Path_, tuple[int, float]] = {}
    addresses = [texts for texts in cells.values() if any(texts) and looks("url", ADDRESS, [*filter(None, texts)])]
    for path, texts in cells.items():
        for urls in addresses:
            pairs = [(pieces(text), pieces(url)) for text, url in zip(texts, urls, strict=False) if text and url]
            told = [len(text) for text, url in pairs if len(text) > 1 and len(text & url) >= TOLD * len(text)]
            if texts not in addresses and len(told) > len(pairs) / 2:
                said[path] = max(said.get(path, (0, 0.0)), (len({*texts}), sum(told) / len(told)))
    return [max(said, key=lambda path: said[path])] if said else []


def pieces(text: str) -> set[str]:
    """The words of a text or address, as addresses spell them."""
    return {plain for word in re.split(r"[\W_]+", text) if len(word) > 2 and (plain := name_key(word))}


def looks(name: str, pattern: str, texts: list[str]) -> bool:
    """Whether the texts of a column look like a field."""
    if name == "posted_date" and any(text[:10] > f"{datetime.now(UTC):%Y-%m-%d}" for text in texts if ISO.match(text)):
        # What begins or ends is still to come.
        return False
    odd = sum(not is_like(name, pattern, text) for text in texts)
    return odd <= MOST_ODD * len(texts)


def is_like(name: str, pattern: str, text: str) -> bool:
    """Whether a text looks like a value of a field."""
    if name != "description" and len(text) > (2000 if name == "url" else LONGEST_NAME):
        return False
    unlike = NEVER.get(name, ADDRESS)
    return bool(re.search(pattern, text[:2000], re.IGNORECASE)) and not re.search(unlike, text)


def telling(name: str, texts: list[str]) -> tuple[float, float]:
    """How well a column serves as a field, among several that could: most different addresses, the longest texts."""
    return (len({*texts}) if name == "url" else 0, median(map(len, texts)) if name in ("url", "description") else 0)
