"""Texts without HTML and with plain characters, laid out in one block of bytes.

Every step is linear in the length of the texts, whatever they hold.
"""

import html
import re
import string
import unicodedata
from collections.abc import Callable
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from talent_demand.skills.words import (
    FIRST_BYTES,
    PADDING,
    SEPARATOR,
    Bytes,
    Flags,
    Places,
    arrow,
    arrow_strings,
    eight_bytes,
    few_places,
    is_byte,
    whole_numbers,
)

IS_PUNCTUATION = is_byte(lambda character: "!" <= character <= "~" and not character.isalnum())
STARTS_TAG = is_byte(lambda character: character.isalpha() or character == "!")
STARTS_ENTITY = is_byte(lambda character: character.isalnum() or character == "#")

LONGEST_ENTITY = 34
HTML_ENTITY = re.compile(r"&#?[A-Za-z0-9]{1,31};")
# Up to its semicolon an entity is one number of so many bytes; longer ones, which are rare, are read by Python.
ENTITY_BYTES = 8
HTML_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
BLOCK_START = re.compile(r"<!--|<(script|style)\b", re.IGNORECASE)
BLOCK_END = {
    "": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}
BLOCK_NAMES = [int.from_bytes(name) for name in (b"scr", b"sty")]
ROUNDS = 2
# What else than quotes and blanks tags and entities are made of.
PART_OF_HTML = frozenset(string.ascii_letters + string.digits + "<>&#;/!-")
# Bytes from this on begin a character beyond ASCII.
FIRST_LEAD = np.uint8(0xC2)
CONTROL_AS_BLANK = bytes(max(byte, 32) for byte in range(256))

# Mathematical letters (𝗣𝘆𝘁𝗵𝗼𝗻), which some write for bold ones: the plain ones, 0 where that is none of ASCII.
FIRST_BOLD, LAST_BOLD = 0x1D400, 0x1D7FF
PLAIN_OF_BOLD = np.array(
    [
        ord(plain) if len(plain) == 1 and plain.isascii() else 0
        for plain in (unicodedata.normalize("NFKC", chr(code)) for code in range(FIRST_BOLD, LAST_BOLD + 1))
    ],
    dtype=np.uint8,
)


def without_blocks(text: str) -> str:
    """Text without comments, scripts and styles, each of which becomes a blank; unclosed ones stay."""
    kept, kept_until, place = [], 0, 0
    unclosed = set()
    while start := BLOCK_START.search(text, place):
        place = start.end()
        name = (start[1] or "").lower()
        end = None if name in unclosed else BLOCK_END[name].search(text, place)
        if end:
            kept += [text[kept_until : start.start()], " "]
            kept_until = place = end.end()
        else:
            unclosed.add(name)
    return "".join([*kept, text[kept_until:]])


def plain_text(text: str, rounds: int = ROUNDS) -> str:
    """Text without HTML: tags become blanks, entities (also doubly escaped ones) their characters."""
    for _ in range(rounds):
        text = HTML_TAG.sub(" ", without_blocks(text))
        unescaped = HTML_ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
        if unescaped == text:
            break
        text = unescaped
    return text


