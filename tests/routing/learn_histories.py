"""Histories made by hand or by lot, for the tests of learning."""

from __future__ import annotations

from typing import Any

import numpy as np

from tanggap.core.settings import Routing
from tanggap.routing.learn.history import History, Staffing
from tanggap.routing.learn.model import learn_model
from tanggap.routing.model import RoutingModel

NOBODY = Staffing(np.zeros(0, np.int64), np.zeros(0))


def history(n: int, **columns: Any) -> History:
    """``n`` conversations on chat of one intent, answered by the bot, of which nothing else is known but ``columns``;
    a single value is every row's.
    """
    nothing = np.full(n, np.nan)
    made: dict[str, Any] = {
        "opened_at": np.zeros(n, np.int64), "intent": "a", "category": "k", "channel": "chat", "human": False,
        "given_up": False, "bought": False, "bought_known": True, "left": False, "left_known": True,
        "ease": nothing, "margin": nothing, "cost": nothing, "minutes": nothing, "wait": nothing,
        "propensity": nothing, "customer_value": nothing,
    }  # fmt: skip
    for name, value in {**made, **columns}.items():
        if value is None:
            made[name] = None
        elif name in ("intent", "category", "channel"):
            made[name] = np.array([value] * n if isinstance(value, str) else list(value), dtype=object)
        elif name in ("human", "given_up", "bought", "bought_known", "left", "left_known", "forced"):
            made[name] = np.broadcast_to(np.asarray(value, np.bool_), n).copy()
        elif name == "opened_at":
            made[name] = np.broadcast_to(np.asarray(value, np.int64), n).copy()
        else:
            made[name] = np.broadcast_to(np.asarray(value, np.float64), n).copy()
    return History(**made)


def learnt(told: History, staffing: Staffing = NOBODY, **options: Any) -> RoutingModel:
    """The model of a history, under the usual settings unless told."""
    settings = options.pop("settings", Routing())
    return learn_model(
        told, staffing, settings=settings, currency="IDR", timezone="UTC", learned_at=options.pop("learned_at", 0),
        **options,
    )  # fmt: skip
