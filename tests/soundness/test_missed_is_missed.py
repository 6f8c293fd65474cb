"""A promise that was broken stays broken, whatever is done to the conversation afterwards.

Closing what nobody had answered made its missed promises vanish; and a promise made later in a conversation was held
against what had been answered before it.
"""

from __future__ import annotations

from typing import Any

import pytest
from told import UTC, Desk, Row, at, story

from tanggap.core.instants import HOUR
from tanggap.core.settings import parse_settings
from tanggap.metrics.scorecard import scorecard

HOURLY = parse_settings("""
[shop]
timezone = "UTC"

[[sla]]
policy = "default"
target = "first_response"
minutes = 60
clock = "calendar"
""")
OPEN, ASKED = ("0 09:00", "opened", "customer"), ("0 09:00", "message", "customer")


def first(desk: Desk, name: str) -> list[Row]:
    """The promises of a first response."""
    return [r for r in desk.rows("sla_facts") if r["conversation_id"] == name and r["target"] == "first_response"]


def applied(when: str, hours: int, target: str = "next_reply") -> tuple[Any, ...]:
    return (when, "sla_applied", "system",
            {"value": target, "duration": hours * HOUR, "detail": '{"clock": "calendar"}'})  # fmt: skip


@pytest.mark.parametrize("kind", ["resolved", "closed"])
def test_ending_what_was_already_late_leaves_it_late(desk: Desk, kind: str) -> None:
    desk.told({"events": story("t", OPEN, ASKED, ("3 09:00", kind, "system"))}, HOURLY)
    (row,) = first(desk, "t")
    assert (row["due_at"], row["ended_at"], row["elapsed"]) == (at("0 10:00"), None, None)


@pytest.mark.parametrize("when", ["0 09:59", "0 10:00"])
def test_what_was_resolved_without_words_by_the_time_it_was_due_is_neither_kept_nor_broken(
    desk: Desk, when: str
) -> None:
    desk.told({"events": story("t", OPEN, ASKED, (when, "resolved", "agent"))}, HOURLY)
    assert first(desk, "t") == []


def test_answering_after_a_late_resolution_without_words_mends_nothing(desk: Desk) -> None:
    talk = [OPEN, ASKED, ("1 09:00", "resolved", "system"), ("2 09:00", "reopened", "customer"),
            ("2 09:00", "message", "customer"), ("2 09:10", "message", "agent")]  # fmt: skip
    desk.told({"events": story("t", *talk)}, HOURLY)
    found = sorted((row["due_at"], row["ended_at"]) for row in first(desk, "t"))
    assert [due for due, _ in found] == [at("0 10:00"), at("2 10:00")]
    assert [end for _, end in found] == [None, at("2 09:10")]


def test_messages_closed_after_a_day_without_words_were_not_answered_within_it(desk: Desk) -> None:
    """One answered at once, one closed within the day, one after three days: of two that count one was answered."""
    desk.told({"events": [
        *story("a", OPEN, ASKED, ("0 09:10", "message", "agent")),
        *story("b", OPEN, ASKED, ("0 12:00", "resolved", "agent")),
        *story("c", OPEN, ASKED, ("3 09:00", "closed", "system")),
    ]})  # fmt: skip
    card = scorecard(desk.engine, desk.snapshot(), UTC, metrics=["message_answer_rate"], compare=None)
    assert [(cell.n, cell.value) for cell in card.cells] == [(2, 0.5)]


def test_a_promise_made_later_is_not_held_against_what_was_answered_before(desk: Desk) -> None:
    """Promised an hour, answered after three; from then on eight hours are promised. And the other way about."""
    for name, before, after in (("longer", 1, 8), ("shorter", 8, 1)):
        talk = [OPEN, applied("0 09:00", before), ASKED, ("0 09:10", "message", "agent"),
                ("0 10:00", "message", "customer"), ("0 13:00", "message", "agent"), applied("0 14:00", after),
                ("0 14:01", "message", "customer"), ("0 14:10", "message", "agent")]  # fmt: skip
        desk.told({"events": story(name, *talk)})
        rows = sorted(
            (r for r in desk.rows("sla_facts") if r["conversation_id"] == name), key=lambda r: r["started_at"]
        )
        assert [row["promised"] for row in rows] == [before * HOUR, after * HOUR], name


def test_a_clock_that_runs_takes_over_what_is_promised_anew(desk: Desk) -> None:
    talk = [OPEN, applied("0 09:00", 8, "first_response"), ASKED, applied("0 09:30", 1, "first_response"),
            ("0 11:00", "message", "agent")]  # fmt: skip
    desk.told({"events": story("t", *talk)})
    assert [row["promised"] for row in first(desk, "t")] == [HOUR]


def test_a_promise_noted_after_the_answer_it_was_made_for_holds(desk: Desk) -> None:
    talk = [OPEN, ASKED, ("0 09:00", "message", "bot"), applied("0 09:01", 1, "first_response")]
    desk.told({"events": story("t", *talk)})
    assert [(row["promised"], row["ended_at"]) for row in first(desk, "t")] == [(HOUR, at("0 09:00"))]
