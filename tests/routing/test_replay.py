"""Replay: what other policies would have earned, by hand on small histories, and against the simulator's truth."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.instants import DAY
from tanggap.core.settings import Routing
from tanggap.routing.learn.history import History, Staffing
from tanggap.routing.learn.model import learn_model
from tanggap.routing.model import RoutingModel
from tanggap.routing.replay import (
    Comparison,
    Policy,
    Replay,
    Verdict,
    filled,
    judged,
    more_needed,
    predicted_rewards,
    replay,
    reward_of,
    rows_of,
    verdict_on,
)
from tanggap.simulator import ShopConfig, simulate
from tanggap.simulator.history import SimulatedHistory, simulated_history
from tanggap.stats.offpolicy import Estimate

SETTINGS = Routing(ease_value=1_000)
AS_OF = 400 * DAY
NAN = float("nan")


def history(n: int, seed: int = 0, **columns: object) -> History:
    """``n`` old conversations: two intents, drawn with a chance of .3 for a person."""
    rng = np.random.default_rng(seed)
    human = rng.random(n) < 0.3
    given_columns = {
        "opened_at": np.sort(rng.integers(0, 300 * DAY, n)),
        "intent": np.array(["ask", "buy"], object)[np.arange(n) % 2],
        "category": np.full(n, "shop", object), "channel": np.full(n, "chat", object), "human": human,
        "given_up": np.zeros(n, bool), "bought": np.zeros(n, bool), "bought_known": np.ones(n, bool),
        "left": np.zeros(n, bool), "left_known": np.zeros(n, bool), "ease": np.full(n, NAN),
        "margin": np.full(n, NAN), "cost": np.zeros(n), "minutes": np.where(human, 6.0, 2.0),
        "wait": np.where(human, 1.0, NAN), "propensity": np.where(human, 0.3, 0.7),
        "customer_value": np.full(n, NAN),
    }  # fmt: skip
    return History(**{**given_columns, **columns})  # type: ignore[arg-type]


def learner(settings: Routing = SETTINGS) -> partial[RoutingModel]:
    nobody = Staffing(np.zeros(0, np.int64), np.zeros(0))
    return partial(learn_model, staffing=nobody, settings=settings, currency="IDR", timezone="UTC", learned_at=AS_OF)


def asked(told: History, *, settings: Routing = SETTINGS, as_of: int = AS_OF) -> Replay:
    hard = ["complex" if intent == "ask" else "simple" for intent in told.intent]
    return replay(told, hard, learner(settings), settings, currency="IDR", as_of=as_of)


# The reward


def test_the_reward_by_hand() -> None:
    """margin − value of who left + ease − costs; nobody answered how easy it was, so that part is left out."""
    told = rows_of(history(4), np.arange(4))
    told = replace(
        told, bought=np.array([True, False, True, False]), margin=np.array([5_000.0, NAN, -800.0, NAN]),
        left=np.array([False, True, True, False]), left_known=np.ones(4, bool),
        customer_value=np.array([9_000.0, 7_000.0, NAN, 7_000.0]), cost=np.array([100.0, 50.0, 0.0, 10.0]),
    )  # fmt: skip
    assert reward_of(told, SETTINGS, leaving=True).money.tolist() == [4_900.0, -7_050.0, -800.0, -10.0]
    assert reward_of(told, SETTINGS, leaving=False).money.tolist() == [4_900.0, -50.0, -800.0, -10.0]
    parts = {part.name: part.counted for part in reward_of(told, SETTINGS, leaving=False).parts}
    assert parts == {"margin": True, "leaving": False, "ease": False, "cost": True}


def test_a_purchase_of_unknown_margin_counts_as_the_mean_and_is_told() -> None:
    told = replace(history(3), bought=np.ones(3, bool), margin=np.array([100.0, NAN, 300.0]))
    found = reward_of(told, SETTINGS, leaving=False)
    assert found.money.tolist() == [100.0, 200.0, 300.0]
    assert found.unpriced == 1


def test_answers_on_ease_stand_for_those_who_were_not_asked() -> None:
    """The mean over an arm's rows is the arm's mean answer, however few answered."""
    told = history(1_000)
    ease = np.where(np.arange(1_000) % 5 == 0, np.where(told.human, 5.0, 2.0), NAN)
    ease[:200] += np.where(np.arange(200) % 20 == 0, -1.0, 0.0)
    found = reward_of(replace(told, ease=ease), SETTINGS, leaving=False)
    assert next(p for p in found.parts if p.name == "ease").counted
    for arm in (told.human, ~told.human):
        assert found.money[arm].mean() == pytest.approx(1_000 * np.nanmean(ease[arm]))


def test_what_still_goes_on_costs_what_its_arm_costs() -> None:
    told = replace(history(40), cost=np.where(np.arange(40) < 38, 70.0, NAN))
    assert reward_of(told, SETTINGS, leaving=False).money.tolist() == [-70.0] * 40


# Equal hours


def test_the_best_fill_the_minutes_and_whoever_just_fits_shares_them() -> None:
    share, level = filled(np.array([9.0, 1.0, 5.0, 5.0]), np.array([10.0, 10.0, 10.0, 10.0]), 20.0)
    assert share.tolist() == [1.0, 0.0, 0.5, 0.5]
    assert level == 5.0


def test_nobody_gets_a_person_who_would_lose_by_it_and_then_a_minute_costs_nothing() -> None:
    share, level = filled(np.array([3.0, -1.0, 0.0]), np.array([5.0, 5.0, 5.0]), 100.0, least=0.0)
    assert share.tolist() == [1.0, 0.0, 1.0]
    assert level == 0.0


@given(rows=st.lists(st.tuples(st.integers(-5, 9), st.floats(0.5, 30)), min_size=1, max_size=40), part=st.floats(0, 1))
def test_the_minutes_used_are_those_there_were(rows: list[tuple[int, float]], part: float) -> None:
    order, minutes = (np.array(column, float) for column in zip(*rows, strict=True))
    budget = part * minutes.sum()
    share, _ = filled(order, minutes, budget)
    assert (share * minutes).sum() == pytest.approx(budget, abs=1e-6)
    best = np.argsort(-order, kind="stable")
    assert (np.diff(share[best]) <= 1e-12).all()


# What is compared


def test_forced_young_and_unknown_conversations_are_left_out_and_counted() -> None:
    told = history(400)
    propensity, opened, known = told.propensity.copy(), told.opened_at.copy(), told.bought_known.copy()
    propensity[:50] = 1.0
    opened[50:120] = AS_OF - DAY
    known[50:150] = False
    propensity[390:] = NAN
    found = asked(replace(told, propensity=propensity, opened_at=opened, bought_known=known))
    assert (found.decided, found.forced, found.maturing, found.unknown, found.used) == (390, 50, 70, 30, 240)


def test_leaving_counts_where_it_is_known_of_most_and_then_of_all_that_count() -> None:
    told = replace(history(400), customer_value=np.full(400, 1_000.0), left=np.ones(400, bool))
    few, most = (asked(replace(told, left_known=np.arange(400) < known)) for known in (350, 370))
    assert few.used == 400
    assert not next(p for p in few.parts if p.name == "leaving").counted
    assert most.used == 370
    assert next(p for p in most.parts if p.name == "leaving").counted
    assert most.done is not None
    assert most.done.value == pytest.approx(-1_000)


@pytest.mark.parametrize("kind", ["none", "few", "one arm", "not decided"])
def test_where_nothing_can_be_compared_nothing_is_said(kind: str) -> None:
    told = history({"none": 0, "few": 10}.get(kind, 200))
    if kind == "one arm":
        told = replace(told, human=np.zeros(200, bool), propensity=np.full(200, 0.9))
    if kind == "not decided":
        told = replace(told, propensity=np.full(200, NAN))
    found = asked(told)
    assert found.done is None
    assert found.alternatives == ()
    assert found.of(Policy.VALUE) is None


def test_predictions_know_nothing_of_the_row_they_are_for() -> None:
    told, fold = history(60), np.arange(60) % 5
    money = np.zeros(60)
    money[7] = 1e9
    found = predicted_rewards(told, money, fold, 60.0)
    assert (found[fold == fold[7]] == 0).all()
    assert found[fold != fold[7]].max() > 0


# What it finds


def selling(n: int, seed: int) -> History:
    """A person sells to who asks to buy (.5 against .1 of 10,000), and to nobody else; the past looked at neither."""
    told = history(n, seed)
    rng = np.random.default_rng(seed + 1)
    bought = rng.random(n) < np.where((told.intent == "buy") & told.human, 0.5, 0.1)
    return replace(told, bought=bought, margin=np.where(bought, 10_000.0, NAN))


def test_giving_people_to_those_whom_they_sell_to_is_found_to_be_better() -> None:
    """Three tenths of the hours: by value, three fifths of those who buy get a person, up from three tenths:
    (.6 − .3)·(.5 − .1)·10,000 for half of the conversations is 600 each.
    """
    found = asked(selling(8_000, 3))
    value, hardest = found.of(Policy.VALUE), found.of(Policy.COMPLEXITY)
    assert value is not None
    assert hardest is not None
    assert value.verdict is Verdict.BETTER
    assert value.difference.low < 600 < value.difference.high
    assert value.equal_hours
    assert value.minutes == pytest.approx(found.done_minutes, rel=0.01)
    # By complexity people get those whom they do not sell to: three tenths of the buyers lose theirs, 600 each.
    assert hardest.verdict is Verdict.WORSE
    assert hardest.difference.low < -600 < hardest.difference.high
    assert found.of(Policy.BOT_FIRST).share == 0  # type: ignore[union-attr]
    everyone = found.of(Policy.EVERYONE)
    assert everyone is not None
    assert everyone.minutes == pytest.approx(6.0, rel=0.02)
    assert not everyone.equal_hours


def test_what_changes_hands_adds_up_to_what_the_policies_give_to_people() -> None:
    found = asked(selling(2_000, 1))
    by_value = found.of(Policy.VALUE)
    assert by_value is not None
    assert [(one.intent, one.conversations) for one in found.moved] == [("buy", 1_000), ("ask", 1_000)]
    sells, asks = found.moved
    assert (sells.now + asks.now) / 2 == pytest.approx(found.done_share)
    assert (sells.then + asks.then) / 2 == pytest.approx(by_value.share)
    assert sells.then > sells.now > 0.25
    assert asks.then < asks.now


def test_the_same_history_gives_the_same_answer() -> None:
    told = selling(500, 1)
    assert repr(asked(told)) == repr(asked(told))


def estimate(value: float, low: float, high: float, *, withheld: bool = False, more: int | None = 0) -> Estimate:
    return Estimate("dr", value, low, high, 1_000, 900.0, 300.0, 3.0, withheld, "few" if withheld else "", more)


def test_verdicts_and_how_many_more_would_tell() -> None:
    better, worse = estimate(5, 1, 9), estimate(-5, -9, -1)
    assert verdict_on(better) is Verdict.BETTER
    assert verdict_on(worse) is Verdict.WORSE
    assert more_needed(better, Verdict.BETTER) == 0
    unsure = estimate(
        5, -5, 15
    )  # half the interval is twice the value: four times the rows, so three times as many more
    assert verdict_on(unsure) is Verdict.CHANCE
    assert more_needed(unsure, Verdict.CHANCE) == 3_000
    assert more_needed(estimate(0, -5, 5), Verdict.CHANCE) is None
    few = estimate(5, NAN, NAN, withheld=True, more=400)
    assert verdict_on(few) is Verdict.WITHHELD
    assert more_needed(few, Verdict.WITHHELD) == 400


def test_a_handful_of_buyers_is_no_verdict() -> None:
    told = history(60, 5)
    bought = np.arange(60) == 9
    found = asked(replace(told, bought=bought, margin=np.where(bought, 1e7, NAN)))
    assert {one.verdict for one in found.alternatives} == {Verdict.WITHHELD}
    assert all(one.more is None or one.more > 0 for one in found.alternatives)


# Against the simulator's truth

ROUTING = Routing()


def shop(seed: int) -> SimulatedHistory:
    config = ShopConfig(conversations=8_000, seed=seed, days=75, text=False, both_arms=True)
    return simulated_history(config, simulate(config), ROUTING)


def truth(simulated: SimulatedHistory, found: Comparison, policy: Policy) -> float:
    ease = any(part.name == "ease" and part.counted for part in found.reward.parts)
    gain = simulated.gain(ROUTING.ease_value if ease else 0.0)[found.rows]
    return float(((found.targets.human[policy] - found.targets.human[Policy.PAST]) * gain).mean())


@pytest.fixture(scope="module")
def replayed() -> list[tuple[SimulatedHistory, Replay, Comparison]]:
    runs = []
    for seed in (101, 102, 103):
        simulated = shop(seed)
        found, compared = judged(
            simulated.history, simulated.complexity, learner(ROUTING), ROUTING, currency="IDR", as_of=simulated.as_of,
            customer=simulated.customer,
        )  # fmt: skip
        assert compared is not None
        runs.append((simulated, found, compared))
    return runs


@pytest.mark.parametrize("policy", [Policy.BOT_FIRST, Policy.EVERYONE, Policy.COMPLEXITY, Policy.VALUE])
def test_the_truth_lies_within_the_interval_or_there_is_none(
    policy: Policy, replayed: list[tuple[SimulatedHistory, Replay, Comparison]]
) -> None:
    """Fixed seeds; how often it holds over many is benchmarks/replay_coverage.py."""
    for simulated, found, compared in replayed:
        one = found.of(policy)
        assert one is not None
        if one.verdict is not Verdict.WITHHELD:
            assert one.difference.low <= truth(simulated, compared, policy) <= one.difference.high


def test_both_arms_are_played_for_the_truth_only(replayed: list[tuple[SimulatedHistory, Replay, Comparison]]) -> None:
    simulated, found, _ = replayed[0]
    assert found.used > 2_000
    assert found.forced > 0
    assert found.maturing > 0
    plain = ShopConfig(conversations=8_000, seed=101, days=75, text=False)
    without = simulated_history(plain, simulate(plain), ROUTING)
    assert np.array_equal(without.history.margin, simulated.history.margin, equal_nan=True)
    assert np.isnan(without.money_gain).all()
