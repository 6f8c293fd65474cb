"""What the HTML page shows, worked out before any markup: rows, tables, plots, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tanggap.charts.formats import Formats
from tanggap.charts.palette import Mode
from tanggap.charts.together import written
from tanggap.metrics.model import Better, Cell, MetricInfo, Status
from tanggap.reports.compare import Mark, group_marks
from tanggap.reports.content import (
    Report,
    Standing,
    StandingRow,
    breakdown_name,
    families,
    family_name,
    group_name,
    ordered_groups,
    partial_buckets,
    text_of,
)
from tanggap.reports.figures import Figure, figure, sign, value_text
from tanggap.reports.plots import KEY_FIGURES, Plot, bar_plots, load_plots, pick, slug, spark, survey_plots, trend_plots
from tanggap.reports.reviews import ReviewsText, reviews_text
from tanggap.reports.summary import Summary, summarise

_COLUMNS: Final = 6  # groups side by side; more go into a further table, so that paper holds them too
_TILES: Final = 6
_OF_A_REASON: Final = ("share_to_people", "value_per_conversation")


@dataclass(frozen=True)
class Row:
    """One figure of the scorecard with its sparkline."""

    figure: Figure
    spark: str


@dataclass(frozen=True)
class GroupCell:
    """One group's figure: value, interval, rows, and what its difference from the whole is worth."""

    value: str
    interval: str
    n: str
    has_data: bool
    mark: Mark
    sign: str
    verdict: str


@dataclass(frozen=True)
class GroupRow:
    """One figure across the groups; the first cell is the whole."""

    key: str
    label: str
    cells: Sequence[GroupCell]


@dataclass(frozen=True)
class GroupTable:
    """Groups side by side, figures as rows, by family."""

    columns: Sequence[str]
    sections: Sequence[tuple[str, Sequence[GroupRow]]]


@dataclass(frozen=True)
class Breakdown:
    """One break-down: its heading, its tables, its bars, the note on how to read it."""

    slug: str
    heading: str
    note: str
    tables: Sequence[GroupTable]
    plots: Sequence[Plot]


@dataclass(frozen=True)
class StandingText:
    """One marketplace rule as text."""

    rule: str
    figure: str
    limit: str
    status: str
    state: str
    headroom: str
    valid_from: str


@dataclass(frozen=True)
class ReasonRow:
    """One reason of decisions: how many, which share of all, and what was decided."""

    name: str
    decisions: str
    share: str
    to_people: str
    value: str


@dataclass(frozen=True)
class Page:
    """Everything the page's template needs."""

    report: Report
    formats: Formats
    period: str
    compared: str
    generated: str
    summary: Summary
    tiles: Sequence[Row]
    scorecard: Sequence[tuple[str, Sequence[Row]]]
    breakdowns: Sequence[Breakdown]
    trend: Sequence[Plot]
    more_trend: Sequence[Plot]
    partial_note: str
    load: Sequence[Plot]
    surveys: Sequence[Plot]
    routing: Sequence[Figure]
    reasons: Sequence[ReasonRow]
    reason_labels: Sequence[str]
    reviews: ReviewsText | None
    standing: Sequence[StandingText]
    standing_sentence: str
    method: Sequence[str]


def page(report: Report, mode: Mode = "page") -> Page:
    """The whole page of a report; drawing its charts takes most of the time (about 25 ms each)."""
    formats, card = report.formats, report.overall
    trend, more = trend_plots(report, mode)
    previous = card.previous
    compared = formats.period(previous.start, previous.end) if previous else ""
    return Page(
        report=report,
        formats=formats,
        period=formats.period(card.period.start, card.period.end),
        compared=formats.word("compared_with", period=compared) if compared else "",
        generated=formats.word("generated", instant=formats.instant(report.generated_at)),
        summary=summarise(report),
        tiles=_tiles(report),
        scorecard=[
            (family_name(family, report.language), [_row(report, info) for info in infos])
            for family, infos in families(card).items()
        ],
        breakdowns=[_breakdown(report, column, mode) for column in report.breakdowns()],
        trend=trend,
        more_trend=more,
        partial_note=formats.word("partial") if report.trend and any(partial_buckets(report.trend)) else "",
        load=load_plots(report, mode),
        surveys=survey_plots(report, mode),
        routing=_routing(report),
        reasons=_reasons(report),
        reason_labels=[text_of(info.label, report.language) for info in report.reasons.metrics]
        if report.reasons
        else [],
        reviews=reviews_text(report, mode),
        standing=[standing_text(row, formats) for row in report.standing],
        standing_sentence=_standing_sentence(report),
        method=_method(report),
    )


def _row(report: Report, info: MetricInfo) -> Row:
    text = figure(report.overall.cell(info.key), info, report.formats)
    return Row(text, spark(report, info, text.label))


def _tiles(report: Report) -> list[Row]:
    rows = [_row(report, info) for info in pick(report.overall.metrics, KEY_FIGURES)]
    return [row for row in rows if row.figure.has_data][:_TILES]


# -- break-downs ------------------------------------------------------------------------------------------------


def _breakdown(report: Report, column: str, mode: Mode) -> Breakdown:
    formats = report.formats
    name = breakdown_name(column, report.language)
    alphabetical = column in ("agent", "team")
    return Breakdown(
        slug=slug(column),
        heading=formats.word("by_heading", name=name),
        note=formats.word("groups_note" if alphabetical else "group_order_note"),
        tables=group_tables(report, column),
        plots=bar_plots(report, column, mode),
    )


