"""Texts without HTML and with plain characters, laid out in one block of bytes.

Every step is linear in the length of the texts, whatever they hold.
"""

import html
import re
import unicodedata
from collections.abc import Callable

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
    is_byte,
    whole_numbers,
)

IS_PUNCTUATION = is_byte(lambda character: "!" <= character <= "~" and not character.isalnum())
STARTS_TAG = is_byte(lambda character: character.isalpha() or character == "!")
STARTS_ENTITY = is_byte(lambda character: character.isalnum() or character == "#")

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

# Accents by themselves, and what nobody sees: soft hyphens, blanks and joiners of no width.
ACCENT = re.compile("[\u0300-\u037f]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")

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


def without_html(texts: pa.Array, rounds: int = ROUNDS) -> pa.Array:
    """Texts (Arrow large strings) without HTML, as ``plain_text`` says."""
    offsets, raw = bytes_of(texts)
    mark = np.flatnonzero((raw == ord("<")) | (raw == ord("&")))
    following = raw.take(mark + 1, mode="clip")
    is_tag = (raw[mark] == ord("<")) & (STARTS_TAG[following] | (following == ord("/")))
    mark = mark[is_tag | (raw[mark] == ord("&")) & STARTS_ENTITY[following]]
    if not rounds or not len(mark):
        return texts
    chosen = np.zeros(len(texts), dtype=bool)
    chosen[text_at(offsets, mark)] = True
    some, is_pending = without_html_once(texts.filter(arrow(chosen, pa.bool_())), rounds)
    pending = arrow(is_pending, pa.bool_())
    some = replaced(some, is_pending, without_html(some.filter(pending), rounds - 1)) if is_pending.any() else some
    return replaced(texts, chosen, some)


def without_html_once(texts: pa.Array, rounds: int) -> tuple[pa.Array, Flags]:
    """One round of ``plain_text`` on some texts; returns them and which need another.

    Tags are blanked and entities replaced where they lie; texts with comments, scripts, styles or long entities go
    through ``plain_text`` for all ``rounds`` that are left.
    """
    offsets, raw = bytes_of(texts)
    angle = np.flatnonzero((raw | 2) == ord(">"))
    entity = np.flatnonzero(raw == ord("&"))
    raw = np.append(raw, np.zeros(2 * ENTITY_BYTES, np.uint8))
    entity = entity[STARTS_ENTITY[raw[entity + 1]]]

    is_open = raw[angle] == ord("<")
    first, second, third = (raw[angle + more].astype(np.int64) | 0x20 for more in (1, 2, 3))
    is_block = is_open & ((first == ord("!")) | np.isin(first << 16 | second << 8 | third, BLOCK_NAMES))
    length = np.full(len(entity), ENTITY_BYTES + 1)
    for semicolon in range(ENTITY_BYTES, 1, -1):
        length[raw[entity + semicolon] == ord(";")] = semicolon
    is_short = length <= ENTITY_BYTES
    long = entity[~is_short]
    is_entity = [bool(HTML_ENTITY.match(raw[at : at + 40].tobytes().decode("latin-1"))) for at in long.tolist()]
    entity, length = entity[is_short], length[is_short]
    meant, meant_length = read_entities(eight_bytes(raw, entity + 1) & FIRST_BYTES[length])
    for_python = np.zeros(len(texts), dtype=bool)
    for place in (angle[is_block], long[np.array(is_entity, dtype=bool)], entity[meant_length > length + 1]):
        for_python[text_at(offsets, place)] = True

    tag = np.flatnonzero(is_open[:-1] & ~is_open[1:])
    start, end = angle[tag], angle[tag + 1] + 1
    text = text_at(offsets, start)
    is_tag = STARTS_TAG[raw[start + 1 + (raw[start + 1] == ord("/"))]]
    is_tag &= (end <= offsets[text + 1]) & ~for_python[text]
    start, tag_length = start[is_tag], (end - start)[is_tag]
    raw[np.repeat(start - np.cumsum(tag_length) + tag_length, tag_length) + np.arange(tag_length.sum())] = ord(" ")

    text = text_at(offsets, entity)
    is_read = (
        (entity + length < offsets[text + 1]) & ~for_python[text] & (raw[entity] == ord("&")) & (meant_length >= 0)
    )
    entity, length, meant, meant_length = entity[is_read], length[is_read], meant[is_read], meant_length[is_read]
    pending = np.zeros(len(texts), dtype=bool)
    pending[text[is_read]] = True
    dropped = [entity[:0]]
    for place in range(ENTITY_BYTES + 1):
        inside = place < meant_length
        raw[entity[inside] + place] = meant[inside, place]
        dropped.append(entity[~inside & (place <= length)] + place)
    gone = np.sort(np.concatenate(dropped))
    raw[gone] = SEPARATOR
    raw, offsets = without(raw[: offsets[-1]], SEPARATOR), offsets - np.searchsorted(gone, offsets)
    texts = pa.Array.from_buffers(texts.type, len(texts), [None, pa.py_buffer(offsets), pa.py_buffer(raw)])
    return by_python(texts, for_python, lambda one: plain_text(one, rounds)), pending


