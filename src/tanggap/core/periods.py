"""Periods and grains: where local days, weeks and months are cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal, get_args

from tanggap.core.errors import UsageError
from tanggap.core.instants import DAY, HOUR, to_datetime, to_micros, zone

Grain = Literal["hour", "day", "week", "month", "quarter", "year"]
GRAINS: Final[tuple[str, ...]] = get_args(Grain)


@dataclass(frozen=True, order=True)
class Period:
    """A half-open span of instants: ``start`` belongs to it, ``end`` does not (microseconds since the epoch)."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise UsageError("a period must end after it starts", hint="check --from and --to")

    def __contains__(self, instant: int) -> bool:
        return self.start <= instant < self.end

    @property
    def days(self) -> float:
        """Its length in days of 24 hours."""
        return (self.end - self.start) / DAY


def local_midnight(day: date, tz: tzinfo) -> int:
    """The first instant of a local day.

    Where daylight saving skips midnight the day begins at the first instant that exists; where it repeats
    midnight, at the first of the two.
    """
    return to_micros(datetime.combine(day, time.min, tz).astimezone(UTC))


def local_noon(day: date, tz: tzinfo) -> int:
    """Noon of a local day: the instant that dates it, since it is of the same day in all zones within half a day."""
    return to_micros(datetime.combine(day, time(12), tz).astimezone(UTC))


def local_day(instant: int, tz: tzinfo) -> date:
    """The local calendar day an instant falls on."""
    return to_datetime(instant, tz).date()


def floor_day(day: date, grain: str) -> date:
    """The first day of the week (Monday), month, quarter or year that ``day`` is in."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if grain == "year":
        return day.replace(month=1, day=1)
    return day


def next_day(day: date, grain: str) -> date:
    """The first day of the bucket after the one that starts on ``day``."""
    if grain == "week":
        return day + timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}.get(grain)
    if months is None:
        return day + timedelta(days=1)
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def buckets(period: Period, grain: str, timezone: str) -> Iterator[Period]:
    """The grain's buckets that cover ``period``, clipped to it, in order and without gaps.

    Raises:
        UsageError: no such grain.
    """
    if grain not in GRAINS:
        raise UsageError(f"unknown grain {grain!r}", place="grain", hint=f"one of {', '.join(GRAINS)}")
    for start, end in _edges(period, grain, timezone):
        if start < period.end and end > period.start:
            yield Period(max(start, period.start), min(end, period.end))


def _edges(period: Period, grain: str, timezone: str) -> Iterator[tuple[int, int]]:
    tz = zone(timezone)
    if grain == "hour":
        # An hour of the local clock: its edges are whole local hours, also where the offset is +05:45.
        offset = to_datetime(period.start, tz).utcoffset() or timedelta()
        shift = (offset // timedelta(microseconds=1)) % HOUR
        start = (period.start + shift) // HOUR * HOUR - shift
        while start < period.end:
            yield start, start + HOUR
            start += HOUR
        return
    day = floor_day(local_day(period.start, tz), grain)
    while (start := local_midnight(day, tz)) < period.end:
        day = next_day(day, grain)
        yield start, local_midnight(day, tz)


def days_period(first: date, last: date, timezone: str) -> Period:
    """The period from the start of local day ``first`` to the end of local day ``last``."""
    tz = zone(timezone)
    return Period(local_midnight(first, tz), local_midnight(last + timedelta(days=1), tz))


def preceding(period: Period, timezone: str, known_until: int | None = None) -> Period:
    """The period of the same length just before: whole months before whole months, else as many local days.

    Of a period that is not over (``known_until``: the last instant known) only so many days are compared as have
    begun, or of one that begins amid a day so much time: half a month with the first half of the month before.
    """
    before = _just_before(period, timezone)
    if known_until is None or not period.start <= known_until < period.end:
        return before
    tz = zone(timezone)
    first = local_day(period.start, tz)
    end = before.start + known_until + 1 - period.start
    if local_midnight(first, tz) == period.start:
        begun = local_day(known_until, tz) - first + timedelta(days=1)
        end = local_midnight(local_day(before.start, tz) + begun, tz)
    return Period(before.start, min(before.end, end))


def _just_before(period: Period, timezone: str) -> Period:
    tz = zone(timezone)
    first, after = local_day(period.start, tz), local_day(period.end, tz)
    whole_days = local_midnight(first, tz) == period.start and local_midnight(after, tz) == period.end
    if not whole_days:
        return Period(period.start - (period.end - period.start), period.start)
    if first.day == after.day == 1:
        months = (after.year - first.year) * 12 + after.month - first.month
        index = first.year * 12 + first.month - 1 - months
        return Period(local_midnight(date(index // 12, index % 12 + 1, 1), tz), period.start)
    return Period(local_midnight(first - (after - first), tz), period.start)
