"""95 % intervals the long way: equations solved by halving, tails from scipy.stats, sums written out."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import sqrt
from statistics import NormalDist, fmean, stdev

from plain_figures import Answer
from scipy import stats

Interval = tuple[float, float] | None
Z = NormalDist().inv_cdf(0.975)


@lru_cache(maxsize=4_096)
def t(n: int) -> float:
    return float(stats.t.ppf(0.975, n - 1))


def _where(crosses: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses zero."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if crosses(middle) < 0 else (low, middle)
    return (low + high) / 2


@lru_cache(maxsize=4_096)
def wilson(good: int, n: int) -> tuple[float, float]:
    """The shares from which the one seen is 1.96 standard errors, of theirs, away (Wilson 1927)."""
    seen = good / n

    def off(p: float) -> float:
        return (p - seen) - Z * sqrt(p * (1 - p) / n)

    below = 0.0 if good == 0 else _where(lambda p: (p - seen) + Z * sqrt(p * (1 - p) / n), 0, seen)
    return below, 1.0 if good == n else _where(off, seen, 1)


def share(answer: Answer) -> Interval:
    good, n = answer.parts
    return wilson(good, n)


def weighted(answer: Answer) -> Interval:
    """Each stage's distance to its end, weighted and squared, added up (MOVER)."""
    assert answer.value is not None
    low = sqrt(sum((w * (good / n - wilson(good, n)[0])) ** 2 for w, good, n in answer.parts))
    high = sqrt(sum((w * (wilson(good, n)[1] - good / n)) ** 2 for w, good, n in answer.parts))
    return answer.value - low, answer.value + high


def mean(answer: Answer) -> Interval:
    """Student's t."""
    n = len(answer.parts)
    if n < 2:
        return None
    half = t(n) * stdev(answer.parts) / sqrt(n)
    return fmean(answer.parts) - half, fmean(answer.parts) + half


@lru_cache(maxsize=4_096)
def ranks(n: int, hundredths: int) -> tuple[int, int] | None:
    """The last value, counted from the smallest, that the quantile lies below with 2.5 % at most, and the first that it
    lies above with 2.5 % at most; None where there is no such value.
    """
    below = stats.binom.cdf(range(-1, n), n, hundredths / 100)  # of rank r: how likely fewer than r lie below
    low = max((rank for rank in range(1, n + 1) if below[rank] <= 0.025), default=None)
    high = min((rank for rank in range(1, n + 1) if 1 - below[rank] <= 0.025), default=None)
    if low is None or high is None:
        return None
    at = 1 + (n - 1) * hundredths / 100
    return min(low, int(at)), max(high, -int(-at // 1))


def percentile(answer: Answer) -> Interval:
    """Order statistics."""
    hundredths, ordered = answer.parts
    found = ranks(len(ordered), hundredths)
    return None if found is None else (ordered[found[0] - 1], ordered[found[1] - 1])


def count(answer: Answer) -> Interval:
    return poisson(answer.parts[0])


@lru_cache(maxsize=4_096)
def poisson(seen: int) -> tuple[float, float]:
    """The means of which so few, or so many, has a chance of 2.5 % (Garwood 1936)."""
    high = _where(lambda mean: 0.025 - float(stats.poisson.cdf(seen, mean)), 0, 10 * seen + 50)
    if seen == 0:
        return 0.0, high
    return _where(lambda mean: float(stats.poisson.sf(seen - 1, mean)) - 0.025, 0, 10 * seen + 50), high


def total(answer: Answer) -> Interval:
    """A sum over a Poisson number of rows: its variance is the sum of squares."""
    half = Z * sqrt(sum(value**2 for value in answer.parts))
    return sum(answer.parts) - half, sum(answer.parts) + half


def ratio(answer: Answer) -> Interval:
    """Student's t on what each row's top lies above the ratio times its bottom (Cochran, §6.3)."""
    assert answer.value is not None
    n = len(answer.parts)
    if n < 2:
        return None
    rest = [top - answer.value * bottom for top, bottom in answer.parts]
    half = t(n) * sqrt(sum(one**2 for one in rest) / (n - 1)) / sqrt(n) / fmean(bottom for _, bottom in answer.parts)
    return answer.value - half, answer.value + half


def net(answer: Answer) -> Interval:
    """One more on either side, then Wald (Bonett and Price 2012); within −100 and 100, and around the value."""
    assert answer.value is not None
    plus, zero, minus = answer.parts
    n = plus + zero + minus + 2
    good, bad = (plus + 1) / n, (minus + 1) / n
    half = Z * sqrt((good + bad - (good - bad) ** 2) / n)
    low, high = 100 * (good - bad - half), 100 * (good - bad + half)
    return max(min(low, answer.value), -100.0), min(max(high, answer.value), 100.0)


def saving(answer: Answer) -> Interval:
    """The dear rows' mean lies in Student's interval; what was spent is known."""
    solved, spent, dear = answer.parts
    if len(dear) < 2:
        return None
    half = t(len(dear)) * stdev(dear) / sqrt(len(dear))
    return solved * (fmean(dear) - half) - spent, solved * (fmean(dear) + half) - spent


KINDS: dict[str, Callable[[Answer], Interval]] = {
    "share": share, "weighted": weighted, "mean": mean, "percentile": percentile, "count": count, "stock": count,
    "total": total, "ratio": ratio, "net": net, "saving": saving,
}  # fmt: skip


def interval(answer: Answer, lowest: float | None = None, highest: float | None = None) -> Interval:
    """The interval of a figure that lies between bounds; None where nothing can be said."""
    found = KINDS[answer.kind](answer) if answer.value is not None else None
    if found is None:
        return None
    low, high = found
    return low if lowest is None else max(low, lowest), high if highest is None else min(high, highest)


def change(now: Answer, first: Interval, then: Answer, second: Interval) -> Interval:
    """The change and the root of the summed squares of the two nearer distances (MOVER)."""
    if first is None or second is None:
        return None
    assert now.value is not None
    assert then.value is not None
    by = now.value - then.value
    low = sqrt((now.value - first[0]) ** 2 + (second[1] - then.value) ** 2)
    high = sqrt((first[1] - now.value) ** 2 + (then.value - second[0]) ** 2)
    return by - low, by + high
