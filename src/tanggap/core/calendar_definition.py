"""A working calendar as people write it: JSON in, a validated :class:`~tanggap.core.calendars.Calendar` out.

::

    {"timezone": "Asia/Jakarta",
     "week": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "fri": [["22:00", "06:00"]]},   (or "always")
     "holidays": ["2024-03-11"],
     "breaks": {"2024-03-12": [["10:00", "11:00"]]},
     "shifts": {"2024-03-13": [["08:00", "12:00"]]},
     "closing_2359": "24:00"}

A day left out of ``week`` is closed. ``24:00`` is midnight at the end of the day; a closing before the opening lies
on the next day. A closing at 23:59 means 24:00, because that is how desks without 24:00 write it, unless
``closing_2359`` is ``"23:59"``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from tanggap.core.calendars import WEEKDAYS, Calendar, Window, always_open
from tanggap.core.errors import CalendarError, SettingsError
from tanggap.core.instants import zone

_KEYS: Final = ("timezone", "week", "holidays", "breaks", "shifts", "closing_2359")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
_CLOCK_WITH_SECONDS: Final = re.compile(r"\d\d:\d\d:\d\d.*", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PAIR: Final = 2
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY
_LAST_MINUTE: Final = _DAY - 1


def parse_calendar(
    definition: Mapping[str, object] | str, *, place: str = "calendar", allow_never_open: bool = False
) -> Calendar:
    """The calendar that a definition (a mapping, or its JSON text) describes.

    ``place`` is where it was found, for messages. A calendar that is never open is an error, for it would silently
    promise nothing, unless ``allow_never_open``.

    Raises:
        CalendarError: with the place of the mistake and a hint.
    """
    fields = _as_mapping(_load(definition, place), place)
    for key in fields:
        if key not in _KEYS:
            raise _error(f"unknown setting {key!r}", place, f"one of {', '.join(_KEYS)}")
    midnight = fields.get("closing_2359", "24:00")
    if midnight not in ("24:00", "23:59"):
        raise _error(f"closing_2359 is {midnight!r}", f"{place}.closing_2359", 'use "24:00" or "23:59"')
    read = _WindowReader(closing_2359=_DAY if midnight == "24:00" else _LAST_MINUTE)
    calendar = Calendar(
        timezone=_timezone(fields.get("timezone"), f"{place}.timezone"),
        week=_week(fields.get("week"), read, f"{place}.week"),
        holidays=_holidays(fields.get("holidays", ()), f"{place}.holidays"),
        breaks=_dated(fields.get("breaks", {}), read, f"{place}.breaks", may_overlap=True),
        shifts=_dated(fields.get("shifts", {}), read, f"{place}.shifts", may_overlap=False),
    )
    if not calendar.has_open_hours and not allow_never_open:
        raise _error("the calendar is never open", f"{place}.week", 'give a day hours, or write "week": "always"')
    return calendar


class _WindowReader:
    """Reads ``["09:00", "17:00"]`` as minutes of the local day."""

    def __init__(self, closing_2359: int) -> None:
        self._closing_2359 = closing_2359

    def windows(self, value: object, place: str) -> tuple[Window, ...]:
        items = _as_list(value, place, 'a list such as [["09:00", "17:00"]]; [] is closed')
        return tuple(sorted(self._window(item, f"{place}[{index}]") for index, item in enumerate(items)))

    def _window(self, value: object, place: str) -> Window:
        pair = _as_list(value, place, 'a pair such as ["09:00", "17:00"]')
        if len(pair) != _PAIR:
            raise _error(f"{len(pair)} times, not an opening and a closing", place, 'a pair such as ["09:00", "17:00"]')
        opens, closes = (_minute(item, place) for item in pair)
        if closes == 0:
            raise _error("closes at 00:00, before it opens", place, 'midnight at the end of the day is "24:00"')
        if opens == _DAY:
            raise _error("opens at 24:00", place, 'write "00:00" on the next day')
        if opens == closes:
            raise _error(f"opens and closes at {pair[0]}", place, 'for the whole day write ["00:00", "24:00"]')
        if closes == _LAST_MINUTE:
            closes = self._closing_2359
        return opens, closes if closes > opens else closes + _DAY


def _minute(value: object, place: str) -> int:
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        return int(value[:2]) * 60 + int(value[3:])
    if isinstance(value, str) and _CLOCK_WITH_SECONDS.fullmatch(value):
        raise _error(f"{value!r} has seconds", place, "calendars are kept to the minute: write HH:MM")
    raise _error(f"{value!r} is no time of day", place, "write HH:MM, from 00:00 to 24:00")


def _timezone(value: object, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise _error("no time zone", place, "give an IANA name such as Asia/Jakarta")
    try:
        zone(value, place=place)
    except SettingsError as error:
        raise CalendarError(error.message, place=place, hint=error.hint) from error
    return value


def _week(value: object, read: _WindowReader, place: str) -> tuple[tuple[Window, ...], ...]:
    if value == "always":
        return always_open().week
    if not isinstance(value, Mapping):
        raise _error("no weekly hours", place, 'write {"mon": [["09:00", "17:00"]], …} or "always"')
    for key in value:
        if key not in WEEKDAYS:
            raise _error(f"unknown day {key!r}", place, f"one of {', '.join(WEEKDAYS)}")
    week = tuple(read.windows(value.get(day, ()), f"{place}.{day}") for day in WEEKDAYS)
    in_order = [
        (opens + index * _DAY, closes + index * _DAY, day)
        for index, (day, windows) in enumerate(zip(WEEKDAYS, week, strict=True))
        for opens, closes in windows
    ]
    if in_order:  # Sunday night runs into Monday.
        opens, closes, day = in_order[0]
        in_order.append((opens + _WEEK, closes + _WEEK, day))
    _reject_overlaps(in_order, place)
    return week


def _dated(value: object, read: _WindowReader, place: str, *, may_overlap: bool) -> dict[date, tuple[Window, ...]]:
    days = {}
    for key, windows in _as_mapping(value, place).items():
        day = _date(key, place)
        days[day] = read.windows(windows, f"{place}.{key}")
        if not may_overlap:
            _reject_overlaps([(opens, closes, key) for opens, closes in days[day]], place)
    return days


def _reject_overlaps(in_order: list[tuple[int, int, str]], place: str) -> None:
    for (_, closes, _), (opens, _, day) in pairwise(in_order):
        if opens < closes:
            clock = f"{opens % _DAY // 60:02}:{opens % 60:02}"
            raise _error(f"opens at {clock} while it is still open", f"{place}.{day}",
                         "join the two intervals, or part them")  # fmt: skip


def _holidays(value: object, place: str) -> frozenset[date]:
    days = _as_list(value, place, 'a list of dates such as ["2024-03-11"]')
    return frozenset(_date(day, f"{place}[{index}]") for index, day in enumerate(days))


def _date(value: object, place: str) -> date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _error(f"{value!r} is no date", place, "write YYYY-MM-DD")


def _load(definition: Mapping[str, object] | str, place: str) -> object:
    if not isinstance(definition, str):
        return definition
    try:
        return json.loads(definition)
    except (ValueError, RecursionError) as error:
        raise CalendarError(f"no JSON: {error}", place=place, hint="see the documentation of calendars") from error


def _as_mapping(value: object, place: str) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    raise _error(f"{type(value).__name__} where an object belongs", place, "write {…}")


def _as_list(value: object, place: str, wanted: str) -> Sequence[object]:
    if isinstance(value, list | tuple):
        return value
    raise _error(f"{value!r:.60} is no list", place, f"write {wanted}")


def _error(message: str, place: str, hint: str) -> CalendarError:
    return CalendarError(message, place=place, hint=hint)
