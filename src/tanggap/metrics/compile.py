"""From figures to queries: which period and bucket a row falls in, one aggregate for many figures, and intervals."""

from __future__ import annotations

from bisect import bisect_left
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
from tanggap.engine.base import Engine
from tanggap.metrics.declare import Metric
from tanggap.metrics.frame import Frame, passed
from tanggap.metrics.model import Unit
from tanggap.metrics.prepared import ONCE_A_CUSTOMER, OWN_MONEY, once_a_customer
from tanggap.metrics.shapes import Context, Figures, Floats, Mean, Percentile, Stock, everything
from tanggap.stats.bootstrap import BLOCKS, SEED, bootstrap_mean
from tanggap.stats.intervals import quantile_fractions
from tanggap.stats.quantiles import grouped_quantiles

#: A cell: the values of its break-downs, which period (0 asked for, 1 compared with), and the bucket's start.
Key = tuple[tuple[str | None, ...], int, int | None]
#: More different sizes of groups than this, and groups of about one size share their fractions.
_SIZES: Final = 16
#: Queries made once are kept for the next scorecard of the same shape; not all that a server ever made.
_QUERIES_KEPT: Final = 500
Places = NDArray[np.intp]
#: Where a figure's partials stand in a result: its key, then the partial's name, to the column.
Columns = Mapping[str, Mapping[str, str]]


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
        self._cells = frame.cells()
        self._made_for = (frame, context.as_of, repr(context.settings), engine.in_process)

    def compute(self, rows: ir.Table, metrics: Sequence[Metric]) -> Results:
        """The figures of metrics that share fact and date: one aggregate; one more for means of money; and where the
        engine runs elsewhere, one more for the intervals of medians.
        """
        if isinstance(metrics[0].shape, Stock):
            return self._stocks(rows, metrics)
        query = self._kept("partials", rows, metrics, lambda: self._partials(rows, metrics))
        found = self.engine.run(query.rows)
        keys = self._keys(found)
        floats = {name: _floats(found[name]) for name in found.column_names if _is_number(found[name].type)}
        partials = {
            key: {name: floats[column] for name, column in columns.items() if column in floats}
            for key, columns in query.columns.items()
        }
        if self.engine.in_process:
            self._quantiles(found, query.columns, metrics, partials)
        else:
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
        if self.engine.in_process and isinstance(metric.shape, Percentile):
            del found["quantile"]
            found["values"] = metric.shape.values(rows, self.context)
        if metric.unit is Unit.MONEY and metric.fact in OWN_MONEY:
            other = rows.currency != self.context.settings.shop.currency
            found["foreign"] = rows.count(where=metric.shape.about(rows, self.context) & other)
        return found

    def _over_framed(self, rows: ir.Table, metric: Metric, make: Callable[[ir.Table], ir.Table]) -> ir.Table:
        """What ``make`` makes of the framed rows, which hold no more columns than it reads: first it is made of a
        stand-in that has them all.
        """
        by = {f"by_{name}": rows[metric.breakdowns[name]].type() for name in self.frame.by}
        kinds = {**rows.schema(), **by, "which": "int64", "cell": "int64"}
        if metric.fact in ONCE_A_CUSTOMER:
            kinds |= self.framed(rows, metric).schema()
        stand_in = ibis.table({metric.dated_by: kinds[metric.dated_by], **kinds}, name="framed")
        query = make(stand_in).op()
        read = {field.name for field in query.find(ops.Field) if field.rel == stand_in.op()}
        made: ir.Table = query.replace({stand_in.op(): self.framed(rows, metric, read).op()}).to_expr()
        return made

    def framed(self, rows: ir.Table, metric: Metric, read: Collection[str] | None = None) -> ir.Table:
        """The rows that fall in a period, with ``cell`` (see :meth:`Frame.cells`) and a column ``by_<name>`` a
        break-down; of the columns those of ``read`` at least (None: all).
        """
        needed = ONCE_A_CUSTOMER.get(metric.fact, ())
        wanted = {*(rows.columns if read is None else read), metric.dated_by, *needed}
        columns = [name for name in rows.columns if name in wanted]
        framed = [self._in_periods(rows, metric, columns, part) for part in self.frame.parts]
        if needed:
            starts = [period.start for period in self.frame.periods]
            framed = [once_a_customer(metric.fact, part, metric.dated_by, starts, read) for part in framed]
        return framed[0] if len(framed) == 1 else ibis.union(*framed)  # a row of both periods counts in each

    def _in_periods(self, rows: ir.Table, metric: Metric, columns: Sequence[str], part: tuple[int, ...]) -> ir.Table:
        at = rows[metric.dated_by]
        by = {f"by_{name}": rows[metric.breakdowns[name]] for name in self.frame.by}
        which = self.frame.within(at, part[:1]).ifelse(part[0], part[-1]) if len(part) > 1 else ibis.literal(part[0])
        framed = rows.filter(self.frame.within(at, part))
        return framed.select(*columns, which=which.cast("int64"), cell=self.frame.cell(at, part), **by)

    def _columns(self) -> list[str]:
        return [*(f"by_{name}" for name in self.frame.by), "cell"]

    def _grouped(self, rows: ir.Table) -> Any:
        return rows.group_by(*self._columns())

    def _groups(self, found: pa.Table) -> list[tuple[str | None, ...]]:
        values = [found[f"by_{name}"].to_pylist() for name in self.frame.by]
        return list(zip(*values, strict=True)) if values else [()] * found.num_rows

    def _keys(self, found: pa.Table) -> list[Key]:
        cells = (self._cells[number] for number in found["cell"].to_pylist())
        return [(group, *cell) for group, cell in zip(self._groups(found), cells, strict=True)]

    # Medians and percentiles

    def _quantiles(
        self, found: pa.Table, columns: Columns, metrics: Sequence[Metric], partials: dict[str, dict[str, Floats]]
    ) -> None:
        """Adds ``quantile``, ``low`` and ``high`` to the partials of percentiles, from the values of each group."""
        for metric in metrics:
            if isinstance(shape := metric.shape, Percentile):
                lists = found[columns[metric.key]["values"]].combine_chunks()
                low, high = _few_fractions(partials[metric.key]["n"], shape.q)
                fractions = np.stack([np.full_like(low, shape.q), low, high], axis=1)
                sizes = lists.value_lengths().fill_null(0)
                made = grouped_quantiles(lists.flatten().to_numpy(), sizes.to_numpy(), fractions) / shape.scale
                partials[metric.key] |= dict(zip(("quantile", "low", "high"), made.T, strict=True))

    def _order_statistics(
        self, rows: ir.Table, metrics: Sequence[Metric], keys: Sequence[Key], partials: dict[str, dict[str, Floats]]
    ) -> None:
        """Adds ``low`` and ``high`` to the partials of percentiles: the order statistics of each group's size, in a
        second pass over the rows.
        """
        asked: dict[str, tuple[float, ...]] = {}
        places: dict[str, tuple[Places, Places]] = {}
        medians = {metric.key: metric.shape for metric in metrics if isinstance(metric.shape, Percentile)}
        if not medians:
            return
        for key, shape in medians.items():
            low, high = _few_fractions(partials[key]["n"], shape.q)
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
            return framed.group_by(*self._columns(), block=block).aggregate(**wanted)

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
        """Running stocks at the end of every bucket: what began until then, less what ended."""
        edges = self._ends()
        query = self._kept("stocks", rows, metrics, lambda: self._flows(rows, metrics, edges))
        found = self.engine.run(query.rows)
        number = {group: place for place, group in enumerate(dict.fromkeys(self._groups(found)))}
        places = np.array([number[group] for group in self._groups(found)], dtype=np.intp)
        counts = found["rows_"].to_numpy()
        levels: dict[str, dict[Key, float]] = {}
        for metric in metrics:
            parts = query.columns[metric.key]
            begun, ended, since = (_numbers(found[parts[side]], len(edges)) for side in ("begun", "ended", "since"))
            watched, net = np.zeros((2, len(number), len(edges) + 1))
            np.add.at(watched, (places, since), counts)
            np.add.at(net, (places, begun), counts)
            np.subtract.at(net, (places, np.maximum(begun, ended)), counts)  # none ends before it began
            levels[metric.key] = self._levels(list(number), edges, watched.cumsum(axis=1), net.cumsum(axis=1))
        keys = list(dict.fromkeys(key for level in levels.values() for key in level))
        figures = {}
        for metric in metrics:
            stock = np.array([levels[metric.key].get(key, np.nan) for key in keys], dtype=np.float64)
            figures[metric.key] = metric.shape.figures({"n": stock})
        return Results(keys, figures)

    def _ends(self) -> list[int]:
        """The instants at which stocks are taken; what happens after the last instant known has not happened."""
        now = self.context.as_of + 1
        edges = (edge for which in range(len(self.frame.periods)) for edge in self.frame.edges(which))
        return sorted({min(edge.end, now) for edge in edges})

    def _flows(self, rows: ir.Table, metrics: Sequence[Metric], edges: Sequence[int]) -> _Query:
        """How many rows began and ended between the same two of the edges: one pass, whatever the number of figures."""
        named: dict[ops.Node, tuple[str, ir.Value]] = {}
        columns: dict[str, dict[str, str]] = {}
        for metric in metrics:
            shape = metric.shape
            assert isinstance(shape, Stock)
            sides = {"begun": shape.begins, "ended": shape.ends, "since": shape.since or shape.begins}
            for side, instant in sides.items():
                at = instant(rows, self.context)
                about = at if shape.of is everything else shape.of(rows, self.context).ifelse(at, ibis.null("int64"))
                value = passed(about, edges)
                column, _ = named.setdefault(value.op(), (f"{metric.key}__{side}", value))
                columns.setdefault(metric.key, {})[side] = column
        by = {f"by_{name}": rows[metrics[0].breakdowns[name]] for name in self.frame.by}
        cut = rows.select(**by, **dict(named.values()))
        return _Query(cut.group_by(*cut.columns).aggregate(rows_=cut.count()), columns)

    def _levels(
        self, groups: Sequence[tuple[str | None, ...]], edges: Sequence[int], watched: Floats, stock: Floats
    ) -> dict[Key, float]:
        """The stock of each cell; there is none before anything was watched, nor in a bucket that is yet to come."""
        found: dict[Key, float] = {}
        for which in range(len(self.frame.periods)):
            for edge in self.frame.edges(which):
                if edge.start > self.context.as_of:
                    continue
                place = bisect_left(edges, min(edge.end, self.context.as_of + 1))
                for number, group in enumerate(groups):
                    if watched[number, place]:
                        found[group, which, edge.start if self.frame.grain else None] = float(stock[number, place])
        return found


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _numbers(column: pa.ChunkedArray, otherwise: int) -> Places:
    found: Places = column.fill_null(otherwise).to_numpy().astype(np.intp)
    return found


