"""The scorecard: figures side by side, each with interval, change and n; and the rows behind any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.core.errors import UnknownBreakdownError, UsageError
from tanggap.core.instants import format_instant, to_micros, zone
from tanggap.core.periods import GRAINS, Period, days_period, local_day, preceding
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine, integers
from tanggap.metrics.catalog import catalog, chosen
from tanggap.metrics.cells import cells_of
from tanggap.metrics.compile import Compiler
from tanggap.metrics.declare import BREAKDOWNS, Metric
from tanggap.metrics.facts import tables
from tanggap.metrics.frame import Frame
from tanggap.metrics.model import Cell, Scorecard
from tanggap.metrics.prepared import HELD, Prepared
from tanggap.metrics.shapes import Context, Stock
from tanggap.metrics.where import Term, parse_where
from tanggap.records.lake import Snapshot, SnapshotTable

#: Without a period given, the scorecard looks at so many local days up to the last event.
DEFAULT_DAYS: Final = 30

Compare = Period | Literal["previous"] | None


def scorecard(
    engine: Engine,
    snapshot: Snapshot,
    settings: Settings,
    *,
    metrics: Sequence[str] | None = None,
    by: Sequence[str] = (),
    grain: str | None = None,
    period: Period | None = None,
    compare: Compare = "previous",
    where: str = "",
    timezone: str | None = None,
    as_of: int | None = None,
) -> Scorecard:
    """The figures of a period, broken down and compared.

    ``metrics`` are keys or families (None: the headline figures); ``by`` names break-downs, and figures whose fact
    lacks one of them, or of those ``where`` filters by, are left out unless asked for by key. ``period`` defaults to
    the last 30 local days with events; one that is not over is compared with as many days of the one before.
    ``as_of`` is the instant up to which anything was known, by default the last event. One aggregate is computed per
    fact and date, whatever the number of figures.

    Raises:
        UnknownMetricError, UnknownBreakdownError, UsageError: the call is wrong.
        EngineError: the engine failed.
    """
    timezone = timezone or settings.shop.timezone
    zone(timezone)
    if grain is not None and grain not in GRAINS:
        raise UsageError(f"unknown grain {grain!r}", place="grain", hint=f"one of {', '.join(GRAINS)}")
    as_of = last_event(snapshot, engine) if as_of is None else as_of
    period = period or default_period(as_of, timezone)
    previous = preceding(period, timezone, as_of) if compare == "previous" else compare
    terms = parse_where(where)
    figures = _fitting(chosen(catalog(settings), metrics, by), by, terms, named=metrics or ())
    frame = Frame(period, previous, timezone, grain, tuple(by))
    context = Context(settings, as_of)
    prepared = Prepared(engine, snapshot, settings)
    together = [(prepared.only(group[0].fact, terms), group) for group in _together(figures)]
    cells: dict[str, list[Cell]] = {}

    def compute(beside: Engine, piece: tuple[ir.Table, list[Metric]]) -> None:
        rows, group = piece
        results = Compiler(beside, context, frame).compute(rows, group)
        cells.update({metric.key: cells_of(metric, results, frame, context) for metric in group})

    engine.for_each(together, compute)
    ordered = [cell for metric in figures for cell in cells[metric.key]]
    return Scorecard(
        [metric.info for metric in figures], period, previous, timezone, grain, tuple(by), as_of,
        settings.shop.currency, ordered, where,
    )  # fmt: skip


def rows_behind(
    engine: Engine,
    snapshot: Snapshot,
    settings: Settings,
    metric: str,
    *,
    by: Mapping[str, str | None] | None = None,
    bucket: int | None = None,
    grain: str | None = None,
    period: Period | None = None,
    where: str = "",
    timezone: str | None = None,
    as_of: int | None = None,
    only: str | None = None,
) -> pa.Table:
    """The rows a figure was computed from: as many as its ``n``, each with the fact's columns; where a customer counts
    once, with what the period held of theirs. Of a share or a score ``counts_as`` says what each row is to it (``yes``
    or ``no``; ``positive``, ``neutral`` or ``negative``).

    ``by`` names the group of the cell (``{"channel": "chat"}``; None: rows without a value), ``bucket`` an instant in
    its bucket of that ``grain`` (None: the whole period); ``only`` is one of what rows count as.

    Raises:
        UnknownMetricError, UnknownBreakdownError, UsageError: the call is wrong.
    """
    timezone = timezone or settings.shop.timezone
    as_of = last_event(snapshot, engine) if as_of is None else as_of
    period = period or default_period(as_of, timezone)
    figure = chosen(catalog(settings), [metric])[0]
    wanted = dict(by or {})
    _fitting([figure], list(wanted), (), named=[metric])
    context = Context(settings, as_of)
    frame = Frame(period, None, timezone, grain, tuple(wanted))
    part = period if bucket is None else _bucket(frame, bucket, timezone)
    rows = Prepared(engine, snapshot, settings).only(figure.fact, parse_where(where))
    names = list(rows.columns)
    shape = figure.shape
    if only is not None and only not in shape.roles:
        hint = f"one of {', '.join(shape.roles)}" if shape.roles else "every row counts alike: leave it out"
        raise UsageError(f"{figure.key} has no rows that count as {only!r}", place="only", hint=hint)
    if isinstance(shape, Stock):
        end = min(part.end, as_of + 1) if part.start <= as_of else 0  # nothing is under way in days that are to come
        begins, ends = shape.begins(rows, context), shape.ends(rows, context)
        rows = rows.filter(shape.counted(rows, context) & (begins < end) & (ends.isnull() | (ends >= end)))
        rows = rows.mutate(**{f"by_{name}": rows[figure.breakdowns[name]] for name in wanted})
    else:
        rows = Compiler(engine, context, frame).framed(rows, figure)
        at = rows[figure.dated_by]
        rows = rows.filter(shape.counted(rows, context) & (at >= part.start) & (at < part.end))
    for name, value in wanted.items():
        column = rows[f"by_{name}"]
        rows = rows.filter(column.isnull() if value is None else column == value)
    if shape.roles:
        rows = rows.mutate(counts_as=shape.role(rows, context))
        rows = rows if only is None else rows.filter(rows.counts_as == only)
    told = [*HELD.get(figure.fact, ()), *(["counts_as"] if shape.roles else [])]
    return engine.run(rows.select(*names, *told).order_by(*_identity(figure, names)))


def _bucket(frame: Frame, instant: int, timezone: str) -> Period:
    for edge in frame.edges(0):
        if edge.start <= instant < edge.end:
            return edge
    at = format_instant(instant, zone(timezone))
    raise UsageError(f"{at} is in no {frame.grain or 'bucket'} of the period", place="bucket",
                     hint="an instant of the period, such as a scorecard's own bucket")  # fmt: skip


def last_event(snapshot: Snapshot, engine: Engine) -> int:
    """The instant of the last event, order, survey or review the facts know of; 0 for an empty lake."""
    latest = [0]
    refreshes = snapshot.tables.get(tables.REFRESHES.name)
    if refreshes is not None and refreshes.files:
        rows = engine.attach(refreshes)
        newest = integers(engine.run(rows.order_by(ibis.desc("fold")).limit(1))).to_pylist()
        latest.append(newest[0]["last_event_at"] or 0)
    for name, column in (("orders", "ordered_at"), ("surveys", "sent_at"), ("reviews", "reviewed_at")):
        latest.append(_latest(snapshot[name], column, engine))
    return max(latest)


def _latest(table: SnapshotTable, column: str, engine: Engine) -> int:
    """The latest instant in a column: the lake's own log tells it, unless a file was written by somebody else."""
    bounds = [file.bounds.get(column) for file in table.files if file.rows]
    if all(bounds):
        return max((to_micros(latest) for _, latest in filter(None, bounds)), default=0)
    rows = engine.attach(table, name=f"latest_{table.table.name}")
    found: int | None = engine.run(rows.aggregate(at=rows[column].max()))["at"][0].as_py()
    return found or 0


