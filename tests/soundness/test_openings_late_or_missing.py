"""A conversation is what its events say even if the one that opens it is missing, or comes after the first words.

Waits for a person were negative, the backlog did not know it, words before the opening waited for ever, and a customer
who opened, left and came back was in no turn.
"""

from __future__ import annotations

from told import Desk, at, story

from tanggap.core.instants import MINUTE

OPEN, ASKED = ("0 09:00", "opened", "customer"), ("0 09:00", "message", "customer")


def test_no_wait_for_a_person_is_negative_where_nothing_says_that_it_opened(desk: Desk) -> None:
    """The answer came at 9:00, after ten minutes; what is later than the answer begins no wait for it."""
    talk = story("t", ("0 08:50", "message", "customer"), ("0 09:00", "message", "agent"),
                 ("0 09:30", "resolved", "agent"), ("0 10:00", "reopened", "customer"),
                 ("0 10:00", "message", "customer"), ("0 10:20", "message", "agent"))  # fmt: skip
    desk.told({"events": talk})
    assert desk.one("t")["first_human_response_time"] == 10 * MINUTE


def test_nor_is_one_where_an_agent_spoke_before_the_opening(desk: Desk) -> None:
    talk = story("t", ("0 08:55", "message", "agent"), OPEN, ASKED, ("0 09:10", "message", "agent"))
    desk.told({"events": talk})
    assert desk.one("t")["first_human_response_time"] >= 0


def test_what_nothing_says_was_opened_is_open_from_its_first_event(desk: Desk) -> None:
    """It has opened_at, is created and resolved, but lies in no backlog."""
    desk.told({"events": story("t", ("0 08:50", "message", "customer"), ("0 09:30", "resolved", "agent"))})
    spans = [(r["started_at"], r["ended_at"]) for r in desk.rows("span_facts")]
    assert spans == [(at("0 08:50"), at("0 09:30"))]


def test_words_just_before_the_opening_wait_with_it(desk: Desk) -> None:
    """Two turns come out: one never answered (its promise is broken for ever), one answered after ten minutes."""
    desk.told({"events": story("t", ("0 08:55", "message", "customer"), OPEN, ("0 09:10", "message", "agent"))})
    assert [(r["asked_at"], r["answered_at"]) for r in desk.rows("reply_facts")] == [(at("0 08:55"), at("0 09:10"))]


def test_a_customer_who_opened_and_left_still_waits_when_it_is_reopened(desk: Desk) -> None:
    """An opening without words hands its wait on to a reopening, as words do (turns: side_before == _CUSTOMER only)."""
    talk = [
        OPEN,
        ("0 09:05", "abandoned", "customer"),
        ("0 10:00", "reopened", "customer"),
        ("0 10:10", "message", "agent"),
    ]
    desk.told({"events": story("t", *talk)})
    assert len(desk.rows("reply_facts")) == 1
