"""From a figure's arrays to the cells of a scorecard: status, the change against the period before, the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tanggap.core.periods import Period
from tanggap.core.settings import Settings
from tanggap.metrics.compile import Key, Results
from tanggap.metrics.declare import Metric
from tanggap.metrics.frame import Frame
from tanggap.metrics.model import Better, Cell, Status, Unit
from tanggap.metrics.shapes import Context, Figures, Floats, Stock
from tanggap.stats.difference import difference, more_than_chance
from tanggap.stats.special import Flags

TOO_FEW: Final = 5
#: Student's t does not know that a duration cannot be negative, nor a share above one.
_NEVER_NEGATIVE: Final = (Unit.SECONDS, Unit.COUNT, Unit.MEAN_COUNT, Unit.PER_DAY, Unit.SHARE)
_STATUS: Final = (Status.NO_DATA, Status.TOO_FEW, Status.OK)
Places = NDArray[np.intp]


@dataclass(frozen=True)
class _At:
    """A figure's arrays, one entry a cell asked for: nan, or no rows, where nothing was found."""

    value: Floats
    low: Floats
    high: Floats
    n: Floats
    maturing: Floats
    foreign: Floats

    @classmethod
    def of(cls, found: Figures, places: Places) -> _At:
        """``places``: where each cell stands in the arrays; -1, one past their end, for none."""
        foreign = np.zeros_like(found.n) if found.foreign is None else found.foreign
        unknown = (np.append(part, np.nan)[places] for part in (found.value, found.low, found.high))
        counts = (np.append(part, 0.0)[places] for part in (found.n, found.maturing, foreign))
        return cls(*unknown, *counts)


def cells_of(metric: Metric, results: Results, frame: Frame, context: Context) -> list[Cell]:
    """The cells of one figure: its groups with most rows first, each group's buckets in order."""
    found = results.figures[metric.key]
    place = {key: number for number, key in enumerate(results.keys)}
    starts = [edge.start for edge in frame.edges(0)] if frame.grain else [None]
    earlier = frame.compared()
    groups = list(dict.fromkeys(group for group, _, _ in results.keys)) if frame.by else [()]
    if not groups:
        return []
    now = np.array([[place.get((group, 0, start), -1) for start in starts] for group in groups], dtype=np.intp)
    sizes = np.append(found.n, 0.0)[now].sum(axis=1).tolist()
    order = sorted(range(len(groups)), key=lambda one: (-sizes[one], [value or "" for value in groups[one]]))
    keys = [(groups[one], 0, start) for one in order for start in starts]
    then = np.array(
        [-1 if edge is None else place.get((groups[one], 1, edge.start if frame.grain else None), -1)
         for one in order for edge in earlier],
        dtype=np.intp,
    )  # fmt: skip
    longer = [_longer(one, edge, context.as_of) for one, edge in zip(frame.edges(0), earlier, strict=True)]
    at, before = _At.of(found, now[order].ravel()), _At.of(found, then)
    return _cells(metric, frame, keys, at, before, np.tile(longer, len(order)), context.settings)


def _longer(now: Period, before: Period | None, as_of: int) -> float:
    """How many times as long as the period before a period is, or has been so far."""
    return max(0, min(now.end, as_of) - now.start) / (before.end - before.start) if before else 1.0


def _cells(
    metric: Metric, frame: Frame, keys: Sequence[Key], now: _At, before: _At, longer: Floats, settings: Settings
) -> list[Cell]:
    stock = isinstance(metric.shape, Stock)
    (low, high), (low_before, high_before) = (_bounded(metric.unit, at) for at in (now, before))
    no_data = np.isnan(now.value) | (False if stock else now.n == 0)
    too_few = np.zeros_like(no_data) if stock else now.n < TOO_FEW
    change, change_low, change_high = difference(now.value, low, high, before.value, low_before, high_before)
    unchanged = no_data | np.isnan(before.value)
    change, change_low, change_high = (np.where(unchanged, np.nan, part) for part in (change, change_low, change_high))
    changed = more_than_chance(change_low, change_high)
    if metric.shape.is_flow:
        # A month of 31 days holds more than one of 28: nothing changed that the days alone explain.
        scaled = [part * longer for part in (before.value, low_before, high_before)]
        as_long, *interval = difference(now.value, low, high, *scaled)
        changed &= more_than_chance(*interval) & (np.sign(as_long) == np.sign(change))
    known = ~np.isnan(change_low) & ~np.isnan(change_high)
    target = settings.targets.get(metric.key)
    columns: dict[str, list[Any]] = {
        "value": _known(np.where(no_data, np.nan, now.value)), "n": _counts(now.n), "low": _known(low),
        "high": _known(high), "status": [_STATUS[code] for code in np.where(no_data, 0, 2 - too_few).tolist()],
        "maturing": _counts(now.maturing), "previous": _known(before.value), "previous_n": _counts(before.n),
        "change": _known(change), "change_low": _known(change_low), "change_high": _known(change_high),
        "changed": _where(changed, known), "foreign": _counts(now.foreign),
        "on_target": _where(*_reached(metric.better, now.value, no_data, target)),
    }  # fmt: skip
    return [
        Cell(metric=metric.key, by=dict(zip(frame.by, group, strict=True)), bucket=start, target=target,
             **dict(zip(columns, parts, strict=True)))
        for (group, _, start), parts in zip(keys, zip(*columns.values(), strict=True), strict=True)
    ]  # fmt: skip


def _bounded(unit: Unit, at: _At) -> tuple[Floats, Floats]:
    """The interval within what the figure can be."""
    low = np.where(at.low < 0, 0.0, at.low) if unit in _NEVER_NEGATIVE else at.low
    return low, np.where(at.high > 1, 1.0, at.high) if unit is Unit.SHARE else at.high


def _reached(better: Better, value: Floats, no_data: Flags, target: float | None) -> tuple[Flags, Flags]:
    """Whether each value is on the right side of the target, and whether that can be said."""
    if target is None or better is Better.NEITHER:
        return no_data, np.zeros_like(no_data)
    return value >= target if better is Better.HIGHER else value <= target, ~no_data


def _known(values: Floats) -> list[float | None]:
    return _where(values, ~np.isnan(values))


def _where(values: NDArray[Any], known: Flags) -> list[Any]:
    """The values, None where they are not known."""
    found = values.astype(object)
    found[~known] = None
    return list(found.tolist())


def _counts(numbers: Floats) -> list[int]:
    found: list[int] = np.nan_to_num(numbers).astype(np.int64).tolist()
    return found
