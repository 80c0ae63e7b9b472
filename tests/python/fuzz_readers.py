#!/usr/bin/env python3
"""Mutate files of every format and read them: none ends in a traceback or hangs, and strict CSV is read as it is.

Every other file is a delimited one of random cells, most of them whole.

Each file is read in this process as the loader does; anything but rows, or one line that says why there are none, is a
fault. Delimited files that Python's csv module reads strictly must give its very rows.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
import signal
import sys
import tempfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from talent_demand.readers.files import contents, opened
from talent_demand.readers.postings import Choice, Postings
from talent_demand.warehouse import BadInput
from test_cells import FORMATS

SECONDS = 20
HEADER = ["title", "company", "location", "description", "url", "date_posted", "salary"]
ROW = [
    "Köchin, Küche",
    'Acme "& Co"',
    "Oslo",
    "Two lines,\nand <b>more</b>",
    "https://jobs.example/1",
    "2026-05-06",
    "5",
]
RECORD = dict(zip(HEADER, ROW, strict=True)) | {"company": {"name": "Acme"}, "tags": ["a", {"b": None}], "remote": True}


def samples() -> list[bytes]:
    """A whole file of each format."""
    made = []
    for options in ({}, {"delimiter": ";"}, {"delimiter": "\t"}, {"quoting": csv.QUOTE_ALL}):
        text = io.StringIO()
        csv.writer(text, **options).writerows(
            [HEADER, *[[*ROW[:4], f"https://jobs.example/{n}", *ROW[5:]] for n in range(9)]]
        )
        made.append(text.getvalue().encode())
    made.append(made[0].decode().encode("utf-16"))
    for value in ([RECORD] * 5, {"jobs": [RECORD] * 3, "total": 3}, {"name": "Acme", "jobs": [RECORD] * 2}):
        made += [json.dumps(value).encode(), json.dumps(value, indent=1, ensure_ascii=False).encode()]
    made.append("\n".join(json.dumps(RECORD) for _ in range(5)).encode())
    comments = [{"id": 1, "type": "comment", "text": "Acme | Cook | Oslo | REMOTE<p>We cook", "created_at_i": 1}]
    made.append(json.dumps({"type": "story", "title": "Who is hiring?", "children": comments * 3}).encode())
    item = "<item><title>Cook</title><link>https://a.example/1</link><description><![CDATA[<p>x</p>]]></description></item>"
    made.append(f"<?xml version='1.0'?><rss><channel><title>Jobs</title>{item * 3}</channel></rss>".encode())
    posting = json.dumps({"@type": "JobPosting", "title": "Cook", "description": "x", "url": "https://a.example"})
    made.append(f'<!DOCTYPE html><html><script type="application/ld+json">{posting}</script></html>'.encode())
    table = io.BytesIO()
    pa.parquet.write_table(pa.table({name: [text] * 5 for name, text in zip(HEADER, ROW, strict=True)}), table)
    nested = io.BytesIO()
    pa.parquet.write_table(
        pa.Table.from_pylist([{"title": "Cook", "url": "u", "company": {"name": "Acme"}}] * 5), nested
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("jobs.csv", made[0])
    return [
        *made,
        table.getvalue(),
        nested.getvalue(),
        archive.getvalue(),
        gzip.compress(made[0]),
        gzip.compress(made[5]),
        *[form(HEADER, [ROW] * 3) for form in FORMATS.values()],
    ]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A file with a few bytes, or stretches, changed, cut, doubled or moved."""
    data = bytearray(data)
    odd = [b'"', b"\n", b"\r", b",", b"\0", b"{", b"[", b"]", b"}", b"\\", b"&#" + b"1" * 5000 + b";", b"<",
           b"[" * 3000, b"\xc3", b"<!--", b"1e999", b"'", b"\x1f\x8b"]  # fmt: skip
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(data) + 1), chance.randint(0, 60)
        match chance.randrange(6):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = chance.choice(odd)
            case 3:
                data[at:at] = data[at : at + length]
            case 4:
                del data[at:]
            case 5:
                data += data[at:]
    return bytes(data)


