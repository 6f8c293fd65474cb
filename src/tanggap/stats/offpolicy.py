"""What another policy would have earned on logged decisions: IPS, SNIPS, DR and switch-DR, with honest intervals.

An interval is given only where it holds what it says. It is the wider, on each side, of Student's t and of Hall's
1992 transformation of t (J. R. Statist. Soc. B 54: 221–228), which takes the skewness of money out; both rest on the
rows' (or clusters') influence on the estimate, corrected for leverage. The verdict is withheld where too few rows
carry it: by Kish's effective sample size, and by :attr:`Estimate.events`, which tells twenty buyers from twenty rows.
Gates must not look at the very tail they guard against (a sample that missed the big order looks tame): so the
weights and the sizes of rewards enter apart, and sizes are capped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor, log10, sqrt
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from tanggap.stats.intervals import LEVEL
from tanggap.stats.special import Counts, Floats, floats, student_quantile

Method = Literal["ips", "snips", "dr", "switch_dr"]

#: Below these the verdict is withheld.
ENOUGH_EFFECTIVE: Final = 50.0
ENOUGH_EVENTS: Final = 40.0
#: Importance weights average 1 where the log tried all that the other policy would do: standard errors off it.
_OFF: Final = 4.0
#: The share of a policy's decisions that switch-DR may leave to the prediction, which has no interval.
_LEFT_TO_PREDICTION: Final = 0.05


@dataclass(frozen=True)
class Log:
    """Logged decisions, one row each; arrays of equal length.

    ``reward`` in any unit; ``propensity``: the probability with which the logged arm was drawn, above 0 … 1;
    ``action``: the logged arm, 0 … arms − 1; ``cluster``: whose rows hang together (customer or hour-block), as whole
    numbers; None where rows are independent.

    Raises:
        ValueError: lengths differ, there is no row, a reward is not finite, or a propensity is outside (0, 1].
    """

    reward: Floats
    propensity: Floats
    action: Counts
    cluster: Counts | None = None

    def __post_init__(self) -> None:
        shape = self.reward.shape
        others = [self.propensity, self.action] + ([] if self.cluster is None else [self.cluster])
        if len(shape) != 1 or any(a.shape != shape for a in others):
            raise ValueError("reward, propensity, action and cluster must be one per decision")
        if not shape[0]:
            raise ValueError("no decisions to learn from")
        if not np.isfinite(self.reward).all():
            raise ValueError("every reward must be a finite number")
        if not ((self.propensity > 0) & (self.propensity <= 1)).all():
            raise ValueError("every propensity must be above 0 and at most 1")


@dataclass(frozen=True)
class Estimate:
    """A policy's value (or the difference of two) per decision, in the reward's unit.

    ``low``, ``high``: 95 % interval, NaN where the verdict is withheld; ``n``: rows; ``effective``: Kish's effective
    sample size of the importance weights (of a difference: of the lesser policy's); ``events``: how many rows, or
    clusters, carry the estimate; ``max_weight``: the largest importance weight; ``reason``: why withheld, else empty;
    ``more_rows``: about how many more rows like these would allow a verdict (0 where there is one, None where no
    number of such rows would); ``threshold``: switch-DR's largest weight in use.
    """

    method: Method
    value: float
    low: float
    high: float
    n: int
    effective: float
    events: float
    max_weight: float
    verdict_withheld: bool
    reason: str
    more_rows: int | None
    threshold: float | None = None


def ips(log: Log, target: ArrayLike, *, level: float = LEVEL) -> Estimate:
    """Inverse propensity scoring, mean of w·r (Horvitz & Thompson 1952); unbiased.

    ``target``: the other policy's probabilities, (n, arms), or (n,) of the logged arm; w is it over the propensity.

    Raises:
        ValueError: shapes do not fit, or a probability is outside 0 … 1.
    """
    w = _weights(log, target)
    return _verdict(_Scores("ips", w * log.reward, w[:, None], log.reward), log, level)


def snips(log: Log, target: ArrayLike, *, level: float = LEVEL) -> Estimate:
    """Self-normalised: Σ w·r ÷ Σ w (Swaminathan & Joachims 2015, NIPS); shifts with the reward, unlike IPS.

    Arguments and errors as :func:`ips`. NaN where no weight is above zero.
    """
    w = _weights(log, target)
    return _verdict(_ratio(log, w), log, level)


def dr(log: Log, target: ArrayLike, predicted: ArrayLike, *, level: float = LEVEL) -> Estimate:
    """Doubly robust: mean of Σₐ π(a)·q(a) + w·(r − q(logged arm)) (Dudík, Langford & Li 2011, ICML).

    ``target`` and ``predicted`` (n, arms): the other policy's probabilities, and each arm's predicted reward, fitted
    **on other folds** (:func:`folds`): a prediction that saw the row it corrects makes the interval too narrow.

    Raises:
        ValueError: shapes do not fit, a probability is outside 0 … 1, or a prediction is not finite.
    """
    pi, q = _arms(log, target, predicted)
    w = _weights(log, pi)
    rest = log.reward - _of(q, log.action)
    return _verdict(_Scores("dr", (pi * q).sum(axis=1) + w * rest, w[:, None], rest), log, level)


def switch_dr(
    log: Log, target: ArrayLike, predicted: ArrayLike, *, threshold: float | None = None, level: float = LEVEL
) -> Estimate:
    """DR that trusts the prediction where a weight exceeds ``threshold`` (Wang, Agarwal & Dudík 2017, ICML).

    Without a threshold: the least one that leaves at most 5 % of the policy's decisions to the prediction, chosen by
    the weights alone. What is left to it has no interval of its own; so the interval is DR's, which still counts those
    rows, stretched to hold the value, and the verdict is withheld where they are more than 5 %. Arguments and errors
    as :func:`dr`.
    """
    estimate = dr(log, target, predicted, level=level)
    pi, q = _arms(log, target, predicted)
    w = _weights(log, pi)
    if threshold is None:
        order = np.sort(w)
        above = order.sum() - np.cumsum(order)
        threshold = float(order[int(np.argmax(above <= _LEFT_TO_PREDICTION * order.sum()))])
    kept = w <= threshold
    value = float(((pi * q).sum(axis=1) + w * kept * (log.reward - _of(q, log.action))).mean())
    top = float(w[kept].max(initial=0.0))
    estimate = replace(estimate, method="switch_dr", value=value, threshold=threshold, max_weight=top)
    left = float(w[~kept].sum() / max(w.sum(), 1e-300))
    if left > _LEFT_TO_PREDICTION and not estimate.verdict_withheld:
        reason = f"{left:.0%} of the policy's decisions would rest on the prediction alone"
        return replace(estimate, low=np.nan, high=np.nan, verdict_withheld=True, reason=reason, more_rows=None)
    return replace(estimate, low=min(estimate.low, value), high=max(estimate.high, value))


def direct(target: ArrayLike, predicted: ArrayLike) -> float:
    """The direct method, mean of Σₐ π(a)·q(a): a plain number. Its error is bias, so it never has an interval.

    Raises:
        ValueError: the two are not of one shape (n, arms), n ≥ 1.
    """
    pi, q = floats(target), floats(predicted)
    if pi.shape != q.shape or pi.ndim != 2 or not len(pi):
        raise ValueError(f"target {pi.shape} and predicted {q.shape} must both be (n, arms), n ≥ 1")
    return float((pi * q).sum(axis=1).mean())


def contrast(
    log: Log,
    target: ArrayLike,
    baseline: ArrayLike,
    predicted: ArrayLike | None = None,
    *,
    method: Method = "dr",
    level: float = LEVEL,
) -> Estimate:
    """The value of ``target`` less that of ``baseline`` on the same rows: where the two agree nothing is lost to noise.

    Arguments and errors as the method's own (``predicted`` for "dr" alone).

    Raises:
        ValueError: also for "switch_dr", whose two biases need not cancel, and for "dr" without predictions.
    """
    one, two = _weights(log, target), _weights(log, baseline)
    both, gap = np.stack([one, two], axis=1), one - two
    if method == "ips":
        scores = _Scores("ips", gap * log.reward, both, log.reward, gap)
    elif method == "snips":
        a, b = _ratio(log, one), _ratio(log, two)
        scores = _Scores("snips", a.score - b.score, both, log.reward - b.score.mean(), gap)
    elif method == "dr" and predicted is not None:
        pi, q = _arms(log, target, predicted)
        rest = log.reward - _of(q, log.action)
        known = ((pi - floats(baseline)) * q).sum(axis=1)
        scores = _Scores("dr", known + gap * rest, both, rest, gap)
    else:
        raise ValueError(f"a contrast by {method} {'needs predictions' if method == 'dr' else 'is not defined'}")
    return _verdict(scores, log, level)


def effective_size(weights: ArrayLike) -> float:
    """Kish's (Σw)² ÷ Σw² (1965, Survey Sampling): the equal weights that would say as much; 0 where all are zero."""
    w = floats(weights)
    squares = float((w * w).sum())
    return float(w.sum()) ** 2 / squares if squares > 0 else 0.0


def folds(n: int, k: int = 5, cluster: ArrayLike | None = None, *, seed: int = 0) -> Counts:
    """The fold 0 … k − 1 of each of ``n`` rows, at random; rows of a cluster share one. Same seed, same folds.

    Raises:
        ValueError: k is below 2 or above the number of rows or clusters, or clusters are not one per row.
    """
    code = np.arange(n)
    if cluster is not None:
        _, code = np.unique(np.asarray(cluster), return_inverse=True)
        if code.shape != (n,):
            raise ValueError("cluster must be one per row")
    groups = int(code.max(initial=-1)) + 1
    if not 2 <= k <= groups:
        raise ValueError(f"{k} folds of {groups} rows or clusters: at least 2, at most one each")
    return np.asarray((np.random.default_rng(seed).permutation(groups) % k)[code], dtype=np.int64)


@dataclass(frozen=True)
class _Scores:
    """Rows whose mean is the estimate, with what its trustworthiness is read from.

    ``weights`` (n, policies); ``rest``: what a weight multiplies; ``gap``: the difference of two policies' weights.
    """

    method: Method
    score: Floats
    weights: Floats
    rest: Floats
    gap: Floats | None = None


def _ratio(log: Log, w: Floats) -> _Scores:
    """SNIPS as a mean: its value plus each row's influence, w·(r − V)/mean w, over 1 − leverage."""
    total = float(w.sum())
    if total <= 0:
        return _Scores("snips", np.full(len(w), np.nan), w[:, None], np.zeros(len(w)))
    value = float(w @ log.reward) / total
    share = w / total
    if log.cluster is not None:
        _, code = np.unique(log.cluster, return_inverse=True)
        share = floats(np.bincount(code, share)[code])
    rest = log.reward - value
    influence = len(w) * w / total * rest / np.maximum(1 - share, 1e-9)
    # Corrected for leverage the influences no longer add up to zero; the estimate is still V.
    return _Scores("snips", value + influence - influence.mean(), w[:, None], rest)


def _influence(log: Log, score: Floats) -> Floats:
    """What each cluster moves the mean by, corrected for leverage (HC2)."""
    rows, off = np.ones(len(score)), floats(score - score.mean())
    if log.cluster is not None:
        _, code = np.unique(log.cluster, return_inverse=True)
        rows, off = floats(np.bincount(code)), floats(np.bincount(code, off))
    share = rows / len(score)
    return floats(off / len(score) / np.sqrt(np.maximum(1 - share, 1e-9)))


def _verdict(scores: _Scores, log: Log, level: float) -> Estimate:
    n, value = len(scores.score), float(scores.score.mean())
    effective = min(effective_size(w) for w in scores.weights.T)
    used = scores.weights[:, 0] if scores.gap is None else np.abs(scores.gap)
    events = _events(log, used, scores.rest)
    top = float(scores.weights.max())
    low = high = np.nan
    reason, more = _doubt(log, scores, effective, events)
    if not reason:
        influence = _influence(log, scores.score)
        low, high = _interval(value, influence, level)
    return Estimate(scores.method, value, low, high, n, effective, events, top, bool(reason), reason, more)


def _doubt(log: Log, scores: _Scores, effective: float, events: float) -> tuple[str, int | None]:
    """Why there can be no verdict (empty where there can), and how many more rows would help."""
    n = len(scores.score)
    for w in scores.weights.T:
        influence = _influence(log, w)
        error = sqrt(float(influence @ influence))
        if abs(float(w.mean()) - 1) > _OFF * error + 1e-6:
            return f"weights average {w.mean():.2f} and not 1: the log never tried part of what is asked", None
    if effective >= ENOUGH_EFFECTIVE and events >= ENOUGH_EVENTS:
        return "", 0
    if min(effective, events) <= 0:
        return "no row says anything: no reward differs, or the policies never do", None
    wanted = n * (max(ENOUGH_EFFECTIVE / effective, ENOUGH_EVENTS / events) - 1)
    unit = 10 ** max(floor(log10(wanted)) - 1, 0)
    more = ceil(wanted / unit) * unit
    few = f"as good as {effective:.0f} rows, of which {events:.0f} carry the result"
    return f"{few} ({ENOUGH_EFFECTIVE:.0f} and {ENOUGH_EVENTS:.0f} are needed): about {more:,} more rows", more


def _events(log: Log, weights: Floats, rest: Floats) -> float:
    """How many rows or clusters the variance rests on, (Σv)²/Σv² of v = w²·e², weights and sizes taken apart.

    The sizes e, how far ``rest`` is off its median, come from all rows, capped where half of Σe lies below, so that
    this neither sees the largest rewards nor overlooks rows of great weight that happened to earn nothing.
    """
    size = np.abs(rest - np.median(rest))
    if log.cluster is not None:
        _, code = np.unique(log.cluster, return_inverse=True)
        rows = np.bincount(code)
        weights, size = floats(np.bincount(code, weights)), floats(np.bincount(code, size) / rows)
    if not size.sum() > 0:
        return 0.0
    order = np.sort(size)
    top = float(order[int(np.searchsorted(np.cumsum(order), order.sum() / 2))])
    square, capped = weights**2, np.minimum(size, top) ** 2
    return effective_size(square) * effective_size(capped) / len(size)


def _interval(value: float, influence: Floats, level: float) -> tuple[float, float]:
    """Student's t and Hall's transformation of it, the wider on each side; influences add up to the error."""
    m = len(influence)
    error = sqrt(float(influence @ influence))
    t = float(student_quantile(0.5 + level / 2, m - 1))
    if error == 0:
        return value, value
    root = sqrt(m)
    skew = root * float((influence**3).sum()) / error**3
    a = skew / 3
    if abs(a) < 1e-9:
        return value - t * error, value + t * error
    # Hall's cubic in T, which is nearly symmetric, and its inverse at the quantiles of t.
    below, above = (root * float(np.cbrt(1 + 3 * a * (q / root - skew / (6 * m))) - 1) / a for q in (t, -t))
    return value - max(below, t) * error, value - min(above, -t) * error


def _weights(log: Log, target: ArrayLike) -> Floats:
    pi = floats(target)
    if pi.ndim == 2 and len(pi) == len(log.reward):
        pi = _of(pi, log.action)
    if pi.shape != log.reward.shape:
        raise ValueError(f"target {pi.shape} must be (n, arms) or (n,), n = {len(log.reward)}")
    if not ((pi >= 0) & (pi <= 1)).all():
        raise ValueError("a policy's probabilities must lie in 0 … 1")
    return pi / log.propensity


def _arms(log: Log, target: ArrayLike, predicted: ArrayLike) -> tuple[Floats, Floats]:
    pi, q = floats(target), floats(predicted)
    if pi.ndim != 2 or pi.shape != q.shape or len(pi) != len(log.reward):
        raise ValueError(f"target {pi.shape} and predicted {q.shape} must both be (n, arms), n = {len(log.reward)}")
    if not np.isfinite(q).all():
        raise ValueError("every prediction must be a finite number")
    return pi, q


def _of(table: Floats, action: Counts) -> Floats:
    if ((action < 0) | (action >= table.shape[1])).any():
        raise ValueError(f"an action is outside 0 … {table.shape[1] - 1}")
    return floats(table[np.arange(len(action)), action])
