"""Rows that are only whole together with others: schedules and holidays → ``calendars``, SLA policies →
``sla_targets``, satisfaction ratings → ``surveys``.

They are gathered in the first pass and built once, after all files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.errors import CalendarError
from tanggap.core.instants import HOUR, MINUTE
from tanggap.records.batch import BadRow
from tanggap.records.tables import CONVERSATIONS
from tanggap.sources.zendesk import kinds
from tanggap.sources.zendesk.history import SLA_METRICS, survey_id
from tanggap.sources.zendesk.lookups import Lookups
from tanggap.sources.zendesk.scores import SCORES
from tanggap.sources.zendesk.tabular import is_deleted
from tanggap.sources.zendesk.values import (
    UNFORESEEN,
    Fields,
    RowError,
    as_text,
    day,
    identifier,
    instant,
    mapping,
    needed_identifier,
    objects,
    optional_instant,
    truth,
    words,
)
from tanggap.sources.zendesk.zones import iana_zone

#: (table, row) or what could not be read.
Built = tuple[str, dict[str, object]] | BadRow

_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY
_LONGEST_HOLIDAY: Final = 366
_KNOWN_SCORES: Final = ("offered", "unoffered", *SCORES)


def _bad(placed: tuple[str, Fields, str, int], column: str, reason: str) -> BadRow:
    """A bad row of a gathered kind."""
    kind, row, file, line = placed
    return BadRow(file, line, column, reason, as_text(row), kinds.TARGETS.get(kind, "events"), "zendesk")


def gathered(known: Lookups) -> Iterator[Built]:
    """Everything built from the gathered rows, in a fixed order."""
    yield from _calendars(known)
    yield from _sla_rows(known)
    yield from _surveys(known)
    yield from _deleted(known)


class _Schedule:
    """A schedule while it is put together."""

    def __init__(self, name: str | None, zone: str) -> None:
        self.name = name
        self.zone = zone
        self.minutes: set[tuple[int, int]] = set()
        self.holidays: set[str] = set()

    def definition(self) -> str:
        week: dict[str, list[list[str]]] = {}
        for start, end in _joined(self.minutes):
            week.setdefault(_DAYS[start // _DAY], []).append([_clock(start % _DAY), _clock((end - 1) % _DAY + 1)])
        return json.dumps({"timezone": self.zone, "week": week, "holidays": sorted(self.holidays)})


def _deleted(known: Lookups) -> Iterator[Built]:
    """That tickets were deleted of which nothing else is told here."""
    nothing = dict.fromkeys(column.name for column in CONVERSATIONS.columns)
    for key in sorted(known.deleted - known.requesters.keys()):
        yield "conversations", {**nothing, "conversation_id": key, "excluded": "deleted", "source": "zendesk"}


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _joined(minutes: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Intervals without overlaps, cut at every midnight (minutes since Sunday 00:00)."""
    in_order: list[list[int]] = []
    for start, end in sorted(minutes):
        if in_order and start <= in_order[-1][1]:
            in_order[-1][1] = max(in_order[-1][1], end)
        else:
            in_order.append([start, end])
    for start, end in in_order:
        at = start
        while at < end:
            stop = min(end, (at // _DAY + 1) * _DAY)
            yield at, stop
            at = stop


def _calendars(known: Lookups) -> Iterator[Built]:
    schedules: dict[str, _Schedule] = {}
    places: dict[str, tuple[str, Fields, str, int]] = {}
    for placed in known.placed:
        kind, row, *_ = placed
        if kind not in ("schedule", "schedule_row") or is_deleted(row):
            continue
        try:
            key = needed_identifier(row, "id")
            _read_schedule(schedules, key, row)
            places.setdefault(key, placed)
        except RowError as error:
            yield _bad(placed, error.column, error.reason)
        except UNFORESEEN as error:
            yield _bad(placed, "", f"not the shape of a schedule: {error}")
    yield from _holidays(schedules, known)
    for key, schedule in schedules.items():
        definition = schedule.definition()
        try:
            parse_calendar(definition)
        except CalendarError as error:
            yield _bad(places[key], "intervals", str(error))
            continue
        yield "calendars", {
            "calendar_id": key, "valid_from": "1970-01-01", "name": schedule.name, "definition": definition,
            "source": "zendesk",
        }  # fmt: skip


def _read_schedule(schedules: dict[str, _Schedule], key: str, row: Fields) -> None:
    zone = iana_zone(str(row.get("time_zone") or ""))
    if zone is None:
        raise RowError("time_zone", f"unknown time zone {row.get('time_zone')!r}")
    intervals = objects(row["intervals"]) if "intervals" in row else [row]
    minutes = [_interval(mapping(interval)) for interval in intervals]
    holidays = [_days_of(mapping(holiday)) for holiday in objects(row.get("holidays"))]
    schedule = schedules.setdefault(key, _Schedule(words(row.get("name")), zone))  # only once all of it is good
    schedule.minutes.update(minutes)
    schedule.holidays.update(*holidays)


def _interval(fields: Fields) -> tuple[int, int]:
    bounds = []
    for column in ("start_time", "end_time"):
        try:
            bounds.append(int(str(fields.get(column))))
        except ValueError:
            raise RowError(column, f"{fields.get(column)!r} is no number of minutes since Sunday") from None
    start, end = bounds
    if not 0 <= start < end <= _WEEK:
        raise RowError("end_time", f"{start} to {end} is no interval of a week's minutes since Sunday")
    return start, end


def _days_of(holiday: Fields) -> list[str]:
    first, last = day(holiday.get("start_date"), "start_date"), day(holiday.get("end_date"), "end_date")
    length = (last - first).days
    if not 0 <= length <= _LONGEST_HOLIDAY:
        raise RowError("end_date", f"{first} to {last} is no holiday: it ends before it starts, or lasts over a year")
    return [(first + timedelta(days=offset)).isoformat() for offset in range(length + 1)]


def _holidays(schedules: Mapping[str, _Schedule], known: Lookups) -> Iterator[Built]:
    for placed in known.placed:
        kind, row, *_ = placed
        if kind != "holiday" or is_deleted(row):
            continue
        try:
            key = identifier(row.get("schedule_id"), "schedule_id")
            if key is None and len(schedules) == 1:
                key = next(iter(schedules))  # the API lists a schedule's holidays without naming the schedule
            if key is None or key not in schedules:
                raise RowError("schedule_id", f"no schedule {key or ''} in the export: import them together")
            schedules[key].holidays.update(_days_of(row))
        except RowError as error:
            yield _bad(placed, error.column, error.reason)
        except UNFORESEEN as error:
            yield _bad(placed, "", f"not the shape of a holiday: {error}")


def targets_of_policy(policy: Fields) -> tuple[list[dict[str, object]], list[RowError]]:
    """The ``sla_targets`` rows of an SLA policy as the API gives it, valid from its creation, and what of it cannot
    be read. Its filter is not kept: which policy applied to a ticket is in the ticket's events.

    Raises:
        RowError: it has no id or no created_at.
    """
    key = needed_identifier(policy, "id")
    since = instant(policy.get("created_at"), "created_at")
    rows: dict[tuple[object, ...], tuple[int, dict[str, object]]] = {}
    wrong: list[RowError] = []
    for item in objects(policy.get("policy_metrics")):
        fields = mapping(item)
        try:
            _keep_target(rows, key, since, fields, working=fields.get("business_hours"))
        except RowError as error:
            wrong.append(error)
    return [row for _, row in rows.values()], wrong


def _keep_target(
    rows: dict[tuple[object, ...], tuple[int, dict[str, object]]], policy: str, since: int, fields: Fields, *,
    working: object,
) -> None:  # fmt: skip
    """Of several resolution targets of one priority, keep the one on the longer clock (``SLA_METRICS``)."""
    metric = str(fields.get("metric"))
    if metric not in SLA_METRICS:
        return  # update times and group ownership: no such promise here
    target, order, pauses = SLA_METRICS[metric]
    try:
        duration = round(float(str(fields.get("target"))) * MINUTE)
    except (ValueError, OverflowError):
        duration = -1
    if not 0 <= duration < 2**62:
        raise RowError("target", f"{fields.get('target')!r:.40} is no number of minutes")
    priority = str(fields.get("priority") or "*").strip().lower()
    row: dict[str, object] = {
        "sla_policy_id": policy, "target": target, "priority": priority, "channel": "*", "complexity": "*",
        "valid_from": since, "duration": duration,
        "clock": "working" if truth(working, default=False) else "calendar", "pause_states": json.dumps(list(pauses)),
        "source": "zendesk",
    }  # fmt: skip
    place = (policy, target, priority, since)
    if place not in rows or rows[place][0] <= order:
        rows[place] = (order, row)


def _sla_rows(known: Lookups) -> Iterator[Built]:
    rows: dict[tuple[object, ...], tuple[int, dict[str, object]]] = {}
    for placed in known.placed:
        kind, row, *_ = placed
        if kind != "sla_row" or is_deleted(row):
            continue
        try:
            key = needed_identifier(row, "sla_policy_id")
            since = instant(row.get("sla_policy_updated_at"), "sla_policy_updated_at")
            _keep_target(rows, key, since, row, working=row.get("business_hours"))
        except RowError as error:
            yield _bad(placed, error.column, error.reason)
        except UNFORESEEN as error:
            yield _bad(placed, "", f"not the shape of an SLA target: {error}")
    for _, target in rows.values():
        yield "sla_targets", target


def _surveys(known: Lookups) -> Iterator[Built]:
    """One survey a ticket: sent when first offered, answered when first rated; the rating that counts is the last one
    within the hour. A ticket without satisfaction ratings has what its history tells; the rating that stands on the
    ticket itself has no instant.
    """
    ratings: dict[str, list[tuple[int, int, str, Fields]]] = {}
    for placed in known.placed:
        kind, row, *_ = placed
        if kind != "rating" or is_deleted(row):
            continue
        try:
            ticket = needed_identifier(row, "ticket_id")
            score = str(row.get("score") or "").lower()
            if score not in _KNOWN_SCORES:
                raise RowError("score", f"unknown score {row.get('score')!r:.40}: {', '.join(_KNOWN_SCORES)}")
            created = instant(row.get("created_at"), "created_at")
            updated = optional_instant(row.get("updated_at"), "updated_at") or created
            if score != "unoffered":
                ratings.setdefault(ticket, []).append((created, max(created, updated), score, row))
        except RowError as error:
            yield _bad(placed, error.column, error.reason)
        except UNFORESEEN as error:
            yield _bad(placed, "", f"not the shape of a rating: {error}")
    for ticket in known.scores.tickets():
        told = _told(ticket, known)
        if told:
            ratings.setdefault(ticket, told)
    for ticket, found in ratings.items():
        yield "surveys", _survey(ticket, found)


def _told(ticket: str, known: Lookups) -> list[tuple[int, int, str, Fields]]:
    """What the history tells, as ratings."""
    requester = known.requesters.get(ticket)
    return [
        (at, at, score, {"comment": comment, "requester_id": requester})
        for at, score, comment in known.scores.ratings(ticket)
    ]


def _survey(ticket: str, ratings: list[tuple[int, int, str, Fields]]) -> dict[str, object]:
    answers = sorted((at, str(row.get("id")), score, words(row.get("comment")))
                     for _, at, score, row in ratings if score in SCORES)  # fmt: skip
    first = answers[0][0] if answers else None
    counted = [answer for answer in answers if first is not None and answer[0] <= first + HOUR]
    who = [identifier(row.get("requester_id"), "requester_id") for *_, row in ratings]
    return {
        "survey_id": survey_id(ticket), "question": "main", "kind": "csat", "stage": None, "conversation_id": ticket,
        "customer_id": next((key for key in who if key), None), "channel": None,
        "sent_at": min(created for created, *_ in ratings), "answered_at": first,
        "score": SCORES[counted[-1][2]] if counted else None, "scale_low": 1, "scale_high": 5,
        "comment": next((comment for *_, comment in reversed(counted) if comment), None), "source": "zendesk",
    }  # fmt: skip
