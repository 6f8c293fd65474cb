"""A line the size of a word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from tanggap.charts.palette import Mode, theme


def sparkline(
    values: Sequence[float | None], *, title: str, mode: Mode = "page", target: float | None = None,
    width: int = 96, height: int = 24,
) -> str:  # fmt: skip
    """``values`` in order as a small SVG line with a dot at the last one; a missing value is a gap.

    The target, where it lies within the drawn range, is a dashed line. Empty text where there is nothing to draw.
    """
    seen = [value for value in values if value is not None and math.isfinite(value)]
    if not seen:
        return ""
    colours, low, high = theme(mode), min(seen), max(seen)
    inset, span = 3.0, (high - low) or 1.0
    step = (width - 2 * inset) / max(len(values) - 1, 1)

    def place(index: int, value: float) -> tuple[float, float]:
        rise = 0.5 if high == low else (value - low) / span
        return round(inset + index * step, 1), round(height - inset - rise * (height - 2 * inset), 1)

    parts: list[str] = []
    if target is not None and low <= target <= high:
        y = place(0, target)[1]
        parts.append(f'<path d="M0,{y}H{width}" stroke="{colours["target"]}" stroke-width="1" stroke-dasharray="2 2"/>')
    path, pen_down = "", False
    for index, value in enumerate(values):
        if value is None or not math.isfinite(value):
            pen_down = False
            continue
        x, y = place(index, value)
        path += f"{'L' if pen_down else 'M'}{x},{y}" + ("" if pen_down else "h0")  # h0: a lone point is a dot
        pen_down, end = True, (x, y)
    parts.append(
        f'<path d="{path}" fill="none" stroke="{colours["accent"]}" stroke-width="1.5" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )
    parts.append(f'<circle cx="{end[0]}" cy="{end[1]}" r="2.2" fill="{colours["accent"]}"/>')
    space = "" if mode == "page" else ' xmlns="http://www.w3.org/2000/svg"'
    return (
        f'<svg{space} class="spark" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
