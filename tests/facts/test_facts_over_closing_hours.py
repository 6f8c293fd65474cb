"""Waits, pauses and deadlines over nights, lunch, holidays and daylight saving, worked out by hand. Minutes."""

from __future__ import annotations

from typing import Any

import pytest

from tanggap.core.instants import MINUTE, format_instant
from tanggap.core.settings import parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

Row = dict[str, Any]
Facts = dict[str, dict[str, list[Row]]]

RULES = """
[shop]
timezone = "UTC"
calendar = "office"
[calendars.office]
timezone = "UTC"
week.mon = [["09:00", "12:30"], ["13:00", "17:00"]]
week.tue = [["09:00", "12:30"], ["13:00", "17:00"]]
[calendars.nights]
timezone = "Europe/Berlin"
week.sat = [["22:00", "04:00"]]
holidays = ["2026-04-12"]
[[sla]]
target = "first_response"
minutes = 300
[[sla]]
target = "resolution"
minutes = 240
"""

ASKED, ANSWERED, RESOLVED = ("message", "customer"), ("message", "agent"), ("resolved", "agent")
OPENED, PENDING, GOES_ON = ("opened", "customer"), ("status_changed", "pending"), ("status_changed", "open")

#: Conversations: "day clock" of UTC (of March 2026 unless it names the month), and what happened. Mondays: 2, 9 March.
STORIES: dict[str, list[tuple[str, tuple[str, str]]]] = {
    # Clocks go forward at 01:00 on the 29th: the night shift lasts from 21:00 to 02:00, five hours.
    "nights-spring": [("28 22:00", OPENED), ("28 22:00", ASKED), ("29 02:30", ANSWERED)],
    # Clocks go back at 01:00 on 25 October: from 20:00 to 03:00, seven hours.
    "nights-autumn": [("10-24 20:00", OPENED), ("10-24 20:00", ASKED), ("10-25 03:00", ANSWERED)],
    # Sunday is a holiday, which ends Saturday's shift at midnight, 22:00 UTC.
    "nights-holiday": [("04-11 19:30", OPENED), ("04-11 19:30", ASKED), ("04-12 01:00", ANSWERED)],
    "paused-over-night": [
        ("02 09:00", OPENED), ("02 12:00", PENDING), ("03 10:00", GOES_ON), ("03 11:00", RESOLVED),
    ],
    "paused-while-closed": [
        ("02 16:00", OPENED), ("02 18:00", PENDING), ("03 08:00", GOES_ON), ("03 10:00", RESOLVED),
    ],
    "paused-when-late": [
        ("02 09:00", OPENED), ("02 14:00", PENDING), ("02 15:00", GOES_ON), ("02 16:00", RESOLVED),
    ],
    "paused-twice-over-lunch": [
        ("02 09:00", OPENED), ("02 12:00", PENDING), ("02 12:45", GOES_ON), ("02 12:50", PENDING),
        ("02 13:30", GOES_ON), ("02 15:00", RESOLVED),
    ],
    "still-paused": [("02 09:00", OPENED), ("02 10:00", PENDING)],
    "waits-while-paused": [
        ("02 09:00", OPENED), ("02 09:00", ASKED), ("02 10:00", PENDING), ("02 12:00", GOES_ON), ("02 16:00", ANSWERED),
    ],
    "left-the-bot-talking": [
        ("02 09:00", OPENED), ("02 09:00", ASKED), ("02 09:01", ("message", "bot")), ("02 09:02", ASKED),
        ("02 11:00", ("closed", "system")),
    ],
    "written-to-by-an-agent": [
        ("02 09:00", ("opened", "agent")), ("02 09:00", ANSWERED), ("02 09:30", ASKED),
        ("02 09:31", ("message", "bot")), ("02 09:40", ASKED), ("02 09:45", ("note", "agent")), ("02 09:55", ANSWERED),
    ],
    "reopened-before-a-person": [
        ("02 09:00", OPENED), ("02 09:00", ASKED), ("02 09:01", ("message", "bot")),
        ("02 09:05", ("handed_off", "bot")), ("02 09:10", ("resolved", "bot")),
        ("02 09:20", ("reopened", "customer")), ("02 09:20", ASKED), ("02 09:30", ANSWERED),
    ],
}  # fmt: skip


def instant(when: str) -> str:
    day, clock = when.split()
    return f"2026-{day if '-' in day else f'03-{day}'}T{clock}:00Z"


