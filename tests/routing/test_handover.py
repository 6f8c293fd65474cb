"""The hand-over packet: nothing the customer said is lost, nothing need be asked twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from routing_shop import NOW, SETTINGS, model

from tanggap.routing.handover import (
    Background,
    Message,
    OpenPromise,
    Outcome,
    PastOrder,
    Speaker,
    bot_attempts,
    facts_given,
    hand_over,
)
from tanggap.routing.model import Conversation, Floor
from tanggap.routing.policy import decide

TALK = (
    Message(1, Speaker.CUSTOMER, "paket saya mana ya?", sentiment=-0.1),
    Message(2, Speaker.BOT, "Boleh minta nomor pesanannya?", asks="order_number"),
    Message(3, Speaker.CUSTOMER, "TG1000000042", facts=(("order_number", "TG1000000042"),), sentiment=0.0),
    Message(4, Speaker.BOT, "Paket sedang dikirim."),
    Message(5, Speaker.CUSTOMER, "sudah seminggu!! mau ngomong sama orang", sentiment=-0.8, wants_person=True),
)


def test_what_was_given_is_known_and_what_was_not_is_named() -> None:
    packet = hand_over(
        "c", TALK, made_at=6, language="id", intent="delivery_late", needed_facts=("order_number", "address")
    )
    assert packet.known("order_number") == "TG1000000042"
    assert packet.known("address") is None
    assert "address" in packet.missing
    assert "order_number" not in packet.missing


def test_an_answer_to_a_question_is_that_fact_though_no_pattern_knows_it() -> None:
    asked = Message(1, Speaker.BOT, "Which product is it?", asks="product")
    found = facts_given([asked, Message(2, Speaker.CUSTOMER, " the blue one ")])
    assert [(fact.name, fact.value) for fact in found] == [("product", "the blue one")]
    assert facts_given([asked, Message(2, Speaker.CUSTOMER, "why do you ask?")]) == ()


def test_the_latest_value_of_a_fact_holds() -> None:
    said = [Message(at, Speaker.CUSTOMER, "x", facts=(("email", value),)) for at, value in ((1, "a@b.c"), (2, "d@e.f"))]
    assert [(fact.value, fact.given_at) for fact in facts_given(said)] == [("d@e.f", 2)]


def test_what_the_bot_tried_comes_with_what_became_of_it() -> None:
    assert [attempt.outcome for attempt in bot_attempts(TALK)] == [Outcome.ANSWERED, Outcome.NOT_SOLVED]
    assert bot_attempts(TALK[:2])[0].outcome is Outcome.NO_REPLY
    shrug = (TALK[1], Message(3, Speaker.CUSTOMER, "untuk apa?"))
    assert bot_attempts(shrug)[0].outcome is Outcome.NOT_ANSWERED


def test_the_summary_says_in_three_lines_what_it_is_about_what_was_tried_and_how_it_stands() -> None:
    background = Background(promises=(OpenPromise("call", 9),))
    packet = hand_over("c", TALK, made_at=6, language="en", intent="delivery_late", intent_label="Late delivery",
                       needed_facts=("address",), background=background)  # fmt: skip
    assert packet.summary == (
        "Late delivery: “paket saya mana ya?”",
        "The bot answered 2×; last “Paket sedang dikirim.” — it did not help.",
        "The customer is unhappy; asked for a person; not known yet: address; 1 promise(s) not kept yet.",
    )


def test_completeness_is_the_share_of_the_parts_that_are_there() -> None:
    decision = decide(Conversation("c", human_requested=True), Floor(NOW, 2), model(), SETTINGS, 0.5)
    order = PastOrder("TG1000000042", 0, "shipped", 100, "IDR")
    whole = Background(customer_id="u", orders=(order,), decision=decision)
    packet = hand_over("c", TALK, made_at=6, language="id", intent="delivery_late", needed_facts=("order_number",),
                       background=whole)  # fmt: skip
    assert (packet.missing, packet.completeness) == ((), 1.0)
    bare = hand_over("c", (), made_at=6, language="id", intent=None)
    assert bare.completeness == 0.0
    assert bare.summary[0] == "Belum ada kata-kata dari pelanggan."


_pairs = st.tuples(st.sampled_from(["email", "order_number"]), st.text(min_size=1, max_size=5))
_messages = st.builds(
    Message, at=st.integers(0, 50), speaker=st.sampled_from(Speaker), text=st.text(max_size=20),
    asks=st.none() | st.sampled_from(["email", "product"]),
    facts=st.lists(_pairs, max_size=2).map(tuple),
    sentiment=st.none() | st.floats(-1, 1), wants_person=st.booleans(),
)  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
@given(talk=st.lists(_messages, max_size=8))
def test_no_fact_the_customer_gave_is_ever_lost(language: str, talk: list[Message]) -> None:
    packet = hand_over("c", talk, made_at=99, language=language, intent=None, needed_facts=("email",))
    given_names = {name for message in talk if message.speaker is Speaker.CUSTOMER for name, _ in message.facts}
    assert given_names <= {fact.name for fact in packet.facts}
    assert 0.0 <= packet.completeness <= 1.0
    assert sorted(packet.transcript, key=lambda m: m.at) == list(packet.transcript)
    assert all(packet.summary)
