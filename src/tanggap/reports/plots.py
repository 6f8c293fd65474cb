"""Which charts a report draws, from its scorecards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tanggap.charts.draw import draw
from tanggap.charts.palette import Mode
from tanggap.charts.sparkline import sparkline
from tanggap.charts.specs import Bar, Flow, Outcome, Point, Spec, backlog, bars, distribution, sla, survey_class, trend
from tanggap.metrics.model import Cell, MetricInfo, Scorecard, Unit
from tanggap.reports.compare import group_marks
from tanggap.reports.content import (
    Report,
    group_name,
    ordered_groups,
    partial_buckets,
    text_of,
    trend_buckets,
    trend_cells,
)

#: What a service lead looks at first, in that order; the first that a scorecard holds are shown.
KEY_FIGURES: Final = (
    "first_response_time", "resolution_time", "sla_met_rate", "csat", "nps", "bot_resolution_rate", "handoff_rate",
    "ces", "reopen_rate", "abandonment_rate", "cost_per_interaction", "negative_feedback_rate",
)  # fmt: skip
BAR_FIGURES: Final = ("csat", "first_response_time", "resolution_time")
#: Where the first is not shown (agents are not drawn beside each other by what a bot answered), the second is.
_INSTEAD: Final = {"first_response_time": "first_human_response_time"}
_FLOWS: Final = ("open_tickets", "created_tickets", "resolved_tickets")
_SLA: Final = "sla_met_rate"
_STOCKS: Final = ("open_tickets", "overdue_tickets", "due_soon")  # counted at an instant, not over a span
_MOST_BARS: Final = 16
_ENOUGH: Final = 2  # points make a line


@dataclass(frozen=True)
class Plot:
    """One drawn chart: heading, what stands beside it, the SVG."""

    key: str
    title: str
    note: str
    svg: str


def slug(name: str) -> str:
    """``name`` as part of an id."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", name)


def pick(infos: Sequence[MetricInfo], wanted: Sequence[str]) -> list[MetricInfo]:
    """The figures of those keys that are there; ``resolution_time`` also finds ``resolution_time_median``."""
    found: list[MetricInfo] = []
    by_key = {info.key: info for info in infos}
    for key in wanted:
        names = (key, f"{key}_median", f"median_{key}", f"{key}_mean", f"mean_{key}")
        info = next((by_key[name] for name in names if name in by_key), None)
        if info is not None and info not in found:
            found.append(info)
    return found


def points(card: Scorecard, info: MetricInfo, report: Report) -> list[Point]:
    """A figure of the trend, bucket by bucket; a bucket without data is a gap."""
    formats = report.formats
    labels = [formats.bucket(bucket.start, card.grain or "week") for bucket in trend_buckets(card)]
    return [
        Point(label, cell.value, cell.low, cell.high, cell.previous) if cell else Point(label, None)
        for label, cell in zip(labels, comparable_cells(card, info), strict=True)
    ]


def comparable_cells(card: Scorecard, info: MetricInfo) -> list[Cell | None]:
    """The trend's cells without what the period's edge cut short: half a week's count looks like a fall."""
    cells = trend_cells(card, info.key)
    if info.unit not in (Unit.COUNT, Unit.MONEY) or info.key in _STOCKS:
        return cells
    return [None if cut else cell for cell, cut in zip(cells, partial_buckets(card), strict=True)]


def spark(report: Report, info: MetricInfo, label: str) -> str:
    """The figure's sparkline, empty where the trend does not hold it or has only one point."""
    if report.trend is None:
        return ""
    values = [cell.value if cell else None for cell in comparable_cells(report.trend, info)]
    seen = [value for value in values if value is not None]
    if len(seen) < _ENOUGH:
        return ""
    title = report.formats.word("chart.spark_desc", label=label, last=report.formats.value(info.unit, seen[-1]))
    return sparkline(values, title=title, target=_target(report, info))


def _target(report: Report, info: MetricInfo) -> float | None:
    cell = report.overall.cell(info.key)
    return cell.target if cell else None


def trend_plots(report: Report, mode: Mode) -> tuple[list[Plot], list[Plot]]:
    """The trend of the key figures, and of all others that have a line to draw."""
    if report.trend is None:
        return [], []
    drawn: dict[str, Plot] = {}
    for info in report.trend.metrics:
        series = points(report.trend, info, report)
        if info.key in _FLOWS or sum(point.value is not None for point in series) < _ENOUGH:
            continue
        label = text_of(info.label, report.language)
        spec = trend(series, label=label, unit=info.unit, formats=report.formats, target=_target(report, info))
        last = next(point for point in reversed(series) if point.value is not None)
        note = f"{last.label}: {report.formats.value(info.unit, last.value)}"
        svg = draw(spec, mode, uid=f"trend-{len(drawn)}")
        drawn[info.key] = Plot(info.key, label, note, svg)
    first = [info.key for info in pick(report.trend.metrics, report.plots or KEY_FIGURES) if info.key in drawn]
    return [drawn[key] for key in first], [plot for key, plot in drawn.items() if key not in first]


