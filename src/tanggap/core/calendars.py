"""Working calendars: when a team works, and the instants that makes.

A window is a pair of minutes of the local day, ``(540, 1020)`` for 09:00 to 17:00. A window that closes past midnight
closes after minute 1440, and belongs to the day it opens on. What wins over what on a local day:

1. A holiday closes its local day, midnight to midnight: a night shift that began the evening before ends at that
   midnight, and one that would begin on the holiday starts at the midnight after it.
2. A break closes what it covers.
3. A dated shift replaces the weekday's windows that open on that date; a night shift that began the evening before
   runs on.
4. The weekday's windows.

Daylight saving: a local time that does not exist is read later by the length of the gap (02:30 becomes 03:30); one
that exists twice means its first occurrence. A window that this leaves empty is not worked, and a local day that a
zone skipped altogether has no windows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from tanggap.core.errors import CalendarError, OutOfRangeError
from tanggap.core.instants import format_instant, to_micros, zone
from tanggap.core.periods import local_day, local_midnight

Window = tuple[int, int]
Interval = tuple[int, int]
Dated = Mapping[date, tuple[Window, ...]]

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: The ``valid_from`` that means: it always held.
ALWAYS_VALID: Final = date(1970, 1, 1)

_ONE_DAY: Final = timedelta(days=1)
_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True)
class Calendar:
    """When a team works: weekly windows in a time zone, with holidays, breaks and dated shifts.

    ``week`` holds the windows of Monday to Sunday. Made by :func:`tanggap.core.calendar_definition.parse_calendar`,
    which validates.
    """

    timezone: str
    week: tuple[tuple[Window, ...], ...]
    holidays: frozenset[date] = frozenset()
    breaks: Dated = field(default_factory=dict, hash=False)
    shifts: Dated = field(default_factory=dict, hash=False)

    @property
    def has_open_hours(self) -> bool:
        """Whether it can be open at all: in some week, or on a dated shift that is no holiday."""
        return any(self.week) or any(windows for day, windows in self.shifts.items() if day not in self.holidays)

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows that open on a local day, before holidays and breaks are taken off."""
        return self.shifts.get(day, self.week[day.weekday()])

    def is_business_day(self, day: date) -> bool:
        """Whether windows open on that local day, it is no holiday, and the zone did not skip it."""
        if day in self.holidays or not self.windows_on(day):
            return False
        tz = zone(self.timezone)
        return local_midnight(day, tz) < local_midnight(day + _ONE_DAY, tz)

    def on_holiday(self, instant: int) -> bool:
        """Whether an instant falls on a holiday of the calendar's zone."""
        return local_day(instant, zone(self.timezone)) in self.holidays

    def on_break(self, instant: int) -> bool:
        """Whether an instant falls into a dated break."""
        tz = zone(self.timezone)
        day = local_day(instant, tz)
        return any(
            opens <= instant < closes
            for on in (day - _ONE_DAY, day)
            for opens, closes in _instants(on, self.breaks.get(on, ()), tz)
        )


def always_open(timezone: str = "UTC") -> Calendar:
    """The calendar that never closes: calendar time."""
    return Calendar(timezone, (((0, _DAY_MINUTES),),) * len(WEEKDAYS))


