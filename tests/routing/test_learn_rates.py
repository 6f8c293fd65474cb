"""Rates by intent × arm: shrunk, compared within intents, weighted by the inverse of logged propensities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learn_histories import history, learnt

from tanggap.core.settings import Routing
from tanggap.routing.learn.rates import BOT, HUMAN, figures, groups_of, inverse_propensity
from tanggap.routing.model import IntentModel


def test_one_intent_is_pulled_to_its_own_level_by_sixty_imagined_conversations() -> None:
    # 40 a person answered, 20 bought; 160 the bot, 40 bought: by hand, the gap pulled at every level.
    told = history(200, human=np.arange(200) < 40, bought=np.r_[np.arange(40) < 20, np.arange(160) < 40])
    model = learnt(told)
    # All: weight 40·160/200 = 32 of rates .5 and .25, beside 60 of their mean .375.
    human, bot = (32 * 0.5 + 60 * 0.375) / 92, (32 * 0.25 + 60 * 0.375) / 92
    lift = 60 / (40 * human + 160 * bot)
    assert model.everything.human.buys == pytest.approx(human * lift)
    assert model.everything.bot.buys == pytest.approx(bot * lift)
    known = model.intents["a"]
    assert model.everything.human.buys < known.human.buys < 0.5
    assert 0.25 < known.bot.buys < model.everything.bot.buys
    assert (known.conversations_human, known.conversations_bot) == (40, 160)


def test_with_much_history_the_rates_are_what_was_seen() -> None:
    n = 400_000
    told = history(n, human=np.arange(n) % 2 == 0, bought=np.arange(n) % 10 < 3, left=np.arange(n) % 4 == 0)
    known = learnt(told).intents["a"]
    assert known.human.buys == pytest.approx(0.4, abs=0.001)  # 0 and 2 of 0, 2, 4, 6, 8
    assert known.bot.buys == pytest.approx(0.2, abs=0.001)
    assert known.human.leaves == pytest.approx(0.5, abs=0.001)
    assert known.bot.leaves == pytest.approx(0.0, abs=0.001)


def test_people_who_get_the_intents_that_sell_do_not_look_as_if_they_sold() -> None:
    # Sales: 90 % to people, 40 % buy either way. Service: 5 % to people, 2 % buy either way. Rare: the bot alone.
    rng = np.random.default_rng(3)
    n = 60_000
    intent = np.array(["sales", "service", "rare"], object)[rng.choice(3, n, p=[0.45, 0.45, 0.1])]
    human = rng.random(n) < np.where(intent == "sales", 0.9, np.where(intent == "service", 0.05, 0.0))
    bought = rng.random(n) < np.where(intent == "sales", 0.4, 0.02)
    model = learnt(history(n, intent=intent, human=human, bought=bought))
    raw = bought[human].mean() - bought[~human].mean()
    assert raw > 0.25  # what a plain comparison would have said
    for known in (*model.intents.values(), model.everything):
        assert abs(known.human.buys - known.bot.buys) < 0.015


def test_an_intent_never_given_to_people_gets_the_gap_that_others_have_at_its_own_level() -> None:
    rng = np.random.default_rng(4)
    n = 100_000
    intent = np.array(["x", "y", "z"], object)[rng.integers(0, 3, n)]
    human = (rng.random(n) < 0.5) & (intent != "z")
    level = np.where(intent == "x", 0.2, np.where(intent == "y", 0.1, 0.05))
    bought = rng.random(n) < level * np.where(human, 1.5, 1.0)
    known = learnt(history(n, intent=intent, human=human, bought=bought)).intents["z"]
    assert known.bot.buys == pytest.approx(0.05, abs=0.005)
    assert known.human.buys == pytest.approx(0.075, abs=0.008)


def test_an_intent_that_is_new_is_taken_for_its_category_then_for_all() -> None:
    told = history(
        400, intent=["a", "b"] * 200, category=["k", "l"] * 200, human=np.arange(400) % 4 < 2,
        bought=np.arange(400) % 2 == 0,
    )  # fmt: skip
    model = learnt(told)
    assert model.of("new", "k") is model.categories["k"]
    assert model.of("new") is model.everything
    assert model.categories["k"].bot.buys > 0.8 > 0.2 > model.categories["l"].bot.buys
    assert dict(model.category_of) == {"a": "k", "b": "l"}


def test_a_conversation_without_intent_counts_for_all_and_is_no_intent() -> None:
    told = history(100, intent=["a", None] * 50, category=["k", None] * 50, bought=np.arange(100) % 2 == 1)
    model = learnt(told)
    assert set(model.intents) == {"a"}
    assert set(model.categories) == {"k"}
    assert model.everything.bot.buys == pytest.approx(0.5)
    assert model.conversations == 100


def test_what_is_not_known_yet_counts_neither_way() -> None:
    half = np.arange(1000) < 500
    told = history(1000, bought=half, bought_known=half, left=False, left_known=False)
    model = learnt(told)
    assert model.everything.bot.buys == 1.0
    assert model.everything.bot.leaves == 0.0


def _confounded(n: int, *, logged: bool) -> object:
    """The keen are given to people and would buy anyway (.5 against .1); a person truly adds .05."""
    rng = np.random.default_rng(11)
    keen = rng.random(n) < 0.4
    chance = np.where(keen, 0.9, 0.1)
    human = rng.random(n) < chance
    bought = rng.random(n) < np.where(keen, 0.5, 0.1) + 0.05 * human
    taken = np.where(human, chance, 1 - chance)
    return history(n, human=human, bought=bought, propensity=taken if logged else np.nan)


def test_logged_propensities_undo_a_confounded_history() -> None:
    truth = 0.05
    blind = learnt(_confounded(40_000, logged=False)).intents["a"]  # type: ignore[arg-type]
    seeing = learnt(_confounded(40_000, logged=True)).intents["a"]  # type: ignore[arg-type]
    assert blind.human.buys - blind.bot.buys > 0.3
    assert seeing.human.buys - seeing.bot.buys == pytest.approx(truth, abs=0.025)
    assert seeing.bot.buys == pytest.approx(0.4 * 0.5 + 0.6 * 0.1, abs=0.02)


def test_what_was_seen_without_a_lottery_cannot_outvote_one() -> None:
    old, new = _confounded(100_000, logged=False), _confounded(4_000, logged=True)
    both = history(
        104_000,
        **{
            name: np.concatenate([getattr(old, name), getattr(new, name)]) for name in ("human", "bought", "propensity")
        },
    )
    known = learnt(both).intents["a"]
    assert known.human.buys - known.bot.buys == pytest.approx(0.05, abs=0.06)


@pytest.mark.parametrize(("logged", "left"), [(59, 200), (60, 60), (120, 30), (600, 6)])
def test_the_more_a_lottery_has_told_the_less_what_was_seen_without_one_weighs(logged: int, left: float) -> None:
    both = history(200 + logged, human=True, propensity=[np.nan] * 200 + [0.5] * logged)
    weights = inverse_propensity(both, groups_of(both), kappa=60)
    assert weights[:200].sum() == pytest.approx(left)
    assert weights[200:].sum() == pytest.approx(logged)


def test_weights_are_by_hand_those_of_hajek_scaled_to_the_effective_sample() -> None:
    told = history(6, human=[True] * 5 + [False], propensity=[0.5, 0.8, 0.8, 0.8, np.nan, 1.0])
    weights = inverse_propensity(told, groups_of(told), kappa=60)
    scale = (2 + 3 * 1.25) / (2**2 + 3 * 1.25**2)
    assert weights == pytest.approx([2 * scale, *[1.25 * scale] * 3, 1, 1])


def test_of_n_nobody_stands_for_more_than_the_square_root_of_n() -> None:
    told = history(9, human=True, propensity=[0.5] * 8 + [0.01])
    weights = inverse_propensity(told, groups_of(told), kappa=60)
    scale = (8 * 2 + 3) / (8 * 2**2 + 3**2)
    assert weights == pytest.approx([*[2 * scale] * 8, 3 * scale])


def test_whom_a_guardrail_gave_to_people_is_not_compared_with_the_bots() -> None:
    angry = np.arange(3000) < 1000
    told = history(
        3000, human=np.arange(3000) < 2000, forced=angry, bought=np.where(angry, False, np.arange(3000) % 2 == 0),
        minutes=np.where(angry, 20.0, 5.0),
    )  # fmt: skip
    known = learnt(told).intents["a"]
    assert known.human.buys == pytest.approx(0.5, abs=0.01)
    assert known.human.minutes == pytest.approx(12.5, abs=0.5)  # but their minutes are people's minutes


def test_margins_are_winsorised_means_with_losses_kept() -> None:
    margin = np.r_[np.full(968, 100.0), np.full(30, -300.0), 1e9, 1e9]
    told = history(1000, bought=True, margin=margin)
    assert learnt(told).everything.margin == pytest.approx((970 * 100 - 30 * 300) / 1000)


def test_no_orders_at_all_leave_ease_and_cost() -> None:
    told = history(
        2000, human=np.arange(2000) % 2 == 0, bought_known=False, left_known=False, cost=[50.0, 90.0] * 1000,
        ease=np.where(np.arange(2000) % 2 == 0, 5.0, 3.0),
    )  # fmt: skip
    model = learnt(told)
    known = model.intents["a"]
    assert (known.human.buys, known.bot.buys, known.human.leaves, known.bot.leaves, known.margin) == (0, 0, 0, 0, 0)
    assert known.human.ease - known.bot.ease == pytest.approx(2.0, abs=0.2)
    assert known.bot.cost - known.human.cost == pytest.approx(40.0, abs=5)
    assert (model.customer_value, model.value_cap) == (0, 0)


@given(st.data())
def test_giving_up_is_never_better_than_the_bots_answer(data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 60))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    told = history(
        n, intent=[f"i{i}" for i in rng.integers(0, 4, n)], category=[f"k{i}" for i in rng.integers(0, 2, n)],
        human=rng.random(n) < 0.6, given_up=rng.random(n) < 0.4, bought=rng.random(n) < 0.4, left=rng.random(n) < 0.5,
        ease=rng.integers(1, 6, n), margin=rng.normal(0, 1e6, n), wait=rng.exponential(3, n),
        minutes=rng.exponential(5, n), cost=rng.exponential(100, n), customer_value=rng.normal(1e5, 1e5, n),
        left_known=rng.random(n) < 0.5, bought_known=rng.random(n) < 0.5,
        propensity=np.where(rng.random(n) < 0.5, rng.random(n), np.nan),
    )  # fmt: skip
    model = learnt(told, settings=Routing(shrinkage=data.draw(st.sampled_from([0.0, 5.0, 60.0]))))
    for known in (*model.intents.values(), *model.categories.values(), model.everything):
        assert known.given_up.buys <= known.bot.buys
        assert known.given_up.leaves >= known.bot.leaves
        assert known.given_up.ease <= known.bot.ease
        for future in (known.human, known.bot, known.given_up):
            assert 0 <= future.buys <= 1
            assert 0 <= future.leaves <= 1
            assert 1 <= future.ease <= 5
            assert future.cost >= 0
            assert 0 <= future.minutes < np.inf
        assert np.isfinite(known.margin)
    assert 0 <= model.customer_value <= model.value_cap or n == 0


def test_without_shrinking_a_figure_is_the_plain_mean() -> None:
    told = history(5, human=[True, True, False, False, False])
    n = groups_of(told).sums(np.ones(5), told.human, np.ones(5))
    found = figures(groups_of(told), np.array([[1.0, 2.0], [0.0, 0.0]]), n, kappa=0.0, base=np.zeros(2))
    assert found.intent[0, HUMAN] == pytest.approx(1 / 2)
    assert found.intent[0, BOT] == pytest.approx(2 / 3)


def _with_leavers(leavers: int, bought: float, *, n: int = 8000) -> IntentModel:
    gone = np.arange(n + leavers) >= n
    first = np.where(gone, np.arange(n + leavers) - n < bought * leavers, np.arange(n + leavers) % 10 < 4)
    return learnt(history(n + leavers, human=gone, given_up=gone, bought=first)).intents["a"]


def test_who_gave_up_is_taken_to_buy_half_as_often_until_many_say_otherwise() -> None:
    few, many = _with_leavers(10, 0.9), _with_leavers(5000, 0.1)
    assert few.bot.buys == pytest.approx(0.4, abs=0.001)
    # By hand: nine bought where the bot would have sold to four; of sixty imagined half as many as with the bot.
    ratio = (9 + 0.5 * 60 * few.bot.buys) / (10 * few.bot.buys + 60 * few.bot.buys)
    assert few.given_up.buys == pytest.approx((9 + 240 * ratio * few.bot.buys) / 250, rel=0.01)
    assert many.given_up.buys == pytest.approx(0.1, abs=0.01)
    assert _with_leavers(5000, 0.9).given_up.buys == many.bot.buys  # never better than the bot's answer


def test_giving_up_saves_nothing_and_takes_nobodys_minutes() -> None:
    known = learnt(history(100, cost=70.0, minutes=3.0)).intents["a"]
    assert (known.given_up.cost, known.given_up.minutes) == (known.bot.cost, 0)


def test_categories_and_the_cap_may_be_told() -> None:
    told = history(300, intent=["a", "b", "c"] * 100, category=None, customer_value=np.arange(300.0))
    told = replace(told, category=np.array([""] * 300, object))
    model = learnt(told, category_of={"a": "k", "b": "k", "never seen": "l"}, value_cap=100.0)
    assert dict(model.category_of) == {"a": "k", "b": "k"}
    assert set(model.categories) == {"k"}
    assert model.value_cap == 100
    assert model.customer_value == pytest.approx(np.minimum(np.arange(300), 100).mean())
    assert learnt(told).value_cap == pytest.approx(0.95 * 299)
