"""Queues against published figures and against the birth-death chain itself."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanggap.stats.erlang import Queue, ServiceTarget, agents_needed, erlang_a, erlang_c, waits_beyond

pytestmark = pytest.mark.filterwarnings("error")

RATE = 100 / 30  # a minute


def _chain(rate: float, handle: float, patience: float, agents: int) -> Queue:
    """The same queue from the balance equations of its states 0, 1, 2, …"""
    states = agents + int(20 + 5 * rate * patience + 40 * (rate * patience) ** 0.5)
    present = np.arange(1, states)
    leaving = np.minimum(present, agents) / handle + np.maximum(present - agents, 0) / patience
    logs = np.concatenate([[0.0], np.cumsum(np.log(rate) - np.log(leaving))])
    chance = np.exp(logs - logs.max())
    chance /= chance.sum()
    n = np.arange(states)
    queue = (chance * np.maximum(n - agents, 0)).sum()
    busy = (chance * np.minimum(n, agents)).sum() / agents
    return Queue(chance[agents:].sum(), queue / patience / rate, queue / rate, busy)


def test_erlang_a_gives_the_known_answer() -> None:
    queue = erlang_a(RATE, 3, 5, 14)
    assert queue.wait_probability == pytest.approx(0.14526, abs=5e-6)
    assert queue.abandon_probability == pytest.approx(0.013984, abs=5e-7)
    assert queue.occupancy == pytest.approx(0.704297, abs=5e-7)


def test_erlang_c_gives_the_textbook_example() -> None:
    # 100 calls in 30 minutes of 3 minutes, 14 agents: 17.4 % wait, 88.8 % within 20 s, mean 7.8 s, occupancy 71.4 %
    # (the worked example of the Erlang C formula by Call Centre Helper).
    queue = erlang_c(RATE, 3, 14)
    assert queue.wait_probability == pytest.approx(0.174, abs=5e-4)
    assert queue.mean_wait * 60 == pytest.approx(7.8, abs=0.05)
    assert queue.occupancy == pytest.approx(0.714, abs=5e-4)
    assert 1 - waits_beyond(20 / 60, RATE, 3, inf, 14) == pytest.approx(0.888, abs=5e-4)


# Delay probabilities of the M/M/c queue as tabulated in Tijms, "A First Course in Stochastic Models", chapter 5.
TABLE = [
    (0.5, 2, 0.3333),
    (0.5, 5, 0.1304),
    (0.5, 10, 0.0361),
    (0.8, 1, 0.8000),
    (0.8, 2, 0.7111),
    (0.8, 5, 0.5541),
    (0.8, 10, 0.4092),
    (0.9, 2, 0.8526),
    (0.9, 5, 0.7625),
    (0.9, 10, 0.6687),
    (0.95, 5, 0.8778),
    (0.95, 10, 0.8256),
]


@pytest.mark.parametrize(("occupancy", "agents", "waits"), TABLE)
def test_erlang_c_gives_the_published_table(occupancy: float, agents: int, waits: float) -> None:
    queue = erlang_c(occupancy * agents, 1, agents)
    assert queue.wait_probability == pytest.approx(waits, abs=5.1e-5)
    assert queue.occupancy == pytest.approx(occupancy)
    assert queue.mean_wait == pytest.approx(waits / (agents * (1 - occupancy)), rel=2e-3)


@settings(max_examples=60)
@given(st.floats(0.05, 40), st.floats(0.2, 8), st.floats(0.2, 30), st.integers(1, 80))
def test_erlang_a_equals_its_own_balance_equations(rate: float, handle: float, patience: float, agents: int) -> None:
    queue, chain = erlang_a(rate, handle, patience, agents), _chain(rate, handle, patience, agents)
    for got, expected in zip(vars(queue).values(), vars(chain).values(), strict=True):
        assert got == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_who_waits_longer_equals_a_simulated_queue() -> None:
    # Offered waits of an M/M/N+M queue by Lindley's recursion over the agents' free times.
    rng = np.random.default_rng(6)
    count, handle, patience, agents = 60_000, 3.0, 2.0, 9
    arrivals = np.cumsum(rng.exponential(1 / RATE, count))
    handles, patiences = rng.exponential(handle, count), rng.exponential(patience, count)
    free = [0.0] * agents
    waits = np.empty(count)
    for i, (at, needs, bears) in enumerate(zip(arrivals, handles, patiences, strict=True)):
        agent = min(range(agents), key=free.__getitem__)
        wait = max(free[agent] - at, 0.0)
        if wait <= bears:
            free[agent] = at + wait + needs
        waits[i] = min(wait, bears)
    for seconds in (0.0, 0.5, 1.0):
        simulated = (waits > seconds).mean()
        assert waits_beyond(seconds, RATE, handle, patience, agents) == pytest.approx(simulated, abs=0.015)


def test_nobody_waiting_any_time_is_the_wait_probability() -> None:
    assert waits_beyond(0, RATE, 3, 5, 14) == pytest.approx(erlang_a(RATE, 3, 5, 14).wait_probability)
    assert waits_beyond(0, RATE, 3, inf, 14) == pytest.approx(erlang_c(RATE, 3, 14).wait_probability)


def test_endless_patience_is_erlang_c() -> None:
    patient, endless = erlang_a(RATE, 3, 1e7, 14), erlang_c(RATE, 3, 14)
    assert patient.wait_probability == pytest.approx(endless.wait_probability, rel=1e-5)
    assert patient.mean_wait == pytest.approx(endless.mean_wait, rel=1e-5)
    assert erlang_a(RATE, 3, inf, 14) == endless


@pytest.mark.parametrize("agents", [1, 100, 1000, 3000])
@pytest.mark.parametrize("load", [1e-3, 0.1, 0.9, 0.999, 1.0, 1.1, 5.0])
def test_any_size_and_load_stays_a_probability(agents: int, load: float) -> None:
    rate = load * agents / 180
    queue = erlang_a(rate, 180, 300, agents)
    assert 0 <= queue.abandon_probability <= queue.wait_probability <= 1
    assert 0 <= queue.occupancy <= 1
    # Nobody vanishes: what is not handled has given up.
    assert queue.occupancy * agents == pytest.approx(rate * 180 * (1 - queue.abandon_probability), rel=1e-9)
    assert 0 <= waits_beyond(30, rate, 180, 300, agents) <= queue.wait_probability
    if load > 2:
        assert queue.abandon_probability == pytest.approx(1 - 1 / load, rel=1e-3)


def test_too_few_agents_for_the_patient_never_catch_up() -> None:
    assert erlang_c(RATE, 3, 10) == Queue(1.0, 0.0, inf, 1.0)
    assert waits_beyond(1e6, RATE, 3, inf, 10) == 1.0


def test_the_fewest_agents_meet_the_target_and_one_less_does_not() -> None:
    target = ServiceTarget(wait_share=0.2, seconds=20 / 60, abandon_share=0.03)
    agents = agents_needed(RATE, 3, 5, target)

    def met(n: int) -> bool:
        return waits_beyond(20 / 60, RATE, 3, 5, n) <= 0.2 and erlang_a(RATE, 3, 5, n).abandon_probability <= 0.03

    assert met(agents)
    assert not met(agents - 1)
    assert agents_needed(RATE, 3, inf, ServiceTarget(wait_share=0.2)) == 14


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        erlang_c(0, 3, 14)
    with pytest.raises(ValueError, match="positive"):
        erlang_a(1, 3, 5, 0)
    with pytest.raises(ValueError, match="patience"):
        erlang_a(1, 3, 0, 2)
    with pytest.raises(ValueError, match="above zero"):
        ServiceTarget(wait_share=0)