def bar_plots(report: Report, column: str, mode: Mode) -> list[Plot]:
    """A break-down's key figures as bars with whiskers; none where there are too many groups to draw."""
    card = report.by[column]
    groups = ordered_groups(card, report.language, report.names)
    if not 1 < len(groups) <= _MOST_BARS:
        return []
    plots: list[Plot] = []
    shown, whole = {info.key for info in card.metrics}, report.whole
    for info in pick(card.metrics, [key if key in shown else _INSTEAD.get(key, key) for key in BAR_FIGURES]):
        cells = [card.cell(info.key, group) for group in groups]
        overall = whole.cell(info.key)
        marks = group_marks(cells, overall, info)
        rows = [
            Bar(group_name(group, report.language, report.names), *_numbers(cell), mark=mark or "same")
            for group, cell, mark in zip(groups, cells, marks, strict=True)
        ]
        # A group that a figure cannot have (a marketplace has orders, not replies) would only be an empty line.
        rows = [row for row in rows if row.value is not None]
        if not rows:
            continue
        centre = overall.value if overall else None
        label = text_of(info.label, report.language)
        spec = bars(rows, label=label, unit=info.unit, formats=report.formats, overall=centre)
        note = report.formats.word("overall_line", value=report.formats.value(info.unit, centre))
        plots.append(Plot(info.key, label, note, draw(spec, mode, uid=f"bars-{slug(column)}-{len(plots)}")))
    return plots


def _numbers(cell: Cell | None) -> tuple[float | None, float | None, float | None]:
    return (cell.value, cell.low, cell.high) if cell else (None, None, None)


def load_plots(report: Report, mode: Mode) -> list[Plot]:
    """Backlog and SLA by bucket, where the trend holds their figures."""
    if report.trend is None:
        return []
    specs = [
        ("backlog", report.formats.word("chart.backlog"), _backlog(report, report.trend)),
        ("sla", report.formats.word("chart.sla"), _sla(report, report.trend)),
    ]
    return [Plot(key, title, "", draw(spec, mode, uid=key)) for key, title, spec in specs if spec]


def _backlog(report: Report, card: Scorecard) -> Spec | None:
    held = {info.key for info in card.metrics}
    if not held.issuperset(_FLOWS):
        return None
    series = [[cell.value if cell else None for cell in trend_cells(card, key)] for key in _FLOWS]
    labels = [report.formats.bucket(bucket.start, card.grain or "week") for bucket in trend_buckets(card)]
    flows = [Flow(*row) for row in zip(labels, *series, strict=True)]
    if all(flow.created is None and flow.open is None for flow in flows):
        return None
    return backlog(flows, label=report.formats.word("chart.backlog"), formats=report.formats)


def _sla(report: Report, card: Scorecard) -> Spec | None:
    cells = trend_cells(card, _SLA)
    if not any(cells):
        return None
    labels = [report.formats.bucket(bucket.start, card.grain or "week") for bucket in trend_buckets(card)]
    outcomes = []
    for label, cell in zip(labels, cells, strict=True):
        met = round(cell.value * cell.n) if cell and cell.value is not None else None
        missed = cell.n - met if cell and met is not None else None
        outcomes.append(Outcome(label, met, missed, cell.maturing if cell else None))
    return sla(outcomes, label=report.formats.word("chart.sla"), formats=report.formats)


def survey_plots(report: Report, mode: Mode) -> list[Plot]:
    """How customers answered, survey by survey."""
    plots = []
    for scale, counts in report.distributions.items():
        total = sum(count for _, count in counts)
        if not total:
            continue
        label = report.formats.word(f"survey.{scale}")
        spec = distribution(scale, counts, label=label, formats=report.formats)
        plots.append(Plot(scale, label, _classes(report, scale, counts), draw(spec, mode, uid=f"survey-{scale}")))
    return plots


def _classes(report: Report, scale: str, counts: Sequence[tuple[str, int]]) -> str:
    formats, total = report.formats, sum(count for _, count in counts)
    top = max(int(answer) for answer, _ in counts)
    sums = {"high": 0, "middle": 0, "low": 0}
    for answer, count in counts:
        sums[survey_class(scale, answer, top)] += count
    parts = [f"{formats.word(f'class.{scale}.{kind}')} {formats.share(n / total)}" for kind, n in sums.items()]
    return " · ".join([*parts, formats.word("chart.answers", n=formats.number(total))])
