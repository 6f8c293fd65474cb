"""Rows for people and for machines: a table on the terminal, CSV, JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, Final

import pyarrow as pa
from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from tanggap.core.instants import SECOND, format_instant, zone
from tanggap.records.schema import Table, Type

Kinds = Mapping[str, Type]

_LONGEST: Final = 60
_DAY_SECONDS: Final = 86_400


def kinds_of(table: Table) -> dict[str, Type]:
    """What each column of a table holds."""
    return {column.name: column.type for column in table.columns}


def guessed_kinds(rows: pa.Table) -> dict[str, Type]:
    """What each column seems to hold: integers in a column whose name ends in ``_at``, ``_by``, ``_from``: instants."""
    return {
        field.name: Type.INSTANT
        if pa.types.is_integer(field.type) and field.name.endswith(("_at", "_by", "_from"))
        else Type.TEXT
        for field in rows.schema
    }


def stamped(rows: pa.Table, kinds: Kinds) -> pa.Table:
    """Integer instants as Arrow timestamps in UTC."""
    for index, field in enumerate(rows.schema):
        if kinds.get(field.name) is Type.INSTANT and pa.types.is_integer(field.type):
            rows = rows.set_column(index, field.name, rows[field.name].cast(pa.timestamp("us", tz="UTC")))
    return rows


def records(rows: pa.Table, kinds: Kinds, timezone: str = "UTC") -> Iterable[dict[str, Any]]:
    """The rows as JSON knows them: instants and days as ISO 8601."""
    tz = zone(timezone)
    instants = [name for name in rows.column_names if kinds.get(name) is Type.INSTANT]
    for batch in _integers(rows, instants).to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            for name in instants:
                if row[name] is not None:
                    row[name] = format_instant(row[name], tz)
            yield row


def _integers(rows: pa.Table, names: Sequence[str]) -> pa.Table:
    for name in names:
        if pa.types.is_timestamp(rows.schema.field(name).type):
            index = rows.column_names.index(name)
            rows = rows.set_column(index, name, rows[name].cast(pa.int64()))
    return rows


def write_json_lines(rows: pa.Table, kinds: Kinds, stream: IO[str]) -> None:
    """One JSON object a line."""
    for row in records(rows, kinds):
        stream.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


def write_csv(rows: pa.Table, kinds: Kinds, stream: IO[str], *, header: bool = True) -> None:
    """RFC 4180 with a header; empty is unknown. Text that a spreadsheet would take for a formula is quoted by '."""
    writer = csv.writer(stream, lineterminator="\r\n")
    if header:
        writer.writerow(rows.column_names)
    for row in records(rows, kinds):
        writer.writerow([_plain(value) for value in row.values()])


def _plain(value: Any) -> Any:
    from tanggap.reports.csvfile import safe_text

    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else safe_text(value) if isinstance(value, str) else value


def print_rows(console: Console, rows: pa.Table, kinds: Kinds, timezone: str, units: Mapping[str, str]) -> None:
    """Rows as a table if they fit the width, else one block a row; columns that are empty throughout are left out."""
    shown = [name for name in rows.column_names if rows.num_rows == 0 or rows[name].null_count < rows.num_rows]
    texts = [
        {name: _text(name, row[name], kinds, units) for name in shown}
        for row in records(rows.select(shown), kinds, timezone)
    ]
    headings = {name: _heading(name, max((len(row[name]) for row in texts), default=0)) for name in shown}
    widths = [max(map(len, [*headings[name].split("\n"), *(row[name] for row in texts)])) for name in shown]
    if sum(widths) + 2 * len(shown) <= console.width:
        table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
        for name in shown:
            table.add_column(headings[name], no_wrap=True)
        for row in texts:
            table.add_row(*(Text(row[name]) for name in shown))
        console.print(table)
        return
    label = max((len(name) for name in shown), default=0)
    for number, row in enumerate(texts, 1):
        console.print(Text(f"{number}", style="bold"))
        for name, text in row.items():
            if text:
                line = Text(f"  {name:<{label}}  ", style="dim").append(text, style="not dim")
                console.print(line, soft_wrap=False, overflow="fold")


def _heading(name: str, width: int) -> str:
    """A column's name, broken before an underscore where it is wider than what stands under it."""
    lines = [""]
    for piece in name.replace("_", "\x00_").split("\x00"):
        if lines[-1] and len(lines[-1]) + len(piece) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def _text(name: str, value: Any, kinds: Kinds, units: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if kinds.get(name) is Type.INSTANT:
        return str(value)[:19].replace("T", " ")
    if units.get(name) == "microseconds":
        return _span(value / SECOND)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).replace("\n", " ")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _span(seconds: float) -> str:
    days, rest = divmod(round(seconds), _DAY_SECONDS)
    clock = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}"
    return f"{days}d {clock}" if days else clock
