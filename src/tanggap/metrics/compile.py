"""From figures to queries: which period and bucket a row falls in, one aggregate for many figures, and intervals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import ibis
import ibis.expr.operations as ops
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
from tanggap.metrics.prepared import OWN_MONEY, once_a_customer
from tanggap.metrics.shapes import Context, Figures, Floats, Mean, Percentile, Stock
from tanggap.stats.bootstrap import BLOCKS, SEED, bootstrap_mean
from tanggap.stats.intervals import quantile_fractions

#: A cell: the values of its break-downs, which period (0 asked for, 1 compared with), and the bucket's start.
Key = tuple[tuple[str | None, ...], int, int | None]
#: More different sizes of groups than this, and groups share fractions made for the next smaller size.
_SIZES: Final = 16
_ONCE: Final = ("first_conversations", "first_orders")
#: Periods looked at at once: what is asked for, and what it is compared with.
_PERIODS: Final = 2
#: Stands for a flow's instant before the period began.
_BEFORE: Final = -1
#: Queries made once are kept for the next scorecard of the same shape; not all that a server ever made.
_QUERIES_KEPT: Final = 500
Places = NDArray[np.intp]
#: Where a figure's partials stand in a result: its key, then the partial's name, to the column.
Columns = Mapping[str, Mapping[str, str]]


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
        """``place`` (see :func:`_place`) and ``bucket`` (its start), for every bucket of every period."""
        places: list[np.ndarray[Any, Any]] = []
        starts: list[np.ndarray[Any, Any]] = []
        for which in range(len(self.periods)):
            for bucket in self.edges(which):
                quarters = np.arange(bucket.start // QUARTER, -(-bucket.end // QUARTER), dtype=np.int64)
                places.append(_place(quarters, which))
                starts.append(np.full(quarters.size, bucket.start, np.int64))
        return pa.table({"place": np.concatenate(places), "bucket": np.concatenate(starts)})


def _place(quarter: Any, which: Any) -> Any:
    """A quarter hour since the epoch within a period, as one number; a quarter hour may belong to both periods."""
    return quarter * _PERIODS + which


@dataclass(frozen=True)
class Results:
    """Figures by cell: ``keys`` and, for every metric's key, its arrays in the same order."""

    keys: Sequence[Key]
    figures: Mapping[str, Figures]


@dataclass(frozen=True)
class _Query:
    """A query, and which of its columns holds what."""

    rows: ir.Table
    columns: Columns


_QUERIES: dict[Hashable, _Query] = {}


