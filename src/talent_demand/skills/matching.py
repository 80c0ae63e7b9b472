"""One row a text: the skills that it mentions, and for each the words that say so.

Texts stream through in Arrow batches, and numpy searches a batch as one block of bytes, in few passes:

1. ``lay_out`` cleans the texts and writes them one behind the other.
2. ``words_of`` finds where words (runs of ASCII letters and digits) begin and end, and gives each a 16 bit hash of its
   first eight letters in lower case.
3. ``find_candidates`` looks up each word's hash, alone and together with the next word's, in a table of the hashes with
   which spellings begin. One word in six passes the first look, one in fifty the second.
4. ``find_matches`` compares the spellings behind a hash with the text byte by byte and keeps those that stand as whole
   words and lie in no look-alike. Every match counts, overlapping ones too.
5. ``extract_skills`` groups matches to mentions and cuts out the evidence.

Nothing here knows dbt or the engine except ``model``.
"""

import hashlib
import html
import os
import re
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Texts extracted by other rules than these are read again: raise it when this file writes other rows than before.
RULES_VERSION = 2
# So many texts take as long to search as makes a call of numpy cheap, and their arrays still fit a processor's cache.
BATCH_ROWS = 2048
# Stands for the skill of a spelling that is none but speaks of AI.
AI_MARK = "(ai)"
# Stands between texts and is a byte of none: ends a word and joins none.
SEPARATOR = 0xFF
# Separators behind the last text: whatever is read from a place in it on ends before the block does.
PADDING = 24
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
SKILL_COUNT = pa.struct([MENTION.field("skill"), MENTION.field("mention_count")])
SCHEMA = pa.schema(
    [
        ("text_id", pa.string()),
        ("skills", pa.list_(pa.string())),
        ("skill_counts", pa.list_(SKILL_COUNT)),
        ("mentions", pa.list_(MENTION)),
        ("ai_mark_count", pa.int32()),
        ("text_length", pa.int32()),
        ("lexicon_version", pa.string()),
    ]
)

# A word of up to eight bytes is one number: bit 0x20 makes ASCII letters lower case and leaves digits as they are.
LOWER_CASE = np.uint64(0x2020202020202020)
FIRST_BYTES = np.array([2 ** (8 * length) - 1 for length in range(9)], dtype=np.uint64)
HASH_FACTOR = np.uint64(0x9E3779B97F4A7C15)
PAIR_FACTOR = 40503
HASHES = 2**16


def is_byte(test):
    """Table of which bytes (those beyond ASCII count as no character) pass a test of their character."""
    return np.array([byte < 128 and bool(test(chr(byte))) for byte in range(256)])


IS_JOINER = is_byte(lambda character: character in " -/_")
IS_WORD = is_byte(lambda character: character == "_" or character.isalnum())
IS_PUNCTUATION = is_byte(lambda character: "!" <= character <= "~" and not character.isalnum())
# Part of a character beyond ASCII, which may be a letter or not.
IS_UNSURE = np.array([128 <= byte < SEPARATOR for byte in range(256)])
STARTS_TAG = is_byte(lambda character: character.isalpha() or character == "!")
STARTS_ENTITY = is_byte(lambda character: character.isalnum() or character == "#")

HTML_ENTITY = re.compile(rb"&#?[A-Za-z0-9]+;")
HTML_BLOCK = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
BLOCK_NAMES = [int.from_bytes(name) for name in (b"scr", b"sty")]
HTML_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
# Which bits of a byte of a spelling the text must share: of a joiner none, of a letter all but its case.
SAME_CASE = bytes(0 if chr(byte) in " -/" else 0xFF for byte in range(256))
ANY_CASE = bytes(0xDF if byte < 128 and chr(byte).isalpha() else SAME_CASE[byte] for byte in range(256))


