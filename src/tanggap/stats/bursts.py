"""Weeks with more reviews than the shop's own other weeks explain: a burst that looks bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tanggap.stats.special import Flags, Floats, floats, gamma_quantile, negative_binomial_tail

#: A week is flagged when a count as large would come once in a thousand of the shop's weeks.
ALPHA: Final = 0.001
#: With fewer other weeks their spread says too little, and nobody is accused.
MIN_OTHER_WEEKS: Final = 8
#: The spread of the other weeks is read at its upper 90 % limit, since an underestimate accuses the innocent.
_DOUBT: Final = 0.10


@dataclass(frozen=True)
class Bursts:
    """Per week: ``p``, the probability of a count as large or larger (NaN: cannot be said), and ``flag``."""

    p: Floats
    flag: Flags


def bursts(counts: ArrayLike, alpha: float = ALPHA, min_other_weeks: int = MIN_OTHER_WEEKS) -> Bursts:
    """How surprising each week's count is, given the other weeks of the same shop; shape (…, weeks).

    ``counts`` has NaN for weeks the shop did not exist. The week is compared with the gamma-Poisson (negative
    binomial) prediction from the m others: mean (S + ½)/m (Jeffreys' prior), variance max(s², mean)·(1 + 1/m). For
    a shop whose weeks vary as Poisson this is the usual predictive distribution of a Poisson count; for one that
    varies more, its own variance is what counts, taken at the upper 90 % limit of s² (χ²). Simulated chance of a
    false flag at 0.001: at most 0.0003 for Poisson weeks, at most 0.0013 with 12 other weeks or more where
    rates vary by 45–80 % (0.0018 with 8). Two bursts in one history hide each other in part: the test is
    deliberately mild.
    """
    y = floats(counts)
    known = np.isfinite(y)
    filled = np.where(known, y, 0.0)
    others = known.sum(axis=-1, keepdims=True) - 1.0
    total = filled.sum(axis=-1, keepdims=True) - filled
    # Squares about a common centre: subtracting one week from sums about zero would lose digits.
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = filled.sum(axis=-1, keepdims=True) / (others + 1)
        off = np.where(known, y - centre, 0.0)
        off_sum = off.sum(axis=-1, keepdims=True) - off
        squares = (off**2).sum(axis=-1, keepdims=True) - off**2 - off_sum**2 / others
        upper = np.maximum(squares, 0.0) / (2 * gamma_quantile(_DOUBT, np.maximum(others - 1, 1.0) / 2))
        mean = (total + 0.5) / others
        p = negative_binomial_tail(y, mean, np.maximum(upper, mean) * (1 + 1 / others))
    p = np.where(known & (others >= min_other_weeks), p, np.nan)
    return Bursts(p=p, flag=np.asarray(p < alpha, dtype=np.bool_))
