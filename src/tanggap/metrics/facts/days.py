"""Local days: which of them stretches of time touch, and what is cut where they end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from tanggap.core.calendars import Interval, merge
from tanggap.core.instants import DAY, HOUR, zone
from tanggap.core.periods import local_day, local_midnight, local_noon

#: Time zones differ from UTC by multiples of this in every period worth measuring.
QUARTER: Final = 15 * 60 * 1_000_000
#: No local day is shorter, so what is no longer touches two days at most.
_SHORT: Final = 20 * HOUR


def touched_days(stretches: Iterable[Interval], timezone: str) -> list[Interval]:
    """The local days that some stretches touch, each once, in order."""
    tz = zone(timezone)
    days = set()
    for start, end in merge(stretches):
        day, last = local_day(start, tz), local_day(end - 1, tz)
        while day <= last:
            days.add(day)
            day += timedelta(days=1)
    return [(local_midnight(day, tz), local_midnight(day + timedelta(days=1), tz)) for day in sorted(days)]


def quarters(days: Sequence[Interval], timezone: str) -> pa.Table:
    """``quarter`` (number of a quarter hour since the epoch) with ``day_begins``, ``day_at`` (noon) and ``day_ends`` of
    its local day.
    """
    tz = zone(timezone)
    noons = np.array([local_noon(local_day(begin, tz), tz) for begin, _ in days], np.int64)
    begins, ends = np.array(days, np.int64).reshape(-1, 2).T
    first, count = begins // QUARTER, ends // QUARTER - begins // QUARTER
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return pa.table({
        "quarter": np.repeat(first, count) + within,
        "day_begins": np.repeat(begins, count), "day_at": np.repeat(noons, count), "day_ends": np.repeat(ends, count),
    })  # fmt: skip


def widened(stretches: Sequence[Interval], long: Sequence[Interval], until: int) -> list[Interval]:
    """Stretches that wholly hold whatever touches these ``stretches`` and takes a day at most or is one of ``long``;
    as far as that is before ``until``.
    """
    found = [(start - DAY, end + DAY) for start, end in stretches]
    found += [held for held in long if any(held[0] < end and held[1] > start for start, end in stretches)]
    return merge((start, min(end, until)) for start, end in found)


def within(instant: ir.IntegerValue, stretches: Sequence[Interval]) -> ir.BooleanValue:
    """Whether an instant falls into one of the stretches."""
    return ibis.or_(*((instant >= start) & (instant < end) for start, end in stretches))


def touching(starts: ir.IntegerValue, ends: ir.IntegerValue, stretches: Sequence[Interval]) -> ir.BooleanValue:
    """Whether the time from ``starts`` to ``ends`` has something of one of the stretches."""
    return ibis.or_(*((starts < end) & (ends > start) for start, end in stretches))


def one_a_day(days: ir.Table) -> ir.Table:
    """The days of some :func:`quarters`, each once."""
    return days.filter(days.quarter == days.day_begins // QUARTER)


def by_day(rows: ir.Table, days: ir.Table) -> ir.Table:
    """``rows`` (with starts_at and ends_at), cut at midnight: one row a local day (``day_begins``) that a row touches.

    ``days`` are its :func:`quarters`; what lies on other days is left out.
    """
    is_short = rows.ends_at - rows.starts_at <= _SHORT
    short, long = rows.filter(is_short), rows.filter(~is_short)
    short = short.mutate(first_=short.starts_at // QUARTER, last_=(short.ends_at - 1) // QUARTER)
    first = short.inner_join(days, short.first_ == days.quarter)
    last = short.inner_join(days, short.last_ == days.quarter).filter(ibis._.day_begins > ibis._.starts_at)
    each = one_a_day(days)
    all_between = long.inner_join(each, [long.starts_at < each.day_ends, long.ends_at > each.day_begins])
    names = [*rows.columns, "day_begins", "day_ends"]
    cut = ibis.union(*(piece.select(names) for piece in (first, last, all_between)))
    return cut.mutate(
        starts_at=ibis.greatest(cut.starts_at, cut.day_begins), ends_at=ibis.least(cut.ends_at, cut.day_ends)
    ).drop("day_ends")
