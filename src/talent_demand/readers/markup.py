"""Postings in markup: XML and RSS feeds, and schema.org's JobPosting inside a saved web page."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse

from talent_demand.readers.nested import Unreadable, json_values
from talent_demand.readers.shapes import name_kind, weight
from talent_demand.warehouse import BadInput, first_line

DEEPEST = 60
# So many times, and with so many bytes put before it again, a document is read on behind what cannot be read.
MOST_BREAKS, MOST_REPEATED = 100_000, 10**8
# What a longer object says is not copied to where it is referred to.
LONGEST_REFERRED = 10_000
# A quoted part holds no beginning of another: where one comes, its own end was cut off.
QUOTE = "<![CDATA["
QUOTED = rb"<!\[CDATA\[(?:[^\]<]++|\](?!\]>)|<(?!!\[CDATA\[))*+"
UNCLOSED = re.compile(QUOTED + rb"(?!\]\]>)")
# What stops a reader of XML and is not rare in feeds: signs and references that it does not know or must not hold. A
# quoted part or comment, which may hold them, is passed over.
NO_XML = re.compile(
    QUOTED + rb"\]\]>|<!\[CDATA\[|<!--(?:.*?-->|.*)|<(?![A-Za-z_:/!?\x80-\xff])"
    rb"|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)(?:[A-Za-z]{1,30};)?"
    rb"|[\x01-\x08\x0b\x0c\x0e-\x1f]",
    re.DOTALL,
)
WORD = re.compile(rb"\S")
DECLARED = rb"<?xml version='1.0'?>\g<0>"
ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
# What feeds call their records, by what they call themselves.
RECORDS = {"channel": "item", "feed": "entry", "source": "job", "jobs": "job"}
NESTED = re.compile(rb"<[^<>/!?][^<>]*>\s*<[^/!]")
LINKED_DATA = re.compile(r"<script\b[^>]{0,500}application/ld\+json[^>]{0,500}>", re.IGNORECASE)
PAGE_DATA = re.compile(r"<script\b[^>]{0,500}(?:__NEXT_DATA__|application/json)[^>]{0,500}>", re.IGNORECASE)
END = re.compile(r"</script", re.IGNORECASE)
# What a script gives a name: window.pageData = {…}, x = JSON.parse("…").
GIVEN = re.compile(r"[\w$\]]\s{0,9}=\s{0,9}(?:JSON\.parse\(\s{0,9}(?=\")|(?=[{\[]))")
# How much a table's names and links have to look like postings: a title, a place and a day.
LEAST_OF_TABLE = 5
TABLE = re.compile(r"<table\b(.*?)</table", re.IGNORECASE | re.DOTALL)
ROW = re.compile(r"<tr\b", re.IGNORECASE)
CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)(?=<t[hd]\b|</t[hdr]\b|$)", re.IGNORECASE | re.DOTALL)
LINK = re.compile(r"""<a\b[^<>]*?href=["']([^"'<>]+)""", re.IGNORECASE)
CANONICAL = re.compile(
    r"""<link\b(?=[^>]{0,500}rel=["']?canonical)[^>]{0,500}?href=["']([^"'>]{1,2000})""", re.IGNORECASE
)
TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,200})", re.IGNORECASE)


def is_page(beginning: str) -> bool:
    """Whether a text is a web page."""
    plain = re.sub(r"^(?:\s|<!--.{0,2000}?-->|<\?xml[^>]{0,200}\?>)*", "", beginning[:8000], flags=re.DOTALL).lower()
    return plain.startswith(("<!doctype html", "<html", "<head", "<body", "<script", "<meta", "<title"))


def is_sitemap(beginning: str) -> bool:
    """Whether a text is a list of a site's pages."""
    root = ROOT.search(beginning.encode())
    return root is not None and root[1] in (b"urlset", b"sitemapindex")


