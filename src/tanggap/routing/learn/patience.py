"""How long customers wait: grace and rate of giving up, by maximum likelihood from waits that may be cut short.

P(gives up | wait w) = 1 − exp(−θ·max(0, w − w0)). Who was answered only tells that patience lasted so long (a
censored wait); who left tells exactly. For a given grace w0 the likelihood is highest at
θ = leavers/Σ max(0, w − w0), with a few imagined leavers as prior.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tanggap.routing.learn.history import Flags, Floats, History
from tanggap.routing.learn.rates import coded
from tanggap.routing.model import Patience

#: Without any history: a minute of grace, then ten minutes on average.
USUAL: Final = Patience(rate=0.1, grace=1.0)
#: So many imagined leavers say what the wider group says.
IMAGINED_LEAVERS: Final = 5.0
#: Fewer leavers say nothing of a channel's own grace.
LEAVERS_FOR_GRACE: Final = 20
#: Hazard before the grace is over, as a share of that after it: some leave at once, whatever the others do. It keeps
#: one hasty customer from setting everybody's grace to nothing, and enters the choice of w0 only.
HASTY: Final = 0.05
_CANDIDATES: Final = 200
#: What a decision asks about lies within the first half hour.
LOOKED_AT: Final = 30.0
#: Who waited longer waited for another shift and not in a line: it says nothing of the first minutes.
LONGEST: Final = 120.0


def patience_by_channel(history: History) -> tuple[dict[str, Patience], Patience]:
    """Patience on each channel on which anybody waited, and on all together.

    Waits that are negative, unknown or for another shift are left out, and none is looked at beyond its first half
    hour.
    """
    known = np.isfinite(history.wait) & (history.wait >= 0) & (history.wait <= LONGEST)
    wait, left = history.wait[known], history.given_up[known] & (history.wait[known] <= LOOKED_AT)
    wait = np.minimum(wait, LOOKED_AT)
    otherwise = fit(wait, left, USUAL)
    names, channel = coded(history.channel[known])
    order = np.argsort(channel, kind="stable")
    edges = np.searchsorted(channel[order], np.arange(len(names) + 1))
    found: dict[str, Patience] = {}
    for number, name in enumerate(names):
        rows = order[edges[number] : edges[number + 1]]
        if name:
            found[name] = fit(wait[rows], left[rows], otherwise)
    return found, otherwise


def fit(wait: Floats, left: Flags, prior: Patience) -> Patience:
    """Patience from waits in minutes and whether each ended by leaving."""
    grace = prior.grace
    if int(left.sum()) >= LEAVERS_FOR_GRACE:
        grace = _grace(wait, left)
    beyond = np.maximum(wait - grace, 0.0)
    leavers = float((left & (beyond > 0)).sum())
    rate = (leavers + IMAGINED_LEAVERS) / (float(beyond.sum()) + IMAGINED_LEAVERS / prior.rate)
    return Patience(rate=rate, grace=grace)


def _grace(wait: Floats, left: Flags) -> float:
    """The w0 of the highest likelihood, of nothing and the waits of the first half of those who left."""
    gone = np.sort(wait[left])
    tried = np.unique(np.quantile(gone, np.linspace(0.0, 0.5, _CANDIDATES)))
    tried = np.unique(np.append(tried, 0.0))
    ordered = np.sort(wait)
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    longer = len(ordered) - np.searchsorted(ordered, tried)
    after = (sums[-1] - sums[len(ordered) - longer]) - longer * tried
    before = sums[-1] - after
    hasty = np.searchsorted(gone, tried)
    exposure = after + HASTY * before
    leavers = float(len(gone))
    with np.errstate(divide="ignore"):
        likelihood = leavers * np.log(leavers / np.maximum(exposure, 1e-12)) + hasty * np.log(HASTY)
    return float(tried[int(np.argmax(likelihood))])
