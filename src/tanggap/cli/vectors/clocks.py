"""Calendar cases: durations, deadlines and definitions, straight against the calendar functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.conventions import pausing
from tanggap.core.business_days import deadline_business_days, open_dates
from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.calendar_layout import Layout, layout
from tanggap.core.calendars import CalendarVersions, always_open, merge, open_intervals
from tanggap.core.errors import CalendarError
from tanggap.core.instants import DAY, MINUTE, SECOND, format_instant, parse_instant, to_datetime, zone
from tanggap.core.periods import Period, buckets

KINDS: Final = ("business_duration", "deadline", "calendar_validation")

#: Room around the instants of a case: its deadlines are days away, not months.
_AROUND: Final = 40 * DAY


def answer(case: Case) -> dict[str, Any]:
    """What the calendar functions say to a case, in the keys of its ``expected``."""
    try:
        calendar = parse_calendar(case.calendar) if case.calendar else always_open()
    except CalendarError as error:
        return {"valid": False, "error": error.message} if case.kind != "calendar_validation" else {"valid": False}
    reader = next(read for key, read in _READERS if key in case.input or not key)
    return reader(case, CalendarVersions.single(case.id, calendar))


def scheduled(schedules: Sequence[dict[str, Any]], until: int) -> dict[str, Any]:
    """The hours of schedules that took turns, as one calendar: each holds from its ``from`` to the next one's.

    Raises:
        CalendarError: a turn within hours that are not worked on both sides falls on no whole minute.
    """
    starts = [parse_instant(one["from"]) for one in schedules]
    ends = [*starts[1:], until]
    worked = []
    for one, start, end in zip(schedules, starts, ends, strict=True):
        worked += open_intervals(CalendarVersions.single(one["name"], parse_calendar(one["calendar"])), start, end)
    shifts: dict[str, list[list[str]]] = {}
    for start, end in merge(worked):
        for part in buckets(Period(start, end), "day", "UTC"):
            day, opens, closes = _local(part, "UTC")
            # What the ticket saw of the first minute and of the last is whole: it began and ended within.
            shifts.setdefault(day.isoformat(), []).append([opens, closes])
    return {"timezone": "UTC", "week": {}, "shifts": shifts}


def _valid(case: Case, calendar: CalendarVersions) -> dict[str, Any]:
    return {"valid": True}


def _duration(case: Case, calendar: CalendarVersions) -> dict[str, Any]:
    start, end = parse_instant(case.input["start"]), parse_instant(case.input["end"])
    if "clip" in case.input:
        first, last = (parse_instant(edge) for edge in case.input["clip"])
        start, end = max(start, first), min(end, last)
    clock = _laid_out(calendar, start, end)
    worked = int(clock.duration(start, end))
    for begins, ends in _pauses(case):
        worked -= int(clock.duration(max(begins, start), min(ends, end)))
    version = calendar.at(start)
    return {
        "seconds": worked / SECOND,
        "exact_seconds": worked / SECOND,
        "minutes": worked // MINUTE if case.says("minutes") == "floor" else worked / MINUTE,
        "in_hours": bool(clock.is_open(start)),
        "on_break": version.on_break(start),
        "on_holiday": version.on_holiday(start),
        "periods": [list(map(format_instant, span)) for span in open_intervals(calendar, start, end)]
        if start < end else [],
    }  # fmt: skip


def _deadline(case: Case, calendar: CalendarVersions) -> dict[str, Any]:
    if case.input.get("target_seconds") is None:
        return {"deadline_at": None}
    start, target = parse_instant(case.input["start"]), case.input["target_seconds"] * SECOND
    clock = _laid_out(calendar, start, start)
    if case.input["direction"] == "before":
        at_opening = case.convention.get("backward_at_opening", "stay")
        return {"deadline_at": format_instant(int(clock.deadline_before(start, target, at_opening)))}
    at_closing = case.convention.get("deadline_at_closing", "next_opening")
    due = int(clock.deadline(start, target, at_closing))
    for begins, ends in _pauses(case):
        if begins < due and ends > start:  # what was worked within the pause is to be worked after it
            target += int(clock.duration(max(begins, start), ends))
            due = int(clock.deadline(start, target, at_closing))
    return {"deadline_at": format_instant(due)}


def _business_days(case: Case, calendar: CalendarVersions) -> dict[str, Any]:
    start, days = parse_instant(case.input["start"]), case.input["target_business_days"]
    due = deadline_business_days(calendar, start, days, case.input["direction"])
    return {"deadline_at": format_instant(due)}


def _dates(case: Case, calendar: CalendarVersions) -> dict[str, Any]:
    days = open_dates(calendar, parse_instant(case.input["start"]), case.input["next_open_dates"])
    return {"dates": [day.isoformat() for day in days]}


def _pauses_from_events(case: Case, calendar: CalendarVersions) -> dict[str, Any]:
    """The pauses of a ticket's states, by local day: the calendar part is where its days are cut."""
    timezone = calendar.versions[0][1].timezone
    stops = pausing(case)
    spans = [
        (parse_instant(event["at"]), parse_instant(following["at"]))
        for event, following in pairwise(case.input["events"])
        if event["state"].lower() in stops
    ]
    by_day: dict[str, list[list[str]]] = {}
    for start, end in merge(spans):
        for part in buckets(Period(start, end), "day", timezone):
            day, opens, closes = _local(part, timezone)
            by_day.setdefault(day.isoformat(), []).append([opens, closes])
    return {"pause_intervals_local": by_day, "paused_seconds": sum(end - start for start, end in spans) / SECOND}


def _local(part: Period, timezone: str) -> tuple[date, str, str]:
    opens, closes = (to_datetime(edge, zone(timezone)) for edge in (part.start, part.end))
    return opens.date(), f"{opens:%H:%M}", "24:00" if closes.date() > opens.date() else f"{closes:%H:%M}"


#: By the key that tells what a case asks for; the first that matches.
_READERS: Final[tuple[tuple[str, Callable[[Case, CalendarVersions], dict[str, Any]]], ...]] = (
    ("events", _pauses_from_events),
    ("next_open_dates", _dates),
    ("target_business_days", _business_days),
    ("target_seconds", _deadline),
    ("end", _duration),
    ("", _valid),
)


def _laid_out(calendar: CalendarVersions, *around: int) -> Layout:
    return layout(calendar, min(around) - _AROUND, max(around) + _AROUND)


def _pauses(case: Case) -> list[tuple[int, int]]:
    return [(parse_instant(start), parse_instant(end)) for start, end in case.input.get("pauses", ())]
