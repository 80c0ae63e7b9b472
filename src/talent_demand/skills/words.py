"""A block of bytes as words: where they begin, and a hash of each by which spellings are looked up."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Stands between texts and is a byte of none: ends a word and joins none.
SEPARATOR = 0xFF
# Separators behind the last text: whatever is read from a place in it on ends before the block does.
PADDING = 24

# A word of up to eight bytes is one number: bit 0x20 makes ASCII letters lower case and leaves digits as they are.
LOWER_CASE = np.uint64(0x2020202020202020)
FIRST_BYTES = np.array([2 ** (8 * length) - 1 for length in range(9)], dtype=np.uint64)
HASH_FACTOR = np.uint64(0x9E3779B97F4A7C15)
SEQUENCE_FACTOR = 40503
HASHES = 2**16
# Words that follow each other are told by so many hashes, up to so many words.
SEQUENCES = 2**18
MOST_HASHED = 5


def is_byte(test: Callable[[str], bool]) -> Flags:
    """Table of which bytes (those beyond ASCII count as no character) pass a test of their character."""
    return np.array([byte < 128 and bool(test(chr(byte))) for byte in range(256)])


def arrow(values: NDArray[Any], arrow_type: pa.DataType) -> pa.Array:
    """Arrow array over the memory of a numpy array; bool becomes bits. (pa.array would import pandas.)"""
    memory = np.packbits(values, bitorder="little") if values.dtype == bool else values
    return pa.Array.from_buffers(arrow_type, len(values), [None, pa.py_buffer(memory)])


def arrow_strings(values: Sequence[bytes | None], arrow_type: pa.DataType) -> pa.Array:
    """Arrow array, of a type of strings or bytes, of bytes; null where there are none."""
    is_valid = np.array([value is not None for value in values], dtype=bool)
    written = [value or b"" for value in values]
    ends = np.cumsum([0, *map(len, written)], dtype=np.int64)
    valid = None if is_valid.all() else pa.py_buffer(np.packbits(is_valid, bitorder="little"))
    buffers = [valid, pa.py_buffer(ends), pa.py_buffer(b"".join(written))]
    return pa.Array.from_buffers(pa.large_binary(), len(written), buffers).cast(arrow_type)


def whole_numbers(values: Iterable[int]) -> Places:
    """An int64 array."""
    return np.fromiter(values, dtype=np.int64)


def sequence_hash(words: Places, following: Places) -> Places:
    """Hash, below SEQUENCES, of words and the one that follows them, given by theirs."""
    hashed = words * SEQUENCE_FACTOR
    hashed += following
    hashed &= SEQUENCES - 1
    return hashed


def few_places(flags: Flags) -> Places:
    """Where flags are set, as np.flatnonzero says: several times faster where few are."""
    eights = len(flags) & ~7
    eight = np.flatnonzero(flags[:eights].view(np.uint64) != 0)
    if len(eight) > eights // 64:
        return np.flatnonzero(flags)
    place = (eight[:, None] * 8 + np.arange(8)).ravel()
    return np.concatenate([place[flags[place]], eights + np.flatnonzero(flags[eights:])])


def eight_bytes(block: Bytes, start: Places) -> NDArray[np.uint64]:
    """The eight bytes of a block from each of some places on, as one number: of places in texts, by the padding."""
    return np.ndarray(len(block) - 7, np.uint64, block, strides=1)[start]


def keys_of(block: Bytes, start: Places, length: Places) -> NDArray[np.uint64]:
    """One number a word: its first eight letters in lower case and its length."""
    key = eight_bytes(block, start)
    key |= LOWER_CASE
    key &= FIRST_BYTES.take(length, mode="clip")
    key += length.view(np.uint64)
    return key


def hashes_of(key: NDArray[np.uint64]) -> Places:
    """Hash, below HASHES, of words by their keys."""
    hashed = key * HASH_FACTOR
    hashed >>= np.uint64(48)
    return hashed.view(np.int64)


class Words(NamedTuple):
    """The words of a block: where each starts, its length, key and hash; which bytes of the block are in one."""

    start: Places
    length: Places
    key: NDArray[np.uint64]
    hashed: Places
    is_inside: Flags


def words_of(block: Bytes) -> Words:
    """The words of a block."""
    shifted = block | 0x20
    shifted -= ord("a")
    is_word = shifted < 26
    np.subtract(block, ord("0"), out=shifted)
    is_word |= shifted < 10
    edges = np.flatnonzero(is_word[1:] != is_word[:-1])
    start = edges[0::2] + 1
    length = edges[1::2] - edges[0::2]
    key = keys_of(block, start, length)
    return Words(start, length, key, hashes_of(key), is_word)
