"""Waits, hands and endings that were told in an unusual order or by unusual means.

A reopening made hours after the customer wrote forgot those hours; a status of resolved took a conversation out of the
backlog without resolving it; a bot that closed what an agent had solved was a transfer; an agent's first words were a
reply to nobody; and of a question and its reply in one second every other pair stood the wrong way round.
"""

from __future__ import annotations

from typing import Any

import pytest
from told import Desk, about, at, story

from tanggap.core.ids import stable_id
from tanggap.core.instants import HOUR, MINUTE

OPEN, ASKED = ("0 09:00", "opened", "customer"), ("0 09:00", "message", "customer")
ANSWERED, SOLVED = ("0 09:10", "message", "agent"), ("0 09:11", "resolved", "agent")


def reply_times(desk: Desk) -> list[int | None]:
    """In the order of the questions."""
    return [row["reply_time"] for row in sorted(desk.rows("reply_facts"), key=lambda row: row["asked_at"])]


def test_a_reopening_does_not_shorten_the_wait_of_a_customer_who_wrote_before_it(desk: Desk) -> None:
    """Written at ten, reopened at noon, answered five minutes later."""
    again = [("0 10:00", "message", "customer"), ("0 12:00", "reopened", "agent"), ("0 12:05", "message", "agent")]
    desk.told({"events": story("t", OPEN, ASKED, ANSWERED, SOLVED, *again)})
    assert reply_times(desk) == [10 * MINUTE, 2 * HOUR + 5 * MINUTE]


def test_reopening_what_was_never_done_does_not_shorten_a_wait(desk: Desk) -> None:
    desk.told({"events": story("t", OPEN, ASKED, ("0 11:00", "reopened", "system"), ("0 11:05", "message", "agent"))})
    assert reply_times(desk) == [2 * HOUR + 5 * MINUTE]
    assert desk.one("t")["first_response_time"] == 2 * HOUR + 5 * MINUTE


def test_a_reopening_by_staff_begins_the_wait_of_a_customer_who_said_nothing_since(desk: Desk) -> None:
    again = [("0 10:00", "reopened", "agent"), ("0 10:20", "message", "agent")]
    desk.told({"events": story("t", OPEN, ASKED, ("0 09:30", "resolved", "agent"), *again)})
    assert desk.one("t")["first_response_time"] == 20 * MINUTE


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_a_status_of_done_resolves_as_the_event_does(desk: Desk, status: str) -> None:
    done = ("0 10:00", "status_changed", "agent", {"value": status})
    desk.told({"events": story("t", OPEN, ASKED, ("0 09:05", "assigned", "system", {"value": "sari"}), ANSWERED,
                               ("0 09:30", "message", "customer"), done)})  # fmt: skip
    found = desk.one("t")
    assert (found["resolved_at"], found["resolution_time"]) == (at("0 10:00"), HOUR)
    assert [row["ended_at"] for row in desk.rows("span_facts")] == [at("0 10:00")]
    assert {row["resolved_unanswered_at"] for row in desk.rows("reply_facts")} == {None, at("0 10:00")}
    assert [row["resolved_while_held"] for row in desk.rows("holding_facts")] == [True]


def test_a_status_of_done_after_the_event_moves_nothing(desk: Desk) -> None:
    later = ("2 10:00", "status_changed", "system", {"value": "closed"})
    desk.told({"events": story("t", OPEN, ASKED, ANSWERED, SOLVED, later)})
    assert (desk.one("t")["resolved_at"], desk.one("t")["reopenings"]) == (at("0 09:11"), 0)


def test_a_bot_that_closes_what_an_agent_solved_takes_nothing_over(desk: Desk) -> None:
    desk.told({"events": story("t", OPEN, ASKED, ANSWERED, SOLVED, ("2 09:00", "closed", "bot"))})
    assert desk.one("t")["transfers"] == 0


def test_from_a_bot_that_spoke_to_an_agent_is_one_transfer(desk: Desk) -> None:
    desk.told({"events": story("t", OPEN, ASKED, ("0 09:01", "message", "bot"), ANSWERED, SOLVED)})
    assert desk.one("t")["transfers"] == 1


def test_words_of_an_agent_before_the_customers_answer_nobody(desk: Desk) -> None:
    """No event tells of an opening; the customer waits from their own first words."""
    talk = [("0 09:00", "message", "agent"), ("0 09:05", "message", "customer"), ("0 09:07", "message", "agent")]
    desk.told({"events": story("t", *talk)})
    found = desk.one("t")
    assert (found["first_human_response_time"], found["first_response_time"]) == (2 * MINUTE, 2 * MINUTE)


def test_who_never_wrote_got_no_first_response(desk: Desk) -> None:
    talk = [("0 09:00", "opened", "agent"), ("0 09:00", "message", "agent"), ("0 09:10", "resolved", "agent"),
            ("0 10:00", "reopened", "agent"), ("0 10:20", "message", "agent")]  # fmt: skip
    desk.told({"events": story("t", *talk)})
    found = desk.one("t")
    assert (found["first_response_time"], found["first_response_at"], found["first_responder"]) == (None, None, None)


def test_an_open_ticket_is_in_the_backlog_of_whoever_holds_it(desk: Desk) -> None:
    """Not of the colleague who answered it before it was passed on."""
    talk = [OPEN, ASKED, ("0 09:05", "assigned", "system", {"value": "sari"}), ANSWERED,
            ("0 09:20", "assigned", "system", {"value": "budi"})]  # fmt: skip
    desk.told({"events": story("t", *talk), "conversations": [about("t", customer_id="c")]})
    assert desk.one("t")["agent_id"] == "budi"
    assert [row["agent_id"] for row in desk.rows("span_facts")] == ["budi"]


def test_a_reply_within_the_second_of_its_question_comes_after_it(desk: Desk) -> None:
    """Half a minute of a log by the second, without positions: ids alone would put every other pair the wrong way."""
    rows: list[dict[str, Any]] = []
    for n in range(40):
        name = f"t{n}"
        rows += story(name, OPEN, ("0 09:01", "message", "customer"), ("0 09:01", "message", "bot"))
    for row in rows:
        del row["position"]
        row["event_id"] = stable_id("e", row["event_id"])
    desk.told({"events": rows})
    assert reply_times(desk) == [0] * 40


def test_a_conversation_lasts_until_its_call_is_over(desk: Desk) -> None:
    """A call is one message: from its first word to its first word would be no time."""
    call = ("0 09:02", "message", "agent", {"duration": 5 * MINUTE})
    desk.told({"events": story("t", OPEN, ("0 09:01", "queued", "system"), call)})
    assert desk.one("t")["interaction_time"] == 5 * MINUTE