def read(path: Path) -> list[list[str | None]] | None:
    """All cells that the loader reads of a file, of those that are delimited; nothing of others."""
    rows: list[list[str | None]] = []
    is_delimited = False
    with opened(path) as handle:
        for content in contents(handle, path.name):
            postings = Postings(content, Choice())
            for _ in postings.batches:
                if postings.table and postings.statement:
                    is_delimited = True
            postings.said()
            if postings.table:
                rows = [
                    row for batch in postings.table.batches() for row in zip(*batch.to_pydict().values(), strict=True)
                ]
    return [list(row) for row in rows] if is_delimited else None


def plain_rows(data: bytes, delimiter: str, width: int) -> list[list[str | None]] | None:
    """The rows of a delimited file as Python's csv module reads it strictly; nothing where that reads none.

    A row that is too short ends in nulls, in the last field of one that is too long the rest stands too.
    """
    try:
        text = data.decode("utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]
    except (csv.Error, UnicodeDecodeError):
        return None
    if not rows or len(rows[0]) != width or "\0" in text:
        return None
    return [
        [*row[: width - 1], delimiter.join(row[width - 1 :])]
        if len(row) > width
        else [*row, *[None] * (width - len(row))]
        for row in rows[1:]
    ]


BLANKS = [" ", "\n", "\r\n", "\t", "\u2028", "\x0b", "\xa0"]
PIECES = [
    *r"""a Köchin 工程 , ; | ' " "" \ &amp; # 1,5 <b> { [1] https://x.example/?a=1 2026-05-06 = - nan""".split(),
    *BLANKS,
]


def written(chance: random.Random) -> tuple[bytes, str]:
    """A delimited file of random cells as a program writes it, and its delimiter."""
    delimiter = chance.choice(",;\t|")
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=delimiter,
        quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        lineterminator=chance.choice(["\n", "\r\n"]),
    )
    writer.writerow(HEADER)
    for number in range(chance.choice([1, 2, 9, 60])):
        cells = ["".join(chance.choices(PIECES, k=chance.choice([0, 1, 1, 2, 5]))) for _ in HEADER]
        writer.writerow([f"Cook {number}", *cells[1:]])
    return text.getvalue().encode(chance.choice(["utf-8", "utf-8-sig"])), delimiter


def is_as_plain(data: bytes, delimiter: str, rows: list[list[str | None]] | None, is_whole: bool) -> bool:
    """Compare rows with a plain reader's; returns whether that could read the file.

    A broken one is compared where all rows have their width: what else it may mean is found by rules of our own.

    Raises:
        AssertionError: they are others.

    """
    want = plain_rows(data, delimiter, len(HEADER))
    if want is None or rows is None:
        return False
    if not is_whole and any(None in row or delimiter in (row[-1] or "") for row in want):
        return False
    if want != rows:
        number = next((n for n, pair in enumerate(zip(want, rows, strict=False)) if pair[0] != pair[1]), len(rows))
        raise AssertionError(f"row {number}: {rows[number : number + 1]} instead of {want[number : number + 1]}")
    return True


def main() -> None:
    """Mutate and read; ends with 1 where something was wrong, and says from which number it can be had again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000, help="mutated files (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="number of the first one (default: %(default)s)")
    options = parser.parse_args()
    made, faults, compared = samples(), 0, 0
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError(f"more than {SECONDS} s")))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "jobs"
        for number in range(options.first, options.first + options.count):
            chance = random.Random(number)
            # Every other file is a whole delimited one, of which every third is broken again.
            whole, delimiter = written(chance) if number % 2 else (made[number // 2 % len(made)], "")
            data = mutated(whole, chance) if not delimiter or chance.random() < 1 / 3 else whole
            path.write_bytes(data)
            signal.alarm(SECONDS)
            try:
                rows = read(path)
                if delimiter:
                    compared += is_as_plain(data, delimiter, rows, is_whole=data == whole)
            except BadInput as error:
                if "\n" in str(error):
                    print(f"{number}: more than one line: {error}")
                    faults += 1
            except Exception as error:  # anything else is what is looked for
                print(f"{number}: {type(error).__name__}: {str(error)[:200]}")
                faults += 1
            finally:
                signal.alarm(0)
    print(f"{options.count:,} mutated files, {compared:,} of them compared with a plain reader: {faults} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