def group_tables(report: Report, column: str, columns: int = _COLUMNS) -> list[GroupTable]:
    """The break-down's groups side by side, at most ``columns`` to a table, each table with the whole before them."""
    card = report.by[column]
    groups = ordered_groups(card, report.language, report.names)
    rows = {info.key: _group_row(report, info, column, groups) for info in card.metrics}
    tables = -(-len(groups) // columns)
    size = -(-len(groups) // tables) if tables else 0
    overall = report.formats.word("overall")
    found = []
    for first in range(0, len(groups), size or 1):
        part = slice(first, first + size)
        names = [overall, *(group_name(group, report.language, report.names) for group in groups[part])]
        sections = [
            (family_name(family, report.language), [_cut(rows[info.key], part) for info in infos])
            for family, infos in families(card).items()
        ]
        told = [(name, [row for row in section if _says_something(row)]) for name, section in sections]
        found.append(GroupTable(names, [section for section in told if section[1]]))
    return found


def _says_something(row: GroupRow) -> bool:
    """Whether any of the groups has the figure: orders have no bot, and a row of "no data" hides those that tell."""
    return any(cell.has_data for cell in row.cells[1:])


def _cut(row: GroupRow, part: slice) -> GroupRow:
    return GroupRow(row.key, row.label, [row.cells[0], *row.cells[1:][part]])


def _group_row(report: Report, info: MetricInfo, column: str, groups: Sequence[Mapping[str, str | None]]) -> GroupRow:
    cells = [report.by[column].cell(info.key, group) for group in groups]
    overall = report.whole.cell(info.key)
    marks = group_marks(cells, overall, info)
    centre = overall.value if overall else None
    shown = [group_cell(cell, info, mark, centre, report.formats) for cell, mark in zip(cells, marks, strict=True)]
    whole = group_cell(overall, info, Mark.NONE, None, report.formats)
    return GroupRow(info.key, text_of(info.label, report.language) or info.key, [whole, *shown])


def group_cell(cell: Cell | None, info: MetricInfo, mark: Mark, centre: float | None, formats: Formats) -> GroupCell:
    """One group's cell as text; ``centre`` is the value of the whole."""
    value, interval = value_text(cell, info, formats)
    has_data = cell is not None and cell.value is not None and cell.status != Status.NO_DATA
    difference = cell.value - centre if cell and cell.value is not None and centre is not None else None
    return GroupCell(
        value=value,
        interval=interval,
        n=formats.word("n", n=formats.number(cell.n)) if cell and has_data else "",
        has_data=has_data,
        mark=mark,
        sign=sign(mark, difference),
        verdict=formats.word(f"group_{mark}") if mark else "",
    )


# -- routing ----------------------------------------------------------------------------------------------------


def _routing(report: Report) -> list[Figure]:
    card = report.routing
    return [] if card is None else [figure(card.cell(info.key), info, report.formats) for info in card.metrics]


def _reasons(report: Report) -> list[ReasonRow]:
    """Reasons by how often they decided."""
    card, formats = report.reasons, report.formats
    if card is None:
        return []

    def cell(key: str, group: Mapping[str, str | None]) -> Cell | None:
        return card.cell(key, group)

    counted = [(group, cell("decisions", group)) for group in card.groups()]
    found = [(group, one) for group, one in counted if one is not None and one.n]
    total = sum(one.n for _, one in found)
    rows = []
    for group, one in sorted(found, key=lambda pair: -pair[1].n):
        to_people, value = (value_text(cell(key, group), card.info(key), formats)[0] for key in _OF_A_REASON)
        rows.append(ReasonRow(
            group_name(group, report.language), formats.number(one.n), formats.share(one.n / total), to_people, value
        ))  # fmt: skip
    return rows


# -- standing and method ----------------------------------------------------------------------------------------


def standing_text(row: StandingRow, formats: Formats) -> StandingText:
    """One marketplace rule as text; the limit with the side on which one has to be."""
    relation = {Better.HIGHER: "≥ ", Better.LOWER: "≤ ", Better.NEITHER: ""}[row.better]
    figure, limit = formats.word("no_data"), formats.target(row.unit, row.limit)
    if row.figure is not None:
        texts = written(formats, row.unit, row.figure, target=row.limit, missed=row.status == Standing.FAIL)
        figure, limit = texts.value, texts.target
    return StandingText(
        rule=text_of(row.rule, formats.language),
        figure=figure,
        limit=relation + limit,
        status=str(row.status),
        state=formats.word(f"state.{row.status}"),
        headroom=text_of(row.headroom, formats.language),
        valid_from=formats.day(row.valid_from) if row.valid_from else "",
    )


def _standing_sentence(report: Report) -> str:
    states = [row.status for row in report.standing]
    return report.formats.word(
        "sentence_standing",
        passed=states.count(Standing.PASS), failed=states.count(Standing.FAIL), unknown=states.count(Standing.NO_DATA),
    )  # fmt: skip


def _method(report: Report) -> list[str]:
    formats, card = report.formats, report.overall
    compared = [cell for cell in card.cells if cell.changed is not None]
    notes = [formats.word("method.interval")]
    if compared:
        expected = formats.number(len(compared) * 0.05, 0 if len(compared) >= 20 else 1)
        notes.append(formats.word("method.change", figures=len(compared), expected=expected))
    notes.append(formats.word("method.maturing"))
    notes.append(formats.word("method.time", timezone=card.timezone, as_of=formats.instant(card.as_of)))
    if card.where:
        notes.append(formats.word("method.where", where=card.where))
    return notes
