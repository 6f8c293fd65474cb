"""Events of one instant happened in the order of their positions, whatever numbers these are.

A position above 127 moved the instants of resolutions, and logs kept by the minute had the wrong first responder and
agent, lost waits in a queue, and one promise stood still for the pauses of another.
"""

from __future__ import annotations

import pytest
from told import Desk, at, story

from tanggap.core.settings import parse_settings

OPEN, ASKED = ("0 09:00", "opened", "customer"), ("0 09:00", "message", "customer")


@pytest.mark.parametrize("position", [128, 140, 1_772_442_000_000, -1])
def test_a_position_never_moves_an_instant(desk: Desk, position: int) -> None:
    """A log of 64 rows that counts in twos has positions from 128 on; others give sequence numbers, or instants."""
    talk = story("t", OPEN, ("0 09:10", "message", "agent"))
    last = {**talk[1], "event_id": "last", "kind": "resolved", "position": position, "occurred_at": at("0 09:30")}
    desk.told({"events": [*talk, last]})
    assert desk.one("t")["resolved_at"] == at("0 09:30")


def test_within_one_minute_the_bot_that_answered_first_is_the_first_responder(desk: Desk) -> None:
    desk.told(
        {"events": story("t", OPEN, ASKED, ("0 09:00", "message", "bot"), ASKED, ("0 09:00", "message", "agent"))}
    )
    assert desk.one("t")["first_responder"] == "bot"


def test_within_one_minute_who_answered_or_was_assigned_last_is_the_agent(desk: Desk) -> None:
    zed, budi = (
        ("0 09:10", "message", "agent", {"actor_id": "zed"}),
        ("0 09:10", "message", "agent", {"actor_id": "budi"}),
    )
    given = [("0 09:01", "assigned", "system", {"value": who}) for who in ("sari", "budi")]
    desk.told({"events": [*story("t", OPEN, ASKED, zed, budi), *story("u", OPEN, *given)]})
    assert [desk.one(name)["agent_id"] for name in ("t", "u")] == ["budi", "budi"]


def test_queued_again_within_the_same_minute_the_first_wait_was_still_answered(desk: Desk) -> None:
    queued, answered = ("0 09:01", "queued", "system"), ("0 09:01", "message", "agent")
    desk.told({"events": story("t", OPEN, ASKED, queued, answered, queued, ("0 10:00", "resolved", "agent"))})
    assert desk.one("t")["queue_wait"] == 0


def test_pauses_of_one_promise_do_not_stop_another_that_began_in_the_same_minute(desk: Desk) -> None:
    """The first of the two next replies was given at once; its due instant is known though the other is paused."""
    rules = parse_settings(
        '[shop]\ntimezone = "UTC"\n[[sla]]\ntarget = "next_reply"\nminutes = 60\nclock = "calendar"\n'
    )
    reply, ask = ("0 10:00", "message", "agent"), ("0 10:00", "message", "customer")
    talk = [OPEN, ASKED, ("0 09:10", "message", "agent"), ("0 09:50", "status_changed", "agent", {"value": "pending"}),
            ask, reply, ask]  # fmt: skip
    desk.told({"events": story("t", *talk)}, rules)
    done = [r for r in desk.rows("sla_facts") if r["ended_at"] == at("0 10:00") and r["target"] == "next_reply"]
    assert [r["due_at"] for r in done] == [at("0 11:00")]
