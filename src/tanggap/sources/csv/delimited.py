"""Delimited text (CSV, TSV, semicolons, pipes): rows with their true line numbers, damage quarantined.

The standard library's parser is used rather than a faster one because it tells the line a row began on, takes
fields of any size, and lets a row with a stray quote be given up without losing the rows it swallowed.
"""

from __future__ import annotations

import csv
import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tanggap.core.errors import EmptyInputError, InputError
from tanggap.sources.csv.chunks import Chunk, Fault, Gatherer, distinct
from tanggap.sources.csv.files import detect_text, fault_in, open_text, printable, reading
from tanggap.sources.csv.mapping import FileShape

_DELIMITERS: Final = (",", ";", "\t", "|")
_LONGEST_FIELD: Final = 1 << 28
_SAMPLE_LINES: Final = 200
_SAMPLE_CHARACTERS: Final = 1 << 20
_MOST_RECOVERIES: Final = 100
_STRAY_QUOTE: Final = "a quotation mark is not closed, or the row has too few or too many fields"


class _Lines:
    """Physical lines that can be given back, and the ones taken since the row began."""

    def __init__(self, stream: Iterable[str]) -> None:
        self._stream = iter(stream)
        self._returned: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._stream)
        self.number += 1
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> None:
        back = self.taken[1:]
        self._returned.extendleft(reversed(back))
        self.number -= len(back)
        self.taken = self.taken[:1]


def read_delimited(path: Path, shape: FileShape) -> Iterator[Chunk]:
    """The rows of a delimited file, chunk by chunk.

    Raises:
        EmptyInputError: there are no headings or no rows.
        InputError: the file cannot be decoded or decompressed.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    text = detect_text(path, shape.encoding)
    with reading(path), open_text(path, text) as stream:
        head = list(itertools.islice(stream, _SAMPLE_LINES)) if not shape.delimiter else []
        delimiter = shape.delimiter or sniff_delimiter(head[shape.skip_rows :], shape.quote)
        lines = _Lines(itertools.chain(head, stream))
        for _ in range(shape.skip_rows):
            next(lines, None)
        rows = _rows(lines, delimiter, shape.quote)
        headings = list(shape.header) or _headings(rows, path)
        yield from _chunks(rows, lines, headings, check=text.damaged, path=path)


def raw_rows(path: Path, shape: FileShape) -> Iterator[tuple[int, list[str]]]:
    """(line, fields) of the first rows, titles and all, split as most of them can be.

    Raises:
        InputError: the file cannot be decoded or decompressed.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    text = detect_text(path, shape.encoding)
    with reading(path), open_text(path, text) as stream:
        head = list(itertools.islice(stream, _SAMPLE_LINES))
    delimiter = shape.delimiter or sniff_delimiter(head, shape.quote, titled=True)
    for line, row in _rows(_Lines(head), delimiter, shape.quote):
        if not isinstance(row, str):
            yield line, row


def _rows(lines: _Lines, delimiter: str, quote: str) -> Iterator[tuple[int, list[str] | str]]:
    """(line, fields) of each row, or (line, reason) of one the parser gives up."""
    reader = _parser(lines, delimiter, quote)
    while True:
        lines.taken = []
        first = lines.number + 1
        try:
            yield first, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield first, f"cannot be split into fields: {error}"


def _parser(lines: Iterable[str], delimiter: str, quote: str) -> Iterator[list[str]]:
    if not quote:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote)


def _headings(rows: Iterator[tuple[int, list[str] | str]], path: Path) -> list[str]:
    for line, row in rows:
        if isinstance(row, str):
            raise InputError(f"the headings {row}", place=f"{path}:{line}", hint="is it a table?")
        if any(field.strip() for field in row):
            if fault := fault_in(row):
                raise InputError(f"the headings line {fault}", place=f"{path}:{line}", hint="is it a table?")
            return distinct(row)
    raise EmptyInputError("holds no row", place=str(path))


def _chunks(
    rows: Iterator[tuple[int, list[str] | str]], lines: _Lines, headings: list[str], *, check: bool, path: Path
) -> Iterator[Chunk]:
    gather = Gatherer(headings)
    width, recoveries, seen = len(headings), 0, False
    for line, row in rows:
        if not row:
            continue  # a blank line is no row
        if gather.full:  # taken only when another row is here, so that the last chunk is known to be last
            yield gather.take()
        seen = True
        reason = row if isinstance(row, str) else _fit(row, width)
        if not reason and check:
            reason = fault_in(row)  # type: ignore[arg-type]
        if not reason:
            gather.rows.append(row)
            gather.lines.append(line)
            continue
        if len(lines.taken) > 1 and recoveries < _MOST_RECOVERIES and not reason.startswith("holds"):
            recoveries += 1
            lines.give_back_all_but_first()
            reason = _STRAY_QUOTE
        gather.faults.append(Fault(line, "", reason, printable("".join(lines.taken).rstrip("\r\n"))))
    if not seen:
        raise EmptyInputError("has headings but no rows", place=str(path))
    yield gather.take(last=True)


def _fit(row: list[str], width: int) -> str:
    """Cuts empty fields beyond the headings; says what is wrong with any other difference."""
    while len(row) > width and not row[-1]:
        row.pop()
    return "" if len(row) == width else f"has {len(row)} fields where the headings have {width}"


def sniff_delimiter(sample: list[str], quote: str = '"', *, titled: bool = False) -> str:
    """The delimiter that splits the sample into the most columns, most evenly; a comma where none does.

    Its first row must be split too, but where there may be titles above the headings (``titled``).
    """
    taken, size = [], 0
    for line in sample:
        size += len(line)
        taken.append(line)
        if size > _SAMPLE_CHARACTERS:
            break
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            rows = [row for row in _parser(taken, delimiter, quote) if row]
        except csv.Error:
            continue
        if not rows or (len(rows[0]) == 1 and not titled):
            continue
        width, count = Counter(len(row) for row in rows).most_common(1)[0]
        score = (count / len(rows)) * (2 if width == len(rows[0]) else 1) + min(width, 100) / 1000
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best
