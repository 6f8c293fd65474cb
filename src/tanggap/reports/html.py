"""The report as one HTML file that refers to nothing outside itself."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from tanggap.charts.palette import css_variables
from tanggap.reports.content import Report
from tanggap.reports.view import page

_TEMPLATES: Final = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Our own charts, drawn by tanggap.charts, which escapes every label; nothing else is let through unescaped.
    environment.filters["svg"] = Markup
    return environment


def _asset(name: str) -> Markup:
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))


def render(report: Report) -> str:
    """The report as one HTML document: charts, style and the theme switch inline, nothing loaded from elsewhere."""
    view = page(report)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=view,
            report=report,
            word=view.formats.word,
            light=Markup(css_variables("light")),
            dark=Markup(css_variables("dark")),
            style=_asset("report.css"),
            script=_asset("report.js"),
        )
    )


def write(report: Report, path: Path) -> None:
    """The report as an HTML file at ``path``.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_text(render(report), encoding="utf-8")
