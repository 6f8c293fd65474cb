"""Which answers on a scale are satisfied, neutral and dissatisfied.

The cut points are data (``cutoffs``), so that the query engine can put them into an expression and this module
stays the only place that knows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isnan
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tanggap.core.errors import SettingsError

Kind = Literal["csat", "ces", "nps"]
Outcome = Literal["positive", "neutral", "negative"]


@dataclass(frozen=True, order=True)
class Scale:
    """Whole numbers from ``low`` (worst) to ``high`` (best), both included.

    Raises:
        SettingsError: it has fewer than two points.
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.high <= self.low:
            raise SettingsError(
                f"no scale runs from {self.low} to {self.high}", place="scale", hint="give the lowest, then the highest"
            )

    @property
    def points(self) -> int:
        """How many answers it offers."""
        return self.high - self.low + 1

    def error(self, score: float | None) -> str | None:
        """Why ``score`` is no answer on this scale, as a reason for quarantine; None if it is one."""
        if score is None or isnan(score):
            return "no score"
        if not self.low <= score <= self.high:
            return f"score {score:g} is off the scale {self.low} to {self.high}"
        if score != int(score):
            return f"score {score:g} is not a whole number"
        return None


class Cutoffs(NamedTuple):
    """Scores up to ``negative_max`` are negative, from ``positive_min`` on positive, between them neutral."""

    negative_max: int
    positive_min: int


@dataclass(frozen=True)
class Rule:
    """How one kind of survey divides its scales.

    ``cuts`` states scales one by one. Where a scale is not stated, ``outer`` points in a hundred at each end are
    positive and negative (rounded half up to whole points, at least one); None refuses such a scale.
    """

    kind: Kind
    cuts: Mapping[Scale, Cutoffs] = field(default_factory=dict)
    outer: int | None = None

    def cutoffs(self, scale: Scale) -> Cutoffs:
        """The cut points on ``scale``.

        Raises:
            SettingsError: this kind of survey has no rule for that scale, or its cut points cross or leave it.
        """
        cuts = self.cuts.get(scale)
        if cuts is None:
            cuts = self._general(scale)
        if not (scale.low <= cuts.negative_max + 1 and cuts.negative_max < cuts.positive_min <= scale.high):
            raise SettingsError(
                f"{self.kind}: cut points {cuts.negative_max} and {cuts.positive_min} do not divide"
                f" {scale.low} to {scale.high}",
                place=f"surveys.{self.kind}",
                hint="the lowest positive score must be above the highest negative one, both on the scale",
            )
        return cuts

    def with_cutoffs(self, scale: Scale, *, positive_min: int, negative_max: int | None = None) -> Rule:
        """The same rule with other cut points for one scale; without ``negative_max`` the negative end stays as it
        was, or ends below ``positive_min``.

        Raises:
            SettingsError: the cut points cross or leave the scale.
        """
        if negative_max is None:
            usual = self.cuts.get(scale) or self._general(scale)
            negative_max = min(usual.negative_max, positive_min - 1)
        rule = replace(self, cuts=MappingProxyType({**self.cuts, scale: Cutoffs(negative_max, positive_min)}))
        rule.cutoffs(scale)
        return rule

    def _general(self, scale: Scale) -> Cutoffs:
        if self.outer is None:
            known = ", ".join(f"{s.low} to {s.high}" for s in self.cuts)
            raise SettingsError(
                f"{self.kind} has no cut points for the scale {scale.low} to {scale.high}",
                place=f"surveys.{self.kind}",
                hint=f"use {known}, or state its cut points",
            )
        ends = max((scale.points * self.outer + 50) // 100, 1)
        return Cutoffs(scale.low + ends - 1, scale.high - ends + 1)


#: Two fifths at each end give 4-5 and 1-2 on 1-5, and 5-7 and 1-3 on 1-7; 7-10 and 1-4 on 1-10; 3-4 and 1-2 on 1-4.
OUTER_FIFTHS: Final = 40

CSAT: Final = Rule("csat", outer=OUTER_FIFTHS)
CES: Final = Rule("ces", outer=OUTER_FIFTHS)
NPS: Final = Rule("nps", MappingProxyType({Scale(0, 10): Cutoffs(6, 9), Scale(1, 10): Cutoffs(6, 9)}))

RULES: Final[Mapping[str, Rule]] = MappingProxyType({"csat": CSAT, "ces": CES, "nps": NPS})


def cutoffs(kind: str, scale_low: int, scale_high: int, rules: Mapping[str, Rule] = RULES) -> Cutoffs:
    """``(negative_max, positive_min)`` of that kind of survey on that scale.

    Raises:
        SettingsError: no such kind, no such scale, or no rule for it.
    """
    rule = rules.get(kind)
    if rule is None:
        raise SettingsError(f"unknown survey kind {kind!r}", place="surveys", hint=f"one of {', '.join(rules)}")
    return rule.cutoffs(Scale(scale_low, scale_high))


def classify(kind: str, score: int, scale_low: int, scale_high: int, rules: Mapping[str, Rule] = RULES) -> Outcome:
    """Whether an answer is positive, neutral or negative (for NPS: promoter, passive, detractor).

    Raises:
        SettingsError: no such kind, no such scale, or no rule for it.
        ValueError: the score is off the scale; the message is the reason.
    """
    cuts = cutoffs(kind, scale_low, scale_high, rules)
    reason = Scale(scale_low, scale_high).error(score)
    if reason is not None:
        raise ValueError(reason)
    if score >= cuts.positive_min:
        return "positive"
    return "negative" if score <= cuts.negative_max else "neutral"


def signs(
    kind: str, scores: ArrayLike, scale_low: ArrayLike, scale_high: ArrayLike, rules: Mapping[str, Rule] = RULES
) -> NDArray[np.float64]:
    """``classify`` for arrays: 1 positive, 0 neutral, −1 negative, NaN for no score or one off the scale.

    Scores and scales are broadcast; every distinct scale is looked up once.

    Raises:
        SettingsError: no such kind, or a scale that does not exist or has no rule.
    """
    score, low, high = np.broadcast_arrays(
        np.asarray(scores, dtype=np.float64), np.asarray(scale_low), np.asarray(scale_high)
    )
    result = np.full(score.shape, np.nan)
    for bottom, top in sorted({(int(a), int(b)) for a, b in zip(low.flat, high.flat, strict=True)}):
        cuts = cutoffs(kind, bottom, top, rules)
        on = (low == bottom) & (high == top) & (score >= bottom) & (score <= top) & (score == np.floor(score))
        sign = (score >= cuts.positive_min).astype(np.float64) - (score <= cuts.negative_max)
        result = np.where(on, sign, result)
    return result
