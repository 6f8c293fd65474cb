"""A table's first rows as they stand, and whether its headings stand further down than they were looked for."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from pathlib import Path
from typing import Final

from tanggap.sources.csv.chunks import distinct
from tanggap.sources.csv.delimited import raw_rows
from tanggap.sources.csv.files import sniff
from tanggap.sources.csv.mapping import FileShape
from tanggap.sources.csv.sheets import raw_cells

_LOOKED_AT: Final = 40
_MOST_ABOVE: Final = 15  # rows above the headings: a longer preface is no title

#: The line a row begins on (from 1), and its cells.
Row = tuple[int, list[str]]


def first_rows(path: Path, shape: FileShape, most: int = _LOOKED_AT) -> list[Row]:
    """The first rows of a text or workbook that hold anything, whatever ``skip_rows`` says; none of other formats.

    Raises:
        InputError: the file cannot be read, or is no table.
    """
    kind = shape.format or sniff(path)
    if kind not in ("delimited", "workbook"):
        return []
    rows = raw_cells(path, shape) if kind == "workbook" else raw_rows(path, shape)
    filled = ((line, [" ".join(cell.split()) for cell in cells]) for line, cells in rows)
    return list(itertools.islice((row for row in filled if any(row[1])), most))


def headings_row(path: Path, shape: FileShape, wanted: Collection[str], read: Collection[str]) -> int:
    """The line that holds more of the ``wanted`` headings than those ``read`` do, and most of them; 0 if none does."""
    most, found = max(len(set(wanted) & set(read)), len(set(wanted)) // 2), 0
    for line, cells in first_rows(path, shape, shape.skip_rows + _MOST_ABOVE):
        held = len(set(wanted) & set(distinct(cells)))
        if held > most:
            most, found = held, line
    return found
