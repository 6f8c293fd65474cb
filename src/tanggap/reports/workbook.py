"""A workbook being written: its formats, its sheets, and how a number of each unit is laid down."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from babel.numbers import get_currency_symbol
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tanggap.charts.formats import Formats, cash_digits
from tanggap.core.instants import to_datetime, zone
from tanggap.core.money import to_major
from tanggap.metrics.model import Cell, Unit
from tanggap.reports.content import Report
from tanggap.reports.jsonfile import number

_DAY: Final = 86_400
_MINUTE: Final = 60
_NAME_LIMIT: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_PATTERNS: Final[Mapping[Unit, str]] = {
    Unit.SECONDS: "[h]:mm:ss", Unit.SHARE: "0.0%", Unit.SCORE: "+0.0;-0.0;0.0", Unit.COUNT: "#,##0",
    Unit.PER_DAY: "0.0", Unit.MEAN_COUNT: "0.00",
}  # fmt: skip


def native(value: float | None, unit: Unit, currency: str) -> float | None:
    """A value as a spreadsheet holds it: durations in days, money in major units, the rest as it is."""
    value = number(value)
    if value is None or unit not in (Unit.SECONDS, Unit.MONEY):
        return value
    return value / _DAY if unit == Unit.SECONDS else to_major(value, currency)


def native_change(value: float | None, unit: Unit, currency: str) -> float | None:
    """A change likewise, but seconds stay seconds (no spreadsheet shows a negative duration) and shares are points."""
    value = number(value)
    if value is None or unit == Unit.SECONDS:
        return value
    return value * 100 if unit == Unit.SHARE else native(value, unit, currency)


class Sheets:
    """The workbook being written: its formats and how a row of a cell is laid out."""

    def __init__(self, report: Report, book: Workbook) -> None:
        self.report, self.book = report, book
        self.formats: Formats = report.formats
        self.currency, self.timezone = report.overall.currency, report.overall.timezone
        self.head: Format = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.wrap: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.instant, self.day = self._format("yyyy-mm-dd hh:mm"), self._format("yyyy-mm-dd")
        self.whole, self.chance = self._format("#,##0"), self._format("[<0.0001]0.0E+00;0.0000")
        money = _money_pattern(self.currency, self.formats)
        self.units = {unit: self._format(pattern) for unit, pattern in {**_PATTERNS, Unit.MONEY: money}.items()}
        self.moments = self._format("[h]:mm:ss.0")  # below a minute tenths are worth reading
        seconds, points = (self.formats.word(key, number="").strip() for key in ("unit.second", "points"))
        self.changes = {
            unit: self._format(_signed(pattern))
            for unit, pattern in {
                **_PATTERNS, Unit.MONEY: money, Unit.SECONDS: f'#,##0.0 "{seconds}"', Unit.SHARE: f'0.0 "{points}"',
                Unit.SCORE: f'0.0 "{points}"', Unit.PER_DAY: "0.00",
            }.items()
        }  # fmt: skip
        self._names: set[str] = set()

    def _format(self, pattern: str) -> Format:
        made: Format = self.book.add_format({"num_format": pattern})
        return made

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
        card = self.report.overall
        period = self.formats.period(card.period.start, card.period.end)
        sheet.set_header("&L" + " · ".join((self.report.shop_name, clean, period)).replace("&", "&&"))
        sheet.set_footer("&R&P / &N")
        return sheet

    def put(self, sheet: Worksheet, row: int, column: int, value: float | None, unit: Unit) -> None:
        """One value in its unit's format; nothing where there is no value."""
        shown = native(value, unit, self.currency)
        if shown is not None:
            brief = unit == Unit.SECONDS and abs(shown) * _DAY < _MINUTE
            sheet.write_number(row, column, shown, self.moments if brief else self.units[unit])

    def put_change(self, sheet: Worksheet, row: int, column: int, value: float | None, unit: Unit) -> None:
        """One change with its sign."""
        shown = native_change(value, unit, self.currency)
        if shown is not None:
            sheet.write_number(row, column, shown, self.changes[unit])

    def put_count(self, sheet: Worksheet, row: int, column: int, value: int) -> None:
        """A whole number."""
        sheet.write_number(row, column, value, self.whole)

    def put_moment(self, sheet: Worksheet, row: int, column: int, instant: int | None, style: Format) -> None:
        """An instant in the report's time zone, which a spreadsheet does not know of; nothing where there is none."""
        if instant is not None:
            sheet.write_datetime(row, column, to_datetime(instant, zone(self.timezone)).replace(tzinfo=None), style)

    def flag(self, value: bool | None) -> str:
        """Yes, no, or nothing where it is not known."""
        return "" if value is None else self.formats.word("yes" if value else "no")

    def status(self, cell: Cell) -> str:
        """Whether the cell may be read."""
        return self.formats.word({"ok": "status.ok"}.get(cell.status, str(cell.status)))


def _money_pattern(currency: str, formats: Formats) -> str:
    """``"Rp" #,##0``: with the decimals that people pay in (CLDR's cash digits: none for the rupiah)."""
    digits = cash_digits(currency)
    symbol = get_currency_symbol(currency, locale=formats.locale).replace('"', "")
    return f'"{symbol}" #,##0' + ("." + "0" * digits if digits else "")


def _signed(pattern: str) -> str:
    """The pattern for changes: a sign before either way, none before nothing."""
    pattern = pattern.partition(";")[0].lstrip("+")
    return f"+{pattern};-{pattern};{pattern}"
