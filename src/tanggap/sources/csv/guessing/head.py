"""Which of a table's first rows holds its headings: under titles, or in two rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from tanggap.sources.csv.chunks import distinct
from tanggap.sources.csv.guessing.profile import is_date
from tanggap.sources.csv.heads import Row

_MOST_ABOVE: Final = 10
_SOME: Final = 0.2  # what may differ from the rule, of cells or rows
_WORD: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Head:
    """What stands above the rows.

    ``skip_rows`` and ``header`` are what the mapping says of it; ``titles`` the texts above the headings, ``upper``
    those of the first of two rows of headings, ``line`` where the (last) row of headings stands. ``unsure``: the first
    row is no usual row of headings, and no other is.
    """

    line: int = 1
    skip_rows: int = 0
    header: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    upper: tuple[str, ...] = ()
    unsure: bool = False


def head_of(rows: Sequence[Row]) -> Head:
    """Looks for the row of headings among the first; the first row it is unless another is so beyond doubt."""
    for place in range(min(len(rows) - 1, _MOST_ABOVE + 1)):
        if found := _two_rows(rows, place) or _one_row(rows, place):
            return found
    thin = len(rows) > 1 and 2 * _filled(rows[0]) <= _usual(rows[1:])
    return Head(rows[0][0] if rows else 1, unsure=thin)


def _one_row(rows: Sequence[Row], place: int) -> Head | None:
    """The row as headings with titles above: these hold at most half as much as it, and the rows below hold more."""
    line, cells = rows[place]
    above, below = rows[:place], rows[place + 1 :]
    if not _headings(cells, below) or not _thin(above, _filled(rows[place])):
        return None
    if above and (_usual(below) <= max(map(_filled, above)) or not _apart(rows, place)):
        return None
    return Head(line, line - 1 if above else 0, (), _texts(above))


def _two_rows(rows: Sequence[Row], place: int) -> Head | None:
    """The row and the one right under it as headings: its cells stand over several columns, or name one alone."""
    (line, upper), (next_line, lower) = rows[place], rows[place + 1]
    above, below = rows[:place], rows[place + 2 :]
    width = max(len(upper), len(lower))
    upper, lower = (cells + [""] * (width - len(cells)) for cells in (upper, lower))
    names = _joined(upper, lower)
    if next_line != line + 1 or sum(map(bool, upper)) < 2 or all(upper) or not _grouped(upper, lower):
        return None
    if not _headings(names, below) or not all(_is_text(cell) for cell in upper if cell):
        return None
    if not _thin(above, sum(map(bool, names))):
        return None
    groups, titles = _texts([rows[place]]), _texts(above)
    if names == lower:
        return Head(next_line, line, (), titles, groups)
    return Head(next_line, next_line, tuple(distinct(names)), titles, groups)


def _grouped(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether every cell above stands over two columns or more, over nothing, or over the same text.

    Where half of the columns have none, one may also stand over a single column.
    """
    blanks = [j for j, cell in enumerate(upper) if not cell and lower[j]]
    alone = [j for j, cell in enumerate(upper) if cell and lower[j] and j + 1 not in blanks]
    same = all(upper[j].casefold() == lower[j].casefold() for j in alone)
    return bool(blanks) and (same or 2 * len(blanks) >= sum(map(bool, lower)))


def _thin(above: Sequence[Row], filled: int) -> bool:
    return all(2 * _filled(row) <= filled for row in above)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """One name a column: the second row's, else the first's; one that repeats stands behind its group's."""
    names, group = [], ""
    repeated = {name for name in _folded(lower) if name and _folded(lower).count(name) > 1}
    for over, under in zip(upper, lower, strict=True):
        group = over or (group if under else "")
        names.append(f"{group} {under}" if under.casefold() in repeated else under or over)
    return names


def _headings(cells: Sequence[str], below: Sequence[Row]) -> bool:
    """Whether they look like headings: different texts that stand over all columns and do not recur in them."""
    filled = [cell for cell in cells if cell]
    if sum(map(_is_text, filled)) < (1 - _SOME) * len(filled) or len(set(_folded(filled))) < (1 - _SOME) * len(filled):
        return False
    wider = sum(_width(row) > _width(cells) for _, row in below)
    return wider <= _SOME * len(below) and not _recur(cells, below)


def _recur(cells: Sequence[str], below: Sequence[Row]) -> bool:
    """Whether a row of values looks like a row of headings: some of them come again in their column."""
    again = sum(any(_at(row, j) == cell for row in below) for j, cell in enumerate(cells) if cell)
    return again > _SOME * len([cell for cell in cells if cell])


def _apart(rows: Sequence[Row], place: int) -> bool:
    """Whether it is set off enough from what stands above: by an empty row, or by holding three cells or more."""
    return _filled(rows[place]) > 2 or rows[place - 1][0] < rows[place][0] - 1


def _at(row: Row, place: int) -> str:
    return row[1][place] if place < len(row[1]) else ""


def _filled(row: Row) -> int:
    return sum(map(bool, row[1]))


def _usual(rows: Sequence[Row]) -> float:
    return median(map(_filled, rows)) if rows else 0


def _width(cells: Sequence[str]) -> int:
    return max((j for j, cell in enumerate(cells, 1) if cell), default=0)


def _folded(cells: Sequence[str]) -> list[str]:
    return [cell.casefold() for cell in cells]


def _is_text(cell: str) -> bool:
    return bool(_WORD.search(cell)) and not is_date(cell)


def _texts(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(cell for _, cells in rows for cell in cells if cell)
