"""The price of a person's minute: what the next best use of it would earn, here and now."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np

from tanggap.core.instants import MINUTE, SECOND, zone
from tanggap.core.settings import Routing
from tanggap.routing.model import DemandCurve, Floor, Patience, RoutingModel

#: The price at which demand fits is that of a floor without luck, whose line decides nothing. Here the line answers the
#: dearest first and lets go whoever will not wait, so more may join it than can be answered: chosen on seeds 0 to 6 of
#: the simulated floor, flat from .3 to .4 (docs/ROUTING.md).
BASE_SHARE: Final = 0.35
#: How much dearer a minute is for each minute of backlog an agent.
BACKLOG_SURCHARGE: Final = 0.10
_DAY_MINUTES: Final = 24 * 60
#: The wait of who is told of no next shift: beyond anybody's patience.
_FOR_EVER: Final = 7.0 * _DAY_MINUTES


def minute_price(model: RoutingModel, floor: Floor, settings: Routing) -> float:
    """λ in minor units a minute: a share of the history's price for this time of the day, by what is seen now.

    Idle places make a minute cheaper, down to nothing where all are idle; a backlog makes it dearer. Without history
    it follows the backlog alone.
    """
    backlog = floor.waiting.backlog / max(floor.agents, 1)
    if not model.curves:
        return settings.backlog_price * backlog
    usual = BASE_SHARE * usual_price(curve_at(model, floor.now), floor.agents, settings.target_occupancy)
    if floor.idle > 0:
        return usual * (1.0 - min(floor.idle / max(floor.agents, 1), 1.0))
    return usual * (1.0 + BACKLOG_SURCHARGE * backlog)


def curve_at(model: RoutingModel, now: int) -> DemandCurve:
    """The demand curve of the span of the local day that ``now`` lies in."""
    local = datetime.fromtimestamp(now // SECOND, zone(model.timezone))
    span = _DAY_MINUTES / len(model.curves)
    return model.curves[int((local.hour * 60 + local.minute) / span) % len(model.curves)]


def usual_price(curve: DemandCurve, agents: float, occupancy: float) -> float:
    """The lowest price at which what is worth it fits the share ``occupancy`` of the minutes on shift.

    Between two points of the curve the price goes with the minutes. Where all demand fits a minute is worth nothing
    more; where not even the dearest fits, the dearest price.
    """
    if not curve.prices:
        return 0.0
    room = occupancy * agents * curve.window
    if room >= curve.minutes[-1]:
        return 0.0
    return max(float(np.interp(room, curve.minutes, curve.prices)), 0.0)


def expected_wait(floor: Floor, priority: float) -> float:
    """Minutes until a person is free for somebody of that priority: none while a place is idle."""
    if floor.agents <= 0:
        if floor.next_shift_at is None:
            return _FOR_EVER
        return max(floor.next_shift_at - floor.now, 0) / MINUTE
    if floor.idle > 0:
        return 0.0
    return max(floor.waiting.minutes_ahead(priority) + floor.residual, 0.0) / floor.agents


def gives_up(patience: Patience, wait: float) -> float:
    """P(gives up | wait) = 1 − exp(−θ·max(0, wait − grace))."""
    return float(-np.expm1(-patience.rate * max(0.0, wait - patience.grace)))
