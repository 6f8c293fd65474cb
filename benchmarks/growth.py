"""The cost as the work grows, drawn from what the other benchmarks measured."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from benchmarks.results import Results

#: Line, benchmark, case, colour's role, dashes.
_LINES: tuple[tuple[str, str, str, str, list[int]], ...] = (
    ("simulating", "simulator", "plain", "middle", []),
    ("all facts", "facts", "all", "accent", []),
    ("scorecard", "scorecard", "ours", "good", []),
    ("scorecard, SQL by hand", "scorecard", "sql", "good", [4, 3]),
    ("scorecard, pandas", "scorecard", "pandas", "bad", [4, 3]),
    ("refresh after 1,000 events", "refresh", "warm", "target", []),
)
_WIDTH, _HEIGHT = 520, 300
_DECADES = {0.01: "10 ms", 0.1: "0.1 s", 1: "1 s", 10: "10 s", 100: "100 s", 1_000: "1,000 s"}
_SIZES = {1_000: "1 k", 10_000: "10 k", 100_000: "100 k", 1_000_000: "1 M", 10_000_000: "10 M"}


def points(results: Results) -> list[dict[str, Any]]:
    """Seconds of each line at each size measured."""
    found = []
    for what, sizes in results.measured():
        for size in sizes:
            cases = results.read(what.name, size)["cases"]
            for line, name, case, _, _ in _LINES:
                if name == what.name and case in cases:
                    found.append({"line": line, "size": size, "seconds": cases[case]["wall"]})
    return found


def draw_growth(results: Results, path: Path) -> bool:
    """Draws seconds against conversations, both on a logarithmic scale; False where there is too little to draw."""
    from tanggap.charts.draw import draw

    known = points(results)
    sizes = sorted({point["size"] for point in known})
    if len(sizes) < 2:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(draw(_spec(known, sizes), "light", uid="growth"))
    return True


def _spec(known: list[dict[str, Any]], sizes: list[int]) -> dict[str, Any]:
    from tanggap.charts.palette import theme

    colours = theme("light")
    names = [line for line, *_ in _LINES if any(point["line"] == line for point in known)]
    style = {line: (colours[role], dash) for line, _, _, role, dash in _LINES}
    low = 10 ** math.floor(math.log10(min(point["seconds"] for point in known)))
    high = 10 ** math.ceil(math.log10(max(point["seconds"] for point in known)))
    axis = {"labelColor": colours["muted"], "titleColor": colours["muted"], "gridColor": colours["rule"],
            "domain": False, "ticks": False, "labelFontSize": 11, "titleFontWeight": "normal"}  # fmt: skip
    x = {"field": "size", "type": "quantitative", "title": "conversations",
         "scale": {"type": "log", "domain": [sizes[0], sizes[-1]], "nice": False},
         "axis": {**axis, **_written(_SIZES, sizes[0], sizes[-1]), "grid": False}}  # fmt: skip
    y = {"field": "seconds", "type": "quantitative", "title": None,
         "scale": {"type": "log", "domain": [low, high], "nice": False},
         "axis": {**axis, **_written(_DECADES, low, high)}}  # fmt: skip
    colour = {"field": "line", "type": "nominal", "sort": names,
              "scale": {"domain": names, "range": [style[name][0] for name in names]},
              "legend": {"title": None, "labelColor": colours["ink"], "symbolType": "stroke",
                         "labelLimit": 220}}  # fmt: skip
    dash = {"field": "line", "type": "nominal", "sort": names, "legend": None,
            "scale": {"domain": names, "range": [style[name][1] or [1, 0] for name in names]}}  # fmt: skip
    last = max(sizes)
    said = "; ".join(f"{p['line']} {p['seconds']:.2f} s" for p in known if p["size"] == last)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": f"Seconds against conversations, both logarithmic. At {last:,}: {said}.",
        "usermeta": {"title": "Cost as the work grows"},
        "width": _WIDTH, "height": _HEIGHT, "padding": 10, "background": colours["surface"],
        "config": {"font": "sans-serif", "view": {"stroke": None}},
        "data": {"values": known},
        "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash},
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2, "strokeCap": "round"}},
            {"mark": {"type": "point", "filled": True, "size": 30, "opacity": 1},
             "encoding": {"strokeDash": {"value": [1, 0]}}},
        ],
    }  # fmt: skip


def _written(labels: dict[Any, str], low: float, high: float) -> dict[str, Any]:
    """Axis settings that put labels at powers of ten."""
    shown = {at: label for at, label in labels.items() if low <= at * 1.001 and at <= high * 1.001}
    cases = " : ".join(f"abs(datum.value / {at} - 1) < 0.01 ? '{label}'" for at, label in shown.items())
    return {"values": list(shown), "labelExpr": f"{cases} : ''"}
