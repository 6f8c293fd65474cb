"""Calendar cases that no public file holds: features of calendars and keys of inputs in combinations of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from vector_cases import DAYS, case, hours, outcome, week

BIZ = {"deadline_at_closing": "next_opening", "backward_at_opening": "stay"}
STAY = {"deadline_at_closing": "stay"}
FLOOR = {"minutes": "floor", "pause_boundaries": "floor_minute"}
OFFICE = hours("UTC", "09:00", "17:00")
LUNCH = {"timezone": "Asia/Jakarta", "week": {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]}}
NIGHT = {"timezone": "UTC", "week": {"mon": [["22:00", "06:00"]], "tue": [["22:00", "23:59"]]}}


def agrees(kind: str, calendar: Any, spans: dict[str, Any], expected: dict[str, Any], **convention: Any) -> None:
    found = outcome(case(kind, spans, expected, convention, calendar=calendar))
    assert (found.verdict, found.why, found.got) == ("agree", "", found.got)


@pytest.mark.parametrize(
    ("calendar", "start", "end", "seconds"),
    [
        # Lunch is not worked: 11:30 to 13:30 in Jakarta is half an hour before and half an hour after.
        (LUNCH, "2024-03-12T11:30:00+07:00", "2024-03-12T13:30:00+07:00", 3600),
        # 22:00 to 06:00 from Monday on, and 22:00 to 24:00 (written 23:59) on Tuesday: ten hours in all.
        (NIGHT, "2024-03-11T00:00:00Z", "2024-03-14T00:00:00Z", 10 * 3600),
        # New York springs forward at 02:00: a round-the-clock Sunday has 23 hours, in autumn 25.
        (hours("America/New_York", "00:00", "24:00", DAYS), "2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z", 23 * 3600),
        (hours("America/New_York", "00:00", "24:00", DAYS), "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z", 25 * 3600),
        # Lord Howe changes by half an hour: 09:00 to 17:00 keeps its eight hours, on another UTC instant.
        (hours("Australia/Lord_Howe", "09:00", "17:00"), "2024-04-05T00:00:00Z", "2024-04-09T00:00:00Z", 15.5 * 3600),
        # Apia had no 30 December 2011.
        (hours("Pacific/Apia", "09:00", "17:00", DAYS), "2011-12-29T10:00:00Z", "2012-01-01T10:00:00Z", 24 * 3600),
        # Casablanca goes back an hour for Ramadan (10 March 2024, 03:00): the shift at night is an hour longer.
        (hours("Africa/Casablanca", "00:00", "06:00", ["sun"]), "2024-03-09T12:00Z", "2024-03-10T12:00Z", 7 * 3600),
        # Two shifts replace the day's hours; a holiday takes them all the same; a break takes from one of them.
        ({**OFFICE, "shifts": {"2024-03-12": [["06:00", "08:00"], ["20:00", "22:00"]]},
          "breaks": {"2024-03-12": [["07:00", "20:30"]]}}, "2024-03-12T00:00:00Z", "2024-03-13T00:00:00Z", 9000),
        ({**OFFICE, "shifts": {"2024-03-12": [["06:00", "08:00"]]}, "holidays": ["2024-03-12"]},
         "2024-03-12T00:00:00Z", "2024-03-13T10:00:00Z", 3600),
        # A night shift that begins before a holiday ends at its midnight.
        ({**NIGHT, "holidays": ["2024-03-12"]}, "2024-03-11T00:00:00Z", "2024-03-12T12:00:00Z", 7200),
        # Shut on every day: nothing is worked, which is 0 and no mistake.
        (hours("UTC", "09:00", "17:00", []), "2024-03-11T00:00:00Z", "2024-03-18T00:00:00Z", 0),
        ("no calendar", "2024-03-11T00:00:00Z", "2024-03-11T00:00:01.5Z", 1.5),
        (OFFICE, "2024-03-13T00:00:00Z", "2024-03-12T00:00:00Z", 0),
        # Years on, and without a day on which anything would be off.
        (OFFICE, "2010-01-01T00:00:00Z", "2024-01-01T00:00:00Z", 8 * 3600 * 3651),
    ],
)  # fmt: skip
def test_durations(calendar: Any, start: str, end: str, seconds: float) -> None:
    given_ = None if calendar == "no calendar" else calendar
    agrees("business_duration", given_, {"start": start, "end": end}, {"seconds": seconds, "minutes": seconds / 60})


@pytest.mark.parametrize(
    ("more", "convention", "expected"),
    [
        # 09:00 to 17:00 less two pauses of which one lies half before it and both overlap.
        ({"pauses": [["2024-03-12T10:00:00Z", "2024-03-12T11:00:00Z"], ["2024-03-12T10:30:00Z", "2024-03-12T11:30:00Z"],
                     ["2024-03-12T07:00:00Z", "2024-03-12T09:30:00Z"]]}, {}, {"minutes": 360, "hours": 6}),
        # A pause at night, one that ends before it begins, and one years away take nothing.
        ({"pauses": [["2024-03-12T18:00:00Z", "2024-03-12T23:00:00Z"], ["2024-03-12T12:00:00Z", "2024-03-12T11:00:00Z"],
                     ["2030-03-12T12:00:00Z", "2030-03-12T13:00:00Z"]]}, {}, {"minutes": 480}),
        # Kept as HH:MM a pause from 10:00:40 to 11:00:36 runs from 10:00 to 11:00.
        ({"pauses": [["2024-03-12T10:00:40Z", "2024-03-12T11:00:36Z"]]}, FLOOR, {"minutes": 420, "seconds": 25200}),
        ({"pauses": [["2024-03-12T10:00:40Z", "2024-03-12T11:00:36Z"]]}, {"minutes": "floor"}, {"minutes": 420}),
        ({"pauses": [["2024-03-12T10:00:40Z", "2024-03-12T11:00:36Z"]]}, {}, {"seconds": 28800 - 3596}),
        ({"clip": ["2024-03-12T16:00:00Z", None]}, {}, {"minutes": 60}),
        ({"clip": [None, "2024-03-12T09:10:30Z"]}, {"minutes": "floor"}, {"minutes": 10}),
        ({"clip": ["2024-03-13T00:00:00Z", "2024-03-14T00:00:00Z"]}, {}, {"seconds": 0, "periods": []}),
    ],
)  # fmt: skip
def test_pauses_and_clips(more: dict[str, Any], convention: dict[str, Any], expected: dict[str, Any]) -> None:
    agrees("business_duration", OFFICE, {"start": "2024-03-12T00:00:00Z", "end": "2024-03-13T00:00:00Z", **more},
           expected, **convention)  # fmt: skip


@pytest.mark.parametrize(
    ("calendar", "start", "target", "direction", "convention", "due"),
    [
        # Backwards over a holiday and a weekend: an hour on Monday, the other on Thursday, for Friday is a holiday.
        ({**OFFICE, "holidays": ["2024-03-15"]}, "2024-03-18T10:00:00Z", 7200, "before", BIZ, "2024-03-14T16:00:00Z"),
        (OFFICE, "2024-03-18T10:00:00Z", 3600, "before", BIZ, "2024-03-18T09:00:00Z"),
        (OFFICE, "2024-03-18T10:00:00Z", 3600, "before", {"backward_at_opening": "previous_closing"},
         "2024-03-15T17:00:00Z"),
        (LUNCH, "2024-03-12T13:30:00+07:00", 3600, "before", BIZ, "2024-03-12T11:30:00+07:00"),
        (NIGHT, "2024-03-12T01:00:00Z", 2 * 3600, "before", BIZ, "2024-03-11T23:00:00Z"),
        (LUNCH, "2024-03-12T11:30:00+07:00", 1800, "after", STAY, "2024-03-12T12:00:00+07:00"),
        (LUNCH, "2024-03-12T11:30:00+07:00", 1800, "after", BIZ, "2024-03-12T13:00:00+07:00"),
        # A hundred hours of Mondays alone are twelve weeks and a half away.
        (hours("UTC", "09:00", "17:00", ["mon"]), "2024-03-11T09:00:00Z", 100 * 3600, "after", BIZ,
         "2024-06-03T13:00:00Z"),
        # A break of an hour on the day the clocks change.
        ({**hours("Europe/Berlin", "00:00", "24:00", DAYS), "breaks": {"2024-03-31": [["01:00", "04:00"]]}},
         "2024-03-30T23:30:00Z", 3600, "after", BIZ, "2024-03-31T02:30:00Z"),
        (OFFICE, "2024-03-12T10:00:00Z", 0, "after", {"zero_target": "no target, no deadline"}, None),
        (OFFICE, "2024-03-12T20:00:00Z", 0, "after", BIZ, "2024-03-13T09:00:00Z"),
        (OFFICE, "2024-03-12T20:00:00Z", None, "before", BIZ, None),
        (hours("UTC", "09:00", "17:00", []), "2024-03-12T20:00:00Z", 60, "after",
         {"no_open_hours": "falls back to the wall clock"}, "2024-03-12T20:01:00Z"),
    ],
)  # fmt: skip
def test_deadlines(
    calendar: Any, start: str, target: int | None, direction: str, convention: dict[str, Any], due: str | None
) -> None:
    given_ = {"start": start, "target_seconds": target, "direction": direction}
    agrees("deadline", calendar, given_, {"deadline_at": due}, **convention)


PAUSED = [["2024-03-12T10:00:00Z", "2024-03-12T11:00:00Z"], ["2024-03-12T11:30:00Z", "2024-03-12T12:00:00Z"]]


@pytest.mark.parametrize(
    ("start", "target", "direction", "convention", "due"),
    [
        # An hour before the first pause, half an hour between them, the rest after both.
        ("2024-03-12T09:00:00Z", 2 * 3600, "after", BIZ, "2024-03-12T12:30:00Z"),
        # Used up just when a pause begins: as at any closing.
        ("2024-03-12T09:00:00Z", 3600, "after", BIZ, "2024-03-12T11:00:00Z"),
        ("2024-03-12T09:00:00Z", 3600, "after", STAY, "2024-03-12T10:00:00Z"),
        ("2024-03-12T10:30:00Z", 600, "after", BIZ, "2024-03-12T11:10:00Z"),
        ("2024-03-12T10:30:00Z", 0, "after", BIZ, "2024-03-12T11:00:00Z"),
        ("2024-03-12T12:30:00Z", 2 * 3600, "before", BIZ, "2024-03-12T09:00:00Z"),
        ("2024-03-12T12:30:00Z", 1800, "before", BIZ, "2024-03-12T12:00:00Z"),
        ("2024-03-12T12:30:00Z", 1800, "before", {"backward_at_opening": "previous_closing"}, "2024-03-12T11:30:00Z"),
        ("2024-03-12T16:30:00Z", 3600, "after", BIZ, "2024-03-13T09:30:00Z"),
    ],
)
@pytest.mark.parametrize("pauses", [PAUSED, PAUSED[::-1], [PAUSED[0], *PAUSED]])
def test_deadlines_with_pauses_in_any_order(
    pauses: Any, start: str, target: int, direction: str, convention: dict[str, Any], due: str
) -> None:
    given_ = {"start": start, "target_seconds": target, "direction": direction, "pauses": pauses}
    agrees("deadline", OFFICE, given_, {"deadline_at": due}, **convention)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({"target_business_days": 0}, {"deadline_at": "2024-03-15T18:00:00+07:00"}),
        ({"target_business_days": 0, "direction": "before"}, {"deadline_at": "2024-03-13T17:00:00+07:00"}),
        ({"target_business_days": 1, "direction": "after"}, {"deadline_at": "2024-03-15T18:00:00+07:00"}),
        ({"target_business_days": 2, "direction": "before"}, {"deadline_at": "2024-03-12T17:00:00+07:00"}),
        ({"next_open_dates": 3}, {"dates": ["2024-03-15", "2024-03-18", "2024-03-19"]}),
        ({"next_open_dates": 2, "direction": "before"}, {"dates": ["2024-03-13", "2024-03-12"]}),
        ({"next_open_dates": 0}, {"dates": []}),
    ],
)
def test_business_days_and_open_dates(given_: dict[str, Any], expected: dict[str, Any]) -> None:
    # A Thursday evening that is a holiday; on Friday a late shift, which begins after that time of the day.
    calendar = {**LUNCH, "holidays": ["2024-03-14"], "shifts": {"2024-03-15": [["18:00", "20:00"]]}}
    agrees("deadline", calendar, {"start": "2024-03-14T17:30:00+07:00", **given_}, expected)


@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        ("2024-03-12T09:00:00Z", {"in_hours": True, "on_break": False, "on_holiday": False, "seconds": 60}),
        ("2024-03-12T10:30:00Z", {"in_hours": False, "on_break": True, "on_holiday": False, "seconds": 0}),
        ("2024-03-12T11:00:00Z", {"in_hours": True, "on_break": False}),
        ("2024-03-12T16:59:30Z", {"in_hours": True, "seconds": 30}),
        ("2024-03-13T12:00:00Z", {"in_hours": False, "on_break": False, "on_holiday": True}),
        ("2024-03-14T00:00:00Z", {"on_holiday": False}),
    ],
)
def test_probes(probe: str, expected: dict[str, Any]) -> None:
    calendar = {**OFFICE, "breaks": {"2024-03-12": [["10:00", "11:00"]]}, "holidays": ["2024-03-13"]}
    after = (datetime.fromisoformat(probe) + timedelta(minutes=1)).isoformat()
    agrees("business_duration", calendar, {"start": probe, "end": after}, expected)


SAME_DAY = {"note": "closing must be later than opening on the same day"}


@pytest.mark.parametrize(
    ("calendar", "convention", "valid"),
    [
        (OFFICE, {}, True),
        (OFFICE, SAME_DAY, True),
        (NIGHT, {}, True),
        (NIGHT, SAME_DAY, False),
        ({**OFFICE, "week": week("09:00", "00:00")}, {}, False),
        ({**OFFICE, "week": week("09:00", "09:00")}, SAME_DAY, False),
        ({**OFFICE, "week": week("25:00", "26:00")}, {}, False),
        ({**OFFICE, "week": {}}, {}, False),
        ({**OFFICE, "week": {"mon": [["09:00", "12:00"], ["12:00", "17:00"]]}}, SAME_DAY, True),
        ({**OFFICE, "week": {"mon": [["09:00", "12:00"], ["11:00", "17:00"]]}}, {}, False),
        ({**OFFICE, "timezone": "Mars/Base"}, {}, False),
        ({**OFFICE, "holidays": ["2024-02-30"]}, {}, False),
        ({**OFFICE, "week": {"mon": [["00:00", "23:59"]]}}, SAME_DAY, True),
    ],
)
def test_validations(calendar: Any, convention: dict[str, Any], valid: bool) -> None:
    agrees("calendar_validation", calendar, {}, {"valid": valid}, **convention)


def test_pauses_of_states_are_cut_at_local_midnight_and_kept_to_the_minute() -> None:
    told = [
        {"at": "2024-03-30T22:30:20Z", "kind": "opened", "actor": "agent", "state": "Waiting"},
        {"at": "2024-03-30T23:00:00Z", "kind": "message", "actor": "customer"},
        {"at": "2024-03-31T02:10:50Z", "kind": "state", "actor": "agent", "state": "open"},
        {"at": "2024-03-31T03:00:00Z", "kind": "closed", "actor": "agent", "state": "closed"},
        {"at": "2024-03-31T03:00:40Z", "kind": "reopened", "actor": "agent", "state": "open"},
        {"at": "2024-03-31T04:00:00Z", "kind": "pending", "actor": "agent"},
    ]
    states = {"pause_states": ["waiting", "closed (for a while)"]}
    # From 23:30 to 04:10 in Berlin, in which the clocks spring from 02:00 to 03:00; the last state has no end.
    by_day = {"2024-03-30": [["23:30", "24:00"]], "2024-03-31": [["00:00", "04:10"]]}
    for events in (told, told[::-1]):
        agrees("business_duration", hours("Europe/Berlin", "09:00", "17:00"), {"events": events},
               {"pause_intervals_local": by_day, "paused_seconds": 220 * 60}, **states, **FLOOR)  # fmt: skip
    agrees("business_duration", OFFICE, {"events": told}, {"paused_seconds": 220 * 60 + 30 + 40}, **states)


OPEN_WINDOWS = st.lists(st.tuples(st.integers(0, 47), st.integers(1, 20)), max_size=3)
INSTANTS = st.integers(0, 6 * 24 * 60).map(lambda minute: datetime(2024, 3, 11, tzinfo=UTC) + timedelta(minutes=minute))


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["UTC", "Asia/Jakarta", "America/New_York", "Asia/Kathmandu"]),
    st.lists(OPEN_WINDOWS, min_size=7, max_size=7), st.lists(st.tuples(INSTANTS, INSTANTS), max_size=4),
    INSTANTS, st.integers(1, 600), st.sampled_from(["after", "before"]), st.booleans(),
)  # fmt: skip
@example("UTC", [[(18, 16)]] * 7, [], datetime(2024, 3, 12, 9, tzinfo=UTC), 480, "after", True)
def test_durations_and_deadlines_with_pauses_agree_with_a_walk_minute_by_minute(
    timezone: str, drawn: Any, pauses: Any, start: datetime, target: int, direction: str, strict: bool
) -> None:
    """The walk asks of each minute of three weeks what the clock on the wall shows, and whether it is paused."""
    plan = {day: _apart(windows) for day, windows in zip(DAYS, drawn, strict=True)}
    calendar = {"timezone": timezone, "week": plan}
    zone = ZoneInfo(timezone)
    first = datetime(2024, 3, 1, tzinfo=UTC)
    minutes = [first + timedelta(minutes=number) for number in range(21 * 24 * 60)]
    worked = [_open(minute.astimezone(zone), plan) and not any(a <= minute < b for a, b in pauses)
              for minute in minutes]  # fmt: skip
    given_pauses = [[a.isoformat(), b.isoformat()] for a, b in pauses]
    begin = (start - first) // timedelta(minutes=1)
    length = sum(worked[begin : begin + target])
    end = start + timedelta(minutes=target)
    spans = {"start": start.isoformat(), "end": end.isoformat(), "pauses": given_pauses}
    agrees("business_duration", calendar, spans, {"minutes": length})
    words = {"deadline_at_closing": "next_opening" if strict else "stay",
             "backward_at_opening": "previous_closing" if strict else "stay"}  # fmt: skip
    due = _walked(worked, begin, target, direction, strict)
    if due is not None:
        asked = {"start": start.isoformat(), "target_seconds": target * 60, "direction": direction,
                 "pauses": given_pauses}  # fmt: skip
        agrees("deadline", calendar, asked, {"deadline_at": minutes[due].isoformat()}, **words)


def _apart(windows: list[tuple[int, int]]) -> list[list[str]]:
    """Windows on the half hour, of which none meets another."""
    found: list[list[str]] = []
    until = 0
    for opens, length in sorted(windows):
        closes = min(opens + length, 48)
        if opens >= until and closes > opens:
            found.append([_clock(opens), _clock(closes)])
            until = closes + 1
    return found


def _clock(half_hours: int) -> str:
    return f"{half_hours // 2:02d}:{half_hours % 2 * 30:02d}"


def _open(shown: datetime, plan: dict[str, list[list[str]]]) -> bool:
    return any(opens <= f"{shown:%H:%M}" < closes for opens, closes in plan[DAYS[shown.weekday()]])


def _walked(worked: list[bool], begin: int, target: int, direction: str, strict: bool) -> int | None:
    """The minute at whose beginning a target is used up, walking on or back; strict: not at a closing (opening)."""
    step, at, left = (1, begin, target) if direction == "after" else (-1, begin - 1, target)
    while 0 < at < len(worked) - 1 and left:
        left -= worked[at]
        at += step
    while strict and 0 < at < len(worked) - 1 and not left and not worked[at]:
        at += step
    if left or not 0 < at < len(worked) - 1:
        return None
    return at if direction == "after" else at + 1
