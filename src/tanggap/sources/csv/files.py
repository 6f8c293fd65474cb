"""Opening tables: what a file is by its content, and its encoding."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal

from tanggap.core.errors import EmptyInputError, InputError
from tanggap.sources import files
from tanggap.sources.files import open_bytes

Format = Literal["delimited", "jsonl", "workbook", "parquet"]

_SAMPLE: Final = 1 << 16
_BLOCK: Final = 1 << 20
_OTHERS: Final = (
    (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"), (b"\x7fELF", "a program"), (b"Rar!", "a RAR archive"), (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed"), (b"BZh", "bzip2-compressed"), (b"SQLite format 3", "an SQLite database"),
    (b"OggS", "a sound"), (b"RIFF", "a sound or film"), (b"\xfd7zXZ", "xz-compressed"),
)  # fmt: skip
_CONTROL: Final = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROL: Final = 0.005
_ESCAPED: Final = re.compile("[\udc80-\udcff]")
_WIDE: Final = re.compile("[^\x00-\x7f\udc80-\udcff]")
_TAR_MAGIC: Final = slice(257, 262)


@dataclass(frozen=True)
class Text:
    """How a file's bytes become text: the codec, and whether rows must be looked at for damage."""

    encoding: str
    damaged: bool = False


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns what can go wrong while reading ``path`` into :class:`InputError`."""
    try:
        with files.reading(path):
            yield
    except UnicodeError as error:
        raise InputError(
            f"the text cannot be decoded ({error})", place=str(path), hint='name its encoding: [file] encoding = "…"'
        ) from error


def sniff(path: Path) -> Format:
    """What ``path`` is, by its content.

    Raises:
        EmptyInputError: it holds nothing.
        InputError: it cannot be read, or is no table (a picture, an archive, …).
    """
    with reading(path), open_bytes(path) as stream:
        sample = stream.read(_SAMPLE)
    if not sample.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise EmptyInputError("is empty", place=str(path))
    if sample.startswith(b"PAR1"):
        return "parquet"
    if sample.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "workbook"
    other = next((what for magic, what in _OTHERS if sample.startswith(magic)), "")
    if sample[_TAR_MAGIC] == b"ustar":
        other = "a tar archive"
    if not other and not _is_wide(sample) and len(_CONTROL.findall(sample)) > _MOST_CONTROL * len(sample):
        other = "binary data"
    if other:
        raise InputError(
            f"is {other}, no table", place=str(path), hint="export it as CSV, TSV, XLSX, Parquet or JSON lines"
        )
    if {".jsonl", ".ndjson"} & set(path.suffixes):
        return "jsonl"  # also where the first line is damaged
    text = sample.removeprefix(codecs.BOM_UTF8).lstrip()
    return "jsonl" if text.startswith((b"{", b"[{")) or re.match(rb"\[\s*\{", text) else "delimited"


def _is_wide(sample: bytes) -> str:
    """The UTF-16 codec of ``sample``, or ""."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = max(len(sample) // 2, 1)
    mostly = 0.4  # of Latin text in UTF-16 nearly every second byte is 0
    if sample[1::2].count(0) > mostly * half and sample[::2].count(0) < half // 10 + 1:
        return "utf-16-le"
    if sample[::2].count(0) > mostly * half and sample[1::2].count(0) < half // 10 + 1:
        return "utf-16-be"
    return ""


def detect_text(path: Path, encoding: str = "") -> Text:
    """The encoding of a text file, decided over the whole of it.

    UTF-8 (with or without BOM) and UTF-16 are recognised. A file with bytes that are not UTF-8 is Windows-1252 if
    those outnumber its valid UTF-8 characters; otherwise it is UTF-8 with a few damaged rows.

    Raises:
        InputError: no encoding fits, or the one named is unknown.
    """
    if encoding:
        try:
            codecs.lookup(encoding)
        except LookupError as error:
            raise InputError(f"unknown encoding {encoding!r}", place=str(path)) from error
        return Text(encoding, damaged=True)
    with reading(path), open_bytes(path) as stream:
        head = stream.read(_SAMPLE)
        wide = _is_wide(head)
        if wide:
            return Text(wide, damaged=True)
        escaped, valid, null = _count(stream, head)
    if not escaped:
        return Text("utf-8-sig", damaged=null)
    if valid >= escaped:
        return Text("utf-8-sig", damaged=True)
    with reading(path), open_bytes(path) as stream:
        decoder = codecs.getincrementaldecoder("cp1252")()
        try:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
        except UnicodeDecodeError as error:
            raise InputError(
                "is neither UTF-8, UTF-16 nor Windows-1252", place=str(path),
                hint='name its encoding in the mapping: [file] encoding = "…"',
            ) from error  # fmt: skip
    return Text("cp1252", damaged=null)


def _count(stream: BinaryIO, head: bytes) -> tuple[int, int, bool]:
    """Bytes that are no UTF-8, characters beyond ASCII that are, and whether there is a NUL."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    escaped = valid = 0
    null = False
    block = head
    while block:
        null = null or b"\x00" in block
        text = decoder.decode(block)
        if not text.isascii():
            escaped += len(_ESCAPED.findall(text))
            valid += len(_WIDE.findall(text))
        block = stream.read(_BLOCK)
    escaped += len(_ESCAPED.findall(decoder.decode(b"", final=True)))
    return escaped, valid, null


def open_text(path: Path, text: Text) -> io.TextIOWrapper:
    """The file's text, line ends untouched; bytes that do not decode become lone surrogates."""
    errors = "surrogateescape" if text.encoding.startswith("utf-8") else "strict"
    return io.TextIOWrapper(open_bytes(path), encoding=text.encoding, errors=errors, newline="")


def fault_in(texts: list[str]) -> str:
    """Why a row's text cannot be taken (a NUL, bytes that are not UTF-8), or ""."""
    for text in texts:
        if "\x00" in text:
            return "holds a NUL byte"
        if not text.isascii() and _ESCAPED.search(text):
            return "holds bytes that are not UTF-8"
    return ""


def printable(text: str) -> str:
    """``text`` as it can be stored: lone surrogates become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
