"""The bias-corrected bootstrap of a ratio of sums, for money: skewed, heavy-tailed, clustered by customer."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tanggap.stats.intervals import LEVEL
from tanggap.stats.special import Floats, floats, normal_cdf, normal_quantile, student_quantile

#: Into how many blocks the rows are to be added up (by a hash of the customer, so that one's rows stay together).
BLOCKS: Final = 199
SEED: Final = 20_260_301
REPLICATES: Final = 1_999
#: Cells at a time: their replicates take 512 × 1999 × 8 bytes twice over.
_CHUNK: Final = 512


def bootstrap_mean(
    sums: ArrayLike,
    counts: ArrayLike,
    seed: int = SEED,
    level: float = LEVEL,
    *,
    replicates: int = REPLICATES,
) -> tuple[Floats, Floats]:
    """The interval of Σ sums ÷ Σ counts from rows added up in blocks, shape (cells, blocks); in the unit of sums.

    Blocks are drawn with replacement; the percentiles are bias-corrected (Efron 1981) and, because few blocks vary
    too little, expanded by Student's t (Hesterberg 2015, Am. Statistician 69: z → t·√(m/(m − 1)), m the blocks that
    hold rows). Every cell sees the same draws, so a cell's interval does not depend on which others are asked for.
    NaN where fewer than two blocks hold rows.

    Raises:
        ValueError: the two shapes differ or are not (cells, blocks).
    """
    sums, counts = floats(sums), floats(counts)
    if sums.shape != counts.shape or sums.ndim != 2:
        raise ValueError(f"sums {sums.shape} and counts {counts.shape} must both be (cells, blocks)")
    cells, blocks = sums.shape
    low, high = np.full(cells, np.nan), np.full(cells, np.nan)
    if not blocks:
        return low, high
    weights = _draws(blocks, seed, replicates)
    for start in range(0, cells, _CHUNK):
        part = slice(start, start + _CHUNK)
        low[part], high[part] = _percentiles(sums[part], counts[part], weights, level)
    return low, high


@lru_cache(maxsize=2)
def _draws(blocks: int, seed: int, replicates: int) -> Floats:
    """How often each block is drawn, shape (blocks, replicates): drawing takes as long as all that is done with it."""
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=replicates).T.astype(np.float64)
    weights.flags.writeable = False
    return weights


def _percentiles(sums: Floats, counts: Floats, weights: Floats, level: float) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        value = sums.sum(axis=1) / counts.sum(axis=1)
        # A draw that meets no row of a thin cell says nothing of it: NaN, sorted to the end and not counted.
        drawn = (sums @ weights) / (counts @ weights)
        drawn[~np.isfinite(drawn)] = np.nan
        valid = np.isfinite(drawn).sum(axis=1)
        held = (counts > 0).sum(axis=1).astype(np.float64)
        # Ties are halves; sums in another order differ in the last bits, which must not count as "below".
        margin = 1e-12 * np.abs(value)[:, None]
        below = (drawn < value[:, None] - margin).sum(axis=1)
        tied = (np.abs(drawn - value[:, None]) <= margin).sum(axis=1)
        share = (below + tied / 2) / valid
        bias = normal_quantile(np.clip(share, 0.5 / valid, 1 - 0.5 / valid))
        t = student_quantile(0.5 + level / 2, np.maximum(held - 1, 1.0)) * np.sqrt(held / (held - 1))
        drawn.sort(axis=1)
        low = _at(drawn, valid, normal_cdf(2 * bias - t))
        high = _at(drawn, valid, normal_cdf(2 * bias + t))
        known = (held > 1) & (valid > 0)
        low, high = np.minimum(low, value), np.maximum(high, value)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _at(ordered: Floats, valid: np.ndarray[tuple[int, ...], np.dtype[np.int_]], p: Floats) -> Floats:
    """The ``p`` quantile of the first ``valid`` entries of each row, interpolated at (B + 1)·p as is usual."""
    position = np.clip(np.nan_to_num(p) * (valid + 1) - 1, 0, np.maximum(valid - 1, 0))
    floor = np.floor(position).astype(np.int64)
    ceiling = np.minimum(floor + 1, np.maximum(valid - 1, 0))
    row = np.arange(len(ordered))
    left, right = ordered[row, floor], ordered[row, ceiling]
    return left + (right - left) * (position - floor)
