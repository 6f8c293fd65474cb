"""``tanggap explain``: what a figure means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tanggap.cli.common import DEFAULT_LAKE, JsonOption, LakeOption, LangOption, Session, open_session, write_json
from tanggap.cli.words import say

if TYPE_CHECKING:
    from tanggap.metrics.declare import Metric

EXAMPLE: Final = "tanggap explain first_response_time --lang id"


def command(
    metric: Annotated[
        str, typer.Argument(metavar="METRIC", help="The figure's key; left out: a list of every figure.")
    ] = "",
    sql: Annotated[bool, typer.Option("--sql", help="Also the SQL that computes it on this lake.")] = False,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Explain a figure: what it counts, its unit, which way is better, what dates it, how it can be broken down."""
    from tanggap.metrics.catalog import catalog, chosen

    session = open_session(lake, lang=lang, as_json=as_json, must_exist=sql)
    figures = catalog(session.settings)
    if not metric:
        return _list(session, list(figures.values()))
    found = chosen(figures, [metric])
    if len(found) > 1:
        return _list(session, found)
    statement = _sql(session, found[0]) if sql else ""
    if as_json:
        shown: dict[str, object] = {"schema": "tanggap.explain/1", **_as_dict(found[0])}
        write_json({**shown, "sql": statement} if sql else shown)
        return 0
    _print(session, found[0], figures)
    if statement:
        session.out.print()
        session.out.print(Text(statement), soft_wrap=True)
    return 0


def _as_dict(metric: Metric) -> dict[str, object]:
    info = metric.info
    return {
        "key": info.key, "family": info.family, "label": dict(info.label), "definition": dict(info.definition),
        "unit": str(info.unit), "better": str(info.better), "fact": info.fact, "dated_by": info.dated_by,
        "breakdowns": list(info.breakdowns), "headline": metric.headline,
    }  # fmt: skip


def _list(session: Session, figures: list[Metric]) -> int:
    from tanggap.reports.content import family_name

    if session.as_json:
        write_json({"schema": "tanggap.figures/1", "figures": [_as_dict(metric) for metric in figures]})
        return 0
    language, out = session.language, session.out
    for family in dict.fromkeys(metric.family for metric in figures):
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        table.add_column(family_name(family, language), no_wrap=True, style="bold")
        table.add_column("")
        for metric in figures:
            if metric.family == family:
                table.add_row(metric.key, Text(metric.info.label[language], style="" if metric.headline else "dim"))
        out.print(table, "")
    out.print(Text(say("all_figures", language), style="dim"))
    return 0


def _print(session: Session, metric: Metric, figures: dict[str, Metric]) -> None:
    from tanggap.reports.content import breakdown_name, family_name

    language, out, info = session.language, session.out, metric.info
    out.print(Text(info.label[language], style="bold").append(f"  {info.key}", style="not bold dim"))
    out.print(Text(info.definition[language]), "")
    rows: list[tuple[str, RenderableType]] = [
        ("family", family_name(info.family, language)),
        ("unit", say(f"unit.{info.unit}", language)),
        ("direction", say(f"better.{info.better}", language)),
        ("dated_by", info.dated_by),
        ("fact", info.fact),
        ("breakdowns", ", ".join(_named(name, breakdown_name(name, language)) for name in info.breakdowns)),
    ]
    kin = [key for key in figures if key != info.key and (key.startswith(info.key) or info.key.startswith(f"{key}_"))]
    if kin:
        rows.append(("see_also", ", ".join(kin)))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for key, value in rows:
        table.add_row(say(key, language), value)
    out.print(table)


def _named(name: str, word: str) -> str:
    return name if word == name.replace("_", " ") else f"{name} ({word})"


def _sql(session: Session, metric: Metric) -> str:
    from tanggap.cli.periods import choose
    from tanggap.cli.ready import facts_ready
    from tanggap.metrics.compile import Compiler
    from tanggap.metrics.frame import Frame
    from tanggap.metrics.prepared import Prepared
    from tanggap.metrics.scorecard import last_event
    from tanggap.metrics.shapes import Context, Stock

    timezone = session.settings.shop.timezone
    with facts_ready(session) as ready:
        period = choose(ready.engine, ready.snapshot, timezone).period
        context = Context(session.settings, last_event(ready.snapshot, ready.engine))
        rows = Prepared(ready.engine, ready.snapshot, session.settings).rows(metric.fact)
        if isinstance(metric.shape, Stock):
            begins, ends = metric.shape.begins(rows, context), metric.shape.ends(rows, context)
            standing = rows.filter((begins < period.end) & (ends.isnull() | (ends >= period.end)))
            expression = standing.aggregate(n=metric.shape.counted(standing, context).sum())
        else:
            framed = Compiler(ready.engine, context, Frame(period, None, timezone, None, ())).framed(rows, metric)
            expression = framed.aggregate(**metric.shape.partials(framed, context))
        return ready.engine.sql(expression)
