"""A report as a workbook: real numbers with formats, one sheet a view, a sheet of definitions.

Shares are fractions shown as per cent; durations are Excel durations (fractions of a day, shown ``[h]:mm:ss``); money
is in major units. A cell without data is left empty and its status says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tanggap.charts.formats import Formats
from tanggap.core.instants import to_datetime, zone
from tanggap.core.money import to_major
from tanggap.metrics.model import Cell, MetricInfo, Scorecard, Unit
from tanggap.reports.content import Report, breakdown_name, family_name, group_name, ordered_groups, text_of
from tanggap.reports.jsonfile import number

_DAY: Final = 86_400
_PATTERNS: Final[Mapping[Unit, str]] = {
    Unit.SECONDS: "[h]:mm:ss", Unit.SHARE: "0.0%", Unit.SCORE: "+0.0;-0.0;0.0", Unit.COUNT: "#,##0",
    Unit.PER_DAY: "0.0", Unit.MEAN_COUNT: "0.00", Unit.MONEY: "#,##0",
}  # fmt: skip
_NAME_LIMIT: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")


def native(value: float | None, unit: Unit, currency: str) -> float | None:
    """A value as a spreadsheet holds it: durations in days, money in major units, the rest as it is."""
    value = number(value)
    if value is None or unit not in (Unit.SECONDS, Unit.MONEY):
        return value
    return value / _DAY if unit == Unit.SECONDS else to_major(value, currency)


class _Sheets:
    """The workbook being written: its formats and how a row of a cell is laid out."""

    def __init__(self, report: Report, book: Workbook) -> None:
        self.report, self.book = report, book
        self.formats: Formats = report.formats
        self.currency = report.overall.currency
        self.head: Format = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.wrap: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.date: Format = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.whole: Format = book.add_format({"num_format": "#,##0"})
        self.units = {unit: book.add_format({"num_format": pattern}) for unit, pattern in _PATTERNS.items()}
        # A negative duration cannot be shown in [h]:mm:ss, so a change of one is written in plain seconds.
        self.seconds: Format = book.add_format({"num_format": '0.0 "s"'})
        self._names: set[str] = set()

    def sheet(self, name: str, headers: Sequence[str], widths: Mapping[int, float], frozen: int) -> Worksheet:
        """A new sheet with a frozen header row and ``frozen`` frozen columns."""
        clean = _FORBIDDEN.sub(" ", name)[:_NAME_LIMIT].strip("' ") or "Sheet"
        while clean.casefold() in self._names:
            clean = f"{clean[: _NAME_LIMIT - 2]} 2"
        self._names.add(clean.casefold())
        sheet = self.book.add_worksheet(clean)
        sheet.set_column(0, len(headers) - 1, 14)
        for column, width in widths.items():
            sheet.set_column(column, column, width)
        for column, text in enumerate(headers):
            sheet.write_string(0, column, text, self.head)
        sheet.freeze_panes(1, frozen)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
        return sheet

    def put(self, sheet: Worksheet, row: int, column: int, value: float | None, info: MetricInfo) -> None:
        """One value in its unit's format; nothing where there is no value."""
        shown = native(value, info.unit, self.currency)
        if shown is not None:
            sheet.write_number(row, column, shown, self.units[info.unit])

    def put_change(self, sheet: Worksheet, row: int, column: int, value: float | None, info: MetricInfo) -> None:
        """One change; durations in seconds, see above."""
        if info.unit != Unit.SECONDS:
            self.put(sheet, row, column, value, info)
        elif (seconds := number(value)) is not None:
            sheet.write_number(row, column, seconds, self.seconds)

    def flag(self, value: bool | None) -> str:
        """Yes, no, or nothing where it is not known."""
        return "" if value is None else self.formats.word("yes" if value else "no")


_COLUMNS: Final = (
    "this_period", "low", "high", "rows", "previous", "rows_previous_n", "change", "change_low", "change_high",
    "more_than_chance", "target", "on_target", "maturing", "foreign", "status",
)  # fmt: skip


def _headers(formats: Formats) -> list[str]:
    special = {
        "rows_previous_n": f"{formats.word('previous')}: n",
        "change_low": f"{formats.word('change')}: {formats.word('low').lower()}",
        "change_high": f"{formats.word('change')}: {formats.word('high').lower()}",
    }
    return [special.get(key) or formats.word(key) for key in _COLUMNS]


def _cell_columns(sheets: _Sheets, sheet: Worksheet, row: int, first: int, cell: Cell, info: MetricInfo) -> None:
    """A cell laid out in the columns of ``_COLUMNS``, from column ``first`` on."""
    put, change = partial(sheets.put, sheet, row), partial(sheets.put_change, sheet, row)
    laid: Sequence[Callable[[int], object]] = (
        lambda at: put(at, cell.value, info),
        lambda at: put(at, cell.low, info),
        lambda at: put(at, cell.high, info),
        lambda at: sheet.write_number(row, at, cell.n, sheets.whole),
        lambda at: put(at, cell.previous, info),
        lambda at: sheet.write_number(row, at, cell.previous_n, sheets.whole),
        lambda at: change(at, cell.change, info),
        lambda at: change(at, cell.change_low, info),
        lambda at: change(at, cell.change_high, info),
        lambda at: sheet.write_string(row, at, sheets.flag(cell.changed)),
        lambda at: put(at, cell.target, info),
        lambda at: sheet.write_string(row, at, sheets.flag(cell.on_target)),
        lambda at: sheet.write_number(row, at, cell.maturing, sheets.whole),
        lambda at: sheet.write_number(row, at, cell.foreign, sheets.whole),
        lambda at: sheet.write_string(row, at, _status(cell, sheets.formats)),
    )
    for offset, write_at in enumerate(laid):
        write_at(first + offset)


