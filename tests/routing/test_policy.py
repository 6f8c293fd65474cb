"""The decision: guardrails in their order, the value rule, exploration; and that its log gives the same answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from routing_shop import NOW, SALES, SETTINGS, model
from routing_strategies import conversations, floors

from tanggap.core.errors import InputError
from tanggap.core.instants import DAY, HOUR, MINUTE
from tanggap.routing.guardrails import promised_wait
from tanggap.routing.log import record, replayed
from tanggap.routing.model import Action, Arm, Conversation, Decision, Floor, KnownLine, Reason
from tanggap.routing.policy import LEAST_TRIAL, decide, draw_of, trial_chance
from tanggap.routing.value import doubt

BUSY = Floor(NOW, 4, residual=8.0, waiting=KnownLine(4.0, 8.0), next_shift_at=NOW + 5 * HOUR)
FREE = Floor(NOW, 4, idle=4)
NIGHT = Floor(NOW, 0, next_shift_at=NOW + 5 * HOUR)


def decided(conversation: Conversation, floor: Floor = BUSY, draw: float = 0.99) -> Decision:
    return decide(conversation, floor, model(), SETTINGS, draw)


def test_an_easy_question_of_somebody_about_to_buy_goes_to_a_person_and_a_plain_one_to_the_bot() -> None:
    buyer = decided(Conversation("c", intent="advice"))
    asker = decided(Conversation("c", intent="status"))
    assert (buyer.arm, buyer.reason) == (Arm.HUMAN, Reason.VALUE)
    assert (asker.arm, asker.reason) == (Arm.BOT, Reason.VALUE)
    assert buyer.gain > 0 > asker.gain


def test_the_rule_is_the_formula_by_hand() -> None:
    found = decided(Conversation("c", intent="advice", channel="phone"))
    # wait (4 + 8)/4 = 3; phone: rate .2 after 1 minute of grace.
    lost = 1 - 2.718281828459045 ** (-0.2 * 2)
    assert (found.wait, found.gives_up) == (3.0, pytest.approx(lost))
    assert found.gain == pytest.approx(31_200 * (1 - lost) - 43_700 * lost - found.minute_price * 6.0)


def test_with_everybody_idle_a_person_answers_whatever_is_worth_anything() -> None:
    assert decided(Conversation("c", intent="advice"), FREE).arm is Arm.HUMAN
    worthless = decided(Conversation("c", intent="status"), FREE)
    assert worthless.worth.total < 0
    assert worthless.arm is Arm.BOT


def test_one_agent_is_enough_to_decide() -> None:
    alone = Floor(NOW, 1, idle=1)
    assert decided(Conversation("c", intent="advice"), alone).arm is Arm.HUMAN


@pytest.mark.parametrize("hazard", [Reason.SAFETY, Reason.FRAUD, Reason.LEGAL, Reason.VULNERABLE])
def test_a_hazard_goes_to_a_person_before_anything_else(hazard: Reason) -> None:
    found = decided(Conversation("c", intent="status", hazard=hazard, human_requested=True, bot_failures=3))
    assert (found.arm, found.reason, found.propensity) == (Arm.HUMAN, hazard, 1.0)


def test_guardrails_are_asked_in_their_order() -> None:
    everything = Conversation("c", intent="status", human_requested=True, bot_failures=2, out_of_depth=True,
                              anger_rising=True)  # fmt: skip
    down = replace(BUSY, bot_up=False)
    assert decided(everything, down).reason is Reason.HUMAN_REQUESTED
    assert decided(replace(everything, human_requested=False), down).reason is Reason.BOT_FAILED
    assert decided(replace(everything, human_requested=False, bot_failures=1), down).reason is Reason.OUT_OF_DEPTH
    angry = Conversation("c", intent="status", anger_rising=True)
    assert decided(angry, down).reason is Reason.ANGER
    assert decided(Conversation("c", intent="status"), down).reason is Reason.BOT_DOWN


def test_whoever_asks_for_a_person_outside_hours_is_called_back_at_a_stated_time() -> None:
    found = decided(Conversation("c", human_requested=True), replace(NIGHT, waiting=KnownLine(0, 30.0)))
    assert (found.arm, found.action) == (Arm.HUMAN, Action.CALLBACK)
    assert found.callback_at == NOW + 5 * HOUR + 30 * MINUTE


def test_where_no_next_shift_is_known_the_promise_is_a_day_and_said_so() -> None:
    found = decided(Conversation("c", human_requested=True), Floor(NOW, 0))
    assert (found.callback_at, found.notes) == (NOW + DAY, ("no_next_shift_known",))


@pytest.mark.parametrize(
    ("fallback", "arm", "action"),
    [("bot", Arm.BOT, Action.BOT), ("queue", Arm.HUMAN, Action.HUMAN), ("callback", Arm.HUMAN, Action.CALLBACK)],
)
def test_with_nobody_on_shift_the_stated_fallback_holds(fallback: str, arm: Arm, action: Action) -> None:
    found = decide(Conversation("c", intent="advice"), NIGHT, model(), replace(SETTINGS, fallback=fallback), 0.01)
    assert (found.arm, found.action, found.reason) == (arm, action, Reason.NOBODY_ON_SHIFT)
    assert found.propensity == 1.0, "what a guardrail decides is no trial"


def test_with_the_bot_down_and_nobody_there_a_call_back_is_promised() -> None:
    found = decided(Conversation("c"), replace(NIGHT, bot_up=False))
    assert (found.action, found.reason) == (Action.CALLBACK, Reason.BOT_DOWN)


def test_a_broken_promise_is_answered_by_a_choice_and_never_by_force() -> None:
    late = Conversation("c", intent="status", waiting_since=NOW - 8 * MINUTE, promised_by=NOW - MINUTE)
    found = decided(late)
    assert (found.arm, found.action, found.reason) == (Arm.HUMAN, Action.OFFER, Reason.WAIT_BROKEN)
    kept = replace(late, promised_by=NOW + MINUTE)
    assert (decided(kept).arm, decided(kept).action) == (Arm.HUMAN, Action.HUMAN)
    unpromised = replace(late, promised_by=None, waiting_since=NOW - 11 * MINUTE)
    assert decided(unpromised).action is Action.OFFER


def test_who_is_owed_a_person_and_waits_longer_than_promised_is_offered_a_call_back_and_never_the_bot() -> None:
    late = Conversation("c", human_requested=True, waiting_since=NOW - 8 * MINUTE, promised_by=NOW - MINUTE)
    found = decided(late)
    assert (found.arm, found.action, found.reason) == (Arm.HUMAN, Action.HUMAN, Reason.HUMAN_REQUESTED)
    assert found.notes == ("callback_offered",)
    assert decided(replace(late, promised_by=NOW + MINUTE)).notes == ()
    assert "callback_offered" not in decided(late, NIGHT).notes, "at night it is a call-back anyway"


@pytest.mark.parametrize(("expected", "promised"), [(0.0, 1.0), (1.4, 1.0), (1.5, 2.0), (7.6, 8.0), (40.0, 10.0)])
def test_a_wait_is_promised_to_the_minute_one_at_least_and_no_longer_than_anybody_should(
    expected: float, promised: float
) -> None:
    assert promised_wait(expected, SETTINGS) == promised


def test_who_waits_for_a_person_is_not_sent_back_to_the_bot() -> None:
    assert decided(Conversation("c", intent="status", waiting_since=NOW - MINUTE), draw=0.0).arm is Arm.HUMAN


def test_a_trial_takes_the_other_arm_with_its_probability() -> None:
    usual, tried = (decided(Conversation("c", intent="status"), draw=draw) for draw in (0.05, 0.0499))
    assert (usual.arm, usual.reason, usual.propensity) == (Arm.BOT, Reason.VALUE, 0.95)
    assert (tried.arm, tried.reason, tried.propensity) == (Arm.HUMAN, Reason.EXPLORATION, 0.05)


def test_the_dearer_a_trial_the_rarer_it_is_and_never_unheard_of() -> None:
    dear = replace(SETTINGS, exploration_cost=1_000)
    found = decide(Conversation("c", intent="advice"), BUSY, model(), dear, 0.99)
    assert found.propensity == pytest.approx(1 - 0.05 * max(1_000 / found.gain, LEAST_TRIAL))
    assert trial_chance(500.0, 0.0, dear) == 0.05
    assert trial_chance(-2_000.0, 0.0, dear) == 0.025
    assert trial_chance(1e12, 0.0, dear) == pytest.approx(0.05 * LEAST_TRIAL)


def test_where_little_is_known_the_other_arm_is_tried_as_often_as_it_is_likely_to_be_better() -> None:
    assert trial_chance(1_000.0, 1_000.0, SETTINGS) == pytest.approx(0.158655, abs=1e-6)
    assert trial_chance(-1_960.0, 1_000.0, replace(SETTINGS, exploration_cost=1)) == pytest.approx(0.024998, abs=1e-6)
    assert trial_chance(5_000.0, 1_000.0, SETTINGS) == 0.05, "a mature model tries as it is set to"
    assert trial_chance(0.0, 1_000.0, SETTINGS) == pytest.approx(0.5, abs=1e-6)


def test_where_nothing_is_known_at_all_no_more_is_tried_than_is_set() -> None:
    """A shop that has learnt nothing holds both arms for equal: u, the doubt and the price are exactly 0."""
    assert trial_chance(0.0, 0.0, SETTINGS) == SETTINGS.exploration
    same = replace(SALES, human=SALES.bot, bot=SALES.bot, given_up=SALES.bot)
    found = decide(Conversation("c", intent="advice"), FREE, model(intents={"advice": same}), SETTINGS, 0.99)
    assert found.gain == 0
    assert found.propensity == 1 - SETTINGS.exploration


def test_a_trial_out_of_doubt_is_logged_with_its_chance_and_asked_of_the_same_people_only() -> None:
    few = replace(SALES.human, buys_of=5.0, leaves_of=5.0)
    shop = model(intents={"advice": replace(SALES, human=few, bot=replace(SALES.bot, buys_of=9.0, leaves_of=9.0))})
    unsure = doubt(few, shop.intents["advice"].bot, 100_000.0, 200_000.0)
    found = decide(Conversation("c", intent="advice"), BUSY, shop, SETTINGS, 0.99)
    assert 1 - found.propensity == pytest.approx(trial_chance(found.gain, unsure, SETTINGS))
    assert found.propensity < 0.95
    for barred in (
        Conversation("c", intent="advice", human_requested=True), Conversation("c", intent="advice", bot_failures=2),
        Conversation("c", intent="advice", open_complaint=True),
        Conversation("c", intent="advice", explored_at=NOW - DAY),
    ):  # fmt: skip
        assert decide(barred, BUSY, shop, SETTINGS, 0.0).propensity == 1.0


@pytest.mark.parametrize(
    "conversation",
    [
        Conversation("c", intent="status", open_complaint=True),
        Conversation("c", intent="status", explored_at=NOW - 6 * DAY),
        Conversation("c", intent="status", explored_at=NOW + HOUR),
    ],
    ids=["an open complaint", "explored six days ago", "explored in the future: the clock went back"],
)
def test_some_are_never_tried_on(conversation: Conversation) -> None:
    assert decided(conversation, draw=0.0).reason is Reason.VALUE
    assert decided(conversation, draw=0.0).propensity == 1.0
    assert decided(replace(conversation, open_complaint=False, explored_at=NOW - 7 * DAY), draw=0.0).propensity == 0.05


@given(conversations(), floors(), st.floats(0, 1, exclude_max=True))
def test_an_explicit_wish_for_a_person_is_always_honoured_and_never_tried_on(
    conversation: Conversation, floor: Floor, draw: float
) -> None:
    found = decide(replace(conversation, human_requested=True), floor, model(), SETTINGS, draw)
    assert found.arm is Arm.HUMAN
    assert found.propensity == 1.0
    assert found.reason is not Reason.EXPLORATION
    assert found.action is (Action.HUMAN if floor.agents > 0 else Action.CALLBACK)
    assert (found.callback_at is not None) == (floor.agents <= 0)


@given(conversations(), floors(), st.floats(0, 1, exclude_max=True))
def test_a_decision_is_replayed_to_the_same_answer_from_its_log(
    conversation: Conversation, floor: Floor, draw: float
) -> None:
    found = decide(conversation, floor, model(), SETTINGS, draw)
    row = record(found, conversation, floor, SETTINGS, "test")
    assert replayed(row["inputs"], model()) == found


def test_inputs_of_another_shape_are_refused_with_what_would_be_right() -> None:
    with pytest.raises(InputError, match="not the inputs of a decision"):
        replayed('{"schema": 3}', model())
    row = record(decided(Conversation("c")), Conversation("c"), BUSY, SETTINGS, "test")
    with pytest.raises(InputError, match="shape"):
        replayed(row["inputs"].replace("decision/2", "decision/1"), model())


@given(conversations(), floors())
def test_the_tier_and_the_language_of_a_customer_change_nothing(conversation: Conversation, floor: Floor) -> None:
    first = decide(conversation, floor, model(), SETTINGS, 0.5)
    other = decide(replace(conversation, tier="vip", language="en"), floor, model(), SETTINGS, 0.5)
    assert first == other


def test_draws_are_the_same_for_the_same_seed_and_evenly_spread() -> None:
    draws = [draw_of(7, f"c{number}") for number in range(4_000)]
    assert draws == [draw_of(7, f"c{number}") for number in range(4_000)]
    assert draw_of(8, "c0") != draws[0]
    assert all(0 <= draw < 1 for draw in draws)
    assert sum(draw < 0.05 for draw in draws) / 4_000 == pytest.approx(0.05, abs=0.015)
