"""Seed rows compiled for matching: each row is an idea, which one or more literal words stand for."""

import hashlib
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from talent_demand.skills.spelling import Cue, Pattern, Spelling, cases_of, expand, members, parse
from talent_demand.skills.words import (
    HASHES,
    PADDING,
    SEPARATOR,
    Bytes,
    Flags,
    Places,
    arrow_strings,
    pair_hash,
    whole_numbers,
    words_of,
)

# Texts read by other rules than these are read again: raise it when this package writes other rows than before.
RULES_VERSION = 4
# The cue whose mentions ai_mark_count counts.
AI_MARK = "ai"
# What an idea names beside an index into Lexicon.names: nothing, or words that others need for company.
LOOK_ALIKE = -1
COMPANY = -2
# Which part of its idea a literal is: all of it, what stands before its gap, what stands behind it.
WHOLE, HEAD, TAIL = range(3)
# Word classes are told by a bit each.
MOST_CLASSES = 64
SINGLE_WORD = re.compile("[A-Za-z0-9]+")
NO_LIMIT = np.iinfo(np.int64).max // 4


class Idea(NamedTuple):
    """One row as it is compiled: its words, what they name (LOOK_ALIKE, COMPANY or (is_cue, name)), its company."""

    spelling: str
    name: int | tuple[bool, str]
    is_case_sensitive: bool
    needs: str | None
    within: int | None


class Literal(NamedTuple):
    """Words that stand for an idea (its number), all of it or a part."""

    text: bytes
    is_case_sensitive: bool
    idea: int
    part: int


@dataclass(frozen=True)
class Lexicon:
    """Ideas compiled for matching.

    ``names``: the skills, sorted, then the cues, sorted; ``skill_count``, how many are skills; ``ai_mark``, which of
    them is the cue whose mentions are the text's ai_mark_count.

    A literal lies in the slot of its only word's hash, HASHES + the hash of its two words, or twice that + the hash of
    its first three. By word hash:
    ``is_first``, whether a literal begins with such a word. By slot: ``count_of`` and ``index_of``, how many literals
    it has and the first of them. ``wordless``: index and bytes of literals without an ASCII word.

    By literal: ``idea_of`` and ``part_of`` (WHOLE, HEAD, TAIL); ``lead``, bytes before the first word; ``length`` in
    bytes; ``wanted`` and ``compared`` (blocks of eight bytes x literals), its bytes and which of their bits the text
    must share; ``joiners`` (literals x most joiners), where the text must hold a joiner, -1 for nowhere;
    ``starts_word`` and ``ends_word``, whether a letter or digit is that end.

    By idea: ``name_of``, an index into ``names``, LOOK_ALIKE or COMPANY; ``company_of``, which class the words of a
    COMPANY are of; ``needs`` (-1: none) and ``within`` (bytes), which class must stand how near; ``gap_least``,
    ``gap_most`` and ``gap_class``, words of its gap (most 0: none); ``opens_before`` and ``opens_behind``, whether a
    look-alike silences what is around it.

    Single words of classes are told by their keys, not by literals. By word hash: ``class_count`` and ``class_index``,
    how many words it has and the first of them; by word: ``class_keys``, and ``class_bits``, a bit a class.
    """

    version: str
    names: pa.Array
    skill_count: int
    ai_mark: int
    is_first: Flags
    count_of: NDArray[np.int32]
    index_of: Places
    wordless: list[tuple[int, bytes]]
    idea_of: Places
    part_of: Places
    lead: Places
    length: Places
    wanted: NDArray[np.uint64]
    compared: NDArray[np.uint64]
    joiners: Places
    starts_word: Flags
    ends_word: Flags
    name_of: Places
    company_of: Places
    needs: Places
    within: Places
    gap_least: Places
    gap_most: Places
    gap_class: Places
    opens_before: Flags
    opens_behind: Flags
    class_count: NDArray[np.uint8]
    class_index: Places
    class_keys: NDArray[np.uint64]
    class_bits: NDArray[np.uint64]


