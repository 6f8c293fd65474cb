"""Figures of small groups, pulled towards what larger groups say.

(s + κ·π)/(n + κ): a group's ``n`` rows beside κ imagined ones that are as its parent is. For shares it is the mean of
a beta posterior, for means that of a normal one (Efron & Morris 1977, "Stein's paradox in statistics"; Gelman et al.,
"Bayesian Data Analysis", chapter 5).
"""

from __future__ import annotations

import numpy as np
from scipy.special import chdtri

from tanggap.stats.special import Floats


def shrunk(total: Floats, n: Floats, prior: Floats, kappa: float) -> Floats:
    """The mean of ``n`` rows that sum to ``total``, beside κ imagined ones of mean ``prior``; arrays of one shape.

    Without imagined rows (κ ≤ 0) the rows' own mean, and ``prior`` where there is none.
    """
    if kappa <= 0:
        return np.where(n > 0, total / np.where(n > 0, n, 1.0), prior)
    return (total + kappa * prior) / (n + kappa)


def imagined(total: Floats, n: Floats, *, doubt: float = 0.05) -> float:
    """How many imagined rows without a gap stand beside each group's own where two arms' shares are compared: σ²/τ².

    ``total`` and ``n`` (groups, 2): sums and numbers of rows that are 0 or 1, by arm. σ² is what rows spread, τ² what
    the groups' gaps are apart from nought beyond what chance alone exceeds with probability ``doubt``: infinitely many
    where they are not, 0 where no group has both arms. Source: Bühlmann & Straub 1970 (credibility); τ² by the method
    of moments (DerSimonian & Laird 1986), about nought, from the upper quantile of χ² instead of its mean.
    """
    some = (n > 0).all(axis=1)
    total, n = total[some], n[some]
    mean = total.sum(axis=1) / n.sum(axis=1)
    spread = mean * (1.0 - mean)
    told = spread > 0
    if not told.any():
        return 0.0
    gap, spread = (total[:, 0] / n[:, 0] - total[:, 1] / n[:, 1])[told], spread[told]
    weight = 1.0 / (spread * (1.0 / n[told]).sum(axis=1))
    apart = float(weight @ gap**2) - float(chdtri(len(gap), doubt))
    return float(weight @ spread) / apart if apart > 0 else np.inf
