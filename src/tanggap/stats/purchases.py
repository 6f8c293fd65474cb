"""When customers buy again: the BG/NBD model of Fader, Hardie & Lee 2005, Marketing Science 24: 275–284.

A customer buys as a Poisson process of own rate λ ~ gamma(r, α) and leaves for good after any purchase with own
probability p ~ beta(a, b). What is known of one: ``frequency`` x, the repeat purchases (orders less one);
``recency`` t_x, the age at the last of them (0 where x = 0); ``age`` T, since the first order. **All times in weeks.**
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from tanggap.stats.special import Floats, floats

#: Centre and spread of the mild prior: normal in log r, log α (weeks), logit a/(a + b), log (a + b). Together worth a
#: handful of customers: it moves 2,357 by less than their standard errors, and keeps 50 from r → 0 or b → ∞.
_CENTRE: Final = np.array([np.log(0.5), np.log(8.0), np.log(0.25 / 0.75), np.log(3.0)])
_SPREAD: Final = np.array([1.0, 1.5, 1.5, 1.0])
_BOUND: Final = 12.0
#: Nodes of the quadrature in :func:`expected_purchases`; rows at a time.
_NODES: Final = 64
_CHUNK: Final = 16_384


@dataclass(frozen=True)
class PurchaseModel:
    """The four parameters (α in weeks), the log-likelihood without the prior, and the customers fitted to."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    n: int


def fit_purchases(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    prior: bool = True,
) -> PurchaseModel:
    """The BG/NBD of highest posterior density (of highest likelihood without ``prior``); arrays (customers,), weeks.

    ``weights`` counts identical customers. Equation 6 of the paper with its exact gradient; identical rows are
    collapsed, so whole days make a million customers fast.

    Raises:
        ValueError: no customer, shapes differ, a value is negative or not finite, t_x > T, or x and t_x disagree on
            whether there was a repeat purchase.
    """
    x, t_x, t = _history(frequency, recency, age)
    if not len(x):
        raise ValueError("no customers to fit to")
    w = np.ones(len(x)) if weights is None else floats(weights)
    if w.shape != x.shape or not (np.isfinite(w).all() and (w >= 0).all() and w.sum() > 0):
        raise ValueError("weights must be one per customer, zero or more, and not all zero")
    likelihood = _Likelihood(x, t_x, t, w)

    def objective(theta: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood.at(theta)
        if prior:
            off = (theta - _CENTRE) / _SPREAD
            value, gradient = value - 0.5 * float(off @ off), gradient - off / _SPREAD
        return -value / likelihood.n, -gradient / likelihood.n

    bounds = [(c - _BOUND, c + _BOUND) for c in _CENTRE]
    found = optimize.minimize(
        objective, _CENTRE, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-13, "gtol": 1e-8}
    )
    r, alpha, a, b = _parameters(floats(found.x))
    return PurchaseModel(r, alpha, a, b, likelihood.at(floats(found.x))[0], round(likelihood.n))


