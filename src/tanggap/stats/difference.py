"""The interval of a change, from the intervals of the two figures."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tanggap.stats.special import Flags, Floats, floats


def difference(
    x1: ArrayLike, low1: ArrayLike, high1: ArrayLike, x0: ArrayLike, low0: ArrayLike, high0: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """``x1`` − ``x0`` of two independent figures, with its interval: (change, low, high) arrays, in their unit.

    MOVER, the method of variance estimates recovery (Zou & Donner 2008, Statist. Med. 27: 1693–1702): each side
    of the change takes the nearer sides of the two intervals. With Wilson's it is Newcombe's hybrid score
    interval (1998, method 10). NaN wherever one of the six is.
    """
    one, below1, above1 = floats(x1), floats(low1), floats(high1)
    zero, below0, above0 = floats(x0), floats(low0), floats(high0)
    with np.errstate(invalid="ignore"):
        change = one - zero
        low = change - np.hypot(one - below1, above0 - zero)
        high = change + np.hypot(above1 - one, zero - below0)
    unknown = np.isnan(low) | np.isnan(high)
    return change, np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def more_than_chance(low: ArrayLike, high: ArrayLike) -> Flags:
    """Whether a change's interval leaves zero out; False where it is not known."""
    low, high = floats(low), floats(high)
    return np.asarray((low > 0) | (high < 0), dtype=np.bool_)
