"""What a customer will be worth: the margin expected of the next twelve months. All times in weeks.

BG/NBD for the orders (:mod:`tanggap.stats.purchases`) times Gamma-Gamma for an order's margin
(:mod:`tanggap.stats.spend`); with few customers a shrunk rate that halves with every quarter of silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from tanggap.stats.purchases import PurchaseModel, expected_purchases, fit_purchases, probability_alive
from tanggap.stats.special import Floats, floats
from tanggap.stats.spend import SpendModel, expected_spend, fit_spend

__all__ = [
    "ENOUGH_CUSTOMERS",
    "HALF_LIFE",
    "YEAR",
    "LifetimeModel",
    "PurchaseModel",
    "SpendModel",
    "expected_orders",
    "expected_purchases",
    "expected_spend",
    "fit_lifetime",
    "fit_purchases",
    "fit_spend",
    "lifetime_value",
    "probability_alive",
]

#: Twelve months, in weeks.
YEAR: Final = 365.25 / 7
#: With fewer customers nothing is fitted.
ENOUGH_CUSTOMERS: Final = 50
#: Weeks of silence after which the fall-back expects half.
HALF_LIFE: Final = 13.0
#: The fall-back's own prior, until the shop's numbers outweigh it: one repeat order in half a year, known as well as
#: from half a year of one customer.
_RATE: Final = 1 / 26
_RATE_WEEKS: Final = 26.0
#: The fall-back pulls a customer's mean margin to the shop's by this many orders.
_MARGIN_ORDERS: Final = 1.0
_CAP: Final = 0.95


@dataclass(frozen=True)
class LifetimeModel:
    """What lifetime values are computed with.

    ``method`` says how: "bg_nbd"; "shrunk_rate" below 50 customers or where no order had a positive margin
    (``purchases`` and ``spend`` are then None); "no_orders" where there is no customer at all. ``rate``: the shop's
    repeat orders per customer and week; ``mean_margin``: per order; ``cap``: the 95th percentile of the fitted
    customers' values, in the margin's unit.
    """

    method: Literal["bg_nbd", "shrunk_rate", "no_orders"]
    purchases: PurchaseModel | None
    spend: SpendModel | None
    rate: float
    mean_margin: float
    cap: float
    customers: int


def fit_lifetime(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    mean_margin: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    horizon: float = YEAR,
) -> LifetimeModel:
    """Fits to a shop's customers, arrays (customers,): x, t_x, T in weeks; mean margin of each one's x + 1 orders.

    A mean margin of NaN is not known and counts nowhere. ``weights`` counts identical customers. The cap belongs to
    the horizon given here.

    Raises:
        ValueError: as :func:`tanggap.stats.purchases.fit_purchases`, but for no customers.
    """
    x, t_x, t, margin = floats(frequency), floats(recency), floats(age), floats(mean_margin)
    if margin.shape != x.shape:
        raise ValueError(f"mean_margin {margin.shape} must be one per customer {x.shape}")
    w = np.ones(x.shape) if weights is None else floats(weights)
    customers = round(float(w.sum()))
    if not customers:
        return LifetimeModel("no_orders", None, None, _RATE, 0.0, 0.0, 0)
    rate = float((w @ x + _RATE * _RATE_WEEKS) / (w @ t + _RATE_WEEKS))
    known = np.isfinite(margin)
    orders = w * (x + 1) * known
    mean = float(orders @ np.where(known, margin, 0.0) / orders.sum()) if orders.any() else 0.0
    model = LifetimeModel("shrunk_rate", None, None, rate, mean, np.inf, customers)
    if customers >= ENOUGH_CUSTOMERS and (known & (margin > 0) & (w > 0)).any():
        spend = fit_spend(x + 1, margin, w)
        model = LifetimeModel("bg_nbd", fit_purchases(x, t_x, t, w), spend, rate, spend.mean, np.inf, customers)
    values = lifetime_value(model, x, t_x, t, margin, horizon=horizon)
    cap = _quantile(values, w, _CAP)
    return LifetimeModel(
        model.method, model.purchases, model.spend, model.rate, model.mean_margin, cap, model.customers
    )


def expected_orders(
    model: LifetimeModel, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, *, horizon: float = YEAR
) -> Floats:
    """The orders expected within ``horizon`` weeks, shape (customers,).

    The fall-back: (x + 26·rate)/(T + 26) a week × horizon × 2^(−(T − t_x)/13), so a customer of 50 weeks' silence is
    expected to buy next to nothing. Raises as :func:`tanggap.stats.purchases.fit_purchases`.
    """
    x, t_x, t = floats(frequency), floats(recency), floats(age)
    if model.purchases is not None:
        return expected_purchases(model.purchases, horizon, x, t_x, t)
    rate = (x + _RATE_WEEKS * model.rate) / (t + _RATE_WEEKS)
    return floats(rate * horizon * np.exp2(-(t - t_x) / HALF_LIFE))


def lifetime_value(
    model: LifetimeModel,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    mean_margin: ArrayLike,
    *,
    horizon: float = YEAR,
) -> Floats:
    """The margin expected within ``horizon`` weeks, 0 … ``model.cap``, in the margin's unit; shape (customers,).

    Not discounted. Whose orders are expected to lose money is worth 0: nobody is driven away for being unprofitable.
    A new customer (x = 0, T = 0, margin NaN) gets the shop's average prospects; a shop without orders gives 0.
    """
    orders = expected_orders(model, frequency, recency, age, horizon=horizon)
    return np.clip(orders * order_margin(model, frequency, mean_margin), 0.0, model.cap)


def order_margin(model: LifetimeModel, frequency: ArrayLike, mean_margin: ArrayLike) -> Floats:
    """The margin expected of a customer's next order, shape (customers,): their own pulled towards the shop's."""
    x, margin = floats(frequency), floats(mean_margin)
    if model.spend is not None:
        return expected_spend(model.spend, x + 1, margin)
    known = np.isfinite(margin)
    own = np.where(known, (x + 1) / (x + 1 + _MARGIN_ORDERS), 0.0)
    return floats(own * np.where(known, margin, 0.0) + (1 - own) * model.mean_margin)


def _quantile(values: Floats, weights: Floats, q: float) -> float:
    """The smallest value that at least the share ``q`` of the weight does not exceed."""
    order = np.argsort(values)
    upto = np.cumsum(weights[order])
    return float(values[order][min(int(np.searchsorted(upto, q * upto[-1])), len(values) - 1)])
