"""A scorecard in the terminal: tables that a stranger can read at 80 columns, with colour or without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tanggap.charts.formats import DASH, NBSP, Formats, Language
from tanggap.metrics.model import MetricInfo, Scorecard
from tanggap.reports.compare import Mark, group_marks
from tanggap.reports.content import (
    Report,
    StandingRow,
    breakdown_name,
    families,
    family_name,
    group_name,
    ordered_groups,
    text_of,
)
from tanggap.reports.figures import Figure, figure
from tanggap.reports.reviews import asking_sentence, standing_sentence
from tanggap.reports.summary import Block, summarise
from tanggap.reports.view import GroupCell, group_cell, standing_text

_STYLES: Final = {Mark.BETTER: "green", Mark.WORSE: "red", Mark.DIFFERS: "blue", Mark.SAME: "dim", Mark.NONE: ""}
_WIDTH: Final = 80
_WIDE: Final = 100  # from here on there is room for a change's own interval
_FIRST: Final = 22  # columns for a figure's name, beside groups
_GROUP: Final = 15  # columns for a group
_NOW, _BEFORE, _MOVED, _AIM = 17, 13, 17, 12  # columns of the scorecard


def scorecard_table(card: Scorecard, language: Language, *, width: int = _WIDTH) -> RenderableType:
    """A scorecard without break-down: per figure this period, the one before, the change, the target.

    Under each value stands its interval, under each name its ``n``, under each change what it is worth in a word,
    so that nothing depends on colour.
    """
    formats = Formats(language, card.currency, card.timezone)
    compared = card.previous is not None
    columns = [("this_period", _NOW), ("previous", _BEFORE), ("change", _MOVED if width < _WIDE else 2 * _MOVED)]
    columns = [*(columns if compared else columns[:1]), ("target", _AIM)]
    first = max(12, width - sum(size + 1 for _, size in columns))
    parts: list[RenderableType] = [_heading(card, formats)]
    for family, infos in families(card).items():
        table = _table(family_name(family, language), first)
        for key, size in columns:
            table.add_column(formats.word(key), justify="right", width=size)
        for info in infos:
            text = figure(card.cell(info.key), info, formats)
            cells = [
                _label(text, formats),
                _lines(_parts(text.value, _NOW), _fit(text.interval, _NOW), bold=text.has_data),
            ]
            cells += [Text(_parts(text.previous, _BEFORE), style="dim"), _change(text, width)] if compared else []
            table.add_row(*cells, _target(text))
        parts += [Text(), table]
    legend = f"{formats.word('terminal.legend')} {formats.word('terminal.explain')}"
    return Group(*parts, Text(), Text(legend, style="dim"))


def _heading(card: Scorecard, formats: Formats) -> Text:
    text = Text(formats.period(card.period.start, card.period.end), style="bold")
    if card.previous is not None:
        previous = formats.period(card.previous.start, card.previous.end)
        text.append(f"  {formats.word('compared_with', period=previous)}", style="not bold dim")
    if card.where:
        text.append(f"\n{formats.word('method.where', where=card.where)}", style="not bold dim")
    return text


def _table(title: str, first: int | None = None) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0, header_style="dim", show_edge=False)
    table.add_column(Text(title, style="not dim bold"), width=first, overflow="fold")
    return table


def _lines(first: str, *more: str, bold: bool = False, style: str = "") -> Text:
    """A line, and under it what is dim."""
    shown = Text(first, style=style or ("bold" if bold else "dim"))
    for line in more:
        if line:
            shown.append(f"\n{line}", style="not bold dim")
    return shown


def _parts(value: str, width: int) -> str:
    """A value that is too long for its column, broken between two of its parts (2 h 17 min, 40 s)."""
    return value if len(value) <= width else "\n".join(value.rsplit(" ", 1))


def _fit(interval: str, width: int) -> str:
    """An interval that is too long for its column, broken behind its dash."""
    broken = interval.replace("; ", ";\n")
    return broken if len(interval) <= width else broken.replace(f"{NBSP}{DASH} ", f"{NBSP}{DASH}\n")


def _label(text: Figure, formats: Formats) -> Text:
    if not text.has_data:
        return Text(text.label, style="dim")
    shown = Text(text.label).append(f"\n{formats.word('n', n=text.n)}", style="dim")
    return shown.append(f"\n{formats.word('foreign_note', n=text.foreign)}", style="dim") if text.foreign else shown


def _change(text: Figure, width: int) -> Text:
    shown = Text(f"{text.sign} {text.change}".strip(), style=_STYLES[text.mark])
    if text.change_interval and width >= _WIDE:
        shown.append(f" ({text.change_interval})", style="dim")
    if text.verdict:
        shown.append(f"\n{text.verdict}")
    return shown


def _target(text: Figure) -> Text:
    shown = Text(text.target)
    if text.target_word:
        shown.append(f"\n{text.target_word}", style="green" if text.target_met else "red")
    return shown


def groups_table(
    card: Scorecard, language: Language, *, overall: Scorecard | None = None, width: int = _WIDTH,
    names: Mapping[str, Mapping[str, str]] | None = None,
) -> RenderableType:  # fmt: skip
    """A scorecard with a break-down: figures as rows, groups side by side, in as many tables as ``width`` asks for.

    With ``overall``, a group is marked ▲ or ▼ only where it differs from the whole by more than chance, else ≈.
    """
    formats = Formats(language, card.currency, card.timezone)
    groups = ordered_groups(card, language, names)
    side_by_side = max(1, (width - _FIRST - 1) // (_GROUP + 1))
    parts: list[RenderableType] = []
    rows = {info.key: list(_group_cells(card, overall, info, groups, formats)) for info in card.metrics}
    for first in range(0, len(groups), side_by_side):
        shown = groups[first : first + side_by_side]
        for family, infos in families(card).items():
            table = _table(family_name(family, language), _FIRST)
            for group in shown:
                name = group_name(group, language, names)
                table.add_column(Text(name, style="not dim bold"), justify="right", width=_GROUP)
            for info in infos:
                cells = rows[info.key][first : first + side_by_side]
                if any(cell.has_data for cell in cells):  # orders have no bot: nothing is missing there
                    table.add_row(text_of(info.label, language) or info.key, *(_group_text(cell) for cell in cells))
            parts += [Text(), table] if table.row_count else []
    if overall is not None:
        parts += [Text(), Text(formats.word("group_order_note"), style="dim")]
    by = ", ".join(breakdown_name(column, language) for column in card.by)
    return Group(Text(formats.word("by_heading", name=by), style="bold"), *parts)


def _group_cells(
    card: Scorecard, overall: Scorecard | None, info: MetricInfo, groups: Sequence[Mapping[str, str | None]],
    formats: Formats,
) -> Iterator[GroupCell]:  # fmt: skip
    cells = [card.cell(info.key, group) for group in groups]
    whole = overall.cell(info.key) if overall else None
    centre = whole.value if whole else None
    for cell, mark in zip(cells, group_marks(cells, whole, info), strict=True):
        yield group_cell(cell, info, mark, centre, formats)


def _group_text(cell: GroupCell) -> Text:
    if not cell.has_data:
        return Text(cell.value, style="dim")
    style = "not dim" if cell.mark in (Mark.SAME, Mark.NONE) else _STYLES[cell.mark]
    return _lines(f"{cell.sign} {cell.value}".strip(), _fit(cell.interval, _GROUP), cell.n, style=style)


def standing_table(rows: Sequence[StandingRow], language: Language, currency: str = "IDR") -> RenderableType:
    """Marketplace rules: figure, limit, pass or fail, headroom."""
    formats = Formats(language, currency)
    table = _table(formats.word("standing"))
    for key in ("now", "limit", "state", "headroom"):
        table.add_column(formats.word(key), justify="right" if key in ("now", "limit") else "left")
    table.padding = (0, 1, 0, 0)
    styles = {"pass": "green", "fail": "red", "no_data": "dim"}
    for row in rows:
        text = standing_text(row, formats)
        state = Text(text.state, style=styles[text.status])
        table.add_row(text.rule, text.figure, text.limit, state, text.headroom)
    return table


def summary_text(report: Report) -> RenderableType:
    """The headline in words: what got better, what got worse, what misses its target."""
    summary = summarise(report)
    parts: list[RenderableType] = [Text(f"{report.shop_name} · {report.title}", style="bold"), Text(summary.opening)]
    return Group(*parts, *(_block_text(block) for block in summary.blocks))


def _block_text(block: Block) -> Text:
    text = Text(f"\n{block.heading}", style="bold")
    for line in block.sentences:
        text.append("\n  • ", style="not bold")
        text.append(line.label, style="not bold " + _STYLES[block.mark])
        text.append(f" {line.text}", style="not bold")
        if line.note:
            text.append(f" ({line.note})" if "(" not in line.note else f", {line.note}", style="not bold dim")
    for note in (block.nothing if not block.sentences else "", block.more):
        if note:
            text.append(f"\n  {note}", style="not bold dim")
    return text


def _burst_lines(report: Report) -> Iterator[str]:
    """The weeks that look bought, a line each."""
    word, formats = report.formats.word, report.formats
    for week in report.reviews.bursts if report.reviews else ():
        day = formats.day(formats.day_of(week.start))
        yield f"! {word('reviews.week')} {day}: {formats.number(week.reviews)}, {word('reviews.bought')}"


def print_report(report: Report, console: Console) -> None:
    """The summary, the scorecard, each break-down, the seller's standing and the data's quality."""
    language, width = report.language, console.width
    console.print(summary_text(report), "")
    console.print(scorecard_table(report.overall, language, width=width))
    for column in report.breakdowns():
        card = report.by[column]
        console.print("", groups_table(card, language, overall=report.whole, width=width, names=report.names))
    if report.routing is not None:
        console.print("", scorecard_table(report.routing, language, width=width))
    if report.reviews is not None:
        told = (standing_sentence(report.reviews, report.formats), *_burst_lines(report))
        console.print()
        console.print(Text(report.formats.word("reviews.short"), style="bold"))
        for line in (*told, asking_sentence(report.promoters, report.formats)):
            console.print(Text(line))
    if report.standing:
        console.print("", standing_table(report.standing, language, report.overall.currency))
    for line in report.doctor:
        console.print(Text(f"! {line}"))
