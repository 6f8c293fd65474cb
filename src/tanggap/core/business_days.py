"""Targets counted in business days: "within two working days" means open dates, not working hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, Literal

from tanggap.core.calendars import CalendarVersions, open_intervals
from tanggap.core.errors import OutOfRangeError, UsageError
from tanggap.core.instants import DAY, format_instant, to_datetime, to_micros, zone
from tanggap.core.periods import local_day, local_midnight

Direction = Literal["after", "before"]

#: How far an open date is looked for: a year without one is a calendar that has ended, not a long holiday.
_SEARCH_DAYS: Final = 366


def open_dates(calendar: CalendarVersions, start: int, count: int, direction: Direction = "after") -> list[date]:
    """The next (or previous) ``count`` business days: local days on which windows open, the day of ``start`` left out.

    Raises:
        OutOfRangeError: none within a year of the one before.
        UsageError: a negative count, or no such direction.
    """
    step = _step(direction)
    if count < 0:
        raise UsageError(f"{count} business days", place=calendar.calendar_id, hint="count from 0 up")
    tz = zone(calendar.at(start).timezone)
    day = local_day(start, tz)
    found: list[date] = []
    closed_days = 0
    while len(found) < count:
        day += step
        version = calendar.at(local_midnight(day, tz))
        closed_days += 1
        if version.is_business_day(day):
            found.append(day)
            closed_days = 0
        elif closed_days > _SEARCH_DAYS:
            raise _never(calendar, start)
    return found


def deadline_business_days(calendar: CalendarVersions, start: int, days: int, direction: Direction = "after") -> int:
    """The instant ``days`` business days after (or before) ``start``, in microseconds.

    Open dates are counted, the local time of day is kept, and the result moves on to the nearest working time in the
    direction: to the next opening, or back to the last closing.

    Raises:
        OutOfRangeError: no open date, or no working time, within a year.
        UsageError: a negative count, or no such direction.
    """
    tz = zone(calendar.at(start).timezone)
    dates = open_dates(calendar, start, days, direction)
    if not dates:
        return _snap(calendar, start, direction)
    clock = to_datetime(start, tz).time().replace(fold=0)
    return _snap(calendar, to_micros(datetime.combine(dates[-1], clock, tz)), direction)


def _snap(calendar: CalendarVersions, instant: int, direction: Direction) -> int:
    if direction == "after":
        coming = open_intervals(calendar, instant, instant + _SEARCH_DAYS * DAY)
        if coming:
            return coming[0][0]
    else:
        # One microsecond on, so that an opening at the instant itself counts as working time.
        gone = open_intervals(calendar, instant - _SEARCH_DAYS * DAY, instant + 1)
        if gone:
            return min(gone[-1][1], instant)
    raise _never(calendar, instant)


def _step(direction: Direction) -> timedelta:
    steps = {"after": timedelta(days=1), "before": timedelta(days=-1)}
    if direction not in steps:
        raise UsageError(f"unknown direction {direction!r}", place="direction", hint="after or before")
    return steps[direction]


def _never(calendar: CalendarVersions, instant: int) -> OutOfRangeError:
    return OutOfRangeError(
        f"calendar {calendar.calendar_id!r} is not open within a year of {format_instant(instant)}",
        place=calendar.calendar_id, hint="check its hours and holidays",
    )  # fmt: skip