def log_likelihood(model: PurchaseModel, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> float:
    """The sum of equation 6 over the customers, natural logarithm; raises as :func:`fit_purchases` does."""
    x, t_x, t = _history(frequency, recency, age)
    theta = np.log([model.r, model.alpha, model.a / model.b, model.a + model.b])
    return _Likelihood(x, t_x, t, np.ones(len(x))).at(theta)[0]


def probability_alive(model: PurchaseModel, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
    """The probability that a customer has not left, 0 … 1; without a repeat purchase it is 1 by the model's story.

    The denominator of the paper's equation 10 (stated apart in Fader, Hardie & Lee 2008, "Computing P(alive) using
    the BG/NBD model"). Raises as :func:`fit_purchases` does.
    """
    x, t_x, t = _history(frequency, recency, age)
    with np.errstate(divide="ignore"):
        left = np.log(model.a) - np.log(model.b + np.maximum(x, 1.0) - 1.0)
        odds = left + (model.r + x) * (np.log(model.alpha + t) - np.log(model.alpha + t_x))
    return np.where(x > 0, special.expit(-odds), 1.0)


def expected_purchases(
    model: PurchaseModel, horizon: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """The orders expected of each customer within the next ``horizon`` weeks, given what is known of them.

    Equation 10 of the paper. Its ₂F₁, which cancels for a ≈ 1 and overflows for many purchases, is written as the
    expectation it comes from, E[(1 − (1 + p·c)^−(r+x))/p] with c = horizon/(α + T) and p ~ beta(a, b + x): positive
    terms only, by Gauss–Jacobi quadrature. Raises as :func:`fit_purchases` does, or where the horizon is negative.
    """
    if not (np.isfinite(horizon) and horizon >= 0):
        raise ValueError(f"horizon must be zero or more weeks, not {horizon}")
    x, t_x, t = _history(frequency, recency, age)
    if not x.size:
        return np.zeros(0)
    # What an alive customer still buys depends on x and T alone, and few customers differ in both.
    times, time_code = np.unique(t, return_inverse=True)
    counts, count_code = np.unique(x, return_inverse=True)
    pairs, pair_code = np.unique(count_code * len(times) + time_code, return_inverse=True)
    node, weight = _beta_rule(model.a, model.b + counts)
    if_alive = np.empty(len(pairs))
    for start in range(0, len(pairs), _CHUNK):
        which, when = np.divmod(pairs[start : start + _CHUNK], len(times))
        p, c = node[which], (horizon / (model.alpha + times[when]))[:, None]
        bought = -np.expm1(-(model.r + counts[which])[:, None] * np.log1p(p * c)) / p
        if_alive[start : start + _CHUNK] = (weight[which] * bought).sum(axis=1)
    return floats(if_alive[pair_code] * probability_alive(model, x, t_x, t))


def _history(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> tuple[Floats, Floats, Floats]:
    x, t_x, t = floats(frequency), floats(recency), floats(age)
    if x.ndim != 1 or not x.shape == t_x.shape == t.shape:
        raise ValueError(f"frequency {x.shape}, recency {t_x.shape} and age {t.shape} must be one per customer")
    wrong = ~(np.isfinite(x) & np.isfinite(t) & (x >= 0) & (t_x >= 0) & (t_x <= t * (1 + 1e-12)))
    wrong |= (x > 0) != (t_x > 0)
    if wrong.any():
        i = int(wrong.argmax())
        raise ValueError(
            f"customer {i}: x = {x[i]}, t_x = {t_x[i]}, T = {t[i]} is no history (0 ≤ t_x ≤ T, and t_x = 0 only where "
            f"x = 0; {int(wrong.sum())} such)"
        )
    return x, t_x, t


def _parameters(theta: Floats) -> tuple[float, float, float, float]:
    r, alpha, total = (float(np.exp(theta[i])) for i in (0, 1, 3))
    share = float(special.expit(theta[2]))
    return r, alpha, total * share, total * float(special.expit(-theta[2]))


class _Likelihood:
    """Equation 6 and its gradient over collapsed rows: gammas once per x, logarithms once per T and t_x."""

    def __init__(self, x: Floats, t_x: Floats, t: Floats, w: Floats) -> None:
        self.n = float(w.sum())
        (self.counts, i), (self.last, j), (self.ages, k) = (np.unique(v, return_inverse=True) for v in (x, t_x, t))
        key = (i * len(self.last) + j) * len(self.ages) + k
        rows, code = np.unique(key, return_inverse=True)
        self.w = np.bincount(code, w, len(rows))
        rest, self.k = np.divmod(rows, len(self.ages))
        self.i, self.j = np.divmod(rest, len(self.last))
        self.per_count = np.bincount(self.i, self.w, len(self.counts))
        self.repeats = self.counts[self.i] > 0

    def at(self, theta: Floats) -> tuple[float, Floats]:
        """The log-likelihood, and its gradient in (log r, log α, logit a/(a + b), log (a + b))."""
        r, alpha, a, b = _parameters(theta)
        x, w = self.counts, self.w
        log_t, log_last = np.log(alpha + self.ages), np.log(alpha + self.last)
        times = (r + x)[self.i]
        drop = np.log(a) - np.log(b + np.maximum(x, 1.0) - 1.0)
        stays, leaves = -times * log_t[self.k], drop[self.i] - times * log_last[self.j]
        leaves = np.where(self.repeats, leaves, -np.inf)
        either = np.logaddexp(stays, leaves)
        per_count = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
        per_count += special.betaln(a, b + x) - special.betaln(a, b)
        value = float(w @ either + self.per_count @ per_count)

        # Shares of the two ways to have been silent since, added up where they meet each x, T and t_x.
        left = w * np.exp(leaves - either)
        stayed = w - left
        left_by_count = np.bincount(self.i, left, len(x))
        psi = special.psi
        d_r = self.per_count @ (psi(r + x) - psi(r) + np.log(alpha)) - stayed @ log_t[self.k] - left @ log_last[self.j]
        d_alpha = self.n * r / alpha - (stayed * times) @ (1 / (alpha + self.ages))[self.k]
        d_alpha -= (left * times) @ (1 / (alpha + self.last))[self.j]
        both = psi(a + b) - psi(a + b + x)
        d_a = self.per_count @ both + left.sum() / a
        d_b = self.per_count @ (both + psi(b + x) - psi(b)) - left_by_count @ (1 / (b + np.maximum(x, 1.0) - 1.0))
        share = a / (a + b)
        d_share = a * (1 - share) * d_a - b * share * d_b
        return value, np.array([r * d_r, alpha * d_alpha, d_share, a * d_a + b * d_b])


def _beta_rule(a: float, b: Floats) -> tuple[Floats, Floats]:
    """Nodes and weights (…, 64) of Gaussian quadrature for the density beta(a, b) on 0 … 1 (Golub & Welsch 1969)."""
    k = np.arange(1, _NODES, dtype=np.float64)
    up, low = b[:, None] - 1.0, a - 1.0
    s = 2 * k + up + low
    diagonal = np.empty((len(b), _NODES))
    diagonal[:, :1] = (low - up) / (low + up + 2)
    diagonal[:, 1:] = (low * low - up * up) / (s * (s + 2))
    # At k = 1 a factor of the general term, k + α + β, stands above as below, and may be zero.
    square = 4 * k * (k + up) * (k + low) / (s * s * (s + 1))
    square[:, 1:] *= (k[1:] + up + low) / (s[:, 1:] - 1)
    matrix = np.zeros((len(b), _NODES, _NODES))
    at = np.arange(_NODES)
    matrix[:, at, at] = (1 + diagonal) / 2
    matrix[:, at[1:], at[:-1]] = np.sqrt(square) / 2
    node, vector = np.linalg.eigh(matrix)
    return np.maximum(node, np.finfo(np.float64).tiny), vector[:, 0, :] ** 2
