"""Holidays from an iCalendar file (RFC 5545), as public-holiday feeds and Outlook export them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrulestr

from tanggap.core.errors import CalendarError, SettingsError
from tanggap.core.instants import zone

_ONE_DAY: Final = timedelta(days=1)
_FREQUENCIES: Final = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
_NOT_FOR_DAYS: Final = ("UNTIL=", "BYHOUR=", "BYMINUTE=", "BYSECOND=")
_TIMES: Final = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_LONGEST: Final = 366


@dataclass(frozen=True, order=True)
class Holiday:
    """A local day that is closed, and why."""

    date: date
    name: str


def holidays_from_ical(
    text: str | bytes, *, timezone: str, years: Iterable[int], place: str = "iCalendar"
) -> list[Holiday]:
    """The holidays of an iCalendar text that fall into ``years``, ordered, each date and name once.

    An event closes the whole local days it covers: an all-day event its dates, an event with times the days from
    midnight to midnight in ``timezone`` (a time without a zone is read there). Shorter events are no holidays and are
    left out, as are those whose STATUS is anything but CONFIRMED. Repetitions follow RRULE, RDATE, EXDATE and
    RECURRENCE-ID.

    Raises:
        CalendarError: no iCalendar text, an unknown time zone, or an event that cannot be read.
    """
    wanted = frozenset(years)
    tz = _zone(timezone, place)
    if not wanted:
        return []
    events = [event for calendar in _calendars(text, place) for event in calendar.walk("VEVENT")]
    replaced: dict[str, set[date]] = {}
    for event in events:
        _check(event, place)
        if "RECURRENCE-ID" in event:
            moved = _local(_value(event, "RECURRENCE-ID", place), tz)
            replaced.setdefault(str(event.get("UID", "")), set()).add(moved.date())
    found = set()
    for event in events:
        if str(event.get("STATUS", "CONFIRMED")).upper() != "CONFIRMED":
            continue
        name = str(event.get("SUMMARY", "")).strip()
        skip = set() if "RECURRENCE-ID" in event else replaced.get(str(event.get("UID", "")), set())
        found |= {Holiday(day, name) for day in _days(event, tz, skip, wanted, place) if day.year in wanted}
    return sorted(found)


def _days(
    event: icalendar.Component, tz: ZoneInfo, skip: set[date], years: frozenset[int], place: str
) -> Iterator[date]:
    """The local days an event closes, in every repetition that may reach the years."""
    start, offset, length = _span(event, tz, place)
    if length < 1:
        return
    first = datetime(max(min(years), 2), 1, 1) - timedelta(days=offset + length)
    last = datetime(max(years), 12, 31)
    starts = {start}
    try:
        for rule in _listed(event, "RRULE"):
            repeats = rrulestr(_daily(rule, tz, last), dtstart=datetime.combine(start, time.min))
            starts |= {moment.date() for moment in repeats.between(first, last, inc=True)}
    except (ValueError, TypeError, OverflowError) as error:
        raise _unreadable(event, f"RRULE: {error}", place) from error
    starts |= {_local(moment, tz).date() for moment in _dates(event, "RDATE", place)}
    starts -= {_local(moment, tz).date() for moment in _dates(event, "EXDATE", place)}
    for begun in starts - skip:
        yield from (begun + timedelta(days=offset + index) for index in range(length))


def _span(event: icalendar.Component, tz: ZoneInfo, place: str) -> tuple[date, int, int]:
    """The local day an event begins on, how many days later it covers a whole one, and how many it covers."""
    start = _value(event, "DTSTART", place)
    if "DTEND" in event:
        end = _value(event, "DTEND", place)
    elif "DURATION" in event:
        end = _plus(start, _value(event, "DURATION", place))
    else:
        # RFC 5545, 3.6.1: a date without an end lasts that day, a time without an end no time at all.
        end = start
    if end == start and not isinstance(start, datetime):
        end = _plus(start, _ONE_DAY)  # an end on the same date is not allowed, but written, and means that day
    begins, ends = _local(start, tz), _local(end, tz)
    offset = 0 if begins.time() == time.min else 1
    length = (ends.date() - begins.date()).days - offset
    if length > _LONGEST:
        raise _unreadable(event, f"it lasts {length} days", place)
    return begins.date(), offset, length


def _daily(rule: object, tz: ZoneInfo, last: datetime) -> str:
    """An RRULE as dateutil reads it beside a start without a zone: whole days, UNTIL a local date."""
    if not isinstance(rule, icalendar.vRecur):
        raise TypeError("no recurrence rule")
    frequency = str(next(iter(rule.get("FREQ", ())), ""))
    if frequency not in _FREQUENCIES:
        raise ValueError(f"FREQ={frequency}; whole days repeat {', '.join(_FREQUENCIES)}")
    if any(int(interval) < 1 for interval in rule.get("INTERVAL", ())):
        raise ValueError("INTERVAL below 1")
    text: str = rule.to_ical().decode()
    parts = [part for part in text.split(";") if not part.startswith(_NOT_FOR_DAYS)]
    if "COUNT" not in rule:
        # A rule that never comes true (30 February) would otherwise be searched up to the year 9999.
        until = min([last, *(_local(moment, tz) for moment in rule.get("UNTIL", ()))])
        parts.append(f"UNTIL={until:%Y%m%d}")
    return ";".join(parts)


def _dates(event: icalendar.Component, key: str, place: str) -> Iterator[object]:
    for listed in _listed(event, key):
        values = getattr(listed, "dts", None)
        if values is None:
            raise _unreadable(event, key, place)
        for value in values:
            yield value.dt[0] if isinstance(value.dt, tuple) else value.dt


def _listed(event: icalendar.Component, key: str) -> list[object]:
    value = event.get(key)
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _check(event: icalendar.Component, place: str) -> None:
    for key, reason in event.errors:  # the library keeps what it could not parse, and goes on
        if str(key).upper() in _TIMES:
            raise _unreadable(event, f"{key}: {reason}", place)


def _value(event: icalendar.Component, key: str, place: str) -> object:
    try:
        value: object = event.decoded(key)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _unreadable(event, f"{key}: {error}", place) from error
    return value


def _local(value: object, tz: ZoneInfo) -> datetime:
    """A date or date-time as the wall clock shows it in ``tz``."""
    if isinstance(value, datetime):
        return value.astimezone(tz).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    raise CalendarError(f"{value!r:.40} is no date", place="iCalendar", hint="export the file again")


def _plus(start: object, length: object) -> object:
    return start + length if isinstance(start, date) and isinstance(length, timedelta) else None


def _calendars(text: str | bytes, place: str) -> list[icalendar.Component]:
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        found = icalendar.Calendar.from_ical(decoded.encode(), multiple=True)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise CalendarError(f"no iCalendar text: {str(error).strip():.200}", place=place,
                            hint="it must begin with BEGIN:VCALENDAR and be whole, in UTF-8") from error  # fmt: skip
    components = found if isinstance(found, list) else [found]
    if not components or any(component.name != "VCALENDAR" for component in components):
        raise CalendarError("no iCalendar text: no VCALENDAR in it", place=place,
                            hint="it must begin with BEGIN:VCALENDAR and be whole, in UTF-8")  # fmt: skip
    return list(components)


def _zone(timezone: str, place: str) -> ZoneInfo:
    try:
        return zone(timezone, place=place)
    except SettingsError as error:
        raise CalendarError(error.message, place=error.place, hint=error.hint) from error


def _unreadable(event: icalendar.Component, what: str, place: str) -> CalendarError:
    name = str(event.get("SUMMARY", event.get("UID", "without a name")))
    return CalendarError(f"event {name[:80]!r} cannot be read: {what[:200]}", place=place,
                         hint="correct or remove the event")  # fmt: skip