def events() -> list[Row]:
    rows = []
    for story, told in STORIES.items():
        for number, (when, (kind, word)) in enumerate(told):
            is_status = kind == "status_changed"
            rows.append({"event_id": f"{story}-{number}", "conversation_id": story, "occurred_at": instant(when),
                         "position": number, "kind": kind, "actor_kind": "agent" if is_status else word,
                         "value": word if is_status else None, "source": "test"})  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    lake = Lake(tmp_path_factory.mktemp("closing"))
    about = [{"conversation_id": story, "calendar_id": "nights" if story.startswith("nights") else None,
              "source": "test"} for story in STORIES]  # fmt: skip
    assert ingest(lake, Batch({"events": events(), "conversations": about}), source="test").quarantined == 0
    found: Facts = {}
    with DuckDBEngine(threads=1) as engine:
        refresh(lake, engine, parse_settings(RULES))
        snapshot = lake.snapshot(tables.FACTS)
        for name in ("conversation_facts", "sla_facts", "reply_facts"):
            found[name] = {}
            for row in engine.run(attach_fact(engine, snapshot, name)).to_pylist():
                found[name].setdefault(row["conversation_id"], []).append(row)
    return found


def took(facts: Facts, story: str, name: str) -> tuple[float | None, float | None]:
    """How long something took, by the calendar and in working time."""
    (row,) = facts["conversation_facts"][story]
    both = row[name], row[f"{name}_working"]
    return tuple(None if value is None else value / MINUTE for value in both)  # type: ignore[return-value]


def promise(facts: Facts, story: str, target: str) -> tuple[str | None, float | None]:
    """When it was due (day and clock, UTC) and how long it took on its clock."""
    (row,) = [row for row in facts["sla_facts"][story] if row["target"] == target]
    due = None if row["due_at"] is None else format_instant(row["due_at"])
    return due and due[5:16].replace("T", " "), None if row["elapsed"] is None else row["elapsed"] / MINUTE


def test_a_night_shift_loses_an_hour_in_spring(facts: Facts) -> None:
    assert took(facts, "nights-spring", "first_response_time") == (270, 240)
    assert promise(facts, "nights-spring", "first_response") == ("04-04 21:00", 240)  # the fifth hour: a week later


def test_a_night_shift_gains_an_hour_in_autumn(facts: Facts) -> None:
    assert took(facts, "nights-autumn", "first_response_time") == (420, 420)
    assert promise(facts, "nights-autumn", "first_response") == ("10-25 01:00", 420)


def test_a_holiday_ends_the_night_shift_before_it_at_midnight(facts: Facts) -> None:
    assert took(facts, "nights-holiday", "first_response_time") == (330, 120)


def test_a_pause_takes_off_only_what_of_it_is_working_time(facts: Facts) -> None:
    assert took(facts, "paused-over-night", "active_resolution_time") == (240, 240)
    assert promise(facts, "paused-over-night", "resolution") == ("03-03 11:00", 240)
    assert took(facts, "paused-while-closed", "resolution_time") == (1080, 120)
    assert took(facts, "paused-while-closed", "active_resolution_time") == (240, 120)
    assert promise(facts, "paused-while-closed", "resolution") == ("03-03 12:00", 120)


def test_a_pause_moves_a_deadline_only_if_it_began_in_time(facts: Facts) -> None:
    assert promise(facts, "paused-when-late", "resolution") == ("03-02 13:30", 330)
    assert promise(facts, "paused-twice-over-lunch", "resolution") == ("03-02 14:30", 270)
    assert promise(facts, "still-paused", "resolution") == (None, None)


def test_the_first_response_too_waits_while_its_clock_stands_still(facts: Facts) -> None:
    assert took(facts, "waits-while-paused", "first_response_time") == (420, 390)
    assert promise(facts, "waits-while-paused", "first_response") == ("03-02 16:30", 270)


def test_of_what_the_customer_left_with_the_bot_only_the_answered_turn_is_judged(facts: Facts) -> None:
    (row,) = facts["conversation_facts"]["left-the-bot-talking"]
    assert (row["resolved_at"], row["first_resolved_at"], row["messages_to_resolve"]) == (None, None, None)
    assert [(row["target"], row["elapsed"]) for row in facts["sla_facts"]["left-the-bot-talking"]] == [
        ("first_response", MINUTE)
    ]
    turns = sorted(facts["reply_facts"]["left-the-bot-talking"], key=lambda turn: turn["asked_at"])
    assert [(turn["reply_time"], turn["resolved_unanswered_at"] is None) for turn in turns] == [
        (MINUTE, True),
        (None, False),
    ]


def test_who_was_written_to_by_an_agent_waits_from_their_own_first_words(facts: Facts) -> None:
    (row,) = facts["conversation_facts"]["written-to-by-an-agent"]
    assert (took(facts, "written-to-by-an-agent", "first_response_time")[0], row["first_responder"]) == (1, "bot")
    assert took(facts, "written-to-by-an-agent", "first_human_response_time") == (15, 15)


def test_the_wait_for_a_person_begins_with_a_reopening_after_the_hand_off(facts: Facts) -> None:
    assert took(facts, "reopened-before-a-person", "first_response_time")[0] == 1
    assert took(facts, "reopened-before-a-person", "first_human_response_time")[0] == 10
