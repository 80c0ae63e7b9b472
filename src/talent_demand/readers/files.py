"""Files as they lie: opened once, unpacked, told apart by what they hold, and decoded; nothing here knows postings.

Copies that are needed have no name in any folder, so a run that is killed leaves none behind.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import os
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import IO, BinaryIO

import pyarrow as pa
from charset_normalizer import from_bytes

from talent_demand.warehouse import BadInput, first_line

CHUNK_BYTES = 1 << 20
NOT_ASCII = bytes(range(128, 256))
# What a packed file may hold: so much in any case, then so many times its size; its layers, and an archive's members.
UNPACKED_BYTES, UNPACKED_RATIO = 1 << 30, 200
DEEPEST_PACKING = 5
MOST_MEMBERS = 10_000
# First bytes of files that hold no postings as text, and what to do about them.
FOREIGN = [
    (b"%PDF", "a PDF"),
    (b"BZh", "compressed by bzip2: unpack it first"),
    (b"\xfd7zXZ", "compressed by xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd: unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"SQLite format 3", "an SQLite database: export the table as CSV first"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"ORC", "an ORC file: export it as Parquet or CSV first"),
    (b"Obj\x01", "an Avro file: export it as Parquet or CSV first"),
    (b"ARROW1", "an Arrow file: save it as Parquet first"),
    (b"\x80\x04\x95", "a Python pickle: save it as CSV or Parquet first"),
    (b"\x80\x05\x95", "a Python pickle: save it as CSV or Parquet first"),
    (b"\x7fELF", "a program"),
    (b"%!PS", "a PostScript document"),
    (b"{\\rtf", "a text document (RTF)"),
]
BYTE_ORDER_MARKS = [
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
]
# A letter of UTF-16.
WIDE = re.compile(rb"[^\0]\0(?!\0)")
# How XML and web pages say in which encoding they are; some names stand for more than they say.
DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)|<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]+)""", re.I
)
BROADER = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
BROADER |= {"shift_jis": "cp932", "euc_kr": "cp949", "iso8859-11": "cp874"}
# Encodings of Chinese, Japanese and Korean, which a detector tells apart.
TWO_BYTES = ("gb18030", "cp932", "big5", "cp949", "euc_jp")
# What any language writes beside its letters.
TYPOGRAPHY = frozenset("“”„‘’‚–—…•€£°·«»®©™§´\u00a0²³½×")
# Forms that Hebrew letters have at the end of a word only: no other language spares these bytes within words.
FINAL = frozenset("ךםןףץ")
# How plausible a text has to be for its encoding to be sure.
SURE = 0.35
# How much more or less likely an encoding is than others before a letter is read.
USUAL = {
    "cp1252": 0.02,
    "cp1250": 0,
    "cp1251": 0,
    "cp1254": 0,
    "mac_roman": -0.05,
    "cp1257": -0.06,
    "cp850": -0.4,
    "cp1255": 0.2,
}
SAMPLE_BYTES = 1 << 16


