"""One row a text: the skills that it mentions, and for each the words that say so.

Texts stream through in Arrow batches. A batch is searched as one block of bytes with an Aho-Corasick automaton over all
spellings (every match counts, overlapping ones too); numpy then keeps the matches that stand as whole words and lie in
no look-alike. Nothing here knows dbt or the engine except ``model``.
"""

import hashlib
import html
import os
import re
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import ahocorasick_rs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Texts extracted by other rules than these are read again: raise it when this file finds other skills than before.
RULES_VERSION = 1
BATCH_ROWS = 512
# Stands for the skill of a spelling that is none but speaks of AI.
AI_MARK = "(ai)"
# Stands between texts: ends a word and joins none.
SEPARATOR = "\x7f"
SNIPPET_BYTES = 60

MENTION = pa.struct(
    [
        ("skill", pa.string()),
        ("mention_count", pa.int32()),
        ("matched_text", pa.string()),
        ("position", pa.int32()),
        ("snippet", pa.string()),
    ]
)
SCHEMA = pa.schema(
    [
        ("text_id", pa.string()),
        ("skills", pa.list_(pa.string())),
        ("mentions", pa.list_(MENTION)),
        ("ai_mark_count", pa.int32()),
        ("text_length", pa.int32()),
        ("lexicon_version", pa.string()),
    ]
)

# What a byte of a text is to the automaton: letters and digits in lower case, anything else a blank. Bytes beyond ASCII
# are blanks here and looked at again where a match touches them.
FOLDED = bytes(ord(chr(byte).lower()) if byte < 128 and chr(byte).isalnum() else 32 for byte in range(256))
IS_JOINER = np.array([chr(byte) in " -/_\t\n\r" for byte in range(256)])
IS_UNSURE_EDGE = np.array([byte >= 128 or chr(byte) == "_" for byte in range(256)])

HTML = r"<[A-Za-z/!]|&#?[A-Za-z0-9]+;"
IS_PUNCTUATION = np.array([33 <= byte < 127 and not chr(byte).isalnum() for byte in range(256)])
HTML_BLOCK = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
HTML_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")


@dataclass(frozen=True)
class Lexicon:
    """Spellings compiled for matching; arrays have one entry a spelling.

    ``skill_of`` is an index into ``skills`` (sorted), -1 for look-alikes, len(skills) for AI marks. ``pad_before`` and
    ``pad_after`` (0 or 1 byte) are the blanks that the automaton's match has around the words. ``joiners`` (spellings x
    most joiners) tells at which bytes the text must hold a joiner (blank, hyphen, slash), ``exact`` (spellings x
    longest, 0 for any) which very byte it must hold where ``is_exact``; both counted from the first byte of the words.
    """

    version: str
    skills: pa.Array
    automaton: ahocorasick_rs.BytesAhoCorasick
    skill_of: np.ndarray
    pad_before: np.ndarray
    pad_after: np.ndarray
    joiners: np.ndarray
    has_joiners: np.ndarray
    exact: np.ndarray
    is_exact: np.ndarray


