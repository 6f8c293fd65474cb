from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tanggap.simulator.phrases_intents import INTENT_PHRASES
from tanggap.simulator.phrases_roles import COMMENT_PHRASES, REVIEW_PHRASES
from tanggap.simulator.text import templates
from tanggap.simulator.world import INTENTS

if TYPE_CHECKING:
    from .conftest import World

ORDER = re.compile(r"TG\d{10}")


@pytest.fixture(scope="module")
def orders(small: World) -> dict[str, dict[str, Any]]:
    return {row["order_id"]: row for row in small.rows("orders")}


def test_the_life_of_an_order_is_possible(orders: dict[str, dict[str, Any]]) -> None:
    for order in orders.values():
        placed = order["ordered_at"]
        for name in ("delivered_at", "cancelled_at", "return_requested_at"):
            assert order[name] is None or order[name] > placed, name
        assert order["promised_by"] > placed
        assert not (order["delivered_at"] and order["cancelled_at"])
        assert (order["cancelled_at"] is None) == (order["cancelled_by"] is None)
        if order["return_answered_at"]:
            assert order["return_answered_at"] > order["return_requested_at"]
        if order["status"] == "cancelled":
            assert order["cancelled_at"] is not None
        if order["status"] == "delivered":
            assert order["delivered_at"] is not None
        if order["status"] == "returned":
            assert order["return_answered_at"] is not None
        assert 0 < order["margin"] < order["value"]
        assert order["value"] % 100_000 == 0  # whole thousands of rupiah, in sen


def test_the_order_asked_about_was_placed_before_by_the_same_customer(
    small: World, orders: dict[str, dict[str, Any]]
) -> None:
    opened = {r["conversation_id"]: r for r in small.rows("conversations")}
    checked = 0
    for event in small.rows("events"):
        for number in ORDER.findall(event["text"] or ""):
            order, conversation = orders[number], opened[event["conversation_id"]]
            assert order["customer_id"] == conversation["customer_id"]
            assert order["ordered_at"] < conversation["opened_at"]
            checked += 1
    assert checked > 1_000


def test_what_is_asked_fits_what_became_of_the_order(small: World, orders: dict[str, dict[str, Any]]) -> None:
    seen = {"late": 0, "lost": 0, "returned": 0}
    for row in small.rows("conversations"):
        order = orders.get(f"TG1{row['conversation_id'][1:]}")
        if order is None:
            continue
        if row["intent"] == "delivery_late":
            seen["late"] += 1
            assert order["promised_by"] < row["opened_at"]
            assert order["delivered_at"] is None or order["delivered_at"] > row["opened_at"]
        if row["intent"] == "lost_parcel":
            seen["lost"] += 1
            assert order["delivered_at"] is None
        if row["intent"] == "return_request":
            seen["returned"] += 1
            assert order["delivered_at"] < row["opened_at"] == order["return_requested_at"]
    assert min(seen.values()) > 10


def test_who_buys_after_an_answer_has_an_order_then(small: World, orders: dict[str, dict[str, Any]]) -> None:
    bought = 0
    for row in small.truth["conversations"].to_pylist():
        order = orders.get(f"TG2{row['conversation_id'][1:]}")
        if order is not None:
            bought += 1
            assert row["bought"]
            assert order["ordered_at"] == row["bought_at"]
            assert row["last_public_at"] < order["ordered_at"] <= row["last_public_at"] + timedelta(days=30)
            assert order["customer_id"] == row["customer_id"]
    assert bought > 100


def test_reviews_follow_delivery_and_being_asked(small: World, usual: World, orders: dict[str, dict[str, Any]]) -> None:
    rows = small.rows("reviews")
    for review in rows:
        order = orders[review["order_id"]]
        assert review["reviewed_at"] > order["delivered_at"]
        assert review["customer_id"] == order["customer_id"]
        assert review["asked_at"] is None or order["delivered_at"] <= review["asked_at"] < review["reviewed_at"]
    asked = usual.tables["reviews"]["asked_at"]
    assert len(asked) - asked.null_count > 10


def test_customers_were_known_before_their_first_order(small: World) -> None:
    joined = {row["customer_id"]: row["joined_at"] for row in small.rows("customers")}
    assert all(joined[order["customer_id"]] < order["ordered_at"] for order in small.rows("orders"))


def test_some_climb_a_tier_and_some_cross_to_another_line(small: World) -> None:
    first = {row["order_id"]: row for row in small.rows("order_lines") if row["line_number"] == 1}
    climbed = crossed = 0
    for key, line in first.items():
        before = first.get(f"TG1{key[3:]}")
        if key.startswith("TG2") and before:
            crossed += before["product_line"] != line["product_line"]
            climbed += before["product_line"] == line["product_line"] and line["tier"] > before["tier"]
    assert climbed > 10
    assert crossed > 10


def test_every_word_is_filled_in(small: World) -> None:
    for event in small.rows("events"):
        has_words = event["kind"] in ("message", "note", "auto_reply")
        assert bool(event["text"]) == has_words
        assert "{" not in (event["text"] or "")
        assert "  " not in (event["text"] or "")


def test_text_varies_by_intent_and_language(small: World) -> None:
    language = {r["conversation_id"]: r["language"] for r in small.rows("conversations")}
    openings: dict[str, set[str]] = {"id": set(), "en": set()}
    for line in small.timelines().values():
        said = next(e["text"] for e in line if e["kind"] == "message")
        openings[language[line[0]["conversation_id"]]].add(said)
    assert len(openings["id"]) > 500
    assert any("kak" in text for text in openings["id"])
    assert not any("kak " in text for text in openings["en"])


def test_facts_of_a_hand_over_are_true(small: World, orders: dict[str, dict[str, Any]]) -> None:
    import json

    people = {row["customer_id"]: row for row in small.rows("customers")}
    whose = {row["conversation_id"]: row["customer_id"] for row in small.rows("conversations")}
    given: set[str] = set()
    for event in small.rows("events"):
        if event["kind"] == "handed_off":
            facts = json.loads(event["detail"])["facts"]
            person = people[whose[event["conversation_id"]]]
            given |= set(facts)
            assert facts.get("email", person["email"]) == person["email"]
            assert facts.get("city", person["city"]) == person["city"]
            if "order_number" in facts:
                assert orders[facts["order_number"]]["customer_id"] == person["customer_id"]
        elif event["kind"] != "decision":
            assert event["detail"] is None
    assert given == {"order_number", "product", "city", "email"}


def test_every_intent_has_several_phrases_in_both_languages() -> None:
    assert set(INTENT_PHRASES) == {intent.key for intent in INTENTS}
    for phrases in INTENT_PHRASES.values():
        assert len(phrases.asks_id) >= 3
        assert len(phrases.answers_id) >= 2
        assert phrases.asks_en
        assert phrases.answers_en


def test_templates_are_cut_without_loss() -> None:
    cut = templates()
    assert cut.slots.shape == (len(cut.parts[0]), 3)
    assert cut.slots.max() == 4
    assert len({len(block) for block in REVIEW_PHRASES}) == 1
    assert len({len(block) for block in COMMENT_PHRASES}) == 1