def xml_values(handle: BinaryIO) -> Iterator[object]:
    """The XML documents of a file, one behind another, as nested values, and what of them could not be read.

    Where one breaks off, it is read on from its next record. A bare ``&`` and entities of HTML do not break it.

    Raises:
        BadInput: it is broken before its first element ends, or holds what a feed does not (entities of its own).

    """
    handle.seek(0)
    value, broken, is_swallowing = xml_value(handle)
    if broken is None and not is_swallowing:
        yield value
        return
    handle.seek(0)
    data = handle.read()
    if root := ROOT.search(data):
        # Where a document begins in a quoted part, that of another was cut off.
        outermost = tag(root[1].decode())
        data = UNCLOSED.sub(lambda cut: cut[0] if b"<?xml" in cut[0] else outermost.sub(DECLARED, cut[0]), data)
    data = NO_XML.sub(as_xml, data)
    source, head, line, gone = Joined(data), b"", 1, set()
    document = begin = following = repeated = counted = 0
    for _ in range(MOST_BREAKS):
        source.head = head
        source.seek(begin)
        value, broken, _ = xml_value(source)
        if not value and broken and not begin:
            raise BadInput(f"the XML is broken: {broken.reason}")
        yield value
        if broken is None:
            return
        place = max(begin + broken.index - len(head), begin + 1)
        following = data.find(b"<?xml", place) if 0 <= following < place else following
        restart, rest = following, WORD.search(data, place)
        if broken.names or not (rest and rest[0] == b"<"):
            line, counted = line + data.count(b"\n", counted, place if rest else len(data.rstrip())), place
            yield Unreadable("", line, broken.reason, is_record=False)
        else:
            restart = rest.start()
        # The outermost element that begins once more is the record.
        for depth, name in enumerate(broken.names[1:], 1):
            again = None if name in gone else tag(name).search(data, place)
            if again and not 0 <= restart < again.start():
                first = tag(name).search(data, document) or again
                head, begin = data[document : first.start()], again.start()
                repeated += len(head)
                # Not other records before the first of this name, which were read.
                outer = tag(broken.names[depth - 1]).search(data, document)
                nested = NESTED.search(head, outer.end() - document if outer else 0)
                head = head[: nested.start()] if nested else head
                break
            if not again:
                gone.add(name)
        else:
            if restart < 0:
                return
            document, head, begin = restart, b"", restart
        if repeated > MOST_REPEATED:
            break
    raise BadInput("the XML is broken in too many places")


