"""Calendars that cases need beside their own: schedules that took turns, and hours given as instants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from tanggap.cli.vectors.reading import UnknownFormError, instant, mapped, needed, only
from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.calendars import CalendarVersions, Interval, merge, open_intervals
from tanggap.core.errors import CalendarError
from tanggap.core.instants import MINUTE, format_instant, to_datetime, zone
from tanggap.core.periods import Period, buckets

_PAIR: Final = 2


def scheduled(schedules: Sequence[Mapping[str, Any]], until: int) -> dict[str, Any]:
    """The hours of schedules that took turns, as one calendar: each holds from its ``from`` to the next one's.

    Raises:
        UnknownFormError: a schedule cannot be read, or a turn falls within hours that only one of the two works, at
            no whole minute: calendars are kept to the minute.
    """
    turns = sorted(((_from(one), one) for one in schedules), key=lambda turn: turn[0])
    starts = [start for start, _ in turns]
    worked: list[Interval] = []
    for (start, one), end in zip(turns, [*starts[1:], until], strict=True):
        if start < end:
            worked += open_intervals(CalendarVersions.single("turn", _calendar(one)), start, end)
    # What the ticket saw of the first minute and of the last is whole: it began and ended within.
    edges = {starts[0]: starts[0] // MINUTE * MINUTE, until: -(-until // MINUTE) * MINUTE}
    return in_hours((edges.get(start, start), edges.get(end, end)) for start, end in merge(worked))


def _from(one: Mapping[str, Any]) -> int:
    only(one, ("name", "from", "calendar"), "a schedule")
    return instant(needed(one, "from", "a schedule"), "the beginning of a schedule")


def _calendar(one: Mapping[str, Any]) -> Any:
    try:
        return parse_calendar(needed(one, "calendar", "a schedule"))
    except CalendarError as error:
        raise UnknownFormError(f"a schedule cannot be read: {error}") from error


def in_hours(intervals: Iterable[Interval]) -> dict[str, Any]:
    """A calendar that is open in just these intervals.

    Raises:
        UnknownFormError: an edge is no whole minute.
    """
    found = merge(intervals)
    odd = next((edge for interval in found for edge in interval if edge % MINUTE), None)
    if odd is not None:
        raise UnknownFormError(f"hours change within a minute, at {format_instant(odd)}: calendars are kept to it")
    return {"timezone": "UTC", "week": {}, "shifts": by_local_day(found, "UTC")}


def by_local_day(intervals: Iterable[Interval], timezone: str) -> dict[str, list[list[str]]]:
    """Intervals as pairs of HH:MM by local day, cut at midnight as ``24:00``, ``00:00``."""
    found: dict[str, list[list[str]]] = {}
    for start, end in intervals:
        for part in buckets(Period(start, end), "day", timezone):
            day, opens, closes = _local(part, timezone)
            found.setdefault(day.isoformat(), []).append([opens, closes])
    return found


def _local(part: Period, timezone: str) -> tuple[date, str, str]:
    opens, closes = (to_datetime(edge, zone(timezone)) for edge in (part.start, part.end))
    return opens.date(), f"{opens:%H:%M}", "24:00" if closes.date() > opens.date() else f"{closes:%H:%M}"


def closing_before_opening(definition: Any) -> bool:
    """Whether hours of a calendar close on the day after they open."""
    parts = mapped(definition, "its calendar")
    weekly, dated = parts.get("week"), parts.get("shifts")
    days = [*(weekly.values() if isinstance(weekly, Mapping) else ()),
            *(dated.values() if isinstance(dated, Mapping) else ())]  # fmt: skip
    return any(len(window) == _PAIR and str(window[1]) <= str(window[0]) for windows in days for window in windows)
