"""A scorecard as tidy CSV: one line a cell, RFC 4180, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tanggap.core.instants import format_instant, zone
from tanggap.metrics.model import Scorecard
from tanggap.reports.content import text_of
from tanggap.reports.jsonfile import number

#: The columns before and after those of the break-down.
BEFORE: Final = ("metric", "label", "family", "unit", "better")
AFTER: Final = (
    "bucket", "value", "low", "high", "n", "status", "maturing", "previous", "previous_n", "change", "change_low",
    "change_high", "changed", "target", "on_target", "currency", "foreign", "period_start", "period_end", "timezone",
)  # fmt: skip

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_text(text: str) -> str:
    """``text`` so that no spreadsheet takes it for a formula: an apostrophe before a leading =, +, -, @, tab."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _number(value: float | None) -> str:
    value = number(value)
    return "" if value is None else repr(value)


def _flag(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"


def rows(card: Scorecard, language: str = "en") -> Iterator[Sequence[str]]:
    """The header, then a row a cell: plain numbers (``0.812``, seconds, minor units), empty where not known."""
    yield [*BEFORE, *(safe_text(f"by_{column}") for column in card.by), *AFTER]
    tz = zone(card.timezone)
    infos = {info.key: info for info in card.metrics}
    start, end = format_instant(card.period.start, tz), format_instant(card.period.end, tz)
    for cell in card.cells:
        info = infos[cell.metric]
        texts = [cell.metric, text_of(info.label, language), info.family, str(info.unit), str(info.better)]
        groups = [safe_text(cell.by.get(column) or "") for column in card.by]
        yield [
            *map(safe_text, texts), *groups,
            "" if cell.bucket is None else format_instant(cell.bucket, tz),
            _number(cell.value), _number(cell.low), _number(cell.high), str(cell.n), str(cell.status),
            str(cell.maturing), _number(cell.previous), str(cell.previous_n), _number(cell.change),
            _number(cell.change_low), _number(cell.change_high), _flag(cell.changed), _number(cell.target),
            _flag(cell.on_target), card.currency, str(cell.foreign), start, end, card.timezone,
        ]  # fmt: skip


def dumps(card: Scorecard, language: str = "en") -> str:
    """The scorecard as CSV text with CRLF line ends."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows(card, language))
    return out.getvalue()


def write(card: Scorecard, path: Path, language: str = "en") -> None:
    """The scorecard as a CSV file at ``path``, UTF-8.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_bytes(dumps(card, language).encode())
