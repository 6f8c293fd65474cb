from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from floor_cases import Says, calls, worths
from hypothesis import given, settings
from hypothesis import strategies as st

from tanggap.core.settings import Routing
from tanggap.simulator.floor.bound import clairvoyant_bound
from tanggap.simulator.floor.demand import CONTAINED, FAILED
from tanggap.simulator.floor.engine import play
from tanggap.simulator.floor.futures import GAVE_UP
from tanggap.simulator.floor.history import draw_past
from tanggap.simulator.floor.measures import value_of
from tanggap.simulator.floor.policies import KEYS
from tanggap.simulator.floor.roster import Roster, Seat, usual_roster
from tanggap.simulator.floor.setup import policy, stage
from tanggap.simulator.floor.worlds import WORLDS

DESK = Roster((Seat(),), days=1, opens=0, closes=100)


def test_with_room_for_all_everything_worth_it_is_earned_and_the_rest_left_to_the_bot():
    demand = calls([0, 10, 20], [5, 5, 5], [1, 1, 1])
    truth = worths([(30, 0, -5, 0), (-4, 0, -5, 0), (20, 0, -5, 0)])
    assert clairvoyant_bound(demand, truth, DESK) == pytest.approx(50)


def test_of_two_at_once_who_cannot_wait_the_dearer_fills_the_minutes_and_the_other_what_is_left():
    demand = calls([0, 0], [10, 10], [0.0001, 0.0001])
    truth = worths([(30, 0, -5, 0), (20, 0, -5, 0)])
    assert clairvoyant_bound(demand, truth, DESK) == pytest.approx(30, abs=0.01)


def test_who_is_owed_a_person_costs_where_there_is_no_room():
    demand = calls([0, 0], [10, 10], [0.0001, 0.0001], asked=[True, False])
    truth = worths([(3, 0, -5, 0), (20, 0, -5, 0)])
    assert clairvoyant_bound(demand, truth, DESK) == pytest.approx(20 - 5, abs=0.01)


def test_a_failing_bot_may_be_forestalled_or_mended_but_not_both():
    demand = calls([0], [10], [40], bot=[FAILED], bot_minutes=5)
    assert clairvoyant_bound(demand, worths([(8, 30, -5, -9)]), DESK) == pytest.approx(30)
    assert clairvoyant_bound(demand, worths([(31, 30, -5, -9)]), DESK) == pytest.approx(31)
    assert clairvoyant_bound(demand, worths([(-9, -9, -5, -7)]), DESK) == pytest.approx(-5)


def test_after_closing_each_place_ends_one_conversation():
    demand = calls([90, 90, 90], [10, 10, 10], [10, 10, 10])
    truth = worths([(10, 0, -5, 0)] * 3)
    assert clairvoyant_bound(demand, truth, DESK) == pytest.approx(20)


def test_a_break_takes_minutes_but_may_come_late():
    roster = Roster((Seat(),), days=1, opens=0, closes=100, breaks=((0.0, 0),), pause=55)
    demand = calls([0], [100], [0.0])
    assert clairvoyant_bound(demand, worths([(100, 0, -5, 0)]), roster) == pytest.approx(45)


def best_schedule(demand, truth) -> float:
    """By trying everything: one seat, no bot failing; which conversations a person answers, in which order."""
    best = -np.inf
    numbers = range(demand.size)
    for count in range(demand.size + 1):
        for chosen in combinations(numbers, count):
            for order in permutations(chosen):
                now, value, kept = 0.0, 0.0, True
                for number in order:
                    start = max(now, demand.arrived[number])
                    if start > demand.arrived[number] + demand.patience[number]:
                        kept = False
                        break
                    now, value = start + demand.minutes[number], value + truth.worth[number, 1]
                if kept:
                    best = max(best, value)
    return best


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 12), st.integers(0, 20), st.integers(-5, 30)),
        min_size=1, max_size=5,
    )
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_no_schedule_of_a_tiny_floor_beats_the_bound_and_a_lone_conversation_meets_it(rows):
    rows = sorted(rows)
    arrived, minutes, patience, value = zip(*rows, strict=True)
    demand = calls(arrived, minutes, patience)
    truth = worths([(one, 0, -3, 0) for one in value])
    bound, best = clairvoyant_bound(demand, truth, DESK), best_schedule(demand, truth)
    assert best <= bound + 1e-6
    if len(rows) == 1:
        assert bound == pytest.approx(best, abs=1e-6)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_no_run_of_the_floor_beats_the_bound(data):
    size = data.draw(st.integers(1, 25))
    rng = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    arrived = np.sort(rng.uniform(0, 1440 + 700, size))
    demand = calls(
        arrived, rng.uniform(1, 40, size), rng.exponential(15, size), bot=rng.choice([CONTAINED, FAILED], size),
        asked=rng.random(size) < 0.2, bot_minutes=float(rng.uniform(0, 9)),
        callback=rng.random(size) < 0.4,
    )  # fmt: skip
    people = data.draw(st.frozensets(st.integers(0, size - 1)))
    roster = Roster(
        (Seat(), Seat()), days=2, opens=480, closes=700, breaks=((500.0, 0), (520.0, 1)), pause=30, callback_within=60
    )
    truth = worths(np.round(rng.normal((20, 15, -5, -8), 12, (size, 4)), 1).tolist())
    run = play(demand, roster, Says(people=people, priority=tuple(rng.random(size))))
    assert value_of(run, truth).sum() <= clairvoyant_bound(demand, truth, roster) + 1e-6


@pytest.mark.parametrize("world", ["base", "agents_down"])
def test_no_policy_beats_the_bound_and_all_honour_who_asks(world):
    given_settings = Routing(fallback="bot")
    past = draw_past(WORLDS[world], agents=2, seed=7, settings=given_settings, days=21)
    on = stage(WORLDS[world], agents=2, seed=7, days=2, settings=given_settings)
    roster = usual_roster(WORLDS[world].seats(2), 2)
    bound = clairvoyant_bound(on.demand, on.truth, roster)
    for key in KEYS:
        run = play(on.demand, roster, policy(key, on, past))
        assert value_of(run, on.truth).sum() < bound, key
        assert not (run.end[on.demand.obliged] == 0).any(), key
    by_itself = play(on.demand, roster, policy("tanggap", on, past))
    assert not by_itself.refused.any()
    assert (by_itself.end == GAVE_UP).any()