def _status(cell: Cell, formats: Formats) -> str:
    return formats.word({"ok": "status.ok"}.get(cell.status, str(cell.status)))


def _scorecard(sheets: _Sheets, card: Scorecard) -> None:
    word, language = sheets.formats.word, sheets.report.language
    headers = [word("family"), word("figure"), *_headers(sheets.formats)]
    sheet = sheets.sheet(word("sheet.scorecard"), headers, {0: 12, 1: 34}, 2)
    for row, info in enumerate(card.metrics, start=1):
        sheet.write_string(row, 0, family_name(info.family, language))
        sheet.write_string(row, 1, text_of(info.label, language))
        if cell := card.cell(info.key):
            _cell_columns(sheets, sheet, row, 2, cell, info)


def _groups(sheets: _Sheets, column: str, card: Scorecard) -> None:
    """One row a figure and group, so that a pivot or a filter can be put on it."""
    word, language, names = sheets.formats.word, sheets.report.language, sheets.report.names
    by = breakdown_name(column, language)
    headers = [word("figure"), by.capitalize(), *_headers(sheets.formats)]
    sheet = sheets.sheet(word("by_heading", name=by), headers, {0: 34, 1: 22}, 2)
    row = 1
    groups = ordered_groups(card, language, names)
    for info in card.metrics:
        for group in groups:
            if cell := card.cell(info.key, group):
                sheet.write_string(row, 0, text_of(info.label, language))
                sheet.write_string(row, 1, group_name(group, language, names))
                _cell_columns(sheets, sheet, row, 2, cell, info)
                row += 1
    sheet.autofilter(0, 0, max(row - 1, 1), len(headers) - 1)


def _trend(sheets: _Sheets, card: Scorecard) -> None:
    word, language, tz = sheets.formats.word, sheets.report.language, zone(card.timezone)
    headers = [word("figure"), word("start"), *_headers(sheets.formats)]
    sheet = sheets.sheet(word("sheet.trend"), headers, {0: 34, 1: 17}, 2)
    infos = {info.key: info for info in card.metrics}
    shown = [cell for cell in card.cells if cell.bucket is not None and not cell.by]
    for row, cell in enumerate(shown, start=1):
        info = infos[cell.metric]
        local: datetime = to_datetime(cell.bucket or 0, tz).replace(tzinfo=None)  # Excel knows no time zones
        sheet.write_string(row, 0, text_of(info.label, language))
        sheet.write_datetime(row, 1, local, sheets.date)
        _cell_columns(sheets, sheet, row, 2, cell, info)
    sheet.autofilter(0, 0, max(len(shown), 1), len(headers) - 1)


def _standing(sheets: _Sheets) -> None:
    word, language = sheets.formats.word, sheets.report.language
    headers = [word(key) for key in ("rule", "now", "limit", "direction", "state", "headroom", "valid_from")]
    sheet = sheets.sheet(word("sheet.standing"), headers, {0: 38, 5: 38}, 1)
    for row, rule in enumerate(sheets.report.standing, start=1):
        sheet.write_string(row, 0, text_of(rule.rule, language))
        for column, value in ((1, rule.figure), (2, rule.limit)):
            shown = native(value, rule.unit, sheets.currency)
            if shown is not None:
                sheet.write_number(row, column, shown, sheets.units[rule.unit])
        sheet.write_string(row, 3, word(f"direction.{rule.better}"))
        sheet.write_string(row, 4, word(f"state.{rule.status}"))
        sheet.write_string(row, 5, text_of(rule.headroom, language))
        sheet.write_string(row, 6, rule.valid_from.isoformat() if rule.valid_from else "")


def _definitions(sheets: _Sheets, card: Scorecard) -> None:
    word, language = sheets.formats.word, sheets.report.language
    headers = [word(key) for key in ("key", "figure", "definition", "unit", "direction", "dated_by", "family")]
    sheet = sheets.sheet(word("sheet.definitions"), headers, {0: 26, 1: 34, 2: 90}, 1)
    for row, info in enumerate(card.metrics, start=1):
        texts = (
            info.key, text_of(info.label, language), text_of(info.definition, language), str(info.unit),
            word(f"direction.{info.better}"), info.dated_by, family_name(info.family, language),
        )  # fmt: skip
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, sheets.wrap)


def write(report: Report, path: Path) -> None:
    """The report as an XLSX file at ``path``: Scorecard, one sheet a break-down, Trend, Standing, Definitions.

    Raises:
        xlsxwriter.exceptions.FileCreateError: the file cannot be written (an ``OSError`` stands behind it).
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": report.title, "company": report.shop_name})
        sheets = _Sheets(report, book)
        _scorecard(sheets, report.overall)
        for column in report.breakdowns():
            _groups(sheets, column, report.by[column])
        if report.trend is not None:
            _trend(sheets, report.trend)
        if report.standing:
            _standing(sheets)
        _definitions(sheets, report.overall)