def default_period(as_of: int, timezone: str) -> Period:
    """The last 30 local days up to the day of ``as_of``."""
    last = local_day(as_of, zone(timezone))
    return days_period(last.fromordinal(last.toordinal() - DEFAULT_DAYS + 1), last, timezone)


def _fitting(
    figures: Sequence[Metric], by: Sequence[str], terms: Sequence[Term], *, named: Sequence[str]
) -> list[Metric]:
    """The figures that can be broken down and filtered so; those that were named one by one must be."""
    fitting = [m for m in figures if all(name in m.breakdowns for name in by)]
    left_out = [m for m in figures if m not in fitting]
    if fitting and not any(m.key in named for m in left_out):
        kept = [m for m in fitting if all(term.name in BREAKDOWNS[m.fact] for term in terms)]
        # What cannot be filtered, and must be, says so itself.
        return kept if kept and not any(m.key in named for m in fitting if m not in kept) else fitting
    lacking = next((m for m in left_out if m.key in named), left_out[0])
    missing = next(name for name in by if name not in lacking.breakdowns)
    raise UnknownBreakdownError(
        f"{lacking.key} cannot be broken down by {missing!r}", place="by",
        hint=f"one of {', '.join(lacking.breakdowns)}",
    )  # fmt: skip


def _together(figures: Iterable[Metric]) -> list[list[Metric]]:
    """Figures that share fact and date, and so one aggregate."""
    groups: dict[tuple[str, str, bool], list[Metric]] = {}
    for metric in figures:
        groups.setdefault((metric.fact, metric.dated_by, isinstance(metric.shape, Stock)), []).append(metric)
    return list(groups.values())


def _identity(metric: Metric, names: Sequence[str]) -> list[str]:
    """What a fact's rows are ordered by, so that a listing is always the same."""
    table = tables.FACTS.get(metric.fact)
    key = table.key if table is not None else ("conversation_id", "order_id", "survey_id", "question", "review_id")
    return [name for name in key if name in names]