class Joined(io.BytesIO):
    """Bytes that are read from a place on, and others before them."""

    head = b""

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes."""
        head, self.head = self.head, b""
        return head or super().read(size)


def tag(name: str) -> re.Pattern[bytes]:
    """Where an element of a name begins, whatever its namespace."""
    return re.compile(rb"<(?:[\w.-]+:)?%b(?:\s[^<>]*)?>" % re.escape(name.encode()))


def as_xml(found: re.Match[bytes]) -> bytes:
    """What XML has for what it does not know; quoted parts stay."""
    if not found[0].startswith(b"&"):
        return (
            b"&lt;" if found[0] == b"<" else found[0] if found[0].startswith(b"<") and found[0] != b"<![CDATA[" else b""
        )
    text = found[0].decode()
    known = html.unescape(text) if text.endswith(";") else text
    return (known if known != text else text.replace("&", "&amp;")).encode()


@dataclass
class Broken:
    """Why a document breaks off, at which byte, and the names of the elements around it."""

    reason: str
    index: int
    names: list[str]


def xml_value(handle: BinaryIO) -> tuple[dict, Broken | None, bool]:
    """An XML document as nested values: an element's children by their names, those of one name as a list.

    Where it breaks off, with what stands before that. And whether a text holds the beginning of a quoted part, as one
    does whose own end was cut off.

    Raises:
        BadInput: it holds what a feed does not (entities of its own).

    """
    stack: list[tuple[str, dict, Element]] = []
    root: dict = {}
    # The text was decoded already, whatever its declaration says.
    parser = DefusedXMLParser(encoding="utf-8", forbid_entities=True, forbid_external=True)
    broken, is_swallowing = None, False
    try:
        for event, element in iterparse(handle, events=("start", "end"), parser=parser):
            if event == "start":
                if len(stack) > DEEPEST:
                    raise BadInput(f"the XML is nested more than {DEEPEST} deep")
                own = {local_name(name): text for name, text in element.attrib.items()}
                stack.append((local_name(element.tag), own, element))
            else:
                is_swallowing = is_swallowing or QUOTE in (element.text or "")
                root = close(stack) or root
    except DefusedXmlException as error:
        raise BadInput(f"the XML declares what no feed needs: {first_line(error)}") from None
    except (ParseError, ValueError, LookupError) as error:
        reason = first_line(error).split(": line")[0]
        # What broke off may be the beginning of one more element like the last.
        last = [name for _, own, _ in stack[-1:] for name, value in own.items() if not isinstance(value, str)][-1:]
        broken = Broken(reason, parser.parser.ErrorByteIndex, [name for name, _, _ in stack] + last)
        if stack:
            # What was read of a text is told when it is no longer gathered, and put into its element at the next one.
            parser.parser.buffer_text = False
            parser.target.start("", {})
        while stack:
            root = close(stack) or root
    return root, broken, is_swallowing


def close(stack: list[tuple[str, dict, Element]]) -> dict:
    """Take the innermost element from those that are open, and put it into that around it; returns the outermost."""
    name, own, element = stack.pop()
    value = element_value(element, own)
    element.clear()
    if isinstance(value, dict) and name in RECORDS and len(stack) <= (name == "channel"):
        if not any(map(holds_records, value, value.values())):
            value.setdefault(RECORDS[name], [])
    elif not value and len(stack) < 3 and name_kind(name) in ("postings", "list"):
        value = []
    if not stack:
        return value if isinstance(value, dict) else {} if value in (None, "") else {name: value}
    if value not in (None, ""):
        put(stack[-1][1], name, value)
    return {}


def holds_records(name: str, value: object) -> bool:
    """Whether what stands under a name may be records, whatever it is called."""
    first = value[0] if isinstance(value, list) else value
    return isinstance(first, dict) and len(first) > 2 and name_kind(name) != "never"


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
    """The linked data of a web page, else the data that its scripts work with, else its tables.

    Raises:
        BadInput: there is none.

    """
    found = False
    # Of several postings the page's address is none's.
    told = [script for script in LINKED_DATA.split(text)[1:] if "JobPosting" in END.split(script, 1)[0]]
    page = CANONICAL.search(text) if len(told) == 1 else None
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
                    yield with_address(with_references(value), page) if pattern is LINKED_DATA else value
                elif pattern is LINKED_DATA:
                    yield replace(value, line=value.line + text.count("\n", 0, start.end()), is_record=False)
        if found:
            return
    yield from script_values(text)
    yield from table_values(text)


def script_values(text: str) -> Iterator[object]:
    """What the scripts of a web page give to names, as JSON or as a text that is JSON."""
    read = json.JSONDecoder().raw_decode
    for given in GIVEN.finditer(text):
        with suppress(ValueError, RecursionError):
            value, _ = read(text, given.end())
            value = read(value)[0] if isinstance(value, str) else value
            if value and isinstance(value, (dict, list)):
                yield value


def table_values(text: str) -> Iterator[object]:
    """The tables of a web page, as lists of records: cells by what the first row calls them, and a row's first link."""
    for table in TABLE.findall(text):
        rows = [CELL.findall(row) for row in ROW.split(table)[1:]]
        names = [plain_text(cell) for cell in rows[0]] if rows else []
        records = [dict(zip(names, map(plain_text, row), strict=False)) for row in rows[1:] if len(row) == len(names)]
        links = [LINK.search(" ".join(row)) for row in rows[1:] if len(row) == len(names)]
        if weight((*names, "link"))[0] >= LEAST_OF_TABLE:
            told = zip(records, links, strict=True)
            yield {"jobs": [record | ({"link": html.unescape(link[1])} if link else {}) for record, link in told]}


def plain_text(markup: str) -> str:
    """A cell's text without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", markup)).split())


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


def with_address(value: Any, page: re.Match[str] | None) -> Any:
    """Linked data whose only posting tells no address, with that of the page that it stands on (CANONICAL)."""
    postings = [node for node in nodes_of(value) if "JobPosting" in str(node.get("@type"))] if page else []
    if page and len(postings) == 1 and not any(name in postings[0] for name in ("url", "sameAs", "mainEntityOfPage")):
        postings[0]["url"] = html.unescape(page[1])
    return value


def nodes_of(value: Any) -> Iterator[dict]:
    """The objects of linked data that stand by themselves."""
    if isinstance(value, dict):
        yield value
        value = value.get("@graph")
    if isinstance(value, list):
        for part in value:
            yield from nodes_of(part)


def page_name(text: str) -> str:
    """What to say of a page without postings."""
    title = TITLE.search(text[:20_000])
    name = f' ("{" ".join(html.unescape(title[1]).split())}")' if title and title[1].strip() else ""
    return f"this is an HTML page{name} without linked data of postings: save the data itself"
