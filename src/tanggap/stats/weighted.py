"""One score from the shares of several stages of the journey."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tanggap.stats.intervals import LEVEL, wilson
from tanggap.stats.special import Floats, floats


def weighted_share(
    successes: ArrayLike, n: ArrayLike, weights: ArrayLike, level: float = LEVEL
) -> tuple[Floats, Floats, Floats]:
    """Σ w·share ÷ Σ w over the stages, 0 … 1: (value, low, high), shape (cells,) from (cells, stages).

    The interval combines the stages' Wilson intervals as the delta method combines their variances, each side for
    itself (MOVER for a linear combination: Zou, Huang & Zhang 2009, Comput. Stat. Data Anal. 53). So one stage
    alone gives Wilson's interval, and stages all satisfied keep one, which the delta method's zero variance would
    not. Answers of different stages are taken as independent. A stage without answers is left out together with its
    weight; NaN where no stage has any.

    Raises:
        ValueError: a weight is negative or not finite, or all are zero.
    """
    x, n, w = np.broadcast_arrays(floats(successes), floats(n), floats(weights))
    if not (np.isfinite(w).all() and (w >= 0).all() and (w.size == 0 or (w.sum(axis=-1) > 0).all())):
        raise ValueError("weights must be zero or more and not all zero")
    answered = n > 0
    low, high = wilson(x, n, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(answered, w, 0.0)
        part = part / part.sum(axis=-1, keepdims=True)
        share = np.where(answered, x / n, 0.0)
        value = (part * share).sum(axis=-1)
        below = np.sqrt(((part * np.where(answered, share - low, 0.0)) ** 2).sum(axis=-1))
        above = np.sqrt(((part * np.where(answered, high - share, 0.0)) ** 2).sum(axis=-1))
    return value, value - below, value + above
