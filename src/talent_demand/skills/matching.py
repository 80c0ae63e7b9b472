"""Where the ideas of a lexicon stand in a block of texts.

numpy searches a batch of texts as one block of bytes, in few passes:

1. ``cleaning.lay_out`` cleans the texts and writes them one behind the other.
2. ``words.words_of`` finds where words (runs of ASCII letters and digits) begin and end, and gives each a 16 bit hash
   of its first eight letters in lower case.
3. ``find_candidates`` looks up each word's hash, alone and together with the next word's, in a table of the hashes with
   which literals begin. One word in six passes the first look, one in fifty the second.
4. ``find_literals`` compares the literals behind a hash with the text byte by byte and keeps those that stand as whole
   words; ``join_gaps`` joins heads and tails that have nothing but words of a class between them.
5. ``find_matches`` drops what lies in a look-alike or an address, and what misses the company that it needs. Every
   match counts, overlapping ones too.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from talent_demand.skills.lexicon import COMPANY, HEAD, LOOK_ALIKE, TAIL, WHOLE, Lexicon
from talent_demand.skills.words import (
    HASHES,
    SEPARATOR,
    Bytes,
    Flags,
    Places,
    Words,
    eight_bytes,
    hashes_of,
    is_byte,
    keys_of,
    pair_hash,
    words_of,
)

IS_JOINER = is_byte(lambda character: character in " -/_")
IS_WORD = is_byte(lambda character: character == "_" or character.isalnum())
IS_LETTER_OR_DIGIT = is_byte(str.isalnum)
IS_DIGIT = is_byte(str.isdigit)
IS_LOWER = is_byte(str.islower)
IS_UPPER = is_byte(str.isupper)
# Part of a character beyond ASCII, which may be a letter or not.
IS_UNSURE = np.array([128 <= byte < SEPARATOR for byte in range(256)])
# Joins a single letter to its neighbour: R&D, R.N., R-3072.
IS_TIGHT = is_byte(lambda character: character in "&+.'-@#$")
IS_TIGHT_BEHIND = is_byte(lambda character: character in "&+.'@#$")
# What no gap reaches across: ends of sentences, bullets, the end of the text.
IS_STOP = is_byte(lambda character: character in ".;:!?*") | (np.arange(256) == SEPARATOR)
# Bytes of a sentence that an open look-alike silences.
OPEN_REACH = 80
UNTIL_STOP = re.compile(rb"[^.;!?*\xff]{0,%d}" % OPEN_REACH)

# What stands in an address on either side of its mark.
IN_ADDRESS = re.compile(rb"[^\s()<>\[\]{}\"',;|\xff]*")
ADDRESS_REACH = 300
# Shorter words are found in no glued ones.
SHORTEST_GLUED = 3
# So many bytes between two words of a gap are too many.
LONGEST_BETWEEN = 8
# Names of domains that are no words of a text when the blank behind a full stop is missing.
DOMAINS = [
    np.unique(np.frombuffer(b"".join(name.encode().ljust(4, b"\0") for name in names.split()), np.uint32))
    for names in ("ai ch co de dk eu fi fr io jp ly nl pl pt ru se uk", "app biz com dev edu gov mil org xyz")
]


def is_part_of_word(own: str, neighbour: str) -> bool:
    """Whether a character beside a spelling's outermost letter or digit makes it part of a longer word.

    Latin letters, digits and accents do beside Latin ones; letters of other scripts beside letters of theirs, unless
    the script has no blanks (熟悉Python和SQL).
    """
    if neighbour == "_" or neighbour.isdecimal() or unicodedata.combining(neighbour):
        return True
    if not neighbour.isalnum() or ord(neighbour) >= 0x2E80 or 0x0E00 <= ord(neighbour) < 0x1000:
        return False
    return (ord(own) < 0x250) == (ord(neighbour) < 0x250 or 0x1E00 <= ord(neighbour) < 0x1F00)


def is_glued(block: Bytes, place: Places) -> Flags:
    """Whether two words stand together without a blank (analysisProficient), the second from each of some places on.

    The first ends with three letters of one case, the second begins with a capital and three others.
    """
    one, two, three = block[place - 1], block[place - 2], block[place - 3]
    glued = IS_LOWER[one] & IS_LOWER[two] & IS_LOWER[three] | IS_UPPER[one] & IS_UPPER[two] & IS_UPPER[three]
    glued &= IS_UPPER[block[place]]
    for ahead in (1, 2, 3):
        glued &= IS_LOWER[block[place + ahead]]
    return glued


def segments_of(block: Bytes, words: Words) -> tuple[Places, Places, Places, Flags]:
    """The parts of words that stand together without a blank, two neighbours together, too.

    Returns the word of each part (its index), the byte behind the part, its first byte and whether it is its word's
    end.
    """
    start, length = words.start, words.length
    upper = np.flatnonzero(block - ord("A") < 26)
    upper = upper[IS_LETTER_OR_DIGIT[block[upper - 1]]]
    joint = upper[is_glued(block, upper)]
    word = np.searchsorted(start, joint, side="right") - 1
    glued = np.unique(word)
    edge = np.sort(np.concatenate([start[glued], joint, start[glued] + length[glued]]))
    parts = [(edge[:-ahead], edge[ahead:]) for ahead in (1, 2) if len(edge) > ahead]
    if not parts:
        return word, word, word, word.astype(bool)
    begin, behind = (np.concatenate(side) for side in zip(*parts, strict=True))
    word = np.searchsorted(start, begin, side="right") - 1
    word_end = start[word] + length[word]
    inside = (behind <= word_end) & (begin < word_end)
    begin, behind, word, word_end = begin[inside], behind[inside], word[inside], word_end[inside]
    return word, behind, begin, behind == word_end


def find_candidates(block: Bytes, words: Words, lexicon: Lexicon) -> tuple[Places, Places]:
    """Literal (index) and first byte of the places in a block whose words hash like a literal's."""
    start, hashed = words.start, words.hashed
    word = np.flatnonzero(lexicon.is_first.take(hashed))
    only, place = hashed[word], start[word]
    pair = pair_hash(only, hashed.take(word + 1, mode="clip"))
    slots = [only, HASHES + pair, 2 * HASHES + pair_hash(pair, hashed.take(word + 2, mode="clip"))]
    places = [place, place, place]

    glued, behind, segment, is_last = segments_of(block, words)
    if len(glued):
        # A part of a glued word: alone, as the first of two or three words and as the last.
        only = hashes_of(keys_of(block, segment, behind - segment))
        last, begin = np.flatnonzero(is_last), np.flatnonzero(segment == start[glued])
        pair = pair_hash(only[last], hashed.take(glued[last] + 1, mode="clip"))
        slots += [only, HASHES + pair, 2 * HASHES + pair_hash(pair, hashed.take(glued[last] + 2, mode="clip"))]
        places += [segment, segment[last], segment[last]]
        previous, first = np.maximum(glued[begin] - 1, 0), np.maximum(glued[begin] - 2, 0)
        slots.append(HASHES + pair_hash(hashed[previous], only[begin]))
        slots.append(2 * HASHES + pair_hash(pair_hash(hashed[first], hashed[previous]), only[begin]))
        places += [start[previous], start[first]]
    slot, place = np.concatenate(slots), np.concatenate(places)

    count = lexicon.count_of.take(slot)
    hit = np.flatnonzero(count > 0)
    slot, place, count = slot[hit], place[hit], count[hit]
    literal = np.repeat(lexicon.index_of[slot] - np.cumsum(count) + count, count) + np.arange(count.sum())
    place = np.repeat(place, count) - lexicon.lead[literal]
    if lexicon.wordless:
        text = block.tobytes()
        found = [(index, at) for index, raw in lexicon.wordless for at in places_of(raw, text)]
        extra = np.array(found, dtype=np.int64).reshape(-1, 2)
        literal, place = np.append(literal, extra[:, 0]), np.append(place, extra[:, 1])
    return literal, place


