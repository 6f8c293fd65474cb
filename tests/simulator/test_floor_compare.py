from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tanggap.charts.formats import Formats
from tanggap.cli.floor import as_dict, page
from tanggap.simulator.floor.compare import BOUND, Plan, compare, paired_ratio
from tanggap.simulator.floor.demand import draw_demand
from tanggap.simulator.floor.engine import play
from tanggap.simulator.floor.futures import GAVE_UP, futures
from tanggap.simulator.floor.history import observe, past_policy, staffing_of
from tanggap.simulator.floor.learning import learn_from_wrong, learn_through_drift
from tanggap.simulator.floor.roster import DAY, usual_roster
from tanggap.simulator.floor.worlds import WORLDS
from tanggap.simulator.world import TIERS

PLAN = Plan(
    worlds=("base",), policies=("bot_first", "complexity_controlled", "tanggap", "tanggap_true"), seeds=(1, 2),
    agents=2, days=1, history_days=14,
)  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("floor")
    return compare(PLAN, folder=folder), folder


def test_the_interval_of_a_ratio_is_students_over_its_residuals():
    above, below = np.array([2.0, 5.0, 6.0]), np.array([1.0, 2.0, 4.0])
    interval = paired_ratio(above, below)
    assert interval.value == pytest.approx(13 / 7)
    error = np.std(above - 13 / 7 * below, ddof=1) / np.sqrt(3) / (7 / 3)
    assert interval.high - interval.value == pytest.approx(stats.t.ppf(0.975, 2) * error)
    same = paired_ratio(below * 3, below)
    assert (same.low, same.high) == pytest.approx((3.0, 3.0))


def test_a_comparison_goes_on_where_it_stopped_and_says_the_same(found):
    first, folder = found
    told = []
    more = compare(replace(PLAN, seeds=(1, 2, 3)), folder=folder, progress=lambda done, of: told.append((done, of)))
    assert told == [(3, 3)]
    for key in PLAN.policies:
        assert more.found["base", key, 2] == pytest.approx(first.found["base", key, 2], nan_ok=True)


def test_every_policy_stays_below_the_bound_and_requests_are_honoured(found):
    first, _ = found
    for seed in PLAN.seeds:
        most = first.found["base", BOUND, seed]["net_value"]
        for key in PLAN.policies:
            assert first.found["base", key, seed]["net_value"] < most
            assert first.found["base", key, seed]["honoured"] == 1.0


def test_the_page_and_the_numbers_name_every_policy(found):
    first, _ = found
    drawn = page(first, Formats("en"))
    numbers = as_dict(first)["worlds"]["base"]["policies"]
    for key, name in (("bot_first", "Bot first"), ("tanggap", "Tanggap")):
        assert name in drawn
        assert numbers[key]["share_of_bound"][0] < 1
    assert "<script" not in drawn


def test_what_a_shop_sees_of_its_past_is_censored_and_confounded():
    world = WORLDS["base"]
    demand = draw_demand(world, agents=4, seed=2, days=100, history=True)
    truth, roster = futures(world, demand), usual_roster(4, 100)
    run = play(demand, roster, past_policy(world, demand))
    seen = observe(demand, truth, run, np.zeros(demand.people.size), np.random.default_rng(1))
    age = (demand.arrived.max() - demand.arrived) / DAY
    assert not seen.left_known[age < 90].any()
    assert not seen.bought_known[age < 30].any()
    assert seen.bought_known[age > 31].mean() > 0.99
    assert 0.1 < np.isfinite(seen.ease).mean() < 0.5
    vip = demand.people.tier[demand.customer] == TIERS.index("vip")
    assert seen.human[vip].mean() > seen.human[~vip].mean() + 0.05
    assert (seen.given_up == np.isin(run.end, (GAVE_UP, GAVE_UP + 1))).all()
    assert np.isnan(seen.propensity).all()


def test_staffing_counts_breaks_out_and_nights_as_nobody():
    roster = usual_roster(4, 2)
    staffing = staffing_of(0, roster)
    assert staffing.agents.max() == 4
    hours = np.diff(staffing.starts_at, append=np.int64(2 * DAY * 60e6)) / 60e6
    assert (staffing.agents * hours).sum() == pytest.approx(roster.minutes)


def test_who_chose_otherwise_than_to_wait_is_counted(found):
    first, _ = found
    told = first.found["base", "tanggap", 1]
    assert 0 < told["chose_bot"] < 0.5
    assert 0 < told["chose_callback"] < 0.5
    assert 0 < told["wait_broken"] < 1
    assert told["callbacks_kept"] > 0.9


def test_what_has_moved_is_another_truth_than_the_one_before():
    world = replace(WORLDS["drift"], drift=0.6)
    demand = draw_demand(world, agents=1, seed=3, days=1)
    now, then = (futures(world, replace(demand, past=past)).worth for past in (False, True))
    still = futures(replace(world, drift=0.0), demand).worth
    assert not np.allclose(now, then)
    assert np.array_equal(then, still)


def test_learning_through_drift_begins_with_what_was_learnt_once(monkeypatch):
    monkeypatch.setattr("tanggap.simulator.floor.learning.RIGHT_DAYS", 10)
    steps = learn_through_drift(WORLDS["drift"], agents=1, seed=4, settings=PLAN.settings, conversations=150)
    assert steps[0].conversations == 0
    assert steps[-1].conversations >= 150
    assert len({step.share for step in steps}) > 1


def test_learning_counts_what_it_has_seen_and_is_compared_with_knowing():
    steps = learn_from_wrong(WORLDS["base"], agents=1, seed=4, settings=PLAN.settings, conversations=150)
    assert steps[0].conversations == 0
    assert steps[-1].conversations >= 150
    assert all(0 < step.share < 1.3 for step in steps)