class Compiler:
    """Turns figures over one fact into aggregates, and aggregates into figures."""

    def __init__(self, engine: Engine, context: Context, frame: Frame) -> None:
        self.engine = engine
        self.context = context
        self.frame = frame
        self._buckets = engine.attach_arrow("buckets", frame.bucket_table()) if frame.grain else None
        self._made_for = (frame, context.as_of, repr(context.settings))

    def compute(self, rows: ir.Table, metrics: Sequence[Metric]) -> Results:
        """The figures of metrics that share fact and date: one aggregate, and one more for intervals that need the
        sizes of the groups.
        """
        if isinstance(metrics[0].shape, Stock):
            return self._stocks(rows, metrics)
        query = self._kept("partials", rows, metrics, lambda: self._partials(rows, metrics))
        found = self.engine.run(query.rows)
        keys = self._keys(found)
        floats = {name: _floats(found[name]) for columns in query.columns.values() for name in columns.values()}
        partials = {
            key: {name: floats[column] for name, column in columns.items()} for key, columns in query.columns.items()
        }
        self._order_statistics(rows, metrics, keys, partials)
        figures = {m.key: m.shape.figures(partials[m.key]) for m in metrics}
        figures = {key: replace(one, foreign=partials[key].get("foreign")) for key, one in figures.items()}
        self._bootstrap(rows, metrics, keys, figures)
        return Results(keys, figures)

    # Queries

    def _kept(
        self, kind: str, rows: ir.Table, metrics: Sequence[Metric], make: Callable[[], _Query], *more: Hashable
    ) -> _Query:
        """What ``make`` makes, made once a process: building an expression takes longer than running it on a small
        lake.
        """
        key = (kind, rows.op(), tuple(metrics), self._made_for, more)
        try:
            known = _QUERIES.get(key)
        except TypeError:  # a figure of somebody's own whose shape cannot be told apart from another
            return make()
        if known is None:
            if len(_QUERIES) >= _QUERIES_KEPT:
                _QUERIES.clear()
            known = _QUERIES[key] = make()
        return known

    def _partials(self, rows: ir.Table, metrics: Sequence[Metric]) -> _Query:
        """The partials of every figure; what several figures need is asked for once."""
        columns: dict[str, dict[str, str]] = {}

        def aggregated(framed: ir.Table) -> ir.Table:
            named: dict[ops.Node, tuple[str, ir.Value]] = {}
            for metric in metrics:
                for name, value in self._partials_of(metric, framed).items():
                    column, _ = named.setdefault(value.op(), (f"{metric.key}__{name}", value))
                    columns.setdefault(metric.key, {})[name] = column
            return self._grouped(framed).aggregate(**dict(named.values()))

        return _Query(self._over_framed(rows, metrics[0], aggregated), columns)

    def _partials_of(self, metric: Metric, rows: ir.Table) -> dict[str, ir.Value]:
        found = metric.shape.partials(rows, self.context)
        if metric.unit is Unit.MONEY and metric.fact in OWN_MONEY:
            other = rows.currency != self.context.settings.shop.currency
            found["foreign"] = (metric.shape.about(rows, self.context) & other.fill_null(False)).sum()
        return found

    def _over_framed(self, rows: ir.Table, metric: Metric, make: Callable[[ir.Table], ir.Table]) -> ir.Table:
        """What ``make`` makes of the framed rows, which hold no more columns than it reads: first it is made of a
        stand-in that has them all.
        """
        whole = self.framed(rows, metric) if metric.fact in _ONCE else rows
        by = {f"by_{name}": whole[metric.breakdowns[name]].type() for name in self.frame.by}
        kinds = {**whole.schema(), **by, "which": "int64", "bucket": "int64"}
        stand_in = ibis.table({metric.dated_by: kinds[metric.dated_by], **kinds}, name="framed")
        query = make(stand_in).op()
        read = {field.name for field in query.find(ops.Field) if field.rel == stand_in.op()}
        made: ir.Table = query.replace({stand_in.op(): self.framed(rows, metric, read).op()}).to_expr()
        return made

    def framed(self, rows: ir.Table, metric: Metric, read: Collection[str] | None = None) -> ir.Table:
        """The rows that fall in a period, with ``which``, ``bucket`` and a column ``by_<name>`` a break-down; of the
        columns those of ``read`` at least (None: all).
        """
        columns = list(rows.columns)
        if read is not None and metric.fact not in _ONCE:
            columns = [name for name in columns if name in read or name == metric.dated_by]
        rows = self._in_periods(rows, metric, columns)
        if metric.fact in _ONCE:
            rows = once_a_customer(metric.fact, rows, metric.dated_by)
        if self._buckets is None:
            return rows.mutate(bucket=ibis.null("int64"))
        place = _place(rows[metric.dated_by] // QUARTER, rows.which)
        return rows.inner_join(self._buckets, place == self._buckets.place).drop("place")

    def _in_periods(self, rows: ir.Table, metric: Metric, columns: Sequence[str]) -> ir.Table:
        """The rows of a period with its number in ``which``; a row of both, where they overlap, counts in each."""
        at, periods = rows[metric.dated_by], self.frame.periods
        inside = [(at >= p.start) & (at < p.end) for p in periods]
        by = {f"by_{name}": rows[metric.breakdowns[name]] for name in self.frame.by}

        def kept(where: ir.BooleanValue, which: ir.IntegerValue) -> ir.Table:
            return rows.filter(where).select(*columns, which=which.cast("int64"), **by)

        if len(periods) == 1:
            return kept(inside[0], ibis.literal(0))
        if periods[0].start < periods[1].end and periods[1].start < periods[0].end:
            return ibis.union(*(kept(where, ibis.literal(number)) for number, where in enumerate(inside)))
        return kept(inside[0] | inside[1], inside[0].ifelse(0, 1))

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
        asked: dict[str, tuple[float, ...]] = {}
        places: dict[str, tuple[Places, Places]] = {}
        medians = {metric.key: metric.shape for metric in metrics if isinstance(metric.shape, Percentile)}
        if not medians:
            return
        for key, shape in medians.items():
            low, high = quantile_fractions(_few_sizes(partials[key]["n"]), shape.q)
            fractions = np.unique(np.concatenate([low, high, [0.0, 1.0]]))
            fractions = fractions[np.isfinite(fractions)]
            places[key] = (np.searchsorted(fractions, low), np.searchsorted(fractions, high))
            asked[key] = tuple(fractions.tolist())

        def aggregated(framed: ir.Table) -> ir.Table:
            return self._grouped(framed).aggregate(**{
                key: shape.value(framed, self.context).quantile(
                    list(asked[key]), where=shape.counted(framed, self.context)
                )
                for key, shape in medians.items()
            })  # fmt: skip

        query = self._kept(
            "order statistics", rows, metrics,
            lambda: _Query(self._over_framed(rows, metrics[0], aggregated), {}), tuple(asked.items()),
        )  # fmt: skip
        found = self.engine.run(query.rows)
        order = {key: place for place, key in enumerate(self._keys(found))}
        rows_of = [order.get(key, -1) for key in keys]
        for key, shape in medians.items():
            lists = found[key].to_pylist()
            first, last = places[key]
            partials[key]["low"] = _picked(lists, rows_of, first) / shape.scale
            partials[key]["high"] = _picked(lists, rows_of, last) / shape.scale

    # Means of money

    def _bootstrap(
        self, rows: ir.Table, metrics: Sequence[Metric], keys: Sequence[Key], figures: dict[str, Figures]
    ) -> None:
        """Replaces the interval of means of money, whose long tail Student's t does not know, by a block bootstrap.

        A row's block is its second modulo a prime: a sample that both engines draw alike.
        """
        means = {m.key: m.shape for m in metrics if m.unit is Unit.MONEY and isinstance(m.shape, Mean)}
        if not means:
            return

        def aggregated(framed: ir.Table) -> ir.Table:
            block = (framed[metrics[0].dated_by] // SECOND) % BLOCKS
            wanted: dict[str, ir.Value] = {}
            for key, shape in means.items():
                counted = shape.counted(framed, self.context)
                value = shape.value(framed, self.context).cast("float64") / shape.scale
                wanted |= {f"{key}__sum": value.sum(where=counted), f"{key}__n": counted.sum()}
            return framed.group_by(*self._columns(), block.name("block")).aggregate(**wanted)

        query = self._kept(
            "bootstrap", rows, metrics, lambda: _Query(self._over_framed(rows, metrics[0], aggregated), {})
        )
        found = self.engine.run(query.rows)
        place = {key: number for number, key in enumerate(keys)}
        cells = np.array([place[key] for key in self._keys(found)], dtype=np.int64)
        blocks = found["block"].to_numpy()
        for key in means:
            sums, counts = np.zeros((len(keys), BLOCKS)), np.zeros((len(keys), BLOCKS))
            sums[cells, blocks] = np.nan_to_num(_floats(found[f"{key}__sum"]))
            counts[cells, blocks] = _floats(found[f"{key}__n"])
            low, high = bootstrap_mean(sums, counts, SEED)
            figures[key] = replace(figures[key], low=low, high=high)

    # Stocks

    def _stocks(self, rows: ir.Table, metrics: Sequence[Metric]) -> Results:
        """Running stocks at the end of every bucket, from what began and ended until then."""
        flows = self._flows(rows, metrics)
        levels: dict[str, dict[Key, float]] = {metric.key: {} for metric in metrics}
        for (number, which, group), flow in flows.items():
            stock = flow.get(_BEFORE, 0.0)
            for edge in self.frame.edges(which):
                stock += flow.get(edge.start, 0.0)
                levels[metrics[number].key][(group, which, edge.start if self.frame.grain else None)] = stock
        keys = list(dict.fromkeys(key for level in levels.values() for key in level)) or [
            ((), which, None) for which in range(len(self.frame.periods)) if not self.frame.by
        ]
        figures = {}
        for metric in metrics:
            level = levels[metric.key]
            counts = np.array([level.get(key, 0.0 if level else np.nan) for key in keys])
            figures[metric.key] = metric.shape.figures({"n": counts})
        return Results(keys, figures)

    def _flows(
        self, rows: ir.Table, metrics: Sequence[Metric]
    ) -> dict[tuple[int, int, tuple[str | None, ...]], dict[int, float]]:
        """How many rows more began than ended in each bucket, by number of the figure, period and group."""
        found = self.engine.run(self._kept("flows", rows, metrics, lambda: self._flow_query(rows, metrics)).rows)
        groups = [found[f"by_{name}"].to_pylist() for name in self.frame.by]
        values = list(zip(*groups, strict=True)) if groups else [()] * found.num_rows
        columns = (found[name].to_pylist() for name in ("number", "which", "bucket", "net"))
        flows: dict[tuple[int, int, tuple[str | None, ...]], dict[int, float]] = {}
        for group, number, which, bucket, net in zip(values, *columns, strict=True):
            flows.setdefault((number, which, group), {})[bucket] = float(net)
        return flows

    def _flow_query(self, rows: ir.Table, metrics: Sequence[Metric]) -> _Query:
        parts: list[ir.Table] = []
        for number, metric in enumerate(metrics):
            shape = metric.shape
            assert isinstance(shape, Stock)
            counted = shape.counted(rows, self.context)
            by = {f"by_{name}": rows[metric.breakdowns[name]] for name in self.frame.by}
            for sign, side in ((1, shape.begins), (-1, shape.ends)):
                for which, period in enumerate(self.frame.periods):
                    # What happens after the last instant known has not happened.
                    latest, instant = min(period.end, self.context.as_of + 1), side(rows, self.context)
                    inside = period.start if self._buckets is None else _place(instant // QUARTER, which)
                    constants = {"number": number, "which": which, "sign": sign}
                    parts.append(rows.filter(counted & (instant < latest)).select(
                        **by, **{name: ibis.literal(value, "int64") for name, value in constants.items()},
                        place_=(instant < period.start).ifelse(_BEFORE, inside).cast("int64"),
                    ))  # fmt: skip
        flows = ibis.union(*parts)
        if self._buckets is None:
            flows = flows.mutate(bucket=flows.place_)
        else:
            flows = flows.left_join(self._buckets, flows.place_ == self._buckets.place)
            flows = flows.mutate(bucket=flows.bucket.fill_null(_BEFORE))
        grouped = flows.group_by(*(f"by_{name}" for name in self.frame.by), "number", "which", "bucket")
        return _Query(grouped.aggregate(net=flows.sign.sum()), {})


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
