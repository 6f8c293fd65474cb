"""Randomised hour-blocks (switchback): who gets which arm, what the difference was, how much evidence a claim needs.

Blocks are assigned in runs of two, each arm once, which first by a coin: so a day is balanced, and neighbours, who
share weather and workload, are compared with each other. What a block inherits from the one before it is washed out
by leaving out its first minutes. Bojinov, Simchi-Levi & Zhao 2023, "Design and analysis of switchback experiments",
Management Science 69; instants in microseconds UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from math import ceil, sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tanggap.stats.intervals import LEVEL
from tanggap.stats.special import Counts, Floats, floats, normal_quantile, student_quantile

HOUR: Final = 3_600_000_000
#: With fewer pairs of blocks there is no verdict.
ENOUGH_PAIRS: Final = 10
#: Up to so many pairs every assignment is gone through; beyond, this many at random.
_EXACT: Final = 12
_DRAWS: Final = 9_999
_CHUNK: Final = 512


@dataclass(frozen=True)
class Blocks:
    """Rows added up by block, in order of time.

    ``start`` (µs), ``arm`` (0 or 1), ``n`` and ``mean`` of its rows, each (blocks,); ``washed_out``: rows left out at
    the blocks' beginnings.
    """

    start: Counts
    arm: Counts
    n: Counts
    mean: Floats
    washed_out: int


@dataclass(frozen=True)
class Effect:
    """Arm 1 less arm 0, per row, in the value's unit.

    ``low``, ``high``: 95 % interval by block, NaN where the verdict is withheld; ``p_value`` of the randomisation
    test; ``pairs`` of neighbouring blocks compared, holding ``n`` rows; ``left_out``: rows washed out or in blocks
    without a partner; ``reason``: why withheld, else empty.
    """

    difference: float
    low: float
    high: float
    p_value: float
    pairs: int
    n: int
    left_out: int
    verdict_withheld: bool
    reason: str


@dataclass(frozen=True)
class Tier:
    """The evidence for one outcome: rows an arm that its claim needs, and that there are."""

    outcome: str
    needed: int
    present: int

    @property
    def enough(self) -> bool:
        """Whether a claim about this outcome may be made."""
        return self.present >= self.needed


def assign_block(seed: int, block_start: int, *, block: int = HOUR, origin: int = 0) -> int:
    """The arm, 0 or 1, of the block that holds the instant ``block_start``: the same wherever it is asked.

    Blocks of ``block`` µs are counted from ``origin``, which should be a local midnight: then each local day of an
    even number of blocks has as many of one arm as of the other, and opening hours of an even number from an even
    hour too.

    Raises:
        ValueError: block is not positive.
    """
    if block <= 0:
        raise ValueError(f"a block must last longer than {block} µs")
    run, place = divmod((block_start - origin) // block, 2)
    first = blake2b(f"{seed}/{run}".encode(), digest_size=1).digest()[0] & 1
    return first ^ place


def block_starts(occurred_at: ArrayLike, *, block: int = HOUR, origin: int = 0) -> Counts:
    """The start of the block that holds each instant (µs), of the instants' shape.

    Raises:
        ValueError: block is not positive.
    """
    if block <= 0:
        raise ValueError(f"a block must last longer than {block} µs")
    at = np.asarray(occurred_at, dtype=np.int64)
    return np.asarray((at - origin) // block * block + origin, dtype=np.int64)


def block_means(
    occurred_at: ArrayLike,
    value: ArrayLike,
    *,
    seed: int,
    wash_out: int,
    block: int = HOUR,
    origin: int = 0,
) -> Blocks:
    """Adds rows up by block as :func:`assign_block` assigned them; ``occurred_at`` (µs) and ``value`` (n,).

    ``wash_out`` µs at the beginning of every block are left out (as a rule one queue-clearing time), also where the
    arm did not change: else the two arms would be asked at different minutes. Rows whose value is NaN are not known
    and left out. Who must not be part of an experiment is the caller's to leave out.

    Raises:
        ValueError: lengths differ, or the wash-out is negative or as long as the block.
    """
    at, values = np.asarray(occurred_at, dtype=np.int64), floats(value)
    if at.ndim != 1 or at.shape != values.shape:
        raise ValueError(f"occurred_at {at.shape} and value {values.shape} must be one per row")
    if not 0 <= wash_out < block:
        raise ValueError(f"a wash-out of {wash_out} µs leaves nothing of a block of {block} µs")
    known = np.isfinite(values)
    start = block_starts(at, block=block, origin=origin)
    kept = known & (at - start >= wash_out)
    starts, code = np.unique(start[kept], return_inverse=True)
    n = np.bincount(code, minlength=len(starts))
    mean = np.bincount(code, values[kept], len(starts)) / np.maximum(n, 1)
    arm = [assign_block(seed, int(s), block=block, origin=origin) for s in starts]
    return Blocks(starts, np.array(arm, dtype=np.int64), n, mean, int(known.sum() - kept.sum()))


def effect(
    blocks: Blocks, *, block: int = HOUR, origin: int = 0, level: float = LEVEL, replicates: int = _DRAWS, seed: int = 0
) -> Effect:
    """The difference between the arms, by pairs of neighbouring blocks; ``block`` and ``origin`` as they were assigned.

    A pair of n₀ and n₁ rows weighs n₀n₁/(n₀ + n₁). The interval is Student's t on the pairs, each one's residual over
    1 − its share of the weight (HC3: MacKinnon & White 1985), with Kish's number of pairs less one as degrees of
    freedom. The p-value flips the pairs' signs, as the design's coins could have fallen (Fisher's randomisation
    test): all 2^pairs ways up to 12 pairs, else ``replicates`` at random. Under 10 pairs, or where one pair has over a
    third of the weight, the verdict is withheld.
    """
    run, place = np.divmod((blocks.start - origin) // block, 2)
    second = np.flatnonzero((run[1:] == run[:-1]) & (place[1:] == 1) & (place[:-1] == 0)) + 1
    first = second - 1
    sign = np.where(blocks.arm[second] == 1, 1.0, -1.0)
    gap = sign * (blocks.mean[second] - blocks.mean[first])
    n0, n1 = blocks.n[first].astype(np.float64), blocks.n[second].astype(np.float64)
    rows, pairs = int((n0 + n1).sum()), len(gap)
    left_out = blocks.washed_out + int(blocks.n.sum()) - rows
    if not pairs:
        reason = "no two neighbouring blocks both have rows"
        return Effect(np.nan, np.nan, np.nan, np.nan, 0, 0, left_out, True, reason)
    weight = n0 * n1 / (n0 + n1)
    share = weight / weight.sum()
    difference = float(share @ gap)
    p_value = _flips(share * gap, replicates, seed)
    if pairs < ENOUGH_PAIRS or share.max() > 1 / 3:
        reason = f"{pairs} pairs of blocks ({ENOUGH_PAIRS} are needed, none with over a third of the weight)"
        return Effect(difference, np.nan, np.nan, p_value, pairs, rows, left_out, True, reason)
    error = sqrt(float(((share * (gap - difference) / (1 - share)) ** 2).sum()))
    half = float(student_quantile(0.5 + level / 2, 1 / float(share @ share) - 1)) * error
    return Effect(difference, difference - half, difference + half, p_value, pairs, rows, left_out, False, "")


def sample_size(
    difference: float, sd: float | tuple[float, float], *, power: float = 0.8, level: float = LEVEL, design: float = 1.0
) -> int:
    """The rows an arm with which a true ``difference`` of means is found with probability ``power``.

    (z + z')²·(σ₀² + σ₁²)/δ² × the design effect (e.g. Chow, Shao & Wang 2008, "Sample size calculations", 3.2). ``sd``:
    of a row, of both arms or each.

    Raises:
        ValueError: the difference is 0, a standard deviation is negative, or power or level is not inside 0 … 1.
    """
    spread = sd if isinstance(sd, tuple) else (sd, sd)
    if difference == 0 or min(spread) < 0 or not 0 < power < 1 or not 0 < level < 1 or design <= 0:
        raise ValueError("needs a difference, standard deviations of zero or more, and power and level inside 0 … 1")
    z = float(normal_quantile(0.5 + level / 2) + normal_quantile(power))
    return max(ceil(z * z * (spread[0] ** 2 + spread[1] ** 2) / difference**2 * design), 2)


def share_sd(share: float) -> float:
    """The standard deviation of one row of a yes-or-no outcome, √(p(1 − p))."""
    return sqrt(share * (1 - share))


def revenue_sd(conversion: float, order_mean: float, order_cv: float) -> float:
    """The standard deviation of revenue per conversation, most of them zero: m·√(p(1 + cv²) − p²).

    ``conversion`` p, mean m and coefficient of variation of an order's value. With 5 % conversion and cv = 1 a row
    varies 6.2 times its mean, so that a lift of 12 % needs some 40,000 conversations an arm:

        sample_size(0.12 * p * m, revenue_sd(p, m, 1)) = 42,515 for p = 0.05, any m.
    """
    return order_mean * sqrt(conversion * (1 + order_cv**2) - conversion**2)


def tiers(present: int, needed: dict[str, int]) -> tuple[Tier, ...]:
    """The outcomes in order of the rows an arm they need, the soonest to be known first; ``present``: rows an arm."""
    return tuple(Tier(outcome, rows, present) for outcome, rows in sorted(needed.items(), key=lambda item: item[1]))


def _flips(terms: Floats, replicates: int, seed: int) -> float:
    """The share of sign patterns under which the terms add up to at least as much, up or down."""
    m, least = len(terms), abs(float(terms.sum())) * (1 - 1e-12)
    if m <= _EXACT:
        signs = 1.0 - 2.0 * ((np.arange(2**m)[:, None] >> np.arange(m)) & 1)
        return float(np.mean(np.abs(signs @ terms) >= least))
    rng, reached = np.random.default_rng(seed), 0
    for start in range(0, replicates, _CHUNK):
        signs = 1.0 - 2.0 * rng.integers(0, 2, (min(_CHUNK, replicates - start), m))
        reached += int((np.abs(signs @ terms) >= least).sum())
    return (reached + 1) / (replicates + 1)