def compile_lexicon(spellings, ai_marks=()):
    """Compile rows of the seeds skill_spellings and ai_marks.

    ``spellings``: iterable of (spelling, skill or None for a look-alike, is_case_sensitive); ``ai_marks``: iterable of
    (spelling, is_case_sensitive). Raises ValueError where a spelling holds no letter or digit.
    """
    rows = {(text, skill or "", bool(exact)) for text, skill, exact in spellings}
    skills = sorted({skill for _, skill, _ in rows if skill})
    code = {"": -1, AI_MARK: len(skills)} | {skill: index for index, skill in enumerate(skills)}
    rows = sorted(rows | {(text, AI_MARK, bool(exact)) for text, exact in ai_marks})
    patterns, encoded = [], []
    for text, _, _ in rows:
        if not re.search(r"[^\W_]", text):
            raise ValueError(f"skill_spellings: {text!r} holds no letter or digit")
        folded = text.encode().translate(FOLDED)
        # At an edge that is a letter or digit the automaton asks for a blank: it reports hardly more than words.
        before, after = text[0].isalnum(), text[-1].isalnum()
        patterns.append(b" " * before + folded + b" " * after)
        encoded.append((text.encode(), before, after))
    joiner_offsets = [[at for at, byte in enumerate(raw) if chr(byte) in " -/"] for raw, _, _ in encoded]
    joiners = np.zeros((len(rows), max(map(len, joiner_offsets), default=0)), dtype=np.int64)
    exact = np.zeros((len(rows), max((len(raw) for raw, _, _ in encoded), default=0)), dtype=np.uint8)
    for index, (offsets, (raw, _, _), (_, _, is_case_sensitive)) in enumerate(
        zip(joiner_offsets, encoded, rows, strict=True)
    ):
        # Spare places repeat the first joiner.
        joiners[index] = (offsets + offsets[:1] * joiners.shape[1])[: joiners.shape[1]] if offsets else 0
        for at, byte in enumerate(raw):
            is_folded = byte < 128 and chr(byte).isalnum()
            if at not in offsets and (is_case_sensitive or not is_folded):
                exact[index, at] = byte
    version = hashlib.md5(repr((RULES_VERSION, rows)).encode()).hexdigest()
    return Lexicon(
        version=version,
        skills=pa.array(skills, pa.string()),
        automaton=ahocorasick_rs.BytesAhoCorasick(
            patterns,
            matchkind=ahocorasick_rs.MatchKind.Standard,
            implementation=ahocorasick_rs.Implementation.DFA,
        ),
        skill_of=np.array([code[skill] for _, skill, _ in rows], dtype=np.int64),
        pad_before=np.array([before for _, before, _ in encoded], dtype=np.int64),
        pad_after=np.array([after for _, _, after in encoded], dtype=np.int64),
        joiners=joiners,
        has_joiners=np.array([bool(offsets) for offsets in joiner_offsets], dtype=bool),
        exact=exact,
        is_exact=exact.any(axis=1),
    )


def plain_text(text):
    """Text without HTML: tags become blanks, entities (also doubly escaped ones) their characters."""
    for _ in range(2):
        text = HTML_TAG.sub(" ", HTML_BLOCK.sub(" ", text))
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    return text


def without_html(texts):
    """Texts (Arrow strings), those that hold HTML as plain text."""
    has_html = pc.match_substring_regex(texts, HTML)
    if not pc.any(has_html).as_py():
        return texts
    plain = [plain_text(text) for text in pc.filter(texts, has_html).to_pylist()]
    return pc.replace_with_mask(texts, has_html, pa.array(plain, texts.type))


def lay_out(texts):
    """Lay texts one behind the other in one block of bytes, with a separator before each and after the last.

    ``texts``: Arrow large strings without nulls. Runs of blanks and control characters become one, Unicode hyphens
    ASCII's, Markdown escapes the escaped character. Returns the block and two int64 arrays: where each text starts and
    ends in it.
    """
    texts = without_html(texts)
    edge = pa.scalar("", texts.type)
    framed = pc.binary_join_element_wise(edge, texts, pa.scalar(SEPARATOR, texts.type))
    frame = np.frombuffer(framed.buffers()[1], dtype=np.int64)[framed.offset : framed.offset + len(framed) + 1]
    raw = np.frombuffer(
        (framed.buffers()[2].to_pybytes() if len(framed) else b"") + SEPARATOR.encode(), dtype=np.uint8
    ).copy()

    surplus = [np.zeros(0, dtype=np.int64)]
    two, three = np.flatnonzero(raw == 0xC2), np.flatnonzero(raw == 0xE2)
    second, third = raw[two + 1], raw[three + 2]
    no_break = two[second == 0xA0]
    general = raw[three + 1] == 0x80
    blank = three[general & ((third <= 0x8D) | (third == 0xAF))]
    hyphen = three[general & (third >= 0x90) & (third <= 0x95)]
    for start, length in ((no_break, 2), (blank, 3)):
        for offset in range(length):
            raw[start + offset] = ord(" ")
    raw[hyphen] = ord("-")
    surplus += [hyphen + 1, hyphen + 2]
    escape = np.flatnonzero(raw == ord("\\"))
    surplus.append(escape[IS_PUNCTUATION[raw[np.minimum(escape + 1, len(raw) - 1)]]])

    is_blank = raw <= 32
    np.maximum(raw, ord(" "), out=raw)
    drop = np.zeros(len(raw), dtype=bool)
    np.logical_and(is_blank[1:], is_blank[:-1], out=drop[1:])
    drop[np.concatenate(surplus)] = True
    dropped = np.flatnonzero(drop)
    if len(dropped):
        raw = raw[~drop]
    starts, ends = frame[:-1] + 1, frame[1:]
    return raw.tobytes(), starts - np.searchsorted(dropped, starts), ends - np.searchsorted(dropped, ends)


