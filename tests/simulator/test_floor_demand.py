from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tanggap.core.errors import UsageError
from tanggap.simulator.floor.demand import ASKED, CONTAINED, FAILED, arrivals_a_day, draw_demand, traits
from tanggap.simulator.floor.futures import BOT, GAVE_UP, HUMAN, RESCUED, futures
from tanggap.simulator.floor.text import openings
from tanggap.simulator.floor.worlds import SEAT_MINUTES_A_DAY, WORLDS, world
from tanggap.simulator.phrases_intents import INTENT_PHRASES
from tanggap.simulator.world import INTENTS


@pytest.fixture(scope="module")
def base():
    demand = draw_demand(WORLDS["base"], agents=40, seed=3, days=8)
    return demand, futures(WORLDS["base"], demand)


def per_intent(demand, values):
    return np.array([values[demand.intent == number].mean() for number in range(len(INTENTS))])


def value_and_complexity(key: str) -> float:
    """Correlation over intents, each as often as it is asked, of a person's worth a minute with complexity."""
    demand = draw_demand(WORLDS[key], agents=60, seed=1, days=8)
    truth, known = futures(WORLDS[key], demand), traits(WORLDS[key])
    worth = per_intent(demand, truth.worth[:, HUMAN]) / per_intent(demand, demand.minutes)
    table = np.cov(worth, known.complexity, aweights=known.share)
    return float(table[0, 1] / np.sqrt(table[0, 0] * table[1, 1]))


def test_value_and_complexity_are_unrelated_in_the_base_world_and_related_in_the_other():
    assert abs(value_and_complexity("base")) < 0.1
    assert value_and_complexity("value_follows_complexity") > 0.35


def test_the_same_seed_gives_the_same_conversations_and_another_other_ones():
    one, two = (draw_demand(WORLDS["base"], agents=3, seed=5, days=2) for _ in range(2))
    assert np.array_equal(one.arrived, two.arrived)
    assert np.array_equal(one.chance, two.chance)
    other = draw_demand(WORLDS["base"], agents=3, seed=6, days=2)
    assert other.size != one.size or not np.array_equal(other.arrived, one.arrived)


def test_everybody_to_a_person_would_take_the_planned_load(base):
    demand, _ = base
    hour = demand.arrived % 1440
    minutes = demand.minutes[(hour >= 480) & (hour < 1320)].sum()
    assert minutes / (40 * 8 * SEAT_MINUTES_A_DAY) == pytest.approx(WORLDS["base"].load, rel=0.10)


def test_demand_up_has_four_tenths_more_arrivals_than_its_history_was_planned_for():
    runs = [draw_demand(WORLDS[key], agents=40, seed=2, days=8).size for key in ("base", "demand_up")]
    assert runs[1] / runs[0] == pytest.approx(1.4, rel=0.03)
    assert arrivals_a_day(WORLDS["base"], 6) == arrivals_a_day(WORLDS["demand_up"], 6)
    assert WORLDS["agents_down"].seats(6) == 4


def test_what_the_bot_makes_of_it_comes_as_often_as_its_chances_say(base):
    demand, _ = base
    assert (demand.bot == CONTAINED).mean() == pytest.approx(demand.contained.mean(), abs=0.01)
    assert demand.comes_back.mean() == pytest.approx(demand.failing.mean(), abs=0.01)
    assert ((demand.bot == FAILED) | (demand.bot == ASKED)).sum() == demand.comes_back.sum()


def test_worth_is_counted_against_the_bot_alone_by_hand(base):
    demand, truth = base
    number = int(np.flatnonzero(demand.bot == FAILED)[0])
    people, customer = demand.people, demand.customer[number]
    failed, rescued = truth.buys[number, BOT], truth.buys[number, RESCUED]
    expected = (
        (rescued - failed) * demand.margin[number]
        + (truth.leaves[number, BOT] - truth.leaves[number, RESCUED]) * people.worth[customer]
        + 200_000 * (truth.ease[number, RESCUED] - truth.ease[number, BOT])
        + truth.cost[number, BOT] - truth.cost[number, RESCUED]
    )  # fmt: skip
    assert truth.worth[number, RESCUED] == pytest.approx(expected)
    assert (truth.worth[:, BOT] == 0).all()
    assert truth.worth[:, GAVE_UP].mean() < 0 < truth.worth[:, HUMAN].mean()


def test_a_persons_help_is_below_zero_for_some(base):
    _, truth = base
    assert 0.01 < (truth.worth[:, HUMAN] < 0).mean() < 0.2


def test_what_has_drifted_differs_between_the_run_and_its_history_only_where_asked():
    drifting = replace(WORLDS["base"], drift=0.5)
    for history in (True, False):
        demand = draw_demand(drifting, agents=3, seed=1, days=2, history=history)
        same = np.allclose(futures(drifting, demand).worth, futures(WORLDS["base"], demand).worth)
        assert same == history


def test_openings_are_in_the_customers_language_and_have_no_slot_left():
    demand = draw_demand(WORLDS["base"], agents=3, seed=1, days=1)
    texts = openings(demand, np.random.default_rng(0))
    assert len(texts) == demand.size
    assert not any("{" in text for text in texts)
    spoken = INTENT_PHRASES[INTENTS[demand.intent[0]].key]
    asks = spoken.asks_en if demand.english[0] else spoken.asks_id
    assert any(texts[0].startswith(ask.split("{")[0]) for ask in asks)


def test_an_unknown_world_is_named_with_those_there_are():
    with pytest.raises(UsageError, match="no world 'moon'") as error:
        world("moon")
    assert "base" in str(error.value.hint)