def _floats(column: pa.ChunkedArray) -> Floats:
    """A column as floats, null as nan."""
    found: Floats = column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return found


def _few_fractions(sizes: Floats, q: float) -> tuple[Floats, Floats]:
    """The fractions of the order statistics that bound the ``q`` quantile of groups of those sizes, few of them: where
    sizes are many, those within about a tenth of each other share the widest, so that an interval is never too short.
    """
    low, high = quantile_fractions(sizes, q)
    if np.unique(sizes).size <= _SIZES:
        return low, high
    _, kin = np.unique(np.floor(np.log2(np.maximum(sizes, 0.5)) * 8), return_inverse=True)
    lowest, highest = np.full((2, kin.max() + 1), np.nan)
    np.fmin.at(lowest, kin, low)
    np.fmax.at(highest, kin, high)
    known = np.isfinite(low)  # who has no interval of its own gets none of its kin
    return np.where(known, lowest[kin], np.nan), np.where(known, highest[kin], np.nan)


def _picked(lists: Sequence[Sequence[float] | None], rows: Sequence[int], places: Places) -> Floats:
    """Of each row's list the value at its place; nan where there is none."""
    values = [lists[row] or () if row >= 0 else () for row in rows]
    return np.array(
        [at[place] if place < len(at) else np.nan for at, place in zip(values, places.tolist(), strict=True)],
        dtype=np.float64,
    )
