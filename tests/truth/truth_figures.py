"""Figures from arrays: how a share, a mean or a percentile is worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from truth_world import Flags, Floats, Words

NAN = float("nan")


@dataclass(frozen=True)
class Answer:
    """What a figure should be; ``maturing`` None where the figure knows of none."""

    value: float
    n: int
    maturing: int = 0


@dataclass(frozen=True)
class Rows:
    """Rows of one kind: the group each belongs to (channel), None where there is none."""

    group: Words


@dataclass(frozen=True)
class Figure:
    """A figure over arrays of equal length. ``at`` dates each row (nan: in no period); ``of`` says which count."""

    at: Floats
    of: Flags
    group: Words | None = None
    top: Flags | None = None
    value: Floats | None = None
    bottom: Floats | None = None
    maturing: Flags | None = None
    how: str = "share"
    labels: Words | None = field(default=None)

    def answer(self, start: int, end: int, group: str | None = None) -> Answer:
        """The figure of a period [start, end), of one group or of all."""
        with np.errstate(invalid="ignore"):
            inside = self.of & (self.at >= start) & (self.at < end)
        if group is not None:
            assert self.group is not None
            inside &= self.group == group
        young = np.zeros_like(inside) if self.maturing is None else inside & self.maturing
        return getattr(self, f"_{self.how}")(inside, young)  # type: ignore[no-any-return]

    def _share(self, inside: Flags, young: Flags) -> Answer:
        counted = inside & ~young
        assert self.top is not None
        n = int(counted.sum())
        return Answer(_over(float((counted & self.top).sum()), n), n, int(young.sum()))

    def _known(self, inside: Flags) -> Floats:
        assert self.value is not None
        found: Floats = self.value[inside & np.isfinite(self.value)]
        return found

    def _mean(self, inside: Flags, young: Flags) -> Answer:
        known = self._known(inside)
        return Answer(_over(float(known.sum()), len(known)), len(known), int(young.sum()))

    def _median(self, inside: Flags, young: Flags) -> Answer:
        known = self._known(inside)
        return Answer(float(np.quantile(known, 0.5)) if len(known) else NAN, len(known), int(young.sum()))

    def _p90(self, inside: Flags, young: Flags) -> Answer:
        known = self._known(inside)
        return Answer(float(np.quantile(known, 0.9)) if len(known) else NAN, len(known), int(young.sum()))

    def _count(self, inside: Flags, young: Flags) -> Answer:
        return Answer(float(inside.sum()), int(inside.sum()))

    def _total(self, inside: Flags, young: Flags) -> Answer:
        known = self._known(inside)
        return Answer(float(known.sum()), len(known))

    def _distinct(self, inside: Flags, young: Flags) -> Answer:
        assert self.labels is not None
        known = [label for label in self.labels[inside] if label is not None]
        return Answer(float(len(set(known))), len(known))

    def _ratio(self, inside: Flags, young: Flags) -> Answer:
        assert self.value is not None
        assert self.bottom is not None
        counted = inside & ~young
        value = _over(float(self.value[counted].sum()), float(self.bottom[counted].sum()))
        return Answer(value, int(counted.sum()), int(young.sum()))

    def _net(self, inside: Flags, young: Flags) -> Answer:
        """``value`` is +1, 0 or −1."""
        known = self._known(inside)
        return Answer(_over(100 * float(known.sum()), len(known)), len(known))


def _over(top: float, bottom: float) -> float:
    return top / bottom if bottom else NAN


def duration(
    prefix: str, *, mean_first: bool, calendar: Floats, working: Floats | None, **rest: object
) -> dict[str, Figure]:
    """The four figures of a duration; both clocks in microseconds."""
    seconds = calendar / 1e6
    named = {("mean" if mean_first else "median"): "", ("median" if mean_first else "mean"): "_other", "p90": "_p90"}
    found: dict[str, Figure] = {}
    for how, suffix in named.items():
        key = f"{prefix}_{how}" if suffix == "_other" else f"{prefix}{suffix}"
        found[key] = Figure(value=seconds, how=how, **rest)  # type: ignore[arg-type]
    if working is not None:
        how = "mean" if mean_first else "median"
        found[f"{prefix}_working"] = Figure(value=working / 1e6, how=how, **rest)  # type: ignore[arg-type]
    return found
