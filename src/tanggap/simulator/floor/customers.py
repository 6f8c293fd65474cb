"""Customers with a purchase process of their own: what they bought so far, and what they will be worth in truth.

Orders follow BG/NBD (Fader, Hardie & Lee 2005): bought at a rate of the customer's own until, after an order, they
stop. Margins of an order scatter around a mean of the customer's own (Gamma-Gamma).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tanggap.simulator.streams import Codes, Flags, Floats

#: About four and a half orders a year; one order in four is the last for now. Weeks.
_R, _ALPHA, _A, _B = 1.2, 14.0, 0.8, 2.5
#: Margin of an order: Gamma-Gamma, its mean in minor units (Rp 55,000).
_P, _Q = 6.25, 3.74
MEAN_MARGIN: Final = 5_500_000.0
_OLDEST: Final = 104.0
YEAR: Final = 365.25 / 7
#: Who has stopped buying seldom writes.
_STOPPED_WRITES: Final = 0.15
_CAP: Final = 0.95
_YOUNG: Final = 8.0
_VIP_SHARE: Final = 0.10


@dataclass(frozen=True)
class Customers:
    """A row a customer. ``frequency``, ``recency``, ``age`` (weeks) and ``spent`` (mean margin of an order, minor
    units) are what the shop sees; ``worth`` is the margin expected of the next 12 months in truth, capped at its 95th
    percentile, and ``margin`` their mean of an order. ``tier``: 0 new, 1 regular, 2 VIP. ``appetite`` multiplies the
    chance to buy.
    """

    frequency: Floats
    recency: Floats
    age: Floats
    spent: Floats
    worth: Floats
    margin: Floats
    appetite: Floats
    tier: Codes
    writes: Floats

    @property
    def size(self) -> int:
        """How many."""
        return len(self.age)


def draw_customers(size: int, rng: np.random.Generator) -> Customers:
    """``size`` customers of the population."""
    rate = rng.gamma(_R, 1 / _ALPHA, size)
    stops = rng.beta(_A, _B, size)
    age = rng.uniform(0.0, _OLDEST, size)
    frequency, recency, active = _orders(rate, stops, age, rng)
    mean = _P / rng.gamma(_Q, 1.0, size) * (MEAN_MARGIN * (_Q - 1) / _P)
    orders = frequency + 1
    spent = mean * rng.gamma(_P * orders, 1.0) / (_P * orders)
    # E[X(t) | rate, p, active]: a Poisson process that stops after each order with chance p.
    future = np.where(active, -np.expm1(-rate * stops * YEAR) / np.maximum(stops, 1e-9), 0.0)
    worth = future * mean
    tier = np.where(age < _YOUNG, 0, 1)
    total = spent * orders
    tier[total >= np.quantile(total, 1 - _VIP_SHARE)] = 2
    liking = 0.3 * rng.standard_normal(size) + np.array([-0.05, 0.0, 0.2])[tier]
    return Customers(
        frequency=frequency, recency=recency, age=age, spent=spent,
        worth=np.minimum(worth, np.quantile(worth, _CAP)), margin=mean, appetite=np.exp(liking - 0.05),
        tier=tier.astype(np.int16), writes=np.where(active, 1.0, _STOPPED_WRITES),
    )  # fmt: skip


def _orders(
    rate: Floats, stops: Floats, age: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats, Flags]:  # fmt: skip
    """Repeat orders until ``age``, the instant of the last one, and whether they still buy."""
    size = len(age)
    frequency, recency = np.zeros(size), np.zeros(size)
    active = np.ones(size, bool)  # as in BG/NBD, nobody stops before the first repeat order
    going: NDArray[np.int64] = np.arange(size)
    now = np.zeros(size)
    while len(going):
        now[going] += rng.exponential(1.0, len(going)) / rate[going]
        going = going[now[going] < age[going]]
        frequency[going] += 1
        recency[going] = now[going]
        ended = rng.random(len(going)) < stops[going]
        active[going[ended]] = False
        going = going[~ended]
    return frequency, recency, active