def find_matches(block, lexicon):
    """Whole-word matches outside look-alikes in one block of bytes.

    Returns three int64 arrays of equal length, ordered by the matches' ends: skill index, first byte, byte after the
    last.
    """
    found = lexicon.automaton.find_matches_as_indexes(block.translate(FOLDED), overlapping=True)
    matches = np.array(found, dtype=np.int64).reshape(-1, 3)
    spelling = matches[:, 0]
    start = matches[:, 1] + lexicon.pad_before[spelling]
    end = matches[:, 2] - lexicon.pad_after[spelling]
    text = np.frombuffer(block, dtype=np.uint8)

    # Compare the bytes that the automaton saw as blanks, and the case where it matters.
    keep = np.ones(len(spelling), dtype=bool)
    joined = np.flatnonzero(lexicon.has_joiners[spelling])
    keep[joined] = IS_JOINER[text[start[joined, None] + lexicon.joiners[spelling[joined]]]].all(axis=1)
    exact = np.flatnonzero(lexicon.is_exact[spelling])
    wanted = lexicon.exact[spelling[exact]]
    there = text[np.minimum(start[exact, None] + np.arange(wanted.shape[1]), len(text) - 1)]
    keep[exact] &= ((wanted == 0) | (wanted == there)).all(axis=1)

    # A neighbour beyond ASCII may be a letter ("für") or not (a bullet): ask Python.
    unsure_before = IS_UNSURE_EDGE[text[start - 1]] & (lexicon.pad_before[spelling] == 1)
    unsure_after = IS_UNSURE_EDGE[text[np.minimum(end, len(text) - 1)]] & (lexicon.pad_after[spelling] == 1)
    for index in np.flatnonzero(keep & (unsure_before | unsure_after)):
        before = block[max(start[index] - 4, 0) : start[index]].decode(errors="ignore")[-1:]
        after = block[end[index] : end[index] + 4].decode(errors="ignore")[:1]
        if (unsure_before[index] and is_word_character(before)) or (unsure_after[index] and is_word_character(after)):
            keep[index] = False

    skill, start, end = lexicon.skill_of[spelling[keep]], start[keep], end[keep]
    decoy = skill < 0
    if decoy.any():
        order = np.argsort(start[decoy], kind="stable")
        decoy_start, decoy_reach = start[decoy][order], np.maximum.accumulate(end[decoy][order])
        last = np.searchsorted(decoy_start, start, side="right") - 1
        outside = (last < 0) | (decoy_reach[np.maximum(last, 0)] < end)
        skill, start, end = skill[outside], start[outside], end[outside]
    return skill, start, end


def is_word_character(character):
    """Whether a character joins a neighbouring one to a longer word."""
    return character == "_" or character.isalnum()


def cut(block, start, end):
    """Arrow strings of the byte ranges [start, end) of a block; a range grows to whole UTF-8 characters."""
    text = np.frombuffer(block, dtype=np.uint8)
    for _ in range(3):
        start = start - ((text[np.minimum(start, len(text) - 1)] & 0xC0) == 0x80)
        end = end + ((end < len(text)) & ((text[np.minimum(end, len(text) - 1)] & 0xC0) == 0x80))
    length = end - start
    offsets = np.concatenate([[0], np.cumsum(length)])
    source = np.repeat(start - offsets[:-1], length) + np.arange(offsets[-1])
    buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(text[source])]
    return pa.StringArray.from_buffers(len(length), *buffers[1:])


