"""Opening files: gzip told by its first bytes, what can go wrong told as an error with a remedy, and progress."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from tanggap.core.errors import InputError

#: Is told a file and how many of its bytes, as they lie on the disk, have been read.
OnBytes = Callable[[Path, int], None]

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
#: What one of lies in every workbook (XLSX, ODS).
_WORKBOOK: Final = frozenset({"[Content_Types].xml", "content.xml"})
_BLOCK: Final = 1 << 18
_watch: ContextVar[OnBytes | None] = ContextVar("watch", default=None)


@contextmanager
def watching(tell: OnBytes) -> Iterator[None]:
    """Tells how far every file is read that is opened meanwhile, here and in the generators that are advanced here."""
    token = _watch.set(tell)
    try:
        yield
    finally:
        _watch.reset(token)


def passed(path: Path, share: float) -> None:
    """Tells that so much (0 … 1) of a file has been read, by readers that do not read it from front to back."""
    if tell := _watch.get():
        tell(path, round(path.stat().st_size * share))


class _Told(io.FileIO):
    """A file that tells how far it has been read."""

    def __init__(self, path: Path, tell: OnBytes) -> None:
        super().__init__(path)
        self._path, self._tell = path, tell

    def readinto(self, buffer: Any, /) -> int | None:
        count = super().readinto(buffer)
        self._tell(self._path, self.tell())
        return count

    def readall(self) -> bytes:
        rest = super().readall()
        self._tell(self._path, self.tell())
        return rest


class _Zipped(gzip.GzipFile):
    """What a gzip file holds; closing it closes the file."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(fileobj=packed)
        self._packed = packed

    def close(self) -> None:
        super().close()
        self._packed.close()


def is_gzip(stream: io.BufferedReader[Any]) -> bool:
    """Whether gzip comes next; nothing is taken from the stream."""
    return stream.peek(len(_GZIP))[: len(_GZIP)] == _GZIP


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, gunzipped if they are gzip.

    Raises:
        InputError: it is a zip archive, and no workbook.
    """
    tell = _watch.get()
    raw = io.FileIO(path) if tell is None else _Told(path, tell)
    stream = io.BufferedReader(raw, _BLOCK)
    if stream.peek(len(_ZIP))[: len(_ZIP)] == _ZIP and _is_archive(path):
        stream.close()
        raise InputError("is a zip archive", place=str(path), hint="unpack it and name what is in it")
    return cast("BinaryIO", _Zipped(stream) if is_gzip(stream) else stream)


def _is_archive(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as packed:
            return not _WORKBOOK & set(packed.namelist())
    except (zipfile.BadZipFile, NotImplementedError):
        return False  # damaged: whoever reads it says so


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns what can go wrong while reading ``path`` into :class:`InputError`."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            f"the compressed file is damaged or cut short ({error})", place=str(path), hint="fetch it again"
        ) from error
    except FileNotFoundError as error:
        raise InputError("there is no such file", place=str(path), hint="check the path") from error
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror or error})", place=str(path), hint="check the path and its permissions"
        ) from error
