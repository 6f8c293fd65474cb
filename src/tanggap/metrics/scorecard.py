"""The scorecard: figures side by side, each with interval, change and n; and the rows behind any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import ibis
import numpy as np
import pyarrow as pa

from tanggap.core.errors import UnknownBreakdownError, UsageError
from tanggap.core.instants import zone
from tanggap.core.periods import GRAINS, Period, days_period, local_day, preceding
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine, integers
from tanggap.metrics.catalog import catalog, chosen
from tanggap.metrics.compile import Compiler, Key, Results
from tanggap.metrics.declare import Metric
from tanggap.metrics.facts import tables
from tanggap.metrics.frame import Frame
from tanggap.metrics.model import Better, Cell, Scorecard, Status, Unit
from tanggap.metrics.prepared import Prepared
from tanggap.metrics.shapes import Context, Figures, Stock
from tanggap.metrics.where import condition, parse_where
from tanggap.records.lake import Snapshot
from tanggap.stats.difference import difference, more_than_chance

TOO_FEW: Final = 5
#: Without a period given, the scorecard looks at so many local days up to the last event.
DEFAULT_DAYS: Final = 30

#: Student's t does not know that a duration cannot be negative, nor a share above one.
_NEVER_NEGATIVE: Final = (Unit.SECONDS, Unit.COUNT, Unit.MEAN_COUNT, Unit.PER_DAY, Unit.SHARE)

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
    lacks one of them are left out unless asked for by key. ``period`` defaults to the last 30 local days with events.
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
    previous = preceding(period, timezone) if compare == "previous" else compare
    figures = _fitting(chosen(catalog(settings), metrics), by, explicit=metrics is not None)
    frame = Frame(period, previous, timezone, grain, tuple(by))
    compiler = Compiler(engine, Context(settings, as_of), frame)
    prepared = Prepared(engine, snapshot, settings)
    terms = parse_where(where)
    cells: dict[str, list[Cell]] = {}
    for group in _together(figures):
        rows = prepared.rows(group[0].fact)
        if terms:
            rows = rows.filter(condition(terms, rows, group[0].breakdowns))
        results = compiler.compute(rows, group)
        for metric in group:
            cells[metric.key] = _cells(metric, results, frame, settings)
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
    period: Period | None = None,
    where: str = "",
    timezone: str | None = None,
    as_of: int | None = None,
) -> pa.Table:
    """The rows a figure was computed from: as many as its ``n``, each with the fact's columns.

    ``by`` names the group of the cell (``{"channel": "chat"}``; None: rows without a value).

    Raises:
        UnknownMetricError, UnknownBreakdownError: the call is wrong.
    """
    timezone = timezone or settings.shop.timezone
    as_of = last_event(snapshot, engine) if as_of is None else as_of
    period = period or default_period(as_of, timezone)
    figure = chosen(catalog(settings), [metric])[0]
    wanted = dict(by or {})
    _fitting([figure], list(wanted), explicit=True)
    context = Context(settings, as_of)
    compiler = Compiler(engine, context, Frame(period, None, timezone, None, tuple(wanted)))
    rows = Prepared(engine, snapshot, settings).rows(figure.fact)
    rows = rows.filter(condition(parse_where(where), rows, figure.breakdowns))
    names = list(rows.columns)
    shape = figure.shape
    if isinstance(shape, Stock):
        end = min(period.end, as_of + 1)
        begins, ends = shape.begins(rows, context), shape.ends(rows, context)
        rows = rows.filter(shape.counted(rows, context) & (begins < end) & (ends.isnull() | (ends >= end)))
        rows = rows.mutate(**{f"by_{name}": rows[figure.breakdowns[name]] for name in wanted})
    else:
        rows = compiler.framed(rows, figure)
        rows = rows.filter(shape.counted(rows, context))
    for name, value in wanted.items():
        column = rows[f"by_{name}"]
        rows = rows.filter(column.isnull() if value is None else column == value)
    return engine.run(rows.select(*names).order_by(*_identity(figure, names)))


def last_event(snapshot: Snapshot, engine: Engine) -> int:
    """The instant of the last event, order, survey or review the facts know of; 0 for an empty lake."""
    latest = [0]
    refreshes = snapshot.tables.get(tables.REFRESHES.name)
    if refreshes is not None and refreshes.files:
        rows = engine.attach(refreshes)
        newest = integers(engine.run(rows.order_by(ibis.desc("fold")).limit(1))).to_pylist()
        latest.append(newest[0]["last_event_at"] or 0)
    for name, column in (("orders", "ordered_at"), ("surveys", "sent_at"), ("reviews", "reviewed_at")):
        if snapshot[name].files:
            rows = engine.attach(snapshot[name], name=f"latest_{name}")
            latest.append(engine.run(rows.aggregate(at=rows[column].max())).to_pylist()[0]["at"] or 0)
    return max(latest)


def default_period(as_of: int, timezone: str) -> Period:
    """The last 30 local days up to the day of ``as_of``."""
    last = local_day(as_of, zone(timezone))
    return days_period(last.fromordinal(last.toordinal() - DEFAULT_DAYS + 1), last, timezone)


def _fitting(figures: Sequence[Metric], by: Sequence[str], *, explicit: bool) -> list[Metric]:
    """The figures that can be broken down so."""
    fitting = [m for m in figures if all(name in m.breakdowns for name in by)]
    if len(fitting) == len(figures) or (fitting and not explicit):
        return fitting
    lacking = next(m for m in figures if m not in fitting)
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


@dataclass(frozen=True)
class _Column:
    """One figure's arrays, found by cell."""

    figures: Figures
    places: Mapping[Key, int]

    def at(self, key: Key) -> tuple[float, float, float, int, int]:
        place = self.places.get(key)
        if place is None:
            return float("nan"), float("nan"), float("nan"), 0, 0
        found = self.figures
        return (
            float(found.value[place]), float(found.low[place]), float(found.high[place]),
            int(found.n[place]), int(found.maturing[place]),
        )  # fmt: skip

    def foreign(self, key: Key) -> int:
        place = self.places.get(key)
        return 0 if place is None or self.figures.foreign is None else int(self.figures.foreign[place])