def places_of(part: bytes, text: bytes) -> Iterator[int]:
    """Where some bytes stand in others."""
    place = text.find(part)
    while place >= 0:
        yield place
        place = text.find(part, place + 1)


def find_literals(block: Bytes, words: Words, lexicon: Lexicon) -> tuple[Places, Places, Places]:
    """Literals that stand in a block as whole words: their index, first byte and byte after the last."""
    literal, start = find_candidates(block, words, lexicon)
    keep = np.ones(len(start), dtype=bool)
    rows = np.arange(len(start))
    for at, (wanted, compared) in enumerate(zip(lexicon.wanted, lexicon.compared, strict=True)):
        # Rows whose literal is as long and that agree so far.
        rows = rows[lexicon.length[literal[rows]] > 8 * at] if at else rows
        one = literal[rows]
        is_same = ((eight_bytes(block, start[rows] + 8 * at) ^ wanted[one]) & compared[one]) == 0
        keep[rows[~is_same]] = False
        rows = rows[is_same]
    literal, start = literal[keep], start[keep]
    keep, rows = np.ones(len(start), dtype=bool), np.arange(len(start))
    for joiner in lexicon.joiners.T:
        rows = rows[joiner[literal[rows]] >= 0]
        is_joined = IS_JOINER[block[start[rows] + joiner[literal[rows]]]]
        keep[rows[~is_joined]] = False
        rows = rows[is_joined]
    literal, start = literal[keep], start[keep]
    end = start + lexicon.length[literal]

    starts_word, ends_word = lexicon.starts_word[literal], lexicon.ends_word[literal]
    before, after = block[start - 1], block[end]
    beyond_first, beyond_last = IS_UNSURE[block[start]], IS_UNSURE[block[end - 1]]
    keep = np.ones(len(start), dtype=bool)
    inside_before = np.flatnonzero(starts_word & IS_WORD[before] & ~beyond_first)
    inside_behind = np.flatnonzero(ends_word & IS_WORD[after] & ~beyond_last)
    for inside, edge in ((inside_before, start), (inside_behind, end)):
        keep[inside] &= (end - start >= SHORTEST_GLUED)[inside] & is_glued(block, edge[inside])
    # A single letter is a word of its own only without what joins letters: R&D, R.N., R-3072, B&R, R$.
    single = np.flatnonzero(keep & IS_LETTER_OR_DIGIT[block[start]] & ~IS_WORD[block[start + 1]])
    first = start[single]
    keep[single] &= ~(IS_TIGHT[block[first - 1]] & IS_LETTER_OR_DIGIT[block[first - 2]])
    single = np.flatnonzero(keep & IS_LETTER_OR_DIGIT[block[end - 1]] & ~IS_WORD[block[end - 2]])
    last = end[single]
    is_tight = IS_TIGHT_BEHIND[block[last]] & IS_LETTER_OR_DIGIT[block[last + 1]]
    is_tight |= IS_JOINER[block[last]] & (block[last] != ord(" ")) & IS_DIGIT[block[last + 1]] | (
        block[last] == ord("$")
    )
    keep[single] &= ~is_tight

    # A neighbour beyond ASCII may be a letter ("für") or not (a bullet), and one of another script: ask Python.
    unsure_before = starts_word & (IS_UNSURE[before] | IS_WORD[before] & beyond_first)
    unsure_after = ends_word & (IS_UNSURE[after] | IS_WORD[after] & beyond_last)
    for index in np.flatnonzero(keep & (unsure_before | unsure_after)).tolist():
        first, last = int(start[index]), int(end[index])
        own = block[first:last].tobytes().decode(errors="replace")
        if unsure_before[index]:
            neighbour = block[max(first - 4, 0) : first].tobytes().decode(errors="ignore")[-1:]
            keep[index] &= not is_part_of_word(own[0], neighbour)
        if unsure_after[index]:
            neighbour = block[last : last + 4].tobytes().decode(errors="ignore")[:1]
            keep[index] &= not is_part_of_word(own[-1], neighbour)
    return literal[keep], start[keep], end[keep]