@dataclass(frozen=True)
class Lexicon:
    """Spellings compiled for matching.

    A spelling lies in the slot of its only word's hash, or HASHES + the hash of its first two words. By word hash:
    ``is_first``, whether a spelling begins with such a word. By slot: ``count_of`` and ``index_of``, how many spellings
    it has and the first of them. ``wordless``: index and bytes of spellings without an ASCII word.

    By spelling: ``skill_of``, an index into ``skills`` (sorted), -1 for look-alikes, len(skills) for AI marks;
    ``lead``, bytes before the first word; ``length`` in bytes; ``wanted`` and ``compared`` (blocks of eight bytes x
    spellings), its bytes and which of their bits the text must share; ``joiners`` (spellings x most joiners), where the
    text must hold a joiner, -1 for nowhere; ``starts_word`` and ``ends_word``, whether a letter or digit is that end.
    """

    version: str
    skills: pa.Array
    is_first: np.ndarray
    count_of: np.ndarray
    index_of: np.ndarray
    wordless: list
    skill_of: np.ndarray
    lead: np.ndarray
    length: np.ndarray
    wanted: np.ndarray
    compared: np.ndarray
    joiners: np.ndarray
    starts_word: np.ndarray
    ends_word: np.ndarray


def compile_lexicon(spellings, ai_marks=()):
    """Compile rows of the seeds skill_spellings and ai_marks.

    ``spellings``: iterable of (spelling, skill or None for a look-alike, is_case_sensitive); ``ai_marks``: iterable of
    (spelling, is_case_sensitive). Raises ValueError where a spelling holds no letter or digit.
    """
    rows = {(text, skill or "", bool(exact)) for text, skill, exact in spellings}
    skills = sorted({skill for _, skill, _ in rows if skill})
    code = {"": -1, AI_MARK: len(skills)} | {skill: index for index, skill in enumerate(skills)}
    rows = sorted(rows | {(text, AI_MARK, bool(exact)) for text, exact in ai_marks})
    version = hashlib.md5(repr((RULES_VERSION, rows)).encode()).hexdigest()
    for text, _, _ in rows:
        if not re.search(r"[^\W_]", text):
            raise ValueError(f"skill_spellings: {text!r} holds no letter or digit")

    encoded = [text.encode() for text, _, _ in rows]
    length = np.array([len(text) for text in encoded], dtype=np.int64)
    begin = np.cumsum(length + 1) - length
    separator = bytes([SEPARATOR])
    word, hashed = words_of(np.frombuffer(separator.join([b"", *encoded, separator * PADDING]), np.uint8))
    number = np.searchsorted(word, begin)
    word_count = np.searchsorted(word, begin + length) - number
    word, hashed = np.append(word, [0, 0]), np.append(hashed, [0, 0])
    first = hashed[number]
    slot = np.where(word_count == 1, first, HASHES + pair_hash(first, hashed[number + 1]))
    slot[word_count == 0] = 2 * HASHES
    is_first = np.zeros(HASHES, dtype=bool)
    is_first[first[word_count > 0]] = True
    count_of = np.bincount(slot, minlength=2 * HASHES + 1).astype(np.int32)

    # From here on spellings lie in the order of their slots.
    order = np.argsort(slot, kind="stable")
    rows, encoded = [rows[index] for index in order], [encoded[index] for index in order]
    bits = [text.translate(SAME_CASE if exact else ANY_CASE) for text, (_, _, exact) in zip(encoded, rows, strict=True)]
    joiners = [[at for at, bit in enumerate(text) if not bit] for text in bits]
    most = max(map(len, joiners), default=0)
    return Lexicon(
        version=version,
        skills=arrow_strings([skill.encode() for skill in skills], pa.string()),
        is_first=is_first,
        count_of=count_of,
        index_of=np.cumsum(count_of) - count_of,
        wordless=[(index, encoded[index]) for index in np.flatnonzero(word_count[order] == 0).tolist()],
        skill_of=np.array([code[skill] for _, skill, _ in rows], dtype=np.int64),
        lead=np.where(word_count > 0, word[number] - begin, 0)[order],
        length=length[order],
        wanted=in_eights(encoded),
        compared=in_eights(bits),
        joiners=np.array([(at + [-1] * most)[:most] for at in joiners], dtype=np.int64).reshape(len(rows), most),
        starts_word=np.array([text[0].isalnum() for text, _, _ in rows], dtype=bool),
        ends_word=np.array([text[-1].isalnum() for text, _, _ in rows], dtype=bool),
    )


