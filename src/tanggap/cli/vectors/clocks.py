"""Calendar cases: durations, deadlines and definitions, straight against the calendar functions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.conventions import conventions_of, pausing, status_of
from tanggap.cli.vectors.hours import by_local_day, closing_before_opening
from tanggap.cli.vectors.reading import UnknownFormError, count, instant, listed, needed, one_of, only, seconds
from tanggap.cli.vectors.stories import told
from tanggap.core.business_days import Direction, deadline_business_days, open_dates
from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.calendar_layout import AtOpening, Layout, layout
from tanggap.core.calendars import Calendar, CalendarVersions, Interval, always_open, merge, open_intervals
from tanggap.core.errors import CalendarError, OutOfRangeError
from tanggap.core.instants import DAY, HOUR, MINUTE, SECOND, format_instant

KINDS: Final = ("business_duration", "deadline", "calendar_validation")

#: How far around its instants a calendar is laid out to find a deadline: as far as need be, in steps.
_AROUND: Final = (40 * DAY, 400 * DAY, 4_000 * DAY)
_PAIR: Final = 2
_DIRECTIONS: Final[dict[str, Direction]] = {"after": "after", "before": "before"}


def answer(case: Case) -> dict[str, Any]:
    """What the calendar functions say to a case, in the keys of its ``expected``.

    Raises:
        UnknownFormError: its calendar or its input has a form that nothing here reads.
    """
    if case.kind == "calendar_validation":
        only(case.input, (), "its input")
        return _valid(case)
    keys, read = next((keys, read) for key, keys, read in _READERS if not key or key in case.input)
    only(case.input, keys, "its input")
    try:
        calendar = _calendar(case, may_stay_shut=read in (_duration, _pauses_from_events))
        return read(case, CalendarVersions.single(case.id, calendar))
    except (CalendarError, OutOfRangeError) as error:
        return {"error": error.message}


def _calendar(case: Case, *, may_stay_shut: bool) -> Calendar:
    """The calendar of a case. One that never opens measures 0, but promises nothing.

    Raises:
        CalendarError: it never opens, and a deadline is asked of it.
        UnknownFormError: it has a form that nothing here reads.
    """
    if case.calendar is None:
        return always_open()
    try:
        calendar = parse_calendar(case.calendar, allow_never_open=True)
    except CalendarError as error:
        raise UnknownFormError(f"its calendar cannot be read: {error}") from error
    if calendar.has_open_hours or may_stay_shut:
        return calendar
    if case.divergence is None and re.search("wall.clock", case.says("no_open_hours")):
        return always_open(calendar.timezone)
    return parse_calendar(case.calendar)


def _valid(case: Case) -> dict[str, Any]:
    """Whether a calendar is one. Hours past midnight are, but for a desk whose closing is on the same day."""
    if case.calendar is None:
        raise UnknownFormError("it gives no calendar to be judged")
    try:
        parse_calendar(case.calendar)
    except CalendarError:
        return {"valid": False}
    words = " ".join(map(case.says, case.convention))
    same_day = "same day" in words or "later than opening" in words
    return {"valid": not (same_day and closing_before_opening(case.calendar))}


def _duration(case: Case, calendar: CalendarVersions) -> dict[str, Any]:
    start, end = (instant(needed(case.input, key, "its input"), key) for key in ("start", "end"))
    probed = start
    if case.input.get("clip") is not None:
        first, last = _edges(case.input["clip"], "its clip")
        start = start if first is None else max(start, first)
        end = end if last is None else min(end, last)
    clock = layout(calendar, min(probed, start, end) - DAY, max(probed, start, end) + DAY)
    worked = int(clock.duration(start, end)) - sum(
        int(clock.duration(max(begins, start), min(ends, end)))
        for begins, ends in _pauses(case) if begins < end and ends > start
    )  # fmt: skip
    version = calendar.at(probed)
    worked_seconds = worked / SECOND
    return {
        "seconds": worked_seconds if case.says("seconds") in ("", "exact") else math.floor(worked_seconds),
        "exact_seconds": worked_seconds,
        "minutes": worked // MINUTE if "floor" in case.says("minutes") else worked / MINUTE,
        "hours": worked / HOUR,
        "in_hours": bool(clock.is_open(probed)),
        "on_break": version.on_break(probed),
        "on_holiday": version.on_holiday(probed),
        "periods": [list(map(format_instant, span)) for span in open_intervals(calendar, start, end)]
        if start < end else [],
    }  # fmt: skip


def _deadline(case: Case, calendar: CalendarVersions) -> dict[str, Any]:
    given = case.input
    start = instant(needed(given, "start", "its input"), "start")
    if given["target_seconds"] is None:
        return {"deadline_at": None}
    target = seconds(given["target_seconds"], "target_seconds")
    if not target and re.search("no deadline|none", case.says("zero_target")):
        return {"deadline_at": None}
    direction = one_of(given.get("direction", "after"), _DIRECTIONS, "the direction")
    pauses = _pauses(case)
    for around in _AROUND:
        try:
            clock = layout(calendar, start - around, start + around)
            due = _due(clock, start, target, pauses, case) if direction == "after" else \
                _due_before(clock, start, target, pauses, case)  # fmt: skip
        except OutOfRangeError:
            continue
        return {"deadline_at": format_instant(due)}
    raise OutOfRangeError("no deadline within ten years", place=case.id, hint="give the calendar hours")


def _due(clock: Layout, start: int, target: int, pauses: list[Interval], case: Case) -> int:
    """The instant a target is used up, what was worked within pauses made up for: a pause is as if closed."""
    at_closing = conventions_of(case).deadline_at_closing
    for begins, ends in pauses:
        due = int(clock.deadline(start, target, at_closing))
        # Used up just when the pause begins: due then, or as at any closing.
        if ends <= start or begins > due or (begins == due and at_closing == "stay" and begins >= start):
            continue
        target += int(clock.duration(max(begins, start), ends))
    return int(clock.deadline(start, target, at_closing))


def _due_before(clock: Layout, end: int, target: int, pauses: list[Interval], case: Case) -> int:
    """The instant from which a target is left until ``end``, pauses not counted."""
    closing = bool(re.search("previous.closing", case.says("backward_at_opening")))
    at_opening: AtOpening = "previous_closing" if closing else "stay"
    for begins, ends in reversed(pauses):
        due = int(clock.deadline_before(end, target, at_opening))
        if begins >= end or ends < due or (ends == due and not closing and ends <= end):
            continue
        target += int(clock.duration(begins, min(ends, end)))
    return int(clock.deadline_before(end, target, at_opening))


def _business_days(case: Case, calendar: CalendarVersions) -> dict[str, Any]:
    start, direction = _from(case)
    days = count(needed(case.input, "target_business_days", "its input"), "target_business_days")
    return {"deadline_at": format_instant(deadline_business_days(calendar, start, days, direction))}


def _dates(case: Case, calendar: CalendarVersions) -> dict[str, Any]:
    start, direction = _from(case)
    dates = count(needed(case.input, "next_open_dates", "its input"), "next_open_dates")
    return {"dates": [found.isoformat() for found in open_dates(calendar, start, dates, direction)]}


def _from(case: Case) -> tuple[int, Direction]:
    start = instant(needed(case.input, "start", "its input"), "start")
    return start, one_of(case.input.get("direction", "after"), _DIRECTIONS, "the direction")


def _pauses_from_events(case: Case, calendar: CalendarVersions) -> dict[str, Any]:
    """The pauses of a ticket's states, by local day: the calendar part is where its days are cut. Its last state is
    no pause, for it has no end.
    """
    timezone = calendar.versions[0][1].timezone
    stops = pausing(case)
    changes = [one for one in told(case.input["events"]) if one.get("state") or one["kind"] == "pending"]
    spans = [(_at(one, case), _at(following, case)) for one, following in pairwise(changes)
             if status_of(one) in stops]  # fmt: skip
    found = merge((start, end) for start, end in spans if start < end)
    return {
        "pause_intervals_local": by_local_day(found, timezone),
        "paused_seconds": sum(end - start for start, end in found) / SECOND,
    }


def _at(one: Mapping[str, Any], case: Case) -> int:
    at = instant(one["at"], "the instant of an event")
    return at // MINUTE * MINUTE if conventions_of(case).pause_boundaries == "floor_minute" else at


#: By the key that tells what a case asks for (the first that is there): the keys it may have, and what reads it.
_Reader = Callable[[Case, CalendarVersions], dict[str, Any]]
_READERS: Final[tuple[tuple[str, tuple[str, ...], _Reader], ...]] = (
    ("events", ("events",), _pauses_from_events),
    ("next_open_dates", ("start", "next_open_dates", "direction"), _dates),
    ("target_business_days", ("start", "target_business_days", "direction"), _business_days),
    ("target_seconds", ("start", "target_seconds", "direction", "pauses"), _deadline),
    ("", ("start", "end", "pauses", "clip"), _duration),
)


def _edges(pair: Any, what: str) -> tuple[int | None, int | None]:
    first, last = (None if edge is None else instant(edge, what) for edge in _pair(pair, what))
    return first, last


def _pair(value: Any, what: str) -> tuple[Any, Any]:
    pair = listed(value, what)
    if len(pair) != _PAIR:
        raise UnknownFormError(f"{what} is no pair: {value!r:.60}")
    return pair[0], pair[1]


def _pauses(case: Case) -> list[Interval]:
    """The pauses of a case: apart and in order, at the minute where the convention has it so."""
    given = case.input.get("pauses")
    rough = conventions_of(case).pause_boundaries == "floor_minute"
    found = []
    for pair in () if given is None else listed(given, "its pauses"):
        start, end = (instant(edge, "a pause") for edge in _pair(pair, "a pause"))
        if rough:
            start, end = (edge // MINUTE * MINUTE for edge in (start, end))
        if start < end:
            found.append((start, end))
    return merge(found)
