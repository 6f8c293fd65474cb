"""A scorecard with a grain on the terminal: each figure's course, and its latest values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tanggap.charts.formats import Formats, Language
from tanggap.cli.words import say
from tanggap.core.periods import Period, buckets
from tanggap.metrics.model import MetricInfo, Scorecard, Status
from tanggap.reports.content import families, family_name, group_name, ordered_groups, partial_buckets, text_of

_BARS = "▁▂▃▄▅▆▇█"
_NAME, _CELL, _COURSE = 24, 12, 20


def trend_tables(
    card: Scorecard, language: Language, width: int, names: Mapping[str, Mapping[str, str]]
) -> Iterator[RenderableType]:
    """For each group (or the whole): a table a family, figures as rows, the latest buckets as columns."""
    formats = Formats(language, card.currency, card.timezone)
    spans = list(buckets(card.period, card.grain or "", card.timezone))
    cut = {span for span, partial in zip(spans, partial_buckets(card), strict=True) if partial}
    course = min(_COURSE, len(spans))
    shown = spans[-max(1, (width - _NAME - course - 2) // (_CELL + 1)) :]
    period = formats.period(card.period.start, card.period.end)
    yield Text(say("trend_by", language, label=period, grain=say(f"grain.{card.grain}", language)), style="bold")
    for group in ordered_groups(card, language, names) if card.by else [{}]:
        if group:
            yield Text(f"\n{group_name(group, language, names)}", style="bold")
        for family, infos in families(card).items():
            table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0, show_edge=False, header_style="dim")
            table.add_column(Text(family_name(family, language), style="not dim bold"), width=_NAME)
            table.add_column(say("course", language), width=course + 1)
            for span in shown:
                mark = "…" if span in cut else ""
                table.add_column(formats.bucket(span.start, card.grain or "") + mark, justify="right", width=_CELL + 1)
            for info in infos:
                table.add_row(*_row(card, info, group, spans, shown, formats, course))
            yield Text()
            yield table
    if cut.intersection(shown):
        yield Text(f"\n{say('cut_buckets', language)}", style="dim")
    if len(shown) < len(spans):
        yield Text(f"\n{say('more_buckets', language, hidden=len(spans) - len(shown))}", style="dim")


def _row(
    card: Scorecard, info: MetricInfo, group: Mapping[str, str | None], spans: list[Period], shown: list[Period],
    formats: Formats, course: int,
) -> Iterator[Text | str]:  # fmt: skip
    # The first bucket may have begun before the period does.
    found = {
        max(cell.bucket, card.period.start): cell
        for cell in card.cells
        if cell.metric == info.key and cell.bucket is not None and dict(cell.by) == dict(group)
    }
    values = [None if (cell := found.get(span.start)) is None else cell.value for span in spans]
    yield text_of(info.label, formats.language) or info.key
    yield bars(values[-course:])
    for span in shown:
        cell = found.get(span.start)
        if cell is None or cell.value is None or cell.status == Status.NO_DATA:
            yield Text("–", style="dim")
        else:
            yield Text(formats.value(str(info.unit), cell.value), style="dim" if cell.status == Status.TOO_FEW else "")


def bars(values: list[float | None]) -> str:
    """The course of values as block letters, a blank where there is none; from zero where all are positive."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(0.0, *known), max(known)
    top = len(_BARS) - 1
    return "".join(
        " " if value is None else _BARS[round((value - low) / (high - low) * top) if high > low else 0]
        for value in values
    )
