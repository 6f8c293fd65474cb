"""Where an axis is labelled: round numbers in the unit's own steps (30 s, 15 min, 5 %)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

_TIME_STEPS: Final = (
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
    86_400, 172_800, 604_800, 1_209_600, 2_592_000,
)  # fmt: skip
_WHOLE: Final = ("count",)
_SAME: Final = 1e-6  # closer values cannot be told apart on a chart


def _step(span: float, unit: str, count: int) -> float:
    raw = span / count
    if unit == "seconds":
        return next((step for step in _TIME_STEPS if step >= raw), _TIME_STEPS[-1] * math.ceil(raw / _TIME_STEPS[-1]))
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.999)
    return max(1.0, step) if unit in _WHOLE else step


def ticks(values: Iterable[float | None], unit: str, *, zero: bool = False, count: int = 3) -> list[float]:
    """Round numbers that enclose ``values``, about ``count`` steps apart; the first and last bound the axis.

    ``zero`` makes the axis begin (or end) at zero. Shares stay within 0 … 1, scores within −100 … 100.
    """
    seen = [value for value in values if value is not None and math.isfinite(value)] or [0.0]
    low, high = min(seen), max(seen)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < _SAME:
        pad = {"share": 0.05, "score": 5.0}.get(unit, max(abs(high) * 0.1, 1.0 if unit in _WHOLE else 0.1))
        low, high = (low if zero else low - pad), high + pad
    step = _step(high - low, unit, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    marks = [round(index * step, 10) for index in range(first, last + 1)]
    bounds = {"share": (0.0, 1.0), "score": (-100.0, 100.0)}.get(unit)
    if unit in ("seconds", "count", "money", "per_day", "mean_count") and min(seen) >= 0:
        bounds = (0.0, math.inf)
    return [mark for mark in marks if bounds is None or bounds[0] <= mark <= bounds[1]] or [low, high]
