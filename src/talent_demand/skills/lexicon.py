"""Seed rows compiled for matching: each row is an idea, which one or more forms (literal words) stand for.

One form can stand for many ideas (`machine learning` does for fourteen): it is looked for once.
"""

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
    MOST_HASHED,
    PADDING,
    SEPARATOR,
    SEQUENCES,
    Bytes,
    Flags,
    Places,
    arrow_strings,
    hashes_of,
    sequence_hash,
    whole_numbers,
    words_of,
)

# Texts read by other rules than these are read again: raise it when this package writes other rows than before.
RULES_VERSION = 4
# What an idea names that is no index into Lexicon.names.
LOOK_ALIKE = -1
# What a form can be: all of an idea, what stands before its gap, what stands behind it, a class's company.
WHOLE, HEAD, TAIL, COMPANY = range(4)
# What can lie behind a hash: forms of these words, longer forms that begin with them, company of one word.
FORMS, LONGER, NEEDED = 1, 2, 4
# Word classes are told by a bit each.
MOST_CLASSES = 64
SINGLE_WORD = re.compile("[A-Za-z0-9]+")
NO_LIMIT = np.iinfo(np.int64).max // 4
# Which bits of a byte count where case does and where it does not; those of a joiner never do.
SAME_CASE = bytes(0 if chr(byte) in " -/" else 0xFF for byte in range(256))
ANY_CASE = bytes(0xDF if byte < 128 and chr(byte).isalpha() else SAME_CASE[byte] for byte in range(256))


class Idea(NamedTuple):
    """One row as it is compiled: its words, what they name (LOOK_ALIKE or (is_cue, name)) and the company they need."""

    spelling: str
    name: int | tuple[bool, str]
    is_case_sensitive: bool
    needs: str | None
    within: int | None


class Literal(NamedTuple):
    """Words that stand for all or a part of an idea (its number), or are COMPANY of a class (its number)."""

    text: str
    is_case_sensitive: bool
    part: int
    meaning: int


class Meanings(NamedTuple):
    """What forms mean: those of form f lie in ``meaning`` from ``begin[f]`` to ``begin[f + 1]``."""

    begin: Places
    meaning: Places


