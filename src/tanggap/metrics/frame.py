"""What a scorecard looks at: periods, buckets and break-downs; and which of its cells an instant falls in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import pairwise, zip_longest
from operator import or_
from typing import Final, NamedTuple

import ibis
import ibis.expr.types as ir

from tanggap.core.periods import Period, buckets

#: Cells of the second of two periods that overlap are numbered from here on.
_PART: Final = 1 << 32


class Span(NamedTuple):
    """One bucket of one period: ``which`` is 0 for the period asked for, 1 for the one compared with; ``bucket`` its
    start, None where a period is not cut.
    """

    which: int
    bucket: int | None


@dataclass(frozen=True)
class Frame:
    """What a scorecard looks at: periods, buckets and break-downs."""

    period: Period
    previous: Period | None
    timezone: str
    grain: str | None
    by: tuple[str, ...]

    @property
    def periods(self) -> list[Period]:
        """The period asked for and, if there is one, the one compared with."""
        return [self.period] if self.previous is None else [self.period, self.previous]

    @property
    def parts(self) -> list[tuple[int, ...]]:
        """Which periods can be looked at together, because no instant belongs to both."""
        if self.previous is None:
            return [(0,)]
        overlap = self.period.start < self.previous.end and self.previous.start < self.period.end
        return [(0,), (1,)] if overlap else [(0, 1)]

    def edges(self, which: int) -> Sequence[Period]:
        """The buckets of a period; without a grain the period itself."""
        return _buckets(self.periods[which], self.grain, self.timezone)

    def compared(self) -> list[Period | None]:
        """The bucket of the period before that each bucket is compared with: the one at its place, if both are whole
        or as long. Five days of a week are not compared with a week.
        """
        if self.previous is None:
            return [None] * len(self.edges(0))
        pairs = zip_longest(self.edges(0), self.edges(1)[: len(self.edges(0))])
        return [before if before and self._alike(now, before) else None for now, before in pairs]

    def _alike(self, one: Period, other: Period) -> bool:
        if self.grain is None or one.end - one.start == other.end - other.start:
            return True
        around = ((edge, Period(edge.start - 1, edge.end + 1)) for edge in (one, other))
        return all(edge in _buckets(wider, self.grain, self.timezone) for edge, wider in around)

    def cells(self) -> dict[int, Span]:
        """What each number that :meth:`cell` gives stands for."""
        found = {}
        for part in self.parts:
            instants = self._instants(part)
            for which in part:
                for edge in self.edges(which):
                    number = part[0] * _PART + bisect_right(instants, edge.start)
                    found[number] = Span(which, edge.start if self.grain else None)
        return found

    def cell(self, at: ir.IntegerValue, part: tuple[int, ...]) -> ir.IntegerValue:
        """The number of the cell that an instant within the periods of ``part`` falls in."""
        number = passed(at, self._instants(part), inside=True)
        return number + _PART if part[0] else number

    def _instants(self, part: tuple[int, ...]) -> list[int]:
        return sorted({instant for which in part for edge in self.edges(which) for instant in (edge.start, edge.end)})

    def within(self, at: ir.IntegerValue, part: tuple[int, ...]) -> ir.BooleanValue:
        """Whether an instant lies in one of the periods of ``part``."""
        periods = sorted(self.periods[which] for which in part)
        whole = (at >= periods[0].start) & (at < periods[-1].end)  # from this an engine knows what it need not read
        if all(before.end == after.start for before, after in pairwise(periods)):
            return whole
        return whole & reduce(or_, ((at >= period.start) & (at < period.end) for period in periods))


@lru_cache(maxsize=64)
def _buckets(period: Period, grain: str | None, timezone: str) -> tuple[Period, ...]:
    return tuple(buckets(period, grain, timezone)) if grain else (period,)


class _Run(NamedTuple):
    """So many stretches of one length, the last perhaps shorter: where the first begins, and its number."""

    start: int
    length: int
    first: int
    many: int


def passed(at: ir.IntegerValue, edges: Sequence[int], *, inside: bool = False) -> ir.IntegerValue:
    """How many of the ascending ``edges`` lie at or before an instant: which stretch between them it falls in.

    ``inside``: it is known to lie between the first and the last. Weeks and days are of one length for months on end,
    so that most of the work is one division; a month is found in a few comparisons, more than one costs a join.
    """
    runs: list[_Run] = []
    for number, (start, end) in enumerate(pairwise(edges), 1):
        if runs and end - start <= runs[-1].length and runs[-1].start + runs[-1].many * runs[-1].length == start:
            runs[-1] = runs[-1]._replace(many=runs[-1].many + 1)
        else:
            runs.append(_Run(start, end - start, number, 1))
    found = _in_runs(at, runs) if runs else ibis.literal(1, "int64")
    if inside:
        return found
    return (at < edges[0]).ifelse(0, (at < edges[-1]).ifelse(found, len(edges))).cast("int64")


def _in_runs(at: ir.IntegerValue, runs: Sequence[_Run]) -> ir.IntegerValue:
    if len(runs) > 1:
        half = len(runs) // 2
        return (at < runs[half].start).ifelse(_in_runs(at, runs[:half]), _in_runs(at, runs[half:]))
    run = runs[0]
    if run.many == 1:
        return ibis.literal(run.first, "int64")
    return (at - (run.start - run.first * run.length)) // run.length
