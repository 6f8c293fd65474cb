"""A chart drawn to SVG, on this machine, without a network."""

from __future__ import annotations

import re
from html import escape
from typing import Final

import vl_convert

from tanggap.charts.palette import Mode, theme
from tanggap.charts.specs import Spec

#: Pinned, so that a newer library does not redraw every chart.
_VEGA_LITE: Final = "5.20"

_NOISE: Final = re.compile(
    r' (?:aria-[a-z]+|role|class|pointer-events|xmlns:xlink|version|stroke-miterlimit)="[^"]*"| opacity="1"'
)
_EMPTY: Final = re.compile(r'<path[^>]*d=""[^>]*/>|<path[^>]*d="M0,0h0v0h0Z"[^>]*/>|<g/>|<g></g>')
_ROOT: Final = re.compile(r'<svg[^>]*?viewBox="([^"]+)"[^>]*>')
_ID: Final = re.compile(r'\bid="([^"]+)"')


def draw(spec: Spec, mode: Mode = "light", *, uid: str = "chart") -> str:
    """``spec`` as SVG that scales to its container and says to a screen reader what it shows.

    ``mode`` is ``light`` or ``dark``, or ``page`` to take the colours from the CSS variables of
    :func:`tanggap.charts.palette.css_variables`, so that one drawing serves both. Every id begins with ``uid``:
    give each chart of a page its own.

    Raises:
        ValueError: the spec is no Vega-Lite.
    """
    svg = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[])
    svg = _NOISE.sub("", svg)
    while (shorter := _EMPTY.sub("", svg)) != svg:
        svg = shorter
    for name in set(_ID.findall(svg)):
        svg = svg.replace(f'id="{name}"', f'id="{uid}-{name}"').replace(f"url(#{name})", f"url(#{uid}-{name})")
    svg = _recolour(svg, mode)
    if mode == "page":
        svg = svg.replace(' font-family="sans-serif"', "")  # the page's own letters
    title, desc = escape(spec["usermeta"]["title"]), escape(spec["description"])
    space = "" if mode == "page" else ' xmlns="http://www.w3.org/2000/svg"'
    head = (
        rf'<svg{space} viewBox="\1" role="img" aria-labelledby="{uid}-title {uid}-desc">'
        f'<title id="{uid}-title">{title}</title><desc id="{uid}-desc">{desc}</desc>'.replace("\\", r"\\").replace(
            r'"\\1"', r'"\1"'
        )
    )
    return _ROOT.sub(head, svg, count=1)


def _recolour(svg: str, mode: Mode) -> str:
    if mode == "light":
        return svg
    colours = theme(mode)
    for role, light in theme("light").items():
        svg = svg.replace(light, colours[role])
    return svg
