"""One row a text: the skills and cues that it holds, and for each the words that say so.

A cue is what a text says that is no skill but decides something: that it speaks of AI, that AI is built here or only
used, that a sentence is a notice. Seeds name them; nothing here knows which there are.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from talent_demand.skills.cleaning import lay_out
from talent_demand.skills.lexicon import Lexicon
from talent_demand.skills.matching import find_matches
from talent_demand.skills.words import FIRST_BYTES, Bytes, Places, arrow, eight_bytes

SNIPPET_BYTES = 60
# So many bytes take as long to search as makes a call of numpy cheap, and their arrays still fit a processor's cache.
BATCH_BYTES = 2_500_000

# What the words of a mention say: how often, and the first of them.
WORDS = [
    pa.field("mention_count", pa.int32()),
    pa.field("matched_text", pa.string()),
    pa.field("position", pa.int32()),
    pa.field("snippet", pa.string()),
]
MENTION = pa.struct([pa.field("skill", pa.string()), *WORDS])
CUE = pa.struct([pa.field("cue", pa.string()), *WORDS])
SCHEMA = pa.schema(
    [
        ("text_id", pa.string()),
        ("skills", pa.list_(pa.string())),
        ("mentions", pa.list_(MENTION)),
        ("cues", pa.list_(CUE)),
        ("text_length", pa.int32()),
    ]
)


def cut(block: Bytes, start: Places, end: Places) -> pa.Array:
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


def extract_skills(batch: pa.RecordBatch, lexicon: Lexicon) -> pa.RecordBatch:
    """Skills and cues of a batch of texts.

    ``batch``: text_id and text (strings without nulls). Returns a RecordBatch of ``SCHEMA``, a row a text in the same
    order; skills and cues sorted; position counts characters from 1 in the cleaned text, text_length its characters.
    """
    block, row_start, row_end = lay_out(batch.column("text").cast(pa.large_string()))
    name, row, start, end = find_matches(block, row_start, row_end, lexicon)
    group = row * len(lexicon.names) + name
    # By group, then start, then the longest: as one number, which sorts several times faster than three.
    longest = int((end - start).max(initial=0))
    order = np.argsort((group * len(block) + start) * (longest + 1) + longest - (end - start), kind="stable")
    group, row, name, start, end = group[order], row[order], name[order], start[order], end[order]
    # Of one name's matches those that overlap are one mention. Groups lie in the order of their texts, so that ends of
    # an earlier group are never beyond a start of a later one's text, and within a text the group decides.
    is_first = np.append(True, group[1:] != group[:-1])[: len(group)]
    reach = np.maximum.accumulate(end + group * len(block)) - group * len(block)
    is_mention = is_first | np.append(True, start[1:] >= reach[:-1])[: len(group)]
    first = np.flatnonzero(is_first)
    mention_count = np.add.reduceat(is_mention, first, dtype=np.int64) if len(first) else first
    row, name, start, end = row[first], name[first], start[first], end[first]

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

    def lists(chosen: Places) -> tuple[pa.Array, list[pa.Array]]:
        """Where each text's list of the chosen mentions starts (one more at the end), and the mentions' columns."""
        columns = [
            lexicon.names.take(arrow(name[chosen], pa.int64())),
            arrow(mention_count[chosen].astype(np.int32), pa.int32()),
            cut(block, start[chosen], end[chosen]),
            arrow((position[chosen] + 1).astype(np.int32), pa.int32()),
            cut(block, snippet_start[chosen], snippet_end[chosen]),
        ]
        starts = np.searchsorted(row[chosen], np.arange(batch.num_rows + 1)).astype(np.int32)
        return arrow(starts, pa.int32()), columns

    is_skill = name < lexicon.skill_count
    skill_starts, skills = lists(np.flatnonzero(is_skill))
    cue_starts, cues = lists(np.flatnonzero(~is_skill))
    return pa.record_batch(
        [
            batch.column("text_id"),
            pa.ListArray.from_arrays(skill_starts, skills[0]),
            pa.ListArray.from_arrays(skill_starts, pa.StructArray.from_arrays(skills, fields=list(MENTION))),
            pa.ListArray.from_arrays(cue_starts, pa.StructArray.from_arrays(cues, fields=list(CUE))),
            arrow(text_length.astype(np.int32), pa.int32()),
        ],
        schema=SCHEMA,
    )


def in_bytes(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of about BATCH_BYTES each: long texts by the thousand would leave every cache."""
    for batch in batches:
        pieces = max(1, round(batch.nbytes / BATCH_BYTES))
        rows = max(1, -(-batch.num_rows // pieces))
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


def extract_all(batches: Iterable[pa.RecordBatch], lexicon: Lexicon, threads: int) -> Iterator[pa.RecordBatch]:
    """Skills of a stream of batches, in order, a few batches ahead of the reader on each thread."""
    # glibc gives the memory of a freed array back to the system, to be fetched page by page for the next one, unless a
    # larger array was freed before: without this line the search takes half as long again.
    np.empty(30_000_000, dtype=np.uint8)
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[pa.RecordBatch]] = deque()
        for batch in in_bytes(batches):
            ahead.append(pool.submit(extract_skills, batch, lexicon))
            if len(ahead) > 2 * threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