def bytes_of(texts: pa.Array) -> tuple[Places, Bytes]:
    """Where each of some Arrow large strings starts and ends in a run of bytes (int64, one more), and these bytes."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset :][: len(texts) + 1]
    return offsets - offsets[0], np.frombuffer(texts.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]


def text_at(offsets: Places, place: Places) -> Places:
    """Which text each of some places in a run of bytes lies in."""
    return np.searchsorted(offsets, place, side="right") - 1


def marks_of(block: Bytes) -> Places:
    """Where a block holds what may have to be cleaned: angles, ampersands, characters beyond ASCII."""
    is_mark = (block | 2) == ord(">")
    is_mark |= block == ord("&")
    # First bytes of characters are those from FIRST_LEAD on but the separator, the last of all.
    is_mark |= block - FIRST_LEAD < SEPARATOR - FIRST_LEAD
    return few_places(is_mark)


def has_semicolon(block: Bytes, place: Places) -> Flags:
    """Whether what begins at each of some places in a block may be an entity, which ends with a semicolon."""
    behind = block.take(place[:, None] + np.arange(1, LONGEST_ENTITY), mode="clip")
    return (behind == ord(";")).any(axis=1)


def without_html(
    block: Bytes, separator: Places, mark: Places, chosen: Flags | None = None, rounds: int = ROUNDS
) -> tuple[Bytes, bool]:
    """A block of texts without HTML, as ``plain_text`` says of each, and whether its marks are where they were.

    ``separator`` and ``mark``: where they are; ``chosen``: which texts are meant, all where none is given. Tags are
    blanked and entities replaced where they lie, for which the block is written into; texts with comments, scripts,
    styles or long entities go through ``plain_text``; what goes becomes zero.
    """
    character = block[mark]
    is_angle = (character | 2) == ord(">")
    angle, entity = mark[is_angle], mark[character == ord("&")]
    entity = entity[STARTS_ENTITY[block[entity + 1]]]
    if chosen is not None:
        angle, entity = angle[chosen[text_at(separator, angle)]], entity[chosen[text_at(separator, entity)]]
    if not len(angle) and not len(entity):
        return block, True

    is_open = block[angle] == ord("<")
    opening = angle[is_open]
    first, second, third = (block[opening + more].astype(np.int64) | 0x20 for more in (1, 2, 3))
    name = first << 16 | second << 8 | third
    is_block = (first == ord("!")) | (name == BLOCK_NAMES[0]) | (name == BLOCK_NAMES[1])
    length = np.full(len(entity), ENTITY_BYTES + 1)
    for semicolon in range(ENTITY_BYTES, 1, -1):
        length[block[entity + semicolon] == ord(";")] = semicolon
    is_short = length <= ENTITY_BYTES
    long = entity[~is_short]
    long = long[has_semicolon(block, long)]
    is_entity = [bool(HTML_ENTITY.match(block[at : at + 40].tobytes().decode("latin-1"))) for at in long.tolist()]
    entity, length = entity[is_short], length[is_short]
    meant, meant_length, may_join = read_entities(eight_bytes(block, entity + 1) & FIRST_BYTES[length])
    for_python = np.zeros(len(separator), dtype=bool)
    for place in (opening[is_block], long[np.array(is_entity, dtype=bool)], entity[meant_length > length + 1]):
        for_python[text_at(separator, place)] = True

    tag = np.flatnonzero(is_open[:-1] & ~is_open[1:])
    start, end = angle[tag], angle[tag + 1] + 1
    text = text_at(separator, start)
    is_tag = STARTS_TAG[block[start + 1 + (block[start + 1] == ord("/"))]]
    is_tag &= (end <= separator[text + 1]) & ~for_python[text]
    start, tag_length = start[is_tag], (end - start)[is_tag]
    block[np.repeat(start - np.cumsum(tag_length) + tag_length, tag_length) + np.arange(tag_length.sum())] = ord(" ")

    text = text_at(separator, entity)
    read = np.flatnonzero(~for_python[text] & (block[entity] == ord("&")) & (meant_length >= 0))
    entity, length, meant, meant_length = entity[read], length[read], meant[read], meant_length[read]
    may_join = may_join[read]
    alone = np.flatnonzero(may_join & (meant_length == 1))
    may_join[alone[(meant[alone, 0] == ord("/")) & (block[entity[alone] - 1] != ord("<"))]] = False
    ampersand = alone[meant[alone, 0] == ord("&")]
    may_join[ampersand] = has_semicolon(block, (entity + length)[ampersand])
    for place in range(ENTITY_BYTES + 1):
        inside = place < meant_length
        block[entity[inside] + place] = meant[inside, place]
        block[entity[~inside & (place <= length)] + place] = 0
    some = np.zeros(len(separator), dtype=bool)
    some[text[read]] = True
    is_same = not for_python.any() and meant.max(initial=0) < FIRST_LEAD
    block = changed(block, for_python, partial(plain_text, rounds=rounds))
    left = angle[(block[angle] | 2) == ord(">")] if is_same else angle
    if rounds == 1 or not (may_join.any() or some[text_at(separator, left)].any()):
        return block, is_same
    # What comes of an entity may be part of another, or of a tag.
    block = without(block, 0)
    again = few_places(block == SEPARATOR)[: len(separator)]
    return without_html(block, again, marks_of(block), some, rounds - 1)[0], False


def without(block: Bytes, byte: int) -> Bytes:
    """A block without one of its bytes, to be written into; the same where there is none."""
    is_kept = block != byte
    if is_kept.all():
        return block
    kept = arrow(block, pa.uint8()).filter(arrow(is_kept, pa.bool_()))
    return np.frombuffer(kept.buffers()[1], np.uint8, len(kept))


def changed(block: Bytes, chosen: Flags, change: Callable[[str], str]) -> Bytes:
    """A block of which the chosen texts are changed by a function; control characters of these become blanks."""
    if not chosen.any():
        return block
    separator = few_places(block == SEPARATOR)[: len(chosen)]
    pieces, until = [], 0
    for start, end in zip((separator[:-1] + 1)[chosen[:-1]].tolist(), separator[1:][chosen[:-1]].tolist(), strict=True):
        text = change(block[start:end].tobytes().decode())
        pieces += [block[until:start].tobytes(), text.encode().translate(CONTROL_AS_BLANK)]
        until = end
    return np.frombuffer(bytearray().join([*pieces, block[until:].tobytes()]), np.uint8)


def read_entities(written: NDArray[np.uint64]) -> tuple[Bytes, Places, Flags]:
    """What entities mean, each given as a number of what is behind its ampersand, semicolon included.

    Returns the characters' bytes (entities x most bytes), how many there are, -1 for what is no entity, and whether
    they may make an entity or a tag of what is beside them.
    """
    number, entity_of = np.unique(written, return_inverse=True)
    names = [f"&{name.to_bytes(8, 'little').rstrip(bytes(1)).decode('latin-1')}" for name in number.tolist()]
    meant = [html.unescape(name) if HTML_ENTITY.fullmatch(name) else name for name in names]
    padded = b"".join(mean.encode().ljust(ENTITY_BYTES + 1, b"\0")[: ENTITY_BYTES + 1] for mean in meant)
    table = np.frombuffer(padded, np.uint8).reshape(-1, ENTITY_BYTES + 1)
    length = [len(mean.encode()) if mean != name else -1 for mean, name in zip(meant, names, strict=True)]
    may_join = np.array([not mean or not PART_OF_HTML.isdisjoint(mean) for mean in meant], dtype=bool)
    return table[entity_of], whole_numbers(length)[entity_of], may_join[entity_of]


def lay_out(texts: pa.Array) -> tuple[Bytes, Places, Places]:
    """Lay texts one behind the other in one block of bytes, with a separator before each and more after the last.

    ``texts``: Arrow large strings without nulls. Runs of blanks and control characters become one blank, Unicode
    hyphens and apostrophes ASCII's, full-width and mathematical letters plain ones, Markdown escapes the escaped
    character; invisible characters (soft hyphens, blanks of no width) go, and letters and their accents become one.
    Returns the block (uint8) and two int64 arrays: where each text starts and ends in it.
    """
    edge, separator = arrow_strings([b"", bytes([SEPARATOR])], pa.large_binary())
    separators, raw = bytes_of(pc.binary_join_element_wise(edge, texts.cast(pa.large_binary()), separator))
    # Two arrays of one length, which numpy compares sixteen bytes at a time, as it does not with one number.
    block = np.full(len(raw) + PADDING, ord(" "), dtype=np.uint8)
    np.maximum(raw, block[: len(raw)], out=block[: len(raw)])
    block[len(raw) :] = SEPARATOR
    # What goes becomes zero, which no byte of a text is.
    mark = marks_of(block)
    block, is_same = without_html(block, separators, mark)
    mark = mark if is_same else marks_of(block)
    block = fold(block, mark[np.flatnonzero(block[mark] >= FIRST_LEAD)])
    escape = few_places(block == ord("\\"))
    if not block[escape + 1].all():
        block = without(block, 0)
        escape = few_places(block == ord("\\"))
    # Blanks meet where nothing but what goes is between them: that is a blank if what is before it is one.
    gone = few_places(block == 0)
    is_blank = block == ord(" ")
    is_first = np.diff(gone, prepend=-1) > 1
    is_blank[gone] = is_blank[gone[is_first] - 1][np.cumsum(is_first) - 1]
    block[escape[IS_PUNCTUATION[block[escape + 1]]]] = 0
    np.multiply(block[1:], ~(is_blank[1:] & is_blank[:-1]), out=block[1:])
    block = without(block, 0)
    separators = few_places(block == SEPARATOR)[: len(texts) + 1]
    return block, separators[:-1] + 1, separators[1:]


def fold(block: Bytes, lead: Places) -> Bytes:
    """A block in which characters beyond ASCII that mean one of it are that one; it may be written into, too.

    ``lead``: where characters beyond ASCII begin. Blanks become as many of ASCII's as they have bytes; letters and
    their accents become one.
    """
    accent = lead[np.flatnonzero(block[lead] & 0xFE == 0xCC)]
    if len(accent):
        separator = few_places(block == SEPARATOR)
        with_accent = np.zeros(len(separator), dtype=bool)
        with_accent[text_at(separator, accent)] = True
        block = changed(block, with_accent, lambda text: unicodedata.normalize("NFC", text.replace("\0", "")))
        mark = marks_of(block)
        lead = mark[np.flatnonzero(block[mark] >= FIRST_LEAD)]
    # What most texts beyond ASCII have are letters of Latin-1.
    lead = lead[np.flatnonzero(block[lead] != 0xC3)]
    first, second, third = block[lead], block[lead + 1], block[lead + 2]
    is_general, is_wide = (first == 0xE2) & (second == 0x80), first == 0xEF
    for is_one, size in (
        ((first == 0xC2) & (second == 0xA0), 2),
        (is_general & ((third <= 0x8A) | (third == 0xAF)), 3),
        ((first == 0xE3) & (second == 0x80) & (third == 0x80), 3),
    ):
        block[(lead[is_one][:, None] + np.arange(size)).ravel()] = ord(" ")

    hyphen = is_general & (third >= 0x90) & (third <= 0x95)
    wide_capital = is_wide & (second == 0xBC) & (third >= 0x81)
    wide_small = is_wide & (second == 0xBD) & (third <= 0x9E)
    bold = np.flatnonzero((first == 0xF0) & (second == 0x9D) & (third >= 0x90) & (third <= 0x9F))
    code = ((third[bold].astype(np.int64) & 0x3F) << 6 | block[lead[bold] + 3] & 0x3F) - (FIRST_BOLD & 0xFFF)
    bold, plain = bold[PLAIN_OF_BOLD[code] > 0], PLAIN_OF_BOLD[code][PLAIN_OF_BOLD[code] > 0]
    for one, character, size in (
        (lead[hyphen], ord("-"), 3),
        (lead[is_general & (third == 0x99)], ord("'"), 3),
        (lead[wide_capital], third[wide_capital] - np.uint8(0x60), 3),
        (lead[wide_small], third[wide_small] - np.uint8(0x20), 3),
        (lead[bold], plain, 4),
    ):
        block[one] = character
        block[(one[:, None] + np.arange(1, size)).ravel()] = 0
    is_hair = is_general & (third >= 0x8B) & (third <= 0x8D) | (first == 0xE2) & (second == 0x81) & (third == 0xA0)
    soft, hair = (first == 0xC2) & (second == 0xAD), is_hair | is_wide & (second == 0xBB) & (third == 0xBF)
    for is_one, size in ((soft, 2), (hair, 3)):
        block[(lead[is_one][:, None] + np.arange(size)).ravel()] = 0
    return block
