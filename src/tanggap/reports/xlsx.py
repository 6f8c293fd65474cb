"""A report as a workbook: real numbers with formats, one sheet a view, a sheet of definitions.

Shares are fractions shown as per cent, their changes points (a change of 0.021 is written 2.1); durations are Excel
durations (fractions of a day, shown ``[h]:mm:ss``), their changes seconds; money is in major units. A cell without data
is left empty and its status says why. The sheet About says what the figures are of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tanggap.metrics.model import Cell, MetricInfo, Scorecard
from tanggap.metrics.reviews import ReviewStanding
from tanggap.reports.content import Report, breakdown_name, family_name, group_name, ordered_groups, text_of
from tanggap.reports.workbook import Sheets

#: The columns of a cell: those of its value, those of the comparison, and what else is to be known of it.
_NOW: Final = ("this_period", "low", "high", "rows")
_COMPARED: Final = (
    "previous", "rows_previous_n", "change", "change_low", "change_high", "more_than_chance",
)  # fmt: skip
_AIM: Final = ("target", "on_target")
_REST: Final = ("maturing", "foreign", "status")


def _columns(card: Scorecard) -> list[str]:
    """The columns that a scorecard fills; those of the comparison only where there is one."""
    return [*_NOW, *(_COMPARED if card.previous is not None else ()), *_AIM, *_REST]


def _headers(sheets: Sheets, card: Scorecard) -> list[str]:
    word = sheets.formats.word
    special = {
        "rows_previous_n": f"{word('previous')}: n",
        "change_low": f"{word('change')}: {word('low').lower()}",
        "change_high": f"{word('change')}: {word('high').lower()}",
    }
    return [special.get(key) or word(key) for key in _columns(card)]


def _cell_columns(
    sheets: Sheets, sheet: Worksheet, row: int, first: int, cell: Cell, info: MetricInfo, card: Scorecard
) -> None:
    """A cell laid out in the columns of its scorecard, from column ``first`` on."""
    put, change = partial(sheets.put, sheet, row), partial(sheets.put_change, sheet, row)
    count = partial(sheets.put_count, sheet, row)
    laid: dict[str, Callable[[int], object]] = {
        "this_period": lambda at: put(at, cell.value, info.unit),
        "low": lambda at: put(at, cell.low, info.unit),
        "high": lambda at: put(at, cell.high, info.unit),
        "rows": lambda at: count(at, cell.n),
        "previous": lambda at: put(at, cell.previous, info.unit),
        "rows_previous_n": lambda at: count(at, cell.previous_n),
        "change": lambda at: change(at, cell.change, info.unit),
        "change_low": lambda at: change(at, cell.change_low, info.unit),
        "change_high": lambda at: change(at, cell.change_high, info.unit),
        "more_than_chance": lambda at: sheet.write_string(row, at, sheets.flag(cell.changed)),
        "target": lambda at: put(at, cell.target, info.unit),
        "on_target": lambda at: sheet.write_string(row, at, sheets.flag(cell.on_target)),
        "maturing": lambda at: count(at, cell.maturing),
        "foreign": lambda at: count(at, cell.foreign),
        "status": lambda at: sheet.write_string(row, at, sheets.status(cell)),
    }
    for offset, key in enumerate(_columns(card)):
        laid[key](first + offset)


def _about(sheets: Sheets) -> None:
    """What the workbook is of, and how its numbers are to be read."""
    report, formats, card = sheets.report, sheets.formats, sheets.report.overall
    word, previous = formats.word, card.previous
    compared = formats.period(previous.start, previous.end) if previous else word("opening_alone")
    lines = [
        (word("about.shop"), report.shop_name),
        (word("about.period"), formats.period(card.period.start, card.period.end)),
        (word("about.compared"), compared),
        (word("about.timezone"), card.timezone),
        (word("about.currency"), card.currency),
        (word("about.known"), formats.instant(card.as_of)),
        (word("about.made"), formats.instant(report.generated_at)),
        *([(word("about.where"), card.where)] if card.where else []),
    ]
    sheet = sheets.sheet(word("sheet.about"), [report.title, ""], {0: 26, 1: 90}, 0)
    for row, (name, text) in enumerate(lines, start=1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text, sheets.wrap)
    notes = [word(f"about.{key}") for key in ("durations", "points", "money")]
    notes += [word("method.interval"), word("method.maturing"), *report.doctor]
    for row, note in enumerate(notes, start=len(lines) + 2):
        sheet.write_string(row, 1, note, sheets.wrap)


def _scorecard(sheets: Sheets, name: str, card: Scorecard) -> Worksheet:
    word, language = sheets.formats.word, sheets.report.language
    headers = [word("family"), word("figure"), *_headers(sheets, card)]
    sheet = sheets.sheet(word(name), headers, {0: 14, 1: 34}, 2)
    for row, info in enumerate(card.metrics, start=1):
        sheet.write_string(row, 0, family_name(info.family, language))
        sheet.write_string(row, 1, text_of(info.label, language))
        if cell := card.cell(info.key):
            _cell_columns(sheets, sheet, row, 2, cell, info, card)
    sheet.autofilter(0, 0, max(len(card.metrics), 1), len(headers) - 1)
    return sheet


def _groups(sheets: Sheets, name: str, column: str, card: Scorecard) -> None:
    """One row a figure and group, so that a pivot or a filter can be put on it."""
    word, language, names = sheets.formats.word, sheets.report.language, sheets.report.names
    headers = [word("figure"), breakdown_name(column, language).capitalize(), *_headers(sheets, card)]
    sheet = sheets.sheet(name, headers, {0: 34, 1: 22}, 2)
    row = 1
    groups = ordered_groups(card, language, names)
    for info in card.metrics:
        for group in groups:
            if cell := card.cell(info.key, group):
                sheet.write_string(row, 0, text_of(info.label, language))
                sheet.write_string(row, 1, group_name(group, language, names))
                _cell_columns(sheets, sheet, row, 2, cell, info, card)
                row += 1
    sheet.autofilter(0, 0, max(row - 1, 1), len(headers) - 1)


def _trend(sheets: Sheets, card: Scorecard) -> None:
    word, language = sheets.formats.word, sheets.report.language
    headers = [word("figure"), word("start"), *_headers(sheets, card)]
    sheet = sheets.sheet(word("sheet.trend"), headers, {0: 34, 1: 17}, 2)
    infos = {info.key: info for info in card.metrics}
    style = sheets.instant if card.grain == "hour" else sheets.day
    shown = [cell for cell in card.cells if cell.bucket is not None and not cell.by]
    for row, cell in enumerate(shown, start=1):
        info = infos[cell.metric]
        sheet.write_string(row, 0, text_of(info.label, language))
        sheets.put_moment(sheet, row, 1, cell.bucket, style)
        _cell_columns(sheets, sheet, row, 2, cell, info, card)
    sheet.autofilter(0, 0, max(len(shown), 1), len(headers) - 1)


def _reviews(sheets: Sheets, standing: ReviewStanding) -> None:
    """The weeks with what speaks for each, and the promoters with who was asked and who wrote."""
    word = sheets.formats.word
    headers = [word(key) for key in ("reviews.week", "reviews.count", "p_chance", "reviews.bought")]
    sheet = sheets.sheet(word("reviews.short"), [header.capitalize() for header in headers], {0: 17}, 1)
    for row, week in enumerate(standing.weeks, start=1):
        sheets.put_moment(sheet, row, 0, week.start, sheets.day)
        sheets.put_count(sheet, row, 1, week.reviews)
        if week.p is not None:
            sheet.write_number(row, 2, week.p, sheets.chance)
        sheet.write_string(row, 3, sheets.flag(None if week.p is None else week.suspicious))


def _promoters(sheets: Sheets, report: Report) -> None:
    word = sheets.formats.word
    keys = ("customer", "score", "answered", "asked", "wrote")
    headers = [word(f"reviews.{key}") for key in keys]
    sheet = sheets.sheet(word("sheet.promoters"), headers, {0: 26, 2: 17, 3: 17, 4: 17}, 1)
    for row, one in enumerate(report.promoters, start=1):
        sheet.write_string(row, 0, one.customer_id)
        sheets.put_count(sheet, row, 1, one.score)
        for column, instant in enumerate((one.answered_at, one.asked_at, one.reviewed_at), start=2):
            sheets.put_moment(sheet, row, column, instant, sheets.instant)
    sheet.autofilter(0, 0, len(report.promoters), len(headers) - 1)


def _standing(sheets: Sheets) -> None:
    word, language = sheets.formats.word, sheets.report.language
    headers = [word(key) for key in ("rule", "now", "limit", "direction", "state", "headroom", "valid_from")]
    sheet = sheets.sheet(word("sheet.standing"), headers, {0: 38, 5: 38}, 1)
    for row, rule in enumerate(sheets.report.standing, start=1):
        sheet.write_string(row, 0, text_of(rule.rule, language))
        for column, value in ((1, rule.figure), (2, rule.limit)):
            sheets.put(sheet, row, column, value, rule.unit)
        sheet.write_string(row, 3, word(f"direction.{rule.better}"))
        sheet.write_string(row, 4, word(f"state.{rule.status}"))
        sheet.write_string(row, 5, text_of(rule.headroom, language))
        sheet.write_string(row, 6, rule.valid_from.isoformat() if rule.valid_from else "")


def _definitions(sheets: Sheets, infos: Sequence[MetricInfo]) -> None:
    word, language = sheets.formats.word, sheets.report.language
    headers = [word(key) for key in ("key", "figure", "definition", "unit", "direction", "dated_by", "family")]
    sheet = sheets.sheet(word("sheet.definitions"), headers, {0: 26, 1: 34, 2: 90, 3: 18}, 1)
    for row, info in enumerate(infos, start=1):
        texts = (
            info.key, text_of(info.label, language), text_of(info.definition, language),
            word(f"unit_name.{info.unit}"), word(f"direction.{info.better}"), info.dated_by,
            family_name(info.family, language),
        )  # fmt: skip
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, sheets.wrap)


def write(report: Report, path: Path) -> None:
    """The report as an XLSX file at ``path``: About, Scorecard, one sheet a break-down, and what else the report holds.

    Raises:
        xlsxwriter.exceptions.FileCreateError: the file cannot be written (an ``OSError`` stands behind it).
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": report.title, "company": report.shop_name, "author": "Tanggap"})
        sheets = Sheets(report, book)
        word, language = sheets.formats.word, report.language
        _about(sheets)
        _scorecard(sheets, "sheet.scorecard", report.overall).activate()
        for column in report.breakdowns():
            heading = word("by_heading", name=breakdown_name(column, language))
            _groups(sheets, heading, column, report.by[column])
        if report.trend is not None:
            _trend(sheets, report.trend)
        if report.routing is not None:
            _scorecard(sheets, "sheet.routing", report.routing)
        if report.reasons is not None:
            _groups(sheets, word("sheet.reasons"), "reason", report.reasons)
        if report.reviews is not None:
            _reviews(sheets, report.reviews)
            _promoters(sheets, report)
        if report.standing:
            _standing(sheets)
        cards = [report.whole, *([report.routing] if report.routing else [])]
        _definitions(sheets, list({info.key: info for card in cards for info in card.metrics}.values()))
