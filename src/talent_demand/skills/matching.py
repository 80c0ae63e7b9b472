"""Where the ideas of a lexicon stand in a block of texts.

numpy searches a batch of texts as one block of bytes, in few passes:

1. ``cleaning.lay_out`` cleans the texts and writes them one behind the other.
2. ``words.words_of`` finds where words (runs of ASCII letters and digits) begin and end, and gives each a 16 bit hash
   of its first eight letters in lower case.
3. ``find_candidates`` looks up the hash of each word, and of the words from it on as long as some form begins so.
4. ``standing`` compares the forms behind a hash with the text byte by byte and keeps those that stand as whole words;
   ``join_gaps`` does so with heads and tails where nothing but words of a class is between such words.
5. ``find_matches`` drops what lies in a look-alike or an address, cues that share words with a look-alike of theirs,
   and what misses the company that it needs, for which one looks only where something needs it. Every match counts,
   overlapping ones too.
"""

import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

from talent_demand.skills.lexicon import (
    FOLLOWS,
    FORMS,
    HEADED,
    LONGER,
    LOOK_ALIKE,
    NEEDED,
    Forms,
    Lexicon,
    Meanings,
    Wordless,
    idea_bit,
    slot_of,
)
from talent_demand.skills.words import (
    FIRST_BYTES,
    MOST_HASHED,
    SEPARATOR,
    Bytes,
    Flags,
    Places,
    Words,
    eight_bytes,
    few_places,
    hashes_of,
    is_byte,
    keys_of,
    sequence_hash,
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

# What ends an address, which reaches so many bytes at most to either side of its mark, most often not so far.
ENDS_ADDRESS = is_byte(lambda character: character in " ()<>[]{}\"',;|") | (np.arange(256) == SEPARATOR)
ADDRESS_REACH, ADDRESS_STEP = 300, 60
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
    is_capital = block - ord("A") < 26
    is_joint = is_capital[1:-1] > is_capital[2:]
    is_joint &= words.is_inside[:-2]
    is_joint &= words.is_inside[2:]
    joint = few_places(is_joint) + 1
    joint = joint[np.flatnonzero(is_glued(block, joint))]
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


def spread(rows: Places, begin: Places) -> tuple[Places, Places]:
    """Members of some rows, those of a row lying from its begin to the next one's: which row, and member."""
    return spans(begin[rows], begin[rows + 1])


def find_candidates(
    block: Bytes, words: Words, look: Bytes, parts: tuple[Places, Places, Places, Flags], lexicon: Lexicon
) -> tuple[Places, Places]:
    """Where words hash like a form's: the form's index and its first byte.

    ``look``: what lies behind each word's hash; ``parts``: what ``segments_of`` says.
    """
    start, hashed = words.start, words.hashed
    word = np.flatnonzero(look & FORMS != 0)
    slots, places = [hashed[word]], [start[word]]
    longer = np.flatnonzero((look[:-1] & LONGER) << 4 & look[1:] != 0)
    sequence = hashed[longer]
    for ahead in range(1, MOST_HASHED):
        sequence = sequence_hash(sequence, hashed.take(longer + ahead, mode="clip"))
        more = lexicon.look[slot_of(ahead) :].take(sequence)
        word = np.flatnonzero(more & FORMS != 0)
        slots.append(slot_of(ahead) + sequence[word])
        places.append(start[longer[word]])
        word = np.flatnonzero(more & LONGER != 0)
        longer, sequence = longer[word], sequence[word]

    glued, behind, segment, is_last = parts
    if len(glued):
        # A part of a glued word: alone, as the first of some words and as the last.
        only = hashes_of(keys_of(block, segment, behind - segment))
        slots, places = [*slots, only], [*places, segment]
        last, begin = np.flatnonzero(is_last), np.flatnonzero(segment == start[glued])
        sequence = only[last]
        for ahead in range(1, MOST_HASHED):
            sequence = sequence_hash(sequence, hashed.take(glued[last] + ahead, mode="clip"))
            first = np.maximum(glued[begin] - ahead, 0)
            before = hashed[first]
            for after in range(1, ahead):
                before = sequence_hash(before, hashed.take(first + after, mode="clip"))
            slots += [slot_of(ahead) + sequence, slot_of(ahead) + sequence_hash(before, only[begin])]
            places += [segment[last], start[first]]

    which, form = spread(np.concatenate(slots), lexicon.forms.slot_begin)
    wordless, at = find_wordless(block, lexicon.wordless)
    form, place = np.append(form, wordless), np.append(np.concatenate(places)[which], at)
    return form, np.maximum(place - lexicon.forms.lead[form], 0)


def find_wordless(block: Bytes, forms: Wordless) -> tuple[Places, Places]:
    """Where forms that no hash finds may stand: the form's index and the byte by which it is found."""
    place = few_places(block >= int(forms.leads.argmax()))
    place = place[np.flatnonzero(forms.leads[block[place]])]
    begin = eight_bytes(block, place) & FIRST_BYTES[forms.shared]
    which, member = spans(np.searchsorted(forms.begin, begin), np.searchsorted(forms.begin, begin, "right"))
    return forms.form[member], place[which]


def spans(low: Places, high: Places) -> tuple[Places, Places]:
    """Members of some rows, those of a row lying from its low to its high: which row, and member."""
    count = high - low
    which = np.repeat(np.arange(len(low)), count)
    return which, np.arange(len(which)) + np.repeat(low - np.cumsum(count) + count, count)


def standing(block: Bytes, form: Places, start: Places, forms: Forms) -> Places:
    """Which of some forms stand as whole words from some places in a block on."""
    differs, rows = np.zeros(len(form), dtype=bool), np.arange(len(form))
    for at, (wanted, compared) in enumerate(zip(forms.wanted, forms.compared, strict=True)):
        # Rows whose form is as long and that agree so far.
        rows = rows[np.flatnonzero(forms.length[form[rows]] > 8 * at)] if at else rows
        if not len(rows):
            break
        one = form[rows]
        other = ((eight_bytes(block, start[rows] + 8 * at) ^ wanted[one]) & compared[one]) != 0
        differs[rows] = other
        rows = rows[np.flatnonzero(~other)]
    rows = same = np.flatnonzero(~differs)
    for joiner in forms.joiners:
        place = joiner[form[rows]]
        with_joiner = np.flatnonzero(place >= 0)
        rows = rows[with_joiner]
        if not len(rows):
            break
        is_joined = IS_JOINER[block[start[rows] + place[with_joiner]]]
        differs[rows] = ~is_joined
        rows = rows[np.flatnonzero(is_joined)]
    rows = same[np.flatnonzero(~differs[same])]
    form, start = form[rows], start[rows]
    end = start + forms.length[form]
    starts_word, ends_word = forms.starts_word[form], forms.ends_word[form]
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
        here, behind = int(start[index]), int(end[index])
        own = block[here:behind].tobytes().decode(errors="replace")
        if unsure_before[index]:
            neighbour = block[max(here - 4, 0) : here].tobytes().decode(errors="ignore")[-1:]
            keep[index] &= not is_part_of_word(own[0], neighbour)
        if unsure_after[index]:
            neighbour = block[behind : behind + 4].tobytes().decode(errors="ignore")[:1]
            keep[index] &= not is_part_of_word(own[-1], neighbour)
    return rows[np.flatnonzero(keep)]


def classes_of(key: NDArray[np.uint64], lexicon: Lexicon) -> NDArray[np.uint64]:
    """The classes of words by their keys, a bit each."""
    bits = np.zeros(len(key), dtype=np.uint64)
    which, member = spread(hashes_of(key), lexicon.class_begin)
    same = np.flatnonzero(lexicon.class_keys[member] == key[which])
    bits[which[same]] = lexicon.class_bits[member[same]]
    return bits


def find_gaps(
    words: Words, look: Bytes, ends: Places, begins: Places, lexicon: Lexicon
) -> tuple[Places, Places, NDArray[np.uint64]]:
    """Where a head may end and a tail begin with nothing but words of the gap between.

    ``ends`` and ``begins``: hashes of words as heads may end and tails begin with them. Returns the last word of each
    head, the first of its tail and the ideas by their bits.
    """
    head = np.flatnonzero((look[:-1] & HEADED) << 1 & look[1:] != 0)
    bits = lexicon.head_bits[ends[head]]
    found = []
    for gap in range(int(lexicon.gap_most.max(initial=0)) + 1):
        here = head + (gap + 1)
        ended = bits & lexicon.tail_bits[begins[here]]
        reached = np.flatnonzero(ended != 0)
        found.append((head[reached], here[reached], ended[reached]))
        bits = bits & lexicon.gap_bits[words.hashed[here]]
        alive = np.flatnonzero((bits > 0) & (here + 1 < len(words.start)))
        head, bits = head[alive], bits[alive]
    heads, tails, ideas = zip(*found, strict=True)
    return np.concatenate(heads), np.concatenate(tails), np.concatenate(ideas)


def join_gaps(
    block: Bytes, words: Words, look: Bytes, parts: tuple[Places, Places, Places, Flags], lexicon: Lexicon
) -> tuple[Places, Places, Places]:
    """Ideas with a gap that stand in a block: their index, first byte and byte after the last.

    ``look``: what lies behind each word's hash, from here on also behind those of its parts; ``parts``: what
    ``segments_of`` says.
    """
    word, length = words.start, words.length
    # A head may end with the last part of a glued word, a tail begin with the first.
    glued, behind, segment, is_last = parts
    only = hashes_of(keys_of(block, segment, behind - segment))
    ends = begins = words.hashed
    end_at = word
    is_begin = segment == word[glued]
    some = np.flatnonzero(is_last & (lexicon.head_bits[only] > 0) & (lexicon.head_bits[words.hashed[glued]] == 0))
    if len(some):
        ends, end_at = ends.copy(), end_at.copy()
        ends[glued[some]], end_at[glued[some]] = only[some], segment[some]
        look[glued[some]] |= HEADED
    some = np.flatnonzero(is_begin & (lexicon.tail_bits[only] > 0) & (lexicon.tail_bits[words.hashed[glued]] == 0))
    if len(some):
        begins = begins.copy()
        begins[glued[some]] = only[some]
        look[glued[some]] |= FOLLOWS
    head_word, tail_word, bits = find_gaps(words, look, ends, begins, lexicon)

    def part_at(
        number: Places, bits: NDArray[np.uint64], hashed: Places, place: Places, forms: Forms, meanings: Meanings
    ) -> tuple[Places, Places, Places]:
        number, row = np.unique(number, return_inverse=True)
        asked = np.zeros(len(number), dtype=np.uint64)
        np.bitwise_or.at(asked, row, bits)
        which, form = spread(hashed[number], forms.slot_begin)
        some = np.flatnonzero(meanings.bits[form] & asked[which] != 0)
        which, form = which[some], form[some]
        number, start = number[which], place[number[which]] - forms.lead[form]
        kept = standing(block, form, start, forms)
        return number[kept], form[kept], start[kept]

    number, form, start = part_at(head_word, bits, ends, end_at, lexicon.heads, lexicon.head_of)
    end = start + lexicon.heads.length[form]
    asked, row = np.unique(head_word, return_inverse=True)
    which, row = spread(row, np.searchsorted(number, np.append(asked, len(word))))
    head_word, tail_word, bits = head_word[which], tail_word[which], bits[which]
    which, member = spread(form[row], lexicon.head_of.begin)
    idea = lexicon.head_of.meaning[member]
    head_word, tail_word, bits, row = head_word[which], tail_word[which], bits[which], row[which]
    gap = tail_word - head_word - 1
    fits = np.flatnonzero(
        ((bits & idea_bit(idea)) > 0) & (gap >= lexicon.gap_least[idea]) & (gap <= lexicon.gap_most[idea])
    )
    idea, head_word, tail_word, gap, row = idea[fits], head_word[fits], tail_word[fits], gap[fits], row[fits]

    number, form, tail_start = part_at(tail_word, idea_bit(idea), begins, word, lexicon.tails, lexicon.tail_of)
    which, member = spread(form, lexicon.tail_of.begin)
    tail_key = lexicon.tail_of.meaning[member] * len(word) + number[which]
    tail_end = (tail_start + lexicon.tails.length[form])[which]
    # Of tails that begin at one word the longest; of those that follow a head the nearest.
    order = np.lexsort((-tail_end, tail_key))
    tail_key, tail_end = np.append(tail_key[order], -1), np.append(tail_end[order], 0)
    key = idea * len(word) + tail_word
    tail = np.searchsorted(tail_key[:-1], key)
    fits = np.flatnonzero(tail_key[tail] == key)
    idea, head_word, tail_word, gap, row, tail = (
        column[fits] for column in (idea, head_word, tail_word, gap, row, tail)
    )
    # The words of the gaps, each with the tail's first one, and where what is before them ends.
    which, here = spans(head_word + 1, tail_word + 1)
    before = word[here - 1] + length[here - 1]
    is_first, is_tail = here == head_word[which] + 1, here == tail_word[which]
    before[is_first] = end[row]
    # Nothing but blanks and commas may be between one word and the next.
    between = before[:, None] + np.arange(LONGEST_BETWEEN)
    is_far = (IS_STOP[block[between]] & (between < word[here, None])).any(axis=1)
    is_far |= word[here] - before >= LONGEST_BETWEEN
    class_bit = lexicon.gap_class[idea[which]].view(np.uint64)
    is_in_class = (classes_of(words.key[here], lexicon) >> class_bit & np.uint64(1)) > 0
    is_broken = is_far | ~(is_in_class | is_tail)
    kept = np.flatnonzero(np.bincount(which[is_broken], minlength=len(fits)) == 0)
    kept = kept[np.lexsort((gap[kept], idea[kept], row[kept]))]
    same = (np.diff(row[kept], prepend=-1) == 0) & (np.diff(idea[kept], prepend=-1) == 0)
    kept = kept[np.flatnonzero(~same)]
    return idea[kept], start[row[kept]], tail_end[tail[kept]]


def end_of_address(block: Bytes, place: Places, direction: int) -> Places:
    """How many bytes belong to an address from each of some places on, to its end (direction 1) or beginning (-1)."""
    length = np.full(len(place), ADDRESS_REACH)
    rows = np.arange(len(place))
    for reach in range(0, ADDRESS_REACH, ADDRESS_STEP):
        ahead = place[rows, None] + direction * np.arange(reach, reach + ADDRESS_STEP)
        is_end = ENDS_ADDRESS[block.take(ahead, mode="clip")]
        has_end = is_end.any(axis=1)
        ended = np.flatnonzero(has_end)
        length[rows[ended]] = reach + is_end[ended].argmax(axis=1)
        rows = rows[np.flatnonzero(~has_end)]
        if not len(rows):
            break
    return length


def find_addresses(block: Bytes, words: Words) -> tuple[Places, Places]:
    """First byte and byte after the last of web and mail addresses."""
    before = block.take(words.start - 1)
    at, dot = (words.start[np.flatnonzero(before == ord(character))] - 1 for character in "@.")
    colon = few_places(block == ord(":"))
    colon = colon[np.flatnonzero((block[colon + 1] == ord("/")) & (block[colon + 2] == ord("/")))]
    dot = dot[np.flatnonzero(IS_LOWER[block[dot + 1]] & IS_LETTER_OR_DIGIT[block[dot - 1]])]
    behind = (eight_bytes(block, dot + 1) & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    is_domain = np.zeros(len(dot), dtype=bool)
    for letters, names in enumerate(DOMAINS, start=2):
        name = behind & np.uint32(2 ** (8 * letters) - 1)
        is_name = names[np.searchsorted(names[:-1], name)] == name
        is_domain |= is_name & ~IS_WORD[block[dot + 1 + letters]]
    mark = np.concatenate([at, colon, dot[is_domain]])
    return mark - 1 - end_of_address(block, mark - 1, -1), mark + end_of_address(block, mark, 1)


def is_inside(start: Places, end: Places, span_start: Places, span_end: Places) -> Flags:
    """Whether each of some matches lies in one of some spans and is not all of it."""
    order = np.argsort(span_start, kind="stable")
    span_start, reach = span_start[order], np.append(0, np.maximum.accumulate(span_end[order]))
    since_before = reach[np.searchsorted(span_start, start, side="left")]
    since_here = reach[np.searchsorted(span_start, start, side="right")]
    return (since_before >= end) | (since_here > end)


def is_silenced(name: Places, start: Places, end: Places, lexicon: Lexicon) -> Flags:
    """Whether each of some matches is a cue that shares a word with a look-alike of it, of which it holds not all."""
    look_alikes = lexicon.look_alike[name]
    silenced = np.zeros(len(name), dtype=bool)
    for look_alike in np.unique(look_alikes[look_alikes >= 0]).tolist():
        cue, by = look_alikes == look_alike, name == look_alike
        order = np.argsort(start[by], kind="stable")
        by_start, reach = start[by][order], np.append(0, np.maximum.accumulate(end[by][order]))
        begun_before = reach[np.searchsorted(by_start, start[cue])] > start[cue]
        silenced[cue] = begun_before | (reach[np.searchsorted(by_start, end[cue])] > end[cue])
    return silenced


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
    words: Words,
    look: Bytes,
    found: tuple[Places, Places, Places],
    addresses: tuple[Places, Places],
    rows: tuple[Places, Places],
    lexicon: Lexicon,
) -> Flags:
    """Whether each of some matches (idea, start, end) has the company near it that its idea needs, or needs none.

    ``look``: what lies behind each word's hash; ``found``: forms that stand in the block (index, start, end);
    ``addresses``: in which is no company; ``rows``: where the texts of the block start and end.
    """
    needs = lexicon.needs[matches[0]]
    has = needs < 0
    one = np.flatnonzero(~has)
    if not len(one):
        return has
    idea, start, end = (column[one] for column in matches)
    needs, within = needs[one], lexicon.within[idea]
    row = np.searchsorted(rows[0], start, side="right") - 1
    near = np.maximum(start - within, rows[0][row]), np.minimum(end + within, rows[1][row])

    word = np.flatnonzero(look & NEEDED != 0)
    place = words.start[word]
    first, last = (np.searchsorted(place, edge) for edge in near)
    is_near = is_covered(len(word), first, last)
    is_near &= ~is_covered(len(word), *(np.searchsorted(place, edge) for edge in addresses))
    asked = np.flatnonzero(is_near)
    bits = np.zeros(len(word) + 1, dtype=np.uint64)
    bits[asked] = classes_of(words.key[word[asked]], lexicon)
    company = bits_between(bits, first, last)

    # A look-alike (Power BI) is company as good as any.
    which, member = spread(found[0], lexicon.company.begin)
    outside = np.flatnonzero(~is_inside(found[1][which], found[2][which], *addresses))
    place, number = found[1][which[outside]], lexicon.company.meaning[member[outside]]
    order = np.argsort(place)
    bits = np.append(np.uint64(1) << number[order].view(np.uint64), np.uint64(0))
    company |= bits_between(bits, *(np.searchsorted(place[order], edge) for edge in near))
    has[one] = (company >> needs.view(np.uint64) & np.uint64(1)) > 0
    return has


def is_covered(count: int, first: Places, last: Places) -> Flags:
    """Which of so many places lie in one of some ranges, from each first one to before each last one."""
    begun = np.bincount(first, minlength=count + 1) - np.bincount(last, minlength=count + 1)
    return np.cumsum(begun[:count]) > 0


def bits_between(bits: NDArray[np.uint64], first: Places, last: Places) -> NDArray[np.uint64]:
    """All bits of some numbers, which end with a 0, from each first one to before each last one."""
    edges = np.stack([first, last], axis=1).ravel()
    return np.where(first < last, np.bitwise_or.reduceat(bits, edges)[::2], np.uint64(0))


def find_matches(
    block: Bytes, row_start: Places, row_end: Places, lexicon: Lexicon
) -> tuple[Places, Places, Places, Places]:
    """What the texts of a block name.

    ``row_start``, ``row_end``: where the texts lie. Returns four int64 arrays of equal length: index into the
    lexicon's names, text, first byte, byte after the last.
    """
    words = words_of(block)
    look = lexicon.look.take(words.hashed)
    parts = segments_of(block, words)
    form, start = find_candidates(block, words, look, parts, lexicon)
    kept = standing(block, form, start, lexicon.forms)
    form, start = form[kept], start[kept]
    found = form, start, start + lexicon.forms.length[form]
    joined = join_gaps(block, words, look, parts, lexicon)
    which, member = spread(form, lexicon.whole.begin)
    idea = np.concatenate([lexicon.whole.meaning[member], joined[0]])
    start, end = np.concatenate([found[1][which], joined[1]]), np.concatenate([found[2][which], joined[2]])

    is_decoy = lexicon.name_of[idea] == LOOK_ALIKE
    silences = lexicon.silences[idea]
    # A look-alike with a gap silences what is as long as itself, too: it begins a byte earlier.
    decoy_start, decoy_end = (start - (is_decoy & (lexicon.gap_most[idea] > 0)))[silences], end[silences]
    open_up(block, idea[silences], decoy_start, decoy_end, lexicon)
    idea, start, end = idea[~is_decoy], start[~is_decoy], end[~is_decoy]
    addresses = find_addresses(block, words)
    outside = ~is_inside(start, end, decoy_start, decoy_end) & ~is_inside(start, end, *addresses)
    idea, start, end = idea[outside], start[outside], end[outside]
    keep = has_company((idea, start, end), words, look, found, addresses, (row_start, row_end), lexicon)
    name, start, end = lexicon.name_of[idea[keep]], start[keep], end[keep]
    loud = ~is_silenced(name, start, end, lexicon)
    name, start, end = name[loud], start[loud], end[loud]
    return name, np.searchsorted(row_start, start, side="right") - 1, start, end