@dataclass
class Content:
    """What a file holds, unpacked: its name, bytes from the start, and the digests by which it is known."""

    name: str
    handle: BinaryIO
    digests: list[str] = field(default_factory=list)
    is_plain: bool = True

    @property
    def start(self) -> bytes:
        """The first bytes."""
        self.handle.seek(0)
        start = self.handle.read(4096)
        self.handle.seek(0)
        return start


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open an ordinary file once; all is read through this handle, so another file of its name changes nothing.

    Raises:
        BadInput: it is a pipe, a device or a folder, or it was written to while it was read.

    """
    handle = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb")
    with handle:
        before = os.fstat(handle.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise BadInput("this is no ordinary file (a pipe, a device or a folder)")
        yield handle
        after = os.fstat(handle.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise BadInput("the file changed while it was read: nothing of it was loaded, try again")


def contents(handle: BinaryIO, name: str, digests: tuple[str, ...] = ()) -> Iterator[Content]:
    """What an open file holds: itself, what is compressed in it, or the files of an archive.

    Raises:
        BadInput: it is empty or of a kind that holds no postings, cannot be unpacked, or is larger than it should be.

    """
    for _ in range(DEEPEST_PACKING + 1):
        content = examined(handle, name, digests)
        start = content.start
        if start.startswith(b"\x1f\x8b"):
            digests = tuple(content.digests)
            handle = copied(ungzipped(handle), size_of(handle))
        elif start.startswith(b"PK\x03\x04") and not is_spreadsheet(handle):
            yield from members(content)
            return
        elif start.startswith((b"PK\x05\x06", b"PK\x07\x08")):
            raise BadInput("the archive is empty")
        else:
            yield content
            return
    raise BadInput(f"the file is compressed more than {DEEPEST_PACKING} times over")


def size_of(handle: BinaryIO) -> int:
    """Bytes of an open file."""
    return handle.seek(0, os.SEEK_END)


def examined(handle: BinaryIO, name: str, digests: tuple[str, ...]) -> Content:
    """A file with the digest of its bytes, and whether they are UTF-8 without NULs, in one pass."""
    digest = hashlib.sha256()
    is_plain, rest = True, b""
    handle.seek(0)
    for chunk in iter(lambda: handle.read(CHUNK_BYTES), b""):
        digest.update(chunk)
        if is_plain:
            text = rest + chunk
            # A character may go on in the next chunk.
            end = len(text.rstrip(NOT_ASCII))
            is_plain, rest = b"\0" not in chunk and len(text) - end < 8 and is_utf8(text[:end]), text[end:]
    return Content(name, handle, [digest.hexdigest(), *digests], is_plain and is_utf8(rest))


def is_utf8(text: bytes) -> bool:
    """Whether bytes are valid UTF-8; several times faster than decoding them."""
    offsets = pa.array([0, len(text)], pa.int32()).buffers()[1]
    try:
        pa.StringArray.from_buffers(1, offsets, pa.py_buffer(text)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def nameless_file() -> BinaryIO:
    """A file that no folder shows, and that is gone with the process."""
    return tempfile.TemporaryFile(prefix="postings-")


def copied(chunks: Iterator[bytes], size: int) -> BinaryIO:
    """A nameless file of these bytes, which came out of ``size`` others; more than are plausible are refused."""
    copy = nameless_file()
    written = 0
    for chunk in chunks:
        written += copy.write(chunk)
        if written > UNPACKED_BYTES and written > UNPACKED_RATIO * size:
            raise BadInput(f"the file unpacks to more than {UNPACKED_RATIO} times its size: not loaded")
    return copy


def ungzipped(handle: BinaryIO) -> Iterator[bytes]:
    """The bytes that are compressed in a gzip file."""
    handle.seek(0)
    try:
        with gzip.GzipFile(fileobj=handle) as source:
            yield from iter(lambda: source.read(CHUNK_BYTES), b"")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadInput(f"the file cannot be unpacked: {first_line(error)}") from None


def archive_of(handle: BinaryIO) -> zipfile.ZipFile:
    """An archive with its list of files read; closing it would leave the file open, which is its caller's."""
    try:
        return zipfile.ZipFile(handle)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadInput(f"the archive cannot be read: {first_line(error)}") from None


def is_spreadsheet(handle: BinaryIO) -> bool:
    """Whether an archive is a workbook of Excel or OpenDocument."""
    names = set(archive_of(handle).namelist())
    return bool({"xl/workbook.xml", "xl/workbook.bin"} & names) or {"content.xml", "mimetype"} <= names


def members(content: Content) -> Iterator[Content]:
    """The files of an archive, but for those of a system's own."""
    archive = archive_of(content.handle)
    infos = [info for info in archive.infolist() if not info.is_dir()]
    infos = [info for info in infos if not Path(info.filename).name.startswith(".") and "__MACOSX" not in info.filename]
    if not infos:
        raise BadInput("the archive is empty")
    if len(infos) > MOST_MEMBERS:
        raise BadInput(f"the archive holds more than {MOST_MEMBERS:,} files")
    for info in infos:
        try:
            if info.flag_bits & 1:
                raise BadInput("the archive has a password: unpack it first")
            with archive.open(info) as source:
                copy = copied(iter(partial(source.read, CHUNK_BYTES), b""), size_of(content.handle))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise BadInput(f"{info.filename} in the archive cannot be unpacked: {first_line(error)}") from None
        with copy:
            # One layer more inside an archive, but no archive in an archive.
            inner = examined(copy, f"{content.name}/{info.filename}", ())
            if inner.start.startswith(b"\x1f\x8b"):
                copy = copied(ungzipped(copy), size_of(copy))
                inner = examined(copy, inner.name, ())
            yield inner