def in_eights(strings):
    """Eight bytes of each of some byte strings as one number, zeros behind its end: blocks of eight x strings."""
    width = -(-max(map(len, strings), default=0) // 8)
    filled = b"".join(string.ljust(8 * width, b"\0") for string in strings)
    return np.frombuffer(filled, np.uint64).reshape(len(strings), width).T.copy()


def arrow(values, arrow_type):
    """Arrow array over the memory of a numpy array; bool becomes bits. (pa.array would import pandas.)"""
    memory = np.packbits(values, bitorder="little") if values.dtype == bool else values
    return pa.Array.from_buffers(arrow_type, len(values), [None, pa.py_buffer(memory)])


def arrow_strings(values, arrow_type):
    """Arrow array, of a type of strings or bytes, of a list of bytes."""
    ends = np.cumsum([0, *map(len, values)], dtype=np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(values))]
    return pa.Array.from_buffers(pa.large_binary(), len(values), buffers).cast(arrow_type)


def pair_hash(first, second):
    """Hash, below HASHES, of two words that follow each other, given by theirs."""
    return (first * PAIR_FACTOR + second) & (HASHES - 1)


def plain_text(text):
    """Text without HTML: tags become blanks, entities (also doubly escaped ones) their characters."""
    for _ in range(2):
        text = HTML_TAG.sub(" ", HTML_BLOCK.sub(" ", text))
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    return text


def bytes_of(texts):
    """Where each of some Arrow large strings starts and ends in a run of bytes (int64, one more), and these bytes."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset :][: len(texts) + 1]
    return offsets - offsets[0], np.frombuffer(texts.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]


def text_at(offsets, place):
    """Which text each of some places in a run of bytes lies in."""
    return np.searchsorted(offsets, place, side="right") - 1


def without_html(texts):
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


def lay_out(texts):
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


def eight_bytes(block, start):
    """The eight bytes of a block from each of some places on, as one number; separators behind the block's end.

    They lie in two numbers of the block; a shift by 64 bits leaves nothing.
    """
    numbers = block[: len(block) & ~7].view(np.uint64)
    place, shift = start >> 3, ((start & 7) << 3).view(np.uint64)
    low = numbers.take(place, mode="clip")
    low >>= shift
    place += 1
    high = numbers.take(place, mode="clip")
    high <<= np.uint64(64) - shift
    low |= high
    return low


def words_of(block):
    """Where each word of a block starts and its hash."""
    shifted = block | 0x20
    shifted -= ord("a")
    is_word = shifted < 26
    np.subtract(block, ord("0"), out=shifted)
    is_word |= shifted < 10
    edges = np.flatnonzero(is_word[1:] != is_word[:-1])
    start = edges[0::2] + 1
    length = edges[1::2] + 1 - start
    key = eight_bytes(block, start)
    key |= LOWER_CASE
    key &= FIRST_BYTES.take(length, mode="clip")
    key += length.view(np.uint64)
    key *= HASH_FACTOR
    key >>= np.uint64(48)
    return start, key.view(np.int64)


def find_candidates(block, lexicon):
    """Spelling (index) and first byte of the places in a block whose words hash like a spelling's."""
    start, hashed = words_of(block)
    word = np.flatnonzero(lexicon.is_first.take(hashed))
    only = hashed[word]
    slot = np.concatenate([only, HASHES + pair_hash(only, hashed.take(word + 1, mode="clip"))])
    count = lexicon.count_of.take(slot)
    hit = np.flatnonzero(count > 0)
    word, slot, count = np.concatenate([word, word])[hit], slot[hit], count[hit]
    spelling = np.repeat(lexicon.index_of[slot] - np.cumsum(count) + count, count) + np.arange(count.sum())
    start = np.repeat(start[word], count) - lexicon.lead[spelling]
    if lexicon.wordless:
        text = block.tobytes()
        ahead = [(index, b"(?=" + re.escape(raw) + b")") for index, raw in lexicon.wordless]
        found = [(index, match.start()) for index, pattern in ahead for match in re.finditer(pattern, text)]
        extra = np.array(found, dtype=np.int64).reshape(-1, 2)
        spelling, start = np.append(spelling, extra[:, 0]), np.append(start, extra[:, 1])
    return spelling, start