def classes_of(words: Words, lexicon: Lexicon) -> NDArray[np.uint64]:
    """The classes of each word of a block, a bit each."""
    bits = np.zeros(len(words.start), dtype=np.uint64)
    word = np.flatnonzero(lexicon.class_count.take(words.hashed))
    for more in range(int(lexicon.class_count.max(initial=0))):
        word = word[lexicon.class_count[words.hashed[word]] > more]
        place = lexicon.class_index[words.hashed[word]] + more
        bits[word] |= lexicon.class_bits[place] * (lexicon.class_keys[place] == words.key[word])
    return bits


def join_gaps(
    block: Bytes, words: Words, classes: NDArray[np.uint64], found: tuple[Places, Places, Places], lexicon: Lexicon
) -> tuple[Places, Places, Places]:
    """Ideas with a gap that stand in a block: their index, first byte and byte after the last.

    ``classes``: those of each word, a bit each; ``found``: what ``find_literals`` found.
    """
    literal, start, end = found
    word, length = words.start, words.length
    part, idea = lexicon.part_of[literal], lexicon.idea_of[literal]
    head, tail = np.flatnonzero(part == HEAD), np.flatnonzero(part == TAIL)
    # Of tails that begin at one word the longest; one that begins within a word ends no gap.
    tail_word = np.minimum(np.searchsorted(word, start[tail]), len(word) - 1)
    is_at_word = word[tail_word] == start[tail] + lexicon.lead[literal[tail]]
    tail, tail_word = tail[is_at_word], tail_word[is_at_word]
    tail_key = idea[tail] * len(word) + tail_word
    order = np.lexsort((-end[tail], tail_key))
    tail, tail_key = tail[order], tail_key[order]
    found_head, found_tail = [head[:0]], [tail[:0]]
    here, before = np.searchsorted(word, end[head]), end[head]
    gap = 0
    while len(head) and len(tail_key):
        here = np.minimum(here, len(word) - 1)
        # Nothing but blanks and commas may be between one word and the next.
        is_near = (word[here] - before < LONGEST_BETWEEN) & (gap <= lexicon.gap_most[idea[head]])
        for ahead in range(LONGEST_BETWEEN - 1):
            is_near &= ~(IS_STOP[block[before + ahead]] & (before + ahead < word[here]))
        head, here = head[is_near], here[is_near]
        key = idea[head] * len(word) + here
        place = np.minimum(np.searchsorted(tail_key, key), len(tail_key) - 1)
        is_end = (tail_key[place] == key) & (gap >= lexicon.gap_least[idea[head]])
        found_head.append(head[is_end])
        found_tail.append(tail[place[is_end]])
        is_in_class = classes[here] >> lexicon.gap_class[idea[head]].view(np.uint64) & np.uint64(1)
        goes_on = ~is_end & (is_in_class > 0)
        head, here = head[goes_on], here[goes_on]
        before, here = word[here] + length[here], here + 1
        gap += 1
    head, tail = np.concatenate(found_head), np.concatenate(found_tail)
    return idea[head], start[head], end[tail]


