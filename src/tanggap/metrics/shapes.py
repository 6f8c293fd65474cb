"""The shapes a figure can have: share, mean, percentile, count, sum, ratio, net score, stock.

A shape says which partial aggregates it needs of the rows of a group, and how they become a value with its 95 %
interval. Partials of many figures over one fact table are computed in one aggregate.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from tanggap.core.settings import Settings
from tanggap.stats.intervals import multinomial_score, poisson_rate, student, wilson
from tanggap.stats.weighted import weighted_share

Floats = NDArray[np.float64]
#: The arrays of a shape's partials, one entry a cell, by the partial's name.
Partials = Mapping[str, Floats]

_Z = 1.959963984540054


@dataclass(frozen=True)
class Context:
    """What a figure's expression may depend on beside the row: the settings, and the instant up to which anything
    was known.
    """

    settings: Settings
    as_of: int


Condition = Callable[[ir.Table, Context], ir.BooleanValue]
Number = Callable[[ir.Table, Context], ir.NumericValue]


def everything(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """Every row: a column of true, for a lone literal cannot be summed."""
    return rows[rows.columns[0]].notnull() | ibis.literal(True)


@dataclass(frozen=True)
class Figures:
    """Values of one figure in many cells; nan where nothing can be said. ``foreign`` counts rows whose money is in
    another currency than the shop's, which the value leaves out; None where there is no money.
    """

    value: Floats
    low: Floats
    high: Floats
    n: Floats
    maturing: Floats
    foreign: Floats | None = None


#: What a counted row is to a share, or to a net score.
YES_NO: Final = ("yes", "no")
SIDES: Final = ("positive", "neutral", "negative")


class Shape(ABC):
    """How a figure is made of rows. ``roles`` are what a counted row can be to it; none where all are alike.
    ``is_flow``: it grows with the days that are looked at.
    """

    roles: ClassVar[tuple[str, ...]] = ()
    is_flow: ClassVar[bool] = False

    @abstractmethod
    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        """The aggregates it needs, by name."""

    @abstractmethod
    def figures(self, partials: Partials) -> Figures:
        """Value and interval from the aggregates."""

    @abstractmethod
    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        """Which rows the figure counts: those behind its ``n``."""

    def about(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        """Which rows the figure is about, whether or not their value is known."""
        of: Condition = getattr(self, "of", everything)
        return of(rows, context).fill_null(False)

    def role(self, rows: ir.Table, context: Context) -> ir.StringValue:
        """What each counted row is to the figure: one of ``roles``, or null."""
        return ibis.null("string")


def _figures(value: Floats, interval: tuple[Floats, Floats], n: Floats, maturing: Floats | None = None) -> Figures:
    nothing = np.zeros_like(n) if maturing is None else maturing
    known = n > 0
    value, low, high = (np.where(known, part, np.nan) for part in (value, *interval))
    return Figures(value, low, high, n, nothing)


def _where(of: Condition, counted: ir.BooleanValue) -> ir.BooleanValue | None:
    """The rows an aggregate of a value is over: every row needs no condition, for aggregates skip null anyway."""
    return None if of is everything else counted


def _number(rows: ir.Table, of: Condition, value: ir.Value, counted: ir.BooleanValue) -> ir.Value:
    """How many rows are counted."""
    return value.count() if of is everything else rows.count(where=counted)


def _maturing(of: Condition, maturing: Condition, rows: ir.Table, context: Context) -> ir.IntegerScalar:
    """How many rows a figure is about that cannot be known yet."""
    return rows.count(where=of(rows, context) & maturing(rows, context))


@dataclass(frozen=True)
class Share(Shape):
    """Rows of ``of`` that also meet ``top``, as a share; rows that meet ``maturing`` are not decided yet and are
    counted apart. Interval: Wilson.
    """

    roles: ClassVar[tuple[str, ...]] = YES_NO
    top: Condition
    of: Condition = everything
    maturing: Condition | None = None

    def role(self, rows: ir.Table, context: Context) -> ir.StringValue:
        return self.top(rows, context).fill_null(False).ifelse(*YES_NO)

    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        inside = self.of(rows, context)
        if self.maturing is None:
            return inside
        return inside & ~self.maturing(rows, context).fill_null(False)

    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        counted = self.counted(rows, context)
        found = {"n": rows.count(where=counted), "top": rows.count(where=counted & self.top(rows, context))}
        if self.maturing is not None:
            found["maturing"] = _maturing(self.of, self.maturing, rows, context)
        return found

    def figures(self, partials: Partials) -> Figures:
        n, top = partials["n"], partials["top"]
        with np.errstate(divide="ignore", invalid="ignore"):
            value = top / n
        return _figures(value, wilson(top, n), n, partials.get("maturing"))


@dataclass(frozen=True)
class WeightedShare(Shape):
    """The weighted mean of the shares of several parts: rows whose ``part`` column says ``name`` weigh ``weight``. A
    part without rows is left out with its weight; rows of no part that weighs are not counted. Interval: from the
    parts' Wilson intervals (:func:`tanggap.stats.weighted.weighted_share`).
    """

    roles: ClassVar[tuple[str, ...]] = YES_NO
    top: Condition
    part: str
    weights: tuple[tuple[str, float], ...]
    of: Condition = everything

    def role(self, rows: ir.Table, context: Context) -> ir.StringValue:
        return self.top(rows, context).fill_null(False).ifelse(*YES_NO)

    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        weighing = rows[self.part].isin([name for name, weight in self.weights if weight > 0])
        return self.of(rows, context) & weighing

    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        counted = self.counted(rows, context)
        found: dict[str, ir.Value] = {"n": rows.count(where=counted)}
        for number, (name, _) in enumerate(self.weights):
            inside = counted & (rows[self.part] == name)
            found[f"n_{number}"] = rows.count(where=inside)
            found[f"top_{number}"] = rows.count(where=inside & self.top(rows, context))
        return found

    def figures(self, partials: Partials) -> Figures:
        numbers = range(len(self.weights))
        tops = np.stack([partials[f"top_{number}"] for number in numbers], axis=-1)
        sizes = np.stack([partials[f"n_{number}"] for number in numbers], axis=-1)
        value, low, high = weighted_share(tops, sizes, [weight for _, weight in self.weights])
        return _figures(value, (low, high), partials["n"])


@dataclass(frozen=True)
class Mean(Shape):
    """The mean of ``value`` over rows where it is known. Interval: Student's t, or for money a block bootstrap
    (the scorecard sees to that). ``scale`` divides the value: microseconds into seconds.
    """

    value: Number
    of: Condition = everything
    scale: float = 1.0
    maturing: Condition | None = None

    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        return self.of(rows, context) & self.value(rows, context).notnull()

    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        counted = self.counted(rows, context)
        value, where = self.value(rows, context), _where(self.of, counted)
        found = {
            "n": _number(rows, self.of, value, counted),
            "mean": value.mean(where=where) / self.scale,
            "sd": value.std(where=where, how="sample") / self.scale,
        }
        if self.maturing is not None:
            found["maturing"] = _maturing(self.of, self.maturing, rows, context)
        return found

    def figures(self, partials: Partials) -> Figures:
        n, mean = partials["n"], partials["mean"]
        return _figures(mean, student(mean, partials["sd"], n), n, partials.get("maturing"))


@dataclass(frozen=True)
class Percentile(Shape):
    """The exact ``q``-quantile of ``value`` (linear interpolation) over rows where it is known. Interval: order
    statistics, which the scorecard asks for in a second pass.
    """

    value: Number
    q: float = 0.5
    of: Condition = everything
    scale: float = 1.0
    maturing: Condition | None = None

    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        return self.of(rows, context) & self.value(rows, context).notnull()

    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        counted = self.counted(rows, context)
        value = self.value(rows, context)
        where = _where(self.of, counted)
        quantile = value.quantile(self.q, where=where) / self.scale
        found = {"n": _number(rows, self.of, value, counted), "quantile": quantile}
        if self.maturing is not None:
            found["maturing"] = _maturing(self.of, self.maturing, rows, context)
        return found

    def values(self, rows: ir.Table, context: Context) -> ir.ArrayValue:
        """Every value, for an engine that runs in this process: quantile and interval in one pass."""
        counted = self.counted(rows, context)
        return self.value(rows, context).cast("float64").collect(where=counted)

    def figures(self, partials: Partials) -> Figures:
        n = partials["n"]
        unknown = np.full_like(n, np.nan)
        low, high = partials.get("low", unknown), partials.get("high", unknown)
        return _figures(partials["quantile"], (low, high), n, partials.get("maturing"))


@dataclass(frozen=True)
class Count(Shape):
    """How many rows meet ``of``. Interval: Poisson, reading the period as one sample of such periods."""

    is_flow: ClassVar[bool] = True
    of: Condition = everything

    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        return self.of(rows, context)

    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        return {"n": rows.count(where=self.counted(rows, context))}

    def figures(self, partials: Partials) -> Figures:
        n = partials["n"]
        return _figures(n, poisson_rate(n, np.ones_like(n)), n)


@dataclass(frozen=True)
class Distinct(Shape):
    """How many different values of ``column`` the rows that meet ``of`` hold. Interval: Poisson."""

    is_flow: ClassVar[bool] = True
    column: str
    of: Condition = everything

    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        return self.of(rows, context) & rows[self.column].notnull()

    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        counted = self.counted(rows, context)
        return {"n": rows.count(where=counted), "distinct": rows[self.column].nunique(where=counted)}

    def figures(self, partials: Partials) -> Figures:
        distinct = partials["distinct"]
        return _figures(distinct, poisson_rate(distinct, np.ones_like(distinct)), partials["n"])


@dataclass(frozen=True)
class Total(Shape):
    """The sum of ``value`` over rows where it is known. Interval: normal, of a sum over a Poisson number of rows."""

    is_flow: ClassVar[bool] = True
    value: Number
    of: Condition = everything
    scale: float = 1.0

    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        return self.of(rows, context) & self.value(rows, context).notnull()

    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        counted = self.counted(rows, context)
        value = self.value(rows, context).cast("float64") / self.scale
        squares = (value * value).sum(where=counted)
        return {"n": rows.count(where=counted), "total": value.sum(where=counted), "squares": squares}

    def figures(self, partials: Partials) -> Figures:
        total, spread = partials["total"], _Z * np.sqrt(partials["squares"])
        return _figures(total, (total - spread, total + spread), partials["n"])


@dataclass(frozen=True)
class Ratio(Shape):
    """The sum of ``top`` over the sum of ``bottom``, over rows that meet ``of``: so many a day worked; rows that meet
    ``maturing`` are counted apart. Interval: Student's t on the linearised ratio (Cochran, Sampling Techniques, §6.3).
    """

    top: Number
    bottom: Number
    of: Condition = everything
    scale: float = 1.0
    maturing: Condition | None = None

    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        known = self.top(rows, context).notnull() & self.bottom(rows, context).notnull()
        inside = self.of(rows, context) & known
        if self.maturing is None:
            return inside
        return inside & ~self.maturing(rows, context).fill_null(False)

    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        counted = self.counted(rows, context)
        top = self.top(rows, context).cast("float64") / self.scale
        bottom = self.bottom(rows, context).cast("float64")
        found = {
            "n": rows.count(where=counted),
            "top": top.sum(where=counted),
            "bottom": bottom.sum(where=counted),
            "top_top": (top * top).sum(where=counted),
            "top_bottom": (top * bottom).sum(where=counted),
            "bottom_bottom": (bottom * bottom).sum(where=counted),
        }
        if self.maturing is not None:
            found["maturing"] = _maturing(self.of, self.maturing, rows, context)
        return found

    def figures(self, partials: Partials) -> Figures:
        n, top, bottom = partials["n"], partials["top"], partials["bottom"]
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(bottom > 0, top / bottom, np.nan)
            squares = partials["top_top"] - 2 * value * partials["top_bottom"] + value**2 * partials["bottom_bottom"]
            spread = np.sqrt(np.maximum(squares, 0) / (n - 1)) * n / bottom
        return _figures(value, student(value, spread, n), n, partials.get("maturing"))


@dataclass(frozen=True)
class NetScore(Shape):
    """Share of ``positive`` less share of ``negative`` among rows of ``of``, −100 … 100. Interval: multinomial,
    with a small-sample correction.
    """

    roles: ClassVar[tuple[str, ...]] = SIDES
    positive: Condition
    negative: Condition
    of: Condition = everything

    def role(self, rows: ir.Table, context: Context) -> ir.StringValue:
        positive, neutral, negative = SIDES
        against = self.negative(rows, context).fill_null(False).ifelse(negative, neutral)
        return self.positive(rows, context).fill_null(False).ifelse(positive, against)

    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        return self.of(rows, context)

    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        counted = self.counted(rows, context)
        return {
            "n": rows.count(where=counted),
            "positive": rows.count(where=counted & self.positive(rows, context)),
            "negative": rows.count(where=counted & self.negative(rows, context)),
        }

    def figures(self, partials: Partials) -> Figures:
        n, positive, negative = partials["n"], partials["positive"], partials["negative"]
        with np.errstate(divide="ignore", invalid="ignore"):
            value = (positive - negative) / n * 100
        return _figures(value, multinomial_score(positive, n - positive - negative, negative), n)


@dataclass(frozen=True)
class Stock(Shape):
    """How many rows are under way at an instant: begun by then and not ended. Counted at the end of each bucket
    from flows, so that it is a running stock and never created less closed of the bucket alone.

    ``begins`` and ``ends`` are instants of a row; a null end is still under way. ``since`` (by default ``begins``) is
    when a row is first watched: until then, an empty stock is no data and not zero. Interval: Poisson.
    """

    begins: Number
    ends: Number
    of: Condition = everything
    since: Number | None = None

    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        begins, ends = self.begins(rows, context), self.ends(rows, context)
        lasts = ends.isnull() | (ends > begins)
        return self.of(rows, context) & begins.notnull() & lasts.fill_null(True)

    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        return {"n": rows.count(where=self.counted(rows, context))}

    def figures(self, partials: Partials) -> Figures:
        stock = partials["n"]
        low, high = poisson_rate(stock, np.ones_like(stock))
        # An empty queue is a fact; nan, where nothing was queued yet, is a lack of data.
        return Figures(stock, low, high, np.nan_to_num(stock), np.zeros_like(stock))


@dataclass(frozen=True)
class Saving(Shape):
    """What ``cheap`` rows would have cost at the mean cost of ``dear`` rows, less what they did cost; those that meet
    ``maturing`` are counted apart. Interval: from that of the dear rows' mean.
    """

    is_flow: ClassVar[bool] = True
    cost: Number
    cheap: Condition
    dear: Condition
    maturing: Condition

    def about(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        return self.cheap(rows, context).fill_null(False)

    def counted(self, rows: ir.Table, context: Context) -> ir.BooleanValue:
        young = self.maturing(rows, context).fill_null(False)
        return self.cheap(rows, context) & self.cost(rows, context).notnull() & ~young

    def partials(self, rows: ir.Table, context: Context) -> dict[str, ir.Value]:
        counted = self.counted(rows, context)
        dear = self.dear(rows, context) & self.cost(rows, context).notnull()
        cost = self.cost(rows, context).cast("float64")
        return {
            "n": rows.count(where=counted),
            "spent": cost.sum(where=counted),
            "dear_n": rows.count(where=dear),
            "dear_mean": cost.mean(where=dear),
            "dear_sd": cost.std(where=dear, how="sample"),
            "maturing": _maturing(self.cheap, self.maturing, rows, context),
        }

    def figures(self, partials: Partials) -> Figures:
        n, mean, spent = partials["n"], partials["dear_mean"], partials["spent"]
        low, high = student(mean, partials["dear_sd"], partials["dear_n"])
        return _figures(n * mean - spent, (n * low - spent, n * high - spent), n, partials["maturing"])
