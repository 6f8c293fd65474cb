"""Intervals of a single figure: shares, means, quantiles, net scores, ratios of sums and rates.

Every function takes arrays (one entry a cell of a scorecard) and returns ``(low, high)`` arrays of the broadcast
shape. No rows: NaN. The interval always holds the figure itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tanggap.stats.special import (
    Counts,
    Floats,
    binomial_cdf,
    binomial_quantile,
    floats,
    gamma_quantile,
    normal_quantile,
    student_quantile,
)

LEVEL: Final = 0.95

#: What is added to (promoters, passives, detractors) before the multinomial variance is taken.
BONETT_PRICE: Final = (1.0, 0.0, 1.0)
ROCKS: Final = (0.75, 1.5, 0.75)


@dataclass(frozen=True)
class Interval:
    """A closed interval of plain numbers; both ends NaN where nothing can be said."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def width(self) -> float:
        """How long it is."""
        return self.high - self.low


def wilson(successes: ArrayLike, n: ArrayLike, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Wilson's score interval of a share, 0 … 1 (Wilson 1927; Newcombe 1998, method 3)."""
    x, n = np.broadcast_arrays(floats(successes), floats(n))
    z = _z(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = x / n
        centre = (x + z * z / 2) / (n + z * z)
        half = z * np.sqrt(n * p * (1 - p) + z * z / 4) / (n + z * z)
        # At 0 and n the formula gives the end itself, but for rounding.
        low = np.where(x == 0, 0.0, np.minimum(centre - half, p))
        high = np.where(x == n, 1.0, np.maximum(centre + half, p))
    return _known(n > 0, low, high)


def student(mean: ArrayLike, sd: ArrayLike, n: ArrayLike, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Student's t interval of a mean, in its unit; ``sd`` is the sample's (divisor n − 1). NaN for fewer than two."""
    mean, sd, n = np.broadcast_arrays(floats(mean), floats(sd), floats(n))
    with np.errstate(divide="ignore", invalid="ignore"):
        half = student_quantile(0.5 + level / 2, np.maximum(n - 1, 1.0)) * sd / np.sqrt(n)
        return _known(n > 1, mean - half, mean + half)


def quantile_ranks(n: ArrayLike, q: float, level: float = LEVEL) -> tuple[Counts, Counts]:
    """The ranks (1-based) of the order statistics that bound the ``q`` quantile, whatever the distribution.

    P(X₍l₎ ≤ ξ ≤ X₍u₎) = P(l ≤ B < u), B binomial(n, q) (David & Nagaraja, Order Statistics, 7.1). They are widened,
    if need be, to hold the interpolated quantile itself. (0, 0) where even the smallest and the largest of n rows leave
    more than (1 − ``level``)/2 beyond one of them: at 95 % below 6 rows of a median, 36 of a 90th percentile.
    """
    n = np.asarray(n, dtype=np.int64)
    tail = (1 - level) / 2
    enough = (max(q, 1 - q) ** n.astype(np.float64) <= tail) & (n > 0)
    position = np.maximum(n - 1, 0) * q
    low = np.minimum(binomial_quantile(tail, n, q), np.floor(position).astype(np.int64) + 1)
    high = np.maximum(binomial_quantile(1 - tail, n, q) + 1, np.ceil(position).astype(np.int64) + 1)
    return np.where(enough, np.maximum(low, 1), 0), np.where(enough, np.minimum(high, n), 0)


def quantile_fractions(n: ArrayLike, q: float, level: float = LEVEL) -> tuple[Floats, Floats]:
    """The fractions at which an engine's ``quantile_cont`` returns those order statistics.

    ``quantile_cont(f)`` interpolates at position f·(n − 1), so the fraction of rank r is (r − 1)/(n − 1). For some
    ranks no double gives the whole number back; the position is then off by its last bit and the value by 1e-9 of
    the gap to its neighbour at most (n up to ten million). NaN where there are no such ranks.
    """
    n = np.asarray(n, dtype=np.int64)
    low, high = quantile_ranks(n, q, level)
    steps = np.maximum(n - 1, 1)
    return _known(low > 0, (low - 1) / steps, (high - 1) / steps)


def quantile_coverage(n: ArrayLike, q: float, level: float = LEVEL) -> Floats:
    """The probability with which the order statistics of ``quantile_ranks`` hold the quantile (continuous data)."""
    n = np.asarray(n, dtype=np.int64)
    low, high = quantile_ranks(n, q, level)
    held = binomial_cdf(high - 1, n, q) - binomial_cdf(low - 1, n, q)
    return np.where(low > 0, held, np.nan)


def multinomial_score(
    promoters: ArrayLike,
    passives: ArrayLike,
    detractors: ArrayLike,
    level: float = LEVEL,
    *,
    added: tuple[float, float, float] = BONETT_PRICE,
) -> tuple[Floats, Floats]:
    """The interval of (promoters − detractors) ÷ all × 100, clipped to −100 … 100: the net score of NPS and CES.

    Wald's interval with the multinomial variance p + d − (p − d)² after ``added`` imagined answers. The default adds
    one to each end (Bonett & Price 2012, J. Educ. Behav. Stat. 37: the same quantity, a difference of two cells of a
    multinomial). ``ROCKS`` (¾, 1½, ¾; Rocks 2016, Am. Statistician 70) is a little shorter. Exact coverage over all
    p and d in steps of 0.01, n = 10: 0.965 in the mean and below 0.93 on 1.5 % of the grid (ROCKS: 0.951, 7.3 %);
    n = 20: 0.959, 0.1 % (0.951, 1.1 %). What falls short has next to no detractors, or next to no promoters.
    """
    counts = [floats(c) for c in (promoters, passives, detractors)]
    plus, zero, minus = np.broadcast_arrays(*counts)
    n = plus + zero + minus
    total = n + sum(added)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, d = (plus + added[0]) / total, (minus + added[2]) / total
        half = _z(level) * np.sqrt(np.maximum(p + d - (p - d) ** 2, 0.0) / total)
        value = (plus - minus) / n
        low = np.maximum(np.minimum(p - d - half, value), -1.0)
        high = np.minimum(np.maximum(p - d + half, value), 1.0)
    return _known(n > 0, 100 * low, 100 * high)


def poisson_rate(count: ArrayLike, exposure: ArrayLike, level: float = LEVEL) -> tuple[Floats, Floats]:
    """The exact interval of a rate, per unit of exposure (Garwood 1936). NaN without exposure."""
    count, exposure = np.broadcast_arrays(floats(count), floats(exposure))
    tail = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(count > 0, gamma_quantile(tail, np.maximum(count, 1.0)), 0.0) / exposure
        high = gamma_quantile(1 - tail, count + 1) / exposure
    return _known((exposure > 0) & (count >= 0), low, high)


def _z(level: float) -> float:
    return float(normal_quantile(0.5 + level / 2))


def _known(known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], low: Floats, high: Floats) -> tuple[Floats, Floats]:
    return np.where(known, low, np.nan), np.where(known, high, np.nan)