def find_matches(block, lexicon):
    """Whole-word matches outside look-alikes in one block of bytes.

    Returns three int64 arrays of equal length: skill index, first byte, byte after the last.
    """
    spelling, start = find_candidates(block, lexicon)
    for at, (wanted, compared) in enumerate(zip(lexicon.wanted, lexicon.compared, strict=True)):
        different = (eight_bytes(block, start + 8 * at) ^ wanted[spelling]) & compared[spelling]
        same = np.flatnonzero(different == 0)
        spelling, start = spelling[same], start[same]
    end = start + lexicon.length[spelling]
    joiners = lexicon.joiners[spelling]
    keep = (IS_JOINER[block[start[:, None] + joiners]] | (joiners < 0)).all(axis=1)
    keep &= ~(lexicon.starts_word[spelling] & IS_WORD[block[start - 1]])
    keep &= ~(lexicon.ends_word[spelling] & IS_WORD[block[end]])

    # A neighbour beyond ASCII may be a letter ("für") or not (a bullet): ask Python.
    unsure_before = lexicon.starts_word[spelling] & IS_UNSURE[block[start - 1]]
    unsure_after = lexicon.ends_word[spelling] & IS_UNSURE[block[end]]
    for index in np.flatnonzero(keep & (unsure_before | unsure_after)):
        before = block[max(start[index] - 4, 0) : start[index]].tobytes().decode(errors="ignore")[-1:]
        after = block[end[index] : end[index] + 4].tobytes().decode(errors="ignore")[:1]
        if (unsure_before[index] and before.isalnum()) or (unsure_after[index] and after.isalnum()):
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


def cut(block, start, end):
    """Arrow strings of the byte ranges [start, end) of a block.

    They are given to Arrow as views, which is 16 bytes each: the length, then the text if it has up to 12 bytes, else
    its first four, the number of its buffer (0) and its place in it. Arrow copies them into strings.
    """
    length = end - start
    head = eight_bytes(block, start) & FIRST_BYTES.take(np.minimum(length, 4))
    tail = eight_bytes(block, start + 4) & FIRST_BYTES.take(length - 4, mode="clip")
    views = np.empty((len(start), 2), dtype=np.uint64)
    views[:, 0] = length.view(np.uint64) | head << np.uint64(32)
    views[:, 1] = np.where(length <= 12, tail, start.view(np.uint64) << np.uint64(32))
    buffers = [None, pa.py_buffer(views), pa.py_buffer(block)]
    return pa.Array.from_buffers(pa.string_view(), len(start), buffers).cast(pa.string())


