"""How many people: what each number of agents does to waits, to giving up, and in money.

The demand that people are given follows the price of a minute, so that it fits their minutes; Erlang-A says how it
queues (stats/erlang.py); and the demand that one more hour would reach, at its own prices, is what that hour earns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tanggap.core.settings import Routing
from tanggap.routing.model import DemandCurve, RoutingModel
from tanggap.routing.price import usual_price
from tanggap.routing.value import LEAST_MINUTES
from tanggap.stats.erlang import erlang_a, waits_beyond

_HOUR: Final = 60.0


@dataclass(frozen=True)
class StaffedHour:
    """One hour of the local day with so many agents.

    ``demand``: a person's minutes an hour that would be wanted at no price; ``answered``: those that the price lets
    through, none while nobody is on shift. ``minute_price`` and ``next_hour`` (what one more hour of a person would
    earn) in minor units. Of those let through: ``waits`` (share who find all busy), ``waits_long`` (share waiting
    beyond the stated minutes), ``mean_wait`` (minutes), ``gives_up`` (share), ``occupancy``; None where nobody is on
    shift.
    """

    hour: int
    agents: int
    demand: float
    answered: float
    minute_price: float
    next_hour: float
    waits: float | None
    waits_long: float | None
    mean_wait: float | None
    gives_up: float | None
    occupancy: float | None


def staffed(model: RoutingModel, hour: int, agents: int, settings: Routing, *, beyond: float = 2.0) -> StaffedHour:
    """What ``agents`` people do in that hour of a mean day; ``beyond`` in minutes.

    Raises:
        ValueError: the model has no history of the day (``curves`` is empty).
    """
    curves = _of_hour(model, hour)
    occupancy = settings.target_occupancy
    rates = np.array([_HOUR / curve.window for curve in curves])
    demand = float(np.mean(rates * [_wanted(curve) for curve in curves]))
    answered = float(np.mean(rates * [_fits(curve, agents, occupancy) for curve in curves])) if agents > 0 else 0.0
    price = float(np.mean([usual_price(curve, agents, occupancy) for curve in curves]))
    next_hour = float(np.mean(rates * [_earned(curve, agents, occupancy) for curve in curves]))
    queue: tuple[float | None, ...] = (None,) * 5
    if agents > 0 and answered > 0:
        handle = max(model.everything.human.minutes, LEAST_MINUTES)
        patience = model.patience_otherwise.grace + 1.0 / max(model.patience_otherwise.rate, 1e-9)
        rate = answered / handle / _HOUR
        found = erlang_a(rate, handle, patience, agents)
        late = waits_beyond(beyond, rate, handle, patience, agents)
        queue = (found.wait_probability, late, found.mean_wait, found.abandon_probability, found.occupancy)
    elif agents > 0:
        queue = (0.0, 0.0, 0.0, 0.0, 0.0)
    return StaffedHour(hour, agents, demand, answered, price, next_hour, *queue)


def plan(model: RoutingModel, agents: Sequence[int], settings: Routing, *, beyond: float = 2.0) -> list[StaffedHour]:
    """Every hour of a mean day with each of those numbers of agents, hours first."""
    return [staffed(model, hour, number, settings, beyond=beyond) for hour in range(24) for number in agents]


def worth_hiring(hour: StaffedHour, wage: float) -> bool:
    """Whether one more hour of a person would earn more than its loaded wage (minor units)."""
    return hour.next_hour > wage


def _of_hour(model: RoutingModel, hour: int) -> Sequence[DemandCurve]:
    if not model.curves:
        raise ValueError("the model has no history of the day")
    each = len(model.curves) / 24
    first = int(hour * each)
    return model.curves[first : max(int((hour + 1) * each), first + 1)]


def _wanted(curve: DemandCurve) -> float:
    return curve.minutes[-1] if curve.minutes else 0.0


def _fits(curve: DemandCurve, agents: int, occupancy: float) -> float:
    """Minutes of the window that are let through; those a guardrail gives to people are, fit or not."""
    if not curve.minutes:
        return 0.0
    return max(min(occupancy * agents * curve.window, curve.minutes[-1]), min(curve.minutes[0], curve.minutes[-1]))


def _earned(curve: DemandCurve, agents: int, occupancy: float) -> float:
    """What the minutes of the window that only one more agent reaches are worth: the price over these minutes."""
    if not curve.minutes:
        return 0.0
    room = occupancy * curve.window
    low, high = min(agents * room, curve.minutes[-1]), min((agents + 1) * room, curve.minutes[-1])
    inside = [m for m in curve.minutes if low < m < high]
    at = np.array([low, *inside, high])
    return float(np.trapezoid(np.maximum(np.interp(at, curve.minutes, curve.prices), 0.0), at))
