"""JSON in the many ways it is written: arrays, a record a line, values after each other, pages that were appended.

What cannot be read is told with its place; what follows it is found again.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

CHUNK = 1 << 20
# A value that cannot be read may still go on in what was not read yet, up to this.
LONGEST_VALUE = 1 << 28
# Starts of a value that are tried behind one that cannot be read, before the rest of what was read is given up.
MOST_TRIES = 1000
# Nested deeper, a value is kept as a text.
DEEPEST = 40
BETWEEN = re.compile(r"[\s,;)\x1e\ufeff]*")
# What stands before a value that a script gives a name or hands to a function.
SCRIPT = re.compile(
    r"(?:/\*\*/)?\s*(?:export\s+default|(?:(?:var|let|const)\s+)?[A-Za-z_$][\w$.]*(?:\[[^\]\n]{1,60}\])?\s*[=(])\s*(?=[\[{])"
)
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
PRINTED_TOKEN = re.compile(rf"'(?:[^'\\]|\\.)*'|{TOKEN.pattern}", re.DOTALL)
# Where a value can begin again: on a line of its own, in a list that has a name, or behind the one before.
PLACE = r'(?P<line>\n[ \t]*)|"(?P<list>[^"\\\n]{1,60})"\s{0,9}:\s{0,9}\[\s{0,99}|[}\]]\s{0,9},\s{0,99}'
START = re.compile(rf"(?:{PLACE})(?=[{{\[])")
# Behind a text that stands between values it can begin wherever it is not inside another.
START_BEHIND_TEXT = re.compile(rf"(?:{PLACE}|(?<![:\[])(?<![:\[]\s))(?=[{{\[])")


@dataclass
class Unreadable:
    """A piece of text that is no JSON: where it begins, why, and whether it is a record by itself (of one a line)."""

    text: str
    line: int
    reason: str
    is_record: bool


def whole_number(text: str) -> int | str:
    """A number without a point; one beyond all measure stays a text."""
    return int(text) if len(text) < 400 else text


def broken_number(text: str) -> float | str:
    """A number with a point; one beyond all measure stays a text."""
    return number if math.isfinite(number := float(text)) else text


def whole_object(pairs: list[tuple[str, Any]]) -> Any:
    """An object; where it says several things under one name, these are a list.

    What OData (SAP) writes round the entries of a record is none: of one entry it is that, else their list.
    """
    value = dict(pairs)
    entries = value.get("results") if len(pairs) == 1 else None
    if entries and isinstance(entries, list) and all(isinstance(one, dict) and "__metadata" in one for one in entries):
        return entries[0] if len(entries) == 1 else entries
    if len(value) < len(pairs):
        value = {}
        for name, inner in pairs:
            if value.get(name) is None:
                value[name] = inner
            elif inner is not None and inner != value[name]:
                value[name] = value[name] if isinstance(value[name], list) else [value[name]]
                value[name].extend(inner if isinstance(inner, list) else [inner])
    return value


DECODER = json.JSONDecoder(
    strict=False,
    object_pairs_hook=whole_object,
    parse_int=whole_number,
    parse_float=broken_number,
    parse_constant=lambda name: None,
)


def json_values(handle: IO[str], is_posting: Callable[[str, object], bool]) -> Iterator[object]:
    """What a JSON file holds: the elements of its arrays and the values beside them, in order, and pieces of no JSON.

    Arrays are read element by element, so that a long file takes little memory. ``is_posting``: whether a value under
    a name is a posting, by which the way is found again inside a value that is broken.
    """
    text, position, is_open, is_end = "", 0, False, False
    line, counted = 1, 0

    def read_on() -> None:
        nonlocal text, position, is_end, line, counted
        line += text.count("\n", counted, position)
        more = handle.read(max(CHUNK, len(text) - position))
        is_end = not more
        text, position, counted = text[position:] + more, 0, 0

    while True:
        between = BETWEEN.match(text, position)
        position = between.end() if between else position
        if position == len(text):
            if is_end:
                return
            read_on()
            continue
        if (text[position] == "[" and not is_open) or text[position] == "]":
            is_open = text[position] == "["
            position += 1
            continue
        value, end, reason = read_value(text, position)
        # The value may go on in what was not read yet: read as much again, so that long ones stay cheap.
        if not is_end and (end >= len(text) - 20 or reason.startswith("Unterminated")) and len(text) < LONGEST_VALUE:
            read_on()
            continue
        if reason or not (is_open or isinstance(value, (dict, list))):
            line += text.count("\n", counted, position)
            counted = position
            following = end if not reason else next_start(text, position, max(end, position + 1), is_posting)
            starts_line = not is_open and (text[position] == "{" or not reason)
            is_record = starts_line and (position == 0 or "\n" in text[max(0, position - 200) : position])
            has_rest = following < len(text) or not reason or line > 1
            yield Unreadable(text[position:following].strip(), line, reason, is_record and has_rest)
            position = following
            is_open = (
                is_open
                or text[following - 1 : following] == "["
                or bool(re.search(r"\[\s*$", text[max(0, following - 99) : following]))
            )
            continue
        yield value
        position = end


def read_value(text: str, position: int) -> tuple[object, int, str]:
    r"""The value at a place, where it ends or cannot be read, and why; invalid escapes (``\e``) are plain signs."""
    try:
        return (*DECODER.raw_decode(text, position), "")
    except json.JSONDecodeError as error:
        if "escape" in error.msg:
            end = value_end(text, position)
            if end is None:
                return None, len(text), error.msg
            try:
                return DECODER.decode(mended(text[position:end])), end, ""
            except json.JSONDecodeError:
                return None, max(error.pos, position), error.msg
        if text[position] == "{" and error.pos <= position + 2 and "'" in text[position : position + 4]:
            end = value_end(text, position, PRINTED_TOKEN)
            value = printed(text[position:end]) if end else None
            return (value, end or position, "") if value is not None else (None, end or len(text), error.msg)
        return None, max(error.pos, position), error.msg
    except (RecursionError, ValueError):
        return None, value_end(text, position) or len(text), "nested too deep"


def value_end(text: str, position: int, token: re.Pattern[str] = TOKEN) -> int | None:
    """Where the object or array at a place ends, by its brackets; None where it does not."""
    depth = 0
    for found in token.finditer(text, position):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(found[0], 0)
        if depth <= 0:
            return found.end()
    return None


def bounded(value: Any) -> Any:
    """A value in which whatever lies deeper than DEEPEST is a text, so that its readers may go down to its end."""
    waiting = [(value, 1)]
    while waiting:
        holder, depth = waiting.pop()
        for key, inner in (
            holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
        ):
            if isinstance(inner, (dict, list)):
                if depth < DEEPEST:
                    waiting.append((inner, depth + 1))
                else:
                    holder[key] = as_json(inner)
    return value


def as_json(value: object) -> str:
    """A value as JSON, however deep."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        return "nested too deep"


