"""One rule of METRICS a test, worked out by hand. Durations are minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Facts


def minutes(day: int, hours: int, mins: int) -> int:
    return (day * 24 + hours) * 60 + mins


# Waiting


def test_a_reply_outside_hours_waits_zero_working_seconds(facts: Facts) -> None:
    row = facts.one("outside hours")
    assert (row["first_response_time"], row["first_response_time_working"]) == (120, 0)


def test_a_night_does_not_count_on_the_working_clock(facts: Facts) -> None:
    row = facts.one("over the night")
    assert (row["first_response_time"], row["first_response_time_working"]) == (17 * 60, 60)


def test_a_bot_answers_first_but_never_as_an_agent(facts: Facts) -> None:
    row = facts.one("bot then agent")
    assert (row["first_response_time"], row["first_responder"]) == (1, "bot")
    assert row["first_human_response_time"] == 30
    assert (row["bot_messages"], row["agent_messages"], row["agents"]) == (1, 1, 1)


def test_notes_automatic_and_system_words_are_no_replies(facts: Facts) -> None:
    row = facts.one("no replies")
    assert (row["first_response_time"], row["first_responder"]) == (20, "agent")
    assert (row["agent_messages"], row["notes"], row["interaction_time"]) == (1, 2, 20)
    assert [turn["reply_time"] for turn in facts.of("no replies", "reply_facts")] == [20]


def test_who_is_never_answered_waits_still(facts: Facts) -> None:
    row = facts.one("never answered")
    assert row["first_response_time"] is None
    assert row["first_response_time_working"] is None
    (turn,) = facts.of("never answered", "reply_facts")
    assert (turn["answered_at"], turn["resolved_unanswered_at"]) == (None, None)


def test_several_messages_of_the_customer_are_one_turn(facts: Facts) -> None:
    turns = sorted(facts.of("one turn", "reply_facts"), key=lambda row: row["asked_at"])
    assert [(turn["reply_time"], turn["is_first"]) for turn in turns] == [(20, True), (1, False)]
    row = facts.one("one turn")
    assert (row["customer_messages"], row["agent_messages"]) == (4, 3)


def test_an_agent_who_opens_has_answered_nobody_yet(facts: Facts) -> None:
    row = facts.one("agent opens")
    assert (row["first_response_time"], row["first_human_response_time"]) == (10, 10)


# Reopening and resolving


def test_a_reopening_before_any_reply_starts_the_wait_anew(facts: Facts) -> None:
    row = facts.one("reopened unanswered")
    assert row["first_response_time"] == 20
    assert (row["first_resolution_time"], row["resolution_time"], row["reopenings"]) == (30, 90, 1)


def test_a_wait_after_the_first_reply_is_a_reply_time(facts: Facts) -> None:
    """Three days after the first answer the ticket is reopened: its first response stays ten minutes."""
    row = facts.one("reopened answered")
    assert (row["first_response_time"], row["first_human_response_time"]) == (10, 10)
    turns = sorted(facts.of("reopened answered", "reply_facts"), key=lambda turn: turn["asked_at"])
    assert [turn["reply_time"] for turn in turns] == [10, 20]


def test_what_is_open_again_is_not_resolved(facts: Facts) -> None:
    row = facts.one("still reopened")
    assert (row["resolved_at"], row["first_resolved_at"]) == (None, minutes(0, 9, 30))
    spans = sorted(facts.of("still reopened", "span_facts"), key=lambda span: span["started_at"])
    assert [(span["started_at"], span["ended_at"]) for span in spans] == [
        (minutes(0, 9, 0), minutes(0, 9, 30)), (minutes(0, 10, 0), None),
    ]  # fmt: skip


def test_closing_by_the_team_resolves_what_nobody_resolved(facts: Facts) -> None:
    assert facts.one("closed unresolved")["resolved_at"] == minutes(0, 9, 40)
    assert facts.one("bot closes")["resolved_at"] == minutes(0, 9, 11)


def test_closing_later_moves_nothing(facts: Facts) -> None:
    row = facts.one("closed later")
    assert (row["resolved_at"], row["resolution_time"]) == (minutes(0, 9, 30), 30)
    assert row["messages_to_resolve"] == 2  # not the thanks that came after


def test_a_customer_who_leaves_the_bot_is_not_resolved(facts: Facts) -> None:
    row = facts.one("left the bot")
    assert (row["resolved_at"], row["resolution_time"], row["bot_involved"]) == (None, None, True)
    assert facts.one("left the bot", "span_facts")["ended_at"] == minutes(1, 9, 1)


def test_pauses_are_not_active_time(facts: Facts) -> None:
    row = facts.one("paused")
    assert (row["resolution_time"], row["active_resolution_time"]) == (360, 120)


# Persons, queue, hands


def test_the_wait_for_a_person_runs_from_the_hand_off(facts: Facts) -> None:
    row = facts.one("asked for a person")
    assert row["first_response_time"] == 1
    assert (row["first_human_response_time"], row["queue_wait"], row["human_wait"]) == (20, 20, 22)
    assert (row["handoff_reason"], row["handed_off_at"]) == ("customer_request", minutes(0, 9, 7))
    assert row["callback_due_at"] == minutes(0, 9, 38)


def test_who_leaves_the_queue_is_abandoned_and_not_resolved(facts: Facts) -> None:
    row = facts.one("left the queue")
    assert (row["abandoned"], row["queue_wait"], row["resolved_at"]) == (True, 5, None)
    assert facts.one("left the queue", "span_facts")["ended_at"] == minutes(0, 9, 5)


def test_who_was_answered_did_not_leave_the_queue(facts: Facts) -> None:
    row = facts.one("answered, then left")
    assert (row["abandoned"], row["queue_wait"]) == (False, 2)


def test_words_before_the_queue_answer_nobody_in_it(facts: Facts) -> None:
    assert facts.one("spoke before the queue")["queue_wait"] == 20


def test_going_on_after_a_reopening_is_no_transfer(facts: Facts) -> None:
    assert facts.one("same agent again")["transfers"] == 0


def test_hand_overs_from_bot_to_person_to_person(facts: Facts) -> None:
    row = facts.one("from hand to hand")
    assert (row["transfers"], row["agents"], row["handoffs"]) == (2, 2, 2)
    assert (row["agent_id"], row["handoff_reason"]) == ("budi", "bot_failed")
    held = {row["holder_id"]: row["resolved_while_held"] for row in facts.of("from hand to hand", "holding_facts")}
    assert held == {"sari": False, "budi": True}


def test_from_team_to_team_is_not_from_the_bot_to_a_person(facts: Facts) -> None:
    row = facts.one("team to team")
    assert (row["handoffs"], row["handed_off_at"], row["handoff_reason"]) == (1, None, None)


@pytest.mark.parametrize(("story", "again"), [("asked twice", True), ("asked before", False), ("one turn", False)])
def test_asking_for_a_fact_the_hand_off_held(facts: Facts, story: str, again: bool) -> None:
    assert facts.one(story)["asked_again"] is again


# Promises


def sla(facts: Facts, story: str) -> dict[tuple[str, float], dict[str, float]]:
    return {(row["target"], row["started_at"]): row for row in facts.of(story, "sla_facts")}


def test_answered_a_minute_late_is_missed(facts: Facts) -> None:
    found = sla(facts, "too late")
    first = found["first_response", minutes(0, 9, 0)]
    assert (first["due_at"], first["ended_at"]) == (minutes(0, 10, 0), minutes(0, 10, 1))
    assert found["resolution", minutes(0, 9, 0)]["due_at"] == minutes(0, 13, 0)


def test_the_clock_of_a_promise_stands_still_outside_hours_and_while_pending(facts: Facts) -> None:
    assert sla(facts, "over the night")["first_response", minutes(0, 16, 30)]["due_at"] == minutes(1, 9, 30)
    whole = sla(facts, "paused")["resolution", minutes(0, 9, 0)]
    # Four hours used up exactly at closing time are due when the shop opens again.
    assert (whole["elapsed"], whole["paused"], whole["due_at"]) == (120, 240, minutes(1, 9, 0))


def test_a_promise_is_that_of_the_priority_when_its_clock_began(facts: Facts) -> None:
    found = sla(facts, "made urgent")
    assert found["first_response", minutes(0, 9, 0)]["promised"] == 60
    assert found["next_reply", minutes(0, 10, 30)]["promised"] == 10
    assert found["next_reply", minutes(0, 10, 30)]["due_at"] == minutes(0, 10, 40)
    assert sla(facts, "always urgent")["first_response", minutes(0, 9, 0)]["promised"] == 10


def test_what_the_customer_gave_up_in_time_was_neither_kept_nor_broken(facts: Facts) -> None:
    assert ("resolution", minutes(0, 9, 0)) not in sla(facts, "left the queue")
    late = sla(facts, "left too late")["resolution", minutes(0, 9, 0)]
    assert (late["ended_at"], late["due_at"]) == (None, minutes(0, 13, 0))


# Agents' time


def test_a_call_took_its_talk_time_and_a_note_within_it_nothing_more(facts: Facts) -> None:
    """Talked from 11:01 to 11:04:30; a note at 11:05 took half a minute, one at 11:02 was written meanwhile."""
    assert facts.one("a call")["handled"] == 3.5
    assert facts.one("a call and a note")["handled"] == 4


def test_an_act_of_unknown_length_took_the_time_since_the_last_thing_at_most_the_cap(facts: Facts) -> None:
    assert facts.one("an estimate")["handled"] == 4 + 10


def day_of(facts: Facts, agent: str, day: int) -> dict[str, float]:
    (row,) = [r for r in facts.rows["agent_days"] if (r["agent_id"], r["begins_at"]) == (agent, day * 1440)]
    return row


def test_concurrent_conversations_share_an_agents_time(facts: Facts) -> None:
    """10:10–10:30 and 10:20–10:40 are half an hour; 16:50–17:20 is another, a third of it after the shift."""
    row = day_of(facts, "siti", 2)
    assert (row["conversations"], row["handled"], row["handled_on_shift"], row["on_shift"]) == (3, 60, 40, 480)
    assert (row["worked"], row["absent"]) == (1, 0)


def test_a_day_of_sickness_or_leave_is_no_day_worked(facts: Facts) -> None:
    sick, away, idle = day_of(facts, "siti", 3), day_of(facts, "siti", 4), day_of(facts, "siti", 1)
    assert (sick["worked"], sick["absent"], sick["conversations"]) == (0, 1, 1)
    assert (away["worked"], away["absent"]) == (0, 1)
    assert (idle["worked"], idle["conversations"], idle["on_shift"]) == (1, 0, 480)


# What came next


def test_merged_conversations_are_no_returns(facts: Facts) -> None:
    assert facts.one("merged")["excluded"] == "merged"
    row = facts.one("first affair")
    assert (row["next_conversation_at"], row["next_same_intent_at"]) == (minutes(3, 8, 0), minutes(5, 8, 0))
    assert facts.one("third affair")["next_conversation_at"] is None


def test_cancelled_orders_are_no_orders(facts: Facts) -> None:
    assert facts.one("first affair")["next_order_at"] == minutes(4, 8, 0)
    orders = {row["order_id"]: row for row in facts.rows["order_facts"]}
    assert [orders[f"o{n}"]["is_repeat"] for n in (1, 2, 3, 4)] == [False, False, True, True]
    before = [orders[f"o{n}"]["previous_order_at"] for n in (1, 2, 3, 4)]
    assert before == [None, None, orders["o1"]["ordered_at"], orders["o3"]["ordered_at"]]


def test_an_order_belongs_to_the_last_conversation_before_it(facts: Facts) -> None:
    orders = {row["order_id"]: row for row in facts.rows["order_facts"]}
    assert orders["o1"]["conversation_id"] is None
    assert orders["o3"]["conversation_id"] == "second affair"
    assert orders["o4"]["conversation_id"] == "third affair"