def extract_skills(batch, lexicon):
    """Skills of a batch of texts.

    ``batch``: RecordBatch with text_id and text (strings without nulls). Returns a RecordBatch of ``SCHEMA``, a row a
    text in the same order; skills sorted; position counts characters from 1 in the cleaned text, text_length its
    characters.
    """
    block, row_start, row_end = lay_out(batch.column("text").cast(pa.large_string()))
    skill, start, end = find_matches(block, lexicon)
    row = np.searchsorted(row_start, start, side="right") - 1
    is_mark = skill == len(lexicon.skills)
    mark_count = np.bincount(row[is_mark], minlength=batch.num_rows)
    row, skill, start, end = row[~is_mark], skill[~is_mark], start[~is_mark], end[~is_mark]
    group = row * len(lexicon.skills) + skill
    order = np.lexsort((start, group))
    group, row, skill, start, end = group[order], row[order], skill[order], start[order], end[order]
    first = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]) if len(group) else np.zeros(0, bool))
    mention_count = np.diff(np.append(first, len(group)))
    row, skill, start, end = row[first], skill[first], start[first], end[first]

    text = np.frombuffer(block, dtype=np.uint8)
    continuation = np.flatnonzero((text & 0xC0) == 0x80)
    continued_before = np.searchsorted(continuation, row_start)
    position = start - row_start[row] - (np.searchsorted(continuation, start) - continued_before[row])
    text_length = row_end - row_start - (np.searchsorted(continuation, row_end) - continued_before)

    names = lexicon.skills.take(pa.array(skill))
    mentions = pa.StructArray.from_arrays(
        [
            names,
            pa.array(mention_count, pa.int32()),
            cut(block, start, end),
            pa.array(position + 1, pa.int32()),
            cut(
                block,
                np.maximum(start - SNIPPET_BYTES, row_start[row]),
                np.minimum(end + SNIPPET_BYTES, row_end[row]),
            ),
        ],
        fields=list(MENTION),
    )
    lists = pa.array(np.searchsorted(row, np.arange(batch.num_rows + 1)), pa.int32())
    return pa.record_batch(
        [
            batch.column("text_id"),
            pa.ListArray.from_arrays(lists, names),
            pa.ListArray.from_arrays(lists, mentions),
            pa.array(mark_count, pa.int32()),
            pa.array(text_length, pa.int32()),
            pa.repeat(pa.scalar(lexicon.version), batch.num_rows),
        ],
        schema=SCHEMA,
    )


def extract_all(batches, lexicon, threads):
    """Skills of a stream of batches, in order, a few batches ahead of the reader on each thread."""
    with ThreadPoolExecutor(threads) as pool:
        ahead = deque()
        for batch in batches:
            ahead.append(pool.submit(extract_skills, batch, lexicon))
            if len(ahead) > 2 * threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def model(dbt, session):
    """Read the texts that this table does not hold by the present lexicon; see _intermediate__models.yml."""
    dbt.config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key="text_id",
        on_schema_change="sync_all_columns",
    )
    spellings = dbt.ref("skill_spellings").project("spelling, skill, is_case_sensitive").fetchall()
    ai_marks = dbt.ref("ai_marks").project("spelling, is_case_sensitive").fetchall()
    lexicon = compile_lexicon(spellings, ai_marks)
    texts = dbt.ref("int_texts")
    if dbt.is_incremental:
        texts = session.sql(
            "select text_id, text from texts where not exists ("
            f"select 1 from {dbt.this} as known "
            f"where known.text_id = texts.text_id and known.lexicon_version = '{lexicon.version}')"
        )
    reader = texts.project("text_id, text").to_arrow_reader(BATCH_ROWS)
    return pa.RecordBatchReader.from_batches(SCHEMA, extract_all(reader, lexicon, os.cpu_count() or 1))
