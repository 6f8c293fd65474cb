"""JSON lines (or a JSON array): records, or the elements of a list inside each record, as rows of text."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TextIO

import msgspec

from tanggap.core.errors import EmptyInputError, InputError
from tanggap.sources.csv.chunks import Chunk, Fault, Gatherer
from tanggap.sources.csv.files import Text, detect_text, open_text, printable, reading
from tanggap.sources.csv.mapping import FileShape
from tanggap.sources.csv.sheets import cell_text

Record = dict[str, object]
_Get = Callable[[Record, object, int], object]
_PICKED: Final = re.compile(r"(.+)\[(first|last)\](?:\.(.+))?")


def read_json(path: Path, shape: FileShape, explode: str, headings: Sequence[str]) -> Iterator[Chunk]:
    """Rows with the columns ``headings``, which are paths into each record.

    ``a.b`` is b within a. With ``explode = "Events"`` a row is an element of the list Events: ``Events.x`` is x of
    the element, ``Events.#`` its number from 1, and other paths stay those of the record. ``Events[first].x`` and
    ``Events[last].x`` are x of the first and last element that has one.

    Raises:
        EmptyInputError: there is no record.
        InputError: the file is no JSON, or cannot be decoded.
    """
    getters = [_getter(heading, explode) for heading in headings]
    gather = Gatherer(list(headings))
    seen = False
    text = detect_text(path, shape.encoding)
    with reading(path):
        for line, record, raw in _records(path, text):
            if gather.full:
                yield gather.take()
            seen = True
            if not isinstance(record, dict):
                gather.faults.append(Fault(line, "", f"is {raw[0]}", printable(raw[1])))
                continue
            reason = _add(gather, line, record, getters, shape.decimal, explode)
            if reason:
                gather.faults.append(Fault(line, explode, reason, printable(raw[1])))
    if not seen:
        raise EmptyInputError("holds no record", place=str(path))
    yield gather.take(last=True)


def _records(path: Path, text: Text) -> Iterator[tuple[int, object, tuple[str, str]]]:
    """(line, record, (what is wrong, the line)) of each record."""
    with open_text(path, text) as stream:
        if _is_array(stream):
            yield from _array(stream, path)
            return
    with open_text(path, text) as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                record = _decoded(line)
            except (ValueError, RecursionError) as error:
                yield number, None, (f"no JSON ({error})", line.rstrip("\r\n"))
                continue
            yield number, record, ("no JSON object", line.rstrip("\r\n"))


def _decoded(line: str) -> object:
    """The fast parser first; what it refuses (NaN, say) is for the lenient one to judge."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return json.loads(line)


def _is_array(stream: TextIO) -> bool:
    for line in itertools.islice(stream, 100):
        if line.strip():
            start = line.lstrip()
            if not start.startswith("["):
                return False
            try:
                return isinstance(json.loads(start), list)  # an array of one line
            except (ValueError, RecursionError):
                return True
    return False


def _array(stream: TextIO, path: Path) -> Iterator[tuple[int, object, tuple[str, str]]]:
    stream.seek(0)
    try:
        records = json.loads(stream.read())
    except (ValueError, RecursionError) as error:
        raise InputError(f"is no JSON ({error})", place=str(path), hint="give one record a line") from error
    for number, record in enumerate(records if isinstance(records, list) else [records], 1):
        yield number, record, ("no JSON object", json.dumps(record)[:10_000])


def _add(gather: Gatherer, line: int, record: Record, getters: Sequence[_Get], decimal: str, explode: str) -> str:
    elements: object = _walk(record, explode) if explode else [None]
    if elements is None:
        return ""
    if not isinstance(elements, list):
        return "is no list"
    rows = []
    for number, element in enumerate(elements, 1):
        row = [cell_text(get(record, element, number), decimal) for get in getters]
        if not _storable(row):
            return "holds characters that cannot be stored (lone surrogates or bytes that are not UTF-8)"
        rows.append(row)
    gather.rows.extend(rows)
    gather.lines.extend([line] * len(rows))
    return ""


def _storable(row: Sequence[str | None]) -> bool:
    try:
        for text in row:
            if text is not None and not text.isascii():
                text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _getter(heading: str, explode: str) -> _Get:
    if explode and heading == f"{explode}.#":
        return lambda record, element, number: number
    if explode and heading.startswith(f"{explode}."):
        rest = heading.removeprefix(f"{explode}.")
        return lambda record, element, number: _walk(element, rest)
    if explode and heading == explode:
        return lambda record, element, number: element
    picked = _PICKED.fullmatch(heading)
    if picked:
        name, which, rest = picked.groups()
        return lambda record, element, number: _pick(_walk(record, name), which, rest)
    return lambda record, element, number: _walk(record, heading)


def _pick(elements: object, which: str, rest: str | None) -> object:
    if not isinstance(elements, list):
        return None
    for element in elements if which == "first" else reversed(elements):
        value = _walk(element, rest) if rest else element
        if value is not None:
            return value
    return None


def _walk(value: object, path: str) -> object:
    """The value at a dotted path; a key that holds the dots itself is found too."""
    if isinstance(value, dict) and path in value:
        return value[path]
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def top_level(path: Path, shape: FileShape) -> list[str]:
    """The names of the first record's members, for ``--guess``."""
    with reading(path):
        for _, record, _ in _records(path, detect_text(path, shape.encoding)):
            if isinstance(record, dict):
                return [str(name) for name in record]
    return []
