"""Seed rows compiled for matching: each row is an idea, which one or more forms (literal words) stand for.

One form can stand for many ideas (`machine learning` does for fourteen): it is looked for once.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from talent_demand.skills.spelling import Cue, Pattern, Spelling, cases_of, expand, members, parse
from talent_demand.skills.words import (
    FIRST_BYTES,
    HASHES,
    MOST_HASHED,
    PADDING,
    SEPARATOR,
    SEQUENCES,
    Bytes,
    Flags,
    Places,
    Words,
    arrow_strings,
    eight_bytes,
    hashes_of,
    sequence_hash,
    whole_numbers,
    words_of,
)

# What an idea names that is no index into Lexicon.names.
LOOK_ALIKE = -1
# What silences the matches inside it: what a notice to applicants says of AI tells nothing of the job.
SILENCERS = {LOOK_ALIKE, (True, "ai_notice")}
# What a form can be: all of an idea, what stands before its gap, what stands behind it, a class's company.
WHOLE, HEAD, TAIL, COMPANY = range(4)
# What can lie behind a hash: forms of these words, longer forms that begin with them, company of one word; of a word,
# heads that end with it, words that may follow them, and longer forms of which it is the second. Shifted by one and by
# four, HEADED is FOLLOWS and LONGER is SECOND, for which the next word is asked.
FORMS, LONGER, NEEDED, HEADED, FOLLOWS, SECOND = 1, 2, 4, 8, 16, 32
# Word classes are told by a bit each.
MOST_CLASSES = 64
SINGLE_WORD = re.compile("[A-Za-z0-9]+")
LETTER_OR_DIGIT = re.compile(r"[^\W_]")
# Two letters of Cyrillic or one and a half of later scripts, which tell more of a form than the 3 in "3 дня в офисе".
OTHER_LETTERS = re.compile(rb"[\xd0-\xe0\xe3-\xf4][\x80-\xf4]{3}")
NO_LIMIT = np.iinfo(np.int64).max // 4
# Which bytes stand for each other, and of which case may tell nothing.
IS_ALIKE = np.isin(np.arange(256), list(b" -/"))
IS_ASCII_LETTER = np.array([chr(byte).isalpha() and byte < 128 for byte in range(256)])


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
    """What forms mean: those of form f lie in ``meaning`` from ``begin[f]`` to ``begin[f + 1]``.

    ``bits``: by form, the bits (``idea_bit``) of all that it means.
    """

    begin: Places
    meaning: Places
    bits: NDArray[np.uint64]


class Forms(NamedTuple):
    """Literal words that texts are compared with, in the order of the slots in which they are found.

    ``slot_begin`` (one more than slots): the first form of each. By form: ``lead``, bytes before the word by which it
    is found; ``length`` in bytes; ``wanted`` and ``compared`` (blocks of eight bytes x forms), its bytes and which of
    their bits the text must share; ``joiners`` (most joiners x forms), where the text must hold a joiner, -1 for
    nowhere; ``starts_word`` and ``ends_word``, whether a letter or digit is that end.
    """

    slot_begin: Places
    lead: Places
    length: Places
    wanted: NDArray[np.uint64]
    compared: NDArray[np.uint64]
    joiners: Places
    starts_word: Flags
    ends_word: Flags


class Wordless(NamedTuple):
    """Forms with OTHER_LETTERS or without an ASCII word.

    They are found by the first of these letters or of all bytes, as many as all have, four at most. ``form``: their
    index, in the order of ``begin``, the number that these bytes make; ``shared``: how many these are; ``leads``: by
    byte, whether these begin with it for one.
    """

    form: Places
    begin: NDArray[np.uint64]
    shared: int
    leads: Flags


@dataclass(frozen=True)
class Lexicon:
    """Ideas compiled for matching.

    ``names``: the skills, sorted, then the cues, sorted; ``skill_count``, how many are skills; ``look_alike``, of each
    the cue that is its look-alike (-1: none).

    ``forms``: those of ideas without a gap and of company. One lies in the slot of its only word's hash, or of the
    hash of its first MOST_HASHED words, for each count of them SEQUENCES further on. ``look``: by slot, what lies
    behind it (FORMS, LONGER, NEEDED, HEADED, FOLLOWS, a bit each); ``whole`` and ``company``: the ideas and classes
    that each form means; ``wordless``: those that no hash finds.

    ``heads`` and ``tails``: what stands before gaps, by the hash of the last word, and behind them, by that of the
    first; ``head_of`` and ``tail_of``, the ideas that each means. By word hash: ``head_bits``, ``gap_bits`` and
    ``tail_bits``, of which ideas such a word may end the head, stand in the gap and begin the tail, a bit for each
    64th.

    By idea: ``name_of``, an index into ``names`` or LOOK_ALIKE; ``needs`` (-1: none) and ``within`` (bytes), which
    class must stand how near; ``gap_least``, ``gap_most`` and ``gap_class``, words of its gap (most 0: none);
    ``silences``, whether what lies inside is no match; ``opens_before`` and ``opens_behind``, whether a look-alike
    silences what is around it.

    Single words of classes are told by their keys, not by forms. By word hash: ``class_begin`` (one more), the first
    of its words; by word: ``class_keys``, and ``class_bits``, a bit a class.
    """

    names: pa.Array
    skill_count: int
    look_alike: Places
    look: Bytes
    forms: Forms
    whole: Meanings
    company: Meanings
    wordless: Wordless
    heads: Forms
    head_of: Meanings
    tails: Forms
    tail_of: Meanings
    head_bits: NDArray[np.uint64]
    gap_bits: NDArray[np.uint64]
    tail_bits: NDArray[np.uint64]
    name_of: Places
    needs: Places
    within: Places
    gap_least: Places
    gap_most: Places
    gap_class: Places
    silences: Flags
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
    patterns = [parse(idea.spelling) for idea in ideas]
    needed = sorted({idea.needs for idea in ideas if idea.needs})
    used = [*needed, *sorted({pattern.gap_class for pattern in patterns if pattern.gap_class} - set(needed))]
    if len(used) > MOST_CLASSES:
        raise ValueError(f"more than {MOST_CLASSES} word classes are used")
    class_number = {"": -1} | {class_name: number for number, class_name in enumerate(used)}

    literals = literals_of(ideas, patterns, classes) + company_of(needed, classes)
    fields = whole_forms([literal for literal in literals if literal.part in (WHOLE, COMPANY)])
    fields |= class_words(used, set(needed), classes)
    gap_class = whole_numbers(class_number[pattern.gap_class] for pattern in patterns)
    fields |= gap_forms(literals, gap_class, fields)
    is_needed = np.flatnonzero(fields["class_bits"] & np.uint64((1 << len(needed)) - 1))
    fields["look"][hashes_of(fields["class_keys"][is_needed])] |= NEEDED
    names = sorted({idea.name for idea in ideas if isinstance(idea.name, tuple)})
    code = {name: index for index, name in enumerate(names)}
    return Lexicon(
        names=arrow_strings([name.encode() for _, name in names], pa.string()),
        skill_count=sum(not is_cue for is_cue, _ in names),
        look_alike=whole_numbers(look_alikes_of(names)),
        name_of=whole_numbers(code[idea.name] if isinstance(idea.name, tuple) else idea.name for idea in ideas),
        needs=whole_numbers(class_number[idea.needs or ""] for idea in ideas),
        within=whole_numbers(idea.within or NO_LIMIT for idea in ideas),
        gap_least=whole_numbers(pattern.gap_least for pattern in patterns),
        gap_most=whole_numbers(pattern.gap_most for pattern in patterns),
        gap_class=gap_class,
        silences=np.array([idea.name in SILENCERS for idea in ideas], dtype=bool),
        opens_before=np.array([pattern.opens_before for pattern in patterns], dtype=bool),
        opens_behind=np.array([pattern.opens_behind for pattern in patterns], dtype=bool),
        **fields,
    )


def faults(seeds: Mapping[str, Sequence[Sequence[str]]]) -> list[tuple[str, int, str]]:
    """Rows of skill_spellings, of cues and of word_classes that cannot be compiled: seed, place in it, and why."""
    classes: dict[str, list[str]] = {}
    for class_name, some in seeds["word_classes"]:
        classes.setdefault(class_name, []).append(some)
    found = []
    for seed, rows in seeds.items():
        for place, row in enumerate(rows):
            try:
                if seed == "word_classes":
                    check_words(row[1], classes)
                elif seed == "skill_spellings":
                    check_ideas(ideas_of([Spelling(row[0], row[1], needs=row[2])], []), classes)
                else:
                    check_ideas(ideas_of([], [Cue(row[0], row[1])]), classes)
            except RecursionError:
                found.append((seed, place, f"{row[0]!r}: a word class names itself"))
            except ValueError as error:
                found.append((seed, place, str(error)))
    return found


def check_ideas(ideas: list[Idea], classes: Mapping[str, Sequence[str]]) -> None:
    """Raise ValueError where ideas cannot be compiled."""
    patterns = [parse(idea.spelling) for idea in ideas]
    literals_of(ideas, patterns, classes)
    for name in (name for pattern in patterns if (name := pattern.gap_class)):
        members(name, classes, ideas[0].spelling)


def check_words(words: str, classes: Mapping[str, Sequence[str]]) -> None:
    """Raise ValueError where words of a class cannot be read or mean nothing."""
    if "" in expand(words, classes):
        raise ValueError(f"{words!r} means nothing")


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


def look_alikes_of(names: list[tuple[bool, str]]) -> Iterator[int]:
    """Of each name the place of the cue that is its look-alike, as not_remote is of remote; -1 where there is none."""
    place = {name: index for index, (is_cue, name) in enumerate(names) if is_cue}
    return (place.get(f"not_{name}", -1) if is_cue else -1 for is_cue, name in names)


def literals_of(ideas: list[Idea], patterns: list[Pattern], classes: Mapping[str, Sequence[str]]) -> list[Literal]:
    """The words that stand for some ideas.

    Raises ValueError where an idea has no words, is its own company, or is open and no look-alike, or where what stands
    beside a gap has no ASCII letter or digit.
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
                if not LETTER_OR_DIGIT.search(text):
                    raise ValueError(f"{idea.spelling!r} means nothing: {text!r} holds no letter or digit")
                if part != WHOLE and not SINGLE_WORD.search(text):
                    raise ValueError(f"{idea.spelling!r}: {text!r} stands beside a gap: in ASCII letters only")
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


