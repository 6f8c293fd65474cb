"""Figures of small groups, pulled towards what larger groups say.

(s + κ·π)/(n + κ): a group's ``n`` rows beside κ imagined ones that are as its parent is. For shares it is the mean of
a beta posterior, for means that of a normal one (Efron & Morris 1977, "Stein's paradox in statistics"; Gelman et al.,
"Bayesian Data Analysis", chapter 5).
"""

from __future__ import annotations

import numpy as np

from tanggap.stats.special import Floats


def shrunk(total: Floats, n: Floats, prior: Floats, kappa: float) -> Floats:
    """The mean of ``n`` rows that sum to ``total``, beside κ imagined ones of mean ``prior``; arrays of one shape.

    Without imagined rows (κ ≤ 0) the rows' own mean, and ``prior`` where there is none.
    """
    if kappa <= 0:
        return np.where(n > 0, total / np.where(n > 0, n, 1.0), prior)
    return (total + kappa * prior) / (n + kappa)
