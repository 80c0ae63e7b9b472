"""Texts without HTML, laid out in one block of bytes."""

import html
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talent_demand.skills.words import PADDING, SEPARATOR, Bytes, Places, arrow, arrow_strings, is_byte

IS_PUNCTUATION = is_byte(lambda character: "!" <= character <= "~" and not character.isalnum())
STARTS_TAG = is_byte(lambda character: character.isalpha() or character == "!")
STARTS_ENTITY = is_byte(lambda character: character.isalnum() or character == "#")

HTML_ENTITY = re.compile(rb"&#?[A-Za-z0-9]+;")
HTML_BLOCK = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
BLOCK_NAMES = [int.from_bytes(name) for name in (b"scr", b"sty")]
HTML_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")


def plain_text(text: str) -> str:
    """Text without HTML: tags become blanks, entities (also doubly escaped ones) their characters."""
    for _ in range(2):
        text = HTML_TAG.sub(" ", HTML_BLOCK.sub(" ", text))
        unescaped = html.unescape(text)
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


def without_html(texts: pa.Array) -> pa.Array:
    """Texts (Arrow large strings) without HTML.

    Tags are blanked where they lie; texts with comments, scripts, styles or entities go through ``plain_text``.
    """
    offsets, raw = bytes_of(texts)
    angle = np.flatnonzero((raw | 2) == ord(">"))
    entity = np.flatnonzero(raw[:-1] == ord("&"))
    entity = [at for at in entity[STARTS_ENTITY[raw[entity + 1]]].tolist() if HTML_ENTITY.match(raw, at)]
    if not len(angle) and not entity:
        return texts
    is_open = raw[angle] == ord("<")
    first, second, third = (raw.take(angle + ahead, mode="clip").astype(np.int64) | 0x20 for ahead in (1, 2, 3))
    is_block = is_open & ((first == ord("!")) | np.isin(first << 16 | second << 8 | third, BLOCK_NAMES))
    is_for_python = np.zeros(len(texts), dtype=bool)
    is_for_python[text_at(offsets, np.concatenate([angle[is_block], entity]).astype(np.int64))] = True

    tag = np.flatnonzero(is_open[:-1] & ~is_open[1:])
    start, end = angle[tag], angle[tag + 1] + 1
    text = text_at(offsets, start)
    is_tag = STARTS_TAG[raw[start + 1 + (raw[start + 1] == ord("/"))]]
    is_tag &= (end <= offsets[text + 1]) & ~is_for_python[text]
    start, length = start[is_tag], (end - start)[is_tag]
    raw = raw.copy()
    raw[np.repeat(start - np.cumsum(length) + length, length) + np.arange(length.sum())] = ord(" ")
    texts = pa.Array.from_buffers(texts.type, len(texts), [None, pa.py_buffer(offsets), pa.py_buffer(raw)])
    if not is_for_python.any():
        return texts
    mask = arrow(is_for_python, pa.bool_())
    plain = [plain_text(text).encode() for text in texts.filter(mask).to_pylist()]
    return pc.replace_with_mask(texts, mask, arrow_strings(plain, texts.type))


def lay_out(texts: pa.Array) -> tuple[Bytes, Places, Places]:
    """Lay texts one behind the other in one block of bytes, with a separator before each and more after the last.

    ``texts``: Arrow large strings without nulls. Runs of blanks and control characters become one blank, Unicode
    hyphens ASCII's, Markdown escapes the escaped character. Returns the block (uint8) and two int64 arrays: where each
    text starts and ends in it.
    """
    texts = without_html(texts).cast(pa.large_binary())
    is_ascii = bytes_of(texts)[1].max(initial=0) < 128
    edge, separator = arrow_strings([b"", bytes([SEPARATOR])], texts.type)
    _, raw = bytes_of(pc.binary_join_element_wise(edge, texts, separator))
    block = np.full(len(raw) + PADDING, ord(" "), dtype=np.uint8)
    np.maximum(raw, block[: len(raw)], out=block[: len(raw)])
    block[len(raw) :] = SEPARATOR

    keep = np.ones(len(block), dtype=bool)
    if not is_ascii:
        lead = np.flatnonzero((block | 0x20) == 0xE2)
        first, second, third = block[lead], block[lead + 1], block[lead + 2]
        no_break = lead[(first == 0xC2) & (second == 0xA0)]
        general = (first == 0xE2) & (second == 0x80)
        blank = lead[general & ((third <= 0x8D) | (third == 0xAF))]
        hyphen = lead[general & (third >= 0x90) & (third <= 0x95)]
        block[np.concatenate([no_break, no_break + 1, blank, blank + 1, blank + 2])] = ord(" ")
        block[hyphen] = ord("-")
        keep[np.concatenate([hyphen + 1, hyphen + 2])] = False
    escape = np.flatnonzero(block == ord("\\"))
    keep[escape[IS_PUNCTUATION[block[escape + 1]]]] = False
    is_blank = block == ord(" ")
    keep[1:] &= ~(is_blank[1:] & is_blank[:-1])
    kept = arrow(block, pa.uint8()).filter(arrow(keep, pa.bool_()))
    block = np.frombuffer(kept.buffers()[1], np.uint8, len(kept))
    separators = np.flatnonzero(block == SEPARATOR)[: len(texts) + 1]
    return block, separators[:-1] + 1, separators[1:]