def whole_forms(literals: list[Literal]) -> dict[str, Any]:
    """The fields of Lexicon that say which forms ideas without a gap and company have and how they are found."""
    texts, is_exact, form_of_literal = forms_of(literals)
    block = block_of(texts)
    words = words_of(block)
    begin, number, word_count = words_in(texts, words)
    letters = whole_numbers(found.start() if found else -1 for found in map(OTHER_LETTERS.search, texts))
    word_count[letters >= 0] = 0
    start, hashed = np.append(words.start, [0] * MOST_HASHED), np.append(words.hashed, [0] * MOST_HASHED)
    sequence = hashed[number]
    slot = np.where(word_count > 0, sequence, slot_of(MOST_HASHED))
    look = np.zeros(slot_of(MOST_HASHED) + 1, dtype=np.uint8)
    look[hashed[number + 1][word_count > 1]] |= SECOND
    for ahead in range(1, MOST_HASHED):
        longer = word_count > ahead
        look[slot[longer]] |= LONGER
        sequence = sequence_hash(sequence, hashed[number + ahead])
        slot[longer] = slot_of(ahead) + sequence[longer]
    look[slot] |= FORMS
    lead = np.where(word_count > 0, start[number] - begin, np.maximum(letters, 0))
    forms, place = lay_in_slots(texts, is_exact, slot, lead, len(look))
    return {
        "look": look,
        "forms": forms,
        "whole": meanings_of(literals, place[form_of_literal], WHOLE),
        "company": meanings_of(literals, place[form_of_literal], COMPANY),
        "wordless": wordless_forms(forms, place[word_count == 0], eight_bytes(block, (begin + lead)[word_count == 0])),
    }


