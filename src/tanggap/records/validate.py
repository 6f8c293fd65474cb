"""Makes loose rows strict: a row either fits its table's schema or goes to quarantine with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanggap.core.instants import parse_instant, to_micros
from tanggap.records.batch import BadRow
from tanggap.records.schema import Column, Table, Type
from tanggap.records.tables import EVENTS
from tanggap.records.tables.events import ACTOR_KINDS, KINDS, usual_position

Rows: TypeAlias = pa.Table | Sequence[Mapping[str, Any]]

#: Instants outside these bounds are a mistake in the input (a wrong unit, a missing date), not history.
_EARLIEST = parse_instant("1970-01-02T00:00:00Z")
_LATEST = parse_instant("2200-01-01T00:00:00Z")
_TOO_LARGE = 2**63


def validate(
    table: Table, rows: Rows, *, file: str, source: str, lines: Sequence[int] = ()
) -> tuple[pa.Table, list[BadRow]]:
    """The rows that fit ``table``, in its Arrow schema, and those that do not, each with its reason.

    ``rows`` is an Arrow table (columns by name; missing nullable ones become null) or a sequence of dicts.
    ``lines`` gives each row's line in ``file``; without it rows are counted from 1. The order of the good rows
    is kept. Nothing is dropped silently: ``len(good) + number of bad rows == len(rows)``.
    """
    count = rows.num_rows if isinstance(rows, pa.Table) else len(rows)
    faults: dict[int, tuple[str, str]] = {}
    by_name = {column.name: _column(column, rows, count, faults) for column in table.columns}
    if table is EVENTS:
        by_name["position"] = _fill_positions(by_name["position"], by_name["kind"], by_name["actor_kind"])
    columns = list(by_name.values())
    for column, array in zip(table.columns, columns, strict=True):
        _check(column, array, faults)
    strict = pa.Table.from_arrays(columns, schema=pa.schema([pa.field(c.name, c.arrow) for c in table.columns]))
    bad = [
        BadRow(file, lines[i] if lines else i + 1, name, reason, _row_text(rows, i), table.name, source)
        for i, (name, reason) in sorted(faults.items())
    ]
    if faults:
        keep = np.ones(count, dtype=bool)
        keep[list(faults)] = False
        strict = strict.filter(pa.array(keep))
    return strict.cast(table.arrow), bad


def _column(column: Column, rows: Rows, count: int, faults: dict[int, tuple[str, str]]) -> pa.Array:
    if isinstance(rows, pa.Table):
        array = _from_arrow(column, rows, count, faults)
    else:
        array = _from_values(column, [row.get(column.name) for row in rows], faults)
    if column.default is not None and array.null_count:
        array = pc.fill_null(array, _scalar(column))
    return pc.utf8_upper(array) if column.pattern else array


def _scalar(column: Column) -> pa.Scalar:
    value = date.fromisoformat(str(column.default)) if column.type is Type.DATE else column.default
    return pa.scalar(value, column.arrow)


def _from_arrow(column: Column, rows: pa.Table, count: int, faults: dict[int, tuple[str, str]]) -> pa.Array:
    if column.name not in rows.column_names:
        return pa.nulls(count, column.arrow)
    chunked = rows.column(column.name)
    array = chunked.combine_chunks() if isinstance(chunked, pa.ChunkedArray) else chunked
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.nulls(0, chunked.type)
    if array.type == column.arrow:
        return array
    try:
        return array.cast(column.arrow)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return _from_values(column, array.to_pylist(), faults)


def _from_values(column: Column, values: list[Any], faults: dict[int, tuple[str, str]]) -> pa.Array:
    try:
        if column.type not in (Type.INSTANT, Type.DATE, Type.JSON, Type.BOOLEAN):
            return pa.array(values, column.arrow)
        if column.type is Type.INSTANT and all(v is None or type(v) is int for v in values):
            return pa.array(values, pa.int64()).cast(column.arrow)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
        pass  # some value is loose: look at each one
    coerce = _COERCIONS[column.type]
    strict: list[Any] = []
    for i, value in enumerate(values):
        try:
            strict.append(None if value is None or value == "" else coerce(value))
        except (ValueError, TypeError, OverflowError, ArithmeticError):
            strict.append(None)
            unit = f" ({column.unit})" if column.unit else ""
            faults.setdefault(i, (column.name, f"{_short(value)} is no {column.type}{unit}"))
    return pa.array(strict, column.arrow)


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value) if isinstance(value, dict | list) else str(value)
    text.encode()  # a lone surrogate cannot be stored
    return text


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(str(value).strip())
    if number != number.to_integral_value() or abs(number) >= _TOO_LARGE:
        raise ValueError
    return int(number)


def _number(value: Any) -> float:
    number = float(value)
    if not np.isfinite(number):
        raise ValueError
    return number


def _boolean(value: Any) -> bool:
    word = str(value).strip().lower()
    if word in ("true", "t", "1", "yes", "ya", "y"):
        return True
    if word in ("false", "f", "0", "no", "tidak", "n"):
        return False
    raise ValueError


def _instant(value: Any) -> int:
    if isinstance(value, datetime):
        return to_micros(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= _TOO_LARGE:
            raise OverflowError
        return value
    text = str(value)
    if len(text) < len("2026-01-01T00:00"):
        raise ValueError
    moment = datetime.fromisoformat(text.strip())
    return to_micros(moment)  # without an offset it names no instant: ValueError


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value).strip())


def _json(value: Any) -> str:
    if isinstance(value, str):
        json.loads(value)
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


_COERCIONS: dict[Type, Callable[[Any], Any]] = {
    Type.TEXT: _text,
    Type.INTEGER: _integer,
    Type.NUMBER: _number,
    Type.BOOLEAN: _boolean,
    Type.INSTANT: _instant,
    Type.DATE: _date,
    Type.JSON: _json,
}


def _fill_positions(positions: pa.Array, kinds: pa.Array, actors: pa.Array) -> pa.Array:
    """Events without a position get the usual one (``usual_position``)."""
    if not positions.null_count:
        return positions
    number = pc.index_in(kinds, pa.array(list(KINDS)))
    for actor in ACTOR_KINDS:
        usual = pa.array([usual_position(kind, actor) for kind in KINDS], pa.int64()).take(number)
        positions = pc.coalesce(positions, pc.if_else(pc.equal(actors, actor), usual, None))
    return pc.fill_null(positions, 99)


def _check(column: Column, array: pa.Array, faults: dict[int, tuple[str, str]]) -> None:
    if not column.nullable and array.null_count:
        _blame(pc.is_null(array), faults, column, lambda i: "is missing")
    if column.values:
        unknown = pc.and_(pc.is_valid(array), pc.invert(pc.is_in(array, pa.array(column.values))))
        allowed = ", ".join(column.values)
        _blame(unknown, faults, column, lambda i: f"{_short(array[i].as_py())} is unknown; one of {allowed}")
    if column.pattern:
        other = pc.and_(pc.is_valid(array), pc.invert(pc.match_substring_regex(array, f"^(?:{column.pattern})$")))
        _blame(other, faults, column, lambda i: f"{_short(array[i].as_py())} is no code such as IDR")
    low, high = column.lowest, column.highest
    if column.type is Type.INSTANT:
        low, high = _EARLIEST, _LATEST
        array = array.cast(pa.int64())
    if low is not None:
        _blame(pc.less(array, low), faults, column, lambda i: f"{array[i].as_py()} is below {low}")
    if high is not None:
        _blame(pc.greater(array, high), faults, column, lambda i: f"{array[i].as_py()} is above {high}")


def _blame(wrong: pa.Array, faults: dict[int, tuple[str, str]], column: Column, reason: Callable[[int], str]) -> None:
    for i in np.flatnonzero(pc.fill_null(wrong, False).to_numpy(zero_copy_only=False)).tolist():
        faults.setdefault(i, (column.name, reason(i)))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _row_text(rows: Rows, i: int) -> str:
    row = rows.slice(i, 1).to_pylist()[0] if isinstance(rows, pa.Table) else dict(rows[i])
    text = json.dumps(row, ensure_ascii=False, default=str)
    return text.encode("utf-8", "backslashreplace").decode()