def _cells(metric: Metric, results: Results, frame: Frame, settings: Settings) -> list[Cell]:
    column = _Column(results.figures[metric.key], {key: place for place, key in enumerate(results.keys)})
    starts = [edge.start for edge in frame.edges(0)] if frame.grain else [None]
    earlier = [edge.start for edge in frame.edges(1)] if frame.grain and frame.previous else [None]
    groups = list(dict.fromkeys(group for group, _, _ in results.keys))
    if not frame.by:
        groups = [()]
    sizes = {group: sum(column.at((group, 0, start))[3] for start in starts) for group in groups}
    groups.sort(key=lambda group: (-sizes[group], [value or "" for value in group]))
    target = settings.targets.get(metric.key)
    cells = []
    for group in groups:
        for number, start in enumerate(starts):
            before: Key | None = None
            if frame.previous is not None and number < len(earlier):
                before = (group, 1, earlier[number])
            cells.append(_cell(metric, frame, column, (group, 0, start), before, target))
    return cells


def _cell(metric: Metric, frame: Frame, column: _Column, key: Key, before: Key | None, target: float | None) -> Cell:
    value, low, high, n, maturing = column.at(key)
    if metric.unit in _NEVER_NEGATIVE and low < 0:
        low = 0.0
    if metric.unit is Unit.SHARE and high > 1:
        high = 1.0
    stock = isinstance(metric.shape, Stock)
    no_data = np.isnan(value) or (n == 0 and not stock)
    status = Status.NO_DATA if no_data else Status.TOO_FEW if n < TOO_FEW and not stock else Status.OK
    previous, previous_n = float("nan"), 0
    change = change_low = change_high = float("nan")
    if before is not None:
        previous, previous_low, previous_high, previous_n, _ = column.at(before)
        if not no_data and not np.isnan(previous):
            change, change_low, change_high = (
                float(part) for part in difference(value, low, high, previous, previous_low, previous_high)
            )
    known = not np.isnan(change_low) and not np.isnan(change_high)
    on_target = None
    if target is not None and not no_data and metric.better is not Better.NEITHER:
        on_target = value >= target if metric.better is Better.HIGHER else value <= target
    return Cell(
        metric=metric.key, by=dict(zip(frame.by, key[0], strict=True)), bucket=key[2],
        value=None if no_data else value, n=n, low=_known(low), high=_known(high), status=status, maturing=maturing,
        previous=_known(previous), previous_n=previous_n, change=_known(change), change_low=_known(change_low),
        change_high=_known(change_high), changed=bool(more_than_chance(change_low, change_high)) if known else None,
        target=target, on_target=on_target, foreign=column.foreign(key),
    )  # fmt: skip


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _identity(metric: Metric, names: Sequence[str]) -> list[str]:
    """What a fact's rows are ordered by, so that a listing is always the same."""
    table = tables.FACTS.get(metric.fact)
    key = table.key if table is not None else ("conversation_id", "order_id", "survey_id", "question", "review_id")
    return [name for name in key if name in names]