def without(block: Bytes, byte: int) -> Bytes:
    """A block without one of its bytes."""
    return np.frombuffer(block.tobytes().replace(bytes([byte]), b""), np.uint8)


def replaced(texts: pa.Array, chosen: Flags, others: pa.Array) -> pa.Array:
    """Texts of which the chosen ones are others."""
    return others if chosen.all() else pc.replace_with_mask(texts, arrow(chosen, pa.bool_()), others)


def read_entities(written: NDArray[np.uint64]) -> tuple[Bytes, Places]:
    """What entities mean, each given as a number of what is behind its ampersand, semicolon included.

    Returns the characters' bytes (entities x most bytes) and how many there are, -1 for what is no entity.
    """
    number, entity_of = np.unique(written, return_inverse=True)
    names = [f"&{name.to_bytes(8, 'little').rstrip(bytes(1)).decode('latin-1')}" for name in number.tolist()]
    meant = [html.unescape(name) if HTML_ENTITY.fullmatch(name) else name for name in names]
    padded = b"".join(mean.encode().ljust(ENTITY_BYTES + 1, b"\0")[: ENTITY_BYTES + 1] for mean in meant)
    table = np.frombuffer(padded, np.uint8).reshape(-1, ENTITY_BYTES + 1)
    length = [len(mean.encode()) if mean != name else -1 for mean, name in zip(meant, names, strict=True)]
    return table[entity_of], whole_numbers(length)[entity_of]


def by_python(texts: pa.Array, chosen: Flags, change: Callable[[str], str]) -> pa.Array:
    """Texts of which the chosen ones are changed by a function."""
    if not chosen.any():
        return texts
    changed = [change(one).encode() for one in texts.filter(arrow(chosen, pa.bool_())).to_pylist()]
    return replaced(texts, chosen, arrow_strings(changed, texts.type))


def lay_out(texts: pa.Array) -> tuple[Bytes, Places, Places]:
    """Lay texts one behind the other in one block of bytes, with a separator before each and more after the last.

    ``texts``: Arrow large strings without nulls. Runs of blanks and control characters become one blank, Unicode
    hyphens ASCII's, full-width and mathematical letters plain ones, Markdown escapes the escaped character; invisible
    characters (soft hyphens, blanks of no width) go, and letters and their accents become one. Returns the block
    (uint8) and two int64 arrays: where each text starts and ends in it.
    """
    texts = without_html(texts)
    offsets, raw = bytes_of(texts)
    lead = np.flatnonzero(raw >= 0xC2)
    for_python = lead[is_accent_or_invisible(raw, lead)]
    if len(for_python):
        chosen = np.zeros(len(texts), dtype=bool)
        chosen[text_at(offsets, for_python)] = True
        texts = by_python(texts, chosen, composed)
    edge, separator = arrow_strings([b"", bytes([SEPARATOR])], pa.large_binary())
    _, raw = bytes_of(pc.binary_join_element_wise(edge, texts.cast(pa.large_binary()), separator))
    block = np.full(len(raw) + PADDING, SEPARATOR, dtype=np.uint8)
    np.maximum(raw, ord(" "), out=block[: len(raw)])

    # What goes becomes zero, which no byte of the block is.
    if len(lead):
        fold(block)
    escape = np.flatnonzero(block == ord("\\"))
    block[escape[IS_PUNCTUATION[block[escape + 1]]]] = 0
    is_blank = block == ord(" ")
    np.multiply(block[1:], ~(is_blank[1:] & is_blank[:-1]), out=block[1:])
    block = without(block, 0)
    separators = np.flatnonzero(block == SEPARATOR)[: len(texts) + 1]
    return block, separators[:-1] + 1, separators[1:]


def is_accent_or_invisible(raw: Bytes, lead: Places) -> Flags:
    """Whether the characters that begin at some places are accents by themselves or nothing that one sees."""
    first, second, third = raw[lead], raw.take(lead + 1, mode="clip"), raw.take(lead + 2, mode="clip")
    return (
        (first == 0xCC)
        | (first == 0xCD)
        | (first == 0xC2) & (second == 0xAD)
        | (first == 0xE2) & (second == 0x80) & (third >= 0x8B) & (third <= 0x8D)
        | (first == 0xE2) & (second == 0x81) & (third == 0xA0)
        | (first == 0xEF) & (second == 0xBB) & (third == 0xBF)
    )


def composed(text: str) -> str:
    """Text in which letters and their accents are one, without characters that nobody sees."""
    text = unicodedata.normalize("NFC", text) if ACCENT.search(text) else text
    return INVISIBLE.sub("", text)


def fold(block: Bytes) -> None:
    """Write characters beyond ASCII that mean one of it as that one, in place, and zeros for their other bytes.

    Blanks become as many of ASCII's as they have bytes.
    """
    lead = np.flatnonzero((block >= 0xC2) & (block < SEPARATOR))
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
        (lead[wide_capital], third[wide_capital] - np.uint8(0x60), 3),
        (lead[wide_small], third[wide_small] - np.uint8(0x20), 3),
        (lead[bold], plain, 4),
    ):
        block[one] = character
        block[(one[:, None] + np.arange(1, size)).ravel()] = 0
