"""Figures of small groups, pulled towards what larger groups say: intent → category → all.

(s + κ·π)/(n + κ): a group's ``n`` rows beside κ imagined ones that are as its parent is. For shares it is the mean of
a beta posterior, for means that of a normal one (Efron & Morris 1977, "Stein's paradox in statistics"; Gelman et al.,
"Bayesian Data Analysis", chapter 5). A parent's own doubt is passed on to those who lean on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from tanggap.stats.intervals import LEVEL
from tanggap.stats.special import Counts, Floats, floats, student_quantile

#: How many imagined rows a parent's figure is worth.
KAPPA: Final = 60.0


@dataclass(frozen=True)
class Shrunk:
    """Shrunk figures of groups; arrays of one shape.

    ``value``; ``sd``: the posterior standard deviation, the parent's own doubt included; ``low``, ``high``: the
    central 95 % of the posterior; ``n``: rows; ``prior``: the parent's figure. NaN where it cannot be said.
    """

    value: Floats
    sd: Floats
    low: Floats
    high: Floats
    n: Floats
    prior: Floats


@dataclass(frozen=True)
class Hierarchy:
    """Shrunk figures on three levels: ``intent`` (intents, …), ``category`` (categories, …), ``overall`` (…)."""

    intent: Shrunk
    category: Shrunk
    overall: Shrunk


def shrunk_share(
    successes: ArrayLike,
    n: ArrayLike,
    prior: ArrayLike,
    prior_sd: ArrayLike = 0.0,
    *,
    kappa: float = KAPPA,
    level: float = LEVEL,
) -> Shrunk:
    """Shares, 0 … 1, with their posterior; broadcast shape of ``successes``, ``n``, ``prior`` and ``prior_sd``.

    Beta(s + κπ, n − s + κ(1 − π)), widened for what ``prior`` itself is unsure of: the group leans on it with
    κ/(n + κ), and the interval is that of the beta with the sum of both variances.

    Raises:
        ValueError: κ is not positive, successes lie outside 0 … n, or a prior outside 0 … 1.
    """
    s, n, pi, doubt = np.broadcast_arrays(floats(successes), floats(n), floats(prior), floats(prior_sd))
    if not kappa > 0:
        raise ValueError(f"kappa must be positive, not {kappa}")
    if not ((s >= 0) & (s <= n)).all() or not ((pi >= 0) & (pi <= 1)).all():
        raise ValueError("successes must lie in 0 … n, priors in 0 … 1")
    value = (s + kappa * pi) / (n + kappa)
    whole = value * (1 - value)
    variance = whole / (n + kappa + 1) + (kappa / (n + kappa) * doubt) ** 2
    # A beta's variance is below v(1 − v); the matched one keeps at least the weight of one row or so.
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.maximum(whole / variance - 1, 0.5)
        tail = (1 - level) / 2
        low = special.betaincinv(weight * value, weight * (1 - value), tail)
        high = special.betaincinv(weight * value, weight * (1 - value), 1 - tail)
    sure = (value <= 0) | (value >= 1)
    low, high = np.where(sure, value, low), np.where(sure, value, high)
    return Shrunk(value, np.sqrt(variance), floats(low), floats(high), n * 1.0, pi * 1.0)


def shrunk_mean(
    mean: ArrayLike,
    variance: ArrayLike,
    n: ArrayLike,
    prior: ArrayLike,
    prior_variance: ArrayLike,
    prior_sd: ArrayLike = 0.0,
    *,
    kappa: float = KAPPA,
    level: float = LEVEL,
) -> Shrunk:
    """Means (n·ȳ + κ·μ)/(n + κ), in the rows' unit; broadcast shape.

    ``variance`` is that of the group's rows (n − 1 below; not looked at where n < 2), ``prior`` and
    ``prior_variance`` its parent's; the rows' variance is shrunk likewise. Standard deviation σ/√(n + κ) and the
    parent's doubt × κ/(n + κ); Student's t with n + κ − 1 degrees of freedom. NaN where n = 0 and there is no prior;
    without a prior (NaN) the group's own mean with Student's interval.

    Raises:
        ValueError: κ is not positive, or n is negative.
    """
    args = (mean, variance, n, prior, prior_variance, prior_sd)
    y, spread, n, mu, around, doubt = np.broadcast_arrays(*(floats(a) for a in args))
    if not kappa > 0 or (n < 0).any():
        raise ValueError("kappa must be positive and n not negative")
    lean = np.where(np.isfinite(mu), kappa, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = n + lean
        value = (np.where(n > 0, n * y, 0.0) + np.where(lean > 0, lean * mu, 0.0)) / total
        own, given = np.where(n > 1, (n - 1) * spread, 0.0), np.where(lean > 0, lean * around, 0.0)
        rows = (own + given) / (np.where(n > 1, n - 1, 0.0) + lean)
        sd = np.sqrt(rows / total + np.where(lean > 0, lean * doubt / total, 0.0) ** 2)
        half = student_quantile(0.5 + level / 2, total - 1) * sd
    return Shrunk(value, sd, value - half, value + half, n * 1.0, mu * 1.0)


def hierarchical_shares(
    successes: ArrayLike,
    n: ArrayLike,
    category: ArrayLike,
    *,
    base: float = 0.5,
    kappa: float = KAPPA,
    level: float = LEVEL,
) -> Hierarchy:
    """Shares of intents by way of their categories; ``successes`` and ``n`` (intents, …), ``category`` (intents,).

    Further axes (arms) are shrunk each for itself. Categories are numbered 0 … categories − 1. With no row at all
    the share is ``base``, which is worth one row (Jeffreys' prior where it is ½).

    Raises:
        ValueError: as :func:`shrunk_share`; shapes do not fit; no intent; a category is negative.
    """
    s, n, code = _groups(successes, n, category)
    by = _added(s, code), _added(n, code)
    overall = shrunk_share(s.sum(axis=0), n.sum(axis=0), base, kappa=1.0, level=level)
    kinds = shrunk_share(*by, overall.value, overall.sd, kappa=kappa, level=level)
    intents = shrunk_share(s, n, kinds.value[code], kinds.sd[code], kappa=kappa, level=level)
    return Hierarchy(intents, kinds, overall)


def hierarchical_means(
    mean: ArrayLike,
    variance: ArrayLike,
    n: ArrayLike,
    category: ArrayLike,
    *,
    kappa: float = KAPPA,
    level: float = LEVEL,
) -> Hierarchy:
    """Means (minutes, margins) of intents by way of their categories; arrays (intents, …), ``category`` (intents,).

    ``variance`` of each intent's rows (n − 1 below). NaN throughout where there is no row at all.

    Raises:
        ValueError: as :func:`shrunk_mean`; shapes do not fit; no intent; a category is negative.
    """
    y, n, code = _groups(mean, n, category)
    spread = np.broadcast_to(floats(variance), n.shape)
    y, spread = np.where(n > 0, y, 0.0), np.where(n > 1, spread, 0.0)
    centre, around, rows = (a[0] for a in _pooled(y, spread, n, np.zeros(len(code), dtype=np.int64)))
    overall = shrunk_mean(centre, around, rows, np.nan, np.nan, kappa=kappa, level=level)
    by = _pooled(y, spread, n, code)
    kinds = shrunk_mean(*by, overall.value, around, _known(overall.sd), kappa=kappa, level=level)
    freedom = np.maximum(by[2] - 1, 0.0)
    within = (freedom * _known(by[1]) + kappa * around) / (freedom + kappa)
    doubt = _known(kinds.sd)[code]
    intents = shrunk_mean(y, spread, n, kinds.value[code], within[code], doubt, kappa=kappa, level=level)
    return Hierarchy(intents, kinds, overall)


def _groups(values: ArrayLike, n: ArrayLike, category: ArrayLike) -> tuple[Floats, Floats, Counts]:
    values, n, code = floats(values), floats(n), np.asarray(category, dtype=np.int64)
    if values.ndim < 1 or values.shape != n.shape or code.shape != values.shape[:1]:
        raise ValueError(
            f"values {values.shape} and n {n.shape} must be (intents, …), category {code.shape} (intents,)"
        )
    if not len(code):
        raise ValueError("there must be an intent, one or more")
    if (code < 0).any():
        raise ValueError("categories are numbered from 0")
    return values, n, code


def _added(values: Floats, code: Counts) -> Floats:
    """Rows of the first axis added up by ``code``."""
    total = np.zeros((int(code.max(initial=-1)) + 1, *values.shape[1:]))
    np.add.at(total, code, values)
    return total


def _pooled(mean: Floats, variance: Floats, n: Floats, code: Counts) -> tuple[Floats, Floats, Floats]:
    """Mean, variance (n − 1 below) and rows of groups put together, without subtracting large sums of squares."""
    rows = _added(n, code)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = _added(n * mean, code) / rows
        squares = _added(np.maximum(n - 1, 0.0) * variance + n * (mean - _known(centre)[code]) ** 2, code)
        return centre, np.where(rows > 1, squares / (rows - 1), np.nan), rows


def _known(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, 0.0)