@dataclass(frozen=True)
class Lexicon:
    """Ideas compiled for matching.

    ``names``: the skills, sorted, then the cues, sorted; ``skill_count``, how many are skills.

    A form lies in the slot of its only word's hash, or of the hash of its first MOST_HASHED words, for each count of
    them SEQUENCES further on. By slot: ``look`` (FORMS, LONGER, NEEDED, a bit each) and ``slot_begin`` (one more), the
    first of its forms. ``wordless``: index and bytes of forms without an ASCII word.

    By form: ``word_count``; ``lead``, bytes before the first word; ``length`` in bytes; ``wanted`` and ``compared``
    (blocks of eight bytes x forms), its bytes and which of their bits the text must share; ``joiners`` (most joiners x
    forms), where the text must hold a joiner, -1 for nowhere; ``starts_word`` and ``ends_word``, whether a letter or
    digit is that end. ``means``: by part, the ideas (classes for COMPANY) of each form; ``head_bits`` and
    ``tail_bits``, of which ideas with a gap it is that part, a bit for each 64th idea.

    By idea: ``name_of``, an index into ``names`` or LOOK_ALIKE; ``needs`` (-1: none) and ``within`` (bytes), which
    class must stand how near; ``gap_least``, ``gap_most`` and ``gap_class``, words of its gap (most 0: none);
    ``opens_before`` and ``opens_behind``, whether a look-alike silences what is around it.

    Single words of classes are told by their keys, not by forms. By word hash: ``class_begin`` (one more), the first
    of its words; by word: ``class_keys``, and ``class_bits``, a bit a class.
    """

    version: str
    names: pa.Array
    skill_count: int
    look: Bytes
    slot_begin: Places
    wordless: list[tuple[int, bytes]]
    word_count: Places
    lead: Places
    length: Places
    wanted: NDArray[np.uint64]
    compared: NDArray[np.uint64]
    joiners: Places
    starts_word: Flags
    ends_word: Flags
    means: list[Meanings]
    head_bits: NDArray[np.uint64]
    tail_bits: NDArray[np.uint64]
    name_of: Places
    needs: Places
    within: Places
    gap_least: Places
    gap_most: Places
    gap_class: Places
    opens_before: Flags
    opens_behind: Flags
    class_begin: Places
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
    version = hashlib.md5(repr((RULES_VERSION, ideas, sorted(classes.items()))).encode()).hexdigest()
    patterns = [parse(idea.spelling) for idea in ideas]
    needed = sorted({idea.needs for idea in ideas if idea.needs})
    used = [*needed, *sorted({pattern.gap_class for pattern in patterns if pattern.gap_class} - set(needed))]
    if len(used) > MOST_CLASSES:
        raise ValueError(f"more than {MOST_CLASSES} word classes are used")
    class_number = {"": -1} | {class_name: number for number, class_name in enumerate(used)}

    fields = lay_in_slots(literals_of(ideas, patterns, classes) + company_of(needed, classes))
    fields |= class_words(used, set(needed), classes)
    is_needed = np.flatnonzero(fields["class_bits"] & np.uint64((1 << len(needed)) - 1))
    fields["look"][hashes_of(fields["class_keys"][is_needed])] |= NEEDED
    names = sorted({idea.name for idea in ideas if isinstance(idea.name, tuple)})
    code = {name: index for index, name in enumerate(names)}
    return Lexicon(
        version=version,
        names=arrow_strings([name.encode() for _, name in names], pa.string()),
        skill_count=sum(not is_cue for is_cue, _ in names),
        name_of=whole_numbers(code[idea.name] if isinstance(idea.name, tuple) else idea.name for idea in ideas),
        needs=whole_numbers(class_number[idea.needs or ""] for idea in ideas),
        within=whole_numbers(idea.within or NO_LIMIT for idea in ideas),
        gap_least=whole_numbers(pattern.gap_least for pattern in patterns),
        gap_most=whole_numbers(pattern.gap_most for pattern in patterns),
        gap_class=whole_numbers(class_number[pattern.gap_class] for pattern in patterns),
        opens_before=np.array([pattern.opens_before for pattern in patterns], dtype=bool),
        opens_behind=np.array([pattern.opens_behind for pattern in patterns], dtype=bool),
        **fields,
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
            if idea.needs and set(texts) & set(members(idea.needs, classes, idea.spelling)):
                raise ValueError(f"{idea.spelling!r} is in the class {idea.needs!r} that it needs")
            for text in itertools.chain.from_iterable(map(cases_of, texts)):
                if not re.search(r"[^\W_]", text):
                    raise ValueError(f"{idea.spelling!r}: {text!r} holds no letter or digit")
                literals.append(Literal(text, idea.is_case_sensitive, part, number))
    return literals


def company_of(needed: Sequence[str], classes: Mapping[str, Sequence[str]]) -> list[Literal]:
    """The literals of some classes that are no single words; those are told as ``class_words`` says."""
    return [
        Literal(text, False, COMPANY, number)
        for number, name in enumerate(needed)
        for literal in members(name, classes, "needs")
        if not SINGLE_WORD.fullmatch(literal)
        for text in cases_of(literal)
    ]


def lay_in_slots(literals: list[Literal]) -> dict[str, Any]:
    """The fields of Lexicon that say which forms literals have, how they are found and what they mean."""
    meanings: dict[tuple[bytes, bool], set[tuple[int, int]]] = {}
    for literal in literals:
        meanings.setdefault(form_of(literal), set()).add((literal.part, literal.meaning))
    forms = sorted(meanings)
    texts = [text for text, _ in forms]
    length = whole_numbers(map(len, texts))
    begin = np.cumsum(length + 1) - length
    words = words_of(block_of(texts))
    number = np.searchsorted(words.start, begin)
    word_count = np.searchsorted(words.start, begin + length) - number
    start, hashed = np.append(words.start, [0] * MOST_HASHED), np.append(words.hashed, [0] * MOST_HASHED)
    sequence = hashed[number]
    slot = np.where(word_count > 0, sequence, slot_of(MOST_HASHED))
    look = np.zeros(slot_of(MOST_HASHED) + 1, dtype=np.uint8)
    for ahead in range(1, MOST_HASHED):
        longer = word_count > ahead
        look[slot[longer]] |= LONGER
        sequence = sequence_hash(sequence, hashed[number + ahead])
        slot[longer] = slot_of(ahead) + sequence[longer]
    look[slot] |= FORMS

    order = np.argsort(slot, kind="stable")
    forms, texts = [forms[index] for index in order], [texts[index] for index in order]
    bits = [compared_bits(*form) for form in forms]
    joiners = [[at for at, bit in enumerate(text) if not bit] for text in bits]
    most = max(map(len, joiners), default=1) or 1
    means = [meanings_of([meanings[form] for form in forms], part) for part in (WHOLE, HEAD, TAIL, COMPANY)]
    return {
        "look": look,
        "slot_begin": np.append(0, np.cumsum(np.bincount(slot, minlength=len(look)))),
        "wordless": [(index, texts[index]) for index in np.flatnonzero(word_count[order] == 0).tolist()],
        "word_count": word_count[order],
        "lead": np.where(word_count > 0, start[number] - begin, 0)[order],
        "length": length[order],
        "wanted": in_eights(texts),
        "compared": in_eights(bits),
        "joiners": np.array([(at + [-1] * most)[:most] for at in joiners], dtype=np.int64)
        .reshape(len(forms), most)
        .T.copy(),
        "starts_word": np.array([text.decode()[0].isalnum() for text in texts], dtype=bool),
        "ends_word": np.array([text.decode()[-1].isalnum() for text in texts], dtype=bool),
        "means": means,
        "head_bits": bits_of(means[HEAD]),
        "tail_bits": bits_of(means[TAIL]),
    }


def slot_of(ahead: int) -> int:
    """The slot of hash 0 of a word and so many after it."""
    return HASHES + (ahead - 1) * SEQUENCES if ahead else 0


def form_of(literal: Literal) -> tuple[bytes, bool]:
    """A literal as it is looked for: one that differs in joiners or, where case tells nothing, in case is the same."""
    text = literal.text.replace("-", " ").replace("/", " ")
    if not literal.is_case_sensitive and cases_of(text) == [text]:
        text = text.lower()
    return text.encode(), literal.is_case_sensitive


def meanings_of(forms: list[set[tuple[int, int]]], part: int) -> Meanings:
    """What each form means as a part."""
    meaning = [sorted(meaning for other, meaning in form if other == part) for form in forms]
    return Meanings(
        whole_numbers([0, *itertools.accumulate(map(len, meaning))]), whole_numbers(itertools.chain(*meaning))
    )


def bits_of(means: Meanings) -> NDArray[np.uint64]:
    """Which ideas each form means, a bit for each 64th."""
    bits = np.zeros(len(means.begin) - 1, dtype=np.uint64)
    np.bitwise_or.at(bits, np.repeat(np.arange(len(bits)), np.diff(means.begin)), idea_bit(means.meaning))
    return bits


def idea_bit(idea: Places) -> NDArray[np.uint64]:
    """The bit by which ideas with a gap are told at first, shared by each 64th."""
    return np.uint64(1) << (idea.view(np.uint64) & np.uint64(63))


def class_words(used: list[str], needed: set[str], classes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The fields of Lexicon that tell the single words of some classes, of which some are company."""
    bits: dict[bytes, int] = {}
    for number, name in enumerate(used):
        for literal in members(name, classes, "gap"):
            # Company of several words must stand together; in a gap each word stands for itself.
            if name not in needed or SINGLE_WORD.fullmatch(literal):
                for word in SINGLE_WORD.findall(literal.lower()):
                    bits[word.encode()] = bits.get(word.encode(), 0) | 1 << number
    # Words that share their key (collecting, collection) are one.
    key, word = np.unique(words_of(block_of(list(bits))).key, return_inverse=True)
    class_bits = np.zeros(len(key), dtype=np.uint64)
    np.bitwise_or.at(class_bits, word, np.array(list(bits.values()), dtype=np.uint64))
    hashed = hashes_of(key)
    order = np.argsort(hashed)
    return {
        "class_begin": np.searchsorted(hashed[order], np.arange(HASHES + 1)),
        "class_keys": key[order],
        "class_bits": class_bits[order],
    }


def compared_bits(text: bytes, is_case_sensitive: bool) -> bytes:
    """Which bits of each byte of a form the text must share: of a joiner none, of a letter all but its case."""
    if is_case_sensitive:
        return text.translate(SAME_CASE)
    bits = bytearray(text.translate(ANY_CASE))
    # Latin-1's letters are two bytes, of which the first is 0xC3, and tell their case by one bit, too.
    for place in range(1, 0 if text.isascii() else len(text)):
        if text[place - 1] == 0xC3:
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