@dataclass(frozen=True)
class CalendarVersions:
    """A calendar as it changed: each version holds from the midnight its ``valid_from`` begins with, in its own zone.

    A version is cut where the next begins, as if each had always held: the night shift of a new version may be
    under way at its first midnight. ``valid_from`` 1970-01-01 means always, also before.

    Raises:
        CalendarError: no version, or two that begin at the same instant.
    """

    calendar_id: str
    versions: tuple[tuple[date, Calendar], ...]

    def __post_init__(self) -> None:
        if not self.versions:
            raise CalendarError("a calendar without a version", place=self.calendar_id,
                                hint="give it at least one definition")  # fmt: skip
        ordered = tuple(sorted(self.versions, key=lambda version: version[0]))
        object.__setattr__(self, "versions", ordered)
        starts = [local_midnight(day, zone(calendar.timezone)) for day, calendar in ordered]
        for earlier, later, (day, _) in zip(starts, starts[1:], ordered[1:], strict=False):
            if later <= earlier:
                raise CalendarError(f"the version valid from {day} does not begin after the one before it",
                                    place=self.calendar_id, hint="give each version its own date")  # fmt: skip

    @classmethod
    def single(cls, calendar_id: str, calendar: Calendar) -> CalendarVersions:
        """A calendar that never changed."""
        return cls(calendar_id, ((ALWAYS_VALID, calendar),))

    @property
    def has_open_hours(self) -> bool:
        """Whether any version can be open at all."""
        return any(calendar.has_open_hours for _, calendar in self.versions)

    @property
    def starts_at(self) -> int | None:
        """The first instant a version holds (microseconds); None: it always held."""
        day, calendar = self.versions[0]
        return None if day <= ALWAYS_VALID else local_midnight(day, zone(calendar.timezone))

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int, Calendar]]:
        """The versions that hold within ``[start, end)``, each with its part of it (microseconds)."""
        calendars = [calendar for _, calendar in self.versions]
        cuts = [local_midnight(day, zone(calendar.timezone)) for day, calendar in self.versions]
        cuts[0] = start if self.starts_at is None else cuts[0]
        for begins, ends, calendar in zip(cuts, [*cuts[1:], end], calendars, strict=True):
            if max(begins, start) < min(ends, end):
                yield max(begins, start), min(ends, end), calendar

    def at(self, instant: int) -> Calendar:
        """The version that holds at an instant.

        Raises:
            OutOfRangeError: the instant is before the first version.
        """
        for _, _, calendar in self.pieces(instant, instant + 1):
            return calendar
        raise OutOfRangeError(
            f"no version of calendar {self.calendar_id!r} holds at {format_instant(instant)}",
            hint="give its first version the valid_from 1970-01-01, or an earlier one",
        )


def open_intervals(calendar: CalendarVersions, start: int, end: int) -> list[Interval]:
    """The working time within ``[start, end)``: ordered, merged, half-open intervals (microseconds)."""
    found: list[Interval] = []
    for begins, ends, version in calendar.pieces(start, end):
        found += _open_intervals(version, begins, ends)
    return merge(found)


def _open_intervals(calendar: Calendar, start: int, end: int) -> list[Interval]:
    tz = zone(calendar.timezone)
    # A window may close on the day after it opened, so one day earlier can still matter.
    day, last = local_day(start, tz) - _ONE_DAY, local_day(end, tz)
    opened: list[Interval] = []
    closed: list[Interval] = []
    midnight = local_midnight(day, tz)
    while day <= last:
        after = local_midnight(day + _ONE_DAY, tz)
        if midnight < after:  # else the zone skipped this date (Apia, 2011-12-30)
            opened += _instants(day, calendar.windows_on(day), tz)
            closed += _instants(day, calendar.breaks.get(day, ()), tz)
            if day in calendar.holidays:
                closed.append((midnight, after))
        day, midnight = day + _ONE_DAY, after
    worked = subtract(merge(opened), merge(closed))
    return [(max(a, start), min(b, end)) for a, b in worked if a < end and b > start]


def _instants(day: date, windows: Iterable[Window], tz: tzinfo) -> Iterator[Interval]:
    # An aware datetime with fold=0 reads a missing time with the offset before the gap, which moves it later by the
    # gap, and a repeated one as its first occurrence: just the two conventions we keep.
    midnight = datetime.combine(day, time.min)
    for opens, closes in windows:
        start = to_micros((midnight + timedelta(minutes=opens)).replace(tzinfo=tz))
        end = to_micros((midnight + timedelta(minutes=closes)).replace(tzinfo=tz))
        if start < end:
            yield start, end


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The union of half-open intervals: ordered, disjoint, not touching."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def subtract(intervals: list[Interval], holes: list[Interval]) -> list[Interval]:
    """What is left of ``intervals`` outside ``holes``; both ordered and disjoint, as :func:`merge` leaves them."""
    left: list[Interval] = []
    first = 0
    for interval_start, end in intervals:
        start = interval_start
        while first < len(holes) and holes[first][1] <= start:
            first += 1
        index = first
        while index < len(holes) and holes[index][0] < end:
            if start < holes[index][0]:
                left.append((start, holes[index][0]))
            start = holes[index][1]
            index += 1
        if start < end:
            left.append((start, end))
    return left
