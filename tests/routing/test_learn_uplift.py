"""The doubly robust learner finds whom a person's answer helps, where rates by intent cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from learn_histories import history, learnt

from tanggap.core.instants import DAY, HOUR
from tanggap.routing.learn.history import Floats, History
from tanggap.routing.learn.uplift import ENOUGH, FEATURES, Uplift, encoder_of, learn_uplift


def _world(n: int, *, differs: bool, logged: bool = False, seed: int = 5) -> tuple[History, Floats]:
    """Two intents; a person's answer sells to regulars and by day, and spoils it for the new: the truth beside it.

    Regulars are given to people more often.
    """
    rng = np.random.default_rng(seed)
    tier = np.array(["new", "regular", "vip"], object)[rng.integers(0, 3, n)]
    hour = rng.integers(0, 24, n)
    day = (hour >= 9) & (hour < 17)
    gap = np.select([tier == "new", (tier == "regular") & day], [-0.06, 0.20], 0.04) if differs else np.full(n, 0.05)
    chance = np.where(tier == "new", 0.35, 0.65)
    human = rng.random(n) < chance
    bought = rng.random(n) < np.where(tier == "new", 0.15, 0.25) + gap * human
    told = history(
        n, intent=np.array(["a", "b"], object)[rng.integers(0, 2, n)], tier=tier, opened_at=hour * HOUR, human=human,
        bought=bought, left_known=False, customer_value=rng.exponential(1.0, n),
        propensity=np.where(human, chance, 1 - chance) if logged else np.nan,
    )  # fmt: skip
    return told, gap


@pytest.fixture(scope="module")
def learner() -> Uplift:
    found = learn_uplift(_world(16_000, differs=True)[0], timezone="UTC")
    assert found is not None
    return found


def _error(found: Floats, truth: Floats) -> float:
    return float(np.sqrt(np.mean((found - truth) ** 2)))


def _by_rates(told: History) -> Floats:
    intents = learnt(told).intents
    gaps = {name: known.human.buys - known.bot.buys for name, known in intents.items()}
    return np.array([gaps[name] for name in told.intent])


def test_where_people_differ_it_is_nearer_the_truth_than_rates_by_intent(learner: Uplift) -> None:
    told, truth = _world(16_000, differs=True)
    buys, leaves = learner.predict(told)
    assert _error(buys, truth) < 0.6 * _error(_by_rates(told), truth)
    assert not leaves.any()  # nothing is known of leaving
    # A decision by its sign is right for nearly all whom it matters for.
    assert (np.sign(buys) == np.sign(truth))[np.abs(truth) > 0.05].mean() > 0.9


def test_logged_propensities_do_as_well() -> None:
    told, truth = _world(16_000, differs=True, logged=True)
    found = learn_uplift(told, timezone="UTC")
    assert found is not None
    assert _error(found.predict(told)[0], truth) < 0.6 * _error(_by_rates(told), truth)


def test_it_holds_for_conversations_it_never_saw_and_words_it_never_heard(learner: Uplift) -> None:
    new, truth = _world(3_000, differs=True, seed=6)
    assert _error(learner.predict(new)[0], truth) < 0.6 * _error(_by_rates(new), truth)
    strange = history(1, intent="never heard", channel="smoke", tier="imperial", customer_value=np.inf)
    assert np.isfinite(learner.predict(strange)[0]).all()


def test_below_two_thousand_an_arm_nothing_is_learnt() -> None:
    told, _ = _world(2 * ENOUGH - 2, differs=True)
    assert learn_uplift(told, timezone="UTC") is None
    assert learn_uplift(history(0), timezone="UTC") is None


def test_no_protected_attribute_is_a_feature() -> None:
    # Whoever adds one must say here why it stands for nothing that is protected.
    assert FEATURES == ("intent", "channel", "tier", "value_band", "hour")
    told, _ = _world(100, differs=False)
    # Who somebody is, and when they first wrote, changes nothing that the learner sees.
    other = replace(told, human=~told.human, wait=told.wait + 1, opened_at=told.opened_at + 7 * DAY)
    seen, again = encoder_of(told, "UTC"), encoder_of(other, "UTC")
    assert seen.matrix(told).shape == (100, len(FEATURES))
    assert (seen.matrix(told) == again.matrix(other)).all()
