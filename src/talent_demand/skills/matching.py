"""Where spellings stand in a block of texts.

numpy searches a batch of texts as one block of bytes, in few passes:

1. ``cleaning.lay_out`` cleans the texts and writes them one behind the other.
2. ``words.words_of`` finds where words (runs of ASCII letters and digits) begin and end, and gives each a 16 bit hash
   of its first eight letters in lower case.
3. ``find_candidates`` looks up each word's hash, alone and together with the next word's, in a table of the hashes with
   which spellings begin. One word in six passes the first look, one in fifty the second.
4. ``find_matches`` compares the spellings behind a hash with the text byte by byte and keeps those that stand as whole
   words and lie in no look-alike. Every match counts, overlapping ones too.
"""

import re

import numpy as np

from talent_demand.skills.lexicon import Lexicon
from talent_demand.skills.words import HASHES, SEPARATOR, Bytes, Places, eight_bytes, is_byte, pair_hash, words_of

IS_JOINER = is_byte(lambda character: character in " -/_")
IS_WORD = is_byte(lambda character: character == "_" or character.isalnum())
# Part of a character beyond ASCII, which may be a letter or not.
IS_UNSURE = np.array([128 <= byte < SEPARATOR for byte in range(256)])


def find_candidates(block: Bytes, lexicon: Lexicon) -> tuple[Places, Places]:
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


def find_matches(block: Bytes, lexicon: Lexicon) -> tuple[Places, Places, Places]:
    """Whole-word matches outside look-alikes in one block of bytes.

    Returns three int64 arrays of equal length: index into the lexicon's names, first byte, byte after the last.
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

    name, start, end = lexicon.name_of[spelling[keep]], start[keep], end[keep]
    decoy = name < 0
    if decoy.any():
        order = np.argsort(start[decoy], kind="stable")
        decoy_start, decoy_reach = start[decoy][order], np.maximum.accumulate(end[decoy][order])
        last = np.searchsorted(decoy_start, start, side="right") - 1
        outside = (last < 0) | (decoy_reach[np.maximum(last, 0)] < end)
        name, start, end = name[outside], start[outside], end[outside]
    return name, start, end
