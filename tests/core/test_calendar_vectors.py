"""Every calendar case of other desks' test suites, straight against the calendar functions."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tanggap.core.business_days import deadline_business_days, open_dates
from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.calendar_layout import Layout, layout
from tanggap.core.calendars import CalendarVersions, always_open, merge, open_intervals
from tanggap.core.errors import CalendarError
from tanggap.core.instants import DAY, MINUTE, SECOND, format_instant, parse_instant, to_datetime, zone
from tanggap.core.periods import Period, buckets

KINDS = ("business_duration", "deadline", "calendar_validation")
Case = dict[str, Any]

#: What differs on purpose: the case, and what Tanggap answers instead.
DIVERGENCES: dict[str, dict[str, object]] = {
    "chatwoot/due-all-days-closed": {"error": "the calendar is never open"},
    "dbt-zendesk/first-schedule-day-1": {"minutes": 32302 / 60},
    "dbt-zendesk/first-schedule-day-2": {"minutes": 25285 / 60},
    "dbt-zendesk/second-schedule": {"minutes": 21 / 60},
}


@pytest.fixture(scope="session")
def cases(shared: Path) -> list[Case]:
    files = sorted((shared / "vectors").glob("*.json"))
    found = [case for path in files for case in json.loads(path.read_text("utf-8"))["cases"]]
    return [case for case in found if case["kind"] in KINDS]


def test_every_calendar_case_agrees_or_is_a_divergence_its_author_states(cases: list[Case]) -> None:
    differing = {}
    for case in cases:
        got = answer(case)
        claimed = {key: value for key, value in case["expected"].items() if key != "exact_seconds"}
        wrong = {key: got.get(key, got.get("error")) for key in claimed if got.get(key) != claimed[key]}
        if wrong:
            assert case["divergence"], f"{case['id']}: expected {case['expected']}, got {got}"
            differing[case["id"]] = {"error": got["error"]} if "error" in got else wrong
        if "exact_seconds" in case["expected"]:
            assert got["seconds"] == case["expected"]["exact_seconds"], case["id"]
    present = {case["id"] for case in cases}
    assert differing == {key: value for key, value in DIVERGENCES.items() if key in present}


def test_the_wall_clock_is_the_fallback_of_a_calendar_that_never_opens_only_if_asked_for(cases: list[Case]) -> None:
    never_open = [case for case in cases if case["convention"].get("no_open_hours")]
    assert never_open
    for case in never_open:
        calendar = parse_calendar(case["calendar"], allow_never_open=True)
        assert not calendar.has_open_hours
        assert deadline(case, CalendarVersions.single("fallback", always_open()))["deadline_at"] == \
            case["expected"]["deadline_at"]  # fmt: skip


def test_the_cases_are_all_there(cases: list[Case]) -> None:
    assert {case["kind"] for case in cases} == set(KINDS)
    assert len({case["id"] for case in cases}) == len(cases)


def answer(case: Case) -> dict[str, object]:
    """What Tanggap says to a case, in the keys of its ``expected``."""
    try:
        calendar = parse_calendar(case["calendar"]) if case["calendar"] else always_open()
    except CalendarError as error:
        return {"valid": False, "error": error.message}
    how = next(read for key, read in READERS.items() if key in case["input"] or not key)
    return how(case, CalendarVersions.single(case["id"], calendar))


def valid(case: Case, calendar: CalendarVersions) -> dict[str, object]:
    return {"valid": True}


def duration(case: Case, calendar: CalendarVersions) -> dict[str, object]:
    start, end = instant(case["input"]["start"]), instant(case["input"]["end"])
    if "clip" in case["input"]:
        start, end = max(start, instant(case["input"]["clip"][0])), min(end, instant(case["input"]["clip"][1]))
    clock = laid_out(calendar, start, end)
    worked = int(clock.duration(start, end))
    for begins, ends in pauses(case):
        worked -= int(clock.duration(max(begins, start), min(ends, end)))
    version = calendar.at(start)
    return {
        "seconds": worked / SECOND,
        "minutes": worked // MINUTE if case["convention"].get("minutes") == "floor" else worked / MINUTE,
        "in_hours": bool(clock.is_open(start)),
        "on_break": version.on_break(start),
        "on_holiday": version.on_holiday(start),
        "periods": [[iso(a), iso(b)] for a, b in open_intervals(calendar, start, end)] if start < end else [],
    }


def deadline(case: Case, calendar: CalendarVersions) -> dict[str, object]:
    if case["input"].get("target_seconds") is None:
        return {"deadline_at": None}
    start, target = instant(case["input"]["start"]), case["input"]["target_seconds"] * SECOND
    clock = laid_out(calendar, start, start)
    if case["input"]["direction"] == "before":
        at_opening = case["convention"].get("backward_at_opening", "stay")
        return {"deadline_at": iso(int(clock.deadline_before(start, target, at_opening)))}
    at_closing = case["convention"].get("deadline_at_closing", "next_opening")
    due = int(clock.deadline(start, target, at_closing))
    for begins, ends in pauses(case):
        if begins < due and ends > start:  # what was worked within the pause is to be worked after it
            target += int(clock.duration(max(begins, start), ends))
            due = int(clock.deadline(start, target, at_closing))
    return {"deadline_at": iso(due)}


def business_days(case: Case, calendar: CalendarVersions) -> dict[str, object]:
    start, days = instant(case["input"]["start"]), case["input"]["target_business_days"]
    return {"deadline_at": iso(deadline_business_days(calendar, start, days, case["input"]["direction"]))}


def dates(case: Case, calendar: CalendarVersions) -> dict[str, object]:
    days = open_dates(calendar, instant(case["input"]["start"]), case["input"]["next_open_dates"])
    return {"dates": [day.isoformat() for day in days]}


def pauses_from_events(case: Case, calendar: CalendarVersions) -> dict[str, object]:
    """The pauses of a ticket's states, by local day: the calendar part is where its days are cut."""
    timezone = calendar.versions[0][1].timezone
    events, stops = case["input"]["events"], case["convention"]["pause_states"]
    spans = [
        (instant(event["at"]), instant(following["at"]))
        for event, following in pairwise(events)
        if any(str(stop).startswith(event["state"]) for stop in stops)
    ]
    by_day: dict[str, list[list[str]]] = {}
    for start, end in merge(spans):
        for part in buckets(Period(start, end), "day", timezone):
            opens, closes = (to_datetime(edge, zone(timezone)) for edge in (part.start, part.end))
            until = "24:00" if closes.date() > opens.date() else f"{closes:%H:%M}"
            by_day.setdefault(opens.date().isoformat(), []).append([f"{opens:%H:%M}", until])
    return {"pause_intervals_local": by_day, "paused_seconds": sum(end - start for start, end in spans) / SECOND}


#: By the key that tells what a case asks for; the first that matches.
READERS: dict[str, Callable[[Case, CalendarVersions], dict[str, object]]] = {
    "events": pauses_from_events,
    "next_open_dates": dates,
    "target_business_days": business_days,
    "target_seconds": deadline,
    "end": duration,
    "": valid,
}


def laid_out(calendar: CalendarVersions, *around: int) -> Layout:
    return layout(calendar, min(around) - 40 * DAY, max(around) + 40 * DAY)


def pauses(case: Case) -> list[tuple[int, int]]:
    return [(instant(start), instant(end)) for start, end in case["input"].get("pauses", ())]


def instant(text: str) -> int:
    return parse_instant(text)


def iso(micros: int) -> str:
    return format_instant(micros)
