"""Spellings compiled for matching."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from talent_demand.skills.words import HASHES, PADDING, SEPARATOR, Flags, Places, arrow_strings, pair_hash, words_of

# Texts read by other rules than these are read again: raise it when this package writes other rows than before.
RULES_VERSION = 3
# The cue whose mentions ai_mark_count counts.
AI_MARK = "ai"
# Which bits of a byte of a spelling the text must share: of a joiner none, of a letter all but its case.
SAME_CASE = bytes(0 if chr(byte) in " -/" else 0xFF for byte in range(256))
ANY_CASE = bytes(0xDF if byte < 128 and chr(byte).isalpha() else SAME_CASE[byte] for byte in range(256))


@dataclass(frozen=True)
class Lexicon:
    """Spellings compiled for matching.

    A spelling lies in the slot of its only word's hash, or HASHES + the hash of its first two words. By word hash:
    ``is_first``, whether a spelling begins with such a word. By slot: ``count_of`` and ``index_of``, how many spellings
    it has and the first of them. ``wordless``: index and bytes of spellings without an ASCII word.

    ``names``: the skills, sorted, then the cues, sorted; ``skill_count``, how many are skills; ``ai_mark``, which
    of them is the cue whose mentions are the text's ai_mark_count.

    By spelling: ``name_of``, an index into ``names``, -1 for look-alikes;
    ``lead``, bytes before the first word; ``length`` in bytes; ``wanted`` and ``compared`` (blocks of eight bytes x
    spellings), its bytes and which of their bits the text must share; ``joiners`` (spellings x most joiners), where the
    text must hold a joiner, -1 for nowhere; ``starts_word`` and ``ends_word``, whether a letter or digit is that end.
    """

    version: str
    names: pa.Array
    skill_count: int
    ai_mark: int
    is_first: Flags
    count_of: NDArray[np.int32]
    index_of: Places
    wordless: list[tuple[int, bytes]]
    name_of: Places
    lead: Places
    length: Places
    wanted: NDArray[np.uint64]
    compared: NDArray[np.uint64]
    joiners: Places
    starts_word: Flags
    ends_word: Flags


def compile_lexicon(
    spellings: Iterable[tuple[str, str | None, bool]], cues: Iterable[tuple[str, str, bool]] = ()
) -> Lexicon:
    """Compile rows of the seeds skill_spellings and ai_cues.

    ``spellings``: (words, skill or None for a look-alike, is_case_sensitive); ``cues``: (words, cue,
    is_case_sensitive). Raises ValueError where a spelling holds no letter or digit.
    """
    # A name is (is_cue, name), so that skills sort before cues; no name stands for a look-alike.
    rows = {(text, (False, skill) if skill else None, bool(exact)) for text, skill, exact in spellings}
    rows |= {(text, (True, cue), bool(exact)) for text, cue, exact in cues}
    rows = sorted(rows, key=lambda row: (row[0], row[1] or (False, ""), row[2]))
    names = sorted({name for _, name, _ in rows if name})
    code = {None: -1} | {name: index for index, name in enumerate(names)}
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
        names=arrow_strings([name.encode() for _, name in names], pa.string()),
        skill_count=sum(not is_cue for is_cue, _ in names),
        ai_mark=code.get((True, AI_MARK), -1),
        is_first=is_first,
        count_of=count_of,
        index_of=np.cumsum(count_of) - count_of,
        wordless=[(index, encoded[index]) for index in np.flatnonzero(word_count[order] == 0).tolist()],
        name_of=np.array([code[name] for _, name, _ in rows], dtype=np.int64),
        lead=np.where(word_count > 0, word[number] - begin, 0)[order],
        length=length[order],
        wanted=in_eights(encoded),
        compared=in_eights(bits),
        joiners=np.array([(at + [-1] * most)[:most] for at in joiners], dtype=np.int64).reshape(len(rows), most),
        starts_word=np.array([text[0].isalnum() for text, _, _ in rows], dtype=bool),
        ends_word=np.array([text[-1].isalnum() for text, _, _ in rows], dtype=bool),
    )


def in_eights(strings: list[bytes]) -> NDArray[np.uint64]:
    """Eight bytes of each of some byte strings as one number, zeros behind its end: blocks of eight x strings."""
    width = -(-max(map(len, strings), default=0) // 8)
    filled = b"".join(string.ljust(8 * width, b"\0") for string in strings)
    return np.frombuffer(filled, np.uint64).reshape(len(strings), width).T.copy()
