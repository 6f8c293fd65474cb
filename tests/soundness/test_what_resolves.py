"""Closing what nobody resolved resolves it, once; what its customer gave up was never resolved.

Closing twice moved the resolution, one that was resolved again after its first closing forgot the closing, and a
reopening made a resolution of being given up. What a status opened again was resolved and in the backlog at once.
"""

from __future__ import annotations

from told import Desk, at, story

from tanggap.core.instants import MINUTE

OPEN, ASKED = ("0 09:00", "opened", "customer"), ("0 09:00", "message", "customer")


def test_a_conversation_closed_twice_was_resolved_the_first_time(desk: Desk) -> None:
    """Closing what is resolved moves nothing; closing had resolved it."""
    talk = [
        OPEN,
        ASKED,
        ("0 09:10", "message", "agent"),
        ("0 09:40", "closed", "agent"),
        ("4 09:40", "closed", "system"),
    ]
    desk.told({"events": story("t", *talk)})
    assert desk.one("t")["resolved_at"] == at("0 09:40")
    assert desk.one("t")["resolution_time"] == 40 * MINUTE


def test_the_first_resolution_is_the_closing_that_resolved_it(desk: Desk) -> None:
    talk = [OPEN, ASKED, ("0 09:10", "message", "agent"), ("0 09:40", "closed", "agent"),
            ("0 10:00", "reopened", "customer"), ("0 10:30", "resolved", "agent")]  # fmt: skip
    desk.told({"events": story("t", *talk)})
    assert desk.one("t")["first_resolution_time"] == 40 * MINUTE


def test_the_last_resolution_may_be_a_closing_too(desk: Desk) -> None:
    talk = [OPEN, ("0 09:10", "message", "agent"), ("0 09:30", "resolved", "agent"),
            ("0 10:00", "reopened", "customer"), ("0 10:30", "closed", "agent"),
            ("0 11:00", "reopened", "customer")]  # fmt: skip
    desk.told({"events": story("t", *talk)})
    assert desk.one("t")["last_resolved_at"] == at("0 10:30")


def test_giving_up_resolves_nothing_when_the_customer_comes_back_either(desk: Desk) -> None:
    """While it was closed it was not resolved; the reopening must not make it so."""
    talk = [OPEN, ASKED, ("0 09:01", "message", "bot"), ("1 09:01", "closed", "system"),
            ("1 10:00", "reopened", "customer"), ("1 10:00", "message", "customer")]  # fmt: skip
    desk.told({"events": story("t", *talk)})
    assert desk.one("t")["first_resolved_at"] is None


def test_what_is_open_again_by_its_status_is_in_the_backlog_and_not_resolved(desk: Desk) -> None:
    """It was both: the status alone said that it was open, and no event that it was reopened."""
    talk = [OPEN, ("0 09:10", "message", "agent"), ("0 09:30", "resolved", "agent"),
            ("0 10:00", "status_changed", "agent", {"value": "open"})]  # fmt: skip
    desk.told({"events": story("t", *talk)})
    found = desk.one("t")
    assert (found["resolved_at"], found["reopenings"], found["reopened_at"]) == (None, 1, at("0 10:00"))
    spans = sorted(desk.rows("span_facts"), key=lambda row: row["started_at"])
    assert [row["ended_at"] for row in spans] == [at("0 09:30"), None]
