"""A randomised experiment between two policies, hour-block by hour-block, and what may be claimed from it.

Arms are blocks of time and not conversations, for whoever is given to a person keeps others waiting. Who stands under
guardrails 1 to 3 (a person was asked for, safety, …) is never part of it, nor is an open complaint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tanggap.core.errors import UsageError
from tanggap.core.instants import MINUTE, zone
from tanggap.core.periods import local_midnight
from tanggap.routing.guardrails import person_needed
from tanggap.routing.learn.history import Flags, Floats, History
from tanggap.routing.model import Conversation
from tanggap.stats.switchback import (
    HOUR,
    Effect,
    Tier,
    assign_block,
    block_means,
    block_starts,
    effect,
    revenue_sd,
    sample_size,
    share_sd,
    tiers,
)

#: A block lasts at least so many wash-outs: no more than a quarter of the rows is lost.
WASH_OUTS_A_BLOCK: Final = 4
#: Lengths of a block in hours; all divide the day into an even number of blocks.
_HOURS: Final = (1, 2, 3, 4, 6, 12)
_CLEARED: Final = 0.9

#: What a claim is about, and the least difference that is worth finding: points of conversion, steps of ease, points
#: of customers who return within a week, share of the mean revenue.
LEAST: Final[Mapping[str, float]] = {"conversion": 0.02, "ease": 0.1, "returns": 0.01, "revenue": 0.12}


@dataclass(frozen=True)
class Experiment:
    """A plan; instants in microseconds UTC, ``block`` and ``wash_out`` in microseconds.

    Blocks are counted from ``starts_at``, a local midnight. ``treatment`` is what arm 1 decides by, ``control`` arm 0.
    """

    seed: int
    starts_at: int
    ends_at: int
    block: int
    wash_out: int
    control: str
    treatment: str

    @property
    def blocks(self) -> int:
        """How many blocks it has."""
        return (self.ends_at - self.starts_at) // self.block


@dataclass(frozen=True)
class Usual:
    """What is usual at the shop: shares of conversations, ease's standard deviation, an order's coefficient of
    variation. ``rows_a_block``: conversations of a block; ``correlation``: how far a block's resemble each other.
    """

    conversion: float
    returns: float
    ease_sd: float = 1.0
    order_cv: float = 1.0
    rows_a_block: float = 1.0
    correlation: float = 0.0


@dataclass(frozen=True)
class Finding:
    """One outcome's effect (treatment less control, a conversation), and whether there is enough for a claim."""

    outcome: str
    effect: Effect
    tier: Tier


def plan(
    first: date, days: int, *, clearing_minutes: float, timezone: str, seed: int, control: str = "complexity",
    treatment: str = "value",
) -> Experiment:  # fmt: skip
    """An experiment of whole local days, its wash-out one queue-clearing time, in the shortest blocks that bear it.

    Raises:
        UsageError: no day is left, or the queue takes so long to clear that even half-days would mostly be wash-out.
    """
    if days < 1:
        raise UsageError(f"an experiment of {days} days", place="days", hint="give it at least one")
    wash_out = round(clearing_minutes * MINUTE)
    fits = [hours for hours in _HOURS if 0 <= wash_out * WASH_OUTS_A_BLOCK <= hours * HOUR]
    if not fits:
        raise UsageError(
            f"the queue takes {clearing_minutes:g} minutes to clear", place="clearing_minutes",
            hint="staff it first: no block of half a day or less bears that wash-out",
        )  # fmt: skip
    tz = zone(timezone)
    start, end = (local_midnight(day, tz) for day in (first, first + timedelta(days=days)))
    block = fits[0] * HOUR
    return Experiment(seed, start, start + (end - start) // block * block, block, wash_out, control, treatment)


def clearing_minutes(history: History) -> float:
    """One queue-clearing time: nine in ten who wait for a person are answered within it, and that answer given.

    0 where nobody ever waited.
    """
    waited = history.wait[np.isfinite(history.wait)]
    if not len(waited):
        return 0.0
    worked = history.minutes[np.isfinite(history.minutes) & (history.minutes > 0)]
    return float(np.quantile(waited, _CLEARED)) + (float(np.median(worked)) if len(worked) else 0.0)


def policy_at(experiment: Experiment, conversation: Conversation, now: int) -> str | None:
    """Which policy decides ``conversation``; None outside the experiment, and for whoever is never part of one."""
    if not experiment.starts_at <= now < experiment.ends_at:
        return None
    if person_needed(conversation) is not None or conversation.open_complaint:
        return None
    arm = assign_block(experiment.seed, now, block=experiment.block, origin=experiment.starts_at)
    return experiment.treatment if arm else experiment.control


def counted(experiment: Experiment, occurred_at: ArrayLike) -> Flags:
    """Which instants fall within the experiment and after their block's wash-out."""
    at = np.asarray(occurred_at, np.int64)
    start = block_starts(at, block=experiment.block, origin=experiment.starts_at)
    inside = (at >= experiment.starts_at) & (at < experiment.ends_at)
    return np.asarray(inside & (at - start >= experiment.wash_out), np.bool_)


def findings(
    experiment: Experiment, occurred_at: ArrayLike, outcomes: Mapping[str, Floats], usual: Usual
) -> tuple[Finding, ...]:
    """What came of it, outcome by outcome, the soonest to be known first.

    ``occurred_at`` (µs) of conversations that were part of it; ``outcomes``: a value each, NaN where it is not known
    yet. Outcomes that ``LEAST`` does not name need no fewer conversations than revenue.
    """
    at = np.asarray(occurred_at, np.int64)
    inside = (at >= experiment.starts_at) & (at < experiment.ends_at)
    needed, wanted = rows_needed(usual), {}
    for name in outcomes:
        wanted[name] = needed.get(name, max(needed.values()))
    found: dict[str, Finding] = {}
    for name, values in outcomes.items():
        blocks = block_means(
            at[inside], np.asarray(values, np.float64)[inside], seed=experiment.seed, wash_out=experiment.wash_out,
            block=experiment.block, origin=experiment.starts_at,
        )  # fmt: skip
        present = int(min(blocks.n[blocks.arm == arm].sum() for arm in (0, 1)))
        came = effect(blocks, block=experiment.block, origin=experiment.starts_at)
        found[name] = Finding(name, came, tiers(present, {name: wanted[name]})[0])
    return tuple(sorted(found.values(), key=lambda one: one.tier.needed))


def rows_needed(usual: Usual) -> dict[str, int]:
    """Conversations an arm that each claim needs: conversion, ease and returns soon, revenue last (tens of thousands).

    With a power of 80 % to find the differences of ``LEAST``.
    """
    design = 1 + max(usual.rows_a_block - 1, 0.0) * usual.correlation
    mean = max(usual.conversion, 1e-6)
    spread = {
        "conversion": (LEAST["conversion"], share_sd(usual.conversion)),
        "ease": (LEAST["ease"], usual.ease_sd),
        "returns": (LEAST["returns"], share_sd(usual.returns)),
        "revenue": (LEAST["revenue"] * mean, revenue_sd(mean, 1.0, usual.order_cv)),
    }
    return {name: sample_size(least, sd, design=design) for name, (least, sd) in spread.items()}
