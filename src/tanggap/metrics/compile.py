"""From figures to queries: which period and bucket a row falls in, one aggregate for many figures, and intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tanggap.core.instants import SECOND
from tanggap.core.periods import Period, buckets
from tanggap.engine.base import Engine
from tanggap.metrics.declare import Metric
from tanggap.metrics.facts.people import QUARTER
from tanggap.metrics.model import Unit
from tanggap.metrics.prepared import once_a_customer
from tanggap.metrics.shapes import Context, Figures, Floats, Mean, Percentile, Stock
from tanggap.stats.bootstrap import BLOCKS, SEED, bootstrap_mean
from tanggap.stats.intervals import quantile_fractions

#: A cell: the values of its break-downs, which period (0 asked for, 1 compared with), and the bucket's start.
Key = tuple[tuple[str | None, ...], int, int | None]
#: More different sizes of groups than this, and groups share fractions made for the next smaller size.
_SIZES: Final = 16
_ONCE: Final = ("first_conversations", "first_orders")
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Frame:
    """What a scorecard looks at: periods, buckets and break-downs."""

    period: Period
    previous: Period | None
    timezone: str
    grain: str | None
    by: tuple[str, ...]

    @property
    def periods(self) -> list[Period]:
        """The period asked for and, if there is one, the one compared with."""
        return [self.period] if self.previous is None else [self.period, self.previous]

    def edges(self, which: int) -> list[Period]:
        """The buckets of a period; without a grain the period itself."""
        period = self.periods[which]
        return list(buckets(period, self.grain, self.timezone)) if self.grain else [period]

    def bucket_table(self) -> pa.Table:
        """``quarter_number`` (of a quarter hour since the epoch), ``bucket`` (its start) and ``bucket_which`` (the
        period it is of): for every bucket.
        """
        numbers: list[np.ndarray[Any, Any]] = []
        starts: list[np.ndarray[Any, Any]] = []
        periods: list[np.ndarray[Any, Any]] = []
        for which in range(len(self.periods)):
            for bucket in self.edges(which):
                span = np.arange(bucket.start // QUARTER, -(-bucket.end // QUARTER), dtype=np.int64)
                numbers.append(span)
                starts.append(np.full(span.size, bucket.start, np.int64))
                periods.append(np.full(span.size, which, np.int64))
        names = ("quarter_number", "bucket", "bucket_which")
        return pa.table(dict(zip(names, map(np.concatenate, (numbers, starts, periods)), strict=True)))


@dataclass(frozen=True)
class Results:
    """Figures by cell: ``keys`` and, for every metric's key, its arrays in the same order."""

    keys: Sequence[Key]
    figures: Mapping[str, Figures]