def compile_lexicon(
    spellings: Iterable[Sequence[Any]], cues: Iterable[Sequence[Any]] = (), words: Iterable[tuple[str, str]] = ()
) -> Lexicon:
    """Compile rows of the seeds skill_spellings (as Spelling), of cues (as Cue) and word_classes (class, words).

    Raises ValueError where a row cannot be read, naming it.
    """
    classes: dict[str, list[str]] = {}
    for class_name, some in sorted(set(words)):
        classes.setdefault(class_name, []).append(some)
    ideas = ideas_of([Spelling(*row) for row in spellings], [Cue(*row) for row in cues])
    needed = sorted({idea.needs for idea in ideas if idea.needs})
    ideas += [
        Idea(literal, COMPANY, False, class_name, None)
        for class_name in needed
        for literal in members(class_name, classes, "needs")
        if not SINGLE_WORD.fullmatch(literal)
    ]
    version = hashlib.md5(repr((RULES_VERSION, ideas, sorted(classes.items()))).encode()).hexdigest()
    patterns = [parse(idea.spelling) for idea in ideas]
    literals = literals_of(ideas, patterns, classes)
    used = [*needed, *sorted({pattern.gap_class for pattern in patterns if pattern.gap_class} - set(needed))]
    if len(used) > MOST_CLASSES:
        raise ValueError(f"more than {MOST_CLASSES} word classes are used")
    class_number = {"": -1} | {class_name: number for number, class_name in enumerate(used)}

    literals, columns = lay_in_slots(literals)
    names = sorted({idea.name for idea in ideas if isinstance(idea.name, tuple)})
    code = {name: index for index, name in enumerate(names)}
    is_company = [idea.name == COMPANY for idea in ideas]
    class_of = [class_number[idea.needs or ""] for idea in ideas]
    return Lexicon(
        version=version,
        names=arrow_strings([name.encode() for _, name in names], pa.string()),
        skill_count=sum(not is_cue for is_cue, _ in names),
        ai_mark=code.get((True, AI_MARK), -1),
        idea_of=whole_numbers(literal.idea for literal in literals),
        part_of=whole_numbers(literal.part for literal in literals),
        starts_word=np.array([literal.text.decode()[0].isalnum() for literal in literals], dtype=bool),
        ends_word=np.array([literal.text.decode()[-1].isalnum() for literal in literals], dtype=bool),
        name_of=whole_numbers(code[idea.name] if isinstance(idea.name, tuple) else idea.name for idea in ideas),
        company_of=np.where(is_company, class_of, -1),
        needs=np.where(is_company, -1, class_of),
        within=whole_numbers(idea.within or NO_LIMIT for idea in ideas),
        gap_least=whole_numbers(pattern.gap_least for pattern in patterns),
        gap_most=whole_numbers(pattern.gap_most for pattern in patterns),
        gap_class=whole_numbers(class_number[pattern.gap_class] for pattern in patterns),
        opens_before=np.array([pattern.opens_before for pattern in patterns], dtype=bool),
        opens_behind=np.array([pattern.opens_behind for pattern in patterns], dtype=bool),
        **columns,
        **class_words(used, set(needed), classes),
    )


def ideas_of(spellings: list[Spelling], cues: list[Cue]) -> list[Idea]:
    """The ideas of seed rows, each once, in an order that is not theirs."""
    ideas = {
        Idea(
            row.spelling,
            (False, row.skill) if row.skill else LOOK_ALIKE,
            bool(row.is_case_sensitive),
            row.needs or None,
            int(row.within) if row.within else None,
        )
        for row in spellings
    }
    ideas |= {Idea(row.phrase, (True, row.cue), bool(row.is_case_sensitive), None, None) for row in cues}
    return sorted(ideas, key=repr)


def literals_of(ideas: list[Idea], patterns: list[Pattern], classes: Mapping[str, Sequence[str]]) -> list[Literal]:
    """The words that stand for some ideas.

    Raises ValueError where an idea has no words, is its own company, or is open and no look-alike.
    """
    literals = []
    for number, (idea, pattern) in enumerate(zip(ideas, patterns, strict=True)):
        if (pattern.opens_before or pattern.opens_behind) and idea.name != LOOK_ALIKE:
            raise ValueError(f"{idea.spelling!r}: only a look-alike is open")
        parts = [(pattern.head, HEAD), (pattern.tail, TAIL)] if pattern.gap_class else [(pattern.head, WHOLE)]
        for words, part in parts:
            texts = expand(words, classes)
            if idea.needs and idea.name != COMPANY and set(texts) & set(members(idea.needs, classes, idea.spelling)):
                raise ValueError(f"{idea.spelling!r} is in the class {idea.needs!r} that it needs")
            for text in itertools.chain.from_iterable(map(cases_of, texts)):
                if not re.search(r"[^\W_]", text):
                    raise ValueError(f"{idea.spelling!r}: {text!r} holds no letter or digit")
                literals.append(Literal(text.encode(), idea.is_case_sensitive, number, part))
    return literals


