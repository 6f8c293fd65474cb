"""Every decision has a sentence in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from routing_shop import NOW, SETTINGS, model
from routing_strategies import conversations, floors

from tanggap.routing.explain import sentence
from tanggap.routing.model import Arm, Conversation, Decision, Floor, KnownLine, Reason
from tanggap.routing.policy import decide


def told(decision: Decision, language: str) -> str:
    return sentence(
        decision, language, money=lambda minor: f"Rp {minor / 100:.0f}", number=lambda value: f"{value:.1f}",
        percent=lambda share: f"{share:.0%}", instant=lambda at: f"@{at}",
    )  # fmt: skip


def test_a_decision_by_value_tells_the_money_of_both_sides() -> None:
    busy = Floor(NOW, 4, residual=8.0, waiting=KnownLine(4.0, 8.0))
    found = told(decide(Conversation("c", intent="advice"), busy, model(), SETTINGS, 0.9), "en")
    assert found.startswith("To a person. A person's answer is worth Rp 312 more than the bot's (sales Rp 200, ")
    assert "6.0 minutes of a person earn" in found
    assert "expected wait is 3.0 minutes" in found


def test_a_guardrail_tells_its_rule_and_no_money() -> None:
    night = Floor(NOW, 0, next_shift_at=NOW + 5)
    found = told(decide(Conversation("c", human_requested=True), night, model(), SETTINGS, 0), "id")
    assert found == (
        "Ditelepon balik oleh orang. Pelanggan minta bicara dengan orang, dan itu selalu dipenuhi. "
        f"Dijanjikan paling lambat @{NOW + 5}."
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "waits for a person already, and is not sent"), ("id", "sudah menunggu orang, jadi tidak dikembalikan")],
)
def test_who_waits_already_is_told_so_where_the_money_says_otherwise(language: str, words: str) -> None:
    busy = Floor(NOW, 4, residual=8.0, waiting=KnownLine(400.0, 400.0))
    already = Conversation("c", intent="advice", waiting_since=NOW, promised_by=NOW + 1)
    waits = decide(already, busy, model(), SETTINGS, 0)
    assert waits.arm is Arm.HUMAN
    assert waits.gain < 0
    assert words in told(waits, language)
    comes = decide(Conversation("c", intent="advice"), busy, model(), SETTINGS, 0.99)
    assert comes.arm is Arm.BOT
    assert words not in told(comes, language)


@pytest.mark.parametrize("language", ["id", "en"])
def test_where_every_part_is_nothing_no_empty_list_of_parts_is_shown(language: str) -> None:
    found = decide(Conversation("c"), Floor(NOW, 1), model(), SETTINGS, 0.9)
    nothing = replace(found.worth, revenue_potential=0.0, revenue_at_risk=0.2, effort_value=0.0, cost_difference=-0.1)
    shown = told(replace(found, worth=nothing, reason=Reason.VALUE), language)
    assert "(" not in shown
    assert " ;" not in shown


@pytest.mark.parametrize("language", ["id", "en"])
@given(conversation=conversations(), floor=floors(), draw=st.floats(0, 1, exclude_max=True))
def test_every_decision_can_be_told(language: str, conversation: Conversation, floor: Floor, draw: float) -> None:
    found = told(decide(conversation, floor, model(), SETTINGS, draw), language)
    assert found
    assert "{" not in found
    assert "_" not in found
