"""Local days, weeks and months by the clock on the wall: from instants (microseconds, UTC) to buckets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND


@dataclass(frozen=True)
class Stretch:
    """``start`` belongs to it, ``end`` does not."""

    start: int
    end: int

    def holds(self, at: int | None) -> bool:
        return at is not None and self.start <= at < self.end


def instant(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // MICRO


def wall(at: int, zone: str) -> datetime:
    return (EPOCH + at * MICRO).astimezone(ZoneInfo(zone))


@lru_cache(maxsize=4_096)
def begins(day: date, zone: str) -> int:
    """The first minute whose local date is that day: looked for, minute by minute, between two that surround it."""
    before = (datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1) - EPOCH) // MICRO
    after = before + 2 * DAY
    while after - before > MINUTE:
        middle = (before + after) // 2 // MINUTE * MINUTE
        before, after = (before, middle) if wall(middle, zone).date() >= day else (middle, after)
    return after


def first_day(day: date, grain: str) -> date:
    """The first day of the day, week (Monday), month, quarter or year that a day is in."""
    return {
        "day": day,
        "week": day - timedelta(days=day.isoweekday() - 1),
        "month": date(day.year, day.month, 1),
        "quarter": date(day.year, (day.month + 2) // 3 * 3 - 2, 1),
        "year": date(day.year, 1, 1),
    }[grain]


def bucket_of(at: int, grain: str, zone: str, period: Stretch) -> int:
    """The start of the bucket that an instant of the period is in; the period's first bucket may begin amid a day."""
    local = wall(at, zone)
    if grain == "hour":
        start = at - (local - local.replace(minute=0, second=0, microsecond=0)) // MICRO
    else:
        start = begins(first_day(local.date(), grain), zone)
    return max(start, period.start)


def buckets(grain: str | None, zone: str, period: Stretch) -> list[Stretch]:
    """The period cut into its buckets: from each on to where the next begins, which is looked for."""
    if grain is None:
        return [period]
    found, start = [], period.start
    while start < period.end:
        end = period.end
        if bucket_of(end - 1, grain, zone, period) != start:
            low, high = start, period.end - 1  # the bucket of low is this one, that of high another
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if bucket_of(middle, grain, zone, period) == start else (low, middle)
            end = high
        found.append(Stretch(start, end))
        start = end
    return found