class Compiler:
    """Turns figures over one fact into aggregates, and aggregates into figures."""

    def __init__(self, engine: Engine, context: Context, frame: Frame) -> None:
        self.engine = engine
        self.context = context
        self.frame = frame
        self._buckets = engine.attach_arrow("buckets", frame.bucket_table()) if frame.grain else None

    def compute(self, rows: ir.Table, metrics: Sequence[Metric]) -> Results:
        """The figures of metrics that share fact and date: one aggregate, and one more for intervals that need the
        sizes of the groups.
        """
        first = metrics[0]
        if isinstance(first.shape, Stock):
            return self._stocks(rows, metrics)
        framed = self.framed(rows, first)
        named = {
            f"{metric.key}__{name}": expression
            for metric in metrics
            for name, expression in metric.shape.partials(framed, self.context).items()
        }
        found = self.engine.run(self._grouped(framed).aggregate(**named))
        keys = self._keys(found)
        partials = {name: _floats(found[name]) for name in named}
        by_metric = {
            metric.key: {n.split("__", 1)[1]: v for n, v in partials.items() if n.startswith(f"{metric.key}__")}
            for metric in metrics
        }
        self._order_statistics(framed, metrics, keys, by_metric)
        figures = {m.key: m.shape.figures(by_metric[m.key]) for m in metrics}
        self._bootstrap(framed, metrics, keys, figures)
        return Results(keys, figures)

    def framed(self, rows: ir.Table, metric: Metric) -> ir.Table:
        """The rows that fall in a period, with ``which``, ``bucket`` and a column ``by_<name>`` a break-down."""
        rows = self._in_periods(rows, rows[metric.dated_by])
        if metric.fact in _ONCE:
            rows = once_a_customer(metric.fact, rows, metric.dated_by)
        rows = rows.mutate(**{f"by_{name}": rows[metric.breakdowns[name]] for name in self.frame.by})
        if self._buckets is None:
            return rows.mutate(bucket=ibis.null("int64"))
        rows = rows.mutate(quarter_=rows[metric.dated_by] // QUARTER)
        # A quarter hour may belong to both periods where they do not begin on the quarter.
        of_bucket = [rows.quarter_ == self._buckets.quarter_number, rows.which == self._buckets.bucket_which]
        return rows.inner_join(self._buckets, of_bucket).drop("quarter_number", "bucket_which")

    def _in_periods(self, rows: ir.Table, at: ir.Value) -> ir.Table:
        """The rows of a period with its number in ``which``; a row of both, where they overlap, counts in each."""
        periods = self.frame.periods
        inside = [(at >= p.start) & (at < p.end) for p in periods]
        if len(periods) > 1 and periods[0].start < periods[1].end and periods[1].start < periods[0].end:
            return ibis.union(
                *(rows.filter(where).mutate(which=ibis.literal(n, "int64")) for n, where in enumerate(inside))
            )
        which = ibis.cases(*((where, number) for number, where in enumerate(inside)), else_=-1)
        rows = rows.mutate(which=which.cast("int64"))
        return rows.filter(rows.which >= 0)

    def _columns(self) -> list[str]:
        return [*(f"by_{name}" for name in self.frame.by), "which", "bucket"]

    def _grouped(self, rows: ir.Table) -> Any:
        return rows.group_by(*self._columns())

    def _keys(self, found: pa.Table) -> list[Key]:
        groups = [found[f"by_{name}"].to_pylist() for name in self.frame.by]
        values = list(zip(*groups, strict=True)) if groups else [()] * found.num_rows
        return list(zip(values, found["which"].to_pylist(), found["bucket"].to_pylist(), strict=True))

    # Medians and percentiles

    def _order_statistics(
        self, rows: ir.Table, metrics: Sequence[Metric], keys: Sequence[Key], partials: dict[str, dict[str, Floats]]
    ) -> None:
        """Adds ``low`` and ``high`` to the partials of percentiles: the order statistics of each group's size."""
        wanted: dict[str, ir.Value] = {}
        places: dict[str, tuple[Places, Places]] = {}
        for metric in metrics:
            shape = metric.shape
            if not isinstance(shape, Percentile):
                continue
            sizes = _few_sizes(partials[metric.key]["n"])
            fractions = np.unique(np.concatenate([np.stack(quantile_fractions(sizes, shape.q)).ravel(), [0.0, 1.0]]))
            fractions = fractions[np.isfinite(fractions)]
            low, high = quantile_fractions(sizes, shape.q)
            places[metric.key] = (np.searchsorted(fractions, low), np.searchsorted(fractions, high))
            counted = shape.counted(rows, self.context)
            wanted[metric.key] = shape.value(rows, self.context).quantile(fractions.tolist(), where=counted)
        if not wanted:
            return
        found = self.engine.run(self._grouped(rows).aggregate(**wanted))
        order = {key: place for place, key in enumerate(self._keys(found))}
        rows_of = [order.get(key, -1) for key in keys]
        for metric in metrics:
            if metric.key not in wanted:
                continue
            shape = metric.shape
            scale = shape.scale if isinstance(shape, Percentile) else 1.0
            lists = found[metric.key].to_pylist()
            first, last = places[metric.key]
            partials[metric.key]["low"] = _picked(lists, rows_of, first) / scale
            partials[metric.key]["high"] = _picked(lists, rows_of, last) / scale

    # Means of money

    def _bootstrap(
        self, rows: ir.Table, metrics: Sequence[Metric], keys: Sequence[Key], figures: dict[str, Figures]
    ) -> None:
        """Replaces the interval of means of money, whose long tail Student's t does not know, by a block bootstrap.

        A row's block is its second modulo a prime: a sample that both engines draw alike.
        """
        means = [m for m in metrics if m.unit is Unit.MONEY and isinstance(m.shape, Mean)]
        if not means:
            return
        rows = rows.mutate(block=(rows[metrics[0].dated_by] // SECOND) % BLOCKS)
        wanted: dict[str, ir.Value] = {}
        for metric in means:
            shape = metric.shape
            assert isinstance(shape, Mean)
            counted = shape.counted(rows, self.context)
            value = shape.value(rows, self.context).cast("float64") / shape.scale
            wanted[f"{metric.key}__sum"] = value.sum(where=counted)
            wanted[f"{metric.key}__n"] = counted.sum()
        found = self.engine.run(rows.group_by(*self._columns(), "block").aggregate(**wanted))
        place = {key: number for number, key in enumerate(keys)}
        cells = np.array([place[key] for key in self._keys(found)], dtype=np.int64)
        blocks = found["block"].to_numpy()
        for metric in means:
            sums, counts = np.zeros((len(keys), BLOCKS)), np.zeros((len(keys), BLOCKS))
            sums[cells, blocks] = np.nan_to_num(_floats(found[f"{metric.key}__sum"]))
            counts[cells, blocks] = _floats(found[f"{metric.key}__n"])
            low, high = bootstrap_mean(sums, counts, SEED)
            figures[metric.key] = replace(figures[metric.key], low=low, high=high)

    # Stocks

    def _stocks(self, rows: ir.Table, metrics: Sequence[Metric]) -> Results:
        """Running stocks at the end of every bucket, from what began and ended until then."""
        levels: dict[str, dict[Key, float]] = {}
        for metric in metrics:
            shape = metric.shape
            assert isinstance(shape, Stock)
            counted = rows.filter(shape.counted(rows, self.context))
            level: dict[Key, float] = {}
            for which in range(len(self.frame.periods)):
                begun = self._flow(counted, metric, shape.begins, which)
                ended = self._flow(counted, metric, shape.ends, which)
                for group in dict.fromkeys([*begun, *ended]):
                    before = 0.0
                    for edge in [None, *self.frame.edges(which)]:
                        start = edge.start if edge else -1
                        before += begun.get(group, {}).get(start, 0) - ended.get(group, {}).get(start, 0)
                        if edge is not None:
                            level[(group, which, edge.start if self.frame.grain else None)] = before
            levels[metric.key] = level
        keys = list(dict.fromkeys(key for level in levels.values() for key in level)) or [
            ((), which, None) for which in range(len(self.frame.periods)) if not self.frame.by
        ]
        figures = {}
        for metric in metrics:
            level = levels[metric.key]
            counts = np.array([level.get(key, 0.0 if level else np.nan) for key in keys])
            figures[metric.key] = metric.shape.figures({"n": counts})
        return Results(keys, figures)

    def _flow(
        self, rows: ir.Table, metric: Metric, instant: Callable[..., ir.Value], which: int
    ) -> dict[tuple[str | None, ...], dict[int, float]]:
        """How many rows have the instant in each bucket of the period, by group; −1 stands for before it."""
        edges = self.frame.edges(which)
        # What happens after the last instant known has not happened.
        latest = min(self.frame.periods[which].end, self.context.as_of + 1)
        rows = rows.mutate(instant_=instant(rows, self.context))
        rows = rows.filter(rows.instant_ < latest)
        if len(edges) == 1 or self._buckets is None:
            bucket: ir.Value = (rows.instant_ < edges[0].start).ifelse(-1, edges[0].start)
            rows = rows.mutate(flow_bucket=bucket.cast("int64"))
        else:
            quarters = self._buckets.filter(self._buckets.bucket_which == which)
            rows = rows.mutate(quarter_=rows.instant_ // QUARTER)
            rows = rows.left_join(quarters, rows.quarter_ == quarters.quarter_number)
            rows = rows.mutate(flow_bucket=(rows.instant_ < edges[0].start).ifelse(-1, rows.bucket))
        named = {f"by_{name}": rows[metric.breakdowns[name]] for name in self.frame.by}
        rows = rows.mutate(**named)
        found = self.engine.run(rows.group_by(*named, "flow_bucket").aggregate(rows_=rows.count()))
        groups = [found[name].to_pylist() for name in named]
        values = list(zip(*groups, strict=True)) if groups else [()] * found.num_rows
        flows: dict[tuple[str | None, ...], dict[int, float]] = {}
        for group, start, count in zip(
            values, found["flow_bucket"].to_pylist(), found["rows_"].to_pylist(), strict=True
        ):
            flows.setdefault(group, {})[start] = float(count)
        return flows


def _floats(column: pa.ChunkedArray) -> Floats:
    """A column as floats, null as nan."""
    found: Floats = column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return found


def _few_sizes(sizes: Floats) -> Floats:
    """Sizes of groups, few of them: where they are many, each falls back to a smaller one (about a tenth), whose
    order statistics lie a little further out, so that an interval is never too short.
    """
    if np.unique(sizes).size <= _SIZES:
        return sizes
    with np.errstate(divide="ignore"):
        steps = np.floor(np.log2(np.maximum(sizes, 1)) * 8) / 8
    return np.where(sizes > 0, np.floor(2**steps), 0)


def _picked(lists: Sequence[Sequence[float] | None], rows: Sequence[int], places: Places) -> Floats:
    found = [
        np.nan if row < 0 or lists[row] is None or not lists[row] else lists[row][int(place)]  # type: ignore[index]
        for row, place in zip(rows, places, strict=True)
    ]
    return np.array(found, dtype=np.float64)