def extract_skills(batch, lexicon):
    """Skills of a batch of texts.

    ``batch``: RecordBatch with text_id and text (strings without nulls). Returns a RecordBatch of ``SCHEMA``, a row a
    text in the same order; skills sorted; position counts characters from 1 in the cleaned text, text_length its
    characters.
    """
    block, row_start, row_end = lay_out(batch.column("text").cast(pa.large_string()))
    skill, start, end = find_matches(block, lexicon)
    row = text_at(row_start, start)
    is_mark = skill == len(lexicon.skills)
    mark_count = np.bincount(row[is_mark], minlength=batch.num_rows)
    row, skill, start, end = row[~is_mark], skill[~is_mark], start[~is_mark], end[~is_mark]
    group = row * len(lexicon.skills) + skill
    order = np.lexsort((end, start, group))
    group, row, skill, start, end = group[order], row[order], skill[order], start[order], end[order]
    first = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]) if len(group) else np.zeros(0, bool))
    mention_count = np.diff(np.append(first, len(group)))
    row, skill, start, end = row[first], skill[first], start[first], end[first]

    is_continuation = block.view(np.int8) < -64
    continuation = np.flatnonzero(is_continuation)
    continued_before = np.searchsorted(continuation, row_start)
    position = start - row_start[row] - (np.searchsorted(continuation, start) - continued_before[row])
    text_length = row_end - row_start - (np.searchsorted(continuation, row_end) - continued_before)

    snippet_start = np.maximum(start - SNIPPET_BYTES, row_start[row])
    snippet_end = np.minimum(end + SNIPPET_BYTES, row_end[row])
    for _ in range(3):
        snippet_start -= is_continuation[snippet_start]
        snippet_end += is_continuation[snippet_end]
    names = lexicon.skills.take(arrow(skill, pa.int64()))
    counts = arrow(mention_count.astype(np.int32), pa.int32())
    mentions = pa.StructArray.from_arrays(
        [
            names,
            counts,
            cut(block, start, end),
            arrow((position + 1).astype(np.int32), pa.int32()),
            cut(block, snippet_start, snippet_end),
        ],
        fields=list(MENTION),
    )
    lists = arrow(np.searchsorted(row, np.arange(batch.num_rows + 1)).astype(np.int32), pa.int32())
    return pa.record_batch(
        [
            batch.column("text_id"),
            pa.ListArray.from_arrays(lists, names),
            pa.ListArray.from_arrays(lists, pa.StructArray.from_arrays([names, counts], fields=list(SKILL_COUNT))),
            pa.ListArray.from_arrays(lists, mentions),
            arrow(mark_count.astype(np.int32), pa.int32()),
            arrow(text_length.astype(np.int32), pa.int32()),
            pa.repeat(arrow_strings([lexicon.version.encode()], pa.string())[0], batch.num_rows),
        ],
        schema=SCHEMA,
    )


def extract_all(batches, lexicon, threads):
    """Skills of a stream of batches, in order, a few batches ahead of the reader on each thread."""
    # glibc gives the memory of a freed array back to the system, to be fetched page by page for the next one, unless a
    # larger array was freed before: without this line the search takes half as long again.
    np.empty(30_000_000, dtype=np.uint8)
    with ThreadPoolExecutor(threads) as pool:
        ahead = deque()
        for batch in batches:
            ahead.append(pool.submit(extract_skills, batch, lexicon))
            if len(ahead) > 2 * threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def is_spark(relation):
    """Whether dbt handed over a Spark frame and not a DuckDB relation."""
    return hasattr(relation, "mapInArrow")


def rows(relation, *columns):
    """Rows of a relation as tuples."""
    if is_spark(relation):
        return [tuple(row) for row in relation.select(*columns).collect()]
    return relation.project(", ".join(columns)).fetchall()


def extract_on_workers(texts, spellings, ai_marks):
    """Skills of a Spark frame of texts: each task compiles the lexicon, which is faster than it could be sent."""
    from pyspark.sql.pandas.types import from_arrow_schema

    def extract_partition(batches):
        lexicon = compile_lexicon(spellings, ai_marks)
        for batch in batches:
            yield extract_skills(batch, lexicon)

    return texts.select("text_id", "text").mapInArrow(extract_partition, from_arrow_schema(SCHEMA))


def read_texts(dbt, session, texts, spellings, ai_marks):
    """What the model int_text_skills returns: the texts that it does not hold by the present lexicon, read.

    ``texts``, ``spellings``, ``ai_marks``: relations of DuckDB or frames of Spark.
    """
    spellings = rows(spellings, "spelling", "skill", "is_case_sensitive")
    ai_marks = rows(ai_marks, "spelling", "is_case_sensitive")
    if is_spark(texts):
        return extract_on_workers(texts, spellings, ai_marks)
    lexicon = compile_lexicon(spellings, ai_marks)
    if dbt.is_incremental:
        texts = session.sql(
            "select text_id, text from texts where not exists ("
            f"select 1 from {dbt.this} as known "
            f"where known.text_id = texts.text_id and known.lexicon_version = '{lexicon.version}')"
        )
    reader = texts.project("text_id, text").to_arrow_reader(BATCH_ROWS)
    return pa.RecordBatchReader.from_batches(SCHEMA, extract_all(reader, lexicon, os.cpu_count() or 1))
