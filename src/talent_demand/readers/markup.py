"""Postings in markup: XML and RSS feeds, and schema.org's JobPosting inside a saved web page."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse

from talent_demand.readers.nested import Unreadable, json_values
from talent_demand.warehouse import BadInput, first_line

DEEPEST = 60
# What a longer object says is not copied to where it is referred to.
LONGEST_REFERRED = 10_000
LINKED_DATA = re.compile(r"<script\b[^>]{0,500}application/ld\+json[^>]{0,500}>", re.IGNORECASE)
PAGE_DATA = re.compile(r"<script\b[^>]{0,500}(?:__NEXT_DATA__|application/json)[^>]{0,500}>", re.IGNORECASE)
END = re.compile(r"</script", re.IGNORECASE)
TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,200})", re.IGNORECASE)


def is_page(beginning: str) -> bool:
    """Whether a text is a web page."""
    plain = re.sub(r"^(?:\s|<!--.{0,2000}?-->|<\?xml[^>]{0,200}\?>)*", "", beginning[:8000], flags=re.DOTALL).lower()
    return plain.startswith(("<!doctype html", "<html", "<head", "<body", "<script", "<meta", "<title"))


def xml_value(handle: BinaryIO) -> dict:
    """An XML document as nested values: an element's children by their names, those of one name as a list.

    Raises:
        BadInput: it is broken before its first element ends, or holds what a feed does not (entities of its own).

    """
    handle.seek(0)
    stack: list[tuple[str, dict, list[str]]] = []
    root: dict = {}
    try:
        # The text was decoded already, whatever its declaration says.
        parser = DefusedXMLParser(encoding="utf-8", forbid_entities=True, forbid_external=True)
        for event, element in iterparse(handle, events=("start", "end"), parser=parser):
            if event == "start":
                if len(stack) > DEEPEST:
                    raise BadInput(f"the XML is nested more than {DEEPEST} deep")
                stack.append(
                    (local_name(element.tag), {local_name(name): text for name, text in element.attrib.items()}, [])
                )
                continue
            name, own, _ = stack.pop()
            value = element_value(element, own)
            element.clear()
            if not stack:
                root = value if isinstance(value, dict) else {name: value}
            elif value not in (None, ""):
                put(stack[-1][1], name, value)
    except DefusedXmlException as error:
        raise BadInput(f"the XML declares what no feed needs: {first_line(error)}") from None
    except (ParseError, ValueError, LookupError) as error:
        for name, own, _ in reversed(stack[1:]):
            parent = stack[[part[1] for part in stack].index(own) - 1][1]
            if own:
                put(parent, name, own)
        if not stack or not stack[0][1]:
            raise BadInput(f"the XML is broken: {first_line(error)}") from None
        return {**stack[0][1], "unreadable": f"the XML is broken: {first_line(error)}"}
    return root


def element_value(element: Element, own: dict) -> object:
    """What an element says: its children, with its own text where it has both, or its text alone."""
    text = (element.text or "").strip()
    if own and text:
        own.setdefault("text", text)
    return own or text


def put(parent: dict, name: str, value: object) -> None:
    """Add a child; the second of one name makes a list."""
    if name not in parent:
        parent[name] = value
    elif isinstance(parent[name], list):
        parent[name].append(value)
    else:
        parent[name] = [parent[name], value]


def local_name(tag: str) -> str:
    """An element's name without its namespace; one of pictures and films keeps a word of that."""
    if not isinstance(tag, str):
        return "comment"
    space, _, name = tag.rpartition("}")
    return f"media.{name}" if space.rstrip("/").endswith("/mrss") else name


def page_values(text: str) -> Iterator[object]:
    """The linked data of a web page, else the data that its scripts work with.

    Raises:
        BadInput: there is none.

    """
    found = False
    for pattern in (LINKED_DATA, PAGE_DATA):
        for start in pattern.finditer(text):
            end = END.search(text, start.end())
            data = text[start.end() : end.start() if end else len(text)].strip()
            data = re.sub(r"^\s*(?:<!\[CDATA\[|//<!\[CDATA\[|<!--)|(?:\]\]>|//\]\]>|-->)\s*$", "", data)
            if data.startswith("{&quot;"):
                data = html.unescape(data)
            if pattern is LINKED_DATA and "JobPosting" not in data:
                continue
            for value in json_values(io.StringIO(data), lambda name, value: isinstance(value, dict)):
                if not isinstance(value, Unreadable):
                    found = True
                    yield with_references(value) if pattern is LINKED_DATA else value
                elif pattern is LINKED_DATA:
                    yield replace(value, line=value.line + text.count("\n", 0, start.end()), is_record=False)
        if found:
            return


def with_references(value: Any) -> Any:
    """Linked data with what it only refers to by ``@id`` and tells elsewhere, such as an employer, put in its place."""
    told: dict[str, str] = {}
    references: list[tuple[Any, Any, str]] = []
    inside = [value]
    while inside:
        holder = inside.pop()
        for place, child in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if not isinstance(child, (dict, list)):
                continue
            inside.append(child)
            if not isinstance(child, dict) or not isinstance(name := child.get("@id"), str):
                continue
            if child.keys() <= {"@id", "@type"}:
                references.append((holder, place, name))
            elif len(text := json.dumps(child, default=str)) <= LONGEST_REFERRED:
                told.setdefault(name, text)
    for holder, place, name in references:
        if name in told:
            holder[place] = json.loads(told[name])
    return value


def page_name(text: str) -> str:
    """What to say of a page without postings."""
    title = TITLE.search(text[:20_000])
    name = f' ("{" ".join(html.unescape(title[1]).split())}")' if title and title[1].strip() else ""
    return f"this is an HTML page{name} without linked data of postings: save the data itself"


def lines(handle: IO[str]) -> str:
    """All of an open text."""
    return handle.read()
