"""Holds a scorecard of Tanggap against the same one in plain Python, cell by cell."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from plain_card import FIGURES, NOTHING, Asked, Facts, Key, answers
from plain_figures import Answer, Now, Row
from plain_intervals import Interval, change, interval
from plain_time import DAY, Stretch, bucket_of, buckets

from tanggap.core.periods import Period
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.metrics.model import Better, Cell, Scorecard, Unit
from tanggap.metrics.scorecard import scorecard
from tanggap.records.lake import Snapshot

NEVER_NEGATIVE = (Unit.SECONDS, Unit.COUNT, Unit.MEAN_COUNT, Unit.PER_DAY, Unit.SHARE)
#: What grows with the days that are looked at.
FLOWS = ("count", "total", "saving")
#: Percentiles of groups of so many sizes have the order statistics of each size; of more, those of sizes alike.
SIZES = 16


@dataclass(frozen=True)
class Shop:
    """A lake as Tanggap reads it, and its rows as plain Python has them."""

    engine: Engine
    snapshot: Snapshot
    settings: Settings
    facts: dict[str, list[Row]]
    now: Now


def period(stretch: Stretch) -> Period:
    return Period(stretch.start, stretch.end)


def card(
    engine: Engine, snapshot: Snapshot, settings: Settings, asked: Asked, now: Now, metrics: Sequence[str] = ("all",)
) -> Scorecard:
    """What Tanggap answers."""
    return scorecard(
        engine, snapshot, settings, metrics=metrics, by=asked.by, grain=asked.grain, period=period(asked.period),
        compare=None if asked.previous is None else period(asked.previous), where=asked.where_text,
        timezone=asked.zone, as_of=now.as_of,
    )  # fmt: skip


def earlier(asked: Asked) -> dict[int | None, int | None]:
    """Which bucket of the period before each bucket is compared with: the one at its place, both whole or as long."""
    if asked.grain is None or asked.previous is None:
        return {None: None}
    now = buckets(asked.grain, asked.zone, asked.period)
    then = buckets(asked.grain, asked.zone, asked.previous)
    return {
        one.start: other.start
        for one, other in zip(now, then, strict=False)
        if one.end - one.start == other.end - other.start or (_whole(one, asked) and _whole(other, asked))
    }


def lengths(asked: Asked, now: Now) -> dict[int | None, float]:
    """How many times as long as the bucket before a bucket is, as far as time has gone."""
    if asked.previous is None:
        return {}
    pairs: dict[int | None, tuple[Stretch, Stretch]] = {None: (asked.period, asked.previous)}
    if asked.grain is not None:
        ours, theirs = (buckets(asked.grain, asked.zone, period) for period in (asked.period, asked.previous))
        of = {bucket.start: bucket for bucket in (*ours, *theirs)}
        pairs = {one: (of[one], of[other]) for one, other in earlier(asked).items()}  # type: ignore[index]
    return {
        start: max(0, min(one.end, now.as_of) - one.start) / (other.end - other.start)
        for start, (one, other) in pairs.items()
    }


def _whole(bucket: Stretch, asked: Asked) -> bool:
    """Another bucket ends where it begins, and another begins where it ends."""
    assert asked.grain is not None
    around = Stretch(bucket.start - 400 * DAY, bucket.end + 400 * DAY)
    instants = (bucket.start - 1, bucket.start, bucket.end - 1, bucket.end)
    before, first, last, after = (bucket_of(at, asked.grain, asked.zone, around) for at in instants)
    return before != first == last != after


def close(found: float | None, wanted: float | None, tolerance: float = 1e-9) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)


def status(answer: Answer) -> str:
    """Of nothing there is no data; of fewer than five rows there are too few, but a stock is what it is."""
    if answer.value is None:
        return "no_data"
    return "too_few" if answer.n < 5 and answer.kind != "stock" else "ok"


def differences(made: Scorecard, facts: Facts, asked: Asked, now: Now) -> Iterable[str]:
    """What is not the same, a line each."""
    before, longer = earlier(asked), lengths(asked, now)
    for info in made.metrics:
        wanted = answers(FIGURES[info.key], facts, asked, now)
        few_sizes = len({answer.n for answer in wanted.values()}) <= SIZES
        seen = set()
        for cell in (cell for cell in made.cells if cell.metric == info.key):
            group = tuple(cell.by[name] for name in asked.by)
            seen.add((group, 0, cell.bucket))
            here, then = wanted.get((group, 0, cell.bucket), NOTHING), NOTHING
            if asked.previous is not None and cell.bucket in before:
                then = wanted.get((group, 1, before[cell.bucket]), NOTHING)
            place = f"{cell.metric} {dict(cell.by)} {cell.bucket}"
            lines = (
                *_figure(cell, here, then),
                *_intervals(cell, info.unit, here, then, few_sizes, longer.get(cell.bucket, 1.0)),
                *_target(cell, info.better, here, dict(now.targets).get(info.key)),
            )  # fmt: skip
            for line in lines:
                yield f"{place}: {line}"
        if not _most_rows_first([cell for cell in made.cells if cell.metric == info.key]):
            yield f"{info.key}: groups are not in order"
        for key in _lacking(wanted, seen):
            yield f"{info.key} {key}: no cell, but {wanted[key].value} of {wanted[key].n}"


def _lacking(wanted: dict[Key, Answer], seen: set[Key]) -> Iterable[Key]:
    return (key for key, answer in wanted.items() if key[1] == 0 and answer.value is not None and key not in seen)


def _figure(cell: Cell, here: Answer, then: Answer) -> Iterable[str]:
    if str(cell.status) != status(here):
        yield f"status is {cell.status}, not {status(here)}"
    change = None if here.value is None or then.value is None else here.value - then.value
    pairs = {
        "value": (cell.value, here.value), "n": (cell.n, here.n), "maturing": (cell.maturing, here.maturing),
        "foreign": (cell.foreign, here.foreign), "previous": (cell.previous, then.value),
        "previous_n": (cell.previous_n, then.n), "change": (cell.change, change),
    }  # fmt: skip
    for name, (found, wanted) in pairs.items():
        if not close(found, wanted, 1e-9 * max(1.0, abs(here.value or 0.0))):
            yield f"{name} is {found}, not {wanted}"


def _target(cell: Cell, better: Better, here: Answer, target: float | None) -> Iterable[str]:
    """A target is reached from the side that is better; by nothing, it is neither reached nor missed."""
    reached = None
    if target is not None and here.value is not None and better is not Better.NEITHER:
        reached = here.value >= target if better is Better.HIGHER else here.value <= target
    if (cell.target, cell.on_target) != (target, reached):
        yield f"target {cell.target} reached: {cell.on_target}, not {target}: {reached}"


def _most_rows_first(cells: Sequence[Cell]) -> bool:
    """By all their buckets; of groups with as many rows, by their names."""
    sizes: dict[tuple[str | None, ...], int] = defaultdict(int)
    for cell in cells:
        sizes[tuple(cell.by.values())] += cell.n
    places = [(-size, [name or "" for name in group]) for group, size in sizes.items()]
    return places == sorted(places)


def _changed(cell: Cell, here: Answer, first: Interval, then: Answer, second: Interval, longer: float) -> bool | None:
    """Beyond chance; of what grows with the days, also if the period before had been as long, and the same way."""
    if cell.change is None or cell.change_low is None or cell.change_high is None:
        return None
    beyond = not cell.change_low <= 0 <= cell.change_high
    if here.kind not in FLOWS or not beyond:
        return beyond
    assert then.value is not None
    assert second is not None
    as_long = replace(then, value=then.value * longer)
    a_day = change(here, first, as_long, (second[0] * longer, second[1] * longer))
    return a_day is not None and (a_day[0] > 0 if cell.change > 0 else a_day[1] < 0)


def _intervals(cell: Cell, unit: Unit, here: Answer, then: Answer, few_sizes: bool, longer: float) -> Iterable[str]:
    """Of figures whose interval has a formula; a mean of money has none, and percentiles of many sizes of groups have
    one that is at least as long.
    """
    if unit is Unit.MONEY and here.kind == "mean":
        if cell.low is not None and not cell.low <= cell.value <= cell.high:  # type: ignore[operator]
            yield f"{cell.low} to {cell.high} does not hold {cell.value}"
        return
    bounds = (0.0 if unit in NEVER_NEGATIVE else None, 1.0 if unit is Unit.SHARE else None)
    first, second = interval(here, *bounds), interval(then, *bounds)
    if not few_sizes and here.kind == "percentile":
        held = first is None or (cell.low <= first[0] * (1 + 1e-9) and first[1] * (1 - 1e-9) <= cell.high)  # type: ignore[operator]
        if not held:
            yield f"{cell.low} to {cell.high} is shorter than {first}"
        return
    moved = None if here.value is None or then.value is None else change(here, first, then, second)
    ends = (*(first or (None, None)), *(moved or (None, None)))
    found = (cell.low, cell.high, cell.change_low, cell.change_high)
    for name, one, other in zip(("low", "high", "change_low", "change_high"), found, ends, strict=True):
        if not close(one, other, 1e-6 * max(1.0, abs(cell.value or 0.0))):
            yield f"{name} is {one}, not {other}"
    if cell.changed != _changed(cell, here, first, then, second, longer):
        yield f"changed is {cell.changed}, of {moved}"