def refuse_foreign(start: bytes) -> None:
    """Name what a file is that holds no postings as text.

    Raises:
        BadInput: it is such a file.

    """
    for magic, kind in FOREIGN:
        if start.startswith(magic):
            raise BadInput(f"the file is {kind}")
    if start[257:262] == b"ustar":
        raise BadInput("the file is a tar archive: unpack it first")
    if start.startswith(b"PK"):
        raise BadInput("the file is an archive in an archive: unpack it first")


def decoded(content: Content, encoding: str | None) -> tuple[BinaryIO, str | None]:
    """A file's bytes in UTF-8 without NULs, and what has to be said of its encoding.

    ``encoding``: as the user gave it. Else it is told by the byte order mark, else by NULs, else it is UTF-8 where most
    characters beyond ASCII are valid in that, else what XML or a page declares, else what a detector takes it for.

    Raises:
        BadInput: the bytes are no text, or not in the encoding that they should be in.

    """
    # A hole of NULs, as a machine leaves it that stops while it writes, tells of no encoding.
    start = re.sub(rb"\0{9,}", b"", content.start)
    said = None
    marked = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), None)
    if encoding is None and content.is_plain:
        return content.handle, None
    if encoding is None and has_two_encodings(content.handle):
        raise BadInput("the file is UTF-8 in one part and UTF-16 in another: save each as a file of its own")
    errors = "strict"
    if encoding is None:
        encoding = marked
        if encoding is None and start.count(b"\0") > len(start) // 4:
            encoding = "utf-16-le" if start[1::2].count(b"\0") > start[::2].count(b"\0") else "utf-16-be"
    if encoding is None or encoding == "utf-8-sig":
        if sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in start) > len(start) // 10:
            raise BadInput("the file is binary")
        if encoding or is_mostly_utf8(content.handle):
            encoding = "utf-8-sig"
        elif declared := declared_encoding(start):
            encoding = declared
        else:
            encoding, said = guessed(content.handle)
        errors = "single_bytes"
    content.handle.seek(0)
    copy = nameless_file()
    try:
        source = io.TextIOWrapper(content.handle, encoding=encoding, errors=errors, newline="")
        try:
            for chunk in iter(lambda: source.read(CHUNK_BYTES), ""):
                copy.write(chunk.replace("\0", "").encode("utf-8", "replace"))
        finally:
            source.detach()
    except UnicodeError as error:
        raise BadInput(f"the text cannot be decoded as {encoding}: {first_line(error)}") from None
    return copy, said


def has_two_encodings(handle: BinaryIO) -> bool:
    """Whether a file is UTF-8 at one end and UTF-16 at the other, as what Windows' shell appends."""
    wide = []
    for place in (0, max(size_of(handle) - 64, 0)):
        handle.seek(place)
        end = handle.read(64)
        wide.append(8 * len(WIDE.findall(end)) > len(end))
        if not wide[-1] and (b"\0" in end or not is_utf8(end.lstrip(NOT_ASCII).rstrip(NOT_ASCII))):
            return False
    return wide[0] != wide[1]


def declared_encoding(start: bytes) -> str | None:
    """The encoding that XML or a web page says it is in, where that is one byte or two a sign."""
    found = DECLARED.search(start) if start.lstrip().startswith(b"<") else None
    if not found:
        return None
    try:
        name = codecs.lookup((found[1] or found[2]).decode()).name
    except LookupError:
        return None
    return None if name.startswith("utf") else BROADER.get(name, name)


def text_of(handle: BinaryIO) -> IO[str]:
    """An open file of UTF-8 as text without its mark; closing it leaves the file open."""
    handle.seek(0)
    text = Unclosed(handle, encoding="utf-8-sig", errors="replace", newline="")
    text._CHUNK_SIZE = CHUNK_BYTES  # type: ignore[attr-defined]
    return text


