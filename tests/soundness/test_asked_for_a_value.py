"""Asking for a fact that the hand-off holds only as the value of another is not asking twice."""

from __future__ import annotations

from told import Desk, story

OPEN, ASKED = ("0 09:00", "opened", "customer"), ("0 09:00", "message", "customer")


def test_asking_for_a_fact_that_is_only_a_value_of_another_is_not_asking_twice(desk: Desk) -> None:
    talk = [OPEN, ASKED, ("0 09:01", "handed_off", "bot", {"detail": '{"facts": {"topic": "city"}}'}),
            ("0 09:10", "message", "agent", {"value": "city"})]  # fmt: skip
    desk.told({"events": story("t", *talk)})
    assert desk.one("t")["asked_again"] is False