def find_addresses(block: Bytes) -> tuple[Places, Places]:
    """First byte and byte after the last of web and mail addresses."""
    at = np.flatnonzero(block == ord("@"))
    colon = np.flatnonzero(block == ord(":"))
    dot = np.flatnonzero(block == ord("."))
    dot = dot[IS_LETTER_OR_DIGIT[block[dot - 1]] & IS_LOWER[block[dot + 1]]]
    behind = (eight_bytes(block, dot + 1) & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    is_domain = np.zeros(len(dot), dtype=bool)
    for letters, names in enumerate(DOMAINS, start=2):
        is_domain |= np.isin(behind & np.uint32(2 ** (8 * letters) - 1), names) & ~IS_WORD[block[dot + 1 + letters]]
    marks = [
        at[IS_LETTER_OR_DIGIT[block[at + 1]]],
        colon[(block[colon + 1] == ord("/")) & (block[colon + 2] == ord("/"))],
        dot[is_domain],
    ]
    spans = []
    for mark in np.concatenate(marks).tolist():
        before = IN_ADDRESS.match(block[max(mark - ADDRESS_REACH, 0) : mark].tobytes()[::-1])
        behind_mark = IN_ADDRESS.match(block[mark : mark + ADDRESS_REACH].tobytes())
        if before and behind_mark:
            spans.append((mark - len(before[0]), mark + len(behind_mark[0])))
    found = np.array(spans, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def is_inside(start: Places, end: Places, span_start: Places, span_end: Places) -> Flags:
    """Whether each of some matches lies in one of some spans and is not all of it."""
    order = np.argsort(span_start, kind="stable")
    span_start, reach = span_start[order], np.append(0, np.maximum.accumulate(span_end[order]))
    since_before = reach[np.searchsorted(span_start, start, side="left")]
    since_here = reach[np.searchsorted(span_start, start, side="right")]
    return (since_before >= end) | (since_here > end)


def open_up(block: Bytes, idea: Places, start: Places, end: Places, lexicon: Lexicon) -> None:
    """Stretch open look-alikes to the ends of their sentence, in place."""
    for index in np.flatnonzero(lexicon.opens_behind[idea]).tolist():
        match = UNTIL_STOP.match(block[end[index] : end[index] + OPEN_REACH].tobytes())
        end[index] += len(match[0]) if match else 0
    for index in np.flatnonzero(lexicon.opens_before[idea]).tolist():
        match = UNTIL_STOP.match(block[max(start[index] - OPEN_REACH, 0) : start[index]].tobytes()[::-1])
        start[index] -= len(match[0]) if match else 0


def has_company(
    matches: tuple[Places, Places, Places],
    company: Callable[[int], Places],
    row_start: Places,
    row_end: Places,
    lexicon: Lexicon,
) -> Flags:
    """Whether each of some matches (idea, start, end) has the company near it that its idea needs, or needs none.

    ``company``: where words of a class stand, sorted; ``row_start``, ``row_end``: where the texts of the block lie.
    """
    idea, start, end = matches
    needs = lexicon.needs[idea]
    has = needs < 0
    for number in np.unique(needs[~has]).tolist():
        place = np.append(company(number), np.iinfo(np.int64).max)
        one = np.flatnonzero(needs == number)
        within, row = lexicon.within[idea[one]], np.searchsorted(row_start, start[one], side="right") - 1
        nearest = place[np.searchsorted(place, np.maximum(start[one] - within, row_start[row]))]
        has[one] = nearest < np.minimum(end[one] + within, row_end[row])
    return has


def find_matches(
    block: Bytes, row_start: Places, row_end: Places, lexicon: Lexicon
) -> tuple[Places, Places, Places, Places]:
    """What the texts of a block name.

    ``row_start``, ``row_end``: where the texts lie. Returns four int64 arrays of equal length: index into the
    lexicon's names, text, first byte, byte after the last.
    """
    words = words_of(block)
    classes = classes_of(words, lexicon)
    literal, start, end = find_literals(block, words, lexicon)
    joined = join_gaps(block, words, classes, (literal, start, end), lexicon)
    is_whole = lexicon.part_of[literal] == WHOLE
    idea = np.concatenate([lexicon.idea_of[literal[is_whole]], joined[0]])
    start, end = np.concatenate([start[is_whole], joined[1]]), np.concatenate([end[is_whole], joined[2]])

    is_decoy = lexicon.name_of[idea] == LOOK_ALIKE
    # One with a gap silences what is as long as itself, too: it begins a byte earlier.
    decoy_start, decoy_end = (start - (lexicon.gap_most[idea] > 0))[is_decoy], end[is_decoy]
    open_up(block, idea[is_decoy], decoy_start, decoy_end, lexicon)
    idea, start, end = idea[~is_decoy], start[~is_decoy], end[~is_decoy]
    # A look-alike (Power BI) is company as good as any; what is in an address is none.
    address_start, address_end = find_addresses(block)
    outside = ~is_inside(start, end, decoy_start, decoy_end) | (lexicon.name_of[idea] == COMPANY)
    outside &= ~is_inside(start, end, address_start, address_end)
    idea, start, end = idea[outside], start[outside], end[outside]
    first, last = np.searchsorted(words.start, address_start), np.searchsorted(words.start, address_end)
    for one, other in zip(first.tolist(), last.tolist(), strict=True):
        classes[one:other] = 0

    of_class = np.flatnonzero(classes)

    def company(number: int) -> Places:
        single = words.start[of_class[classes[of_class] & np.uint64(1 << number) > 0]]
        return np.sort(np.append(single, start[lexicon.company_of[idea] == number]))

    keep = has_company((idea, start, end), company, row_start, row_end, lexicon)
    keep &= lexicon.name_of[idea] != COMPANY
    idea, start, end = idea[keep], start[keep], end[keep]
    return lexicon.name_of[idea], np.searchsorted(row_start, start, side="right") - 1, start, end
