"""Exact quantiles of many groups at once, from their values."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tanggap.stats.special import Floats


def grouped_quantiles(values: ArrayLike, sizes: ArrayLike, fractions: ArrayLike) -> Floats:
    """The quantiles of each group at its own ``fractions``, shape (groups, fractions of each); interpolated linearly at
    position f·(n − 1), as ``quantile_cont`` does. NaN where a group has no values, or a fraction is NaN.

    ``values`` are those of the first group, then those of the second, … ; ``sizes`` says how many each has.

    Raises:
        ValueError: the sizes do not add up to the number of values.
    """
    values = np.array(values, dtype=np.float64)  # a copy: each group is put partly in order, in place
    sizes, fractions = np.asarray(sizes, dtype=np.int64), np.asarray(fractions, dtype=np.float64)
    if sizes.sum() != values.size:
        raise ValueError(f"groups of {sizes.sum()} values in all, but {values.size} values")
    ends = np.cumsum(sizes)
    starts = ends - sizes
    known = (sizes > 0)[:, None] & np.isfinite(fractions)
    positions = np.where(known, fractions * (sizes - 1)[:, None], 0.0)
    lower, upper = _ranks(np.floor(positions)), _ranks(np.ceil(positions))
    wanted = np.concatenate([lower, upper], axis=1)
    for start, end, ranks in zip(starts.tolist(), ends.tolist(), wanted, strict=True):
        if start < end:
            values[start:end].partition(ranks)
    if not values.size:
        return np.full(fractions.shape, np.nan)
    places = np.minimum(starts, values.size - 1)[:, None]  # a last group without values begins where none is left
    low, high = values[places + lower], values[places + upper]
    return np.where(known, low + (high - low) * (positions - lower), np.nan)


def _ranks(positions: Floats) -> NDArray[np.int64]:
    return positions.astype(np.int64)