class Unclosed(io.TextIOWrapper):
    """An open file as text, which does not close it."""

    def close(self) -> None:
        """Leave the file to whoever opened it."""
        with suppress(ValueError):
            self.detach()


def guessed(handle: BinaryIO) -> tuple[str, str]:
    """The encoding that bytes beyond UTF-8 most likely are in, and the word that it was guessed.

    One whose text has the letters that a language uses most wins (alphabets.csv); for the scripts of thousands of
    signs, in which a sign is two bytes, a detector is asked.
    """
    handle.seek(0)
    lines, size = [], 0
    for line in handle:
        if not line.isascii():
            lines.append(line[:4096])
            size += len(lines[-1])
        if size > SAMPLE_BYTES:
            break
    sample = b"".join(lines)
    points, encoding = max((plausibility(sample, letters, name), name) for letters, name in alphabets())
    beyond = [byte for byte in sample if byte > 127]
    if points < SURE and len(beyond) >= 4:
        best = from_bytes(sample, cp_isolation=list(TWO_BYTES), threshold=0.5).best()
        encoding = best.encoding if best else encoding
    sure = "" if points >= SURE or encoding in TWO_BYTES else ", and not a sure one"
    return encoding, f"not UTF-8, read as {encoding} (a guess{sure}: --encoding NAME says otherwise)"


@cache
def alphabets() -> list[tuple[dict[str, float], str]]:
    """For each language and encoding: how telling each letter is, by how much the language uses it."""
    found = []
    with (Path(__file__).parent / "alphabets.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            letters = {letter: 1 - 0.9 * rank / len(row["letters"]) for rank, letter in enumerate(row["letters"])}
            found += [(letters, encoding) for encoding in row["encodings"].split()]
    return found


def plausibility(sample: bytes, letters: dict[str, float], encoding: str) -> float:
    """How well a text in a language and encoding explains bytes: 1 at best, below 0 where most are no letters of it."""
    text = sample.decode(encoding, "replace")
    beyond = [(number, sign) for number, sign in enumerate(text) if sign > "\x7f"]
    points = 0.0
    for number, sign in beyond:
        around = text[max(0, number - 1) : number] + text[number + 1 : number + 2]
        if sign in TYPOGRAPHY:
            points += 0.4
        elif sign in letters:
            # A capital behind a small letter is none that a writer means, nor a letter of a word's end within one, nor
            # letters of two scripts in a word.
            is_odd = sign.isupper() and text[number - 1 : number].islower()
            is_odd |= sign in FINAL and text[number + 1 : number + 2].isalpha()
            is_latin = sign < "\u0250"
            is_mixed = any(other.isalpha() and other.isascii() != is_latin for other in around)
            points += letters[sign] - is_odd - is_mixed * (0.2 if is_latin else 1)
        else:
            points -= 0.5 if sign == "\ufffd" else 1.0 if sign.isalpha() else 1.5
    return points / len(beyond) + USUAL.get(encoding, -0.02) if beyond else USUAL.get(encoding, -0.02)


def single_bytes(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: the byte as cp1252, or as latin-1 where cp1252 lacks it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start : error.start + 1]
    try:
        return byte.decode("cp1252"), error.start + 1
    except UnicodeDecodeError:
        return byte.decode("latin-1"), error.start + 1


codecs.register_error("single_bytes", single_bytes)


def is_mostly_utf8(handle: BinaryIO) -> bool:
    """Whether a file has more characters beyond ASCII that are valid in UTF-8 than bytes that are not."""
    valid = wrong = 0
    handle.seek(0)
    reader = io.TextIOWrapper(handle, encoding="utf-8", errors="surrogateescape", newline="")
    for chunk in iter(lambda: reader.read(CHUNK_BYTES), ""):
        beyond = [character for character in chunk if character > "\x7f"]
        wrong_here = sum("\udc80" <= character <= "\udcff" for character in beyond)
        wrong += wrong_here
        valid += len(beyond) - wrong_here
    reader.detach()
    return valid >= wrong
