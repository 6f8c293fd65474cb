"""One line's record: its table, its instants in microseconds, its id."""

from __future__ import annotations

from datetime import tzinfo
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from tanggap.core.ids import stable_id
from tanggap.core.instants import SECOND, parse_instant
from tanggap.records.schema import Table, Type
from tanggap.records.tables import EVENTS, IMPORTS, QUARANTINE, TABLES

_OWN: Final = frozenset({QUARANTINE.name, IMPORTS.name})
_IDENTITY: Final = (
    "source", "conversation_id", "occurred_at", "kind", "actor_kind", "actor_id", "channel", "value", "duration",
    "text", "position",
)  # fmt: skip
#: Seconds, milliseconds and microseconds since the epoch differ by three digits; the bounds lie in the year 5138.
_SECONDS_BELOW: Final = 10**11
_MILLIS_BELOW: Final = 10**14
_MOST: Final = 2**62


class RecordError(Exception):
    """Why a line is no record; ``column`` and ``table`` say where, as far as is known."""

    def __init__(self, reason: str, column: str = "", table: str = EVENTS.name) -> None:
        super().__init__(reason)
        self.column = column
        self.table = table


def canonical(record: dict[str, object], tz: tzinfo, currency: str) -> tuple[str, dict[str, object]]:
    """The table a record belongs to, and its row: loose values, but instants in microseconds and ids filled.

    Raises:
        RecordError: the table or a member is unknown, or an instant cannot be read.
    """
    name = record.pop("table", EVENTS.name)
    if not isinstance(name, str) or name not in TABLES or name in _OWN:
        known = sorted(set(TABLES) - _OWN)
        raise RecordError(f"table {name!r} is unknown; one of {', '.join(known)}", "table", "")
    table = TABLES[name]
    for member in record:
        if member not in table.by_name:
            close = get_close_matches(member, table.by_name, 1)
            hint = f"; do you mean {close[0]!r}?" if close else ""
            raise RecordError(f"{name} have no column {member!r}{hint}", member, name)
    _instants(table, record, tz)
    record.setdefault("source", "events")
    if "currency" in table.by_name and record.get("currency") is None:
        record["currency"] = currency
    if table is EVENTS and record.get("event_id") is None:
        parts = ("" if record.get(part) is None else record[part] for part in _IDENTITY)
        try:
            record["event_id"] = stable_id("e", *parts)
        except (ValueError, UnicodeEncodeError) as error:
            raise RecordError(f"holds characters that cannot be stored ({error})", "", name) from error
    return name, record


def _instants(table: Table, record: dict[str, object], tz: tzinfo) -> None:
    for column in table.columns:
        value = record.get(column.name)
        if column.type is Type.INSTANT and value is not None and value != "":
            try:
                record[column.name] = _micros(value, tz)
            except (ValueError, ArithmeticError) as error:
                reason = f"{str(value)[:60]!r} is no instant: use ISO 8601 or epoch seconds"
                raise RecordError(reason, column.name, table.name) from error


def _micros(value: object, tz: tzinfo) -> int:
    if isinstance(value, str):
        return parse_instant(value, tz)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    number = Decimal(str(value))
    size = abs(number)
    if not size < _MOST:  # also what is not a number
        raise ValueError
    unit = SECOND if size < _SECONDS_BELOW else 1000 if size < _MILLIS_BELOW else 1
    return int(number * unit)
