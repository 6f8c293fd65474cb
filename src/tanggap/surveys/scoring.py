"""What the answers score: CSAT, CES, NPS and the response rate, from counts, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tanggap.stats.intervals import LEVEL, multinomial_score, wilson
from tanggap.stats.special import Floats, floats
from tanggap.stats.weighted import weighted_share


@dataclass(frozen=True)
class Scores:
    """A score per cell with its interval and the answers behind it; all four arrays of one shape.

    Shares are 0 … 1, net scores −100 … 100. NaN where ``n`` is 0: there is no score, not a score of zero.
    """

    value: Floats
    low: Floats
    high: Floats
    n: Floats


def csat(positive: ArrayLike, n: ArrayLike, level: float = LEVEL) -> Scores:
    """The share of satisfied answers, 0 … 1, with Wilson's interval."""
    return _share(positive, n, level)


def response_rate(answered: ArrayLike, sent: ArrayLike, level: float = LEVEL) -> Scores:
    """The share of invitations that were answered, 0 … 1, with Wilson's interval; ``n`` counts the sent ones."""
    return _share(answered, sent, level)


def ces(easy: ArrayLike, neutral: ArrayLike, hard: ArrayLike, level: float = LEVEL) -> Scores:
    """Per cent who found it easy less per cent who found it hard, −100 … 100."""
    return _net(easy, neutral, hard, level)


def nps(promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike, level: float = LEVEL) -> Scores:
    """Per cent promoters less per cent detractors, −100 … 100."""
    return _net(promoters, passives, detractors, level)


def weighted_csat(positive: ArrayLike, n: ArrayLike, weights: ArrayLike, level: float = LEVEL) -> Scores:
    """The weighted mean of the stages' shares, 0 … 1: shape (cells, stages) in, (cells,) out.

    A stage nobody answered is left out with its weight; ``n`` counts the answers of the stages that carry weight.

    Raises:
        ValueError: a weight is negative, or all are zero.
    """
    value, low, high = weighted_share(positive, n, weights, level)
    counted = np.where(floats(weights) > 0, floats(n), 0.0)
    return Scores(value, low, high, np.asarray(counted.sum(axis=-1), dtype=np.float64))


def _share(part: ArrayLike, whole: ArrayLike, level: float) -> Scores:
    x, n = np.broadcast_arrays(floats(part), floats(whole))
    low, high = wilson(x, n, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Scores(np.where(n > 0, x / n, np.nan), low, high, n)


def _net(positive: ArrayLike, neutral: ArrayLike, negative: ArrayLike, level: float) -> Scores:
    plus, zero, minus = np.broadcast_arrays(floats(positive), floats(neutral), floats(negative))
    n = plus + zero + minus
    low, high = multinomial_score(plus, zero, minus, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Scores(np.where(n > 0, 100 * ((plus - minus) / n), np.nan), low, high, n)