def lay_in_slots(literals: list[Literal]) -> tuple[list[Literal], dict[str, Any]]:
    """Literals in the order of their slots, and the fields of Lexicon that say what lies there and how it is found."""
    texts = [literal.text for literal in literals]
    length = whole_numbers(map(len, texts))
    begin = np.cumsum(length + 1) - length
    words = words_of(block_of(texts))
    number = np.searchsorted(words.start, begin)
    word_count = np.searchsorted(words.start, begin + length) - number
    start, hashed = np.append(words.start, [0, 0, 0]), np.append(words.hashed, [0, 0, 0])
    first = hashed[number]
    pair = pair_hash(first, hashed[number + 1])
    slots = [first, HASHES + pair, 2 * HASHES + pair_hash(pair, hashed[number + 2])]
    slot = np.select([word_count == 0, word_count == 1, word_count == 2], [3 * HASHES, *slots[:2]], slots[2])
    is_first = np.zeros(HASHES, dtype=bool)
    is_first[first[word_count > 0]] = True
    count_of = np.bincount(slot, minlength=3 * HASHES + 1).astype(np.int32)

    order = np.argsort(slot, kind="stable")
    literals, texts = [literals[index] for index in order], [texts[index] for index in order]
    bits = [compared_bits(literal) for literal in literals]
    joiners = [[at for at, bit in enumerate(text) if not bit] for text in bits]
    most = max(map(len, joiners), default=0)
    return literals, {
        "is_first": is_first,
        "count_of": count_of,
        "index_of": np.cumsum(count_of) - count_of,
        "wordless": [(index, texts[index]) for index in np.flatnonzero(word_count[order] == 0).tolist()],
        "lead": np.where(word_count > 0, start[number] - begin, 0)[order],
        "length": length[order],
        "wanted": in_eights(texts),
        "compared": in_eights(bits),
        "joiners": np.array([(at + [-1] * most)[:most] for at in joiners], dtype=np.int64).reshape(len(literals), most),
    }


def class_words(used: list[str], needed: set[str], classes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The fields of Lexicon that tell the single words of some classes, of which some are company."""
    bits: dict[bytes, int] = {}
    for number, name in enumerate(used):
        for literal in members(name, classes, "gap"):
            # Company of several words must stand together; in a gap each word stands for itself.
            if name not in needed or SINGLE_WORD.fullmatch(literal):
                for word in SINGLE_WORD.findall(literal.lower()):
                    bits[word.encode()] = bits.get(word.encode(), 0) | 1 << number
    words = words_of(block_of(list(bits)))
    order = np.argsort(words.hashed, kind="stable")
    count = np.bincount(words.hashed, minlength=HASHES).astype(np.uint8)
    return {
        "class_count": count,
        "class_index": np.cumsum(count, dtype=np.int64) - count,
        "class_keys": words.key[order],
        "class_bits": np.array(list(bits.values()), dtype=np.uint64)[order],
    }


def compared_bits(literal: Literal) -> bytes:
    """Which bits of each byte of a literal the text must share: of a joiner none, of a letter all but its case."""
    bits = bytearray(b"\xff" * len(literal.text))
    for place, byte in enumerate(literal.text):
        if byte in b" -/":
            bits[place] = 0
        elif not literal.is_case_sensitive and (
            chr(byte).isalpha() if byte < 128 else place and literal.text[place - 1] == 0xC3
        ):
            # ASCII's and Latin-1's letters (two bytes, the first 0xC3) tell their case by one bit.
            bits[place] = 0xDF
    return bytes(bits)


def block_of(texts: list[bytes]) -> Bytes:
    """Byte strings one behind the other as ``cleaning.lay_out`` lays texts."""
    separator = bytes([SEPARATOR])
    return np.frombuffer(separator.join([b"", *texts, separator * PADDING]), np.uint8)


def in_eights(strings: list[bytes]) -> NDArray[np.uint64]:
    """Eight bytes of each of some byte strings as one number, zeros behind its end: blocks of eight x strings."""
    width = -(-max(map(len, strings), default=0) // 8)
    filled = b"".join(string.ljust(8 * width, b"\0") for string in strings)
    return np.frombuffer(filled, np.uint64).reshape(len(strings), width).T.copy()
