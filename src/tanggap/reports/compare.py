"""Whether a group differs from the whole by more than chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from tanggap.metrics.model import Better, Cell, MetricInfo, Status, Unit

_Z: Final = 1.959964  # the 95 % interval's half-width in standard errors
_LEVEL: Final = 0.05


class Mark(StrEnum):
    """What a change or a difference is worth."""

    BETTER = "better"
    WORSE = "worse"
    DIFFERS = "differs"  # more than chance, and neither way is better
    SAME = "same"  # chance explains it
    NONE = ""  # nothing to compare


def direction(difference: float, better: Better) -> Mark:
    """What a difference that chance does not explain means for the figure."""
    if better == Better.NEITHER or difference == 0:
        return Mark.DIFFERS
    return Mark.BETTER if (difference > 0) == (better == Better.HIGHER) else Mark.WORSE


def change_mark(cell: Cell, better: Better) -> Mark:
    """What the change against the period before is worth."""
    if cell.change is None or cell.changed is None:
        return Mark.NONE
    return direction(cell.change, better) if cell.changed and cell.change else Mark.SAME


def group_marks(cells: Sequence[Cell | None], overall: Cell | None, info: MetricInfo) -> list[Mark]:
    """For each group of a break-down whether it differs from the overall figure by more than chance.

    The distance to the overall value is read against the group's own 95 % interval. The group is part of the
    whole, so the variance of their difference is smaller than the group's own: the test errs towards "same".
    Holm's step-down keeps the chance of even one false mark in a row of groups below 5 % (S. Holm, 1979, "A simple
    sequentially rejective multiple test procedure"). Counts and sums have no such comparison: no mark.
    """
    marks = [Mark.NONE] * len(cells)
    if overall is None or overall.value is None or info.unit == Unit.COUNT or _is_sum(cells, overall, info):
        return marks
    tests: list[tuple[float, int, float]] = []
    for index, cell in enumerate(cells):
        if cell is None or cell.value is None:
            continue
        marks[index] = Mark.SAME
        if cell.status == Status.OK and (p := _p_value(cell, overall.value)) is not None:
            tests.append((p, index, cell.value - overall.value))
    for rank, (p, index, difference) in enumerate(sorted(tests)):
        if p * (len(tests) - rank) > _LEVEL:
            break
        marks[index] = direction(difference, info.better)
    return marks


def _p_value(cell: Cell, centre: float) -> float | None:
    """Two-sided p of the group's value against ``centre``, from the side of its interval that faces it."""
    if cell.value is None or cell.low is None or cell.high is None or cell.value == centre:
        return None
    half = cell.value - cell.low if centre < cell.value else cell.high - cell.value
    if not half > 0:  # an interval of no width (tied values) says only that it leaves the centre out
        return _LEVEL
    return math.erfc(abs(cell.value - centre) / half * _Z / math.sqrt(2))


def _is_sum(cells: Sequence[Cell | None], overall: Cell, info: MetricInfo) -> bool:
    """Whether the groups add up to the whole, as sales do: an average never lies above all of its groups."""
    values = [cell.value for cell in cells if cell is not None and cell.value is not None]
    return info.unit == Unit.MONEY and len(values) > 1 and (overall.value or 0) > max(values)
