"""What a customer's orders are worth on average: Gamma-Gamma.

Fader & Hardie 2013, "The Gamma-Gamma model of monetary value" (note at brucehardie.com). An order's value is
gamma(p, ν) with the customer's own scale ν ~ gamma(q, v): the mean of few orders is pulled to the mean of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from tanggap.stats.special import Floats, floats

#: The mild prior: normal in log p and log (q − 1); flat in the logarithm of the mean, so that no currency is favoured.
_CENTRE: Final = np.array([np.log(4.0), np.log(3.0), 0.0])
_SPREAD: Final = np.array([1.0, 1.0, np.inf])
_BOUND: Final = 10.0


@dataclass(frozen=True)
class SpendModel:
    """p, q (> 1) and v (in the value's unit); ``mean`` is what is expected of a customer of whom nothing is known.

    ``n`` customers were fitted to; ``left_out`` had no order or no positive mean value and only count in ``mean``.
    """

    p: float
    q: float
    v: float
    mean: float
    log_likelihood: float
    n: int
    left_out: int


def fit_spend(
    count: ArrayLike, mean_value: ArrayLike, weights: ArrayLike | None = None, *, prior: bool = True
) -> SpendModel:
    """The Gamma-Gamma of highest posterior density (of highest likelihood without ``prior``); arrays (customers,).

    ``count``: the orders ``mean_value`` is the mean of (the paper's x; any unit of money). A gamma has no zero or
    negative values, so customers whose mean is not positive are left out of p, q and v; ``mean`` then mixes
    p·v/(q − 1) with their own means by number of customers. Those without an order or a known mean are ignored.
    Equation 1a of the note with its exact gradient.

    Raises:
        ValueError: shapes differ, a count is negative or not finite, or nobody has a positive mean value.
    """
    x, z = floats(count), floats(mean_value)
    w = np.ones(x.shape) if weights is None else floats(weights)
    if x.ndim != 1 or not x.shape == z.shape == w.shape or not (np.isfinite(x) & (x >= 0) & (w >= 0)).all():
        raise ValueError("count, mean_value and weights must be one per customer, count and weights zero or more")
    known = (x > 0) & np.isfinite(z) & (w > 0)
    good = known & (z > 0)
    if not good.any():
        raise ValueError("no customer has an order of positive value")
    scale = float(np.average(z[good], weights=w[good]))
    n = float(w[good].sum())
    likelihood = _Likelihood(x[good], z[good] / scale, w[good])

    def objective(phi: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood.at(phi)
        if prior:
            off = (phi - _CENTRE) / _SPREAD
            value, gradient = value - 0.5 * float(off @ off), gradient - off / _SPREAD
        return -value / n, -gradient / n

    bounds = [(c - _BOUND, c + _BOUND) for c in _CENTRE]
    found = optimize.minimize(
        objective, _CENTRE, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-13, "gtol": 1e-8}
    )
    p, q, v = _parameters(floats(found.x))
    bad = known & ~good
    loss = float(w[bad] @ z[bad])
    mean = (n * p * v * scale / (q - 1) + loss) / (n + float(w[bad].sum()))
    value = likelihood.at(floats(found.x))[0] - n * float(np.log(scale))
    return SpendModel(p, q, v * scale, mean, value, round(n), round(float(w.sum()) - n))


def expected_spend(model: SpendModel, count: ArrayLike, mean_value: ArrayLike) -> Floats:
    """The mean value expected of each customer's orders, in the value's unit; shape of the two, broadcast.

    Equation 5 of the note: the customer's own mean with weight p·x/(p·x + q − 1), the rest of it ``model.mean``. The
    same weights serve means of zero and less: a customer who costs money is expected to cost a little less. Without
    an order, or where the mean is NaN, ``model.mean``.
    """
    x, z = np.broadcast_arrays(floats(count), floats(mean_value))
    known = (x > 0) & np.isfinite(z)
    own = np.where(known, model.p * x / (model.p * x + model.q - 1), 0.0)
    return floats(own * np.where(known, z, 0.0) + (1 - own) * model.mean)


def _parameters(phi: Floats) -> tuple[float, float, float]:
    p, above, mean = (float(v) for v in np.exp(phi))
    return p, 1 + above, mean * above / p


class _Likelihood:
    """Equation 1a and its gradient in (log p, log (q − 1), log mean); gammas once per count."""

    def __init__(self, x: Floats, z: Floats, w: Floats) -> None:
        self.x, self.z, self.w, self.total = x, z, w, x * z
        self.counts, self.code = np.unique(x, return_inverse=True)
        self.per_count = np.bincount(self.code, w, len(self.counts))
        self.log_z = float(w @ np.log(z))

    def at(self, phi: Floats) -> tuple[float, Floats]:
        p, q, v = _parameters(phi)
        k, w, x = self.counts, self.w, self.x
        log_v, log_total = np.log(v / (v + self.total)), np.log(self.total / (v + self.total))
        value = self.per_count @ (special.gammaln(p * k + q) - special.gammaln(p * k) - special.gammaln(q))
        value += w @ (q * log_v + p * x * log_total) - self.log_z
        psi = special.psi
        d_p = self.per_count @ (k * (psi(p * k + q) - psi(p * k))) + (w * x) @ log_total
        d_q = self.per_count @ (psi(p * k + q) - psi(q)) + w @ log_v
        d_v = w @ (q / v - (p * x + q) / (v + self.total))
        # v = mean·(q − 1)/p moves with all three.
        return float(value), np.array([p * d_p - v * d_v, (q - 1) * d_q + v * d_v, v * d_v])
