"""What was merged into another conversation is no return of its customer, whenever the customer is learned."""

from __future__ import annotations

from told import Desk, about, others, story, together


def test_a_merged_conversation_of_nobody_known_is_no_return_once_its_customer_is_known(desk: Desk) -> None:
    """Only of a customer's own conversations was it known that they had been merged: one that had been nobody's
    counted as a return until everything was folded again.
    """
    merged = story("m", ("1 09:00", "opened", "customer"), ("1 09:05", "merged", "system", {"value": "a"}))
    desk.told(together(others(), {
        "events": [*story("a", ("0 09:00", "opened", "customer")), *merged],
        "conversations": [about("a", customer_id="ani"), about("m")],
    }))  # fmt: skip
    assert not desk.told({"conversations": [about("m", customer_id="ani")]}).rebuilt
    assert desk.one("a")["next_conversation_at"] is None
    assert desk.differing() == {}


def test_nor_is_one_that_was_thought_to_be_of_another_customer(desk: Desk) -> None:
    merged = story("m", ("1 09:00", "opened", "customer"), ("1 09:05", "merged", "system", {"value": "a"}))
    desk.told(together(others(), {
        "events": [*story("a", ("0 09:00", "opened", "customer")), *merged],
        "conversations": [about("a", customer_id="ani"), about("m", customer_id="budi")],
    }))  # fmt: skip
    assert not desk.told({"conversations": [about("m", customer_id="ani")]}).rebuilt
    assert desk.one("a")["next_conversation_at"] is None
    assert desk.differing() == {}