def mended(text: str) -> str:
    r"""JSON whose invalid escapes (``\e``) are the characters that they are."""
    return re.sub(
        r"\\(u[0-9a-fA-F]{4}|.)",
        lambda escape: escape[0] if escape[1][0] in '"\\/bfnrt' or len(escape[1]) == 5 else "\\" + escape[0],
        text,
        flags=re.DOTALL,
    )


def printed(text: str) -> object:
    """The object that Python printed as this text: {'title': None}; None where it is none."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def next_start(text: str, position: int, broken: int, is_posting: Callable[[str, object], bool]) -> int:
    """Where the next value begins behind a place that was read in vain up to ``broken``; else the end of the text."""
    before = text[max(0, text.rfind("\n", 0, position) + 1) : position]
    indent = len(before) if before.isspace() else 0
    pattern = START if text[position] in "{[" else START_BEHIND_TEXT
    for tried, found in enumerate(pattern.finditer(text, position + 1)):
        if tried == MOST_TRIES:
            break
        start = found.end()
        is_line = found["line"] is not None and len(found["line"]) - 1 <= indent
        if not is_line and found["list"] is None and start < broken:
            continue
        value, _, reason = read_value(text, start)
        if reason or not value:
            continue
        if is_line or is_posting(found["list"] or "", value[0] if isinstance(value, list) else value):
            return start
    return len(text)