def wordless_forms(forms: Forms, form: Places, begin: NDArray[np.uint64]) -> Wordless:
    """The forms, given by their index and what is by their leads, that no hash finds."""
    shared = int((forms.length - forms.lead)[form].min(initial=4))
    begin = begin & FIRST_BYTES[shared]
    order = np.argsort(begin)
    leads = np.zeros(256, dtype=bool)
    leads[(begin & FIRST_BYTES[1]).view(np.int64)] = True
    return Wordless(form[order], begin[order], shared, leads)


def gap_forms(literals: list[Literal], gap_class: Places, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of Lexicon that say what stands around gaps and in them; tells ``look`` of it.

    ``gap_class``: by idea; ``fields``: those of ``whole_forms`` and ``class_words``.
    """
    found: dict[str, Any] = {}
    for part, name in ((HEAD, "head"), (TAIL, "tail")):
        some = [literal for literal in literals if literal.part == part]
        texts, is_exact, form_of_literal = forms_of(some)
        words = words_of(block_of(texts))
        begin, number, word_count = words_in(texts, words)
        word = number + word_count - 1 if part == HEAD else number
        hashed = words.hashed[word]
        forms, place = lay_in_slots(texts, is_exact, hashed, words.start[word] - begin, HASHES)
        bits = np.zeros(HASHES, dtype=np.uint64)
        meaning = whole_numbers(literal.meaning for literal in some)
        np.bitwise_or.at(bits, hashed[form_of_literal], idea_bit(meaning))
        found |= {
            f"{name}s": forms,
            f"{name}_of": meanings_of(some, place[form_of_literal], part),
            f"{name}_bits": bits,
        }
    gap_bits = np.zeros(HASHES, dtype=np.uint64)
    hashed = hashes_of(fields["class_keys"])
    with_gap = np.flatnonzero(gap_class >= 0)
    for number, bit in zip(gap_class[with_gap].tolist(), idea_bit(with_gap), strict=True):
        gap_bits[hashed[(fields["class_bits"] >> np.uint64(number) & np.uint64(1)) > 0]] |= bit
    fields["look"][:HASHES][found["head_bits"] > 0] |= HEADED
    fields["look"][:HASHES][(found["tail_bits"] | gap_bits) > 0] |= FOLLOWS
    return found | {"gap_bits": gap_bits}


def slot_of(ahead: int) -> int:
    """The slot of hash 0 of a word and so many after it."""
    return HASHES + (ahead - 1) * SEQUENCES if ahead else 0


def forms_of(literals: list[Literal]) -> tuple[list[bytes], list[bool], Places]:
    """The forms of literals: their bytes, whether case counts, and which form each literal has.

    Literals that differ in joiners or, where case tells nothing, in case have the same.
    """
    number: dict[tuple[str, bool], int] = {}
    form_of_literal = []
    for literal in literals:
        text = literal.text.replace("-", " ").replace("/", " ")
        if not literal.is_case_sensitive and (text.isascii() or cases_of(text) == [text]):
            text = text.lower()
        form_of_literal.append(number.setdefault((text, literal.is_case_sensitive), len(number)))
    return [text.encode() for text, _ in number], [is_exact for _, is_exact in number], whole_numbers(form_of_literal)


def words_in(texts: list[bytes], words: Words) -> tuple[Places, Places, Places]:
    """Where each of some texts begins in a block of them, its first word and how many it has."""
    length = whole_numbers(map(len, texts))
    begin = np.cumsum(length + 1) - length
    number = np.searchsorted(words.start, begin)
    return begin, number, np.searchsorted(words.start, begin + length) - number


def lay_in_slots(
    texts: list[bytes], is_exact: list[bool], slot: Places, lead: Places, slots: int
) -> tuple[Forms, Places]:
    """Forms in the order of their slots, and where each of them lies in it.

    ``lead``: bytes of each before the word by which it is found; ``slots``: how many there are.
    """
    order = np.argsort(slot, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    texts = [texts[index] for index in order.tolist()]
    length = whole_numbers(map(len, texts))
    width = -(-int(length.max(initial=1)) // 8) * 8
    wanted = np.frombuffer(b"".join(text.ljust(width, b"\0") for text in texts), np.uint8).reshape(-1, width)
    is_joiner = IS_ALIKE[wanted]
    compared = np.where(is_joiner | (wanted == 0), np.uint8(0), np.uint8(0xFF))
    # A letter of Latin-1, which is two bytes, the first of them 0xC3, tells its case by one bit, too.
    is_letter = IS_ASCII_LETTER[wanted]
    is_letter[:, 1:] |= wanted[:, :-1] == 0xC3
    compared[is_letter & ~np.array(is_exact, dtype=bool)[order][:, None]] = 0xDF
    row, column = np.nonzero(is_joiner)
    count = is_joiner.sum(axis=1)
    joiners = np.full((max(1, int(count.max(initial=0))), len(texts)), -1)
    joiners[np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count), row] = column
    forms = Forms(
        slot_begin=np.append(0, np.cumsum(np.bincount(slot, minlength=slots))),
        lead=lead[order],
        length=length,
        wanted=wanted.view(np.uint64).T.copy(),
        compared=compared.view(np.uint64).T.copy(),
        joiners=joiners,
        starts_word=np.array([text.decode()[0].isalnum() for text in texts], dtype=bool),
        ends_word=np.array([text.decode()[-1].isalnum() for text in texts], dtype=bool),
    )
    return forms, place


def meanings_of(literals: list[Literal], form: Places, part: int) -> Meanings:
    """What each form means as a part; ``form``: that of each literal."""
    is_part = np.array([literal.part == part for literal in literals], dtype=bool)
    meaning = whole_numbers(literal.meaning for literal in literals)
    pairs = np.unique(np.stack([form[is_part], meaning[is_part]]), axis=1)
    forms = int(form.max(initial=-1)) + 1
    bits = np.zeros(forms, dtype=np.uint64)
    np.bitwise_or.at(bits, pairs[0], idea_bit(pairs[1]))
    return Meanings(np.searchsorted(pairs[0], np.arange(forms + 1)), pairs[1], bits)


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


def block_of(texts: list[bytes]) -> Bytes:
    """Byte strings one behind the other as ``cleaning.lay_out`` lays texts."""
    separator = bytes([SEPARATOR])
    return np.frombuffer(separator.join([b"", *texts, separator * PADDING]), np.uint8)
