"""Charts as Vega-Lite dicts, each from plain data.

Every chart is about 340 px wide at its own size, so that it is legible on a phone as it is and three stand side by
side on a desk. Labels are written in Python by :class:`~tanggap.charts.formats.Formats` and handed to the chart as
text; the chart itself formats nothing. A bucket without data is a gap. Colours are those of the light palette;
:func:`tanggap.charts.draw.draw` exchanges them for the mode that is asked for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tanggap.charts.formats import Formats
from tanggap.charts.palette import theme
from tanggap.charts.ticks import ticks

Spec = dict[str, Any]

WIDTH: Final = 340
_LABELS: Final = 6  # so many labels fit under a chart of that width
_C: Final = theme("light")


@dataclass(frozen=True)
class Point:
    """One bucket of a series: its label, the value (None: a gap), its 95 % interval, the value a period before."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    previous: float | None = None


@dataclass(frozen=True)
class Bar:
    """One group of a break-down. ``mark`` is ``better``, ``worse``, ``differs`` or ``same`` (chance explains it)."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    mark: str = "same"


@dataclass(frozen=True)
class Flow:
    """One bucket of the backlog: tickets open at its end (None: not known), created and resolved in it."""

    label: str
    open: float | None
    created: float | None
    resolved: float | None


@dataclass(frozen=True)
class Outcome:
    """One bucket of SLA targets: how many were met, missed, and cannot be judged yet (None: no data)."""

    label: str
    met: float | None
    missed: float | None
    maturing: float | None


@dataclass(frozen=True)
class Counted:
    """One week: how many there were, and whether that is in question."""

    label: str
    count: int
    marked: bool = False


def _top(title: str, desc: str, height: int) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": desc,
        "usermeta": {"title": title},
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 2, "right": 8, "top": 6, "bottom": 2},
        "background": None,
        "config": _config(),
    }


def _config() -> Spec:
    return {
        "font": "sans-serif",
        "view": {"stroke": None},
        "axis": {
            "labelColor": _C["muted"], "labelFontSize": 11, "labelPadding": 5, "title": None,
            "gridColor": _C["rule"], "domain": False, "ticks": False,
        },
    }  # fmt: skip


def _written(values: Sequence[float], labels: Sequence[str]) -> Spec:
    """Axis settings that put ``labels`` at ``values``."""
    where, texts = json.dumps(list(values)), json.dumps(list(labels), ensure_ascii=False)
    return {"values": list(values), "labelExpr": f"{texts}[indexof({where}, datum.value)]"}


def _spaced(labels: Sequence[str], width: float) -> list[str]:
    """The labels of an axis ``width`` px long, every so manieth left out where they would run into each other."""
    needed = 8 + 6.6 * max(map(len, labels), default=0)
    every = max(1, math.ceil(needed * max(len(labels) - 1, 1) / width))
    return [label if index % every == 0 else "" for index, label in enumerate(labels)]


def _x(labels: Sequence[str], *, half: float = 0.0) -> Spec:
    """The axis of buckets: positions 0, 1, 2 …, every so manieth labelled, the last one always."""
    every = max(1, -(-len(labels) // _LABELS))
    shown = [index for index in range(len(labels)) if (len(labels) - 1 - index) % every == 0]
    axis = {
        **_written(shown, [labels[index] for index in shown]),
        "grid": False, "labelOverlap": "greedy", "labelFlush": half == 0, "labelBound": False,
    }  # fmt: skip
    domain = [-half, max(len(labels) - 1, 1) + half]
    return {"field": "x", "type": "quantitative", "scale": {"domain": domain, "nice": False}, "axis": axis}


def _y(marks: Sequence[float], show: Callable[[float], str], field: str = "value") -> Spec:
    axis = {**_written(marks, [show(mark) for mark in marks]), "minExtent": 34}
    scale = {"domain": [marks[0], marks[-1]], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def _axis_label(formats: Formats, unit: str) -> Callable[[float], str]:
    if unit == "share":
        return lambda value: formats.share(value, 0 if abs(value * 100 - round(value * 100)) < 1e-6 else 1)
    if unit == "per_day":
        return lambda value: formats.number(value, 0 if float(value).is_integer() else 1)
    return lambda value: formats.value("count" if float(value).is_integer() and unit == "mean_count" else unit, value)


def trend(points: Sequence[Point], *, label: str, unit: str, formats: Formats, target: float | None = None) -> Spec:
    """A line over buckets with its interval as a band, the period before faint, the target dashed.

    ``unit`` is a value of ``metrics.model.Unit``. Values in that unit.
    """
    seen = [point.value for point in points if point.value is not None]
    spread = [number for p in points for number in (p.value, p.low, p.high, p.previous)]
    marks = ticks([*spread, target], unit, zero=unit in ("seconds", "count", "money", "per_day", "mean_count"))
    rows = [
        {"x": index, "value": p.value, "low": p.low, "high": p.high, "previous": p.previous}
        for index, p in enumerate(points)
    ]
    x, y = _x([point.label for point in points]), _y(marks, _axis_label(formats, unit))
    line = {"type": "line", "strokeJoin": "round", "strokeCap": "round"}
    layers: list[Spec] = []
    if any(p.low is not None for p in points):
        band = {"type": "area", "color": _C["accent"], "opacity": 0.16}
        layers.append({"mark": band, "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}})
    if any(p.previous is not None for p in points):
        faint = {**line, "color": _C["faint"], "strokeWidth": 1.25}
        layers.append({"mark": faint, "encoding": {"x": x, "y": {**y, "field": "previous"}}})
    if target is not None:
        layers.append(_reference("y", y, target, _C["target"], dash=[4, 3]))
    layers.append({"mark": {**line, "color": _C["accent"], "strokeWidth": 2}, "encoding": {"x": x, "y": y}})
    last = next((i for i in range(len(points) - 1, -1, -1) if points[i].value is not None), None)
    if last is not None:
        dot = {"type": "point", "filled": True, "size": 34, "color": _C["accent"], "opacity": 1}
        layers.append({"data": {"values": [rows[last]]}, "mark": dot, "encoding": {"x": x, "y": y}})
    desc = formats.word(
        "chart.trend_desc", label=label, count=len(seen), last=formats.value(unit, seen[-1] if seen else None),
        low=formats.value(unit, min(seen, default=None)), high=formats.value(unit, max(seen, default=None)),
    )  # fmt: skip
    return {**_top(label, desc, 150), "data": {"values": rows}, "layer": layers}


def _reference(channel: str, axis: Spec, value: float, colour: str, dash: Sequence[int]) -> Spec:
    rule = {"type": "rule", "color": colour, "strokeDash": list(dash), "strokeWidth": 1.25}
    # The layer repeats the whole axis: one without would bring Vega's own labels back.
    return {"data": {"values": [{"at": value}]}, "mark": rule, "encoding": {channel: {**axis, "field": "at"}}}


def bars(groups: Sequence[Bar], *, label: str, unit: str, formats: Formats, overall: float | None = None) -> Spec:
    """A bar per group with its interval as a whisker and the overall figure as a line.

    A group is coloured only where its ``mark`` says that it differs by more than chance.
    """
    colours = {"better": _C["good"], "worse": _C["bad"], "differs": _C["accent"]}
    texts = [formats.value(unit, bar.value) for bar in groups]
    # The reader's letters may be wider than those the chart is measured with, so their room is estimated amply.
    names = min(122.0, 12 + 7.5 * max((len(bar.label) for bar in groups), default=0))
    figures = 14 + 6.6 * max(map(len, texts), default=0)
    known = [bar for bar in groups if bar.value is not None]
    marks = ticks([n for bar in known for n in (bar.value, bar.low, bar.high)] + [overall], unit, zero=True)
    room = (marks[-1] - marks[0]) * figures / (WIDTH - names - figures)  # a column of figures at the right edge
    rows = [
        {
            "group": bar.label, "value": bar.value, "low": bar.low, "high": bar.high,
            "end": marks[-1] + room,
            "text": text, "colour": colours.get(bar.mark, _C["middle"]),
        }
        for bar, text in zip(groups, texts, strict=True)
    ]  # fmt: skip
    written = _spaced([_axis_label(formats, unit)(mark) for mark in marks], WIDTH - names - figures)
    axis = {**_written(marks, written), "labelOverlap": "greedy"}
    x = {"field": "value", "type": "quantitative", "axis": axis,
         "scale": {"domain": [marks[0], marks[-1] + room], "nice": False, "zero": False}}  # fmt: skip
    y = {"field": "group", "type": "nominal", "sort": [bar.label for bar in groups],
         "axis": {"grid": False, "labelLimit": 104, "labelColor": _C["ink"], "minExtent": names}}  # fmt: skip
    colour = {"field": "colour", "type": "nominal", "scale": None}
    whisker = {"type": "rule", "color": _C["ink"], "strokeWidth": 1.5}
    figure = {"type": "text", "align": "right", "dx": 4, "fontSize": 11, "color": _C["ink"]}
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": {"band": 0.55}, "opacity": 0.6},
         "encoding": {"x": x, "y": y, "color": colour}},
        {"mark": whisker, "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}},
        {"mark": figure, "encoding": {"x": {**x, "field": "end"}, "y": y, "text": {"field": "text"}}},
    ]  # fmt: skip
    if overall is not None:
        layers.insert(1, _reference("x", x, overall, _C["muted"], dash=[2, 2]))
    named = "; ".join(f"{bar.label} {formats.figure(unit, bar.value, bar.low, bar.high)}" for bar in groups)
    desc = formats.word("chart.bars_desc", label=label, groups=named)
    return {**_top(label, desc, 30 + 26 * len(groups)), "data": {"values": rows}, "layer": layers}


def survey_class(scale: str, answer: str, top: int) -> str:
    """Whether an answer counts as ``low``, ``middle`` or ``high`` on the scale (nps, csat, ces) that ends at ``top``.

    METRICS.md C: NPS 0–6 / 7–8 / 9–10; CSAT 1–2 / 3 / 4–5; CES the same, on 1–7 1–3 / 4 / 5–7.
    """
    number = int(answer)
    if scale == "nps":
        return "low" if number <= 6 else "middle" if number <= 8 else "high"
    middle = (1 + top) / 2
    return "low" if number < middle else "high" if number > middle else "middle"


def distribution(scale: str, counts: Sequence[tuple[str, int]], *, label: str, formats: Formats) -> Spec:
    """How many gave each answer of a survey, coloured by the class that the answer counts as."""
    colours: Mapping[str, str] = {"low": _C["bad"], "middle": _C["middle"], "high": _C["good"]}
    total = sum(count for _, count in counts)
    top = max((int(answer) for answer, _ in counts), default=0)
    sums = dict.fromkeys(colours, 0)
    rows: list[Spec] = []
    for answer, count in counts:
        kind = survey_class(scale, answer, top)
        sums[kind] += count
        share = count / total if total else 0.0
        rows.append({"answer": answer, "count": count, "colour": colours[kind],
                     "text": formats.share(share, 0) if count else ""})  # fmt: skip
    x = {"field": "answer", "type": "nominal", "sort": None,
         "axis": {"labelAngle": 0, "labelColor": _C["ink"], "grid": False}}  # fmt: skip
    y = {"field": "count", "type": "quantitative", "axis": None, "scale": {"zero": True}}
    text = {"type": "text", "dy": -6, "fontSize": 10, "color": _C["muted"]}
    layers: list[Spec] = [
        {"mark": {"type": "bar", "width": {"band": 0.72}, "opacity": 0.88},
         "encoding": {"x": x, "y": y, "color": {"field": "colour", "type": "nominal", "scale": None}}},
        {"mark": text, "encoding": {"x": x, "y": y, "text": {"field": "text"}}},
    ]  # fmt: skip
    classes = ", ".join(
        f"{formats.word(f'class.{scale}.{kind}')} {formats.share(sums[kind] / total)}" for kind in colours if total
    )
    desc = formats.word("chart.distribution_desc", label=label, classes=classes, n=formats.number(total))
    return {**_top(label, desc, 150), "data": {"values": rows}, "layer": layers}


def backlog(flows: Sequence[Flow], *, label: str, formats: Formats) -> Spec:
    """The stock of open tickets as an area, under it the tickets created and resolved in each bucket."""
    labels = [flow.label for flow in flows]
    stock = ticks([flow.open for flow in flows], "count", zero=True)
    moved = ticks([n for flow in flows for n in (flow.created, flow.resolved)], "count", zero=True, count=2)
    rows = [
        {"x": i, "open": f.open, "zero": 0, "created": f.created, "resolved": f.resolved} for i, f in enumerate(flows)
    ]
    show = _axis_label(formats, "count")
    x, silent = _x(labels, half=0.5), {**_x(labels, half=0.5), "axis": None}
    y = _y(stock, show, "open")
    area = {"mark": {"type": "area", "color": _C["accent"], "opacity": 0.16},
            "encoding": {"x": silent, "y": y, "y2": {"datum": 0}}}  # fmt: skip
    line = {"mark": {"type": "line", "color": _C["accent"], "strokeCap": "round"}, "encoding": {"x": silent, "y": y}}
    size = max(2.0, min(9.0, 230 / max(len(flows), 1) / 2.6))
    pair = [
        {"mark": {"type": "bar", "width": size, "xOffset": shift * size * 0.55, "color": colour},
         "encoding": {"x": x, "y": _y(moved, show, field)}}
        for field, shift, colour in (("created", -1, _C["middle"]), ("resolved", 1, _C["good"]))
    ]  # fmt: skip
    last = flows[-1] if flows else Flow("", None, None, None)
    desc = "; ".join(
        f"{formats.word(f'chart.{name}')}: {formats.value('count', value)}"
        for name, value in (("open", last.open), ("created", last.created), ("resolved", last.resolved))
    )
    top = _top(label, f"{label}. {desc}.", 0)
    del top["width"], top["height"], top["autosize"]  # each of the two panels has its own
    inner = WIDTH - 56
    panels = [{"width": inner, "height": 84, "layer": [area, line]}, {"width": inner, "height": 62, "layer": pair}]
    return {**top, "data": {"values": rows}, "vconcat": panels, "spacing": 14}


def weekly(counts: Sequence[Counted], *, label: str, formats: Formats) -> Spec:
    """So many in each week, those in question in another colour."""
    rows = [
        {"x": index, "zero": 0, "value": one.count, "colour": _C["bad" if one.marked else "middle"]}
        for index, one in enumerate(counts)
    ]
    y = _y(ticks([one.count for one in counts], "count", zero=True), _axis_label(formats, "count"))
    size = max(2.0, min(20.0, 230 / max(len(counts), 1)))
    encoding = {"x": _x([one.label for one in counts], half=0.5), "y": y, "y2": {"field": "zero"},
                "color": {"field": "colour", "type": "nominal", "scale": None}}  # fmt: skip
    told = "; ".join(f"{one.label}: {formats.number(one.count)}" for one in counts)
    return {**_top(label, f"{label}. {told}.", 130), "data": {"values": rows},
            "mark": {"type": "bar", "width": size, "opacity": 0.88}, "encoding": encoding}  # fmt: skip


def sla(outcomes: Sequence[Outcome], *, label: str, formats: Formats) -> Spec:
    """SLA targets of each bucket, stacked: met, missed, and not yet known."""
    kinds = (("met", _C["good"]), ("missed", _C["bad"]), ("maturing", _C["faint"]))
    rows: list[Spec] = []
    totals: list[float] = []
    for index, outcome in enumerate(outcomes):
        base = 0.0
        for kind, colour in kinds:
            count: float | None = getattr(outcome, kind)
            if count:
                rows.append({"x": index, "from": base, "value": base + count, "colour": colour})
                base += count
        totals.append(base)
    y = _y(ticks(totals, "count", zero=True), _axis_label(formats, "count"))
    size = max(2.0, min(20.0, 230 / max(len(outcomes), 1)))
    encoding = {"x": _x([o.label for o in outcomes], half=0.5), "y": y, "y2": {"field": "from"},
                "color": {"field": "colour", "type": "nominal", "scale": None}}  # fmt: skip
    sums = {kind: sum(getattr(outcome, kind) or 0 for outcome in outcomes) for kind, _ in kinds}
    named = ", ".join(f"{formats.word(f'chart.{kind}')} {formats.number(total)}" for kind, total in sums.items())
    return {**_top(label, f"{label}: {named}.", 190), "data": {"values": rows},
            "mark": {"type": "bar", "width": size, "opacity": 0.88}, "encoding": encoding}  # fmt: skip
