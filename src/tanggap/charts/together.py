"""Figures that stand side by side are written with as many digits as it takes for them to agree.

Each rounded on its own, 3.84 s and 4.08 s read "3.8 s → 4.1 s" beside a change of "+0.2 s", and 2 h 10 s against a
target of 2 h reads as met. No number is bent to fit another: each stays the true one, rounded; more digits are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tanggap.charts.formats import Formats, to_step

#: More digits for the values, and for the change, in the order in which they are tried. The change is made coarser
#: only where it is finer than the values. (2, 0) fails where the change lies within a hundredth of its digit beside the
#: edge between two roundings, (2, 1) beside an edge ten times finer: none lies beside both.
_TRIED: Final = ((0, 0), (1, 0), (1, -1), (1, 1), (2, 0), (2, -1), (2, 1))
_MOST: Final = 4


@dataclass(frozen=True)
class Written:
    """A value, the one before, its change, that change's interval and the target as text; empty where there is none."""

    value: str
    previous: str = ""
    change: str = ""
    change_interval: str = ""
    target: str = ""


def written(
    formats: Formats, unit: str, value: float, *, previous: float | None = None, change: float | None = None,
    change_low: float | None = None, change_high: float | None = None, changed: bool = False,
    target: float | None = None, missed: bool = False,
) -> Written:  # fmt: skip
    """The figure with as few digits as say nothing untrue.

    What is shown of ``value`` − ``previous`` is what is shown of ``change``, to within the rounding of the coarsest
    of the three; a change that is more than chance (``changed``) is not shown as none, nor its interval as holding
    zero; a value on one side of ``target`` is not shown on the other, and one that missed it not as equal to it.
    """
    at = 0
    while target is not None and at < _MOST and not _on_its_side(formats, unit, value, target, at, missed):
        at += 1
    target_text = "" if target is None else formats.target(unit, target, at)
    if previous is None or change is None:
        before = "" if previous is None else formats.value(unit, previous)
        return Written(formats.value(unit, value, finer=at), before, target=target_text)
    tried = [(max(values, at), moved) for values, moved in _TRIED]
    plain = max(formats.step(unit, one) for one in (value, previous))
    fitting = (
        (values, moved)
        for values, moved in tried
        if (moved >= 0 or formats.step(unit, change, moved, change=True) <= plain)
        and _adds_up(formats, unit, (value, previous, change), values, moved, changed)
    )
    values, moved = next(fitting, tried[-1])
    interval = 0
    while changed and interval < _MOST and _holds_zero(formats, unit, change_low, change_high, interval):
        interval += 1
    return Written(
        formats.value(unit, value, finer=values), formats.value(unit, previous, finer=values),
        formats.signed(unit, change, moved),
        formats.interval(unit, change_low, change_high, signed=True, finer=interval), target_text,
    )  # fmt: skip


def _shown(formats: Formats, unit: str, value: float, finer: int, *, change: bool = False) -> Decimal:
    return to_step(formats.scaled(unit, value), formats.step(unit, value, finer, change=change))


def _adds_up(
    formats: Formats, unit: str, figures: tuple[float, float, float], values: int, moved: int, changed: bool
) -> bool:
    value, previous, change = figures
    now, before = (_shown(formats, unit, one, values) for one in (value, previous))
    difference = _shown(formats, unit, change, moved, change=True)
    if changed and change and (now == before or not difference):
        return False
    coarsest = max(
        formats.step(unit, value, values), formats.step(unit, previous, values),
        formats.step(unit, change, moved, change=True),
    )  # fmt: skip
    return abs(now - before - difference) <= coarsest / 2


def _on_its_side(formats: Formats, unit: str, value: float, target: float, finer: int, missed: bool) -> bool:
    now, aim = (_shown(formats, unit, one, finer) for one in (value, target))
    return (not missed if now == aim else (now > aim) == (value > target)) or value == target


def _holds_zero(formats: Formats, unit: str, low: float | None, high: float | None, finer: int) -> bool:
    return any(end and not _shown(formats, unit, end, finer, change=True) for end in (low, high))
