"""Queues with patient (Erlang C) and impatient (Erlang A) customers: how many agents a demand needs.

Rates and times share one unit (per second and seconds, as a rule). Stable for thousands of agents and for any
overload: nothing is computed as a bare factorial or power.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, expm1, inf, log, log1p, sqrt

import numpy as np


@dataclass(frozen=True)
class Queue:
    """What a queue does in the long run.

    ``wait_probability``: share who find everybody busy. ``abandon_probability``: share who give up. ``mean_wait``:
    of all customers, those who give up included; inf where an Erlang C queue grows for ever. ``occupancy``: share of
    agents' time in conversation.
    """

    wait_probability: float
    abandon_probability: float
    mean_wait: float
    occupancy: float


@dataclass(frozen=True)
class ServiceTarget:
    """What is promised: at most ``wait_share`` of customers wait longer than ``seconds``, at most ``abandon_share``
    give up. Shares 0 … 1, above zero: no number of agents can promise nobody.
    """

    wait_share: float
    seconds: float = 0.0
    abandon_share: float = 1.0

    def __post_init__(self) -> None:
        if self.wait_share <= 0 or self.abandon_share <= 0 or self.seconds < 0:
            raise ValueError("shares must be above zero and seconds not negative")


def erlang_c(arrival_rate: float, handle_time: float, agents: int) -> Queue:
    """M/M/N: customers wait for ever.

    Raises:
        ValueError: a rate, a time or the number of agents is not positive.
    """
    load = _load(arrival_rate, handle_time, agents)
    if load >= agents:
        return Queue(1.0, 0.0, inf, 1.0)
    # C = N / (N − a(1 − B)) · B, written with 1/B, which may be infinite but is never lost.
    waits = 1.0 / (1.0 + (1.0 - load / agents) * (_inverse_erlang_b(load, agents) - 1.0))
    return Queue(waits, 0.0, waits * handle_time / (agents - load), load / agents)


def erlang_a(arrival_rate: float, handle_time: float, patience: float, agents: int) -> Queue:
    """M/M/N+M: customers give up after an exponential time of mean ``patience`` (inf gives Erlang C).

    Mandelbaum & Zeltyn 2007, "Service engineering in action: the Palm/Erlang-A queue", section 3.

    Raises:
        ValueError: a rate, a time or the number of agents is not positive.
    """
    if patience == inf:
        return erlang_c(arrival_rate, handle_time, agents)
    load = _load(arrival_rate, handle_time, agents)
    if patience <= 0:
        raise ValueError("patience must be positive")
    log_a = _log_a(agents * patience / handle_time, arrival_rate * patience)
    waits = _wait_probability(load, agents, log_a)
    # P(give up | wait) = 1 − (1 − 1/A)·N/a
    gives_up = min(max(waits * (1.0 + expm1(-log_a) * agents / load), 0.0), 1.0)
    return Queue(waits, gives_up, gives_up * patience, min(load * (1.0 - gives_up) / agents, 1.0))


def waits_beyond(seconds: float, arrival_rate: float, handle_time: float, patience: float, agents: int) -> float:
    """The share of customers who are still waiting after that time (Erlang A; Erlang C where patience is inf).

    Raises:
        ValueError: a rate, a time or the number of agents is not positive.
    """
    if patience == inf:
        queue = erlang_c(arrival_rate, handle_time, agents)
        return queue.wait_probability * exp(-max(agents / handle_time - arrival_rate, 0.0) * seconds)
    load = _load(arrival_rate, handle_time, agents)
    x, y = agents * patience / handle_time, arrival_rate * patience
    later = y * exp(-seconds / patience)
    log_a = _log_a(x, y)
    # P(V > t | V > 0) = γ(x, y·e^(−θt)) / γ(x, y), each incomplete gamma written through A.
    log_share = _log_a(x, later) - log_a - x * seconds / patience - y * expm1(-seconds / patience)
    return _wait_probability(load, agents, log_a) * exp(min(log_share, 0.0) - seconds / patience)


def agents_needed(arrival_rate: float, handle_time: float, patience: float, target: ServiceTarget) -> int:
    """The fewest agents with whom the target is met.

    Raises:
        ValueError: a rate or a time is not positive.
    """

    def enough(agents: int) -> bool:
        beyond = waits_beyond(target.seconds, arrival_rate, handle_time, patience, agents)
        lost = erlang_a(arrival_rate, handle_time, patience, agents).abandon_probability
        return beyond <= target.wait_share and lost <= target.abandon_share

    low, high = 0, 1
    while not enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _load(arrival_rate: float, handle_time: float, agents: int) -> float:
    if not (arrival_rate > 0 and handle_time > 0 and agents > 0):
        raise ValueError("arrival rate, handle time and agents must be positive")
    return arrival_rate * handle_time


def _inverse_erlang_b(load: float, agents: int) -> float:
    inverse = 1.0
    for n in range(1, agents + 1):
        inverse = 1.0 + n / load * inverse
    return inverse


def _wait_probability(load: float, agents: int, log_a: float) -> float:
    """A·B / (1 + (A − 1)·B) = 1 / (1 + (1/B − 1)/A)."""
    rest = _inverse_erlang_b(load, agents) - 1.0
    if rest == inf:
        return 0.0
    return 1.0 / (1.0 + exp(min(log(rest) - log_a, 700.0)))


def _log_a(x: float, y: float) -> float:
    """The logarithm of A(x, y) = 1 + Σⱼ yʲ / ((x + 1) … (x + j)): a term may exceed any double."""
    terms = ceil(max(y - x, 0.0) + 12.0 * sqrt(x + y + 1.0) + 60.0)
    logs = np.cumsum(log(y) - np.log(x + np.arange(1, terms + 1)))
    top = float(logs.max())
    tail = top + log(float(np.exp(logs - top).sum()))
    return tail + log1p(exp(-tail)) if tail > 0 else log1p(exp(tail))
