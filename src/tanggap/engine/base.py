"""What an engine does for the rest: tables under names, Ibis expressions in, Arrow out.

Every instant is an integer here: microseconds since the epoch (see :mod:`tanggap.core.instants`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.records.lake import SnapshotTable, stored_columns
from tanggap.records.schema import Table, Type

_IBIS: dict[Type, str] = {
    Type.TEXT: "string",
    Type.INSTANT: "int64",
    Type.DATE: "date",
    Type.INTEGER: "int64",
    Type.NUMBER: "float64",
    Type.BOOLEAN: "boolean",
    Type.JSON: "string",
}


def unbound(table: Table, name: str | None = None) -> ir.Table:
    """The table as an unbound Ibis table, instants as integers, with the lake's housekeeping columns."""
    columns = {c.name: _IBIS[c.type] for c in stored_columns(table)}
    return ibis.table(columns, name=name or table.name)


class Engine(ABC):
    """One query engine with its tables under names. Use as a context manager; closing drops everything."""

    name: str
    dialect: str

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def attach(self, source: SnapshotTable, *, name: str | None = None, ordered: bool = False) -> ir.Table:
        """Makes a table of the lake readable under a name, as of its snapshot.

        With ``ordered`` its rows come in the table's sort order, so that :meth:`before` and :meth:`after` can
        look at neighbouring rows.
        """

    @abstractmethod
    def attach_arrow(self, name: str, rows: pa.Table) -> ir.Table:
        """Makes Arrow rows readable under a name; timestamps become integers."""

    @abstractmethod
    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Computes ``expression`` once and keeps the result under a name, for several uses."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Forgets what is under that name."""

    @abstractmethod
    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of ``expression``, in its own schema.

        Raises:
            EngineError: the engine refused or failed.
        """

    @abstractmethod
    def stream(self, expression: ir.Table, rows: int = 1_000_000) -> Iterator[pa.Table]:
        """The same as :meth:`run`, in pieces of about ``rows`` rows."""

    @abstractmethod
    def before(self, rows: ir.Table, column: str) -> ir.Value:
        """The value of ``column`` in the row before, in the same conversation; null in its first row."""

    @abstractmethod
    def after(self, rows: ir.Table, column: str) -> ir.Value:
        """The value of ``column`` in the row after, in the same conversation; null in its last row."""

    @abstractmethod
    def so_far(self, rows: ir.Table, condition: ir.BooleanValue) -> ir.IntegerValue:
        """A count of rows that meet ``condition`` up to and including this one; only differences within one
        conversation mean anything."""

    @abstractmethod
    def close(self) -> None:
        """Lets go of everything."""

    def sql(self, expression: ir.Expr) -> str:
        """The engine's own SQL of an expression."""
        return str(ibis.to_sql(expression, dialect=self.dialect))


def declared(expression: ir.Table, rows: pa.Table) -> pa.Table:
    """``rows`` in the schema that the expression declares (engines widen sums and shorten integers)."""
    schema = arrow_schema(expression.schema())
    arrays: list[pa.ChunkedArray] = []
    for field in schema:
        column = rows[field.name]
        if pa.types.is_decimal(column.type) and pa.types.is_integer(field.type):
            column = column.cast(pa.decimal128(38, 0))
        arrays.append(column.cast(field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def integers(rows: pa.Table) -> pa.Table:
    """Arrow rows with timestamps turned into integer microseconds."""
    columns: dict[str, Any] = {}
    for field in rows.schema:
        column = rows[field.name]
        if pa.types.is_timestamp(field.type):
            column = column.cast(pa.timestamp("us", tz=field.type.tz)).cast(pa.int64())
        columns[field.name] = column
    return pa.table(columns)


#: Ibis keeps its own translation behind an extra package; these are all the types that occur here.
_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int8": pa.int64(),
    "int16": pa.int64(),
    "int32": pa.int64(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "array<float64>": pa.list_(pa.float64()),
    "null": pa.null(),
}


def arrow_schema(schema: ibis.Schema) -> pa.Schema:
    """The Arrow schema of an Ibis schema."""
    return pa.schema([(name, _ARROW[str(kind).removeprefix("!")]) for name, kind in schema.items()])


def ibis_schema(rows: pa.Table) -> ibis.Schema:
    """The Ibis schema of Arrow rows."""
    kinds = {kind: name for name, kind in reversed(_ARROW.items())}
    return ibis.schema({field.name: kinds[field.type] for field in rows.schema})


def names(columns: Sequence[str]) -> str:
    """Column names quoted for DuckDB."""
    return ", ".join(f'"{c}"' for c in columns)
